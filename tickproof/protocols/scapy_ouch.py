# SPDX-License-Identifier: Apache-2.0
"""OUCH 5.0 messages as Scapy layers; `scapy_soupbin` has the packets that carry them.

    order = OUCHEnterOrder(user_ref_num=1, side="B", quantity=100, symbol="AAPL", price=1500000, options=[OUCHOption(tag=2, value=b"LIME")])
    OUCHInMessage(bytes(order)).symbol                         # b"AAPL"

Lengths are filled in unless given. A message that can do without an appendage length has one if it has options, or if it is given.
"""

from __future__ import annotations

from typing import Any, ClassVar

from scapy.fields import AnyField, ByteEnumField, ByteField, PacketListField, ShortField, StrLenField
from scapy.packet import Packet, Raw

from tickproof.errors import ProtocolError
from tickproof.protocols import OUCH_IN, OUCH_OPTIONS, OUCH_OUT
from tickproof.protocols.ouch import has_appendage, split_message
from tickproof.protocols.scapy_fields import fields_desc, layer
from tickproof.protocols.table import Layout, Table

__all__ = [
    "OUCHAIQCanceled",
    "OUCHAIQCanceledWithStrategy",
    "OUCHAccountQuery",
    "OUCHAccountQueryResponse",
    "OUCHBrokenTrade",
    "OUCHCancelOrder",
    "OUCHCancelPending",
    "OUCHCancelReject",
    "OUCHEnterOrder",
    "OUCHInMessage",
    "OUCHModifyOrder",
    "OUCHOption",
    "OUCHOrderAccepted",
    "OUCHOrderCanceled",
    "OUCHOrderExecuted",
    "OUCHOrderModified",
    "OUCHOrderPriorityUpdate",
    "OUCHOrderReplaced",
    "OUCHOrderRestated",
    "OUCHOutMessage",
    "OUCHRejected",
    "OUCHReplaceOrder",
    "OUCHSystemEvent",
    "OUCHTradeCorrection",
]


class OUCHOption(Packet):
    """One option of an OUCH message. tag: as in the table of options; value: its bytes."""

    name = "OUCHOption"
    _NAMES: ClassVar[dict[int, str]] = {tag[0]: option.name for tag, option in OUCH_OPTIONS.by_tag.items()}
    fields_desc: ClassVar[list[AnyField]] = [
        ByteField("length", None),
        ByteEnumField("tag", 0, _NAMES),
        StrLenField("value", b"", length_from=lambda pkt: max(0, pkt.length - 1)),
    ]

    def post_build(self, pkt: bytes, pay: bytes) -> bytes:
        """Fill in the length."""
        return (pkt if self.length is not None else bytes([len(pkt) - 1]) + pkt[1:]) + pay

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """What follows is the next option."""
        return b"", s


class _AppendageLength(ShortField):
    """The bytes of options that follow. A type that can do without has none, unless it has options or a length is given."""

    __slots__ = ["always"]  # Scapy's fields have slots

    def __init__(self, always: bool) -> None:
        self.always = always
        super().__init__("appendage_length", None)

    def addfield(self, pkt: Packet, s: bytes, val: int | None) -> bytes:
        """Append the length, if there is to be one."""
        if val is None and (self.always or pkt.options):
            val = sum(len(bytes(item)) for item in pkt.options)
        return s if val is None else s + val.to_bytes(2, "big")

    def getfield(self, pkt: Packet, s: bytes) -> tuple[bytes, Any]:
        """The length; None where the message has ended."""
        return (s[2:], int.from_bytes(s[:2], "big")) if s else (s, None)


class _OUCHMessage(Packet):
    table: ClassVar[Table]
    classes: ClassVar[dict[tuple[str, int], type[Packet]]]

    @classmethod
    def class_of(cls, data: bytes) -> type[Packet]:
        """The class for these bytes; Raw if there is none."""
        try:
            layout, _, _ = split_message(cls.table, data)
        except ProtocolError:
            return Raw
        return cls.classes[layout.name, layout.size]

    def extract_padding(self, s: bytes) -> tuple[bytes, bytes | None]:
        """Nothing follows a message inside its packet."""
        return b"", s


