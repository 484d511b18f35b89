"""YAML is read as text with places; what an office never types is refused by name."""

from __future__ import annotations

import pytest
import yaml

from builder.content import yaml_text
from builder.errors import Place
from tests.growth import assert_linear

VALUES = "编号: 00012\n否: no\n版本: 1.10\n时间: 12:30\n日: 2026-06-08\n空:\n波: ~\n真: true\n"


def parse(text: str) -> object:
    node, faults = yaml_text.parse(text, "x.yaml")
    assert faults == []
    assert node is not None
    return yaml_text.plain(node)


def refused(text: str) -> tuple[str, int, int, str]:
    _, faults = yaml_text.parse(text, "x.yaml")
    assert all(f.severity == "error" and f.message and f.hint for f in faults)
    first = faults[0]
    return first.code, first.place.line, first.place.column, first.message


def test_every_scalar_stays_what_was_typed() -> None:
    assert parse(VALUES) == {
        "编号": "00012", "否": "no", "版本": "1.10", "时间": "12:30", "日": "2026-06-08", "空": "", "波": "~", "真": "true",
    }  # fmt: skip


def test_places_count_characters_from_one_beyond_the_basic_plane_too() -> None:
    node, _ = yaml_text.parse("𠀀: 一\n列:\n  - {甲: 𠀀𠀀, 乙: 丙}\n", "x.yaml", first_line=5)
    assert isinstance(node, yaml_text.Mapping)
    assert node.pairs[0][1].place == Place("x.yaml", 5, 4)
    items = node.pairs[1][1]
    assert isinstance(items, yaml_text.Sequence)
    entry = items.items[0]
    assert isinstance(entry, yaml_text.Mapping)
    assert [(key.place.column, value.place.column) for key, value in entry.pairs] == [(6, 9), (13, 16)]


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("文: 甲", (1, 4)),
        ("文: '甲'", (1, 5)),
        ("文: |\n  甲\n", (2, 3)),
        ("文: |  # 注\n     甲\n     乙\n", (2, 6)),
        ("上:\n  文: |2\n      甲\n    乙\n", (3, 5)),
        ("文: >\n\n   甲\n", (2, 4)),
    ],
)
def test_the_start_of_a_text_is_where_its_first_character_stands(text: str, start: tuple[int, int]) -> None:
    node, _ = yaml_text.parse(text, "x.yaml")
    assert isinstance(node, yaml_text.Mapping)
    value = node.pairs[0][1]
    if isinstance(value, yaml_text.Mapping):
        value = value.pairs[0][1]
    assert isinstance(value, yaml_text.Scalar)
    assert value.start == start


BOMB = "甲: &a [x, x]\n乙: &b [*a, *a]\n丙: &c [*b, *b]\n丁: [*c, *c]\n"


@pytest.mark.parametrize(
    ("text", "code", "line", "column", "words"),
    [
        ("甲: &a 乙", "yaml-anchor", 1, 4, "锚点"),
        ("甲: *a", "yaml-alias", 1, 4, "别名"),
        (BOMB, "yaml-anchor", 1, 4, "锚点"),
        ("<<: 甲", "yaml-merge", 1, 1, "合并键"),
        ("甲: !!int 3", "yaml-tag", 1, 4, "类型标记"),
        ("甲: ! 3", "yaml-tag", 1, 4, "类型标记"),
        ("甲: !!python/object/apply:os.system [ls]", "yaml-tag", 1, 4, "类型标记"),
        ("甲: " + "!" * 3000, "yaml-tag", 1, 4, "类型标记"),
        ("甲: 1\n乙: 2\n甲: 3", "yaml-duplicate", 3, 1, "第1行和第3行"),
        ("甲: 1\n---\n乙: 2", "yaml-document", 2, 1, "第二份文档"),
        ("%TAG ! x\n---\n甲: 1", "yaml-directive", 1, 1, "%"),
        ("甲: " + "[" * 3000, "yaml-depth", 1, 23, "20 层"),
        ("[" * 3000 + "]" * 3000, "yaml-depth", 1, 21, "20 层"),
        ("- " * 3000, "yaml-depth", 1, 41, "20 层"),
        ("甲: {{ 7*7 }}", "yaml-key", 1, 5, "键只能是文字"),
        ("甲: 乙: 丙", "yaml-syntax", 1, 5, "半角冒号"),
        ("标题：甲\n供稿: 乙", "yaml-syntax", 1, 3, "全角冒号"),
        ("标题：甲", "yaml-syntax", 1, 3, "全角冒号"),
        ("标题:甲\n供稿: 乙", "yaml-syntax", 1, 3, "缺一个空格"),
        ("甲: @乙", "yaml-syntax", 1, 4, "不能以“@”开头"),
        ("甲: 1\n乙: 'x\n丙: 2\n", "yaml-syntax", 2, 4, "引号没有配对"),
        ("甲: [1, 2", "yaml-syntax", 1, 4, "方括号"),
        ("甲:\n\t乙: 1", "yaml-syntax", 2, 1, "制表符"),
        ('甲: "a" b', "yaml-syntax", 1, 8, "对不齐"),
        ("甲: \ud800", "text-surrogate", 1, 4, "代理字符"),
    ],
)
def test_what_is_refused_has_its_own_code_place_and_words(
    text: str, code: str, line: int, column: int, words: str
) -> None:
    found = refused(text)
    assert found[:3] == (code, line, column)
    assert words in found[3]


