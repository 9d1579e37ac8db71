// SPDX-License-Identifier: Apache-2.0
// Plays the sends of one port into an AXI-Stream, and the level of its link, and logs when each really went in.
// Input files:  DIR/INDEX/NAME.sends, 16 bytes a send: not_before (8, clocks), wait port (1, 0xFF = none), link (1: 0 = beats, 2 = down, 3 = up),
//               2 unused, wait count (4)
//               DIR/INDEX/NAME.beats, 1 + BYTES bytes a beat: {last, user, kept bytes - 1} and the data, last byte of the beat first
// Output file:  DIR/INDEX/NAME.sent, 16 bytes a send: clock of the first beat, clock of the last beat; of a link change both are the first clock of the new level
// Throughput:   1 beat/clk, no idle beat within a frame or between two frames that may follow each other
// Timing:       a send with not_before 0 is on the bus in the first clock after `run` rises, if nothing holds it; the link is 0 at first, changes
//               after every earlier beat was taken, and stays LINK_CLOCKS before the next send
// Backpressure: a beat stays until `tready`
`timescale 1ps / 1ps
module tickproof_stream_player #(
    parameter NAME  = "port",
    parameter BYTES = 8,        // of tdata
    parameter PORTS = 1,        // output ports whose counts a send may wait for
    parameter CHUNK = 256,      // beats and sends read at a time
    parameter LINK_CLOCKS = 8
) (
    input  wire                clk,
    input  wire                open,
    input  wire                run,
    input  wire                close,
    input  wire [31:0]         index,
    input  wire [63:0]         clock,
    input  wire [63:0]         now,
    input  wire [32*PORTS-1:0] counts,
    output reg  [8*BYTES-1:0]  tdata,
    output reg  [BYTES-1:0]    tkeep,
    output reg                 tvalid,
    input  wire                tready,
    output reg                 tlast,
    output reg                 tuser,
    output reg                 link,
    output reg                 finished,  // all sends have gone in
    output reg                 sleeping   // the next send waits for its time, and for nothing else
);
    reg [8*1024-1:0]    directory;
    reg [8*1100-1:0]    path;
    reg [127:0]         sends [0:CHUNK-1];
    reg [8*BYTES+7:0]   beats [0:CHUNK-1];
    reg [127:0]         send;
    reg [8*BYTES+7:0]   beat;
    reg                 in_frame;
    reg                 at_first;
    reg                 linked;      // first clock of a level of the link
    reg [7:0]           settle;      // clocks for which it still has to stay
    reg [63:0]          first_clock;
    integer             send_file;
    integer             beat_file;
    integer             send_at;
    integer             send_count;
    integer             beat_at;
    integer             beat_count;
    integer             found;

    initial begin
        tdata       = {8 * BYTES{1'b0}};
        tkeep       = {BYTES{1'b0}};
        tvalid      = 1'b0;
        tlast       = 1'b0;
        tuser       = 1'b0;
        finished    = 1'b0;
        sleeping    = 1'b0;
        in_frame    = 1'b0;
        at_first    = 1'b1;
        link        = 1'b0;
        linked      = 1'b0;
        settle      = 8'd0;
        first_clock = 64'd0;
        send        = 128'd0;
        beat        = {8 * BYTES + 8{1'b0}};
        send_file   = 0;
        beat_file   = 0;
        send_at     = 0;
        send_count  = 0;
        beat_at     = 0;
        beat_count  = 0;
        found       = 0;
    end

    always @(posedge clk) begin
        linked <= 1'b0;
        if (settle != 8'd0) settle <= settle - 8'd1;
        if (open) begin
            found = $value$plusargs("tickproof_dir=%s", directory);
            $sformat(path, "%0s/%0d/%0s.sends", directory, index, NAME);
            send_file = $fopen(path, "rb");
            $sformat(path, "%0s/%0d/%0s.beats", directory, index, NAME);
            beat_file = $fopen(path, "rb");
            send_at    = 0;
            send_count = 0;
            beat_at    = 0;
            beat_count = 0;
            in_frame   = 1'b0;
            at_first   <= 1'b1;
            tvalid     <= 1'b0;
            link       <= 1'b0;
            settle     <= 8'd0;
            finished   <= 1'b0;
            sleeping   <= 1'b0;
        end
        if (close) begin
            $fclose(send_file);
            $fclose(beat_file);
        end
        if (tvalid && tready) begin
            tvalid   <= 1'b0;
            at_first <= tlast;
            if (at_first) first_clock <= clock;
        end
        if (run && !finished && (!tvalid || tready)) begin
            if (!in_frame) begin
                if (send_at == send_count) begin
                    send_count = $fread(sends, send_file) / 16;
                    send_at    = 0;
                end
                send = sends[send_at];
                if (send_count == 0) begin
                    finished <= 1'b1;
                    sleeping <= 1'b0;
                end else if (send[63:56] != 8'hFF && counts[32*send[63:56] +: 32] < send[31:0]) begin
                    sleeping <= 1'b0;
                end else if (now < send[127:64] || settle != 8'd0) begin
                    sleeping <= 1'b1;
                end else if (send[49]) begin
                    link     <= send[48];
                    linked   <= 1'b1;
                    settle   <= LINK_CLOCKS - 1;
                    sleeping <= 1'b1;
                    send_at  = send_at + 1;
                end else begin
                    sleeping <= 1'b0;
                    in_frame = 1'b1;
                    send_at  = send_at + 1;
                end
            end
            if (in_frame) begin
                if (beat_at == beat_count) begin
                    beat_count = $fread(beats, beat_file) / (BYTES + 1);
                    beat_at    = 0;
                end
                beat     = beats[beat_at];
                beat_at  = beat_at + 1;
                tvalid   <= 1'b1;
                tdata    <= beat[8*BYTES-1:0];
                tkeep    <= {BYTES{1'b1}} >> (BYTES - 1 - beat[8*BYTES+5:8*BYTES]);
                tuser    <= beat[8*BYTES+6];
                tlast    <= beat[8*BYTES+7];
                in_frame = !beat[8*BYTES+7];
            end
        end
    end

    wire        gone  = linked || (tvalid && tready && tlast);
    wire [63:0] stamp = gone ? clock : 64'd0;  // as in tickproof_stream_recorder

    tickproof_log #(
        .NAME(NAME), .SUFFIX("sent"), .WIDTH(128)
    ) sent (
        .clk(clk), .open(open), .close(close), .index(index),
        .write(gone),
        .record({stamp, linked || at_first ? stamp : first_clock})
    );
endmodule
