// SPDX-License-Identifier: Apache-2.0
// The record of every input of the gate (contract 8), and the counters that count inputs.
// Latency:      1 clk, step 5 of the last round to orec_valid
// Throughput:   one record every 2 clk
// Backpressure: held until orec_ready; the sequencer takes nothing before that
// Errors:       none

`default_nettype none

module gate_records #(
    parameter SYM_W = 3 // bits of a symbol's index
) (
    input  wire             clk,
    input  wire             rst,

    // Step 5 of the last round
    input  wire             finish,
    input  wire             is_control,
    input  wire             is_exchange,
    input  wire [1:0]       kind,
    input  wire [63:0]      stamp,
    input  wire [63:0]      now,
    input  wire [63:0]      ordinal,
    input  wire [7:0]       op,
    input  wire [15:0]      command_symbol,
    input  wire [63:0]      value,
    input  wire [7:0]       packet_type,
    input  wire [7:0]       message_type,
    input  wire [15:0]      length,
    input  wire             known,          // the exchange's message type
    input  wire             up,
    input  wire [7:0]       reason,
    input  wire             is_order,
    input  wire             is_cancel,
    input  wire [31:0]      order_ref,
    input  wire [31:0]      quantity,
    input  wire [SYM_W-1:0] symbol,
    input  wire             symbol_known,   // of an order
    input  wire [7:0]       side,
    input  wire [63:0]      price,
    input  wire [31:0]      bid,
    input  wire [31:0]      ask,
    input  wire [16:0]      failing,
    input  wire [63:0]      session_number,
    input  wire             replayed,
    input  wire             named,          // a report's order
    input  wire             applied,
    input  wire             over,
    input  wire             unknown,
    input  wire [63:0]      position,
    input  wire [31:0]      remaining,

    // Records, byte 0 in bits 7:0
    output reg              orec_valid,
    input  wire             orec_ready,
    output wire [511:0]     orec_data,

    output wire             inc_client_packets,
    output wire             inc_client_errors,
    output wire             inc_exchange_packets,
    output wire             inc_exchange_errors,
    output wire             inc_orders,
    output wire             inc_orders_forwarded,
    output wire             inc_orders_rejected,
    output wire             inc_replayed,
    output wire             inc_unknown_report,
    output wire             inc_unknown_order,
    output wire             inc_over_released
);

`include "tickproof_events.vh"

    localparam [1:0]  LINK = 2'd2;
    localparam [1:0]  ERROR = 2'd3;
    localparam [7:0]  BAD_LENGTH = `TP_REC_SESSION_ERROR_REASON_LENGTH;
    localparam [7:0]  BAD_MESSAGE_TYPE = `TP_REC_SESSION_ERROR_REASON_MESSAGE_TYPE;
    localparam [7:0]  BAD_MESSAGE_LENGTH = `TP_REC_SESSION_ERROR_REASON_MESSAGE_LENGTH;

    wire              link = !is_control && (kind == LINK);
    wire              error = !is_control && (kind == ERROR);
    wire              report = is_exchange && !kind[1];
    wire              pass = !is_control && !is_exchange && (kind == 2'd0);
    wire              sequenced = report && (packet_type == "S");
    wire              numbered = sequenced && known && (message_type != "S") && (message_type != "Q");
    wire [15:0]       symbol_index = {{16-SYM_W{1'b0}}, symbol};
    wire [7:0]        port = is_exchange ? `TP_REC_LINK_PORT_EXCHANGE : `TP_REC_LINK_PORT_CLIENT;
    wire              tells_message = (reason == BAD_MESSAGE_TYPE) || (reason == BAD_MESSAGE_LENGTH);

    reg  [7:0]        rec_kind;
    reg  [7:0]        rec_flags;
    reg  [15:0]       rec_symbol;
    reg  [63:0]       rec_sequence;
    reg  [255:0]      rec_body;
    reg  [511:0]      record_q;             // byte 0 in the top bits, as it is written on the wire

    always @* begin
        rec_flags = 8'd0;
        rec_symbol = 16'hFFFF;
        rec_sequence = ordinal;
        if (is_control) begin
            rec_kind = `TP_REC_CONTROL_KIND;
            rec_symbol = command_symbol;
            rec_sequence = 64'd0;
            rec_body = {op, 56'd0, value, 128'd0};
        end else if (link) begin
            rec_kind = `TP_REC_LINK_KIND;
            rec_body = {port, 7'd0, up, 240'd0};
        end else if (error) begin
            rec_kind = `TP_REC_SESSION_ERROR_KIND;
            rec_body = {port, reason, (reason == BAD_LENGTH) ? 8'd0 : packet_type, tells_message ? message_type : 8'd0,
                        length, 208'd0};
        end else if (report) begin
            rec_kind = `TP_REC_REPORT_KIND;
            rec_flags = {7'd0, replayed};
            if (named) rec_symbol = symbol_index;
            rec_body = {packet_type, sequenced ? message_type : 8'd0, 7'd0, applied, 8'd0, numbered ? order_ref : 32'd0,
                        session_number, named ? position : 64'd0, named ? remaining : 32'd0, 32'd0};
        end else if (is_order) begin
            rec_kind = `TP_REC_DECISION_KIND;
            if (symbol_known) rec_symbol = symbol_index;
            rec_body = {15'd0, failing, order_ref, quantity, message_type, side, 7'd0, failing == 17'd0, 8'd0, price,
                        symbol_known ? bid : 32'd0, symbol_known ? ask : 32'd0};
        end else begin
            rec_kind = `TP_REC_CLIENT_KIND;
            rec_body = {packet_type, (packet_type == "U") ? message_type : 8'd0, 16'd0, length, 16'd0,
                        is_cancel ? order_ref : 32'd0, 160'd0};
        end
    end

    always @(posedge clk) begin
        if (orec_ready) orec_valid <= 1'b0;
        if (finish) begin
            orec_valid <= 1'b1;
            record_q <= {rec_kind, rec_flags, rec_symbol, 32'd0, stamp, now, rec_sequence, rec_body};
        end
        if (rst) orec_valid <= 1'b0;
    end

    genvar k;
    generate
        for (k = 0; k < 64; k = k + 1) begin : gen_byte
            assign orec_data[8*k +: 8] = record_q[8*(63-k) +: 8];
        end
    endgenerate

    assign inc_client_packets = finish && (pass || is_order);
    assign inc_client_errors = finish && error && !is_exchange;
    assign inc_exchange_packets = finish && report;
    assign inc_exchange_errors = finish && error && is_exchange;
    assign inc_orders = finish && is_order;
    assign inc_orders_forwarded = inc_orders && (failing == 17'd0);
    assign inc_orders_rejected = inc_orders && (failing != 17'd0);
    assign inc_replayed = finish && replayed;
    assign inc_unknown_report = finish && sequenced && !known;
    assign inc_unknown_order = finish && report && unknown;
    assign inc_over_released = finish && report && over;

endmodule

`default_nettype wire
