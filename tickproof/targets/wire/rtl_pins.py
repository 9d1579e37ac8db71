# SPDX-License-Identifier: Apache-2.0
"""What `tickproof-rtl` is told of a device: a Verilog top around it, and the header `pins.h` (what is in it: host/rtl_on_wire/device.h).

Ports of the top are `clk`, `reset`, `ready`, `in0_tdata`, ..., `out0_tdata`, ..., `control_awaddr`, ...: their names are the same for all
devices. Records that leave the device only inside (layout "record") are not connected.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tickproof.dut import Dut, Port
from tickproof.errors import InputError
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS, SETTINGS

__all__ = ["TOP", "pins_header", "top_module"]

TOP = "tickproof_device"

_STREAMS = ("client", "exchange")
_NONE = "kNoRegister"
_ABSENT_IN = {"tready": "1'b1"}
_ABSENT_OUT = {"tkeep": "{{{size}{{1'b1}}}}", "tlast": "1'b1", "tuser": "1'b0"}
_DRIVEN = {"in": {"tready"}, "out": {"tdata", "tkeep", "tvalid", "tlast", "tuser"}}  # by the device
# AXI-Lite role -> bits, as the program sees it: addresses have 32.
_LITE_IN = {"awaddr": 32, "awvalid": 1, "wdata": 32, "wvalid": 1, "araddr": 32, "arvalid": 1}
_LITE_OUT = {"awready": 1, "wready": 1, "bresp": 2, "bvalid": 1, "arready": 1, "rdata": 32, "rresp": 2, "rvalid": 1}
_LITE_FIXED = {"wstrb": "4'hF", "bready": "1'b1", "rready": "1'b1", "awprot": "3'd0", "arprot": "3'd0"}


def _inputs(dut: Dut) -> list[Port]:
    return [*dut.inputs.values()]


def _outputs(dut: Dut) -> list[Port]:
    return [port for port in dut.outputs.values() if port.layout != "record"]


def _is_stream(dut: Dut, port: Port) -> bool:
    return (port.name in dut.inputs and port.name in dut.outputs) or bool(port.link)


def _check(dut: Dut) -> None:
    for port in (*_inputs(dut), *_outputs(dut)):
        if not _is_stream(dut, port):
            continue
        if port.name not in _STREAMS or port.name not in dut.inputs or port.name not in dut.outputs or not dut.inputs[port.name].link:
            what = "a byte stream that no host can connect"
            raise InputError(str(dut.path), what, got=port.name, expected=f"{' or '.join(_STREAMS)}, both ways, with a link")


def top_module(dut: Dut, parameters: Mapping[str, int]) -> str:
    """The text of the Verilog top."""
    _check(dut)
    ports = ["input  wire clk", "input  wire reset", "output wire ready"]
    assigns = [] if dut.reset.ready else ["assign ready = 1'b1;"]
    connections = [(dut.clock.name, "clk"), (dut.reset.name, "reset" if dut.reset.active else "!reset")]
    connections += [(dut.reset.ready, "ready")] if dut.reset.ready else []
    connections += [(name, str(value)) for name, value in dut.tie.items()]
    for prefix, port in _numbered(dut):
        size = port.width // 8
        bits = {"tdata": port.width, "tkeep": size, "tvalid": 1, "tready": 1, "tlast": 1, "tuser": 1}
        for role, width in bits.items():
            way = "output" if role in _DRIVEN[port.direction] else "input "
            ports.append(f"{way} wire {_range(width)}{prefix}_{role}")
            absent = (_ABSENT_IN if port.direction == "in" else _ABSENT_OUT).get(role)
            if role in port.signals:
                connections.append((port.signals[role], f"{prefix}_{role}"))
            elif absent:
                assigns.append(f"assign {prefix}_{role} = {absent.format(size=size)};")
        if port.link:
            ports.append(f"input  wire {prefix}_link")
            connections.append((port.link, f"{prefix}_link"))
    if dut.control:
        ports += [f"input  wire {_range(width)}control_{role}" for role, width in _LITE_IN.items()]
        ports += [f"output wire {_range(width)}control_{role}" for role, width in _LITE_OUT.items()]
        narrow = {role: f"control_{role}[{dut.control.address_bits - 1}:0]" for role in ("awaddr", "araddr")}
        named = _LITE_FIXED | narrow
        connections += [(name, named.get(role, f"control_{role}")) for role, name in dut.control.signals.items()]
        assigns += [f"assign control_{role} = 2'd0;" for role in ("bresp", "rresp") if role not in dut.control.signals]
    set_parameters = ", ".join(f".{name}({value})" for name, value in parameters.items())
    return "".join(
        [
            f"// Generated: {dut.name} under plain port names.\n",
            f"module {TOP} (\n    {_list(ports)}\n);\n",
            *(f"    {assign}\n" for assign in assigns),
            f"    {dut.top} {f'#({set_parameters}) ' if parameters else ''}device (\n",
            f"        {_list([f'.{name}({wire})' for name, wire in connections], 8)}\n    );\nendmodule\n",
        ]
    )


def _numbered(dut: Dut) -> Iterable[tuple[str, Port]]:
    """(what the names of its signals begin with, port)."""
    yield from ((f"in{index}", port) for index, port in enumerate(_inputs(dut)))
    yield from ((f"out{index}", port) for index, port in enumerate(_outputs(dut)))


def _range(width: int) -> str:
    return f"[{width - 1}:0] " if width > 1 else ""


def _list(items: Sequence[str], indent: int = 4) -> str:
    return (",\n" + " " * indent).join(items)


def pins_header(dut: Dut, parameters: Mapping[str, int], default_slowdown: int) -> str:
    """The text of `pins.h`."""
    return f"""// Generated: where the program finds the signals of {dut.name}, and what its registers mean.
