// SPDX-License-Identifier: Apache-2.0
// Holds event records until the framer has room for them, and says honestly when it could not: the book must never wait for the events output, so a
// record that finds the memory full is dropped and counted, and a LOST record takes the place of the dropped ones (contract 8).
//
//   rec ──► record_fifo ──► m_rec
//
// Once one record is dropped, those that follow are dropped as well until a quarter of the memory is free: then one LOST stands for all of them, instead
// of one LOST for each. LOST carries stamp and time of the last record it stands for, so stamps keep increasing and times never decrease.
//
// Latency:      2 clk, rec_valid to m_rec_valid of an empty FIFO
// Throughput:   1 record/clk in, 1 record/clk out
// Backpressure: rec never waits, so it has no ready; m_rec_ready may be low for ever
// Errors:       full -> record dropped, inc_lost, LOST record later
//
// Parameters
//   DEPTH       records in memory, a power of two, 8 to 16384
module event_fifo #(
    parameter DEPTH = 512
) (
    input  wire         clk,
    input  wire         rst,

    // records from the book, byte 0 in bits 7:0
    input  wire         rec_valid,
    input  wire [511:0] rec_data,

    // records to the framer; level = how many are there to be taken, one after another
    output wire         m_rec_valid,
    input  wire         m_rec_ready,
    output wire [511:0] m_rec_data,
    output wire [15:0]  m_rec_level,

    // counter pulses
    output wire         inc_records,
    output wire         inc_lost
);

`include "tickproof_events.vh"

    localparam [31:0] HIGH = DEPTH - DEPTH / 4;

    // ---- which record goes in: the book's, a LOST, or none

    reg              dropping_q;    // at least one record was dropped and no LOST written for it yet
    reg  [63:0]      lost_count_q;
    reg  [127:0]     lost_when_q;   // stamp and time_ns of the last dropped record, in their wire order

    wire             room;
    wire             resume = dropping_q && m_rec_level <= HIGH[15:0];
    wire             take   = rec_valid && !dropping_q && room;
    wire             drop   = rec_valid && !take;
    wire             put    = take || resume;

    // A record that arrives in the clock of its LOST belongs to it, too.
    wire [63:0]      lost_count = lost_count_q + {63'd0, rec_valid};
    wire [127:0]     lost_when  = rec_valid ? rec_data[191:64] : lost_when_q;
    wire [511:0]     lost_record;

    assign lost_record[7:0]     = `TP_REC_LOST_KIND;
    assign lost_record[15:8]    = 8'h00;
    assign lost_record[31:16]   = 16'hffff;
    assign lost_record[63:32]   = 32'd0;
    assign lost_record[191:64]  = lost_when;
    assign lost_record[255:192] = 64'd0;
    assign lost_record[511:320] = 192'd0;

    genvar i;
    generate
        for (i = 0; i < 8; i = i + 1) begin : gen_lost_count
            assign lost_record[8 * (`TP_REC_LOST_COUNT_OFFSET + i) +: 8] = lost_count[8 * (7 - i) +: 8];
        end
    endgenerate

    always @(posedge clk) begin
        if (drop) begin
            lost_when_q  <= rec_data[191:64];
            lost_count_q <= dropping_q ? lost_count : 64'd1;
        end
        if (rst)
            dropping_q <= 1'b0;
        else
            dropping_q <= (dropping_q || drop) && !resume;
    end

    assign inc_records = put;
    assign inc_lost    = drop;

    record_fifo #(.DEPTH(DEPTH)) records (
        .clk(clk), .rst(rst), .s_rec_valid(put), .s_rec_ready(room), .s_rec_data(resume ? lost_record : rec_data),
        .m_rec_valid(m_rec_valid), .m_rec_ready(m_rec_ready), .m_rec_data(m_rec_data), .m_rec_level(m_rec_level));

endmodule
