// SPDX-License-Identifier: Apache-2.0
// The 17 checks of one order (contract 7), bit by bit as the table has them. A sum is compared by what it leaves of its limit
// (room), so that the order's own value is added to nothing. Step 3 prepares the rooms, step 4 compares, step 5 masks.
// Latency:      step 3 to failing 2 clk: in step 5
// Throughput:   one order every 4 clk
// Backpressure: none
// Errors:       none; room_long and room_short need 67 bits, room_gross and room_session 76: signed, they cannot wrap

`default_nettype none

module risk_checks (
    input  wire        clk,

    input  wire        step3,
    input  wire        step4,

    // The order
    input  wire [7:0]  message_type,
    input  wire [31:0] order_ref,
    input  wire [31:0] quantity,
    input  wire [7:0]  side,              // as in section 7
    input  wire [63:0] price,             // as in section 7
    input  wire        symbol_known,
    input  wire [63:0] now,
    input  wire        malformed,
    input  wire [4:0]  types,
    output wire [31:0] worth,             // in step 3: its price, of a market order the reference's needed side
    input  wire [63:0] product,           // in step 4: quantity x worth

    // The live order that a U or M names
    input  wire [7:0]  live_side,
    input  wire [31:0] live_remaining,

    // What stands, from step 3 on
    input  wire        kill,              // global, of the session, or the exchange not open
    input  wire        symbol_kill,
    input  wire [31:0] highest_ref,
    input  wire [31:0] bid,
    input  wire [31:0] ask,
    input  wire        faulty,
    input  wire [63:0] reference_ns,
    input  wire        tradable,
    input  wire [7:0]  reg_sho,
    input  wire [7:0]  phase,
    input  wire [63:0] position,
    input  wire [63:0] executed,
    input  wire [41:0] open_buys,
    input  wire [41:0] open_sells,
    input  wire [73:0] open_notional,
    input  wire [73:0] session_open,
    input  wire [63:0] session_executed,
    input  wire [10:0] live_orders,
    input  wire        full,              // no free slot
    input  wire        expired,           // dead-man's switch, in step 4

    // In step 5
    input  wire        rate_passes,
    input  wire        duplicate,
    input  wire        executions,
    output wire [16:0] failing,

    // Limits, from step 3 on
    input  wire [15:0] max_open_orders,
    input  wire [63:0] session_max_gross,
    input  wire [5:0]  allowed_phases,
    input  wire        restricted,
    input  wire [31:0] max_shares,
    input  wire [63:0] max_notional,
    input  wire [15:0] collar_bps,
    input  wire [63:0] max_reference_age,
    input  wire [63:0] max_long,
    input  wire [63:0] max_short,
    input  wire [63:0] max_gross,
    input  wire        short_ok,
    input  wire [4:0]  allowed_types
);

`include "tickproof_events.vh"

    localparam [63:0] MARKET = 64'h7FFFFFFF;
    localparam [16:0] WITHOUT_SYMBOL = (17'd1 << `TP_CHECK_KILL) | (17'd1 << `TP_CHECK_SYMBOL) | (17'd1 << `TP_CHECK_MESSAGE)
        | (17'd1 << `TP_CHECK_SEQUENCE) | (17'd1 << `TP_CHECK_RATE) | (17'd1 << `TP_CHECK_OPEN_ORDERS);
    localparam [16:0] NEEDS_MESSAGE = (17'd1 << `TP_CHECK_QUANTITY) | (17'd1 << `TP_CHECK_VALUE) | (17'd1 << `TP_CHECK_COLLAR)
        | (17'd1 << `TP_CHECK_DUPLICATE) | (17'd1 << `TP_CHECK_POSITION) | (17'd1 << `TP_CHECK_GROSS);

    wire        enter = (message_type == "O");
    wire        modify = (message_type == "M");
    wire        buy = (side == "B");
    wire        market = (price == MARKET);
    wire [31:0] needed = buy ? ask : bid;
    wire        missing = (needed == 32'd0);

    assign worth = market ? needed : price[31:0];

    // Step 3
    reg  signed [67:0] room_position_q;
    reg  signed [76:0] room_gross_q;
    reg  signed [76:0] room_session_q;
    reg  signed [32:0] beyond_q;          // how far the price lies on the worse side of the reference
    reg  [47:0]        collar_q;          // how far it may, x 10,000
    reg  [63:0]        age_q;

    always @(posedge clk) begin
        if (step3) begin
            room_position_q <= $signed({4'd0, buy ? max_long : max_short}) - $signed({26'd0, buy ? open_buys : open_sells})
                - (buy ? $signed({{4{position[63]}}, position}) : -$signed({{4{position[63]}}, position}));
            room_gross_q <= $signed({13'd0, max_gross}) - $signed({13'd0, executed}) - $signed({3'd0, open_notional});
            room_session_q <= $signed({13'd0, session_max_gross}) - $signed({13'd0, session_executed}) - $signed({3'd0, session_open});
            beyond_q <= buy ? $signed({1'b0, price[31:0]}) - $signed({1'b0, ask}) : $signed({1'b0, bid}) - $signed({1'b0, price[31:0]});
            collar_q <= {16'd0, needed} * {32'd0, collar_bps};
            age_q <= now - reference_ns;
        end
    end

    // Step 4. A sell's lower end cannot fall below 0: with a collar of 10,000 or more no price is beyond it.
    wire        bad_message = malformed
        || (modify && symbol_known && (quantity > live_remaining || ((live_side == "B") != buy)));
    wire [63:0] added_value = modify ? 64'd0 : product;
    wire [31:0] added_shares = modify ? 32'd0 : quantity;
    wire signed [48:0] beyond = beyond_q * 16'sd10000;
    wire        below_bid = (price <= {32'd0, bid}) && !missing;
    reg         phase_allowed;
    reg  [16:0] fails;
    reg  [16:0] allowed;
    reg  [16:0] fails_q;                  // but for what comes in step 5

    always @* begin
        case (phase)
            "O": phase_allowed = allowed_phases[0];
            "S": phase_allowed = allowed_phases[1];
            "Q": phase_allowed = allowed_phases[2];
            "M": phase_allowed = allowed_phases[3];
            "E": phase_allowed = allowed_phases[4];
            "C": phase_allowed = allowed_phases[5];
            default: phase_allowed = 1'b0;
        endcase

        fails = 17'd0;
        fails[`TP_CHECK_KILL] = kill || expired || (symbol_kill && symbol_known);
        fails[`TP_CHECK_SYMBOL] = !symbol_known || restricted;
        fails[`TP_CHECK_MESSAGE] = bad_message;
        fails[`TP_CHECK_SEQUENCE] = !modify && (order_ref <= highest_ref);
        fails[`TP_CHECK_QUANTITY] = (quantity > max_shares);
        fails[`TP_CHECK_VALUE] = (product > max_notional) && !(market && missing);
        fails[`TP_CHECK_COLLAR] = !market && !missing && (beyond > $signed({1'b0, collar_q}));
        fails[`TP_CHECK_REFERENCE] = missing || faulty || (age_q > max_reference_age);
        fails[`TP_CHECK_POSITION] = ($signed({36'd0, added_shares}) > room_position_q);
        fails[`TP_CHECK_GROSS] = !(market && missing && !modify)
            && (($signed({13'd0, added_value}) > room_gross_q) || ($signed({13'd0, added_value}) > room_session_q));
        fails[`TP_CHECK_OPEN_ORDERS] = !modify && (({5'd0, live_orders} >= max_open_orders) || full);
        fails[`TP_CHECK_TRADING_STATE] = !tradable || !phase_allowed;
        fails[`TP_CHECK_SHORT_SALE] = ((side == "T" || side == "E") && !short_ok)
            || ((side == "T") && (reg_sho == "1" || reg_sho == "2") && (market || below_bid));
        fails[`TP_CHECK_TYPE] = ((types & ~allowed_types) != 5'd0);

        allowed = {17{1'b1}};
        if (!symbol_known) allowed = WITHOUT_SYMBOL;
        if (bad_message) allowed = allowed & ~NEEDS_MESSAGE;
    end

    reg         ask_duplicate_q;
    reg         ask_executions_q;

    always @(posedge clk) begin
        if (step4) begin
            fails_q <= fails & allowed;
            ask_duplicate_q <= enter && allowed[`TP_CHECK_DUPLICATE];
            ask_executions_q <= allowed[`TP_CHECK_EXECUTIONS];
        end
    end

    // Step 5
    reg  [16:0] late;

    always @* begin
        late = 17'd0;
        late[`TP_CHECK_RATE] = !rate_passes;
        late[`TP_CHECK_DUPLICATE] = duplicate && ask_duplicate_q;
        late[`TP_CHECK_EXECUTIONS] = executions && ask_executions_q;
    end

    assign failing = fails_q | late;

endmodule

`default_nettype wire
