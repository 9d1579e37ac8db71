// SPDX-License-Identifier: Apache-2.0
// RISK-EXECUTIONS and RISK-LATCH: the times of each symbol's last 256 fills. More than max fills lie within the window exactly
// if the one that is max fills older than the youngest does. A fill counts itself, so for it the ring is looked at one place later.
// Latency:      step 2 to exceeded 3 clk: in step 5
// Throughput:   one look every 4 clk
// Backpressure: none
// Errors:       none

`default_nettype none

module execution_window #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire                  clk,

    // Step 2: settings as they stand
    input  wire                  step2,
    input  wire                  is_report,   // ask as a fill that is not in the ring yet
    input  wire [SYM_W-1:0]      symbol,
    input  wire [63:0]           now,
    output reg                   exceeded,    // in step 5

    // Step 5
    input  wire                  insert,      // the fill

    // Behind reset
    input  wire                  clear,
    input  wire [7:0]            clear_index,

    input  wire [8*SYMBOLS-1:0]  risk_sym_max_executions,
    input  wire [64*SYMBOLS-1:0] risk_sym_execution_window
);

    reg  [7:0]  heads [0:SYMBOLS-1];          // where the next fill goes
    reg  [8:0]  counts [0:SYMBOLS-1];         // fills in the ring, up to 256

    wire [7:0]  head = heads[symbol];
    wire [8:0]  count = counts[symbol];
    wire [7:0]  max = risk_sym_max_executions[8*symbol +: 8];
    wire [7:0]  place = head - max - {7'd0, !is_report};

    reg         enough_q;
    reg         itself_q;                     // the fill alone is more than max
    reg  [63:0] window_q;
    wire [63:0] fill_ns;                      // in step 3
    reg  [63:0] age_q;
    reg         enough_q2;
    reg  [63:0] window_q2;

    ram_1r1w #(.WIDTH(64), .DEPTH(256 << SYM_W), .ADDR_W(SYM_W+8)) times (
        .clk       (clk),
        .write_en  (insert),
        .write_addr({symbol, head}),
        .write_data(now),
        .read_en   (step2),
        .read_addr ({symbol, place}),
        .read_data (fill_ns)
    );

    always @(posedge clk) begin
        if (step2) begin
            itself_q <= is_report && (max == 8'd0);
            enough_q <= (count > {1'b0, max}) || (is_report && count == {1'b0, max});
            window_q <= risk_sym_execution_window[64*symbol +: 64];
        end
        age_q <= itself_q ? 64'd0 : now - fill_ns;
        enough_q2 <= enough_q;
        window_q2 <= window_q;
        exceeded <= enough_q2 && (age_q < window_q2);
    end

    always @(posedge clk) begin
        if (clear) begin
            if (clear_index < SYMBOLS[7:0]) begin
                heads[clear_index[SYM_W-1:0]] <= 8'd0;
                counts[clear_index[SYM_W-1:0]] <= 9'd0;
            end
        end else if (insert) begin
            heads[symbol] <= head + 8'd1;
            if (!count[8]) counts[symbol] <= count + 9'd1;
        end
    end

endmodule

`default_nettype wire
