// SPDX-License-Identifier: Apache-2.0
// Takes one run after another through its phases: reset, wait for the device, setup, the timed part, drain, read-back, files closed.
// Runs:         those that have a plan, INDEX = 0, 1, ... to the first that has none; as each ends, a line on stdout says so
// Input file:   DIR/INDEX/run.plan, six 8-byte numbers in clocks: limit of one phase before time 0, drain, end, stall, limit of the run, unused
// Output file:  DIR/INDEX/run.summary, eight 8-byte numbers: outcome, clock of time 0, last clock, refused, valid_x, 3 unused
//               outcome: 1 complete, 2 the device never became ready, 3 setup not answered, 4 stalled, 5 over the limit, 6 read-back not answered
// Primed:       with `prime` the device is reset and waited for before there is a run; a copy of the process that sets `index` and `go` then plays
//               that one. `fit` when `setup` rises: it may, nothing came out of the device before files were open. Else back, with `prime` low
// Timing:       `clock` is 0 in the first clock after reset was released
`timescale 1ps / 1ps
module tickproof_sequencer #(
    parameter RESET_CLOCKS  = 8,
    parameter SETTLE_CLOCKS = 256  // from the last setup write to time 0: what a commit sets off is over by then
) (
    input  wire        clk,
    input  wire        go,
    input  wire        prime,
    output reg         primed,
    output reg         fit,
    output reg         busy,
    output reg         done,
    // Phases
    output reg         open,        // one clock: files are opened
    output reg         reset,
    output reg         setup,
    output reg         run,
    output reg         read_back,
    output reg         close,       // one clock: files are completed
    output reg  [31:0] index,       // of the run
    output reg  [63:0] clock,
    output reg  [63:0] now,         // clocks since time 0
    // What the players say
    input  wire        device_ready,
    input  wire        setup_done,
    input  wire        finished,    // every send has gone in
    input  wire        sleeping,    // some player waits for its time only
    input  wire        activity,    // a beat moved somewhere
    input  wire        read_back_done,
    input  wire        refused,     // an AXI-Lite response other than OKAY
    input  wire        valid_x      // an output's tvalid was X
);
    localparam IDLE = 4'd0;
    localparam RESET = 4'd1;
    localparam READY = 4'd2;
    localparam SETUP = 4'd3;
    localparam RUN = 4'd4;
    localparam READ_BACK = 4'd5;
    localparam CLOSE = 4'd6;
    localparam SETTLE = 4'd7;
    localparam OVER = 4'd8;
    localparam PRIMED = 4'd9;
    localparam OPENED = 4'd10;
    localparam PRIME_LIMIT = 64'd300000;

    reg [8*1024-1:0] directory;
    reg [8*1100-1:0] path;
    reg [383:0]      plan;
    reg [3:0]        state;
    reg [63:0]       outcome;
    reg [63:0]       epoch;
    reg [63:0]       spent;      // clocks in this phase
    reg [63:0]       quiet;      // clocks without activity
    integer          file;
    integer          found;

    wire [63:0] phase_limit = plan[383:320];
    wire [63:0] drain       = plan[319:256];
    wire [63:0] end_clock   = plan[255:192];
    wire [63:0] stall       = plan[191:128];
    wire [63:0] run_limit   = plan[127:64];

    task read_plan;
        begin
            found = $value$plusargs("tickproof_dir=%s", directory);
            $sformat(path, "%0s/%0d/run.plan", directory, index);
            file = $fopen(path, "rb");
            if (file != 0) begin
                found = $fread(plan, file);
                $fclose(file);
            end
        end
    endtask

    initial begin
        primed    = 1'b0;
        fit       = 1'b1;
        busy      = 1'b0;
        done      = 1'b0;
        open      = 1'b0;
        reset     = 1'b1;
        setup     = 1'b0;
        run       = 1'b0;
        read_back = 1'b0;
        close     = 1'b0;
        index     = 32'd0;
        clock     = 64'd0;
        now       = 64'd0;
        plan      = 384'd0;
        state     = IDLE;
        outcome   = 64'd0;
        epoch     = 64'd0;
        spent     = 64'd0;
        quiet     = 64'd0;
        file      = 0;
        found     = 0;
    end

    always @(posedge clk) begin
        clock <= reset ? 64'd0 : clock + 64'd1;
        now   <= run ? now + 64'd1 : 64'd0;
        spent <= spent + 64'd1;
        quiet <= (activity || sleeping) ? 64'd0 : quiet + 64'd1;
        open  <= 1'b0;
        close <= 1'b0;
        case (state)
            IDLE: if (prime && !primed) begin
                reset <= 1'b1;
                spent <= 64'd0;
                state <= RESET;
            end else if (go && !done) begin
                read_plan;
                if (file == 0) begin
                    busy <= 1'b0;
                    done <= 1'b1;
                end else begin
                    busy    <= 1'b1;
                    open    <= 1'b1;
                    reset   <= 1'b1;
                    outcome <= 64'd1;
                    spent   <= 64'd0;
                    state   <= RESET;
                end
            end
            RESET: if (spent == RESET_CLOCKS) begin
                reset <= 1'b0;
                spent <= 64'd0;
                state <= READY;
            end
            READY: if (device_ready === 1'b1) begin
                primed <= prime;
                state  <= PRIMED;
            end else if (spent > (prime ? PRIME_LIMIT : phase_limit)) begin
                outcome <= 64'd2;
                fit     <= 1'b0;
                primed  <= prime;
                state   <= prime ? PRIMED : CLOSE;
            end
            PRIMED: if (primed && !prime) begin
                primed <= 1'b0;
                spent  <= 64'd0;
                state  <= IDLE;
            end else if (go) begin
                if (primed) begin
                    read_plan;
                    open    <= 1'b1;
                    outcome <= 64'd1;
                end
                state <= OPENED;
            end
            OPENED: begin
                setup <= 1'b1;
                spent <= 64'd0;
                state <= SETUP;
            end
            SETUP: if (setup_done) begin
                setup <= 1'b0;
                spent <= 64'd0;
                state <= SETTLE;
            end else if (spent > phase_limit) begin
                outcome <= 64'd3;
                state   <= CLOSE;
            end
            SETTLE: if (spent == SETTLE_CLOCKS) begin
                run   <= 1'b1;
                epoch <= clock + 64'd2;  // `run` shows in the next clock, the first beat in the one after
                quiet <= 64'd0;
                state <= RUN;
            end
            RUN: if (now > run_limit) begin
                outcome   <= 64'd5;
                read_back <= 1'b1;
                spent     <= 64'd0;
                state     <= READ_BACK;
            end else if (finished && quiet >= drain && now >= end_clock) begin
                read_back <= 1'b1;
                spent     <= 64'd0;
                state     <= READ_BACK;
            end else if (!finished && quiet > stall) begin
                outcome   <= 64'd4;
                read_back <= 1'b1;
                spent     <= 64'd0;
                state     <= READ_BACK;
            end
            READ_BACK: if (read_back_done) begin
                state <= CLOSE;
            end else if (spent > phase_limit) begin
                if (outcome == 64'd1) outcome <= 64'd6;
                state <= CLOSE;
            end
            CLOSE: begin
                run       <= 1'b0;
                setup     <= 1'b0;
                read_back <= 1'b0;
                close     <= 1'b1;
                state     <= OVER;
            end
            default: if (!close) begin  // OVER: whoever reads the line finds every file complete
                $sformat(path, "%0s/%0d/run.summary", directory, index);
                file = $fopen(path, "wb");
                $fwrite(file, "%u", {192'd0, 63'd0, valid_x, 63'd0, refused, clock, epoch, outcome});
                $fclose(file);
                $display("tickproof: run %0d is over", index);
                $fflush;
                index <= index + 32'd1;
                done  <= primed;
                reset <= 1'b1;
                spent <= 64'd0;
                state <= IDLE;
            end
        endcase
        if ((state == READY || state == PRIMED || state == OPENED) && (activity || valid_x)) fit <= 1'b0;
        if (state == IDLE && spent > 64'd1000) $finish;  // nobody is there to start or to end the simulation
    end
endmodule
