# SPDX-License-Identifier: Apache-2.0
"""Scenarios: the `.scn` language, and other sources of Programs (ITCH files, captures, generators)."""

from __future__ import annotations

from tickproof.scenario.language import parse, parse_text
from tickproof.scenario.model import Expectation, Scenario, Symbol

__all__ = ["Expectation", "Scenario", "Symbol", "parse", "parse_text"]
