"""Connections to the two databases, set so that what was committed stays, whatever the server or the system prefers."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from builder.errors import FileError, UsageError, why
from builder.register.address import Address

WAIT = 120  # s that a writer waits for the one before it: a publish takes a fraction of a second
# A network that falls silent is noticed within a minute at both ends; the server's frees the lock of a machine that is gone.
_ALIVE = {"keepalives_idle": 30, "keepalives_interval": 10, "keepalives_count": 3, "tcp_user_timeout": 60_000}
_SERVER = {"tcp_keepalives_idle": 30, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 3}


def sqlite(file: Path, read_only: bool) -> Engine:
    """SQLite with a log of its own (WAL), for one writer and many readers.

    Raises:
        FileError: the folder of the file cannot be made.
    """
    query = {"mode": "ro", "uri": "true"} if read_only else {}
    if read_only:
        # Without its log SQLite must believe that nobody writes, or it would want to make one beside the file.
        if not file.with_name(file.name + "-wal").exists() and not os.access(file.parent, os.W_OK):
            query["immutable"] = "1"
    else:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"建不了文件夹 {file.parent}（{why(error)}）。", "检查磁盘和权限。") from error
    # As a URI a path is quoted: # and % are characters of file names.
    name = file.absolute().as_uri() if read_only else str(file)
    engine = create_engine(URL.create("sqlite", database=name, query=query), connect_args={"timeout": WAIT})
    # FULL: a commit is on the disk when it returns, on macOS in spite of the disk's own cache. The rest distrusts a damaged file.
    settings = (
        "synchronous = FULL",
        "fullfsync = ON",
        "foreign_keys = ON",
        "trusted_schema = OFF",
        "cell_size_check = ON",
    )
    return _begun(engine, settings if read_only else ("journal_mode = WAL", *settings))


def plain(file: Path) -> Engine:
    """SQLite for a file that nobody else has open: no log beside it."""
    return _begun(create_engine(URL.create("sqlite", database=str(file))), ("synchronous = FULL", "fullfsync = ON"))


def postgresql(address: Address) -> Engine:
    """PostgreSQL; a turn waits ``WAIT`` for another one.

    Raises:
        UsageError: the address is none.
        FileError: its driver is not installed.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError as error:
        raise FileError("没有安装 PostgreSQL 的接口。", "pip install 'jianbao[postgres]'") from error
    # The user's own PGCLIENTENCODING (GBK on many a Windows) has not all characters.
    arguments: dict[str, Any] = {"connect_timeout": 15, "client_encoding": "utf8", **_ALIVE}
    try:
        url = make_url(address.url)
        engine = create_engine(url, isolation_level="READ COMMITTED", connect_args=arguments)
    except (ArgumentError, ValueError) as error:
        hint = "写成 postgresql://用户:口令@主机:端口/库名，端口是数字；口令里的 @ : / 写成 %40 %3A %2F。"
        raise UsageError(f"登记簿的地址不能用：{address.shown}。", hint) from error

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        wanted = {"lock_timeout": WAIT * 1000, **_SERVER}
        with connection.cursor() as cursor:
            for name, value in wanted.items():
                cursor.execute(f"SET {name} = {value}")
            # Who turned it off takes a commit for done that a loss of power undoes.
            cursor.execute(
                "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
            )
        connection.commit()

    return engine


def _begun(engine: Engine, settings: tuple[str, ...]) -> Engine:
    """SQLite as set; its BEGIN is ours: a turn takes the lock at once."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for setting in settings:
            connection.execute(f"PRAGMA {setting}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if connection.get_execution_options().get("turn") else "BEGIN")

    return engine
