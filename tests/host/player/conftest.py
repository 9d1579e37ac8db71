# SPDX-License-Identifier: Apache-2.0
"""A bench for each test of the player."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from player_bench import Bench

from tickproof.targets.wire.bed import TestBed, bed_missing
from tickproof.targets.wire.host_build import build_host, build_tools_missing

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def program() -> Path:
    """The player, built. Skips where it cannot be built or played."""
    if missing := build_tools_missing() or bed_missing():
        pytest.skip(missing)
    return build_host("wire", ROOT / "hdl/dut/feed_handler.toml")


@pytest.fixture(scope="module")
def bed(program: Path) -> Iterator[TestBed]:
    """Two namespaces."""
    bed = TestBed()
    yield bed
    bed.close()


@pytest.fixture
def bench(bed: TestBed, program: Path, tmp_path: Path) -> Iterator[Bench]:
    """All of it."""
    bench = Bench(bed, program, tmp_path)
    yield bench
    bench.close()
