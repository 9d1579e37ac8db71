# SPDX-License-Identifier: Apache-2.0
"""A PostgreSQL server of the tests' own: started on a folder of its own, reached by a socket there, gone afterwards."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

_NUMBERS = itertools.count()
_AS_NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--inh-caps=+dac_override", "--ambient-caps=+dac_override")
"""With the right to write root's files, because on some machines /dev/null is one."""


def _program(name: str) -> str | None:
    """Debian keeps servers off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return shutil.which(name) or (str(found[-1]) if found else None)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """URL of a server, without a database."""
    pg_ctl, initdb = _program("pg_ctl"), _program("initdb")
    if pg_ctl is None or initdb is None:
        pytest.skip("no PostgreSQL server here (Debian: postgresql)")
    folder = Path(tempfile.mkdtemp(prefix="tickproof-pg-"))  # short: a socket's path is at most 107 bytes
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:  # the server refuses to be root
        shutil.chown(folder, "nobody")
        prefix = _AS_NOBODY
    settings = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=40"

    def call(*command: str) -> None:
        subprocess.run([*prefix, *command], cwd=folder, check=True, stdout=subprocess.DEVNULL, timeout=60)

    try:
        call(initdb, "-D", f"{folder}/data", "-U", "tester", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync")
        call(pg_ctl, "-D", f"{folder}/data", "-l", f"{folder}/log", "-w", "-o", settings, "start")
        yield f"postgresql://tester@/DATABASE?host={folder}"
        call(pg_ctl, "-D", f"{folder}/data", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgresql(server: str) -> str:
    """URL of an empty database."""
    name = f"tickproof_{next(_NUMBERS)}"
    with psycopg.connect(server.replace("DATABASE", "postgres"), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("DATABASE", name)


@pytest.fixture
def sqlite(tmp_path: Path) -> str:
    """A file that is not there yet."""
    return str(tmp_path / "history.sqlite")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest) -> str:
    """An empty store, once of each kind."""
    return str(request.getfixturevalue(request.param))
