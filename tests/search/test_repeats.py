"""What was published before is named, with issue and page, when an issue uses it again."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from builder.errors import Fault
from builder.settings import workspace
from builder.workflow import afterwards, cases, planning, repeats, reprinting, signing
from tests.office import EDITOR, SIGNER, SmallOffice
from tests.search.test_seen import BRIEF, ITEM, OTHER

ROOT = Path(__file__).resolve().parents[2]


def item(office: SmallOffice, name: str, text: str, title: str = "两县抗旱保苗") -> None:
    office.write(f"content/items/{name}.md", f"---\n标题: {title}\n供稿单位: 市水利局\n---\n{text}\n")


def warned(office: SmallOffice, *names: str) -> list[Fault]:
    plan = planning.plan(office.opened(), names)
    return [fault for fault in plan.faults if fault.code == "published-before"]


def published(office: SmallOffice, name: str, text: str = ITEM, **options: str) -> None:
    office.published(name, title="松陂青峪抗旱保苗", text=text, **options)


def test_an_item_published_before_is_named_at_its_place_in_the_issue(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1", publication="gongzuo-xinxi")
    item(small_office, "抗旱", ITEM.replace("860万元", "910万元"))
    item(small_office, "招聘", BRIEF)
    lines = ["刊物: ducha-kuaixun", "日期: 2026-06-15", "条目:", "  - 信息: 招聘", "    标题: 无", "  - 信息: 抗旱", ""]
    small_office.write("content/issues/2026/i2.yaml", "\n".join(lines))
    [fault] = warned(small_office, "2026/i2")
    assert str(fault.place) == "content/issues/2026/i2.yaml:6:9"
    assert fault.severity == "warning"
    assert fault.message == "这条与《工作信息》第1期（总第1期）第1页已刊的《松陂青峪抗旱保苗》基本相同（约89%）。"


def test_a_text_of_the_issue_itself_is_looked_at_too(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1")
    small_office.issue("2026/i2", title="另拟的标题", text=f"{ITEM}\n")
    [fault] = warned(small_office, "2026/i2")
    assert fault.message == "这条与《督查快讯》第1期第1页已刊的《松陂青峪抗旱保苗》相同。"
    assert fault.place.line == 5
    small_office.issue("2026/i3", text=OTHER)
    assert not warned(small_office, "2026/i3")


def test_the_year_is_told_where_it_is_another_one(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1", day="2026-12-30")
    small_office.issue("2027/i1", day="2027-01-05", text=ITEM)
    [fault] = warned(small_office)
    assert "《督查快讯》2026年第1期第1页" in fault.message


def test_a_voided_issue_counts_and_says_so(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1")
    with small_office.desk() as desk:
        office = small_office.opened().library.office.value
        afterwards.void(desk, small_office.place, office, "2026/i1", SIGNER, "数字有误")
    small_office.issue("2026/i2", text=ITEM)
    [fault] = warned(small_office, "2026/i2")
    assert "（该期已作废）" in fault.message


def test_published_issues_are_not_held_against_one_another(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1")
    published(small_office, "2026/i2")
    assert not warned(small_office)


def test_what_is_built_of_a_published_issue_that_was_changed_since_is_warned_of(small_office: SmallOffice) -> None:
    def differs() -> list[str]:
        faults = planning.plan(small_office.opened(), ["2026/i1"]).faults
        return [fault.message for fault in faults if fault.code == "published-differs"]

    published(small_office, "2026/i1")
    assert differs() == []
    small_office.issue("2026/i1", title="松陂青峪抗旱保苗", text=ITEM.replace("860万元", "990万元"))
    assert differs() == ["第1期已付印，现在的稿件与付印的不同：这里生成的只是草稿。"]
    with small_office.desk() as desk:
        opened, faces, engines = small_office.opened(), small_office.fontset, small_office.engines
        reprinting.reprint(desk, opened, "2026/i1", SIGNER, "金额有误", faces, engines)
    assert differs() == []
    small_office.issue("2026/i1", title="松陂青峪抗旱保苗", text=ITEM)
    assert differs() == ["第1期（更正重印）已付印，现在的稿件与付印的不同：这里生成的只是草稿。"]


def test_a_register_that_cannot_be_read_is_no_alarm_of_ours(small_office: SmallOffice) -> None:
    small_office.issue("2026/i1", text=ITEM)
    small_office.place.register.parent.mkdir(exist_ok=True)
    small_office.place.register.write_bytes(b"not a database" * 100)
    opened = small_office.opened()
    assert repeats.published_before(opened, ["2026/i1"]) == {}
    assert "register-unread" in {fault.code for fault in opened.faults}


def test_without_a_register_no_database_is_loaded() -> None:
    code = (
        "import sys; from pathlib import Path; from builder.workflow import opening, repeats; from builder.settings import workspace\n"
        "opened = opening.open_workspace(workspace(Path(sys.argv[1])))\n"
        "assert repeats.published_before(opened, sorted(opened.library.issues)) == {}\n"
        "assert 'sqlalchemy' not in sys.modules"
    )
    if workspace(ROOT).register.exists():
        pytest.skip("this workspace has a register")
    subprocess.run([sys.executable, "-c", code, str(ROOT)], check=True, cwd=ROOT)


def test_submitting_tells_it(small_office: SmallOffice) -> None:
    published(small_office, "2026/i1")
    small_office.issue("2026/i2", text=ITEM)
    with small_office.desk() as desk:
        case = cases.Case(small_office.opened(), "2026/i2", EDITOR)
        done = signing.submit(desk, case, small_office.fontset, small_office.engines)
    assert "published-before" in [fault.code for fault in done.faults]


def test_watching_tells_it_when_the_issue_is_composed(small_office: SmallOffice) -> None:
    from builder.watch.concern import Issues

    published(small_office, "2026/i1")
    small_office.issue("2026/i2", text=ITEM)
    issues, opened = Issues(), small_office.opened()
    for _ in range(2):  # what is kept tells it, too
        composition = issues.compose(opened, ["2026/i2"], small_office.fontset)["2026/i2"]
        assert "published-before" in [fault.code for fault in composition.faults]
