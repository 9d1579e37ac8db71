// SPDX-License-Identifier: Apache-2.0
// What a packet from the exchange is: good, or a framing error (contract 6.1, the first rule that it breaks), and its fields, each at its offset by type.
// Only sequenced messages are read; an unsequenced packet passes whatever it holds.
//
// Latency:      0 clk
// Throughput:   no state
// Backpressure: none
// Errors:       m_error with the reason 1, 2, 3, 5 or 6
//
// Parameters: none
module report_decoder (
    // a packet, whole
    input  wire         s_bad_length,
    input  wire [575:0] s_window,        // the first byte in the top byte

    // its appendage
    output wire [6:0]   m_options_start, // byte of the packet
    input  wire         s_options_clean,

    // its number, read elsewhere
    output wire         m_login,         // a Login Accepted of the right length
    output wire [159:0] m_login_text,
    input  wire         s_login_good,
    input  wire [63:0]  s_login_number,

    // a field that the packet does not have is 0
    output wire         m_error,
    output reg  [7:0]   m_reason,
    output wire [7:0]   m_packet_type,
    output wire [7:0]   m_message_type,  // of sequenced messages only
    output wire [15:0]  m_length,
    output wire         m_known,         // that is one of the tables'
    output reg  [31:0]  m_ref,
    output reg  [31:0]  m_orig_ref,
    output reg  [7:0]   m_side,
    output reg  [31:0]  m_quantity,
    output reg  [63:0]  m_price,
    output reg  [7:0]   m_state,
    output wire [79:0]  m_session,
    output wire [63:0]  m_number
);

