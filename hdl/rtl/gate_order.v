// SPDX-License-Identifier: Apache-2.0
// The input's symbol, and an order as section 7 of the contract sees it: its side and price, and the highest user_ref_num so far.
// Latency:      symbol in step 2, the rest in step 3; highest_ref follows at the end of step 5
// Throughput:   one input a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module gate_order #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire             clk,
    input  wire             rst,

    // The input
    input  wire             step5,
    input  wire             is_control,
    input  wire             release_order,  // the command, whose order has a symbol of its own
    input  wire             is_client,
    input  wire [1:0]       kind,
    input  wire [7:0]       message_type,
    input  wire [15:0]      command_symbol,
    input  wire [31:0]      order_ref,
    input  wire [7:0]       order_side,
    input  wire [63:0]      order_price,

    // What was looked up: the live order (step 2), whose stock it is (step 2), whether the symbol is enabled (step 3)
    input  wire             found,
    input  wire [SYM_W-1:0] live_symbol,
    input  wire [7:0]       live_side,
    input  wire [31:0]      live_price,
    input  wire             stock_found,
    input  wire [SYM_W-1:0] stock_symbol,
    input  wire             enabled,

    output wire             is_order,       // an O, U or M of the client
    output wire             is_new,         // O or U
    output wire             is_cancel,      // X
    output wire             command_named,  // the command names a symbol that the device has
    output wire [SYM_W-1:0] symbol,
    output wire             symbol_known,
    output wire [7:0]       side,
    output wire [63:0]      price,
    output wire [31:0]      highest_ref
);

    reg  [31:0] highest_q;
    wire        enter = (message_type == "O");
    wire        modify = (message_type == "M");

    assign is_order = is_client && (kind == 2'd1);
    assign is_new = is_order && !modify;
    assign is_cancel = is_client && (kind == 2'd0) && (message_type == "X");
    assign command_named = is_control && (command_symbol < SYMBOLS[15:0]);
    assign symbol = (is_control && !release_order) ? (command_named ? command_symbol[SYM_W-1:0] : {SYM_W{1'b0}})
        : (is_order && enter) ? stock_symbol : live_symbol;
    assign symbol_known = enter ? stock_found : found && enabled;
    assign side = (enter || modify) ? order_side : live_side;
    assign price = modify ? {32'd0, live_price} : order_price;
    assign highest_ref = highest_q;

    always @(posedge clk) begin
        if (step5 && is_new && order_ref > highest_q) highest_q <= order_ref;
        if (rst) highest_q <= 32'd0;
    end

endmodule

`default_nettype wire
