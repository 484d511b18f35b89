"""``jianbao import LEDGER --as findings``: a ledger in, findings out, or every doubt told and nothing written."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from builder.cli.main import main
from builder.content import load
from builder.intake import ledger, written
from builder.model import Finding, Matter, Problem
from tests.conftest import ROOT
from tests.intake import ledger_books as books

Told = Callable[..., tuple[int, str, str]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A workspace that holds templates and an office, and no entry."""
    place = tmp_path / "ws"
    (place / "content").mkdir(parents=True)
    (place / "templates").mkdir()
    shutil.copy(ROOT / "content" / "office.yaml", place / "content" / "office.yaml")
    return place


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Told:
    """``told(ledger, …)`` runs the command: exit code, standard output, standard error."""
    monkeypatch.setenv("NO_COLOR", "1")

    def run(source: Path, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["-C", str(folder), "import", str(source), "--as", "findings", *arguments])
        out = capsys.readouterr()
        return int(stop.value.code or 0), out.out, out.err

    return run


def findings(folder: Path) -> dict[str, Finding]:
    """The findings of the workspace; all of them sound."""
    library, faults = load(folder)
    assert library is not None
    assert [str(f) for f in faults if f.severity == "error"] == []
    return {name: source.value for name, source in library.findings.items()}


def files(folder: Path) -> list[str]:
    place = folder / "content" / "findings"
    return sorted(p.relative_to(place).as_posix() for p in place.rglob("*"))


# ---------------------------------------------------------------- proposing


def test_a_ledger_is_only_proposed_until_someone_agrees(folder: Path, tmp_path: Path, told: Told) -> None:
    code, out, err = told(books.office(tmp_path / "台账.xlsx"))
    assert code == 0
    assert files(folder) == []
    lines = out.splitlines()
    assert lines[0] == "台账.xlsx!台账：表头在第3、4行，3 条，种类：事项（按表头判断，不对用 --种类 改）"
    rows = {line.split()[0]: line.split()[1:4] for line in lines[2:10]}
    assert rows == {
        "B": ["编号", "编号", "同名"],
        "C": ["方面", "方面", "同名"],
        "D": ["工作内容", "事项", "同名"],
        "E": ["责任分工/承办单位", "牵头单位", "同名"],
        "F": ["责任分工/配合单位", "责任单位", "同名"],
        "G": ["办结时限", "完成时限", "同名"],
        "H": ["办理情况", "状态", "同名"],
        "I": ["工作进展情况（截至6月底）", "反馈.进展", "同名"],
    }
    assert "00012｜1.10｜〔2026〕3/4号" in out
    assert "不用的列：A 序号、J 联系电话" in lines
    assert "写到：content/findings/台账/" in lines
    assert "核对上表；对了加 --yes 写出" in err


def test_every_row_that_is_no_entry_is_listed_with_the_reason(tmp_path: Path, told: Told) -> None:
    _, out, _ = told(books.office(tmp_path / "台账.xlsx"))
    skipped = [line for line in out.splitlines() if line.startswith("不读的行")]
    assert skipped == [
        "不读的行（标题）：第1行“2026年重要工作督查台账”；第2行“填报单位：市委督查室”",
        "不读的行（合计）：第7行“小计　2”",
        "不读的行（空行）：第8行",
        "不读的行（重复的表头）：第9行“序号　编号　方面　工作内容　责任分工　办结时限　办理情况　工…”；第10行“承办单位　配合单位”",
        "不读的行（表下说明）：第12行“注：数据由各单位报送。”",
    ]


