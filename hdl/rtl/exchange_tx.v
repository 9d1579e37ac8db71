// SPDX-License-Identifier: Apache-2.0
// What leaves on `exchange`, in the order in which the gate decided it: the client's packets, and Cancels of the device's own (KILL-CANCEL).
//
//   xo ─► decision_queue ─► order_merge ─► m_axis
//            client_rx's store ─┘  └─ made_packet: SoupBinTCP `U` with an OUCH `X`, quantity 0
//
// Latency:      2 clk, xo_valid to the first beat
// Throughput:   1 beat/clk, no bubbles between packets
// Backpressure: lossless; 2,048 decisions wait for m_axis_tready before xo_ready falls
// Errors:       none
//
// Parameters: none
module exchange_tx (
    input  wire        clk,
    input  wire        rst,

    // decisions
    input  wire        xo_valid,
    output wire        xo_ready,
    input  wire [1:0]  xo_kind,              // 0 forward the oldest client packet, 1 drop it, 2 Cancel
    input  wire [31:0] xo_ref,               // of the Cancel

    // the client's packets
    input  wire [63:0] s_packet_axis_tdata,
    input  wire [7:0]  s_packet_axis_tkeep,
    input  wire        s_packet_axis_tvalid,
    output wire        s_packet_axis_tready,
    input  wire        s_packet_axis_tlast,
    output wire        packet_drop,

    output wire [63:0] m_axis_tdata,
    output wire [7:0]  m_axis_tkeep,
    output wire        m_axis_tvalid,
    input  wire        m_axis_tready,
    output wire        m_axis_tlast
);

`include "tickproof_soupbin.vh"
`include "tickproof_ouch.vh"

    localparam [15:0] LENGTH   = 1 + `TP_OUCH_IN_CANCEL_ORDER_LENGTH;
    localparam [31:0] QUANTITY = 32'd0;

    wire        decided;
    wire        done;
    wire [1:0]  kind;
    wire [31:0] user_ref_num;

    decision_queue #(.WIDTH(34), .ADDR_W(11)) decisions (
        .clk(clk), .rst(rst),
        .s_valid(xo_valid), .s_ready(xo_ready), .s_data({xo_kind, xo_ref}),
        .m_valid(decided), .m_ready(done), .m_data({kind, user_ref_num}));

    wire [63:0] made_tdata;
    wire [7:0]  made_tkeep;
    wire        made_tvalid;
    wire        made_tready;
    wire        made_tlast;

    made_packet #(.BYTES(2 + 1 + `TP_OUCH_IN_CANCEL_ORDER_LENGTH)) cancel (
        .clk(clk), .rst(rst),
        .s_valid(decided && kind[1]),
        .s_packet({LENGTH, `TP_SOUP_UNSEQUENCED_DATA_TYPE, `TP_OUCH_IN_CANCEL_ORDER_TYPE, user_ref_num, QUANTITY}),
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
