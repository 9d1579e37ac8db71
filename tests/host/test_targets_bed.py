# SPDX-License-Identifier: Apache-2.0
"""The test bed: two namespaces and a veth pair a port, gone without a trace."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from waiting import soon

from tickproof.targets.wire.bed import BedError, Side, TestBed, bed_missing
from tickproof.targets.wire.grade import driver_of
from tickproof.targets.wire.host_build import host_sources
from tickproof.targets.wire.tools import missing_tools

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@pytest.fixture
def bed() -> Iterator[TestBed]:
    """A new one."""
    if reason := bed_missing():
        pytest.skip(reason)
    made = TestBed()
    yield made
    made.close()


def test_links_are_up_at_once_and_carry_nothing_of_their_own(bed: TestBed) -> None:
    """IPv6 off; at both ends the same name; every neighbour known, so that nobody has to ask."""
    links = bed.links(["feed_a", "events"])
    sides: tuple[Side, ...] = ("player", "device")
    for side in sides:
        text = _in(bed, side, "ip -br link; ip -6 addr; ip neigh")
        for link in links.values():
            line = next(line for line in text.splitlines() if line.startswith(link.interface))
            assert line.split()[1] == "UP"
        assert "inet6" not in text
        assert f"dev {links['events'].interface} lladdr" in text
        assert "PERMANENT" in text


def test_links_are_made_once(bed: TestBed) -> None:
    """The next scenario may have more ports."""
    first = bed.links(["feed_a"])["feed_a"]
    both = bed.links(["feed_a", "client"])
    assert both["feed_a"] == first
    assert both["client"].interface != first.interface


def test_events_come_from_and_go_to_the_settings_defaults(bed: TestBed) -> None:
    """192.168.10.1, 02:54:50:00:00:01 to 192.168.10.2, 02:54:50:00:00:02: contract, table control.toml."""
    link = bed.links(["events"])["events"]
    assert (link.device, link.player) == ("192.168.10.1", "192.168.10.2")
    assert "02:54:50:00:00:01" in _in(bed, "device", f"cat /sys/class/net/{link.interface}/address")
    assert "02:54:50:00:00:02" in _in(bed, "player", f"cat /sys/class/net/{link.interface}/address")


def test_its_interfaces_are_no_hardware(bed: TestBed) -> None:
    """So that every result there has the grade loopback; nor does this machine's own namespace see them."""
    link = bed.links(["feed_a"])["feed_a"]
    assert (bed.sysfs("player") / "class" / "net" / link.interface).exists()
    assert driver_of(link.interface, bed.sysfs("player")) == ""
    assert not Path("/sys/class/net", link.interface).exists()


def test_a_name_that_is_too_long_is_cut(bed: TestBed) -> None:
    """The kernel takes 15 bytes; the number in front keeps them apart."""
    links = bed.links(["a_port_with_a_long_name", "a_port_with_a_long_name_too"])
    names = {link.interface for link in links.values()}
    assert len(names) == 2
    assert all(len(name) <= 15 for name in names)


def test_closing_it_ends_its_processes(bed: TestBed) -> None:
    """And with them the namespaces."""
    spaces = {_in(bed, "player", "readlink /proc/self/ns/net"), _in(bed, "device", "readlink /proc/self/ns/net")}
    assert len(spaces) == 2
    bed.close()
    assert soon(lambda: not spaces & _namespaces())


def test_a_namespace_that_cannot_be_made_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """In unshare's words."""
    refuses = tmp_path / "unshare"
    refuses.write_text("#!/bin/sh\necho 'unshare: unshare failed: Operation not permitted'\nexit 1\n")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(BedError, match="no network namespace can be made here: unshare: unshare failed: Operation not permitted"):
        TestBed()


def test_tools_that_are_missing_are_named_with_their_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    """What to do next."""
    monkeypatch.setattr(shutil, "which", lambda name, **_: None if name != "nsenter" else "/usr/bin/nsenter")
    assert missing_tools(("nsenter", "ip", "ethtool")) == "no ip, ethtool (apt-get install ethtool iproute2)"
    assert missing_tools(("nsenter",)) is None


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_user_without_rights_has_one_in_a_user_namespace() -> None:
    """Where the kernel allows that; it is not this project that needs root."""
    program = "from tickproof.targets.wire.bed import TestBed; bed = TestBed(); print(len(bed.links(['feed_a', 'client']))); bed.close()"
    become = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    if subprocess.run([*become, "unshare", "--user", "--net", "true"], capture_output=True, check=False).returncode:
        pytest.skip("this kernel gives user namespaces to root only")
    if not Path("/dev/null").stat().st_mode & 0o002:
        pytest.skip("/dev/null is root's own here: nobody else can start a program")
    run = subprocess.run([*become, sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.stdout, run.stderr) == ("2\n", "")


def test_sources_are_those_of_the_devices_own_project(tmp_path: Path) -> None:
    """A project that has a host folder is built from it; any other from tickproof's."""
    dut = tmp_path / "hdl" / "dut" / "mine.toml"
    dut.parent.mkdir(parents=True)
    assert host_sources(dut).resolve() == ROOT / "host"
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "CMakeLists.txt").touch()
    assert host_sources(dut) == tmp_path / "host"


def _in(bed: TestBed, side: Side, command: str) -> str:
    entered = bed.enter(side, ["sh", "-c", command])
    return subprocess.run(entered, capture_output=True, text=True, check=True).stdout.strip()


def _namespaces() -> set[str]:
    found = set()
    for path in Path("/proc").glob("[0-9]*/ns/net"):
        try:
            found.add(os.readlink(path))
        except OSError:
            continue
    return found
