# SPDX-License-Identifier: Apache-2.0
"""SoupBinTCP as Scapy layers: segments of packets that carry OUCH 5.0 messages.

    from scapy.all import Ether, IP, TCP
    from tickproof.protocols.scapy_ouch import OUCHEnterOrder
    from tickproof.protocols.scapy_soupbin import SoupBinTCPClient, SoupClientHeartbeat, SoupUnsequencedData, bind_soupbin

    order = OUCHEnterOrder(user_ref_num=1, side="B", quantity=100, symbol="AAPL", price=1500000)
    segment = Ether() / IP() / TCP(dport=9100) / SoupBinTCPClient(packets=[SoupUnsequencedData() / order, SoupClientHeartbeat()])
    bind_soupbin(9100)
    Ether(bytes(segment))[OUCHEnterOrder].symbol               # b"AAPL"

`length` is filled in unless given. What is no whole packet, as at the end of a segment, is Raw, and so is all that follows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from scapy.fields import AnyField, PacketListField, ShortField
from scapy.layers.inet import TCP
from scapy.packet import Packet, Raw, bind_top_down

from tickproof.protocols import SOUPBINTCP
from tickproof.protocols.scapy_fields import fields_desc, layer
from tickproof.protocols.scapy_ouch import OUCHInMessage, OUCHOutMessage
from tickproof.protocols.table import Layout

__all__ = [
    "SoupBinTCPClient",
    "SoupBinTCPServer",
    "SoupClientHeartbeat",
    "SoupDebug",
    "SoupEndOfSession",
    "SoupLoginAccepted",
    "SoupLoginRejected",
    "SoupLoginRequest",
    "SoupLogoutRequest",
    "SoupPacket",
    "SoupSequencedData",
    "SoupServerHeartbeat",
    "SoupServerUnsequencedData",
    "SoupUnsequencedData",
    "bind_soupbin",
]


class SoupPacket(Packet):
    """What all SoupBinTCP packets share: `length` is filled in, and says where the next packet begins."""

    layout: ClassVar[Layout]

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """Fill in the length."""
        return (pkt if self.length is not None else (len(pkt) + len(pay) - 2).to_bytes(2, "big") + pkt[2:]) + pay

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """The payload is what `length` counts; what follows is the next packet."""
        end = self.length + 2 - self.layout.size
        return s[:end], s[end:]


class _FromClient(SoupPacket):
    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        return OUCHInMessage.class_of(payload)


class _FromServer(SoupPacket):
    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        return OUCHOutMessage.class_of(payload)


def _soup(class_name: str, name: str, base: type[SoupPacket] = SoupPacket) -> type[Packet]:
    layout = SOUPBINTCP.layouts[name]
    return layer(class_name, layout, base, [ShortField("length", None), *fields_desc(layout)[1:]])


SoupDebug = _soup("SoupDebug", "debug")
SoupLoginAccepted = _soup("SoupLoginAccepted", "login_accepted")
SoupLoginRejected = _soup("SoupLoginRejected", "login_rejected")
SoupSequencedData = _soup("SoupSequencedData", "sequenced_data", _FromServer)
SoupServerHeartbeat = _soup("SoupServerHeartbeat", "server_heartbeat")
SoupEndOfSession = _soup("SoupEndOfSession", "end_of_session")
SoupServerUnsequencedData = _soup("SoupServerUnsequencedData", "unsequenced_data", _FromServer)
SoupLoginRequest = _soup("SoupLoginRequest", "login_request")
SoupUnsequencedData = _soup("SoupUnsequencedData", "unsequenced_data", _FromClient)
SoupClientHeartbeat = _soup("SoupClientHeartbeat", "client_heartbeat")
SoupLogoutRequest = _soup("SoupLogoutRequest", "logout_request")

_CLIENT = {cls.layout.tag: cls for cls in (SoupDebug, SoupLoginRequest, SoupUnsequencedData, SoupClientHeartbeat, SoupLogoutRequest)}
_SERVER = {
    cls.layout.tag: cls
    for cls in (
        SoupDebug,
        SoupLoginAccepted,
        SoupLoginRejected,
        SoupSequencedData,
        SoupServerHeartbeat,
        SoupEndOfSession,
        SoupServerUnsequencedData,
    )
}


def _packets(classes: Mapping[bytes, type[Packet]]) -> PacketListField:
    def dissect(data: bytes) -> Packet:
        made = classes.get(data[2:3])
        end = 2 + int.from_bytes(data[:2], "big")
        return made(data) if made is not None and made.layout.size <= end <= len(data) else Raw(data)

    return PacketListField("packets", [], dissect)


class SoupBinTCPClient(Packet):
    """A segment of what a client sends: whole packets."""

    name = "SoupBinTCPClient"
    fields_desc: ClassVar[list[AnyField]] = [_packets(_CLIENT)]


class SoupBinTCPServer(Packet):
    """A segment of what a server sends: whole packets."""

    name = "SoupBinTCPServer"
    fields_desc: ClassVar[list[AnyField]] = [_packets(_SERVER)]


def bind_soupbin(*ports: int) -> None:
    """Dissect TCP to and from these server ports as SoupBinTCP, and build it with the first of them."""
    for port in reversed(ports):
        for side, layer_of in (("dport", SoupBinTCPClient), ("sport", SoupBinTCPServer)):
            bind_top_down(TCP, layer_of, **{side: port})
            # In front of Scapy's own guesses for well-known ports.
            TCP.payload_guess.insert(0, ({side: port}, layer_of))
