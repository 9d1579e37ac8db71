// SPDX-License-Identifier: Apache-2.0
// Walks the options of an appendage while the packet's beats pass (SESS-OUCH-LENGTH): does the last one end exactly at the packet's end, is none empty,
// and which PriceType is the last? Up to four options end in a beat. As in block_walker, the first stage asks at every byte of the beat at once: if an option
// begins here, where does the walk leave the beat, and what has it met? The second stage picks the answer of the byte at which the walk really enters.
//
//   option: length (1, counts what follows), tag (1), value. PriceType: 02 06 value
//
// Latency:      1 clk, last beat to m_clean and m_price_type, which stay until the next beat
// Throughput:   1 beat/clk
// Backpressure: none; a beat may come at any time
// Errors:       an empty option, or one that runs past the packet: m_clean is 0. An s_start behind the packet's end is the length rule's to find
//
// Parameters: none
module appendage_walker (
    input  wire        clk,

    // beats of packets, byte 0 in bits 7:0
    input  wire        s_valid,
    input  wire        s_first,
    input  wire [3:0]  s_bytes,        // 1 to 8; below 8 on the last beat only
    input  wire [63:0] s_data,
    input  wire [6:0]  s_start,        // byte of the packet at which the options begin, 6 to 119, known in the clock behind that beat or behind the first

    output wire        m_clean,
    output wire [7:0]  m_price_type    // 0 = none; a value of 0 reads 255
);

`include "tickproof_ouch.vh"

    localparam [7:0] PRICE_TYPE_LENGTH = `TP_OUCH_OPTION_PRICE_TYPE_LENGTH;
    localparam [7:0] PRICE_TYPE_TAG    = `TP_OUCH_OPTION_PRICE_TYPE_TAG;

    // ---- stage 1: an answer for each position 0 to 8. A walk that enters at the end of the bytes has nothing to walk

    reg  [71:0]  skip_d;               // 8 bits a position: bytes from the end of the beat to the next option
    reg  [8:0]   empty_d;              // it met an empty option
    reg  [8:0]   short_d;              // the option that reaches behind the beat is as long as a PriceType
    reg  [8:0]   typed_d;              // it met a PriceType,
    reg  [71:0]  value_d;              // 8 bits a position: and this is the last one's value
    wire [79:0]  data = {16'd0, s_data};
    reg  [7:0]   size;
    reg  [8:0]   target;               // where the next option begins
    reg  [2:0]   hop;                  // how far that is behind the nearest place, two bytes on
    integer      next;                 // that place, if it is in the beat
    reg          is_typed;
    integer      at;

    always @* begin
        skip_d   = 72'd0;
        empty_d  = 9'd0;
        short_d  = 9'd0;
        typed_d  = 9'd0;
        value_d  = 72'd0;
        size     = 8'd0;
        target   = 9'd0;
        hop      = 3'd0;
        next     = 0;
        is_typed = 1'b0;
        for (at = 7; at >= 0; at = at - 1) begin
            size   = data[8*at +: 8];
            target = {1'b0, size} + {5'd0, at[3:0]} + 9'd1;
            hop    = size[2:0] - 3'd1;
            next   = at + 2 + {29'd0, hop};
            if (at[3:0] < s_bytes) begin
                if (size == 8'd0) begin
                    empty_d[at] = 1'b1;
                end else if (target > {5'd0, s_bytes}) begin
                    skip_d[8*at +: 8] = target[7:0] - {4'd0, s_bytes};
                    short_d[at]       = size == PRICE_TYPE_LENGTH;
                end else begin
                    is_typed           = size == PRICE_TYPE_LENGTH && data[8*at+8 +: 8] == PRICE_TYPE_TAG;
                    skip_d[8*at +: 8]  = skip_d[8*next +: 8];
                    empty_d[at]        = empty_d[next];
                    short_d[at]        = short_d[next];
                    typed_d[at]        = is_typed || typed_d[next];
                    value_d[8*at +: 8] = typed_d[next] ? value_d[8*next +: 8] : data[8*at+16 +: 8];
                end
            end
        end
    end

    reg  [3:0]   beat_q;               // 15 = any later one
    reg  [3:0]   bytes_q;
    reg  [7:0]   byte0_q;
    reg  [7:0]   byte1_q;
    reg  [7:0]   byte7_q;
    reg  [71:0]  skip_q;
    reg  [8:0]   empty_q;
    reg  [8:0]   short_q;
    reg  [8:0]   typed_q;
    reg  [71:0]  value_q;

    // ---- stage 2: enter where the options begin, or where the beats before left off

    reg          walks_q;              // the options began in an earlier beat
    reg  [7:0]   far_q;                // bytes to the next option, from the start of the beat
    reg          met_empty_q;
    reg          awaits_q;             // the option that ends there is as long as a PriceType
    reg  [7:0]   tag_q;                // the last byte of the beat before
    reg  [7:0]   price_type_q;

    wire         begins     = beat_q == s_start[6:3];
    wire         reached    = begins || (walks_q && far_q <= {4'd0, bytes_q});
    wire [3:0]   entry      = begins ? {1'b0, s_start[2:0]} : far_q[3:0];
    wire [7:0]   left_tag   = far_q[1] ? byte0_q : tag_q;
    wire [7:0]   left_value = far_q[1] ? byte1_q : byte0_q;
    wire         completes  = !begins && reached && awaits_q && left_tag == PRICE_TYPE_TAG;

    wire [7:0]   far        = !reached ? far_q - 8'd8 : skip_q[8*entry +: 8];
    wire         met_empty  = (!begins && met_empty_q) || (reached && empty_q[entry]);
    wire         awaits     = reached ? short_q[entry] : awaits_q;
    wire         typed      = reached && typed_q[entry];
    wire [7:0]   new_value  = typed ? value_q[8*entry +: 8] : left_value;
    wire [7:0]   price_type = typed || completes ? (new_value == 8'd0 ? 8'hff : new_value) : begins || !walks_q ? 8'd0 : price_type_q;

    assign m_clean      = reached && far == 8'd0 && !met_empty;
    assign m_price_type = price_type;

    always @(posedge clk) begin
        if (s_valid) begin
            beat_q       <= s_first ? 4'd0 : beat_q == 4'd15 ? 4'd15 : beat_q + 4'd1;
            bytes_q      <= s_bytes;
            byte0_q      <= s_data[7:0];
            byte1_q      <= s_data[15:8];
            byte7_q      <= s_data[63:56];
            skip_q       <= skip_d;
            empty_q      <= empty_d;
            short_q      <= short_d;
            typed_q      <= typed_d;
            value_q      <= value_d;
            walks_q      <= !s_first && (walks_q || begins);
            far_q        <= far;
            met_empty_q  <= met_empty;
            awaits_q     <= awaits;
            tag_q        <= byte7_q;
            price_type_q <= price_type;
        end
    end

endmodule
