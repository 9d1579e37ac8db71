// SPDX-License-Identifier: Apache-2.0
// The handshakes of one AXI-Lite master with two register blocks: address bit 15 chooses. A write begins only when the one before it was answered, whichever
// block that was, so control keeps its order across the blocks; reads likewise. Address, data and strobes go from the master to both blocks directly.
//
//   s_axil ──┬─► m_axil_*[0]  0x0000 to 0x7FFF
//            └─► m_axil_*[1]  0x8000 to 0xFFFF
//
// Latency:      0 clk
// Throughput:   1 write and 1 read at a time, independent of each other
// Backpressure: lossless; a block must take a write's address and data in one clock, as axil_slave does
// Errors:       none of its own
//
// Parameters: none
module axil_split (
    input  wire        clk,
    input  wire        rst,

    input  wire        s_axil_awaddr_high,     // bit 15
    input  wire        s_axil_awvalid,
    output wire        s_axil_awready,
    input  wire        s_axil_wvalid,
    output wire        s_axil_wready,
    output wire [1:0]  s_axil_bresp,
    output wire        s_axil_bvalid,
    input  wire        s_axil_bready,
    input  wire        s_axil_araddr_high,
    input  wire        s_axil_arvalid,
    output wire        s_axil_arready,
    output wire [31:0] s_axil_rdata,
    output wire [1:0]  s_axil_rresp,
    output wire        s_axil_rvalid,
    input  wire        s_axil_rready,

    // the blocks; block i in slice i
    output wire [1:0]  m_axil_awvalid,
    input  wire [1:0]  m_axil_awready,
    output wire [1:0]  m_axil_wvalid,
    input  wire [1:0]  m_axil_wready,
    input  wire [3:0]  m_axil_bresp,
    input  wire [1:0]  m_axil_bvalid,
    output wire [1:0]  m_axil_bready,
    output wire [1:0]  m_axil_arvalid,
    input  wire [1:0]  m_axil_arready,
    input  wire [63:0] m_axil_rdata,
    input  wire [3:0]  m_axil_rresp,
    input  wire [1:0]  m_axil_rvalid,
    output wire [1:0]  m_axil_rready
);

    reg         writing_q;         // taken and not answered
    reg         reading_q;

    wire        offers_write = s_axil_awvalid && s_axil_wvalid && !writing_q;
    wire        offers_read  = s_axil_arvalid && !reading_q;

    always @(posedge clk) begin
        if (rst) begin
            writing_q <= 1'b0;
            reading_q <= 1'b0;
        end else begin
            writing_q <= writing_q ? !(s_axil_bvalid && s_axil_bready) : s_axil_awready;
            reading_q <= reading_q ? !(s_axil_rvalid && s_axil_rready) : s_axil_arready;
        end
    end

    assign m_axil_awvalid = {offers_write && s_axil_awaddr_high, offers_write && !s_axil_awaddr_high};
    assign m_axil_wvalid  = m_axil_awvalid;
    assign s_axil_awready = |(m_axil_awvalid & m_axil_awready);
    assign s_axil_wready  = |(m_axil_wvalid & m_axil_wready);
    assign s_axil_bvalid  = |m_axil_bvalid;
    assign s_axil_bresp   = m_axil_bvalid[1] ? m_axil_bresp[3:2] : m_axil_bresp[1:0];
    assign m_axil_bready  = {2{s_axil_bready}};

    assign m_axil_arvalid = {offers_read && s_axil_araddr_high, offers_read && !s_axil_araddr_high};
    assign s_axil_arready = |(m_axil_arvalid & m_axil_arready);
    assign s_axil_rvalid  = |m_axil_rvalid;
    assign s_axil_rresp   = m_axil_rvalid[1] ? m_axil_rresp[3:2] : m_axil_rresp[1:0];
    assign s_axil_rdata   = m_axil_rvalid[1] ? m_axil_rdata[63:32] : m_axil_rdata[31:0];
    assign m_axil_rready  = {2{s_axil_rready}};

endmodule
