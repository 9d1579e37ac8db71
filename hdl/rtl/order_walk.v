// SPDX-License-Identifier: Apache-2.0
// Walks over all sets of the order tables: once after reset to empty them, and after a book was cleared to remove its
// dead entries, a set every 3 clk, only while no primitive is in the store, so that it never delays one.
// Latency:      SETS + 1 clk from reset to ready
// Throughput:   3 clk a set
// Backpressure: clear_ok falls before a generation could come round again while dead entries carry it
// Errors:       none

`default_nettype none

module order_walk #(
    parameter SETS  = 4096, // sets
    parameter SET_W = 12,   // bits of a set's index
    parameter GEN_W = 10    // bits of a generation, at least 2
) (
    input  wire             clk,
    input  wire             rst,

    input  wire             quiet,      // no primitive is between issue and its write
    input  wire             clear,      // a generation moves on

    output wire             walk_read,
    output wire             walk_write, // two clocks behind walk_read, same set
    output wire             walk_all,
    output wire [SET_W-1:0] walk_set,

    output wire             ready,
    output wire             clear_ok
);

    localparam             LAST_SET = SETS - 1;
    // One clear may be on its way when the next one asks.
    localparam             DEBT_LIMIT = (1 << GEN_W) - 3;

    reg             filling_q; // after reset
    reg             sweeping_q;
    reg             sweep2_q;  // what was read is at the compare
    reg             sweep3_q;  // the dead ones are known
    reg [SET_W-1:0] set_q;
    reg [GEN_W-1:0] debt_q;    // clears since the last sweep that began behind them was complete

    assign walk_read = sweeping_q && !sweep2_q && !sweep3_q && quiet;
    assign walk_write = sweep3_q;
    assign walk_all = filling_q;
    assign walk_set = set_q;
    assign ready = !filling_q;
    assign clear_ok = (debt_q <= DEBT_LIMIT[GEN_W-1:0]);

    wire last = (set_q == LAST_SET[SET_W-1:0]);

    always @(posedge clk) begin
        sweep2_q <= walk_read;
        sweep3_q <= sweep2_q;
        if (filling_q) begin
            set_q <= set_q + 1'b1;
            if (last) filling_q <= 1'b0;
        end else if (sweep3_q) begin
            set_q <= set_q + 1'b1;
            if (last) begin
                sweeping_q <= 1'b0;
                debt_q <= {GEN_W{1'b0}};
            end
        end
        if (clear) begin
            sweeping_q <= 1'b1;
            sweep2_q <= 1'b0;
            sweep3_q <= 1'b0;
            set_q <= {SET_W{1'b0}};
            debt_q <= debt_q + 1'b1;
        end
        if (rst) begin
            filling_q <= 1'b1;
            sweeping_q <= 1'b0;
            sweep2_q <= 1'b0;
            sweep3_q <= 1'b0;
            set_q <= {SET_W{1'b0}};
            debt_q <= {GEN_W{1'b0}};
        end
    end

endmodule

`default_nettype wire
