# SPDX-License-Identifier: Apache-2.0
"""(a) Three ways to play the same frames into the same RTL in Verilator: the bulk player, a per-beat cocotb bench, a bare C++ loop.

All are compiled with the same flags (the per-beat bench needs cocotb's `--public-flat-rw` besides), play the same frames without idle beats
(the first few hundred of them where Python has to do each beat), and have all their outputs collected and compared with golden's. A time is
that from a Program in memory to outputs compared, in CPU seconds of this process and its children: nothing here runs in parallel, and other
work on the machine then does not count. Start-up (a Program of one frame) is subtracted, and reported beside. Medians of alternating runs.
"""

from __future__ import annotations

import os
import pickle
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.device_ports import device_header
from benchmarks.tables import table
from tickproof.dut import Dut
from tickproof.frames import Frames
from tickproof.golden import get_model
from tickproof.program import PortProgram, Program
from tickproof.protocols.records import RECORD_BYTES
from tickproof.scenario import parse_text
from tickproof.targets import RunOptions, get_target, load_dut
from tickproof.targets.simulation.build import VERILATOR_FLAGS
from tickproof.targets.simulation.collect import beat_dtype, recording_of
from tickproof.targets.simulation.plan import write_plan
from tickproof.targets.simulation.tools import cocotb_environment, cocotb_library, find_verilator

__all__ = ["main", "missed"]

ROOT = Path(__file__).parents[1]
HEADER_BYTES = 42  # of an events datagram
TARGETS = {"feed_handler": (20.0, 0.6), "axis_register": (40.0, 0.6)}  # times the per-beat bench, times the bare loop
SCENARIOS = {
    # One message a packet, packets back to back on both lines: the device's line rate (FEED-RATE-1).
    "feed_handler": """dut = "feed_handler"
[generate]
kind = "market"
seed = 7
messages = {count}
rate = 0
messages_per_packet = 1
symbols = 4
---
""",
    "axis_register": """dut = "axis_register"
[generate]
kind = "frames"
seed = 7
count = {count}
min = 60
max = 200
---
""",
}
COUNTS = {
    "feed_handler": {"bulk": 20_000, "bare": 20_000, "per-beat": 300},
    "axis_register": {"bulk": 100_000, "bare": 100_000, "per-beat": 500},
}

Outputs = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Contestant:
    """One way to play. play: Program -> what came out, in comparable form; frames: how many it is given."""

    name: str
    frames: int
    play: Callable[[Program], Outputs]


def main(repetitions: int = 5) -> dict[str, object]:
    """Measure, print the table, return the figures."""
    results: dict[str, object] = {}
    rows = []
    for name in ("feed_handler", "axis_register"):
        with tempfile.TemporaryDirectory(prefix="tickproof-bench-") as folder:
            figures = _measure(load_dut(name, ROOT), Path(folder), repetitions)
        results[name] = figures
        rates, starts = figures["frames_per_cpu_s"], figures["start_up_cpu_s"]
        rows += [[name, way, f"{rates[way]:,.0f}", f"{starts[way]:.2f}"] for way in rates]
        at_least = TARGETS[name]
        rows.append([name, "bulk / per-beat", f"{figures['bulk_to_per_beat']:.1f} (goal {at_least[0]:g})", ""])
        rows.append([name, "bulk / bare", f"{figures['bulk_to_bare']:.2f} (goal {at_least[1]:g})", ""])
    print(table(["device", "driven by", "frames / CPU s", "start-up, CPU s"], rows))
    return results


def missed(results: Mapping[str, Mapping[str, float]]) -> list[str]:
    """The goals that these figures do not reach."""
    goals = [(name, "bulk_to_per_beat", TARGETS[name][0]) for name in results] + [
        (name, "bulk_to_bare", TARGETS[name][1]) for name in results
    ]
    return [f"{name}: {what} {results[name][what]:.2f}, goal {goal:g}" for name, what, goal in goals if results[name][what] < goal]


def _program(name: str, count: int) -> Program:
    """`count` frames a port with no idle beat between them."""
    program = parse_text(SCENARIOS[name].format(count=count), f"{name}.scn").program
    ports = {port: replace(sends, not_before_ns=np.zeros(len(sends), np.int64)) for port, sends in program.ports.items()}
    return replace(program, ports=ports, end_ns=0)


