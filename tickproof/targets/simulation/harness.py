# SPDX-License-Identifier: Apache-2.0
"""Writes the Verilog top of a simulation: the device, a player or recorder on each of its ports, and the sequencer that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tickproof.dut import Control, Dut, Port

__all__ = ["TOP", "harness_source", "input_ports", "output_ports"]

TOP = "tickproof_harness"

_AXI_LITE_FROM_PLAYER = {
    "awaddr": "awaddr",
    "awprot": "3'd0",
    "awvalid": "awvalid",
    "wdata": "wdata",
    "wstrb": "wstrb",
    "wvalid": "wvalid",
    "bready": "bready",
    "araddr": "araddr",
    "arprot": "3'd0",
    "arvalid": "arvalid",
    "rready": "rready",
}
_AXI_LITE_FROM_DEVICE = ("awready", "wready", "bresp", "bvalid", "arready", "rdata", "rresp", "rvalid")


def input_ports(dut: Dut) -> list[Port]:
    """The ports that are played, in the order of the description."""
    return [port for port in dut.ports.values() if port.direction == "in"]


def output_ports(dut: Dut) -> list[Port]:
    """The ports that are recorded; a send's wait names one by its index here."""
    return [port for port in dut.ports.values() if port.direction == "out"]


def harness_source(dut: Dut, parameters: Mapping[str, int], log_depth: int) -> str:
    """The text of `tickproof_harness.v`. parameters: all that are set on the device. log_depth: records that a log writes at a time."""
    inputs, outputs = input_ports(dut), output_ports(dut)
    connections = [f".{dut.clock.name}(clk)", f".{dut.reset.name}({'reset' if dut.reset.active else '!reset'})"]
    connections += [f".{name}({value})" for name, value in dut.tie.items()]
    if dut.reset.ready:
        connections.append(f".{dut.reset.ready}(device_ready)")
    blocks: list[str] = []
    for index, port in enumerate(inputs):
        blocks.append(_player(port, index, max(len(outputs), 1), log_depth))
        connections += [f".{name}({port.name}_{role})" for role, name in port.signals.items()]
    for index, port in enumerate(outputs):
        blocks.append(_recorder(port, index, log_depth))
        connections += [f".{name}({port.name}_{role})" for role, name in port.signals.items()]
    if dut.control:
        blocks.append(_control(dut.control, max(len(outputs), 1), log_depth))
        from_player = {role: f"control_{signal}" if signal[0].isalpha() else signal for role, signal in _AXI_LITE_FROM_PLAYER.items()}
        connections += [f".{name}({from_player.get(role, f'control_{role}')})" for role, name in dut.control.signals.items()]
    overrides = f" #({', '.join(f'.{name}({value})' for name, value in parameters.items())})" if parameters else ""
    high, low = dut.clock.period_ps - dut.clock.period_ps // 2, dut.clock.period_ps // 2
    return f"""// Generated from {dut.path.name} for one build; nothing here is edited by hand.
`timescale 1ps / 1ps
`ifdef VERILATOR
module {TOP} (input wire clk, output wire busy);
`else
module {TOP};
    wire busy;
    reg  clk;
    initial clk = 1'b0;
    always begin
        #{low} clk = 1'b1;
        #{high} clk = 1'b0;
    end
    reg [8*1100-1:0] waves;
    initial if ($value$plusargs("tickproof_waves=%s", waves)) begin
        $dumpfile(waves);
        $dumpvars(0, device);
    end
`endif
    reg go;
    initial go = 1'b0;

    wire        done, open, reset, setup, run, read_back, close, device_ready;
    wire [63:0] clock, now;
    wire [{32 * max(len(outputs), 1) - 1}:0] counts;
    wire        setup_done, control_finished, control_sleeping, control_activity, read_back_done, refused;
{"" if outputs else "    assign counts = 32'd0;" + chr(10)}{"" if dut.reset.ready else "    assign device_ready = 1'b1;" + chr(10)}\
{"" if dut.control else _NO_CONTROL}
{"".join(blocks)}
    wire        finished = control_finished{_reduce(" && ", (f"{port.name}_finished" for port in inputs))};
    wire        sleeping = control_sleeping{_reduce(" || ", (f"{port.name}_sleeping" for port in inputs))};
    wire        valid_x = 1'b0{_reduce(" || ", (f"{port.name}_valid_x" for port in outputs))};
    wire        activity = control_activity{_reduce(" || ", (f"({port.name}_tvalid && {port.name}_tready)" for port in inputs))}{_reduce(" || ", (f"{port.name}_tvalid === 1'b1" for port in outputs))};
    tickproof_sequencer #(.RESET_CLOCKS({dut.reset.clocks})) sequencer (
        .clk(clk), .go(go), .busy(busy), .done(done),
        .open(open), .reset(reset), .setup(setup), .run(run), .read_back(read_back), .close(close), .clock(clock), .now(now),
        .device_ready(device_ready), .setup_done(setup_done), .finished(finished), .sleeping(sleeping), .activity(activity),
        .read_back_done(read_back_done), .refused(refused), .valid_x(valid_x)
    );
    {dut.top}{overrides} device (
        {("," + chr(10) + "        ").join(connections)}
    );
endmodule
"""


