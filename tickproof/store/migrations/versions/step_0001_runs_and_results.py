# SPDX-License-Identifier: Apache-2.0
"""Runs, results, latencies, coverage."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_SEED = sa.String(80)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "run",
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("started", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended", sa.DateTime(timezone=True)),
        sa.Column("seed", _SEED, nullable=False),
        sa.Column("commit", sa.Text()),
        sa.Column("dirty", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("machine", sa.Text(), nullable=False),
        sa.Column("command", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("uuid", name="pk_run"),
    )
    op.create_index("ix_run_started", "run", ["started"])
    op.create_table(
        "result",
        sa.Column("id", _KEY, nullable=False),
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("scenario", "target", "digest", "grade", "timing")),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("verdict", "because", "reason")),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("seed", _SEED, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_result"),
        sa.ForeignKeyConstraint(["run_uuid"], ["run.uuid"], name="fk_result_run_uuid_run", ondelete="CASCADE"),
    )
    op.create_index("ix_result_run_uuid", "result", ["run_uuid"])
    op.create_index("ix_result_scenario_target", "result", ["scenario", "target"])
    op.create_table(
        "latency",
        sa.Column("result_id", _KEY, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("n", "min", "p50", "p99", "max")),
        sa.PrimaryKeyConstraint("result_id", "name", name="pk_latency"),
        sa.ForeignKeyConstraint(["result_id"], ["result.id"], name="fk_latency_result_id_result", ondelete="CASCADE"),
    )
    op.create_table(
        "coverage",
        sa.Column("run_uuid", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("covered", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("run_uuid", "name", name="pk_coverage"),
        sa.ForeignKeyConstraint(["run_uuid"], ["run.uuid"], name="fk_coverage_run_uuid_run", ondelete="CASCADE"),
    )


def downgrade() -> None:
    """Drop them."""
    for table in ("coverage", "latency", "result", "run"):
        op.drop_table(table)
