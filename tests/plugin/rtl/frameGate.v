// Somebody else's style: camelCase, reset active low, no keep, nothing that holds the sender back.
`timescale 1ns / 1ps
`include "widths.vh"
module frameGate #(
    parameter dataBits = `LANE_BITS * 4,
    parameter label    = "gate"
) (
    input  wire                clkIn,
    input  wire                rstN,
    input  wire                gateEnable,
    input  wire                testMode,
    input  wire [dataBits-1:0] rxData,
    input  wire                rxValid,
    input  wire                rxLast,
    output reg  [dataBits-1:0] txData,
    output reg                 txValid,
    output reg                 txLast,
    output reg  [7:0]          frameCount
);
  always @(posedge clkIn) begin
    txData  <= rxData;
    txLast  <= rxLast;
    txValid <= rxValid & gateEnable & ~testMode;
    if (rxValid & rxLast) frameCount <= frameCount + 8'd1;
    if (!rstN) begin
      txValid    <= 1'b0;
      frameCount <= 8'd0;
    end
  end
endmodule
