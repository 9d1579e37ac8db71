// SPDX-License-Identifier: Apache-2.0
// The market-data front end, instances and wires only: from two lines' frames to one stream of ops.
//
//   s_feed_a_axis ─► feed_line ───┐
//              session_gate │     ├─► line_arbiter ─► itch_decoder ─► op
//   s_feed_b_axis ─► feed_line ───┘
//
// Latency:      7 clk, last beat of a frame to op_valid of its first message, if all is idle
// Throughput:   1 beat/clk a line; 1 message in 2 clk
// Backpressure: frames never wait: what finds no room is dropped and counted; op_ready may be low for ever
// Errors:       as the contract says, counted
//
// Parameters
//   FIFO_BYTES  bytes of UDP payload that wait a line, a power of two, 2048 to 65536
module feed_front #(
    parameter FIFO_BYTES = 32768
) (
    input  wire         clk,
    input  wire         rst,

    // frames
    input  wire [63:0]  s_feed_a_axis_tdata,
    input  wire [7:0]   s_feed_a_axis_tkeep,
    input  wire         s_feed_a_axis_tvalid,
    input  wire         s_feed_a_axis_tlast,
    input  wire         s_feed_a_axis_tuser,
    input  wire [63:0]  s_feed_b_axis_tdata,
    input  wire [7:0]   s_feed_b_axis_tkeep,
    input  wire         s_feed_b_axis_tvalid,
    input  wire         s_feed_b_axis_tlast,
    input  wire         s_feed_b_axis_tuser,

    // commands
    input  wire         cmd_valid,
    output wire         cmd_ready,
    input  wire [7:0]   cmd_op,
    input  wire [15:0]  cmd_symbol,

    // ops
    output wire         op_valid,
    input  wire         op_ready,
    output wire [3:0]   op_kind,
    output wire [63:0]  op_sequence,
    output wire [63:0]  op_time_ns,
    output wire [15:0]  op_symbol,
    output wire [7:0]   op_type,
    output wire [15:0]  op_locate,
    output wire [47:0]  op_timestamp,
    output wire [63:0]  op_ref,
    output wire [63:0]  op_new_ref,
    output wire [7:0]   op_side,
    output wire [31:0]  op_shares,
    output wire [31:0]  op_price,
    output wire [63:0]  op_stock,
    output wire [7:0]   op_code,
    output wire [7:0]   op_market,
    output wire [63:0]  op_end,
    output wire [7:0]   op_cause,
    output wire [79:0]  op_session,
    input  wire         book_idle,     // no op is under way in the book

    // configuration and time
    input  wire         ready,         // memories are initialised
    input  wire [63:0]  time_ns,
    input  wire [31:0]  cfg_gap_timeout_ns,
    input  wire [63:0]  cfg_start_sequence,
    input  wire         cfg_session_pinned,
    input  wire [79:0]  cfg_session,
    input  wire [31:0]  cfg_feed_a_group,
    input  wire [15:0]  cfg_feed_a_port,
    input  wire [31:0]  cfg_feed_b_group,
    input  wire [15:0]  cfg_feed_b_port,
    input  wire [47:0]  cfg_unicast_mac,

    // status, counter pulses; inc_a and inc_b in the order of the counters: bit 0 frames, ... bit 18 delivered
    output wire         session_fixed,
    output wire         end_of_session,
    output wire [18:0]  inc_a,
    output wire [18:0]  inc_b,
    output wire         inc_messages,
    output wire         inc_bad_message,
    output wire         inc_gaps,
    output wire [63:0]  add_gap_messages
);

    wire         flush;
    wire [79:0]  session;

    // ---- line A

    wire         a_session_valid;
    wire [79:0]  a_session;
    wire         a_session_ok;
    wire         a_packet_valid;
    wire         a_packet_ready;
    wire [63:0]  a_packet_sequence;
    wire [1:0]   a_packet_kind;
    wire [9:0]   a_packet_count;
    wire [63:0]  a_packet_time_ns;
    wire         a_high;
    wire         a_msg_valid;
    wire         a_msg_ready;
    wire         a_msg_last;
    wire [9:0]   a_msg_number;
    wire [15:0]  a_msg_length;
    wire [287:0] a_msg_data;

    feed_line #(.FIFO_BYTES(FIFO_BYTES)) line_a (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_feed_a_axis_tdata), .s_axis_tkeep(s_feed_a_axis_tkeep), .s_axis_tvalid(s_feed_a_axis_tvalid),
        .s_axis_tlast(s_feed_a_axis_tlast), .s_axis_tuser(s_feed_a_axis_tuser),
        .m_session_valid(a_session_valid), .m_session(a_session), .m_session_ok(a_session_ok),
        .m_packet_valid(a_packet_valid), .m_packet_ready(a_packet_ready), .m_packet_sequence(a_packet_sequence),
        .m_packet_kind(a_packet_kind), .m_packet_count(a_packet_count), .m_packet_time_ns(a_packet_time_ns), .m_high(a_high),
        .m_msg_valid(a_msg_valid), .m_msg_ready(a_msg_ready), .m_msg_last(a_msg_last), .m_msg_number(a_msg_number),
        .m_msg_length(a_msg_length), .m_msg_data(a_msg_data),
        .flush(flush), .ready(ready), .time_ns(time_ns),
        .cfg_group(cfg_feed_a_group), .cfg_port(cfg_feed_a_port), .cfg_unicast_mac(cfg_unicast_mac),
        .inc(inc_a[14:0]), .inc_fifo_overflow(inc_a[17]));

    // ---- line B

    wire         b_session_valid;
    wire [79:0]  b_session;
    wire         b_session_ok;
    wire         b_packet_valid;
    wire         b_packet_ready;
    wire [63:0]  b_packet_sequence;
    wire [1:0]   b_packet_kind;
    wire [9:0]   b_packet_count;
    wire [63:0]  b_packet_time_ns;
    wire         b_high;
    wire         b_msg_valid;
    wire         b_msg_ready;
    wire         b_msg_last;
    wire [9:0]   b_msg_number;
    wire [15:0]  b_msg_length;
    wire [287:0] b_msg_data;

    feed_line #(.FIFO_BYTES(FIFO_BYTES)) line_b (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_feed_b_axis_tdata), .s_axis_tkeep(s_feed_b_axis_tkeep), .s_axis_tvalid(s_feed_b_axis_tvalid),
        .s_axis_tlast(s_feed_b_axis_tlast), .s_axis_tuser(s_feed_b_axis_tuser),
        .m_session_valid(b_session_valid), .m_session(b_session), .m_session_ok(b_session_ok),
        .m_packet_valid(b_packet_valid), .m_packet_ready(b_packet_ready), .m_packet_sequence(b_packet_sequence),
        .m_packet_kind(b_packet_kind), .m_packet_count(b_packet_count), .m_packet_time_ns(b_packet_time_ns), .m_high(b_high),
        .m_msg_valid(b_msg_valid), .m_msg_ready(b_msg_ready), .m_msg_last(b_msg_last), .m_msg_number(b_msg_number),
        .m_msg_length(b_msg_length), .m_msg_data(b_msg_data),
        .flush(flush), .ready(ready), .time_ns(time_ns),
        .cfg_group(cfg_feed_b_group), .cfg_port(cfg_feed_b_port), .cfg_unicast_mac(cfg_unicast_mac),
        .inc(inc_b[14:0]), .inc_fifo_overflow(inc_b[17]));

    session_gate gate (
        .clk(clk), .rst(rst),
        .s_a_valid(a_session_valid), .s_a_session(a_session), .s_a_ok(a_session_ok),
        .s_b_valid(b_session_valid), .s_b_session(b_session), .s_b_ok(b_session_ok),
        .flush(flush), .cfg_session_pinned(cfg_session_pinned), .cfg_session(cfg_session), .fixed(session_fixed), .session(session));

    // ---- one sequence

    wire         arb_valid;
    wire         arb_ready;
    wire [3:0]   arb_kind;
    wire [63:0]  arb_sequence;
    wire [63:0]  arb_time_ns;
    wire [15:0]  arb_symbol;
    wire [63:0]  arb_end;
    wire [7:0]   arb_cause;
    wire [15:0]  arb_length;
    wire [287:0] arb_data;

    line_arbiter arbiter (
        .clk(clk), .rst(rst),
        .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op), .cmd_symbol(cmd_symbol),
        .s_a_packet_valid(a_packet_valid), .s_a_packet_ready(a_packet_ready), .s_a_packet_sequence(a_packet_sequence),
        .s_a_packet_kind(a_packet_kind), .s_a_packet_count(a_packet_count), .s_a_packet_time_ns(a_packet_time_ns), .s_a_high(a_high),
        .s_a_msg_valid(a_msg_valid), .s_a_msg_ready(a_msg_ready), .s_a_msg_last(a_msg_last), .s_a_msg_number(a_msg_number),
        .s_a_msg_length(a_msg_length), .s_a_msg_data(a_msg_data),
        .s_b_packet_valid(b_packet_valid), .s_b_packet_ready(b_packet_ready), .s_b_packet_sequence(b_packet_sequence),
        .s_b_packet_kind(b_packet_kind), .s_b_packet_count(b_packet_count), .s_b_packet_time_ns(b_packet_time_ns), .s_b_high(b_high),
        .s_b_msg_valid(b_msg_valid), .s_b_msg_ready(b_msg_ready), .s_b_msg_last(b_msg_last), .s_b_msg_number(b_msg_number),
        .s_b_msg_length(b_msg_length), .s_b_msg_data(b_msg_data),
        .m_valid(arb_valid), .m_ready(arb_ready), .m_kind(arb_kind), .m_sequence(arb_sequence), .m_time_ns(arb_time_ns),
        .m_symbol(arb_symbol), .m_end(arb_end), .m_cause(arb_cause), .m_length(arb_length), .m_data(arb_data),
        .flush(flush), .idle(book_idle && !op_valid), .time_ns(time_ns),
        .cfg_gap_timeout_ns(cfg_gap_timeout_ns), .cfg_start_sequence(cfg_start_sequence), .end_of_session(end_of_session),
        .inc_a_duplicates(inc_a[15]), .inc_a_after_end(inc_a[16]), .inc_a_delivered(inc_a[18]),
        .inc_b_duplicates(inc_b[15]), .inc_b_after_end(inc_b[16]), .inc_b_delivered(inc_b[18]),
        .inc_gaps(inc_gaps), .add_gap_messages(add_gap_messages));

    itch_decoder decoder (
        .clk(clk), .rst(rst),
        .s_valid(arb_valid), .s_ready(arb_ready), .s_kind(arb_kind), .s_sequence(arb_sequence), .s_time_ns(arb_time_ns),
        .s_symbol(arb_symbol), .s_end(arb_end), .s_cause(arb_cause), .s_length(arb_length), .s_data(arb_data), .s_session(session),
        .op_valid(op_valid), .op_ready(op_ready), .op_kind(op_kind), .op_sequence(op_sequence), .op_time_ns(op_time_ns),
        .op_symbol(op_symbol), .op_type(op_type), .op_locate(op_locate), .op_timestamp(op_timestamp), .op_ref(op_ref), .op_new_ref(op_new_ref),
        .op_side(op_side), .op_shares(op_shares), .op_price(op_price), .op_stock(op_stock), .op_code(op_code), .op_market(op_market),
        .op_end(op_end), .op_cause(op_cause), .op_session(op_session),
        .inc_messages(inc_messages), .inc_bad_message(inc_bad_message));

endmodule
