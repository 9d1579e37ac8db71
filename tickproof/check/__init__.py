# SPDX-License-Identifier: Apache-2.0
"""Golden against capture: a verdict, the first divergence, latencies."""

from __future__ import annotations

from tickproof.check.expectations import check_expectations
from tickproof.check.judge import judge
from tickproof.check.latency import Latency, merge
from tickproof.check.verdict import Because, Divergence, FieldRow, Status, Verdict

__all__ = ["Because", "Divergence", "FieldRow", "Latency", "Status", "Verdict", "check_expectations", "judge", "merge"]
