// SPDX-License-Identifier: Apache-2.0
// Gives a packet that the device makes itself (a Cancel, a Reject) as beats.
//
// Latency:      0 clk
// Throughput:   1 beat/clk, no bubbles between packets
// Backpressure: lossless
// Errors:       none
//
// Parameters
//   BYTES       bytes of the packet, 1 to 64
module made_packet #(
    parameter BYTES = 12
) (
    input  wire               clk,
    input  wire               rst,

    // the packet, first byte in the top byte; stays until m_axis_tlast has been taken
    input  wire               s_valid,
    input  wire [8*BYTES-1:0] s_packet,

    output wire [63:0]        m_axis_tdata,
    output wire [7:0]         m_axis_tkeep,
    output wire               m_axis_tvalid,
    input  wire               m_axis_tready,
    output wire               m_axis_tlast
);

    localparam       LAST     = (BYTES - 1) / 8;
    localparam       TAIL     = BYTES - 8 * LAST;
    localparam [31:0] LAST_32 = LAST;

    reg  [2:0]   beat_q;
    wire [511:0] packet = {s_packet, {512-8*BYTES{1'b0}}};
    wire [63:0]  beat   = packet[511 - 64 * beat_q -: 64];

    always @(posedge clk) begin
        if (rst || (m_axis_tvalid && m_axis_tready && m_axis_tlast))
            beat_q <= 3'd0;
        else if (m_axis_tvalid && m_axis_tready)
            beat_q <= beat_q + 3'd1;
    end

    assign m_axis_tdata  = {beat[7:0], beat[15:8], beat[23:16], beat[31:24], beat[39:32], beat[47:40], beat[55:48], beat[63:56]};
    assign m_axis_tkeep  = m_axis_tlast ? 8'hff >> (8 - TAIL) : 8'hff;
    assign m_axis_tvalid = s_valid;
    assign m_axis_tlast  = beat_q == LAST_32[2:0];

endmodule
