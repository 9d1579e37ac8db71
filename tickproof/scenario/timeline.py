# SPDX-License-Identifier: Apache-2.0
"""The timeline: lines to sends and expectations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tickproof.frames import Frames
from tickproof.program import PortProgram, SendFlag
from tickproof.protocols.control import SETTINGS
from tickproof.scenario.commands import control_records
from tickproof.scenario.expect import parse_expectation
from tickproof.scenario.faults import Faults, parse_faults
from tickproof.scenario.feed import FeedLine, lines_of
from tickproof.scenario.header import Header
from tickproof.scenario.model import Expectation
from tickproof.scenario.order_messages import Orders, Sender
from tickproof.scenario.packet import parse_packet
from tickproof.scenario.segments import STREAM_PORTS, parse_segments
from tickproof.scenario.values import BadValue, parse_hex, parse_time
from tickproof.scenario.words import Line, Word

__all__ = ["Timeline", "settle_ns"]

_FEED_PORTS: Mapping[str, tuple[str, ...]] = {"feed": ("feed_a", "feed_b"), "feed_a": ("feed_a",), "feed_b": ("feed_b",)}
_INPUTS = (*_FEED_PORTS, "control")
_ORDER_INPUTS = (*_INPUTS, *STREAM_PORTS)
_ODD_WORDS = {"seq", "session", "frame", "payload", "block", "trailing", "heartbeat", "end_of_session"}


@dataclass(slots=True)
class _Port:
    """Sends of one port as they are read; ordered by time at the end."""

    times: list[int] = field(default_factory=list)
    data: list[bytes] = field(default_factory=list)
    flags: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)

    def add(self, time_ns: int, data: bytes, flags: SendFlag, line: int) -> None:
        self.times.append(time_ns)
        self.data.append(data)
        self.flags.append(int(flags))
        self.lines.append(line)


class Timeline:
    """Reads the lines behind `---`.

    sequence: the next MoldUDP64 sequence, if a line does not say (after a replay or generator: its next).
    """

    def __init__(self, path: Path | str, header: Header, sequence: int) -> None:
        self.path, self.header, self.sequence = path, header, sequence
        self.now_ns = header.origin_ns
        self.silence_ns = 0  # how long `nothing` was asked to last
        self.expectations: list[Expectation] = []
        self.capabilities: set[str] = set()
        # Nothing can be waiting for a gap timeout where every feed packet is a plain one. Decided by the words: what is odd may be lost.
        self.plain = not (header.packet or header.replay or any(map(_about_arrival, header.settings)) or _loses(header.generate))
        self._ports: dict[str, _Port] = {}
        self._feeds: dict[str, FeedLine] = {feed.port: feed for feed in lines_of(header.settings, header.packet)}
        self._orders = Orders()
        for name in STREAM_PORTS if header.links else ():
            self._port(name).add(0, b"", SendFlag.LINK_UP, 0)

    def read(self, lines: Iterable[str], first_number: int) -> None:
        """All lines, the first of which is line `first_number` of the file. Raises ScenarioError."""
        for number, source in enumerate(lines, first_number):
            line = Line.split(self.path, number, source)
            if line.words:
                self._read_line(line)

    def ports(self) -> tuple[dict[str, PortProgram], dict[str, NDArray[np.int64]]]:
        """Input port -> its program, and -> the line of each send."""
        programs, sources = {}, {}
        for name, port in self._ports.items():
            times = np.array(port.times, np.int64)
            order = np.argsort(times, kind="stable")
            frames = Frames.of(port.data[row] for row in order)
            programs[name] = PortProgram(frames, times[order], np.array(port.flags, np.uint16)[order])
            sources[name] = np.array(port.lines, np.int64)[order]
        return programs, sources

    def _read_line(self, line: Line) -> None:
        words = line.words
        arrow = next((index for index, word in enumerate(words[:2]) if word.text in ("<", ">")), None)
        if arrow is None:
            raise line.error(words[0].column, "no direction", got=words[0].text, expected="[time] < port ... or [time] > port ...")
        when = words[0] if arrow else None
        if len(words) == arrow + 1:
            raise line.end_error("no port", expected="a port behind the arrow")
        port, rest = words[arrow + 1], words[arrow + 2 :]
        if words[arrow].text == ">":
            self._expect(line, when, port, rest)
            return
        self._advance(line, when)
        if port.text in _FEED_PORTS and self.header.feed:
            self._feed(line, port, rest)
        elif port.text == "control" and self.header.feed:
            self.plain &= not _restarts(rest)
            for record in control_records(line, rest, self.header.symbols, orders=self.header.orders):
                self._port("control").add(self.now_ns, record, SendFlag.NONE, line.number)
        elif port.text in STREAM_PORTS and self.header.orders:
            for segment in parse_segments(line, rest, Sender(port.text, self.now_ns, self.header.symbols, self._orders)):
                self._port(port.text).add(self.now_ns + segment.delay_ns, segment.data, segment.flags, line.number)
        elif self.header.feed:
            raise line.unknown(port, "input port", _ORDER_INPUTS if self.header.orders else _INPUTS)
        else:
            self._raw(line, port, rest)

    def _advance(self, line: Line, when: Word | None) -> None:
        """Absolute times must not go back: the file is read in the order in which things happen."""
        if when is None:
            return
        relative = when.text.startswith("+")
        time_ns = self._time(line, when, when.text[relative:])
        time_ns += self.now_ns if relative else self.header.origin_ns
        if time_ns < self.now_ns:
            least = self.now_ns - self.header.origin_ns
            raise line.error(when.column, "time goes back", got=when.text, expected=f"at least {least}ns, or +TIME")
        self.now_ns = time_ns

    def _time(self, line: Line, word: Word, text: str) -> int:
        try:
            return parse_time(text)
        except BadValue as bad:
            raise line.error(word.column, "bad time", got=word.text, expected=bad) from None

    def _port(self, name: str) -> _Port:
        return self._ports.setdefault(name, _Port())

    def _feed(self, line: Line, port: Word, words: Sequence[Word]) -> None:
        header = self.header
        self.plain &= not any(word.text.startswith("!") or "." in word.key or {word.key, word.text} & _ODD_WORDS for word in words)
        packet = parse_packet(line, words, symbols=header.symbols, session=header.session, sequence=self.sequence, time_ns=self.now_ns)
        if packet.count is None and packet.numbers:
            self.sequence = (packet.sequence + packet.numbers) & (2**64 - 1)
        for name in _FEED_PORTS[port.text]:
            faults = packet.faults.on(name)
            if faults.lost:
                continue
            data = packet.build(self._feeds[name])
            behind = header.skew_ns if port.text == "feed" and name == "feed_b" else 0
            self._send(line, name, behind, data, faults)

    def _raw(self, line: Line, port: Word, words: Sequence[Word]) -> None:
        faults = parse_faults(line, [word for word in words if word.text.startswith("!")])
        content = [word for word in words if not word.text.startswith("!")]
        if len(content) != 1 or content[0].key not in ("bytes", "frame"):
            raise line.error(port.column, f"what goes into {port.text}?", expected="bytes=hex:... or frame=hex:..., and !faults")
        if faults.in_headers:
            raise line.error(port.column, "!vlan, !fragment and !bad_checksum need a packet that is built")
        data = faults.spoil(line.value(content[0], parse_hex))
        if not data:
            raise line.error(content[0].value_column, "no bytes to send")
        if not faults.lost:
            self._send(line, port.text, 0, data, faults)

    def _send(self, line: Line, port: str, behind_ns: int, data: bytes, faults: Faults) -> None:
        self.capabilities.update(flag.name.lower() for flag in faults.flags if flag.name)
        for _ in range(faults.copies):
            self._port(port).add(self.now_ns + behind_ns + faults.delay_ns, data, faults.flags, line.number)

    def _expect(self, line: Line, when: Word | None, port: Word, words: Sequence[Word]) -> None:
        window: tuple[int, int] | None = None
        nothing = bool(words) and words[0].text == "nothing"
        if when is not None and nothing:
            self._silence(line, when)
        elif when is not None:
            window = self._window(line, when)
            self.capabilities.add("exact_timing")
        expectation = parse_expectation(line, port, words, self.header, window_ns=window, after_ns=self.now_ns)
        if port.text == "counters":
            self.capabilities.add("counters")
        self.expectations.append(expectation)

    def _silence(self, line: Line, when: Word) -> None:
        if not when.text.startswith("+") or "~" in when.text:
            raise line.error(when.column, "how long does the silence last?", got=when.text, expected="+TIME, or nothing")
        self.silence_ns = max(self.silence_ns, self.now_ns + self._time(line, when, when.text[1:]))

    def _window(self, line: Line, when: Word) -> tuple[int, int]:
        if not when.text.startswith("+") or "~" not in when.text:
            raise line.error(when.column, "an expectation has a window or no time", got=when.text, expected="+0~400ns")
        early, late = when.text[1:].split("~", 1)
        latest = self._time(line, when, late)
        unit = late.lstrip("0123456789.")
        earliest = self._time(line, when, early if not early.isdigit() else early + unit)
        if earliest > latest:
            raise line.error(when.column, "the window ends before it begins", got=when.text)
        return earliest, latest


def _about_arrival(setting: str) -> bool:
    """Whether a setting of the device may decide which packets it takes, and when."""
    return not setting.startswith("events_")


def _loses(generate: Mapping[str, Any] | None) -> bool:
    return any(value for key, value in (generate or {}).items() if key.startswith("lose_"))


def _restarts(command: Sequence[Word]) -> bool:
    """Whether a line of control may change what the device waits for. A commit is as odd as what was set, and nothing of a symbol is."""
    words = [word.key or word.text for word in command]
    if words[:1] == ["set"]:
        return any(_about_arrival(word.key) for word in command[1:2] if word.key)
    return words[:1] in ([], ["session_reset"], ["record"])


def settle_ns(header: Header, *, plain: bool) -> int:
    """How long a device may have something to say after the last send: a little, and the gap timeout where a packet may be missing."""
    if not header.feed:
        return 1_000
    return 2_000 + (0 if plain else header.settings.get("gap_timeout_ns", SETTINGS["gap_timeout_ns"].default))
