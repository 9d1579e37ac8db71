# SPDX-License-Identifier: Apache-2.0
"""The tables (docs/history.md). A change here needs a migration, which a test asks for."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from tickproof.store.columns import Seed, Utc, Words

__all__ = ["Base", "CoverageRow", "LatencyRow", "ResultRow", "RunRow"]

_BIG_KEY = BigInteger().with_variant(Integer, "sqlite")  # only an INTEGER key counts by itself there


class Base(DeclarativeBase):
    """All tables. Constraints have names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        }
    )
    type_annotation_map = {str: Words(), datetime: Utc()}  # noqa: RUF012  # SQLAlchemy reads it so


class RunRow(Base):
    """One `tickproof run` or `replay`. ended: None while it runs, and for ever if it was killed or interrupted."""

    __tablename__ = "run"

    uuid: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    started: Mapped[datetime] = mapped_column(index=True)
    ended: Mapped[datetime | None]
    seed: Mapped[int] = mapped_column(Seed)
    commit: Mapped[str | None]
    dirty: Mapped[bool]
    version: Mapped[str]
    machine: Mapped[str]
    command: Mapped[str]

    results: Mapped[list[ResultRow]] = relationship(back_populates="run")
    coverage: Mapped[list[CoverageRow]] = relationship(back_populates="run")


class ResultRow(Base):
    """One scenario on one target. digest: of the inputs, so that only runs of the same inputs are held against each other."""

    __tablename__ = "result"
    __table_args__ = (Index(None, "scenario", "target"),)

    id: Mapped[int] = mapped_column(_BIG_KEY, primary_key=True)
    run_uuid: Mapped[uuid.UUID] = mapped_column(ForeignKey("run.uuid", ondelete="CASCADE"), index=True)
    scenario: Mapped[str]
    target: Mapped[str]
    digest: Mapped[str]
    grade: Mapped[str]
    timing: Mapped[str]
    verdict: Mapped[str]
    because: Mapped[str]
    reason: Mapped[str]
    seconds: Mapped[float]
    seed: Mapped[int] = mapped_column(Seed)

    run: Mapped[RunRow] = relationship(back_populates="results")
    latencies: Mapped[list[LatencyRow]] = relationship(back_populates="result")


class LatencyRow(Base):
    """One latency of a result (contract 9), without its histogram."""

    __tablename__ = "latency"

    result_id: Mapped[int] = mapped_column(_BIG_KEY, ForeignKey("result.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    unit: Mapped[str]
    n: Mapped[int] = mapped_column(BigInteger)
    min: Mapped[int] = mapped_column(BigInteger)
    p50: Mapped[int] = mapped_column(BigInteger)
    p99: Mapped[int] = mapped_column(BigInteger)
    max: Mapped[int] = mapped_column(BigInteger)

    result: Mapped[ResultRow] = relationship(back_populates="latencies")


class CoverageRow(Base):
    """How much of one coverage group a run reached."""

    __tablename__ = "coverage"

    run_uuid: Mapped[uuid.UUID] = mapped_column(ForeignKey("run.uuid", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(primary_key=True)
    covered: Mapped[int] = mapped_column(BigInteger)
    total: Mapped[int] = mapped_column(BigInteger)

    run: Mapped[RunRow] = relationship(back_populates="coverage")
