// SPDX-License-Identifier: Apache-2.0
// What a packet from the client is: an order, one that passes, or a framing error (contract 6.1, the first rule that it breaks), and its fields, each at
// its offset by type. Which message has which field is the table below; offsets and lengths come from the protocol tables.
//
// Latency:      0 clk
// Throughput:   no state
// Backpressure: none
// Errors:       m_kind 3 with the reason 1 to 5
//
// Parameters: none
module ouch_decoder (
    // a packet, whole
    input  wire         s_bad_length,
    input  wire [447:0] s_window,        // the first byte in the top byte

    // its appendage
    output wire [6:0]   m_options_start, // byte of the packet
    input  wire         s_options_clean,
    input  wire [7:0]   s_price_type,

    // a field that the packet does not have is 0
    output reg  [1:0]   m_kind,          // 0 passes, 1 order, 3 framing error
    output reg  [7:0]   m_reason,
    output wire [7:0]   m_packet_type,
    output wire [7:0]   m_message_type,
    output wire [15:0]  m_length,
    output reg  [31:0]  m_ref,
    output reg  [31:0]  m_orig_ref,
    output reg  [7:0]   m_side,
    output reg  [31:0]  m_quantity,
    output reg  [63:0]  m_stock,
    output reg  [63:0]  m_price,
    output reg  [7:0]   m_tif,
    output reg  [7:0]   m_display,
    output reg  [7:0]   m_capacity,
    output reg  [7:0]   m_iso,
    output reg  [7:0]   m_cross,
    output wire [7:0]   m_price_type,
    output reg  [111:0] m_clordid,
    output wire         m_listed,        // it rests with cfg_client_types

    input  wire [63:0]  cfg_client_types // bit c - 64 allows message type c, 64 to 127
);

