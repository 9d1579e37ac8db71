# SPDX-License-Identifier: Apache-2.0
"""Opening a store: a file (SQLite) or a PostgreSQL URL, with its tables brought up to date, however many runs begin at once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filelock import FileLock
from sqlalchemy import URL, Connection, Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.orm import Session

from tickproof.errors import InputError
from tickproof.store.migrations import HEAD, VERSION_TABLE

__all__ = ["Store", "StoreError", "open_store"]

_PATIENCE_S = 30
"""How long SQLite waits for another writer, each of which takes milliseconds."""
_POSTGRESQL = {"connect_timeout": 5, "options": "-c statement_timeout=30s", "application_name": "tickproof"}
_MIGRATION_LOCK = 0x7469636B  # any number that no other program takes


class StoreError(InputError):
    """A store that cannot be opened, read or written."""


@dataclass(frozen=True, slots=True)
class Store:
    """An open store. name: as shown to people, without a password."""

    name: str
    engine: Engine

    @contextlib.contextmanager
    def session(self, *, reading: bool = False) -> Iterator[Session]:
        """One transaction. What the database says against it is a StoreError. reading: does not hold up those who write."""
        try:
            with Session(self.engine.execution_options(reading=reading)) as session, session.begin():
                yield session
        except SQLAlchemyError as error:
            raise StoreError(self.name, f"cannot be {'read' if reading else 'written'}: {_reason(error)}") from None


def open_store(where: str, *, must_exist: bool = False) -> Store:
    """The store at a URL or path. Missing files and tables are made, unless they `must_exist`. StoreError if it cannot be used."""
    url = _url(where)
    name = _shown(url)
    try:
        if url.get_backend_name() == "sqlite":
            _find_file(Path(name), must_exist)
        store = Store(name, _engine(url))
        _prepare(store.engine)
    except OSError as error:
        raise StoreError(name, f"cannot be opened: {error.strerror}") from None
    except ModuleNotFoundError as error:
        raise StoreError(name, f"needs {error.name}", hint="pip install 'tickproof[postgresql]'") from None
    except SQLAlchemyError as error:
        raise StoreError(name, f"cannot be opened: {_reason(error)}") from None
    return store


def _url(where: str) -> URL:
    """Of a path, that of a SQLite file; of PostgreSQL, with the driver that we bring."""
    expected = "a file, sqlite:///FILE, or postgresql://USER@HOST/DATABASE"
    if "://" not in where:
        return URL.create("sqlite", database=where)
    try:
        url = make_url(where)
    except (ArgumentError, ValueError):
        raise StoreError("--store", "is no URL of a database", expected=expected) from None  # not shown: it may hold a password
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg") or not url.database or url.database == ":memory:":
        raise StoreError("--store", "cannot keep a history there", got=_shown(url), expected=expected)
    return url


def _shown(url: URL) -> str:
    """A file by its path; of a server no password, wherever in the URL it stands."""
    if url.get_backend_name() == "sqlite":
        return url.database or ""
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


def _find_file(path: Path, must_exist: bool) -> None:
    if not must_exist:
        path.parent.mkdir(parents=True, exist_ok=True)
    elif not path.is_file():
        raise StoreError(str(path), "no history here", hint="`tickproof run` begins one")


def _engine(url: URL) -> Engine:
    if url.get_backend_name() != "sqlite":
        return create_engine(url, connect_args=_POSTGRESQL, pool_pre_ping=True)
    engine = create_engine(url, connect_args={"timeout": _PATIENCE_S})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _: object) -> None:
    connection.isolation_level = None  # the driver's own idea of transactions leaves changes of tables out
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    """A writer asks for the lock at once: one that has only read so far would be refused, not made to wait."""
    connection.exec_driver_sql("BEGIN" if connection.get_execution_options().get("reading") else "BEGIN IMMEDIATE")


def _prepare(engine: Engine) -> None:
    """Bring the tables up to date, alone."""
    with engine.execution_options(reading=True).begin() as connection:
        if _version(connection) == HEAD:
            return
    with _alone(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _MIGRATION_LOCK})
        if _version(connection) != HEAD:
            _migrate(connection, engine)


@contextlib.contextmanager
def _alone(engine: Engine) -> Iterator[None]:
    """SQLite changes its journal only while nobody else looks, and does not wait for that: of 1500 that did so at once, 16 were refused."""
    if engine.dialect.name != "sqlite":
        yield
        return
    file = Path(engine.url.database or "")
    with FileLock(file.with_name(f".{file.name}.lock"), timeout=_PATIENCE_S):
        connection = engine.raw_connection()
        try:
            connection.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        yield


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {VERSION_TABLE}")).scalar()


def _migrate(connection: Connection, engine: Engine) -> None:
    # Imported here because few runs need it: a store is changed once, and opened every time.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        what = f"was written by another version of tickproof: {error}"
        raise StoreError(_shown(engine.url), what, hint="use that one, or another store") from None


def _reason(error: SQLAlchemyError) -> str:
    """The database's own words, on one line."""
    words = str(getattr(error, "orig", None) or error).strip().splitlines()
    return words[0] if words else type(error).__name__
