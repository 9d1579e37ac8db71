// SPDX-License-Identifier: Apache-2.0
// The 64-bit event counters (contract 5.6). Any number of them may be pulsed in one clock, so each has an adder of its own.
//
// Latency:      2 clk, pulse to counted; 1 clk, index to value
// Throughput:   1 pulse/clk and counter
// Backpressure: none
// Errors:       none; counters wrap after 2^64
//
// Parameters: none
`include "tickproof_control.vh"

module counter_bank (
    input  wire                      clk,
    input  wire                      rst,

    input  wire [`TP_CNT_COUNT-1:0]  inc,               // bit = index of the counter
    input  wire [63:0]               add_gap_messages,  // amount, with the pulse of gap_messages

    input  wire [5:0]                index,
    output wire [63:0]               value              // 0 for an index without counter
);

    reg  [`TP_CNT_COUNT-1:0]    inc_q;
    reg  [63:0]                 amount_q;
    reg  [64*`TP_CNT_COUNT-1:0] count_q;
    reg  [63:0]                 value_q;

    genvar i;
    generate
        for (i = 0; i < `TP_CNT_COUNT; i = i + 1) begin : gen_counter
            wire [63:0] step = i == `TP_CNT_GAP_MESSAGES ? amount_q : 64'd1;
            always @(posedge clk) begin
                if (rst)
                    count_q[64 * i +: 64] <= 64'd0;
                else if (inc_q[i])
                    count_q[64 * i +: 64] <= count_q[64 * i +: 64] + step;
            end
        end
    endgenerate

    always @(posedge clk) begin
        inc_q    <= rst ? {`TP_CNT_COUNT{1'b0}} : inc;
        amount_q <= add_gap_messages;
        value_q  <= index < `TP_CNT_COUNT ? count_q[64 * index +: 64] : 64'd0;
    end

    assign value = value_q;

endmodule
