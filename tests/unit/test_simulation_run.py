# SPDX-License-Identifier: Apache-2.0
"""Programs through real simulators: a plain register, a device in somebody else's style, a control port, and devices that go wrong."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from tickproof.capture import Capture, FrameFlag
from tickproof.dut import Dut
from tickproof.errors import InputError
from tickproof.program import PortProgram, Program, Send, SendFlag, WaitFor
from tickproof.protocols.control import command, set_global, set_symbol
from tickproof.targets import RunOptions, Target, get_target, load_dut

ROOT = Path(__file__).parents[2]
DUTS = Path(__file__).with_name("simulation_duts")
CLOCK_PS = 6400


@pytest.fixture(autouse=True)
def _shared_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Devices in temporary folders are built once, too."""
    monkeypatch.setenv("TICKPROOF_CACHE", os.environ.get("TICKPROOF_CACHE", str(ROOT / "build")))


@pytest.fixture(params=["rtl@verilator", "rtl@icarus"])
def target(request: pytest.FixtureRequest) -> Target:
    target = get_target(request.param)
    if reason := target.unavailable():
        pytest.skip(reason)
    return target


def register() -> Dut:
    return load_dut("axis_register", ROOT)


def run(target: Target, dut: Dut, program: Program, **options: object) -> Capture:
    return target.run(dut, program, RunOptions(**options))  # type: ignore[arg-type]


def program_in(*sends: Send, **more: object) -> Program:
    return Program("test", {"in": PortProgram.of(sends)}, name="test", **more)  # type: ignore[arg-type]


def test_frames_of_every_length_come_out_as_they_went_in(target: Target) -> None:
    """Bytes, order and flags survive; nothing else comes out."""
    frames = [bytes((length + index) % 256 for index in range(length)) for length in range(1, 131)]
    capture = run(target, register(), program_in(*(Send(0, frame) for frame in frames)))
    assert capture.complete, capture.trouble
    assert list(capture.outputs["out"].frames) == frames
    assert not capture.outputs["out"].flags.any()
    assert capture.grade == "simulated"


