// SPDX-License-Identifier: Apache-2.0
// Looks at the oldest packet of one line: what may be done with it (contract 3)? What needs nobody's leave, it does at once and by itself, beside whatever
// the arbiter is doing: packets that are entirely before `next`, empty ones, heartbeats that were reached, all that comes after the end of the session.
//
// Latency:      1 clk, packet or `next` to holds, beyond, end_due; 2 clk to aged
// Throughput:   1 packet in 2 clk dropped
// Backpressure: a packet stays until it is dropped or taken
// Errors:       none
//
// Parameters: none
module line_head (
    input  wire        clk,
    input  wire        rst,

    // the oldest packet
    input  wire        s_packet_valid,
    output wire        s_packet_ready,
    input  wire [63:0] s_packet_sequence,
    input  wire [1:0]  s_packet_kind,     // 0 data, 1 heartbeat, 2 end of session
    input  wire [9:0]  s_packet_count,
    input  wire [63:0] s_packet_time_ns,

    // what it is, of the oldest packet and of `next` as they are
    output wire        offers,            // a packet of any use: has messages, or is a heartbeat or an end of session
    output wire        holds,             // contains `next`
    output wire        beyond,            // begins behind `next`
    output wire        end_due,           // an end of session, and `next` is there
    output wire        aged,              // has waited for gap_timeout_ns

    // the arbiter's state
    input  wire        take,              // the arbiter is through with it
    input  wire        run,               // no command is under way
    input  wire        unknown,           // `next` awaits the first packet
    input  wire        moves,             // `next` changes with this clock
    input  wire        jumps,             // ... and not because of a packet
    input  wire        ended,             // END_OF_SESSION was emitted
    input  wire [63:0] next,
    input  wire [63:0] time_ns,
    input  wire [31:0] cfg_gap_timeout_ns,

    // counter pulses
    output wire        inc_duplicates,
    output wire        inc_after_end
);

    wire         is_data  = s_packet_kind == 2'd0;
    wire         is_end   = s_packet_kind[1];
    wire         is_empty = is_data && s_packet_count == 10'd0;

    // ---- compare, registered. "Passed" and "reached" stay true when `next` moves on; their opposites hold only while it stands still (settled)

    wire [64:0]  ahead = {1'b0, next} - {1'b0, s_packet_sequence};
    reg          known_q;                 // the comparison is of this packet
    reg          settled_q;               // ... and of `next` as it is
    reg          reached_q;
    reg          passed_q;
    reg  [63:0]  age_q;
    reg          aged_q;

    always @(posedge clk) begin
        reached_q <= !ahead[64];
        passed_q  <= !ahead[64] && (ahead[63:10] != 54'd0 || ahead[9:0] >= s_packet_count);
        age_q     <= time_ns - s_packet_time_ns;
        if (rst || !s_packet_valid || s_packet_ready || unknown || jumps) begin
            known_q   <= 1'b0;
            settled_q <= 1'b0;
        end else begin
            known_q   <= 1'b1;
            settled_q <= !moves;
        end
        aged_q <= settled_q && age_q >= {32'd0, cfg_gap_timeout_ns};
    end

    // ---- what may be done

    wire         drop_passed = known_q && passed_q && !(is_end && !ended);
    wire         drop_after  = settled_q && ended;
    wire         drop        = run && s_packet_valid && (is_empty || drop_passed || drop_after);

    assign offers         = s_packet_valid && !is_empty;
    assign holds          = settled_q && is_data && reached_q && !passed_q && !ended;
    assign beyond         = settled_q && !is_empty && !reached_q && !ended;
    assign end_due        = settled_q && is_end && reached_q && !ended;
    assign aged           = aged_q;
    assign s_packet_ready = take || drop;
    assign inc_duplicates = drop && is_data && !is_empty && drop_passed;
    assign inc_after_end  = drop && is_data && !is_empty && !drop_passed;

endmodule
