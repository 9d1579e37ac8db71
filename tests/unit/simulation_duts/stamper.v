// SPDX-License-Identifier: Apache-2.0
// Somebody else's style: active-low reset, own port names, a bus that stalls. Answers each frame with its own time and the frame's length in beats.
// The time is that of the clock in which the frame's last beat was taken, in ns, rounded down.
module stamper #(
    parameter PERIOD_PS = 8000,
    parameter STALL     = 3      // takes no beat in one clock of this many; 0 = never stalls
) (
    input  wire         i_clock,
    input  wire         i_resetn,
    input  wire [31:0]  i_rx_data,
    input  wire [3:0]   i_rx_strobe,
    input  wire         i_rx_valid,
    output wire         o_rx_ready,
    input  wire         i_rx_end,
    input  wire [7:0]   i_offset,
    output reg  [127:0] o_tx_data,
    output reg          o_tx_valid
);
    reg [63:0] clocks;
    reg [31:0] beats;

    assign o_rx_ready = (STALL == 0) || (clocks % STALL != 0);

    always @(posedge i_clock) begin
        if (!i_resetn) begin
            clocks     <= 64'd0;
            beats      <= 32'd0;
            o_tx_valid <= 1'b0;
        end else begin
            clocks     <= clocks + 64'd1;
            o_tx_valid <= 1'b0;
            if (i_rx_valid && o_rx_ready) begin
                beats <= i_rx_end ? 32'd0 : beats + 32'd1;
                if (i_rx_end) begin
                    o_tx_valid <= 1'b1;
                    o_tx_data  <= {24'd0, i_offset, beats + 32'd1, clocks * PERIOD_PS / 64'd1000};
                end
            end
        end
    end
endmodule
