# SPDX-License-Identifier: Apache-2.0
"""Shrinking: a failing scenario, recording or file of market data becomes the smallest scenario that fails in the same way."""

from __future__ import annotations

from tickproof.shrink.after import shrink_failures
from tickproof.shrink.command import shrink_file

__all__ = ["shrink_failures", "shrink_file"]
