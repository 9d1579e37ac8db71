# SPDX-License-Identifier: Apache-2.0
"""What a change can affect plays first: files that git says have changed, the scenarios and targets that depend on them, and why."""

from __future__ import annotations

from tickproof.changed.order import Order, order_tasks

__all__ = ["Order", "order_tasks"]
