# SPDX-License-Identifier: Apache-2.0
"""`tickproof diff`: two recorded runs of one scenario against golden and against each other."""

from __future__ import annotations

from tickproof.diff.compare import DIFFERENT, Difference, compare, outcome_of
from tickproof.diff.sides import Side, find_pairs
from tickproof.diff.text import difference_text

__all__ = ["DIFFERENT", "Difference", "Side", "compare", "difference_text", "find_pairs", "outcome_of"]
