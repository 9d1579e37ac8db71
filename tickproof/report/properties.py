# SPDX-License-Identifier: Apache-2.0
"""What a verdict rests on, as names and short values: the properties of a case in JUnit files, ours and pytest's."""

from __future__ import annotations

from tickproof.runner import Result

__all__ = ["properties"]

_PERCENTILES = ("min", "p50", "p99", "max")


def properties(result: Result) -> dict[str, str]:
    """In the order in which people want them; what is not known, or says nothing of a result that ran nowhere, is left out."""
    verdict = result.verdict
    values = {"seed": str(result.task.seed), "grade": verdict.grade, "timing": result.timing, "stamps": verdict.stamps}
    for name, latency in verdict.latency.items():
        values |= {f"{name} {which} {latency.unit}": str(getattr(latency, which)) for which in _PERCENTILES}
    values |= {"because": verdict.because, "spoiled": "; ".join(result.spoiled), "reproduce": result.task.command}
    return {name: value for name, value in values.items() if value}
