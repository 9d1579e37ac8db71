// SPDX-License-Identifier: Apache-2.0
// Takes the headers from a frame's beats as they pass and says at its end what became of it (contract 2.1, and FEED-MOLD-1).
//
//   byte   0        6        12     (14)   14        34       42                     62
//          dst MAC  src MAC  type   VLAN   IPv4 (20) UDP (8)  MoldUDP64 header (20)  blocks
//
// A VLAN tag moves everything behind byte 12 by half a beat. Its four bytes are taken out by joining each beat's low half to the high half before, so
// every field has one place in the beats "without tag"; nothing else is realigned.
//
// Latency:      2 clk, last beat to m_valid; the header fields and m_last_at are ready 2 clk after the beat that completes them
// Throughput:   1 beat/clk
// Backpressure: none
// Errors:       a dropped frame: the first rule that fails sets its bit in m_drop
//
// Parameters: none
module frame_filter (
    input  wire        clk,
    input  wire        rst,

    // beats
    input  wire        s_valid,
    input  wire        s_last,
    input  wire        s_bad,          // on the last beat: bad FCS or aborted
    input  wire [8:0]  s_index,        // beat of the frame from 0, 256 stands for all above 255
    input  wire [3:0]  s_bytes,        // bytes in this beat, below 8 on the last only
    input  wire [63:0] s_data,

    // a frame ended
    output wire        m_valid,
    output wire [9:0]  m_drop,         // 0 = accepted, else one of bad_fcs, oversize, runt, ... short_mold in the order of the counters

    // header fields, valid with m_valid of an accepted frame
    output wire        m_tagged,
    output wire [15:0] m_udp_length,
    output wire [16:0] m_last_at,      // where the UDP payload's last byte is in the frame
    output wire [79:0] m_session,
    output wire [63:0] m_sequence,
    output wire [15:0] m_count,

    input  wire [31:0] cfg_group,
    input  wire [15:0] cfg_port,
    input  wire [47:0] cfg_unicast_mac
);

