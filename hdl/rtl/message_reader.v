// SPDX-License-Identifier: Apache-2.0
// Fetches the messages of the oldest packet, one after another, so that the next one is ready when the arbiter wants it. The way from the pointer over the
// memory to the block's length and back to the pointer takes 2 clk. While no packet waits, the place where the next one will begin is read again and
// again: its first message is at hand in the clock in which the packet shows.
//
// Latency:      1 clk, s_packet_valid to m_valid of a packet that meets an empty FIFO; 3 clk after pop else
// Throughput:   1 message in 2 clk; blocks that begin in the same beat 1/clk
// Backpressure: m_ready may be low for ever
// Errors:       none; line_rx has seen that the blocks are whole
//
// Parameters
//   BEAT_W      bits of a beat's address, 8 to 13
module message_reader #(
    parameter BEAT_W = 12
) (
    input  wire              clk,
    input  wire              rst,

    // the oldest packet; it stays until pop
    input  wire              s_packet_valid,
    input  wire [9:0]        s_packet_number,  // its sequence, low bits
    input  wire [9:0]        s_packet_count,   // messages
    input  wire              s_packet_tagged,  // its first block begins at byte 2 of its first beat, else 6
    input  wire [BEAT_W-1:0] s_packet_beat,
    input  wire [BEAT_W-1:0] s_base,           // where the next packet will begin
    input  wire              pop,              // it goes, whatever is left of it

    // memory
    output wire [BEAT_W-1:0] rd_beat,
    input  wire [383:0]      rd_window,        // one clock later

    // messages
    output wire              m_valid,
    input  wire              m_ready,
    output wire              m_last,           // of the packet
    output wire [9:0]        m_number,         // its sequence, low bits
    output wire [15:0]       m_length,
    output wire [287:0]      m_data            // its first 36 bytes, the first in the top byte; those behind m_length are anything
);

    localparam [BEAT_W+2:0] TWO = 2;

    // ---- where the next block is

    reg               begun_q;          // the pointer is inside the oldest packet
    reg  [BEAT_W+2:0] at_q;             // a byte's address
    reg  [9:0]        fetched_q;        // messages
    reg  [BEAT_W-1:0] window_beat_q;    // what rd_window shows
    reg               valid_q;

    wire [BEAT_W+2:0] at    = begun_q ? at_q : {s_packet_beat, s_packet_tagged ? 3'd2 : 3'd6};
    wire [BEAT_W-1:0] beat  = at[BEAT_W+2:3];
    wire [2:0]        start = at[2:0];
    wire              fetch = s_packet_valid && fetched_q != s_packet_count && window_beat_q == beat && (!valid_q || m_ready);

    assign rd_beat = s_packet_valid ? beat : s_base;

    // ---- the block there

    wire [15:0]       head    = rd_window[8*start +: 16];
    wire [15:0]       length  = {head[7:0], head[15:8]};
    wire [BEAT_W+2:0] body_at = at + TWO;                            // ready before the memory is
    wire [BEAT_W+2:0] next_at = body_at + length[BEAT_W+2:0];
    wire [287:0]      body    = rd_window[8*start+16 +: 288];

    reg               last_q;
    reg  [9:0]        number_q;
    reg  [15:0]       length_q;
    reg  [287:0]      data_q;

    wire [287:0]      upright;       // the first byte on top

    genvar i;
    generate
        for (i = 0; i < 36; i = i + 1) begin : gen_byte
            assign upright[8*(35-i) +: 8] = body[8*i +: 8];
        end
    endgenerate

    always @(posedge clk) begin
        window_beat_q <= rd_beat;
        if (fetch) begin
            at_q     <= next_at;
            length_q <= length;
            data_q   <= upright;
            number_q <= s_packet_number + fetched_q;
            last_q   <= fetched_q + 10'd1 == s_packet_count;
        end
        if (rst || pop) begin
            begun_q   <= 1'b0;
            fetched_q <= 10'd0;
            valid_q   <= 1'b0;
        end else begin
            begun_q   <= begun_q || fetch;
            fetched_q <= fetched_q + {9'd0, fetch};
            valid_q   <= fetch || (valid_q && !m_ready);
        end
    end

    assign m_valid  = valid_q;
    assign m_last   = last_q;
    assign m_number = number_q;
    assign m_length = length_q;
    assign m_data   = data_q;

endmodule
