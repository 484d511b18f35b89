"""What is put into the search tables comes out again as it was."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import IntegrityError

from builder.register import search
from tests.search.written import entry


def test_entries_come_back_in_the_order_of_publishing() -> None:
    first, second, third = entry(1), entry(2, "另一条", units=()), entry(1, "后一期", issue="2026/14")
    with create_engine("sqlite://").begin() as connection:
        search.create(connection)
        search.index(connection, 9, [third])
        search.index(connection, 3, [first, second])
        assert list(search.rows(connection)) == [(3, first), (3, second), (9, third)]


def test_making_the_tables_again_changes_nothing() -> None:
    with create_engine("sqlite://").begin() as connection:
        search.create(connection)
        search.index(connection, 3, [entry()])
        search.create(connection)
        assert len(list(search.rows(connection))) == 1


def test_an_issue_without_entries_adds_nothing() -> None:
    with create_engine("sqlite://").begin() as connection:
        search.create(connection)
        search.index(connection, 3, [])
        assert not list(search.rows(connection))


def test_the_newest_issue_has_the_highest_keys_and_its_first_entry_the_highest_of_them() -> None:
    keys = [search.entry_id(act, no) for act, no in ((7, 1), (7, 2), (7, 300), (6, 1))]
    assert keys == sorted(keys, reverse=True)


def test_an_entry_cannot_be_added_twice() -> None:
    with create_engine("sqlite://").begin() as connection:
        search.create(connection)
        search.index(connection, 3, [entry()])
        with pytest.raises(IntegrityError):
            search.index(connection, 3, [entry()])
        assert connection.execute(text("SELECT count(*) FROM entry")).scalar() == 1
