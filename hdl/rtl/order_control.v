// SPDX-License-Identifier: Apache-2.0
// The order path's control registers (contract 1.2, 6, 7; map in tickproof/protocols/control.toml, from 0x8000): settings with their shadows, commands,
// counters, kills and links.
//
//   s_axil ─► axil_slave ─┬► order_settings, order_symbol_settings x SYMBOLS ─► risk_*
//                         ├► command ─► ctl_*
//                         └◄ counter_bank, status
//
// The commit is the feed's command: it takes effect here in the clock of its CONTROL record. No write is done between a command of the feed and that
// record, so control keeps its order. A write of ORDER_COMMAND is answered when the gate has taken the command.
//
// Latency:      3 clk, read address to data, 8 at most of a counter; 2 clk, write to ctl_valid; 1 clk, commit to risk_*
// Throughput:   1 read and 1 write at a time
// Backpressure: lossless
// Errors:       no such register, symbol, setting or command; a write to what only reads; part of a word -> SLVERR, no effect
//
// Parameters
//   SYMBOLS      symbols, 1 to 64
`include "tickproof_control.vh"

module order_control #(
    parameter SYMBOLS = 8
) (
    input  wire                           clk,
    input  wire                           rst,

    input  wire [15:0]                    s_axil_awaddr,
    input  wire                           s_axil_awvalid,
    output wire                           s_axil_awready,
    input  wire [31:0]                    s_axil_wdata,
    input  wire [3:0]                     s_axil_wstrb,
    input  wire                           s_axil_wvalid,
    output wire                           s_axil_wready,
    output wire [1:0]                     s_axil_bresp,
    output wire                           s_axil_bvalid,
    input  wire                           s_axil_bready,
    input  wire [15:0]                    s_axil_araddr,
    input  wire                           s_axil_arvalid,
    output wire                           s_axil_arready,
    output wire [31:0]                    s_axil_rdata,
    output wire [1:0]                     s_axil_rresp,
    output wire                           s_axil_rvalid,
    input  wire                           s_axil_rready,

    // the feed's commands: handed over, and later their CONTROL records
    input  wire                           cmd_taken,
    input  wire                           rec_valid,
    input  wire [7:0]                     rec_kind,
    input  wire [7:0]                     rec_op,         // byte 32 of a CONTROL record

    // commands to the gate
    output wire                           ctl_valid,
    input  wire                           ctl_ready,
    output wire [7:0]                     ctl_op,
    output wire [15:0]                    ctl_symbol,
    output wire [63:0]                    ctl_value,

    // settings in effect; symbol i in slice i
    output wire [63:0]                    risk_dead_man_ns,
    output wire [31:0]                    risk_token_ns,
    output wire [15:0]                    risk_burst,
    output wire [15:0]                    risk_max_open_orders,
    output wire [63:0]                    risk_session_max_gross,
    output wire [63:0]                    risk_duplicate_window,
    output wire [5:0]                     risk_allowed_phases,
    output wire                           risk_reject_mode,
    output wire                           risk_cancel_on_disconnect,
    output wire [63:0]                    risk_client_types,
    output wire                           risk_changing,  // a commit may be on its way: its CONTROL record comes 2 clk from now at the earliest
    output wire [SYMBOLS-1:0]             risk_sym_restricted,
    output wire [32*SYMBOLS-1:0]          risk_sym_max_shares,
    output wire [64*SYMBOLS-1:0]          risk_sym_max_notional,
    output wire [16*SYMBOLS-1:0]          risk_sym_collar_bps,
    output wire [64*SYMBOLS-1:0]          risk_sym_max_reference_age,
    output wire [64*SYMBOLS-1:0]          risk_sym_max_long,
    output wire [64*SYMBOLS-1:0]          risk_sym_max_short,
    output wire [64*SYMBOLS-1:0]          risk_sym_max_gross,
    output wire [SYMBOLS-1:0]             risk_sym_short_ok,
    output wire [5*SYMBOLS-1:0]           risk_sym_allowed_types,
    output wire [8*SYMBOLS-1:0]           risk_sym_max_executions,
    output wire [64*SYMBOLS-1:0]          risk_sym_execution_window,

    // what the registers show
    input  wire [5:0]                     status,         // bits of ORDER_STATUS
    input  wire [`TP_ORDER_CNT_COUNT-1:0] inc,
    input  wire [11:0]                    add_client_swallowed,
    input  wire [11:0]                    add_exchange_swallowed
);

