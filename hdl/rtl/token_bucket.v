// SPDX-License-Identifier: Apache-2.0
// RISK-RATE as a token bucket of one time: tat, the theoretical arrival time. An order passes while the tat that it would leave
// lies within the ceiling now + burst x token_ns; a client's own Cancel takes a token, too, but never pushes tat above it.
// Latency:      step 2 to passes 3 clk: in step 5
// Throughput:   one order every 4 clk
// Backpressure: none
// Errors:       none; 66 bits hold every time

`default_nettype none

module token_bucket (
    input  wire        clk,
    input  wire        rst,

    // Step 2: settings as they stand
    input  wire        step2,
    input  wire [31:0] token_ns,
    input  wire [15:0] burst,
    input  wire [63:0] now,

    // Step 5
    output reg         passes,
    input  wire        take            // an order that passes, or a Cancel of the client
);

    reg  [65:0] tat_q;
    reg  [47:0] span_q;                // burst x token_ns
    reg  [31:0] token_q;
    reg         any_q;                 // burst is not 0
    reg  [65:0] ceiling_q;
    reg  [65:0] next_q;
    reg  [65:0] taken_q;

    always @(posedge clk) begin
        if (step2) begin
            span_q <= {32'd0, burst} * {16'd0, token_ns};
            token_q <= token_ns;
            any_q <= (burst != 16'd0);
        end
        ceiling_q <= {2'd0, now} + {18'd0, span_q};
        next_q <= ((tat_q > {2'd0, now}) ? tat_q : {2'd0, now}) + {34'd0, token_q};
        passes <= any_q && (next_q <= ceiling_q);
        taken_q <= (next_q < ceiling_q) ? next_q : ceiling_q;
        if (take) tat_q <= taken_q;
        if (rst) tat_q <= 66'd0;
    end

endmodule

`default_nettype wire
