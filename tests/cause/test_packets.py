# SPDX-License-Identifier: Apache-2.0
"""The packets of a run as Wireshark reads them: frames as they were, streams that it reassembles, the device's time, what a line sent."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from tickproof.capture import ADDRESS_SHIFT, Capture, FrameFlag, HostReport, Recording, Sent
from tickproof.check import Divergence
from tickproof.frames import Frames
from tickproof.packets import PACKETS, write_packets
from tickproof.program import PortProgram, Program, Send, SendFlag
from tickproof.protocols import lua
from tickproof.protocols.control import command, set_global
from tickproof.recording import RecordedRun, load_run
from tickproof.runner import run_job
from tickproof.targets import load_dut
from tickproof.tasks import How, scenario_tasks

ROOT = Path(__file__).parents[2]
RECONNECTS = "cancel_on_disconnect_happens_once_a_connection"
SEGMENTS = "segments_may_end_anywhere"

pytestmark = pytest.mark.skipif(shutil.which("tshark") is None, reason="tshark is not installed")


def tshark(file: Path, *options: str) -> list[list[str]]:
    """Lines of fields. options: -e of what is wanted, -Y, -d, ..."""
    command = ["tshark", "-r", str(file), "-T", "fields", *options]
    return [line.split("\t") for line in subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()]


def fields(*names: str) -> list[str]:
    """Options for these fields."""
    return [word for name in names for word in ("-e", name)]


@dataclass(frozen=True)
class Played:
    """A run of a scenario on a real simulator, and its packets."""

    run: RecordedRun
    file: Path

    def sent(self, port: str) -> bytes:
        """All bytes that went into a stream."""
        return b"".join(self.run.program.ports[port].frames)

    def came(self, port: str) -> bytes:
        """All bytes that came out of it."""
        return b"".join(self.run.capture.outputs[port].frames)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Played]:
    """Both scenarios in one simulation, with --pcap and --record."""
    if shutil.which("iverilog") is None:
        pytest.skip("Icarus Verilog is not installed")
    out = tmp_path_factory.mktemp("out")
    paths = [*(ROOT / "scenarios").rglob(f"{RECONNECTS}.scn"), *(ROOT / "scenarios").rglob(f"{SEGMENTS}.scn")]
    tasks = scenario_tasks(paths, How(["rtl@icarus"], 1, False, out, record=True, pcap=True))
    results = [*run_job([tuple(tasks)])]
    assert [result.verdict.status for result in results] == ["pass", "pass"]
    files = [Path(result.files["packets"]) for result in results]
    assert [file.name for file in files] == [PACKETS, PACKETS]
    return {path.stem: Played(load_run(file.with_name("capture.npz")), file) for path, file in zip(paths, files, strict=True)}


def test_each_port_is_an_interface_and_its_frames_are_as_they_were(played: dict[str, Played]) -> None:
    """Feed and events: bytes, direction and the device's time in ns."""
    run, file = played[SEGMENTS].run, played[SEGMENTS].file
    rows = tshark(file, *fields("frame.interface_name", "frame.packet_flags_direction", "frame.time_epoch"))
    frames = _bytes(file)
    assert run.capture.epoch_ps is not None
    for port, direction in (("feed_a", "1"), ("events", "2")):
        mine = [index for index, row in enumerate(rows) if row[0] == port]
        assert {int(rows[index][1], 16) for index in mine} == {int(direction)}
        wanted = run.program.ports[port].frames if direction == "1" else run.capture.outputs[port].frames
        times = run.capture.sent[port].first_ps if direction == "1" else run.capture.outputs[port].first_ps
        assert [round(float(rows[index][2]) * 1e9) for index in mine] == [(run.capture.epoch_ps + int(at)) // 1000 for at in times]
        assert [frames[index] for index in mine] == [*wanted]
    assert [float(row[2]) for row in rows] == sorted(float(row[2]) for row in rows)


def _bytes(file: Path) -> list[bytes]:
    """Each frame as Wireshark has it."""
    run = subprocess.run(["tshark", "-r", str(file), "-T", "json", "-x"], check=True, capture_output=True, text=True)
    return [bytes.fromhex(packet["_source"]["layers"]["frame_raw"][0]) for packet in json.loads(run.stdout)]


@pytest.mark.parametrize("name", [SEGMENTS, RECONNECTS])
def test_wireshark_finds_nothing_wrong_with_the_made_up_tcp(played: dict[str, Played], name: str) -> None:
    """Sequence numbers, acknowledgements and checksums: no retransmission, no gap, no segment out of order."""
    checks = ["-o", "tcp.check_checksum:TRUE", "-o", "ip.check_checksum:TRUE"]
    wrong = "tcp.analysis.flags || tcp.checksum.status == 0 || ip.checksum.status == 0"
    assert tshark(played[name].file, *checks, "-Y", wrong, *fields("frame.number", "_ws.col.Info")) == []


def test_wireshark_reassembles_packets_that_segments_cut(played: dict[str, Played]) -> None:
    """Its own SoupBinTCP dissector finds the messages that were sent, whatever segments they came in."""
    run = played[SEGMENTS]
    decode = ["-d", "tcp.port==30110,soupbintcp", "-d", "tcp.port==30111,soupbintcp"]
    rows = tshark(run.file, *decode, "-Y", "soupbintcp.message && tcp.dstport == 30110", *fields("soupbintcp.message"))
    messages = bytes.fromhex("".join(value for (row,) in rows for value in row.split(",")).replace(":", ""))
    stream, wanted = run.sent("client"), b""
    while stream:
        length = int.from_bytes(stream[:2], "big")
        wanted += stream[3 : 2 + length] if stream[2:3] == b"U" else b""
        stream = stream[2 + length :]
    assert messages == wanted


def test_our_dissectors_find_the_same_orders_on_both_sides(played: dict[str, Played]) -> None:
    """What the client enters leaves to the exchange: user_ref_num by user_ref_num."""
    script = ["-X", f"lua_script:{ROOT / lua.PATH}"]
    name = "tickproof_ouch.enter_order.user_ref_num"
    inward, outward = (
        [
            value
            for (row,) in tshark(played[SEGMENTS].file, *script, "-Y", f"{name} && tcp.dstport == {port}", *fields(name))
            for value in row.split(",")
        ]
        for port in (30110, 30111)
    )
    assert inward
    assert inward == outward


def test_every_time_the_link_comes_up_is_a_connection_of_its_own(played: dict[str, Played]) -> None:
    """SYN for each up, FIN for each down, and the payload of all of them is the stream."""
    run = played[RECONNECTS]
    flags = run.run.program.ports["client"].flags
    ups, downs = (int((flags & int(flag) != 0).sum()) for flag in (SendFlag.LINK_UP, SendFlag.LINK_DOWN))
    assert ups > 1
    mine = "tcp.port == 30110"
    assert len(tshark(run.file, "-Y", f"{mine} && tcp.flags.syn == 1 && tcp.flags.ack == 0", *fields("frame.number"))) == ups
    assert len(tshark(run.file, "-Y", f"{mine} && tcp.flags.fin == 1", *fields("frame.number"))) == 2 * downs
    assert len({row[0] for row in tshark(run.file, "-Y", mine, *fields("tcp.stream"))}) == ups
    for side, wanted in (("dst", run.sent("client")), ("src", run.came("client"))):
        rows = tshark(run.file, "-Y", f"tcp.{side}port == 30110 && tcp.len > 0", *fields("tcp.payload"))
        assert bytes.fromhex("".join(row[0] for row in rows).replace(":", "")) == wanted


def test_wiresharks_own_moldudp64_reads_the_feed(played: dict[str, Played]) -> None:
    """Sequence numbers of line A, as the frames have them."""
    run = played[SEGMENTS]
    decode = ["-d", "udp.port==26477,moldudp64", "-Y", 'moldudp64 && frame.interface_name == "feed_a"']
    wanted = [str(int.from_bytes(frame[52:60], "big")) for frame in run.run.program.ports["feed_a"].frames]
    assert [row[0] for row in tshark(run.file, *decode, *fields("moldudp64.sequence"))] == wanted


def test_control_is_there_with_its_setup_first(played: dict[str, Played]) -> None:
    """16 bytes a record, decoded by our dissector."""
    run = played[SEGMENTS]
    rows = tshark(
        run.file, "-X", f"lua_script:{ROOT / lua.PATH}", "-Y", "tickproof_control", *fields("tickproof_control.op", "frame.comment")
    )
    assert [int(row[0]) for row in rows[: len(run.run.program.setup)]] == [record[0] for record in run.run.program.setup]
    assert rows[0][1] == "setup"


def test_comments_lead_back_to_the_scenario_and_to_the_divergence(played: dict[str, Played], tmp_path: Path) -> None:
    """The send that caused it, the datagram that showed it."""
    run = played[SEGMENTS].run
    caused, shown = int(run.capture.sent["client"].first_ps[2]), run.capture.outputs["events"]
    cause = "events[9] decision, of client[3] enter_order"
    divergence = Divergence("events[9] BBO", "wrong", cause=cause, caused_ps=caused, seen_ps=int(shown.last_ps[2]))
    write_packets(tmp_path / "f.pcapng", run, divergence)
    told = {tuple(row) for row in tshark(tmp_path / "f.pcapng", "-Y", "frame.comment", *fields("frame.interface_name", "frame.comment"))}
    assert ("client", f"{run.scenario}:17; cause of the first divergence") in told
    assert [row for row in told if row[0] == "events"] == [("events", "first divergence: wrong")]
    assert len(tshark(tmp_path / "f.pcapng", "-Y", 'frame.comment contains "first divergence: "', *fields("frame.number"))) == 1


def recording(frames: Sequence[bytes], first_ps: Sequence[int], flags: int) -> Recording:
    """One output port."""
    times = np.array(first_ps, np.int64)
    return Recording(Frames.of(frames), times, times, np.full(len(times), flags, np.uint16))


def test_what_a_host_played_is_there_without_a_clock_of_the_device(tmp_path: Path) -> None:
    """A kernel socket took the headers of a datagram off: it gets new ones. Faults show as errors; times begin with the first frame."""
    dut = load_dut("feed_handler", ROOT)
    frame, record = bytes(60), bytes([1]) + bytes(63)
    sends = PortProgram.of([Send(0, frame, SendFlag.BAD_FCS), Send(5, frame, SendFlag.ABORT), Send(9, frame)])
    program = Program("feed_handler", {"feed_a": sends})
    sent = {"feed_a": Sent(np.array([5000, 9000, -1]), np.array([5000, 9000, -1]))}  # the last one did not leave
    outputs = {"events": recording([record * 2], [12_000], int(FrameFlag.PAYLOAD))}
    host = HostReport(0, 0, 0, 0, "software")
    capture = Capture(outputs, sent, {}, None, None, 0, "loopback", "", host=host)
    run = RecordedRun("s.scn", "gateway@udp", "", (), {}, dut, program, capture, "pass", "")
    write_packets(tmp_path / "f.pcapng", run)
    names = ("frame.interface_name", "frame.time_epoch", "frame.packet_flags", "udp.dstport", "udp.length")
    rows = tshark(tmp_path / "f.pcapng", *fields(*names))
    assert [row[0] for row in rows] == ["feed_a", "feed_a", "events"]
    assert [float(row[1]) * 1e9 for row in rows] == pytest.approx([0, 4, 7])
    assert [int(row[2], 16) for row in rows] == [1 << 24 | 1, 1 << 31 | 1, 2]
    assert rows[2][3:] == ["30100", str(8 + 128)]


def test_a_datagram_without_headers_went_to_the_address_of_its_socket(tmp_path: Path) -> None:
    """CTRL-5: records move during the run. The player tells to which address each one came; the first is where they went at reset."""
    dut = load_dut("feed_handler", ROOT)
    moves = [Send(0, set_global("events_dst_port", port) if port else command("commit")) for port in (31_000, 0, 32_000, 0)]
    outputs = [recording([bytes([1]) + bytes(63)], [0], int(FrameFlag.PAYLOAD) | index << ADDRESS_SHIFT) for index in range(3)]
    ports = []
    for output in outputs:
        program = Program("feed_handler", {"control": PortProgram.of(moves)})
        host = HostReport(0, 0, 0, 0, "software")
        capture = Capture({"events": output}, {}, {}, None, None, 0, "loopback", "", host=host)
        write_packets(tmp_path / "f.pcapng", RecordedRun("s.scn", "gateway@udp", "", (), {}, dut, program, capture, "pass", ""))
        ports += tshark(tmp_path / "f.pcapng", "-Y", 'frame.interface_name == "events"', *fields("udp.dstport"))
    assert ports == [["30100"], ["31000"], ["32000"]]


def test_a_file_that_cannot_be_written_is_named(played: dict[str, Played], tmp_path: Path) -> None:
    """The folder is missing."""
    with pytest.raises(ValueError, match=r"none/f.pcapng: cannot be written: No such file"):
        write_packets(tmp_path / "none" / "f.pcapng", replace(played[SEGMENTS].run, scenario="s"))
