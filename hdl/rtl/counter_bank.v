// SPDX-License-Identifier: Apache-2.0
// 64-bit event counters (contract 5.6 and 7), in a memory. Any number of them may be pulsed in one clock, so each collects its own pulses in a small
// register; a sweep goes round and adds what was collected to the memory. A read is a visit out of turn, so it is exact.
//
//   inc ─► pending[i] ─► visit: memory[i] + pending[i] ─► memory[i], value
//
// A visit takes 2 clk, thus a round 2 x COUNT, and at most twice that while control reads as fast as it can: 8 bits hold the pulses of a round.
// Two counters may count amounts instead, each of which comes with its pulse.
//
// Latency:      6 clk at most, read to done; 2 x COUNT clk more in the first round after reset, which also clears the memory
// Throughput:   1 pulse/clk and counter; 1 read per 6 clk
// Backpressure: none
// Errors:       none; counters wrap after 2^64
//
// Parameters
//   COUNT       counters, 2 to 63
//   AMOUNT_A    index of the counter that counts add_a; 63 = none
//   AMOUNT_B    index of the counter that counts add_b; 63 = none
module counter_bank #(
    parameter COUNT = 50,
    parameter AMOUNT_A = 63,
    parameter AMOUNT_B = 63
) (
    input  wire             clk,
    input  wire             rst,

    input  wire [COUNT-1:0] inc,               // bit = index of the counter
    input  wire [63:0]      add_a,             // amounts, with the pulses of their counters
    input  wire [63:0]      add_b,

    input  wire             read,              // until done
    input  wire [5:0]       index,             // of a counter that exists
    output wire             done,              // one clock, with value
    output wire [63:0]      value
);

    generate
        if (COUNT < 2 || COUNT > 63) begin : gen_check_count
            COUNT_must_be_2_to_63 check();
        end
    endgenerate

    // Parameters have no width of their own; these do.
    localparam [31:0] LAST    = COUNT - 1;
    localparam [31:0] INDEX_A = AMOUNT_A;
    localparam [31:0] INDEX_B = AMOUNT_B;

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
                    sweep_q <= sweep_q == LAST[5:0] ? 6'd0 : sweep_q + 6'd1;
                if (visit_q == LAST[5:0])
                    first_round_q <= 1'b0;
            end
        end
    end

    // ---- what has not been added yet

    reg  [COUNT-1:0] inc_q;
    reg  [63:0]      add_a_q;
    reg  [63:0]      add_b_q;
    reg  [63:0]      amount_a_q;
    reg  [63:0]      amount_b_q;
    reg  [63:0]      amount_q;         // taken by the visit
    reg  [8*64-1:0]  pulses_q;
    wire [63:0]      pulsed = {{64-COUNT{1'b0}}, inc_q};
    integer          i;

    always @(posedge clk) begin
        if (rst) begin
            pulses_q <= {8*64{1'b0}};
        end else begin
            if (|inc_q) begin
                for (i = 0; i < COUNT; i = i + 1)
                    if (inc_q[i])
                        pulses_q[8 * i +: 8] <= pulses_q[8 * i +: 8] + 8'd1;
            end
            if (first)
                pulses_q[{visit_q, 3'd0} +: 8] <= {7'd0, pulsed[visit_q]};
        end
    end

    wire             visits_a = first && visit_q == INDEX_A[5:0];
    wire             visits_b = first && visit_q == INDEX_B[5:0];

    always @(posedge clk) begin
        inc_q   <= rst ? {COUNT{1'b0}} : inc;
        add_a_q <= add_a;
        add_b_q <= add_b;
        if (rst) begin
            amount_a_q <= 64'd0;
            amount_b_q <= 64'd0;
        end else begin
            amount_a_q <= (visits_a ? 64'd0 : amount_a_q) + (pulsed[INDEX_A[5:0]] ? add_a_q : 64'd0);
            amount_b_q <= (visits_b ? 64'd0 : amount_b_q) + (pulsed[INDEX_B[5:0]] ? add_b_q : 64'd0);
        end
        if (first)
            amount_q <= visits_a ? amount_a_q : visits_b ? amount_b_q : {56'd0, pulses_q[{visit_q, 3'd0} +: 8]};
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
