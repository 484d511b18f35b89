"""Search over the published and the drafted, as a reader asks for it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from builder.cli.main import cli
from builder.errors import InvalidContent, UsageError
from builder.words.query import parse
from builder.workflow import afterwards, searching
from builder.workflow.searching import Results, in_brackets
from tests.office import SIGNER, SmallOffice
from tests.search.test_seen import BRIEF, ITEM, OTHER

Look = Callable[..., Results]


def found(results: Results) -> list[tuple[str, str, str]]:
    return [(one.state, one.entry.label if one.entry.name else "", in_brackets(one.title)) for one in results.shown]


@pytest.fixture
def filled(small_office: SmallOffice) -> SmallOffice:
    """Two published issues, the second void; an issue that is a draft with its item; an item in no issue."""
    small_office.published("2026/i1", title="松陂青峪抗旱保苗", text=ITEM, publication="gongzuo-xinxi")
    small_office.published("2026/i2", title="专场招聘会", text=BRIEF, publication="gongzuo-xinxi")
    with small_office.desk() as desk:
        office = small_office.opened().library.office.value
        afterwards.void(desk, small_office.place, office, "2026/i2", SIGNER, "数字有误")
    head = "---\n标题: {}\n供稿单位: 市水利局\n报送时间: 2025-12-30\n---\n{}\n"
    small_office.write("content/items/管网.md", head.format("供水管网改造开工", OTHER))
    small_office.write("content/items/机井.md", head.format("抢修机井", "- 全县抢修机井三百眼。"))
    small_office.write("content/issues/2026/i3.yaml", "刊物: ducha-kuaixun\n日期: 2026-06-20\n条目:\n  - 信息: 管网\n")
    return small_office


@pytest.fixture
def look(filled: SmallOffice) -> Look:
    return lambda typed, **options: searching.search(filled.place, parse(typed), **options)


def test_published_and_drafts_are_found_and_told_apart(look: Look) -> None:
    assert found(look("抗旱|招聘|管网|机井")) == [
        ("草稿", "《督查快讯》第1期（拟）", "供水【管网】改造开工"),
        ("草稿", "", "抢修【机井】"),
        ("已作废", "《工作信息》第2期（总第2期）", "专场【招聘】会"),
        ("已刊", "《工作信息》第1期（总第1期）", "松陂青峪【抗旱】保苗"),
    ]


def test_a_result_shows_where_it_is_and_what_stands_there(look: Look) -> None:
    [one] = look("招聘会12场").shown
    assert (one.entry.page, one.entry.units, one.at) == (1, ("市水利局",), "gongzuo-xinxi/2026/2")
    assert in_brackets(one.extract).startswith("市人社局5月举办专场【招聘会12场】，提供岗位")
    [draft] = look("机井三百").shown
    assert (draft.at, draft.entry.year, draft.entry.day) == ("content/items/机井.md", 2025, "2025-12-30")
    assert in_brackets(draft.extract) == "——全县抢修【机井三百】眼。"


def test_one_of_the_two_can_be_asked_for_alone(look: Look) -> None:
    both, old, new = look("机井"), look("机井", drafts=False), look("机井", published=False)
    assert (both.published, both.drafts) == (1, 1)
    assert [len(some.shown) for some in (both, old, new)] == [2, 1, 1]
    assert (old.published, old.drafts, new.published, new.drafts) == (1, 0, 0, 1)


def test_pages_of_results_go_on_from_the_drafts_to_the_published(look: Look) -> None:
    typed = "抗旱|招聘|管网|机井"
    whole = found(look(typed))
    assert [found(look(typed, limit=1, offset=n))[0] for n in range(4)] == whole
    assert found(look(typed, limit=3, offset=1)) == whole[1:]
    assert found(look(typed, limit=3, offset=4)) == []
    assert look(typed, limit=1, offset=9).published == 2


def test_a_unit_is_found_by_either_of_its_names(look: Look) -> None:
    for name in ("市水利局", "临澜市水利局", "水利"):
        assert look(f"单位:{name}").published == 2
        assert look(f"单位:{name}").drafts == 1  # 《督查快讯》 prints no signatures
    assert look("机井 -单位:临澜市水利局").shown == ()


def test_fields_hold_for_drafts_as_for_the_published(look: Look) -> None:
    assert found(look("年:2025")) == [("草稿", "", "抢修机井")]
    assert [state for state, _, _ in found(look("种类:督查"))] == ["草稿"]
    assert [state for state, _, _ in found(look("刊物:gongzuo-xinxi"))] == ["已作废", "已刊"]


def test_an_issue_with_errors_is_found_by_its_items(filled: SmallOffice, look: Look) -> None:
    filled.write("content/issues/2026/i3.yaml", "刊物: 没有\n日期: 2026-06-20\n条目:\n  - 信息: 管网\n")
    assert found(look("管网")) == [("草稿", "", "供水【管网】改造开工")]


def test_without_a_register_drafts_are_searched(small_office: SmallOffice) -> None:
    small_office.issue("2026/i1", text=ITEM)
    results = searching.search(small_office.place, parse("机井"))
    assert (results.register, results.published, results.drafts) == (False, 0, 1)


def test_the_published_are_searched_without_reading_the_drafts(filled: SmallOffice, look: Look) -> None:
    filled.write("content/items/坏.md", "没有开头\n")
    for file in (filled.root / "templates").glob("*/publication.yaml"):
        file.unlink()
    assert look("机井", drafts=False).published == 1
    with pytest.raises(InvalidContent):
        look("机井")


def test_the_command_lists_marks_and_counts(filled: SmallOffice) -> None:
    run = CliRunner().invoke(cli, ["-C", str(filled.root), "search", "机井", "-三百"], standalone_mode=False)
    assert run.exit_code == 0
    where, title, extract, at, count = run.output.splitlines()
    assert where == "《工作信息》第1期（总第1期）  2026-06-08  第1页  市水利局"
    assert (title, at, count) == ("    松陂青峪抗旱保苗", "    gongzuo-xinxi/2026/1", "共 1 条（1 条已刊）。")
    assert extract.startswith("    …件分类施策：有渠系的轮灌保苗，有【机井】的抢修机泵")
    assert extract.count("【机井】") == 2


def test_the_command_gives_json_by_fields_and_pages(filled: SmallOffice) -> None:
    arguments = ["search", "--单位", "市水利局", "--年", "2026", "--条数", "1", "--从", "2", "--json"]
    run = CliRunner().invoke(cli, ["-C", str(filled.root), *arguments], standalone_mode=False)
    told = json.loads(run.output)
    assert (told["count"], told["published"], told["drafts"]) == (2, 2, 0)
    assert [(hit["state"], hit["title"], hit["page"]) for hit in told["hits"]] == [("已刊", "松陂青峪抗旱保苗", 1)]


@pytest.mark.parametrize("arguments", [["--没有", "词"], [], ["-词"], ["年:26"], ["--种类", "简报"]])
def test_the_command_refuses_what_it_cannot_understand(filled: SmallOffice, arguments: list[str]) -> None:
    run = CliRunner().invoke(cli, ["-C", str(filled.root), "search", *arguments], standalone_mode=False)
    assert isinstance(run.exception, UsageError)
    assert run.exception.hint
