// SPDX-License-Identifier: Apache-2.0
// The limits that one decision meets: the settings as they stand in step 2, of the order's symbol.
// Latency:      step 2 to the limits 1 clk: from step 3 on
// Throughput:   one symbol a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module risk_limits #(
    parameter SYMBOLS = 8, // symbols, 1 to 64
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire                  clk,

    input  wire                  step2,
    input  wire [SYM_W-1:0]      symbol,

    output reg  [63:0]           dead_man_ns,
    output reg  [15:0]           max_open_orders,
    output reg  [63:0]           session_max_gross,
    output reg  [63:0]           duplicate_window,
    output reg  [5:0]            allowed_phases,
    output reg                   reject_mode,
    output reg                   cancel_on_disconnect,
    output reg                   restricted,
    output reg  [31:0]           max_shares,
    output reg  [63:0]           max_notional,
    output reg  [15:0]           collar_bps,
    output reg  [63:0]           max_reference_age,
    output reg  [63:0]           max_long,
    output reg  [63:0]           max_short,
    output reg  [63:0]           max_gross,
    output reg                   short_ok,
    output reg  [4:0]            allowed_types,

    input  wire [63:0]           risk_dead_man_ns,
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

    always @(posedge clk) begin
        if (step2) begin
            dead_man_ns <= risk_dead_man_ns;
            max_open_orders <= risk_max_open_orders;
            session_max_gross <= risk_session_max_gross;
            duplicate_window <= risk_duplicate_window;
            allowed_phases <= risk_allowed_phases;
            reject_mode <= risk_reject_mode;
            cancel_on_disconnect <= risk_cancel_on_disconnect;
            restricted <= risk_sym_restricted[symbol];
            max_shares <= risk_sym_max_shares[32*symbol +: 32];
            max_notional <= risk_sym_max_notional[64*symbol +: 64];
            collar_bps <= risk_sym_collar_bps[16*symbol +: 16];
            max_reference_age <= risk_sym_max_reference_age[64*symbol +: 64];
            max_long <= risk_sym_max_long[64*symbol +: 64];
            max_short <= risk_sym_max_short[64*symbol +: 64];
            max_gross <= risk_sym_max_gross[64*symbol +: 64];
            short_ok <= risk_sym_short_ok[symbol];
            allowed_types <= risk_sym_allowed_types[5*symbol +: 5];
        end
    end

endmodule

`default_nettype wire
