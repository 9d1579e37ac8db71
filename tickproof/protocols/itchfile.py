# SPDX-License-Identifier: Apache-2.0
"""ITCH files ("BinaryFILE"): u16 big-endian length, then the message; as they come, or compressed with gzip like Nasdaq's day files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tickproof.errors import ProtocolError
from tickproof.protocols.binaryio import open_binary

__all__ = ["read_itch"]


def read_itch(path: str | Path) -> Iterator[bytes]:
    """The messages of an ITCH file one by one, in constant memory. Contents are not looked at.

    A length of 0 at the very end is the end marker that some files carry. ProtocolError for a missing, empty or truncated file.
    """
    with open_binary(path) as stream:
        number = position = 0
        while prefix := stream.read(2):
            number += 1
            length = int.from_bytes(prefix, "big")
            message = stream.read(length)
            if len(prefix) < 2 or len(message) < length:
                expected = 2 + length if len(prefix) == 2 else "a length of 2 bytes"
                what = f"file ends in the middle of message {number}, which starts at byte {position}"
                raise ProtocolError(str(path), what, got=f"{len(prefix) + len(message)} bytes", expected=expected)
            if not length:
                if stream.read(1):
                    what = f"message {number} at byte {position} has length 0, but more follows"
                    raise ProtocolError(str(path), what, hint="is this an ITCH file with two-byte length prefixes?")
                return
            position += 2 + length
            yield message
