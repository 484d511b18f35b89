"""The search tables on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Connection, create_engine, event

from builder.register import schema


@pytest.fixture(scope="package", params=["sqlite", "postgresql"])
def connection(request: pytest.FixtureRequest) -> Iterator[Connection]:
    """A connection to a register's tables, empty."""
    url = "sqlite://"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.url(server.database()).replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    if request.param == "sqlite":
        event.listen(engine, "connect", _by_hand)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.connect() as connected:
        with connected.begin():
            schema.migrate(connected)
        yield connected
    engine.dispose()


def _by_hand(connection: Any, _: Any) -> None:
    """BEGIN is ours: the driver's own would not undo everything."""
    connection.isolation_level = None


@pytest.fixture
def filled(connection: Connection) -> Iterator[Connection]:
    """The same, within a transaction that leaves nothing behind."""
    transaction = connection.begin()
    yield connection
    transaction.rollback()
