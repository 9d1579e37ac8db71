# SPDX-License-Identifier: Apache-2.0
"""The control socket and the streams, as a Program wants them."""

from __future__ import annotations

import struct

from plan_folder import LINK_DOWN, LINK_UP, Row, outputs, sent_ns, write_plan, write_sends
from player_bench import Bench

SET = struct.pack(">BBHIQ", 0, 0, 0xFFFF, 5, 1)
COMMIT = struct.pack(">BBHIQ", 1, 0, 0xFFFF, 0, 0)


def test_control_is_set_up_asked_and_counted(bench: Bench) -> None:
    """Greeting, setup before time 0, records of the run, counters at the end."""
    bench.device("--control", str(bench.folder / "control"))
    (bench.folder / "setup.bytes").write_bytes(SET + COMMIT)
    write_sends(bench.folder, "control", [Row(1_000_000, SET), Row(1_000_000, COMMIT)])
    write_plan(bench.folder, f"control unix {bench.folder}/control")
    bench.play()
    result = bench.summary()
    assert (result["origin_ns"], result["slowdown"]) == (123_456_789, 7)
    assert (bench.folder / "counters.values").read_bytes() == struct.pack("<3Q", 5, 6, 2**64 - 1)
    assert all(at >= result["t0_ns"] + 1_000_000 for at in sent_ns(bench.folder, "control"))


def test_a_slow_device_has_its_time_for_each_record_of_the_setup(bench: Bench) -> None:
    """One behind the other they take longer than the run may."""
    bench.device("--control", str(bench.folder / "control"), "--think", "100")
    (bench.folder / "setup.bytes").write_bytes(SET * 20)
    write_plan(bench.folder, f"control unix {bench.folder}/control", quiet=0, stall=5_000_000_000, limit=1_000_000_000)
    bench.play()
    assert bench.summary()["t0_ns"] > 0


def test_timers_of_a_device_that_was_kept_from_the_last_send_have_their_time(bench: Bench) -> None:
    """It answers a `sync` after 300 ms, behind the last send and in the end: the 500 ms of the plan begin behind the first."""
    bench.device("--control", str(bench.folder / "control"), "--think", "300")
    write_plan(bench.folder, f"control unix {bench.folder}/control", end=500_000_000)
    bench.play()
    result = bench.summary()
    assert result["end_ns"] - result["t0_ns"] >= 500_000_000 + 2 * 300_000_000


def test_a_control_record_that_the_device_refuses_is_named(bench: Bench) -> None:
    """The run goes on and is not complete."""
    bench.device("--control", str(bench.folder / "control"), "--refuse", "5")
    write_sends(bench.folder, "control", [Row(0, COMMIT), Row(0, SET)])
    write_plan(bench.folder, f"control unix {bench.folder}/control")
    bench.play(1)
    assert bench.summary()["trouble"] == "control: the device refused send 1"
    assert -1 not in sent_ns(bench.folder, "control")


def test_the_death_of_the_device_ends_the_run_at_once(bench: Bench) -> None:
    """Its control socket ends: exit 1 long before the end of the plan, results written."""
    bench.device("--control", str(bench.folder / "control"), "--die-after", "2")
    write_sends(bench.folder, "control", [Row(0, COMMIT), Row(0, COMMIT), Row(60_000_000_000, COMMIT)])
    write_plan(bench.folder, f"control unix {bench.folder}/control", end=60_000_000_000, limit=60_000_000_000)
    bench.play(1)
    assert bench.summary()["end_ns"] - bench.summary()["t0_ns"] < 5_000_000_000
    assert "the device is gone" in bench.summary()["trouble"]
    assert [at > 0 for at in sent_ns(bench.folder, "control")] == [True, True, False]


def test_a_stream_connects_speaks_and_ends(bench: Bench) -> None:
    """LINK_DOWN ends our direction only: what the device says then is still read. Bytes without a connection never go in."""
    link = bench.link()
    bench.device("--serve", f"{link.device}:7001")
    rows = [
        Row(0, b"lost"),
        Row(0, flags=LINK_UP),
        Row(0, b"one"),
        Row(1_000_000, b"two"),
        Row(2_000_000, flags=LINK_DOWN),
        Row(2_000_000, b"late"),
    ]
    write_sends(bench.folder, "client", [*rows, Row(2_000_000, flags=LINK_UP), Row(2_000_000, b"again")])
    write_plan(bench.folder, f"stream client connect {link.device} 7001")
    bench.play()
    assert b"".join(output.data for output in outputs(bench.folder, "client")) == b"onetwobyeagain"
    assert [at > 0 for at in sent_ns(bench.folder, "client")] == [False, True, True, True, True, False, True, True]


def test_a_stream_listens_and_stops_listening(bench: Bench) -> None:
    """Sends behind LINK_UP wait until the device has connected."""
    link = bench.link()
    bench.device("--connect", f"{link.player}:7002")
    rows = [Row(0, flags=LINK_UP), Row(0, b"one"), Row(5_000_000, flags=LINK_DOWN), Row(20_000_000, flags=LINK_UP), Row(20_000_000, b"two")]
    write_sends(bench.folder, "exchange", rows)
    write_plan(bench.folder, f"stream exchange listen {link.player} 7002")
    bench.play()
    assert b"".join(output.data for output in outputs(bench.folder, "exchange")) == b"helloonebyehellotwo"
    assert -1 not in sent_ns(bench.folder, "exchange")


def test_a_large_segment_goes_in_whole(bench: Bench) -> None:
    """In as many pieces as the socket takes; first and last differ then."""
    link = bench.link()
    bench.device("--serve", f"{link.device}:7003")
    data = bytes(index * 7 % 256 for index in range(1 << 20)) * 8
    write_sends(bench.folder, "client", [Row(0, flags=LINK_UP), Row(0, data), Row(0, flags=LINK_DOWN)])
    write_plan(bench.folder, f"stream client connect {link.device} 7003")
    bench.play()
    assert b"".join(output.data for output in outputs(bench.folder, "client")) == data + b"bye"


def test_a_refused_connection_is_trouble(bench: Bench) -> None:
    """Nobody listens there."""
    link = bench.link()
    write_sends(bench.folder, "client", [Row(0, flags=LINK_UP), Row(0, b"one")])
    write_plan(bench.folder, f"stream client connect {link.device} 7004")
    bench.play(1)
    assert bench.summary()["trouble"] == f"client: cannot connect to {link.device}:7004 (got Connection refused)"
