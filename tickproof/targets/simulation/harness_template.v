// SPDX-License-Identifier: Apache-2.0
// The top of one simulation, filled in from a device description (harness.py); @NAME@ marks what is filled in.
`timescale 1ps / 1ps
`ifdef VERILATOR
module tickproof_harness (
    input  wire clk,   // toggled by main.cpp
    output wire busy
);
`else
module tickproof_harness;
    wire busy;
    reg  clk;
    initial clk = 1'b0;
    always begin
        #@LOW_PS@ clk = 1'b1;
        #@HIGH_PS@ clk = 1'b0;
    end

    reg [8*1100-1:0] waves;
    initial if ($value$plusargs("tickproof_waves=%s", waves)) begin
        $dumpfile(waves);
        $dumpvars(0, device);
    end
`endif
    // The two bits that cocotb sees
    reg  go;
    wire done;
    initial go = 1'b0;

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
        .clk(clk), .go(go), .busy(busy), .done(done),
        .open(open), .reset(reset), .setup(setup), .run(run), .read_back(read_back), .close(close), .index(index),
        .clock(clock), .now(now),
        .device_ready(device_ready), .setup_done(setup_done), .read_back_done(read_back_done), .refused(control_refused),
        .finished(@FINISHED@),
        .sleeping(@SLEEPING@),
        .activity(@ACTIVITY@),
        .valid_x(@VALID_X@)
    );

    @TOP@ @PARAMETERS@device (
        @CONNECTIONS@
    );
endmodule
