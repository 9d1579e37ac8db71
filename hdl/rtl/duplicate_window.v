// SPDX-License-Identifier: Apache-2.0
// RISK-DUPLICATE: the last 16 forwarded Enters. Their times only grow, so the youngest twin decides.
// Latency:      step 1 to duplicate 4 clk: in step 5
// Throughput:   one order every 5 clk
// Backpressure: none
// Errors:       none

`default_nettype none

module duplicate_window #(
    parameter SYM_W = 3 // bits of a symbol's index
) (
    input  wire             clk,
    input  wire             rst,

    // Steps 1 to 5; the symbol from step 2 on
    input  wire             step1,
    input  wire             step2,
    input  wire [SYM_W-1:0] symbol,
    input  wire [7:0]       side,
    input  wire [30:0]      price,         // more bits fail RISK-MESSAGE, which hides this check
    input  wire [19:0]      quantity,      // likewise
    input  wire [63:0]      now,           // from step 2 on
    output reg              duplicate,     // in step 5

    // Step 5
    input  wire             insert,

    input  wire [63:0]      window_ns      // from step 3 on
);

    localparam DEPTH = 16;
    localparam ORDER_W = SYM_W + 8 + 31 + 20;

    // Youngest in the lowest slice
    reg  [DEPTH-1:0]         valid_q;
    reg  [ORDER_W*DEPTH-1:0] orders_q;
    reg  [64*DEPTH-1:0]      times_q;

    reg  [DEPTH-1:0]         alike_q;      // but for the symbol
    reg                      twin;
    reg  [63:0]              twin_ns;
    reg                      twin_q;
    reg  [63:0]              twin_ns_q;
    reg                      twin_q2;
    reg  [63:0]              age_q2;
    integer                  i;

    always @* begin
        twin = 1'b0;
        twin_ns = 64'd0;
        for (i = DEPTH - 1; i >= 0; i = i - 1) begin
            if (alike_q[i] && (orders_q[ORDER_W*i + 59 +: SYM_W] == symbol)) begin
                twin = 1'b1;
                twin_ns = times_q[64*i +: 64];
            end
        end
    end

    always @(posedge clk) begin
        if (step1) begin
            for (i = 0; i < DEPTH; i = i + 1)
                alike_q[i] <= valid_q[i] && (orders_q[ORDER_W*i +: 59] == {side, price, quantity});
        end
        if (step2) begin
            twin_q <= twin;
            twin_ns_q <= twin_ns;
        end
        twin_q2 <= twin_q;
        age_q2 <= now - twin_ns_q;
        duplicate <= twin_q2 && (age_q2 < window_ns);
        if (insert) begin
            orders_q <= {orders_q[ORDER_W*(DEPTH-1)-1:0], symbol, side, price, quantity};
            times_q <= {times_q[64*(DEPTH-1)-1:0], now};
            valid_q <= {valid_q[DEPTH-2:0], 1'b1};
        end
        if (rst) valid_q <= {DEPTH{1'b0}};
    end

endmodule

`default_nettype wire