def test_an_agreed_ledger_becomes_one_sound_finding_for_each_row(folder: Path, tmp_path: Path, told: Told) -> None:
    code, out, err = told(books.office(tmp_path / "台账.xlsx"), "--yes", "--文件夹", "2026/分工", "--余列", "备注")
    assert code == 0, err
    names = ["2026/分工/00012", "2026/分工/1.10", "2026/分工/〔2026〕3-4号"]
    assert out.splitlines()[-3:] == [f"content/findings/{name}.yaml" for name in names]
    found = findings(folder)
    assert sorted(found) == sorted(names)
    first, second, third = (found[name] for name in names)
    assert isinstance(first, Matter)
    assert (first.number, first.aspect, first.matter) == ("00012", "产业发展", "新建标准厂房")
    assert (first.lead_unit, first.deadline, first.state) == ("市工信局", date(2026, 6, 8), "办理中")
    assert first.units == ("市水利局", "云埠县", "市住建局（人防办、城管局）")
    assert first.feedback[0].progress == "完成53%\n正在安装"
    assert isinstance(second, Matter)
    assert (second.number, second.aspect, second.deadline) == ("1.10", "产业发展", date(2026, 6, 30))
    assert (second.units, second.note) == ((), "联系电话：7860001")
    assert isinstance(third, Matter)
    assert (third.number, third.matter) == ("〔2026〕3/4号", "修建“一把手”路: #1")
    assert (third.deadline, third.feedback[0].progress) == (date(2026, 7, 1), "- 一标 [a]\n二标停工")
    assert "“方面”列有 1 处合并格，已填到所占的各行 [ledger-merged]" in err
    assert "台账.xlsx!台账!G6：提示：“2026年6月30日前”取为 2026-06-30 [ledger-day-taken]" in err
    assert "1 格写的是“/”“—”“无”等，按没有填写 [ledger-nothing]" in err


def test_the_text_of_a_file_has_its_keys_in_the_order_of_the_model(folder: Path, tmp_path: Path, told: Told) -> None:
    told(books.office(tmp_path / "台账.xlsx"), "--yes")
    assert (folder / "content" / "findings" / "台账" / "00012.yaml").read_text(encoding="utf-8") == (
        "种类: 事项\n编号: 00012\n方面: 产业发展\n事项: 新建标准厂房\n牵头单位: 市工信局\n"
        "责任单位: [市水利局, 云埠县, 市住建局（人防办、城管局）]\n完成时限: 2026-06-08\n"
        "反馈:\n  - 进展: |-\n      完成53%\n      正在安装\n状态: 办理中\n"
    )


def test_index_words_come_from_a_column_and_are_judged_as_in_a_file(folder: Path, tmp_path: Path, told: Told) -> None:
    heads = ["编号", "事项", "牵头单位", "责任单位", "完成时限", "状态", "主题词"]
    row = ["7", "除险加固", "市水利局", "", "2026-06-08", "办理中"]
    code, _, err = told(books.xlsx(tmp_path / "词.xlsx", [heads, [*row, "防汛、**水库**"]]), "--yes")
    assert code == 1
    assert "水库" in err
    assert not (folder / "content" / "findings" / "词").exists()
    code, _, err = told(books.xlsx(tmp_path / "词.xlsx", [heads, [*row, "防汛、水库"]]), "--yes")
    assert code == 0, err
    assert "主题词: [防汛, 水库]\n" in (folder / "content" / "findings" / "词" / "7.yaml").read_text(encoding="utf-8")


def test_problems_are_recognised_by_their_heads(folder: Path, tmp_path: Path, told: Told) -> None:
    heads = ["序号", "检查地点", "存在问题", "县（市、区）", "整改单位", "整改措施", "整改期限", "整改落实情况"]
    row = [4, "青峪湖口赛段", "1条漏水龙舟仍在训练", "青峪县", "青峪县，市交通运输局", "停用", "2026.6.14", "已整改"]
    code, out, err = told(books.xlsx(tmp_path / "龙舟.xlsx", [heads, row]), "--yes")
    assert code == 0, err
    assert "种类：问题（按表头判断" in out
    found = findings(folder)["龙舟/4"]
    assert isinstance(found, Problem)
    assert (found.number, found.site, found.territory) == ("4", "青峪湖口赛段", "青峪县")
    assert (found.units, found.deadline) == (("青峪县", "市交通运输局"), date(2026, 6, 14))
    assert (found.demand, found.progress) == ("停用", "已整改")


