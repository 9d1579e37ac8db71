// SPDX-License-Identifier: Apache-2.0
// AXI-Lite to one write and one read request, each held until it is done, so that a register may take its time (COMMAND does).
//
// Latency:      1 clk, address (and data) to request; 1 clk, done to response
// Throughput:   1 write and 1 read at a time, independent of each other
// Backpressure: lossless on all five channels
// Errors:       write_error, read_error, or a write that is not of a whole word -> SLVERR; such a write makes no request
//
// Parameters: none
module axil_slave (
    input  wire        clk,
    input  wire        rst,

    input  wire [15:0] s_axil_awaddr,
    input  wire        s_axil_awvalid,
    output wire        s_axil_awready,
    input  wire [31:0] s_axil_wdata,
    input  wire [3:0]  s_axil_wstrb,
    input  wire        s_axil_wvalid,
    output wire        s_axil_wready,
    output wire [1:0]  s_axil_bresp,
    output wire        s_axil_bvalid,
    input  wire        s_axil_bready,
    input  wire [15:0] s_axil_araddr,
    input  wire        s_axil_arvalid,
    output wire        s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output wire [1:0]  s_axil_rresp,
    output wire        s_axil_rvalid,
    input  wire        s_axil_rready,

    // requests: high until done, which may come in any clock of them
    output wire        write,
    output wire [15:0] write_address,
    output wire [31:0] write_data,
    input  wire        write_done,
    input  wire        write_error,
    output wire        read,
    output wire [15:0] read_address,
    input  wire        read_done,
    input  wire        read_error,
    input  wire [31:0] read_data
);

    localparam [1:0] OKAY   = 2'b00;
    localparam [1:0] SLVERR = 2'b10;

    // ---- write: address and data are taken in one clock, whichever came first

    reg         write_q;
    reg  [15:0] write_address_q;
    reg  [31:0] write_data_q;
    reg         bvalid_q;
    reg  [1:0]  bresp_q;

    wire        take_write = s_axil_awvalid && s_axil_wvalid && !write_q && !bvalid_q && !rst;
    wire        whole_word = &s_axil_wstrb;

    always @(posedge clk) begin
        if (rst) begin
            write_q  <= 1'b0;
            bvalid_q <= 1'b0;
        end else begin
            write_q  <= write_q ? !write_done : take_write && whole_word;
            bvalid_q <= bvalid_q ? !s_axil_bready : (write_q && write_done) || (take_write && !whole_word);
        end
        if (take_write) begin
            write_address_q <= s_axil_awaddr;
            write_data_q    <= s_axil_wdata;
            bresp_q         <= SLVERR;
        end else if (write_q) begin
            bresp_q         <= write_error ? SLVERR : OKAY;
        end
    end

    assign s_axil_awready = take_write;
    assign s_axil_wready  = take_write;
    assign s_axil_bresp   = bresp_q;
    assign s_axil_bvalid  = bvalid_q;
    assign write          = write_q;
    assign write_address  = write_address_q;
    assign write_data     = write_data_q;

    // ---- read

    reg         read_q;
    reg  [15:0] read_address_q;
    reg         rvalid_q;
    reg  [1:0]  rresp_q;
    reg  [31:0] rdata_q;

    wire        take_read = s_axil_arvalid && !read_q && !rvalid_q && !rst;

    always @(posedge clk) begin
        if (rst) begin
            read_q   <= 1'b0;
            rvalid_q <= 1'b0;
        end else begin
            read_q   <= read_q ? !read_done : take_read;
            rvalid_q <= rvalid_q ? !s_axil_rready : read_q && read_done;
        end
        if (take_read)
            read_address_q <= s_axil_araddr;
        if (read_q) begin
            rdata_q <= read_data;
            rresp_q <= read_error ? SLVERR : OKAY;
        end
    end

    assign s_axil_arready = take_read;
    assign s_axil_rdata   = rdata_q;
    assign s_axil_rresp   = rresp_q;
    assign s_axil_rvalid  = rvalid_q;
    assign read           = read_q;
    assign read_address   = read_address_q;

endmodule
