// SPDX-License-Identifier: Apache-2.0
// Passes single bytes through, and goes wrong in the way that FAULT says once it has seen three of them.
module faulty #(
    parameter FAULT = 0
) (
    input  wire       clk,
    input  wire       rst,
    output wire       ready,
    input  wire [7:0] s_axis_tdata,
    input  wire       s_axis_tvalid,
    output wire       s_axis_tready,
    input  wire       s_axis_tlast,
    output reg  [7:0] m_axis_tdata,
    output reg        m_axis_tvalid,
    output reg        m_axis_tlast
);
    localparam NEVER_READY = 1;
    localparam STUCK = 2;
    localparam FATAL = 3;
    localparam FINISH = 4;
    localparam X_DATA = 5;
    localparam X_VALID = 6;
    localparam ENDLESS = 7;
    localparam UNINITIALISED = 8;
    localparam NO_LAST = 9;
    localparam SURVIVES = 10;  // not after three bytes, but after the first reset behind a byte

    reg [7:0] seen;
    reg [7:0] never_written;
    reg       touched;
    reg       used;
    wire      now = seen >= 8'd3;

    initial touched = 1'b0;
    initial used = 1'b0;

    assign ready         = FAULT != NEVER_READY;
    assign s_axis_tready = !(FAULT == STUCK && now);

    always @(posedge clk) begin
        m_axis_tvalid <= s_axis_tvalid && s_axis_tready;
        m_axis_tdata  <= s_axis_tdata;
        m_axis_tlast  <= s_axis_tlast && !(FAULT == NO_LAST && now);
        if (s_axis_tvalid && s_axis_tready && !now) seen <= seen + 8'd1;
        if (FAULT == SURVIVES && used) m_axis_tdata <= ~s_axis_tdata;
        if (s_axis_tvalid) touched <= 1'b1;
        if (now && !rst) begin
            if (FAULT == FATAL) begin
                $display("the device gives up");
                $fatal;
            end
            if (FAULT == FINISH) $finish;
            if (FAULT == X_DATA) m_axis_tdata <= s_axis_tdata | 8'hx0;
            if (FAULT == X_VALID) m_axis_tvalid <= 1'bx;
            if (FAULT == ENDLESS) m_axis_tvalid <= 1'b1;
            if (FAULT == UNINITIALISED) m_axis_tdata <= never_written;
        end
        if (rst) begin
            m_axis_tvalid <= 1'b0;
            seen          <= 8'd0;
            used          <= touched;
        end
    end
endmodule