def test_the_kind_given_goes_before_the_heads(tmp_path: Path, told: Told) -> None:
    heads = ["编号", "检查地点", "存在问题", "任务"]
    _, out, _ = told(books.xlsx(tmp_path / "a.xlsx", [heads, ["1", "甲", "乙", "丙"]]), "--种类", "事项")
    assert "种类：事项" in out.splitlines()[0]
    assert "D   任务      事项       同名" in out


def test_long_words_under_a_state_are_progress_and_states_under_progress_are_a_state(
    tmp_path: Path, told: Told
) -> None:
    _, out, _ = told(
        books.xlsx(tmp_path / "a.xlsx", [["编号", "任务", "办理状态"], ["1", "甲", "主体已封顶，正在安装设备"]])
    )
    assert "反馈.进展" in out
    _, out, _ = told(books.xlsx(tmp_path / "b.xlsx", [["编号", "任务", "进展情况"], ["1", "甲", "办结"]]))
    assert "C   进展情况  状态  同名" in out


# ---------------------------------------------------------------- maps


def test_a_column_named_by_the_editor_writes_without_more_asking(folder: Path, tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [["编号", "任务", "包案人"], ["1", "甲", "市应急局局长"]])
    code, _, err = told(source, "--列", "包案人=责任人")
    assert code == 0, err
    found = findings(folder)["a/1"]
    assert isinstance(found, Matter)
    assert found.person == "市应急局局长"


def test_a_guess_that_is_left_needs_consent_even_beside_a_named_column(
    folder: Path, tmp_path: Path, told: Told
) -> None:
    rows = [["编号", "任务", "包案人", "牵头的单位"], ["1", "甲", "局长", "市应急局"]]
    source = books.xlsx(tmp_path / "a.xlsx", rows)
    code, out, _ = told(source, "--列", "包案人=责任人")
    assert code == 0
    assert "D   牵头的单位  牵头单位  近似  市应急局" in out
    assert files(folder) == []
    assert told(source, "--列", "C=责任人", "--列", "D=牵头单位")[0] == 0
    assert files(folder) == ["a", "a/1.yaml"]


def test_an_empty_key_leaves_a_column_out(tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [["编号", "任务", "备注"], ["1", "甲", "乙"]])
    _, out, _ = told(source, "--列", "备注=", "--dry-run")
    assert "不用的列：C 备注" in out
    assert "乙\n" not in out.partition("# content")[2]


def test_a_saved_map_gives_the_same_again_and_uses_nothing_else(folder: Path, tmp_path: Path, told: Told) -> None:
    kept = tmp_path / "map.yaml"
    heads = ["编号", "任务", "办理状态", "附件: 1", "附件: 1"]
    first = books.xlsx(tmp_path / "a.xlsx", [heads, ["1", "甲", "已办结", "x", "y"]])
    arguments = ["--列", "E=责任人", "--值", "已办结=办结", "--余列", "备注", "--yes"]
    assert told(first, *arguments, "--保存", str(kept))[0] == 0
    assert kept.read_text(encoding="utf-8") == (
        "种类: 事项\n列:\n  编号: 编号\n  任务: 事项\n  办理状态: 状态\n  E: 责任人\n值:\n  已办结: 办结\n余列: 备注\n"
    )
    again = books.xlsx(tmp_path / "b.xlsx", [[*heads, "方面"], ["2", "乙", "已办结", "z", "w", "民生"]])
    assert told(again, "--映射", str(kept))[0] == 0
    found = findings(folder)
    first_found, second_found = found["a/1"], found["b/2"]
    assert isinstance(first_found, Matter)
    assert isinstance(second_found, Matter)
    assert (first_found.state, first_found.person) == ("办结", "y")
    assert (second_found.state, second_found.aspect) == ("办结", "")
    assert second_found.note == "附件: 1：z\n方面：民生"


