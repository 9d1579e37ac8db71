# SPDX-License-Identifier: Apache-2.0
"""MoldUDP64, ITCH 5.0 and our event records as Scapy layers.

    from scapy.all import Ether, IP, UDP
    from tickproof.protocols.scapy_layers import ITCHAddOrder, MoldUDP64, bind_feed

    add = ITCHAddOrder(stock="AAPL", price=1500000)
    packet = Ether() / IP() / UDP(dport=26477) / MoldUDP64(session="TODAY", sequence=7, messages=[add])
    bind_feed(26477)
    Ether(bytes(packet))[MoldUDP64].messages[0].stock          # b"AAPL"

`count` and the lengths of the message blocks are filled in unless given. `MoldBlock(length=9) / message` gives a block a length of its own.
"""

from __future__ import annotations

from typing import Any, ClassVar

from scapy.base_classes import BasePacket
from scapy.fields import AnyField, PacketListField, ShortField
from scapy.layers.inet import UDP
from scapy.packet import Packet, Raw, bind_top_down

from tickproof.protocols import EVENTS, ITCH, MOLDUDP64
from tickproof.protocols.scapy_fields import fields_desc, layer

__all__ = [
    "ITCHNOII",
    "ITCHRPII",
    "EventBBO",
    "EventClient",
    "EventControl",
    "EventDecision",
    "EventDegraded",
    "EventEndOfSession",
    "EventGap",
    "EventLink",
    "EventLost",
    "EventRecord",
    "EventRecords",
    "EventReport",
    "EventSessionError",
    "EventTradingState",
    "ITCHAddOrder",
    "ITCHAddOrderMPID",
    "ITCHBrokenTrade",
    "ITCHCrossTrade",
    "ITCHDirectListing",
    "ITCHLULDAuctionCollar",
    "ITCHMWCBDeclineLevel",
    "ITCHMWCBStatus",
    "ITCHMarketParticipantPosition",
    "ITCHMessage",
    "ITCHOperationalHalt",
    "ITCHOrderCancel",
    "ITCHOrderDelete",
    "ITCHOrderExecuted",
    "ITCHOrderExecutedWithPrice",
    "ITCHOrderReplace",
    "ITCHQuotingPeriodUpdate",
    "ITCHRegSHORestriction",
    "ITCHStockDirectory",
    "ITCHStockTradingAction",
    "ITCHSystemEvent",
    "ITCHTrade",
    "MoldBlock",
    "MoldUDP64",
    "bind_events",
    "bind_feed",
]


class ITCHMessage(Packet):
    """Any ITCH 5.0 message: `ITCHMessage(data)` gives the class of its type, or Raw where type or length fit none."""

    classes: ClassVar[dict[bytes, type[Packet]]] = {}

    @classmethod
    def dispatch_hook(cls, _pkt: bytes | None = None, *args: Any, **kargs: Any) -> type[Packet]:
        """The class for these bytes."""
        if _pkt is None:
            return cls
        found = cls.classes.get(_pkt[:1])
        return found if found and len(_pkt) == found.layout.size else Raw

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """Nothing follows a message inside its block."""
        return b"", s


class EventRecord(Packet):
    """Any event record: `EventRecord(data)` gives the class of its kind, or Raw where there is none."""

    classes: ClassVar[dict[bytes, type[Packet]]] = {}

    @classmethod
    def dispatch_hook(cls, _pkt: bytes | None = None, *args: Any, **kargs: Any) -> type[Packet]:
        """The class for these bytes."""
        return cls if _pkt is None else cls.classes.get(_pkt[:1], Raw)

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """What follows is the next record."""
        return b"", s


def _itch(class_name: str, name: str) -> type[Packet]:
    layout = ITCH.layouts[name]
    made = layer(class_name, layout, ITCHMessage)
    ITCHMessage.classes[layout.tag or b""] = made
    return made


def _event(class_name: str, name: str) -> type[Packet]:
    layout = EVENTS.layouts[name]
    made = layer(class_name, layout, EventRecord)
    EventRecord.classes[layout.tag or b""] = made
    return made


