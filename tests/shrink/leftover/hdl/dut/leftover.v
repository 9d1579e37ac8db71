// SPDX-License-Identifier: Apache-2.0
// Passes single bytes through. From the third one on it inverts them; no reset makes that good unless FORGETS.
module leftover #(
    parameter FORGETS = 0
) (
    input  wire       clk,
    input  wire       rst,
    input  wire [7:0] s_axis_tdata,
    input  wire       s_axis_tvalid,
    input  wire       s_axis_tlast,
    output reg  [7:0] m_axis_tdata,
    output reg        m_axis_tvalid,
    output reg        m_axis_tlast
);
    reg [1:0] seen;

    initial seen = 2'd0;

    always @(posedge clk) begin
        m_axis_tvalid <= s_axis_tvalid && !rst;
        m_axis_tlast  <= s_axis_tlast;
        m_axis_tdata  <= seen >= 2'd2 ? ~s_axis_tdata : s_axis_tdata;
        if (s_axis_tvalid && seen != 2'd3) seen <= seen + 2'd1;
        if (rst && FORGETS != 0) seen <= 2'd0;
    end
endmodule