@pytest.mark.parametrize(
    ("argument", "words"),
    [
        (
            "承包单位=牵头单位",
            ["“承包单位=牵头单位”：没有这一列，是否指 承办单位？ [ledger-column]", "A 编号、B 任务、C 承办单位"],
        ),
        ("承办单位=牵头人", ["事项没有“牵头人”这个字段，是否指 牵头单位？ [ledger-key]"]),
        ("任务=编号", ["没有一列是“事项”（必填） [ledger-missing]"]),
    ],
)
def test_a_map_that_does_not_fit_is_told_with_the_likely_word(
    folder: Path, tmp_path: Path, told: Told, argument: str, words: list[str]
) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [["编号", "任务", "承办单位"], ["1", "甲", "乙"]])
    code, _, err = told(source, "--列", argument)
    assert code == 1
    for word in words:
        assert word in err
    assert files(folder) == []


def test_one_key_is_never_given_to_two_columns(tmp_path: Path, told: Told) -> None:
    rows = [["编号", "任务", "主办单位", "承办单位"], ["1", "甲", "乙", "丙"]]
    source = books.xlsx(tmp_path / "a.xlsx", rows)
    _, out, _ = told(source)
    assert "C   主办单位  牵头单位  同名" in out
    assert "不用的列：D 承办单位" in out
    code, _, err = told(source, "--列", "C=牵头单位", "--列", "D=牵头单位")
    assert code == 1
    assert "[ledger-column]" in err


def test_a_map_file_with_mistakes_is_told_with_their_places(tmp_path: Path, told: Told) -> None:
    kept = tmp_path / "map.yaml"
    kept.write_text("种类: 事由\n列: {编号: 编号}\n余列: 别处\n", encoding="utf-8")
    code, _, err = told(books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW]), "--映射", str(kept))
    assert code == 1
    assert "map.yaml:1:5：错误：“种类”不能是“事由”" in err
    assert "map.yaml:3:5：错误：“余列”不能是“别处”" in err


# ---------------------------------------------------------------- faults


def test_all_faults_of_a_ledger_are_told_at_once_with_their_cells(folder: Path, tmp_path: Path, told: Told) -> None:
    rows = [
        ["编号", "任务", "完成时限", "状态", "责任单位"],
        ["1", "甲", "6月底", "已办结", "市水利局"],
        ["2", None, "2026-02-30", "办理中", "市水利局"],
        [None, "丙", "2026年6月", "办里中", "市水利局"],
        ["1", "丁", 46181, "办结", "市\x0b水利局"],
        [date(2026, 6, 8), "戊", "2026-6-8", "", ""],
    ]
    book = openpyxl.Workbook()
    for n, row in enumerate(rows, 1):
        for m, value in enumerate(row, 1):
            book.active.cell(n, m)._value = value
            book.active.cell(n, m).data_type = (
                "n" if isinstance(value, int) else "d" if isinstance(value, date) else "s"
            )
    book.active["A6"].number_format = "yyyy-mm-dd"
    book.active.title = "台账"
    source = tmp_path / "台账.xlsx"
    book.active["E5"] = "市_x0002_水利局"
    book.active["B6"] = "=1/0"
    book.save(source)
    code, _, err = told(source, "--yes")
    assert code == 1
    assert files(folder) == []
    lines = [line for line in err.splitlines() if line.startswith("台账.xlsx")]
    assert [line.partition("：错误：") for line in lines] == [
        ("台账.xlsx!台账!C2", "：错误：", "“6月底”不是完整的日期 [ledger-day]"),
        ("台账.xlsx!台账!D2", "：错误：", "“状态”不能是“已办结”，是否指 办结？ [ledger-choice]"),
        ("台账.xlsx!台账!C3", "：错误：", "没有这一天：2026-02-30 [ledger-day]"),
        ("台账.xlsx!台账!B3", "：错误：", "没有“事项” [ledger-missing]"),
        ("台账.xlsx!台账!C4", "：错误：", "“2026年6月”没有写明哪一日，是否指 2026-06-30？ [ledger-day]"),
        ("台账.xlsx!台账!D4", "：错误：", "“状态”不能是“办里中”，是否指 办理中？ [ledger-choice]"),
        ("台账.xlsx!台账!A4", "：错误：", "没有“编号” [ledger-missing]"),
        ("台账.xlsx!台账!C5", "：错误：", "是数字 46181，不是日期，是否指 2026-06-08？ [ledger-day]"),
        ("台账.xlsx!台账!E5", "：错误：", "有控制字符（U+0002） [text-control]"),
        ("台账.xlsx!台账!A5", "：错误：", "编号“1”与 台账.xlsx!台账!A2 相同 [ledger-twice]"),
        ("台账.xlsx!台账!A6", "：错误：", "编号被表格软件改成了日期 2026-06-08 [ledger-number]"),
        ("台账.xlsx!台账!B6", "：错误：", "公式还没有算出值 [ledger-formula]"),
    ]


