// SPDX-License-Identifier: Apache-2.0
// The market-data device (docs/contract.md), instances and wires only. What the parts are and how they meet stands in hdl/README.md.
//
//   s_feed_a_axis ─┐                 ┌─► m_bbo_axis
//                  ├─► feed_core ────┤
//   s_feed_b_axis ─┘       ▲         └─► event_fifo ─► event_framer ─► m_events_axis
//                          │ commands, settings
//   s_axil ────────► feed_control ◄── counter pulses
//
// Latency:      17 clk, last beat of a frame to its BBO on m_bbo_axis (LAT-1); 24 clk to the beat with the record's first byte on m_events_axis (LAT-2);
//               2 more for U and for an add whose reference is alive; all this in an idle device
// Throughput:   1 beat/clk on each line; a record per 9 clk, sustained, on m_events_axis
// Backpressure: feeds never wait: a packet without room is dropped and counted (fifo_overflow); m_events_axis_tready may be low for ever: records
//               without room are dropped, counted (lost) and reported (LOST)
// Errors:       counted; see the contract
//
// Parameters
//   SYMBOLS      symbols that control can configure, 1 to 64
//   LEVELS       price levels of a symbol's ladder, a multiple of 64, 64 to 4096
//   FIFO_BYTES   UDP payload that waits a line, a power of two, 2048 to 65536
//   STORE_SETS   sets of four orders in each of the order store's two tables, a power of two, 2 to 4096
//   EVENT_FIFO   records that wait for m_events_axis, a power of two, 8 to 16384
//   CUT_THROUGH  0: a frame takes effect only after its good last beat; 1 is reserved
`include "tickproof_control.vh"

module feed_handler #(
    parameter SYMBOLS = 8,
    parameter LEVELS = 4096,
    parameter FIFO_BYTES = 32768,
    parameter STORE_SETS = 4096,
    parameter EVENT_FIFO = 512,
    parameter CUT_THROUGH = 0
) (
    input  wire         clk,
    input  wire         rst,

    // the two lines
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

    // control
    input  wire [15:0]  s_axil_awaddr,
    input  wire         s_axil_awvalid,
    output wire         s_axil_awready,
    input  wire [31:0]  s_axil_wdata,
    input  wire [3:0]   s_axil_wstrb,
    input  wire         s_axil_wvalid,
    output wire         s_axil_wready,
    output wire [1:0]   s_axil_bresp,
    output wire         s_axil_bvalid,
    input  wire         s_axil_bready,
    input  wire [15:0]  s_axil_araddr,
    input  wire         s_axil_arvalid,
    output wire         s_axil_arready,
    output wire [31:0]  s_axil_rdata,
    output wire [1:0]   s_axil_rresp,
    output wire         s_axil_rvalid,
    input  wire         s_axil_rready,

    // datagrams of event records
    output wire [63:0]  m_events_axis_tdata,
    output wire [7:0]   m_events_axis_tkeep,
    output wire         m_events_axis_tvalid,
    input  wire         m_events_axis_tready,
    output wire         m_events_axis_tlast,

    // each BBO record as the risk gate sees it
    output wire [511:0] m_bbo_axis_tdata,
    output wire         m_bbo_axis_tvalid,
    output wire         m_bbo_axis_tlast,

    // status
    output wire         ready     // memories are initialised
);

    generate
        if (CUT_THROUGH != 0) begin : gen_check_cut_through
            CUT_THROUGH_must_be_0 check();
        end
    endgenerate

    // ---- control

    wire                         cmd_valid;
    wire [7:0]                   cmd_op;
    wire [15:0]                  cmd_symbol;
    wire [31:0]                  cfg_gap_timeout_ns;
    wire [63:0]                  cfg_start_sequence;
    wire                         cfg_session_pinned;
    wire [79:0]                  cfg_session;
    wire [31:0]                  cfg_feed_a_group;
    wire [15:0]                  cfg_feed_a_port;
    wire [31:0]                  cfg_feed_b_group;
    wire [15:0]                  cfg_feed_b_port;
    wire [47:0]                  cfg_unicast_mac;
    wire [47:0]                  cfg_events_dst_mac;
    wire [47:0]                  cfg_events_src_mac;
    wire [31:0]                  cfg_events_dst_ip;
    wire [31:0]                  cfg_events_src_ip;
    wire [15:0]                  cfg_events_dst_port;
    wire [15:0]                  cfg_events_src_port;
    wire [SYMBOLS-1:0]           cfg_sym_enabled;
    wire [64*SYMBOLS-1:0]        cfg_sym_stock;
    wire [16*SYMBOLS-1:0]        cfg_sym_locate;
    wire [SYMBOLS-1:0]           cfg_sym_locate_given;
    wire [32*SYMBOLS-1:0]        cfg_sym_base;
    wire [16*SYMBOLS-1:0]        cfg_sym_tick;
    wire [29*SYMBOLS-1:0]        cfg_sym_recip;
    wire [SYMBOLS-1:0]           cfg_sym_restart;
    wire [63:0]                  time_ns;
    wire [55:0]                  clk_count;
    wire [`TP_CNT_COUNT-1:0]     inc;
    wire [63:0]                  add_gap_messages;
    wire                         cmd_ready;
    wire                         session_fixed;
    wire                         end_of_session;

    feed_control #(.SYMBOLS(SYMBOLS), .LEVELS(LEVELS), .FIFO_BYTES(FIFO_BYTES)) control (
        .clk(clk), .rst(rst), .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready), .s_axil_araddr(s_axil_araddr),
        .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready), .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp),
        .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op),
        .cmd_symbol(cmd_symbol), .cfg_gap_timeout_ns(cfg_gap_timeout_ns), .cfg_start_sequence(cfg_start_sequence),
        .cfg_session_pinned(cfg_session_pinned), .cfg_session(cfg_session), .cfg_feed_a_group(cfg_feed_a_group),
        .cfg_feed_a_port(cfg_feed_a_port), .cfg_feed_b_group(cfg_feed_b_group), .cfg_feed_b_port(cfg_feed_b_port),
        .cfg_unicast_mac(cfg_unicast_mac), .cfg_events_dst_mac(cfg_events_dst_mac), .cfg_events_src_mac(cfg_events_src_mac),
        .cfg_events_dst_ip(cfg_events_dst_ip), .cfg_events_src_ip(cfg_events_src_ip), .cfg_events_dst_port(cfg_events_dst_port),
        .cfg_events_src_port(cfg_events_src_port), .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock),
        .cfg_sym_locate(cfg_sym_locate), .cfg_sym_locate_given(cfg_sym_locate_given), .cfg_sym_base(cfg_sym_base),
        .cfg_sym_tick(cfg_sym_tick), .cfg_sym_recip(cfg_sym_recip), .cfg_sym_restart(cfg_sym_restart), .time_ns(time_ns),
        .clk_count(clk_count), .ready(ready), .session_fixed(session_fixed), .end_of_session(end_of_session), .inc(inc),
        .add_gap_messages(add_gap_messages));

    // ---- frames to records

    wire                         rec_valid;
    wire [511:0]                 rec_data;

    feed_core #(.SYMBOLS(SYMBOLS), .LEVELS(LEVELS), .FIFO_BYTES(FIFO_BYTES), .STORE_SETS(STORE_SETS)) core (
        .clk(clk), .rst(rst), .s_feed_a_axis_tdata(s_feed_a_axis_tdata), .s_feed_a_axis_tkeep(s_feed_a_axis_tkeep),
        .s_feed_a_axis_tvalid(s_feed_a_axis_tvalid), .s_feed_a_axis_tlast(s_feed_a_axis_tlast), .s_feed_a_axis_tuser(s_feed_a_axis_tuser),
        .s_feed_b_axis_tdata(s_feed_b_axis_tdata), .s_feed_b_axis_tkeep(s_feed_b_axis_tkeep), .s_feed_b_axis_tvalid(s_feed_b_axis_tvalid),
        .s_feed_b_axis_tlast(s_feed_b_axis_tlast), .s_feed_b_axis_tuser(s_feed_b_axis_tuser), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready),
        .cmd_op(cmd_op), .cmd_symbol(cmd_symbol), .rec_valid(rec_valid), .rec_data(rec_data), .m_bbo_axis_tdata(m_bbo_axis_tdata),
        .m_bbo_axis_tvalid(m_bbo_axis_tvalid), .m_bbo_axis_tlast(m_bbo_axis_tlast), .time_ns(time_ns), .clk_count(clk_count),
        .cfg_gap_timeout_ns(cfg_gap_timeout_ns), .cfg_start_sequence(cfg_start_sequence), .cfg_session_pinned(cfg_session_pinned),
        .cfg_session(cfg_session), .cfg_feed_a_group(cfg_feed_a_group), .cfg_feed_a_port(cfg_feed_a_port),
        .cfg_feed_b_group(cfg_feed_b_group), .cfg_feed_b_port(cfg_feed_b_port), .cfg_unicast_mac(cfg_unicast_mac),
        .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock), .cfg_sym_locate(cfg_sym_locate),
        .cfg_sym_locate_given(cfg_sym_locate_given), .cfg_sym_base(cfg_sym_base), .cfg_sym_tick(cfg_sym_tick),
        .cfg_sym_recip(cfg_sym_recip), .cfg_sym_restart(cfg_sym_restart), .peers_ready(1'b1), .ready(ready), .session_fixed(session_fixed),
        .end_of_session(end_of_session), .inc(inc[`TP_CNT_DEGRADED:0]), .add_gap_messages(add_gap_messages));

    // ---- records to datagrams

    wire                         queue_valid;
    wire                         queue_ready;
    wire [511:0]                 queue_data;
    wire [15:0]                  queue_level;

    event_fifo #(.DEPTH(EVENT_FIFO)) events (
        .clk(clk), .rst(rst), .rec_valid(rec_valid), .rec_data(rec_data), .m_rec_valid(queue_valid), .m_rec_ready(queue_ready),
        .m_rec_data(queue_data), .m_rec_level(queue_level), .inc_records(inc[`TP_CNT_RECORDS]), .inc_lost(inc[`TP_CNT_LOST]));

    event_framer framer (
        .clk(clk), .rst(rst), .rec_valid(queue_valid), .rec_ready(queue_ready), .rec_data(queue_data), .rec_level(queue_level),
        .m_events_axis_tdata(m_events_axis_tdata), .m_events_axis_tkeep(m_events_axis_tkeep), .m_events_axis_tvalid(m_events_axis_tvalid),
        .m_events_axis_tready(m_events_axis_tready), .m_events_axis_tlast(m_events_axis_tlast), .cfg_events_dst_mac(cfg_events_dst_mac),
        .cfg_events_src_mac(cfg_events_src_mac), .cfg_events_dst_ip(cfg_events_dst_ip), .cfg_events_src_ip(cfg_events_src_ip),
        .cfg_events_dst_port(cfg_events_dst_port), .cfg_events_src_port(cfg_events_src_port));

endmodule
