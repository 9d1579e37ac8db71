// SPDX-License-Identifier: Apache-2.0
// What leaves on `client`, in the order in which the gate decided it: the exchange's packets, and Rejects of the device's own (SESS-REJECT).
//
//   co ─► decision_queue ─► order_merge ─► m_axis
//          exchange_rx's store ─┘  └─ made_packet: SoupBinTCP `U` with an OUCH `J`
//
// Latency:      2 clk, co_valid to the first beat
// Throughput:   1 beat/clk, no bubbles between packets
// Backpressure: lossless; 64 decisions wait for m_axis_tready before co_ready falls
// Errors:       none
//
// Parameters: none
module client_tx (
    input  wire         clk,
    input  wire         rst,

    // decisions
    input  wire         co_valid,
    output wire         co_ready,
    input  wire [1:0]   co_kind,             // 0 forward the oldest exchange packet, 1 drop it, 2 Reject
    input  wire [63:0]  co_time_ns,          // of the Reject, as what follows
    input  wire [31:0]  co_ref,
    input  wire [15:0]  co_reason,
    input  wire [111:0] co_clordid,          // first character in the top byte

    // the exchange's packets
    input  wire [63:0]  s_packet_axis_tdata,
    input  wire [7:0]   s_packet_axis_tkeep,
    input  wire         s_packet_axis_tvalid,
    output wire         s_packet_axis_tready,
    input  wire         s_packet_axis_tlast,
    output wire         packet_drop,

    output wire [63:0]  m_axis_tdata,
    output wire [7:0]   m_axis_tkeep,
    output wire         m_axis_tvalid,
    input  wire         m_axis_tready,
    output wire         m_axis_tlast
);

`include "tickproof_soupbin.vh"
`include "tickproof_ouch.vh"

    localparam [15:0] LENGTH = 1 + `TP_OUCH_OUT_REJECTED_LENGTH;

    wire         decided;
    wire         done;
    wire [1:0]   kind;
    wire [223:0] answer;                     // the Reject's fields, in the order of the message

    decision_queue #(.WIDTH(2 + 224), .ADDR_W(6)) decisions (
        .clk(clk), .rst(rst),
        .s_valid(co_valid), .s_ready(co_ready), .s_data({co_kind, co_time_ns, co_ref, co_reason, co_clordid}),
        .m_valid(decided), .m_ready(done), .m_data({kind, answer}));

    wire [63:0]  made_tdata;
    wire [7:0]   made_tkeep;
    wire         made_tvalid;
    wire         made_tready;
    wire         made_tlast;

    made_packet #(.BYTES(2 + 1 + `TP_OUCH_OUT_REJECTED_LENGTH)) reject (
        .clk(clk), .rst(rst),
        .s_valid(decided && kind[1]),
        .s_packet({LENGTH, `TP_SOUP_UNSEQUENCED_DATA_TYPE, `TP_OUCH_OUT_REJECTED_TYPE, answer}),
        .m_axis_tdata(made_tdata), .m_axis_tkeep(made_tkeep), .m_axis_tvalid(made_tvalid), .m_axis_tready(made_tready), .m_axis_tlast(made_tlast));

    order_merge merge (
        .clk(clk), .rst(rst),
        .s_valid(decided), .s_ready(done), .s_kind(kind),
        .s_packet_axis_tdata(s_packet_axis_tdata), .s_packet_axis_tkeep(s_packet_axis_tkeep), .s_packet_axis_tvalid(s_packet_axis_tvalid),
        .s_packet_axis_tready(s_packet_axis_tready), .s_packet_axis_tlast(s_packet_axis_tlast), .drop(packet_drop),
        .s_made_axis_tdata(made_tdata), .s_made_axis_tkeep(made_tkeep), .s_made_axis_tvalid(made_tvalid),
        .s_made_axis_tready(made_tready), .s_made_axis_tlast(made_tlast),
        .m_axis_tdata(m_axis_tdata), .m_axis_tkeep(m_axis_tkeep), .m_axis_tvalid(m_axis_tvalid), .m_axis_tready(m_axis_tready),
        .m_axis_tlast(m_axis_tlast));

endmodule
