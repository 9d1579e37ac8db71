// SPDX-License-Identifier: Apache-2.0
// The implicit numbers of the exchange's sequenced stream (SESS-SEQUENCE): which packets are replayed, and what a login missed.
// Latency:      0 clk, an input's fields to current, replayed and login_gap; its effect on the numbers at the end of step 5
// Throughput:   one input a clock
// Backpressure: none
// Errors:       a login that skips numbers is login_gap

`default_nettype none

module report_sequence (
    input  wire        clk,
    input  wire        rst,

    // A packet of the exchange
    input  wire        step5,           // its last one
    input  wire        is_packet,
    input  wire [7:0]  packet_type,
    input  wire [79:0] session,
    input  wire [63:0] number,

    output wire [63:0] session_number,  // of an S packet, of a login; else 0
    output wire        replayed,
    output wire        login_gap
);

    reg  [63:0] current_q;
    reg  [63:0] wanted_q;
    reg         any_q;                  // a session is known
    reg  [79:0] session_q;

    wire        sequenced = is_packet && (packet_type == "S");
    wire        login = is_packet && (packet_type == "A");
    wire        same = any_q && (session == session_q);

    assign session_number = sequenced ? current_q : login ? number : 64'd0;
    assign replayed = sequenced && (current_q < wanted_q);
    assign login_gap = login && same && (number > wanted_q);

    always @(posedge clk) begin
        if (step5 && sequenced) begin
            current_q <= current_q + 64'd1;
            if (!replayed) wanted_q <= current_q + 64'd1;
        end
        if (step5 && login) begin
            current_q <= number;
            if (!same || login_gap) wanted_q <= number;
            any_q <= 1'b1;
            session_q <= session;
        end
        if (rst) begin
            current_q <= 64'd1;
            wanted_q <= 64'd1;
            any_q <= 1'b0;
        end
    end

endmodule

`default_nettype wire
