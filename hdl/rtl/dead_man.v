// SPDX-License-Identifier: Apache-2.0
// The dead-man's switch of RISK-KILL: how long ago control last left a record, by command of the feed or of the order path.
// Latency:      step 2 to expired 2 clk: from step 4 on
// Throughput:   one look a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module dead_man (
    input  wire        clk,
    input  wire        rst,

    input  wire        rec_control,   // a CONTROL record of the feed
    input  wire [63:0] rec_time_ns,
    input  wire        command,       // step 2 of a command of the order path

    input  wire        step2,
    input  wire [63:0] now,
    output reg         expired,

    input  wire [63:0] dead_man_ns    // from step 3 on
);

    reg [63:0] last_ns_q;
    reg [63:0] age_q;

    always @(posedge clk) begin
        // A record of the feed in this clock comes behind the command, whose stamp is a clock older.
        if (rec_control) last_ns_q <= rec_time_ns;
        else if (command) last_ns_q <= now;
        if (step2) age_q <= now - last_ns_q;
        expired <= (age_q > dead_man_ns);
        if (rst) last_ns_q <= 64'd0;
    end

endmodule

`default_nettype wire
