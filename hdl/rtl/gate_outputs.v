// SPDX-License-Identifier: Apache-2.0
// What the gate tells the two outputs: which packets go on, and which Cancels and Rejects are to be made. A side that is not open
// gets nothing (SESS-CLOSED), and that is counted.
// Latency:      1 clk, step 1 (packets that pass) or step 5 (orders) to xo and co
// Throughput:   one of each a clock
// Backpressure: held until it is taken; nothing comes before that, but for Cancels, which wait for cancel_ready
// Errors:       none

`default_nettype none

module gate_outputs (
    input  wire         clk,
    input  wire         rst,

    // The input
    input  wire         step1,
    input  wire         step5,
    input  wire         is_client,
    input  wire         is_exchange,
    input  wire [1:0]   kind,
    input  wire         second,          // round: the packet is on its way already
    input  wire [7:0]   message_type,
    input  wire [31:0]  order_ref,
    input  wire [111:0] clordid,
    input  wire [63:0]  now,

    // Step 5 of an order
    input  wire         is_order,
    input  wire [16:0]  failing,
    input  wire         reject_mode,

    // Cancels of a kill
    input  wire         cancel_valid,
    output wire         cancel_ready,
    input  wire [31:0]  cancel_ref,

    input  wire         client_open,
    input  wire         exchange_open,

    output reg          xo_valid,
    input  wire         xo_ready,
    output reg  [1:0]   xo_kind,
    output reg  [31:0]  xo_ref,

    output reg          co_valid,
    input  wire         co_ready,
    output reg  [1:0]   co_kind,
    output reg  [63:0]  co_time_ns,
    output reg  [31:0]  co_ref,
    output reg  [15:0]  co_reason,
    output reg  [111:0] co_clordid,

    output wire         inc_client_unsent,
    output wire         inc_exchange_unsent,
    output wire         inc_rejects_sent,
    output wire         inc_cancels_sent
);

    localparam [1:0] FORWARD = 2'd0;
    localparam [1:0] DROP = 2'd1;
    localparam [1:0] CANCEL = 2'd2;
    localparam [1:0] REJECT = 2'd2;

    wire        passes = step1 && is_client && (kind == 2'd0);
    wire        reports = step1 && is_exchange && (kind == 2'd0) && !second;
    wire        decides = step5 && is_order;
    wire [4:0]  lowest;
    wire        any;
    wire        rejects = decides && any && !reject_mode;
    wire        cancels = cancel_valid && cancel_ready;

    find_first #(.WIDTH(17), .INDEX_W(5)) lowest_check (.bits(failing), .any(any), .index(lowest));

    assign cancel_ready = !exchange_open || !xo_valid || xo_ready;
    assign inc_client_unsent = (reports || rejects) && !client_open;
    assign inc_exchange_unsent = (passes || cancels) && !exchange_open;
    assign inc_rejects_sent = rejects && client_open;
    assign inc_cancels_sent = cancels && exchange_open;

    always @(posedge clk) begin
        if (xo_ready) xo_valid <= 1'b0;
        if (passes || decides || inc_cancels_sent) xo_valid <= 1'b1;
        if (co_ready) co_valid <= 1'b0;
        if (reports || inc_rejects_sent) co_valid <= 1'b1;
        if (rst) begin
            xo_valid <= 1'b0;
            co_valid <= 1'b0;
        end
    end

    always @(posedge clk) begin
        if (passes) xo_kind <= exchange_open ? FORWARD : DROP;
        if (decides) xo_kind <= any ? DROP : FORWARD;
        if (inc_cancels_sent) begin
            xo_kind <= CANCEL;
            xo_ref <= cancel_ref;
        end
        if (reports) co_kind <= client_open ? FORWARD : DROP;
        if (inc_rejects_sent) begin
            co_kind <= REJECT;
            co_time_ns <= now;
            co_ref <= order_ref;
            co_reason <= {1'b1, 10'd0, lowest};
            co_clordid <= (message_type == "M") ? {14{8'h20}} : clordid;
        end
    end

endmodule

`default_nettype wire
