// SPDX-License-Identifier: Apache-2.0
// Plays register writes into AXI-Lite: the setup first, then those with a time; reads the counters at the end.
// Input files:  DIR/INDEX/control.sends, 24 bytes a write: not_before (8, clocks), wait port (1, 0xFF = none), {5 unused, setup, first, last} (1), 2 unused,
//               wait count (4), address (4), data (4); `first` and `last` mark the writes of one control record
//               DIR/INDEX/control.reads, 4 bytes a read: address
// Output files: DIR/INDEX/control.sent, 16 bytes a control record (setup included): clock of the first write's address, clock in which the last write was taken
//               DIR/INDEX/control.values, 4 bytes a read: data
// Timing:       one write after another, each after the response to the one before
// Errors:       `refused` rises with a response other than OKAY
`timescale 1ps / 1ps
module tickproof_control_player #(
    parameter ADDRESS_BITS = 16,
    parameter PORTS        = 1    // output ports whose counts a write may wait for
) (
    input  wire                    clk,
    input  wire                    open,
    input  wire                    setup,
    input  wire                    run,
    input  wire                    read_back,
    input  wire                    close,
    input  wire [31:0]             index,
    input  wire [63:0]             clock,
    input  wire [63:0]             now,
    input  wire [32*PORTS-1:0]     counts,
    output reg  [ADDRESS_BITS-1:0] awaddr,
    output reg                     awvalid,
    input  wire                    awready,
    output reg  [31:0]             wdata,
    output wire [3:0]              wstrb,
    output reg                     wvalid,
    input  wire                    wready,
    input  wire [1:0]              bresp,
    input  wire                    bvalid,
    output wire                    bready,
    output reg  [ADDRESS_BITS-1:0] araddr,
    output reg                     arvalid,
    input  wire                    arready,
    input  wire [31:0]             rdata,
    input  wire [1:0]              rresp,
    input  wire                    rvalid,
    output wire                    rready,
    output reg                     setup_done,
    output reg                     finished,
    output reg                     sleeping,
    output reg                     read_back_done,
    output reg                     refused
);
    reg [8*1024-1:0] directory;
    reg [8*1100-1:0] path;
    reg [191:0]      send;
    reg              have;        // `send` holds a write that has not begun
    reg              writing;     // a write is under way
    reg              is_first;    // it begins its control record
    reg              is_last;     // it ends its control record
    reg              reading;
    reg [31:0]       address;
    reg [63:0]       first_clock;
    integer          send_file;
    integer          read_file;
    integer          found;

    wire took_addr  = awvalid && awready;
    wire took_data  = wvalid && wready;
    wire took_write = (took_addr || took_data) && (took_addr || !awvalid) && (took_data || !wvalid);

    assign wstrb  = 4'hF;
    assign bready = 1'b1;
    assign rready = 1'b1;

    initial begin
        awaddr         = {ADDRESS_BITS{1'b0}};
        awvalid        = 1'b0;
        wdata          = 32'd0;
        wvalid         = 1'b0;
        araddr         = {ADDRESS_BITS{1'b0}};
        arvalid        = 1'b0;
        setup_done     = 1'b0;
        finished       = 1'b0;
        sleeping       = 1'b0;
        read_back_done = 1'b0;
        refused        = 1'b0;
        send           = 192'd0;
        have           = 1'b0;
        writing        = 1'b0;
        is_first       = 1'b0;
        is_last        = 1'b0;
        reading        = 1'b0;
        address        = 32'd0;
        first_clock    = 64'd0;
        send_file      = 0;
        read_file      = 0;
        found          = 0;
    end

    always @(posedge clk) begin
        // Writes
        if (took_addr) begin
            awvalid <= 1'b0;
            if (is_first) first_clock <= clock;
        end
        if (took_data) wvalid <= 1'b0;
        if (writing && bvalid) begin
            writing <= 1'b0;
            if (bresp != 2'd0) refused <= 1'b1;
        end
        sleeping <= 1'b0;
        if ((setup || run) && !finished && (!writing || bvalid)) begin
            if (!have) begin
                found = $fread(send, send_file);
                have  = found == 24;
            end
            if (!have) begin
                finished   <= 1'b1;
                setup_done <= 1'b1;
            end else if (setup && !send[114]) begin
                setup_done <= 1'b1;
            end else if (!setup && send[127:120] != 8'hFF && counts[32*send[127:120] +: 32] < send[95:64]) begin
                sleeping <= 1'b0;
            end else if (!setup && now < send[191:128]) begin
                sleeping <= 1'b1;
            end else begin
                awaddr   <= send[32 +: ADDRESS_BITS];
                wdata    <= send[31:0];
                awvalid  <= 1'b1;
                wvalid   <= 1'b1;
                writing  <= 1'b1;
                is_first <= send[113];
                is_last  <= send[112];
                have     = 1'b0;
            end
        end

        // Reads
        if (arvalid && arready) arvalid <= 1'b0;
        if (reading && rvalid) begin
            reading <= 1'b0;
            if (rresp != 2'd0) refused <= 1'b1;
        end
        if (read_back && !read_back_done && (!reading || rvalid)) begin
            found = $fread(address, read_file);
            if (found == 4) begin
                araddr  <= address[ADDRESS_BITS-1:0];
                arvalid <= 1'b1;
                reading <= 1'b1;
            end else begin
                read_back_done <= 1'b1;
            end
        end

        if (open) begin
            found = $value$plusargs("tickproof_dir=%s", directory);
            $sformat(path, "%0s/%0d/control.sends", directory, index);
            send_file = $fopen(path, "rb");
            $sformat(path, "%0s/%0d/control.reads", directory, index);
            read_file = $fopen(path, "rb");
            have           = 1'b0;
            awvalid        <= 1'b0;
            wvalid         <= 1'b0;
            arvalid        <= 1'b0;
            writing        <= 1'b0;
            reading        <= 1'b0;
            setup_done     <= 1'b0;
            finished       <= 1'b0;
            read_back_done <= 1'b0;
            refused        <= 1'b0;
        end
        if (close) begin
            $fclose(send_file);
            $fclose(read_file);
        end
    end

    wire        gone  = took_write && is_last;
    wire [63:0] stamp = gone ? clock : 64'd0;  // as in tickproof_stream_recorder

    tickproof_log #(
        .NAME("control"), .SUFFIX("sent"), .WIDTH(128)
    ) sent (
        .clk(clk), .open(open), .close(close), .index(index),
        .write(gone),
        .record({stamp, took_addr && is_first ? stamp : first_clock})
    );

    tickproof_log #(
        .NAME("control"), .SUFFIX("values"), .WIDTH(32)
    ) values (
        .clk(clk), .open(open), .close(close), .index(index),
        .write(reading && rvalid),
        .record(rdata)
    );
endmodule
