# SPDX-License-Identifier: Apache-2.0
"""The history as one self-contained page."""

from __future__ import annotations

from pathlib import Path

from tickproof.errors import InputError
from tickproof.store.history import History

__all__ = ["write_page"]


def write_page(path: Path, history: History) -> None:
    """Write it. InputError if the file cannot be written."""
    raise InputError(str(path), "not yet")
