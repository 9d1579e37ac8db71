// SPDX-License-Identifier: Apache-2.0
// Index of the lowest set bit: each step asks whether the lower half is empty, so the depth is INDEX_W steps.
// Latency:      0 clk (combinational)
// Throughput:   one search a clock
// Backpressure: none
// Errors:       none; no bit set -> any is 0 and index has no meaning

`default_nettype none

module find_first #(
    parameter WIDTH   = 64, // bits searched
    parameter INDEX_W = 6   // bits of an index: 2 ** INDEX_W >= WIDTH
) (
    input  wire [WIDTH-1:0]   bits,
    output wire               any,
    output reg  [INDEX_W-1:0] index
);

    localparam SPAN = 1 << INDEX_W;

    reg [SPAN-1:0] rest;
    reg [SPAN-1:0] low;
    integer        step;

    assign any = |bits;

    always @* begin
        rest = {SPAN{1'b0}};
        rest[WIDTH-1:0] = bits;
        low = {SPAN{1'b0}};
        index = {INDEX_W{1'b0}};
        for (step = INDEX_W - 1; step >= 0; step = step - 1) begin
            low = rest & ({SPAN{1'b1}} >> (SPAN - (1 << step)));
            index[step] = (low == {SPAN{1'b0}});
            rest = index[step] ? rest >> (1 << step) : low;
        end
    end

endmodule

`default_nettype wire
