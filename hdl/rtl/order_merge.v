// SPDX-License-Identifier: Apache-2.0
// One output of two sources of packets, in the order of the decisions: the other side's stored packets, and those that the device makes. A decision is
// carried out whole before the next, so packets are never interleaved.
//
// Latency:      1 clk, decision to first beat
// Throughput:   1 beat/clk, no bubbles between packets; a drop takes 1 clk
// Backpressure: lossless; drops do not wait for m_axis_tready
// Errors:       none
//
// Parameters: none
module order_merge (
    input  wire        clk,
    input  wire        rst,

    // decisions
    input  wire        s_valid,
    output wire        s_ready,
    input  wire [1:0]  s_kind,               // 0 forward the oldest stored packet, 1 drop it, 2 send the made one

    // stored packets
    input  wire [63:0] s_packet_axis_tdata,
    input  wire [7:0]  s_packet_axis_tkeep,
    input  wire        s_packet_axis_tvalid,
    output wire        s_packet_axis_tready,
    input  wire        s_packet_axis_tlast,
    output wire        drop,                 // the oldest of them, whole

    // made packets
    input  wire [63:0] s_made_axis_tdata,
    input  wire [7:0]  s_made_axis_tkeep,
    input  wire        s_made_axis_tvalid,
    output wire        s_made_axis_tready,
    input  wire        s_made_axis_tlast,

    output wire [63:0] m_axis_tdata,
    output wire [7:0]  m_axis_tkeep,
    output wire        m_axis_tvalid,
    input  wire        m_axis_tready,
    output wire        m_axis_tlast
);

    localparam [1:0] KIND_FORWARD = 2'd0;
    localparam [1:0] KIND_DROP    = 2'd1;

    reg  [63:0] data_q;
    reg  [7:0]  keep_q;
    reg         valid_q;
    reg         last_q;

    wire        advance  = !valid_q || m_axis_tready;
    wire        forward  = s_kind == KIND_FORWARD;
    wire        made     = s_kind[1];
    wire        last     = made ? s_made_axis_tlast : s_packet_axis_tlast;

    assign drop                 = s_valid && s_kind == KIND_DROP && s_packet_axis_tvalid;
    assign s_packet_axis_tready = s_valid && forward && advance;
    assign s_made_axis_tready   = s_valid && made && advance;

    wire        sends    = (s_packet_axis_tvalid && s_packet_axis_tready) || (s_made_axis_tvalid && s_made_axis_tready);

    assign s_ready = drop || (sends && last);

    always @(posedge clk) begin
        if (advance) begin
            data_q <= made ? s_made_axis_tdata : s_packet_axis_tdata;
            keep_q <= made ? s_made_axis_tkeep : s_packet_axis_tkeep;
            last_q <= last;
        end
        if (rst)
            valid_q <= 1'b0;
        else if (advance)
            valid_q <= sends;
    end

    assign m_axis_tdata  = data_q;
    assign m_axis_tkeep  = keep_q;
    assign m_axis_tvalid = valid_q;
    assign m_axis_tlast  = last_q;

endmodule
