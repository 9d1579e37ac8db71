// SPDX-License-Identifier: Apache-2.0
// The kills (contract 7.2): global, of the session, of each symbol. Commands open and close them, reports and a lost exchange
// latch them; whenever one goes on, or a lost client wants it so, the Cancels of its scope are asked for.
// Latency:      the kills follow at the end of step 5; walk_start in step 5 itself
// Throughput:   one input a clock
// Backpressure: none
// Errors:       a symbol that the device does not have: no effect

`default_nettype none

module kill_switch #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire               clk,
    input  wire               rst,

    // Step 5
    input  wire               command,          // of the order path
    input  wire [7:0]         op,
    input  wire [15:0]        command_symbol,
    input  wire               latch_session,
    input  wire               latch_symbol,
    input  wire [SYM_W-1:0]   latched_symbol,
    input  wire               client_lost,      // and its orders are to be cancelled

    output wire               walk_start,
    output wire               walk_all,         // or walk_symbol's orders
    output wire [SYM_W-1:0]   walk_symbol,

    output wire               global_kill,
    output wire               session_kill,
    output wire [SYMBOLS-1:0] symbol_kills
);

`include "tickproof_control.vh"

    localparam [15:0] GLOBAL = 16'hFFFF;
    localparam [15:0] SESSION = 16'hFFFE;

    reg                global_q;
    reg                session_q;
    reg  [SYMBOLS-1:0] symbols_q;

    wire               kill = command && (op == `TP_CTRL_OP_KILL);
    wire               unkill = command && (op == `TP_CTRL_OP_UNKILL);
    wire               names_symbol = (command_symbol < SYMBOLS[15:0]);
    wire [SYM_W-1:0]   symbol = latch_symbol ? latched_symbol : command_symbol[SYM_W-1:0];
    wire               global_on = kill && (command_symbol == GLOBAL);
    wire               session_on = latch_session || (kill && command_symbol == SESSION);
    wire               symbol_on = latch_symbol || (kill && names_symbol);

    assign global_kill = global_q;
    assign session_kill = session_q;
    assign symbol_kills = symbols_q;

    assign walk_all = client_lost || (global_on && !global_q) || (session_on && !session_q);
    assign walk_start = walk_all || (symbol_on && !symbols_q[symbol]);
    assign walk_symbol = symbol;

    always @(posedge clk) begin
        if (global_on) global_q <= 1'b1;
        else if (unkill && command_symbol == GLOBAL) global_q <= 1'b0;
        if (session_on) session_q <= 1'b1;
        else if (unkill && command_symbol == SESSION) session_q <= 1'b0;
        if (symbol_on) symbols_q[symbol] <= 1'b1;
        else if (unkill && names_symbol) symbols_q[symbol] <= 1'b0;
        if (rst) begin
            global_q <= 1'b1;
            session_q <= 1'b0;
            symbols_q <= {SYMBOLS{1'b0}};
        end
    end

endmodule

`default_nettype wire
