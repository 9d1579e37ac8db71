// SPDX-License-Identifier: Apache-2.0
// Takes the fields that matter out of an ITCH 5.0 message, each at its offset by type, and checks type and length (FEED-ITCH-1). What is not a message
// passes through. Which type has which field is the table below; offsets and lengths come from the protocol tables.
//
// Latency:      1 clk
// Throughput:   1 op/clk
// Backpressure: op_ready may be low for ever
// Errors:       unknown type or wrong length -> op_kind 1 (bad message), inc_bad_message
//
// Parameters: none
module itch_decoder (
    input  wire         clk,
    input  wire         rst,

    // messages (kind 0) and what else takes effect
    input  wire         s_valid,
    output wire         s_ready,
    input  wire [3:0]   s_kind,
    input  wire [63:0]  s_sequence,
    input  wire [63:0]  s_time_ns,
    input  wire [15:0]  s_symbol,
    input  wire [63:0]  s_end,
    input  wire [7:0]   s_cause,
    input  wire [15:0]  s_length,
    input  wire [287:0] s_data,        // the first byte in the top byte
    input  wire [79:0]  s_session,

    // op stream; a field that the type or kind does not have is 0, but for op_end, op_cause, op_symbol and op_session, which are anything
    output reg          op_valid,
    input  wire         op_ready,
    output reg  [3:0]   op_kind,
    output reg  [63:0]  op_sequence,
    output reg  [63:0]  op_time_ns,
    output reg  [15:0]  op_symbol,
    output reg  [7:0]   op_type,
    output reg  [15:0]  op_locate,
    output reg  [47:0]  op_timestamp,
    output reg  [63:0]  op_ref,
    output reg  [63:0]  op_new_ref,
    output reg  [7:0]   op_side,
    output reg  [31:0]  op_shares,
    output reg  [31:0]  op_price,
    output reg  [63:0]  op_stock,
    output reg  [7:0]   op_code,
    output reg  [7:0]   op_market,
    output reg  [63:0]  op_end,
    output reg  [7:0]   op_cause,
    output reg  [79:0]  op_session,

    // counter pulses
    output wire         inc_messages,
    output wire         inc_bad_message
);

