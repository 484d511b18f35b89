"""Entries for the tests of search, by hand and by program."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from builder.records import IndexEntry

_VALUES: dict[str, Any] = {
    "publication": "gongzuo-xinxi",
    "name": "工作信息",
    "year": 2026,
    "day": "2026-06-08",
    "kind": "信息",
    "number": "第13期（总第345期）",
    "issue": "2026/13",
    "units": ("市水利局", "市农业农村局"),
    "page": 2,
}


def entry(no: int = 1, title: str = "关于5G基站", text: str = "建成5G基站1,234.5个。", **changed: object) -> IndexEntry:
    """An entry with something in every field."""
    return IndexEntry(**{**_VALUES, "no": no, "title": title, "text": text, **changed})


# Few characters, so that words, parts of words and near misses stand everywhere; every kind that an index may trip over.
ALPHABET = "督查整改5Gg年，,.·〇𠮷㐀\U00030000－-1 　“(‘\n\n"
_SHORT = st.text(ALPHABET.replace("\n", ""), max_size=4)
ISSUES = st.lists(
    st.lists(
        st.builds(
            entry,
            title=_SHORT,
            text=st.text(ALPHABET, max_size=14),
            publication=st.sampled_from(["gongzuo-xinxi", "ducha-tongbao"]),
            name=st.sampled_from(["工作信息", "督查通报"]),
            year=st.sampled_from([2024, 2025, 2026]),
            kind=st.sampled_from(["信息", "督查"]),
            units=st.lists(st.sampled_from(["市水利局", "督查室", "水利站"]), max_size=2, unique=True).map(tuple),
        ),
        min_size=1,
        max_size=4,
    ),
    min_size=1,
    max_size=4,
)
