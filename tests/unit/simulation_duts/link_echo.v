// SPDX-License-Identifier: Apache-2.0
// A byte stream with a link: what comes in goes out again one clock later, and is swallowed while the link is down.
// Takes a beat in every second clock, so that the moment of acceptance is not that of the offer.
`timescale 1ps / 1ps
module link_echo (
    input  wire        clk,
    input  wire        rst,
    input  wire [31:0] s_peer_axis_tdata,
    input  wire [3:0]  s_peer_axis_tkeep,
    input  wire        s_peer_axis_tvalid,
    output reg         s_peer_axis_tready,
    input  wire        s_peer_axis_tlast,
    input  wire        peer_link_up,
    output reg  [31:0] m_peer_axis_tdata,
    output reg  [3:0]  m_peer_axis_tkeep,
    output reg         m_peer_axis_tvalid,
    input  wire        m_peer_axis_tready,
    output reg         m_peer_axis_tlast,
    output reg  [31:0] m_level_axis_tdata,   // one beat for each change of the link: the clock in which the new level was first there, and the level
    output reg         m_level_axis_tvalid
);
    reg        was_up;
    reg [30:0] count;

    always @(posedge clk) begin
        s_peer_axis_tready  <= !s_peer_axis_tready;
        m_peer_axis_tvalid  <= s_peer_axis_tvalid && s_peer_axis_tready && peer_link_up;
        m_peer_axis_tdata   <= s_peer_axis_tdata;
        m_peer_axis_tkeep   <= s_peer_axis_tkeep;
        m_peer_axis_tlast   <= s_peer_axis_tlast;
        was_up              <= peer_link_up;
        m_level_axis_tvalid <= peer_link_up != was_up;
        m_level_axis_tdata  <= {count, peer_link_up};
        count               <= count + 31'd1;
        if (rst) begin
            s_peer_axis_tready  <= 1'b0;
            m_peer_axis_tvalid  <= 1'b0;
            m_level_axis_tvalid <= 1'b0;
            was_up              <= 1'b0;
            count               <= 31'd0;
        end
    end
endmodule
