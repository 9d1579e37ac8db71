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

    localparam        SYM_W = (SYMBOLS > 1) ? $clog2(SYMBOLS) : 1;

    // The input and its steps
    wire              clear;
    wire [7:0]        clear_index;
    wire              look;
    wire [7:0]        look_set;
    wire [31:0]       key_ref;
    wire              step1;
    wire              step2;
    wire              step3;
    wire              step4;
    wire              step5;
    wire              last;
    wire              second;
    wire              busy;
    wire              is_control;
    wire              is_exchange;
    wire              is_client;
    wire [63:0]       stamp;
    wire [63:0]       now;
    wire [7:0]        op;
    wire [15:0]       command_symbol;
    wire [63:0]       value;
    wire [1:0]        kind;
    wire [7:0]        packet_type;
    wire [7:0]        message_type;
    wire [15:0]       length;
    wire              known;
    wire [31:0]       order_ref;
    wire [7:0]        in_side;
    wire [31:0]       quantity;
    wire [63:0]       in_price;
    wire [7:0]        state;
    wire [79:0]       session;
    wire [63:0]       number;
    wire              up;
    wire [7:0]        reason;
    wire [63:0]       stock;
    wire [7:0]        tif;
    wire [7:0]        display;
    wire [7:0]        capacity;
    wire [7:0]        iso;
    wire [7:0]        cross_type;
    wire [7:0]        price_type;
    wire [111:0]      clordid;

    wire              finish = step5 && last;
    wire              is_packet = is_exchange && (kind == 2'd0);
    wire              command = finish && is_control;
    wire              release_order = is_control && (op == `TP_CTRL_OP_RELEASE_ORDER);
    wire              set_position = command && command_named && (op == `TP_CTRL_OP_SET_POSITION);
    wire              set_executed = command && command_named && (op == `TP_CTRL_OP_SET_EXECUTED);
    wire              set_session = command && (command_symbol == 16'hFFFF) && (op == `TP_CTRL_OP_SET_EXECUTED);

    // The order, as it is and as it is seen
    wire              is_order;
    wire              is_new;
    wire              is_cancel;
    wire              command_named;
    wire [SYM_W-1:0]  symbol;
    wire              symbol_known;
    wire [7:0]        side;
    wire [63:0]       price;
    wire [31:0]       worth;
    wire [63:0]       product;
    wire [31:0]       highest_ref;
    wire              malformed;
    wire [4:0]        types;

    // The live order that the input names
    wire              found;
    wire [9:0]        slot;
    wire [SYM_W-1:0]  live_symbol;
    wire [7:0]        live_side;
    wire [31:0]       live_remaining;
    wire [31:0]       live_price;
    wire              full;
    wire [9:0]        free_slot;
    wire [9:0]        head;
    wire [9:0]        tail;
    wire [10:0]       live_orders;

    // What a report does
    wire [63:0]       session_number;
    wire              replayed;
    wire              login_gap;
    wire              named;
    wire              applied;
    wire              changes;
    wire              freed;
    wire [7:0]        side_after;
    wire [31:0]       remaining_after;
    wire              fill;
    wire              over;
    wire              unknown;
    wire              unclear_session;
    wire              unclear_order;
    wire [63:0]       position_after;
    wire              executions;

    // What stands
    wire              rec_control;
    wire [63:0]       rec_time_ns;
    wire              stock_found;
    wire [SYM_W-1:0]  stock_symbol;
    wire              enabled;
    wire [31:0]       bid;
    wire [31:0]       ask;
    wire              faulty;
    wire [63:0]       reference_ns;
    wire              tradable;
    wire [7:0]        reg_sho;
    wire [7:0]        phase;
    wire              expired;
    wire [63:0]       position;
    wire [63:0]       executed;
    wire [41:0]       open_buys;
    wire [41:0]       open_sells;
    wire [73:0]       open_notional;
    wire [73:0]       session_open;
    wire [63:0]       session_executed;
    wire              rate_passes;
    wire              duplicate;
    wire [63:0]       ordinal;
    wire              client_lost;
    wire              exchange_lost;
    wire [SYMBOLS-1:0] symbol_kills;

    // Limits
    wire [63:0]       dead_man_ns;
    wire [15:0]       max_open_orders;
    wire [63:0]       session_max_gross;
    wire [63:0]       duplicate_window_ns;
    wire [5:0]        allowed_phases;
    wire              reject_mode;
    wire              cancel_on_disconnect;
    wire              restricted;
    wire [31:0]       max_shares;
    wire [63:0]       max_notional;
    wire [15:0]       collar_bps;
    wire [63:0]       max_reference_age;
    wire [63:0]       max_long;
    wire [63:0]       max_short;
    wire [63:0]       max_gross;
    wire              short_ok;
    wire [4:0]        allowed_types;

    // The verdict, and what follows from it in step 5
    wire [16:0]       failing;
    wire              insert = step5 && is_new && (failing == 17'd0);
    wire              change = step5 && changes;

    // The walk of a kill
    wire              walk_start;
    wire              walk_all;
    wire [SYM_W-1:0]  walk_target;
    wire              walking;
    wire              walk_read;
    wire [9:0]        walk_slot;
    wire [9:0]        walk_next;
    wire [23:0]       walk_tag;
    wire [SYM_W-1:0]  walk_symbol;
    wire              cancel_valid;
    wire              cancel_ready;
    wire [31:0]       cancel_ref;

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

    market_view #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) market (
        .clk(clk), .rst(rst),
        .rec_valid(rec_valid), .rec_data(rec_data), .rec_control(rec_control), .rec_time_ns(rec_time_ns),
        .step1(step1), .stock(stock), .stock_found(stock_found), .stock_symbol(stock_symbol),
        .step2(step2), .symbol(symbol), .enabled(enabled), .bid(bid), .ask(ask), .faulty(faulty), .reference_ns(reference_ns),
        .tradable(tradable), .reg_sho(reg_sho), .phase(phase),
        .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock), .cfg_sym_restart(cfg_sym_restart)
    );

    risk_limits #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) limits (
        .clk(clk),
        .step2(step2), .symbol(symbol),
        .dead_man_ns(dead_man_ns), .max_open_orders(max_open_orders), .session_max_gross(session_max_gross),
        .duplicate_window(duplicate_window_ns), .allowed_phases(allowed_phases), .reject_mode(reject_mode),
        .cancel_on_disconnect(cancel_on_disconnect), .restricted(restricted), .max_shares(max_shares),
        .max_notional(max_notional), .collar_bps(collar_bps), .max_reference_age(max_reference_age), .max_long(max_long),
        .max_short(max_short), .max_gross(max_gross), .short_ok(short_ok), .allowed_types(allowed_types),
        .risk_dead_man_ns(risk_dead_man_ns), .risk_max_open_orders(risk_max_open_orders),
        .risk_session_max_gross(risk_session_max_gross), .risk_duplicate_window(risk_duplicate_window),
        .risk_allowed_phases(risk_allowed_phases), .risk_reject_mode(risk_reject_mode),
        .risk_cancel_on_disconnect(risk_cancel_on_disconnect), .risk_sym_restricted(risk_sym_restricted),
        .risk_sym_max_shares(risk_sym_max_shares), .risk_sym_max_notional(risk_sym_max_notional),
        .risk_sym_collar_bps(risk_sym_collar_bps), .risk_sym_max_reference_age(risk_sym_max_reference_age),
        .risk_sym_max_long(risk_sym_max_long), .risk_sym_max_short(risk_sym_max_short),
        .risk_sym_max_gross(risk_sym_max_gross), .risk_sym_short_ok(risk_sym_short_ok),
        .risk_sym_allowed_types(risk_sym_allowed_types)
    );

    gate_order #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) order (
        .clk(clk), .rst(rst),
        .step5(step5), .is_control(is_control), .release_order(release_order), .is_client(is_client), .kind(kind),
        .message_type(message_type), .command_symbol(command_symbol), .order_ref(order_ref), .order_side(in_side), .order_price(in_price),
        .found(found), .live_symbol(live_symbol), .live_side(live_side), .live_price(live_price),
        .stock_found(stock_found), .stock_symbol(stock_symbol), .enabled(enabled),
        .is_order(is_order), .is_new(is_new), .is_cancel(is_cancel), .command_named(command_named),
        .symbol(symbol), .symbol_known(symbol_known), .side(side), .price(price), .highest_ref(highest_ref)
    );

    order_fields fields (
        .message_type(message_type), .side(in_side), .quantity(quantity), .price(in_price), .tif(tif), .display(display),
        .capacity(capacity), .iso(iso), .cross_type(cross_type), .price_type(price_type),
        .malformed(malformed), .types(types)
    );

    risk_checks checks (
        .clk(clk),
        .step3(step3), .step4(step4),
        .message_type(message_type), .order_ref(order_ref), .quantity(quantity), .side(side), .price(price),
        .symbol_known(symbol_known), .now(now), .malformed(malformed), .types(types), .worth(worth), .product(product),
        .live_side(live_side), .live_remaining(live_remaining),
        .kill(global_kill || session_kill || !exchange_open), .symbol_kill(symbol_kills[symbol]), .highest_ref(highest_ref),
        .bid(bid), .ask(ask), .faulty(faulty), .reference_ns(reference_ns), .tradable(tradable), .reg_sho(reg_sho), .phase(phase),
        .position(position), .executed(executed), .open_buys(open_buys), .open_sells(open_sells),
        .open_notional(open_notional), .session_open(session_open), .session_executed(session_executed),
        .live_orders(live_orders), .full(full), .expired(expired),
        .rate_passes(rate_passes), .duplicate(duplicate), .executions(executions), .failing(failing),
        .max_open_orders(max_open_orders), .session_max_gross(session_max_gross), .allowed_phases(allowed_phases),
        .restricted(restricted), .max_shares(max_shares), .max_notional(max_notional), .collar_bps(collar_bps),
        .max_reference_age(max_reference_age), .max_long(max_long), .max_short(max_short), .max_gross(max_gross),
        .short_ok(short_ok), .allowed_types(allowed_types)
    );

    dead_man alive (
        .clk(clk), .rst(rst),
        .rec_control(rec_control), .rec_time_ns(rec_time_ns), .command(step2 && is_control),
        .step2(step2), .now(now), .expired(expired), .dead_man_ns(dead_man_ns)
    );

    token_bucket tokens (
        .clk(clk), .rst(rst),
        .step2(step2), .token_ns(risk_token_ns), .burst(risk_burst), .now(now),
        .passes(rate_passes), .take(step5 && ((is_order && rate_passes) || is_cancel))
    );

    duplicate_window #(.SYM_W(SYM_W)) duplicates (
        .clk(clk), .rst(rst),
        .step1(step1), .step2(step2), .symbol(symbol), .side(in_side), .price(in_price[30:0]), .quantity(quantity[19:0]), .now(now),
        .duplicate(duplicate), .insert(insert && message_type == "O"), .window_ns(duplicate_window_ns)
    );

    execution_window #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) fills (
        .clk(clk),
        .step2(step2), .is_report(is_exchange), .symbol(symbol), .now(now), .exceeded(executions),
        .insert(step5 && fill), .clear(clear), .clear_index(clear_index),
        .risk_sym_max_executions(risk_sym_max_executions), .risk_sym_execution_window(risk_sym_execution_window)
    );

    open_orders #(.SYM_W(SYM_W)) orders (
        .clk(clk),
        .look(look || walk_read), .look_set(walk_read ? walk_slot[9:2] : look_set),
        .step1(step1), .key_ref(key_ref), .key_exists(!is_control || value[63:32] == 32'd0),
        .found(found), .slot(slot), .symbol(live_symbol), .side(live_side), .remaining(live_remaining), .price(live_price),
        .step2(step2), .order_ref(order_ref), .full(full), .free_slot(free_slot),
        .insert(insert), .change(change), .new_symbol(symbol), .new_side(insert ? side : side_after),
        .new_remaining(insert ? quantity : remaining_after), .new_price(insert ? worth : live_price),
        .walk_way(walk_slot[1:0]), .walk_tag(walk_tag), .walk_symbol(walk_symbol),
        .clear(clear), .clear_index(clear_index)
    );

    order_list acceptance (
        .clk(clk), .rst(rst),
        .look(step2), .slot(slot), .insert(insert), .unlink(step5 && freed), .free_slot(free_slot),
        .walk_read(walk_read), .walk_slot(walk_slot), .walk_next(walk_next), .head(head), .tail(tail), .live(live_orders)
    );

    exposure #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) risks (
        .clk(clk), .rst(rst),
        .step2(step2), .step3(step3), .step4(step4), .symbol(symbol), .quantity(quantity), .execution_price(in_price),
        .is_client(is_client), .order_price(worth), .side(live_side), .remaining(live_remaining), .price(live_price),
        .side_after(side_after), .remaining_after(remaining_after), .fill(fill),
        .insert(insert), .order_side(side), .change(change),
        .set_position(set_position), .set_executed(set_executed), .set_session(set_session), .value(value),
        .product(product), .position(position), .executed(executed), .open_buys(open_buys), .open_sells(open_sells),
        .open_notional(open_notional), .session_open(session_open), .session_executed(session_executed),
        .position_after(position_after), .clear(clear), .clear_index(clear_index)
    );

    report_sequence numbers (
        .clk(clk), .rst(rst),
        .step5(finish), .is_packet(is_packet), .packet_type(packet_type), .session(session), .number(number),
        .session_number(session_number), .replayed(replayed), .login_gap(login_gap)
    );

    report_effect effect (
        .clk(clk),
        .step2(step2), .release_order(release_order), .is_packet(is_packet), .second(second), .packet_type(packet_type),
        .message_type(message_type), .known(known), .replayed(replayed), .report_side(in_side), .quantity(quantity), .state(state),
        .found(found), .side(live_side), .remaining(live_remaining),
        .named(named), .applied(applied), .change(changes), .freed(freed), .side_after(side_after),
        .remaining_after(remaining_after), .fill(fill), .over(over), .unknown(unknown),
        .latch_session(unclear_session), .latch_order(unclear_order)
    );

    gate_links links (
        .clk(clk), .rst(rst),
        .step5(step5), .is_client(is_client), .is_exchange(is_exchange && last), .kind(kind), .up(up),
        .client_lost(client_lost), .exchange_lost(exchange_lost), .ordinal(ordinal),
        .client_up(client_up), .client_open(client_open), .exchange_up(exchange_up), .exchange_open(exchange_open)
    );

    kill_switch #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) kills (
        .clk(clk), .rst(rst),
        .command(command), .op(op), .command_symbol(command_symbol),
        .latch_session(exchange_lost || (finish && (unclear_session || login_gap))),
        .latch_symbol(finish && (unclear_order || (fill && executions))), .latched_symbol(symbol),
        .client_lost(client_lost && cancel_on_disconnect),
        .walk_start(walk_start), .walk_all(walk_all), .walk_symbol(walk_target),
        .global_kill(global_kill), .session_kill(session_kill), .symbol_kills(symbol_kills)
    );

    kill_walk #(.SYM_W(SYM_W)) walk (
        .clk(clk), .rst(rst),
        .start(walk_start), .start_all(walk_all), .start_symbol(walk_target), .walking(walking),
        .read(walk_read), .slot(walk_slot), .next_slot(walk_next), .order_tag(walk_tag), .order_symbol(walk_symbol),
        .head(head), .tail(tail), .live(live_orders),
        .send_valid(cancel_valid), .send_ready(cancel_ready), .send_ref(cancel_ref)
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
