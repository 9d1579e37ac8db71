# SPDX-License-Identifier: Apache-2.0
"""What an order path and its feed handler have come to, as a Prediction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from tickproof.frames import Frames
from tickproof.golden.counters import Counters
from tickproof.golden.model import Prediction, Problem, Stream
from tickproof.golden.orders.links import PORTS
from tickproof.golden.orders.path import OrderPath
from tickproof.golden.predict import CAUSE_PORTS
from tickproof.golden.records import as_records

__all__ = ["prediction_of"]


def prediction_of(
    path: OrderPath, counters: Counters, problems: Sequence[Problem] = (), inconclusive: Mapping[int, tuple[int, str]] | None = None
) -> Prediction:
    """counters: the feed's. problems, inconclusive: as in Prediction."""
    outputs = path.outputs
    swallowed = {f"{port}_swallowed": path.framers[port].swallowed for port in PORTS}
    return Prediction(
        records=as_records(path.log.parts),
        streams={port: Stream(Frames.of(outputs.packets[port]), np.array(outputs.records[port], np.int64)) for port in PORTS},
        causes=np.array(path.log.causes, np.int64).reshape(-1, 2),
        cause_ports=CAUSE_PORTS,
        counters={**counters.exact, **outputs.counts, **swallowed, "records": len(path.log.parts)},
        bounds=counters.bounds,
        sums=counters.sums,
        problems=tuple(problems),
        inconclusive=inconclusive or {},
    )
