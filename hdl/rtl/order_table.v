// SPDX-License-Identifier: Apache-2.0
// One hash table of the order store: sets of four ways, a RAM each. Reads a set, compares, and says which way holds
// the order and which one is free. An entry lives while its generation is that of its symbol, so clearing a book is
// one increment; a walk removes the dead entries later, so that a generation can come round again.
// Latency:      3 clk, issue to found/entry/...; they hold until the next advance2 (or retry)
// Throughput:   one look-up every 2 clk; a write at the clock behind advance2 is seen by every later look-up
// Backpressure: none of its own; the stages move when the order store says so
// Errors:       none

`default_nettype none

module order_table #(
    parameter        SYMBOLS = 8,       // symbols
    parameter        SYM_W   = 3,       // bits of a symbol's index
    parameter        SETS    = 4096,    // sets of four ways
    parameter        SET_W   = 12,      // bits of a set's index
    parameter        GEN_W   = 10,      // bits of a generation
    parameter        INFO_W  = 47,      // bits of what is stored with an order
    parameter [11:0] POLY    = 12'hF13, // hash polynomial
    parameter        ENTRY_W = 125      // 1 + GEN_W + SYM_W + INFO_W + 64
) (
    input  wire                     clk,

    // Look-up
    input  wire                     issue,
    input  wire [63:0]              order_ref,   // with issue
    input  wire                     read_en,     // the clock behind issue, or behind that
    input  wire                     advance2,    // the clock behind read_en
    input  wire                     retry,       // forget the order that was found, its way is free now
    output wire                     found,
    output wire [SYM_W-1:0]         entry_symbol,
    output wire [INFO_W-1:0]        entry_info,
    output wire [3:0]               hit,         // its way
    output wire [3:0]               free,        // lowest free way, 0 when the set is full
    output reg  [2:0]               count,       // living orders in the set

    // Write into the set just looked up
    input  wire [3:0]               write_way,
    input  wire [ENTRY_W-1:0]       write_entry,

    // Walk: empty a whole set, or remove its dead entries (read, a clock later sweep, a clock later write)
    input  wire                     walk_read,
    input  wire                     walk_write,
    input  wire                     walk_all,
    input  wire [SET_W-1:0]         walk_set,

    input  wire [GEN_W*SYMBOLS-1:0] generations
);

    wire [SET_W-1:0]   set1_q;
    reg  [SET_W-1:0]   set3_q;

    order_hash #(.WIDTH(SET_W), .POLY(POLY)) hash (
        .clk      (clk),
        .enable   (issue),
        .order_ref(order_ref),
        .set      (set1_q)
    );

    wire [SET_W-1:0]   ram_set   = (walk_all || walk_write) ? walk_set : set3_q;
    wire [3:0]         ram_write = walk_all ? 4'b1111 : walk_write ? dead_q : write_way;
    wire [ENTRY_W-1:0] ram_entry = (walk_all || walk_write) ? {ENTRY_W{1'b0}} : write_entry;

    // A look-up whose RAM read coincided with a write takes the written entry from here.
    reg  [3:0]         last_way_q;
    reg  [SET_W-1:0]   last_set_q;
    reg  [ENTRY_W-1:0] last_entry_q;

    wire               last_hits = (last_set_q == set1_q);
    wire [3:0]         living2;
    wire [3:0]         valid2;
    wire [3:0]         same2;
    reg  [3:0]         hit_q;
    reg  [3:0]         living_q;
    reg  [3:0]         dead_q;

    assign found = |hit_q;
    assign hit   = hit_q;
    assign free  = ~living_q & (living_q + 4'd1);

    wire [(SYM_W+INFO_W)*4-1:0] way_entries;

    genvar way;
    generate
        for (way = 0; way < 4; way = way + 1) begin : gen_way
            wire [ENTRY_W-1:0] read_entry;

            ram_1r1w #(.WIDTH(ENTRY_W), .DEPTH(SETS), .ADDR_W(SET_W)) ram (
                .clk       (clk),
                .write_en  (ram_write[way]),
                .write_addr(ram_set),
                .write_data(ram_entry),
                .read_en   (read_en || walk_read),
                .read_addr (walk_read ? walk_set : set1_q),
                .read_data (read_entry)
            );

            wire               forward = last_way_q[way] && last_hits;
            wire [ENTRY_W-1:0] entry2 = forward ? last_entry_q : read_entry;
            wire [SYM_W-1:0]   symbol2 = entry2[64+INFO_W +: SYM_W];
            wire [GEN_W-1:0]   generation2 = entry2[64+INFO_W+SYM_W +: GEN_W];

            assign valid2[way] = entry2[ENTRY_W-1];
            assign living2[way] = valid2[way] && (generation2 == generations[GEN_W*symbol2 +: GEN_W]);
            assign same2[way] = (entry2[63:0] == ref1_q);

            reg  [SYM_W+INFO_W-1:0] entry_q;

            always @(posedge clk)
                if (advance2) entry_q <= entry2[64 +: SYM_W+INFO_W];

            assign way_entries[(SYM_W+INFO_W)*way +: SYM_W+INFO_W] = hit_q[way] ? entry_q : {SYM_W+INFO_W{1'b0}};
        end
    endgenerate

    assign {entry_symbol, entry_info} = way_entries[0 +: SYM_W+INFO_W]
        | way_entries[(SYM_W+INFO_W) +: SYM_W+INFO_W]
        | way_entries[(SYM_W+INFO_W)*2 +: SYM_W+INFO_W]
        | way_entries[(SYM_W+INFO_W)*3 +: SYM_W+INFO_W];

    reg [63:0] ref1_q;

    always @* begin
        count = {2'd0, living_q[0]} + {2'd0, living_q[1]} + {2'd0, living_q[2]} + {2'd0, living_q[3]};
    end

    always @(posedge clk) begin
        if (issue) ref1_q <= order_ref;
        if (advance2) begin
            set3_q <= set1_q;
            hit_q <= living2 & same2;
            living_q <= living2;
        end else if (retry) begin
            hit_q <= 4'd0;
            living_q <= living_q & ~hit_q;
        end
        dead_q <= valid2 & ~living2;
        last_way_q <= ram_write;
        last_set_q <= ram_set;
        if (ram_write != 4'd0) last_entry_q <= ram_entry;
    end

endmodule

`default_nettype wire
