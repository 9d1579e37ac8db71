// SPDX-License-Identifier: Apache-2.0
// The exchange's side, inwards: from bytes to what the gate takes note of, with the packets themselves kept until it has (contract 6). Instances and
// wires only, and the one line that makes of packets, framing errors and link changes one row of inputs.
//
//   s_axis ─► soupbin_deframer ─┬─► packet_window ─► report_decoder ─► exc
//                               ├─► appendage_walker ──┤
//                               │                login_number
//                               └─► packet_store ─► m_packet_axis
//
// Latency:      3 clk, last byte of a packet in to exc_valid, for every packet but a Login Accepted (23 clk)
// Throughput:   1 beat/clk
// Backpressure: lossless; s_axis waits for exc_ready and for room in the store
// Errors:       a bad packet is not stored; its bytes and all bytes behind it are counted in add_exchange_swallowed until the link goes down
//
// Parameters: none
module exchange_rx (
    input  wire         clk,
    input  wire         rst,

    // byte stream and its link
    input  wire [63:0]  s_axis_tdata,
    input  wire [7:0]   s_axis_tkeep,
    input  wire         s_axis_tvalid,
    output wire         s_axis_tready,
    input  wire         exchange_link_up,

    // the oldest packet that the gate has taken with kind 0
    output wire [63:0]  m_packet_axis_tdata,
    output wire [7:0]   m_packet_axis_tkeep,
    output wire         m_packet_axis_tvalid,
    input  wire         m_packet_axis_tready,
    output wire         m_packet_axis_tlast,
    input  wire         packet_drop,

    // to the gate
    output wire         exc_valid,
    input  wire         exc_ready,
    output wire [1:0]   exc_kind,         // 0 packet, 2 link change, 3 framing error
    output wire [7:0]   exc_packet_type,
    output wire [7:0]   exc_message_type, // of an S packet
    output wire [15:0]  exc_length,
    output wire         exc_known,        // an S packet with a type of the tables
    output wire [31:0]  exc_ref,
    output wire [31:0]  exc_orig_ref,
    output wire [7:0]   exc_side,
    output wire [31:0]  exc_quantity,
    output wire [63:0]  exc_price,
    output wire [7:0]   exc_state,
    output wire [79:0]  exc_session,      // of an A packet, first character in the top byte
    output wire [63:0]  exc_number,
    output wire         exc_up,
    output wire [7:0]   exc_reason,

    output wire         exchange_close,   // since a framing error, until a change of the link
    output wire [11:0]  add_exchange_swallowed
);

    localparam [1:0] KIND_PACKET = 2'd0;
    localparam [1:0] KIND_LINK   = 2'd2;
    localparam [1:0] KIND_ERROR  = 2'd3;

    wire         beat_valid;
    wire         beat_first;
    wire         beat_last;
    wire         beat_bad_length;
    wire [3:0]   beat_bytes;
    wire [63:0]  beat_data;
    wire         window_ready;
    wire         store_ready;
    wire         link_valid;
    wire         packet_valid;
    wire         packet_bad_length;
    wire [575:0] window;
    wire         packet_error;
    wire         is_login;
    wire         login_read;
    wire         decoded = !is_login || login_read;
    wire         taken   = packet_valid && decoded && exc_ready;
    wire         fails   = taken && packet_error;
    wire         enters  = beat_valid && window_ready && store_ready;

    soupbin_deframer deframer (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tkeep(s_axis_tkeep), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .link_up(exchange_link_up),
        .s_close(fails), .s_close_bytes(packet_bad_length ? 12'd0 : exc_length[11:0] + 12'd2),
        .m_valid(beat_valid), .m_ready(window_ready && store_ready), .m_first(beat_first), .m_last(beat_last), .m_bad_length(beat_bad_length),
        .m_bytes(beat_bytes), .m_data(beat_data),
        .m_link_valid(link_valid), .m_link_ready(exc_ready && !packet_valid), .m_link_up(exc_up),
        .closed(exchange_close), .add_swallowed(add_exchange_swallowed));

    packet_window #(.BEATS(9)) head (
        .clk(clk), .rst(rst),
        .s_valid(beat_valid && store_ready), .s_ready(window_ready), .s_first(beat_first), .s_last(beat_last), .s_bad_length(beat_bad_length), .s_data(beat_data),
        .m_valid(packet_valid), .m_ready(decoded && exc_ready), .m_bad_length(packet_bad_length), .m_window(window),
        .discard(fails));

    wire [6:0]   options_start;
    wire         options_clean;
    wire [7:0]   unused_price_type;       // no report's options are read

    appendage_walker walker (
        .clk(clk),
        .s_valid(enters), .s_first(beat_first), .s_bytes(beat_bytes), .s_data(beat_data), .s_start(options_start),
        .m_clean(options_clean), .m_price_type(unused_price_type));

    wire [159:0] login_text;
    wire         login_good;
    wire [63:0]  login_value;

    login_number login (
        .clk(clk), .rst(rst),
        .s_valid(packet_valid && is_login), .s_text(login_text), .s_taken(taken),
        .m_valid(login_read), .m_good(login_good), .m_number(login_value));

    report_decoder decoder (
        .s_bad_length(packet_bad_length), .s_window(window),
        .m_options_start(options_start), .s_options_clean(options_clean),
        .m_login(is_login), .m_login_text(login_text), .s_login_good(login_good), .s_login_number(login_value),
        .m_error(packet_error), .m_reason(exc_reason), .m_packet_type(exc_packet_type), .m_message_type(exc_message_type), .m_length(exc_length),
        .m_known(exc_known), .m_ref(exc_ref), .m_orig_ref(exc_orig_ref), .m_side(exc_side), .m_quantity(exc_quantity), .m_price(exc_price),
        .m_state(exc_state), .m_session(exc_session), .m_number(exc_number));

    packet_store #(.BEAT_W(9)) store (
        .clk(clk), .rst(rst),
        .s_valid(beat_valid && window_ready && !beat_bad_length), .s_ready(store_ready), .s_data(beat_data),
        .s_commit(taken && !fails), .s_commit_tail(exc_length[2:0] + 3'd2), .s_rollback(link_valid && !packet_valid),
        .m_axis_tdata(m_packet_axis_tdata), .m_axis_tkeep(m_packet_axis_tkeep), .m_axis_tvalid(m_packet_axis_tvalid),
        .m_axis_tready(m_packet_axis_tready), .m_axis_tlast(m_packet_axis_tlast), .drop(packet_drop));

    assign exc_valid = packet_valid ? decoded : link_valid;
    assign exc_kind  = !packet_valid ? KIND_LINK : packet_error ? KIND_ERROR : KIND_PACKET;

endmodule
