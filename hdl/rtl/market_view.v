// SPDX-License-Identifier: Apache-2.0
// The market as the gate sees it, from the record stream alone (contract 7): every symbol's reference and trading state, the
// phase, and which symbols are enabled with which stock since the last commit's record.
// Latency:      a record's effect is in the registers a clock later; step 1 to stock_found, step 2 to the rest 1 clk
// Throughput:   one record and one look a clock
// Backpressure: none
// Errors:       none

`default_nettype none

`include "tickproof_events.vh"
`include "tickproof_control.vh"

module market_view #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire                  clk,
    input  wire                  rst,

    // The book's records, byte 0 in bits 7:0. What an auditor reads beyond this does not concern the gate.
    input  wire                  rec_valid,
    // verilator lint_off UNUSEDSIGNAL
    input  wire [511:0]          rec_data,
    // verilator lint_on UNUSEDSIGNAL
    output wire                  rec_control,   // a CONTROL record
    output wire [63:0]           rec_time_ns,

    // Step 1: whose stock is it. Records of this clock count already.
    input  wire                  step1,
    input  wire [63:0]           stock,
    output reg                   stock_found,
    output reg  [SYM_W-1:0]      stock_symbol,  // lowest index; 0 when there is none

    // Step 2: one symbol, from step 3 on
    input  wire                  step2,
    input  wire [SYM_W-1:0]      symbol,
    output reg                   enabled,
    output reg  [31:0]           bid,           // 0 = none
    output reg  [31:0]           ask,           // 0 = none
    output reg                   faulty,        // crossed, stale, partial or degraded, or behind a gap
    output reg  [63:0]           reference_ns,
    output reg                   tradable,      // trading_state and halt are T
    output reg  [7:0]            reg_sho,
    output reg  [7:0]            phase,

    input  wire [SYMBOLS-1:0]    cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0] cfg_sym_stock,
    input  wire [SYMBOLS-1:0]    cfg_sym_restart
);

    // The record's fields
    wire [7:0]           rec_kind = rec_data[8*`TP_REC_KIND_OFFSET +: 8];
    wire [3:0]           rec_flags = rec_data[8*`TP_REC_FLAGS_OFFSET +: 4];
    wire [15:0]          rec_symbol;
    wire [31:0]          rec_bid;
    wire [31:0]          rec_ask;
    wire [7:0]           rec_op = rec_data[8*`TP_REC_CONTROL_OP_OFFSET +: 8];

    genvar k;
    generate
        for (k = 0; k < 8; k = k + 1) begin : gen_time_byte
            assign rec_time_ns[8*k +: 8] = rec_data[8*(`TP_REC_TIME_NS_OFFSET + 7 - k) +: 8];
        end
        for (k = 0; k < 4; k = k + 1) begin : gen_price_byte
            assign rec_bid[8*k +: 8] = rec_data[8*(`TP_REC_BBO_BID_PRICE_OFFSET + 3 - k) +: 8];
            assign rec_ask[8*k +: 8] = rec_data[8*(`TP_REC_BBO_ASK_PRICE_OFFSET + 3 - k) +: 8];
        end
        for (k = 0; k < 2; k = k + 1) begin : gen_symbol_byte
            assign rec_symbol[8*k +: 8] = rec_data[8*(`TP_REC_SYMBOL_OFFSET + 1 - k) +: 8];
        end
    endgenerate

    wire                 rec_bbo = rec_valid && (rec_kind == `TP_REC_BBO_KIND);
    wire                 rec_gap = rec_valid && (rec_kind == `TP_REC_GAP_KIND);
    wire                 rec_state = rec_valid && (rec_kind == `TP_REC_TRADING_STATE_KIND);
    wire                 whole_market = (rec_symbol == 16'hFFFF);
    wire                 rec_commit = rec_control && (rec_op == `TP_CTRL_OP_COMMIT);
    wire                 rec_reset = rec_control && (rec_op == `TP_CTRL_OP_SESSION_RESET);
    wire                 rec_trust = rec_control && (rec_op == `TP_CTRL_OP_BOOK_TRUST);
    wire [SYM_W-1:0]     index = rec_symbol[SYM_W-1:0];
    reg  [SYMBOLS-1:0]   one;                   // the record's symbol
    wire [SYMBOLS-1:0]   trusted = (rec_trust && rec_symbol < SYMBOLS[15:0]) ? one & enabled_q : {SYMBOLS{1'b0}};
    wire [SYMBOLS-1:0]   afresh = rec_reset ? {SYMBOLS{1'b1}} : rec_commit ? cfg_sym_restart : {SYMBOLS{1'b0}};

    assign rec_control = rec_valid && (rec_kind == `TP_REC_CONTROL_KIND);

    reg  [SYMBOLS-1:0]   enabled_q;
    reg  [64*SYMBOLS-1:0] stocks_q;
    reg  [SYMBOLS-1:0]   present_q;             // a BBO has come
    reg  [SYMBOLS-1:0]   gap_q;                 // a GAP has come since
    reg  [SYMBOLS-1:0]   known_state_q;         // a TRADING_STATE has come
    reg  [7:0]           phase_q;
    reg  [131:0]         references [0:SYMBOLS-1];  // flags, time, bid, ask
    reg  [23:0]          states [0:SYMBOLS-1];      // trading_state, halt, reg_sho

    wire [131:0]         reference = references[symbol];
    wire [23:0]          trading_state = states[symbol];

    // Step 1
    wire [SYMBOLS-1:0]   enabled_now = rec_commit ? cfg_sym_enabled : enabled_q;
    wire [64*SYMBOLS-1:0] stocks_now = rec_commit ? cfg_sym_stock : stocks_q;
    reg                  match;
    reg  [SYM_W-1:0]     match_symbol;
    integer              i;

    always @* begin
        match = 1'b0;
        match_symbol = {SYM_W{1'b0}};
        for (i = SYMBOLS - 1; i >= 0; i = i - 1) begin
            one[i] = (index == i[SYM_W-1:0]);
            if (enabled_now[i] && (stocks_now[64*i +: 64] == stock)) begin
                match = 1'b1;
                match_symbol = i[SYM_W-1:0];
            end
        end
    end

    always @(posedge clk) begin
        if (rec_bbo) references[index] <= {rec_flags, rec_time_ns, rec_bid, rec_ask};
        if (rec_state && !whole_market)
            states[index] <= {rec_data[8*`TP_REC_TRADING_STATE_TRADING_STATE_OFFSET +: 8],
                              rec_data[8*`TP_REC_TRADING_STATE_HALT_OFFSET +: 8],
                              rec_data[8*`TP_REC_TRADING_STATE_REG_SHO_OFFSET +: 8]};
        if (rec_commit) stocks_q <= cfg_sym_stock;
        if (step1) begin
            stock_found <= match;
            stock_symbol <= match_symbol;
        end
        if (step2) begin
            enabled <= enabled_q[symbol];
            bid <= present_q[symbol] ? reference[63:32] : 32'd0;
            ask <= present_q[symbol] ? reference[31:0] : 32'd0;
            faulty <= !present_q[symbol] || gap_q[symbol] || (reference[131:128] != 4'd0);
            reference_ns <= present_q[symbol] ? reference[127:64] : 64'd0;
            tradable <= known_state_q[symbol] && (trading_state[23:8] == {"T", "T"});
            reg_sho <= known_state_q[symbol] ? trading_state[7:0] : "0";
            phase <= phase_q;
        end
    end

    always @(posedge clk) begin
        present_q <= (present_q | (rec_bbo ? one : {SYMBOLS{1'b0}})) & ~afresh;
        gap_q <= rec_gap ? {SYMBOLS{1'b1}} : gap_q & ~trusted & ~afresh;
        known_state_q <= (known_state_q | ((rec_state && !whole_market) ? one : {SYMBOLS{1'b0}})) & ~afresh;
        if (rec_state) phase_q <= rec_data[8*`TP_REC_TRADING_STATE_PHASE_OFFSET +: 8];
        if (rec_reset) phase_q <= " ";
        if (rec_commit) enabled_q <= cfg_sym_enabled;
        if (rst) begin
            present_q <= {SYMBOLS{1'b0}};
            gap_q <= {SYMBOLS{1'b0}};
            known_state_q <= {SYMBOLS{1'b0}};
            phase_q <= " ";
            enabled_q <= {SYMBOLS{1'b0}};
        end
    end

endmodule

`default_nettype wire
