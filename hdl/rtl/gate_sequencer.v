// SPDX-License-Identifier: Apache-2.0
// One input of the gate at a time, control before exchange before client: takes it, holds its fields, and counts the steps in
// which the other parts act on it. Step 0 is the clock of the handshake; steps 1 to 5 follow. Stamp and time are those of step 1.
// A replace that the exchange reports is two rounds of steps: the original, then the new order.
// Latency:      5 clk, handshake to step 5; 11 of a replace that the exchange reports
// Throughput:   one input every 6 clk; 12
// Backpressure: an input is taken only when nothing is under way and xo, co and records have room
// Errors:       none

`default_nettype none

module gate_sequencer (
    input  wire         clk,
    input  wire         rst,

    input  wire         ctl_valid,
    output wire         ctl_ready,
    input  wire [7:0]   ctl_op,
    input  wire [15:0]  ctl_symbol,
    input  wire [63:0]  ctl_value,

    input  wire         exc_valid,
    output wire         exc_ready,
    input  wire [1:0]   exc_kind,
    input  wire [7:0]   exc_packet_type,
    input  wire [7:0]   exc_message_type,
    input  wire [15:0]  exc_length,
    input  wire         exc_known,
    input  wire [31:0]  exc_ref,
    input  wire [31:0]  exc_orig_ref,
    input  wire [7:0]   exc_side,
    input  wire [31:0]  exc_quantity,
    input  wire [63:0]  exc_price,
    input  wire [7:0]   exc_state,
    input  wire [79:0]  exc_session,
    input  wire [63:0]  exc_number,
    input  wire         exc_up,
    input  wire [7:0]   exc_reason,

    input  wire         cli_valid,
    output wire         cli_ready,
    input  wire [1:0]   cli_kind,
    input  wire [7:0]   cli_packet_type,
    input  wire [7:0]   cli_message_type,
    input  wire [15:0]  cli_length,
    input  wire [31:0]  cli_ref,
    input  wire [31:0]  cli_orig_ref,
    input  wire [7:0]   cli_side,
    input  wire [31:0]  cli_quantity,
    input  wire [63:0]  cli_stock,
    input  wire [63:0]  cli_price,
    input  wire [7:0]   cli_tif,
    input  wire [7:0]   cli_display,
    input  wire [7:0]   cli_capacity,
    input  wire [7:0]   cli_iso,
    input  wire [7:0]   cli_cross,
    input  wire [7:0]   cli_price_type,
    input  wire [111:0] cli_clordid,
    input  wire         cli_up,
    input  wire [7:0]   cli_reason,

    input  wire         xo_ready,
    input  wire         co_ready,
    input  wire         orec_ready,
    input  wire         walking,      // Cancels of a kill are on their way: nothing is taken

    // Memories are cleared behind reset
    output wire         clear,
    output reg  [7:0]   clear_index,

    // Look-ups in the open orders: the order that the input names (step 0), the set of an order to come (step 1)
    output wire         look,
    output wire [7:0]   look_set,
    output wire [31:0]  key_ref,      // what step 0 looked for, from step 1 on

    // The input, from step 1 until the next one is taken
    output wire         step1,
    output wire         step2,
    output wire         step3,
    output wire         step4,
    output wire         step5,        // of each round
    output wire         last,         // with step 5: of the last round
    output wire         second,       // the second round
    output wire         busy,         // steps 1 to the last
    output reg          is_control,
    output reg          is_exchange,
    output reg          is_client,
    output reg  [63:0]  stamp,        // stamp and now: from step 2 on
    output reg  [63:0]  now,
    output reg  [7:0]   op,
    output reg  [15:0]  command_symbol,
    output reg  [63:0]  value,
    output reg  [1:0]   kind,
    output reg  [7:0]   packet_type,
    output reg  [7:0]   message_type,
    output reg  [15:0]  length,
    output reg          known,
    output reg  [31:0]  order_ref,
    output reg  [7:0]   side,
    output reg  [31:0]  quantity,
    output reg  [63:0]  price,
    output reg  [7:0]   state,
    output reg  [79:0]  session,
    output reg  [63:0]  number,
    output reg          up,
    output reg  [7:0]   reason,
    output reg  [63:0]  stock,
    output reg  [7:0]   tif,
    output reg  [7:0]   display,
    output reg  [7:0]   capacity,
    output reg  [7:0]   iso,
    output reg  [7:0]   cross_type,
    output reg  [7:0]   price_type,
    output reg  [111:0] clordid,

    input  wire [63:0]  time_ns,
    input  wire [55:0]  clk_count,
    output wire         ready
);

    localparam [1:0] RANK_CONTROL = 2'd0;
    localparam [1:0] RANK_EXCHANGE = 2'd1;
    localparam [1:0] RANK_CLIENT = 2'd3;

    reg        cleared_q;
    reg  [5:0] step_q;                // bit 0: the second round begins
    reg        second_q;
    reg        two_rounds_q;
    reg  [31:0] orig_ref_q;

    wire       room = cleared_q && (step_q == 6'd0) && !walking && xo_ready && co_ready && orec_ready;
    wire       take_control = room && ctl_valid;
    wire       take_exchange = room && !ctl_valid && exc_valid;
    wire       take_client = room && !ctl_valid && !exc_valid && cli_valid;
    wire       take = take_control || take_exchange || take_client;

    assign ctl_ready = room;
    assign exc_ready = room && !ctl_valid;
    assign cli_ready = room && !ctl_valid && !exc_valid;

    assign ready = cleared_q;
    assign clear = !cleared_q;
    assign busy = (step_q != 6'd0);
    assign {step5, step4, step3, step2, step1} = step_q[5:1];
    assign second = second_q;
    assign last = second_q || !two_rounds_q;

    // Step 0 and step 1
    wire       exchange_replaces = (exc_packet_type == "S") && exc_known && (exc_message_type == "U");
    wire       client_replaces = (cli_message_type == "U");
    wire [7:0] named_set = ctl_valid ? ctl_value[7:0]
        : exc_valid ? (exchange_replaces ? exc_orig_ref[7:0] : exc_ref[7:0])
        : (client_replaces ? cli_orig_ref[7:0] : cli_ref[7:0]);
    wire       names_original = (two_rounds_q && !second_q) || (is_client && message_type == "U");

    assign look = room || step_q[0] || step1;
    assign look_set = room ? named_set : order_ref[7:0];
    assign key_ref = is_control ? value[31:0] : names_original ? orig_ref_q : order_ref;

    always @(posedge clk) begin
        step_q <= {step_q[4:0], 1'b0};
        if (take) step_q[1] <= 1'b1;
        if (step_q[5] && !last) step_q[0] <= 1'b1;
        second_q <= !take && (second_q || step_q[0]);
        if (!cleared_q) clear_index <= clear_index + 8'd1;
        if (clear_index == 8'hFF) cleared_q <= 1'b1;
        if (rst) begin
            step_q <= 6'd0;
            second_q <= 1'b0;
            cleared_q <= 1'b0;
            clear_index <= 8'd0;
        end
    end

    always @(posedge clk) begin
        if (take) begin
            is_control <= take_control;
            is_exchange <= take_exchange;
            is_client <= take_client;
            two_rounds_q <= take_exchange && (exc_kind == 2'd0) && exchange_replaces;
            op <= ctl_op;
            command_symbol <= ctl_symbol;
            value <= ctl_value;
            kind <= take_exchange ? exc_kind : cli_kind;
            packet_type <= take_exchange ? exc_packet_type : cli_packet_type;
            message_type <= take_exchange ? exc_message_type : cli_message_type;
            length <= take_exchange ? exc_length : cli_length;
            known <= exc_known;
            order_ref <= take_exchange ? exc_ref : cli_ref;
            orig_ref_q <= take_exchange ? exc_orig_ref : cli_orig_ref;
            side <= take_exchange ? exc_side : cli_side;
            quantity <= take_exchange ? exc_quantity : cli_quantity;
            price <= take_exchange ? exc_price : cli_price;
            state <= exc_state;
            session <= exc_session;
            number <= exc_number;
            up <= take_exchange ? exc_up : cli_up;
            reason <= take_exchange ? exc_reason : cli_reason;
            stock <= cli_stock;
            tif <= cli_tif;
            display <= cli_display;
            capacity <= cli_capacity;
            iso <= cli_iso;
            cross_type <= cli_cross;
            price_type <= cli_price_type;
            clordid <= cli_clordid;
        end
        if (step1 && !second_q) begin
            stamp <= {clk_count, is_control ? RANK_CONTROL : is_exchange ? RANK_EXCHANGE : RANK_CLIENT, 5'd0, is_control};
            now <= time_ns;
        end
    end

endmodule

`default_nettype wire
