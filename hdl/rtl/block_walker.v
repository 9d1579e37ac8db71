// SPDX-License-Identifier: Apache-2.0
// Walks the length-prefixed blocks of a MoldUDP64 packet as its beats pass: how many lie whole inside, and does the last one end exactly at the end?
// Up to four blocks end in a beat (a zero-length one has two bytes), so the walk itself would not keep up. Instead the first stage asks at every byte of
// the beat at once: if a block begins here, where does the walk stop in this beat, after how many blocks? The second stage only picks the answer of the
// byte at which the walk really enters.
//
//   beat ──► eight answers, registered ──► pick by the distance to the next block ──► m_blocks, m_clean
//                                              └──── distance, split header ◄────┘
//
// Latency:      2 clk, last beat to m_blocks and m_clean, which then stay until the next packet
// Throughput:   1 beat/clk
// Backpressure: none
// Errors:       a block that runs past the end is not counted, and the walk is not clean
//
// Parameters: none
module block_walker (
    input  wire        clk,
    input  wire        rst,

    // beats that hold block bytes; byte 0 in bits 7:0. Bytes s_start (of the first beat, else 0) to s_end - 1 belong to the packet
    input  wire        s_valid,
    input  wire        s_first,
    input  wire [2:0]  s_start,
    input  wire [3:0]  s_end,          // 1 to 8; below 8 on the last beat only
    input  wire [63:0] s_data,

    // of the beats so far
    output wire [10:0] m_blocks,
    output wire        m_clean
);

    // ---- stage 1: eight answers. A walk stops at the last block boundary that it reaches in the beat; position 8 is the end of the beat

    reg  [35:0]  stop_d;               // 4 bits a position 0 to 8
    reg  [26:0]  count_d;              // 3 bits a position: blocks that end on the way
    reg  [118:0] beyond_d;             // 17 bits a position 0 to 6: how far a block that begins here reaches behind the beat
    reg  [15:0]  size;
    reg  [3:0]   target;
    integer      at;

    always @* begin
        stop_d   = {4'd8, 4'd7, 28'd0};
        count_d  = 27'd0;
        beyond_d = 119'd0;
        size     = 16'd0;
        target   = 4'd0;
        for (at = 6; at >= 0; at = at - 1) begin
            size                  = {s_data[8*at +: 8], s_data[8*at+8 +: 8]};
            target                = {1'b0, size[2:0]} + at[3:0] + 4'd2;
            beyond_d[17*at +: 17] = {1'b0, size} + {13'd0, at[3:0]} - 17'd6;
            stop_d[4*at +: 4]     = at[3:0];
            if (size[15:3] == 13'd0 && target <= s_end) begin
                stop_d[4*at +: 4]  = stop_d[4*target +: 4];
                count_d[3*at +: 3] = count_d[3*target +: 3] + 3'd1;
            end
        end
    end

    reg          valid_q;
    reg          first_q;
    reg  [2:0]   start_q;
    reg  [3:0]   end_q;
    reg  [7:0]   byte0_q;
    reg  [7:0]   byte7_q;
    reg  [35:0]  stop_q;
    reg  [26:0]  count_q;
    reg  [118:0] beyond_q;

    always @(posedge clk) begin
        first_q  <= s_first;
        start_q  <= s_start;
        end_q    <= s_end;
        byte0_q  <= s_data[7:0];
        byte7_q  <= s_data[63:56];
        stop_q   <= stop_d;
        count_q  <= count_d;
        beyond_q <= beyond_d;
        if (rst)
            valid_q <= 1'b0;
        else
            valid_q <= s_valid;
    end

    // ---- stage 2: enter at the block boundary that earlier beats left

    reg  [16:0]  skip_q;               // bytes to the next boundary, from the start of the beat
    reg          split_q;              // instead: the beat before ended within a header, with high_q as its first byte
    reg  [7:0]   high_q;
    reg  [10:0]  blocks_q;
    reg          clean_q;

    wire [16:0]  split_skip  = {1'b0, high_q, byte0_q} + 17'd1;
    wire [16:0]  skip        = split_q ? split_skip : skip_q;
    wire         reached     = first_q || skip <= {13'd0, end_q};
    wire         completes   = !first_q && reached && skip != 17'd0;
    wire [3:0]   entry       = first_q ? {1'b0, start_q} : skip[3:0];
    wire [3:0]   stop        = stop_q[4*entry +: 4];
    wire [2:0]   count       = count_q[3*entry +: 3];
    wire [2:0]   stop_header = stop[2:0];

    always @(posedge clk) begin
        if (valid_q) begin
            blocks_q <= (first_q ? 11'd0 : blocks_q) + {10'd0, completes} + (reached ? {8'd0, count} : 11'd0);
            clean_q  <= reached && stop == end_q;
            high_q   <= byte7_q;
            split_q  <= reached && stop == 4'd7;
            if (!reached)
                skip_q <= skip - 17'd8;
            else if (stop == 4'd8)
                skip_q <= 17'd0;
            else
                skip_q <= beyond_q[17*stop_header +: 17];
        end
    end

    assign m_blocks = blocks_q;
    assign m_clean  = clean_q;

endmodule
