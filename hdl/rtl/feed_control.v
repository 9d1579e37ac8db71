// SPDX-License-Identifier: Apache-2.0
// The control registers (contract 1.2; map in tickproof/protocols/control.toml): settings with their commit, commands, counters, the device's time.
//
//   s_axil ─► axil_slave ─┬► global_settings, symbol_settings x SYMBOLS ─► cfg_*
//                         ├► commit: tick_reciprocal for each changed tick, then the command ─► cmd_*
//                         └◄ counter_bank, device_clock, parameters
//
// Settings change in the clock in which the arbiter takes the commit, all together; cfg_sym_restart says from the next clock on, until the next commit,
// which symbols start afresh. A write of COMMAND is answered when the arbiter has taken the command.
//
// Latency:      3 clk, read address to data, 8 at most of a counter; command: 3 clk, a commit SYMBOLS + 32 clk a changed tick more, then as long as the arbiter lets it wait
// Throughput:   1 read and 1 write at a time
// Backpressure: lossless
// Errors:       no such register, symbol, setting or command; a write to what only reads; part of a word -> SLVERR, no effect
//
// Parameters
//   SYMBOLS      symbols, 1 to 64
//   LEVELS       shown in a register
//   FIFO_BYTES   shown in a register
`include "tickproof_control.vh"

module feed_control #(
    parameter SYMBOLS = 8,
    parameter LEVELS = 4096,
    parameter FIFO_BYTES = 32768
) (
    input  wire                     clk,
    input  wire                     rst,

    input  wire [15:0]              s_axil_awaddr,
    input  wire                     s_axil_awvalid,
    output wire                     s_axil_awready,
    input  wire [31:0]              s_axil_wdata,
    input  wire [3:0]               s_axil_wstrb,
    input  wire                     s_axil_wvalid,
    output wire                     s_axil_wready,
    output wire [1:0]               s_axil_bresp,
    output wire                     s_axil_bvalid,
    input  wire                     s_axil_bready,
    input  wire [15:0]              s_axil_araddr,
    input  wire                     s_axil_arvalid,
    output wire                     s_axil_arready,
    output wire [31:0]              s_axil_rdata,
    output wire [1:0]               s_axil_rresp,
    output wire                     s_axil_rvalid,
    input  wire                     s_axil_rready,

    // commands to the arbiter
    output wire                     cmd_valid,
    input  wire                     cmd_ready,
    output wire [7:0]               cmd_op,
    output wire [15:0]              cmd_symbol,

    // settings in effect; symbol i in slice i
    output wire [31:0]              cfg_gap_timeout_ns,
    output wire [63:0]              cfg_start_sequence,
    output wire                     cfg_session_pinned,
    output wire [79:0]              cfg_session,
    output wire [31:0]              cfg_feed_a_group,
    output wire [15:0]              cfg_feed_a_port,
    output wire [31:0]              cfg_feed_b_group,
    output wire [15:0]              cfg_feed_b_port,
    output wire [47:0]              cfg_unicast_mac,
    output wire [47:0]              cfg_events_dst_mac,
    output wire [47:0]              cfg_events_src_mac,
    output wire [31:0]              cfg_events_dst_ip,
    output wire [31:0]              cfg_events_src_ip,
    output wire [15:0]              cfg_events_dst_port,
    output wire [15:0]              cfg_events_src_port,
    output wire [SYMBOLS-1:0]       cfg_sym_enabled,
    output wire [64*SYMBOLS-1:0]    cfg_sym_stock,
    output wire [16*SYMBOLS-1:0]    cfg_sym_locate,
    output wire [SYMBOLS-1:0]       cfg_sym_locate_given,
    output wire [32*SYMBOLS-1:0]    cfg_sym_base,
    output wire [16*SYMBOLS-1:0]    cfg_sym_tick,
    output wire [29*SYMBOLS-1:0]    cfg_sym_recip,
    output wire [SYMBOLS-1:0]       cfg_sym_restart,

    // the device's time, and what the registers show
    output wire [63:0]              time_ns,
    output wire [55:0]              clk_count,
    input  wire                     ready,
    input  wire                     session_fixed,
    input  wire                     end_of_session,
    input  wire [`TP_CNT_COUNT-1:0] inc,
    input  wire [63:0]              add_gap_messages
);

    generate
        if (SYMBOLS < 1 || SYMBOLS > 64) begin : gen_check_symbols
            SYMBOLS_must_be_1_to_64 check();
        end
    endgenerate

    // Parameters have no width of their own; these do.
    localparam [31:0] SYMBOLS_SHOWN    = SYMBOLS;
    localparam [31:0] LEVELS_SHOWN     = LEVELS;
    localparam [31:0] FIFO_BYTES_SHOWN = FIFO_BYTES;
    localparam [31:0] LAST_SYMBOL      = SYMBOLS - 1;
    localparam [63:0] SYMBOL_EXISTS    = {64{1'b1}} >> (64 - SYMBOLS);

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

    // ---- addresses: a 64-bit register in every 8 bytes

    wire write_global  = (write_address & 16'hff83) == `TP_CTRL_ADDR_SETTINGS;
    wire write_symbol  = (write_address & 16'hf003) == `TP_CTRL_ADDR_SYMBOL_SETTINGS && symbol_exists(write_address[11:3]);
    wire write_command = write_address == `TP_CTRL_ADDR_COMMAND;
    wire read_global   = (read_address & 16'hff83) == `TP_CTRL_ADDR_SETTINGS;
    wire read_symbol   = (read_address & 16'hf003) == `TP_CTRL_ADDR_SYMBOL_SETTINGS && symbol_exists(read_address[11:3]);
    wire read_counter  = (read_address & 16'hfe03) == `TP_CTRL_ADDR_COUNTERS && {26'd0, read_address[8:3]} < `TP_CNT_COUNT;
    wire read_time     = (read_address & 16'hfffb) == `TP_CTRL_ADDR_TIME_NS;

    // A symbol's block has 8 places for its 6 settings.
    function symbol_exists;
        input [8:0] place;
        symbol_exists = SYMBOL_EXISTS[place[8:3]] && {29'd0, place[2:0]} <= `TP_CTRL_TICK_ID - 64;
    endfunction

    // ---- settings

    wire                    commit;
    wire [1023:0]           global_shadows;
    wire [64*SYMBOLS+63:0]  symbol_values;    // behind each symbol: the setting to be read, if it is this one's or one's before it, else 0
    wire [64*16-1:0]        shadow_tick;      // 64 symbols: those above SYMBOLS are 0
    wire [63:0]             tick_changed;
    wire [SYMBOLS-1:0]      restart;
    wire                    recip_done;
    wire [28:0]             recip;
    reg  [5:0]              scan_q;      // symbol whose tick is looked at before a commit

    global_settings globals (
        .clk(clk), .rst(rst),
        .write(write && write_global), .write_id(write_address[6:3]), .write_high(write_address[2]), .write_data(write_data),
        .commit(commit), .shadows(global_shadows),
        .cfg_gap_timeout_ns(cfg_gap_timeout_ns), .cfg_start_sequence(cfg_start_sequence),
        .cfg_session_pinned(cfg_session_pinned), .cfg_session(cfg_session),
        .cfg_feed_a_group(cfg_feed_a_group), .cfg_feed_a_port(cfg_feed_a_port),
        .cfg_feed_b_group(cfg_feed_b_group), .cfg_feed_b_port(cfg_feed_b_port), .cfg_unicast_mac(cfg_unicast_mac),
        .cfg_events_dst_mac(cfg_events_dst_mac), .cfg_events_src_mac(cfg_events_src_mac),
        .cfg_events_dst_ip(cfg_events_dst_ip), .cfg_events_src_ip(cfg_events_src_ip),
        .cfg_events_dst_port(cfg_events_dst_port), .cfg_events_src_port(cfg_events_src_port));

    assign symbol_values[63:0] = 64'd0;

    genvar i;
    generate
        for (i = 0; i < SYMBOLS; i = i + 1) begin : gen_symbol
            wire [511:0] shadows;
            wire [63:0]  own_value = shadows[{read_address[5:3], 6'd0} +: 64];

            assign symbol_values[64 * (i + 1) +: 64] = symbol_values[64 * i +: 64] | (read_address[11:6] == i ? own_value : 64'd0);

            symbol_settings settings (
                .clk(clk), .rst(rst),
                .write(write && write_symbol && write_address[11:6] == i), .write_place(write_address[5:3]),
                .write_high(write_address[2]), .write_data(write_data),
                .recip_write(recip_done && scan_q == i), .recip_data(recip), .commit(commit),
                .shadows(shadows), .shadow_tick(shadow_tick[16 * i +: 16]),
                .tick_changed(tick_changed[i]), .restart(restart[i]),
                .cfg_enabled(cfg_sym_enabled[i]), .cfg_stock(cfg_sym_stock[64 * i +: 64]),
                .cfg_locate(cfg_sym_locate[16 * i +: 16]), .cfg_locate_given(cfg_sym_locate_given[i]),
                .cfg_base(cfg_sym_base[32 * i +: 32]), .cfg_tick(cfg_sym_tick[16 * i +: 16]),
                .cfg_recip(cfg_sym_recip[29 * i +: 29]));
        end
        for (i = SYMBOLS; i < 64; i = i + 1) begin : gen_no_symbol
            assign shadow_tick[16 * i +: 16]      = 16'd0;
            assign tick_changed[i]                = 1'b0;
        end
    endgenerate

    // ---- commands

    localparam [1:0] WAIT   = 2'd0;
    localparam [1:0] SCAN   = 2'd1;   // one symbol a clock
    localparam [1:0] DIVIDE = 2'd2;   // the reciprocal of a changed tick
    localparam [1:0] ISSUE  = 2'd3;

    reg  [1:0]           state_q;
    reg  [SYMBOLS-1:0]   restart_q;

    wire                 is_commit = write_data[7:0] == `TP_CTRL_OP_COMMIT;
    wire                 is_other  = write_data[7:0] == `TP_CTRL_OP_SESSION_RESET || write_data[7:0] == `TP_CTRL_OP_BOOK_CLEAR
                                   || write_data[7:0] == `TP_CTRL_OP_BOOK_TRUST;
    wire                 command   = write && write_command && (is_commit || is_other);
    wire                 divide    = state_q == SCAN && tick_changed[scan_q];
    wire                 taken     = cmd_valid && cmd_ready;

    always @(posedge clk) begin
        if (rst) begin
            state_q <= WAIT;
        end else begin
            case (state_q)
                WAIT: begin
                    if (command)
                        state_q <= is_commit ? SCAN : ISSUE;
                end
                SCAN: begin
                    if (divide)
                        state_q <= DIVIDE;
                    else if (scan_q == LAST_SYMBOL[5:0])
                        state_q <= ISSUE;
                end
                DIVIDE: begin
                    if (recip_done)
                        state_q <= scan_q == LAST_SYMBOL[5:0] ? ISSUE : SCAN;
                end
                default: begin
                    if (cmd_ready)
                        state_q <= WAIT;
                end
            endcase
        end
        if (state_q == WAIT)
            scan_q <= 6'd0;
        else if ((state_q == SCAN && !divide) || (state_q == DIVIDE && recip_done))
            scan_q <= scan_q + 6'd1;
        if (rst)
            restart_q <= {SYMBOLS{1'b0}};
        else if (commit)
            restart_q <= restart;
    end

    tick_reciprocal reciprocal (
        .clk(clk), .rst(rst), .start(divide), .tick(shadow_tick[{scan_q, 4'd0} +: 16]), .done(recip_done), .recip(recip));

    assign cmd_valid       = state_q == ISSUE;
    assign cmd_op          = write_data[7:0];
    assign cmd_symbol      = write_data[31:16];
    assign commit          = taken && is_commit;
    assign cfg_sym_restart = restart_q;

    assign write_done  = command ? taken : 1'b1;
    assign write_error = !(write_global || write_symbol || command);

    // ---- reads: the value is chosen in one clock, its word in the next

    reg         chosen_q;
    reg  [63:0] value_q;
    reg         latched_q;            // value_q is a counter or the time: its high word is the one that was latched
    reg         mapped_q;
    reg  [31:0] latched_high_q;

    wire        counter_done;
    wire [63:0] counter_value;

    counter_bank #(.COUNT(`TP_CNT_COUNT), .AMOUNT_A(`TP_CNT_GAP_MESSAGES)) counters (
        .clk(clk), .rst(rst), .inc(inc), .add_a(add_gap_messages), .add_b(64'd0), .read(read && read_counter),
        .index(read_address[8:3]), .done(counter_done), .value(counter_value));

    device_clock device (
        .clk(clk), .rst(rst), .time_ns(time_ns), .clk_count(clk_count));

    reg  [63:0] fixed;
    reg         fixed_mapped;

    always @* begin
        fixed_mapped = 1'b1;
        case (read_address & 16'hfffb)
            `TP_CTRL_ADDR_ID:         fixed = {32'd0, "TPFH"};
            `TP_CTRL_ADDR_VERSION:    fixed = 64'd1;
            `TP_CTRL_ADDR_SYMBOLS:    fixed = {32'd0, SYMBOLS_SHOWN};
            `TP_CTRL_ADDR_LEVELS:     fixed = {32'd0, LEVELS_SHOWN};
            `TP_CTRL_ADDR_STATUS:     fixed = {61'd0, end_of_session, session_fixed, ready};
            `TP_CTRL_ADDR_TIME_NS:    fixed = 64'd0;   // it runs
            `TP_CTRL_ADDR_FIFO_BYTES: fixed = {32'd0, FIFO_BYTES_SHOWN};
            default: begin
                fixed        = 64'd0;
                fixed_mapped = 1'b0;
            end
        endcase
    end

    wire [63:0] global_value = global_shadows[{read_address[6:3], 6'd0} +: 64];
    wire [63:0] symbol_value = symbol_values[64 * SYMBOLS +: 64];

    always @(posedge clk) begin
        chosen_q  <= read && !chosen_q && !rst;
        value_q   <= read_global ? global_value : (read_symbol ? symbol_value : (read_time ? time_ns : fixed));
        latched_q <= read_counter || read_time;
        mapped_q  <= read_global || read_symbol || read_counter || fixed_mapped;
        if (read_done && latched_q && !read_address[2])
            latched_high_q <= value[63:32];
    end

    wire [63:0] value = read_counter ? counter_value : value_q;

    assign read_done  = read_counter ? counter_done : chosen_q;
    assign read_error = !mapped_q;
    assign read_data  = !read_address[2] ? value[31:0] : (latched_q ? latched_high_q : value[63:32]);

endmodule
