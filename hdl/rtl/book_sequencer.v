// SPDX-License-Identifier: Apache-2.0
// Cuts each op into primitives and lets them into the book's pipeline: a U is a delete and an add, a commit or a
// session_reset is its record and then one primitive a symbol. Nothing of an op is stored: it waits, valid, until its
// last primitive has entered.
// Latency:      0 clk, op to its first primitive; the handshake is with the last one
// Throughput:   one primitive every 2 clk, but never 3 clk apart: the price book reads one RAM twice, 3 clk apart
// Backpressure: op_ready waits for that rhythm, for an add that takes two turns (retry), for clear_ok
// Errors:       none; a bad message is taken and has no effect

`default_nettype none

// Kinds of primitive: 0 look (only compare), 1 add, 2 reduce, 3 delete, 4 add of a U, 5 record of a command, gap or
// end of session, 6 make a symbol's book empty, 7 trust it, 8 claim its given locate.
// Op of a primitive: op_kind, or 15 for the initialisation after reset.
module book_sequencer #(
    parameter SYMBOLS = 8, // symbols
    parameter SYM_W   = 3  // bits of a symbol's index
) (
    input  wire               clk,
    input  wire               rst,

    // Op
    input  wire               op_valid,
    output wire               op_ready,
    input  wire [3:0]         op_kind,
    input  wire [15:0]        op_symbol,
    input  wire [7:0]         op_type,

    // Primitive, clock 0
    output wire               issue,
    output wire               is_message,
    output wire [SYM_W-1:0]   index,
    output wire               second,     // the add of a U
    output reg  [2:0]         tag,        // names its op's context

    // Primitive, clocks 1 and 2
    output reg                valid1,
    output wire               advance1,
    output reg                valid2,
    output reg  [3:0]         kind1,
    output reg  [3:0]         op1,
    output reg                last1,      // no other of its op follows for the same symbol
    output reg  [2:0]         tag1,

    input  wire [SYMBOLS-1:0] cfg_sym_enabled,
    input  wire [SYMBOLS-1:0] cfg_sym_restart,

    // Status
    input  wire               retry,      // the primitive in clock 3 comes again
    input  wire               clear_ok,
    input  wire               store_ready,
    output wire               ready
);

    localparam [3:0] OP_MESSAGE = 4'd0;
    localparam [3:0] OP_BAD = 4'd1;
    localparam [3:0] OP_COMMIT = 4'd4;
    localparam [3:0] OP_RESET = 4'd5;
    localparam [3:0] OP_CLEAR = 4'd6;
    localparam [3:0] OP_TRUST = 4'd7;
    localparam [3:0] OP_INIT = 4'd15;

    localparam [3:0] KIND_LOOK = 4'd0;
    localparam [3:0] KIND_ADD = 4'd1;
    localparam [3:0] KIND_REDUCE = 4'd2;
    localparam [3:0] KIND_DELETE = 4'd3;
    localparam [3:0] KIND_READD = 4'd4;
    localparam [3:0] KIND_RECORD = 4'd5;
    localparam [3:0] KIND_CLEAR = 4'd6;
    localparam [3:0] KIND_TRUST = 4'd7;
    localparam [3:0] KIND_CLAIM = 4'd8;

    localparam       LAST_SYMBOL = SYMBOLS - 1;

    reg [3:0]        kind;
    wire [3:0]       op;
    reg              init_q;
    reg              walking_q;  // the record is out, now the symbols
    reg              second_q;
    reg [SYM_W-1:0]  walk_q;
    reg [2:0]        age_q;      // clocks since the last primitive entered, as far as it matters
    reg              retry_q;

    wire             one_symbol = (op_kind == OP_CLEAR) || (op_kind == OP_TRUST);
    wire             all_symbols = (op_kind == OP_COMMIT) || (op_kind == OP_RESET);
    wire             known_symbol = (op_symbol <= LAST_SYMBOL[15:0]) && cfg_sym_enabled[op_symbol[SYM_W-1:0]];
    wire             last_symbol = (walk_q == LAST_SYMBOL[SYM_W-1:0]);
    wire             last = walking_q ? one_symbol || last_symbol
                         : is_message ? (op_type != "U") || second_q
                         : !all_symbols && !(one_symbol && known_symbol);
    wire             slot = (age_q == 3'd2 || age_q == 3'd4) && !(retry_q && valid1)
                         && (kind != KIND_CLEAR || clear_ok);
    wire             wanted = init_q || (ready && op_valid && (op_kind != OP_BAD));

    assign issue = wanted && slot;
    assign op_ready = ready && ((op_kind == OP_BAD) || (slot && last));
    assign ready = !init_q && store_ready;
    assign op = init_q ? OP_INIT : op_kind;
    assign is_message = !init_q && (op_kind == OP_MESSAGE);
    assign index = (init_q || all_symbols) ? walk_q : op_symbol[SYM_W-1:0];
    assign second = second_q;
    assign advance1 = valid1 && !retry && !retry_q;

    always @* begin
        kind = KIND_LOOK;
        if (init_q) begin
            kind = KIND_CLEAR;
        end else if (is_message) begin
            case (op_type)
                "A", "F": kind = KIND_ADD;
                "E", "C", "X": kind = KIND_REDUCE;
                "D": kind = KIND_DELETE;
                "U": kind = second_q ? KIND_READD : KIND_DELETE;
                default: begin end
            endcase
        end else if (!walking_q) begin
            kind = KIND_RECORD;
        end else if (op_kind == OP_TRUST) begin
            kind = KIND_TRUST;
        end else if (op_kind == OP_COMMIT && !cfg_sym_restart[walk_q]) begin
            kind = KIND_CLAIM;
        end else begin
            kind = KIND_CLEAR;
        end
    end

    always @(posedge clk) begin
        retry_q <= retry;
        valid1 <= issue || (valid1 && !advance1);
        valid2 <= advance1;

        // A retry counts as a primitive that entered 2 clk behind the one that it repeats; one that waits in clock 1
        // counts from when it may go.
        if (issue || (retry_q && valid1)) age_q <= 3'd1;
        else if (retry) age_q <= valid1 ? 3'd1 : 3'd2;
        else if (age_q != 3'd4) age_q <= age_q + 3'd1;

        if (issue) begin
            tag <= tag + 3'd1;
            kind1 <= kind;
            op1 <= op;
            last1 <= last || !is_message;
            tag1 <= tag;
            walking_q <= !init_q && !is_message && !last;
            second_q <= is_message && !last;
            walk_q <= (init_q || walking_q) ? walk_q + 1'b1 : {SYM_W{1'b0}};
            if (last_symbol) begin
                init_q <= 1'b0;
                if (init_q || walking_q) walk_q <= {SYM_W{1'b0}};
            end
        end
        if (rst) begin
            init_q <= 1'b1;
            walking_q <= 1'b0;
            second_q <= 1'b0;
            walk_q <= {SYM_W{1'b0}};
            age_q <= 3'd4;
            retry_q <= 1'b0;
            valid1 <= 1'b0;
            valid2 <= 1'b0;
            tag <= 3'd0;
        end
    end

endmodule

`default_nettype wire
