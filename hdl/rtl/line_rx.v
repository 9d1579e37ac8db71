// SPDX-License-Identifier: Apache-2.0
// One line's receiver: from frames on the wire to packets in its FIFO (contract 2). Beats that hold block bytes go to the FIFO as they come; only the
// good end of the frame makes a packet of them. Nothing is realigned here: a packet's first block begins at byte 6 of its first beat, or 2 behind a VLAN tag.
//
//   s_axis ─► input register ─┬─► frame_filter ─► verdict, header ─┐
//                             ├─► block_walker ─► blocks, clean ───┴─► (session_gate asked) ─► m_packet
//                             └─► m_beat
//
// Latency:      3 clk, last beat to m_packet_valid; 1 clk, beat to m_beat_valid
// Throughput:   1 beat/clk, frames back to back
// Backpressure: none; s_axis has no ready
// Errors:       a dropped frame pulses its counter 3 clk after its last beat and has no other effect
//
// Parameters: none
module line_rx (
    input  wire        clk,
    input  wire        rst,

    // frames
    input  wire [63:0] s_axis_tdata,
    input  wire [7:0]  s_axis_tkeep,
    input  wire        s_axis_tvalid,
    input  wire        s_axis_tlast,
    input  wire        s_axis_tuser,

    // is this packet's session the right one? Answered in the same clock
    output wire        m_session_valid,
    output wire [79:0] m_session,
    input  wire        m_session_ok,

    // beats that hold block bytes; room for m_beat_payload bytes decides on the first
    output wire        m_beat_valid,
    output wire        m_beat_first,
    output wire [63:0] m_beat_data,
    output wire [15:0] m_beat_payload,

    // the beats since m_beat_first are a packet
    output wire        m_packet_valid,
    output wire [63:0] m_packet_sequence,
    output wire [1:0]  m_packet_kind,    // 0 data, 1 heartbeat, 2 end of session
    output wire [9:0]  m_packet_count,   // effective count; 0 unless data
    output wire        m_packet_tagged,
    output wire [10:0] m_packet_payload, // bytes of UDP payload
    output wire [63:0] m_packet_time_ns, // when its last beat arrived

    input  wire        enable,           // memories are ready: frames that start while it is low are discarded
    input  wire [63:0] time_ns,
    input  wire [31:0] cfg_group,
    input  wire [15:0] cfg_port,
    input  wire [47:0] cfg_unicast_mac,

    // counter pulses
    output wire        inc_frames,
    output wire        inc_bad_fcs,
    output wire        inc_oversize,
    output wire        inc_runt,
    output wire        inc_not_ours,
    output wire        inc_not_ipv4,
    output wire        inc_bad_ip_header,
    output wire        inc_fragment,
    output wire        inc_not_udp,
    output wire        inc_bad_length,
    output wire        inc_short_mold,
    output wire        inc_wrong_session,
    output wire        inc_truncated,
    output wire        inc_trailing,
    output wire        inc_heartbeats
);

