# SPDX-License-Identifier: Apache-2.0
"""Faults, marked with `!` where they happen; `@A` or `@B` confines one to a line: `!bad_fcs@A`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from tickproof.program import SendFlag
from tickproof.scenario.values import BadValue, parse_integer, parse_time
from tickproof.scenario.words import Line, Word

__all__ = ["FAULT_NAMES", "Faults", "parse_faults"]

FAULT_NAMES = ("lose", "dup", "delay", "corrupt", "bad_fcs", "bad_checksum", "truncate", "fragment", "vlan", "abort")
_WITHOUT_VALUE = {"dup", "bad_fcs", "bad_checksum", "fragment", "abort"}
_PORTS = {"A": ("feed_a",), "B": ("feed_b",), "both": ("feed_a", "feed_b")}


@dataclass(frozen=True, slots=True)
class Faults:
    """The faults of one packet. each: (fault, its value, the ports that it concerns; none = all), in the order written."""

    each: tuple[tuple[str, int, tuple[str, ...]], ...] = ()

    def on(self, port: str) -> Faults:
        """Those that concern a port."""
        return replace(self, each=tuple(fault for fault in self.each if not fault[2] or port in fault[2]))

    def has(self, name: str) -> bool:
        return any(fault[0] == name for fault in self.each)

    def values(self, name: str) -> tuple[int, ...]:
        return tuple(value for fault, value, _ in self.each if fault == name)

    @property
    def lost(self) -> bool:
        return self.has("lose")

    @property
    def copies(self) -> int:
        return 1 + len(self.values("dup"))

    @property
    def delay_ns(self) -> int:
        return sum(self.values("delay"))

    @property
    def vlans(self) -> tuple[int, ...]:
        return self.values("vlan")

    @property
    def fragment(self) -> bool:
        return self.has("fragment")

    @property
    def bad_checksum(self) -> bool:
        return self.has("bad_checksum")

    @property
    def in_headers(self) -> bool:
        return bool(self.vlans) or self.fragment or self.bad_checksum

    @property
    def flags(self) -> SendFlag:
        bad_fcs = SendFlag.BAD_FCS if self.has("bad_fcs") else SendFlag.NONE
        return bad_fcs | (SendFlag.ABORT if self.has("abort") else SendFlag.NONE)

    def spoil(self, frame: bytes) -> bytes:
        """Flip the bits of `!corrupt` (bit 0: top bit of the first byte), then cut off the bytes of `!truncate`; one byte always stays."""
        data = bytearray(frame)
        for bit in self.values("corrupt"):
            if bit < 8 * len(data):
                data[bit // 8] ^= 0x80 >> (bit % 8)
        cut = sum(self.values("truncate"))
        return bytes(data[: max(1, len(data) - cut)])


def parse_faults(line: Line, words: Sequence[Word]) -> Faults:
    """The `!` words of a line. Raises ScenarioError."""
    return Faults(tuple(_parse_fault(line, word) for word in words))


def _parse_fault(line: Line, word: Word) -> tuple[str, int, tuple[str, ...]]:
    name, at, where = (word.key or word.text)[1:].partition("@")
    if name not in FAULT_NAMES:
        raise line.unknown(Word(name, word.column), "fault", FAULT_NAMES)
    if at and where not in ("A", "B"):
        raise line.error(word.column, f"on which line is !{name}?", got=f"@{where}", expected="@A or @B")
    ports = _PORTS[where] if at else ()
    if name in _WITHOUT_VALUE:
        if word.value is not None:
            raise line.error(word.value_column, f"!{name} takes no value", got=word.value)
        return name, 0, ports
    if name == "lose":
        return name, 0, ports or (line.value(word, _parse_lines) if word.value is not None else _PORTS["both"])
    if word.value is None:
        raise line.error(word.column, f"!{name} needs a value", expected=f"!{name}={_EXAMPLES[name]}")
    return name, line.value(word, _PARSERS[name]), ports


def _parse_lines(text: str) -> tuple[str, ...]:
    if text not in _PORTS:
        raise BadValue("A, B or both")
    return _PORTS[text]


def _parse_bit(text: str) -> int:
    if not text.startswith("bit:"):
        raise BadValue("bit:N, N counted from the top bit of the first byte")
    return parse_integer(text[4:])


def _parse_tag(text: str) -> int:
    value = parse_integer(text)
    if value > 0xFFFF:
        raise BadValue("a VLAN id, or all 16 bits behind the TPID")
    return value


_PARSERS = {"delay": parse_time, "corrupt": _parse_bit, "truncate": parse_integer, "vlan": _parse_tag}
_EXAMPLES = {"delay": "2us", "corrupt": "bit:137", "truncate": "12", "vlan": "100"}
