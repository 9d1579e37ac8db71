# SPDX-License-Identifier: Apache-2.0
"""Which ports of a module are its clock, its reset, its streams and registers, by names, directions and widths. A person checks it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tickproof.errors import InputError
from tickproof.scaffold.models import has_registers, name_streams
from tickproof.scaffold.module import Module
from tickproof.scaffold.names import is_clock, is_reset, reset_level, words
from tickproof.scaffold.registers import registers_of, without_registers
from tickproof.scaffold.streams import Stream, streams_of

__all__ = ["Guess", "Tie", "guess"]

_WIDTH_MAX = 512
_ENABLES = frozenset({"en", "enable", "ena", "ce"})
_READY = frozenset({"ready", "rdy", "done", "up"})


@dataclass(frozen=True, slots=True)
class Tie:
    """An input that is held at a constant, and why."""

    name: str
    value: int
    why: str


@dataclass(frozen=True, slots=True)
class Guess:
    """What a module's ports are. active: the level of the reset that resets. ready: says that the device may be used, or "".
    registers: role of AXI-Lite -> port, if the model has any use for them. unseen: outputs that belong to nothing."""

    module: Module
    model: str
    clock: str
    reset: str
    active: int
    ready: str
    streams: tuple[Stream, ...]
    registers: Mapping[str, str]
    ties: tuple[Tie, ...]
    unseen: tuple[str, ...]

    @property
    def address_bits(self) -> int:
        """Of the registers."""
        return next((signal.width for signal in self.module.signals if signal.name == self.registers.get("awaddr")), 0)


def guess(module: Module, model: str, where: str) -> Guess:
    """model: name of a golden model (`models.MODELS`). InputError for what it needs and the module lacks."""
    inputs = [signal for signal in module.signals if signal.direction == "input"]
    outputs = [signal for signal in module.signals if signal.direction == "output"]
    resets = [signal.name for signal in inputs if signal.width == 1 and is_reset(signal.name)]
    clocks = [signal.name for signal in inputs if signal.width == 1 and is_clock(signal.name) and signal.name not in resets]
    streams = streams_of(without_registers(module.signals))
    registers = registers_of(module.signals) if has_registers(model) else {}
    lacking = [
        *(["a clock (a one-bit input with clk or clock in its name)"] if not clocks else []),
        *(["a reset (a one-bit input with rst or reset in its name)"] if not resets else []),
        *(f"a stream for `{name}` (ports with data and valid in their names)" for name in name_streams(streams, model)),
        *(["registers (an AXI-Lite port)"] if has_registers(model) and not registers else []),
    ]
    if lacking:
        there = ", ".join(f"{signal.direction} {signal.name}" for signal in module.signals) or "none"
        hint = "describe the device by hand (docs/dut.md)"
        raise InputError(f"{where}: {module.name}", f"no port looks like {' or '.join(lacking)}", got=there, hint=hint)
    _check_widths(streams, f"{where}: {module.name}")
    used = {clocks[0], resets[0], *registers.values(), *(signal for stream in streams for signal in stream.signals.values())}
    unseen = [signal for signal in outputs if signal.name not in used]
    ready = [signal.name for signal in unseen if has_registers(model) and signal.width == 1 and _READY & set(words(signal.name))]
    return Guess(
        module=module,
        model=model,
        clock=clocks[0],
        reset=resets[0],
        active=reset_level(resets[0]),
        ready=ready[0] if ready else "",
        streams=tuple(streams),
        registers=registers,
        ties=tuple(_tie(signal.name, clocks, resets) for signal in inputs if signal.name not in used),
        unseen=tuple(signal.name for signal in unseen if signal.name not in ready[:1]),
    )


def _check_widths(streams: Sequence[Stream], where: str) -> None:
    for stream in streams:
        if stream.width % 8 or stream.width > _WIDTH_MAX:
            what = f"{stream.signals['tdata']} is no data of a stream"
            raise InputError(where, what, got=f"{stream.width} bits", expected=f"a multiple of 8, at most {_WIDTH_MAX}")


def _tie(name: str, clocks: Sequence[str], resets: Sequence[str]) -> Tie:
    if name in resets:
        return Tie(name, 1 - reset_level(name), "a second reset, by its name: released")
    if name in clocks:
        return Tie(name, 0, "a second clock, by its name: it stands still, and tickproof drives one clock only")
    if _ENABLES & set(words(name)):
        return Tie(name, 1, "enables something, by its name")
    return Tie(name, 0, "what it is does not show in its name")
