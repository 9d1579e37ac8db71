# SPDX-License-Identifier: Apache-2.0
"""A comparison as text, in the style of a failure: what each side is worth, where they part, golden's word beside both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from tickproof.check import FieldRow
from tickproof.check.explain import cause_of
from tickproof.check.observe import NO_FRAMES
from tickproof.check.origin import input_name
from tickproof.check.packets import decode_packet, message_table, packet_rows, packet_text
from tickproof.check.show import field_rows, record_text
from tickproof.diff.compare import Difference, packets_of
from tickproof.diff.sides import Side
from tickproof.protocols.records import RECORD
from tickproof.report.failure import columns, named

__all__ = ["difference_text"]

_NEIGHBOURS = 2


def difference_text(a: Side, b: Side, difference: Difference | None) -> str:
    """All that is known about one scenario, most useful first."""
    lines = [f"{a.run.scenario}   {a.run.target} | {b.run.target}   {_headline(a, b, difference)}"]
    for side in (a, b):
        lines += [f"  {text}" for text in named(side.letter, [f"{side.run.target}, {side.run.capture.grade}, {side.path}", _worth(side)])]
    if difference is not None:
        lines += [f"  {text}" for text in _body(a, b, difference)]
    return "\n".join(lines)


def _headline(a: Side, b: Side, difference: Difference | None) -> str:
    if difference is None:
        return "the same"
    if difference.only_order:
        return "the same but for the order of inputs"
    if not difference.port:
        return "counters differ"
    places = [f"{difference.port}[{at}]" for at in (difference.index, difference.other)]
    return f"differ from {places[0]} on" if places[0] == places[1] else f"differ from A's {places[0]}, B's {places[1]} on"


def _worth(side: Side) -> str:
    """How it stands against golden, in one line."""
    verdict = side.verdict
    if verdict.status == "pass":
        return "agrees with golden: " + ", ".join(f"{count} {what}" for what, count in verdict.compared.items() if count)
    place = f" at {verdict.divergence.place}" if verdict.divergence else ""
    rule = f"   [{verdict.divergence.rule}]" if verdict.divergence and verdict.divergence.rule else ""
    return f"{verdict.status}{place}: {verdict.reason}{rule}"


def _body(a: Side, b: Side, difference: Difference) -> Iterator[str]:
    if not difference.port:
        rows = [
            (name, str(a.evidence.golden.counters.get(name, "any")), str(left), str(right)) for name, left, right in difference.counters
        ]
        yield from columns([("counter", f"golden ({a.letter})", a.letter, b.letter), *rows])
    elif difference.port != a.evidence.events.port:
        yield from _packets(a, b, difference)
    elif not difference.only_order:
        yield from _records(a, b, difference)
    if difference.moved is not None:
        yield from named("order", [_order(a, b, difference.moved)])
    if a.verdict.status == b.verdict.status == "pass" and not difference.only_order:
        yield from named("legal", ["each is what golden has for the order and the times that it states"])


def _records(a: Side, b: Side, difference: Difference) -> Iterator[str]:
    places = {a.letter: difference.index, b.letter: difference.other}
    want = _at(a.evidence.golden.records, difference.index)
    left, right = (_at(side.evidence.events.records, places[side.letter]) for side in (a, b))
    shown = [record for record in (want, left, right) if record is not None]
    if len(shown) == 3 and len({record[:1] for record in shown}) == 1:
        yield from _table(field_rows(want, left, a.run.symbols), field_rows(want, right, b.run.symbols), a, b)
    else:
        for whose, record in ((f"golden ({a.letter})", want), (a.letter, left), (b.letter, right)):
            yield from named(whose, ["nothing more" if record is None else record_text(record, a.run.symbols)])
    causes = {side.letter: cause_of(places[side.letter], side.evidence) for side in (a, b)}
    same = len({cause.text for cause in causes.values()}) == 1
    for letter, cause in list(causes.items())[: 1 if same else 2]:
        if cause.text:
            yield from named("cause" if same else f"cause {letter}", [cause.text + (f"   (line {cause.line})" if cause.line else "")])
    for name, steps in (("before", range(-_NEIGHBOURS, 0)), ("after", range(1, 1 + _NEIGHBOURS))):
        lines: list[str] = []
        for step in steps:
            texts = {side.letter: f"events[{places[side.letter] + step}] {_text(side, places[side.letter] + step)}" for side in (a, b)}
            alike = texts[a.letter] == texts[b.letter]
            told = list(texts.items())[: 1 if alike else 2]
            lines += [text if alike else f"{letter} {text}" for letter, text in told if not text.endswith("] ")]
        yield from named(name, lines)


def _packets(a: Side, b: Side, difference: Difference) -> Iterator[str]:
    port, index = difference.port, difference.index
    if port not in a.evidence.golden.streams:
        wanted = a.evidence.golden.frames[port]
        frames = [side.run.capture.outputs.get(port, NO_FRAMES).frames for side in (a, b)]
        for whose, found in zip((f"golden ({a.letter})", a.letter, b.letter), (wanted, *frames), strict=True):
            yield from named(whose, [found[index].hex() if index < len(found) else "nothing more"])
        return
    golden = a.evidence.golden.streams[port].packets
    want = golden[index] if index < len(golden) else None
    left, right = (dict(enumerate(packets_of(side, port))).get(index) for side in (a, b))
    messages = message_table(port, sent=False)
    if want is not None and left is not None and right is not None:
        one, other, third = (decode_packet(packet, messages) for packet in (want, left, right))
        if one.name == other.name == third.name:
            yield from _table(packet_rows(one, other), packet_rows(one, third), a, b)
            return
    for whose, packet in ((f"golden ({a.letter})", want), (a.letter, left), (b.letter, right)):
        yield from named(whose, ["nothing more" if packet is None else packet_text(decode_packet(packet, messages))])


def _table(left: Sequence[FieldRow], right: Sequence[FieldRow], a: Side, b: Side) -> Iterator[str]:
    """Three columns. A row is marked where A and B differ; golden's word says which of them it is."""
    others = {row.name: row.got for row in right}
    rows = [(row.name, row.golden, row.got, others.get(row.name, "-")) for row in left]
    marks = ["", *("<<<" if golden != "any" and mine != other else "" for _, golden, mine, other in rows)]
    table = columns([("field", f"golden ({a.letter})", a.letter, b.letter), *rows])
    yield from (f"{line}   {mark}".rstrip() for line, mark in zip(table, marks, strict=True))


def _order(a: Side, b: Side, moved: int) -> str:
    """What took effect first in each, where their orders part."""
    records = [_at(side.evidence.events.records, moved) for side in (a, b)]
    names = ["nothing more" if record is None else input_name(np.frombuffer(record, RECORD)[0]) for record in records]
    if names[0] == names[1]:
        return f"from events[{moved}] on, where {names[0]} left other records in A than in B"
    return f"from events[{moved}] on the inputs took effect in another order: here A took {names[0]}, B {names[1]}"


def _at(records: NDArray[np.void], index: int) -> bytes | None:
    return bytes(records[index].tobytes()) if 0 <= index < len(records) else None


def _text(side: Side, index: int) -> str:
    record = _at(side.evidence.events.records, index)
    return "" if record is None else record_text(record, side.run.symbols)
