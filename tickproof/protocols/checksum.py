# SPDX-License-Identifier: Apache-2.0
"""The Internet checksum of IPv4 and UDP headers."""

from __future__ import annotations

__all__ = ["internet_checksum"]


def internet_checksum(data: bytes) -> int:
    """Ones' complement of the ones' complement sum of the 16-bit words; 0 over data that holds its own correct checksum."""
    # 2**16 = 1 modulo 0xFFFF, so the ones' complement sum of the words is the whole number modulo 0xFFFF; only all zeros sum to 0.
    number = int.from_bytes(data, "big") << (8 * (len(data) % 2))
    return 0xFFFF - (number % 0xFFFF or 0xFFFF) if number else 0xFFFF