`include "tickproof_events.vh"

    generate
        if (SYMBOLS < 1 || SYMBOLS > 64) begin : gen_check_symbols
            SYMBOLS_must_be_1_to_64 check();
        end
    endgenerate

    localparam [63:0] SYMBOL_EXISTS = {64{1'b1}} >> (64 - SYMBOLS);

    wire        write;
    wire [15:0] write_address;
    wire [31:0] write_data;
    wire        write_done;
    wire        write_error;
    wire        read;
    wire [15:0] read_address;
    wire        read_done;
    wire        read_error;
    wire [31:0] read_data;

    axil_slave axil (
        .clk(clk), .rst(rst),
        .s_axil_awaddr(s_axil_awaddr), .s_axil_awvalid(s_axil_awvalid), .s_axil_awready(s_axil_awready),
        .s_axil_wdata(s_axil_wdata), .s_axil_wstrb(s_axil_wstrb), .s_axil_wvalid(s_axil_wvalid), .s_axil_wready(s_axil_wready),
        .s_axil_bresp(s_axil_bresp), .s_axil_bvalid(s_axil_bvalid), .s_axil_bready(s_axil_bready),
        .s_axil_araddr(s_axil_araddr), .s_axil_arvalid(s_axil_arvalid), .s_axil_arready(s_axil_arready),
        .s_axil_rdata(s_axil_rdata), .s_axil_rresp(s_axil_rresp), .s_axil_rvalid(s_axil_rvalid), .s_axil_rready(s_axil_rready),
        .write(write), .write_address(write_address), .write_data(write_data), .write_done(write_done), .write_error(write_error),
        .read(read), .read_address(read_address), .read_done(read_done), .read_error(read_error), .read_data(read_data));

    // ---- addresses: a 64-bit register in every 8 bytes; 16 places for 10 global settings, and for 12 of a symbol

    wire write_global  = (write_address & 16'hff83) == `TP_CTRL_ADDR_ORDER_SETTINGS && global_exists(write_address[6:3]);
    wire write_symbol  = (write_address & 16'he003) == `TP_CTRL_ADDR_ORDER_SYMBOL_SETTINGS && symbol_exists(write_address[12:3]);
    wire write_value   = (write_address & 16'hfffb) == `TP_CTRL_ADDR_ORDER_VALUE;
    wire write_command = write_address == `TP_CTRL_ADDR_ORDER_COMMAND && write_data[7:0] >= `TP_CTRL_OP_KILL && write_data[7:0] <= `TP_CTRL_OP_ALIVE;
    wire read_global   = (read_address & 16'hff83) == `TP_CTRL_ADDR_ORDER_SETTINGS && global_exists(read_address[6:3]);
    wire read_symbol   = (read_address & 16'he003) == `TP_CTRL_ADDR_ORDER_SYMBOL_SETTINGS && symbol_exists(read_address[12:3]);
    wire read_counter  = (read_address & 16'hff03) == `TP_CTRL_ADDR_ORDER_COUNTERS && {27'd0, read_address[7:3]} < `TP_ORDER_CNT_COUNT;

    function global_exists;
        input [3:0] place;
        global_exists = {28'd0, place} <= `TP_CTRL_CLIENT_TYPES_ID - `TP_CTRL_DEAD_MAN_NS_ID;
    endfunction

    function symbol_exists;
        input [9:0] place;
        symbol_exists = SYMBOL_EXISTS[place[9:4]] && {28'd0, place[3:0]} <= `TP_CTRL_EXECUTION_WINDOW_ID - `TP_CTRL_RESTRICTED_ID;
    endfunction

    // ---- settings and commands

    reg                awaited_q;      // a command of the feed has been handed over, its CONTROL record has not arrived
    reg  [63:0]        value_q;
    wire               arrives = rec_valid && rec_kind == `TP_REC_CONTROL_KIND;
    wire               commit  = arrives && rec_op == `TP_CTRL_OP_COMMIT;
    wire               accept  = write && !awaited_q;
    wire [1023:0]      global_shadows;
    wire [64*SYMBOLS+63:0] symbol_values; // behind each symbol: the setting to be read, if it is this one's or one's before it, else 0

    always @(posedge clk) begin
        awaited_q <= !rst && (cmd_taken || (awaited_q && !arrives));
        if (rst)
            value_q <= 64'd0;
        else if (accept && write_value)
            value_q <= write_address[2] ? {write_data, value_q[31:0]} : {value_q[63:32], write_data};
    end

    assign risk_changing = awaited_q;

    assign ctl_valid   = accept && write_command;
    assign ctl_op      = write_data[7:0];
    assign ctl_symbol  = write_data[31:16];
    assign ctl_value   = value_q;
    assign write_done  = accept && (!write_command || ctl_ready);
    assign write_error = !(write_global || write_symbol || write_value || write_command);

    order_settings globals (
        .clk(clk), .rst(rst),
        .write(accept && write_global), .write_place(write_address[6:3]), .write_high(write_address[2]), .write_data(write_data),
        .commit(commit), .shadows(global_shadows),
        .risk_dead_man_ns(risk_dead_man_ns), .risk_token_ns(risk_token_ns), .risk_burst(risk_burst),
        .risk_max_open_orders(risk_max_open_orders), .risk_session_max_gross(risk_session_max_gross),
        .risk_duplicate_window(risk_duplicate_window), .risk_allowed_phases(risk_allowed_phases), .risk_reject_mode(risk_reject_mode),
        .risk_cancel_on_disconnect(risk_cancel_on_disconnect), .risk_client_types(risk_client_types));

    assign symbol_values[63:0] = 64'd0;

    genvar i;
    generate
        for (i = 0; i < SYMBOLS; i = i + 1) begin : gen_symbol
            wire [1023:0] shadows;
            wire [63:0]   own_value = shadows[{read_address[6:3], 6'd0} +: 64];

            assign symbol_values[64 * (i + 1) +: 64] = symbol_values[64 * i +: 64] | (read_address[12:7] == i ? own_value : 64'd0);

            order_symbol_settings settings (
                .clk(clk), .rst(rst),
                .write(accept && write_symbol && write_address[12:7] == i), .write_place(write_address[6:3]),
                .write_high(write_address[2]), .write_data(write_data), .commit(commit), .shadows(shadows),
                .risk_restricted(risk_sym_restricted[i]), .risk_max_shares(risk_sym_max_shares[32 * i +: 32]),
                .risk_max_notional(risk_sym_max_notional[64 * i +: 64]), .risk_collar_bps(risk_sym_collar_bps[16 * i +: 16]),
                .risk_max_reference_age(risk_sym_max_reference_age[64 * i +: 64]), .risk_max_long(risk_sym_max_long[64 * i +: 64]),
                .risk_max_short(risk_sym_max_short[64 * i +: 64]), .risk_max_gross(risk_sym_max_gross[64 * i +: 64]),
                .risk_short_ok(risk_sym_short_ok[i]), .risk_allowed_types(risk_sym_allowed_types[5 * i +: 5]),
                .risk_max_executions(risk_sym_max_executions[8 * i +: 8]),
                .risk_execution_window(risk_sym_execution_window[64 * i +: 64]));
        end
    endgenerate

    // ---- reads: the value is chosen in one clock, its word in the next

    reg         chosen_q;
    reg  [63:0] chosen_value_q;
    reg         mapped_q;
    reg  [31:0] latched_high_q;       // of a counter: its high word is the one that was there when the low one was read

    wire        counter_done;
    wire [63:0] counter_value;

    counter_bank #(
        .COUNT(`TP_ORDER_CNT_COUNT), .AMOUNT_A(`TP_ORDER_CNT_CLIENT_SWALLOWED), .AMOUNT_B(`TP_ORDER_CNT_EXCHANGE_SWALLOWED)
    ) counters (
        .clk(clk), .rst(rst), .inc(inc), .add_a({52'd0, add_client_swallowed}), .add_b({52'd0, add_exchange_swallowed}),
        .read(read && read_counter), .index({1'b0, read_address[7:3]}), .done(counter_done), .value(counter_value));

    reg  [63:0] fixed;
    reg         fixed_mapped;

    always @* begin
        fixed_mapped = 1'b1;
        case (read_address & 16'hfffb)
            `TP_CTRL_ADDR_ORDER_ID:     fixed = {32'd0, "TPOP"};
            `TP_CTRL_ADDR_ORDER_STATUS: fixed = {58'd0, status};
            `TP_CTRL_ADDR_ORDER_VALUE:  fixed = value_q;
            default: begin
                fixed        = 64'd0;
                fixed_mapped = 1'b0;
            end
        endcase
    end

    wire [63:0] global_value = global_shadows[{read_address[6:3], 6'd0} +: 64];
    wire [63:0] symbol_value = symbol_values[64 * SYMBOLS +: 64];
    wire [63:0] value        = read_counter ? counter_value : chosen_value_q;

    always @(posedge clk) begin
        chosen_q       <= read && !chosen_q && !rst;
        chosen_value_q <= read_global ? global_value : (read_symbol ? symbol_value : fixed);
        mapped_q       <= read_global || read_symbol || read_counter || fixed_mapped;
        if (counter_done && !read_address[2])
            latched_high_q <= value[63:32];
    end

    assign read_done  = read_counter ? counter_done : chosen_q;
    assign read_error = !mapped_q;
    assign read_data  = !read_address[2] ? value[31:0] : (read_counter ? latched_high_q : value[63:32]);

endmodule
