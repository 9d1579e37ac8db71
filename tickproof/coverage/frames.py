# SPDX-License-Identifier: Apache-2.0
"""Contract 2 in bins: which rule a frame or packet broke, and in which of the ways that it can be broken."""

from __future__ import annotations

from collections.abc import Mapping

from tickproof.coverage.hits import Hits
from tickproof.golden.control import Settings
from tickproof.golden.mold import LINES, Packet, PacketKind, Receiver
from tickproof.program import Program, SendFlag
from tickproof.protocols import MOLDUDP64

__all__ = ["LINE_PORTS", "WatchedReceiver", "payload_at"]

LINE_PORTS = tuple(f"feed_{line}" for line in LINES)

_MOST = 2048
_TAGGED = b"\x81\x00"
_MOLD = MOLDUDP64.picker("session", "sequence", "count")
_END_COUNT = 0xFFFF


def payload_at(frame: bytes) -> int:
    """Where the UDP payload of an accepted frame begins."""
    return 46 if frame[12:14] == _TAGGED else 42


class WatchedReceiver(Receiver):
    """Notes what became of each frame, and why."""

    def __init__(self, settings: Settings, program: Program, hits: Hits) -> None:
        self._values = settings
        self._hits = hits
        self._flags = [program.ports[port].flags.tolist() if port in program.ports else [] for port in LINE_PORTS]
        super().__init__(settings)

    def receive(self, line: int, row: int, arrived_ps: int, frame: bytes, bad_fcs: bool) -> Packet | None:
        before, accepted = dict(self.counters), self.accepted
        packet = super().receive(line, row, arrived_ps, frame, bad_fcs)
        prefix = f"{LINES[line]}_"
        counted = {name.removeprefix(prefix) for name, value in self.counters.items() if value != before[name]} - {"frames"}
        values = self._values.values
        cut_off = bool(self._flags[line][row] & SendFlag.ABORT)
        for name in counted:
            for case in _fault(name, frame, values, line, cut_off=cut_off):
                self._hits.add("frame faults" if name in _OF_FRAMES else "packet faults", case, LINES[line])
        if counted & _OF_FRAMES:
            return packet
        for case in _variants(frame, values):
            self._hits.add("accepted frames", case, LINES[line])
        if not counted & {"short_mold", "wrong_session"}:
            self._session(line, accepted)
            if packet is not None and packet.kind is PacketKind.DATA and b"" in packet.messages:
                self._hits.add("packet faults", "empty block", LINES[line])
        elif "wrong_session" in counted:
            pinned = "pinned" if self._values.values["session_pinned"] else "fixed"
            self._hits.add("packet faults", f"not the {pinned} session", LINES[line])
        return packet

    def _session(self, line: int, accepted: bool) -> None:
        if not accepted:
            how = "accepted under a pin" if self._values.values["session_pinned"] else "fixes the session"
            self._hits.add("packet faults", how, LINES[line])


_OF_FRAMES = frozenset(("bad_fcs", "oversize", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp", "bad_length"))


def _fault(name: str, frame: bytes, values: Mapping[str, int], line: int, *, cut_off: bool) -> list[str]:
    """The ways in which a frame breaks the rule of a counter."""
    if name in _OF_FRAMES:
        return [case for case, is_so in _frame_cases(name, frame, values, line, cut_off=cut_off).items() if is_so]
    if name == "short_mold":
        return ["shorter than its header"]
    payload = frame[payload_at(frame) :]
    payload = payload[: int.from_bytes(frame[payload_at(frame) - 4 : payload_at(frame) - 2], "big") - 8]
    if name == "heartbeats":
        return ["end of session" if _MOLD.unpack_from(payload)[2] == _END_COUNT else "heartbeat"]
    if name == "trailing":
        return ["bytes behind the last block"]
    return [_truncation(payload)] if name == "truncated" else []


def _frame_cases(name: str, frame: bytes, values: Mapping[str, int], line: int, *, cut_off: bool) -> dict[str, bool]:
    tagged = frame[12:14] == _TAGGED
    ip = 18 if tagged else 14
    total, udp = int.from_bytes(frame[ip + 2 : ip + 4], "big"), int.from_bytes(frame[ip + 24 : ip + 26], "big")
    group, port = frame[ip + 16 : ip + 20], frame[ip + 22 : ip + 24]
    version, fragment = frame[ip] if len(frame) > ip else 0, int.from_bytes(frame[ip + 6 : ip + 8], "big")
    our_group = values[f"feed_{LINES[line]}_group"]
    macs = {(0x01005E000000 | our_group & 0x7FFFFF).to_bytes(6, "big"), values["unicast_mac"].to_bytes(6, "big")}
    right_group, right_port = group == our_group.to_bytes(4, "big"), port == values[f"feed_{LINES[line]}_port"].to_bytes(2, "big")
    cases: dict[str, dict[str, bool]] = {
        "bad_fcs": {"wrong FCS": not cut_off, "cut off": cut_off},
        "oversize": {"one byte too long": len(frame) == _MOST + 1, "much too long": len(frame) > _MOST + 1},
        "runt": {"headers incomplete": not tagged, "headers incomplete behind a tag": tagged},
        "not_ours": {
            "another MAC": frame[:6] not in macs,
            "another group": frame[:6] in macs and not right_group,
            "another UDP port": frame[:6] in macs and right_group and not right_port,
        },
        "not_ipv4": {
            "another EtherType": not tagged,
            "a second tag": tagged and frame[16:18] == _TAGGED,
            "another EtherType behind a tag": tagged and frame[16:18] != _TAGGED,
        },
        "bad_ip_header": {
            "IP version": version >> 4 != 4,
            "IP options": version >> 4 == 4 and version & 15 != 5,
            "IP checksum": version == 0x45,
        },
        "fragment": {"more fragments": bool(fragment & 0x2000), "fragment offset": bool(fragment & 0x1FFF)},
        "not_udp": {"another protocol": True},
        "bad_length": {
            "UDP length below 8": udp < 8,
            "IP and UDP lengths differ": udp >= 8 and total != 20 + udp,
            "longer than the frame": udp >= 8 and total == 20 + udp and ip + total > len(frame),
        },
    }
    return cases[name]


def _variants(frame: bytes, values: Mapping[str, int]) -> list[str]:
    """What an accepted frame has that most have not."""
    tagged = frame[12:14] == _TAGGED
    ip = 18 if tagged else 14
    total = int.from_bytes(frame[ip + 2 : ip + 4], "big")
    cases = {
        "plain": not tagged,
        "one tag": tagged,
        "unicast MAC": bool(values["unicast_mac"]) and frame[:6] == values["unicast_mac"].to_bytes(6, "big"),
        "padding": len(frame) > ip + total,
        "the longest": len(frame) == _MOST,
        "a UDP checksum": frame[ip + 26 : ip + 28] != b"\0\0",
        "TTL 1": frame[ip + 8] == 1,
    }
    return [*(case for case, is_so in cases.items() if is_so), f"last beat of {(len(frame) - 1) % 8 + 1} bytes"]


def _truncation(payload: bytes) -> str:
    """Where the blocks of a truncated packet end."""
    at, whole = MOLDUDP64.size, 0
    while at + 2 <= len(payload) and at + 2 + int.from_bytes(payload[at : at + 2], "big") <= len(payload):
        at += 2 + int.from_bytes(payload[at : at + 2], "big")
        whole += 1
    where = "missing" if at == len(payload) else "cut in its length" if at + 2 > len(payload) else "cut in its data"
    return f"{'a later' if whole else 'the first'} block {where}"
