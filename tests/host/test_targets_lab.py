# SPDX-License-Identifier: Apache-2.0
"""Lab profiles: mistakes in them, and a rehearsal: a scenario played through a profile whose interfaces are veth pairs, with Verilated RTL
behind them in the place of a card."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from tickproof.errors import InputError
from tickproof.targets import get_target, load_dut
from tickproof.targets.wire.bed import TestBed, bed_missing
from tickproof.targets.wire.lab import load_profile
from tickproof.targets.wire.rtl_build import DEFAULT_SLOWDOWN, build_rtl_program, rtl_program_missing
from tickproof.targets.wire.tools import comes_first

ROOT = Path(__file__).parents[2]
GOOD = """
device = "feed_handler"
capabilities = ["counters"]
[control]
unix = "/run/card/control"
[port.feed_a]
interface = "enp1s0f0"
[port.client]
interface = "enp2s0f0"
address = "192.168.23.1"
tcp_port = 30201
"""


@pytest.fixture
def lab(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty project, in which we are."""
    folder = tmp_path / "host" / "lab"
    folder.mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    return folder


def test_a_profile_says_where_each_port_is(lab: Path) -> None:
    """Raw frames, spaced for a host, unless it says otherwise."""
    (lab / "card.toml").write_text(GOOD)
    profile = load_profile("card")
    assert (profile.dut, profile.card, profile.time_scale, profile.control) == ("feed_handler", False, 2000, "/run/card/control")
    assert (profile.places["feed_a"].interface, profile.places["feed_a"].transport) == ("enp1s0f0", "raw")
    assert (profile.places["client"].address, profile.places["client"].tcp_port) == ("192.168.23.1", 30201)
    assert get_target("fpga@card").capabilities == {"counters"}


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("interface", "interfaces", r"card.toml: \[port\]: \[feed_a\]: key `interface` is missing"),
        ('"counters"', '"telepathy"', r"unknown capability \(got telepathy, expected bad_fcs, "),
        ('address = "192.168.23.1"', "", r"\[client\]: a stream has both `address` and `tcp_port`"),
        ("unix =", 'plugin = "lab:Card"\nunix =', r"\[control\]: needs either `unix` or `plugin`"),
        ('unix = "/run/card/control"', 'plugin = "lab.Card"', r"names no class \(got lab.Card, expected package.module:Class\)"),
        ("[control]", 'clock = "late"\n[control]', r"`clock` is not one of its values \(got 'late', expected told, unknown\)"),
        ('device = "feed_handler"', 'device = "feed_handler"\ncolour = 1', r"unknown key `colour`"),
        ("[control]", "[control", r"not a TOML file"),
    ],
)
def test_a_mistake_in_a_profile_names_the_key(lab: Path, old: str, new: str, complaint: str) -> None:
    """One line: file, key, what may stand there."""
    (lab / "card.toml").write_text(GOOD.replace(old, new, 1))
    with pytest.raises(InputError, match=complaint):
        get_target("fpga@card")


def test_a_profile_that_is_not_there_lists_those_that_are(lab: Path) -> None:
    """`fpga@…` is no list of names that anybody knows by heart."""
    (lab / "card.toml").write_text(GOOD)
    with pytest.raises(InputError, match=r"crad.toml: cannot read the lab profile: No such file or directory \(expected card\)"):
        get_target("fpga@crad")


def test_interfaces_that_are_not_here_make_a_card_unavailable(lab: Path) -> None:
    """Skipped with the reason, never passed."""
    (lab / "card.toml").write_text(GOOD.replace("enp1s0f0", "nowhere0").replace("enp2s0f0", "lo"))
    assert get_target("fpga@card").unavailable() == "no such interface here: nowhere0 (host/lab/card.toml)"


