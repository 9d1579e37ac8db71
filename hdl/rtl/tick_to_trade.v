// SPDX-License-Identifier: Apache-2.0
// Market data and orders in one device (docs/contract.md), instances and wires only. What the parts are and how they meet stands in hdl/README.md.
//
//   s_feed_*_axis ─────────────────► feed_core ─► rec ─┬► event_fifo ─────┐
//                                        ▲             │                  ├► record_merge ─► event_framer ─► m_events_axis
//   s_axil ─► axil_split ─► feed_control ┘             │ ┌► order_records ┘
//                      └──────────────────────────┐    ▼ │
//   s_client_axis, s_exchange_axis ───────────────┴► order_path ─► m_client_axis, m_exchange_axis
//
// Latency:      LAT-1 17 clk, LAT-2 26 clk, 2 more for U and for an add whose reference is alive; LAT-3 11 clk, last byte of an order in to its first byte
//               out; all this in an idle device
// Throughput:   1 beat/clk on each line and stream; an order of 50 bytes every 7 clk; a record per 9 clk, sustained, on m_events_axis
// Backpressure: feeds never wait: a packet without room is dropped and counted (fifo_overflow), a record of the feed without room likewise (lost, LOST);
//               streams and order-path commands wait for the gate, it waits for room for its packets and records
// Errors:       counted; a framing error closes its side (client_close, exchange_close) until the link goes down; see the contract
//
// Parameters
//   SYMBOLS      symbols that control can configure, 1 to 64
//   LEVELS       price levels of a symbol's ladder, a multiple of 64, 64 to 4096
//   FIFO_BYTES   UDP payload that waits a line, a power of two, 2048 to 65536
//   STORE_SETS   sets of four orders in each of the order store's two tables, a power of two, 2 to 4096
//   EVENT_FIFO   records of the feed that wait for m_events_axis, a power of two, 8 to 16384
//   ORDER_FIFO   records of the order path that wait, likewise
//   CUT_THROUGH  0: a frame takes effect only after its good last beat; 1 is reserved
`include "tickproof_control.vh"

module tick_to_trade #(
    parameter SYMBOLS = 8,
    parameter LEVELS = 4096,
    parameter FIFO_BYTES = 32768,
    parameter STORE_SETS = 4096,
    parameter EVENT_FIFO = 512,
    parameter ORDER_FIFO = 512,
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

    // the order path's two byte streams and their links; tlast means nothing
    input  wire [63:0]  s_client_axis_tdata,
    input  wire [7:0]   s_client_axis_tkeep,
    input  wire         s_client_axis_tvalid,
    output wire         s_client_axis_tready,
    input  wire         s_client_axis_tlast,
    input  wire [63:0]  s_exchange_axis_tdata,
    input  wire [7:0]   s_exchange_axis_tkeep,
    input  wire         s_exchange_axis_tvalid,
    output wire         s_exchange_axis_tready,
    input  wire         s_exchange_axis_tlast,
    input  wire         client_link_up,
    input  wire         exchange_link_up,

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

    // the same streams, the other way; tlast ends a packet
    output wire [63:0]  m_client_axis_tdata,
    output wire [7:0]   m_client_axis_tkeep,
    output wire         m_client_axis_tvalid,
    input  wire         m_client_axis_tready,
    output wire         m_client_axis_tlast,
    output wire [63:0]  m_exchange_axis_tdata,
    output wire [7:0]   m_exchange_axis_tkeep,
    output wire         m_exchange_axis_tvalid,
    input  wire         m_exchange_axis_tready,
    output wire         m_exchange_axis_tlast,

    // each BBO record as the risk gate sees it
    output wire [511:0] m_bbo_axis_tdata,
    output wire         m_bbo_axis_tvalid,
    output wire         m_bbo_axis_tlast,

    // status
    output wire         client_close,     // from a framing error until the link goes down: the connection is to be closed
    output wire         exchange_close,
    output wire         ready             // memories are initialised
);

    generate
        if (CUT_THROUGH != 0) begin : gen_check_cut_through
            CUT_THROUGH_must_be_0 check();
        end
    endgenerate

    // ---- control

    wire [1:0]                   block_awvalid;
    wire [1:0]                   block_awready;
    wire [1:0]                   block_wvalid;
    wire [1:0]                   block_wready;
    wire [3:0]                   block_bresp;
    wire [1:0]                   block_bvalid;
    wire [1:0]                   block_bready;
    wire [1:0]                   block_arvalid;
    wire [1:0]                   block_arready;
    wire [63:0]                  block_rdata;
    wire [3:0]                   block_rresp;
    wire [1:0]                   block_rvalid;
    wire [1:0]                   block_rready;
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
    wire                         rec_valid;
    wire [511:0]                 rec_data;

    axil_split axil (
        .clk(clk), .rst(rst), .s_axil_awaddr_high(s_axil_awaddr[15]), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready), .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid),
        .s_axil_bready(s_axil_bready), .s_axil_araddr_high(s_axil_araddr[15]), .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready),
        .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready),
        .m_axil_awvalid(block_awvalid), .m_axil_awready(block_awready), .m_axil_wvalid(block_wvalid), .m_axil_wready(block_wready),
        .m_axil_bresp(block_bresp), .m_axil_bvalid(block_bvalid), .m_axil_bready(block_bready), .m_axil_arvalid(block_arvalid),
        .m_axil_arready(block_arready), .m_axil_rdata(block_rdata), .m_axil_rresp(block_rresp), .m_axil_rvalid(block_rvalid),
        .m_axil_rready(block_rready));

    feed_control #(.SYMBOLS(SYMBOLS), .LEVELS(LEVELS), .FIFO_BYTES(FIFO_BYTES)) control (
        .clk(clk), .rst(rst), .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(block_awvalid[0]), .s_axil_awready(block_awready[0]),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(block_wvalid[0]), .s_axil_wready(block_wready[0]),
        .s_axil_bresp(block_bresp[1:0]), .s_axil_bvalid(block_bvalid[0]), .s_axil_bready(block_bready[0]), .s_axil_araddr(s_axil_araddr),
        .s_axil_arvalid(block_arvalid[0]), .s_axil_arready(block_arready[0]), .s_axil_rdata(block_rdata[31:0]), .s_axil_rresp(block_rresp[1:0]),
        .s_axil_rvalid(block_rvalid[0]), .s_axil_rready(block_rready[0]), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op),
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

    wire                         orders_ready;

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
        .cfg_sym_recip(cfg_sym_recip), .cfg_sym_restart(cfg_sym_restart), .peers_ready(orders_ready), .ready(ready), .session_fixed(session_fixed),
        .end_of_session(end_of_session), .inc(inc[`TP_CNT_DEGRADED:0]), .add_gap_messages(add_gap_messages));

    // ---- orders to packets and records

    wire                         orec_valid;
    wire                         orec_ready;
    wire [511:0]                 orec_data;
    wire                         orec_busy;

    order_path #(.SYMBOLS(SYMBOLS)) orders (
        .clk(clk), .rst(rst), .s_client_axis_tdata(s_client_axis_tdata), .s_client_axis_tkeep(s_client_axis_tkeep),
        .s_client_axis_tvalid(s_client_axis_tvalid), .s_client_axis_tready(s_client_axis_tready), .s_exchange_axis_tdata(s_exchange_axis_tdata),
        .s_exchange_axis_tkeep(s_exchange_axis_tkeep), .s_exchange_axis_tvalid(s_exchange_axis_tvalid),
        .s_exchange_axis_tready(s_exchange_axis_tready), .client_link_up(client_link_up), .exchange_link_up(exchange_link_up),
        .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(block_awvalid[1]), .s_axil_awready(block_awready[1]), .s_axil_wdata(s_axil_wdata),
        .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(block_wvalid[1]), .s_axil_wready(block_wready[1]), .s_axil_bresp(block_bresp[3:2]),
        .s_axil_bvalid(block_bvalid[1]), .s_axil_bready(block_bready[1]), .s_axil_araddr(s_axil_araddr), .s_axil_arvalid(block_arvalid[1]),
        .s_axil_arready(block_arready[1]), .s_axil_rdata(block_rdata[63:32]), .s_axil_rresp(block_rresp[3:2]), .s_axil_rvalid(block_rvalid[1]),
        .s_axil_rready(block_rready[1]), .cmd_taken(cmd_valid && cmd_ready), .rec_valid(rec_valid), .rec_data(rec_data),
        .m_client_axis_tdata(m_client_axis_tdata), .m_client_axis_tkeep(m_client_axis_tkeep), .m_client_axis_tvalid(m_client_axis_tvalid),
        .m_client_axis_tready(m_client_axis_tready), .m_client_axis_tlast(m_client_axis_tlast), .m_exchange_axis_tdata(m_exchange_axis_tdata),
        .m_exchange_axis_tkeep(m_exchange_axis_tkeep), .m_exchange_axis_tvalid(m_exchange_axis_tvalid),
        .m_exchange_axis_tready(m_exchange_axis_tready), .m_exchange_axis_tlast(m_exchange_axis_tlast), .orec_valid(orec_valid),
        .orec_ready(orec_ready), .orec_data(orec_data), .orec_busy(orec_busy), .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock),
        .cfg_sym_restart(cfg_sym_restart), .time_ns(time_ns), .clk_count(clk_count), .client_close(client_close), .exchange_close(exchange_close),
        .ready(orders_ready));

    // ---- records to datagrams

    wire                         feed_valid;
    wire                         feed_ready;
    wire [511:0]                 feed_data;
    wire [15:0]                  feed_level;
    wire                         order_valid;
    wire                         order_ready;
    wire [511:0]                 order_data;
    wire [15:0]                  order_level;
    wire                         queue_valid;
    wire                         queue_ready;
    wire [511:0]                 queue_data;
    wire [15:0]                  queue_level;
    wire                         inc_feed_records;

    event_fifo #(.DEPTH(EVENT_FIFO)) events (
        .clk(clk), .rst(rst), .rec_valid(rec_valid), .rec_data(rec_data), .m_rec_valid(feed_valid), .m_rec_ready(feed_ready),
        .m_rec_data(feed_data), .m_rec_level(feed_level), .inc_records(inc_feed_records), .inc_lost(inc[`TP_CNT_LOST]));

    record_fifo #(.DEPTH(ORDER_FIFO)) order_records (
        .clk(clk), .rst(rst), .s_rec_valid(orec_valid), .s_rec_ready(orec_ready), .s_rec_data(orec_data), .m_rec_valid(order_valid),
        .m_rec_ready(order_ready), .m_rec_data(order_data), .m_rec_level(order_level));

    record_merge merge (
        .clk(clk), .rst(rst), .s_feed_valid(feed_valid), .s_feed_ready(feed_ready), .s_feed_data(feed_data), .s_feed_level(feed_level),
        .s_order_valid(order_valid), .s_order_ready(order_ready), .s_order_data(order_data), .s_order_level(order_level),
        .s_order_busy(orec_busy), .m_rec_valid(queue_valid), .m_rec_ready(queue_ready), .m_rec_data(queue_data), .m_rec_level(queue_level),
        .inc_records(inc[`TP_CNT_RECORDS]));

    // Records are numbered, and counted, behind the merge; where segments of the streams end means nothing.
    wire unused = &{1'b0, inc_feed_records, s_client_axis_tlast, s_exchange_axis_tlast};

    event_framer framer (
        .clk(clk), .rst(rst), .rec_valid(queue_valid), .rec_ready(queue_ready), .rec_data(queue_data), .rec_level(queue_level),
        .m_events_axis_tdata(m_events_axis_tdata), .m_events_axis_tkeep(m_events_axis_tkeep), .m_events_axis_tvalid(m_events_axis_tvalid),
        .m_events_axis_tready(m_events_axis_tready), .m_events_axis_tlast(m_events_axis_tlast), .cfg_events_dst_mac(cfg_events_dst_mac),
        .cfg_events_src_mac(cfg_events_src_mac), .cfg_events_dst_ip(cfg_events_dst_ip), .cfg_events_src_ip(cfg_events_src_ip),
        .cfg_events_dst_port(cfg_events_dst_port), .cfg_events_src_port(cfg_events_src_port));

endmodule
