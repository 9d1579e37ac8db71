# SPDX-License-Identifier: Apache-2.0
"""`python -m benchmarks [PART...]`: every measurement, or only these, then docs/benchmarks.md and out/benchmarks.json.

Parts that are not measured stay in docs/benchmarks.md as they are. Exits with 1 where a goal is missed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks import golden_vs_meatpy, host, latency, orders, player
from benchmarks.tables import machine, table

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("TICKPROOF_SHARED", ROOT / ".." / "shared" / "data"))
PAGE = ROOT / "docs" / "benchmarks.md"
ITCH_FILE, STOCK = SHARED / "itch" / "itchbook_one.itch", "TEST"


def _golden() -> dict[str, object]:
    if not ITCH_FILE.exists():
        print(f"Not measured: needs the third-party file {ITCH_FILE.name} (TICKPROOF_SHARED names its folder).")
        return {}
    result = golden_vs_meatpy.measure(ITCH_FILE, STOCK)
    names = result["median_messages_per_s"]
    print(f"{result['file']}, {result['messages']:,} messages, median of {result['turns']} turns.\n")
    print(table(["", "messages/s", "to MeatPy"], [[name, f"{names[name]:,}", f"{result['ratio_to_meatpy'][name]:.2f}"] for name in names]))
    return dict(result)


PARTS: dict[str, tuple[str, str, Callable[[], dict[str, object]]]] = {
    "player": ("(a) Playing frames into RTL", player.__doc__ or "", player.main),
    "golden": ("(b) The golden model and MeatPy", golden_vs_meatpy.__doc__ or "", _golden),
    "rtl": ("(c) The RTL", latency.__doc__ or "", latency.main),
    "orders": ("(d) The order path", orders.__doc__ or "", orders.main),
    "host": ("(e) The host path", host.__doc__ or "", host.main),
}


def run(names: Sequence[str]) -> int:
    """Measure these parts side by side in this one run, write both files."""
    results: dict[str, object] = {"machine": machine(), "date": time.strftime("%Y-%m-%d")}
    sections = _sections_before()
    for name in names:
        title, about, measure = PARTS[name]
        print(f"\n{title}", flush=True)
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            results[name] = measure()
        print(text.getvalue(), flush=True)
        sections[title] = f"{_prose(about)}\n\n{text.getvalue().strip()}"
    page = [
        "# Benchmarks",
        "",
        "Written by `make bench`. Each table is one run on one machine; compare within a table, not between machines.",
        "",
    ]
    page += [f"- {name}: {text}" for name, text in machine().items()] + [f"- date: {results['date']}"]
    for title, _, _ in PARTS.values():
        page += ["", f"## {title}", "", sections[title]] if title in sections else []
    PAGE.write_text("\n".join(page) + "\n", encoding="utf-8")
    (ROOT / "out").mkdir(exist_ok=True)
    (ROOT / "out" / "benchmarks.json").write_text(json.dumps(results, indent=1), encoding="utf-8")
    missed = [line for name, part in (("player", player), ("host", host)) if name in results for line in part.missed(results[name])]
    for line in missed:
        print(f"goal missed: {line}")
    return 1 if missed else 0


def _sections_before() -> dict[str, str]:
    """Title -> text, of the page as it is."""
    _, *sections = PAGE.read_text(encoding="utf-8").split("\n## ") if PAGE.exists() else [""]
    return {title: text.strip() for title, _, text in (section.partition("\n") for section in sections)}


def _prose(docstring: str) -> str:
    """A module's docstring as a paragraph."""
    return " ".join(docstring.split()).partition(") ")[2] or docstring.strip()


if __name__ == "__main__":
    unknown = [name for name in sys.argv[1:] if name not in PARTS]
    if unknown:
        sys.exit(f"benchmarks: no such part (got {unknown[0]}, expected {', '.join(PARTS)})")
    sys.exit(run(sys.argv[1:] or list(PARTS)))
