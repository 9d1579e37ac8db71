# SPDX-License-Identifier: Apache-2.0
"""What each target leaves out, for want of which capability: a committed table, so that no scenario is skipped unseen.

After a change that is meant:  python tests/contract/test_skips.py --write  and read the difference.
"""

from __future__ import annotations

import functools
import sys
import tomllib
from pathlib import Path

import pytest

from tickproof.golden import get_model
from tickproof.golden.model import Prediction
from tickproof.protocols.records import KIND
from tickproof.scenario import Scenario, parse
from tickproof.targets import CAPABILITIES, all_targets, load_dut

ROOT = Path(__file__).parents[2]
TABLE = Path(__file__).with_name("skipped_scenarios.toml")
MOST = 0.15
HEAD = """\
# SPDX-License-Identifier: Apache-2.0
# target -> capability that it lacks -> scenarios that need it: skipped there. Whatever else a machine lacks comes on top.
# Written by: python tests/contract/test_skips.py --write
"""
# Contract 11, HOST-1: what a kernel drops and nobody counts. (`frames` counts what came, not what was dropped; of what is too long the
# device itself drops what is not mere padding.)
DROPS = ("bad_fcs", "runt", "not_ours", "not_ipv4", "bad_ip_header", "fragment", "not_udp", "bad_length")
FIFO = 3  # cause of a GAP


@functools.cache
def _scenarios() -> dict[str, Scenario]:
    paths = sorted((ROOT / "scenarios").rglob("*.scn"))
    return {path.relative_to(ROOT / "scenarios").with_suffix("").as_posix(): parse(path) for path in paths}


def _targets() -> dict[str, frozenset[str]]:
    """Cards are what their profiles say, and each lab has its own."""
    return {target.name: frozenset(target.capabilities) for target in all_targets() if not target.name.startswith("fpga@")}


def _skipped() -> dict[str, dict[str, list[str]]]:
    return {
        name: {
            capability: scenarios
            for capability in CAPABILITIES
            if (scenarios := [path for path, scenario in _scenarios().items() if capability in scenario.requires - capabilities])
        }
        for name, capabilities in _targets().items()
    }


def test_the_committed_table_says_what_is_skipped() -> None:
    """A scenario that a target stops playing has to be seen by a person: run this file with --write, and commit the difference."""
    assert tomllib.loads(TABLE.read_text()) == _skipped(), "python tests/contract/test_skips.py --write, if that is meant"


@pytest.mark.parametrize("target", _targets())
def test_a_target_plays_most_scenarios(target: str) -> None:
    """At most 15 % are left out."""
    left_out = {scenario for scenarios in _skipped()[target].values() for scenario in scenarios}
    assert len(left_out) <= MOST * len(_scenarios())


def test_what_a_kernel_drops_needs_a_frame_filter_below_it() -> None:
    """HOST-1: a device behind a kernel neither sees nor counts these frames, so the scenario cannot be shown there."""
    for path, scenario in _scenarios().items():
        counters = _predicted(scenario).counters
        dropped = [name for name in DROPS if counters.get(f"a_{name}") or counters.get(f"b_{name}")]
        assert not dropped or "l2_filter" in scenario.requires, f"{path} has {', '.join(dropped)}, and does not require l2_filter"


def test_what_fills_a_memory_needs_one_that_can_be_full() -> None:
    """HOST-2: no FIFO, so no overflow and no GAP of cause 3; no order store that fills, so no DEGRADED."""
    for path, scenario in _scenarios().items():
        prediction = _predicted(scenario)
        gaps = prediction.records[prediction.records["kind"] == KIND["GAP"]]
        full = any(prediction.counters.get(name) for name in ("a_fifo_overflow", "b_fifo_overflow", "degraded"))
        full |= any(record["body"][40 - 32] == FIFO for record in gaps)
        assert not full or "bounded_memory" in scenario.requires, f"{path} fills a memory, and does not require bounded_memory"


def test_every_capability_is_documented() -> None:
    """The list is closed: what a target may lack stands in docs/wire.md."""
    text = (ROOT / "docs" / "wire.md").read_text()
    assert [name for name in CAPABILITIES if f"| `{name}` |" not in text] == []


@functools.cache
def _duts() -> dict[str, str]:
    return {path.stem: load_dut(path.stem, ROOT).model for path in (ROOT / "hdl" / "dut").glob("*.toml")}


def _predicted(scenario: Scenario) -> Prediction:
    return get_model(_duts()[scenario.dut]).predict(scenario.program)


def _write() -> None:
    lines = [HEAD]
    for target, capabilities in _skipped().items():
        lines.append(f'\n["{target}"]\n')
        for capability, scenarios in capabilities.items():
            lines.append(f"{capability} = [\n" + "".join(f'    "{scenario}",\n' for scenario in scenarios) + "]\n")
    TABLE.write_text("".join(lines))


if __name__ == "__main__" and sys.argv[1:] == ["--write"]:
    _write()
