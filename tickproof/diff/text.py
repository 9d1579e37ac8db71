# SPDX-License-Identifier: Apache-2.0
"""A comparison as text, in the style of a failure: what each side is worth, where they part, golden's word beside both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tickproof.check import FieldRow
from tickproof.check.explain import cause_of
from tickproof.check.observe import NO_FRAMES
from tickproof.check.origin import input_name
from tickproof.check.packets import decode_packet, message_table, packet_rows, packet_text
from tickproof.check.show import field_rows, kind_of, record_text
from tickproof.diff.compare import Difference, packets_of
from tickproof.diff.sides import Side
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
    if not difference.port:
        return "counters differ"
    return f"differ from {difference.port}[{difference.index}] on"


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
    elif difference.part is not None:
        yield from _records(a, b, difference.index)
    else:
        yield from _packets(a, b, difference)
    if a.verdict.status == b.verdict.status == "pass":
        yield from named("legal", [_legal(a, b, difference)])


def _records(a: Side, b: Side, index: int) -> Iterator[str]:
    want, left, right = (
        records[index].tobytes() if index < len(records) else None
        for records in (a.evidence.golden.records, a.evidence.events.records, b.evidence.events.records)
    )
    shown = [record for record in (want, left, right) if record is not None]
    if len(shown) == 3 and len({record[:1] for record in shown}) == 1:
        yield from _table(field_rows(want, left, a.run.symbols), field_rows(want, right, b.run.symbols), a, b)
    else:
        for whose, record in ((f"golden ({a.letter})", want), (a.letter, left), (b.letter, right)):
            yield from named(whose, ["nothing more" if record is None else record_text(record, a.run.symbols)])
    causes = {side.letter: cause_of(index, side.evidence) for side in (a, b)}
    same = len(set(causes.values())) == 1
    for letter, (text, line) in list(causes.items())[: 1 if same else 2]:
        if text:
            yield from named("cause" if same else f"cause {letter}", [text + (f"   (line {line})" if line else "")])
    before = range(max(0, index - _NEIGHBOURS), index)
    yield from named("before", [f"events[{at}] {_record(a, at)}" for at in before])
    after = []
    for at in range(index + 1, index + 1 + _NEIGHBOURS):
        texts = [_record(side, at) for side in (a, b)]
        if texts[0] == texts[1] != "nothing":
            after.append(f"events[{at}] {texts[0]}")
        elif texts[0] != texts[1]:
            after += [f"events[{at}] {side.letter} {text}" for side, text in zip((a, b), texts, strict=True)]
    yield from named("after", after)


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


def _legal(a: Side, b: Side, difference: Difference) -> str:
    """Both agree with golden, each in the order that it states: a race, or a time, that went another way."""
    index = difference.index
    records = [side.evidence.events.records for side in (a, b)]
    if difference.part is None or any(index >= len(one) for one in records):
        return "each is what golden has for the order and the times that it states"
    names = [input_name(one[index]) for one in records]
    kinds = [kind_of(one[index].tobytes()) for one in records]
    if names[0] != names[1]:
        return f"the inputs took effect in another order: here A took {names[0]}, B {names[1]}; each is what golden has for its order"
    if kinds[0] != kinds[1]:
        return f"{names[0]} led to {kinds[0]} in A and {kinds[1]} in B; each is what golden has for its order and times"
    return f"{names[0]} met another state in A than in B; each is what golden has for its order and times"


def _record(side: Side, index: int) -> str:
    records = side.evidence.events.records
    return record_text(records[index].tobytes(), side.run.symbols) if index < len(records) else "nothing"
