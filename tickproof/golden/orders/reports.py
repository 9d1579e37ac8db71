# SPDX-License-Identifier: Apache-2.0
"""Contract 7.1, EXP-*: what the exchange's messages do to live orders, positions and kills."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping, Sequence

from tickproof.golden.control import Settings
from tickproof.golden.orders.exposure import Exposure, LiveOrder
from tickproof.golden.orders.kills import SESSION
from tickproof.golden.orders.memory import Fills
from tickproof.protocols import OUCH_OUT

__all__ = ["Reports", "number_of"]

_DEAD = b"D"
_REPLACED, _EXECUTED, _BROKEN, _CORRECTED = b"UEBF"
_ACCEPT = OUCH_OUT.layouts["order_accepted"].picker("quantity", "order_state")
_REPLACE = OUCH_OUT.layouts["order_replaced"].picker("orig_user_ref_num", "quantity", "order_state")
_EXECUTE = OUCH_OUT.layouts["order_executed"].picker("quantity", "price")
_CANCEL = OUCH_OUT.layouts["order_canceled"].picker("quantity")
_AIQ_CANCEL = OUCH_OUT.layouts["aiq_canceled"].picker("decrement_shares")
_MODIFY = OUCH_OUT.layouts["order_modified"].picker("side", "quantity")
_NUMBER_AT = {tag[0]: field.offset for tag, layout in OUCH_OUT.by_tag.items() for field in layout.fields if field.name == "user_ref_num"}


def number_of(message: bytes) -> int:
    """user_ref_num of a message of the tables (`U`: the new one); 0, which is never live (RISK-SEQUENCE), if its type has none."""
    at = _NUMBER_AT.get(message[0])
    return 0 if at is None else int.from_bytes(message[at : at + 4], "big")


class Reports:
    """What is applied, one method a message type; each returns the scope whose kill latches. fills: by symbol index. counts: by name."""

    def __init__(self, exposure: Exposure, settings: Settings, fills: Sequence[Fills], counts: MutableMapping[str, int]) -> None:
        self._exposure, self._settings, self._fills, self._counts = exposure, settings, fills, counts
        self._effects: dict[int, Callable[[int, LiveOrder, bytes, int], int | None]] = {
            ord("A"): self._accepted,
            ord("U"): self._replaced,
            ord("E"): self._executed,
            ord("C"): self._canceled,
            ord("D"): self._aiq_canceled,
            ord("M"): self._modified,
            ord("J"): self._rejected,
            ord("B"): self._broken,
            ord("F"): self._broken,
        }

    def apply(self, message: bytes, now: int) -> tuple[LiveOrder | None, int | None]:
        """A message of the tables that has the right length and is not replayed: (the live order of its number, the scope that latches)."""
        if message[0] == _REPLACED:
            self._free_original(message)
        number = number_of(message)
        order, effect = self._exposure.live.get(number), self._effects.get(message[0])
        if effect is None:  # R T P I S Q: nothing
            return order, None
        return order, self._unknown(message[0]) if order is None else effect(number, order, message, now)

    def _unknown(self, message_type: int) -> int | None:
        """EXP-UNKNOWN, EXP-BROKEN."""
        self._counts["unknown_order"] += 1
        return SESSION if message_type in (_EXECUTED, _REPLACED, _BROKEN, _CORRECTED) else None

    def _free_original(self, message: bytes) -> None:
        """EXP-REPLACED, EXP-UNKNOWN: comes first."""
        original, *_ = _REPLACE.unpack_from(message)
        if original in self._exposure.live:
            self._exposure.free(original)

    def _accepted(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-ACCEPTED."""
        quantity, state = _ACCEPT.unpack_from(message)
        self._exposure.change(number, order.side, 0 if state == _DEAD else min(quantity, order.remaining))

    def _replaced(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-REPLACED."""
        _, quantity, state = _REPLACE.unpack_from(message)
        self._exposure.change(number, order.side, 0 if state == _DEAD else quantity)

    def _executed(self, number: int, order: LiveOrder, message: bytes, now: int) -> int | None:
        """EXP-EXECUTED, RISK-LATCH."""
        quantity, price = _EXECUTE.unpack_from(message)
        self._exposure.fill(order, quantity, price)
        self._reduce(number, quantity)
        fills, limits = self._fills[order.symbol], self._settings.symbols[order.symbol]
        fills.add(now)
        return order.symbol if fills.more_than(limits["max_executions"], now, limits["execution_window"]) else None

    def _canceled(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-CANCELED."""
        self._reduce(number, *_CANCEL.unpack_from(message))

    def _aiq_canceled(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-CANCELED."""
        self._reduce(number, *_AIQ_CANCEL.unpack_from(message))

    def _modified(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-MODIFIED."""
        (side,), quantity = _MODIFY.unpack_from(message)
        self._exposure.change(number, side, quantity)

    def _rejected(self, number: int, order: LiveOrder, message: bytes, now: int) -> None:
        """EXP-REJECTED."""
        self._exposure.free(number)

    def _broken(self, number: int, order: LiveOrder, message: bytes, now: int) -> int:
        """EXP-BROKEN."""
        return order.symbol

    def _reduce(self, number: int, quantity: int) -> None:
        """EXP-CLAMP."""
        self._counts["over_released"] += self._exposure.reduce(number, quantity)
