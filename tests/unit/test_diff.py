# SPDX-License-Identifier: Apache-2.0
"""`tickproof diff`: two FAKE runs against golden and each other. Legal races are told apart from what is wrong."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from fake_host import play, verdict_on
from test_check_late import MS, QUOTE_THEN_ORDER, THE_ORDER, THE_QUOTE
from test_check_other_models import REGISTER, recording
from test_recording import recorded

from tickproof.capture import Capture, Sent
from tickproof.cli import tickproof
from tickproof.errors import InputError
from tickproof.frames import Frames
from tickproof.program import PortProgram, Program, Send
from tickproof.recording import RecordedRun, program_digest, save_run
from tickproof.scenario import parse_text
from tickproof.targets.time_scale import scaled


def spoiled(run: RecordedRun, port: str, byte: int) -> RecordedRun:
    """One bit of what came out of a port is another. byte: from its end."""
    recording = run.capture.outputs[port]
    data = recording.frames.data.copy()
    data[-byte] ^= 1
    outputs = {**run.capture.outputs, port: dataclasses.replace(recording, frames=Frames(data, recording.frames.offsets))}
    return dataclasses.replace(run, capture=dataclasses.replace(run.capture, outputs=outputs))


@pytest.fixture
def compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    """Save two runs, compare them: (exit code, what was printed)."""

    def call(a: RecordedRun, b: RecordedRun) -> tuple[int, str]:
        save_run(tmp_path / "a.npz", a)
        save_run(tmp_path / "b.npz", b)
        code = tickproof.main(["diff", str(tmp_path / "a.npz"), str(tmp_path / "b.npz")], standalone_mode=False)
        return code, capsys.readouterr().out

    return call


def test_two_runs_that_show_the_same_are_the_same(compared) -> None:
    """Numbers, stamps and times are each device's own."""
    later = {(port, row): 3 * MS for port, sends in QUOTE_THEN_ORDER.program.ports.items() for row in range(len(sends))}
    code, text = compared(recorded(), recorded(target="card@fake", sent_late=later))
    assert (code, text.splitlines()[0]) == (0, "quote.scn   gateway@fake | card@fake   the same")
    assert text.count("agrees with golden: ") == 2
    assert text.endswith("1 the same\n")


def test_a_field_that_differs_has_goldens_word_beside_both(compared) -> None:
    """Three columns; who is wrong is said first."""
    run = recorded()
    code, text = compared(run, spoiled(run, "events", 1 + 4 + 4))  # last byte of `position` of the last record
    last = len(run.capture.outputs["events"].frames) - 1
    assert code == 1
    lines = text.splitlines()
    assert lines[0] == f"quote.scn   gateway@fake | gateway@fake   differ from events[{last}] on"
    assert lines[2].split(maxsplit=3)[:3] == ["agrees", "with", "golden:"]
    assert f"fail at events[{last}] REPORT: position is 1, golden has 0   [EVT-2]" in lines[4]
    assert ["field", "golden", "(A)", "A", "B"] in [line.split() for line in lines]
    assert [line.split() for line in lines if "<<<" in line] == [["position", "0", "0", "1", "<<<"]]
    assert "cause       exchange[1] order_accepted" in text
    assert "legal" not in text


def test_another_order_of_inputs_is_legal_and_shown(compared) -> None:
    """The order overtook the quote in B: both agree with golden."""
    code, text = compared(recorded(), recorded(sent_late={THE_QUOTE: 15 * MS}))
    assert code == 1
    assert "differ from A's events[10], B's events[9] on" in text.splitlines()[0]
    assert ["reference_bid", "150.01", "150.01", "150.00", "<<<"] in [line.split() for line in text.splitlines()]
    assert "order       from events[9] on the inputs took effect in another order: here A took feed sequence 6, B client[2]" in text
    assert "legal       each is what golden has for the order and the times that it states" in text
    assert text.count("agrees with golden") == 2


