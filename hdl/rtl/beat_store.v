// SPDX-License-Identifier: Apache-2.0
// A ring of 64-bit beats in eight banks, so that six consecutive beats can be read at once: a whole message at any byte offset, with its length.
//
// Latency:      1 clk, rd_beat to rd_window
// Throughput:   1 beat/clk in, 1 window/clk out
// Backpressure: none
// Errors:       none; a window read in the clock of a write into it, or before, shows the old bytes
//
// Parameters
//   BEAT_W      address bits: 2^BEAT_W beats, at least 4
module beat_store #(
    parameter BEAT_W = 12
) (
    input  wire              clk,

    // write
    input  wire              wr_valid,
    input  wire [BEAT_W-1:0] wr_beat,
    input  wire [63:0]       wr_data,

    // read: the beat at rd_beat in bits 63:0, the next in 127:64, ...
    input  wire [BEAT_W-1:0] rd_beat,
    output wire [383:0]      rd_window
);

    localparam ROW_W = BEAT_W - 3;

    generate
        if (BEAT_W < 4) begin : gen_check_beat_w
            BEAT_W_must_be_at_least_4 check();
        end
    endgenerate

    // ---- banks: beat i is in bank i mod 8. Banks below the first beat's are read one row further

    wire [511:0] banks;
    wire [ROW_W-1:0] row      = rd_beat[BEAT_W-1:3];
    wire [ROW_W-1:0] next_row = row + {{ROW_W-1{1'b0}}, 1'b1};

    genvar b;
    generate
        for (b = 0; b < 8; b = b + 1) begin : gen_bank
            reg  [63:0]      memory [0:(1<<ROW_W)-1];
            reg  [63:0]      read_q;
            wire [3:0]       bank     = b;
            wire             write    = wr_valid && {1'b0, wr_beat[2:0]} == bank;
            wire [ROW_W-1:0] read_row = bank < {1'b0, rd_beat[2:0]} ? next_row : row;

            always @(posedge clk) begin
                if (write)
                    memory[wr_beat[BEAT_W-1:3]] <= wr_data;
                read_q <= memory[read_row];
            end

            assign banks[64*b +: 64] = read_q;
        end
    endgenerate

    // ---- turn the banks so that the first beat comes first

    reg  [2:0]    first_q;
    wire [1023:0] twice = {banks, banks};

    always @(posedge clk)
        first_q <= rd_beat[2:0];

    assign rd_window = twice[64*first_q +: 384];

endmodule
