# SPDX-License-Identifier: Apache-2.0
"""Shrinking: a failing scenario, recording or file of market data becomes the smallest scenario that fails in the same way."""

from __future__ import annotations

from tickproof.shrink.command import shrink_file
from tickproof.shrink.shrink import Job, Shrunk, shrink

__all__ = ["Job", "Shrunk", "shrink", "shrink_file"]
