// SPDX-License-Identifier: Apache-2.0
// The live orders by user_ref_num (contract 7.1): 256 sets of four, a RAM a way, set = user_ref_num mod 256 (RISK-OPEN).
// A slot is {set, way}. Where an order stands in the order of acceptance is order_list's.
// Latency:      step 0 (look) to found/entry 2 clk, that is from step 2 on; step 1 (look) to full/free_slot, from step 3 on
// Throughput:   one look-up and one write a clock; a write is seen by every later look-up
// Backpressure: none
// Errors:       none; an insert into a full set is the caller's mistake

`default_nettype none

module open_orders #(
    parameter SYM_W = 3 // bits of a symbol's index
) (
    input  wire             clk,

    // Steps 0 and 1, and the walk of a kill: read a set
    input  wire             look,
    input  wire [7:0]       look_set,

    // Step 1: the order that was looked for
    input  wire             step1,
    input  wire [31:0]      key_ref,
    input  wire             key_exists,     // 0: the number is no user_ref_num
    output reg              found,
    output reg  [9:0]       slot,
    output reg  [SYM_W-1:0] symbol,         // these four are 0 when nothing was found
    output reg  [7:0]       side,
    output reg  [31:0]      remaining,
    output reg  [31:0]      price,

    // Step 2: room in the set of an order to come
    input  wire             step2,
    input  wire [31:0]      order_ref,
    output reg              full,
    output wire [9:0]       free_slot,

    // Step 5: a new order, or the found one changes; remaining 0 frees it
    input  wire             insert,
    input  wire             change,
    input  wire [SYM_W-1:0] new_symbol,
    input  wire [7:0]       new_side,
    input  wire [31:0]      new_remaining,
    input  wire [31:0]      new_price,

    // A clock behind look: the order of one way of that set
    input  wire [1:0]       walk_way,
    output wire [23:0]      walk_tag,
    output wire [SYM_W-1:0] walk_symbol,

    // Behind reset
    input  wire             clear,
    input  wire [7:0]       clear_index
);

    localparam ENTRY_W = 1 + 24 + SYM_W + 8 + 32 + 32;

    wire [ENTRY_W*4-1:0] entries;
    wire [3:0]           living;
    wire [3:0]           hit;
    reg  [3:0]           free_q;            // lowest free way, one-hot

    wire [31:0]          write_ref = insert ? order_ref : key_ref;
    wire [7:0]           write_set = clear ? clear_index : write_ref[7:0];
    wire                 stays = insert || (new_remaining != 32'd0);
    wire [ENTRY_W-1:0]   new_entry = clear ? {ENTRY_W{1'b0}}
        : {stays, write_ref[31:8], new_symbol, new_side, new_remaining, new_price};

    genvar way;
    generate
        for (way = 0; way < 4; way = way + 1) begin : gen_way
            ram_1r1w #(.WIDTH(ENTRY_W), .DEPTH(256), .ADDR_W(8)) ram (
                .clk       (clk),
                .write_en  (clear || (insert && free_q[way]) || (change && slot[1:0] == way)),
                .write_addr(write_set),
                .write_data(new_entry),
                .read_en   (look),
                .read_addr (look_set),
                .read_data (entries[ENTRY_W*way +: ENTRY_W])
            );

            assign living[way] = entries[ENTRY_W*way + ENTRY_W-1];
            assign hit[way] = living[way] && key_exists && (entries[ENTRY_W*way + ENTRY_W-25 +: 24] == key_ref[31:8]);
        end
    endgenerate

    // At most one way hits: what does not is 0.
    wire [ENTRY_W-26:0]  found_entry = (hit[0] ? entries[0 +: ENTRY_W-25] : {ENTRY_W-25{1'b0}})
        | (hit[1] ? entries[ENTRY_W +: ENTRY_W-25] : {ENTRY_W-25{1'b0}})
        | (hit[2] ? entries[ENTRY_W*2 +: ENTRY_W-25] : {ENTRY_W-25{1'b0}})
        | (hit[3] ? entries[ENTRY_W*3 +: ENTRY_W-25] : {ENTRY_W-25{1'b0}});

    assign {walk_tag, walk_symbol} = entries[ENTRY_W*walk_way + 72 +: 24 + SYM_W];
    assign free_slot = {order_ref[7:0], free_q[2] || free_q[3], free_q[1] || free_q[3]};

    always @(posedge clk) begin
        if (step1) begin
            found <= (hit != 4'd0);
            slot <= {key_ref[7:0], hit[2] || hit[3], hit[1] || hit[3]};
            {symbol, side, remaining, price} <= found_entry;
        end
        if (step2) begin
            full <= (living == 4'b1111);
            free_q <= ~living & (living + 4'd1);
        end
    end

endmodule

`default_nettype wire
