# SPDX-License-Identifier: Apache-2.0
"""Coverage: which cases of the contract the runs met (the same for every target), and which code of the RTL they reached."""

from __future__ import annotations

from tickproof.coverage.collect import collect
from tickproof.coverage.hits import Bin
from tickproof.coverage.merged import COVERAGE_FILE, Merged, load_coverage, totals_of
from tickproof.coverage.text import coverage_line, print_coverage

__all__ = ["COVERAGE_FILE", "Bin", "Merged", "collect", "coverage_line", "load_coverage", "print_coverage", "totals_of"]
