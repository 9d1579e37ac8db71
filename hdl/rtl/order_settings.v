// SPDX-License-Identifier: Apache-2.0
// The settings of the order path that belong to no symbol: shadows, and the values in effect since the last commit; all are 0 at reset.
//
// Latency:      1 clk, commit to risk_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none; bits that a setting does not have are ignored
//
// Parameters: none
`include "tickproof_control.vh"

module order_settings (
    input  wire            clk,
    input  wire            rst,

    input  wire            write,             // one 32-bit word
    input  wire [3:0]      write_place,       // id - 128, of a setting that exists
    input  wire            write_high,
    input  wire [31:0]     write_data,
    input  wire            commit,

    output wire [1023:0]   shadows,           // 64 bits a setting, id 128 in bits 63:0

    output wire [63:0]      risk_dead_man_ns,
    output wire [31:0]      risk_token_ns,
    output wire [15:0]      risk_burst,
    output wire [15:0]      risk_max_open_orders,
    output wire [63:0]      risk_session_max_gross,
    output wire [63:0]      risk_duplicate_window,
    output wire [5:0]       risk_allowed_phases,
    output wire             risk_reject_mode,
    output wire             risk_cancel_on_disconnect,
    output wire [63:0]      risk_client_types
);

    // places of the settings' words
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

    wire [639:0] exists;      // the bits that a setting has

    assign exists[64 * DEAD_MAN_NS +: 64]                = {64{1'b1}} >> (64 - `TP_CTRL_DEAD_MAN_NS_BITS);
    assign exists[64 * TOKEN_NS +: 64]                   = {64{1'b1}} >> (64 - `TP_CTRL_TOKEN_NS_BITS);
    assign exists[64 * BURST +: 64]                      = {64{1'b1}} >> (64 - `TP_CTRL_BURST_BITS);
    assign exists[64 * MAX_OPEN_ORDERS +: 64]            = {64{1'b1}} >> (64 - `TP_CTRL_MAX_OPEN_ORDERS_BITS);
    assign exists[64 * SESSION_MAX_GROSS +: 64]          = {64{1'b1}} >> (64 - `TP_CTRL_SESSION_MAX_GROSS_BITS);
    assign exists[64 * DUPLICATE_WINDOW +: 64]           = {64{1'b1}} >> (64 - `TP_CTRL_DUPLICATE_WINDOW_BITS);
    assign exists[64 * ALLOWED_PHASES +: 64]             = {64{1'b1}} >> (64 - `TP_CTRL_ALLOWED_PHASES_BITS);
    assign exists[64 * REJECT_MODE +: 64]                = {64{1'b1}} >> (64 - `TP_CTRL_REJECT_MODE_BITS);
    assign exists[64 * CANCEL_ON_DISCONNECT +: 64]       = {64{1'b1}} >> (64 - `TP_CTRL_CANCEL_ON_DISCONNECT_BITS);
    assign exists[64 * CLIENT_TYPES +: 64]               = {64{1'b1}} >> (64 - `TP_CTRL_CLIENT_TYPES_BITS);

    reg  [639:0] shadows_q;
    reg  [639:0] effective_q;

    wire [9:0]   word = {write_place, write_high, 5'd0};

    always @(posedge clk) begin
        if (rst) begin
            shadows_q   <= 640'd0;
            effective_q <= 640'd0;
        end else begin
            if (write)
                shadows_q[word +: 32] <= write_data & exists[word +: 32];
            if (commit)
                effective_q <= shadows_q;
        end
    end

    assign shadows = {384'd0, shadows_q};

    assign risk_dead_man_ns          = effective_q[64 * DEAD_MAN_NS +: `TP_CTRL_DEAD_MAN_NS_BITS];
    assign risk_token_ns             = effective_q[64 * TOKEN_NS +: `TP_CTRL_TOKEN_NS_BITS];
    assign risk_burst                = effective_q[64 * BURST +: `TP_CTRL_BURST_BITS];
    assign risk_max_open_orders      = effective_q[64 * MAX_OPEN_ORDERS +: `TP_CTRL_MAX_OPEN_ORDERS_BITS];
    assign risk_session_max_gross    = effective_q[64 * SESSION_MAX_GROSS +: `TP_CTRL_SESSION_MAX_GROSS_BITS];
    assign risk_duplicate_window     = effective_q[64 * DUPLICATE_WINDOW +: `TP_CTRL_DUPLICATE_WINDOW_BITS];
    assign risk_allowed_phases       = effective_q[64 * ALLOWED_PHASES +: `TP_CTRL_ALLOWED_PHASES_BITS];
    assign risk_reject_mode          = effective_q[64 * REJECT_MODE];
    assign risk_cancel_on_disconnect = effective_q[64 * CANCEL_ON_DISCONNECT];
    assign risk_client_types         = effective_q[64 * CLIENT_TYPES +: `TP_CTRL_CLIENT_TYPES_BITS];

    // What a narrow setting has no bits for is 0.
    wire unused = &{1'b0, effective_q};

endmodule