def test_all_refusals_of_a_file_come_at_once() -> None:
    codes = [fault.code for fault in yaml_text.parse("甲: &a 1\n乙: *a\n丙: !t 2\n甲: 3\n<<: 4", "x")[1]]
    assert codes == ["yaml-anchor", "yaml-alias", "yaml-tag", "yaml-duplicate", "yaml-merge"]


def test_characters_hidden_in_escapes_are_refused_too() -> None:
    assert refused('甲: "\\u202e"')[:3] == ("text-bidi", 1, 4)
    assert refused('甲: "\\0"')[:3] == ("text-control", 1, 4)


def test_a_text_above_the_limit_is_refused_unread() -> None:
    node, faults = yaml_text.parse("甲: " + "督" * 400_000, "x")
    assert (node, [f.code for f in faults]) == (None, ["text-too-long"])
    assert yaml_text.parse("甲: " + "督" * 400_000, "x", limit=20 << 20)[1] == []


def test_pure_python_parser_gives_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    expected = parse(VALUES), [refused(text)[:3] for text in (BOMB, "甲: @乙", "标题：甲\n供稿: 乙", "甲: " + "[" * 30)]
    monkeypatch.setattr(yaml_text, "_LOADER", yaml.SafeLoader)
    assert (
        parse(VALUES),
        [refused(t)[:3] for t in (BOMB, "甲: @乙", "标题：甲\n供稿: 乙", "甲: " + "[" * 30)],
    ) == expected


@pytest.mark.parametrize(
    "unit", ["[", "!", "! ", "{", "- ", "? ", "&a ", "*a ", "'", '"', ": ", "|", "\n", "a: [", "%", "\t"]
)
def test_hostile_yaml_is_answered_at_once(unit: str) -> None:
    assert_linear(lambda n: yaml_text.parse(unit * (n // len(unit)), "x"), 40_000)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("甲: 1\n标题：乙\n", (2, 3)), ("甲: 1\n标题：乙\n丙: 2\n", (2, 3)), ("甲: 1\n标题:乙\n丙: 2\n", (2, 3)),
        ("列:\n  - 说明：一\n  - @二\n", (3, 5)),
    ],
)  # fmt: skip
def test_a_wrong_colon_is_told_on_its_own_line_and_no_right_one_is_blamed(text: str, place: tuple[int, int]) -> None:
    assert refused(text)[:3] == ("yaml-syntax", *place)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲: 第1期 #特刊", [("yaml-comment", 1, 8)]),
        ("甲: 第1期  # 注释", []),
        ("甲: '第1期 #特刊'", []),
        ("甲: 一段\n  二段", [("yaml-fold", 1, 4)]),
        ("甲: >\n  一段\n  二段", [("yaml-fold", 1, 4)]),
        ("甲: |\n  一段 二段\n  三段", []),
        ("甲: 一段 二段\n乙: 1", []),
    ],
)
def test_what_yaml_drops_or_adds_is_a_warning(text: str, found: list[tuple[str, int, int]]) -> None:
    node, faults = yaml_text.parse(text, "x")
    assert node is not None
    assert [(f.code, f.place.line, f.place.column) for f in faults if f.severity == "warning"] == found


def test_an_empty_text_is_no_document_and_no_fault() -> None:
    assert yaml_text.parse("", "x") == (None, [])
    assert yaml_text.parse("# 只有注释\n", "x") == (None, [])
