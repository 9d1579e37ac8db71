// SPDX-License-Identifier: Apache-2.0
// Passes single bytes through, and says a byte of its own in clock WHEN after reset, which may be before it is ready.
module hasty #(
    parameter WHEN  = 0,
    parameter READY = 20
) (
    input  wire       clk,
    input  wire       rst,
    output reg        ready,
    input  wire [7:0] s_axis_tdata,
    input  wire       s_axis_tvalid,
    input  wire       s_axis_tlast,
    output reg  [7:0] m_axis_tdata,
    output reg        m_axis_tvalid,
    output reg        m_axis_tlast
);
    reg [15:0] clocks;

    always @(posedge clk) begin
        clocks        <= rst ? 16'd0 : clocks + 16'd1;
        ready         <= !rst && clocks >= READY - 1;
        m_axis_tvalid <= s_axis_tvalid || (!rst && clocks == WHEN - 1);
        m_axis_tdata  <= s_axis_tvalid ? s_axis_tdata : 8'hEE;
        m_axis_tlast  <= !s_axis_tvalid || s_axis_tlast;
    end
endmodule
