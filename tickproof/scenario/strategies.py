# SPDX-License-Identifier: Apache-2.0
"""Hypothesis strategies: random Programs that collide as often as they can. Needs the package `hypothesis`.

    @given(feed_programs())
    def test_golden_and_device_agree(program):
        note(to_scn(program))      # a failing example is shrunk, and printed as a scenario that reproduces it
        ...

Programs are drawn line by line in the words of the scenario language, so each example is a scenario to begin with.
"""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tickproof.program import Program
from tickproof.protocols import ITCH
from tickproof.scenario.language import parse_text
from tickproof.scenario.order_strategies import order_programs, order_scenarios

__all__ = ["feed_programs", "feed_scenarios", "order_programs", "order_scenarios"]

# Few references, prices around both ends of a ladder and between its levels, few shares: what is drawn meets what was drawn before.
_REFERENCES = st.sampled_from(["0", "1", "1", "2", "2", "3", "4", "18446744073709551615"])
_PRICES = st.sampled_from(["0", "139.99", "140.00", "140.01", "140.0050", "150.00", "150.01", "180.94", "180.95", "180.96", "429496.7295"])
_SHARES = st.sampled_from(["0", "1", "2", "60", "100", "100", "4294967295"])
_SIDES = st.sampled_from(["B"] * 6 + ["S"] * 6 + ["b"])
_LOCATES = {"AAPL": 7, "MSFT": 9, "IDLE": 11}

_HEADER = """dut = "feed_handler"
skew = "{skew}ns"
gap_timeout = "{timeout}ns"
start_sequence = {start}

[symbols.AAPL]
locate = 7
given = {given}
base = "140.00"

[symbols.MSFT]
locate = 9
given = true
base = "140.00"
tick = "0.02"

[symbols.IDLE]
locate = 11
given = true
enabled = false
base = "140.00"
---
"""

_HEADER_DAMAGE = (
    "ip.ttl=1", "ip.protocol=6", "ip.version_ihl=0x46", "udp.length=30", "udp.dport=1", "ip.total_length=60",
    "eth.dst=01:00:5e:00:00:01", "eth.ethertype=0x86dd", "ip.flags_fragment=0x2000", "pad=1", "pad=7", "trailing=hex:00ff",
    "mold.count=2", "mold.count=1", "mold.count=0", "session=OTHER",
)  # fmt: skip
_FAULTS = (
    "!lose", "!lose=A", "!lose=B", "!lose=A", "!lose=B", "!dup", "!dup@A", "!dup@B", "!delay=700ns", "!delay@A=300ns", "!delay@B=2us",
    "!bad_fcs", "!bad_fcs@A", "!bad_fcs@B", "!abort@A", "!bad_checksum@B", "!truncate=1", "!truncate@A=30", "!truncate=60",
    "!fragment@A", "!vlan=100", "!vlan=1 !vlan=2",
)  # fmt: skip
_OTHER_TYPES = tuple(
    layout.name for layout in ITCH.layouts.values() if layout.tag in (b"L", b"K", b"J", b"P", b"Q", b"B", b"I", b"N", b"O")
)
_COMMANDS = (
    "commit", "session_reset", "book_clear AAPL", "book_clear MSFT", "book_trust AAPL", "book_trust MSFT", "book_clear 9",
    "book_trust IDLE", "set AAPL base=140.01",
    "set AAPL tick=0.03", "set MSFT enabled=off", "set IDLE enabled=on", "set IDLE enabled=on locate=7",
    "set AAPL locate=8 locate_given=1", "set AAPL locate_given=0", "set gap_timeout_ns=1us", "set start_sequence=5", "set start_sequence=0",
    "set session=OTHER", "set session_pinned=0", "set unicast_mac=02:00:00:00:00:01",
)  # fmt: skip


@dataclass(slots=True)
class _Feed:
    """Where the random feed is: the next sequence number that a well-behaved sender would use."""

    sequence: int


