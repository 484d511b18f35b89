"""Search finds what a scan of all texts finds, on both databases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, text

from builder.errors import FileError
from builder.records import IndexEntry
from builder.register import schema, search
from builder.register.looking import Found, find
from builder.words.grams import folded
from builder.words.query import Query, Term, parse
from tests.search.written import ALPHABET, ISSUES, entry


def search_for(connection: Connection, typed: str, limit: int = 100, offset: int = 0) -> Found:
    return find(connection, parse(typed), limit, offset)


def titles(found: Found) -> list[str]:
    return [hit.entry.title for hit in found.hits]


# ---------------------------------------------------------------- the oracle


def stands(term: Term, one: IndexEntry) -> bool:
    """Whether a term stands in an entry, by looking at every line of it."""
    lines = {
        "": [one.title, *one.text.split("\n")],
        "title": [one.title],
        "units": list(one.units),
        "publication": [one.name, one.publication],
    }
    if term.field == "year":
        return one.year in range(term.years[0], term.years[1] + 1)
    if term.field == "kind":
        return one.kind == term.text
    return any(term.text in folded(line) for line in lines[term.field])


def scanned(issues: Sequence[Sequence[IndexEntry]], query: Query) -> list[tuple[int, IndexEntry]]:
    """What a query asks for, by looking at every entry: the newest issue first."""
    return [
        (act, one)
        for act in range(len(issues), 0, -1)
        for one in issues[act - 1]
        if all(any(stands(term, one) for term in group) for group in query.groups)
        and not any(stands(term, one) for term in query.without)
    ]


_WORD = st.text(ALPHABET.replace("\n", "").replace("　", "").replace(" ", "").replace("“", ""), min_size=1, max_size=5)
_QUERY = st.lists(
    st.one_of(
        _WORD,
        _WORD.map("-{}".format),
        _WORD.map("标题:{}".format),
        st.sampled_from(
            [
                *("年:2025", "年:2024-2025", "种类:督查", "-种类:督查", "单位:水利", "单位:督查室", "刊物:通报"),
                *("刊物:ducha", "督查|整改", "5G", "“督 查”", "“查，”", "-年:2026", "单位:水|督", "督", "G"),
            ]
        ),
        st.tuples(_WORD, _WORD).map(" OR ".join),
    ),
    min_size=1,
    max_size=4,
).map(" ".join)


def understood(typed: str) -> Query | None:
    try:
        return parse(typed)
    except Exception:
        return None


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(issues=ISSUES, query=_QUERY.map(understood).filter(bool), limit=st.integers(1, 20), offset=st.integers(0, 3))
def test_search_finds_what_a_scan_finds(
    connection: Connection, issues: list[list[IndexEntry]], query: Query, limit: int, offset: int
) -> None:
    numbered = [[replace(one, no=no) for no, one in enumerate(issue, 1)] for issue in issues]
    with connection.begin() as transaction:
        for act, issue in enumerate(numbered, 1):
            search.index(connection, act, issue)
        found = find(connection, query, limit, offset)
        expected = scanned(numbered, query)
        assert found.count == len(expected)
        assert [(hit.act, hit.entry) for hit in found.hits] == expected[offset : offset + limit]
        assert [query.matches(one) for issue in numbered for one in issue].count(True) == len(expected)
        transaction.rollback()


# ---------------------------------------------------------------- by hand


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("站", True),
        ("基站", True),
        ("5G基站", True),
        ("5g", True),
        ("G基", True),
        ("2026年", True),
        ("026年建", True),  # parts of figures are found, too
        ("1,234.5个", True),
        ("234.5", True),
        ("1，234", True),  # a full-width comma
        ("买买提•艾力", True),
        ("艾力", True),
        ("二〇二六年", True),
        ("𠮷林乡", True),
        ("\U00030000", True),
        ("两个确立", True),
        ("坚持“两个确立”", True),
        ('持"两', True),
        ("个。全市", False),  # it begins in the next paragraph
        ("全市深入", True),
        ("深入贯彻", False),
        ("“深入 贯彻”", True),
        ("深入 贯彻", True),
        ("落實", True),
        ("落实", False),  # 简体 and 繁體 are two
        ("标题词", True),
        ("标题词全市", False),  # a title is a line of its own
    ],
)
def test_what_is_typed_is_found_where_it_stands(filled: Connection, typed: str, found: bool) -> None:
    text = "到２０２６年建成5G基站1,234.5个。\n全市深入 贯彻，坚持“两个确立”，落實。\n买买提·艾力，二〇二六年，𠮷林乡\U00030000"
    search.index(filled, 1, [entry(1, "标题词", text), entry(2, "别的", "没有关系。")])
    assert titles(search_for(filled, typed)) == (["标题词"] if found else [])


def test_results_are_counted_and_given_out_page_by_page(filled: Connection) -> None:
    for act in range(1, 6):
        search.index(filled, act, [entry(no, f"题{act}之{no}", "同一个词") for no in (1, 2)])
    assert search_for(filled, "同一个词", limit=3).count == 10
    pages = [titles(search_for(filled, "同一个词", limit=4, offset=offset)) for offset in (0, 4, 8, 12)]
    assert pages[0] == ["题5之1", "题5之2", "题4之1", "题4之2"]
    assert pages[2:] == [["题1之1", "题1之2"], []]


def act(connection: Connection, seq: int, kind: str, target: int = 0) -> None:
    row = {"seq": seq, "hash": f"h{seq}", "kind": kind, "publication": "p", "year": 2026, "issue": "i"}
    names = {"key": f"k{seq}", "folder": f"f{seq}", "record": "r"}
    connection.execute(schema.act.insert().values(**row, target=target, **names))


def test_what_was_voided_or_called_back_is_found_and_marked(filled: Connection) -> None:
    for seq, kind, target, title in ((1, "publish", 0, "甲"), (2, "publish", 0, "乙"), (4, "reprint", 2, "乙改")):
        search.index(filled, seq, [entry(1, title)])
        act(filled, seq, kind, target)
    act(filled, 3, "void", 1)
    act(filled, 5, "more", 2)
    marks = [(hit.entry.title, hit.voided, hit.recalled) for hit in search_for(filled, "基站").hits]
    assert marks == [("乙改", False, False), ("乙", False, True), ("甲", True, False)]
    act(filled, 6, "void", 2)  # of the issue, so of both its printings
    assert [hit.voided for hit in search_for(filled, "基站").hits] == [True, True, True]


def test_a_text_too_long_for_a_text_vector_is_found(filled: Connection) -> None:
    """PostgreSQL's own index of texts takes no more than 1 MB and 16,383 positions."""
    many = "".join(chr(0x4E00 + n * 7 % 20000) + chr(0x4E00 + n * 13 % 20000) for n in range(150_000))
    search.index(filled, 1, [entry(1, "长文", many + "末尾的话")])
    assert titles(search_for(filled, "末尾的话")) == ["长文"]
    assert titles(search_for(filled, many[200_000:200_007])) == ["长文"]


def test_an_index_that_is_not_that_of_the_entries_is_no_answer(filled: Connection) -> None:
    search.index(filled, 1, [entry(1, "甲", "督查整改")])
    filled.execute(search.ENTRY.update().values(text="另一段话"))
    with pytest.raises(FileError, match="已损坏"):
        search_for(filled, "督查整改")
    filled.execute(text("DELETE FROM entry"))
    with pytest.raises(FileError, match="已损坏"):
        search_for(filled, "督查整改")
