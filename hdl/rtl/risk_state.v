// SPDX-License-Identifier: Apache-2.0
// What decisions stand on and reports change: instances and wires only. The live orders and the order in which they came, the
// sums of exposure, the fills of late, the exchange's sequence numbers, and the walk that cancels.
// Latency:      step 1 to the live order 1 clk, step 2 to the sums 1 clk; changes at the end of step 5
// Throughput:   one input every 6 clk
// Backpressure: none of its own; walking says that Cancels are on their way
// Errors:       what cannot be accounted for asks for a kill: latch_session, latch_symbol

`default_nettype none

module risk_state #(
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
    input  wire                        finish, // step 5 of the last round
    input  wire                        second,
    input  wire                        is_control,
    input  wire                        is_exchange,
    input  wire                        is_client,
    input  wire [1:0]                  kind,
    input  wire [7:0]                  op,
    input  wire [15:0]                 command_symbol,
    input  wire                        command_named,
    input  wire                        release_order,
    input  wire [63:0]                 value,
    input  wire [7:0]                  packet_type,
    input  wire [7:0]                  message_type,
    input  wire                        known,
    input  wire [31:0]                 order_ref,
    input  wire [7:0]                  in_side,
    input  wire [31:0]                 quantity,
    input  wire [63:0]                 in_price,
    input  wire [7:0]                  state,
    input  wire [79:0]                 session,
    input  wire [63:0]                 number,
    input  wire [63:0]                 now,
    input  wire                        look,
    input  wire [7:0]                  look_set,
    input  wire [31:0]                 key_ref,
    input  wire                        clear,
    input  wire [7:0]                  clear_index,

    // The order (risk_decision)
    input  wire [SYM_W-1:0]            symbol,
    input  wire [7:0]                  side,
    input  wire [31:0]                 worth,
    input  wire                        insert,

    // The live order that the input names
    output wire                        found,
    output wire [SYM_W-1:0]            live_symbol,
    output wire [7:0]                  live_side,
    output wire [31:0]                 live_remaining,
    output wire [31:0]                 live_price,
    output wire [10:0]                 live_orders,
    output wire                        full,

    // Sums
    output wire [63:0]                 product,
    output wire [63:0]                 position,
    output wire [63:0]                 executed,
    output wire [41:0]                 open_buys,
    output wire [41:0]                 open_sells,
    output wire [73:0]                 open_notional,
    output wire [73:0]                 session_open,
    output wire [63:0]                 session_executed,
    output wire                        executions,

    // What a report did
    output wire [63:0]                 session_number,
    output wire                        replayed,
    output wire                        named,
    output wire                        applied,
    output wire                        over,
    output wire                        unknown,
    output wire [63:0]                 position_after,
    output wire [31:0]                 remaining_after,
    output wire                        latch_session,
    output wire                        latch_symbol,

    // Cancels of a kill
    input  wire                        walk_start,
    input  wire                        walk_all,
    input  wire [SYM_W-1:0]            walk_target,
    output wire                        walking,
    output wire                        cancel_valid,
    input  wire                        cancel_ready,
    output wire [31:0]                 cancel_ref,

    // Configuration
    input  wire [8*SYMBOLS-1:0]  risk_sym_max_executions,
    input  wire [64*SYMBOLS-1:0] risk_sym_execution_window
);

`include "tickproof_control.vh"

    wire [9:0]                  slot;
    wire [9:0]                  free_slot;
    wire [9:0]                  head;
    wire [9:0]                  tail;

    wire                        login_gap;
    wire                        changes;
    wire                        freed;
    wire [7:0]                  side_after;
    wire                        fill;
    wire                        unclear_session;
    wire                        unclear_order;

    wire                        walk_read;
    wire [9:0]                  walk_slot;
    wire [9:0]                  walk_next;
    wire [23:0]                 walk_tag;
    wire [SYM_W-1:0]            walk_symbol;

    wire                        is_packet = is_exchange && (kind == 2'd0);
    wire                        command = finish && is_control;
    wire                        set_position = command && command_named && (op == `TP_CTRL_OP_SET_POSITION);
    wire                        set_executed = command && command_named && (op == `TP_CTRL_OP_SET_EXECUTED);
    wire                        set_session = command && (command_symbol == 16'hFFFF) && (op == `TP_CTRL_OP_SET_EXECUTED);
    wire                        change = step5 && changes;

    assign latch_session = finish && (unclear_session || login_gap);
    assign latch_symbol = finish && (unclear_order || (fill && executions));

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

    execution_window #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) fills (
        .clk(clk),
        .step2(step2), .is_report(is_exchange), .symbol(symbol), .now(now), .exceeded(executions),
        .insert(step5 && fill), .clear(clear), .clear_index(clear_index),
        .risk_sym_max_executions(risk_sym_max_executions), .risk_sym_execution_window(risk_sym_execution_window)
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

    kill_walk #(.SYM_W(SYM_W)) walk (
        .clk(clk), .rst(rst),
        .start(walk_start), .start_all(walk_all), .start_symbol(walk_target), .walking(walking),
        .read(walk_read), .slot(walk_slot), .next_slot(walk_next), .order_tag(walk_tag), .order_symbol(walk_symbol),
        .head(head), .tail(tail), .live(live_orders),
        .send_valid(cancel_valid), .send_ready(cancel_ready), .send_ref(cancel_ref)
    );

endmodule

`default_nettype wire
