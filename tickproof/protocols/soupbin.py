# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP packets (docs/contract.md 6.1): built by name, and cut out of a stream."""

from __future__ import annotations

from collections.abc import Iterator

from tickproof.errors import ProtocolError
from tickproof.protocols import SOUPBINTCP

__all__ = ["FREE_LENGTH", "HEADER_BYTES", "MAX_LENGTH", "packet", "packets", "payload"]

HEADER_BYTES = 3
"""Length and type."""
MAX_LENGTH = 2048
"""The largest `length` of a packet."""
FREE_LENGTH = {"debug": 1, "sequenced_data": 2, "unsequenced_data": 2}
"""Packets of any length, and the least that `length` may be. All others have the length of their layout."""


def packet(name: str, payload: bytes = b"", /, **fields: object) -> bytes:
    """One packet by its table name. `length` is filled in unless given, so that a packet can be wrong on purpose.

    ProtocolError for an unknown name, or a field that does not fit.
    """
    layout = SOUPBINTCP.layouts.get(name)
    if layout is None:
        raise ProtocolError(name, "no such SoupBinTCP packet", expected=", ".join(SOUPBINTCP.layouts))
    return layout.pack({"length": layout.size - 2 + len(payload), **fields}) + payload


def payload(data: bytes) -> bytes:
    """What follows the type of one packet: the message, where it carries one."""
    return data[HEADER_BYTES:]


def packets(stream: bytes) -> Iterator[bytes]:
    """The packets of a whole stream, each with its length field.

    ProtocolError at the first framing error, with the byte at which its packet begins: an impossible length, an unknown type, a length
    that is wrong for the type, or a stream that ends inside a packet.
    """
    start = 0
    while start < len(stream):
        length = int.from_bytes(stream[start : start + 2], "big")
        end = start + 2 + length
        where = f"SoupBinTCP byte {start}"
        if len(stream) - start >= 2 and not 1 <= length <= MAX_LENGTH:
            raise ProtocolError(where, "bad length", got=length, expected=f"1 to {MAX_LENGTH}")
        if len(stream) - start < 2 or end > len(stream):
            raise ProtocolError(where, "the stream ends inside a packet", got=f"{len(stream) - start} bytes of it")
        layout = SOUPBINTCP.by_tag.get(stream[start + 2 : start + HEADER_BYTES])
        if layout is None:
            raise ProtocolError(where, "unknown packet type", got=repr(stream[start + 2 : start + HEADER_BYTES]))
        least = FREE_LENGTH.get(layout.name)
        if length != layout.size - 2 if least is None else length < least:
            raise ProtocolError(
                f"{where}: {layout.name}", "wrong length", got=length, expected=f"at least {least}" if least else layout.size - 2
            )
        yield stream[start:end]
        start = end
