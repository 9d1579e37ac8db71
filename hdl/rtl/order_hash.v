// SPDX-License-Identifier: Apache-2.0
// Spreads order references over the sets of one hash table: the remainder of the reference modulo a polynomial over
// GF(2). Exchanges hand out references in sequence or in strides; any 2 ** WIDTH references that differ in WIDTH
// neighbouring bits only fall into 2 ** WIDTH different sets. Two tables take coprime polynomials, so that
// references which share a set in one table part in the other.
// Latency:      1 clk, enable to set
// Throughput:   one reference a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module order_hash #(
    parameter        WIDTH = 12,     // bits of a set's index, 1 to 12
    parameter [11:0] POLY  = 12'hF13 // the polynomial without its leading term; its constant term is taken as 1
) (
    input  wire             clk,

    input  wire             enable,
    input  wire [63:0]      order_ref,
    output reg  [WIDTH-1:0] set
);

    localparam [WIDTH-1:0] ONE = 1;

    // Bit k of the result is the parity of the reference bits whose power of x has a remainder with bit k set.
    function [64*WIDTH-1:0] parity_masks;
        input [WIDTH-1:0] polynomial;
        reg   [WIDTH-1:0] remainder;
        integer           position;
        integer           bit_index;
        begin
            parity_masks = {64*WIDTH{1'b0}};
            remainder = ONE;
            for (position = 0; position < 64; position = position + 1) begin
                for (bit_index = 0; bit_index < WIDTH; bit_index = bit_index + 1)
                    parity_masks[64*bit_index + position] = remainder[bit_index];
                remainder = (remainder << 1) ^ (remainder[WIDTH-1] ? polynomial : {WIDTH{1'b0}});
            end
        end
    endfunction

    localparam [WIDTH-1:0]    POLYNOMIAL = POLY[WIDTH-1:0] | ONE;
    localparam [64*WIDTH-1:0] MASKS      = parity_masks(POLYNOMIAL);

    integer index;

    always @(posedge clk)
        if (enable)
            for (index = 0; index < WIDTH; index = index + 1)
                set[index] <= ^(order_ref & MASKS[64*index +: 64]);

endmodule

`default_nettype wire
