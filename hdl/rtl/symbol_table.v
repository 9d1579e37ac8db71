// SPDX-License-Identifier: Apache-2.0
// Which symbol a message belongs to, and every symbol's trading state (contract 4): locates given by control or
// learned from R, the filter of untracked locates, the values that H, h, Y and S set.
// Latency:      2 clk, issue to symbol2/...; they hold until the next advance1
// Throughput:   one primitive every 2 clk
// Backpressure: none of its own; a primitive moves on with advance1
// Errors:       none; an untracked locate gives active2 = 0

`default_nettype none

module symbol_table #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire                  clk,
    input  wire                  rst,

    // Clock 0: a primitive enters (its kinds: book_sequencer)
    input  wire                  issue,
    input  wire                  is_message,
    input  wire [SYM_W-1:0]      index,          // of a command: the symbol
    input  wire [7:0]            message_type,
    input  wire [15:0]           locate,
    input  wire [63:0]           stock,
    input  wire [7:0]            code,
    input  wire [7:0]            market,

    // Clock 1, the last one if the primitive waits there
    input  wire                  advance1,
    input  wire [3:0]            kind1,
    input  wire [3:0]            op1,
    output reg  [SYM_W-1:0]      symbol1,        // for prices: the symbol of the header's locate

    // Clocks 2 and 3
    output reg  [SYM_W-1:0]      symbol2,
    output reg                   active2,        // it goes on: tracked, a command, or a new market phase
    output reg                   compare2,       // the symbol's top is to be compared at the end
    output reg                   state_changed2,
    output reg  [31:0]           state2,         // trading_state, halt, reg_sho, phase: record bytes 32 to 35
    output reg                   whole_market2,  // state2 belongs to no symbol

    input  wire [SYMBOLS-1:0]    cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0] cfg_sym_stock,
    input  wire [16*SYMBOLS-1:0] cfg_sym_locate,
    input  wire [SYMBOLS-1:0]    cfg_sym_locate_given
);

    localparam [3:0]  KIND_RECORD = 4'd5;
    localparam [3:0]  KIND_CLEAR = 4'd6;
    localparam [3:0]  KIND_CLAIM = 4'd8;
    localparam [3:0]  OP_COMMIT = 4'd4;
    localparam [3:0]  OP_RESET = 4'd5;
    localparam [3:0]  OP_CLEAR = 4'd6;
    localparam [3:0]  OP_INIT = 4'd15;
    localparam [7:0]  SPACE = " ";
    localparam [23:0] STATE_INITIAL = {" ", "T", "0"};

    // At most one symbol holds a locate: whoever takes it takes it away.
    reg [SYMBOLS-1:0] held_q;
    reg [SYMBOLS-1:0] given_q;            // what it holds was given
    reg [16*SYMBOLS-1:0] locates_q;
    reg [23:0]        state [0:SYMBOLS-1];
    reg [7:0]         phase_q;

    // Clock 0: who holds the locate (of a command: the one that its symbol is given), whose stock is it
    wire [15:0]       key = is_message ? locate : cfg_sym_locate[16*index +: 16];
    reg               holder_found;
    reg [SYM_W-1:0]   holder;
    reg               stock_found;
    reg [SYM_W-1:0]   stock_owner;
    integer           i;

    always @* begin
        holder_found = 1'b0;
        holder = {SYM_W{1'b0}};
        stock_found = 1'b0;
        stock_owner = {SYM_W{1'b0}};
        for (i = SYMBOLS - 1; i >= 0; i = i - 1) begin
            if (held_q[i] && (locates_q[16*i +: 16] == key)) begin
                holder_found = 1'b1;
                holder = holder | i[SYM_W-1:0];
            end
            if (cfg_sym_enabled[i] && (cfg_sym_stock[64*i +: 64] == stock)) begin
                stock_found = 1'b1;
                stock_owner = i[SYM_W-1:0];
            end
        end
    end

    reg               holder_found1_q;
    reg               holder_given1_q;
    reg               learns1_q;          // R of a symbol that may learn
    reg [SYM_W-1:0]   target1_q;          // the symbol whose locate may change: R, commands
    reg [15:0]        key1_q;
    reg               is_message1_q;
    reg [7:0]         type1_q;
    reg [7:0]         code1_q;
    reg               national1_q;

    // Clock 1: claims
    wire              stays_given = cfg_sym_enabled[target1_q] && cfg_sym_locate_given[target1_q];
    wire              commit1 = (op1 == OP_COMMIT) && (kind1 == KIND_CLEAR || kind1 == KIND_CLAIM);
    wire              learn1 = is_message1_q && learns1_q && !(holder_found1_q && holder_given1_q);
    wire              claim1 = learn1 || (commit1 && stays_given);
    wire              fresh1 = (kind1 == KIND_CLEAR) && (op1 != OP_CLEAR);
    wire              free1 = (commit1 && !stays_given && (fresh1 || given_q[target1_q] || !cfg_sym_enabled[target1_q]))
                          || (fresh1 && !commit1 && !given_q[target1_q]);

    // Clock 1: trading state
    wire              tracked1 = is_message1_q && holder_found1_q;
    wire [23:0]       old_state = state[symbol1];
    reg  [23:0]       new_state;
    wire              market1 = is_message1_q && (type1_q == "S");
    wire              unfiltered1 = market1 || (type1_q == "R") || (type1_q == "V") || (type1_q == "W");
    wire              phase_changed = market1 && (code1_q != phase_q);
    wire              state_changed = tracked1 && !unfiltered1 && (new_state != old_state);

    always @* begin
        new_state = old_state;
        case (type1_q)
            "H": new_state[23:16] = code1_q;
            "h": if (national1_q) new_state[15:8] = code1_q;
            "Y": new_state[7:0] = code1_q;
            default: begin end
        endcase
    end

    always @(posedge clk) begin
        if (issue) begin
            symbol1 <= holder;
            holder_found1_q <= holder_found;
            holder_given1_q <= given_q[holder];
            learns1_q <= (message_type == "R") && stock_found && !cfg_sym_locate_given[stock_owner];
            target1_q <= is_message ? stock_owner : index;
            key1_q <= key;
            is_message1_q <= is_message;
            type1_q <= message_type;
            code1_q <= code;
            national1_q <= (market == "Q");
        end
        if (advance1) begin
            symbol2 <= (tracked1 && !unfiltered1) ? symbol1 : target1_q;
            active2 <= is_message1_q ? learn1 || (tracked1 && !unfiltered1) || phase_changed : 1'b1;
            compare2 <= is_message1_q ? learn1 || (tracked1 && !unfiltered1)
                : (kind1 != KIND_RECORD) && (kind1 != KIND_CLAIM) && (op1 != OP_RESET) && (op1 != OP_INIT);
            state_changed2 <= state_changed || phase_changed;
            state2 <= market1 ? {{3{SPACE}}, code1_q} : {new_state, phase_q};
            whole_market2 <= market1;

            if (state_changed) state[symbol1] <= new_state;
            else if (!is_message1_q && fresh1) state[target1_q] <= STATE_INITIAL;
            if (phase_changed) phase_q <= code1_q;
            else if (!is_message1_q && (op1 == OP_RESET)) phase_q <= SPACE;

            if (claim1) begin
                if (holder_found1_q) held_q[symbol1] <= 1'b0;
                held_q[target1_q] <= 1'b1;
                given_q[target1_q] <= !is_message1_q;
                locates_q[16*target1_q +: 16] <= key1_q;
            end else if (free1 && !is_message1_q) begin
                held_q[target1_q] <= 1'b0;
                given_q[target1_q] <= 1'b0;
            end
        end
        if (rst) begin
            held_q <= {SYMBOLS{1'b0}};
            given_q <= {SYMBOLS{1'b0}};
            phase_q <= SPACE;
        end
    end

endmodule

`default_nettype wire
