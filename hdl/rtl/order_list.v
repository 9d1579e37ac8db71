// SPDX-License-Identifier: Apache-2.0
// The live orders in order of acceptance (KILL-CANCEL): a doubly linked list over the slots of open_orders.
// Latency:      insert and unlink take effect at the end of their clock; walk_read to walk_next 1 clk
// Throughput:   one insert or unlink every 4 clk (look, and two clocks later the change)
// Backpressure: none
// Errors:       none

`default_nettype none

module order_list (
    input  wire        clk,
    input  wire        rst,

    // Step 2: the neighbours of an order that may go
    input  wire        look,
    input  wire [9:0]  slot,

    // Step 5
    input  wire        insert,      // free_slot joins at the end
    input  wire        unlink,      // slot leaves
    input  wire [9:0]  free_slot,

    // The walk of a kill
    input  wire        walk_read,
    input  wire [9:0]  walk_slot,
    output wire [9:0]  walk_next,

    output wire [9:0]  head,
    output wire [9:0]  tail,
    output wire [10:0] live         // orders
);

    reg  [9:0]  head_q;
    reg  [9:0]  tail_q;
    reg  [10:0] live_q;
    wire [9:0]  next;               // of slot, or of walk_slot
    wire [9:0]  previous;           // of slot
    wire        is_head = (slot == head_q);
    wire        is_tail = (slot == tail_q);

    assign head = head_q;
    assign tail = tail_q;
    assign live = live_q;
    assign walk_next = next;

    ram_1r1w #(.WIDTH(10), .DEPTH(1024), .ADDR_W(10)) nexts (
        .clk       (clk),
        .write_en  ((insert && live_q != 11'd0) || (unlink && !is_head)),
        .write_addr(insert ? tail_q : previous),
        .write_data(insert ? free_slot : next),
        .read_en   (look || walk_read),
        .read_addr (walk_read ? walk_slot : slot),
        .read_data (next)
    );

    ram_1r1w #(.WIDTH(10), .DEPTH(1024), .ADDR_W(10)) previouses (
        .clk       (clk),
        .write_en  ((insert && live_q != 11'd0) || (unlink && !is_tail)),
        .write_addr(insert ? free_slot : next),
        .write_data(insert ? tail_q : previous),
        .read_en   (look),
        .read_addr (slot),
        .read_data (previous)
    );

    always @(posedge clk) begin
        if (insert) begin
            if (live_q == 11'd0) head_q <= free_slot;
            tail_q <= free_slot;
            live_q <= live_q + 11'd1;
        end else if (unlink) begin
            if (is_head) head_q <= next;
            if (is_tail) tail_q <= previous;
            live_q <= live_q - 11'd1;
        end
        if (rst) live_q <= 11'd0;
    end

endmodule

`default_nettype wire
