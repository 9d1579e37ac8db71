# SPDX-License-Identifier: Apache-2.0
"""A control socket (docs/wire.md) in front of a lab's own way to its card: a Python class that reads and writes there.

`python -m tickproof.targets.wire.control_bridge PATH package.module:Class OPTIONS FOLDER SLOWDOWN` serves it until it is ended.
OPTIONS: JSON, passed to the class. FOLDER: modules are looked for there, too. SLOWDOWN: host ns a device ns, 1 for all but a rehearsal.
"""

from __future__ import annotations

import importlib
import json
import os
import signal
import socket
import struct
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, cast

from tickproof.protocols.control import CONTROL_RECORD, COUNTERS, ORDER_COUNTERS

__all__ = ["CardControl", "serve"]

_HELLO, _COUNTERS, _SYNC = 0x70, 0x71, 0x72
_UNABLE = 0x80
_UNKEPT = (1 << 64) - 1
_VERSION = 1


class CardControl(Protocol):
    """What a plug-in is. It is made with the options of the profile."""

    def hello(self) -> tuple[int, int]:
        """(CLOCK_MONOTONIC in ns when the device's `time_ns` was 0, or 0 if nobody knows; number of symbols)."""
        ...

    def write(self, record: bytes) -> bool:
        """Carry out a 16-byte control record, and return when it has taken effect; False if the device cannot do it."""
        ...

    def counters(self) -> Mapping[str, int]:
        """Those that the device keeps, by name."""
        ...

    def sync(self) -> None:
        """Return when all that had reached the device has been taken up, and what it caused has been sent."""
        ...


def serve(path: Path, control: CardControl, slowdown: int = 1) -> None:
    """One client at a time, for ever."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        before = os.umask(0o177)
        try:
            listener.bind(str(path))
        finally:
            os.umask(before)
        listener.listen()
        print("ready", flush=True)
        while True:
            client, _ = listener.accept()
            with client:
                while request := client.recv(CONTROL_RECORD.size):
                    client.send(_answer(control, request, slowdown))


def _answer(control: CardControl, request: bytes, slowdown: int) -> bytes:
    op = request[0]
    if op == _HELLO:
        origin_ns, symbols = control.hello()
        return struct.pack("<4sIQII8x", b"TPDV", _VERSION, origin_ns, slowdown, symbols)
    if op == _COUNTERS:
        kept = control.counters()
        names = COUNTERS + (ORDER_COUNTERS if any(name in kept for name in ORDER_COUNTERS) else ())
        return struct.pack(f"<{len(names)}Q", *(kept.get(name, _UNKEPT) for name in names))
    if op == _SYNC:
        control.sync()
        return request
    return request if control.write(request) else bytes([op | _UNABLE]) + request[1:]


def _main(path: str, plugin: str, options: str, folder: str, slowdown: str) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.path.insert(0, folder)
    module, _, name = plugin.partition(":")
    try:
        made = getattr(importlib.import_module(module), name)(json.loads(options))
    except Exception as error:  # whatever a plug-in raises: the lab has to be told in one line
        print(f"control_bridge: {plugin}: cannot be used (got {type(error).__name__}: {error}, expected a class)", file=sys.stderr)
        return 2
    serve(Path(path), cast(CardControl, made), int(slowdown))
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
