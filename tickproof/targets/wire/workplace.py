# SPDX-License-Identifier: Apache-2.0
"""Where the files of one run lie while it lasts."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tickproof.errors import InputError
from tickproof.targets.wire.process import DEVICE_LOG, PLAYER_LOG

__all__ = ["Workplace", "control_socket", "workplace"]

_KEPT = {"device log": DEVICE_LOG, "player log": PLAYER_LOG, "summary": "summary.json"}


@dataclass(frozen=True, slots=True)
class Workplace:
    """folder: plan, results and logs. out_dir: where people find what stays, or None."""

    folder: Path
    out_dir: Path | None

    def keep(self) -> dict[str, str]:
        """Move what people want to see into the output folder; role -> path."""
        files = {}
        if self.out_dir:
            for role, name in _KEPT.items():
                if (self.folder / name).exists():
                    files[role] = str((self.folder / name).replace(self.out_dir.absolute() / name))
        return files


@contextlib.contextmanager
def workplace(out_dir: Path | None) -> Iterator[Workplace]:
    """A folder for one run, which goes when it is over: inside `out_dir` if there is one, so that its disk is used."""
    where = str(out_dir or tempfile.gettempdir())
    with contextlib.ExitStack() as stack:
        try:
            if out_dir:
                out_dir.mkdir(parents=True, exist_ok=True)
            folder = Path(tempfile.mkdtemp(prefix=".run-" if out_dir else "tickproof-", dir=out_dir and out_dir.absolute()))
            stack.callback(shutil.rmtree, folder, ignore_errors=True)
            yield Workplace(folder, out_dir)
        except OSError as error:
            raise InputError(where, f"cannot work there: {error.strerror or error}") from error


@contextlib.contextmanager
def control_socket() -> Iterator[Path]:
    """A path for one, which may have 107 bytes only, in a folder that only its owner may enter."""
    with tempfile.TemporaryDirectory(prefix="tickproof-") as folder:
        yield Path(folder) / "control"
