// SPDX-License-Identifier: Apache-2.0
// Every live order of every symbol (contract 5.1, 5.6): looks a reference up in both tables at once, applies the
// order rules, and tells the price book what to add to or take from which level.
// Latency:      4 clk, issue to level4_valid
// Throughput:   one primitive every 2 clk; the result of one is seen by the next
// Backpressure: an add whose reference is alive takes two turns, the removal first: `retry` is high for a clock, and
//               the primitive behind it waits 2 clk (book_sequencer)
// Errors:       unknown, duplicate, over-reduced, bad and misplaced orders give a pulse; no room -> level4_degraded

`default_nettype none

module order_store #(
    parameter SYMBOLS = 8,    // symbols
    parameter SYM_W   = 3,    // bits of a symbol's index
    parameter LEVELS  = 4096, // levels of a ladder
    parameter LEVEL_W = 12,   // bits of a level
    parameter SETS    = 4096, // sets of four ways in each of the two tables, a power of two, 2 to 4096
    parameter SET_W   = 12,   // log2(SETS)
    parameter GEN_W   = 10    // bits of a generation, at least 2
) (
    input  wire               clk,
    input  wire               rst,

    // Clock 0: a primitive enters (its kinds: book_sequencer)
    input  wire               issue,
    input  wire [63:0]        order_ref,
    input  wire [31:0]        shares,
    input  wire [7:0]         side,

    // Clocks 1 and 2
    input  wire               valid1,
    input  wire               valid2,
    input  wire [3:0]         kind1,
    input  wire [3:0]         op1,
    input  wire               last1,
    input  wire [2:0]         tag1,

    // Clocks 2 and 3, from symbol_table
    input  wire               active2,
    input  wire               compare2,
    input  wire [SYM_W-1:0]   symbol2,
    input  wire               state_changed2,
    input  wire [31:0]        state2,
    input  wire               whole_market2,

    // Clock 3, from price_level
    input  wire               price_on,
    input  wire [LEVEL_W-1:0] price_level,
    input  wire               price_below,
    input  wire               price_above,
    input  wire               price_between,

    output wire               retry,             // clock 3: this primitive comes again in 2 clk

    // Clocks 4 and 5, to price_book
    output reg                level4_valid,
    output reg  [3:0]         level4_kind,
    output reg  [3:0]         level4_op,
    output reg                level4_compare,    // the symbol's top is to be compared with the last one emitted
    output reg  [2:0]         level4_tag,
    output reg  [SYM_W-1:0]   level4_symbol,
    output reg                level4_sell,
    output reg  [LEVEL_W-1:0] level4_level,      // 0 is the best that the ladder has: lowest ask, highest bid
    output reg                level4_on,         // the level changes
    output reg                level4_remove,
    output reg  [31:0]        level4_shares,
    output reg                level4_hides,      // one more live order that may be better than the ladder's best
    output reg                level4_reveals,    // one less
    output reg                level4_state,      // the trading state changed
    output reg                level4_market,     // that of no symbol, the market phase
    output reg                level4_degraded,   // the order could not be stored
    output reg  [31:0]        level4_aux,        // new trading state, or live orders in the store

    // Status
    output wire               ready,             // the tables are initialised
    output wire               clear_ok,          // a book may be cleared
    output wire               busy,              // a primitive is in clock 3, or comes again
    output reg                inc_unknown_reference,
    output reg                inc_duplicate_reference,
    output reg                inc_over_reduced,
    output reg                inc_bad_add,
    output reg                inc_wrong_locate,
    output reg                inc_degraded
);

    localparam [3:0] KIND_ADD = 4'd1;
    localparam [3:0] KIND_REDUCE = 4'd2;
    localparam [3:0] KIND_DELETE = 4'd3;
    localparam [3:0] KIND_READD = 4'd4;
    localparam [3:0] KIND_CLEAR = 4'd6;
    localparam [3:0] OP_INIT = 4'd15;

    localparam INFO_W = 3 + LEVEL_W + 32;
    localparam ENTRY_W = 1 + GEN_W + SYM_W + INFO_W + 64;
    localparam COUNT_W = SET_W + 4;
    localparam LAST_LEVEL = LEVELS - 1;

    // Clock 1: what the store itself needs of the primitive; clock 3: all of it
    reg [63:0]            ref1_q;
    reg [31:0]            shares1_q;
    reg                   sell1_q;
    reg                   side_known1_q;
    reg                   valid3_q;
    reg                   retry_q;
    reg [3:0]             kind3_q;
    reg [3:0]             op3_q;
    reg                   last3_q;
    reg [2:0]             tag3_q;
    reg [63:0]            ref3_q;
    reg [31:0]            shares3_q;
    reg                   sell3_q;
    reg                   bad3_q;

    // The tables
    wire                  found_0;
    wire                  found_1;
    wire [SYM_W-1:0]      symbol_0;
    wire [SYM_W-1:0]      symbol_1;
    wire [INFO_W-1:0]     info_0;
    wire [INFO_W-1:0]     info_1;
    wire [3:0]            hit_0;
    wire [3:0]            hit_1;
    wire [3:0]            free_0;
    wire [3:0]            free_1;
    wire [2:0]            count_0;
    wire [2:0]            count_1;
    wire [3:0]            write_0;
    wire [3:0]            write_1;
    wire [ENTRY_W-1:0]    write_entry;
    wire                  walk_read;
    wire                  walk_write;
    wire                  walk_all;
    wire [SET_W-1:0]      walk_set;

    // Generations and live orders by symbol
    reg [GEN_W*SYMBOLS-1:0] generations_q;
    reg [COUNT_W-1:0]       live [0:SYMBOLS-1];
    reg [COUNT_W-1:0]       live_total_q;

    // The order that was found
    wire                  found = found_0 || found_1;
    wire [SYM_W-1:0]      old_symbol = symbol_0 | symbol_1;
    wire                  old_sell;
    wire                  old_on;
    wire                  old_hides;
    wire [LEVEL_W-1:0]    old_level;
    wire [31:0]           old_shares;
    assign {old_sell, old_on, old_hides, old_level, old_shares} = info_0 | info_1;

    // The first half of a U tells the second what it removed.
    reg                   replace_ok_q;
    reg                   replace_sell_q;

    // The rules
    wire                  bad = valid3_q && (kind3_q == KIND_ADD) && bad3_q;
    wire                  add = valid3_q && ((kind3_q == KIND_ADD && !bad3_q)
                                || (kind3_q == KIND_READD && replace_ok_q && shares3_q != 32'd0));
    wire                  take = valid3_q && (kind3_q == KIND_REDUCE || kind3_q == KIND_DELETE);
    wire                  misplaced = take && found && (old_symbol != symbol2);
    wire                  taken = take && found && (old_symbol == symbol2);
    wire                  over = taken && (kind3_q == KIND_REDUCE) && (shares3_q > old_shares);
    wire                  gone = taken && ((kind3_q == KIND_DELETE) || (shares3_q >= old_shares));
    wire                  removal = gone || retry;
    wire                  room = (free_0 != 4'd0) || (free_1 != 4'd0);
    wire                  store = add && !found && room;
    wire                  clear = valid3_q && (kind3_q == KIND_CLEAR);

    wire                  new_sell = (kind3_q == KIND_READD) ? replace_sell_q : sell3_q;
    wire                  new_hides = price_between || (new_sell ? price_below : price_above);
    wire [LEVEL_W-1:0]    new_level = new_sell ? price_level : LAST_LEVEL[LEVEL_W-1:0] - price_level;
    wire [31:0]           left_shares = old_shares - shares3_q;
    wire [SYM_W-1:0]      touched = retry ? old_symbol : symbol2;
    wire [GEN_W-1:0]      generation = generations_q[GEN_W*symbol2 +: GEN_W];

    assign retry = add && found;
    assign busy = valid3_q || retry_q;

    assign write_entry = add && !found ? {1'b1, generation, symbol2, new_sell, price_on, new_hides, new_level, shares3_q, ref3_q}
        : {!removal, generation, symbol2, old_sell, old_on, old_hides, old_level, left_shares, ref3_q};
    assign write_0 = (taken || retry) ? hit_0 : (store && !(count_1 < count_0)) ? free_0 : 4'd0;
    assign write_1 = (taken || retry) ? hit_1 : (store && (count_1 < count_0)) ? free_1 : 4'd0;

    order_table #(
        .SYMBOLS(SYMBOLS), .SYM_W(SYM_W), .SETS(SETS), .SET_W(SET_W), .GEN_W(GEN_W), .INFO_W(INFO_W),
        .POLY(12'hF13), .ENTRY_W(ENTRY_W)
    ) table_0 (
        .clk(clk), .issue(issue), .order_ref(order_ref), .read_en(valid1), .advance2(valid2), .retry(retry),
        .found(found_0), .entry_symbol(symbol_0), .entry_info(info_0), .hit(hit_0), .free(free_0), .count(count_0),
        .write_way(write_0), .write_entry(write_entry),
        .walk_read(walk_read), .walk_write(walk_write), .walk_all(walk_all), .walk_set(walk_set),
        .generations(generations_q)
    );

    order_table #(
        .SYMBOLS(SYMBOLS), .SYM_W(SYM_W), .SETS(SETS), .SET_W(SET_W), .GEN_W(GEN_W), .INFO_W(INFO_W),
        .POLY(12'h07B), .ENTRY_W(ENTRY_W)
    ) table_1 (
        .clk(clk), .issue(issue), .order_ref(order_ref), .read_en(valid1), .advance2(valid2), .retry(retry),
        .found(found_1), .entry_symbol(symbol_1), .entry_info(info_1), .hit(hit_1), .free(free_1), .count(count_1),
        .write_way(write_1), .write_entry(write_entry),
        .walk_read(walk_read), .walk_write(walk_write), .walk_all(walk_all), .walk_set(walk_set),
        .generations(generations_q)
    );

    order_walk #(.SETS(SETS), .SET_W(SET_W), .GEN_W(GEN_W)) walk (
        .clk(clk), .rst(rst), .quiet(!valid1 && !valid2 && !busy), .clear(clear && op3_q != OP_INIT),
        .walk_read(walk_read), .walk_write(walk_write), .walk_all(walk_all), .walk_set(walk_set),
        .ready(ready), .clear_ok(clear_ok)
    );

    always @(posedge clk) begin
        valid3_q <= (valid2 && active2) || retry_q;
        retry_q <= retry;
        level4_valid <= valid3_q;
        inc_unknown_reference <= take && !found;
        inc_duplicate_reference <= retry;
        inc_over_reduced <= over;
        inc_bad_add <= bad;
        inc_wrong_locate <= misplaced;
        inc_degraded <= add && !found && !room;
        if (rst) begin
            valid3_q <= 1'b0;
            retry_q <= 1'b0;
            level4_valid <= 1'b0;
        end
    end

    always @(posedge clk) begin
        if (issue) begin
            ref1_q <= order_ref;
            shares1_q <= shares;
            sell1_q <= (side == "S");
            side_known1_q <= (side == "B") || (side == "S");
        end
        if (valid2) begin
            kind3_q <= kind1;
            op3_q <= op1;
            last3_q <= last1;
            tag3_q <= tag1;
            ref3_q <= ref1_q;
            shares3_q <= shares1_q;
            sell3_q <= sell1_q;
            bad3_q <= !side_known1_q || (shares1_q == 32'd0);
        end
    end

    always @(posedge clk) begin
        if (valid3_q) begin
            if (kind3_q == KIND_DELETE) begin
                replace_ok_q <= taken;
                replace_sell_q <= old_sell;
            end
            if (clear) live[symbol2] <= {COUNT_W{1'b0}};
            else if (store) live[touched] <= live[touched] + 1'b1;
            else if (removal) live[touched] <= live[touched] - 1'b1;

            level4_kind <= kind3_q;
            level4_op <= op3_q;
            level4_compare <= retry ? (old_symbol != symbol2) : (compare2 && last3_q);
            level4_tag <= tag3_q;
            level4_symbol <= touched;
            level4_sell <= store ? new_sell : old_sell;
            level4_level <= store ? new_level : old_level;
            level4_on <= store ? price_on : (taken || retry) && old_on;
            level4_remove <= !store;
            level4_shares <= removal ? old_shares : shares3_q;
            level4_hides <= store && new_hides;
            level4_reveals <= removal && old_hides;
            level4_state <= state_changed2 && !retry;
            level4_market <= whole_market2;
            level4_degraded <= add && !found && !room;
            level4_aux <= state_changed2 ? state2 : {{32-COUNT_W{1'b0}}, live_total_q};
        end
    end

    always @(posedge clk) begin
        if (clear && op3_q != OP_INIT) begin
            generations_q[GEN_W*symbol2 +: GEN_W] <= generation + 1'b1;
            live_total_q <= live_total_q - live[symbol2];
        end else if (store) begin
            live_total_q <= live_total_q + 1'b1;
        end else if (removal) begin
            live_total_q <= live_total_q - 1'b1;
        end
        if (rst) begin
            generations_q <= {GEN_W*SYMBOLS{1'b0}};
            live_total_q <= {COUNT_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
