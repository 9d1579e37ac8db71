// SPDX-License-Identifier: Apache-2.0
// What is at risk (EXP-*): of each symbol open buys, open sells, open notional, position and executed notional; of the session
// open and executed notional. Sums of open orders are exact: up to 1,024 orders of 32-bit shares at 32-bit prices. Position and
// executed notional stay at the ends of their 64 bits. One multiplier serves an execution (steps 1 and 2, as two halves of its
// price) and the order's value, or its change (step 3).
// Latency:      step 2 to the sums 1 clk: from step 3 on; step 3 to product 1 clk: in step 4; changes at the end of step 5
// Throughput:   one input every 6 clk
// Backpressure: none
// Errors:       none

`default_nettype none

module exposure #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire               clk,
    input  wire               rst,

    input  wire               step2,
    input  wire               step3,
    input  wire               step4,
    input  wire [SYM_W-1:0]   symbol,            // from step 2 on
    input  wire [31:0]        quantity,          // of the order or report
    input  wire [63:0]        execution_price,

    // Step 3: the order's price; how the live order changes (0 where it does not)
    input  wire               is_client,
    input  wire [31:0]        order_price,
    input  wire [7:0]         side,
    input  wire [31:0]        remaining,
    input  wire [31:0]        price,
    input  wire [7:0]         side_after,
    input  wire [31:0]        remaining_after,
    input  wire               fill,

    // Step 5: what happens
    input  wire               insert,            // a new order of order_side
    input  wire [7:0]         order_side,
    input  wire               change,            // of the live order
    input  wire               set_position,
    input  wire               set_executed,
    input  wire               set_session,       // executed, of the session
    input  wire [63:0]        value,

    output wire [63:0]        product,           // in step 4: the order's quantity x price
    output wire [63:0]        position,          // these seven: from step 3 on
    output wire [63:0]        executed,
    output wire [41:0]        open_buys,
    output wire [41:0]        open_sells,
    output wire [73:0]        open_notional,
    output wire [73:0]        session_open,
    output wire [63:0]        session_executed,
    output wire [63:0]        position_after,    // in step 5

    // Behind reset
    input  wire               clear,
    input  wire [7:0]         clear_index
);

    localparam        SUMS_W = 64 + 64 + 42 + 42 + 74;
    localparam [63:0] MOST = 64'h7FFFFFFFFFFFFFFF;
    localparam [63:0] LEAST = 64'h8000000000000000;

    reg  [SUMS_W-1:0] sums [0:SYMBOLS-1];
    reg  [SUMS_W-1:0] sums_q;                    // of the input's symbol
    reg  [73:0]       session_open_q;
    reg  [63:0]       session_executed_q;

    assign {position, executed, open_buys, open_sells, open_notional} = sums_q;
    assign session_open = session_open_q;
    assign session_executed = session_executed_q;

    // The multiplier
    wire signed [33:0] growth = $signed({2'd0, remaining_after}) - $signed({2'd0, remaining});
    wire signed [33:0] factor = (step3 && !is_client) ? growth : $signed({2'd0, quantity});
    wire [31:0]        worth = !step3 ? (step2 ? execution_price[63:32] : execution_price[31:0]) : is_client ? order_price : price;
    reg  signed [66:0] product_q;
    reg  [66:0]        product_q5;

    assign product = product_q[63:0];

    // An execution: low half in step 2, whole in step 4, added up in step 5
    reg  [63:0]       low_q;
    reg  [95:0]       execution_q;
    reg  [63:0]       position_q;
    reg  [63:0]       executed_q;
    reg  [63:0]       all_executed_q;

    wire [64:0]       moved = {position[63], position}
        + ((side == "B") ? {33'd0, quantity} : -{33'd0, quantity});
    wire [96:0]       executed_sum = {33'd0, executed} + {1'b0, execution_q};
    wire [96:0]       all_executed_sum = {33'd0, session_executed_q} + {1'b0, execution_q};

    assign position_after = set_position ? value : position_q;

    // Step 5
    wire [31:0]       gone = change ? remaining : 32'd0;
    wire [31:0]       come = insert ? quantity : change ? remaining_after : 32'd0;
    wire              gone_buy = (side == "B");
    wire              come_buy = ((insert ? order_side : side_after) == "B");
    wire [41:0]       buys = open_buys - {10'd0, gone_buy ? gone : 32'd0} + {10'd0, come_buy ? come : 32'd0};
    wire [41:0]       sells = open_sells - {10'd0, gone_buy ? 32'd0 : gone} + {10'd0, come_buy ? 32'd0 : come};
    wire [73:0]       grown = (insert || change) ? {{7{product_q5[66]}}, product_q5} : 74'd0;

    always @(posedge clk) begin
        if (step2) sums_q <= sums[symbol];
        product_q <= factor * $signed({1'b0, worth});
        product_q5 <= product_q;
        low_q <= product_q[63:0];
        if (step3) execution_q <= {product_q[63:0], 32'd0} + {32'd0, low_q};
        if (step4) begin
            position_q <= !fill ? position : (moved[64] == moved[63]) ? moved[63:0] : moved[64] ? LEAST : MOST;
            executed_q <= !fill ? executed : (executed_sum[96:64] == 33'd0) ? executed_sum[63:0] : {64{1'b1}};
            all_executed_q <= !fill ? session_executed_q
                : (all_executed_sum[96:64] == 33'd0) ? all_executed_sum[63:0] : {64{1'b1}};
        end
    end

    wire              write = insert || change || set_position || set_executed;
    wire [SUMS_W-1:0] sums_after = {position_after, set_executed ? value : executed_q, buys, sells, open_notional + grown};

    always @(posedge clk) begin
        if (clear) begin
            if (clear_index < SYMBOLS[7:0]) sums[clear_index[SYM_W-1:0]] <= {SUMS_W{1'b0}};
        end else if (write) sums[symbol] <= sums_after;
        if (insert || change) session_open_q <= session_open_q + grown;
        if (change) session_executed_q <= all_executed_q;
        if (set_session) session_executed_q <= value;
        if (rst) begin
            session_open_q <= 74'd0;
            session_executed_q <= 64'd0;
        end
    end

endmodule

`default_nettype wire
