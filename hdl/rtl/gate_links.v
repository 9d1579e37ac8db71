// SPDX-License-Identifier: Apache-2.0
// Which side of the order path is up, which is open (up, and no framing error since), and the ordinals of its packets.
// Latency:      all follow at the end of step 5; lost and ordinal belong to step 5 itself
// Throughput:   one input a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module gate_links (
    input  wire        clk,
    input  wire        rst,

    // Step 5 (ordinal: any step) of an input that is no command
    input  wire        step5,
    input  wire        is_client,
    input  wire        is_exchange,
    input  wire [1:0]  kind,
    input  wire        up,

    output wire        client_lost,     // its first error or link-down of this connection
    output wire        exchange_lost,   // any error or link-down
    output wire [63:0] ordinal,         // of this packet; a link change: of the last one

    output reg         client_up,
    output reg         client_open,
    output reg         exchange_up,
    output reg         exchange_open
);

    localparam [1:0] LINK = 2'd2;
    localparam [1:0] ERROR = 2'd3;

    reg  [63:0] client_packets_q;
    reg  [63:0] exchange_packets_q;
    wire        breaks = (kind == ERROR) || (kind == LINK && !up);
    wire        opens = (kind == LINK) && up;

    assign client_lost = step5 && is_client && breaks && client_open;
    assign exchange_lost = step5 && is_exchange && breaks;
    assign ordinal = (is_client ? client_packets_q : exchange_packets_q) + {63'd0, kind != LINK};

    always @(posedge clk) begin
        if (step5 && is_client) begin
            if (kind == LINK) client_up <= up;
            if (opens) client_open <= 1'b1;
            if (breaks) client_open <= 1'b0;
            if (!kind[1]) client_packets_q <= ordinal;
        end
        if (step5 && is_exchange) begin
            if (kind == LINK) exchange_up <= up;
            if (opens) exchange_open <= 1'b1;
            if (breaks) exchange_open <= 1'b0;
            if (!kind[1]) exchange_packets_q <= ordinal;
        end
        if (rst) begin
            client_up <= 1'b0;
            client_open <= 1'b0;
            exchange_up <= 1'b0;
            exchange_open <= 1'b0;
            client_packets_q <= 64'd0;
            exchange_packets_q <= 64'd0;
        end
    end

endmodule

`default_nettype wire
