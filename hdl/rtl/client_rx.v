// SPDX-License-Identifier: Apache-2.0
// The client's side, inwards: from bytes to what the gate decides about, with the packets themselves kept until it has (contract 6). Instances and wires
// only, and the one line that makes of packets, framing errors and link changes one row of inputs.
//
//   s_axis ─► soupbin_deframer ─┬─► packet_window ─► ouch_decoder ─► cli
//                               ├─► appendage_walker ──┘
//                               └─► packet_store ─► m_packet_axis
//
// Latency:      3 clk, last byte of a packet in to cli_valid, for every packet
// Throughput:   1 beat/clk; packets of 50 bytes one every 7 clk
// Backpressure: lossless; s_axis waits for cli_ready and for room in the store
// Errors:       a bad packet is not stored; its bytes and all bytes behind it are counted in add_client_swallowed until the link goes down
//
// Parameters: none
module client_rx (
    input  wire         clk,
    input  wire         rst,

    // byte stream and its link
    input  wire [63:0]  s_axis_tdata,
    input  wire [7:0]   s_axis_tkeep,
    input  wire         s_axis_tvalid,
    output wire         s_axis_tready,
    input  wire         client_link_up,

    // the oldest packet that the gate has taken with kind 0 or 1
    output wire [63:0]  m_packet_axis_tdata,
    output wire [7:0]   m_packet_axis_tkeep,
    output wire         m_packet_axis_tvalid,
    input  wire         m_packet_axis_tready,
    output wire         m_packet_axis_tlast,
    input  wire         packet_drop,

    // to the gate
    output wire         cli_valid,
    input  wire         cli_ready,
    output wire [1:0]   cli_kind,        // 0 passes, 1 order, 2 link change, 3 framing error
    output wire [7:0]   cli_packet_type,
    output wire [7:0]   cli_message_type,
    output wire [15:0]  cli_length,
    output wire [31:0]  cli_ref,
    output wire [31:0]  cli_orig_ref,
    output wire [7:0]   cli_side,
    output wire [31:0]  cli_quantity,
    output wire [63:0]  cli_stock,
    output wire [63:0]  cli_price,
    output wire [7:0]   cli_tif,
    output wire [7:0]   cli_display,
    output wire [7:0]   cli_capacity,
    output wire [7:0]   cli_iso,
    output wire [7:0]   cli_cross,
    output wire [7:0]   cli_price_type,  // 0 = no such option; a value of 0 reads 255
    output wire [111:0] cli_clordid,
    output wire         cli_up,
    output wire [7:0]   cli_reason,

    input  wire [63:0]  risk_client_types,
    input  wire         risk_changing,   // it may change soon: a packet that rests with it waits

    output wire         client_close,    // since a framing error, until a change of the link
    output wire [11:0]  add_client_swallowed
);

    localparam [1:0] KIND_LINK  = 2'd2;
    localparam [1:0] KIND_ERROR = 2'd3;

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
    wire [447:0] window;
    wire [1:0]   packet_kind;
    wire         packet_listed;
    wire         decided = packet_valid && !(packet_listed && risk_changing);
    wire         taken   = decided && cli_ready;
    wire         fails   = taken && packet_kind == KIND_ERROR;
    wire         enters  = beat_valid && window_ready && store_ready;

    soupbin_deframer deframer (
        .clk(clk), .rst(rst),
        .s_axis_tdata(s_axis_tdata), .s_axis_tkeep(s_axis_tkeep), .s_axis_tvalid(s_axis_tvalid), .s_axis_tready(s_axis_tready), .link_up(client_link_up),
        .s_close(fails), .s_close_bytes(packet_bad_length ? 12'd0 : cli_length[11:0] + 12'd2),
        .m_valid(beat_valid), .m_ready(window_ready && store_ready), .m_first(beat_first), .m_last(beat_last), .m_bad_length(beat_bad_length),
        .m_bytes(beat_bytes), .m_data(beat_data),
        .m_link_valid(link_valid), .m_link_ready(cli_ready && !packet_valid), .m_link_up(cli_up),
        .closed(client_close), .add_swallowed(add_client_swallowed));

    packet_window #(.BEATS(7)) head (
        .clk(clk), .rst(rst),
        .s_valid(beat_valid && store_ready), .s_ready(window_ready), .s_first(beat_first), .s_last(beat_last), .s_bad_length(beat_bad_length), .s_data(beat_data),
        .m_valid(packet_valid), .m_ready(taken), .m_bad_length(packet_bad_length), .m_window(window),
        .discard(fails));

    wire [6:0]   options_start;
    wire         options_clean;
    wire [7:0]   price_type;

    appendage_walker walker (
        .clk(clk),
        .s_valid(enters), .s_first(beat_first), .s_bytes(beat_bytes), .s_data(beat_data), .s_start(options_start),
        .m_clean(options_clean), .m_price_type(price_type));

    ouch_decoder decoder (
        .s_bad_length(packet_bad_length), .s_window(window),
        .m_options_start(options_start), .s_options_clean(options_clean), .s_price_type(price_type),
        .m_kind(packet_kind), .m_reason(cli_reason), .m_packet_type(cli_packet_type), .m_message_type(cli_message_type), .m_length(cli_length),
        .m_ref(cli_ref), .m_orig_ref(cli_orig_ref), .m_side(cli_side), .m_quantity(cli_quantity), .m_stock(cli_stock), .m_price(cli_price),
        .m_tif(cli_tif), .m_display(cli_display), .m_capacity(cli_capacity), .m_iso(cli_iso), .m_cross(cli_cross), .m_price_type(cli_price_type),
        .m_clordid(cli_clordid), .m_listed(packet_listed),
        .cfg_client_types(risk_client_types));

    packet_store #(.BEAT_W(9)) store (
        .clk(clk), .rst(rst),
        .s_valid(beat_valid && window_ready && !beat_bad_length), .s_ready(store_ready), .s_data(beat_data),
        .s_commit(taken && !fails), .s_commit_tail(cli_length[2:0] + 3'd2), .s_rollback(link_valid && !packet_valid),
        .m_axis_tdata(m_packet_axis_tdata), .m_axis_tkeep(m_packet_axis_tkeep), .m_axis_tvalid(m_packet_axis_tvalid),
        .m_axis_tready(m_packet_axis_tready), .m_axis_tlast(m_packet_axis_tlast), .drop(packet_drop));

    assign cli_valid = packet_valid ? decided : link_valid;
    assign cli_kind  = packet_valid ? packet_kind : KIND_LINK;

endmodule
