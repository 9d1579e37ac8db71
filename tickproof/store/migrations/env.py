# SPDX-License-Identifier: Apache-2.0
"""Run by Alembic for every command. tickproof hands in its connection, whose transaction holds all steps: all are done, or none."""

from __future__ import annotations

from alembic import context

from tickproof.store.migrations import VERSION_TABLE
from tickproof.store.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
