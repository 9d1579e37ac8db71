# SPDX-License-Identifier: Apache-2.0
"""Reads the FST that a simulation has left, whichever simulator wrote it, by clocks of the device."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pywellen.pywellen import Waveform  # type: ignore[import-untyped]

from tickproof.cause.signals import CLOCK
from tickproof.errors import InputError

__all__ = ["Value", "Waves"]

Value = int | str | None
"""Of a signal in a clock: a number; text where there are X or Z in it, a character a bit; None where the file says nothing."""


class Waves:
    """path: the FST. period_ps: of the device's clock. InputError if the file cannot be read, or holds nothing of a run."""

    def __init__(self, path: Path, period_ps: int) -> None:
        self.path, self.period_ps = path, period_ps
        if not path.is_file():
            raise InputError(str(path), "was not written: the simulation did not get to the clocks whose waves were wanted")
        try:
            self._variables: dict[str, Any] = {}
            for variable in Waveform(str(path)).all_vars():
                self._variables.setdefault(variable.full_name, variable)
            counter = self._variables[CLOCK].signal
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # of a file that was cut off the library panics, which is no Exception
            raise InputError(str(path), f"is no whole FST of a simulation: {error}") from None
        self._signals: dict[str, Any] = {}
        changes = (counter[index] for index in range(len(counter) - 1, -1, -1))
        told = next(((time, count) for time, count in changes if isinstance(count, int) and count > 0), None)
        if told is None:
            raise InputError(str(path), "has no clock behind reset")
        self._zero_ps: int = told[0] - told[1] * period_ps

    def time_ps(self, clock: int) -> int:
        """When this clock begins, in the time of the file."""
        return self._zero_ps + clock * self.period_ps

    def has(self, name: str) -> bool:
        return name in self._variables

    def bits(self, name: str) -> int:
        return self._variables[name].bitwidth or 1

    def ranged(self, name: str) -> str:
        """The name with its bits, as a viewer wants it."""
        bits = self.bits(name)
        return f"{name}[{bits - 1}:0]" if bits > 1 else name

    def value(self, name: str, clock: int) -> Value:
        """At the end of this clock, as whoever is clocked by it sees the signal."""
        signal = self._signals.get(name)
        if signal is None:
            signal = self._signals[name] = self._variables[name].signal
        value: Value = signal.value_at(self.time_ps(clock + 1) - 1)
        return value
