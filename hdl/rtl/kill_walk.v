// SPDX-License-Identifier: Apache-2.0
// Sends the Cancels of a kill (KILL-CANCEL): walks the live orders in order of acceptance and names those in its scope.
// Latency:      3 clk, start to the first Cancel
// Throughput:   2 clk a live order
// Backpressure: waits for send_ready; meanwhile nothing else is taken by the gate
// Errors:       none

`default_nettype none

module kill_walk #(
    parameter SYM_W = 3 // bits of a symbol's index
) (
    input  wire             clk,
    input  wire             rst,

    input  wire             start,         // step 5 of the input that caused it
    input  wire             start_all,     // every order, or those of one symbol
    input  wire [SYM_W-1:0] start_symbol,
    output wire             walking,

    // The live orders
    output wire             read,
    output wire [9:0]       slot,
    input  wire [9:0]       next_slot,     // these three: a clock behind read
    input  wire [23:0]      order_tag,
    input  wire [SYM_W-1:0] order_symbol,
    input  wire [9:0]       head,
    input  wire [9:0]       tail,
    input  wire [10:0]      live,

    // Cancels
    output wire             send_valid,
    input  wire             send_ready,
    output wire [31:0]      send_ref
);

    localparam [1:0] IDLE = 2'd0;
    localparam [1:0] BEGIN = 2'd1;
    localparam [1:0] READ = 2'd2;
    localparam [1:0] NAME = 2'd3;

    reg  [1:0]       state_q;
    reg              all_q;
    reg  [SYM_W-1:0] symbol_q;
    reg  [9:0]       slot_q;
    wire             in_scope = all_q || (order_symbol == symbol_q);
    wire             done = !in_scope || send_ready;

    assign walking = (state_q != IDLE);
    assign read = (state_q == READ);
    assign slot = slot_q;
    assign send_valid = (state_q == NAME) && in_scope;
    assign send_ref = {order_tag, slot_q[9:2]};

    always @(posedge clk) begin
        case (state_q)
            IDLE: if (start) state_q <= BEGIN;
            // Only now is the list as the input left it.
            BEGIN: state_q <= (live == 11'd0) ? IDLE : READ;
            READ: state_q <= NAME;
            default: if (done) state_q <= (slot_q == tail) ? IDLE : READ;
        endcase
        if (state_q == BEGIN) slot_q <= head;
        if (state_q == NAME && done) slot_q <= next_slot;
        if (start) begin
            all_q <= start_all;
            symbol_q <= start_symbol;
        end
        if (rst) state_q <= IDLE;
    end

endmodule

`default_nettype wire
