// SPDX-License-Identifier: Apache-2.0
// Writes the records (contract 5.4, 5.5, 8): compares each top of book with the last one emitted, keeps the stale and
// degraded flags, stamps each record with the clock in which it leaves: no two leave in one clock.
// Latency:      top9 (clock 9) to record 1 clk; GAP, END_OF_SESSION, CONTROL, TRADING_STATE and DEGRADED leave a
//               clock before the BBO of the same primitive
// Throughput:   one primitive every 2 clk, each at most two records
// Backpressure: none: event_fifo takes or drops
// Errors:       none

`default_nettype none

module record_builder #(
    parameter SYMBOLS = 8, // symbols
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire             clk,
    input  wire             rst,

    // Clock 0: the context of a primitive
    input  wire             issue,
    input  wire [2:0]       tag,
    input  wire [63:0]      sequence_number,
    input  wire [63:0]      time_ns,
    input  wire [47:0]      itch_timestamp,
    input  wire [79:0]      payload,        // its order reference; gap: end, cause; end of session: session;
                                            // command: next is above 1 behind it, symbol, op
    // Clocks 4 and 5, from order_store
    input  wire             level4_valid,
    input  wire [3:0]       level4_kind,
    input  wire [3:0]       level4_op,
    input  wire             level4_compare,
    input  wire [2:0]       level4_tag,
    input  wire [SYM_W-1:0] level4_symbol,
    input  wire             level4_state,
    input  wire             level4_market,
    input  wire             level4_degraded,
    input  wire [31:0]      level4_aux,

    // Clock 9, from price_book
    input  wire             top9_update,
    input  wire             top9_sell,
    input  wire [31:0]      top9_price,
    input  wire [47:0]      top9_shares,
    input  wire             top9_partial,

    input  wire [55:0]      clk_count,

    // Records, byte 0 in bits 7:0
    output reg              rec_valid,
    output wire [511:0]     rec_data,
    output reg              rec_bbo,        // it is a BBO

    output wire             busy            // a primitive is in clocks 4 to 9, or its last record leaves
);

    localparam [3:0] KIND_RECORD = 4'd5;
    localparam [3:0] KIND_CLEAR = 4'd6;
    localparam [3:0] KIND_TRUST = 4'd7;
    localparam [3:0] OP_GAP = 4'd2;
    localparam [3:0] OP_END = 4'd3;
    localparam [3:0] OP_COMMIT = 4'd4;
    localparam [3:0] OP_RESET = 4'd5;
    localparam [3:0] OP_START = 4'd8;
    localparam [3:0] OP_INIT = 4'd15;

    localparam [7:0] BBO = 8'd1;
    localparam [7:0] GAP = 8'd2;
    localparam [7:0] END_OF_SESSION = 8'd3;
    localparam [7:0] TRADING_STATE = 8'd4;
    localparam [7:0] DEGRADED = 8'd5;
    localparam [7:0] CONTROL = 8'd12;

    localparam [1:0] RANK_CONTROL = 2'd0;
    localparam [1:0] RANK_FEED = 2'd2;

    // What each primitive will need at its end waits here under its tag.
    localparam CONTEXT_W = 2*64 + 48 + 80;

    wire [CONTEXT_W-1:0] context8;
    wire [63:0]          sequence8;
    wire [63:0]          time8;
    wire [47:0]          timestamp8;
    wire [79:0]          payload8;
    assign {sequence8, time8, timestamp8, payload8} = context8;

    // Clocks 6 and 7
    reg             valid5_q;
    reg             valid6_q;
    reg             valid7_q;
    reg [3:0]       kind6_q;
    reg [3:0]       op6_q;
    reg             compare6_q;
    reg [2:0]       tag6_q;
    reg [SYM_W-1:0] symbol6_q;
    reg             state6_q;
    reg             market6_q;
    reg             degraded6_q;
    reg [31:0]      aux6_q;

    // Clocks 8 and 9
    reg             valid8_q;
    reg             valid9_q;
    reg [3:0]       kind8_q;
    reg [3:0]       op8_q;
    reg             compare8_q;
    reg [SYM_W-1:0] symbol8_q;
    reg             state8_q;
    reg             market8_q;
    reg             degraded8_q;
    reg [31:0]      aux8_q;

    ram_1r1w #(.WIDTH(CONTEXT_W), .DEPTH(8), .ADDR_W(3)) contexts (
        .clk       (clk),
        .write_en  (issue),
        .write_addr(tag),
        .write_data({sequence_number, time_ns, itch_timestamp, payload}),
        .read_en   (valid7_q),
        .read_addr (tag6_q),
        .read_data (context8)
    );

    // Clock 8: the records that are not BBOs
    reg  [7:0]      other_kind;
    reg  [15:0]     other_symbol;
    reg  [255:0]    other_body;
    wire [15:0]     symbol_index = {{16-SYM_W{1'b0}}, symbol8_q};

    always @* begin
        other_kind = 8'd0;
        other_symbol = 16'hFFFF;
        other_body = 256'd0;
        if (kind8_q == KIND_RECORD) begin
            case (op8_q)
                OP_GAP: begin
                    other_kind = GAP;
                    other_body[255:184] = payload8[71:0];
                end
                OP_END: begin
                    other_kind = END_OF_SESSION;
                    other_body[255:176] = payload8[79:0];
                end
                OP_START: begin end
                default: begin
                    other_kind = CONTROL;
                    other_symbol = payload8[23:8];
                    other_body[255:248] = payload8[7:0];
                end
            endcase
        end else if (state8_q) begin
            other_kind = TRADING_STATE;
            other_symbol = market8_q ? 16'hFFFF : symbol_index;
            other_body[255:224] = aux8_q;
            other_body[47:0] = timestamp8;
        end else if (degraded8_q) begin
            other_kind = DEGRADED;
            other_symbol = symbol_index;
            other_body[255:192] = payload8[63:0];
            other_body[191:160] = aux8_q;
            other_body[47:0] = timestamp8;
        end
    end

    // Clock 9: flags, the top now, the top last emitted
    reg  [SYMBOLS-1:0] stale_q;
    reg  [SYMBOLS-1:0] degraded_q;
    reg  [79:0]        bid [0:SYMBOLS-1];
    reg  [79:0]        ask [0:SYMBOLS-1];
    reg  [163:0]       emitted [0:SYMBOLS-1];  // flags, bid, ask

    wire            clear9 = (kind8_q == KIND_CLEAR);
    wire            above_one = payload8[24];
    wire            stale9 = (clear9 && op8_q == OP_COMMIT) ? above_one : (kind8_q != KIND_TRUST) && stale_q[symbol8_q];
    wire            degraded9 = !clear9 && (degraded8_q || degraded_q[symbol8_q]);
    wire [79:0]     new9 = {top9_price, top9_shares};
    wire [79:0]     bid9 = clear9 ? 80'd0 : (top9_update && !top9_sell) ? new9 : bid[symbol8_q];
    wire [79:0]     ask9 = clear9 ? 80'd0 : (top9_update && top9_sell) ? new9 : ask[symbol8_q];
    wire            crossed9 = (bid9[79:48] != 32'd0) && (ask9[79:48] != 32'd0) && (bid9[79:48] >= ask9[79:48]);
    wire [3:0]      flags9 = {degraded9, top9_partial, stale9, crossed9};
    wire            differs9 = compare8_q && ({flags9, bid9, ask9} != emitted[symbol8_q]);
    wire            forget9 = clear9 && (op8_q == OP_RESET || op8_q == OP_INIT);

    // Byte 0 in the top bits, as it is written on the wire; number and stamp are not in it.
    reg  [415:0]    record_q;
    wire [1:0]      rank = (record_q[415:408] == CONTROL) ? RANK_CONTROL : RANK_FEED;
    // Without a record the clock count is not shown: every reader of 512 bits would move with it each clock.
    wire [55:0]     count = rec_valid ? clk_count : 56'd0;
    wire [511:0]    stamped = {record_q[415:384], 32'd0, count, rank, 6'd0, record_q[383:0]};

    assign busy = level4_valid || valid5_q || valid6_q || valid7_q || valid8_q || valid9_q || rec_valid;

    always @(posedge clk) begin
        valid5_q <= level4_valid;
        valid6_q <= valid5_q;
        valid7_q <= valid6_q;
        valid8_q <= valid7_q;
        valid9_q <= valid8_q;
        rec_valid <= (valid8_q && other_kind != 8'd0) || (valid9_q && differs9);
        rec_bbo <= valid9_q && differs9;
        if (rst) begin
            valid5_q <= 1'b0;
            valid6_q <= 1'b0;
            valid7_q <= 1'b0;
            valid8_q <= 1'b0;
            valid9_q <= 1'b0;
            rec_valid <= 1'b0;
            rec_bbo <= 1'b0;
        end
    end

    always @(posedge clk) begin
        if (valid5_q) begin
            kind6_q <= level4_kind;
            op6_q <= level4_op;
            compare6_q <= level4_compare;
            tag6_q <= level4_tag;
            symbol6_q <= level4_symbol;
            state6_q <= level4_state;
            market6_q <= level4_market;
            degraded6_q <= level4_degraded;
            aux6_q <= level4_aux;
        end
        if (valid7_q) begin
            kind8_q <= kind6_q;
            op8_q <= op6_q;
            compare8_q <= compare6_q;
            symbol8_q <= symbol6_q;
            state8_q <= state6_q;
            market8_q <= market6_q;
            degraded8_q <= degraded6_q;
            aux8_q <= aux6_q;
        end
        if (valid8_q && other_kind != 8'd0) record_q <= {other_kind, 8'd0, other_symbol, time8, sequence8, other_body};
        if (valid9_q) begin
            bid[symbol8_q] <= bid9;
            ask[symbol8_q] <= ask9;
            degraded_q[symbol8_q] <= degraded9;
            if (forget9) emitted[symbol8_q] <= 164'd0;
            if (differs9) begin
                emitted[symbol8_q] <= {flags9, bid9, ask9};
                record_q <= {BBO, 4'd0, flags9, symbol_index, time8, sequence8,
                             bid9[79:48], ask9[79:48], 16'd0, bid9[47:0], 16'd0, ask9[47:0], 16'd0, timestamp8};
            end
        end
    end

    always @(posedge clk) begin
        if (valid9_q) begin
            stale_q[symbol8_q] <= stale9;
            if (kind8_q == KIND_RECORD) begin
                if (op8_q == OP_GAP) stale_q <= {SYMBOLS{1'b1}};
                if (op8_q == OP_START || op8_q == OP_RESET) stale_q <= {SYMBOLS{above_one}};
            end
        end
        if (rst) stale_q <= {SYMBOLS{1'b0}};
    end

    genvar k;
    generate
        for (k = 0; k < 64; k = k + 1) begin : gen_byte
            assign rec_data[8*k +: 8] = stamped[8*(63-k) +: 8];
        end
    endgenerate

endmodule

`default_nettype wire