ITCHSystemEvent = _itch("ITCHSystemEvent", "system_event")
ITCHStockDirectory = _itch("ITCHStockDirectory", "stock_directory")
ITCHStockTradingAction = _itch("ITCHStockTradingAction", "stock_trading_action")
ITCHRegSHORestriction = _itch("ITCHRegSHORestriction", "reg_sho_restriction")
ITCHMarketParticipantPosition = _itch("ITCHMarketParticipantPosition", "market_participant_position")
ITCHMWCBDeclineLevel = _itch("ITCHMWCBDeclineLevel", "mwcb_decline_level")
ITCHMWCBStatus = _itch("ITCHMWCBStatus", "mwcb_status")
ITCHQuotingPeriodUpdate = _itch("ITCHQuotingPeriodUpdate", "quoting_period_update")
ITCHLULDAuctionCollar = _itch("ITCHLULDAuctionCollar", "luld_auction_collar")
ITCHOperationalHalt = _itch("ITCHOperationalHalt", "operational_halt")
ITCHAddOrder = _itch("ITCHAddOrder", "add_order")
ITCHAddOrderMPID = _itch("ITCHAddOrderMPID", "add_order_mpid")
ITCHOrderExecuted = _itch("ITCHOrderExecuted", "order_executed")
ITCHOrderExecutedWithPrice = _itch("ITCHOrderExecutedWithPrice", "order_executed_with_price")
ITCHOrderCancel = _itch("ITCHOrderCancel", "order_cancel")
ITCHOrderDelete = _itch("ITCHOrderDelete", "order_delete")
ITCHOrderReplace = _itch("ITCHOrderReplace", "order_replace")
ITCHTrade = _itch("ITCHTrade", "trade")
ITCHCrossTrade = _itch("ITCHCrossTrade", "cross_trade")
ITCHBrokenTrade = _itch("ITCHBrokenTrade", "broken_trade")
ITCHNOII = _itch("ITCHNOII", "noii")
ITCHRPII = _itch("ITCHRPII", "rpii")
ITCHDirectListing = _itch("ITCHDirectListing", "direct_listing")

EventBBO = _event("EventBBO", "BBO")
EventGap = _event("EventGap", "GAP")
EventEndOfSession = _event("EventEndOfSession", "END_OF_SESSION")
EventTradingState = _event("EventTradingState", "TRADING_STATE")
EventDegraded = _event("EventDegraded", "DEGRADED")
EventSessionError = _event("EventSessionError", "SESSION_ERROR")
EventLink = _event("EventLink", "LINK")
EventClient = _event("EventClient", "CLIENT")
EventDecision = _event("EventDecision", "DECISION")
EventReport = _event("EventReport", "REPORT")
EventControl = _event("EventControl", "CONTROL")
EventLost = _event("EventLost", "LOST")


class MoldBlock(Packet):
    """A message block with its length in the open. Only needed where that length is to be wrong, or a block empty or cut short."""

    name = "MoldBlock"
    fields_desc: ClassVar[list[AnyField]] = [ShortField("length", None)]

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """Fill in the length."""
        return (len(pay).to_bytes(2, "big") if self.length is None else pkt) + pay

    def guess_payload_class(self, payload: bytes) -> type[Packet]:
        """The payload is an ITCH message if it looks like one."""
        return ITCHMessage.dispatch_hook(payload)


class _Messages(PacketListField):
    """The blocks of a MoldUDP64 packet: each item is the message itself, or a MoldBlock where message and length disagree."""

    def __init__(self, name: str) -> None:
        super().__init__(name, [], ITCHMessage)

    def any2i(self, pkt: Packet | None, x: Any) -> list[BasePacket]:
        """One message or a list of them; bytes become Raw."""
        return [Raw(item) if isinstance(item, bytes) else item for item in (x if isinstance(x, list) else [x])]

    def addfield(self, pkt: Packet, s: bytes, val: Any) -> bytes:
        """Append the blocks, with the lengths of those that have none of their own."""
        return s + b"".join(bytes(item if isinstance(item, MoldBlock) else MoldBlock() / item) for item in val or ())

    def getfield(self, pkt: Packet, s: bytes) -> tuple[bytes, list[BasePacket]]:
        """`count` blocks, or as many as there are; what follows them is payload."""
        items: list[BasePacket] = []
        count = 0 if pkt.count == 0xFFFF else pkt.count
        while s and len(items) < count:
            length = int.from_bytes(s[:2], "big")
            block, s = s[: 2 + length], s[2 + length :]
            items.append(ITCHMessage(block[2:]) if length and len(block) == 2 + length else MoldBlock(block))
        return s, items


class MoldUDP64(Packet):
    """A MoldUDP64 packet. messages: ITCH messages (or bytes, or MoldBlocks); count: their number unless given."""

    name = "MoldUDP64"
    fields_desc: ClassVar[list[AnyField]] = [*fields_desc(MOLDUDP64)[:-1], ShortField("count", None), _Messages("messages")]

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """Fill in the count."""
        if self.count is None:
            count = MOLDUDP64.field("count")
            pkt = pkt[: count.offset] + len(self.messages).to_bytes(count.size, "big") + pkt[count.offset + count.size :]
        return pkt + pay


class EventRecords(Packet):
    """The payload of an event datagram: records of 64 bytes."""

    name = "EventRecords"
    fields_desc: ClassVar[list[AnyField]] = [PacketListField("records", [], EventRecord)]


def bind_feed(*ports: int) -> None:
    """Dissect UDP to these destination ports as MoldUDP64, and build it with the first of them."""
    _bind(ports, MoldUDP64)


def bind_events(*ports: int) -> None:
    """Dissect UDP to these destination ports as event records, and build it with the first of them."""
    _bind(ports, EventRecords)


def _bind(ports: tuple[int, ...], upper: type[Packet]) -> None:
    for port in reversed(ports):
        bind_top_down(UDP, upper, dport=port)
        # In front of Scapy's own guesses: its default source port means DNS otherwise.
        UDP.payload_guess.insert(0, ({"dport": port}, upper))
