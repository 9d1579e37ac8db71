// SPDX-License-Identifier: Apache-2.0
// One side's packets that wait for the gate's decision. Beats are written as they come, but belong to nobody until the reader takes their packet; the
// oldest packet is offered beat by beat, or dropped whole.
//
// Latency:      1 clk, s_commit to m_axis_tvalid of an empty store
// Throughput:   1 beat/clk in, 1 beat/clk out, no bubbles between packets; a drop takes 1 clk
// Backpressure: s_ready falls when the store is full, which a packet of 2,050 bytes alone cannot do
// Errors:       none
//
// Parameters
//   BEAT_W      2^BEAT_W beats of 8 bytes, at least 9
module packet_store #(
    parameter BEAT_W = 9
) (
    input  wire        clk,
    input  wire        rst,

    // beats
    input  wire        s_valid,
    output wire        s_ready,
    input  wire [63:0] s_data,

    // the beats since the last commit, without one of this clock, are a packet / are forgotten
    input  wire        s_commit,
    input  wire [2:0]  s_commit_tail, // bytes in its last beat; 0 = all 8
    input  wire        s_rollback,

    // the oldest packet
    output wire [63:0] m_axis_tdata,
    output wire [7:0]  m_axis_tkeep,
    output wire        m_axis_tvalid,
    input  wire        m_axis_tready,
    output wire        m_axis_tlast,
    input  wire        drop           // the whole packet leaves in this clock; not behind its first beat
);

    generate
        if (BEAT_W < 9) begin : gen_check_beat_w
            BEAT_W_must_be_at_least_9 check();
        end
    endgenerate

    localparam [BEAT_W-1:0] ONE = 1;

    // One beat stays free, so that full and empty differ.
    reg  [BEAT_W-1:0] base_q;          // first beat of the packet that is coming
    reg  [BEAT_W-1:0] write_q;
    reg  [BEAT_W-1:0] read_q;
    wire [BEAT_W-1:0] end_beat;        // the beat behind the oldest packet
    wire [2:0]        tail;
    wire              take   = m_axis_tvalid && m_axis_tready;
    wire [BEAT_W-1:0] read_d = drop ? end_beat : take ? read_q + ONE : read_q;
    wire              write  = s_valid && s_ready && !s_rollback;

    assign s_ready = write_q + ONE != read_q;

    reg  [63:0]       memory [0:(1<<BEAT_W)-1];
    reg  [63:0]       read_data_q;

    always @(posedge clk) begin
        if (write)
            memory[write_q] <= s_data;
        read_data_q <= memory[read_d];
        if (rst) begin
            base_q  <= {BEAT_W{1'b0}};
            write_q <= {BEAT_W{1'b0}};
            read_q  <= {BEAT_W{1'b0}};
        end else begin
            if (s_rollback)
                write_q <= base_q;
            else if (write)
                write_q <= write_q + ONE;
            if (s_commit)
                base_q <= write_q;
            read_q <= read_d;
        end
    end

    packet_queue #(.WIDTH(3 + BEAT_W), .ADDR_W(BEAT_W)) packets (
        .clk(clk), .rst(rst),
        .s_valid(s_commit), .s_data({s_commit_tail, write_q}),
        .m_valid(m_axis_tvalid), .m_ready(drop || (take && m_axis_tlast)), .m_data({tail, end_beat}),
        .flush(1'b0));

    assign m_axis_tdata = read_data_q;
    assign m_axis_tlast = read_q + ONE == end_beat;
    assign m_axis_tkeep = !m_axis_tlast || tail == 3'd0 ? 8'hff : 8'hff >> (4'd8 - {1'b0, tail});

endmodule