`include "tickproof_soupbin.vh"
`include "tickproof_ouch.vh"

    localparam       PACKET_TOP = 575;
    localparam       TOP        = 551;   // of the message
    localparam [6:0] HEADER     = `TP_SOUP_SEQUENCED_DATA_LENGTH;
    localparam [6:0] AIQ_OLDER  = `TP_OUCH_OUT_AIQ_CANCELED_LENGTH;

    wire [7:0]   packet_type  = s_window[PACKET_TOP - 16 -: 8];
    wire [551:0] message      = s_window[551:0];
    wire [7:0]   message_type = message[TOP -: 8];
    wire         holds        = packet_type == `TP_SOUP_SEQUENCED_DATA_TYPE;

    assign m_length = s_window[PACKET_TOP -: 16];

    // ---- the messages. A newer AIQ Canceled has one byte more; where its options' length fits both, the older is meant

    wire [15:0]  size        = m_length - 16'd1;
    wire [23:0]  aiq_options = message[TOP - 8 * `TP_OUCH_OUT_AIQ_CANCELED_LENGTH -: 24];
    wire         is_older    = size == {9'd0, AIQ_OLDER} || (size > {9'd0, AIQ_OLDER} + 16'd1 && size - {9'd0, AIQ_OLDER} - 16'd2 == aiq_options[23:8]);

    reg          known;
    reg  [6:0]   fixed;                  // bytes before the options' length
    reg          must_have;              // the options' length is part of the message
    reg  [15:0]  options;                // that length, if there is one

    always @* begin
        known      = holds;
        fixed      = 7'd0;
        must_have  = 1'b0;
        options    = 16'd0;
        m_ref      = 32'd0;
        m_orig_ref = 32'd0;
        m_side     = 8'd0;
        m_quantity = 32'd0;
        m_price    = 64'd0;
        m_state    = 8'd0;
        case (message_type)
            `TP_OUCH_OUT_SYSTEM_EVENT_TYPE: begin
                fixed      = `TP_OUCH_OUT_SYSTEM_EVENT_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_SYSTEM_EVENT_LENGTH -: 16];
            end
            `TP_OUCH_OUT_ORDER_ACCEPTED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_ACCEPTED_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_USER_REF_NUM_OFFSET -: 32];
                m_side     = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_SIDE_OFFSET -: 8];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_QUANTITY_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_PRICE_OFFSET -: 64];
                m_state    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_ACCEPTED_ORDER_STATE_OFFSET -: 8];
            end
            `TP_OUCH_OUT_ORDER_REPLACED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_REPLACED_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_USER_REF_NUM_OFFSET -: 32];
                m_orig_ref = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_ORIG_USER_REF_NUM_OFFSET -: 32];
                m_side     = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_SIDE_OFFSET -: 8];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_QUANTITY_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_PRICE_OFFSET -: 64];
                m_state    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_REPLACED_ORDER_STATE_OFFSET -: 8];
            end
            `TP_OUCH_OUT_ORDER_CANCELED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_CANCELED_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_CANCELED_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_CANCELED_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_ORDER_CANCELED_QUANTITY_OFFSET -: 32];
            end
            `TP_OUCH_OUT_AIQ_CANCELED_TYPE: begin
                fixed      = is_older ? AIQ_OLDER : AIQ_OLDER + 7'd1;
                options    = is_older ? aiq_options[23:8] : aiq_options[15:0];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_AIQ_CANCELED_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_AIQ_CANCELED_DECREMENT_SHARES_OFFSET -: 32];
            end
            `TP_OUCH_OUT_ORDER_EXECUTED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_EXECUTED_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_EXECUTED_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_EXECUTED_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_ORDER_EXECUTED_QUANTITY_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_EXECUTED_PRICE_OFFSET -: 64];
            end
            `TP_OUCH_OUT_BROKEN_TRADE_TYPE: begin
                fixed      = `TP_OUCH_OUT_BROKEN_TRADE_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_BROKEN_TRADE_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_BROKEN_TRADE_USER_REF_NUM_OFFSET -: 32];
            end
            `TP_OUCH_OUT_TRADE_CORRECTION_TYPE: begin
                fixed      = `TP_OUCH_OUT_TRADE_CORRECTION_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_TRADE_CORRECTION_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_TRADE_CORRECTION_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_TRADE_CORRECTION_QUANTITY_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_OUT_TRADE_CORRECTION_PRICE_OFFSET -: 64];
            end
            `TP_OUCH_OUT_REJECTED_TYPE: begin
                fixed      = `TP_OUCH_OUT_REJECTED_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_REJECTED_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_REJECTED_USER_REF_NUM_OFFSET -: 32];
            end
            `TP_OUCH_OUT_CANCEL_PENDING_TYPE: begin
                fixed      = `TP_OUCH_OUT_CANCEL_PENDING_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_CANCEL_PENDING_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_CANCEL_PENDING_USER_REF_NUM_OFFSET -: 32];
            end
            `TP_OUCH_OUT_CANCEL_REJECT_TYPE: begin
                fixed      = `TP_OUCH_OUT_CANCEL_REJECT_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_CANCEL_REJECT_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_CANCEL_REJECT_USER_REF_NUM_OFFSET -: 32];
            end
            `TP_OUCH_OUT_ORDER_PRIORITY_UPDATE_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_PRIORITY_UPDATE_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_PRIORITY_UPDATE_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_PRIORITY_UPDATE_USER_REF_NUM_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_PRIORITY_UPDATE_PRICE_OFFSET -: 64];
            end
            `TP_OUCH_OUT_ORDER_MODIFIED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_MODIFIED_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_MODIFIED_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_MODIFIED_USER_REF_NUM_OFFSET -: 32];
                m_side     = message[TOP - 8 * `TP_OUCH_OUT_ORDER_MODIFIED_SIDE_OFFSET -: 8];
                m_quantity = message[TOP - 8 * `TP_OUCH_OUT_ORDER_MODIFIED_QUANTITY_OFFSET -: 32];
            end
            `TP_OUCH_OUT_ORDER_RESTATED_TYPE: begin
                fixed      = `TP_OUCH_OUT_ORDER_RESTATED_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ORDER_RESTATED_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_OUT_ORDER_RESTATED_USER_REF_NUM_OFFSET -: 32];
            end
            `TP_OUCH_OUT_ACCOUNT_QUERY_RESPONSE_TYPE: begin
                fixed      = `TP_OUCH_OUT_ACCOUNT_QUERY_RESPONSE_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_OUT_ACCOUNT_QUERY_RESPONSE_LENGTH -: 16];
            end
            default: known = 1'b0;
        endcase
        if (!holds) begin
            m_ref      = 32'd0;
            m_orig_ref = 32'd0;
            m_side     = 8'd0;
            m_quantity = 32'd0;
            m_price    = 64'd0;
            m_state    = 8'd0;
        end
    end

    // ---- lengths

    wire [15:0]  bare    = {9'd0, fixed};
    wire [15:0]  shortest = bare + 16'd2;  // all but the options
    wire         size_ok = (!must_have && size == bare) || (size >= shortest && size - shortest == options && s_options_clean);

    // Nobody asks for times, symbols, reasons and the like, and the window is whole beats.
    wire         unused   = &{1'b0, message};

    assign m_options_start = HEADER + fixed + 7'd2;

    // ---- the packet

    reg          type_ok;
    reg          length_ok;

    always @* begin
        type_ok   = 1'b1;
        length_ok = m_length == 16'd1;
        case (packet_type)
            `TP_SOUP_DEBUG_TYPE:            length_ok = 1'b1;
            `TP_SOUP_LOGIN_ACCEPTED_TYPE:   length_ok = m_length == `TP_SOUP_LOGIN_ACCEPTED_LENGTH - 2;
            `TP_SOUP_LOGIN_REJECTED_TYPE:   length_ok = m_length == `TP_SOUP_LOGIN_REJECTED_LENGTH - 2;
            `TP_SOUP_SEQUENCED_DATA_TYPE:   length_ok = m_length >= 16'd2;
            `TP_SOUP_UNSEQUENCED_DATA_TYPE: length_ok = m_length >= 16'd2;
            `TP_SOUP_SERVER_HEARTBEAT_TYPE: begin end
            `TP_SOUP_END_OF_SESSION_TYPE:   begin end
            default:                        type_ok = 1'b0;
        endcase
    end

    always @* begin
        m_reason = 8'd0;
        if (s_bad_length)
            m_reason = 8'd1;
        else if (!type_ok)
            m_reason = 8'd2;
        else if (!length_ok)
            m_reason = 8'd3;
        else if (known && !size_ok)
            m_reason = 8'd5;
        else if (m_login && !s_login_good)
            m_reason = 8'd6;
    end

    wire         is_login = packet_type == `TP_SOUP_LOGIN_ACCEPTED_TYPE;

    assign m_login        = !s_bad_length && is_login && length_ok;
    assign m_login_text   = s_window[PACKET_TOP - 8 * `TP_SOUP_LOGIN_ACCEPTED_SEQUENCE_NUMBER_OFFSET -: 160];
    assign m_error        = m_reason != 8'd0;
    assign m_known        = known;
    assign m_packet_type  = s_bad_length ? 8'd0 : packet_type;
    assign m_message_type = s_bad_length || !holds || !length_ok ? 8'd0 : message_type;
    assign m_session      = is_login ? s_window[PACKET_TOP - 8 * `TP_SOUP_LOGIN_ACCEPTED_SESSION_OFFSET -: 80] : 80'd0;
    assign m_number       = is_login ? s_login_number : 64'd0;

endmodule