`include "tickproof_net.vh"
`include "tickproof_mold.vh"

    localparam MIN_MOLD = `TP_UDP_LENGTH + `TP_MOLD_LENGTH;

    // ---- input register. Where frames begin is followed through resets: the rest of a frame that a reset has cut is discarded

    reg         inside_q;                // the next beat continues a frame
    reg         wanted_q;                // that frame is not to be discarded
    wire        wanted = inside_q ? wanted_q : enable;

    initial inside_q = 1'b0;

    reg         valid_q;
    reg         last_q;
    reg         bad_q;
    reg  [8:0]  index_q;
    reg  [3:0]  bytes_q;
    reg  [63:0] data_q;
    reg  [8:0]  next_index_q;
    reg  [63:0] time_q;
    reg  [63:0] time_q2;
    reg  [63:0] time_q3;

    always @(posedge clk) begin
        if (s_axis_tvalid) begin
            inside_q     <= !s_axis_tlast;
            last_q       <= s_axis_tlast;
            bad_q        <= s_axis_tuser;
            index_q      <= inside_q ? next_index_q : 9'd0;
            next_index_q <= !inside_q ? 9'd1 : next_index_q + {8'd0, !next_index_q[8]};
            data_q       <= s_axis_tdata;
            bytes_q      <= s_axis_tkeep[7] ? 4'd8 : s_axis_tkeep[6] ? 4'd7 : s_axis_tkeep[5] ? 4'd6 : s_axis_tkeep[4] ? 4'd5 :
                            s_axis_tkeep[3] ? 4'd4 : s_axis_tkeep[2] ? 4'd3 : s_axis_tkeep[1] ? 4'd2 : {3'd0, s_axis_tkeep[0]};
        end
        time_q  <= time_ns;
        time_q2 <= time_q;
        time_q3 <= time_q2;
        if (rst) begin
            valid_q  <= 1'b0;
            wanted_q <= 1'b0;
        end else begin
            valid_q <= s_axis_tvalid && wanted;
            if (s_axis_tvalid)
                wanted_q <= wanted;
        end
    end

    // ---- headers and verdict

    wire        ended;
    wire [9:0]  drop;
    wire        has_tag;
    wire [15:0] udp_length;
    wire [16:0] last_at;
    wire [63:0] mold_sequence;
    wire [15:0] count;

    frame_filter filter (
        .clk(clk), .rst(rst),
        .s_valid(valid_q), .s_last(last_q), .s_bad(bad_q), .s_index(index_q), .s_bytes(bytes_q), .s_data(data_q),
        .m_valid(ended), .m_drop(drop), .m_tagged(has_tag), .m_udp_length(udp_length), .m_last_at(last_at),
        .m_session(m_session), .m_sequence(mold_sequence), .m_count(count),
        .cfg_group(cfg_group), .cfg_port(cfg_port), .cfg_unicast_mac(cfg_unicast_mac));

    // ---- beats that hold block bytes. last_at counts from the frame's first byte, so its upper bits are a beat and its lower three a byte in it

    wire [8:0]  first_index = has_tag ? 9'd8 : 9'd7;
    wire        is_first    = index_q == first_index;
    wire        is_last     = {5'd0, index_q} == last_at[16:3];
    wire        holds       = valid_q && udp_length >= MIN_MOLD[15:0] && !index_q[8] && index_q >= first_index
                              && {5'd0, index_q} <= last_at[16:3];

    wire [10:0] blocks;
    wire        clean;

    block_walker walker (
        .clk(clk), .rst(rst),
        .s_valid(holds), .s_first(is_first), .s_start(has_tag ? 3'd2 : 3'd6), .s_end(is_last ? {1'b0, last_at[2:0]} + 4'd1 : 4'd8), .s_data(data_q),
        .m_blocks(blocks), .m_clean(clean));

    assign m_beat_valid   = holds;
    assign m_beat_first   = is_first;
    assign m_beat_data    = data_q;
    assign m_beat_payload = udp_length - `TP_UDP_LENGTH;

    // ---- what the frame was

    wire        accepted     = ended && drop == 10'd0;
    wire        is_heartbeat = count == `TP_MOLD_COUNT_HEARTBEAT;
    wire        is_end       = count == `TP_MOLD_COUNT_END_OF_SESSION;
    wire        is_data      = !is_heartbeat && !is_end;
    wire        truncated    = {5'd0, blocks} < count;
    wire        trailing     = {5'd0, blocks} > count || ({5'd0, blocks} == count && !clean);

    assign m_session_valid   = accepted;
    assign m_packet_valid    = accepted && m_session_ok;
    assign m_packet_sequence = mold_sequence;
    assign m_packet_kind     = {is_end, is_heartbeat};
    assign m_packet_count    = !is_data ? 10'd0 : truncated ? blocks[9:0] : count[9:0];
    assign m_packet_tagged   = has_tag;
    assign m_packet_payload  = m_beat_payload[10:0];
    assign m_packet_time_ns  = time_q3;

    assign inc_frames        = ended;
    assign inc_bad_fcs       = ended && drop[0];
    assign inc_oversize      = ended && drop[1];
    assign inc_runt          = ended && drop[2];
    assign inc_not_ours      = ended && drop[3];
    assign inc_not_ipv4      = ended && drop[4];
    assign inc_bad_ip_header = ended && drop[5];
    assign inc_fragment      = ended && drop[6];
    assign inc_not_udp       = ended && drop[7];
    assign inc_bad_length    = ended && drop[8];
    assign inc_short_mold    = ended && drop[9];
    assign inc_wrong_session = accepted && !m_session_ok;
    assign inc_truncated     = m_packet_valid && is_data && truncated;
    assign inc_trailing      = m_packet_valid && is_data && trailing;
    assign inc_heartbeats    = m_packet_valid && !is_data;

endmodule
