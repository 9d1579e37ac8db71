# SPDX-License-Identifier: Apache-2.0
"""From a failure to its cause: what a person opens next to the verdict (waves around the divergence, a picture of them, packets)."""

from __future__ import annotations

from tickproof.cause.again import MOST, explain, with_causes

__all__ = ["MOST", "explain", "with_causes"]
