# SPDX-License-Identifier: Apache-2.0
"""What the benches of client_rx and exchange_rx share: a source of bytes and link changes, a gate that takes and decides, a sink of
packets, and a reading of contract 6.1 that says what the gate has to see."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import FallingEdge, RisingEdge

__all__ = ["DOWN", "UP", "Item", "Message", "RxBench", "Seen", "Side", "cut", "expect", "soup"]

UP, DOWN = True, False
Item = bytes | bool  # a segment, or a change of the link to up or down
Seen = dict[str, int]  # what the gate sees: kind and fields by their names on the seam, those that are 0 left out

PASS, ORDER, LINK, ERROR = range(4)


def soup(packet_type: str, payload: bytes = b"") -> bytes:
    """A SoupBinTCP packet: length (2, counts what follows), type, payload."""
    return (1 + len(payload)).to_bytes(2, "big") + packet_type.encode("latin1") + payload


@dataclass(frozen=True)
class Message:
    """An OUCH message: its fixed length, whether that ends in an appendage length, and the seam's fields as name -> (offset, size)."""

    length: int
    has_appendage: bool
    fields: Mapping[str, tuple[int, int]]
    price_type: bool = False

    def options(self, data: bytes) -> bytes | None:
        """The options if the length is right (contract 6.3), b"" if there are none; None if it is wrong."""
        if len(data) == self.length and not self.has_appendage:
            return b""
        begin = self.length if self.has_appendage else self.length + 2
        if len(data) < begin or int.from_bytes(data[begin - 2 : begin], "big") != len(data) - begin:
            return None
        options, at = data[begin:], 0
        while at < len(options):
            if options[at] == 0:
                return None
            at += 1 + options[at]
        return options if at == len(options) else None


@dataclass(frozen=True)
class Side:
    """One side's rules. packets: type -> required length, or None = any. messages: type -> the forms it may have, tried in order."""

    name: str
    seam: str
    packets: Mapping[str, int | None]
    carrier: str  # packets of this type hold messages
    messages: Mapping[str, Sequence[Message]]
    unknown_types_pass: bool
    orders: str = ""


def price_type(options: bytes) -> int:
    """Value of the last PriceType option, 0 if there is none; the seam shows a value of 0 as 255."""
    at = found = 0
    while at < len(options):
        if options[at : at + 2] == b"\2\6":
            found = options[at + 2] or 255
        at += 1 + options[at]
    return found


def login(text: bytes) -> int:
    """The number of a Login Accepted; 0 if it breaks rule 6."""
    digits = text.strip(b" ")
    good = bool(digits) and all(byte in b"0123456789" for byte in digits)
    return int(digits) if good and 1 <= int(digits) < 2**64 else 0


def judge(side: Side, packet: bytes, client_types: int) -> Seen:
    """What the gate sees of one whole packet (contract 6.1 to 6.3), written down rule by rule."""
    seen: Seen = {"kind": PASS, "packet_type": packet[2], "length": len(packet) - 2}

    def error(reason: int) -> Seen:
        return {**seen, "kind": ERROR, "reason": reason}

    kind = chr(packet[2])
    if kind not in side.packets:
        return error(2)
    wanted = side.packets[kind]
    if (kind in "US" and len(packet) < 4) or wanted not in (None, len(packet) - 2):
        return error(3)
    if kind == "A":
        number = login(packet[13:33])
        if not number:
            return error(6)
        seen |= {"session": int.from_bytes(packet[3:13], "big"), "number": number}
    if kind != side.carrier:
        return seen
    data = packet[3:]
    seen["message_type"] = data[0]
    forms = side.messages.get(chr(data[0]))
    if forms is None:
        if not side.unknown_types_pass and not (64 <= data[0] < 128 and client_types >> (data[0] - 64) & 1):
            return error(4)
        return seen
    fitting = [(form, options) for form in forms if (options := form.options(data)) is not None]
    if not fitting:
        return error(5)
    form, options = fitting[0]
    seen |= {name: int.from_bytes(data[at : at + size], "big") for name, (at, size) in form.fields.items()}
    if side.unknown_types_pass:
        seen["known"] = 1
    if form.price_type:
        seen["price_type"] = price_type(options)
    if chr(data[0]) in side.orders:
        seen["kind"] = ORDER
    return seen


