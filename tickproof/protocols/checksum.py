# SPDX-License-Identifier: Apache-2.0
"""The Internet checksum of IPv4 and UDP headers."""

from __future__ import annotations

__all__ = ["internet_checksum"]


def internet_checksum(data: bytes) -> int:
    """Ones' complement of the ones' complement sum of the 16-bit words; 0 over data that holds its own correct checksum."""
    total = sum(int.from_bytes(data[start : start + 2].ljust(2, b"\0"), "big") for start in range(0, len(data), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
