# SPDX-License-Identifier: Apache-2.0
"""Which ports of a module are its clock, its reset and its streams, by names, directions and widths. A person checks what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from tickproof.errors import InputError
from tickproof.scaffold.module import Module, Signal
from tickproof.scaffold.names import DIRECTIONS, is_clock, is_reset, reset_level, role_of, words

__all__ = ["Guess", "Stream", "Tie", "guess"]

_ROLES = ("tdata", "tkeep", "tvalid", "tready", "tlast", "tuser")
_WIDTH_MAX = 512
_LITE_ADDRESS = ("awaddr", "araddr")
_ENABLES = frozenset({"en", "enable", "ena", "ce"})


@dataclass(slots=True)
class Stream:
    """One AXI-Stream. stem: what its signals' names share. signals: role -> port."""

    direction: Literal["in", "out"]
    stem: tuple[str, ...]
    name: str = ""
    width: int = 0
    signals: dict[str, str] = field(default_factory=dict)

    @property
    def missing(self) -> tuple[str, ...]:
        """Roles that it lacks."""
        return tuple(role for role in _ROLES if role not in self.signals)


@dataclass(frozen=True, slots=True)
class Tie:
    """An input that is held at a constant, and why."""

    name: str
    value: int
    why: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What a module's ports are. active: the level of the reset that resets. unseen: outputs that belong to nothing."""

    module: Module
    clock: str
    reset: str
    active: int
    streams: tuple[Stream, ...]
    ties: tuple[Tie, ...]
    unseen: tuple[str, ...]


def guess(module: Module, where: str) -> Guess:
    """InputError if there is no clock, no reset, or no stream each way."""
    inputs = [signal for signal in module.signals if signal.direction == "input"]
    resets = [signal.name for signal in inputs if signal.width == 1 and is_reset(signal.name)]
    clocks = [signal.name for signal in inputs if signal.width == 1 and is_clock(signal.name) and signal.name not in resets]
    streams = _streams(_without_registers(module.signals))
    _check(module, where, clocks, resets, streams)
    used = {clocks[0], resets[0], *(signal for stream in streams for signal in stream.signals.values())}
    return Guess(
        module=module,
        clock=clocks[0],
        reset=resets[0],
        active=reset_level(resets[0]),
        streams=tuple(streams),
        ties=tuple(_tie(signal.name, clocks, resets) for signal in inputs if signal.name not in used),
        unseen=tuple(signal.name for signal in module.signals if signal.direction == "output" and signal.name not in used),
    )


def _check(module: Module, where: str, clocks: Sequence[str], resets: Sequence[str], streams: Sequence[Stream]) -> None:
    there = ", ".join(f"{signal.direction} {signal.name}" for signal in module.signals) or "none"
    hint = "describe the device by hand (docs/dut.md)"
    for what, found, expected in (
        ("no clock among the ports", clocks, "a one-bit input with clk or clock in its name"),
        ("no reset among the ports", resets, "a one-bit input with rst or reset in its name"),
        ("no stream in", [stream for stream in streams if stream.direction == "in"], "inputs with data and valid in their names"),
        ("no stream out", [stream for stream in streams if stream.direction == "out"], "outputs with data and valid in their names"),
    ):
        if not found:
            raise InputError(f"{where}: {module.name}", what, got=there, expected=expected, hint=hint)
    for stream in streams:
        if stream.width % 8 or stream.width > _WIDTH_MAX:
            port = stream.signals["tdata"]
            raise InputError(
                f"{where}: {module.name}", f"{port} is no data of a stream", got=f"{stream.width} bits", expected="a multiple of 8"
            )


def _streams(signals: Sequence[Signal]) -> list[Stream]:
    """Those with data and valid, in the order of the header; the first of each direction is called `in` or `out`."""
    groups: dict[tuple[str, tuple[str, ...]], Stream] = {}
    readies: list[tuple[Signal, tuple[str, ...]]] = []
    for signal in signals:
        if signal.direction == "inout" or (told := role_of(signal.name)) is None:
            continue
        role, stem = told
        if role == "tready":
            readies.append((signal, stem))
            continue
        direction: Literal["in", "out"] = "in" if signal.direction == "input" else "out"
        groups.setdefault((direction, stem), Stream(direction, stem)).signals.setdefault(role, signal.name)
    streams = [stream for stream in groups.values() if {"tdata", "tvalid"} <= stream.signals.keys()]
    widths = {signal.name: signal.width for signal in signals}
    for stream in streams:
        stream.width = widths[stream.signals["tdata"]]
        if "tkeep" in stream.signals and widths[stream.signals["tkeep"]] * 8 != stream.width:
            del stream.signals["tkeep"]
    _give_ready(streams, readies)
    _give_names(streams)
    return streams


def _give_ready(streams: Sequence[Stream], readies: list[tuple[Signal, tuple[str, ...]]]) -> None:
    """A ready goes against its stream: in_ready and in_data, or o_ready and i_data."""
    for exact in (True, False):
        for stream in streams:
            against = "output" if stream.direction == "in" else "input"
            for signal, stem in readies:
                alike = stem == stream.stem if exact else _bare(stem) == _bare(stream.stem)
                if "tready" not in stream.signals and signal.direction == against and alike:
                    stream.signals["tready"] = signal.name
                    readies.remove((signal, stem))
                    break


def _bare(stem: Sequence[str]) -> list[str]:
    return [word for word in stem if word not in DIRECTIONS]


def _give_names(streams: Sequence[Stream]) -> None:
    """What the golden model calls them; others have their stem."""
    taken = {"control", "run"}
    for stream in streams:
        base = stream.direction if stream.direction not in taken else "_".join(stream.stem) or stream.direction
        base = base if base[0].isalpha() else f"port_{base}"
        stream.name = next(name for name in (base, *(f"{base}_{number}" for number in range(2, 1000))) if name not in taken)
        taken.add(stream.name)


def _without_registers(signals: Sequence[Signal]) -> list[Signal]:
    """Without AXI-Lite and AXI ports, whose signals have valid, ready and data in their names, too."""
    roots = {signal.name[: -len(address)] for signal in signals for address in _LITE_ADDRESS if signal.name.lower().endswith(address)}
    return [signal for signal in signals if not any(root and signal.name.startswith(root) for root in roots)]


def _tie(name: str, clocks: Sequence[str], resets: Sequence[str]) -> Tie:
    if name in resets:
        return Tie(name, 1 - reset_level(name), "a second reset, by its name: released")
    if name in clocks:
        return Tie(name, 0, "a second clock, by its name: it stands still, and tickproof drives one clock only")
    if _ENABLES & set(words(name)):
        return Tie(name, 1, "enables something, by its name")
    return Tie(name, 0, "what it is does not show in its name")
