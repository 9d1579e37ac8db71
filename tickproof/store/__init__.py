# SPDX-License-Identifier: Apache-2.0
"""The results of all runs in a database: appended as they come, read as trends (docs/history.md)."""

from __future__ import annotations

from tickproof.store.database import Store, StoreError, open_store
from tickproof.store.history import History, read_history
from tickproof.store.page import write_page
from tickproof.store.recorder import Recorder, RunHead
from tickproof.store.text import print_history

__all__ = ["History", "Recorder", "RunHead", "Store", "StoreError", "open_store", "print_history", "read_history", "write_page"]