def test_the_example_is_a_good_profile(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has every port of its device."""
    monkeypatch.chdir(ROOT)
    profile = load_profile("example")
    dut = load_dut(profile.dut, ROOT)
    assert set(profile.places) == {port for port in (*dut.inputs, *dut.outputs) if port != "bbo"}


PLUGIN = '''
"""A plug-in that speaks to a control socket: what a driver's own library is in a lab."""
import socket, struct

class Relay:
    def __init__(self, options):
        self.link = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.link.connect(options["socket"])
    def ask(self, request):
        self.link.send(request)
        return self.link.recv(4096)
    def hello(self):
        answer = self.ask(bytes([0x70]) + bytes(15))
        return struct.unpack_from("<Q", answer, 8)[0], struct.unpack_from("<I", answer, 20)[0]
    def write(self, record):
        return not self.ask(record)[0] & 0x80
    def counters(self):
        from tickproof.protocols.control import COUNTERS
        answer = self.ask(bytes([0x71]) + bytes(15))
        values = struct.unpack(f"<{len(answer) // 8}Q", answer)
        return {name: value for name, value in zip(COUNTERS, values) if value != 2**64 - 1}
    def sync(self):
        self.ask(bytes([0x72]) + bytes(15))
'''


@pytest.fixture(scope="module")
def bed() -> Iterator[TestBed]:
    """Interfaces that stand for a lab's."""
    reason = bed_missing() or rtl_program_missing()
    if reason:
        pytest.skip(reason)
    made = TestBed()
    yield made
    made.close()


@pytest.mark.parametrize("by", ["socket", "plugin"])
def test_a_rehearsal_plays_through_a_profile(bed: TestBed, lab: Path, by: str) -> None:
    """The same command as with a card, judged by the same golden model; the grade says that nothing was on a wire."""
    links = bed.links(["feed_a", "feed_b", "events"])
    dut = load_dut("feed_handler", ROOT)
    control = lab / "card"
    ports = [word for port, link in links.items() for word in ("--port", f"{port}={link.interface}")]
    card = [str(build_rtl_program(dut, dut.parameters)), "--slowdown", str(DEFAULT_SLOWDOWN), "--transport", "raw", *ports]
    command = bed.enter("device", [*card, "--control", str(control), "--seed", "1"])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as rtl:
        comes_first(rtl.pid)  # a card waits for no processor either
        try:
            assert rtl.stdout
            assert rtl.stdout.readline() == "ready\n"
            (lab / "relay.py").write_text(PLUGIN)
            (lab / "rehearsal.toml").write_text(_rehearsal(by, control, {port: link.interface for port, link in links.items()}))
            done = _run(bed, "market_data/adds_and_deletes_move_the_top.scn", lab.parents[1])
        finally:
            rtl.terminate()
    (result,) = json.loads((lab.parents[1] / "out" / "result.json").read_text())["results"]
    assert (result["target"], result["grade"]) == ("fpga@rehearsal", "loopback")
    assert result["status"] == "pass" or result["because"] == "late", done.stdout + done.stderr  # late: this machine is busy


def _rehearsal(by: str, control: Path, interfaces: dict[str, str]) -> str:
    access = f'unix = "{control}"' if by == "socket" else f'plugin = "relay:Relay"\noptions = {{ socket = "{control}" }}'
    head = f"""\
        device = "feed_handler"
        card = true
        capabilities = ["counters", "l2_filter", "bounded_memory"]
        time_scale = 1
        slowdown = {DEFAULT_SLOWDOWN}
        [control]
    """
    ports = (f'[port.{port}]\ninterface = "{interface}"\n' for port, interface in interfaces.items())
    return "\n".join([textwrap.dedent(head), access, *ports])


def _run(bed: TestBed, scenario: str, project: Path) -> subprocess.CompletedProcess[str]:
    tool = shutil.which("tickproof", path=str(Path(sys.executable).parent)) or "tickproof"
    command = [tool, "run", str(ROOT / "scenarios" / scenario), "--target", "fpga@rehearsal", "--out", "out"]
    inside = bed.enter("player", ["sh", "-c", 'cd "$0" && exec "$@"', str(project), *command])
    return subprocess.run(inside, capture_output=True, text=True, timeout=300, check=False, env=dict(os.environ))
