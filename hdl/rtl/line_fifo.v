// SPDX-License-Identifier: Apache-2.0
// The packets of one line that wait for their turn. Beats are written as they come, but belong to nobody until their frame's good end makes them a
// packet; the beats of a frame that ends otherwise are written over by the next.
//
// Room is counted in bytes of UDP payload (contract 3, FEED-ARB-3 d), and decided when a frame's first beat comes. That is all there is to overflow: the
// beats of a packet never take more bytes than its payload, and a packet has at least the 20 bytes of its header, so neither ring can be full before.
//
// Latency:      1 clk, s_packet_valid to m_packet_valid of an empty FIFO; 1 clk, rd_beat to rd_window
// Throughput:   1 beat/clk in, 1 packet/clk in and out, 1 window/clk out
// Backpressure: none at the input
// Errors:       no room -> the packet is dropped whole; inc_fifo_overflow if it holds messages
//
// Parameters
//   FIFO_BYTES  bytes of UDP payload, a power of two, 2048 to 65536
//   BEAT_W      bits of a beat's address, to be left alone: log2(FIFO_BYTES / 8)
module line_fifo #(
    parameter FIFO_BYTES = 32768,
    parameter BEAT_W     = FIFO_BYTES <= 2048 ? 8 : FIFO_BYTES <= 4096 ? 9 : FIFO_BYTES <= 8192 ? 10 :
                           FIFO_BYTES <= 16384 ? 11 : FIFO_BYTES <= 32768 ? 12 : 13
) (
    input  wire              clk,
    input  wire              rst,

    // beats
    input  wire              s_beat_valid,
    input  wire              s_beat_first,
    input  wire [63:0]       s_beat_data,
    input  wire [15:0]       s_beat_payload,   // bytes of UDP payload, known at least 2 clk before the first beat

    // the beats since s_beat_first are a packet, at the earliest 2 clk after the last of them
    input  wire              s_packet_valid,
    input  wire [63:0]       s_packet_sequence,
    input  wire [1:0]        s_packet_kind,
    input  wire [9:0]        s_packet_count,
    input  wire              s_packet_tagged,
    input  wire [10:0]       s_packet_payload,
    input  wire [63:0]       s_packet_time_ns,

    // the oldest packet
    output wire              m_packet_valid,
    input  wire              m_packet_ready,
    output wire [63:0]       m_packet_sequence,
    output wire [1:0]        m_packet_kind,
    output wire [9:0]        m_packet_count,
    output wire              m_packet_tagged,
    output wire [63:0]       m_packet_time_ns,
    output wire [BEAT_W-1:0] m_packet_beat,    // where its beats begin
    output wire [BEAT_W-1:0] m_base,           // where the next packet's beats will begin

    // six beats from rd_beat on
    input  wire [BEAT_W-1:0] rd_beat,
    output wire [383:0]      rd_window,

    input  wire              flush,            // empty from the next clock on; a packet that ends in this clock goes, too

    output wire              high,             // more than three quarters of FIFO_BYTES are waiting
    output wire              inc_fifo_overflow
);

    generate
        if (FIFO_BYTES != (8 << BEAT_W) || FIFO_BYTES < 2048 || FIFO_BYTES > 65536) begin : gen_check_fifo_bytes
            FIFO_BYTES_must_be_a_power_of_two_and_from_2048_to_65536 check();
        end
    endgenerate

    localparam [31:0] BYTES      = FIFO_BYTES;
    localparam [17:0] ROOM       = BYTES[17:0];
    localparam [17:0] HIGH_WATER = BYTES[19:2] * 18'd3;
    localparam [BEAT_W-1:0] ONE  = 1;

    // ---- room

    reg  [17:0]       used_q;           // bytes of UDP payload waiting
    reg               fits_q;           // the frame that is coming would fit
    reg               taken_q;          // decided at its first beat
    reg               high_q;

    wire              fits = s_beat_first ? fits_q : taken_q;
    wire              push = s_packet_valid && taken_q && !flush;
    wire              pop  = m_packet_valid && m_packet_ready;
    wire [10:0]       leaving;

    always @(posedge clk) begin
        fits_q <= used_q + {2'd0, s_beat_payload} <= ROOM;
        high_q <= used_q > HIGH_WATER;
        if (s_beat_valid)
            taken_q <= fits;
        if (rst || flush)
            used_q <= 18'd0;
        else
            used_q <= used_q + (push ? {7'd0, s_packet_payload} : 18'd0) - (pop ? {7'd0, leaving} : 18'd0);
    end

    assign high              = high_q;
    assign inc_fifo_overflow = s_packet_valid && !taken_q && s_packet_count != 10'd0;

    // ---- beats

    reg  [BEAT_W-1:0] base_q;           // first beat of the frame that is coming
    reg  [BEAT_W-1:0] write_q;
    wire [BEAT_W-1:0] write = s_beat_first ? base_q : write_q;

    always @(posedge clk) begin
        if (s_beat_valid && fits)
            write_q <= write + ONE;
        if (rst)
            base_q <= {BEAT_W{1'b0}};
        else if (push)
            base_q <= write_q;
    end

    assign m_base = base_q;

    beat_store #(.BEAT_W(BEAT_W)) beats (
        .clk(clk), .wr_valid(s_beat_valid && fits), .wr_beat(write), .wr_data(s_beat_data), .rd_beat(rd_beat), .rd_window(rd_window));

    // ---- packets

    packet_queue #(.WIDTH(64 + 2 + 10 + 1 + 11 + 64 + BEAT_W), .ADDR_W(BEAT_W - 1)) packets (
        .clk(clk), .rst(rst),
        .s_valid(push),
        .s_data({s_packet_sequence, s_packet_kind, s_packet_count, s_packet_tagged, s_packet_payload, s_packet_time_ns, base_q}),
        .m_valid(m_packet_valid), .m_ready(m_packet_ready),
        .m_data({m_packet_sequence, m_packet_kind, m_packet_count, m_packet_tagged, leaving, m_packet_time_ns, m_packet_beat}),
        .flush(flush));

endmodule
