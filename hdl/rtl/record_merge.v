// SPDX-License-Identifier: Apache-2.0
// Brings the records of the feed and of the order path into the one order of their stamps (contract 8). Each stream comes in order; the older head goes
// first. A head alone may go only when nothing older can still come from the other side: from the feed, whose records enter their FIFO in the clock that
// their stamp names, when that FIFO is empty; from the order path when its FIFO is empty and the gate has no input under way.
//
//   s_feed ──┐
//            ├─► older first ──► record_fifo ──► m_rec
//   s_order ─┘
//
// Latency:      1 clk, head valid to m_rec_level; a record of the feed waits for the gate's input that is under way
// Throughput:   1 record/clk
// Backpressure: lossless; m_rec_ready may be low for ever
// Errors:       none
//
// Parameters
//   DEPTH       merged records that wait, so that they leave in batches: a power of two, 8 to 16384
module record_merge #(
    parameter DEPTH = 32
) (
    input  wire         clk,
    input  wire         rst,

    // records, byte 0 in bits 7:0; level 0 = none waits, also none that is not valid yet
    input  wire         s_feed_valid,
    output wire         s_feed_ready,
    input  wire [511:0] s_feed_data,
    input  wire [15:0]  s_feed_level,
    input  wire         s_order_valid,
    output wire         s_order_ready,
    input  wire [511:0] s_order_data,
    input  wire [15:0]  s_order_level,
    input  wire         s_order_busy,      // an input has its stamp, and its record is not in the level yet

    output wire         m_rec_valid,
    input  wire         m_rec_ready,
    output wire [511:0] m_rec_data,
    output wire [15:0]  m_rec_level,

    output wire         inc_records        // counter pulse: one was merged
);

    wire [63:0] feed_stamp;
    wire [63:0] order_stamp;

    genvar i;
    generate
        for (i = 0; i < 8; i = i + 1) begin : gen_stamp
            assign feed_stamp[8 * (7 - i) +: 8]  = s_feed_data[8 * (8 + i) +: 8];
            assign order_stamp[8 * (7 - i) +: 8] = s_order_data[8 * (8 + i) +: 8];
        end
    endgenerate

    wire        no_feed   = s_feed_level == 16'd0;
    wire        no_order  = s_order_level == 16'd0 && !s_order_busy;
    wire        older     = feed_stamp < order_stamp;
    wire        feed_goes  = s_feed_valid && (no_order || (s_order_valid && older));
    wire        order_goes = s_order_valid && (no_feed || (s_feed_valid && !older));
    wire        room;

    assign s_feed_ready  = room && feed_goes;
    assign s_order_ready = room && order_goes;
    assign inc_records   = room && (feed_goes || order_goes);

    record_fifo #(.DEPTH(DEPTH)) merged (
        .clk(clk), .rst(rst), .s_rec_valid(feed_goes || order_goes), .s_rec_ready(room), .s_rec_data(feed_goes ? s_feed_data : s_order_data),
        .m_rec_valid(m_rec_valid), .m_rec_ready(m_rec_ready), .m_rec_data(m_rec_data), .m_rec_level(m_rec_level));

endmodule
