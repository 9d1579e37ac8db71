# SPDX-License-Identifier: Apache-2.0
"""Contract 2: frame filter and MoldUDP64. Each test sends one odd frame on line A, then message 1 in a plain one."""

from __future__ import annotations

import golden_wire as wire
import pytest
from golden_wire import BASE, NONE, SESSION, add, bbo, frame, mold, predict, program, rows

from tickproof.program import SendFlag

ADD = add(1, "B", 5)
GOOD = frame("a", mold(1, ADD))
SEEN = [bbo(1, (BASE, 5), NONE)]
DATA = mold(1, ADD)


def line_a(*frames: bytes, setup: tuple[bytes, ...] = wire.ONE_SYMBOL, flags: SendFlag = SendFlag.NONE) -> tuple[object, dict[str, int]]:
    """Records, and the counters of line A that are not 0 besides `frames`."""
    prediction = predict(program(*((1000 * index, "feed_a", data, flags) for index, data in enumerate(frames)), setup=setup))
    assert prediction.counters["a_frames"] == len(frames)
    return rows(prediction), {
        name: value for name, value in prediction.counters.items() if name.startswith("a_") and value and name != "a_frames"
    }


def test_plain_frame_is_accepted() -> None:
    """FEED-FRAME-1 to 10"""
    assert line_a(GOOD) == (SEEN, {})


@pytest.mark.parametrize(
    ("odd", "counter"),
    [
        pytest.param(GOOD[:41], "runt", id="FEED-FRAME-3-41-bytes"),
        pytest.param(frame("a", b"", vlan=b"\x81\x00\x00\x05")[:45], "runt", id="FEED-FRAME-3-45-bytes-tagged"),
        pytest.param(b"", "runt", id="FEED-FRAME-3-empty"),
        pytest.param(frame("a", bytes(2007)), "oversize", id="FEED-FRAME-2-2049-bytes"),
        pytest.param(frame("a", DATA, mac=wire.LINES["b"][0]), "not_ours", id="FEED-FRAME-4-mac-of-the-other-line"),
        pytest.param(frame("a", DATA, mac=bytes(6)), "not_ours", id="FEED-FRAME-4-unicast-mac-0-is-none"),
        pytest.param(frame("a", DATA, mac=bytes(6), ethertype=0x86DD), "not_ours", id="FEED-FRAME-4-before-5"),
        pytest.param(frame("a", DATA, ethertype=0x86DD), "not_ipv4", id="FEED-FRAME-5-ipv6"),
        pytest.param(frame("a", DATA, vlan=b"\x81\x00\x00\x05" * 2), "not_ipv4", id="FEED-FRAME-5-two-tags"),
        pytest.param(frame("a", DATA, vlan=b"\x88\xa8\x00\x05"), "not_ipv4", id="FEED-FRAME-5-tpid-88a8"),
        pytest.param(frame("a", DATA, version_ihl=0x46), "bad_ip_header", id="FEED-FRAME-6-ihl"),
        pytest.param(frame("a", DATA, version_ihl=0x65), "bad_ip_header", id="FEED-FRAME-6-version"),
        pytest.param(frame("a", DATA, checksum=0), "bad_ip_header", id="FEED-FRAME-6-checksum"),
        pytest.param(frame("a", DATA, flags_fragment=0x2000), "fragment", id="FEED-FRAME-7-more-fragments"),
        pytest.param(frame("a", DATA, flags_fragment=0x0001), "fragment", id="FEED-FRAME-7-offset"),
        pytest.param(frame("a", DATA, flags_fragment=0x1000, protocol=6), "fragment", id="FEED-FRAME-7-before-8"),
        pytest.param(frame("a", DATA, protocol=6), "not_udp", id="FEED-FRAME-8-tcp"),
        pytest.param(frame("a", DATA, group=0xE9360C6E), "not_ours", id="FEED-FRAME-9-address"),
        pytest.param(frame("a", DATA, port=26478), "not_ours", id="FEED-FRAME-9-port"),
        pytest.param(frame("a", DATA, udp_length=7), "bad_length", id="FEED-FRAME-10-udp-length-7"),
        pytest.param(frame("a", DATA, udp_length=len(DATA) + 7), "bad_length", id="FEED-FRAME-10-lengths-disagree"),
        pytest.param(GOOD[:-1], "bad_length", id="FEED-FRAME-10-cut-off"),
        pytest.param(frame("a", b""), "short_mold", id="FEED-MOLD-1-empty"),
        pytest.param(frame("a", DATA[:19]), "short_mold", id="FEED-MOLD-1-19-bytes"),
        pytest.param(frame("a", mold(1)), "heartbeats", id="FEED-MOLD-2-heartbeat"),
        pytest.param(frame("a", mold(1, ADD, count=0)), "heartbeats", id="FEED-MOLD-2-bytes-behind-a-heartbeat"),
        pytest.param(frame("a", mold(1, ADD)[:-1], udp_length=7 + len(DATA), total_length=27 + len(DATA)), "truncated", id="FEED-MOLD-3"),
        pytest.param(frame("a", mold(1, count=1)), "truncated", id="FEED-MOLD-3-no-block-at-all"),
        pytest.param(frame("a", mold(1, count=1, behind=b"\0")), "truncated", id="FEED-MOLD-3-half-a-length"),
    ],
)
def test_odd_frame_is_counted_once_and_has_no_other_effect(odd: bytes, counter: str) -> None:
    """FEED-FRAME-2 to 10, FEED-MOLD-1 to 3: the first rule that fails names the counter."""
    assert line_a(odd, GOOD) == (SEEN, {f"a_{counter}": 1})


