// SPDX-License-Identifier: Apache-2.0
// What the gate decided, in order, until the output has done it: so deep that the gate does not wait for a slow output.
//
// Latency:      1 clk, s_valid to m_valid of an empty queue
// Throughput:   1 decision/clk in and out
// Backpressure: s_ready falls when the queue is full
// Errors:       none
//
// Parameters
//   WIDTH       bits of a decision
//   ADDR_W      2^ADDR_W decisions
module decision_queue #(
    parameter WIDTH  = 34,
    parameter ADDR_W = 11
) (
    input  wire             clk,
    input  wire             rst,

    input  wire             s_valid,
    output wire             s_ready,
    input  wire [WIDTH-1:0] s_data,

    output wire             m_valid,
    input  wire             m_ready,
    output wire [WIDTH-1:0] m_data
);

    reg  [ADDR_W:0]  level_q;
    wire             enters = s_valid && s_ready;
    wire             leaves = m_valid && m_ready;

    assign s_ready = !level_q[ADDR_W];

    always @(posedge clk) begin
        if (rst)
            level_q <= {ADDR_W+1{1'b0}};
        else
            level_q <= level_q + {{ADDR_W{1'b0}}, enters} - {{ADDR_W{1'b0}}, leaves};
    end

    packet_queue #(.WIDTH(WIDTH), .ADDR_W(ADDR_W)) queue (
        .clk(clk), .rst(rst),
        .s_valid(enters), .s_data(s_data),
        .m_valid(m_valid), .m_ready(m_ready), .m_data(m_data),
        .flush(1'b0));

endmodule