`include "tickproof_soupbin.vh"
`include "tickproof_ouch.vh"

    localparam [1:0] KIND_PASS  = 2'd0;
    localparam [1:0] KIND_ORDER = 2'd1;
    localparam [1:0] KIND_ERROR = 2'd3;
    localparam       TOP        = 423;   // of the message
    localparam [6:0] HEADER     = `TP_SOUP_UNSEQUENCED_DATA_LENGTH;

    wire [7:0]   packet_type  = s_window[431 -: 8];
    wire [423:0] message      = s_window[423:0];
    wire [7:0]   message_type = message[TOP -: 8];
    wire         holds        = packet_type == `TP_SOUP_UNSEQUENCED_DATA_TYPE;

    assign m_length = s_window[447 -: 16];

    // ---- the messages

    reg          known;
    reg          is_order;
    reg  [6:0]   fixed;                  // bytes before the options' length
    reg          must_have;              // the options' length is part of the message
    reg  [15:0]  options;                // that length, if there is one

    always @* begin
        known      = 1'b1;
        is_order   = 1'b0;
        fixed      = 7'd0;
        must_have  = 1'b0;
        options    = 16'd0;
        m_ref      = 32'd0;
        m_orig_ref = 32'd0;
        m_side     = 8'd0;
        m_quantity = 32'd0;
        m_stock    = 64'd0;
        m_price    = 64'd0;
        m_tif      = 8'd0;
        m_display  = 8'd0;
        m_capacity = 8'd0;
        m_iso      = 8'd0;
        m_cross    = 8'd0;
        m_clordid  = 112'd0;
        case (message_type)
            `TP_OUCH_IN_ENTER_ORDER_TYPE: begin
                is_order   = 1'b1;
                fixed      = `TP_OUCH_IN_ENTER_ORDER_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_USER_REF_NUM_OFFSET -: 32];
                m_side     = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_SIDE_OFFSET -: 8];
                m_quantity = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_QUANTITY_OFFSET -: 32];
                m_stock    = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_SYMBOL_OFFSET -: 64];
                m_price    = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_PRICE_OFFSET -: 64];
                m_tif      = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_TIME_IN_FORCE_OFFSET -: 8];
                m_display  = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_DISPLAY_OFFSET -: 8];
                m_capacity = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_CAPACITY_OFFSET -: 8];
                m_iso      = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_INTER_MARKET_SWEEP_ELIGIBILITY_OFFSET -: 8];
                m_cross    = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_CROSS_TYPE_OFFSET -: 8];
                m_clordid  = message[TOP - 8 * `TP_OUCH_IN_ENTER_ORDER_CLORDID_OFFSET -: 112];
            end
            `TP_OUCH_IN_REPLACE_ORDER_TYPE: begin
                is_order   = 1'b1;
                fixed      = `TP_OUCH_IN_REPLACE_ORDER_APPENDAGE_LENGTH_OFFSET;
                must_have  = 1'b1;
                options    = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_APPENDAGE_LENGTH_OFFSET -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_USER_REF_NUM_OFFSET -: 32];
                m_orig_ref = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_ORIG_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_QUANTITY_OFFSET -: 32];
                m_price    = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_PRICE_OFFSET -: 64];
                m_tif      = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_TIME_IN_FORCE_OFFSET -: 8];
                m_display  = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_DISPLAY_OFFSET -: 8];
                m_iso      = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_INTER_MARKET_SWEEP_ELIGIBILITY_OFFSET -: 8];
                m_clordid  = message[TOP - 8 * `TP_OUCH_IN_REPLACE_ORDER_CLORDID_OFFSET -: 112];
            end
            `TP_OUCH_IN_CANCEL_ORDER_TYPE: begin
                fixed      = `TP_OUCH_IN_CANCEL_ORDER_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_IN_CANCEL_ORDER_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_IN_CANCEL_ORDER_USER_REF_NUM_OFFSET -: 32];
                m_quantity = message[TOP - 8 * `TP_OUCH_IN_CANCEL_ORDER_QUANTITY_OFFSET -: 32];
            end
            `TP_OUCH_IN_MODIFY_ORDER_TYPE: begin
                is_order   = 1'b1;
                fixed      = `TP_OUCH_IN_MODIFY_ORDER_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_IN_MODIFY_ORDER_LENGTH -: 16];
                m_ref      = message[TOP - 8 * `TP_OUCH_IN_MODIFY_ORDER_USER_REF_NUM_OFFSET -: 32];
                m_side     = message[TOP - 8 * `TP_OUCH_IN_MODIFY_ORDER_SIDE_OFFSET -: 8];
                m_quantity = message[TOP - 8 * `TP_OUCH_IN_MODIFY_ORDER_QUANTITY_OFFSET -: 32];
            end
            `TP_OUCH_IN_ACCOUNT_QUERY_TYPE: begin
                fixed      = `TP_OUCH_IN_ACCOUNT_QUERY_LENGTH;
                options    = message[TOP - 8 * `TP_OUCH_IN_ACCOUNT_QUERY_LENGTH -: 16];
            end
            default: known = 1'b0;
        endcase
        if (!holds) begin
            m_ref      = 32'd0;
            m_orig_ref = 32'd0;
            m_side     = 8'd0;
            m_quantity = 32'd0;
            m_stock    = 64'd0;
            m_price    = 64'd0;
            m_tif      = 8'd0;
            m_display  = 8'd0;
            m_capacity = 8'd0;
            m_iso      = 8'd0;
            m_cross    = 8'd0;
            m_clordid  = 112'd0;
        end
    end

    // ---- lengths

    wire [15:0]  bare      = {9'd0, fixed} + 16'd1;   // SoupBinTCP length without options and their length
    wire [15:0]  shortest   = bare + 16'd2;            // without options
    wire         size_ok   = (!must_have && m_length == bare) || (m_length >= shortest && m_length - shortest == options && s_options_clean);
    wire         allowed   = message_type[7:6] == 2'b01 && cfg_client_types[message_type[5:0]];

    // The window is whole beats.
    wire         unused    = &{1'b0, message[47:0]};

    assign m_options_start = HEADER + fixed + 7'd2;
    assign m_price_type    = holds && must_have ? s_price_type : 8'd0;

    // ---- the packet

    reg          type_ok;
    reg          length_ok;

    always @* begin
        type_ok   = 1'b1;
        length_ok = m_length == 16'd1;
        case (packet_type)
            `TP_SOUP_DEBUG_TYPE:            length_ok = 1'b1;
            `TP_SOUP_LOGIN_REQUEST_TYPE:    length_ok = m_length == `TP_SOUP_LOGIN_REQUEST_LENGTH - 2;
            `TP_SOUP_UNSEQUENCED_DATA_TYPE: length_ok = m_length >= 16'd2;
            `TP_SOUP_CLIENT_HEARTBEAT_TYPE: begin end
            `TP_SOUP_LOGOUT_REQUEST_TYPE:   begin end
            default:                        type_ok = 1'b0;
        endcase
    end

    always @* begin
        m_kind   = KIND_ERROR;
        m_reason = 8'd0;
        if (s_bad_length)
            m_reason = 8'd1;
        else if (!type_ok)
            m_reason = 8'd2;
        else if (!length_ok)
            m_reason = 8'd3;
        else if (holds && !known && !allowed)
            m_reason = 8'd4;
        else if (holds && known && !size_ok)
            m_reason = 8'd5;
        else
            m_kind = holds && is_order ? KIND_ORDER : KIND_PASS;
    end

    assign m_listed       = !s_bad_length && holds && length_ok && !known;
    assign m_packet_type  = s_bad_length ? 8'd0 : packet_type;
    assign m_message_type = s_bad_length || !holds || !length_ok ? 8'd0 : message_type;

endmodule