def test_frames_follow_each_other_without_an_idle_beat(target: Target) -> None:
    """FEED-RATE-1 needs it: 600 frames (more than one chunk of either file) of 1 to 3 beats, one beat in every clock."""
    lengths = [8 * (1 + index % 3) for index in range(600)]
    capture = run(target, register(), program_in(*(Send(0, bytes(length)) for length in lengths)))
    sent = capture.sent["in"]
    beats = np.cumsum([length // 8 for length in lengths])
    assert sent.first_ps[0] == 0
    assert np.array_equal(sent.last_ps, (beats - 1) * CLOCK_PS)
    assert np.array_equal(sent.first_ps[1:], sent.last_ps[:-1] + CLOCK_PS)


def test_output_times_are_those_of_the_beats_on_the_bus(target: Target) -> None:
    """The register takes one clock."""
    capture = run(target, register(), program_in(Send(0, bytes(20)), Send(640, bytes(8))))
    out = capture.outputs["out"]
    assert out.first_ps.tolist() == [CLOCK_PS, 640_000 + CLOCK_PS]
    assert out.last_ps.tolist() == [3 * CLOCK_PS, 640_000 + CLOCK_PS]
    assert capture.clock_ps == CLOCK_PS


@pytest.mark.parametrize(("time_ns", "clock"), [(0, 0), (1, 1), (6, 1), (7, 2), (32, 5), (33, 6)])
def test_send_goes_in_at_the_first_clock_that_is_not_before_its_time(time_ns: int, clock: int) -> None:
    capture = run(_any(), register(), program_in(Send(time_ns, bytes(8))))
    assert capture.sent["in"].first_ps.tolist() == [clock * CLOCK_PS]


def test_bad_frames_carry_tuser_on_their_last_beat(target: Target) -> None:
    """Contract 1: tuser on tlast = bad frame, from an FCS error or an abort."""
    sends = (Send(0, bytes(20)), Send(0, bytes(20), SendFlag.BAD_FCS), Send(0, bytes(20), SendFlag.ABORT), Send(0, bytes(20)))
    capture = run(target, register(), program_in(*sends))
    assert capture.outputs["out"].flags.tolist() == [0, FrameFlag.ERROR, FrameFlag.ERROR, 0]


def test_send_waits_for_outputs(target: Target) -> None:
    """A send that waits goes in two clocks after the output it waits for: one in the counter, one in the player."""
    capture = run(target, register(), program_in(Send(0, bytes(8)), Send(0, bytes(8)), Send(0, bytes(8), wait_for=WaitFor("out", 2))))
    assert capture.complete
    assert capture.sent["in"].first_ps[2] == capture.outputs["out"].last_ps[1] + 2 * CLOCK_PS


def test_run_lasts_until_its_end(target: Target) -> None:
    """An assertion of silence may look beyond the last send: what the device says there is heard, and not what it says much later."""
    for when, heard in ((12_000, 1), (40_000, 0)):  # clocks after reset: 77 and 256 us
        capture = run(target, load_dut(DUTS / "hasty.toml", ROOT), Program("hasty", {}, end_ns=100_000, parameters={"WHEN": when}))
        assert capture.complete
        assert len(capture.outputs["out"].frames) == heard


def test_device_in_another_style_runs_from_its_description_alone(target: Target, tmp_path: Path) -> None:
    """Own names, active-low reset, 8 ns clock, stalls, a tied input, no tlast on the output; copied away from this repository."""
    for name in ("stamper.v", "stamper.toml"):
        (tmp_path / name).write_bytes((DUTS / name).read_bytes())
    dut = load_dut(tmp_path / "stamper.toml", tmp_path)
    sends = PortProgram.of(Send(100 * index, bytes(4 * beats)) for index, beats in enumerate((1, 2, 10, 3)))
    capture = run(target, dut, Program("stamper", {"rx": sends}))
    answers = [(int.from_bytes(frame[:8], "little"), frame[8], frame[12]) for frame in capture.outputs["tx"].frames]
    assert capture.epoch_ps is not None
    assert answers == [
        ((capture.epoch_ps + int(last_ps)) // 1000, beats, 7)
        for last_ps, beats in zip(capture.sent["rx"].last_ps, (1, 2, 10, 3), strict=True)
    ]
    assert capture.clock_ps == 8000


def test_device_time_agrees_with_the_capture(target: Target, tmp_path: Path) -> None:
    """Contract 1: device time is floor(6.4 x n) in the n-th clock after reset; epoch_ps + sent time, rounded down to ns, is that time."""
    text = (DUTS / "stamper.toml").read_text().replace("period_ps = 8000", "period_ps = 6400").replace("stamper.v", str(DUTS / "stamper.v"))
    (tmp_path / "stamper.toml").write_text(text + "\n[parameters]\nPERIOD_PS = 6400\nSTALL = 0\n")
    dut = load_dut(tmp_path / "stamper.toml", tmp_path)
    capture = run(target, dut, Program("stamper", {"rx": PortProgram.of(Send(7 * index, bytes(4)) for index in range(200))}))
    times = [int.from_bytes(frame[:8], "little") for frame in capture.outputs["tx"].frames]
    assert capture.epoch_ps is not None
    assert times == ((capture.sent["rx"].last_ps + capture.epoch_ps) // 1000).tolist()


def test_parameters_of_the_program_override_those_of_the_description(target: Target) -> None:
    sends = PortProgram.of([Send(0, bytes(400))])
    capture = run(target, load_dut(DUTS / "stamper.toml", ROOT), Program("stamper", {"rx": sends}, parameters={"STALL": 0}))
    assert capture.sent["rx"].last_ps.tolist() == [99 * 8000]
    assert capture.facts["STALL"] == 0


def test_control_is_written_before_time_0_and_at_its_times(target: Target) -> None:
    """Setup first; a setting of more than 32 bits is two words; a command is answered before the next write; counters come last."""
    timed = (Send(1000, set_symbol(2, "base", 77)), Send(1000, command("commit")), Send(1000, command("book_clear", 5)))
    program = Program(
        "registers",
        {"control": PortProgram.of(timed)},
        setup=(set_global("start_sequence", 0x0123456789ABCDEF), set_symbol(1, "stock", 5)),
    )
    capture = run(target, load_dut(DUTS / "registers.toml", ROOT), program)
    assert capture.complete, capture.trouble
    out, sent = capture.outputs["writes"], capture.sent["control"]
    words = [(int.from_bytes(frame[4:8], "little"), int.from_bytes(frame[:4], "little")) for frame in out.frames]
    setup = [(0x108, 0x89ABCDEF), (0x10C, 0x01234567), (0x228, 5), (0x22C, 0)]
    assert words == [*setup, (0x240, 77), (0x40, 0xFFFF_0001), (0x40, 0x0005_0003)]
    assert (out.last_ps[:4] < 0).all()
    assert sent.first_ps[0] == 1_004_800  # the first clock not before 1,000 ns
    assert np.array_equal(sent.last_ps, out.last_ps[4:] - CLOCK_PS)
    assert sent.first_ps[2] >= sent.last_ps[1] + 9 * CLOCK_PS
    assert capture.counters == {"words": 7, "wide": 0x1_0000_0002}


def up(time_ns: int) -> Send:
    """The stream's connection is established."""
    return Send(time_ns, b"", SendFlag.LINK_UP)


def down(time_ns: int) -> Send:
    """It is gone."""
    return Send(time_ns, b"", SendFlag.LINK_DOWN)


def test_a_two_way_port_plays_and_records_under_one_name(target: Target) -> None:
    """docs/dut.md: direction "both". `sent` is the clock in which the device took the last beat; segments stay apart in the recording."""
    sends = [up(0), *(Send(0, bytes(range(length))) for length in range(1, 40))]
    capture = run(target, load_dut(DUTS / "link_echo.toml", ROOT), Program("link_echo", {"peer": PortProgram.of(sends)}))
    assert capture.complete, capture.trouble
    assert list(capture.outputs["peer"].frames) == [bytes(range(length)) for length in range(1, 40)]
    assert np.array_equal(capture.outputs["peer"].last_ps, capture.sent["peer"].last_ps[1:] + CLOCK_PS)


def test_a_link_is_down_until_it_comes_up_and_changes_only_behind_the_bytes_before_it(target: Target) -> None:
    """docs/formats.md: a link change waits for all earlier beats, and stays for 8 clocks; its time is the first clock of the new level."""
    sends = [Send(0, b"lost"), up(0), Send(0, b"first segment"), down(0), Send(0, b"gone"), up(0), down(0), up(2000), Send(0, b"last")]
    capture = run(target, load_dut(DUTS / "link_echo.toml", ROOT), Program("link_echo", {"peer": PortProgram.of(sends)}))
    assert capture.complete, capture.trouble
    assert capture.outputs["peer"].frames.data.tobytes() == b"first segmentlast"
    sent, changes = capture.sent["peer"], [1, 3, 5, 6, 7]
    assert np.array_equal(sent.first_ps[changes], sent.last_ps[changes])
    assert sent.first_ps[3] == sent.last_ps[2] + CLOCK_PS
    assert sent.first_ps[6] == sent.first_ps[5] + 8 * CLOCK_PS
    assert sent.first_ps[7] == -(-2_000_000 // CLOCK_PS) * CLOCK_PS
    assert (np.diff(sent.first_ps) > 0).all()
    assert capture.epoch_ps is not None
    words = [int.from_bytes(frame, "little") for frame in capture.outputs["level"].frames]
    assert [word & 1 for word in words] == [1, 0, 1, 0, 1]
    assert [CLOCK_PS * (word >> 1) - capture.epoch_ps for word in words] == sent.first_ps[changes].tolist()


def test_refused_register_write_is_trouble(target: Target) -> None:
    capture = run(target, load_dut(DUTS / "registers.toml", ROOT), Program("registers", {}, setup=(set_global("events_src_port", 1),)))
    assert not capture.complete
    assert "refused a register access" in capture.trouble


FAULTS = [
    pytest.param(1, "the device never became ready", id="never-ready"),
    pytest.param(2, "in: send 3 of 6 did not go in", id="input-stuck"),
    pytest.param(3, "the device gives up", id="fatal"),
    pytest.param(4, "the simulator", id="finish-inside-the-device"),
    pytest.param(7, "the run exceeded its clock limit", id="endless-output"),
]


@pytest.mark.parametrize(("fault", "expected"), FAULTS)
def test_run_that_goes_wrong_ends_and_says_why(target: Target, fault: int, expected: str) -> None:
    """Never a hang, never a Capture that looks complete."""
    sends = [Send(10 * index, bytes([index])) for index in range(6)]
    program = program_in(*sends, parameters={"FAULT": fault})
    capture = run(target, load_dut(DUTS / "faulty.toml", ROOT), program, timeout_s=60.0)
    assert not capture.complete
    assert expected in capture.trouble


def test_wait_that_never_ends_is_named(target: Target) -> None:
    program = program_in(Send(0, b"a"), Send(0, b"b", wait_for=WaitFor("out", 9)))
    capture = run(target, load_dut(DUTS / "faulty.toml", ROOT), program)
    assert not capture.complete
    assert "send 1 of 2 did not go in (it waits for output 9 of out)" in capture.trouble


def test_max_clocks_ends_a_run(target: Target) -> None:
    capture = run(target, register(), program_in(Send(10**7, b"a")), max_clocks=1000)
    assert not capture.complete
    assert "clock limit" in capture.trouble
    assert capture.sent["in"].first_ps.tolist() == [-1]


def test_frame_that_has_not_ended_is_cut(target: Target) -> None:
    program = program_in(*(Send(0, bytes([index])) for index in range(6)), parameters={"FAULT": 9})
    out = run(target, load_dut(DUTS / "faulty.toml", ROOT), program).outputs["out"]
    assert list(out.frames) == [b"\0", b"\1", b"\2", b"\3\4\5"]
    assert out.flags.tolist() == [0, 0, 0, FrameFlag.CUT]


def test_x_on_a_kept_byte_is_flagged() -> None:
    """Contract 10, four-state simulators."""
    program = program_in(*(Send(0, bytes([index])) for index in range(5)), parameters={"FAULT": 5})
    out = run(_named("rtl@icarus"), load_dut(DUTS / "faulty.toml", ROOT), program).outputs["out"]
    assert out.flags.tolist() == [0, 0, 0, FrameFlag.HAS_X, FrameFlag.HAS_X]


def test_x_on_tvalid_is_trouble() -> None:
    program = program_in(*(Send(0, bytes([index])) for index in range(5)), parameters={"FAULT": 6})
    capture = run(_named("rtl@icarus"), load_dut(DUTS / "faulty.toml", ROOT), program)
    assert not capture.complete
    assert "tvalid of an output port was X" in capture.trouble


def test_uninitialised_state_shows_as_random_values() -> None:
    """Contract 10: a two-state simulator starts from values that depend on the seed, and on nothing else."""
    program = program_in(*(Send(0, bytes([index])) for index in range(5)), parameters={"FAULT": 8})
    dut, target = load_dut(DUTS / "faulty.toml", ROOT), _named("rtl@verilator")
    values = {seed: run(target, dut, program, seed=seed).outputs["out"].frames[4] for seed in range(8)}
    assert len(set(values.values())) > 1
    assert run(target, dut, program, seed=5).outputs["out"].frames[4] == values[5]


def test_waves_are_written_where_asked(target: Target, tmp_path: Path) -> None:
    try:
        capture = run(target, register(), program_in(Send(0, bytes(100))), waves=True, out_dir=tmp_path / "run")
    except InputError as error:
        if "Verilator cannot be built with FST" not in str(error):
            raise
        pytest.skip(str(error))
    waves = Path(capture.files["waves"])
    assert waves.parent == tmp_path / "run"
    assert waves.stat().st_size > 200
    assert sorted(path.name for path in waves.parent.iterdir()) == ["dump.fst", "simulator.log"]


def test_device_that_does_not_compile_is_an_input_error(target: Target, tmp_path: Path) -> None:
    text = (DUTS / "stamper.toml").read_text()
    (tmp_path / "stamper.toml").write_text(text)
    (tmp_path / "stamper.v").write_text("module stamper (input wire i_clock; endmodule\n")
    with pytest.raises(InputError, match=r"stamper\.toml: .* cannot compile the device .*stamper\.v:1"):
        run(target, load_dut(tmp_path / "stamper.toml", tmp_path), Program("stamper", {}))


def test_output_folder_that_cannot_be_used_is_an_input_error(target: Target, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot work there"):
        run(target, register(), program_in(), out_dir=tmp_path / "file" / "out")


def test_ctrl_c_ends_the_simulator_and_leaves_nothing(tmp_path: Path) -> None:
    """The child is gone, and so is the folder with its files."""
    script = (
        "import signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)  # a background job ignores it\n"
        "from pathlib import Path\nfrom tickproof.program import *\nfrom tickproof.targets import *\n"
        "root, out = Path(sys.argv[1]), Path(sys.argv[2])\n"
        "program = Program('x', {'in': PortProgram.of([Send(10**12, b'a')])})\n"
        "print('started', flush=True)\n"
        "get_target('rtl@icarus').run(load_dut('axis_register', root), program, RunOptions(out_dir=out))\n"
    )
    run(_named("rtl@icarus"), register(), program_in())  # the build is there
    child = subprocess.Popen(
        [sys.executable, "-c", script, str(ROOT), str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
    )
    assert child.stdout
    assert child.stdout.readline() == "started\n"
    try:
        simulator = _wait_for_child(child.pid, "vvp")
        child.send_signal(signal.SIGINT)
        _, errors = child.communicate(timeout=20)
    finally:
        child.kill()
    assert "KeyboardInterrupt" in errors
    assert not Path(f"/proc/{simulator}").exists()
    assert not list(tmp_path.iterdir())


def _wait_for_child(pid: int, name: str) -> int:
    """The child of a process that runs the program `name`, as soon as there is one."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    while True:
        for child in children.read_text().split():
            with contextlib.suppress(OSError):  # it may be gone already
                if Path(f"/proc/{child}/comm").read_text().strip() == name:
                    return int(child)
        os.sched_yield()


def _any() -> Target:
    return next((target for target in map(get_target, ("rtl@verilator", "rtl@icarus")) if not target.unavailable()), _named("rtl@icarus"))


def _named(name: str) -> Target:
    target = get_target(name)
    if reason := target.unavailable():
        pytest.skip(reason)
    return target
