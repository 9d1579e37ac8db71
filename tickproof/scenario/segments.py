# SPDX-License-Identifier: Apache-2.0
"""`< client` and `< exchange` lines: packets, coalesced in one segment or split over several, and links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tickproof.program import SendFlag
from tickproof.scenario.faults import parse_faults
from tickproof.scenario.order_messages import Sender, parse_order_packet
from tickproof.scenario.values import BadValue, parse_integer
from tickproof.scenario.words import Line, Word

__all__ = ["STREAM_PORTS", "Segment", "parse_segments"]

STREAM_PORTS = ("client", "exchange")

_LINK = {"up": SendFlag.LINK_UP, "down": SendFlag.LINK_DOWN}
_FAULTS = ("split", "delay", "dup")


@dataclass(frozen=True, slots=True)
class Segment:
    """One send of a stream: bytes, or a link change that carries none. delay_ns: behind the time of its line."""

    data: bytes
    flags: SendFlag = SendFlag.NONE
    delay_ns: int = 0


def parse_segments(line: Line, words: Sequence[Word], sender: Sender) -> list[Segment]:
    """The words behind the port. Raises ScenarioError."""
    if not words:
        raise line.end_error(f"what goes into {sender.port}?", expected="packets, up or down")
    if words[0].text in _LINK:
        if len(words) > 1:
            raise line.error(words[1].column, "unexpected word", got=words[1].text, expected="end of line")
        return [Segment(b"", _LINK[words[0].text])]
    marked = [word for word in words if word.text.startswith("!")]
    for word in marked:
        name = (word.key or word.text)[1:]
        if name not in _FAULTS:
            raise line.unknown(Word(name, word.column), "fault of a stream", _FAULTS)
    faults = parse_faults(line, [word for word in marked if not word.text.startswith("!split")])
    packets: list[list[Word]] = [[]]
    for word in (word for word in words if word not in marked):
        if word.text != "|":
            packets[-1].append(word)
        elif packets[-1]:
            packets.append([])
        else:
            raise line.error(word.column, "no packet before `|`")
    if not packets[-1]:
        raise line.end_error("no packet" + (" behind `|`" if len(packets) > 1 else ""), expected="a packet or message")
    data = b"".join(parse_order_packet(line, packet, sender) for packet in packets)
    if not data:
        raise line.error(packets[0][0].column, "no bytes to send")
    cuts = sorted({cut for word in marked if word.text.startswith("!split") for cut in _cuts(line, word, len(data))})
    parts = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    return [Segment(part, SendFlag.NONE, faults.delay_ns) for _ in range(faults.copies) for part in parts]


def _cuts(line: Line, word: Word, size: int) -> list[int]:
    """Where `!split` cuts: `7,12` behind these bytes, `all` behind every byte."""
    if word.value is None:
        raise line.error(word.column, "!split needs a value", expected="!split=7,12 or !split=all")
    if word.value == "all":
        return list(range(1, size))
    cuts = line.value(word, lambda text: [_parse_cut(part) for part in text.split(",")])
    if not all(0 < cut < size for cut in cuts):
        raise line.error(word.value_column, "a cut lies within the segment", got=word.value, expected=f"1 to {size - 1}")
    return cuts


def _parse_cut(text: str) -> int:
    try:
        return parse_integer(text)
    except BadValue:
        raise BadValue("numbers of bytes like 7,12, or all") from None
