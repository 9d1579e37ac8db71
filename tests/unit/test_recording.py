# SPDX-License-Identifier: Apache-2.0
"""A run in a file: what comes back is what went in, and whatever else is in the file is refused in one line."""

from __future__ import annotations

import contextlib
import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest
from fake_host import DUT, play, verdict_on
from test_check_late import QUOTE_THEN_ORDER

from tickproof.capture import Sent
from tickproof.check import judge
from tickproof.errors import InputError
from tickproof.golden import get_model
from tickproof.program import WaitFor
from tickproof.recording import RecordedRun, load_run, program_digest, save_run
from tickproof.scenario import Scenario
from tickproof.targets.time_scale import scaled


def recorded(scenario: Scenario = QUOTE_THEN_ORDER, target: str = "gateway@fake", **changes: object) -> RecordedRun:
    """A FAKE run of a scenario."""
    capture = play(scenario, **changes)  # type: ignore[arg-type]
    verdict = verdict_on(scenario, capture)
    digest = program_digest(scenario.program)
    lines = dict(scenario.lines)
    return RecordedRun("quote.scn", target, digest, scenario.symbols, lines, DUT, scenario.program, capture, verdict.status, verdict.reason)


def plain(value: object) -> object:
    """Anything as something that `==` compares."""
    if isinstance(value, np.ndarray):
        return (str(value.dtype), value.tolist())
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def test_what_is_saved_comes_back(tmp_path: Path) -> None:
    """Program and Capture to the byte; of the device what judging needs."""
    run = recorded()
    save_run(tmp_path / "runs" / "capture.npz", run)
    back = load_run(tmp_path / "runs" / "capture.npz")
    for name in ("scenario", "target", "digest", "symbols", "program", "capture", "lines", "status", "reason"):
        assert plain(getattr(back, name)) == plain(getattr(run, name)), name
    model = get_model(back.dut.model)
    again, before = judge(None, back.program, back.dut, model, back.capture), judge(None, run.program, DUT, model, run.capture)
    assert again == before
    assert again.status == "pass"


def test_a_run_without_a_host_and_without_times_comes_back(tmp_path: Path) -> None:
    """What is None stays None."""
    run = recorded()
    unused = Sent(np.zeros(0, np.int64), np.zeros(0, np.int64))  # targets tell of all ports, also of those without sends
    sent = {**run.capture.sent, "unused": unused}
    run = dataclasses.replace(run, capture=dataclasses.replace(run.capture, host=None, epoch_ps=None, clock_ps=6400, sent=sent))
    save_run(tmp_path / "capture.npz", run)
    back = load_run(tmp_path / "capture.npz").capture
    assert (back.host, back.epoch_ps, back.clock_ps) == (None, None, 6400)
    assert len(back.sent["unused"].first_ps) == 0


def test_the_digest_is_of_the_inputs() -> None:
    """Two runs of one scenario have the same one; whatever is sent, when and where, changes it."""
    program = QUOTE_THEN_ORDER.program
    client = program.ports["client"]
    others = [
        scaled(program, 2),
        dataclasses.replace(program, end_ns=program.end_ns + 1),
        dataclasses.replace(program, setup=program.setup[1:]),
        dataclasses.replace(program, parameters={"SYMBOLS": 2}),
        dataclasses.replace(program, ports={**program.ports, "client": dataclasses.replace(client, waits={1: WaitFor("events", 1)})}),
        dataclasses.replace(program, ports={**program.ports, "client": dataclasses.replace(client, flags=client.flags ^ 1)}),
        dataclasses.replace(program, ports={name: port for name, port in program.ports.items() if name != "client"}),
    ]
    digests = {program_digest(one) for one in (program, dataclasses.replace(program, name="elsewhere"), *others)}
    assert len(digests) == 1 + len(others)


def test_a_recording_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """At any byte."""
    save_run(tmp_path / "capture.npz", recorded())
    whole = (tmp_path / "capture.npz").read_bytes()
    for length in (0, 1, 30, len(whole) // 3, len(whole) // 2, len(whole) - 30, len(whole) - 1):
        (tmp_path / "cut.npz").write_bytes(whole[:length])
        with pytest.raises(InputError, match="no recording of a run"):
            load_run(tmp_path / "cut.npz")


def test_a_recording_with_a_flipped_byte_is_refused_or_as_good_as_before(tmp_path: Path) -> None:
    """The zip's checksums cover what matters; nothing else may end in a traceback."""
    save_run(tmp_path / "capture.npz", recorded())
    whole = bytearray((tmp_path / "capture.npz").read_bytes())
    run = plain(load_run(tmp_path / "capture.npz"))
    for place in range(0, len(whole), 101):
        spoiled = whole.copy()
        spoiled[place] ^= 0x55
        (tmp_path / "spoiled.npz").write_bytes(spoiled)
        with contextlib.suppress(InputError):
            assert plain(load_run(tmp_path / "spoiled.npz")) == run


@pytest.mark.parametrize("content", ["text", "npz", "folder", "missing", "pickle"])
def test_another_file_is_refused(tmp_path: Path, content: str) -> None:
    """One line that names the file."""
    path = tmp_path / "other.npz"
    if content == "text":
        path.write_text("seq,price\n")
    elif content == "npz":
        np.savez(path, values=np.arange(3))
    elif content == "folder":
        path.mkdir()
    elif content == "pickle":
        np.savez(path, meta=np.array([{"format": "tickproof recording"}], object))
    with pytest.raises(InputError, match=r"other\.npz: (is no recording of a run|cannot be read)"):
        load_run(path)


def rewritten(path: Path, **changes: np.ndarray) -> None:
    """The same file with other arrays, and whole checksums."""
    with np.load(path) as found:
        arrays = {name: found[name] for name in found.files}
    np.savez(path, **{**arrays, **changes})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"outputs/events/offsets": np.zeros(1, np.int64)}, "outputs/events does not hold together"),
        ({"outputs/events/flags": np.zeros(1, np.uint16)}, "outputs/events/flags is not a column"),
        ({"sent/client/first_ps": np.zeros(1, np.int32)}, "sent/client/first_ps is not a column"),
        ({"sends/client/data": np.zeros(3, np.uint8)}, "sends/client does not hold together"),
    ],
)
def test_arrays_that_contradict_each_other_are_refused(tmp_path: Path, change: dict[str, np.ndarray], says: str) -> None:
    """A file that somebody edited."""
    save_run(tmp_path / "capture.npz", recorded())
    rewritten(tmp_path / "capture.npz", **change)
    with pytest.raises(InputError, match=f"is a damaged recording: {says}"):
        load_run(tmp_path / "capture.npz")


def test_another_version_is_named(tmp_path: Path) -> None:
    """What a later tickproof writes is not guessed at."""
    meta = {"format": "tickproof recording", "version": 2}
    np.savez(tmp_path / "capture.npz", meta=np.frombuffer(json.dumps(meta).encode(), np.uint8))
    with pytest.raises(InputError, match=r"another version \(got 2, expected 1\)"):
        load_run(tmp_path / "capture.npz")


def test_a_file_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    """A full or forbidden place."""
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        save_run(tmp_path / "file" / "capture.npz", recorded())
