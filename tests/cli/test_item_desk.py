"""The item desk through the command line: states as they hold, what falls out of an issue, faults of editing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder.cli.main import main

RECORD = "output/drafts/用稿.json"


def told(capsys, workspace: Path, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(workspace), *arguments])
    out = capsys.readouterr()
    return stop.value.code, out.out, out.err


def item(workspace: Path, name: str, *lines: str) -> None:
    text = "\n".join(["---", f"标题: 关于{name}", *lines, "---", "正文。", ""])
    (workspace / f"content/items/{name}.md").write_text(text, encoding="utf-8")


def issue(workspace: Path, name: str, *items: str, publication: str = "gongzuo-xinxi") -> Path:
    path = workspace / f"content/issues/{name}.yaml"
    entries = "".join(f"  - 信息: {i}\n" for i in items)
    path.write_text(f"刊物: {publication}\n日期: 2026-06-08\n条目:\n{entries}", encoding="utf-8")
    return path


def states(capsys, workspace: Path, *options: str) -> dict[str, tuple[str, list[str], str]]:
    code, out, _ = told(capsys, workspace, "list", "items", "--json", *options)
    assert code == 0
    return {row["编号"]: (row["状态"], row["用于"], row["理由"]) for row in json.loads(out)}


def test_the_state_that_holds_is_that_of_the_issues_then_that_of_the_file(capsys, workspace):
    item(workspace, "没写")
    item(workspace, "编好", "编辑状态: 已编")
    item(workspace, "想用", "编辑状态: 拟用")
    item(workspace, "以后", "编辑状态: 留用")
    item(workspace, "废稿", "编辑状态: 不用", "不用理由: 与上期重复")
    assert states(capsys, workspace) == {
        "抗旱": ("拟用", ["2026/第1期"], ""),
        "没写": ("待编", [], ""),
        "编好": ("已编", [], ""),
        "想用": ("留用", [], "没有编入任何一期"),
        "以后": ("留用", [], ""),
        "废稿": ("不用", [], "与上期重复"),
    }
    for state, names in {
        "留用": {"想用", "以后"},
        "不用": {"废稿"},
        "拟用": {"抗旱"},
        "待编": {"没写"},
        "已编": {"编好"},
    }.items():
        assert set(states(capsys, workspace, "--状态", state)) == names


def test_the_table_shows_where_an_item_is_used_or_why_it_is_not(capsys, workspace):
    item(
        workspace,
        "废稿",
        "编辑状态: 不用",
        "不用理由: 与上期重复",
        "供稿单位: [甲局, 乙局]",
        "接收时间: 2026-6-5 9：05",
    )
    lines = told(capsys, workspace, "list", "items")[1].splitlines()
    assert lines[0].split() == ["编号", "标题", "供稿单位", "接收时间", "状态", "用于/理由"]
    assert lines[1].split() == ["废稿", "关于废稿", "甲局、乙局", "2026-06-05", "09:05", "不用", "与上期重复"]
    assert lines[2].split()[-2:] == ["拟用", "2026/第1期"]


def test_states_are_asked_of_items_only(capsys, workspace):
    assert told(capsys, workspace, "list", "findings", "--状态", "留用")[0] == 64
    code, _, err = told(capsys, workspace, "list", "items", "--状态", "留着")
    assert code == 64
    assert "待编、已编、拟用、留用、不用" in err


def test_an_item_that_is_taken_out_of_a_built_issue_is_held_over_and_no_content_file_changes(capsys, workspace):
    item(workspace, "甲", "编辑状态: 已编")
    item(workspace, "乙", "编辑状态: 已编")
    issue(workspace, "二", "甲", "乙")
    assert told(capsys, workspace, "build", "二", "--format", "pdf")[0] == 0
    assert states(capsys, workspace)["乙"] == ("拟用", ["二"], "")
    issue(workspace, "二", "甲")
    before = {p: p.read_bytes() for p in (workspace / "content").rglob("*") if p.is_file()}
    held = ("留用", [], "已从 二 撤下")
    assert states(capsys, workspace)["乙"] == held  # before the issue is built anew
    assert told(capsys, workspace, "build", "二", "--format", "pdf")[0] == 0
    assert states(capsys, workspace)["乙"] == held  # and after
    assert {p: p.read_bytes() for p in (workspace / "content").rglob("*") if p.is_file()} == before
    issue(workspace, "三", "乙")
    assert states(capsys, workspace)["乙"] == ("拟用", ["三"], "")
    assert told(capsys, workspace, "build", "三", "--format", "pdf")[0] == 0
    (workspace / "content/issues/三.yaml").unlink()
    assert states(capsys, workspace)["乙"] == ("留用", [], "已从 三 撤下")
    item(workspace, "乙", "编辑状态: 不用", "不用理由: 过时")
    assert states(capsys, workspace)["乙"] == ("不用", [], "过时")


def test_an_item_of_an_issue_that_was_never_built_keeps_the_state_of_its_file(capsys, workspace):
    item(workspace, "甲", "编辑状态: 已编")
    path = issue(workspace, "二", "甲")
    assert states(capsys, workspace)["甲"][0] == "拟用"
    path.unlink()
    assert states(capsys, workspace)["甲"] == ("已编", [], "")


def test_a_slip_in_the_issue_file_does_not_drop_its_items(capsys, workspace):
    item(workspace, "甲")
    path = issue(workspace, "二", "甲")
    assert told(capsys, workspace, "build", "二", "--format", "pdf")[0] == 0
    path.write_text(path.read_text(encoding="utf-8") + "标提: x\n", encoding="utf-8")
    assert states(capsys, workspace)["甲"] == ("拟用", ["二"], "")


@pytest.mark.parametrize(
    "damage",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        '{"版本": 2}'.encode(),
        '{"版本": 1, "用稿": {"二": 5}, "撤下": {}}'.encode(),
        None,
    ],
)
def test_a_damaged_or_missing_record_is_a_note_and_is_made_anew(capsys, workspace, damage):
    item(workspace, "甲")
    issue(workspace, "二", "甲")
    assert told(capsys, workspace, "build", "二", "--format", "pdf")[0] == 0
    good = (workspace / RECORD).read_bytes()
    if damage is None:
        (workspace / RECORD).unlink()
    else:
        (workspace / RECORD).write_bytes(damage)
    code, out, err = told(capsys, workspace, "list", "items", "--状态", "拟用")
    assert code == 0
    assert "甲" in out
    assert "usage-record" in err
    code, _, err = told(capsys, workspace, "build", "二", "--format", "pdf")
    assert code == 0
    assert "usage-record" in err
    assert (workspace / RECORD).read_bytes() == good
    assert "usage-record" not in told(capsys, workspace, "list", "items")[2]


def test_a_new_workspace_misses_no_record(capsys, workspace):
    assert "usage-record" not in told(capsys, workspace, "list", "items")[2]
    assert not (workspace / RECORD).exists()


def test_a_build_that_uses_the_same_items_leaves_the_record_untouched(capsys, workspace):
    assert told(capsys, workspace, "build", "--format", "pdf")[0] == 0
    before = (workspace / RECORD).stat()
    assert told(capsys, workspace, "build", "--format", "pdf")[0] == 0
    after = (workspace / RECORD).stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def faults(capsys, workspace: Path, code: str) -> list[dict[str, str]]:
    return [f for f in json.loads(told(capsys, workspace, "check", "--json")[1]) if f["code"] == code]


def test_an_item_in_two_issues_of_one_publication_is_told_at_both(capsys, workspace):
    item(workspace, "甲")
    issue(workspace, "一", "甲")
    item(workspace, "乙")
    issue(workspace, "二", "乙", "甲")
    issue(workspace, "三", "甲", publication="ducha-kuaixun")
    first, second = faults(capsys, workspace, "item-in-two")
    assert (first["file"], first["line"], first["severity"]) == ("content/issues/一.yaml", 4, "warning")
    assert (second["file"], second["line"]) == ("content/issues/二.yaml", 5)
    for fault in (first, second):
        assert "content/issues/一.yaml:4:" in fault["message"]
        assert "content/issues/二.yaml:5:" in fault["message"]
        assert "三" not in fault["message"]

    err = told(capsys, workspace, "build", "一", "--format", "pdf")[2]
    assert "content/issues/一.yaml:4:" in err
    assert "[item-in-two]" in err


@pytest.mark.parametrize(
    ("state", "count"), [("不用\n不用理由: 过时", 1), ("待编", 1), ("已编", 0), ("拟用", 0), ("留用", 0)]
)
def test_an_issue_that_uses_what_its_file_calls_unready_is_warned(capsys, workspace, state, count):
    item(workspace, "甲", f"编辑状态: {state}")
    issue(workspace, "二", "甲")
    found = faults(capsys, workspace, "item-unready")
    assert [(f["file"], f["line"], f["severity"]) for f in found] == [("content/issues/二.yaml", 4, "warning")] * count


def test_a_refusal_without_a_reason_is_an_error_at_the_state(capsys, workspace):
    item(workspace, "甲", "编辑状态: 不用", "不用理由:")
    [fault] = faults(capsys, workspace, "refusal-reason")
    assert (fault["file"], fault["line"], fault["column"], fault["severity"]) == ("content/items/甲.md", 3, 7, "error")
    assert told(capsys, workspace, "check")[0] == 1


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("接收时间: 2026-06-05 24:00", "value-day"),
        ("接收时间: 16:20", "value-day"),
        ("报送方式: 口信", "value-choice"),
        ("编辑状态: 采用", "value-choice"),
        ("核实: [{时间: 2026-06-05}]", "key-missing"),
    ],
)
def test_wrong_values_of_the_desk_are_told(capsys, workspace, line, code):
    item(workspace, "甲", line)
    [fault] = faults(capsys, workspace, code)
    assert (fault["file"], fault["line"]) == ("content/items/甲.md", 3)
