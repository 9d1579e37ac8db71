// SPDX-License-Identifier: Apache-2.0
// Which MoldUDP64 session counts (FEED-MOLD-6): the pinned one, else that of the first accepted packet of either line, line A first. A pinned session stands
// before a fixed one, it does not end it.
//
// Latency:      none, question to answer
// Throughput:   1 packet/clk a line
// Backpressure: none
// Errors:       a packet of another session is answered with ok = 0
//
// Parameters: none
module session_gate (
    input  wire        clk,
    input  wire        rst,

    // accepted packets: is their session the right one?
    input  wire        s_a_valid,
    input  wire [79:0] s_a_session,
    output wire        s_a_ok,
    input  wire        s_b_valid,
    input  wire [79:0] s_b_session,
    output wire        s_b_ok,

    input  wire        flush,           // session_reset: packets of this clock still belong to the old session
    input  wire        cfg_session_pinned,
    input  wire [79:0] cfg_session,

    output wire        fixed,
    output wire [79:0] session          // valid with fixed
);

    reg         fixed_q;
    reg  [79:0] session_q;

    wire        b_follows_a = !fixed && s_a_valid;

    assign fixed   = cfg_session_pinned || fixed_q;
    assign session = cfg_session_pinned ? cfg_session : session_q;
    assign s_a_ok  = !fixed || s_a_session == session;
    assign s_b_ok  = b_follows_a ? s_b_session == s_a_session : !fixed || s_b_session == session;

    wire        a_fixes = s_a_valid && s_a_ok;
    wire        b_fixes = s_b_valid && s_b_ok;

    always @(posedge clk) begin
        if (!fixed_q)
            session_q <= a_fixes ? s_a_session : s_b_session;
        if (rst || flush)
            fixed_q <= 1'b0;
        else
            fixed_q <= fixed_q || a_fixes || b_fixes;
    end

endmodule
