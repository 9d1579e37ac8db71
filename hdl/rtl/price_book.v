// SPDX-License-Identifier: Apache-2.0
// The ladders (contract 5.2, 5.3): shares at every level of every symbol and side, and after every change the best
// level of that side. One summary bit a bitmap word, one bitmap bit a level: a summary bit 0 means that the word counts
// as 0, a bitmap bit 0 that the level does, so that a book is emptied in one clock and no memory needs initialising.
// Latency:      5 clk, level4_valid to top9_valid
// Throughput:   one change every 2 clk, but never 3 clk apart: the level RAM is read at clocks 4 and 7
// Backpressure: none
// Errors:       none; the order store takes away only what it has added

`default_nettype none

module price_book #(
    parameter SYMBOLS = 8,    // symbols
    parameter SYM_W   = 3,    // bits of a symbol's index
    parameter LEVELS  = 4096, // levels of a ladder, a multiple of 64, at most 4096
    parameter LEVEL_W = 12,   // bits of a level, at least 7
    parameter COUNT_W = 16    // bits of a number of orders
) (
    input  wire                  clk,
    input  wire                  rst,

    // Clocks 4 and 5, from order_store
    input  wire                  level4_valid,
    input  wire [3:0]            level4_kind,
    input  wire [SYM_W-1:0]      level4_symbol,
    input  wire                  level4_sell,
    input  wire [LEVEL_W-1:0]    level4_level,
    input  wire                  level4_on,
    input  wire                  level4_remove,
    input  wire [31:0]           level4_shares,
    input  wire                  level4_hides,
    input  wire                  level4_reveals,

    // Clocks 9 and 10, to record_builder
    output reg                   top9_update,  // this side of this symbol is now:
    output reg                   top9_sell,
    output reg  [31:0]           top9_price,   // 0: no order on the ladder
    output reg  [47:0]           top9_shares,
    output reg                   top9_partial,

    input  wire [32*SYMBOLS-1:0] cfg_sym_base,
    input  wire [16*SYMBOLS-1:0] cfg_sym_tick
);

    localparam [3:0] KIND_CLEAR = 4'd6;
    localparam       WORDS = LEVELS / 64;
    localparam       WORD_W = LEVEL_W - 6;
    localparam       LAST_LEVEL = LEVELS - 1;
    localparam [2*WORDS-1:0] ONE = 1;

    reg [2*WORDS-1:0]  summary [0:SYMBOLS-1];  // upper half: sells
    reg [COUNT_W-1:0]  hidden [0:SYMBOLS-1];   // live orders that make a top partial

    // Clock 4: read the level and its word; which is the first other word that is not empty?
    wire [WORD_W-1:0]  word4 = level4_level[LEVEL_W-1:6];
    wire [2*WORDS-1:0] summary4 = summary[level4_symbol];
    wire [WORDS-1:0]   side4 = level4_sell ? summary4[WORDS +: WORDS] : summary4[0 +: WORDS];
    wire [WORDS-1:0]   own4 = ONE[WORDS-1:0] << word4;
    wire               other4_any;
    wire [WORD_W-1:0]  other4;

    find_first #(.WIDTH(WORDS), .INDEX_W(WORD_W)) find_other (.bits(side4 & ~own4), .any(other4_any), .index(other4));

    // Clock 5: change the level, its word and the summary; read the other word
    reg                valid5_q;
    reg [2*WORDS-1:0]  summary5_q;
    reg                filled5_q;              // the own word is not empty
    reg                other5_any_q;
    reg [WORD_W-1:0]   other5_q;

    wire [WORD_W-1:0]  word5 = level4_level[LEVEL_W-1:6];
    wire [5:0]         bit5 = level4_level[5:0];
    wire [63:0]        word_read;
    wire [47:0]        level_read;
    wire [63:0]        old_word = filled5_q ? word_read : 64'd0;
    wire [47:0]        old_shares = old_word[bit5] ? level_read : 48'd0;
    wire [47:0]        new_shares = level4_remove ? old_shares - {16'd0, level4_shares} : old_shares + {16'd0, level4_shares};
    wire [63:0]        mask5 = 64'd1 << bit5;
    wire [63:0]        new_word = (new_shares != 48'd0) ? old_word | mask5 : old_word & ~mask5;
    wire               new_filled = (new_word != 64'd0);
    wire [2*WORDS-1:0] own5 = ONE << (level4_sell ? {1'b0, word5} + WORDS[WORD_W:0] : {1'b0, word5});
    wire               change5 = valid5_q && level4_on;
    wire               clear5 = valid5_q && (level4_kind == KIND_CLEAR);
    wire [COUNT_W-1:0] new_hidden = clear5 ? {COUNT_W{1'b0}}
        : hidden[level4_symbol] + {{COUNT_W-1{1'b0}}, level4_hides} - {{COUNT_W-1{1'b0}}, level4_reveals};

    // Clock 6: the best word is the own one or the other one; the best level is in it
    reg                valid6_q;
    reg [SYM_W-1:0]    symbol6_q;
    reg                sell6_q;
    reg                on6_q;
    reg                partial6_q;
    reg                own6_q;                 // the own word is the best
    reg                any6_q;
    reg [WORD_W-1:0]   word6_q;
    reg [63:0]         own_word6_q;

    wire               own_first = new_filled && !(other5_any_q && (other5_q < word5));
    wire [63:0]        best_word = own6_q ? own_word6_q : word_read;
    wire               best_some;
    wire [5:0]         best_bit;

    find_first #(.WIDTH(64), .INDEX_W(6)) find_best (.bits(best_word), .any(best_some), .index(best_bit));

    // Clock 7: read the best level's shares; how far is its price from the base?
    reg                valid7_q;
    reg [SYM_W-1:0]    symbol7_q;
    reg                sell7_q;
    reg                on7_q;
    reg                any7_q;
    reg                partial7_q;
    reg [LEVEL_W-1:0]  level7_q;
    reg [31:0]         base7_q;
    reg [15:0]         tick7_q;

    wire [LEVEL_W-1:0] steps7 = sell7_q ? level7_q : LAST_LEVEL[LEVEL_W-1:0] - level7_q;

    // Clock 8: price and shares
    reg                valid8_q;
    reg                sell8_q;
    reg                on8_q;
    reg                any8_q;
    reg                partial8_q;
    reg [31:0]         base8_q;
    reg [27:0]         distance8_q;

    ram_1r1w #(.WIDTH(64), .DEPTH(1 << (SYM_W + 1 + WORD_W)), .ADDR_W(SYM_W + 1 + WORD_W)) word_ram (
        .clk       (clk),
        .write_en  (change5),
        .write_addr({level4_symbol, level4_sell, word5}),
        .write_data(new_word),
        .read_en   (level4_valid || valid5_q),
        .read_addr ({level4_symbol, level4_sell, valid5_q ? other5_q : word4}),
        .read_data (word_read)
    );

    ram_1r1w #(.WIDTH(48), .DEPTH(1 << (SYM_W + 1 + LEVEL_W)), .ADDR_W(SYM_W + 1 + LEVEL_W)) level_ram (
        .clk       (clk),
        .write_en  (change5),
        .write_addr({level4_symbol, level4_sell, level4_level}),
        .write_data(new_shares),
        .read_en   (level4_valid || valid7_q),
        .read_addr (valid7_q ? {symbol7_q, sell7_q, level7_q} : {level4_symbol, level4_sell, level4_level}),
        .read_data (level_read)
    );

    always @(posedge clk) begin
        valid5_q <= level4_valid;
        valid6_q <= valid5_q;
        valid7_q <= valid6_q;
        valid8_q <= valid7_q;
        if (rst) begin
            valid5_q <= 1'b0;
            valid6_q <= 1'b0;
            valid7_q <= 1'b0;
            valid8_q <= 1'b0;
        end
    end

    always @(posedge clk) begin
        if (level4_valid) begin
            summary5_q <= summary4;
            filled5_q <= side4[word4];
            other5_any_q <= other4_any;
            other5_q <= other4;
        end
        if (valid5_q) begin
            if (clear5) summary[level4_symbol] <= {2*WORDS{1'b0}};
            else if (level4_on) summary[level4_symbol] <= new_filled ? summary5_q | own5 : summary5_q & ~own5;
            hidden[level4_symbol] <= new_hidden;

            symbol6_q <= level4_symbol;
            sell6_q <= level4_sell;
            on6_q <= level4_on;
            partial6_q <= (new_hidden != {COUNT_W{1'b0}});
            own6_q <= own_first;
            any6_q <= new_filled || other5_any_q;
            word6_q <= own_first ? word5 : other5_q;
            own_word6_q <= new_word;
        end
        if (valid6_q) begin
            symbol7_q <= symbol6_q;
            sell7_q <= sell6_q;
            on7_q <= on6_q;
            any7_q <= any6_q && best_some;
            partial7_q <= partial6_q;
            level7_q <= {word6_q, best_bit};
            base7_q <= cfg_sym_base[32*symbol6_q +: 32];
            tick7_q <= cfg_sym_tick[16*symbol6_q +: 16];
        end
        if (valid7_q) begin
            sell8_q <= sell7_q;
            on8_q <= on7_q;
            any8_q <= any7_q;
            partial8_q <= partial7_q;
            base8_q <= base7_q;
            distance8_q <= steps7 * tick7_q;
        end
        if (valid8_q) begin
            top9_update <= on8_q;
            top9_sell <= sell8_q;
            top9_price <= any8_q ? base8_q + {4'd0, distance8_q} : 32'd0;
            top9_shares <= any8_q ? level_read : 48'd0;
            top9_partial <= partial8_q;
        end
    end

endmodule

`default_nettype wire
