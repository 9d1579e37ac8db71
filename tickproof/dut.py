# SPDX-License-Identifier: Apache-2.0
"""The device description: everything that the engine knows about a DUT, from `hdl/dut/<name>.toml`. See docs/dut.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

__all__ = ["Clock", "Control", "Dut", "Layout", "OrderRegisters", "Port", "Reset"]

Layout = Literal["events", "record", "frame", "bytes", "soupbin_client", "soupbin_server"]


@dataclass(frozen=True, slots=True)
class Clock:
    """The one clock. period_ps: 6400 = 156.25 MHz."""

    name: str
    period_ps: int


@dataclass(frozen=True, slots=True)
class Reset:
    """The reset: name, level that resets, for how many clocks it is held. ready: an output, high when the device may be used, or ""."""

    name: str
    active: int
    clocks: int
    ready: str = ""


@dataclass(frozen=True, slots=True)
class Port:
    """One AXI-Stream.

    signals: role (tdata, tkeep, tvalid, tready, tlast, tuser) -> the RTL's port name; a role that the RTL lacks is absent.
    width: bits of tdata.
    layout: how its frames read: "events" (datagrams of records), "record" (one record a frame), "frame" (Ethernet), "bytes";
    "soupbin_client", "soupbin_server": segments of a byte stream of SoupBinTCP packets, as a client or a server sends them.
    link: of an input, the RTL's port that is 1 while the stream's connection is up, or "".
    """

    name: str
    direction: Literal["in", "out"]
    width: int
    signals: Mapping[str, str]
    layout: Layout = "bytes"
    link: str = ""


@dataclass(frozen=True, slots=True)
class OrderRegisters:
    """Where a device has what is the order path's own. command, value: addresses; symbol_stride: address step a symbol."""

    command: int
    value: int
    symbol_stride: int


@dataclass(frozen=True, slots=True)
class Control:
    """AXI-Lite control. signals: role (awaddr, ..., rready) -> port name. settings, symbol_settings, counters: name -> byte address;
    symbol_stride: address step a symbol; command: address of the command register. Defaults are our own map (protocols/control.toml).
    order: of a device with an order path, else None."""

    signals: Mapping[str, str]
    address_bits: int
    command: int
    settings: Mapping[str, int]
    symbol_settings: Mapping[str, int]
    symbol_stride: int
    counters: Mapping[str, int]
    order: OrderRegisters | None = None


@dataclass(frozen=True, slots=True)
class Dut:
    """A device under test.

    path: the TOML file. sources, include: absolute paths. parameters: Verilog parameter -> value (a Program may override).
    model: golden model (see golden.model.Model). tie: inputs tied to a constant.
    inputs, outputs: in the order of the file; a port that goes both ways is in both under one name.
    """

    name: str
    path: Path
    model: str
    top: str
    sources: tuple[Path, ...]
    include: tuple[Path, ...]
    clock: Clock
    reset: Reset
    inputs: Mapping[str, Port]
    outputs: Mapping[str, Port]
    control: Control | None = None
    parameters: Mapping[str, int] = field(default_factory=dict)
    tie: Mapping[str, int] = field(default_factory=dict)
