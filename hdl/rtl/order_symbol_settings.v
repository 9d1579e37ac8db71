// SPDX-License-Identifier: Apache-2.0
// The order path's settings of one symbol: shadows, and the values in effect since the last commit; all are 0 at reset.
//
// Latency:      1 clk, commit to risk_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none; bits that a setting does not have are ignored
//
// Parameters: none
`include "tickproof_control.vh"

module order_symbol_settings (
    input  wire            clk,
    input  wire            rst,

    input  wire            write,             // one 32-bit word
    input  wire [3:0]      write_place,       // id - 192, of a setting that exists
    input  wire            write_high,
    input  wire [31:0]     write_data,
    input  wire            commit,

    output wire [1023:0]   shadows,           // 64 bits a setting, id 192 in bits 63:0

    output wire             risk_restricted,
    output wire [31:0]      risk_max_shares,
    output wire [63:0]      risk_max_notional,
    output wire [15:0]      risk_collar_bps,
    output wire [63:0]      risk_max_reference_age,
    output wire [63:0]      risk_max_long,
    output wire [63:0]      risk_max_short,
    output wire [63:0]      risk_max_gross,
    output wire             risk_short_ok,
    output wire [4:0]       risk_allowed_types,
    output wire [7:0]       risk_max_executions,
    output wire [63:0]      risk_execution_window
);

    // places of the settings' words
    localparam RESTRICTED        = `TP_CTRL_RESTRICTED_ID - 192;
    localparam MAX_SHARES        = `TP_CTRL_MAX_SHARES_ID - 192;
    localparam MAX_NOTIONAL      = `TP_CTRL_MAX_NOTIONAL_ID - 192;
    localparam COLLAR_BPS        = `TP_CTRL_COLLAR_BPS_ID - 192;
    localparam MAX_REFERENCE_AGE = `TP_CTRL_MAX_REFERENCE_AGE_ID - 192;
    localparam MAX_LONG          = `TP_CTRL_MAX_LONG_ID - 192;
    localparam MAX_SHORT         = `TP_CTRL_MAX_SHORT_ID - 192;
    localparam MAX_GROSS         = `TP_CTRL_MAX_GROSS_ID - 192;
    localparam SHORT_OK          = `TP_CTRL_SHORT_OK_ID - 192;
    localparam ALLOWED_TYPES     = `TP_CTRL_ALLOWED_TYPES_ID - 192;
    localparam MAX_EXECUTIONS    = `TP_CTRL_MAX_EXECUTIONS_ID - 192;
    localparam EXECUTION_WINDOW  = `TP_CTRL_EXECUTION_WINDOW_ID - 192;

    wire [767:0] exists;      // the bits that a setting has

    assign exists[64 * RESTRICTED +: 64]              = {64{1'b1}} >> (64 - `TP_CTRL_RESTRICTED_BITS);
    assign exists[64 * MAX_SHARES +: 64]              = {64{1'b1}} >> (64 - `TP_CTRL_MAX_SHARES_BITS);
    assign exists[64 * MAX_NOTIONAL +: 64]            = {64{1'b1}} >> (64 - `TP_CTRL_MAX_NOTIONAL_BITS);
    assign exists[64 * COLLAR_BPS +: 64]              = {64{1'b1}} >> (64 - `TP_CTRL_COLLAR_BPS_BITS);
    assign exists[64 * MAX_REFERENCE_AGE +: 64]       = {64{1'b1}} >> (64 - `TP_CTRL_MAX_REFERENCE_AGE_BITS);
    assign exists[64 * MAX_LONG +: 64]                = {64{1'b1}} >> (64 - `TP_CTRL_MAX_LONG_BITS);
    assign exists[64 * MAX_SHORT +: 64]               = {64{1'b1}} >> (64 - `TP_CTRL_MAX_SHORT_BITS);
    assign exists[64 * MAX_GROSS +: 64]               = {64{1'b1}} >> (64 - `TP_CTRL_MAX_GROSS_BITS);
    assign exists[64 * SHORT_OK +: 64]                = {64{1'b1}} >> (64 - `TP_CTRL_SHORT_OK_BITS);
    assign exists[64 * ALLOWED_TYPES +: 64]           = {64{1'b1}} >> (64 - `TP_CTRL_ALLOWED_TYPES_BITS);
    assign exists[64 * MAX_EXECUTIONS +: 64]          = {64{1'b1}} >> (64 - `TP_CTRL_MAX_EXECUTIONS_BITS);
    assign exists[64 * EXECUTION_WINDOW +: 64]        = {64{1'b1}} >> (64 - `TP_CTRL_EXECUTION_WINDOW_BITS);

    reg  [767:0] shadows_q;
    reg  [767:0] effective_q;

    wire [9:0]   word = {write_place, write_high, 5'd0};

    always @(posedge clk) begin
        if (rst) begin
            shadows_q   <= 768'd0;
            effective_q <= 768'd0;
        end else begin
            if (write)
                shadows_q[word +: 32] <= write_data & exists[word +: 32];
            if (commit)
                effective_q <= shadows_q;
        end
    end

    assign shadows = {256'd0, shadows_q};

    assign risk_restricted        = effective_q[64 * RESTRICTED];
    assign risk_max_shares        = effective_q[64 * MAX_SHARES +: `TP_CTRL_MAX_SHARES_BITS];
    assign risk_max_notional      = effective_q[64 * MAX_NOTIONAL +: `TP_CTRL_MAX_NOTIONAL_BITS];
    assign risk_collar_bps        = effective_q[64 * COLLAR_BPS +: `TP_CTRL_COLLAR_BPS_BITS];
    assign risk_max_reference_age = effective_q[64 * MAX_REFERENCE_AGE +: `TP_CTRL_MAX_REFERENCE_AGE_BITS];
    assign risk_max_long          = effective_q[64 * MAX_LONG +: `TP_CTRL_MAX_LONG_BITS];
    assign risk_max_short         = effective_q[64 * MAX_SHORT +: `TP_CTRL_MAX_SHORT_BITS];
    assign risk_max_gross         = effective_q[64 * MAX_GROSS +: `TP_CTRL_MAX_GROSS_BITS];
    assign risk_short_ok          = effective_q[64 * SHORT_OK];
    assign risk_allowed_types     = effective_q[64 * ALLOWED_TYPES +: `TP_CTRL_ALLOWED_TYPES_BITS];
    assign risk_max_executions    = effective_q[64 * MAX_EXECUTIONS +: `TP_CTRL_MAX_EXECUTIONS_BITS];
    assign risk_execution_window  = effective_q[64 * EXECUTION_WINDOW +: `TP_CTRL_EXECUTION_WINDOW_BITS];

    // What a narrow setting has no bits for is 0.
    wire unused = &{1'b0, effective_q};

endmodule
