// SPDX-License-Identifier: Apache-2.0
// The settings that belong to no symbol: shadows, and the values in effect since the last commit.
//
// Latency:      1 clk, commit to cfg_*
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none
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

    setting #(.BITS(`TP_CTRL_GAP_TIMEOUT_NS_BITS), .DEFAULT({32'd0, `TP_CTRL_GAP_TIMEOUT_NS_DEFAULT})) gap_timeout_ns (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_GAP_TIMEOUT_NS_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_GAP_TIMEOUT_NS_ID +: 64]), .effective(cfg_gap_timeout_ns));

    setting #(.BITS(`TP_CTRL_START_SEQUENCE_BITS), .DEFAULT(`TP_CTRL_START_SEQUENCE_DEFAULT)) start_sequence (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_START_SEQUENCE_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_START_SEQUENCE_ID +: 64]), .effective(cfg_start_sequence));

    setting #(.BITS(`TP_CTRL_SESSION_PINNED_BITS), .DEFAULT({63'd0, `TP_CTRL_SESSION_PINNED_DEFAULT})) session_pinned (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_SESSION_PINNED_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_SESSION_PINNED_ID +: 64]), .effective(cfg_session_pinned));

    setting #(.BITS(`TP_CTRL_SESSION_HIGH_BITS), .DEFAULT(`TP_CTRL_SESSION_HIGH_DEFAULT)) session_high (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_SESSION_HIGH_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_SESSION_HIGH_ID +: 64]), .effective(cfg_session[79:16]));

    setting #(.BITS(`TP_CTRL_SESSION_LOW_BITS), .DEFAULT({48'd0, `TP_CTRL_SESSION_LOW_DEFAULT})) session_low (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_SESSION_LOW_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_SESSION_LOW_ID +: 64]), .effective(cfg_session[15:0]));

    setting #(.BITS(`TP_CTRL_FEED_A_GROUP_BITS), .DEFAULT({32'd0, `TP_CTRL_FEED_A_GROUP_DEFAULT})) feed_a_group (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_FEED_A_GROUP_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_FEED_A_GROUP_ID +: 64]), .effective(cfg_feed_a_group));

    setting #(.BITS(`TP_CTRL_FEED_A_PORT_BITS), .DEFAULT({48'd0, `TP_CTRL_FEED_A_PORT_DEFAULT})) feed_a_port (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_FEED_A_PORT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_FEED_A_PORT_ID +: 64]), .effective(cfg_feed_a_port));

    setting #(.BITS(`TP_CTRL_FEED_B_GROUP_BITS), .DEFAULT({32'd0, `TP_CTRL_FEED_B_GROUP_DEFAULT})) feed_b_group (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_FEED_B_GROUP_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_FEED_B_GROUP_ID +: 64]), .effective(cfg_feed_b_group));

    setting #(.BITS(`TP_CTRL_FEED_B_PORT_BITS), .DEFAULT({48'd0, `TP_CTRL_FEED_B_PORT_DEFAULT})) feed_b_port (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_FEED_B_PORT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_FEED_B_PORT_ID +: 64]), .effective(cfg_feed_b_port));

    setting #(.BITS(`TP_CTRL_UNICAST_MAC_BITS), .DEFAULT({16'd0, `TP_CTRL_UNICAST_MAC_DEFAULT})) unicast_mac (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_UNICAST_MAC_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_UNICAST_MAC_ID +: 64]), .effective(cfg_unicast_mac));

    setting #(.BITS(`TP_CTRL_EVENTS_DST_MAC_BITS), .DEFAULT({16'd0, `TP_CTRL_EVENTS_DST_MAC_DEFAULT})) events_dst_mac (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_DST_MAC_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_DST_MAC_ID +: 64]), .effective(cfg_events_dst_mac));

    setting #(.BITS(`TP_CTRL_EVENTS_SRC_MAC_BITS), .DEFAULT({16'd0, `TP_CTRL_EVENTS_SRC_MAC_DEFAULT})) events_src_mac (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_SRC_MAC_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_SRC_MAC_ID +: 64]), .effective(cfg_events_src_mac));

    setting #(.BITS(`TP_CTRL_EVENTS_DST_IP_BITS), .DEFAULT({32'd0, `TP_CTRL_EVENTS_DST_IP_DEFAULT})) events_dst_ip (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_DST_IP_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_DST_IP_ID +: 64]), .effective(cfg_events_dst_ip));

    setting #(.BITS(`TP_CTRL_EVENTS_SRC_IP_BITS), .DEFAULT({32'd0, `TP_CTRL_EVENTS_SRC_IP_DEFAULT})) events_src_ip (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_SRC_IP_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_SRC_IP_ID +: 64]), .effective(cfg_events_src_ip));

    setting #(.BITS(`TP_CTRL_EVENTS_DST_PORT_BITS), .DEFAULT({48'd0, `TP_CTRL_EVENTS_DST_PORT_DEFAULT})) events_dst_port (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_DST_PORT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_DST_PORT_ID +: 64]), .effective(cfg_events_dst_port));

    setting #(.BITS(`TP_CTRL_EVENTS_SRC_PORT_BITS), .DEFAULT({48'd0, `TP_CTRL_EVENTS_SRC_PORT_DEFAULT})) events_src_port (
        .clk(clk), .rst(rst), .write(write && write_id == `TP_CTRL_EVENTS_SRC_PORT_ID), .write_high(write_high), .write_data(write_data), .commit(commit),
        .shadow(shadows[64 * `TP_CTRL_EVENTS_SRC_PORT_ID +: 64]), .effective(cfg_events_src_port));

endmodule
