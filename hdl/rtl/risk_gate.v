// SPDX-License-Identifier: Apache-2.0
// The risk gate: instances and wires only; everything behind cli, exc and ctl (contract 6 and 7). One input at a time, control
// before exchange before client, so no decision meets another half done. What each part does stands in its file, what the
// seams are in hdl/README.md. An input is at clock 0 when it is taken; each part names the clock in which it acts. The input's
// stamp and time are those of clock 1, and what it sees of market, settings and commits is what stands in registers in clock 2.
// Latency:      6 clk, cli taken to xo_valid of an O, U or M; 6 clk, any input taken to orec_valid (U of the exchange: 12)
// Throughput:   one input every 6 clk; U of the exchange 12; a kill 2 clk a live order more
// Backpressure: lossless; an input is taken only while xo, co and orec are ready
// Errors:       none of its own; what fails a check is rejected, what cannot be accounted for latches a kill

`default_nettype none

module risk_gate #(
    parameter SYMBOLS = 8 // symbols, 1 to 64
) (
    input  wire                  clk,
    input  wire                  rst,

    // Commands of the order path
    input  wire                  ctl_valid,
    output wire                  ctl_ready,
    input  wire [7:0]            ctl_op,
    input  wire [15:0]           ctl_symbol,
    input  wire [63:0]           ctl_value,

    // Packets of the exchange (kind 0), link changes (2), framing errors (3)
    input  wire                  exc_valid,
    output wire                  exc_ready,
    input  wire [1:0]            exc_kind,
    input  wire [7:0]            exc_packet_type,
    input  wire [7:0]            exc_message_type,
    input  wire [15:0]           exc_length,
    input  wire                  exc_known,
    input  wire [31:0]           exc_ref,
    input  wire [31:0]           exc_orig_ref,
    input  wire [7:0]            exc_side,
    input  wire [31:0]           exc_quantity,
    input  wire [63:0]           exc_price,
    input  wire [7:0]            exc_state,
    input  wire [79:0]           exc_session,
    input  wire [63:0]           exc_number,
    input  wire                  exc_up,
    input  wire [7:0]            exc_reason,

    // Packets of the client that pass (kind 0), its orders (1), link changes (2), framing errors (3)
    input  wire                  cli_valid,
    output wire                  cli_ready,
    input  wire [1:0]            cli_kind,
    input  wire [7:0]            cli_packet_type,
    input  wire [7:0]            cli_message_type,
    input  wire [15:0]           cli_length,
    input  wire [31:0]           cli_ref,
    input  wire [31:0]           cli_orig_ref,
    input  wire [7:0]            cli_side,
    input  wire [31:0]           cli_quantity,
    input  wire [63:0]           cli_stock,
    input  wire [63:0]           cli_price,
    input  wire [7:0]            cli_tif,
    input  wire [7:0]            cli_display,
    input  wire [7:0]            cli_capacity,
    input  wire [7:0]            cli_iso,
    input  wire [7:0]            cli_cross,
    input  wire [7:0]            cli_price_type,
    input  wire [111:0]          cli_clordid,
    input  wire                  cli_up,
    input  wire [7:0]            cli_reason,

    // The book's records, byte 0 in bits 7:0
    input  wire                  rec_valid,
    input  wire [511:0]          rec_data,

    // To the exchange: forward the oldest client packet (kind 0), drop it (1), Cancel (2)
    output wire                  xo_valid,
    input  wire                  xo_ready,
    output wire [1:0]            xo_kind,
    output wire [31:0]           xo_ref,

    // To the client: forward the oldest exchange packet (kind 0), drop it (1), Reject (2)
    output wire                  co_valid,
    input  wire                  co_ready,
    output wire [1:0]            co_kind,
    output wire [63:0]           co_time_ns,
    output wire [31:0]           co_ref,
    output wire [15:0]           co_reason,
    output wire [111:0]          co_clordid,

    // Records, byte 0 in bits 7:0
    output wire                  orec_valid,
    input  wire                  orec_ready,
    output wire [511:0]          orec_data,
    output wire                  orec_busy,   // an input is under way: a record with a stamp up to this clock's may still come

    // Configuration
    input  wire [SYMBOLS-1:0]    cfg_sym_enabled,
    input  wire [64*SYMBOLS-1:0] cfg_sym_stock,
    input  wire [SYMBOLS-1:0]    cfg_sym_restart,
    input  wire [63:0]           risk_dead_man_ns,
    input  wire [31:0]           risk_token_ns,
    input  wire [15:0]           risk_burst,
    input  wire [15:0]           risk_max_open_orders,
    input  wire [63:0]           risk_session_max_gross,
    input  wire [63:0]           risk_duplicate_window,
    input  wire [5:0]            risk_allowed_phases,
    input  wire                  risk_reject_mode,
    input  wire                  risk_cancel_on_disconnect,
    input  wire [SYMBOLS-1:0]    risk_sym_restricted,
    input  wire [32*SYMBOLS-1:0] risk_sym_max_shares,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_notional,
    input  wire [16*SYMBOLS-1:0] risk_sym_collar_bps,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_reference_age,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_long,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_short,
    input  wire [64*SYMBOLS-1:0] risk_sym_max_gross,
    input  wire [SYMBOLS-1:0]    risk_sym_short_ok,
    input  wire [5*SYMBOLS-1:0]  risk_sym_allowed_types,
    input  wire [8*SYMBOLS-1:0]  risk_sym_max_executions,
    input  wire [64*SYMBOLS-1:0] risk_sym_execution_window,

    // Time
    input  wire [63:0]           time_ns,
    input  wire [55:0]           clk_count,

    // Status
    output wire                  ready,       // memories are empty; inputs wait while it is low
    output wire                  global_kill,
    output wire                  session_kill,
    output wire                  client_open,
    output wire                  exchange_open,
    output wire                  client_up,
    output wire                  exchange_up,
    output wire                  inc_client_packets,
    output wire                  inc_client_errors,
    output wire                  inc_client_unsent,
    output wire                  inc_exchange_packets,
    output wire                  inc_exchange_errors,
    output wire                  inc_exchange_unsent,
    output wire                  inc_orders,
    output wire                  inc_orders_forwarded,
    output wire                  inc_orders_rejected,
    output wire                  inc_rejects_sent,
    output wire                  inc_cancels_sent,
    output wire                  inc_replayed,
    output wire                  inc_unknown_report,
    output wire                  inc_unknown_order,
    output wire                  inc_over_released
);

endmodule

`default_nettype wire