class OUCHInMessage(_OUCHMessage):
    """Any OUCH message of a client: `OUCHInMessage(data)` gives the class of its type, or Raw where type or length fit none."""

    table = OUCH_IN
    classes: ClassVar[dict[tuple[str, int], type[Packet]]] = {}

    @classmethod
    def dispatch_hook(cls, _pkt: bytes | None = None, *args: Any, **kargs: Any) -> type[Packet]:
        """The class for these bytes."""
        return cls if _pkt is None else cls.class_of(_pkt)


class OUCHOutMessage(_OUCHMessage):
    """Any OUCH message of an exchange: `OUCHOutMessage(data)` gives the class of its type, or Raw where type or length fit none."""

    table = OUCH_OUT
    classes: ClassVar[dict[tuple[str, int], type[Packet]]] = {}

    @classmethod
    def dispatch_hook(cls, _pkt: bytes | None = None, *args: Any, **kargs: Any) -> type[Packet]:
        """The class for these bytes."""
        return cls if _pkt is None else cls.class_of(_pkt)


def _ouch(class_name: str, base: type[_OUCHMessage], layout: Layout) -> type[Packet]:
    always = has_appendage(layout)
    fixed = fields_desc(layout)
    options = PacketListField("options", [], OUCHOption, length_from=lambda pkt: pkt.appendage_length or 0)
    made = layer(class_name, layout, base, [*(fixed[:-1] if always else fixed), _AppendageLength(always), options])
    base.classes[layout.name, layout.size] = made
    return made


def _in(class_name: str, name: str) -> type[Packet]:
    return _ouch(class_name, OUCHInMessage, OUCH_IN.layouts[name])


def _out(class_name: str, name: str) -> type[Packet]:
    return _ouch(class_name, OUCHOutMessage, OUCH_OUT.layouts[name])


OUCHEnterOrder = _in("OUCHEnterOrder", "enter_order")
OUCHReplaceOrder = _in("OUCHReplaceOrder", "replace_order")
OUCHCancelOrder = _in("OUCHCancelOrder", "cancel_order")
OUCHModifyOrder = _in("OUCHModifyOrder", "modify_order")
OUCHAccountQuery = _in("OUCHAccountQuery", "account_query")

OUCHSystemEvent = _out("OUCHSystemEvent", "system_event")
OUCHOrderAccepted = _out("OUCHOrderAccepted", "order_accepted")
OUCHOrderReplaced = _out("OUCHOrderReplaced", "order_replaced")
OUCHOrderCanceled = _out("OUCHOrderCanceled", "order_canceled")
OUCHAIQCanceled = _out("OUCHAIQCanceled", "aiq_canceled")
OUCHAIQCanceledWithStrategy = _ouch("OUCHAIQCanceledWithStrategy", OUCHOutMessage, OUCH_OUT.later["aiq_canceled"])
OUCHOrderExecuted = _out("OUCHOrderExecuted", "order_executed")
OUCHBrokenTrade = _out("OUCHBrokenTrade", "broken_trade")
OUCHTradeCorrection = _out("OUCHTradeCorrection", "trade_correction")
OUCHRejected = _out("OUCHRejected", "rejected")
OUCHCancelPending = _out("OUCHCancelPending", "cancel_pending")
OUCHCancelReject = _out("OUCHCancelReject", "cancel_reject")
OUCHOrderPriorityUpdate = _out("OUCHOrderPriorityUpdate", "order_priority_update")
OUCHOrderModified = _out("OUCHOrderModified", "order_modified")
OUCHOrderRestated = _out("OUCHOrderRestated", "order_restated")
OUCHAccountQueryResponse = _out("OUCHAccountQueryResponse", "account_query_response")
