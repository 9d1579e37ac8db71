// SPDX-License-Identifier: Apache-2.0
// Takes a command through its steps (CTRL-2, CTRL-4, FEED-MOLD-7). Everything before it must have left the book when it takes effect, and nothing behind it
// may start before the book is through with it, because settings change in between.
//
//   RUN ─► QUIET until all before it is done ─► ISSUE ─► SETTLE until the book is through ─► START, if it has set `next` ─► RUN
//
// session_reset empties the FIFOs 3 clk behind the clock that its time_ns names, as long as line_rx takes: so frames whose last beat came by then are gone,
// later ones stay, exactly.
//
// Latency:      2 clk, cmd_valid to issue, if all is quiet
// Throughput:   1 command at a time
// Backpressure: cmd_ready waits for a packet that is being delivered, and for the book
// Errors:       none
//
// Parameters: none
module command_steps (
    input  wire        clk,
    input  wire        rst,

    // commands; settings are new from the clock behind the handshake
    input  wire        cmd_valid,
    output wire        cmd_ready,
    input  wire [7:0]  cmd_op,         // 1 commit, 2 session_reset, 3 book_clear, 4 book_trust
    input  wire [15:0] cmd_symbol,

    // what the arbiter does
    output wire        run,            // packets as ever
    output wire        issue,          // the command's op
    output wire        start,          // a START op
    output wire        flush,          // session_reset: empty the FIFOs, open the session
    output wire        restart,        // `next` = start_sequence
    output wire        will_restart,   // ... comes with this command
    output wire [3:0]  kind,           // op_kind of the command
    output wire [15:0] symbol,

    // how it goes
    input  wire        mid,            // a packet is being delivered
    input  wire        drained,        // no op is under way
    input  wire        open            // no packet since reset or session_reset
);

    localparam OP_COMMIT   = 8'd1;
    localparam OP_RESET    = 8'd2;
    localparam KIND_COMMIT = 4'd4;     // the others follow in the order of cmd_op

    localparam INIT   = 3'd0;          // one clock behind reset: settings have their first values
    localparam RUN    = 3'd1;
    localparam QUIET  = 3'd2;
    localparam ISSUE  = 3'd3;
    localparam SETTLE = 3'd4;
    localparam START  = 3'd5;

    reg  [2:0]   state_q;
    reg  [2:0]   settle_q;             // clocks in SETTLE, up to 4: by then an op that was issued shows in the book
    reg          commit_q;
    reg          reset_q;
    reg  [3:0]   kind_q;
    reg  [15:0]  symbol_q;

    wire         opens = commit_q && open;

    always @(posedge clk) begin
        settle_q <= state_q != SETTLE ? 3'd0 : settle_q + {2'd0, !settle_q[2]};
        if (cmd_ready) begin
            commit_q <= cmd_op == OP_COMMIT;
            reset_q  <= cmd_op == OP_RESET;
            kind_q   <= cmd_op[3:0] - OP_COMMIT[3:0] + KIND_COMMIT;
            symbol_q <= cmd_symbol;
        end
        if (rst)
            state_q <= INIT;
        else
            case (state_q)
                INIT:    state_q <= RUN;
                RUN:     if (cmd_valid && !mid) state_q <= QUIET;
                QUIET:   if (drained) state_q <= ISSUE;
                ISSUE:   state_q <= SETTLE;
                SETTLE:  if (settle_q[2] && drained) state_q <= opens ? START : RUN;
                default: state_q <= RUN;
            endcase
    end

    assign cmd_ready    = state_q == QUIET && drained;
    assign run          = state_q == RUN;
    assign issue        = state_q == ISSUE;
    assign start        = state_q == START;
    assign flush        = state_q == SETTLE && reset_q && settle_q == 3'd2;
    assign restart      = flush || (issue && opens) || state_q == INIT;
    assign will_restart = reset_q || opens;
    assign kind         = kind_q;
    assign symbol       = symbol_q;

endmodule