def test_another_order_without_consequences_is_told_but_no_difference(compared) -> None:
    """A report that overtakes an order of another side: every port shows the same."""
    code, text = compared(recorded(), recorded(sent_late={THE_ORDER: 15 * MS}))
    lines = text.splitlines()
    assert (code, lines[0].split("   ")[-1], lines[-1]) == (
        0,
        "the same but for the order of inputs",
        "1 the same but for the order of inputs",
    )
    assert lines[5] == "  order       from events[10] on the inputs took effect in another order: here A took client[2], B exchange[1]"


def test_a_missing_record_is_nothing_more_on_its_side(compared) -> None:
    """The device of B stopped early."""
    run = recorded()
    events = run.capture.outputs["events"]
    count = len(events.frames) - 1
    columns = {name: getattr(events, name)[:count] for name in ("first_ps", "last_ps", "flags")}
    short = dataclasses.replace(events, frames=Frames.of(list(events.frames)[:count]), **columns)
    cut = dataclasses.replace(run, capture=dataclasses.replace(run.capture, outputs={**run.capture.outputs, "events": short}))
    code, text = compared(run, cut)
    assert code == 1
    assert "  B           nothing more" in text
    assert "  A           report symbol=AAPL sequence=1" in text


@pytest.mark.parametrize("port", ["exchange", "client"])
def test_bytes_of_a_stream_that_differ_are_shown_as_packets(compared, port: str) -> None:
    """EVT-6."""
    run = recorded()
    code, text = compared(run, spoiled(run, port, 3))
    assert code == 1
    assert f"differ from {port}[" in text.splitlines()[0]
    assert "  A           " in text or "<<<" in text


def test_the_time_of_a_reject_is_the_devices_own(compared) -> None:
    """SESS-REJECT: it is the DECISION's time_ns."""
    scenario = parse_text(
        """
dut = "tick_to_trade"
[symbols.AAPL]
locate = 7
base = "140.00"
[risk]
max_shares = 500
[opening]
AAPL = "150.00x1000 150.02x1000"
---
     0  < client    enter_order ref=1 price=150.01 quantity=501
""",
        "reject.scn",
    )
    late = {("client", len(scenario.program.ports["client"]) - 1): MS}

    def rejecting(changes: dict[tuple[str, int], int]) -> RecordedRun:
        capture = play(scenario, changes)
        # The FAKE has the Reject of a golden that knew no device's time; a device puts its own there.
        decision = int.from_bytes(capture.outputs["events"].frames[-1][42 + 16 : 42 + 24], "big")
        client = capture.outputs["client"]
        packets = [bytearray(packet) for packet in client.frames]
        packets[-1][4:12] = decision.to_bytes(8, "big")
        outputs = {**capture.outputs, "client": dataclasses.replace(client, frames=Frames.of(map(bytes, packets)))}
        capture = dataclasses.replace(capture, outputs=outputs)
        assert verdict_on(scenario, capture).status == "pass"
        run = recorded(scenario)
        return dataclasses.replace(run, capture=capture)

    code, text = compared(rejecting({}), rejecting(late))
    assert (code, text.splitlines()[0].split("   ")[-1]) == (0, "the same")


def test_counters_that_differ_are_a_difference(compared) -> None:
    """All records are alike, one counter is not."""
    run = recorded()
    counters = {**run.capture.counters, "messages": run.capture.counters["messages"] + 1}
    code, text = compared(run, dataclasses.replace(run, capture=dataclasses.replace(run.capture, counters=counters)))
    assert (code, "counters differ" in text) == (1, True)
    assert [line.split() for line in text.splitlines() if line.startswith("  messages")] == [["messages", "6", "6", "7"]]


def test_two_runs_that_are_wrong_alike_are_no_success(compared) -> None:
    """Golden is the third opinion."""
    run = spoiled(recorded(), "events", 9)
    code, text = compared(run, run)
    assert (code, text.splitlines()[0].split("   ")[-1], text.splitlines()[-1]) == (1, "the same", "1 different")


