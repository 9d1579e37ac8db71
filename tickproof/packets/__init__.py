# SPDX-License-Identifier: Apache-2.0
"""What went into a device and what came out of it, as a capture file that Wireshark opens: one interface a port."""

from __future__ import annotations

from tickproof.packets.file import PACKETS, write_packets

__all__ = ["PACKETS", "write_packets"]