#pragma once
namespace tickproof::rtl {{
namespace {{

template <class Signal>
std::uint8_t* pin(Signal& signal) {{ return reinterpret_cast<std::uint8_t*>(&signal); }}

Pins pins_of(Vdevice& top) {{
    Pins pins{{}};
    pins.clk = &top.clk;
    pins.reset = &top.reset;
    pins.ready = &top.ready;
{"".join(f"    {line}" + chr(10) for line in (*_stream_pins(dut), *_register_pins(dut)))}    return pins;
}}

Description make_description() {{
    Description made{{}};
{"".join(f"    made.{line};" + chr(10) for line in _description(dut, parameters, default_slowdown))}    return made;
}}

}}  // namespace
}}  // namespace tickproof::rtl
"""


def _stream_pins(dut: Dut) -> Iterable[str]:
    for prefix, port in _numbered(dut):
        pins = ", ".join(f"pin(top.{prefix}_{role})" for role in ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser"))
        link = f"pin(top.{prefix}_link)" if port.link else "nullptr"
        yield f"pins.{port.direction}puts.push_back({{{port.width // 8}, {pins}, {link}}});"


def _register_pins(dut: Dut) -> Iterable[str]:
    if dut.control:
        yield from (f"pins.registers.{role} = &top.control_{role};" for role in (*_LITE_IN, *_LITE_OUT))


def _description(dut: Dut, parameters: Mapping[str, int], default_slowdown: int) -> Iterable[str]:
    yield f'name = "{dut.name}"'
    yield f"period_ps = {dut.clock.period_ps}"
    yield f"reset_clocks = {dut.reset.clocks}"
    yield f"symbols = {parameters.get('SYMBOLS', 0)}"
    yield f"default_slowdown = {default_slowdown}"
    for name, ports in (("inputs", _inputs(dut)), ("outputs", _outputs(dut))):
        kinds = (f'{{"{port.name}", PortKind::{"stream" if _is_stream(dut, port) else "frames"}}}' for port in ports)
        yield f"{name} = {{{', '.join(kinds)}}}"
    control = dut.control
    order = control.order if control else None
    yield f"control = {'true' if control else 'false'}"
    yield f"address_end = {1 << control.address_bits if control else 0}"
    yield f"settings = {{{', '.join(_settings(dut))}}}"
    yield f"command = {control.command if control else _NONE}"
    yield f"order_command = {order.command if order else _NONE}"
    yield f"order_value = {order.value if order else _NONE}"
    kept = control.counters if control else {}
    names = (*COUNTERS, *(ORDER_COUNTERS if order else ()))
    yield f"counters = {{{', '.join(str(kept.get(name, _NONE)) for name in names)}}}"


def _settings(dut: Dut) -> Iterable[str]:
    if not dut.control:
        return
    order = dut.control.order
    for name, address in {**dut.control.settings, **dut.control.symbol_settings}.items():
        setting = SETTINGS[name]
        stride = order.symbol_stride if order and setting.block == "order" else dut.control.symbol_stride
        wide = "true" if setting.bits > 32 else "false"
        yield f"{{{setting.id}, {address}, {stride if setting.per_symbol else 0}, {wide}}}"