def expect(side: Side, items: Iterable[Item], client_types: int = 0) -> tuple[list[Seen], list[bytes], int]:
    """What the gate sees of a whole script, the packets that it decides about, and how many bytes are swallowed."""
    seen: list[Seen] = []
    packets: list[bytes] = []
    swallowed, waiting, up, closed = 0, b"", False, False
    for item in items:
        if isinstance(item, bool):
            seen.append({"kind": LINK, "up": int(item)})
            waiting, up, closed = b"", item, False
            continue
        if not up:
            continue
        waiting += item
        while not closed and len(waiting) >= 2:
            length = int.from_bytes(waiting[:2], "big")
            if not 1 <= length <= 2048:
                seen.append({"kind": ERROR, "reason": 1, "length": length})
                closed = True
            elif len(waiting) < length + 2:
                break
            else:
                seen.append(judge(side, waiting[: length + 2], client_types))
                closed = seen[-1]["kind"] == ERROR
                if not closed:
                    packets.append(waiting[: length + 2])
                    waiting = waiting[length + 2 :]
        if closed:
            swallowed += len(waiting)
            waiting = b""
    return [{name: value for name, value in one.items() if value or name == "kind"} for one in seen], packets, swallowed


def cut(data: bytes, rng: random.Random, largest: int = 40) -> list[bytes]:
    """Random segments."""
    segments = []
    while data:
        size = rng.randrange(1, largest)
        segments.append(data[:size])
        data = data[size:]
    return segments