`include "tickproof_itch.vh"

    localparam TOP             = 287;
    localparam KIND_MESSAGE    = 4'd0;
    localparam KIND_BAD        = 4'd1;

    // ---- the table

    wire [7:0]   type_code = s_data[TOP -: 8];
    reg  [15:0]  right_length;         // 0 for an unknown type; a message has at least one byte
    reg  [63:0]  ref_d;
    reg  [63:0]  new_ref_d;
    reg  [7:0]   side_d;
    reg  [31:0]  shares_d;
    reg  [31:0]  price_d;
    reg  [63:0]  stock_d;
    reg  [7:0]   code_d;
    reg  [7:0]   market_d;

    always @* begin
        right_length = 16'd0;
        ref_d        = 64'd0;
        new_ref_d    = 64'd0;
        side_d       = 8'd0;
        shares_d     = 32'd0;
        price_d      = 32'd0;
        stock_d      = 64'd0;
        code_d       = 8'd0;
        market_d     = 8'd0;
        case (type_code)
            `TP_ITCH_SYSTEM_EVENT_TYPE: begin
                right_length = `TP_ITCH_SYSTEM_EVENT_LENGTH;
                code_d       = s_data[TOP - 8 * `TP_ITCH_SYSTEM_EVENT_EVENT_CODE_OFFSET -: 8];
            end
            `TP_ITCH_STOCK_DIRECTORY_TYPE: begin
                right_length = `TP_ITCH_STOCK_DIRECTORY_LENGTH;
                stock_d      = s_data[TOP - 8 * `TP_ITCH_STOCK_DIRECTORY_STOCK_OFFSET -: 64];
            end
            `TP_ITCH_STOCK_TRADING_ACTION_TYPE: begin
                right_length = `TP_ITCH_STOCK_TRADING_ACTION_LENGTH;
                code_d       = s_data[TOP - 8 * `TP_ITCH_STOCK_TRADING_ACTION_TRADING_STATE_OFFSET -: 8];
            end
            `TP_ITCH_REG_SHO_RESTRICTION_TYPE: begin
                right_length = `TP_ITCH_REG_SHO_RESTRICTION_LENGTH;
                code_d       = s_data[TOP - 8 * `TP_ITCH_REG_SHO_RESTRICTION_REG_SHO_ACTION_OFFSET -: 8];
            end
            `TP_ITCH_MARKET_PARTICIPANT_POSITION_TYPE: right_length = `TP_ITCH_MARKET_PARTICIPANT_POSITION_LENGTH;
            `TP_ITCH_MWCB_DECLINE_LEVEL_TYPE: right_length = `TP_ITCH_MWCB_DECLINE_LEVEL_LENGTH;
            `TP_ITCH_MWCB_STATUS_TYPE: right_length = `TP_ITCH_MWCB_STATUS_LENGTH;
            `TP_ITCH_QUOTING_PERIOD_UPDATE_TYPE: right_length = `TP_ITCH_QUOTING_PERIOD_UPDATE_LENGTH;
            `TP_ITCH_LULD_AUCTION_COLLAR_TYPE: right_length = `TP_ITCH_LULD_AUCTION_COLLAR_LENGTH;
            `TP_ITCH_OPERATIONAL_HALT_TYPE: begin
                right_length = `TP_ITCH_OPERATIONAL_HALT_LENGTH;
                market_d     = s_data[TOP - 8 * `TP_ITCH_OPERATIONAL_HALT_MARKET_CODE_OFFSET -: 8];
                code_d       = s_data[TOP - 8 * `TP_ITCH_OPERATIONAL_HALT_OPERATIONAL_HALT_ACTION_OFFSET -: 8];
            end
            `TP_ITCH_ADD_ORDER_TYPE: begin
                right_length = `TP_ITCH_ADD_ORDER_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                side_d       = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_BUY_SELL_INDICATOR_OFFSET -: 8];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_SHARES_OFFSET -: 32];
                price_d      = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_PRICE_OFFSET -: 32];
            end
            `TP_ITCH_ADD_ORDER_MPID_TYPE: begin
                right_length = `TP_ITCH_ADD_ORDER_MPID_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_MPID_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                side_d       = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_MPID_BUY_SELL_INDICATOR_OFFSET -: 8];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_MPID_SHARES_OFFSET -: 32];
                price_d      = s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_MPID_PRICE_OFFSET -: 32];
            end
            `TP_ITCH_ORDER_EXECUTED_TYPE: begin
                right_length = `TP_ITCH_ORDER_EXECUTED_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ORDER_EXECUTED_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ORDER_EXECUTED_EXECUTED_SHARES_OFFSET -: 32];
            end
            `TP_ITCH_ORDER_EXECUTED_WITH_PRICE_TYPE: begin
                right_length = `TP_ITCH_ORDER_EXECUTED_WITH_PRICE_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ORDER_EXECUTED_WITH_PRICE_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ORDER_EXECUTED_WITH_PRICE_EXECUTED_SHARES_OFFSET -: 32];
            end
            `TP_ITCH_ORDER_CANCEL_TYPE: begin
                right_length = `TP_ITCH_ORDER_CANCEL_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ORDER_CANCEL_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ORDER_CANCEL_CANCELED_SHARES_OFFSET -: 32];
            end
            `TP_ITCH_ORDER_DELETE_TYPE: begin
                right_length = `TP_ITCH_ORDER_DELETE_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ORDER_DELETE_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
            end
            `TP_ITCH_ORDER_REPLACE_TYPE: begin
                right_length = `TP_ITCH_ORDER_REPLACE_LENGTH;
                ref_d        = s_data[TOP - 8 * `TP_ITCH_ORDER_REPLACE_ORIGINAL_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                new_ref_d    = s_data[TOP - 8 * `TP_ITCH_ORDER_REPLACE_NEW_ORDER_REFERENCE_NUMBER_OFFSET -: 64];
                shares_d     = s_data[TOP - 8 * `TP_ITCH_ORDER_REPLACE_SHARES_OFFSET -: 32];
                price_d      = s_data[TOP - 8 * `TP_ITCH_ORDER_REPLACE_PRICE_OFFSET -: 32];
            end
            `TP_ITCH_TRADE_TYPE: right_length = `TP_ITCH_TRADE_LENGTH;
            `TP_ITCH_CROSS_TRADE_TYPE: right_length = `TP_ITCH_CROSS_TRADE_LENGTH;
            `TP_ITCH_BROKEN_TRADE_TYPE: right_length = `TP_ITCH_BROKEN_TRADE_LENGTH;
            `TP_ITCH_NOII_TYPE: right_length = `TP_ITCH_NOII_LENGTH;
            `TP_ITCH_RPII_TYPE: right_length = `TP_ITCH_RPII_LENGTH;
            `TP_ITCH_DIRECT_LISTING_TYPE: right_length = `TP_ITCH_DIRECT_LISTING_LENGTH;
            default: begin end
        endcase
    end

    wire         is_message = s_kind == KIND_MESSAGE;
    wire         is_good    = is_message && s_length == right_length;

    // Nobody asks for the tracking number.
    wire         unused_tracking_number = &{1'b0, s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_TRACKING_NUMBER_OFFSET -: 16]};

    // ---- output register

    assign s_ready         = !op_valid || op_ready;
    assign inc_messages    = s_valid && s_ready && is_message;
    assign inc_bad_message = s_valid && s_ready && is_message && !is_good;

    always @(posedge clk) begin
        if (rst)
            op_valid <= 1'b0;
        else if (s_ready)
            op_valid <= s_valid;
        if (s_valid && s_ready) begin
            op_kind      <= is_message && !is_good ? KIND_BAD : s_kind;
            op_sequence  <= s_sequence;
            op_time_ns   <= s_time_ns;
            op_symbol    <= s_symbol;
            op_end       <= s_end;
            op_cause     <= s_cause;
            op_session   <= s_session;
            op_type      <= is_good ? type_code : 8'd0;
            op_locate    <= is_good ? s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_STOCK_LOCATE_OFFSET -: 16] : 16'd0;
            op_timestamp <= is_good ? s_data[TOP - 8 * `TP_ITCH_ADD_ORDER_TIMESTAMP_OFFSET -: 48] : 48'd0;
            op_ref       <= is_good ? ref_d : 64'd0;
            op_new_ref   <= is_good ? new_ref_d : 64'd0;
            op_side      <= is_good ? side_d : 8'd0;
            op_shares    <= is_good ? shares_d : 32'd0;
            op_price     <= is_good ? price_d : 32'd0;
            op_stock     <= is_good ? stock_d : 64'd0;
            op_code      <= is_good ? code_d : 8'd0;
            op_market    <= is_good ? market_d : 8'd0;
        end
    end

endmodule
