// SPDX-License-Identifier: Apache-2.0
// The settings of the order path that belong to no symbol: shadows, and the values in effect since the last commit.
//
// Latency:      1 clk, commit to risk_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none
//
// Parameters: none
`include "tickproof_control.vh"

module order_settings (
    input  wire            clk,
    input  wire            rst,

    input  wire            write,
    input  wire [7:0]      write_id,
    input  wire            write_high,
    input  wire [31:0]     write_data,
    input  wire            commit,

    output wire [1023:0]   shadows,            // 64 bits a setting, id 128 in bits 63:0

    output wire [63:0]     risk_dead_man_ns,
    output wire [31:0]     risk_token_ns,
    output wire [15:0]     risk_burst,
    output wire [15:0]     risk_max_open_orders,
    output wire [63:0]     risk_session_max_gross,
    output wire [63:0]     risk_duplicate_window,
    output wire [5:0]      risk_allowed_phases,
    output wire            risk_reject_mode,
    output wire            risk_cancel_on_disconnect,
    output wire [63:0]     risk_client_types
);

    // places of the settings' words in `shadows`
    localparam DEAD_MAN_NS          = `TP_CTRL_DEAD_MAN_NS_ID - 128;
    localparam TOKEN_NS             = `TP_CTRL_TOKEN_NS_ID - 128;
    localparam BURST                = `TP_CTRL_BURST_ID - 128;
    localparam MAX_OPEN_ORDERS      = `TP_CTRL_MAX_OPEN_ORDERS_ID - 128;
    localparam SESSION_MAX_GROSS    = `TP_CTRL_SESSION_MAX_GROSS_ID - 128;
    localparam DUPLICATE_WINDOW     = `TP_CTRL_DUPLICATE_WINDOW_ID - 128;
    localparam ALLOWED_PHASES       = `TP_CTRL_ALLOWED_PHASES_ID - 128;
    localparam REJECT_MODE          = `TP_CTRL_REJECT_MODE_ID - 128;
    localparam CANCEL_ON_DISCONNECT = `TP_CTRL_CANCEL_ON_DISCONNECT_ID - 128;
    localparam CLIENT_TYPES         = `TP_CTRL_CLIENT_TYPES_ID - 128;

    setting #(.BITS(`TP_CTRL_DEAD_MAN_NS_BITS), .DEFAULT(`TP_CTRL_DEAD_MAN_NS_DEFAULT)) dead_man_ns (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_DEAD_MAN_NS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * DEAD_MAN_NS +: 64]), .effective(risk_dead_man_ns));

    setting #(.BITS(`TP_CTRL_TOKEN_NS_BITS), .DEFAULT({32'd0, `TP_CTRL_TOKEN_NS_DEFAULT})) token_ns (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_TOKEN_NS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * TOKEN_NS +: 64]), .effective(risk_token_ns));

    setting #(.BITS(`TP_CTRL_BURST_BITS), .DEFAULT({48'd0, `TP_CTRL_BURST_DEFAULT})) burst (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_BURST_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * BURST +: 64]), .effective(risk_burst));

    setting #(.BITS(`TP_CTRL_MAX_OPEN_ORDERS_BITS), .DEFAULT({48'd0, `TP_CTRL_MAX_OPEN_ORDERS_DEFAULT})) max_open_orders (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_MAX_OPEN_ORDERS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * MAX_OPEN_ORDERS +: 64]), .effective(risk_max_open_orders));

    setting #(.BITS(`TP_CTRL_SESSION_MAX_GROSS_BITS), .DEFAULT(`TP_CTRL_SESSION_MAX_GROSS_DEFAULT)) session_max_gross (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_SESSION_MAX_GROSS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * SESSION_MAX_GROSS +: 64]), .effective(risk_session_max_gross));

    setting #(.BITS(`TP_CTRL_DUPLICATE_WINDOW_BITS), .DEFAULT(`TP_CTRL_DUPLICATE_WINDOW_DEFAULT)) duplicate_window (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_DUPLICATE_WINDOW_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * DUPLICATE_WINDOW +: 64]), .effective(risk_duplicate_window));

    setting #(.BITS(`TP_CTRL_ALLOWED_PHASES_BITS), .DEFAULT({58'd0, `TP_CTRL_ALLOWED_PHASES_DEFAULT})) allowed_phases (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_ALLOWED_PHASES_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * ALLOWED_PHASES +: 64]), .effective(risk_allowed_phases));

    setting #(.BITS(`TP_CTRL_REJECT_MODE_BITS), .DEFAULT({63'd0, `TP_CTRL_REJECT_MODE_DEFAULT})) reject_mode (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_REJECT_MODE_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * REJECT_MODE +: 64]), .effective(risk_reject_mode));

    setting #(.BITS(`TP_CTRL_CANCEL_ON_DISCONNECT_BITS), .DEFAULT({63'd0, `TP_CTRL_CANCEL_ON_DISCONNECT_DEFAULT})) cancel_on_disconnect (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_CANCEL_ON_DISCONNECT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * CANCEL_ON_DISCONNECT +: 64]), .effective(risk_cancel_on_disconnect));

    setting #(.BITS(`TP_CTRL_CLIENT_TYPES_BITS), .DEFAULT(`TP_CTRL_CLIENT_TYPES_DEFAULT)) client_types (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_CLIENT_TYPES_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * CLIENT_TYPES +: 64]), .effective(risk_client_types));

    assign shadows[1023:640] = 384'd0;

endmodule