`include "tickproof_net.vh"
`include "tickproof_mold.vh"

    localparam MIN_FRAME   = `TP_ETH_LENGTH + `TP_IPV4_LENGTH + `TP_UDP_LENGTH;
    localparam MIN_TAGGED  = MIN_FRAME + `TP_VLAN_LENGTH;
    localparam UDP_AT      = `TP_ETH_LENGTH + `TP_IPV4_LENGTH;
    localparam MIN_MOLD    = `TP_UDP_LENGTH + `TP_MOLD_LENGTH;

    // ---- the beats without VLAN tag

    reg  [31:0] high_half_q;
    reg         tagged_q;

    wire        has_tag = s_index == 9'd1 ? {s_data[39:32], s_data[47:40]} == `TP_ETH_ETHERTYPE_VLAN : tagged_q;
    wire [8:0]  index  = s_index - {8'd0, has_tag};
    wire [63:0] data   = has_tag ? {s_data[31:0], high_half_q} : s_data;

    wire [15:0] word0  = {data[7:0],   data[15:8]};
    wire [15:0] word1  = {data[23:16], data[31:24]};
    wire [15:0] word2  = {data[39:32], data[47:40]};
    wire [15:0] word3  = {data[55:48], data[63:56]};

    wire [47:0] mac    = {s_data[7:0], s_data[15:8], s_data[23:16], s_data[31:24], s_data[39:32], s_data[47:40]};

    // ---- fields and checks, each from the one beat that holds it

    reg         mac_ok_q;
    reg         ipv4_ok_q;
    reg         version_ok_q;
    reg         fragment_q;
    reg         udp_ok_q;
    reg         group_high_ok_q;
    reg         address_ok_q;
    reg  [15:0] total_length_q;
    reg  [15:0] udp_length_q;
    reg  [16:0] last_at_q;
    reg  [79:0] session_q;
    reg  [63:0] sequence_q;
    reg  [15:0] count_q;
    reg  [19:0] sum_q;                 // IPv4 header checksum: ten words of 16 bits

    wire [16:0] last_at = {1'b0, udp_length_q} + UDP_AT[16:0] - 17'd1 + (tagged_q ? 17'd4 : 17'd0);
    wire [17:0] sum4 = ({2'd0, word0} + {2'd0, word1}) + ({2'd0, word2} + {2'd0, word3});

    always @(posedge clk) begin
        if (s_valid) begin
            high_half_q <= s_data[63:32];
            tagged_q    <= has_tag;
            if (s_index == 9'd0)
                mac_ok_q <= mac == {25'h0200BC, cfg_group[22:0]} || (cfg_unicast_mac != 48'd0 && mac == cfg_unicast_mac);
            case (index)
                9'd1: begin
                    ipv4_ok_q        <= word2 == `TP_ETH_ETHERTYPE_IPV4;
                    version_ok_q     <= word3[15:8] == 8'h45;
                    sum_q            <= {4'd0, word3};
                end
                9'd2: begin
                    total_length_q   <= word0;
                    fragment_q       <= word2[13:0] != 14'd0;
                    udp_ok_q         <= word3[7:0] == `TP_IPV4_PROTOCOL_UDP;
                    sum_q            <= sum_q + {2'd0, sum4};
                end
                9'd3: begin
                    group_high_ok_q  <= word3 == cfg_group[31:16];
                    sum_q            <= sum_q + {2'd0, sum4};
                end
                9'd4: begin
                    address_ok_q     <= group_high_ok_q && word0 == cfg_group[15:0] && word2 == cfg_port;
                    udp_length_q     <= word3;
                    sum_q            <= sum_q + {4'd0, word0};
                end
                9'd5: session_q[79:32] <= {word1, word2, word3};
                9'd6: begin
                    session_q[31:0]  <= {word0, word1};
                    sequence_q[63:32] <= {word2, word3};
                end
                9'd7: begin
                    sequence_q[31:0] <= {word0, word1};
                    count_q          <= word2;
                end
                default: begin end
            endcase
        end
        last_at_q <= last_at;
    end

    // ---- the verdict, when all of the frame is in

    reg         ended_q;
    reg         bad_q;
    reg         oversize_q;
    reg  [11:0] size_q;
    reg         valid_q;
    reg  [9:0]  drop_q;

    wire        runt       = size_q < MIN_FRAME[11:0] || (tagged_q && size_q < MIN_TAGGED[11:0]);
    wire [16:0] folded_sum = {1'b0, sum_q[15:0]} + {13'd0, sum_q[19:16]};
    wire        ip_ok      = version_ok_q && folded_sum == 17'h0FFFF;
    wire [16:0] ip_end     = {1'b0, total_length_q} + `TP_ETH_LENGTH + (tagged_q ? 17'd4 : 17'd0);
    wire        length_ok  = udp_length_q >= `TP_UDP_LENGTH && {1'b0, total_length_q} == {1'b0, udp_length_q} + `TP_IPV4_LENGTH
                             && ip_end <= {5'd0, size_q};
    wire        mold_ok    = udp_length_q >= MIN_MOLD[15:0];

    wire [9:0]  drop       = bad_q         ? 10'h001 :
                             oversize_q    ? 10'h002 :
                             runt          ? 10'h004 :
                             !mac_ok_q     ? 10'h008 :
                             !ipv4_ok_q    ? 10'h010 :
                             !ip_ok        ? 10'h020 :
                             fragment_q    ? 10'h040 :
                             !udp_ok_q     ? 10'h080 :
                             !address_ok_q ? 10'h008 :
                             !length_ok    ? 10'h100 :
                             !mold_ok      ? 10'h200 : 10'h000;

    always @(posedge clk) begin
        bad_q      <= s_bad;
        oversize_q <= s_index[8];
        size_q     <= {1'b0, s_index[7:0], 3'd0} + {8'd0, s_bytes};
        drop_q     <= drop;
        if (rst) begin
            ended_q <= 1'b0;
            valid_q <= 1'b0;
        end else begin
            ended_q <= s_valid && s_last;
            valid_q <= ended_q;
        end
    end

    assign m_valid      = valid_q;
    assign m_drop       = drop_q;
    assign m_tagged     = tagged_q;
    assign m_udp_length = udp_length_q;
    assign m_last_at    = last_at_q;
    assign m_session    = session_q;
    assign m_sequence   = sequence_q;
    assign m_count      = count_q;

endmodule
