# SPDX-License-Identifier: Apache-2.0
"""Each seeded bug still fits the sources it breaks: ci/seeded_bugs.py, which plays them all, tells so only after minutes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATCHES = sorted((ROOT / "tests" / "seeded_bugs").glob("*.patch"))

pytestmark = pytest.mark.skipif(not shutil.which("patch"), reason="no patch here")


@pytest.mark.parametrize("patch", PATCHES, ids=lambda patch: patch.stem)
def test_patch_applies_without_fuzz(patch: Path) -> None:
    command = ["patch", "--dry-run", "--force", "-p1", "--fuzz=0", "-i", str(patch)]
    tried = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert tried.returncode == 0, f"{tried.stdout}{tried.stderr}the lines it changes have changed: write {patch.name} anew"