def test_the_error_of_a_formula_is_a_fault_and_its_kept_value_a_value(folder: Path, tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    books.fill(book.active, [["编号", "任务"], ["1", "甲"]], [], "台账")
    book.active["B2"].value = "#REF!"
    assert book.active["B2"].data_type == "e"
    book.save(tmp_path / "a.xlsx")
    code, _, err = told(tmp_path / "a.xlsx", "--yes")
    assert code == 1
    assert "a.xlsx!台账!B2：错误：公式出错（#REF!），没有值 [ledger-formula]" in err


def test_numbers_that_are_there_already_are_told(folder: Path, tmp_path: Path, told: Told) -> None:
    """A bare serial number counts in its own folder only: every list has its number 1."""
    rows = [["编号", "任务"], ["〔2026〕40号", "甲"], ["1", "乙"]]
    assert told(books.xlsx(tmp_path / "a.xlsx", rows), "--yes")[0] == 0
    code, _, err = told(tmp_path / "a.xlsx", "--yes", "--文件夹", "b")
    assert code == 1
    assert "A2：错误：编号“〔2026〕40号”已有：content/findings/a/〔2026〕40号.yaml [ledger-twice]" in err
    assert "A3" not in err
    code, _, err = told(tmp_path / "a.xlsx", "--yes")
    assert code == 1
    assert "编号“1”已有：content/findings/a/1.yaml [ledger-twice]" in err
    assert files(folder) == ["a", "a/1.yaml", "a/〔2026〕40号.yaml"]


def test_numbers_that_make_the_same_file_name_get_different_files(folder: Path, tmp_path: Path, told: Told) -> None:
    rows = [["编号", "任务"], ["a/1", "甲"], ["a-1", "乙"], ["A:1", "丙"], ["CON", "丁"], ["...", "戊"], [".x", "己"]]
    code, _, err = told(books.xlsx(tmp_path / "a.xlsx", rows), "--yes", "--文件夹", "x")
    assert code == 0, err
    found = {name: value.number for name, value in findings(folder).items()}
    assert found == {
        "x/a-1": "a/1",
        "x/a-1-2": "a-1",
        "x/A-1-3": "A:1",
        "x/编号CON": "CON",
        "x/第6行": "...",
        "x/x": ".x",
    }


def test_a_row_over_several_lines_is_told_as_such(tmp_path: Path, told: Told) -> None:
    rows = [["编号", "任务", "责任单位"], ["1", "甲", "市水利局"], [None, None, "市住建局"]]
    code, _, err = told(books.xlsx(tmp_path / "a.xlsx", rows, ["A2:A3", "B2:B3"]), "--yes")
    assert code == 1
    assert "a.xlsx!台账!A3：错误：没有“编号” [ledger-missing]" in err
    assert "编号是合并格：一条占几行的，先合成一行" in err


def test_very_many_faults_of_one_kind_are_counted(tmp_path: Path, told: Told) -> None:
    rows = [["编号", "任务", "状态"], *([str(n), "甲", "在办"] for n in range(50))]
    _, _, err = told(books.xlsx(tmp_path / "a.xlsx", rows), "--yes")
    assert err.count("[ledger-choice]") == 21
    assert "同类问题还有 30 处，未一一列出" in err


# ---------------------------------------------------------------- sheets


def test_of_several_ledgers_in_a_file_one_is_named_and_hidden_ones_are_left_alone(tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    books.fill(book.active, [books.HEADS, books.ROW], [], "一季度")
    books.fill(book.create_sheet(), [books.HEADS, ("2", *books.ROW[1:])], [], "二季度")
    books.fill(book.create_sheet(), [books.HEADS, books.ROW], [], "底稿")
    books.fill(book.create_sheet(), [["说明文字"]], [], "说明")
    book["底稿"].sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    code, _, err = told(tmp_path / "a.xlsx")
    assert code == 64
    assert "有几张表都像台账：一季度、二季度。" in err
    code, out, _ = told(tmp_path / "a.xlsx", "--sheet", "二季度")
    assert code == 0
    assert out.startswith("a.xlsx!二季度：")
    code, _, err = told(tmp_path / "a.xlsx", "--sheet", "三季度")
    assert code == 64
    assert "有这些表：一季度、二季度、底稿、说明。" in err
    code, _, err = told(tmp_path / "a.xlsx", "--sheet", "说明")
    assert code == 1
    assert "a.xlsx!说明：错误：前 60 行里没有找到表头 [ledger-head]" in err


def test_hidden_rows_are_read_and_said(folder: Path, tmp_path: Path, told: Told) -> None:
    book = openpyxl.Workbook()
    books.fill(book.active, [books.HEADS, books.ROW, ("2", *books.ROW[1:])], [], "台账")
    book.active.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    code, _, err = told(tmp_path / "a.xlsx", "--yes")
    assert code == 0
    assert "有 1 行被隐藏或筛掉，也照样读取 [ledger-hidden]" in err
    assert len(findings(folder)) == 2


# ---------------------------------------------------------------- all or none


def test_a_dry_run_prints_the_files_and_writes_none(folder: Path, tmp_path: Path, told: Told) -> None:
    code, out, err = told(books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW]), "--dry-run", "--yes")
    assert code == 0
    assert "# content/findings/a/〔2026〕40号.yaml\n种类: 事项\n编号: 〔2026〕40号\n" in out
    assert "以上 1 个文件没有写出（--dry-run）。" in err
    assert files(folder) == []


