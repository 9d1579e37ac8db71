# SPDX-License-Identifier: Apache-2.0
"""Host targets: the same Programs over real interfaces and sockets. docs/wire.md."""

from __future__ import annotations

from tickproof.targets.wire.gateway import Gateway
from tickproof.targets.wire.rtl import Rtl
from tickproof.targets.wire.target import WireTarget

__all__ = ["WIRE_TARGETS"]

WIRE_TARGETS = (
    WireTarget(Gateway(), "udp"),
    WireTarget(Gateway(), "raw"),
    WireTarget(Gateway(), "xdp"),
    WireTarget(Rtl(), "raw"),
    WireTarget(Rtl(), "xdp", default=False),
)
"""Those that make their own test bed."""
