"""Opening a workspace for a batch gives what opening it whole gives: numbers, faults, and what each issue stands on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import fonts
from builder.batch import index, opening, performing
from builder.batch.here import Here
from builder.batch.opening import SlimOpened
from builder.batch.slots import Slots
from builder.content import Known, resolve_many
from builder.errors import InvalidContent
from builder.render.printing import ORDINARY
from builder.settings import Limits, Workspace
from builder.workflow import opening as whole_opening
from builder.workflow import planning
from tests.batch.indexed import ITEM, ROOT, Direct, made, small, write


def agree(place: Workspace, opened: SlimOpened) -> int:
    """Slim and whole opening say the same of all and of each issue; how many faults were compared."""
    whole = whole_opening.open_workspace(place)
    assert opened.faults == whole.faults
    assert opened.opened.numbers == whole.numbers
    assert opened.ids == tuple(sorted(whole_opening.issue_ids(whole.library)))
    fontset = fonts.find(place.root)
    compared = len(whole.faults)
    for name in opened.ids:
        case = opened.case(name)
        composition = planning.compose_issue(whole, name, fontset)
        issue = whole.library.issues.get(name)
        assert case.broken == (issue is None)
        assert case.numbering == whole.numbers.get(name)
        expected = [f for f in whole.faults if f.place.file in composition.files]
        assert set(expected) <= set(case.faults)
        compared += len(expected)
        if composition.edition is not None:
            assert {f"content/items/{i}.md" for i in case.items} <= composition.files
            digests = {path: sha for s in composition.edition.sources for path, sha in s.digests.items()}
            pictures = {photo.digest for s in composition.edition.sources for photo in s.photos.values()}
            assert digests.items() <= case.files.items()
            assert set(case.files.values()) == {*digests.values(), *pictures}
            assert set(case.faults) == set(expected)
            assert case.complete
    return compared


def opened_twice(place: Workspace) -> int:
    """Open anew and from the index; compare both with the whole."""
    with index.opened(place) as journal:
        first = opening.open_slim(place, Direct, journal)
        agree(place, first)
    with index.opened(place) as journal:
        return agree(place, opening.open_slim(place, Direct, journal))


def test_the_repository_s_own_workspace_opens_alike(tmp_path: Path) -> None:
    for name in ("templates", "content"):
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / ".fonts").symlink_to(ROOT / ".fonts")
    opened_twice(Workspace(tmp_path))


def test_a_workspace_with_every_kind_of_fault_opens_alike(tmp_path: Path) -> None:
    place = faulty(tmp_path)
    assert opened_twice(place) > 12
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        told = {fault.code for fault in opened.faults}
        assert {
            "day-year",
            "day-assumed",
            "item-in-two",
            "item-unready",
            "refusal-reason",
            "number-twice",
            "file-suffix",
        } <= told
        assert {"file-litter", "table-file", "picture-missing", "key-missing"} <= told


def faulty(folder: Path) -> Workspace:
    """Days without a year of one and of several years, broken files, tables and pictures beside, items used twice, clashes."""
    items = {
        "a/一": ITEM.format(title="一", more="报送时间: 6月8日\n接收时间: 6月5日 16:20\n", body="全市情况。"),
        "a/二": ITEM.format(title="二", more="报送时间: 2月29日\n", body="全市情况。"),
        "a/三": ITEM.format(title="三", more="编辑状态: 不用\n", body="全市情况。"),
        "b/三": ITEM.format(
            title="三", more="编辑状态: 待编\n核实:\n  - {谁: 市水务局, 时间: 6月6日}\n", body="全市情况。"
        ),
        "b/四": ITEM.format(title="四", more="", body="见下表。\n\n表: 附表.csv"),
        "b/五": ITEM.format(title="五", more="", body="见下表。\n\n表: 坏表.csv"),
        "b/六": ITEM.format(title="六", more="", body="见图。\n\n![图](没有.png)"),
        "b/七": "---\n题目: 错\n---\n情况。\n",
        "b/八": ITEM.format(title="八", more="编辑状态: 不用\n不用理由: 已过时\n", body="全市情况。"),
    }
    findings = {
        "督/01": "编号: 一\n事项: 修渠\n交办日: 3月1日\n",
        "督/02": "编号: 二\n事项: 修路\n反馈:\n  - {日期: 4月1日, 进展: 开工}\n",
        "督/03": "编号: [\n",
    }
    head = "刊物: gongzuo-xinxi\n日期: 2026-06-{day:02}\n{more}条目:\n{entries}"
    issues = {
        "2026/一": head.format(day=8, more="期号: 3\n", entries="  - 信息: 一\n  - 信息: 八\n  - 信息: a/三\n"),
        "2026/二": head.format(
            day=9, more="期号: 3\n总期: 9\n", entries="  - 信息: 一\n  - 信息: b/三\n  - 信息: 四\n"
        ),
        "2026/三": head.format(
            day=10, more="系列: 增刊\n总期: 4\n", entries="  - 信息: 五\n  - 信息: 六\n  - 信息: 七\n"
        ),
        "2026/四": head.format(day=11, more="", entries="  - 督查: {范围: 督/*}\n  - 信息: 三\n  - 信息: 没有\n"),
        "2026/五": head.format(
            day=12, more="", entries="  - 信息: 二\n  - 督查: {范围: [督/01, 02], 形式: 文}\n  - 正文: 短文。\n"
        ),
        "2025/六": "刊物: gongzuo-xinxi\n日期: 2025-06-08\n条目:\n  - 信息: a/一\n",
        "2025/七": "刊物: 没有\n日期: 2025-06-08\n条目:\n  - 信息: b/四\n",
        "2025/八": "刊物: gongzuo-xinxi\n日期: 昨天\n",
    }
    place = made(folder, items, issues, findings)
    write(folder / "content/items/b/附表.csv", "单位,件\n甲, 1 \n")
    write(folder / "content/items/b/坏表.csv", "单位,件\n甲,1,2\n")
    write(folder / "content/items/b/旧稿.md.bak", "")
    write(folder / "content/items/b/改名.md.txt", "")
    return place


NAMES = st.sampled_from(["a/一", "一", "b/一", "二", "a/二", " 二 ", "b/三", "三", "没有", "../x", "督/01", ""])
STATE = st.sampled_from(["", "编辑状态: 不用\n", "编辑状态: 待编\n", "编辑状态: 拟用\n"])
DAY = st.sampled_from(["", "报送时间: 6月8日\n", "报送时间: 2月29日\n", "报送时间: 2026-06-01\n", "报送时间: 昨天\n"])
BODY = st.sampled_from(["全市情况。", "", "见图。\n\n![图](图.png)", "见下表。\n\n表: 表.csv"])
LISTED = st.lists(st.sampled_from(["督/*", "01", "督/02", "*", "督/**", "无/*"]), min_size=1, max_size=2)


@st.composite
def workspaces(draw: st.DrawFn) -> tuple[dict[str, str], dict[str, str], dict[str, str]]:
    ids = draw(st.lists(st.sampled_from(["a/一", "b/一", "a/二", "b/三", "三"]), unique=True))
    items = {name: ITEM.format(title=name, more=draw(STATE) + draw(DAY), body=draw(BODY)) for name in ids}
    findings = {
        name: f"编号: {name}\n事项: 修渠\n交办日: {draw(st.sampled_from(['3月1日', '2026-03-01', 'x']))}\n"
        for name in draw(st.lists(st.sampled_from(["督/01", "督/02", "督/x/03"]), unique=True))
    }
    issues = {}
    for name in draw(st.lists(st.sampled_from(["2026/1", "2026/2", "2025/3", "4"]), unique=True, max_size=4)):
        used = [f"  - 信息: {typed}\n" for typed in draw(st.lists(NAMES, max_size=3))]
        used += [f"  - 督查: {{范围: [{', '.join(s)}]}}\n" for s in draw(st.lists(LISTED, max_size=1))]
        number = draw(st.sampled_from(["", "期号: 2\n", "总期: 5\n", "系列: 增刊\n"]))
        day = draw(st.sampled_from(["2026-06-08", "2025-01-01", "2026-06-09", "6月8日"]))
        publication = draw(st.sampled_from(["gongzuo-xinxi", "ducha-tongbao", "没有"]))
        issues[name] = f"刊物: {publication}\n日期: {day}\n{number}条目:\n{''.join(used)}"
    return items, issues, findings


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(workspaces())
def test_generated_workspaces_open_alike(
    tmp_path_factory: pytest.TempPathFactory, given_: tuple[dict[str, str], ...]
) -> None:
    place = made(tmp_path_factory.mktemp("w") / "w", given_[0], given_[1], given_[2])
    write(place.content / "items/a/表.csv", "单位,件\n甲,1\n")
    opened_twice(place)


@given(st.lists(st.sampled_from(["a", "b/a", "a/b", "a/b/c", "b", "c/a", "a-", "a0", "a/b0"]), unique=True), st.data())
def test_among_the_ids_that_concern_a_name_it_stands_for_the_same(ids: list[str], data: st.DataObject) -> None:
    typed = data.draw(
        st.lists(
            st.sampled_from(["a", "b", " a ", "a/*", "*", "a/**", "c", "a/b", "b/*", "a*", "../a", "/a"]), max_size=4
        )
    )
    found, faults = resolve_many("finding", typed, frozenset(ids))
    again, told = resolve_many("finding", typed, Known(ids).concerning(typed))
    assert again == found
    assert [fault.code for fault in told] == [fault.code for fault in faults]


def test_an_office_file_that_cannot_be_used_is_refused_as_ever(tmp_path: Path) -> None:
    place = small(tmp_path / "w")
    write(place.content / "office.yaml", "名称:\n")
    write(place.content / "items/0/条1.md", "---\n题目: 错\n---\n情况。\n")
    with pytest.raises(InvalidContent) as expected:
        whole_opening.open_workspace(place)
    for _ in range(2):
        with index.opened(place) as journal, pytest.raises(InvalidContent) as refused:
            opening.open_slim(place, Direct, journal)
        assert refused.value.faults == expected.value.faults


def test_without_any_publication_it_is_refused_as_ever(tmp_path: Path) -> None:
    place = small(tmp_path / "w")
    with index.opened(place) as journal:
        opening.open_slim(place, Direct, journal)
    shutil.rmtree(place.templates)
    place.templates.mkdir()
    with pytest.raises(InvalidContent) as expected:
        whole_opening.open_workspace(place)
    with index.opened(place) as journal, pytest.raises(InvalidContent) as refused:
        opening.open_slim(place, Direct, journal)
    assert refused.value.faults == expected.value.faults


@pytest.mark.parametrize("crew", ["here", "slots"])
def test_real_crews_read_what_is_read_here(tmp_path: Path, crew: str) -> None:
    place = small(tmp_path / "w", 30)
    with index.opened(place) as journal, Slots(2) if crew == "slots" else Here() as workers:
        opened = opening.open_slim(place, lambda: workers, journal)
        agree(place, opened)


def test_a_file_that_kills_its_reader_is_an_error_of_that_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = small(tmp_path / "w", 30)
    monkeypatch.setenv("JIANBAO_FAILPOINT", "batch-read:content/items/7/条1.md=exit")
    with index.opened(place) as journal, Slots(2) as workers:
        opened = opening.open_slim(place, lambda: workers, journal)
        errors = [fault for fault in opened.faults if fault.severity == "error"]
        assert [(fault.code, fault.place.file) for fault in errors] == [("file-fatal", "content/items/7/条1.md")]
        assert not opened.case("2026/期7").complete
        assert opened.case("2026/期8").complete
    monkeypatch.delenv("JIANBAO_FAILPOINT")
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        assert not [fault for fault in opened.faults if fault.severity == "error"]


def test_a_scene_and_a_job_say_what_a_worker_needs(tmp_path: Path) -> None:
    place = small(tmp_path / "w")
    with index.opened(place) as journal, Here() as crew:
        opened = opening.open_slim(place, Direct, journal)
        near = crew.share(opened.scene(("pdf",), ORDINARY, Limits()))
        job = opened.job("2026/期1", near)
        made = performing.render(job)
        assert made.built is not None
        assert dict(made.digests) == dict(opened.case("2026/期1").files) | {
            path: sha for path, sha in made.digests.items() if path == "content/office.yaml"
        }
        far = crew.share(opened.scene(("pdf",), ORDINARY, Limits(), far=opened.ids))
        assert performing.render(opened.job("2026/期1", far, far=True)).files == made.files


def test_a_job_for_elsewhere_bears_files_by_composed_names_and_lacks_those_that_have_gone(tmp_path: Path) -> None:
    place = small(tmp_path / "w")
    decomposed = place.content / "items/e\u0301tude.md"
    write(decomposed, (place.content / "items/共用.md").read_text("utf-8"))
    issue = place.content / "issues/2026/期1.yaml"
    write(issue, issue.read_text("utf-8") + "  - 信息: \u00e9tude\n")
    with index.opened(place) as journal, Here() as crew:
        opened = opening.open_slim(place, Direct, journal)
        far = crew.share(opened.scene(("pdf",), ORDINARY, Limits(), far=opened.ids))
        job = opened.job("2026/期1", far, far=True)
        assert job.files["content/items/\u00e9tude.md"] == decomposed.read_bytes()
        assert performing.render(job).built is not None
        (place.content / "items/1/条1.md").unlink()
        lacking = performing.render(opened.job("2026/期1", far, far=True))
        assert (lacking.built, lacking.files) == (None, {})
        assert "content/items/1/条1.md" in {fault.place.file for fault in lacking.faults}


def test_after_small_changes_issues_are_known_as_if_all_were_settled_anew(tmp_path: Path) -> None:
    place = small(tmp_path / "w", 4)
    write(place.content / "items/0/表.csv", "单位,件\n甲,1\n")
    steps = (
        ("items/0/条1.md", ITEM.format(title="零", more="", body="见下表。\n\n表: 表.csv")),
        ("items/0/表.csv", "单位,件\n甲,2\n"),
        ("items/1/条2.md", ITEM.format(title="改过", more="", body="另有情况。")),
        ("items/共用.md", ITEM.format(title="改过", more="编辑状态: 待编\n", body="另有情况。")),
        ("issues/2026/期2.yaml", "刊物: gongzuo-xinxi\n日期: 2026-06-03\n条目:\n  - 信息: 2/条1\n  - 信息: 1/条2\n"),
        ("items/1/条1.md", "---\n题目: 错\n---\n情况。\n"),
        ("items/1/条1.md", ITEM.format(title="又好", more="", body="另有情况。")),
    )
    with index.opened(place) as journal:
        opening.open_slim(place, Direct, journal)
    for file, text in steps:
        write(place.content / file, text)
        with index.opened(place) as journal, index.unkept() as fresh:
            opened, anew = (opening.open_slim(place, Direct, each) for each in (journal, fresh))
            assert opened.heads == anew.heads, file
            assert opened.faults == anew.faults, file
            assert [opened.case(name) for name in opened.ids] == [anew.case(name) for name in anew.ids]
