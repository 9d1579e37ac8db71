// SPDX-License-Identifier: Apache-2.0
// The settings of one symbol, the reciprocal of its tick, and whether a commit would start the symbol afresh (CTRL-3).
//
// Latency:      1 clk, commit to cfg_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none; the settings' limits (contract 1.2) are not checked
//
// Parameters: none
`include "tickproof_control.vh"

module symbol_settings (
    input  wire         clk,
    input  wire         rst,

    input  wire         write,
    input  wire [6:0]   write_id,
    input  wire         write_high,
    input  wire [31:0]  write_data,
    input  wire         recip_write,
    input  wire [28:0]  recip_data,      // ceil(2^28 / tick) of the tick in the shadow
    input  wire         commit,

    output wire [511:0] shadows,         // 64 bits a setting, id 64 in bits 63:0
    output wire [15:0]  shadow_tick,
    output wire         tick_changed,    // the shadow's tick is not the effective one: its reciprocal has to be computed before a commit
    output wire         restart,         // a commit now starts the symbol afresh

    output wire         cfg_enabled,
    output wire [63:0]  cfg_stock,
    output wire [15:0]  cfg_locate,
    output wire         cfg_locate_given,
    output wire [31:0]  cfg_base,
    output wire [15:0]  cfg_tick,
    output wire [28:0]  cfg_recip
);

    // places of the settings' words in `shadows`
    localparam ENABLED      = `TP_CTRL_ENABLED_ID - 64;
    localparam STOCK        = `TP_CTRL_STOCK_ID - 64;
    localparam LOCATE       = `TP_CTRL_LOCATE_ID - 64;
    localparam LOCATE_GIVEN = `TP_CTRL_LOCATE_GIVEN_ID - 64;
    localparam BASE         = `TP_CTRL_BASE_ID - 64;
    localparam TICK         = `TP_CTRL_TICK_ID - 64;

    localparam [28:0] RECIP_DEFAULT = (29'h10000000 + {13'd0, `TP_CTRL_TICK_DEFAULT} - 29'd1) / {13'd0, `TP_CTRL_TICK_DEFAULT};

    setting #(.BITS(`TP_CTRL_ENABLED_BITS), .DEFAULT({63'd0, `TP_CTRL_ENABLED_DEFAULT})) enabled (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_ENABLED_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * ENABLED +: 64]), .effective(cfg_enabled));

    setting #(.BITS(`TP_CTRL_STOCK_BITS), .DEFAULT(`TP_CTRL_STOCK_DEFAULT)) stock (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_STOCK_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * STOCK +: 64]), .effective(cfg_stock));

    setting #(.BITS(`TP_CTRL_LOCATE_BITS), .DEFAULT({48'd0, `TP_CTRL_LOCATE_DEFAULT})) locate (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_LOCATE_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * LOCATE +: 64]), .effective(cfg_locate));

    setting #(.BITS(`TP_CTRL_LOCATE_GIVEN_BITS), .DEFAULT({63'd0, `TP_CTRL_LOCATE_GIVEN_DEFAULT})) locate_given (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_LOCATE_GIVEN_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * LOCATE_GIVEN +: 64]), .effective(cfg_locate_given));

    setting #(.BITS(`TP_CTRL_BASE_BITS), .DEFAULT({32'd0, `TP_CTRL_BASE_DEFAULT})) base (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_BASE_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * BASE +: 64]), .effective(cfg_base));

    setting #(.BITS(`TP_CTRL_TICK_BITS), .DEFAULT({48'd0, `TP_CTRL_TICK_DEFAULT})) tick (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_TICK_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * TICK +: 64]), .effective(cfg_tick));

    assign shadows[511:384] = 128'd0;

    assign shadow_tick  = shadows[64 * TICK +: 16];
    assign tick_changed = shadow_tick != cfg_tick;
    assign restart      = tick_changed
                        || shadows[64 * ENABLED] != cfg_enabled
                        || shadows[64 * STOCK +: 64] != cfg_stock
                        || shadows[64 * BASE +: 32] != cfg_base;

    // The reciprocal is computed whenever the tick is about to change, so an unchanged tick keeps its own.
    reg  [28:0]  recip_shadow_q;
    reg  [28:0]  recip_q;

    always @(posedge clk) begin
        if (rst) begin
            recip_shadow_q <= RECIP_DEFAULT;
            recip_q        <= RECIP_DEFAULT;
        end else begin
            if (recip_write)
                recip_shadow_q <= recip_data;
            if (commit && tick_changed)
                recip_q <= recip_shadow_q;
        end
    end

    assign cfg_recip = recip_q;

endmodule
