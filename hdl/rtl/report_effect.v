// SPDX-License-Identifier: Apache-2.0
// What a report of the exchange does to the live order that it names (EXP-*), and release_order. Of a replace the first round
// is the original, the second the new order.
// Latency:      step 2 to the outputs 1 clk: from step 3 on
// Throughput:   one round a clock
// Backpressure: none
// Errors:       what cannot be accounted for: unknown, over, latch_session, latch_order

`default_nettype none

module report_effect (
    input  wire        clk,

    // Step 2
    input  wire        step2,
    input  wire        release_order,    // the command
    input  wire        is_packet,        // of the exchange
    input  wire        second,           // round
    input  wire [7:0]  packet_type,
    input  wire [7:0]  message_type,
    input  wire        known,            // the message type
    input  wire        replayed,
    input  wire [7:0]  report_side,
    input  wire [31:0] quantity,
    input  wire [7:0]  state,
    input  wire        found,            // the order
    input  wire [7:0]  side,
    input  wire [31:0] remaining,

    output reg         named,            // a live order has the number of this message
    output reg         applied,          // and the message is not replayed
    output reg         change,           // the order becomes side_after, remaining_after
    output reg         freed,
    output reg  [7:0]  side_after,
    output reg  [31:0] remaining_after,
    output reg         fill,
    output reg         over,
    output reg         unknown,
    output reg         latch_session,
    output reg         latch_order       // the kill of the order's symbol
);

    wire        message = is_packet && (packet_type == "S") && known;
    wire        numbered = message && (message_type != "S") && (message_type != "Q");
    wire        effective = numbered && !replayed;
    wire        enters = (message_type == "A") || (message_type == "U");
    wire        reduces = (message_type == "E") || (message_type == "C") || (message_type == "D");
    wire        changes = enters || reduces || (message_type == "M") || (message_type == "J");
    wire        unclear = (message_type == "B") || (message_type == "F");
    wire        original = (message_type == "U") && !second;
    wire        exceeds = (quantity > remaining);
    wire        any = (release_order || (effective && changes)) && found;
    reg  [31:0] after;

    always @* begin
        after = remaining;
        case (message_type)
            "A": if (!exceeds) after = quantity;
            "U", "M": after = quantity;
            "E", "C", "D": after = exceeds ? 32'd0 : remaining - quantity;
            default: after = 32'd0;
        endcase
        if (original || (enters && state == "D")) after = 32'd0;
        if (release_order) after = 32'd0;
        if (!any) after = remaining;
    end

    always @(posedge clk) begin
        if (step2) begin
            named <= numbered && found;
            applied <= effective && found;
            change <= any;
            freed <= any && (after == 32'd0);
            side_after <= (effective && message_type == "M") ? report_side : side;
            remaining_after <= after;
            fill <= effective && (message_type == "E") && found;
            over <= effective && reduces && found && exceeds;
            unknown <= effective && (changes || unclear) && !original && !found;
            latch_session <= effective && (unclear || message_type == "E" || (message_type == "U" && second)) && !found;
            latch_order <= effective && unclear && found;
        end
    end

endmodule

`default_nettype wire
