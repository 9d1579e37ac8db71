// SPDX-License-Identifier: Apache-2.0
// Keeps the first bytes of a packet side by side while its beats pass: all that a decoder reads but the appendage's options.
//
// Latency:      1 clk, last beat to m_valid; 1 clk, beat to its bytes in m_window
// Throughput:   1 beat/clk; the next packet's first beat comes in the clock in which the packet before is taken
// Backpressure: a packet that is not taken holds the next one's beats
// Errors:       none
//
// Parameters
//   BEATS       beats that are kept, 1 to 15
module packet_window #(
    parameter BEATS = 7
) (
    input  wire         clk,
    input  wire         rst,

    // beats of packets, byte 0 in bits 7:0
    input  wire         s_valid,
    output wire         s_ready,
    input  wire         s_first,
    input  wire         s_last,
    input  wire         s_bad_length,
    input  wire [63:0]  s_data,

    // a packet, whole
    output wire         m_valid,
    input  wire         m_ready,
    output wire         m_bad_length,
    output wire [64*BEATS-1:0] m_window, // the first byte in the top byte; bytes behind the packet's end are anything

    input  wire         discard       // what comes in this clock is no packet any more
);

    localparam [3:0] BEHIND = BEATS;

    reg          valid_q;
    reg          bad_length_q;
    reg  [3:0]   next_q;              // beat; BEATS = behind the window
    wire [3:0]   index  = s_first ? 4'd0 : next_q;
    wire         enters = s_valid && s_ready;
    wire [63:0]  swapped = {s_data[7:0], s_data[15:8], s_data[23:16], s_data[31:24], s_data[39:32], s_data[47:40], s_data[55:48], s_data[63:56]};

    assign s_ready = !valid_q || m_ready;

    always @(posedge clk) begin
        if (enters) begin
            next_q       <= index == BEHIND ? BEHIND : index + 4'd1;
            bad_length_q <= s_bad_length;
        end
        if (rst)
            valid_q <= 1'b0;
        else if (s_ready)
            valid_q <= s_valid && s_last && !discard;
    end

    assign m_valid      = valid_q;
    assign m_bad_length = bad_length_q;

    genvar b;
    generate
        for (b = 0; b < BEATS; b = b + 1) begin : gen_beat
            reg  [63:0] beat_q;
            wire [3:0]  here = b;

            always @(posedge clk) begin
                if (enters && index == here)
                    beat_q <= swapped;
            end

            assign m_window[64*(BEATS-1-b) +: 64] = beat_q;
        end
    endgenerate

endmodule
