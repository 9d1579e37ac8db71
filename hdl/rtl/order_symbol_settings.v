// SPDX-License-Identifier: Apache-2.0
// The order path's settings of one symbol: shadows, and the values in effect since the last commit.
//
// Latency:      1 clk, commit to risk_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none
//
// Parameters: none
`include "tickproof_control.vh"

module order_symbol_settings (
    input  wire            clk,
    input  wire            rst,

    input  wire            write,
    input  wire [7:0]      write_id,
    input  wire            write_high,
    input  wire [31:0]     write_data,
    input  wire            commit,

    output wire [1023:0]   shadows,            // 64 bits a setting, id 192 in bits 63:0

    output wire            risk_restricted,
    output wire [31:0]     risk_max_shares,
    output wire [63:0]     risk_max_notional,
    output wire [15:0]     risk_collar_bps,
    output wire [63:0]     risk_max_reference_age,
    output wire [63:0]     risk_max_long,
    output wire [63:0]     risk_max_short,
    output wire [63:0]     risk_max_gross,
    output wire            risk_short_ok,
    output wire [4:0]      risk_allowed_types,
    output wire [7:0]      risk_max_executions,
    output wire [63:0]     risk_execution_window
);

    // places of the settings' words in `shadows`
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

    setting #(.BITS(`TP_CTRL_RESTRICTED_BITS), .DEFAULT({63'd0, `TP_CTRL_RESTRICTED_DEFAULT})) restricted (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_RESTRICTED_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * RESTRICTED +: 64]), .effective(risk_restricted));

    setting #(.BITS(`TP_CTRL_MAX_SHARES_BITS), .DEFAULT({32'd0, `TP_CTRL_MAX_SHARES_DEFAULT})) max_shares (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_SHARES_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_SHARES +: 64]), .effective(risk_max_shares));

    setting #(.BITS(`TP_CTRL_MAX_NOTIONAL_BITS), .DEFAULT(`TP_CTRL_MAX_NOTIONAL_DEFAULT)) max_notional (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_NOTIONAL_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_NOTIONAL +: 64]), .effective(risk_max_notional));

    setting #(.BITS(`TP_CTRL_COLLAR_BPS_BITS), .DEFAULT({48'd0, `TP_CTRL_COLLAR_BPS_DEFAULT})) collar_bps (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_COLLAR_BPS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * COLLAR_BPS +: 64]), .effective(risk_collar_bps));

    setting #(.BITS(`TP_CTRL_MAX_REFERENCE_AGE_BITS), .DEFAULT(`TP_CTRL_MAX_REFERENCE_AGE_DEFAULT)) max_reference_age (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_REFERENCE_AGE_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_REFERENCE_AGE +: 64]), .effective(risk_max_reference_age));

    setting #(.BITS(`TP_CTRL_MAX_LONG_BITS), .DEFAULT(`TP_CTRL_MAX_LONG_DEFAULT)) max_long (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_LONG_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_LONG +: 64]), .effective(risk_max_long));

    setting #(.BITS(`TP_CTRL_MAX_SHORT_BITS), .DEFAULT(`TP_CTRL_MAX_SHORT_DEFAULT)) max_short (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_SHORT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_SHORT +: 64]), .effective(risk_max_short));

    setting #(.BITS(`TP_CTRL_MAX_GROSS_BITS), .DEFAULT(`TP_CTRL_MAX_GROSS_DEFAULT)) max_gross (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_GROSS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_GROSS +: 64]), .effective(risk_max_gross));

    setting #(.BITS(`TP_CTRL_SHORT_OK_BITS), .DEFAULT({63'd0, `TP_CTRL_SHORT_OK_DEFAULT})) short_ok (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_SHORT_OK_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * SHORT_OK +: 64]), .effective(risk_short_ok));

    setting #(.BITS(`TP_CTRL_ALLOWED_TYPES_BITS), .DEFAULT({59'd0, `TP_CTRL_ALLOWED_TYPES_DEFAULT})) allowed_types (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_ALLOWED_TYPES_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * ALLOWED_TYPES +: 64]), .effective(risk_allowed_types));

    setting #(.BITS(`TP_CTRL_MAX_EXECUTIONS_BITS), .DEFAULT({56'd0, `TP_CTRL_MAX_EXECUTIONS_DEFAULT})) max_executions (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_EXECUTIONS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_EXECUTIONS +: 64]), .effective(risk_max_executions));

    setting #(.BITS(`TP_CTRL_EXECUTION_WINDOW_BITS), .DEFAULT(`TP_CTRL_EXECUTION_WINDOW_DEFAULT)) execution_window (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EXECUTION_WINDOW_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * EXECUTION_WINDOW +: 64]), .effective(risk_execution_window));

    assign shadows[1023:768] = 256'd0;

endmodule
