"""The bench of search makes what it says, and what it measures is the right answer."""

from __future__ import annotations

from sqlalchemy import create_engine

from builder.register import schema, search
from builder.words.query import parse
from tests.bench import search as bench


def test_the_bench_asks_for_what_is_there_and_gets_it() -> None:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        schema.migrate(connection)
        bench.fill(connection, bench.made(400))
        kept = [entry for _, entry in search.rows(connection)]
    assert kept == list(bench.made(400))
    for typed in (typed for queries in bench.QUERIES.values() for typed in queries):
        [(_, count)] = bench.measured(engine, [typed], rounds=1).values()
        assert count == sum(parse(typed).matches(entry) for entry in kept)
    engine.dispose()
