# SPDX-License-Identifier: Apache-2.0
"""`tickproof init`: from somebody's RTL to a repository whose scenarios run."""

from __future__ import annotations

from tickproof.scaffold.project import MODELS, VERILOG, scaffold

__all__ = ["MODELS", "VERILOG", "scaffold"]
