// SPDX-License-Identifier: Apache-2.0
// Event records wait here, in order, until they are taken. The level says how many can be taken one a clock, so that a reader fixes a batch before it
// takes the first.
//
//   s_rec ──► memory[DEPTH] ──► head register ──► m_rec
//
// Latency:      2 clk, s_rec to m_rec_valid of an empty FIFO; 1 clk to the level
// Throughput:   1 record/clk in, 1 record/clk out
// Backpressure: lossless; s_rec_ready is low while the memory is full
// Errors:       none
//
// Parameters
//   DEPTH       records in memory, a power of two, 8 to 16384; the head register holds one more
module record_fifo #(
    parameter DEPTH = 512
) (
    input  wire         clk,
    input  wire         rst,

    input  wire         s_rec_valid,
    output wire         s_rec_ready,
    input  wire [511:0] s_rec_data,

    output wire         m_rec_valid,
    input  wire         m_rec_ready,
    output wire [511:0] m_rec_data,
    output wire [15:0]  m_rec_level
);

    localparam ADDR_W = $clog2(DEPTH);

    generate
        if (DEPTH < 8 || DEPTH > 16384 || DEPTH != (1 << ADDR_W)) begin : gen_check_depth
            DEPTH_must_be_a_power_of_two_and_from_8_to_16384 check();
        end
    endgenerate

    reg  [511:0]      memory [0:DEPTH-1];
    reg  [ADDR_W:0]   used_q;        // records in memory, without the head register
    reg  [ADDR_W-1:0] write_q;
    reg  [ADDR_W-1:0] read_q;
    reg  [511:0]      head_q;        // the memory's read register is the head of the queue
    reg               head_valid_q;

    wire              put   = s_rec_valid && s_rec_ready;
    wire              fetch = used_q != 0 && (!head_valid_q || m_rec_ready);

    always @(posedge clk) begin
        if (put)
            memory[write_q] <= s_rec_data;
        if (fetch)
            head_q <= memory[read_q];
    end

    always @(posedge clk) begin
        if (rst) begin
            used_q       <= 0;
            write_q      <= 0;
            read_q       <= 0;
            head_valid_q <= 1'b0;
        end else begin
            used_q       <= used_q + {{ADDR_W{1'b0}}, put} - {{ADDR_W{1'b0}}, fetch};
            write_q      <= write_q + {{ADDR_W-1{1'b0}}, put};
            read_q       <= read_q + {{ADDR_W-1{1'b0}}, fetch};
            head_valid_q <= fetch || (head_valid_q && !m_rec_ready);
        end
    end

    assign s_rec_ready = !used_q[ADDR_W];
    assign m_rec_valid = head_valid_q;
    assign m_rec_data  = head_q;
    assign m_rec_level = {{15-ADDR_W{1'b0}}, used_q} + {15'd0, head_valid_q};

endmodule