@pytest.mark.parametrize("flag", [SendFlag.BAD_FCS, SendFlag.ABORT])
def test_bad_frame_counts_as_bad_fcs_whatever_else_is_wrong(flag: SendFlag) -> None:
    """FEED-FRAME-1"""
    assert line_a(GOOD, GOOD[:10], flags=flag) == ([], {"a_bad_fcs": 2})


@pytest.mark.parametrize(
    "good",
    [
        pytest.param(frame("a", DATA, vlan=b"\x81\x00\xe0\x05"), id="FEED-FRAME-5-one-tag"),
        pytest.param(frame("a", DATA, padding=b"\xff" * 30), id="FEED-FRAME-10-padding"),
        pytest.param(frame("a", DATA, flags_fragment=0x4000), id="FEED-FRAME-7-DF"),
        pytest.param(frame("a", DATA, padding=bytes(2048 - len(GOOD))), id="FEED-FRAME-2-2048-bytes"),
    ],
)
def test_unusual_frame_is_accepted(good: bytes) -> None:
    """FEED-FRAME-2, 5, 7, 10"""
    assert line_a(good) == (SEEN, {})


def test_unicast_mac_is_accepted_where_it_is_set() -> None:
    """FEED-FRAME-4: the destination address must be the group all the same."""
    setup = (wire.put("unicast_mac", 0x02AABBCCDDEE), *wire.ONE_SYMBOL)
    assert line_a(frame("a", DATA, mac=bytes.fromhex("02aabbccddee")), setup=setup) == (SEEN, {})
    assert line_a(GOOD, setup=setup) == (SEEN, {})


def test_line_b_has_its_own_group() -> None:
    """FEED-FRAME-4, 9: counters are per line."""
    prediction = predict(program((0, "feed_b", frame("b", DATA)), (1, "feed_b", GOOD)))
    assert rows(prediction) == SEEN
    assert {name: value for name, value in prediction.counters.items() if name.startswith("b_") and value} == {
        "b_frames": 2,
        "b_not_ours": 1,
    }


def test_whole_blocks_before_a_broken_one_are_delivered() -> None:
    """FEED-MOLD-3: the effective count is 1, so the next wanted number is 2."""
    broken = mold(1, ADD, count=2, behind=b"\x00\x24" + bytes(35))
    assert line_a(frame("a", broken), frame("a", mold(2, add(2, "B", 6)))) == (
        [bbo(1, (BASE, 5), NONE), bbo(2, (BASE, 11), NONE)],
        {"a_truncated": 1},
    )


def test_bytes_behind_the_last_block_are_counted_and_ignored() -> None:
    """FEED-MOLD-4"""
    assert line_a(frame("a", mold(1, ADD, behind=b"\x01"))) == (SEEN, {"a_trailing": 1})


def test_first_accepted_packet_fixes_the_session() -> None:
    """FEED-MOLD-6: even an empty one of line B."""
    other = frame("a", mold(1, add(2), session=b"OTHER00001"))
    prediction = predict(program((0, "feed_b", frame("b", mold(9, count=1))), (1, "feed_a", other), (2, "feed_a", GOOD)))
    assert rows(prediction) == SEEN
    assert prediction.counters["a_wrong_session"] == 1


def test_packet_of_a_wrong_session_counts_as_nothing_else() -> None:
    """FEED-MOLD-6: truncated, trailing and heartbeats are of the right session only."""
    odd = [
        frame("a", mold(1, *blocks, session=b"OTHER00001", count=count, behind=b"x")) for blocks, count in (((), 0), ((), 3), ((ADD,), 1))
    ]
    assert line_a(GOOD, *odd) == (SEEN, {"a_wrong_session": 3})


def test_pinned_session_is_the_only_one() -> None:
    """FEED-MOLD-6"""
    pin = (
        wire.put("session_pinned", 1),
        wire.put("session_high", int.from_bytes(SESSION[:8], "big")),
        wire.put("session_low", int.from_bytes(SESSION[8:], "big")),
    )
    other = frame("a", mold(1, add(2), session=b"OTHER00001"))
    assert line_a(other, GOOD, setup=(*pin, *wire.ONE_SYMBOL)) == (SEEN, {"a_wrong_session": 1})