def _reduce(operator: str, terms: Iterable[str]) -> str:
    return "".join(operator + term for term in terms)


_NO_CONTROL = """    assign setup_done = 1'b1;
    assign control_finished = 1'b1;
    assign control_sleeping = 1'b0;
    assign control_activity = 1'b0;
    assign read_back_done = 1'b1;
    assign refused = 1'b0;
"""


def _wires(port: Port) -> str:
    size = port.width // 8
    return f"""
    wire [{8 * size - 1}:0] {port.name}_tdata;
    wire [{size - 1}:0] {port.name}_tkeep;
    wire {port.name}_tvalid, {port.name}_tready, {port.name}_tlast, {port.name}_tuser;"""


def _player(port: Port, index: int, outputs: int, log_depth: int) -> str:
    name = port.name
    always_ready = "" if "tready" in port.signals else f"\n    assign {name}_tready = 1'b1;"
    return f"""{_wires(port)}
    wire {name}_finished, {name}_sleeping;{always_ready}
    tickproof_stream_player #(.NAME("{name}"), .BYTES({port.width // 8}), .PORTS({outputs}), .DEPTH({log_depth})) player_{index} (
        .clk(clk), .open(open), .run(run), .close(close), .clock(clock), .now(now), .counts(counts),
        .tdata({name}_tdata), .tkeep({name}_tkeep), .tvalid({name}_tvalid), .tready({name}_tready), .tlast({name}_tlast), .tuser({name}_tuser),
        .finished({name}_finished), .sleeping({name}_sleeping)
    );
"""


def _recorder(port: Port, index: int, log_depth: int) -> str:
    name, size = port.name, port.width // 8
    absent = {"tkeep": f"{{{size}{{1'b1}}}}", "tlast": "1'b1", "tuser": "1'b0"}
    fixed = "".join(f"\n    assign {name}_{role} = {value};" for role, value in absent.items() if role not in port.signals)
    return f"""{_wires(port)}
    wire {name}_valid_x;
    assign {name}_tready = 1'b1;{fixed}
    tickproof_stream_recorder #(.NAME("{name}"), .BYTES({size}), .RECORDS({int(port.layout == "events")}), .DEPTH({log_depth})) recorder_{index} (
        .clk(clk), .open(open), .enable(!reset), .close(close), .clock(clock),
        .tdata({name}_tdata), .tkeep({name}_tkeep), .tvalid({name}_tvalid), .tlast({name}_tlast), .tuser({name}_tuser),
        .count(counts[{32 * index} +: 32]), .valid_x({name}_valid_x)
    );
"""


def _control(control: Control, outputs: int, log_depth: int) -> str:
    wires = "".join(
        f"    wire {width}control_{role};\n"
        for role, width in [
            ("awaddr", f"[{control.address_bits - 1}:0] "),
            ("araddr", f"[{control.address_bits - 1}:0] "),
            ("wdata", "[31:0] "),
            ("rdata", "[31:0] "),
            ("wstrb", "[3:0] "),
            ("bresp", "[1:0] "),
            ("rresp", "[1:0] "),
            *((role, "") for role in ("awvalid", "awready", "wvalid", "wready", "bvalid", "bready", "arvalid", "arready", "rvalid", "rready")),
        ]
    )
    okay = "".join(f"    assign control_{role} = 2'd0;\n" for role in ("bresp", "rresp") if role not in control.signals)
    signals = [signal for signal in _AXI_LITE_FROM_PLAYER.values() if signal[0].isalpha()]
    connections = ", ".join(f".{role}(control_{role})" for role in (*signals, *_AXI_LITE_FROM_DEVICE))
    return f"""
{wires}{okay}    assign control_activity = control_awvalid || control_wvalid || control_arvalid;
    tickproof_control_player #(.ADDRESS_BITS({control.address_bits}), .PORTS({outputs}), .DEPTH({log_depth})) control_player (
        .clk(clk), .open(open), .setup(setup), .run(run), .read_back(read_back), .close(close), .clock(clock), .now(now), .counts(counts),
        {connections},
        .setup_done(setup_done), .finished(control_finished), .sleeping(control_sleeping), .read_back_done(read_back_done),
        .refused(refused)
    );
"""
