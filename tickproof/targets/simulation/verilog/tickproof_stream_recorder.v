// SPDX-License-Identifier: Apache-2.0
// Records every beat of one AXI-Stream output, and counts its frames for sends that wait for them.
// Output file:  DIR/INDEX/NAME.out, one record a beat, lowest bits first: clock (56), last, user, x, 5 unused; tkeep and tdata, each filled up to a multiple of 32
// Backpressure: none, the port is always ready
// Errors:       `x` marks an X or Z on a kept byte, tkeep, tlast or tuser; an X on tvalid raises `valid_x` (four-state simulators)
`timescale 1ps / 1ps
module tickproof_stream_recorder #(
    parameter NAME    = "port",
    parameter BYTES   = 8,      // of tdata
    parameter RECORDS = 0       // 1: frames are datagrams of 64-byte records behind 42 bytes of headers, and each record counts
) (
    input  wire               clk,
    input  wire               open,
    input  wire               enable,
    input  wire               close,
    input  wire [31:0]        index,
    input  wire [63:0]        clock,
    input  wire [8*BYTES-1:0] tdata,
    input  wire [BYTES-1:0]   tkeep,
    input  wire               tvalid,
    input  wire               tlast,
    input  wire               tuser,
    output reg  [31:0]        count,
    output reg                valid_x
);
    localparam KEEP_BITS = 32 * ((BYTES + 31) / 32);
    localparam DATA_BITS = 32 * ((8 * BYTES + 31) / 32);

    wire                 beat = enable && tvalid;
    wire                 x;
    wire [KEEP_BITS-1:0] keep_word = tkeep;
    wire [DATA_BITS-1:0] data_word = tdata;

`ifdef VERILATOR
    assign x = 1'b0;
`else
    wire [8*BYTES-1:0] kept;
    genvar byte_index;
    generate
        for (byte_index = 0; byte_index < BYTES; byte_index = byte_index + 1) begin : gen_kept
            assign kept[8*byte_index +: 8] = tdata[8*byte_index +: 8] & {8{tkeep[byte_index]}};
        end
    endgenerate
    assign x = (^{kept, tkeep, tlast, tuser}) === 1'bx;
`endif

    // Bytes of the frame so far, only looked at where records count.
    reg  [31:0] length;
    wire [31:0] length_now = length + BYTES;

    initial begin
        count   = 32'd0;
        valid_x = 1'b0;
        length  = 32'd0;
    end

    always @(posedge clk) begin
        if (enable && tvalid === 1'bx) valid_x <= 1'b1;
        if (beat) begin
            length <= tlast ? 32'd0 : length_now;
            // What the last beat does not keep is less than the 22 bytes by which 42 bytes of headers miss one record.
            if (tlast) count <= count + (RECORDS ? ((length_now - 32'd42) >> 6) : 32'd1);
        end
        if (open) begin
            count   <= 32'd0;
            valid_x <= 1'b0;
            length  <= 32'd0;
        end
    end

    // What changes with every clock would have Icarus put the whole record together with every clock.
    wire [63:0] stamp = beat ? clock : 64'd0;

    tickproof_log #(
        .NAME(NAME), .SUFFIX("out"), .WIDTH(64 + KEEP_BITS + DATA_BITS)
    ) out (
        .clk(clk), .open(open), .close(close), .index(index),
        .write(beat),
        .record({data_word, keep_word, 5'd0, x, tuser, tlast, stamp[55:0]})
    );
endmodule
