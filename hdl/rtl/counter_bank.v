// SPDX-License-Identifier: Apache-2.0
// The 64-bit event counters (contract 5.6), in a memory. Any number of them may be pulsed in one clock, so each collects its own pulses in a small register;
// a sweep goes round and adds what was collected to the memory. A read is a visit out of turn, so it is exact.
//
//   inc ─► pending[i] ─► visit: memory[i] + pending[i] ─► memory[i], value
//
// A visit takes 2 clk, thus a round 100, and at most twice that while control reads as fast as it can: 8 bits hold the pulses of a round.
//
// Latency:      6 clk at most, read to done; 102 clk more in the first round after reset, which also clears the memory
// Throughput:   1 pulse/clk and counter; 1 read per 6 clk
// Backpressure: none
// Errors:       none; counters wrap after 2^64
//
// Parameters: none
`include "tickproof_control.vh"

module counter_bank (
    input  wire                     clk,
    input  wire                     rst,

    input  wire [`TP_CNT_COUNT-1:0] inc,               // bit = index of the counter
    input  wire [63:0]              add_gap_messages,  // amount, with the pulse of gap_messages

    input  wire                     read,              // until done
    input  wire [5:0]               index,             // of a counter that exists
    output wire                     done,              // one clock, with value
    output wire [63:0]              value
);

    localparam [5:0] LAST = `TP_CNT_COUNT - 1;

    // ---- a visit: take what is pending in its first clock, add it in its second, in which the next visit is chosen

    reg         second_q;
    reg         first_round_q;
    reg  [5:0]  sweep_q;
    reg  [5:0]  visit_q;
    reg         reads_q;               // this visit answers a read
    reg         done_q;

    wire        first  = !second_q;
    wire        wanted = read && !reads_q && !first_round_q;

    always @(posedge clk) begin
        if (rst) begin
            second_q      <= 1'b0;
            first_round_q <= 1'b1;
            sweep_q       <= 6'd1;
            visit_q       <= 6'd0;
            reads_q       <= 1'b0;
            done_q        <= 1'b0;
        end else begin
            second_q <= first;
            done_q   <= second_q && reads_q;
            if (second_q) begin
                reads_q <= wanted;
                visit_q <= wanted ? index : sweep_q;
                if (!wanted)
                    sweep_q <= sweep_q == LAST ? 6'd0 : sweep_q + 6'd1;
                if (visit_q == LAST)
                    first_round_q <= 1'b0;
            end
        end
    end

    // ---- what has not been added yet

    reg  [`TP_CNT_COUNT-1:0]   inc_q;
    reg  [63:0]                add_q;
    reg  [63:0]                gap_messages_q;
    reg  [63:0]                amount_q;               // taken by the visit
    wire [8*`TP_CNT_COUNT-1:0] pending;

    genvar i;
    generate
        for (i = 0; i < `TP_CNT_COUNT; i = i + 1) begin : gen_pending
            reg  [7:0] pending_q;
            wire [7:0] kept = first && visit_q == i ? 8'd0 : pending_q;
            always @(posedge clk)
                pending_q <= rst ? 8'd0 : kept + {7'd0, inc_q[i]};
            assign pending[8 * i +: 8] = pending_q;
        end
    endgenerate

    wire        takes_gap_messages = first && visit_q == `TP_CNT_GAP_MESSAGES;

    always @(posedge clk) begin
        inc_q <= rst ? {`TP_CNT_COUNT{1'b0}} : inc;
        add_q <= add_gap_messages;
        if (rst)
            gap_messages_q <= 64'd0;
        else
            gap_messages_q <= (takes_gap_messages ? 64'd0 : gap_messages_q) + (inc_q[`TP_CNT_GAP_MESSAGES] ? add_q : 64'd0);
        if (first)
            amount_q <= visit_q == `TP_CNT_GAP_MESSAGES ? gap_messages_q : {56'd0, pending[{visit_q, 3'd0} +: 8]};
    end

    // ---- memory

    reg  [63:0] memory [0:63];
    reg  [63:0] word_q;
    reg  [63:0] value_q;

    wire [63:0] sum = (first_round_q ? 64'd0 : word_q) + amount_q;

    always @(posedge clk) begin
        if (first)
            word_q <= memory[visit_q];
        if (second_q) begin
            memory[visit_q] <= sum;
            value_q         <= sum;
        end
    end

    assign done  = done_q;
    assign value = value_q;

endmodule
