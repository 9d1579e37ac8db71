// SPDX-License-Identifier: Apache-2.0
// A memory with one write port and one read port, written so that every synthesiser infers a RAM.
// Latency:      1 clk, read_en to read_data; read_data then holds until the next read_en
// Throughput:   one write and one read a clock
// Backpressure: none
// Errors:       none; a read in the clock in which its word is written returns the old word; nothing is initialised

`default_nettype none

module ram_1r1w #(
    parameter WIDTH  = 64, // bits a word
    parameter DEPTH  = 16, // words
    parameter ADDR_W = 4   // bits of an address, at least log2(DEPTH)
) (
    input  wire              clk,

    input  wire              write_en,
    input  wire [ADDR_W-1:0] write_addr,
    input  wire [WIDTH-1:0]  write_data,

    input  wire              read_en,
    input  wire [ADDR_W-1:0] read_addr,
    output wire [WIDTH-1:0]  read_data
);

    reg [WIDTH-1:0] words [0:DEPTH-1];
    reg [WIDTH-1:0] read_data_q;

    assign read_data = read_data_q;

    always @(posedge clk) begin
        if (write_en) words[write_addr] <= write_data;
        if (read_en) read_data_q <= words[read_addr];
    end

endmodule

`default_nettype wire
