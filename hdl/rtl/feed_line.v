// SPDX-License-Identifier: Apache-2.0
// One line of the front end, instances and wires only: from frames to the oldest packet and its next message.
//
// Latency:      4 clk, last beat of a frame to m_packet_valid, 5 clk to m_msg_valid, if the FIFO is empty
// Throughput:   1 beat/clk; 1 message in 2 clk
// Backpressure: frames never wait; m_packet_ready and m_msg_ready may be low for ever
// Errors:       as the contract says, counted
//
// Parameters
//   FIFO_BYTES  bytes of UDP payload that wait, a power of two, 2048 to 65536
module feed_line #(
    parameter FIFO_BYTES = 32768
) (
    input  wire         clk,
    input  wire         rst,

    // frames
    input  wire [63:0]  s_axis_tdata,
    input  wire [7:0]   s_axis_tkeep,
    input  wire         s_axis_tvalid,
    input  wire         s_axis_tlast,
    input  wire         s_axis_tuser,

    // is this packet's session the right one? Answered in the same clock
    output wire         m_session_valid,
    output wire [79:0]  m_session,
    input  wire         m_session_ok,

    // the oldest packet
    output wire         m_packet_valid,
    input  wire         m_packet_ready,
    output wire [63:0]  m_packet_sequence,
    output wire [1:0]   m_packet_kind,
    output wire [9:0]   m_packet_count,
    output wire [63:0]  m_packet_time_ns,
    output wire         m_high,            // more than three quarters of the FIFO are waiting

    // its next message
    output wire         m_msg_valid,
    input  wire         m_msg_ready,
    output wire         m_msg_last,
    output wire [9:0]   m_msg_number,
    output wire [15:0]  m_msg_length,
    output wire [287:0] m_msg_data,

    input  wire         flush,
    input  wire         ready,             // memories are initialised
    input  wire [63:0]  time_ns,
    input  wire [31:0]  cfg_group,
    input  wire [15:0]  cfg_port,
    input  wire [47:0]  cfg_unicast_mac,

    // counter pulses in the order of the counters: bit 0 frames, ... bit 14 heartbeats; and
    output wire [14:0]  inc,
    output wire         inc_fifo_overflow
);

    localparam BEAT_W = FIFO_BYTES <= 2048 ? 8 : FIFO_BYTES <= 4096 ? 9 : FIFO_BYTES <= 8192 ? 10 :
                        FIFO_BYTES <= 16384 ? 11 : FIFO_BYTES <= 32768 ? 12 : 13;

    wire              beat_valid;
    wire              beat_first;
    wire [63:0]       beat_data;
    wire [15:0]       beat_payload;
    wire              in_valid;
    wire [63:0]       in_sequence;
    wire [1:0]        in_kind;
    wire [9:0]        in_count;
    wire              in_tagged;
    wire [10:0]       in_payload;
    wire [63:0]       in_time_ns;
    wire              packet_tagged;
    wire [BEAT_W-1:0] packet_beat;
    wire [BEAT_W-1:0] base;
    wire [BEAT_W-1:0] rd_beat;
    wire [383:0]      rd_window;

    line_rx rx (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tkeep(s_axis_tkeep), .s_axis_tvalid(s_axis_tvalid),
        .s_axis_tlast(s_axis_tlast), .s_axis_tuser(s_axis_tuser),
        .m_session_valid(m_session_valid), .m_session(m_session), .m_session_ok(m_session_ok),
        .m_beat_valid(beat_valid), .m_beat_first(beat_first), .m_beat_data(beat_data), .m_beat_payload(beat_payload),
        .m_packet_valid(in_valid), .m_packet_sequence(in_sequence), .m_packet_kind(in_kind), .m_packet_count(in_count),
        .m_packet_tagged(in_tagged), .m_packet_payload(in_payload), .m_packet_time_ns(in_time_ns),
        .enable(ready), .time_ns(time_ns), .cfg_group(cfg_group), .cfg_port(cfg_port), .cfg_unicast_mac(cfg_unicast_mac),
        .inc_frames(inc[0]), .inc_bad_fcs(inc[1]), .inc_oversize(inc[2]), .inc_runt(inc[3]), .inc_not_ours(inc[4]),
        .inc_not_ipv4(inc[5]), .inc_bad_ip_header(inc[6]), .inc_fragment(inc[7]), .inc_not_udp(inc[8]),
        .inc_bad_length(inc[9]), .inc_short_mold(inc[10]), .inc_wrong_session(inc[11]), .inc_truncated(inc[12]),
        .inc_trailing(inc[13]), .inc_heartbeats(inc[14]));

    line_fifo #(.FIFO_BYTES(FIFO_BYTES)) fifo (
        .clk(clk), .rst(rst),
        .s_beat_valid(beat_valid), .s_beat_first(beat_first), .s_beat_data(beat_data), .s_beat_payload(beat_payload),
        .s_packet_valid(in_valid), .s_packet_sequence(in_sequence), .s_packet_kind(in_kind), .s_packet_count(in_count),
        .s_packet_tagged(in_tagged), .s_packet_payload(in_payload), .s_packet_time_ns(in_time_ns),
        .m_packet_valid(m_packet_valid), .m_packet_ready(m_packet_ready), .m_packet_sequence(m_packet_sequence),
        .m_packet_kind(m_packet_kind), .m_packet_count(m_packet_count), .m_packet_tagged(packet_tagged),
        .m_packet_time_ns(m_packet_time_ns), .m_packet_beat(packet_beat), .m_base(base),
        .rd_beat(rd_beat), .rd_window(rd_window), .flush(flush), .high(m_high), .inc_fifo_overflow(inc_fifo_overflow));

    message_reader #(.BEAT_W(BEAT_W)) reader (
        .clk(clk), .rst(rst),
        .s_packet_valid(m_packet_valid), .s_packet_number(m_packet_sequence[9:0]), .s_packet_count(m_packet_count),
        .s_packet_tagged(packet_tagged), .s_packet_beat(packet_beat), .s_base(base), .pop(m_packet_ready || flush),
        .rd_beat(rd_beat), .rd_window(rd_window),
        .m_valid(m_msg_valid), .m_ready(m_msg_ready), .m_last(m_msg_last), .m_number(m_msg_number), .m_length(m_msg_length),
        .m_data(m_msg_data));

endmodule
