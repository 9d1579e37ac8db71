// SPDX-License-Identifier: Apache-2.0
// A FIFO whose head shows as soon as it is there: a word that meets an empty queue is the head in the next clock, past the memory's read register.
//
// Latency:      1 clk, s_valid to m_valid of an empty queue
// Throughput:   1 word/clk in, 1 word/clk out
// Backpressure: none at the input: whoever writes knows that there is room
// Errors:       none
//
// Parameters
//   WIDTH       bits a word
//   ADDR_W      2^ADDR_W words
module packet_queue #(
    parameter WIDTH  = 64,
    parameter ADDR_W = 11
) (
    input  wire             clk,
    input  wire             rst,

    // in
    input  wire             s_valid,
    input  wire [WIDTH-1:0] s_data,

    // out
    output wire             m_valid,
    input  wire             m_ready,
    output wire [WIDTH-1:0] m_data,

    input  wire             flush       // empty from the next clock on; a word of this clock is lost, too
);

    localparam [ADDR_W:0] ONE = 1;

    // One bit more than the address tells full from empty.
    reg  [ADDR_W:0]  write_q;
    reg  [ADDR_W:0]  read_q;
    wire [ADDR_W:0]  read_d = m_valid && m_ready ? read_q + ONE : read_q;

    reg  [WIDTH-1:0] memory [0:(1<<ADDR_W)-1];
    reg  [WIDTH-1:0] memory_q;
    reg  [WIDTH-1:0] passed_q;
    reg              pass_q;            // the head was written in the clock in which it would have been read

    always @(posedge clk) begin
        if (s_valid) begin
            memory[write_q[ADDR_W-1:0]] <= s_data;
            passed_q                    <= s_data;
        end
        memory_q <= memory[read_d[ADDR_W-1:0]];
        pass_q   <= s_valid && write_q == read_d;
        if (rst || flush) begin
            write_q <= {ADDR_W+1{1'b0}};
            read_q  <= {ADDR_W+1{1'b0}};
        end else begin
            if (s_valid)
                write_q <= write_q + ONE;
            read_q <= read_d;
        end
    end

    assign m_valid = write_q != read_q;
    assign m_data  = pass_q ? passed_q : memory_q;

endmodule
