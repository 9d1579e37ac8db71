// SPDX-License-Identifier: Apache-2.0
// Which ladder level a price is (contract 5.2): multiply with the tick's reciprocal, then multiply back to see
// whether the price is a whole number of ticks.
// Latency:      2 clk, advance1 to on/level/...; each stage holds until its next advance
// Throughput:   1 price every clock
// Backpressure: none of its own; the stages move when the caller says so
// Errors:       none; a price off the ladder is below, above or between, exactly one of the three

`default_nettype none

module price_level #(
    parameter SYMBOLS = 8,    // symbols
    parameter SYM_W   = 3,    // bits of a symbol's index
    parameter LEVELS  = 4096, // levels of a ladder, at most 4096
    parameter LEVEL_W = 12    // bits of a level
) (
    input  wire                  clk,

    input  wire                  advance1, // symbol and price are valid
    input  wire [SYM_W-1:0]      symbol,
    input  wire [31:0]           price,
    input  wire                  advance2, // one clock or more behind advance1

    output wire                  on,       // the price is a level
    output wire [LEVEL_W-1:0]    level,    // price = base + level * tick
    output wire                  below,    // under the base, or 0
    output wire                  above,    // over the last level
    output wire                  between,  // inside the ladder, no whole number of ticks

    input  wire [32*SYMBOLS-1:0] cfg_sym_base,
    input  wire [16*SYMBOLS-1:0] cfg_sym_tick,
    input  wire [29*SYMBOLS-1:0] cfg_sym_recip
);

    localparam LAST_LEVEL = LEVELS - 1;

    wire [31:0] base1 = cfg_sym_base[32*symbol +: 32];

    reg  [31:0] distance2_q;
    reg  [15:0] tick2_q;
    reg  [28:0] recip2_q;
    reg         below2_q;

    // A ladder spans less than 2^28, and what is over its end is seen before the product matters.
    wire [27:0] span2 = tick2_q * LAST_LEVEL[11:0];
    // Of the product only the quotient's bits matter.
    // verilator lint_off UNUSEDSIGNAL
    wire [56:0] product2 = distance2_q[27:0] * recip2_q;
    // verilator lint_on UNUSEDSIGNAL

    reg  [27:0]        distance3_q;
    reg  [15:0]        tick3_q;
    reg  [LEVEL_W-1:0] level3_q;
    reg                below3_q;
    reg                above3_q;

    wire [27:0] back3 = level3_q * tick3_q;
    wire        whole3 = (back3 == distance3_q);

    assign on      = !below3_q && !above3_q && whole3;
    assign level   = level3_q;
    assign below   = below3_q;
    assign above   = above3_q;
    assign between = !below3_q && !above3_q && !whole3;

    always @(posedge clk) begin
        if (advance1) begin
            distance2_q <= price - base1;
            tick2_q <= cfg_sym_tick[16*symbol +: 16];
            recip2_q <= cfg_sym_recip[29*symbol +: 29];
            below2_q <= (price < base1) || (price == 32'd0);
        end
        if (advance2) begin
            distance3_q <= distance2_q[27:0];
            tick3_q <= tick2_q;
            level3_q <= product2[28 +: LEVEL_W];
            below3_q <= below2_q;
            above3_q <= !below2_q && (distance2_q > {4'd0, span2});
        end
    end

endmodule

`default_nettype wire