def test_json_holds_the_map_the_faults_and_what_was_written(tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW])
    code, out, _ = told(source, "--json", "--yes")
    report = json.loads(out)
    assert code == 0
    assert report["written"] == ["content/findings/a/〔2026〕40号.yaml"]
    assert report["columns"][4] == {
        "column": "E",
        "head": "完成时限",
        "key": "完成时限",
        "how": "同名",
        "samples": ["2026-06-22"],
    }
    code, out, _ = told(source, "--json", "--yes")
    assert code == 1
    assert [f["code"] for f in json.loads(out)["faults"]] == ["ledger-twice"]
    assert json.loads(out)["written"] == []


def test_when_one_file_cannot_be_written_none_is_left(
    folder: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [books.HEADS, *((str(n), *books.ROW[1:]) for n in range(5))]
    real, moved = written._move, []

    def fails_at_the_fourth(temporary: Path, path: Path) -> None:
        if len(moved) == 3:
            path.mkdir()  # something else took the name meanwhile
        moved.append(path)
        real(temporary, path)

    monkeypatch.setattr(written, "_move", fails_at_the_fourth)
    code, _, err = told(books.xlsx(tmp_path / "a.xlsx", rows), "--yes")
    assert code == 74
    assert "已经存在，没有写出任何文件" in err
    assert len(moved) == 4
    assert files(folder) == ["a", "a/3.yaml"]  # what was not ours stays
    assert [p.name for p in (folder / "content").rglob(".*")] == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no full device here")
def test_a_full_disk_leaves_nothing(folder: Path, tmp_path: Path, told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    real = Path.open

    def full(path: Path, *arguments: Any, **options: Any) -> Any:
        return real(Path("/dev/full") if path.name == "2" else path, *arguments, **options)

    monkeypatch.setattr(Path, "open", full)
    rows = [books.HEADS, *((str(n), *books.ROW[1:]) for n in range(5))]
    code, _, err = told(books.xlsx(tmp_path / "a.xlsx", rows), "--yes")
    assert code == 74
    assert "检查文件夹权限和磁盘空间" in err
    assert list((folder / "content").iterdir()) == [folder / "content" / "office.yaml"]


def test_a_target_folder_outside_of_the_workspace_is_refused(folder: Path, tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW])
    for name, word in (("../x", "不能含 .."), ("/x", "绝对路径"), ("x\\y", "反斜杠"), (".x", "不会读取")):
        code, _, err = told(source, "--yes", "--文件夹", name)
        assert code == 64
        assert word in err
    outside = tmp_path / "outside"
    outside.mkdir()
    (folder / "content" / "findings").mkdir()
    (folder / "content" / "findings" / "link").symlink_to(outside)
    code, _, err = told(source, "--yes", "--文件夹", "link")
    assert code == 74
    assert "工作区之外" in err
    assert list(outside.iterdir()) == []


def test_a_hostile_workbook_is_refused_through_the_command(folder: Path, tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW])
    with zipfile.ZipFile(source, "a") as package:
        package.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0")
        package.writestr("../x.xml", b"<x/>")
    code, out, err = told(source, "--yes")
    assert code == 1
    assert out == ""
    assert "[guard-macro]" in err
    assert "[guard-path]" in err
    assert files(folder) == []


