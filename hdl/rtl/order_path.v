// SPDX-License-Identifier: Apache-2.0
// The order path (docs/contract.md 6 and 7), instances and wires only: two byte streams through the risk gate. What the parts are and how they meet stands in
// hdl/README.md.
//
//   s_client_axis ───► client_rx ───► cli ─┐             ┌► xo ─► exchange_tx ─► m_exchange_axis
//   s_exchange_axis ─► exchange_rx ─► exc ─┼► risk_gate ─┼► co ─► client_tx ───► m_client_axis
//   s_axil ─► order_control ─► ctl, risk_* ┘      ▲      └► orec
//                                                rec
//
// Latency:      LAT-3 11 clk, last byte of an order in to its first byte out, in an idle device
// Throughput:   1 beat/clk on each stream; an order of 50 bytes every 7 clk
// Backpressure: streams and commands wait for the gate, it waits for room for its packets and records
// Errors:       counted; a framing error closes its side (client_close, exchange_close) until the link goes down; see the contract
//
// Parameters
//   SYMBOLS      symbols that control can configure, 1 to 64
`include "tickproof_control.vh"

module order_path #(
    parameter SYMBOLS = 8
) (
    input  wire                    clk,
    input  wire                    rst,

    // the two byte streams and their links
    input  wire [63:0]             s_client_axis_tdata,
    input  wire [7:0]              s_client_axis_tkeep,
    input  wire                    s_client_axis_tvalid,
    output wire                    s_client_axis_tready,
    input  wire [63:0]             s_exchange_axis_tdata,
    input  wire [7:0]              s_exchange_axis_tkeep,
    input  wire                    s_exchange_axis_tvalid,
    output wire                    s_exchange_axis_tready,
    input  wire                    client_link_up,
    input  wire                    exchange_link_up,

    // control
    input  wire [15:0]             s_axil_awaddr,
    input  wire                    s_axil_awvalid,
    output wire                    s_axil_awready,
    input  wire [31:0]             s_axil_wdata,
    input  wire [3:0]              s_axil_wstrb,
    input  wire                    s_axil_wvalid,
    output wire                    s_axil_wready,
    output wire [1:0]              s_axil_bresp,
    output wire                    s_axil_bvalid,
    input  wire                    s_axil_bready,
    input  wire [15:0]             s_axil_araddr,
    input  wire                    s_axil_arvalid,
    output wire                    s_axil_arready,
    output wire [31:0]             s_axil_rdata,
    output wire [1:0]              s_axil_rresp,
    output wire                    s_axil_rvalid,
    input  wire                    s_axil_rready,

    // the feed: a command was handed over; records
    input  wire                    cmd_taken,
    input  wire                    rec_valid,
    input  wire [511:0]            rec_data,

    // the same streams, the other way; tlast ends a packet
    output wire [63:0]             m_client_axis_tdata,
    output wire [7:0]              m_client_axis_tkeep,
    output wire                    m_client_axis_tvalid,
    input  wire                    m_client_axis_tready,
    output wire                    m_client_axis_tlast,
    output wire [63:0]             m_exchange_axis_tdata,
    output wire [7:0]              m_exchange_axis_tkeep,
    output wire                    m_exchange_axis_tvalid,
    input  wire                    m_exchange_axis_tready,
    output wire                    m_exchange_axis_tlast,

    // records of the order path, byte 0 in bits 7:0
    output wire                    orec_valid,
    input  wire                    orec_ready,
    output wire [511:0]            orec_data,
    output wire                    orec_busy,        // an input has its stamp, and its record has not been handed over yet

    // configuration and time
    input  wire [SYMBOLS-1:0]      cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0]   cfg_sym_stock,
    input  wire [SYMBOLS-1:0]      cfg_sym_restart,
    input  wire [63:0]             time_ns,
    input  wire [55:0]             clk_count,

    // status
    output wire                    client_close,     // from a framing error until the link goes down
    output wire                    exchange_close,
    output wire                    ready             // memories are initialised
);

`include "tickproof_events.vh"

    // ---- control

    wire                       ctl_valid;
    wire                       ctl_ready;
    wire [7:0]                 ctl_op;
    wire [15:0]                ctl_symbol;
    wire [63:0]                ctl_value;
    wire [63:0]                risk_dead_man_ns;
    wire [31:0]                risk_token_ns;
    wire [15:0]                risk_burst;
    wire [15:0]                risk_max_open_orders;
    wire [63:0]                risk_session_max_gross;
    wire [63:0]                risk_duplicate_window;
    wire [5:0]                 risk_allowed_phases;
    wire                       risk_reject_mode;
    wire                       risk_cancel_on_disconnect;
    wire [63:0]                risk_client_types;
    wire                       risk_changing;
    wire [SYMBOLS-1:0]         risk_sym_restricted;
    wire [32*SYMBOLS-1:0]      risk_sym_max_shares;
    wire [64*SYMBOLS-1:0]      risk_sym_max_notional;
    wire [16*SYMBOLS-1:0]      risk_sym_collar_bps;
    wire [64*SYMBOLS-1:0]      risk_sym_max_reference_age;
    wire [64*SYMBOLS-1:0]      risk_sym_max_long;
    wire [64*SYMBOLS-1:0]      risk_sym_max_short;
    wire [64*SYMBOLS-1:0]      risk_sym_max_gross;
    wire [SYMBOLS-1:0]         risk_sym_short_ok;
    wire [5*SYMBOLS-1:0]       risk_sym_allowed_types;
    wire [8*SYMBOLS-1:0]       risk_sym_max_executions;
    wire [64*SYMBOLS-1:0]      risk_sym_execution_window;
    wire                       global_kill;
    wire                       session_kill;
    wire                       client_open;
    wire                       exchange_open;
    wire                       client_up;
    wire                       exchange_up;
    wire [`TP_ORDER_CNT_COUNT-1:0]inc;
    wire [11:0]                add_client_swallowed;
    wire [11:0]                add_exchange_swallowed;

    order_control #(.SYMBOLS(SYMBOLS)) control (
        .clk(clk), .rst(rst), .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready), .s_axil_araddr(s_axil_araddr),
        .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready), .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp),
        .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready), .cmd_taken(cmd_taken), .rec_valid(rec_valid),
        .rec_kind(rec_data[7:0]), .rec_op(rec_data[8 * `TP_REC_CONTROL_OP_OFFSET +: 8]), .ctl_valid(ctl_valid), .ctl_ready(ctl_ready),
        .ctl_op(ctl_op), .ctl_symbol(ctl_symbol), .ctl_value(ctl_value), .risk_dead_man_ns(risk_dead_man_ns), .risk_token_ns(risk_token_ns),
        .risk_burst(risk_burst), .risk_max_open_orders(risk_max_open_orders), .risk_session_max_gross(risk_session_max_gross),
        .risk_duplicate_window(risk_duplicate_window), .risk_allowed_phases(risk_allowed_phases), .risk_reject_mode(risk_reject_mode),
        .risk_cancel_on_disconnect(risk_cancel_on_disconnect), .risk_client_types(risk_client_types), .risk_changing(risk_changing),
        .risk_sym_restricted(risk_sym_restricted),
        .risk_sym_max_shares(risk_sym_max_shares), .risk_sym_max_notional(risk_sym_max_notional), .risk_sym_collar_bps(risk_sym_collar_bps),
        .risk_sym_max_reference_age(risk_sym_max_reference_age), .risk_sym_max_long(risk_sym_max_long), .risk_sym_max_short(risk_sym_max_short),
        .risk_sym_max_gross(risk_sym_max_gross), .risk_sym_short_ok(risk_sym_short_ok), .risk_sym_allowed_types(risk_sym_allowed_types),
        .risk_sym_max_executions(risk_sym_max_executions), .risk_sym_execution_window(risk_sym_execution_window),
        .status({exchange_up, client_up, exchange_open, client_open, session_kill, global_kill}), .inc(inc),
        .add_client_swallowed(add_client_swallowed), .add_exchange_swallowed(add_exchange_swallowed));

    assign inc[`TP_ORDER_CNT_CLIENT_SWALLOWED]   = |add_client_swallowed;
    assign inc[`TP_ORDER_CNT_EXCHANGE_SWALLOWED] = |add_exchange_swallowed;

    // ---- packets, decisions, packets

    wire                       cli_valid;
    wire                       cli_ready;
    wire [1:0]                 cli_kind;
    wire [7:0]                 cli_packet_type;
    wire [7:0]                 cli_message_type;
    wire [15:0]                cli_length;
    wire [31:0]                cli_ref;
    wire [31:0]                cli_orig_ref;
    wire [7:0]                 cli_side;
    wire [31:0]                cli_quantity;
    wire [63:0]                cli_stock;
    wire [63:0]                cli_price;
    wire [7:0]                 cli_tif;
    wire [7:0]                 cli_display;
    wire [7:0]                 cli_capacity;
    wire [7:0]                 cli_iso;
    wire [7:0]                 cli_cross;
    wire [7:0]                 cli_price_type;
    wire [111:0]               cli_clordid;
    wire                       cli_up;
    wire [7:0]                 cli_reason;
    wire                       exc_valid;
    wire                       exc_ready;
    wire [1:0]                 exc_kind;
    wire [7:0]                 exc_packet_type;
    wire [7:0]                 exc_message_type;
    wire [15:0]                exc_length;
    wire                       exc_known;
    wire [31:0]                exc_ref;
    wire [31:0]                exc_orig_ref;
    wire [7:0]                 exc_side;
    wire [31:0]                exc_quantity;
    wire [63:0]                exc_price;
    wire [7:0]                 exc_state;
    wire [79:0]                exc_session;
    wire [63:0]                exc_number;
    wire                       exc_up;
    wire [7:0]                 exc_reason;
    wire                       xo_valid;
    wire                       xo_ready;
    wire [1:0]                 xo_kind;
    wire [31:0]                xo_ref;
    wire                       co_valid;
    wire                       co_ready;
    wire [1:0]                 co_kind;
    wire [63:0]                co_time_ns;
    wire [31:0]                co_ref;
    wire [15:0]                co_reason;
    wire [111:0]               co_clordid;
    wire [63:0]                client_packet_tdata;
    wire [7:0]                 client_packet_tkeep;
    wire                       client_packet_tvalid;
    wire                       client_packet_tready;
    wire                       client_packet_tlast;
    wire                       client_packet_drop;
    wire [63:0]                exchange_packet_tdata;
    wire [7:0]                 exchange_packet_tkeep;
    wire                       exchange_packet_tvalid;
    wire                       exchange_packet_tready;
    wire                       exchange_packet_tlast;
    wire                       exchange_packet_drop;
    client_rx from_client (
        .clk(clk), .rst(rst), .s_axis_tdata(s_client_axis_tdata), .s_axis_tkeep(s_client_axis_tkeep), .s_axis_tvalid(s_client_axis_tvalid),
        .s_axis_tready(s_client_axis_tready), .client_link_up(client_link_up), .m_packet_axis_tdata(client_packet_tdata),
        .m_packet_axis_tkeep(client_packet_tkeep), .m_packet_axis_tvalid(client_packet_tvalid), .m_packet_axis_tready(client_packet_tready),
        .m_packet_axis_tlast(client_packet_tlast), .packet_drop(client_packet_drop), .cli_valid(cli_valid), .cli_ready(cli_ready),
        .cli_kind(cli_kind), .cli_packet_type(cli_packet_type), .cli_message_type(cli_message_type), .cli_length(cli_length), .cli_ref(cli_ref),
        .cli_orig_ref(cli_orig_ref), .cli_side(cli_side), .cli_quantity(cli_quantity), .cli_stock(cli_stock), .cli_price(cli_price),
        .cli_tif(cli_tif), .cli_display(cli_display), .cli_capacity(cli_capacity), .cli_iso(cli_iso), .cli_cross(cli_cross),
        .cli_price_type(cli_price_type), .cli_clordid(cli_clordid), .cli_up(cli_up), .cli_reason(cli_reason),
        .risk_client_types(risk_client_types), .risk_changing(risk_changing),
        .client_close(client_close), .add_client_swallowed(add_client_swallowed));

    exchange_rx from_exchange (
        .clk(clk), .rst(rst), .s_axis_tdata(s_exchange_axis_tdata), .s_axis_tkeep(s_exchange_axis_tkeep), .s_axis_tvalid(s_exchange_axis_tvalid),
        .s_axis_tready(s_exchange_axis_tready), .exchange_link_up(exchange_link_up),
        .m_packet_axis_tdata(exchange_packet_tdata), .m_packet_axis_tkeep(exchange_packet_tkeep), .m_packet_axis_tvalid(exchange_packet_tvalid),
        .m_packet_axis_tready(exchange_packet_tready), .m_packet_axis_tlast(exchange_packet_tlast), .packet_drop(exchange_packet_drop),
        .exc_valid(exc_valid), .exc_ready(exc_ready), .exc_kind(exc_kind), .exc_packet_type(exc_packet_type), .exc_message_type(exc_message_type),
        .exc_length(exc_length), .exc_known(exc_known), .exc_ref(exc_ref), .exc_orig_ref(exc_orig_ref), .exc_side(exc_side),
        .exc_quantity(exc_quantity), .exc_price(exc_price), .exc_state(exc_state), .exc_session(exc_session), .exc_number(exc_number),
        .exc_up(exc_up), .exc_reason(exc_reason), .exchange_close(exchange_close), .add_exchange_swallowed(add_exchange_swallowed));

    risk_gate #(.SYMBOLS(SYMBOLS)) gate (
        .clk(clk), .rst(rst), .ctl_valid(ctl_valid), .ctl_ready(ctl_ready), .ctl_op(ctl_op), .ctl_symbol(ctl_symbol), .ctl_value(ctl_value),
        .exc_valid(exc_valid), .exc_ready(exc_ready), .exc_kind(exc_kind), .exc_packet_type(exc_packet_type), .exc_message_type(exc_message_type),
        .exc_length(exc_length), .exc_known(exc_known), .exc_ref(exc_ref), .exc_orig_ref(exc_orig_ref), .exc_side(exc_side),
        .exc_quantity(exc_quantity), .exc_price(exc_price), .exc_state(exc_state), .exc_session(exc_session), .exc_number(exc_number),
        .exc_up(exc_up), .exc_reason(exc_reason), .cli_valid(cli_valid), .cli_ready(cli_ready), .cli_kind(cli_kind),
        .cli_packet_type(cli_packet_type), .cli_message_type(cli_message_type), .cli_length(cli_length), .cli_ref(cli_ref),
        .cli_orig_ref(cli_orig_ref), .cli_side(cli_side), .cli_quantity(cli_quantity), .cli_stock(cli_stock), .cli_price(cli_price),
        .cli_tif(cli_tif), .cli_display(cli_display), .cli_capacity(cli_capacity), .cli_iso(cli_iso), .cli_cross(cli_cross),
        .cli_price_type(cli_price_type), .cli_clordid(cli_clordid), .cli_up(cli_up), .cli_reason(cli_reason), .rec_valid(rec_valid),
        .rec_data(rec_data), .xo_valid(xo_valid), .xo_ready(xo_ready), .xo_kind(xo_kind), .xo_ref(xo_ref), .co_valid(co_valid), .co_ready(co_ready),
        .co_kind(co_kind), .co_time_ns(co_time_ns), .co_ref(co_ref), .co_reason(co_reason), .co_clordid(co_clordid), .orec_valid(orec_valid),
        .orec_ready(orec_ready), .orec_data(orec_data), .orec_busy(orec_busy), .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock),
        .cfg_sym_restart(cfg_sym_restart), .risk_dead_man_ns(risk_dead_man_ns), .risk_token_ns(risk_token_ns), .risk_burst(risk_burst),
        .risk_max_open_orders(risk_max_open_orders), .risk_session_max_gross(risk_session_max_gross), .risk_duplicate_window(risk_duplicate_window),
        .risk_allowed_phases(risk_allowed_phases), .risk_reject_mode(risk_reject_mode), .risk_cancel_on_disconnect(risk_cancel_on_disconnect),
        .risk_sym_restricted(risk_sym_restricted), .risk_sym_max_shares(risk_sym_max_shares), .risk_sym_max_notional(risk_sym_max_notional),
        .risk_sym_collar_bps(risk_sym_collar_bps), .risk_sym_max_reference_age(risk_sym_max_reference_age), .risk_sym_max_long(risk_sym_max_long),
        .risk_sym_max_short(risk_sym_max_short), .risk_sym_max_gross(risk_sym_max_gross), .risk_sym_short_ok(risk_sym_short_ok),
        .risk_sym_allowed_types(risk_sym_allowed_types), .risk_sym_max_executions(risk_sym_max_executions),
        .risk_sym_execution_window(risk_sym_execution_window), .time_ns(time_ns), .clk_count(clk_count), .ready(ready),
        .global_kill(global_kill), .session_kill(session_kill), .client_open(client_open), .exchange_open(exchange_open), .client_up(client_up),
        .exchange_up(exchange_up), .inc_client_packets(inc[`TP_ORDER_CNT_CLIENT_PACKETS]),
        .inc_client_errors(inc[`TP_ORDER_CNT_CLIENT_ERRORS]), .inc_client_unsent(inc[`TP_ORDER_CNT_CLIENT_UNSENT]),
        .inc_exchange_packets(inc[`TP_ORDER_CNT_EXCHANGE_PACKETS]), .inc_exchange_errors(inc[`TP_ORDER_CNT_EXCHANGE_ERRORS]),
        .inc_exchange_unsent(inc[`TP_ORDER_CNT_EXCHANGE_UNSENT]), .inc_orders(inc[`TP_ORDER_CNT_ORDERS]),
        .inc_orders_forwarded(inc[`TP_ORDER_CNT_ORDERS_FORWARDED]), .inc_orders_rejected(inc[`TP_ORDER_CNT_ORDERS_REJECTED]),
        .inc_rejects_sent(inc[`TP_ORDER_CNT_REJECTS_SENT]), .inc_cancels_sent(inc[`TP_ORDER_CNT_CANCELS_SENT]),
        .inc_replayed(inc[`TP_ORDER_CNT_REPLAYED]), .inc_unknown_report(inc[`TP_ORDER_CNT_UNKNOWN_REPORT]),
        .inc_unknown_order(inc[`TP_ORDER_CNT_UNKNOWN_ORDER]), .inc_over_released(inc[`TP_ORDER_CNT_OVER_RELEASED]));

    exchange_tx to_exchange (
        .clk(clk), .rst(rst), .xo_valid(xo_valid), .xo_ready(xo_ready), .xo_kind(xo_kind), .xo_ref(xo_ref), .s_packet_axis_tdata(client_packet_tdata),
        .s_packet_axis_tkeep(client_packet_tkeep), .s_packet_axis_tvalid(client_packet_tvalid), .s_packet_axis_tready(client_packet_tready),
        .s_packet_axis_tlast(client_packet_tlast), .packet_drop(client_packet_drop), .m_axis_tdata(m_exchange_axis_tdata),
        .m_axis_tkeep(m_exchange_axis_tkeep), .m_axis_tvalid(m_exchange_axis_tvalid), .m_axis_tready(m_exchange_axis_tready),
        .m_axis_tlast(m_exchange_axis_tlast));

    client_tx to_client (
        .clk(clk), .rst(rst), .co_valid(co_valid), .co_ready(co_ready), .co_kind(co_kind), .co_time_ns(co_time_ns), .co_ref(co_ref),
        .co_reason(co_reason), .co_clordid(co_clordid), .s_packet_axis_tdata(exchange_packet_tdata), .s_packet_axis_tkeep(exchange_packet_tkeep),
        .s_packet_axis_tvalid(exchange_packet_tvalid), .s_packet_axis_tready(exchange_packet_tready), .s_packet_axis_tlast(exchange_packet_tlast),
        .packet_drop(exchange_packet_drop), .m_axis_tdata(m_client_axis_tdata), .m_axis_tkeep(m_client_axis_tkeep),
        .m_axis_tvalid(m_client_axis_tvalid), .m_axis_tready(m_client_axis_tready), .m_axis_tlast(m_client_axis_tlast));

endmodule