@dataclass
class RxBench:
    """Plays items, takes from the gate's seam, decides, and collects what is forwarded. Inputs change at the falling edge."""

    dut: Any
    side: Side
    fields: Sequence[str]
    whole_beats: bool = True  # segments as full beats but for the last; else beats of any size
    busy: Callable[[], bool] = lambda: False  # the source idles
    gate_waits: Callable[[], bool] = lambda: False
    sink_waits: Callable[[], bool] = lambda: False
    drops: Callable[[Seen], bool] = lambda seen: False
    rng: random.Random = field(default_factory=lambda: random.Random(cocotb.RANDOM_SEED))

    clock: int = 0
    seen: list[Seen] = field(default_factory=list)
    seen_at: list[int] = field(default_factory=list)  # first clock of valid
    forwarded: list[bytes] = field(default_factory=list)
    dropped: int = 0
    verdicts: list[bool] = field(default_factory=list)  # of each packet taken: is it dropped
    swallowed: int = 0
    accepted: list[int] = field(default_factory=list)  # of each byte the clock
    _queue: list[Item] = field(default_factory=list)
    _offered: bool = False
    _changes: int = 0
    _decisions: list[bool] = field(default_factory=list)
    _packet: bytes = b""
    _valid_since: int | None = None
    _shown: Seen | None = None

    async def start(self) -> None:
        dut = self.dut
        for name in ("tdata", "tkeep", "tvalid"):
            getattr(dut, f"s_axis_{name}").value = 0
        self._link(False)
        for name in ("m_packet_axis_tready", "packet_drop", f"{self.side.seam}_ready"):
            getattr(dut, name).value = 0
        dut.rst.value = 1
        cocotb.start_soon(Clock(dut.clk, 10, unit="ns").start())
        for _ in range(3):
            await FallingEdge(dut.clk)
        dut.rst.value = 0
        cocotb.start_soon(self._run())

    def _link(self, up: bool) -> None:
        getattr(self.dut, f"{self.side.name}_link_up").value = int(up)

    async def play(self, items: Iterable[Item], settle: int = 40) -> None:
        """Send all items and wait until nothing moves any more."""
        for item in items:
            if isinstance(item, bool):
                self._queue.append(item)
                continue
            at = 0
            while at < len(item):
                size = 8 if self.whole_beats else self.rng.randrange(1, 9)
                self._queue.append(item[at : at + size])
                at += size
        quiet = 0
        for _ in range(400_000):
            before = (len(self.accepted), len(self.seen), len(self.forwarded), len(self._packet), self.dropped, self.swallowed)
            await RisingEdge(self.dut.clk)
            after = (len(self.accepted), len(self.seen), len(self.forwarded), len(self._packet), self.dropped, self.swallowed)
            quiet = quiet + 1 if before == after and not self._queue and not self._offered and not self._decisions else 0
            if quiet > settle:
                return
        raise AssertionError("the device does not come to rest")

    async def check(self, items: Sequence[Item], client_types: int = 0) -> None:
        """Play a script that begins with the link down; the gate, the output and the counter must see what the contract says."""
        before = (len(self.seen), len(self.forwarded), self.dropped, self.swallowed)
        wanted, packets, swallowed = expect(self.side, items, client_types)
        await self.play(items)
        got = self.seen[before[0] :]
        for index, (one, other) in enumerate(zip(wanted, got, strict=False)):
            assert one == other, f"input {index}: contract {one}, got {other}"
        assert len(got) == len(wanted), f"missing {wanted[len(got) :]}, extra {got[len(wanted) :]}"
        kept = [packet for packet, drop in zip(packets, self.verdicts[before[1] + before[2] :], strict=True) if not drop]
        assert self.forwarded[before[1] :] == kept, "what is forwarded"
        assert self.swallowed - before[3] == swallowed

    def _drive(self) -> None:
        dut = self.dut
        while not self._offered and self._queue and isinstance(self._queue[0], bool):
            self._link(bool(self._queue.pop(0)))
            self._changes += 1
            if self._queue and isinstance(self._queue[0], bool):
                break  # one change a clock
        if not self._offered and self._queue and isinstance(self._queue[0], bytes) and not self.busy():
            data = self._queue[0]
            dut.s_axis_tdata.value = int.from_bytes(data + self.rng.randbytes(8 - len(data)), "little")
            dut.s_axis_tkeep.value = (1 << len(data)) - 1
            self._offered = True
        dut.s_axis_tvalid.value = int(self._offered)
        getattr(dut, f"{self.side.seam}_ready").value = int(not self.gate_waits())
        drop = bool(self._decisions) and not self._decisions[0]
        dut.packet_drop.value = int(drop)
        dut.m_packet_axis_tready.value = int(bool(self._decisions) and not drop and not self.sink_waits())

    def _sample(self) -> None:
        dut, seam = self.dut, self.side.seam
        if dut.packet_drop.value == 1:
            assert dut.m_packet_axis_tvalid.value == 1, "a packet that the gate has taken is stored"
            self._decisions.pop(0)
            self.dropped += 1
        if dut.m_packet_axis_tready.value == 1:
            assert dut.m_packet_axis_tvalid.value == 1, "a packet that the gate has taken is stored"
            keep = int(dut.m_packet_axis_tkeep.value)
            last = dut.m_packet_axis_tlast.value == 1
            assert keep == 0xFF or (last and keep & (keep + 1) == 0 and keep), "only the last beat is partial"
            self._packet += int(dut.m_packet_axis_tdata.value).to_bytes(8, "little")[: keep.bit_length()]
            if last:
                self.forwarded.append(self._packet)
                self._packet = b""
                self._decisions.pop(0)
        if dut.s_axis_tvalid.value == 1 and dut.s_axis_tready.value == 1:
            assert sum(one["kind"] == LINK for one in self.seen) == self._changes, "no byte between a change of the link and its delivery"
            self.accepted += [self.clock] * len(self._queue.pop(0))
            self._offered = False
        self.swallowed += int(getattr(dut, f"add_{self.side.name}_swallowed").value)
        if getattr(dut, f"{seam}_valid").value == 1:
            kind = int(getattr(dut, f"{seam}_kind").value)
            names = ["up"] if kind == LINK else self.fields if kind != ERROR else ["packet_type", "message_type", "length", "reason"]
            shown = {"kind": kind} | {name: value for name in names if (value := int(getattr(dut, f"{seam}_{name}").value))}
            assert self._shown in (None, shown), "what waits does not change"
            self._shown = shown
            if self._valid_since is None:
                self._valid_since = self.clock
            if getattr(dut, f"{seam}_ready").value == 1:
                self.seen.append(shown)
                self.seen_at.append(self._valid_since)
                self._valid_since = self._shown = None
                if kind in (PASS, ORDER):
                    self.verdicts.append(self.drops(shown))
                    self._decisions.append(not self.verdicts[-1])
        else:
            assert self._shown is None, "what waits does not vanish"

    async def _run(self) -> None:
        while True:
            await FallingEdge(self.dut.clk)
            self._drive()
            await RisingEdge(self.dut.clk)
            self.clock += 1
            self._sample()
