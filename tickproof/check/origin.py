# SPDX-License-Identifier: Apache-2.0
"""Where records come from (contract 8): each origin keeps its own order of times."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tickproof.protocols.control import OP
from tickproof.protocols.records import KIND

__all__ = ["CLIENT", "EXCHANGE", "FEED", "ORDER_COMMANDS", "ORIGINS", "input_name", "origin_of"]

ORIGINS = ("feed", "client", "exchange", "order-path command")
FEED, CLIENT, EXCHANGE, ORDER_COMMANDS = range(len(ORIGINS))

_PORT_OR_OP = 0  # byte 32 of the record, the first of its body: `port` of SESSION_ERROR and LINK, `op` of CONTROL
_FIRST_ORDER_OP = OP["kill"]
_OP_NAME = {code: name for name, code in OP.items()}


def origin_of(records: NDArray[np.void]) -> NDArray[np.int8]:
    """int8[n], index into ORIGINS. Kinds that nobody knows count as the feed's."""
    kinds, detail = records["kind"], records["body"][:, _PORT_OR_OP]
    origins = np.full(len(records), FEED, np.int8)
    origins[np.isin(kinds, (KIND["CLIENT"], KIND["DECISION"]))] = CLIENT
    origins[kinds == KIND["REPORT"]] = EXCHANGE
    of_a_side = np.isin(kinds, (KIND["SESSION_ERROR"], KIND["LINK"]))
    origins[of_a_side] = np.where(detail[of_a_side] == CLIENT, CLIENT, EXCHANGE)  # the port's numbers are 1 and 2, too
    origins[(kinds == KIND["CONTROL"]) & (detail >= _FIRST_ORDER_OP)] = ORDER_COMMANDS
    return origins


def input_name(record: np.void) -> str:
    """An input by what its record says: `client[4]`, `feed sequence 17`, `control kill`."""
    origin = int(origin_of(np.array([record]))[0])
    if record["kind"] == KIND["LINK"]:
        return f"{ORIGINS[origin]} link {'up' if record['body'][1] else 'down'}"
    if record["kind"] == KIND["CONTROL"]:
        return f"control {_OP_NAME.get(int(record['body'][0]), '')}"
    return f"feed sequence {record['sequence']}" if origin == FEED else f"{ORIGINS[origin]}[{record['sequence']}]"
