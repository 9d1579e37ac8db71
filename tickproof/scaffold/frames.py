# SPDX-License-Identifier: Apache-2.0
"""Which frames a device can be given, and hands on: what its streams have no signal for cannot be said."""

from __future__ import annotations

from dataclasses import dataclass

from tickproof.scaffold.guess import Guess

__all__ = ["Frames", "frames_for"]


@dataclass(frozen=True, slots=True)
class Frames:
    """written: three frames, in hex. shortest, longest: of random ones, in bytes. because: why not other lengths, or ""."""

    written: tuple[str, ...]
    shortest: int
    longest: int
    because: str


def frames_for(guess: Guess) -> Frames:
    """Of every length, if the device's `in` and `out` can say where a frame ends, and which bytes of its last beat count."""
    ports = [stream for stream in guess.streams if stream.name in ("in", "out")]
    beat = max(stream.width for stream in ports) // 8
    any_bytes = all("tkeep" in stream.signals for stream in ports) or beat == 1
    if not all("tlast" in stream.signals for stream in ports):
        return Frames(_written(beat, beat, beat), beat, beat, "without `last` each beat is a frame")
    if not any_bytes:
        return Frames(_written(beat, 2 * beat, 5 * beat), 8 * beat, 8 * beat, "without `keep` frames are whole beats")
    return Frames(_written(1, beat, 2 * beat + 1), 1, 25 * beat, "")


def _written(*lengths: int) -> tuple[str, ...]:
    """Bytes that tell where they stand: each is one more than the one before."""
    starts = [sum(lengths[:index]) for index in range(len(lengths))]
    return tuple(bytes((start + index) % 256 for index in range(length)).hex() for start, length in zip(starts, lengths, strict=True))
