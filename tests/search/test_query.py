"""What readers type is understood, or refused with the place at which it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder.errors import UsageError
from builder.words.query import Query, Term, field_query, parse


def told(query: Query) -> tuple[list[list[str]], list[str]]:
    """Groups and what is not wanted, as ``field:text``."""

    def one(term: Term) -> str:
        text = f"{term.years[0]}-{term.years[1]}" if term.field == "year" else term.text
        return f"{term.field}:{text}" if term.field else text

    return [[one(t) for t in group] for group in query.groups], [one(t) for t in query.without]


@pytest.mark.parametrize(
    ("typed", "groups", "without"),
    [
        ("督查", [["督查"]], []),
        ("督查 整改", [["督查"], ["整改"]], []),
        ("　督查　　整改　", [["督查"], ["整改"]], []),
        ("督查 AND 整改", [["督查"], ["整改"]], []),
        ("５Ｇ基站", [["5g基站"]], []),
        ("“营商 环境”", [["营商 环境"]], []),
        ('"营商 环境" 优化', [["营商 环境"], ["优化"]], []),
        ("“两个确立”的决定性意义", [['"两个确立"的决定性意义']], []),  # pasted: the quotes are part of the text
        ("坚持“两个确立”", [['坚持"两个确立"']], []),
        ("督查 -通报", [["督查"]], ["通报"]),
        ("督查 －通报", [["督查"]], ["通报"]),
        ("督查 NOT 通报", [["督查"]], ["通报"]),
        ("督查 非:通报", [["督查"]], ["通报"]),
        ("督查 非：通报", [["督查"]], ["通报"]),
        ("督查 -“工作 通报”", [["督查"]], ["工作 通报"]),
        ("督查 --通报", [["督查"], ["--通报"]], []),  # two hyphens are characters
        ("督查 NOT -通报", [["督查"], ["通报"]], []),
        ("NOTE not or", [["note"], ["not"], ["or"]], []),
        ("A-1 12.5% 1,234", [["a-1"], ["12.5%"], ["1,234"]], []),
        ("督查|督办 整改", [["督查", "督办"], ["整改"]], []),
        ("督查 OR 督办 整改", [["督查", "督办"], ["整改"]], []),
        ("整改 督查 | 督办", [["整改"], ["督查", "督办"]], []),
        ("督查｜督办", [["督查", "督办"]], []),
        ("-督查|督办 整改", [["整改"]], ["督查", "督办"]),
        ("标题:防汛|抗旱", [["title:防汛", "title:抗旱"]], []),
        ("标题:防汛 | 抗旱", [["title:防汛", "抗旱"]], []),
        ("标题： 防汛", [["title:防汛"]], []),
        ("刊物:工作信息 年:2026", [["publication:工作信息"], ["year:2026-2026"]], []),
        ("种类:督查 单位:市水利局", [["kind:督查"], ["units:市水利局"]], []),
        ("年:2024-2026", [["year:2024-2026"]], []),
        ("年:2024年至2026年", [["year:2024-2026"]], []),
        ("年:2024–2026", [["year:2024-2026"]], []),
        ("年:2024|2026", [["year:2024-2024", "year:2026-2026"]], []),
        ("整改 -年:2024|2025", [["整改"]], ["year:2024-2024", "year:2025-2025"]),
        ("责任单位：市水利局", [["责任单位:市水利局"]], []),  # no field of ours: it stands so in the text
        ("“单位：市水利局”", [["单位:市水利局"]], []),
        ("标题:“营商 环境”", [["title:营商 环境"]], []),
        ("𠮷林", [["𠮷林"]], []),
        ("，", [["，".translate({0xFF0C: ","})]], []),
    ],
)  # fmt: skip
def test_queries_are_understood(typed: str, groups: list[list[str]], without: list[str]) -> None:
    assert told(parse(typed)) == (groups, without)


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "没有写要找的词"),
        ("　 ", "没有写要找的词"),
        ("-通报", "只有不要的词"),
        ("督查 “整改", "第4字：引号没有配对"),
        ("督查 “”", "第4字：引号里没有字"),
        ("督查 “　”", "第4字：引号里没有字"),
        ("标题:", "第4字：“标题:”后面没有写词"),
        ("督查 单位:", "第7字：“单位:”后面没有写词"),
        ("单位:|水利", "第4字：“单位:”后面没有写词"),
        ("年:26", "第3字：“26”不是年份"),
        ("督查 年:去年", "第6字：“去年”不是年份"),
        ("年:2026-2024", "第3字：“2026-2024”不是年份"),
        ("年:1026", "第3字：“1026”不是年份"),
        ("种类:通报", "第4字：没有种类“通报”"),
        ("OR 督查", "第1字：“OR”和“|”要写在两个词中间"),
        ("|督查", "第1字：“OR”和“|”要写在两个词中间"),
        ("督查 OR", "第6字：这里缺一个词"),
        ("督查|", "第4字：这里缺一个词"),
        ("督查|-督办", "第4字：“或”的各项里不能有不要的词"),
        ("督查 OR NOT 督办", "第7字：“或”的各项里不能有不要的词"),
        ("督查 NOT", "第7字：这里缺一个词"),
        ("督查 非:", "第6字：这里缺一个词"),
        ("字" * 1001, "太长"),
        ("字 " * 51, "太多"),
    ],
)
def test_what_cannot_be_understood_is_refused_at_its_column(typed: str, message: str) -> None:
    with pytest.raises(UsageError) as refused:
        parse(typed)
    assert message in refused.value.message
    assert refused.value.hint


@given(st.text('督查 -|:"“”年标题非NOTRAD26　\n', max_size=25))
def test_any_text_is_a_query_or_a_refusal(typed: str) -> None:
    try:
        query = parse(typed)
    except UsageError as refused:
        assert refused.message  # noqa: PT017
    else:
        terms = [term for group in query.groups for term in group] + list(query.without)
        assert query.groups
        assert all(term.text.strip() and "\n" not in term.text for term in terms)
        assert all(1 <= term.column <= len(typed) for term in terms)


def test_fields_of_the_command_line_are_the_same_fields() -> None:
    assert told(field_query("年", "2024-2026")) == ([["year:2024-2026"]], [])
    assert told(field_query("单位", "市水利局 市应急局")) == ([["units:市水利局 市应急局"]], [])
    with pytest.raises(UsageError, match="没有种类"):
        field_query("种类", "简报")
