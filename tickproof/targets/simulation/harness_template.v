// SPDX-License-Identifier: Apache-2.0
// The top of one simulation, filled in from a device description (harness.py); @NAME@ marks what is filled in.
`timescale 1ps / 1ps
`ifdef VERILATOR
module tickproof_harness (
    input  wire clk,   // toggled by main.cpp
    output wire busy,
    output wire waving
);
`else
module tickproof_harness;
    wire busy;
    wire waving;
    reg  clk;
    initial clk = 1'b0;
    always begin
        #@LOW_PS@ clk = 1'b1;
        #@HIGH_PS@ clk = 1'b0;
    end

    initial begin : dump
        reg [8*1100-1:0] waves;
        if ($value$plusargs("tickproof_waves=%s", waves)) begin
            wait (waving === 1'b1);
            $dumpfile(waves);
            $dumpvars(1, tickproof_harness);
            $dumpvars(0, device);
            wait (!waving);
            $dumpoff;
        end
    end
`endif
    // What cocotb sees; with Verilator `go` and `done` only
    reg  go;
    reg  prime;
    wire primed;
    wire fit;
    wire done;
    initial begin
        go    = 1'b0;
        prime = 1'b0;
    end

    wire                  open;
    wire                  reset;
    wire                  setup;
    wire                  run;
    wire                  read_back;
    wire                  close;
    wire [31:0]           index;
    wire [63:0]           clock;
    wire [63:0]           now;
    wire                  device_ready;
    wire [32*@PORTS@-1:0] counts;
    wire                  setup_done;
    wire                  control_finished;
    wire                  control_sleeping;
    wire                  control_activity;
    wire                  control_refused;
    wire                  read_back_done;
@BLOCKS@
    tickproof_sequencer #(
        .RESET_CLOCKS(@RESET_CLOCKS@)
    ) sequencer (
        .clk(clk), .go(go), .prime(prime), .primed(primed), .fit(fit), .busy(busy), .done(done),
        .open(open), .reset(reset), .setup(setup), .run(run), .read_back(read_back), .close(close), .index(index),
        .clock(clock), .now(now),
        .device_ready(device_ready), .setup_done(setup_done), .read_back_done(read_back_done), .refused(control_refused),
        .finished(@FINISHED@),
        .sleeping(@SLEEPING@),
        .activity(@ACTIVITY@),
        .valid_x(@VALID_X@)
    );

    // Waves may be wanted of a few clocks only
    reg [63:0] waves_from;
    reg [63:0] waves_until;
    initial begin
        if (!$value$plusargs("tickproof_waves_from=%d", waves_from)) waves_from = 64'd0;
        if (!$value$plusargs("tickproof_waves_until=%d", waves_until)) waves_until = ~64'd0;
    end
    assign waving = clock >= waves_from && clock < waves_until;

    @TOP@ @PARAMETERS@device (
        @CONNECTIONS@
    );
endmodule
