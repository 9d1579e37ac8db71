// SPDX-License-Identifier: Apache-2.0
// The book: ops in, records out. Instances and wires; what each part does stands in its file, what an op is in
// hdl/README.md. A primitive is at clock 0 when it enters, and each part names the clock in which it meets it.
// Latency:      10 clk, op handshake to m_bbo_axis_tvalid, of every message; an add whose reference is alive takes 2 more, so
//               does the op right behind it: at most 14
// Throughput:   one add, reduce or delete every 2 clk; U is two; a commit or session_reset 2 clk a symbol
// Backpressure: op_ready falls between primitives, while memories initialise, and (never in practice: more than a
//               thousand clears within one sweep of the order store) before a book_clear
// Errors:       order errors are counted by a pulse each; no room in the order store -> DEGRADED

`default_nettype none

module book #(
    parameter SYMBOLS    = 8,    // symbols, 1 to 64
    parameter LEVELS     = 4096, // levels of a ladder, a multiple of 64, 64 to 4096
    parameter STORE_SETS = 4096, // sets of four orders in each of the store's two tables, a power of two, 2 to 4096
    parameter GEN_W      = 10    // bits of an order's generation: 2 ** GEN_W - 2 clears may await the store's sweep
) (
    input  wire                  clk,
    input  wire                  rst,

    // Op
    input  wire                  op_valid,
    output wire                  op_ready,
    input  wire [3:0]            op_kind,
    input  wire [63:0]           op_sequence,
    input  wire [63:0]           op_time_ns,
    input  wire [15:0]           op_symbol,
    input  wire [7:0]            op_type,
    input  wire [15:0]           op_locate,
    input  wire [47:0]           op_timestamp,
    input  wire [63:0]           op_ref,
    input  wire [63:0]           op_new_ref,
    input  wire [7:0]            op_side,
    input  wire [31:0]           op_shares,
    input  wire [31:0]           op_price,
    input  wire [63:0]           op_stock,
    input  wire [7:0]            op_code,
    input  wire [7:0]            op_market,
    input  wire [63:0]           op_end,
    input  wire [7:0]            op_cause,
    input  wire [79:0]           op_session,

    // Records, byte 0 in bits 7:0
    output wire                  rec_valid,
    output wire [511:0]          rec_data,
    output wire                  m_bbo_axis_tvalid,
    output wire [511:0]          m_bbo_axis_tdata,
    output wire                  m_bbo_axis_tlast,

    // Configuration and time
    input  wire [55:0]           clk_count,
    input  wire [SYMBOLS-1:0]    cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0] cfg_sym_stock,
    input  wire [16*SYMBOLS-1:0] cfg_sym_locate,
    input  wire [SYMBOLS-1:0]    cfg_sym_locate_given,
    input  wire [32*SYMBOLS-1:0] cfg_sym_base,
    input  wire [16*SYMBOLS-1:0] cfg_sym_tick,
    input  wire [29*SYMBOLS-1:0] cfg_sym_recip,
    input  wire [SYMBOLS-1:0]    cfg_sym_restart,

    // Status
    output wire                  ready,     // memories are initialised
    output wire                  book_idle, // nothing is on its way through the book
    output wire                  inc_unknown_reference,
    output wire                  inc_duplicate_reference,
    output wire                  inc_over_reduced,
    output wire                  inc_bad_add,
    output wire                  inc_wrong_locate,
    output wire                  inc_degraded
);

    localparam       SYM_W = (SYMBOLS > 1) ? $clog2(SYMBOLS) : 1;
    localparam       LEVEL_W = (LEVELS > 64) ? $clog2(LEVELS) : 7;
    localparam       SET_W = $clog2(STORE_SETS);
    localparam       COUNT_W = SET_W + 4;

    localparam [3:0] OP_MESSAGE = 4'd0;
    localparam [3:0] OP_GAP = 4'd2;
    localparam [3:0] OP_END = 4'd3;
    localparam [3:0] OP_CLEAR = 4'd6;
    localparam [3:0] OP_TRUST = 4'd7;
    localparam [3:0] OP_START = 4'd8;

    // Clock 0
    wire               issue;
    wire               is_message;
    wire [SYM_W-1:0]   index;
    wire               second;
    wire [2:0]         tag;
    wire [63:0]        order_ref = second ? op_new_ref : op_ref;

    // What the records of a command, gap or end of session say beside their time
    wire [63:0]        next_after = (op_kind == OP_START) ? op_sequence : op_end;
    wire               named = (op_kind == OP_CLEAR) || (op_kind == OP_TRUST);
    reg  [79:0]        payload;

    always @* begin
        case (op_kind)
            OP_MESSAGE: payload = {16'd0, order_ref};
            OP_GAP: payload = {8'd0, op_end, op_cause};
            OP_END: payload = op_session;
            default: payload = {55'd0, next_after > 64'd1, named ? op_symbol : 16'hFFFF, 4'd0, op_kind - 4'd3};
        endcase
    end

    // Clocks 1 to 3
    wire               valid1;
    wire               advance1;
    wire               valid2;
    wire [3:0]         kind1;
    wire [3:0]         op1;
    wire               last1;
    wire [2:0]         tag1;
    wire [SYM_W-1:0]   symbol1;
    reg  [31:0]        price1_q;
    wire [SYM_W-1:0]   symbol2;
    wire               active2;
    wire               compare2;
    wire               state_changed2;
    wire [31:0]        state2;
    wire               whole_market2;
    wire               retry;
    wire               price_on;
    wire [LEVEL_W-1:0] price_level;
    wire               price_below;
    wire               price_above;
    wire               price_between;

    // Clocks 4 to 10
    wire               level4_valid;
    wire [3:0]         level4_kind;
    wire [3:0]         level4_op;
    wire               level4_compare;
    wire [2:0]         level4_tag;
    wire [SYM_W-1:0]   level4_symbol;
    wire               level4_sell;
    wire [LEVEL_W-1:0] level4_level;
    wire               level4_on;
    wire               level4_remove;
    wire [31:0]        level4_shares;
    wire               level4_hides;
    wire               level4_reveals;
    wire               level4_state;
    wire               level4_market;
    wire               level4_degraded;
    wire [31:0]        level4_aux;
    wire               top9_update;
    wire               top9_sell;
    wire [31:0]        top9_price;
    wire [47:0]        top9_shares;
    wire               top9_partial;

    wire               store_ready;
    wire               store_busy;
    wire               records_busy;
    wire               clear_ok;
    wire               rec_bbo;

    assign book_idle = ready && !valid1 && !valid2 && !store_busy && !records_busy;
    assign m_bbo_axis_tvalid = rec_bbo;
    assign m_bbo_axis_tdata = rec_data;
    assign m_bbo_axis_tlast = rec_bbo;

    always @(posedge clk) if (issue) price1_q <= op_price;

    book_sequencer #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) sequencer (
        .clk(clk), .rst(rst),
        .op_valid(op_valid), .op_ready(op_ready), .op_kind(op_kind), .op_symbol(op_symbol), .op_type(op_type),
        .issue(issue), .is_message(is_message), .index(index), .second(second), .tag(tag),
        .valid1(valid1), .advance1(advance1), .valid2(valid2), .kind1(kind1), .op1(op1), .last1(last1), .tag1(tag1),
        .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_restart(cfg_sym_restart),
        .retry(retry), .clear_ok(clear_ok), .store_ready(store_ready), .ready(ready)
    );

    symbol_table #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) symbols (
        .clk(clk), .rst(rst),
        .issue(issue), .is_message(is_message), .index(index), .message_type(op_type), .locate(op_locate), .stock(op_stock),
        .code(op_code), .market(op_market),
        .advance1(advance1), .kind1(kind1), .op1(op1), .symbol1(symbol1),
        .symbol2(symbol2), .active2(active2), .compare2(compare2), .state_changed2(state_changed2), .state2(state2),
        .whole_market2(whole_market2),
        .cfg_sym_enabled(cfg_sym_enabled), .cfg_sym_stock(cfg_sym_stock), .cfg_sym_locate(cfg_sym_locate),
        .cfg_sym_locate_given(cfg_sym_locate_given)
    );

    price_level #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W), .LEVELS(LEVELS), .LEVEL_W(LEVEL_W)) prices (
        .clk(clk),
        .advance1(advance1), .symbol(symbol1), .price(price1_q), .advance2(valid2),
        .on(price_on), .level(price_level), .below(price_below), .above(price_above), .between(price_between),
        .cfg_sym_base(cfg_sym_base), .cfg_sym_tick(cfg_sym_tick), .cfg_sym_recip(cfg_sym_recip)
    );

    order_store #(
        .SYMBOLS(SYMBOLS), .SYM_W(SYM_W), .LEVELS(LEVELS), .LEVEL_W(LEVEL_W), .SETS(STORE_SETS), .SET_W(SET_W), .GEN_W(GEN_W)
    ) orders (
        .clk(clk), .rst(rst),
        .issue(issue), .order_ref(order_ref), .shares(op_shares), .side(op_side),
        .valid1(valid1), .valid2(valid2), .kind1(kind1), .op1(op1), .last1(last1), .tag1(tag1),
        .active2(active2), .compare2(compare2), .symbol2(symbol2), .state_changed2(state_changed2), .state2(state2),
        .whole_market2(whole_market2),
        .price_on(price_on), .price_level(price_level), .price_below(price_below), .price_above(price_above),
        .price_between(price_between),
        .retry(retry),
        .level4_valid(level4_valid), .level4_kind(level4_kind), .level4_op(level4_op),
        .level4_compare(level4_compare), .level4_tag(level4_tag), .level4_symbol(level4_symbol), .level4_sell(level4_sell),
        .level4_level(level4_level), .level4_on(level4_on), .level4_remove(level4_remove), .level4_shares(level4_shares),
        .level4_hides(level4_hides), .level4_reveals(level4_reveals), .level4_state(level4_state), .level4_market(level4_market),
        .level4_degraded(level4_degraded), .level4_aux(level4_aux),
        .ready(store_ready), .clear_ok(clear_ok), .busy(store_busy),
        .inc_unknown_reference(inc_unknown_reference), .inc_duplicate_reference(inc_duplicate_reference),
        .inc_over_reduced(inc_over_reduced), .inc_bad_add(inc_bad_add), .inc_wrong_locate(inc_wrong_locate),
        .inc_degraded(inc_degraded)
    );

    price_book #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W), .LEVELS(LEVELS), .LEVEL_W(LEVEL_W), .COUNT_W(COUNT_W)) ladders (
        .clk(clk), .rst(rst),
        .level4_valid(level4_valid), .level4_kind(level4_kind), .level4_symbol(level4_symbol), .level4_sell(level4_sell),
        .level4_level(level4_level), .level4_on(level4_on), .level4_remove(level4_remove), .level4_shares(level4_shares),
        .level4_hides(level4_hides), .level4_reveals(level4_reveals),
        .top9_update(top9_update), .top9_sell(top9_sell), .top9_price(top9_price), .top9_shares(top9_shares),
        .top9_partial(top9_partial),
        .cfg_sym_base(cfg_sym_base), .cfg_sym_tick(cfg_sym_tick)
    );

    record_builder #(.SYMBOLS(SYMBOLS), .SYM_W(SYM_W)) records (
        .clk(clk), .rst(rst),
        .issue(issue), .tag(tag), .sequence_number(op_sequence), .time_ns(op_time_ns),
        .itch_timestamp(is_message ? op_timestamp : 48'd0), .payload(payload),
        .level4_valid(level4_valid), .level4_kind(level4_kind), .level4_op(level4_op),
        .level4_compare(level4_compare), .level4_tag(level4_tag), .level4_symbol(level4_symbol), .level4_state(level4_state),
        .level4_market(level4_market), .level4_degraded(level4_degraded), .level4_aux(level4_aux),
        .top9_update(top9_update), .top9_sell(top9_sell), .top9_price(top9_price), .top9_shares(top9_shares),
        .top9_partial(top9_partial),
        .clk_count(clk_count), .rec_valid(rec_valid), .rec_data(rec_data), .rec_bbo(rec_bbo), .busy(records_busy)
    );

endmodule

`default_nettype wire
