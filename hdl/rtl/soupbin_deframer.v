// SPDX-License-Identifier: Apache-2.0
// Cuts a byte stream into SoupBinTCP packets (contract 6.1). Segments mean nothing, so bytes are gathered first: packets leave from byte 0 of a beat on,
// whatever their offset on the wire. The last beat of a packet is held until all its bytes have been here for a clock; without that a packet would be a
// clock faster or slower by where its bytes happen to lie.
//
//   s_axis ──► 24 bytes ──► beats of packets ──► m_*
//                 └── after an error, and while the link is down: swallowed
//
// Changes of link_up are part of the stream: no byte is taken between a change and its m_link handshake, and m_link_valid waits for the bytes before it.
//
// Latency:      2 clk, last byte of a packet in to its last beat out
// Throughput:   1 beat/clk in and out, a packet of 50 bytes every 7 clk; other lengths may lose a clock where a last beat has to be held
// Backpressure: lossless; s_axis_tready falls when more than 16 bytes wait
// Errors:       length 0 or above 2,048 -> m_bad_length as soon as both bytes are there. s_close, in the clock in which the reader takes a bad packet,
//               closes the link: all bytes behind it, and the s_close_bytes that it has taken, are counted in add_swallowed (1 clk later)
//
// Of link_up at most 15 changes may wait; where more come within that time, pairs of them are not seen.
//
// Parameters: none
module soupbin_deframer (
    input  wire        clk,
    input  wire        rst,

    // byte stream; where its segments end means nothing, so there is no tlast
    input  wire [63:0] s_axis_tdata,
    input  wire [7:0]  s_axis_tkeep,
    input  wire        s_axis_tvalid,
    output wire        s_axis_tready,
    input  wire        link_up,

    // the packet that the reader takes in this clock is bad
    input  wire        s_close,
    input  wire [11:0] s_close_bytes,

    // beats of packets, length field included, byte 0 in bits 7:0; bytes behind the last are anything
    output wire        m_valid,
    input  wire        m_ready,
    output wire        m_first,
    output wire        m_last,
    output wire        m_bad_length,   // no packet: its first two bytes cannot be a length
    output wire [3:0]  m_bytes,        // 1 to 8; below 8 on the last beat only
    output wire [63:0] m_data,

    // a change of the link, all packets before it taken
    output wire        m_link_valid,
    input  wire        m_link_ready,
    output wire        m_link_up,

    output wire        closed,         // since an error, until a change of the link
    output reg  [11:0] add_swallowed   // bytes
);

    localparam [15:0] LENGTH_MAX = 16'd2048;

    reg  [191:0] bytes_q;              // the oldest in bits 7:0; those behind count_q are 0
    reg  [4:0]   count_q;
    reg  [4:0]   aged_q;               // how many of them were here a clock ago
    reg  [11:0]  left_q;               // bytes of the packet that have not left; 0 = a packet begins
    reg          few_q;                // left_q is at most 8
    reg          link_q;               // as delivered
    reg          closed_q;
    reg          seen_q;               // link_up a clock ago
    reg  [3:0]   changes_q;            // of the link, not delivered yet

    // ---- what lies at the front

    wire         discard    = closed_q || !link_q;
    wire         at_start   = left_q == 12'd0;
    wire [15:0]  length     = {bytes_q[7:0], bytes_q[15:8]};
    wire         known      = !at_start || count_q >= 5'd2;
    wire         bad_length = at_start && known && (length == 16'd0 || length > LENGTH_MAX);
    wire         last       = at_start ? length <= 16'd6 : few_q;
    wire [3:0]   size       = !last ? 4'd8 : at_start ? length[3:0] + 4'd2 : left_q[3:0];
    wire         complete   = known && !bad_length && count_q >= {1'b0, size};

    assign m_valid      = !discard && (bad_length || (complete && (!last || aged_q >= {1'b0, size})));
    assign m_first      = at_start;
    assign m_last       = last || bad_length;
    assign m_bad_length = bad_length;
    assign m_bytes      = size;
    assign m_data       = bytes_q[63:0];
    assign closed       = closed_q;

    // ---- the link

    wire         change = link_up != seen_q;
    wire         waits  = changes_q != 4'd0;
    wire         moves  = m_link_valid && m_link_ready;

    assign m_link_valid = waits && (discard ? count_q == 5'd0 : !bad_length && !complete);
    assign m_link_up    = !link_q;

    // ---- bytes move

    wire         leaves    = m_valid && m_ready && !bad_length;
    wire         accept    = s_axis_tvalid && s_axis_tready;
    wire [3:0]   arriving  = s_axis_tkeep[7] ? 4'd8 : s_axis_tkeep[6] ? 4'd7 : s_axis_tkeep[5] ? 4'd6 : s_axis_tkeep[4] ? 4'd5 :
                             s_axis_tkeep[3] ? 4'd4 : s_axis_tkeep[2] ? 4'd3 : s_axis_tkeep[1] ? 4'd2 : 4'd1;
    wire [63:0]  mask      = {{8{s_axis_tkeep[7]}}, {8{s_axis_tkeep[6]}}, {8{s_axis_tkeep[5]}}, {8{s_axis_tkeep[4]}},
                              {8{s_axis_tkeep[3]}}, {8{s_axis_tkeep[2]}}, {8{s_axis_tkeep[1]}}, {8{s_axis_tkeep[0]}}};
    wire [63:0]  new_bytes = accept ? s_axis_tdata & mask : 64'd0;
    wire [11:0]  left      = (at_start ? length[11:0] + 12'd2 : left_q) - {8'd0, size};
    wire [4:0]   taken     = discard ? count_q : leaves ? {1'b0, size} : 5'd0;
    wire [4:0]   kept      = count_q - taken;
    wire [191:0] stays     = discard ? 192'd0 : leaves ? bytes_q >> {size, 3'd0} : bytes_q;

    wire [191:0] next_bytes = moves ? 192'd0 : stays | ({128'd0, new_bytes} << {kept, 3'd0});
    wire [11:0]  swallows   = (s_close ? s_close_bytes : 12'd0) + (closed_q || s_close ? {7'd0, taken} : 12'd0);

    assign s_axis_tready = count_q <= 5'd16 && !waits && !change;

    always @(posedge clk) begin
        bytes_q       <= next_bytes;
        if (leaves)
            few_q <= left <= 12'd8;
        add_swallowed <= swallows;
        if (rst) begin
            count_q       <= 5'd0;
            aged_q        <= 5'd0;
            left_q        <= 12'd0;
            link_q        <= 1'b0;
            closed_q      <= 1'b0;
            seen_q        <= 1'b0;
            changes_q     <= 4'd0;
            add_swallowed <= 12'd0;
        end else begin
            seen_q    <= link_up;
            changes_q <= changes_q == 4'd15 && change && !moves ? 4'd14 : changes_q + {3'd0, change} - {3'd0, moves};
            count_q   <= moves ? 5'd0 : kept + (accept ? {1'b0, arriving} : 5'd0);
            aged_q    <= moves ? 5'd0 : kept;
            if (moves)
                link_q <= !link_q;
            if (moves)
                closed_q <= 1'b0;
            else if (s_close)
                closed_q <= 1'b1;
            if (moves || discard)
                left_q <= 12'd0;
            else if (leaves)
                left_q <= left;
        end
    end

endmodule
