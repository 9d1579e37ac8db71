// SPDX-License-Identifier: Apache-2.0
// Makes one sequence of two lines and of control (contract 3, CTRL-2): decides what takes effect next, numbers it, dates it.
//
// Messages of one packet follow one another without anything between. Between two packets, in this order: a command; what line A offers; what line B
// offers; a gap, if waiting is over. command_steps says when a command may take its place.
//
// Latency:      1 clk, message and known packet to m_valid
// Throughput:   1 message/clk
// Backpressure: m_ready may be low for ever
// Errors:       missing sequence numbers -> a gap
//
// Parameters: none
module line_arbiter (
    input  wire         clk,
    input  wire         rst,

    // commands
    input  wire         cmd_valid,
    output wire         cmd_ready,
    input  wire [7:0]   cmd_op,            // 1 commit, 2 session_reset, 3 book_clear, 4 book_trust
    input  wire [15:0]  cmd_symbol,

    // the lines' oldest packets and their next messages
    input  wire         s_a_packet_valid,
    output wire         s_a_packet_ready,
    input  wire [63:0]  s_a_packet_sequence,
    input  wire [1:0]   s_a_packet_kind,
    input  wire [9:0]   s_a_packet_count,
    input  wire [63:0]  s_a_packet_time_ns,
    input  wire         s_a_high,          // more than three quarters of its FIFO are waiting
    input  wire         s_a_msg_valid,
    output wire         s_a_msg_ready,
    input  wire         s_a_msg_last,
    input  wire [9:0]   s_a_msg_number,
    input  wire [15:0]  s_a_msg_length,
    input  wire [287:0] s_a_msg_data,
    input  wire         s_b_packet_valid,
    output wire         s_b_packet_ready,
    input  wire [63:0]  s_b_packet_sequence,
    input  wire [1:0]   s_b_packet_kind,
    input  wire [9:0]   s_b_packet_count,
    input  wire [63:0]  s_b_packet_time_ns,
    input  wire         s_b_high,
    input  wire         s_b_msg_valid,
    output wire         s_b_msg_ready,
    input  wire         s_b_msg_last,
    input  wire [9:0]   s_b_msg_number,
    input  wire [15:0]  s_b_msg_length,
    input  wire [287:0] s_b_msg_data,

    // what takes effect, one after another
    output wire         m_valid,
    input  wire         m_ready,
    output wire [3:0]   m_kind,            // as op_kind; 0 = a message, good or bad
    output wire [63:0]  m_sequence,
    output wire [63:0]  m_time_ns,
    output wire [15:0]  m_symbol,
    output wire [63:0]  m_end,
    output wire [7:0]   m_cause,
    output wire [15:0]  m_length,
    output wire [287:0] m_data,

    output wire         flush,             // session_reset: FIFOs and session
    input  wire         idle,              // nothing is under way behind m

    // configuration and time
    input  wire [63:0]  time_ns,
    input  wire [31:0]  cfg_gap_timeout_ns,
    input  wire [63:0]  cfg_start_sequence,

    // status, counter pulses
    output wire         end_of_session,
    output wire         inc_a_duplicates,
    output wire         inc_a_after_end,
    output wire         inc_a_delivered,
    output wire         inc_b_duplicates,
    output wire         inc_b_after_end,
    output wire         inc_b_delivered,
    output wire         inc_gaps,
    output wire [63:0]  add_gap_messages
);

    localparam KIND_MESSAGE = 4'd0;
    localparam KIND_GAP     = 4'd2;
    localparam KIND_END     = 4'd3;
    localparam KIND_START   = 4'd8;

    localparam CAUSE_BOTH    = 8'd1;
    localparam CAUSE_TIMEOUT = 8'd2;
    localparam CAUSE_FIFO    = 8'd3;

    reg  [63:0]  next_q;
    reg          unknown_q;            // start_sequence 0: `next` awaits the first packet
    reg          open_q;               // no packet since reset or session_reset
    reg          ended_q;              // END_OF_SESSION was emitted
    reg          mid_q;                // inside a packet, of line B if line_q
    reg          line_q;
    reg          valid_q;

    // ---- the lines

    wire         a_offers, a_holds, a_beyond, a_end_due, a_aged;
    wire         b_offers, b_holds, b_beyond, b_end_due, b_aged;
    wire         take_a, take_b;
    wire         run;
    wire         moves, restart;

    line_head head_a (
        .clk(clk), .rst(rst),
        .s_packet_valid(s_a_packet_valid), .s_packet_ready(s_a_packet_ready), .s_packet_sequence(s_a_packet_sequence),
        .s_packet_kind(s_a_packet_kind), .s_packet_count(s_a_packet_count), .s_packet_time_ns(s_a_packet_time_ns),
        .offers(a_offers), .holds(a_holds), .beyond(a_beyond), .end_due(a_end_due), .aged(a_aged),
        .take(take_a), .run(run), .unknown(unknown_q), .moves(moves), .jumps(restart), .ended(ended_q), .next(next_q),
        .time_ns(time_ns), .cfg_gap_timeout_ns(cfg_gap_timeout_ns),
        .inc_duplicates(inc_a_duplicates), .inc_after_end(inc_a_after_end));

    line_head head_b (
        .clk(clk), .rst(rst),
        .s_packet_valid(s_b_packet_valid), .s_packet_ready(s_b_packet_ready), .s_packet_sequence(s_b_packet_sequence),
        .s_packet_kind(s_b_packet_kind), .s_packet_count(s_b_packet_count), .s_packet_time_ns(s_b_packet_time_ns),
        .offers(b_offers), .holds(b_holds), .beyond(b_beyond), .end_due(b_end_due), .aged(b_aged),
        .take(take_b), .run(run), .unknown(unknown_q), .moves(moves), .jumps(restart), .ended(ended_q), .next(next_q),
        .time_ns(time_ns), .cfg_gap_timeout_ns(cfg_gap_timeout_ns),
        .inc_duplicates(inc_b_duplicates), .inc_after_end(inc_b_after_end));

    // ---- what is next? At most one of opens, reads, ends, gaps in a clock

    wire         between   = run && !mid_q && !cmd_valid && (!valid_q || m_ready);
    wire         b_turn    = mid_q ? line_q : !(a_holds || a_end_due);

    wire         opens     = between && unknown_q && (a_offers || b_offers);
    wire [63:0]  opening   = a_offers ? s_a_packet_sequence : s_b_packet_sequence;

    wire         msg_valid = b_turn ? s_b_msg_valid : s_a_msg_valid;
    wire         msg_last  = b_turn ? s_b_msg_last : s_a_msg_last;
    wire [9:0]   msg_number = b_turn ? s_b_msg_number : s_a_msg_number;
    wire [15:0]  msg_length = b_turn ? s_b_msg_length : s_a_msg_length;
    wire         may_read  = mid_q ? run && (!valid_q || m_ready) : between && (b_turn ? b_holds : a_holds);
    wire         reads     = may_read && msg_valid;
    wire         wanted    = reads && msg_number == next_q[9:0];   // the packet contains `next` and has less than 2^10 messages
    wire         finishes  = reads && msg_last;

    wire         ends      = between && (b_turn ? b_end_due : a_end_due);

    wire         a_waited  = a_beyond && !s_b_packet_valid && (a_aged || s_a_high);
    wire         b_waited  = b_beyond && !s_a_packet_valid && (b_aged || s_b_high);
    wire         both      = a_beyond && b_beyond;
    wire         gaps      = between && (both || a_waited || b_waited);
    reg          a_lower_q;
    wire [63:0]  lower     = a_beyond && (!b_beyond || a_lower_q) ? s_a_packet_sequence : s_b_packet_sequence;

    always @(posedge clk)
        a_lower_q <= s_a_packet_sequence <= s_b_packet_sequence;

    assign take_a          = !b_turn && (finishes || ends);
    assign take_b          = b_turn && (finishes || ends);
    assign s_a_msg_ready   = !b_turn && reads;
    assign s_b_msg_ready   = b_turn && reads;
    assign inc_a_delivered = !b_turn && finishes;
    assign inc_b_delivered = b_turn && finishes;

    // ---- commands

    wire         issue;
    wire         start;
    wire         will_restart;
    wire [3:0]   command_kind;

    command_steps steps (
        .clk(clk), .rst(rst), .cmd_valid(cmd_valid), .cmd_ready(cmd_ready), .cmd_op(cmd_op), .cmd_symbol(cmd_symbol),
        .run(run), .issue(issue), .start(start), .flush(flush), .restart(restart), .will_restart(will_restart),
        .kind(command_kind), .symbol(m_symbol), .mid(mid_q), .drained(!valid_q && idle), .open(open_q));

    // ---- state

    assign moves = opens || wanted || gaps;

    always @(posedge clk) begin
        if (restart) begin
            next_q    <= cfg_start_sequence;
            unknown_q <= cfg_start_sequence == 64'd0;
        end else if (opens) begin
            next_q    <= opening;
            unknown_q <= 1'b0;
        end else if (gaps) begin
            next_q    <= lower;
        end else if (wanted) begin
            next_q    <= next_q + 64'd1;
        end
        if (reads)
            line_q <= b_turn;
        if (rst) begin
            mid_q   <= 1'b0;
            open_q  <= 1'b1;
            ended_q <= 1'b0;
        end else begin
            if (reads)
                mid_q <= !msg_last;
            open_q  <= flush || (open_q && !(run && (s_a_packet_valid || s_b_packet_valid)));
            ended_q <= !flush && (ended_q || ends);
        end
    end

    assign end_of_session   = ended_q;
    assign inc_gaps         = gaps;
    assign add_gap_messages = lower - next_q;

    // ---- output register

    wire         emits = (wanted && msg_length != 16'd0) || ends || gaps || opens || start || issue;
    reg  [3:0]   kind_q;
    reg  [63:0]  sequence_q;
    reg  [63:0]  time_q;
    reg  [63:0]  end_q;
    reg  [7:0]   cause_q;
    reg  [15:0]  length_q;
    reg  [287:0] data_q;

    always @(posedge clk) begin
        if (emits && (!valid_q || m_ready)) begin
            kind_q     <= issue ? command_kind : opens || start ? KIND_START : gaps ? KIND_GAP : ends ? KIND_END : KIND_MESSAGE;
            sequence_q <= opens ? opening : !ends ? next_q : b_turn ? s_b_packet_sequence : s_a_packet_sequence;
            time_q     <= time_ns;
            end_q      <= !issue ? lower : will_restart ? cfg_start_sequence : next_q;
            cause_q    <= both ? CAUSE_BOTH : (a_beyond ? a_aged : b_aged) ? CAUSE_TIMEOUT : CAUSE_FIFO;
            length_q   <= msg_length;
            data_q     <= b_turn ? s_b_msg_data : s_a_msg_data;
        end
        if (rst)
            valid_q <= 1'b0;
        else if (!valid_q || m_ready)
            valid_q <= emits;
    end

    assign m_valid    = valid_q;
    assign m_kind     = kind_q;
    assign m_sequence = sequence_q;
    assign m_time_ns  = time_q;
    assign m_end      = end_q;
    assign m_cause    = cause_q;
    assign m_length   = length_q;
    assign m_data     = data_q;

endmodule
