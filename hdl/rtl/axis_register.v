// SPDX-License-Identifier: Apache-2.0
// A register stage for AXI-Stream: cuts every combinational path between its two sides, tready included.
// Latency:      1 clk
// Throughput:   1 beat/clk, no bubbles
// Backpressure: lossless; a beat that arrives while the output stalls waits in a second register
// Errors:       none; tuser passes through
module axis_register #(
    parameter DATA_W = 64  // bits of tdata, a multiple of 8
) (
    input  wire                clk,
    input  wire                rst,
    // Sink
    input  wire [DATA_W-1:0]   s_axis_tdata,
    input  wire [DATA_W/8-1:0] s_axis_tkeep,
    input  wire                s_axis_tvalid,
    output wire                s_axis_tready,
    input  wire                s_axis_tlast,
    input  wire                s_axis_tuser,
    // Source
    output wire [DATA_W-1:0]   m_axis_tdata,
    output wire [DATA_W/8-1:0] m_axis_tkeep,
    output wire                m_axis_tvalid,
    input  wire                m_axis_tready,
    output wire                m_axis_tlast,
    output wire                m_axis_tuser
);
    localparam BEAT_W = DATA_W + DATA_W / 8 + 2;

    wire [BEAT_W-1:0] beat_in = {s_axis_tuser, s_axis_tlast, s_axis_tkeep, s_axis_tdata};
    reg  [BEAT_W-1:0] out_q;
    reg               out_valid_q;
    reg  [BEAT_W-1:0] skid_q;
    reg               skid_valid_q;

    assign s_axis_tready = !skid_valid_q;
    assign m_axis_tvalid = out_valid_q;
    assign {m_axis_tuser, m_axis_tlast, m_axis_tkeep, m_axis_tdata} = out_q;

    always @(posedge clk) begin
        if (m_axis_tready || !out_valid_q) begin
            out_q        <= skid_valid_q ? skid_q : beat_in;
            out_valid_q  <= skid_valid_q || s_axis_tvalid;
            skid_valid_q <= 1'b0;
        end else if (s_axis_tready) begin
            skid_q       <= beat_in;
            skid_valid_q <= s_axis_tvalid;
        end
        if (rst) begin
            out_valid_q  <= 1'b0;
            skid_valid_q <= 1'b0;
        end
    end
endmodule
