# SPDX-License-Identifier: Apache-2.0
"""Steps from one shape of the tables to the next, run by Alembic when a store is opened."""

from __future__ import annotations

__all__ = ["HEAD", "VERSION_TABLE"]

HEAD = "0001"
"""The newest step. Known here so that a store that is up to date is opened without Alembic."""
VERSION_TABLE = "tickproof_version"
"""Not Alembic's usual name: a database may be shared with somebody who uses that one."""