def test_a_map_is_never_saved_over_the_ledger(tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "a.xlsx", [books.HEADS, books.ROW])
    before = source.read_bytes()
    code, _, err = told(source, "--保存", str(source))
    assert code == 64
    assert "--保存 的文件名要以 .yaml 结尾" in err
    assert source.read_bytes() == before


def test_a_ledger_that_is_not_there_is_told(tmp_path: Path, told: Told) -> None:
    code, _, err = told(tmp_path / "没有.xlsx")
    assert code == 74
    assert "读不了" in err


def test_the_public_functions_give_frozen_values_and_write_nothing_themselves(folder: Path, tmp_path: Path) -> None:
    from builder.settings import workspace

    proposal = ledger.propose(books.office(tmp_path / "a.xlsx"), ledger.Options())
    taken = ledger.take(proposal, workspace(folder))
    assert [made.id for made in taken.made] == ["a/00012", "a/1.10", "a/〔2026〕3-4号"]
    assert files(folder) == []
    with pytest.raises(AttributeError):
        taken.made = ()  # type: ignore[misc]
    assert ledger.write(taken, workspace(folder)) == taken.paths


def test_a_map_is_saved_over_another_map_only(tmp_path: Path, told: Told) -> None:
    source = books.xlsx(tmp_path / "台账.xlsx", [books.HEADS, books.ROW])
    office = tmp_path / "office.yaml"
    office.write_text("名称: 云埠市\n", encoding="utf-8")
    code, _, err = told(source, "--保存", str(office))
    assert (code, office.read_text(encoding="utf-8")) == (64, "名称: 云埠市\n")
    assert "已有，不是对应表" in err
    assert told(source, "--保存", str(tmp_path / "map.yaml"))[0] == 0
    assert told(source, "--保存", str(tmp_path / "map.yaml"))[0] == 0
