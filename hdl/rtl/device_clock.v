// SPDX-License-Identifier: Apache-2.0
// The device's own time: clocks since reset, and floor(6.4 x clocks) nanoseconds, exactly (contract 1). Both are 0 at the first rising edge that sees
// reset released.
//
// Latency:      none
// Throughput:   none
// Backpressure: none
// Errors:       none
//
// Parameters: none
module device_clock (
    input  wire        clk,
    input  wire        rst,

    output wire [63:0] time_ns,
    output wire [55:0] clk_count
);

    reg  [63:0] time_q;
    reg  [55:0] count_q;
    reg  [2:0]  phase_q;         // 5 clocks are 32 ns: 6, 6, 7, 6, 7

    wire        long_step = phase_q == 3'd2 || phase_q == 3'd4;

    always @(posedge clk) begin
        if (rst) begin
            time_q  <= 64'd0;
            count_q <= 56'd0;
            phase_q <= 3'd0;
        end else begin
            time_q  <= time_q + (long_step ? 64'd7 : 64'd6);
            count_q <= count_q + 56'd1;
            phase_q <= phase_q == 3'd4 ? 3'd0 : phase_q + 3'd1;
        end
    end

    assign time_ns   = time_q;
    assign clk_count = count_q;

endmodule
