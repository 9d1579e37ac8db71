// SPDX-License-Identifier: Apache-2.0
// One setting (CTRL-1): a shadow that control writes, and the value in effect, which follows the shadow at a commit only.
//
// Latency:      1 clk, commit to effective
// Throughput:   1 write/clk
// Backpressure: none
// Errors:       none; bits above BITS are ignored
//
// Parameters
//   BITS        width, 1 to 64
//   DEFAULT     value at reset
module setting #(
    parameter BITS = 32,
    parameter [63:0] DEFAULT = 64'd0
) (
    input  wire            clk,
    input  wire            rst,

    input  wire            write,       // one 32-bit word
    input  wire            write_high,  // of bits 63:32
    input  wire [31:0]     write_data,
    input  wire            commit,

    output wire [63:0]     shadow,
    output wire [BITS-1:0] effective
);

    reg  [BITS-1:0] shadow_q;
    reg  [BITS-1:0] effective_q;

    wire [63:0]     next = write_high ? {write_data, shadow[31:0]} : {shadow[63:32], write_data};

    always @(posedge clk) begin
        if (rst) begin
            shadow_q    <= DEFAULT[BITS-1:0];
            effective_q <= DEFAULT[BITS-1:0];
        end else begin
            if (write)
                shadow_q <= next[BITS-1:0];
            if (commit)
                effective_q <= shadow_q;
        end
    end

    generate
        if (BITS == 64) begin : gen_full
            assign shadow = shadow_q;
        end else begin : gen_padded
            assign shadow = {{64-BITS{1'b0}}, shadow_q};
            // What a narrow setting has no bits for is written to nowhere.
            wire unused = &{1'b0, next[63:BITS], DEFAULT[63:BITS]};
        end
    endgenerate

    assign effective = effective_q;

endmodule
