// SPDX-License-Identifier: Apache-2.0
// Appends one fixed-size binary record to a file for every clock in which `write` is high.
// Records are gathered and written many at a time, because one $fwrite costs as much as many clocks of a small device.
// Format:       32-bit words of the host's byte order, lowest word first; X and Z are written as 0
// Files:        DIR/NAME.SUFFIX, opened at `open`, complete after `close`
`timescale 1ps / 1ps
module tickproof_log #(
    parameter NAME   = "port",
    parameter SUFFIX = "log",
    parameter WIDTH  = 64,     // bits of a record, a multiple of 32
    parameter DEPTH  = 64      // records that are gathered
) (
    input wire             clk,
    input wire             open,
    input wire             close,
    input wire             write,
    input wire [WIDTH-1:0] record
);
    reg [8*1024-1:0]      directory;
    reg [8*1100-1:0]      path;
    reg [WIDTH*DEPTH-1:0] gathered;
    reg [WIDTH-1:0]       one;
    integer               count;
    integer               index;
    integer               file;
    integer               found;

    initial begin
        gathered = {WIDTH * DEPTH{1'b0}};
        count    = 0;
        file     = 0;
        found    = 0;
    end

    always @(posedge clk) begin
        if (open) begin
            found = $value$plusargs("tickproof_dir=%s", directory);
            $sformat(path, "%0s/%0s.%0s", directory, NAME, SUFFIX);
            file  = $fopen(path, "wb");
            count = 0;
        end
        if (write) begin
            gathered[count*WIDTH +: WIDTH] = record;
            count = count + 1;
            if (count == DEPTH) begin
                $fwrite(file, "%u", gathered);
                count = 0;
            end
        end
        if (close) begin
            for (index = 0; index < count; index = index + 1) begin
                one = gathered[index*WIDTH +: WIDTH];
                $fwrite(file, "%u", one);
            end
            count = 0;
            $fclose(file);
        end
    end
endmodule