def _first(program: Program, count: int) -> Program:
    """The first frames of each port."""

    def cut(sends: PortProgram) -> PortProgram:
        offsets = sends.frames.offsets[: count + 1]
        return PortProgram(Frames(sends.frames.data[: offsets[-1]], offsets), sends.not_before_ns[:count], sends.flags[:count])

    return replace(program, ports={port: cut(sends) for port, sends in program.ports.items()})


def _measure(dut: Dut, folder: Path, repetitions: int) -> dict[str, object]:
    counts = COUNTS[dut.name]
    whole = _program(dut.name, max(counts.values()))
    sizes = {size: _first(whole, size) for size in {1, *counts.values()}}
    expected = {id(program): _expected(dut, program) for program in sizes.values()}
    bulk, bare, per_beat = _bulk(dut), _bare(dut, folder / "bare"), _per_beat(dut, folder / "per_beat", expected)
    contestants = [Contestant(name, counts[name], play) for name, play in (("bulk", bulk), ("bare", bare), ("per-beat", per_beat))]
    programs = {(one.name, size): sizes[size] for one in contestants for size in (1, one.frames)}
    seconds: dict[tuple[str, int], list[float]] = {key: [] for key in programs}
    for _ in range(repetitions):
        for one in contestants:
            for size in (1, one.frames):
                key = (one.name, size)
                start = _cpu_seconds()
                outputs = one.play(programs[key])
                for port, data in expected[id(programs[key])].items():
                    if outputs[port] != data:
                        raise AssertionError(f"{dut.name}, {one.name}: port {port} differs from what golden expects")
                seconds[key].append(_cpu_seconds() - start)
    medians = {key: statistics.median(values) for key, values in seconds.items()}
    rates = {one.name: (one.frames - 1) * len(whole.ports) / (medians[one.name, one.frames] - medians[one.name, 1]) for one in contestants}
    return {
        "frames_per_cpu_s": rates,
        "start_up_cpu_s": {one.name: medians[one.name, 1] for one in contestants},
        "frames_a_port": dict(counts),
        "repetitions": repetitions,
        "bulk_to_per_beat": rates["bulk"] / rates["per-beat"],
        "bulk_to_bare": rates["bulk"] / rates["bare"],
    }


def _cpu_seconds() -> float:
    usage = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in usage)


def _expected(dut: Dut, program: Program) -> Outputs:
    """From golden, not from any of the three."""
    prediction = get_model(dut.model).predict(program)
    if dut.model == "passthrough":
        return {port: frames.data.tobytes() for port, frames in prediction.frames.items()}
    records = prediction.records.tobytes()
    kinds = prediction.records["kind"]
    rows = np.frombuffer(records, np.uint8).reshape(-1, RECORD_BYTES)
    return {"events": _own_business(records), "bbo": _own_business(rows[kinds == 1].tobytes())}


def _own_business(records: bytes) -> bytes:
    """Records without number, stamp and time, which are the device's own and differ with the moment at which frames begin."""
    rows = np.frombuffer(records, np.uint8).reshape(-1, RECORD_BYTES).copy()
    rows[:, 4:24] = 0
    return rows.tobytes()


def _comparable(dut: Dut, frames: Mapping[str, Frames]) -> Outputs:
    outputs = {}
    for name, port in dut.outputs.items():
        if port.layout == "events":
            outputs[name] = _own_business(b"".join(frame[HEADER_BYTES:] for frame in frames[name]))
        elif port.layout == "record":
            outputs[name] = _own_business(frames[name].data.tobytes())
        else:
            outputs[name] = frames[name].data.tobytes()
    return outputs


def _bulk(dut: Dut) -> Callable[[Program], Outputs]:
    target = get_target("rtl@verilator")

    def play(program: Program) -> Outputs:
        capture = target.run(dut, program, RunOptions())
        assert capture.complete, capture.trouble
        return _comparable(dut, {name: recording.frames for name, recording in capture.outputs.items()})

    play(_first(_program(dut.name, 1), 1))  # build
    return play


