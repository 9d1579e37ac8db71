// SPDX-License-Identifier: Apache-2.0
// The settings that belong to no symbol: shadows, and the values in effect since the last commit.
//
// Latency:      1 clk, commit to cfg_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none; bits that a setting does not have are ignored
//
// Parameters: none
`include "tickproof_control.vh"

module global_settings (
    input  wire          clk,
    input  wire          rst,

    input  wire          write,
    input  wire [3:0]    write_id,
    input  wire          write_high,
    input  wire [31:0]   write_data,
    input  wire          commit,

    output wire [1023:0] shadows,           // 64 bits a setting, id 0 in bits 63:0

    output wire [31:0]   cfg_gap_timeout_ns,
    output wire [63:0]   cfg_start_sequence,
    output wire          cfg_session_pinned,
    output wire [79:0]   cfg_session,        // first character in the top byte
    output wire [31:0]   cfg_feed_a_group,
    output wire [15:0]   cfg_feed_a_port,
    output wire [31:0]   cfg_feed_b_group,
    output wire [15:0]   cfg_feed_b_port,
    output wire [47:0]   cfg_unicast_mac,
    output wire [47:0]   cfg_events_dst_mac,
    output wire [47:0]   cfg_events_src_mac,
    output wire [31:0]   cfg_events_dst_ip,
    output wire [31:0]   cfg_events_src_ip,
    output wire [15:0]   cfg_events_dst_port,
    output wire [15:0]   cfg_events_src_port
);

    wire [1023:0] exists;      // the bits that a setting has

    assign exists[64 * `TP_CTRL_GAP_TIMEOUT_NS_ID +: 64]  = {64{1'b1}} >> (64 - `TP_CTRL_GAP_TIMEOUT_NS_BITS);
    assign exists[64 * `TP_CTRL_START_SEQUENCE_ID +: 64]  = {64{1'b1}} >> (64 - `TP_CTRL_START_SEQUENCE_BITS);
    assign exists[64 * `TP_CTRL_SESSION_PINNED_ID +: 64]  = {64{1'b1}} >> (64 - `TP_CTRL_SESSION_PINNED_BITS);
    assign exists[64 * `TP_CTRL_SESSION_HIGH_ID +: 64]    = {64{1'b1}} >> (64 - `TP_CTRL_SESSION_HIGH_BITS);
    assign exists[64 * `TP_CTRL_SESSION_LOW_ID +: 64]     = {64{1'b1}} >> (64 - `TP_CTRL_SESSION_LOW_BITS);
    assign exists[64 * `TP_CTRL_FEED_A_GROUP_ID +: 64]    = {64{1'b1}} >> (64 - `TP_CTRL_FEED_A_GROUP_BITS);
    assign exists[64 * `TP_CTRL_FEED_A_PORT_ID +: 64]     = {64{1'b1}} >> (64 - `TP_CTRL_FEED_A_PORT_BITS);
    assign exists[64 * `TP_CTRL_FEED_B_GROUP_ID +: 64]    = {64{1'b1}} >> (64 - `TP_CTRL_FEED_B_GROUP_BITS);
    assign exists[64 * `TP_CTRL_FEED_B_PORT_ID +: 64]     = {64{1'b1}} >> (64 - `TP_CTRL_FEED_B_PORT_BITS);
    assign exists[64 * `TP_CTRL_UNICAST_MAC_ID +: 64]     = {64{1'b1}} >> (64 - `TP_CTRL_UNICAST_MAC_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_DST_MAC_ID +: 64]  = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_DST_MAC_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_SRC_MAC_ID +: 64]  = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_SRC_MAC_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_DST_IP_ID +: 64]   = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_DST_IP_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_SRC_IP_ID +: 64]   = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_SRC_IP_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_DST_PORT_ID +: 64] = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_DST_PORT_BITS);
    assign exists[64 * `TP_CTRL_EVENTS_SRC_PORT_ID +: 64] = {64{1'b1}} >> (64 - `TP_CTRL_EVENTS_SRC_PORT_BITS);

    wire [1023:0] defaults;

    assign defaults[64 * `TP_CTRL_GAP_TIMEOUT_NS_ID +: 64]  = {32'd0, `TP_CTRL_GAP_TIMEOUT_NS_DEFAULT};
    assign defaults[64 * `TP_CTRL_START_SEQUENCE_ID +: 64]  = `TP_CTRL_START_SEQUENCE_DEFAULT;
    assign defaults[64 * `TP_CTRL_SESSION_PINNED_ID +: 64]  = {63'd0, `TP_CTRL_SESSION_PINNED_DEFAULT};
    assign defaults[64 * `TP_CTRL_SESSION_HIGH_ID +: 64]    = `TP_CTRL_SESSION_HIGH_DEFAULT;
    assign defaults[64 * `TP_CTRL_SESSION_LOW_ID +: 64]     = {48'd0, `TP_CTRL_SESSION_LOW_DEFAULT};
    assign defaults[64 * `TP_CTRL_FEED_A_GROUP_ID +: 64]    = {32'd0, `TP_CTRL_FEED_A_GROUP_DEFAULT};
    assign defaults[64 * `TP_CTRL_FEED_A_PORT_ID +: 64]     = {48'd0, `TP_CTRL_FEED_A_PORT_DEFAULT};
    assign defaults[64 * `TP_CTRL_FEED_B_GROUP_ID +: 64]    = {32'd0, `TP_CTRL_FEED_B_GROUP_DEFAULT};
    assign defaults[64 * `TP_CTRL_FEED_B_PORT_ID +: 64]     = {48'd0, `TP_CTRL_FEED_B_PORT_DEFAULT};
    assign defaults[64 * `TP_CTRL_UNICAST_MAC_ID +: 64]     = {16'd0, `TP_CTRL_UNICAST_MAC_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_DST_MAC_ID +: 64]  = {16'd0, `TP_CTRL_EVENTS_DST_MAC_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_SRC_MAC_ID +: 64]  = {16'd0, `TP_CTRL_EVENTS_SRC_MAC_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_DST_IP_ID +: 64]   = {32'd0, `TP_CTRL_EVENTS_DST_IP_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_SRC_IP_ID +: 64]   = {32'd0, `TP_CTRL_EVENTS_SRC_IP_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_DST_PORT_ID +: 64] = {48'd0, `TP_CTRL_EVENTS_DST_PORT_DEFAULT};
    assign defaults[64 * `TP_CTRL_EVENTS_SRC_PORT_ID +: 64] = {48'd0, `TP_CTRL_EVENTS_SRC_PORT_DEFAULT};

    reg  [1023:0] shadows_q;
    reg  [1023:0] effective_q;

    wire [9:0]    word = {write_id, write_high, 5'd0};

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

    assign shadows = shadows_q;

    assign cfg_gap_timeout_ns   = effective_q[64 * `TP_CTRL_GAP_TIMEOUT_NS_ID +: `TP_CTRL_GAP_TIMEOUT_NS_BITS];
    assign cfg_start_sequence   = effective_q[64 * `TP_CTRL_START_SEQUENCE_ID +: `TP_CTRL_START_SEQUENCE_BITS];
    assign cfg_session_pinned   = effective_q[64 * `TP_CTRL_SESSION_PINNED_ID];
    assign cfg_session[79:16]   = effective_q[64 * `TP_CTRL_SESSION_HIGH_ID +: `TP_CTRL_SESSION_HIGH_BITS];
    assign cfg_session[15:0]    = effective_q[64 * `TP_CTRL_SESSION_LOW_ID +: `TP_CTRL_SESSION_LOW_BITS];
    assign cfg_feed_a_group     = effective_q[64 * `TP_CTRL_FEED_A_GROUP_ID +: `TP_CTRL_FEED_A_GROUP_BITS];
    assign cfg_feed_a_port      = effective_q[64 * `TP_CTRL_FEED_A_PORT_ID +: `TP_CTRL_FEED_A_PORT_BITS];
    assign cfg_feed_b_group     = effective_q[64 * `TP_CTRL_FEED_B_GROUP_ID +: `TP_CTRL_FEED_B_GROUP_BITS];
    assign cfg_feed_b_port      = effective_q[64 * `TP_CTRL_FEED_B_PORT_ID +: `TP_CTRL_FEED_B_PORT_BITS];
    assign cfg_unicast_mac      = effective_q[64 * `TP_CTRL_UNICAST_MAC_ID +: `TP_CTRL_UNICAST_MAC_BITS];
    assign cfg_events_dst_mac   = effective_q[64 * `TP_CTRL_EVENTS_DST_MAC_ID +: `TP_CTRL_EVENTS_DST_MAC_BITS];
    assign cfg_events_src_mac   = effective_q[64 * `TP_CTRL_EVENTS_SRC_MAC_ID +: `TP_CTRL_EVENTS_SRC_MAC_BITS];
    assign cfg_events_dst_ip    = effective_q[64 * `TP_CTRL_EVENTS_DST_IP_ID +: `TP_CTRL_EVENTS_DST_IP_BITS];
    assign cfg_events_src_ip    = effective_q[64 * `TP_CTRL_EVENTS_SRC_IP_ID +: `TP_CTRL_EVENTS_SRC_IP_BITS];
    assign cfg_events_dst_port  = effective_q[64 * `TP_CTRL_EVENTS_DST_PORT_ID +: `TP_CTRL_EVENTS_DST_PORT_BITS];
    assign cfg_events_src_port  = effective_q[64 * `TP_CTRL_EVENTS_SRC_PORT_ID +: `TP_CTRL_EVENTS_SRC_PORT_BITS];

    // What a narrow setting has no bits for is 0.
    wire unused = &{1'b0, effective_q};

endmodule
