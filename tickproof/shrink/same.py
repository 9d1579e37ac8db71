# SPDX-License-Identifier: Apache-2.0
"""`Same`: what makes two divergences the same one, however many inputs came before them."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from tickproof.check import Divergence
from tickproof.check.packets import decode_packet, message_table
from tickproof.golden.model import Prediction
from tickproof.protocols.records import KIND

__all__ = ["Same"]

_SHAPES = ("golden expects", "the device sent", "out of order", "a rejected order left")
_RACES = ("GAP", "LOST", "CONTROL")
"""Whether golden predicts these may depend on what the device was first to see."""


@dataclass(frozen=True, slots=True)
class Same:
    """port: where it showed, or "counters", "the run". kind: of the record or packet there, "" = none. rule: contract id.

    shape: how the sentence about it begins, without numbers. fields: names that differ; of a packet or the counters the first one only,
    because what comes behind it follows from it or says the same.
    """

    port: str
    kind: str
    rule: str
    shape: str
    fields: frozenset[str]

    @classmethod
    def of(cls, divergence: Divergence) -> Same:
        """What has to stay of it. Its place in the stream of outputs has not."""
        port, _, rest = divergence.place.partition("[")
        kind = rest.partition("] ")[2]
        differing = [row.name for row in divergence.fields if row.differs]
        whole = port == "events" or kind == "BBO"
        shape = next((shape for shape in _SHAPES if divergence.summary.startswith(shape)), "")
        if not shape and not differing:
            shape = re.sub(r"\d+", "N", re.split(r"[;:]", divergence.summary)[0])
        return cls(port, kind, divergence.rule, shape, frozenset(differing if whole else differing[:1]))

    def possible(self, golden: Prediction) -> bool:
        """It may show where golden predicts this: what differs from golden's record, or is missing, has to be there."""
        if not self.kind or self.kind in _RACES or self.shape not in ("", "golden expects"):
            return True
        if self.kind in KIND:
            return bool(np.any(golden.records["kind"] == KIND[self.kind]))
        stream = golden.streams.get(self.port)
        table = message_table(self.port, sent=False) if stream else None
        return stream is None or table is None or any(decode_packet(packet, table).name == self.kind for packet in stream.packets)

    def __str__(self) -> str:
        what = [self.kind or self.port, *([", ".join(sorted(self.fields))] if self.fields else []), *([self.shape] if self.shape else [])]
        return ": ".join(what) + (f" [{self.rule}]" if self.rule else "")
