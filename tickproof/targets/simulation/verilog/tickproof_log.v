// SPDX-License-Identifier: Apache-2.0
// Appends one fixed-size binary record to a file for every clock in which `write` is high.
// Format:       32-bit words of the host's byte order, lowest word first; X and Z are written as 0
// Files:        DIR/INDEX/NAME.SUFFIX, opened at `open`, complete after `close`
// Speed:        Verilator formats "%u" byte by byte, which costs more than a clock of a small device: there, records are gathered and
//               handed to fwrite (main.cpp) many at a time. Icarus copies a whole vector to change a part of it: there, each is written
`timescale 1ps / 1ps
module tickproof_log #(
    parameter NAME   = "port",
    parameter SUFFIX = "log",
    parameter WIDTH  = 64      // bits of a record, a multiple of 32, at most 1024
) (
    input wire             clk,
    input wire             open,
    input wire             close,
    input wire [31:0]      index,
    input wire             write,
    input wire [WIDTH-1:0] record
);
    reg [8*1024-1:0] directory;
    reg [8*1100-1:0] path;
    integer          file;
    integer          found;

`ifdef VERILATOR
    import "DPI-C" function void tickproof_append(input int file, input bit [8191:0] data, input int words);

    localparam DEPTH = 8192 / WIDTH;

    reg [8191:0] gathered;
    integer      count;
`endif

    initial begin
        file  = 0;
        found = 0;
`ifdef VERILATOR
        gathered = 8192'd0;
        count    = 0;
`endif
    end

    always @(posedge clk) begin
        if (open) begin
            found = $value$plusargs("tickproof_dir=%s", directory);
            $sformat(path, "%0s/%0d/%0s.%0s", directory, index, NAME, SUFFIX);
            file  = $fopen(path, "wb");
        end
`ifdef VERILATOR
        if (write) begin
            gathered[count*WIDTH +: WIDTH] = record;
            count = count + 1;
        end
        if (count == DEPTH || (close && count != 0)) begin
            tickproof_append(file, gathered, count * (WIDTH / 32));
            count = 0;
        end
`else
        if (write) $fwrite(file, "%u", record);
`endif
        if (close) $fclose(file);
    end
endmodule
