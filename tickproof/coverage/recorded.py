# SPDX-License-Identifier: Apache-2.0
"""Contract 8 and 5.6 in bins: what the device's records say, and which of its counters moved."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from tickproof.coverage.hits import Hits
from tickproof.protocols.control import COUNTERS, ORDER_COUNTERS
from tickproof.protocols.records import FLAG, KIND, KIND_NAME, REPORT_FLAG, record_dtype

__all__ = ["note_records"]

_NO_SYMBOL = 0xFFFF


def note_records(records: NDArray[np.void], counters: Mapping[str, int], hits: Hits) -> None:
    """records: RECORD[n], of one run."""
    for kind, symbol in {(int(row["kind"]), int(row["symbol"]) == _NO_SYMBOL) for row in records[["kind", "symbol"]]}:
        hits.add("records: kinds", KIND_NAME.get(kind, "another"), "no symbol" if symbol else "a symbol")
    bbos = records[records["kind"] == KIND["BBO"]]
    last: dict[int, int] = {}
    values = bbos.view(record_dtype("BBO"))
    sides = zip(bbos["symbol"].tolist(), bbos["flags"].tolist(), values["bid_price"].tolist(), values["ask_price"].tolist(), strict=True)
    for symbol, flags, bid, ask in sides:
        shown = "both sides" if bid and ask else "bid only" if bid else "ask only" if ask else "neither side"
        hits.add("records: BBO flags", _flags(flags), shown)
        before = last.get(symbol, 0)
        for name, bit in FLAG.items():
            if (flags ^ before) & bit:
                hits.add("records: BBO flag changes", name, "set" if flags & bit else "cleared")
        last[symbol] = flags
    reports = records[records["kind"] == KIND["REPORT"]]
    for flags in np.unique(reports["flags"]).tolist():
        hits.add("records: REPORT flags", "replayed" if flags & REPORT_FLAG["replayed"] else "none")
    for name in (*COUNTERS, *ORDER_COUNTERS):
        if counters.get(name):
            hits.add("counters", name)


def _flags(flags: int) -> str:
    return ", ".join(name for name, bit in FLAG.items() if flags & bit) or "none"
