// SPDX-License-Identifier: Apache-2.0
// ceil(2^28 / tick), bit by bit: the price book then divides by the tick with one multiplication, and only a commit waits for this division.
//
// Latency:      31 clk, start to done
// Throughput:   1 quotient at a time
// Backpressure: start is ignored while one is computed
// Errors:       tick 0 gives all ones
//
// Parameters: none
module tick_reciprocal (
    input  wire        clk,
    input  wire        rst,

    input  wire        start,
    input  wire [15:0] tick,

    output wire        done,     // one clock; recip holds until the next start
    output wire [28:0] recip
);

    reg         busy_q;
    reg         done_q;
    reg  [4:0]  left_q;
    reg  [15:0] tick_q;
    reg  [28:0] dividend_q;      // its bits leave at the top while those of the quotient enter at the bottom
    reg  [15:0] rest_q;

    wire [16:0] partial = {rest_q, dividend_q[28]};
    wire        fits    = partial >= {1'b0, tick_q};
    wire [16:0] reduced = partial - {1'b0, tick_q};

    always @(posedge clk) begin
        if (rst) begin
            busy_q <= 1'b0;
            done_q <= 1'b0;
        end else begin
            busy_q <= busy_q ? left_q != 5'd0 : start;
            done_q <= busy_q && left_q == 5'd0;
        end
        if (busy_q) begin
            left_q     <= left_q - 5'd1;
            dividend_q <= {dividend_q[27:0], fits};
            rest_q     <= fits ? reduced[15:0] : partial[15:0];
        end else if (start) begin
            left_q     <= 5'd28;
            dividend_q <= 29'h0fffffff + {13'd0, tick};   // 2^28 + tick - 1: rounds up
            rest_q     <= 16'd0;
            tick_q     <= tick;
        end
    end

    assign done  = done_q;
    assign recip = dividend_q;

    // A rest is below the tick, so the borrow bit is always 0 where `reduced` is used.
    wire unused = &{1'b0, reduced[16]};

endmodule
