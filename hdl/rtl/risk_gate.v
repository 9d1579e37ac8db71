// SPDX-License-Identifier: Apache-2.0
// The risk gate: instances and wires only; everything behind cli, exc and ctl (contract 6 and 7). One input at a time, control
// before exchange before client, so no decision meets another half done. What each part does stands in its file, what the
// seams are in hdl/README.md. An input is at clock 0 when it is taken; each part names the clock in which it acts. The input's
// stamp and time are those of clock 1, and what it sees of market, settings and commits is what stands in registers in clock 2.
// Latency:      6 clk, cli taken to xo_valid of an O, U or M; 6 clk, any input taken to orec_valid (U of the exchange: 12)
// Throughput:   one input every 6 clk; U of the exchange 12; a kill 2 clk a live order more
// Backpressure: lossless; an input is taken only while xo, co and orec are ready
// Errors:       none of its own; what fails a check is rejected, what cannot be accounted for latches a kill

`default_nettype none

module risk_gate #(
    parameter SYMBOLS = 8 // symbols, 1 to 64
) (
    input  wire                  clk,
    input  wire                  rst,

    // Commands of the order path
    input  wire                  ctl_valid,
    output wire                  ctl_ready,
    input  wire [7:0]            ctl_op,
    input  wire [15:0]           ctl_symbol,
    input  wire [63:0]           ctl_value,

    // Packets of the exchange (kind 0), link changes (2), framing errors (3)
    input  wire                  exc_valid,
    output wire                  exc_ready,
    input  wire [1:0]            exc_kind,
    input  wire [7:0]            exc_packet_type,
    input  wire [7:0]            exc_message_type,
    input  wire [15:0]           exc_length,
    input  wire                  exc_known,
    input  wire [31:0]           exc_ref,
    input  wire [31:0]           exc_orig_ref,
    input  wire [7:0]            exc_side,
    input  wire [31:0]           exc_quantity,
    input  wire [63:0]           exc_price,
    input  wire [7:0]            exc_state,
    input  wire [79:0]           exc_session,
    input  wire [63:0]           exc_number,
    input  wire                  exc_up,
    input  wire [7:0]            exc_reason,

    // Packets of the client that pass (kind 0), its orders (1), link changes (2), framing errors (3)
    input  wire                  cli_valid,
    output wire                  cli_ready,
    input  wire [1:0]            cli_kind,
    input  wire [7:0]            cli_packet_type,
    input  wire [7:0]            cli_message_type,
    input  wire [15:0]           cli_length,
    input  wire [31:0]           cli_ref,
    input  wire [31:0]           cli_orig_ref,
    input  wire [7:0]            cli_side,
    input  wire [31:0]           cli_quantity,
    input  wire [63:0]           cli_stock,
    input  wire [63:0]           cli_price,
    input  wire [7:0]            cli_tif,
    input  wire [7:0]            cli_display,
    input  wire [7:0]            cli_capacity,
    input  wire [7:0]            cli_iso,
    input  wire [7:0]            cli_cross,
    input  wire [7:0]            cli_price_type,
    input  wire [111:0]          cli_clordid,
    input  wire                  cli_up,
    input  wire [7:0]            cli_reason,

    // The book's records, byte 0 in bits 7:0
    input  wire                  rec_valid,
    input  wire [511:0]          rec_data,

    // To the exchange: forward the oldest client packet (kind 0), drop it (1), Cancel (2)
    output wire                  xo_valid,
    input  wire                  xo_ready,
    output wire [1:0]            xo_kind,
    output wire [31:0]           xo_ref,

    // To the client: forward the oldest exchange packet (kind 0), drop it (1), Reject (2)
    output wire                  co_valid,
    input  wire                  co_ready,
    output wire [1:0]            co_kind,
    output wire [63:0]           co_time_ns,
    output wire [31:0]           co_ref,
    output wire [15:0]           co_reason,
    output wire [111:0]          co_clordid,

    // Records, byte 0 in bits 7:0
    output wire                  orec_valid,
    input  wire                  orec_ready,
    output wire [511:0]          orec_data,
    output wire                  orec_busy,   // an input has its stamp, and its record has not been handed over yet

    // Configuration
    input  wire [SYMBOLS-1:0]    cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0] cfg_sym_stock,
    input  wire [SYMBOLS-1:0]    cfg_sym_restart,
    input  wire [63:0]           risk_dead_man_ns,
    input  wire [31:0]           risk_token_ns,
    input  wire [15:0]           risk_burst,
    input  wire [15:0]           risk_max_open_orders,
    input  wire [63:0]           risk_session_max_gross,
    input  wire [63:0]           risk_duplicate_window,
    input  wire [5:0]            risk_allowed_phases,
    input  wire                  risk_reject_mode,
    input  wire                  risk_cancel_on_disconnect,
    input  wire [SYMBOLS-1:0]    risk_sym_restricted,
    input  wire [32*SYMBOLS-1:0] risk_sym_max_shares,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_notional,
    input  wire [16*SYMBOLS-1:0] risk_sym_collar_bps,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_reference_age,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_long,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_short,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_gross,
    input  wire [SYMBOLS-1:0]    risk_sym_short_ok,
    input  wire [5*SYMBOLS-1:0]  risk_sym_allowed_types,
    input  wire [8*SYMBOLS-1:0]  risk_sym_max_executions,
    input  wire [64*SYMBOLS-1:0] risk_sym_execution_window,

    // Time
    input  wire [63:0]           time_ns,
    input  wire [55:0]           clk_count,

    // Status
    output wire                  ready,       // memories are cleared; inputs wait while it is low
    output wire                  global_kill,
    output wire                  session_kill,
    output wire                  client_open,
    output wire                  exchange_open,
    output wire                  client_up,
    output wire                  exchange_up,
    output wire                  inc_client_packets,
    output wire                  inc_client_errors,
    output wire                  inc_client_unsent,
    output wire                  inc_exchange_packets,
    output wire                  inc_exchange_errors,
    output wire                  inc_exchange_unsent,
    output wire                  inc_orders,
    output wire                  inc_orders_forwarded,
    output wire                  inc_orders_rejected,
    output wire                  inc_rejects_sent,
    output wire                  inc_cancels_sent,
    output wire                  inc_replayed,
    output wire                  inc_unknown_report,
    output wire                  inc_unknown_order,
    output wire                  inc_over_released
);

`include "tickproof_control.vh"

    localparam              SYM_W = (SYMBOLS > 1) ? $clog2(SYMBOLS) : 1;

    // The input and its steps
    wire                    clear;
    wire [7:0]              clear_index;
    wire                    look;
    wire [7:0]              look_set;
    wire [31:0]             key_ref;
    wire                    step1;
    wire                    step2;
    wire                    step3;
    wire                    step4;
    wire                    step5;
    wire                    last;
    wire                    second;
    wire                    busy;
    wire                    is_control;
    wire                    is_exchange;
    wire                    is_client;
    wire [63:0]             stamp;
    wire [63:0]             now;
    wire [7:0]              op;
    wire [15:0]             command_symbol;
    wire [63:0]             value;
    wire [1:0]              kind;
    wire [7:0]              packet_type;
    wire [7:0]              message_type;
    wire [15:0]             length;
    wire                    known;
    wire [31:0]             order_ref;
    wire [7:0]              in_side;
    wire [31:0]             quantity;
    wire [63:0]             in_price;
    wire [7:0]              state;
    wire [79:0]             session;
    wire [63:0]             number;
    wire                    up;
    wire [7:0]              reason;
    wire [63:0]             stock;
    wire [7:0]              tif;
    wire [7:0]              display;
    wire [7:0]              capacity;
    wire [7:0]              iso;
    wire [7:0]              cross_type;
    wire [7:0]              price_type;
    wire [111:0]            clordid;
    wire                    finish = step5 && last;
    wire                    release_order = is_control && (op == `TP_CTRL_OP_RELEASE_ORDER);

    // The order and its verdict
    wire                    is_order;
    wire                    is_cancel;
    wire                    command_named;
    wire [SYM_W-1:0]        symbol;
    wire                    symbol_known;
    wire [7:0]              side;
    wire [63:0]             price;
    wire [31:0]             worth;
    wire [31:0]             bid;
    wire [31:0]             ask;
    wire [16:0]             failing;
    wire                    insert;
    wire                    reject_mode;
    wire                    cancel_on_disconnect;

    // What stands
    wire                    found;
    wire [SYM_W-1:0]        live_symbol;
    wire [7:0]              live_side;
    wire [31:0]             live_remaining;
    wire [31:0]             live_price;
    wire [10:0]             live_orders;
    wire                    full;
    wire [63:0]             product;
    wire [63:0]             position;
    wire [63:0]             executed;
    wire [41:0]             open_buys;
    wire [41:0]             open_sells;
    wire [73:0]             open_notional;
    wire [73:0]             session_open;
    wire [63:0]             session_executed;
    wire                    executions;
    wire [SYMBOLS-1:0]      symbol_kills;

    // What a report did, links, kills
    wire [63:0]             session_number;
    wire                    replayed;
    wire                    named;
    wire                    applied;
    wire                    over;
    wire                    unknown;
    wire [63:0]             position_after;
    wire [31:0]             remaining_after;
    wire                    latch_session;
    wire                    latch_symbol;
    wire [63:0]             ordinal;
    wire                    client_lost;
    wire                    exchange_lost;
    wire                    walk_start;
    wire                    walk_all;
    wire [SYM_W-1:0]        walk_target;
    wire                    walking;
    wire                    cancel_valid;
    wire                    cancel_ready;
    wire [31:0]             cancel_ref;

    assign orec_busy = busy || orec_valid;

    gate_sequencer sequencer (
        .clk(clk), .rst(rst),
        .ctl_valid(ctl_valid), .ctl_ready(ctl_ready), .ctl_op(ctl_op), .ctl_symbol(ctl_symbol), .ctl_value(ctl_value),
        .exc_valid(exc_valid), .exc_ready(exc_ready), .exc_kind(exc_kind), .exc_packet_type(exc_packet_type),
        .exc_message_type(exc_message_type), .exc_length(exc_length), .exc_known(exc_known), .exc_ref(exc_ref),
        .exc_orig_ref(exc_orig_ref), .exc_side(exc_side), .exc_quantity(exc_quantity), .exc_price(exc_price),
        .exc_state(exc_state), .exc_session(exc_session), .exc_number(exc_number), .exc_up(exc_up), .exc_reason(exc_reason),
        .cli_valid(cli_valid), .cli_ready(cli_ready), .cli_kind(cli_kind), .cli_packet_type(cli_packet_type),
        .cli_message_type(cli_message_type), .cli_length(cli_length), .cli_ref(cli_ref), .cli_orig_ref(cli_orig_ref),
        .cli_side(cli_side), .cli_quantity(cli_quantity), .cli_stock(cli_stock), .cli_price(cli_price), .cli_tif(cli_tif),
        .cli_display(cli_display), .cli_capacity(cli_capacity), .cli_iso(cli_iso), .cli_cross(cli_cross),
        .cli_price_type(cli_price_type), .cli_clordid(cli_clordid), .cli_up(cli_up), .cli_reason(cli_reason),
        .xo_ready(xo_ready), .co_ready(co_ready), .orec_ready(orec_ready), .walking(walking),
        .clear(clear), .clear_index(clear_index), .look(look), .look_set(look_set), .key_ref(key_ref),
        .step1(step1), .step2(step2), .step3(step3), .step4(step4), .step5(step5), .last(last), .second(second), .busy(busy),
        .is_control(is_control), .is_exchange(is_exchange), .is_client(is_client), .stamp(stamp), .now(now),
        .op(op), .command_symbol(command_symbol), .value(value), .kind(kind), .packet_type(packet_type),
        .message_type(message_type), .length(length), .known(known), .order_ref(order_ref),
        .side(in_side), .quantity(quantity), .price(in_price), .state(state), .session(session), .number(number), .up(up),
        .reason(reason), .stock(stock), .tif(tif), .display(display), .capacity(capacity), .iso(iso),
        .cross_type(cross_type), .price_type(price_type), .clordid(clordid),
        .time_ns(time_ns), .clk_count(clk_count), .ready(ready)
    );

    risk_decision #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) decision (
        .clk(clk), .rst(rst),
        .step1(step1), .step2(step2), .step3(step3), .step4(step4), .step5(step5), .is_control(is_control), .is_client(is_client),
        .kind(kind), .release_order(release_order), .command_symbol(command_symbol), .message_type(message_type),
        .order_ref(order_ref), .in_side(in_side), .quantity(quantity), .in_price(in_price), .stock(stock), .tif(tif),
        .display(display), .capacity(capacity), .iso(iso), .cross_type(cross_type), .price_type(price_type), .now(now),
        .rec_valid(rec_valid), .rec_data(rec_data), .found(found), .live_symbol(live_symbol), .live_side(live_side),
        .live_remaining(live_remaining), .live_price(live_price), .live_orders(live_orders), .full(full),
        .kill(global_kill || session_kill || !exchange_open), .symbol_kills(symbol_kills), .product(product), .position(position),
        .executed(executed), .open_buys(open_buys), .open_sells(open_sells), .open_notional(open_notional),
        .session_open(session_open), .session_executed(session_executed), .executions(executions), .is_order(is_order),
        .is_cancel(is_cancel), .command_named(command_named), .symbol(symbol), .symbol_known(symbol_known), .side(side),
        .price(price), .worth(worth), .bid(bid), .ask(ask), .failing(failing), .insert(insert), .reject_mode(reject_mode),
        .cancel_on_disconnect(cancel_on_disconnect), .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock),
        .cfg_sym_restart(cfg_sym_restart), .risk_dead_man_ns(risk_dead_man_ns), .risk_token_ns(risk_token_ns),
        .risk_burst(risk_burst), .risk_max_open_orders(risk_max_open_orders), .risk_session_max_gross(risk_session_max_gross),
        .risk_duplicate_window(risk_duplicate_window), .risk_allowed_phases(risk_allowed_phases),
        .risk_reject_mode(risk_reject_mode), .risk_cancel_on_disconnect(risk_cancel_on_disconnect),
        .risk_sym_restricted(risk_sym_restricted), .risk_sym_max_shares(risk_sym_max_shares),
        .risk_sym_max_notional(risk_sym_max_notional), .risk_sym_collar_bps(risk_sym_collar_bps),
        .risk_sym_max_reference_age(risk_sym_max_reference_age), .risk_sym_max_long(risk_sym_max_long),
        .risk_sym_max_short(risk_sym_max_short), .risk_sym_max_gross(risk_sym_max_gross), .risk_sym_short_ok(risk_sym_short_ok),
        .risk_sym_allowed_types(risk_sym_allowed_types)
    );

    risk_state #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) standing (
        .clk(clk), .rst(rst),
        .step1(step1), .step2(step2), .step3(step3), .step4(step4), .step5(step5), .finish(finish), .second(second),
        .is_control(is_control), .is_exchange(is_exchange), .is_client(is_client), .kind(kind), .op(op),
        .command_symbol(command_symbol), .command_named(command_named), .release_order(release_order), .value(value),
        .packet_type(packet_type), .message_type(message_type), .known(known), .order_ref(order_ref), .in_side(in_side),
        .quantity(quantity), .in_price(in_price), .state(state), .session(session), .number(number), .now(now), .look(look),
        .look_set(look_set), .key_ref(key_ref), .clear(clear), .clear_index(clear_index), .symbol(symbol), .side(side),
        .worth(worth), .insert(insert), .found(found), .live_symbol(live_symbol), .live_side(live_side),
        .live_remaining(live_remaining), .live_price(live_price), .live_orders(live_orders), .full(full), .product(product),
        .position(position), .executed(executed), .open_buys(open_buys), .open_sells(open_sells), .open_notional(open_notional),
        .session_open(session_open), .session_executed(session_executed), .executions(executions), .session_number(session_number),
        .replayed(replayed), .named(named), .applied(applied), .over(over), .unknown(unknown), .position_after(position_after),
        .remaining_after(remaining_after), .latch_session(latch_session), .latch_symbol(latch_symbol), .walk_start(walk_start),
        .walk_all(walk_all), .walk_target(walk_target), .walking(walking), .cancel_valid(cancel_valid), .cancel_ready(cancel_ready),
        .cancel_ref(cancel_ref), .risk_sym_max_executions(risk_sym_max_executions),
        .risk_sym_execution_window(risk_sym_execution_window)
    );

    gate_links links (
        .clk(clk), .rst(rst),
        .step5(step5), .is_client(is_client), .is_exchange(is_exchange && last), .kind(kind), .up(up),
        .client_lost(client_lost), .exchange_lost(exchange_lost), .ordinal(ordinal),
        .client_up(client_up), .client_open(client_open), .exchange_up(exchange_up), .exchange_open(exchange_open)
    );

    kill_switch #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) kills (
        .clk(clk), .rst(rst),
        .command(finish && is_control), .op(op), .command_symbol(command_symbol),
        .latch_session(latch_session || exchange_lost),
        .latch_symbol(latch_symbol), .latched_symbol(symbol),
        .client_lost(client_lost && cancel_on_disconnect),
        .walk_start(walk_start), .walk_all(walk_all), .walk_symbol(walk_target),
        .global_kill(global_kill), .session_kill(session_kill), .symbol_kills(symbol_kills)
    );

    gate_outputs outputs (
        .clk(clk), .rst(rst),
        .step1(step1), .step5(step5), .is_client(is_client), .is_exchange(is_exchange), .kind(kind), .second(second),
        .message_type(message_type), .order_ref(order_ref), .clordid(clordid), .now(now),
        .is_order(is_order), .failing(failing), .reject_mode(reject_mode),
        .cancel_valid(cancel_valid), .cancel_ready(cancel_ready), .cancel_ref(cancel_ref),
        .client_open(client_open), .exchange_open(exchange_open),
        .xo_valid(xo_valid), .xo_ready(xo_ready), .xo_kind(xo_kind), .xo_ref(xo_ref),
        .co_valid(co_valid), .co_ready(co_ready), .co_kind(co_kind), .co_time_ns(co_time_ns), .co_ref(co_ref),
        .co_reason(co_reason), .co_clordid(co_clordid),
        .inc_client_unsent(inc_client_unsent), .inc_exchange_unsent(inc_exchange_unsent),
        .inc_rejects_sent(inc_rejects_sent), .inc_cancels_sent(inc_cancels_sent)
    );

    gate_records #(.SYM_W(SYM_W)) records (
        .clk(clk), .rst(rst),
        .finish(finish), .is_control(is_control), .is_exchange(is_exchange), .kind(kind), .stamp(stamp), .now(now), .ordinal(ordinal),
        .op(op), .command_symbol(command_symbol), .value(value), .packet_type(packet_type), .message_type(message_type),
        .length(length), .known(known), .up(up), .reason(reason), .is_order(is_order), .is_cancel(is_cancel),
        .order_ref(order_ref), .quantity(quantity), .symbol(symbol), .symbol_known(symbol_known), .side(side), .price(price),
        .bid(bid), .ask(ask), .failing(failing), .session_number(session_number), .replayed(replayed), .named(named),
        .applied(applied), .over(over), .unknown(unknown), .position(position_after), .remaining(remaining_after),
        .orec_valid(orec_valid), .orec_ready(orec_ready), .orec_data(orec_data),
        .inc_client_packets(inc_client_packets), .inc_client_errors(inc_client_errors),
        .inc_exchange_packets(inc_exchange_packets), .inc_exchange_errors(inc_exchange_errors),
        .inc_orders(inc_orders), .inc_orders_forwarded(inc_orders_forwarded), .inc_orders_rejected(inc_orders_rejected),
        .inc_replayed(inc_replayed), .inc_unknown_report(inc_unknown_report), .inc_unknown_order(inc_unknown_order),
        .inc_over_released(inc_over_released)
    );

endmodule

`default_nettype wire
