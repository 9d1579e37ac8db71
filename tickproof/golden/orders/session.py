# SPDX-License-Identifier: Apache-2.0
"""Contract 6.2, SESS-SEQUENCE: the implicit numbers of the exchange's sequenced stream, over reconnects. They are 64 bits wide."""

from __future__ import annotations

__all__ = ["Sequenced", "login_of"]

_ALL = (1 << 64) - 1
_SESSION, _NUMBER = slice(3, 13), slice(13, 33)


def login_of(packet: bytes) -> tuple[bytes, int] | None:
    """Session and number of a Login Accepted packet; None if the number breaks SESS-ERROR 6."""
    digits = packet[_NUMBER].strip(b" ")
    number = int(digits) if digits.isdigit() else 0
    return (packet[_SESSION], number) if 0 < number <= _ALL else None


class Sequenced:
    """current: the number of the next `S` packet. wanted: of the first whose effect is not yet applied. known: the session."""

    def __init__(self) -> None:
        self.current = self.wanted = 1
        self.known: bytes | None = None

    def login(self, session: bytes, number: int) -> bool:
        """`A`. True if messages were missed."""
        self.current = number
        missed = session == self.known and number > self.wanted
        if session != self.known or missed:
            self.wanted = number
        self.known = session
        return missed

    def next(self) -> bool:
        """An `S` packet. True if it is replayed."""
        replayed = self.current < self.wanted
        self.current = self.current + 1 & _ALL
        if not replayed:
            self.wanted = self.current
        return replayed
