# SPDX-License-Identifier: Apache-2.0
"""Host targets without something that they need: skipped with the reason and the next step, or one line that says what is wrong."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from long_run import ROOT, TOOL, can_play

from tickproof.targets import get_target
from tickproof.targets.wire import host_build

SCENARIO = ROOT / "scenarios" / "order_entry" / "an_order_inside_every_limit_is_forwarded.scn"
NOTHING_RAN, WRONG_INPUT, FAILED = 3, 2, 1
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give up its rights or mount a small disk")


def run(*before: str, target: str = "gateway@raw", out: Path, path: str | None = None) -> subprocess.CompletedProcess[str]:
    """`tickproof run` of one scenario."""
    environment = os.environ | ({"PATH": path} if path else {})
    command = [*before, sys.executable, TOOL, "run", str(SCENARIO), "--target", target, "-n", "1", "--out", str(out)]
    return subprocess.run(command, cwd=out.parent, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("missing", ["g++", "cmake"])
def test_without_a_compiler_it_is_skipped(missing: str, tmp_path: Path) -> None:
    """The package is named."""
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("g++", "cmake", "make", "git", "unshare", "nsenter", "setpriv", "ip", "ethtool"):
        if name != missing and (found := shutil.which(name)):
            (tools / name).symlink_to(found)
    done = run(out=tmp_path / "out", path=str(tools))
    assert f"skipped 1: the host programs need {missing} to be built (apt-get install {missing})" in done.stdout
    assert done.returncode == NOTHING_RAN


@root_only
def test_without_rights_it_is_skipped(tmp_path: Path) -> None:
    """Root in name only, as in many a container."""
    done = run("setpriv", "--bounding-set=-all", "--inh-caps=-all", out=tmp_path / "out")
    assert "no network namespace can be made here: unshare: unshare failed: Operation not permitted" in done.stdout
    assert "run as root, or allow user namespaces" in done.stdout
    assert done.returncode == NOTHING_RAN


def test_without_root_there_is_no_af_xdp(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user namespace is enough for the others."""
    if reason := can_play("gateway@xdp"):
        pytest.skip(reason)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert get_target("gateway@xdp").unavailable() == "AF_XDP needs root"
    assert get_target("gateway@raw").unavailable() is None


def test_without_libxdp_only_xdp_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """The next step is named."""
    if reason := can_play("gateway@raw"):
        pytest.skip(reason)
    monkeypatch.setattr(host_build, "_XDP_HEADERS", ())
    host_build.xdp_missing.cache_clear()
    try:
        assert get_target("gateway@xdp").unavailable() == "no libxdp to build with (apt-get install libxdp-dev libbpf-dev)"
        assert get_target("gateway@raw").unavailable() is None
    finally:
        host_build.xdp_missing.cache_clear()


@pytest.mark.skipif(not shutil.which("g++"), reason="no g++")
def test_without_libxdp_the_programs_compile() -> None:
    """As CMake would without its headers."""
    for name in ("xdp_port.cpp", "xdp_program.cpp"):
        command = ["g++", "-std=c++20", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-DTICKPROOF_XDP=0", "-I.", f"host/common/{name}"]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


@root_only
@pytest.mark.parametrize("size", ["4k", "16k", "64k"])
def test_a_full_disk_is_said(size: str, tmp_path: Path) -> None:
    """Wherever it is full: before the run, at its beginning, in it."""
    if reason := can_play("gateway@raw"):
        pytest.skip(reason)
    disk = tmp_path / "disk"
    disk.mkdir()
    small = ["unshare", "--mount", "sh", "-c", f'mount -t tmpfs -o size={size} tmpfs "$0" && exec "$@"', str(disk)]
    done = run(*small, out=disk / "out")
    assert "No space left on device" in done.stdout + done.stderr
    assert done.returncode in (FAILED, WRONG_INPUT)
    assert "Traceback" not in done.stderr


@root_only
def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """In one line."""
    disk = tmp_path / "disk"
    disk.mkdir()
    read_only = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs -o ro tmpfs "$0" && exec "$@"', str(disk)]
    done = run(*read_only, out=disk / "out")
    assert done.stderr == f"tickproof: error: {disk}/out: cannot make this folder: Read-only file system\n"
    assert done.returncode == WRONG_INPUT
