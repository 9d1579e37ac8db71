# SPDX-License-Identifier: Apache-2.0
"""Fills in the Verilog top of a simulation: the device, a player or recorder on each of its ports, and the sequencer that runs them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from tickproof.dut import Control, Dut, Port

__all__ = ["TOP", "harness_source"]

TOP = "tickproof_harness"

_TEMPLATE = Path(__file__).with_name("harness_template.v")
_RECORDER_SEES = {"tkeep": "{{{size}{{1'b1}}}}", "tlast": "1'b1", "tuser": "1'b0"}  # where the port lacks the signal
# AXI-Lite role -> bits; the first group is driven by the player, the second by the device.
_LITE_OUT = {"awaddr": 0, "awvalid": 1, "wdata": 32, "wstrb": 4, "wvalid": 1, "bready": 1, "araddr": 0, "arvalid": 1, "rready": 1}
_LITE_IN = {"awready": 1, "wready": 1, "bresp": 2, "bvalid": 1, "arready": 1, "rdata": 32, "rresp": 2, "rvalid": 1}
_LITE_FIXED = {"awprot": "3'd0", "arprot": "3'd0"}


def harness_source(dut: Dut, parameters: Mapping[str, int]) -> str:
    """The text of `tickproof_harness.v`. parameters: all that are set on the device."""
    inputs, outputs = [*dut.inputs.values()], [*dut.outputs.values()]
    shared = f".PORTS({max(len(outputs), 1)})"
    blocks = [_player(port, shared) for port in inputs]
    blocks += [_recorder(port, index) for index, port in enumerate(outputs)]
    blocks += [] if outputs else ["    assign counts = 32'd0;\n"]
    blocks += [] if dut.reset.ready else ["    assign device_ready = 1'b1;\n"]
    blocks += [_control(dut.control, shared) if dut.control else _NO_CONTROL]
    moved = [f"({_wires(port)}_tvalid && {_wires(port)}_tready)" for port in inputs]
    moved += [f"{_wires(port)}_tvalid === 1'b1" for port in outputs]
    values = {
        "LOW_PS": str(dut.clock.period_ps // 2),
        "HIGH_PS": str(dut.clock.period_ps - dut.clock.period_ps // 2),
        "PORTS": str(max(len(outputs), 1)),
        "BLOCKS": "".join(f"\n{block}" for block in blocks),
        "RESET_CLOCKS": str(dut.reset.clocks),
        "FINISHED": " && ".join(["control_finished", *(f"{_wires(port)}_finished" for port in inputs)]),
        "SLEEPING": " || ".join(["control_sleeping", *(f"{_wires(port)}_sleeping" for port in inputs)]),
        "ACTIVITY": " || ".join(["control_activity", *moved]),
        "VALID_X": " || ".join([f"{_wires(port)}_valid_x" for port in outputs]) or "1'b0",
        "TOP": dut.top,
        "PARAMETERS": f"#({', '.join(f'.{name}({value})' for name, value in parameters.items())}) " if parameters else "",
        "CONNECTIONS": ",\n        ".join(f".{name}({wire})" for name, wire in _connections(dut)),
    }
    text = _TEMPLATE.read_text(encoding="utf-8")
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _connections(dut: Dut) -> Iterable[tuple[str, str]]:
    """(port of the device, what it is connected to)."""
    yield dut.clock.name, "clk"
    yield dut.reset.name, "reset" if dut.reset.active else "!reset"
    if dut.reset.ready:
        yield dut.reset.ready, "device_ready"
    for name, value in dut.tie.items():
        yield name, str(value)
    for port in (*dut.inputs.values(), *dut.outputs.values()):
        for role, name in port.signals.items():
            yield name, f"{_wires(port)}_{role}"
        if port.link:
            yield port.link, f"{_wires(port)}_link"
    for role, name in dut.control.signals.items() if dut.control else ():
        yield name, _LITE_FIXED.get(role, f"control_{role}")


def _wires(port: Port) -> str:
    """What the names of a port's wires begin with; a port that goes both ways is two."""
    return f"{port.direction}_{port.name}"


def _wire(name: str, bits: int) -> str:
    return f"    wire [{bits - 1}:0] {name};\n" if bits > 1 else f"    wire {name};\n"


def _stream_wires(port: Port) -> str:
    bits = {"tdata": port.width, "tkeep": port.width // 8, "tvalid": 1, "tready": 1, "tlast": 1, "tuser": 1}
    return "".join(_wire(f"{_wires(port)}_{role}", width) for role, width in bits.items())


def _joined(prefix: str, signals: Iterable[str]) -> str:
    return ", ".join(f".{signal}({prefix}_{signal})" for signal in signals)


def _player(port: Port, shared: str) -> str:
    wires = _wires(port)
    more = "".join(_wire(f"{wires}_{name}", 1) for name in ("link", "finished", "sleeping"))
    always_ready = "" if "tready" in port.signals else f"    assign {wires}_tready = 1'b1;\n"
    options = f'.NAME("{port.name}"), .BYTES({port.width // 8}), {shared}'
    return f"""{_stream_wires(port)}{more}{always_ready}    tickproof_stream_player #({options}) {wires}_player (
        .clk(clk), .open(open), .run(run), .close(close), .index(index), .clock(clock), .now(now), .counts(counts),
        {_joined(wires, ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser", "link", "finished", "sleeping"))}
    );
"""


def _recorder(port: Port, index: int) -> str:
    wires, size = _wires(port), port.width // 8
    absent = "".join(
        f"    assign {wires}_{role} = {value.format(size=size)};\n" for role, value in _RECORDER_SEES.items() if role not in port.signals
    )
    options = f'.NAME("{port.name}"), .BYTES({size}), .RECORDS({int(port.layout == "events")})'
    return f"""{_stream_wires(port)}    wire {wires}_valid_x;
    assign {wires}_tready = 1'b1;
{absent}    tickproof_stream_recorder #({options}) {wires}_recorder (
        .clk(clk), .open(open), .enable(!reset), .close(close), .index(index), .clock(clock), .count(counts[{32 * index} +: 32]),
        {_joined(wires, ("tdata", "tkeep", "tvalid", "tlast", "tuser", "valid_x"))}
    );
"""


def _control(control: Control, shared: str) -> str:
    wires = "".join(_wire(f"control_{role}", bits or control.address_bits) for role, bits in (_LITE_OUT | _LITE_IN).items())
    okay = "".join(f"    assign control_{role} = 2'd0;\n" for role in ("bresp", "rresp") if role not in control.signals)
    return f"""{wires}{okay}    assign control_activity = control_awvalid || control_wvalid || control_arvalid;
    tickproof_control_player #(.ADDRESS_BITS({control.address_bits}), {shared}) control_player (
        .clk(clk), .open(open), .setup(setup), .run(run), .read_back(read_back), .close(close), .index(index), .clock(clock), .now(now),
        .counts(counts),
        {_joined("control", (_LITE_OUT | _LITE_IN))},
        .setup_done(setup_done), .read_back_done(read_back_done), {_joined("control", ("finished", "sleeping", "refused"))}
    );
"""


_NO_CONTROL = """    assign setup_done = 1'b1;
    assign control_finished = 1'b1;
    assign control_sleeping = 1'b0;
    assign control_activity = 1'b0;
    assign control_refused = 1'b0;
    assign read_back_done = 1'b1;
"""
