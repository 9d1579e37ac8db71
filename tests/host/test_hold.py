# SPDX-License-Identifier: Apache-2.0
"""Programs that are told when to begin (docs/wire.md, `--hold`): open, but they do nothing before, and end if nobody will tell them."""

from __future__ import annotations

import select
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from rtl_bench import FEED, TIMEOUT_S, Device, program, started, two_namespaces
from test_gateway_program import feed_options

from tickproof.protocols.control import pack_control
from tickproof.targets.dut_file import load_dut
from tickproof.targets.wire.bed import TestBed
from tickproof.targets.wire.host_build import build_host
from tickproof.targets.wire.rtl_build import rtl_program_missing

ROOT = Path(__file__).resolve().parents[2]
HELLO = pack_control(0x70)
A_WHILE_S = 0.3


@pytest.fixture(scope="module")
def bed() -> Iterator[TestBed]:
    """Two namespaces for all tests of this file."""
    yield from two_namespaces(rtl_program_missing())


@pytest.fixture(params=["gateway", "rtl"])
def held(request: pytest.FixtureRequest, bed: TestBed, tmp_path: Path) -> Iterator[Device]:
    """A device program that is ready, and holds."""
    device = _rtl(bed, tmp_path) if request.param == "rtl" else _gateway(bed, tmp_path)
    with device.process:
        yield device
        device.process.kill()


def _rtl(bed: TestBed, folder: Path) -> Device:
    return started(bed, program("feed_handler"), folder, FEED, "--hold", "stdin")


def _gateway(bed: TestBed, folder: Path) -> Device:
    control = folder / "control"
    options = [*feed_options(bed, control), "--device", "feed_handler", "--hold", "stdin"]
    gateway = build_host("gateway", load_dut("feed_handler", ROOT).path)
    pipe = subprocess.PIPE
    process = subprocess.Popen(bed.enter("device", [str(gateway), *options]), stdin=pipe, stdout=pipe, stderr=pipe, text=True)
    assert process.stdout
    assert process.stdout.readline() == "ready\n"
    return Device(bed, process, {}, control)


def tell(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.write("\n")
    process.stdin.flush()


def test_a_device_that_holds_answers_when_it_was_told_to_begin(held: Device) -> None:
    """Whoever connects before waits: it listens, and that is all."""
    control = held.control()
    control.socket.send(HELLO)
    assert not select.select([control.socket], [], [], A_WHILE_S)[0]
    tell(held.process)
    assert select.select([control.socket], [], [], TIMEOUT_S)[0]
    assert held.stop() == (0, "")


def no_more_input(process: subprocess.Popen[str]) -> None:
    assert process.stdin
    process.stdin.close()


@pytest.mark.parametrize("end", [no_more_input, subprocess.Popen.terminate], ids=["end-of-stdin", "SIGTERM"])
def test_a_device_that_holds_ends_if_nobody_will_tell_it(held: Device, end: Callable[[subprocess.Popen[str]], None]) -> None:
    """With 0: nothing is wrong with it."""
    end(held.process)
    assert held.process.wait(TIMEOUT_S) == 0