def test_runs_at_another_time_scale_are_of_the_same_scenario(compared) -> None:
    """The digest is that of the scenario's own Program."""
    fast, program = recorded(), scaled(QUOTE_THEN_ORDER.program, 10)
    slow = dataclasses.replace(fast, program=program, capture=play(QUOTE_THEN_ORDER, program=program, gap_timeout_ns=200_000))
    assert program_digest(program) != fast.digest
    code, text = compared(fast, slow)
    assert (code, text.splitlines()[0].split("   ")[-1]) == (0, "the same")


def test_recordings_of_other_inputs_are_refused(tmp_path: Path) -> None:
    """Exit code 2, one line."""
    save_run(tmp_path / "a.npz", recorded())
    save_run(tmp_path / "b.npz", dataclasses.replace(recorded(), digest="another"))
    with pytest.raises(InputError, match=r"b\.npz: played other inputs than .*a\.npz"):
        tickproof.main(["diff", str(tmp_path / "a.npz"), str(tmp_path / "b.npz")], standalone_mode=False)


def test_of_folders_every_common_scenario_is_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What only one side has is said."""
    run = recorded()
    for folder, names in (("a", "xyz"), ("b", "yzw")):
        for name in names:
            changed = spoiled(run, "events", 9) if (folder, name) == ("b", "z") else run
            save_run(tmp_path / folder / name / "capture.npz", dataclasses.replace(changed, scenario=f"{name}.scn"))
    code = tickproof.main(["diff", str(tmp_path / "a"), str(tmp_path / "b")], standalone_mode=False)
    text = capsys.readouterr().out
    assert code == 1
    assert [line for line in text.splitlines() if ".scn   " in line] == [
        "y.scn   gateway@fake | gateway@fake   the same",
        f"z.scn   gateway@fake | gateway@fake   differ from events[{len(run.capture.outputs['events'].frames) - 1}] on",
    ]
    assert f"w.scn: only in {tmp_path / 'b'}\nx.scn: only in {tmp_path / 'a'}\n1 the same, 1 different" in text


def test_folders_that_cannot_be_compared_are_refused(tmp_path: Path) -> None:
    """Nothing there, two targets in one folder, or nothing in common."""
    (tmp_path / "empty").mkdir()
    for target in ("one", "two"):
        save_run(tmp_path / "both" / target / "capture.npz", recorded(target=target))
    for name in ("p", "q"):
        save_run(tmp_path / "other" / name / "capture.npz", dataclasses.replace(recorded(), scenario=name))
    save_run(tmp_path / "a" / "capture.npz", recorded())
    for b, says in (("empty", "has no recordings"), ("both", "holds two runs of quote.scn .got one and two"), ("other", "no scenario in")):
        with pytest.raises(InputError, match=says):
            tickproof.main(["diff", str(tmp_path / "a"), str(tmp_path / b)], standalone_mode=False)


def test_a_run_that_lost_outputs_is_no_success(compared) -> None:
    """What a host dropped nobody can compare."""
    run = recorded()
    assert run.capture.host is not None
    lossy = dataclasses.replace(run, capture=dataclasses.replace(run.capture, host=dataclasses.replace(run.capture.host, lost=2)))
    code, text = compared(run, lossy)
    assert (code, "inconclusive: the host itself dropped 2 frames" in text) == (1, True)


def test_frames_that_pass_through_are_compared(compared) -> None:
    """A device without records."""
    program = Program("register", {"in": PortProgram.of(Send(0, frame) for frame in (b"abc", b"de"))})
    times = np.zeros(2, np.int64)

    def run(*got: bytes) -> RecordedRun:
        capture = Capture({"out": recording(got)}, {"in": Sent(times, times)}, {}, 6400, 0, 0, "simulated", "fake")
        return RecordedRun("r.scn", "t", program_digest(program), (), {}, REGISTER, program, capture, "pass", "")

    assert compared(run(b"abc", b"de"), run(b"abc", b"de"))[0] == 0
    code, text = compared(run(b"abc", b"de"), run(b"abc"))
    assert (code, "differ from out[1] on" in text, "  B           nothing more" in text) == (1, True, True)