@st.composite
def _messages(draw: st.DrawFn) -> str:
    """One message, good or bad."""
    symbol = draw(st.sampled_from(("AAPL", "AAPL", "AAPL", "AAPL", "MSFT", "MSFT", "IDLE")))
    about = f"symbol={symbol}"
    kind = draw(st.sampled_from("AAAAAAFEECXXDDDUUUUHhYSRO?"))
    ref, new_ref, side, shares, price = (draw(part) for part in (_REFERENCES, _REFERENCES, _SIDES, _SHARES, _PRICES))
    words = {
        "A": f"add_order {about} ref={ref} side={side} shares={shares} price={price}",
        "F": f"add_order_mpid {about} ref={ref} side={side} shares={shares} price={price} mpid=TPRF",
        "E": f"order_executed {about} ref={ref} shares={shares} match=1",
        "C": f"order_executed_with_price {about} ref={ref} shares={shares} printable=N price={price}",
        "X": f"order_cancel {about} ref={ref} shares={shares}",
        "D": f"order_delete {about} ref={ref}",
        "U": f"order_replace {about} ref={ref} new_ref={new_ref} shares={shares} price={price}",
        "H": f"stock_trading_action {about} state={draw(st.sampled_from('HPQT'))}",
        "h": f"operational_halt {about} market={draw(st.sampled_from('QBX'))} action={draw(st.sampled_from('HT'))}",
        "Y": f"reg_sho_restriction {about} action={draw(st.sampled_from('012'))}",
        "S": f"system_event event={draw(st.sampled_from('OSQMEC'))}",
        "R": f"stock_directory stock={symbol} locate={draw(st.sampled_from((7, 8, 9, 11, 12)))}",
        "O": f"{draw(st.sampled_from(_OTHER_TYPES))} locate={_LOCATES[symbol]}",
        "?": draw(st.sampled_from(["empty", "msg=hex:41", "msg=hex:00", f"order_delete {about} type=Z", f"add_order {about} length=35"])),
    }[kind]
    length = draw(st.integers(0, 60))
    if length == 1:
        words += " block=40" if kind == "?" else " length=20"
    elif length == 2:
        words += " block=65535"
    return words


def _packet(draw: st.DrawFn, feed: _Feed) -> str:
    count = draw(st.sampled_from([1, 1, 1, 2, 3, 6]))
    step = draw(st.sampled_from([0] * 16 + [-1, -2, 1, 3]))
    sequence = max(0, feed.sequence + step)
    if draw(st.integers(0, 11)) == 0:
        return f"seq={sequence} {draw(st.sampled_from(['heartbeat', 'heartbeat', 'heartbeat trailing=hex:0001', 'end_of_session']))}"
    messages = " | ".join(draw(_messages()) for _ in range(count))
    feed.sequence = max(feed.sequence, sequence + count)
    damage = f" {draw(st.sampled_from(_HEADER_DAMAGE))}" if draw(st.integers(0, 9)) == 0 else ""
    return f"seq={sequence}{damage} {messages}"


@st.composite
def feed_scenarios(draw: st.DrawFn, max_lines: int = 40) -> str:
    """The text of a random feed scenario: good and bad messages, two lines with faults, gaps, resets, control."""
    start = draw(st.sampled_from([1, 1, 1, 1, 0, 5]))
    feed = _Feed(start or draw(st.sampled_from([1, 9])))
    lines: list[str] = []
    after_control = False
    for _ in range(draw(st.integers(1, max_lines))):
        if draw(st.integers(0, 15)) == 0:
            # Control is kept away from traffic: where it falls between two frames of one moment is the device's own business.
            command = draw(st.sampled_from(_COMMANDS))
            lines += [f"+60us < control {command}", *([" +5us < control commit"] if command.startswith("set") else [])]
            after_control = True
            continue
        gap = "+5us" if after_control else draw(st.sampled_from(["", "+100ns", "+300ns", "+1us", "+1us", "+4us", "+30us"]))
        after_control = False
        port = draw(st.sampled_from(["feed"] * 8 + ["feed_a", "feed_b"]))
        fault = f" {draw(st.sampled_from(_FAULTS))}" if draw(st.integers(0, 7)) == 0 else ""
        lines.append(f"{gap:>7} < {port} {_packet(draw, feed)}{fault}")
    values = {
        "skew": draw(st.sampled_from([0, 7, 84, 400, 2_000])),
        "timeout": draw(st.sampled_from([1_500, 5_000, 20_000])),
        "given": draw(st.sampled_from(["true", "false"])),
        "start": start,
    }
    return _HEADER.format(**values) + "\n".join(lines) + "\n"


def feed_programs(max_lines: int = 40) -> st.SearchStrategy[Program]:
    """Random feed Programs for the device `feed_handler`; `to_scn` prints them."""
    return feed_scenarios(max_lines).map(lambda text: parse_text(text, "random.scn").program)
