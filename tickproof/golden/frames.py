# SPDX-License-Identifier: Apache-2.0
"""Contract 2.1: which frames of a line are its market data, and why the others are not."""

from __future__ import annotations

import struct
from collections.abc import Mapping

__all__ = ["FrameFilter"]

_ETHERNET_END = 14
_TAGGED_END = 18
_ADDRESSES_AND_TYPE = struct.Struct(">6s6xH")
_IP_HEADER_WORDS = struct.Struct(">10H")
_UDP = struct.Struct(">2xHH")


class FrameFilter:
    """The rules FEED-FRAME-1 to 10 of one line, for one set of effective settings.

    settings: global settings by name. line: "a" or "b".
    """

    def __init__(self, settings: Mapping[str, int], line: str) -> None:
        self._group = settings[f"feed_{line}_group"]
        self._port = settings[f"feed_{line}_port"]
        multicast = 0x01005E000000 | (self._group & 0x7FFFFF)
        unicast = settings["unicast_mac"]
        self._macs = {mac.to_bytes(6, "big") for mac in (multicast, unicast) if mac}

    def judge(self, frame: bytes, bad_fcs: bool) -> tuple[str, bytes]:
        """("", UDP payload) of a frame that is accepted, or (counter of the first rule that it breaks, b"")."""
        if bad_fcs:  # FEED-FRAME-1
            return "bad_fcs", b""
        if len(frame) > 2048:  # FEED-FRAME-2
            return "oversize", b""
        if len(frame) < 42:  # FEED-FRAME-3
            return "runt", b""
        mac, ethertype = _ADDRESSES_AND_TYPE.unpack_from(frame)
        ip = _ETHERNET_END
        if ethertype == 0x8100:
            if len(frame) < 46:
                return "runt", b""
            ip = _TAGGED_END
            ethertype = frame[16] << 8 | frame[17]
        if mac not in self._macs:  # FEED-FRAME-4
            return "not_ours", b""
        if ethertype != 0x0800:  # FEED-FRAME-5
            return "not_ipv4", b""
        words = _IP_HEADER_WORDS.unpack_from(frame, ip)
        if words[0] >> 8 != 0x45 or sum(words) % 0xFFFF != 0:  # FEED-FRAME-6; one's complement: the words add up to 0xFFFF
            return "bad_ip_header", b""
        if words[3] & 0x3FFF:  # FEED-FRAME-7: MF and the offset; DF and the reserved bit do not matter
            return "fragment", b""
        if words[4] & 0xFF != 17:  # FEED-FRAME-8
            return "not_udp", b""
        port, udp_length = _UDP.unpack_from(frame, ip + 20)
        if words[8] << 16 | words[9] != self._group or port != self._port:  # FEED-FRAME-9
            return "not_ours", b""
        total_length = words[1]
        if udp_length < 8 or total_length != 20 + udp_length or ip + total_length > len(frame):  # FEED-FRAME-10
            return "bad_length", b""
        return "", frame[ip + 28 : ip + total_length]
