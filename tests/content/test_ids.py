"""Ids resolve where they are unique, and never lead out of the workspace."""

from __future__ import annotations

import pytest

from builder.content import resolve, resolve_many
from builder.errors import Fault, Place

KNOWN = ["kanghan/shuiku", "kanghan/jieshui", "jianxun/jieshui", "fengong/2", "fengong/10", "fengong/sub/1", "top"]


def fault(name: str) -> Fault:
    found = resolve("item", name, KNOWN, Place("x.yaml", 3, 5))
    assert isinstance(found, Fault)
    assert (found.severity, found.place) == ("error", Place("x.yaml", 3, 5))
    assert found.hint
    return found


@pytest.mark.parametrize(
    ("name", "full"), [("kanghan/shuiku", "kanghan/shuiku"), ("shuiku", "kanghan/shuiku"), (" top ", "top")]
)
def test_a_full_id_or_a_unique_bare_name_is_found(name: str, full: str) -> None:
    assert resolve("item", name, KNOWN) == full


def test_an_ambiguous_name_lists_the_candidates() -> None:
    found = fault("jieshui")
    assert found.code == "id-ambiguous"
    assert "jianxun/jieshui、kanghan/jieshui" in found.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../../etc/passwd", "id-outside"), ("kanghan/../top", "id-outside"), ("/etc/passwd", "id-absolute"),
        ("C:/x", "id-absolute"), ("kanghan\\shuiku", "id-backslash"), ("CON", "id-device"), ("a/nul.md", "id-device"),
        ("com1", "id-device"), ("a//b", "id-outside"), ("", "id-outside"), ("a?b", "id-characters"),
        ("a.", "id-characters"),
    ],
)  # fmt: skip
def test_what_leads_out_or_cannot_be_a_file_is_refused_by_its_own_code(name: str, code: str) -> None:
    assert fault(name).code == code


def test_a_missing_entry_suggests_the_nearest_names() -> None:
    assert (fault("kanghan/shuikou").code, fault("kanghan/shuikou").hint) == (
        "id-missing",
        "是否指 kanghan/shuiku、kanghan/jieshui？",
    )
    assert "kanghan/shuiku" in fault("shuikuu").hint
    assert "不写后缀" in fault("kanghan/shuiku.md").hint


def test_a_pattern_stands_for_its_folder_in_natural_order() -> None:
    assert resolve_many("finding", ["fengong/*"], KNOWN) == (("fengong/2", "fengong/10"), [])
    assert resolve_many("finding", ["fengong/**"], KNOWN)[0] == ("fengong/2", "fengong/10", "fengong/sub/1")
    assert resolve_many("finding", ["10", "fengong/*"], KNOWN)[0] == ("fengong/10", "fengong/2")


def test_the_order_of_what_is_known_does_not_matter() -> None:
    assert resolve_many("finding", ["*", "fengong/*"], sorted(KNOWN)) == resolve_many(
        "finding", ["*", "fengong/*"], list(reversed(KNOWN))
    )


def test_a_name_given_twice_an_empty_pattern_and_an_escape_are_faults() -> None:
    names = ["fengong/2", "2", "fengon/*", "../*"]
    found, faults = resolve_many("finding", names, KNOWN, [Place("x", n) for n in range(1, 5)])
    assert found == ("fengong/2",)
    assert [(f.code, f.place.line) for f in faults] == [("id-twice", 2), ("id-missing", 3), ("id-outside", 4)]
    assert faults[1].hint == "是否指 fengong、fengong/sub？"
