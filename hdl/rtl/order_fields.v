// SPDX-License-Identifier: Apache-2.0
// What an order's own fields say: RISK-MESSAGE, but for what needs the live order, and the types that RISK-TYPE has to allow.
// Latency:      0 clk (combinational)
// Throughput:   one order a clock
// Backpressure: none
// Errors:       none

`default_nettype none

module order_fields (
    input  wire [7:0]  message_type,
    input  wire [7:0]  side,
    input  wire [31:0] quantity,
    input  wire [63:0] price,
    input  wire [7:0]  tif,
    input  wire [7:0]  display,
    input  wire [7:0]  capacity,
    input  wire [7:0]  iso,
    input  wire [7:0]  cross_type,
    input  wire [7:0]  price_type,      // 0 = no such option

    output wire        malformed,
    output wire [4:0]  types            // market, ISO, cross, hidden, pegged, from bit 0
);

    localparam [31:0] QUANTITY_END = 32'd1000000;
    localparam [63:0] PRICE_LAST = 64'd1999999900;
    localparam [63:0] MARKET = 64'h7FFFFFFF;

    wire enter = (message_type == "O");
    wire modify = (message_type == "M");
    wire priced = !modify;              // O and U

    wire bad_quantity = (quantity == 32'd0) || (quantity >= QUANTITY_END);
    wire bad_price = (price > PRICE_LAST) && (price != MARKET);
    wire bad_side = (side != "B") && (side != "S") && (side != "T") && (side != "E");
    wire bad_tif = (tif != "0") && (tif != "3") && (tif != "5") && (tif != "6") && (tif != "E");
    wire bad_display = (display != "Y") && (display != "N") && (display != "A") && (display != "Z");
    wire bad_iso = (iso != "Y") && (iso != "N");
    wire bad_capacity = (capacity != "A") && (capacity != "P") && (capacity != "R") && (capacity != "O");
    wire bad_cross = (cross_type != "N") && (cross_type != "O") && (cross_type != "C") && (cross_type != "H")
        && (cross_type != "S") && (cross_type != "R") && (cross_type != "E") && (cross_type != "A");

    assign malformed = bad_quantity || ((enter || modify) && bad_side)
        || (priced && (bad_price || bad_tif || bad_display || bad_iso))
        || (enter && (bad_capacity || bad_cross));

    assign types[0] = priced && (price == MARKET);
    assign types[1] = priced && (iso == "Y");
    assign types[2] = enter && (cross_type != "N");
    assign types[3] = priced && (display == "N");
    assign types[4] = priced && (price_type != 8'd0) && (price_type != "L");

endmodule

`default_nettype wire
