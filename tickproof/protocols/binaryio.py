# SPDX-License-Identifier: Apache-2.0
"""Opening the binary files that users bring: plain or gzip, told apart by content."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path

from tickproof.errors import ProtocolError

__all__ = ["open_binary"]


@contextmanager
def open_binary(path: str | Path) -> Iterator[BufferedReader]:
    """Open for buffered reading, gzip unpacked on the way. ProtocolError for missing, unreadable or empty files and for broken gzip."""
    try:
        with Path(path).open("rb") as plain:
            stream = plain
            if plain.peek(2)[:2] == b"\x1f\x8b":
                stream = BufferedReader(gzip.GzipFile(fileobj=plain), 1 << 18)
            if not stream.peek(1):
                raise ProtocolError(str(path), "file is empty")
            yield stream
    except FileNotFoundError:
        raise ProtocolError(str(path), "no such file") from None
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ProtocolError(str(path), f"broken gzip: {error}") from None
    except OSError as error:
        raise ProtocolError(str(path), f"cannot be read: {error.strerror or error}") from None