def _compile(dut: Dut, folder: Path, *more: str) -> Path:
    tool = find_verilator()
    assert not isinstance(tool, str), tool
    folder.mkdir(parents=True)
    sources = [str(path) for path in dut.sources]
    parameters = [f"-G{name}={value}" for name, value in dut.parameters.items()]
    command = [str(tool.path), *VERILATOR_FLAGS, "--top-module", dut.top, "-Mdir", str(folder / "obj"), "-o", str(folder / "simulation")]
    command += [*parameters, "-j", str(os.cpu_count() or 1), *(f"-I{path}" for path in dut.include), *more, *sources]
    environment = {name: value for name, value in os.environ.items() if name != "VERILATOR_ROOT"}
    environment |= {"OBJCACHE": "ccache"} if shutil.which("ccache") else {}
    build = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if build.returncode:
        raise RuntimeError(f"{dut.name} does not compile:\n{build.stdout}{build.stderr}")
    return folder / "simulation"


def _bare(dut: Dut, folder: Path) -> Callable[[Program], Outputs]:
    folder.mkdir(parents=True)
    (folder / "device.h").write_text(device_header(dut))
    executable = _compile(dut, folder / "build", "-CFLAGS", f"-O2 -I{folder}", str(Path(__file__).with_name("bare_loop.cpp")))

    def play(program: Program) -> Outputs:
        with tempfile.TemporaryDirectory(dir=folder) as name:  # new files each time, like the bulk player
            run = Path(name)
            write_plan(dut, program, run)
            subprocess.run([str(executable), str(run), "+verilator+rand+reset+2"], check=True)
            frames = {
                port.name: recording_of(np.fromfile(run / f"{port.name}.out", beat_dtype(port)), port, dut.clock.period_ps, 0).frames
                for port in dut.outputs.values()
            }
        return _comparable(dut, frames)

    return play


def _per_beat(dut: Dut, folder: Path, expected: Mapping[int, Outputs]) -> Callable[[Program], Outputs]:
    import cocotb_tools.config  # noqa: PLC0415  (only this contestant needs it)

    library = cocotb_library("verilator")
    main_cpp = Path(cocotb_tools.config.share_dir) / "lib" / "verilator" / "verilator.cpp"
    flags = [
        "--vpi",
        "--public-flat-rw",
        "-LDFLAGS",
        f"-Wl,-rpath,{library.parent} -L{library.parent} -lcocotbvpi_verilator",
        str(main_cpp),
    ]
    executable = _compile(dut, folder / "build", *flags)
    prefixes = {name: port.signals["tdata"].removesuffix("_tdata") for name, port in {**dut.inputs, **dut.outputs}.items()}
    environment = cocotb_environment(dut.top, folder / "results.xml") | {
        "COCOTB_TEST_MODULES": "benchmarks.per_beat_bench",
        "PYTHONPATH": os.pathsep.join([str(ROOT), *sys.path]),
        "BENCHMARK_JOB": str(folder / "job.pickle"),
        "BENCHMARK_RESULT": str(folder / "result.pickle"),
    }

    def play(program: Program) -> Outputs:
        sizes = {port: len(data) for port, data in expected[id(program)].items()}
        job = {
            "inputs": [(name, prefixes[name], list(sends.frames)) for name, sends in program.ports.items()],
            "outputs": [(name, prefixes[name], HEADER_BYTES * (name == "events"), size) for name, size in sizes.items()],
            "writes": _register_writes(dut, program, folder),
        }
        (folder / "job.pickle").write_bytes(pickle.dumps(job))
        (folder / "result.pickle").unlink(missing_ok=True)
        subprocess.run([str(executable)], env=environment, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        result = pickle.loads((folder / "result.pickle").read_bytes())
        return _comparable(dut, {name: Frames.of(frames) for name, frames in result.items()})

    return play


def _register_writes(dut: Dut, program: Program, folder: Path) -> list[tuple[int, int]]:
    if not dut.control:
        return []
    write_plan(dut, program, folder)
    rows = np.fromfile(folder / "control.sends", ">u4").reshape(-1, 6)
    return [(int(row[4]), int(row[5])) for row in rows]


if __name__ == "__main__":
    main()
