# SPDX-License-Identifier: Apache-2.0
"""Onload: what its own words mean, and what is said to be missing. The fixtures are named as such: no machine here has the real thing."""

from __future__ import annotations

from pathlib import Path

import pytest

from tickproof.targets.wire.onload import Onload, Version, find_onload, missing_for_onload, parse_version, under_onload

FIXTURES = Path(__file__).with_name("fixtures")
COMPLETE = Onload("/usr/bin/onload", Version("8.1.3.40", "8.1.3.40"), True, "8.1.3.40")


@pytest.mark.parametrize(
    ("fixture", "version"),
    [
        ("loaded", Version("8.1.3.40", "8.1.3.40")),
        ("no_module", Version("8.1.3.40", "")),
        ("openonload", Version("7.1.3.202", "7.1.2.141")),
        ("no_library", Version("", "")),
    ],
)
def test_its_version_text_is_understood(fixture: str, version: Version) -> None:
    """The product has had several names; a module that is not loaded is said in brackets."""
    assert parse_version((FIXTURES / f"onload_version_{fixture}.txt").read_text()) == version


def test_a_text_of_something_else_names_nothing() -> None:
    """An `onload` on PATH may be anything."""
    assert parse_version("onload: this is not the network stack\n") == Version("", "")


def test_everything_that_is_missing_is_named(tmp_path: Path) -> None:
    """A machine without any of it, like this one."""
    reason = missing_for_onload(Onload("", Version("", ""), False, ""), [], tmp_path)
    assert reason == (
        "Onload lacks the command (`onload` is not on PATH); the driver (the module onload is not loaded); "
        "interfaces (no lab profile onload.toml names any)"
    )


@pytest.mark.parametrize(
    ("found", "what"),
    [
        (Onload("/usr/bin/onload", Version("", ""), True, "8.1.3.40"), "the library (`onload --version` names none)"),
        (Onload("/usr/bin/onload", Version("8.1.3.40", ""), False, ""), "the driver (the module onload is not loaded)"),
        (Onload("/usr/bin/onload", Version("8.1.3.40", "8.1.3.40"), False, "8.1.3.40"), "the driver's device (/dev/onload)"),
        (
            Onload("/usr/bin/onload", Version("7.1.3.202", "7.1.2.141"), True, "7.1.2.141"),
            "one version (the library is 7.1.3.202, the driver 7.1.2.141)",
        ),
    ],
)
def test_one_missing_part_is_named_alone(found: Onload, what: str, tmp_path: Path) -> None:
    """With an interface that it would carry."""
    assert missing_for_onload(found, ["enp1s0f0"], _sysfs(tmp_path, "sfc")) == f"Onload lacks {what}"


def test_an_interface_of_another_driver_is_named(tmp_path: Path) -> None:
    """Sockets on it would silently be the kernel's."""
    reason = missing_for_onload(COMPLETE, ["enp1s0f0", "enp1s0f0"], _sysfs(tmp_path, "ixgbe"))
    assert reason == "Onload lacks interfaces that it carries (enp1s0f0: driver other than sfc, sfc_efct, xilinx_efct)"


def test_nothing_is_missing_on_a_complete_machine(tmp_path: Path) -> None:
    """Command, library, driver of one version, device, interface."""
    assert missing_for_onload(COMPLETE, ["enp1s0f0"], _sysfs(tmp_path, "sfc")) is None


def test_the_driver_is_known_by_what_it_leaves_in_the_file_system(tmp_path: Path) -> None:
    """/dev/onload, and its version in /sys or in /proc."""
    assert (find_onload(tmp_path).device, find_onload(tmp_path).driver) == (False, "")
    (tmp_path / "dev").mkdir()
    (tmp_path / "dev" / "onload").touch()
    (tmp_path / "proc" / "driver" / "onload").mkdir(parents=True)
    (tmp_path / "proc" / "driver" / "onload" / "version").write_text("onload 8.1.3.40\n")
    assert (find_onload(tmp_path).device, find_onload(tmp_path).driver) == (True, "8.1.3.40")
    (tmp_path / "sys" / "module" / "onload").mkdir(parents=True)
    (tmp_path / "sys" / "module" / "onload" / "version").write_text("8.1.4.1\n")
    assert find_onload(tmp_path).driver == "8.1.4.1"


def test_the_version_is_asked_from_the_command_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a script that prints a fixture."""
    command = tmp_path / "onload"
    command.write_text(f"#!/bin/sh\n[ \"$1\" = --version ] && cat '{FIXTURES}/onload_version_no_module.txt'\n")
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    found = find_onload(tmp_path)
    assert (found.command, found.version) == (str(command), Version("8.1.3.40", ""))


def test_a_program_under_onload_fails_rather_than_falls_back() -> None:
    """EF_NO_FAIL=0, and a profile for latency."""
    assert under_onload(["tickproof-wire", "/plan"]) == [
        *("env", "EF_NO_FAIL=0", "onload", "--profile", "latency-best", "tickproof-wire", "/plan"),
    ]
    assert "safe" in under_onload(["x"], "safe")


def _sysfs(root: Path, driver: str) -> Path:
    """/sys of a machine whose interface enp1s0f0 has that driver."""
    device = root / "class" / "net" / "enp1s0f0" / "device"
    device.mkdir(parents=True)
    (device / "driver").symlink_to(f"../../../../bus/pci/drivers/{driver}")
    return root
