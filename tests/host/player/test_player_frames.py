# SPDX-License-Identifier: Apache-2.0
"""Frames go out and come in, byte for byte; what is not an output; what waits for one."""

from __future__ import annotations

import pytest
from plan_folder import GROUP, RINGS, Row, numbered, outputs, sent_ns, udp_frame, write_plan, write_sends
from player_bench import Bench

ARP = b"\xff" * 6 + b"\x02\x00\x00\x00\x00\x02\x08\x06" + bytes(46)


@pytest.mark.parametrize("transport", RINGS)
def test_frames_go_out_and_come_back_byte_for_byte(transport: str, bench: Bench) -> None:
    """Through rings, each with a time that is not before its send's."""
    link = bench.link()
    bench.device("--echo", link.interface)
    rows = numbered(300)
    write_sends(bench.folder, "feed", rows)
    write_plan(bench.folder, f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}", end=50_000_000)
    bench.play()
    came = outputs(bench.folder, "events")
    assert [output.data for output in came] == [row.data for row in rows]
    assert {output.flags for output in came} == {0}
    sent = sent_ns(bench.folder, "feed")
    assert all(before < output.time_ns < before + 10**9 for before, output in zip(sent, came, strict=True))
    t0 = bench.summary()["t0_ns"]
    assert all(at >= t0 + row.not_before_ns for at, row in zip(sent, rows, strict=True))
    assert bench.summary()["lost"] == 0
    assert bench.summary()["stamps"] == {"raw": "software", "xdp": "program"}[transport]


def test_payloads_go_out_and_come_back_by_kernel_sockets(bench: Bench) -> None:
    """`udp` sends the payload and records payloads only, flagged so."""
    link = bench.link()
    bench.device("--echo", link.interface)
    rows = numbered(200)
    write_sends(bench.folder, "feed", rows)
    write_plan(bench.folder, f"in feed udp {link.interface}", f"out events udp {link.interface} {GROUP}", end=50_000_000)
    bench.play()
    came = outputs(bench.folder, "events")
    assert [output.data for output in came] == [row.data[42:] for row in rows]
    assert {output.flags for output in came} == {8}
    assert all(before < output.time_ns for before, output in zip(sent_ns(bench.folder, "feed"), came, strict=True))


@pytest.mark.parametrize("transport", RINGS)
def test_stray_frames_are_not_outputs(transport: str, bench: Bench) -> None:
    """ARP and datagrams to somebody else: never recorded."""
    link = bench.link("quiet")
    others = [ARP, udp_frame(b"other port", port=5001), udp_frame(b"other group", address="239.1.2.4")]
    bench.device("--echo", link.interface, *(word for frame in others for word in ("--also", frame.hex())))
    write_sends(bench.folder, "feed", numbered(3))
    write_plan(bench.folder, f"in feed {transport} {link.interface}", f"out events {transport} {link.interface} {GROUP}")
    bench.play()
    assert [output.data for output in outputs(bench.folder, "events")] == [row.data for row in numbered(3)]
    assert bench.summary()["stray"] == {"raw": 3, "xdp": 2}[transport]  # ARP is the kernel's there


@pytest.mark.parametrize("transport", RINGS)
def test_without_an_address_every_frame_is_an_output(transport: str, bench: Bench) -> None:
    """Also one with a VLAN tag, which is in its place."""
    link = bench.link("quiet")
    tagged = udp_frame(b"tagged")
    tagged = tagged[:12] + b"\x81\x00\x20\x05" + tagged[12:]
    bench.device("--echo", link.interface, "--also", ARP.hex(), "--also", tagged.hex())
    write_sends(bench.folder, "feed", numbered(3))
    write_plan(bench.folder, f"in feed {transport} {link.interface}", f"out bbo {transport} {link.interface}")
    bench.play()
    came = [output.data for output in outputs(bench.folder, "bbo")]
    assert came == [ARP, tagged, *(row.data for row in numbered(3))]
    assert bench.summary()["stray"] == 0


def test_a_send_waits_for_records(bench: Bench) -> None:
    """`records`: waits count 64-byte records, not frames."""
    link = bench.link()
    bench.device("--echo", link.interface)
    two_records = udp_frame(bytes(128))
    write_sends(
        bench.folder, "feed", [Row(0, two_records), Row(0, two_records, awaited=0, count=2), Row(0, two_records, awaited=0, count=4)]
    )
    write_plan(bench.folder, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}", "records events")
    bench.play()
    came, sent = outputs(bench.folder, "events"), sent_ns(bench.folder, "feed")
    assert sent[0] < came[0].time_ns < sent[1] < came[1].time_ns < sent[2] < came[2].time_ns


def test_a_wait_for_what_never_comes_is_given_up(bench: Bench) -> None:
    """After `stall` of silence; the run is not complete, and its summary names the send."""
    link = bench.link()
    bench.device("--echo", link.interface)
    frame = numbered(1)[0].data
    write_sends(bench.folder, "feed", [Row(0, frame), Row(0, frame, awaited=0, count=2), Row(0, frame)])
    write_plan(bench.folder, f"in feed raw {link.interface}", f"out events raw {link.interface} {GROUP}")
    bench.play(1)
    assert "feed: send 1 of 3 did not go in (it waits for output 2 of events)" in bench.summary()["trouble"]
    assert sent_ns(bench.folder, "feed")[1:] == [-1, -1]
    assert len(outputs(bench.folder, "events")) == 1
