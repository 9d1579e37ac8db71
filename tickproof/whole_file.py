# SPDX-License-Identifier: Apache-2.0
"""Files that are there whole or not at all: a reader, or the end of this process, finds the old one or the new one."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from tickproof.errors import InputError

__all__ = ["new_file", "write_whole"]


@contextlib.contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """Where to write what is to become `path`, in the same folder, which is made. InputError if it cannot be written."""
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.replace(path)
    except OSError as error:
        raise InputError(str(path), f"cannot be written: {error.strerror}") from None
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()


def write_whole(path: Path, text: str) -> None:
    """A text, in UTF-8. InputError as `new_file`."""
    with new_file(path) as fresh:
        fresh.write_text(text, encoding="utf-8")
