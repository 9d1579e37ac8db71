// SPDX-License-Identifier: Apache-2.0
// A control port and nothing else of a device: 256 words of registers. Each word written goes out as {clock, address, data};
// two counters read at 0x80 (words written) and 0x88 (0x1_0000_0002). Address and data are taken in different clocks, commands (0x40) are answered late.
module registers (
    input  wire         clk,
    input  wire         rst,
    input  wire [9:0]   s_axil_awaddr,
    input  wire         s_axil_awvalid,
    output wire         s_axil_awready,
    input  wire [31:0]  s_axil_wdata,
    input  wire [3:0]   s_axil_wstrb,
    input  wire         s_axil_wvalid,
    output wire         s_axil_wready,
    output wire [1:0]   s_axil_bresp,
    output reg          s_axil_bvalid,
    input  wire         s_axil_bready,
    input  wire [9:0]   s_axil_araddr,
    input  wire         s_axil_arvalid,
    output wire         s_axil_arready,
    output reg  [31:0]  s_axil_rdata,
    output wire [1:0]   s_axil_rresp,
    output reg          s_axil_rvalid,
    input  wire         s_axil_rready,
    output reg  [127:0] m_axis_tdata,
    output reg          m_axis_tvalid
);
    localparam REFUSED = 10'h3FC;

    reg [63:0] clock;
    reg [31:0] words;
    reg [9:0]  address;
    reg        have_address;
    reg [3:0]  wait_clocks;
    reg        answering;

    assign s_axil_awready = !have_address && !answering;
    assign s_axil_wready  = have_address && !answering;
    assign s_axil_bresp   = (address == REFUSED) ? 2'd2 : 2'd0;
    assign s_axil_arready = 1'b1;
    assign s_axil_rresp   = 2'd0;

    always @(posedge clk) begin
        clock         <= clock + 64'd1;
        m_axis_tvalid <= 1'b0;
        if (s_axil_awvalid && s_axil_awready) begin
            address      <= s_axil_awaddr;
            have_address <= 1'b1;
        end
        if (s_axil_wvalid && s_axil_wready) begin
            words         <= words + 32'd1;
            have_address  <= 1'b0;
            answering     <= 1'b1;
            wait_clocks   <= (address == 10'h40) ? 4'd9 : 4'd0;
            m_axis_tvalid <= 1'b1;
            m_axis_tdata  <= {clock, 22'd0, address, s_axil_wdata};
        end
        if (answering && wait_clocks != 4'd0) wait_clocks <= wait_clocks - 4'd1;
        if (answering && wait_clocks == 4'd0 && !s_axil_bvalid) s_axil_bvalid <= 1'b1;
        if (s_axil_bvalid && s_axil_bready) begin
            s_axil_bvalid <= 1'b0;
            answering     <= 1'b0;
        end
        s_axil_rvalid <= s_axil_arvalid;
        case (s_axil_araddr)
            10'h80: s_axil_rdata <= words;
            10'h88: s_axil_rdata <= 32'd2;
            10'h8C: s_axil_rdata <= 32'd1;
            default: s_axil_rdata <= 32'd0;
        endcase
        if (rst) begin
            clock         <= 64'd0;
            words         <= 32'd0;
            have_address  <= 1'b0;
            answering     <= 1'b0;
            s_axil_bvalid <= 1'b0;
            s_axil_rvalid <= 1'b0;
            m_axis_tvalid <= 1'b0;
        end
    end
endmodule
