# SPDX-License-Identifier: Apache-2.0
"""The database itself: what goes in comes out of both kinds, tables are made and brought up to date, what cannot be used is told."""

from __future__ import annotations

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from series import SEED, head, keep, result, unexpected

from tickproof import store as store_package
from tickproof.check import Latency, Verdict
from tickproof.store import Recorder, StoreError, open_store, read_history
from tickproof.store.migrations import HEAD, VERSION_TABLE
from tickproof.store.models import Base


def test_what_goes_in_comes_out(empty: str) -> None:
    """Seeds of 64 bits, latencies of 64 bits, times with their zone, and text that a device may have sent."""
    store = open_store(empty)
    latency = Latency("ns", 3, 1, 2, 2**62, 2**62, {1: 1, 2: 1, 2**62: 1})
    verdict = Verdict("fail", "got \0 and \udc80", latency={"LAT-2": latency}, grade="loopback", because="")
    keep(store, [result(verdict=verdict, timing="host clock")], head(dirty=True), {"feed": (3, 4)})
    history = read_history(open_store(empty, must_exist=True))
    (trend,) = history.trends
    (point,) = trend.points
    assert (trend.scenario, trend.target, point.seed, point.verdict) == ("a.scn", "rtl@fake", SEED, "fail")
    assert point.reason == "got \N{REPLACEMENT CHARACTER} and ?"
    assert (point.commit, point.dirty, point.machine, point.version) == ("a" * 40, True, "m", "1.0")
    assert (point.grade, point.timing, point.seconds) == ("loopback", "host clock", 0.25)
    sample = point.latencies["LAT-2"]
    assert (sample.unit, sample.n, sample.min, sample.p50, sample.p99, sample.max) == ("ns", 3, 1, 2, 2**62, 2**62)
    assert point.started.utcoffset() is not None
    assert (history.all_runs, history.unfinished, history.runs[0].coverage) == (1, 0, {"feed": (3, 4)})


def test_times_are_the_same_wherever_a_machine_stands(empty: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written in one time zone, read in another."""
    try:
        monkeypatch.setenv("TZ", "Asia/Tokyo")
        time.tzset()
        before = datetime.now(UTC)
        keep(open_store(empty), [result()])
        after = datetime.now(UTC)
        monkeypatch.setenv("TZ", "America/New_York")
        time.tzset()
        (run,) = read_history(open_store(empty)).runs
    finally:
        monkeypatch.undo()
        time.tzset()
    assert before <= run.started <= after


def test_a_run_that_did_not_end_is_known_by_that(empty: str) -> None:
    """Its results are there; its end is not."""
    store = open_store(empty)
    Recorder(store, head(), unexpected).add(result())
    history = read_history(store)
    assert (history.all_runs, history.unfinished, len(history.trends)) == (1, 1, 1)


def test_migrations_make_the_tables_that_the_models_describe(empty: str) -> None:
    """Who changes a model writes a migration."""
    with open_store(empty).engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE, "compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_the_newest_migration_is_the_one_that_is_expected() -> None:
    """A store at this step is opened without looking further."""
    config = Config()
    config.set_main_option("script_location", str(Path(store_package.__file__).with_name("migrations")))
    assert ScriptDirectory.from_config(config).get_current_head() == HEAD


def test_migrations_can_be_taken_back(empty: str) -> None:
    """Down to nothing, in one transaction, and up again."""
    store = open_store(empty)
    with store.engine.begin() as connection:
        from alembic import command  # noqa: PLC0415

        config = Config()
        config.set_main_option("script_location", str(Path(store_package.__file__).with_name("migrations")))
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
    keep(open_store(empty), [result()])
    assert read_history(open_store(empty)).all_runs == 1


def test_a_store_of_a_newer_version_is_left_alone(empty: str) -> None:
    """The error says what to do."""
    store = open_store(empty)
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {VERSION_TABLE} SET version_num = '9999'")
    with pytest.raises(StoreError, match=r"written by another version of tickproof.*9999.*use that one, or another store"):
        open_store(empty)


def test_tables_of_somebody_else_are_left_alone(postgresql: str) -> None:
    """A database in which `run` is another program's: nothing is made, and the error is the database's own."""
    with psycopg.connect(postgresql, autocommit=True) as connection:
        connection.execute("CREATE TABLE result (mine integer)")
        with pytest.raises(StoreError, match='"result" already exists'):
            open_store(postgresql)
        names = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    assert names == [("result",)]


def test_a_sqlite_store_lets_others_read_while_it_is_written(sqlite: str) -> None:
    """Write-ahead log."""
    open_store(sqlite)
    with sqlite3.connect(sqlite) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


@pytest.mark.parametrize(
    ("where", "says"),
    [
        (
            "mysql://root:secret@localhost/x",
            "cannot keep a history there (got mysql://root:***@localhost/x, expected a file, sqlite:///FILE, or",
        ),
        ("postgresql://secret@", "cannot keep a history there"),
        ("://secret", "is no URL of a database"),
        ("sqlite://", "cannot keep a history there"),
        ("postgresql://a:secret@localhost:1/x?password=secret", "postgresql://a:***@localhost:1/x: cannot be opened: "),
        ("text.txt", "text.txt: cannot be opened: file is not a database"),
        ("text.txt/history.sqlite", "cannot be opened: "),
        (".", ".: cannot be opened: unable to open database file"),
    ],
)
def test_what_cannot_be_a_store_is_told_in_one_line(where: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a password, wherever it stood."""
    monkeypatch.chdir(tmp_path)
    Path("text.txt").write_text("a text that is longer than the header of a database file, so that it is read as one\n" * 20)
    with pytest.raises(StoreError) as caught:
        open_store(where)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)
    assert "secret" not in str(caught.value).replace("//secret@", "")


def test_a_store_that_goes_away_costs_one_warning(empty: str) -> None:
    """The run goes on: its verdicts do not need a history."""
    store, warnings = open_store(empty), []
    recorder = Recorder(store, head(), warnings.append)
    recorder.add(result())
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE latency")
        connection.exec_driver_sql("DROP TABLE result")
    for _ in range(3):
        recorder.add(result(verdict=Verdict("pass")))
    recorder.finish({})
    assert len(warnings) == 1
    assert "cannot be written: " in warnings[0]
    assert warnings[0].endswith("the history lacks the rest of this run")
