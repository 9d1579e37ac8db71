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
    input  wire [2:0]   write_place,     // id - 64, of a setting that exists
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

    // places of the settings' words
    localparam ENABLED      = `TP_CTRL_ENABLED_ID - 64;
    localparam STOCK        = `TP_CTRL_STOCK_ID - 64;
    localparam LOCATE       = `TP_CTRL_LOCATE_ID - 64;
    localparam LOCATE_GIVEN = `TP_CTRL_LOCATE_GIVEN_ID - 64;
    localparam BASE         = `TP_CTRL_BASE_ID - 64;
    localparam TICK         = `TP_CTRL_TICK_ID - 64;

    localparam [28:0] RECIP_DEFAULT = (29'h10000000 + {13'd0, `TP_CTRL_TICK_DEFAULT} - 29'd1) / {13'd0, `TP_CTRL_TICK_DEFAULT};

    wire [383:0] exists;      // the bits that a setting has

    assign exists[64 * ENABLED +: 64]      = {64{1'b1}} >> (64 - `TP_CTRL_ENABLED_BITS);
    assign exists[64 * STOCK +: 64]        = {64{1'b1}} >> (64 - `TP_CTRL_STOCK_BITS);
    assign exists[64 * LOCATE +: 64]       = {64{1'b1}} >> (64 - `TP_CTRL_LOCATE_BITS);
    assign exists[64 * LOCATE_GIVEN +: 64] = {64{1'b1}} >> (64 - `TP_CTRL_LOCATE_GIVEN_BITS);
    assign exists[64 * BASE +: 64]         = {64{1'b1}} >> (64 - `TP_CTRL_BASE_BITS);
    assign exists[64 * TICK +: 64]         = {64{1'b1}} >> (64 - `TP_CTRL_TICK_BITS);

    wire [383:0] defaults;

    assign defaults[64 * ENABLED +: 64]      = {63'd0, `TP_CTRL_ENABLED_DEFAULT};
    assign defaults[64 * STOCK +: 64]        = `TP_CTRL_STOCK_DEFAULT;
    assign defaults[64 * LOCATE +: 64]       = {48'd0, `TP_CTRL_LOCATE_DEFAULT};
    assign defaults[64 * LOCATE_GIVEN +: 64] = {63'd0, `TP_CTRL_LOCATE_GIVEN_DEFAULT};
    assign defaults[64 * BASE +: 64]         = {32'd0, `TP_CTRL_BASE_DEFAULT};
    assign defaults[64 * TICK +: 64]         = {48'd0, `TP_CTRL_TICK_DEFAULT};

    reg  [383:0] shadows_q;
    reg  [383:0] effective_q;

    wire [8:0]   word = {write_place, write_high, 5'd0};

    always @(posedge clk) begin
        if (rst) begin
            shadows_q   <= defaults;
            effective_q <= defaults;
        end else begin
            if (write)
                shadows_q[word +: 32] <= write_data & exists[word +: 32];
            if (commit)
                effective_q <= shadows_q;
        end
    end

    assign shadows = {128'd0, shadows_q};

    assign cfg_enabled      = effective_q[64 * ENABLED];
    assign cfg_stock        = effective_q[64 * STOCK +: `TP_CTRL_STOCK_BITS];
    assign cfg_locate       = effective_q[64 * LOCATE +: `TP_CTRL_LOCATE_BITS];
    assign cfg_locate_given = effective_q[64 * LOCATE_GIVEN];
    assign cfg_base         = effective_q[64 * BASE +: `TP_CTRL_BASE_BITS];
    assign cfg_tick         = effective_q[64 * TICK +: `TP_CTRL_TICK_BITS];

    // What a narrow setting has no bits for is 0.
    wire unused = &{1'b0, effective_q};

    assign shadow_tick  = shadows_q[64 * TICK +: 16];
    assign tick_changed = shadow_tick != cfg_tick;
    assign restart      = tick_changed
                        || shadows_q[64 * ENABLED] != cfg_enabled
                        || shadows_q[64 * STOCK +: 64] != cfg_stock
                        || shadows_q[64 * BASE +: 32] != cfg_base;

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
