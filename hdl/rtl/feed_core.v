// SPDX-License-Identifier: Apache-2.0
// What feed_handler and tick_to_trade share, frames to records: instances and wires only. What the parts are and how they meet stands in hdl/README.md.
//
//   s_feed_a_axis ─┐                                ┌─► m_bbo_axis
//                  ├─► feed_front ─► op ─► book ────┤
//   s_feed_b_axis ─┘       ▲                        └─► rec
//                          │ commands, settings
//
// Latency:      17 clk, last beat of a frame to its BBO on m_bbo_axis and as rec (LAT-1), in an idle device; 2 more for U and for an add whose reference
//               is alive
// Throughput:   1 beat/clk on each line
// Backpressure: feeds never wait: a packet without room is dropped and counted (fifo_overflow); rec cannot be stalled
// Errors:       counted; see the contract
//
// Parameters
//   SYMBOLS      symbols that control can configure, 1 to 64
//   LEVELS       price levels of a symbol's ladder, a multiple of 64, 64 to 4096
//   FIFO_BYTES   UDP payload that waits a line, a power of two, 2048 to 65536
//   STORE_SETS   sets of four orders in each of the order store's two tables, a power of two, 2 to 4096
`include "tickproof_control.vh"

module feed_core #(
    parameter SYMBOLS = 8,
    parameter LEVELS = 4096,
    parameter FIFO_BYTES = 32768,
    parameter STORE_SETS = 4096
) (
    input  wire                       clk,
    input  wire                       rst,

    // the two lines
    input  wire [63:0]                s_feed_a_axis_tdata,
    input  wire [7:0]                 s_feed_a_axis_tkeep,
    input  wire                       s_feed_a_axis_tvalid,
    input  wire                       s_feed_a_axis_tlast,
    input  wire                       s_feed_a_axis_tuser,
    input  wire [63:0]                s_feed_b_axis_tdata,
    input  wire [7:0]                 s_feed_b_axis_tkeep,
    input  wire                       s_feed_b_axis_tvalid,
    input  wire                       s_feed_b_axis_tlast,
    input  wire                       s_feed_b_axis_tuser,

    // commands
    input  wire                       cmd_valid,
    output wire                       cmd_ready,
    input  wire [7:0]                 cmd_op,
    input  wire [15:0]                cmd_symbol,

    // records, byte 0 in bits 7:0, and each BBO record as the risk gate sees it
    output wire                       rec_valid,
    output wire [511:0]               rec_data,
    output wire [511:0]               m_bbo_axis_tdata,
    output wire                       m_bbo_axis_tvalid,
    output wire                       m_bbo_axis_tlast,

    // configuration and time
    input  wire [63:0]                time_ns,
    input  wire [55:0]                clk_count,
    input  wire [31:0]                cfg_gap_timeout_ns,
    input  wire [63:0]                cfg_start_sequence,
    input  wire                       cfg_session_pinned,
    input  wire [79:0]                cfg_session,
    input  wire [31:0]                cfg_feed_a_group,
    input  wire [15:0]                cfg_feed_a_port,
    input  wire [31:0]                cfg_feed_b_group,
    input  wire [15:0]                cfg_feed_b_port,
    input  wire [47:0]                cfg_unicast_mac,
    input  wire [SYMBOLS-1:0]         cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0]      cfg_sym_stock,
    input  wire [16*SYMBOLS-1:0]      cfg_sym_locate,
    input  wire [SYMBOLS-1:0]         cfg_sym_locate_given,
    input  wire [32*SYMBOLS-1:0]      cfg_sym_base,
    input  wire [16*SYMBOLS-1:0]      cfg_sym_tick,
    input  wire [29*SYMBOLS-1:0]      cfg_sym_recip,
    input  wire [SYMBOLS-1:0]         cfg_sym_restart,

    // status, counter pulses
    input  wire                       peers_ready,   // memories outside of this module are initialised
    output wire                       ready,         // all memories are initialised; frames that start before are discarded
    output wire                       session_fixed,
    output wire                       end_of_session,
    output wire [`TP_CNT_DEGRADED:0]  inc,           // all but records and lost, in the order of control.toml
    output wire [63:0]                add_gap_messages
);

    // ---- frames to ops

    wire                  op_valid;
    wire [3:0]            op_kind;
    wire [63:0]           op_sequence;
    wire [63:0]           op_time_ns;
    wire [15:0]           op_symbol;
    wire [7:0]            op_type;
    wire [15:0]           op_locate;
    wire [47:0]           op_timestamp;
    wire [63:0]           op_ref;
    wire [63:0]           op_new_ref;
    wire [7:0]            op_side;
    wire [31:0]           op_shares;
    wire [31:0]           op_price;
    wire [63:0]           op_stock;
    wire [7:0]            op_code;
    wire [7:0]            op_market;
    wire [63:0]           op_end;
    wire [7:0]            op_cause;
    wire [79:0]           op_session;
    wire                  op_ready;
    wire                  book_idle;

    feed_front #(.FIFO_BYTES(FIFO_BYTES)) front (
        .clk(clk), .rst(rst), .s_feed_a_axis_tdata(s_feed_a_axis_tdata), .s_feed_a_axis_tkeep(s_feed_a_axis_tkeep),
        .s_feed_a_axis_tvalid(s_feed_a_axis_tvalid), .s_feed_a_axis_tlast(s_feed_a_axis_tlast), .s_feed_a_axis_tuser(s_feed_a_axis_tuser),
        .s_feed_b_axis_tdata(s_feed_b_axis_tdata), .s_feed_b_axis_tkeep(s_feed_b_axis_tkeep), .s_feed_b_axis_tvalid(s_feed_b_axis_tvalid),
        .s_feed_b_axis_tlast(s_feed_b_axis_tlast), .s_feed_b_axis_tuser(s_feed_b_axis_tuser), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready),
        .cmd_op(cmd_op), .cmd_symbol(cmd_symbol), .op_valid(op_valid), .op_ready(op_ready), .op_kind(op_kind), .op_sequence(op_sequence),
        .op_time_ns(op_time_ns), .op_symbol(op_symbol), .op_type(op_type), .op_locate(op_locate),
        .op_timestamp(op_timestamp), .op_ref(op_ref), .op_new_ref(op_new_ref), .op_side(op_side), .op_shares(op_shares),
        .op_price(op_price), .op_stock(op_stock), .op_code(op_code), .op_market(op_market), .op_end(op_end), .op_cause(op_cause),
        .op_session(op_session), .book_idle(book_idle), .ready(ready), .time_ns(time_ns),
        .cfg_gap_timeout_ns(cfg_gap_timeout_ns), .cfg_start_sequence(cfg_start_sequence), .cfg_session_pinned(cfg_session_pinned),
        .cfg_session(cfg_session), .cfg_feed_a_group(cfg_feed_a_group), .cfg_feed_a_port(cfg_feed_a_port),
        .cfg_feed_b_group(cfg_feed_b_group), .cfg_feed_b_port(cfg_feed_b_port), .cfg_unicast_mac(cfg_unicast_mac),
        .session_fixed(session_fixed), .end_of_session(end_of_session), .inc_a(inc[`TP_CNT_A_DELIVERED:`TP_CNT_A_FRAMES]),
        .inc_b(inc[`TP_CNT_B_DELIVERED:`TP_CNT_B_FRAMES]), .inc_messages(inc[`TP_CNT_MESSAGES]), .inc_bad_message(inc[`TP_CNT_BAD_MESSAGE]),
        .inc_gaps(inc[`TP_CNT_GAPS]), .add_gap_messages(add_gap_messages));

    assign inc[`TP_CNT_GAP_MESSAGES] = inc[`TP_CNT_GAPS];

    // ---- ops to records

    wire                  book_ready;

    assign ready = book_ready && peers_ready;

    book #(.SYMBOLS(SYMBOLS), .LEVELS(LEVELS), .STORE_SETS(STORE_SETS)) the_book (
        .clk(clk), .rst(rst), .op_valid(op_valid), .op_ready(op_ready), .op_kind(op_kind), .op_sequence(op_sequence),
        .op_time_ns(op_time_ns), .op_symbol(op_symbol), .op_type(op_type), .op_locate(op_locate), .op_timestamp(op_timestamp),
        .op_ref(op_ref), .op_new_ref(op_new_ref), .op_side(op_side), .op_shares(op_shares), .op_price(op_price), .op_stock(op_stock),
        .op_code(op_code), .op_market(op_market), .op_end(op_end), .op_cause(op_cause), .op_session(op_session), .clk_count(clk_count),
        .rec_valid(rec_valid), .rec_data(rec_data), .m_bbo_axis_tvalid(m_bbo_axis_tvalid), .m_bbo_axis_tdata(m_bbo_axis_tdata),
        .m_bbo_axis_tlast(m_bbo_axis_tlast), .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock),
        .cfg_sym_locate(cfg_sym_locate), .cfg_sym_locate_given(cfg_sym_locate_given), .cfg_sym_base(cfg_sym_base),
        .cfg_sym_tick(cfg_sym_tick), .cfg_sym_recip(cfg_sym_recip), .cfg_sym_restart(cfg_sym_restart), .ready(book_ready), .book_idle(book_idle),
        .inc_unknown_reference(inc[`TP_CNT_UNKNOWN_REFERENCE]), .inc_duplicate_reference(inc[`TP_CNT_DUPLICATE_REFERENCE]),
        .inc_over_reduced(inc[`TP_CNT_OVER_REDUCED]), .inc_bad_add(inc[`TP_CNT_BAD_ADD]), .inc_wrong_locate(inc[`TP_CNT_WRONG_LOCATE]),
        .inc_degraded(inc[`TP_CNT_DEGRADED]));

endmodule
