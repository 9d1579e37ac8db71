// SPDX-License-Identifier: Apache-2.0
// The decision about an order: instances and wires only. What the order is (gate_order, order_fields), the market and the limits
// that it meets, what the rate, duplicate and dead-man's checks remember, and the 17 checks.
// Latency:      step 1 to failing 4 clk: in step 5
// Throughput:   one input every 6 clk
// Backpressure: none
// Errors:       none

`default_nettype none

module risk_decision #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire                        clk,
    input  wire                        rst,

    // Steps 1 to 5 of an input (gate_sequencer)
    input  wire                        step1,
    input  wire                        step2,
    input  wire                        step3,
    input  wire                        step4,
    input  wire                        step5,
    input  wire                        is_control,
    input  wire                        is_client,
    input  wire [1:0]                  kind,
    input  wire                        release_order,
    input  wire [15:0]                 command_symbol,
    input  wire [7:0]                  message_type,
    input  wire [31:0]                 order_ref,
    input  wire [7:0]                  in_side,
    input  wire [31:0]                 quantity,
    input  wire [63:0]                 in_price,
    input  wire [63:0]                 stock,
    input  wire [7:0]                  tif,
    input  wire [7:0]                  display,
    input  wire [7:0]                  capacity,
    input  wire [7:0]                  iso,
    input  wire [7:0]                  cross_type,
    input  wire [7:0]                  price_type,
    input  wire [63:0]                 now,

    // The book's records, byte 0 in bits 7:0
    input  wire                        rec_valid,
    input  wire [511:0]                rec_data,

    // What stands: the live order that the input names, kills, sums (risk_state)
    input  wire                        found,
    input  wire [SYM_W-1:0]            live_symbol,
    input  wire [7:0]                  live_side,
    input  wire [31:0]                 live_remaining,
    input  wire [31:0]                 live_price,
    input  wire [10:0]                 live_orders,
    input  wire                        full,
    input  wire                        kill, // of everything, or the exchange is not open
    input  wire [SYMBOLS-1:0]          symbol_kills,
    input  wire [63:0]                 product,
    input  wire [63:0]                 position,
    input  wire [63:0]                 executed,
    input  wire [41:0]                 open_buys,
    input  wire [41:0]                 open_sells,
    input  wire [73:0]                 open_notional,
    input  wire [73:0]                 session_open,
    input  wire [63:0]                 session_executed,
    input  wire                        executions,

    // The order as section 7 of the contract sees it, and its verdict in step 5
    output wire                        is_order,
    output wire                        is_cancel,
    output wire                        command_named,
    output wire [SYM_W-1:0]            symbol,
    output wire                        symbol_known,
    output wire [7:0]                  side,
    output wire [63:0]                 price,
    output wire [31:0]                 worth,
    output wire [31:0]                 bid,
    output wire [31:0]                 ask,
    output wire [16:0]                 failing,
    output wire                        insert, // it becomes a live order
    output wire                        reject_mode,
    output wire                        cancel_on_disconnect,

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
    input  wire [5*SYMBOLS-1:0]  risk_sym_allowed_types
);

    wire                        is_new;
    wire [31:0]                 highest_ref;
    wire                        malformed;
    wire [4:0]                  types;

    wire                        rec_control;
    wire [63:0]                 rec_time_ns;
    wire                        stock_found;
    wire [SYM_W-1:0]            stock_symbol;
    wire                        enabled;
    wire                        faulty;
    wire [63:0]                 reference_ns;
    wire                        tradable;
    wire [7:0]                  reg_sho;
    wire [7:0]                  phase;
    wire                        expired;
    wire                        rate_passes;
    wire                        duplicate;

    wire [63:0]                 dead_man_ns;
    wire [15:0]                 max_open_orders;
    wire [63:0]                 session_max_gross;
    wire [63:0]                 duplicate_window_ns;
    wire [5:0]                  allowed_phases;
    wire                        restricted;
    wire [31:0]                 max_shares;
    wire [63:0]                 max_notional;
    wire [15:0]                 collar_bps;
    wire [63:0]                 max_reference_age;
    wire [63:0]                 max_long;
    wire [63:0]                 max_short;
    wire [63:0]                 max_gross;
    wire                        short_ok;
    wire [4:0]                  allowed_types;

    assign insert = step5 && is_new && (failing == 17'd0);

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
        .kill(kill), .symbol_kill(symbol_kills[symbol]), .highest_ref(highest_ref),
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

endmodule

`default_nettype wire
