# SPDX-License-Identifier: Apache-2.0
"""Is a mutant of the RTL the same device? Yosys proves it where from each state and each input of its module the same outputs and the same
next state follow.

Registers, memories and modules inside become inputs and outputs of the module, so that what is left has no state, and a SAT solver decides.
That is strict: a mutant that differs only in states that are never reached is not proved, and counts as survived.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

__all__ = ["proved_equivalent"]

_CPU_S, _MEMORY = 60, 4 << 30
"""What a proof may cost, whatever else the machine has to do."""
_PROGRAM = f"""
import resource, sys
resource.setrlimit(resource.RLIMIT_CPU, ({_CPU_S}, {_CPU_S}))
resource.setrlimit(resource.RLIMIT_AS, ({_MEMORY}, {_MEMORY}))
from pyosys import libyosys
design = libyosys.Design()
for line in sys.stdin.read().splitlines():
    libyosys.run_pass(line, design)
"""


def proved_equivalent(module: str, good: Path, bad: bytes, others: Sequence[Path], include: Sequence[Path]) -> bool:
    """good: the file of the module; bad: what the mutant has made of it; others: files of modules inside it.

    False where it is not proved, be it that there is no proof or that it takes too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        broken = Path(folder) / good.name
        broken.write_bytes(bad)
        folders = " ".join(f"-I{path}" for path in include)
        script = [*_open(module, "good", good, others, folders), *_open(module, "bad", broken, others, folders)]
        script += ["design -copy-from good -as good good", "design -copy-from bad -as bad bad"]
        script += ["miter -equiv -flatten good bad miter", "hierarchy -top miter", "opt -full", "sat -verify -prove trigger 0 miter"]
        run = subprocess.run([sys.executable, "-c", _PROGRAM], input="\n".join(script), capture_output=True, text=True, check=False)
    return run.returncode == 0


def _open(module: str, name: str, path: Path, others: Sequence[Path], folders: str) -> list[str]:
    """The module without state, as `name`."""
    return [
        f"read_verilog {folders} {path}",
        *(f"read_verilog -lib {folders} {other}" for other in others if other.name != path.name),
        f"hierarchy -top {module}",
        "proc",
        "memory -nordff",
        "expose -evert",
        "expose -evert-dff",
        "opt_clean",
        f"rename {module} {name}",
        f"design -stash {name}",
    ]
