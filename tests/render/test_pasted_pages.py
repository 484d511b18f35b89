"""What was pasted, kept in CSV files and set out in YAML is carried by both formats; faults go to the issue that prints the file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from builder import fonts
from builder.errors import has_errors
from builder.fonts import FontSet
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.settings import Workspace
from builder.words import visible
from builder.workflow import opening, planning, rendering

ROOT = Path(__file__).resolve().parent.parent.parent
OFFICE = """\
名称: 临澜市委办公室
分发组: [{组: 县区, 名称: 各县（市、区）委办公室, 份数: 20}]
分发名单: {gongzuo-xinxi: {发: [县区], 存档: 2, 备用: 3}}
"""
ITEM = """\
---
标题: 全市 18 个单位“6・23”后抗旱
---
入夏以来，1–6月降水偏少 3 成\u000b增长－3.2%\u2028\uf06c\t保秧田
● 保饮水
单位\t件\u00a0数
市水利局\t"5
（含转办）"
表题：附表
表: 附表1.csv
注：截至 2026 年 5 月。
"""
ISSUE = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
期号: 1
总期: 335
条目:
  - 信息: one
  - 表格:
      表题: 办理情况
      单位: 件
      表头: [[{文: 类别, 行: 2}, {文: 办理, 列: 2}], [交办, 办结]]
      行: [[议案, 5, 4], [建议, 224, 203]]
      注: 下同。
附件:
  - 标题: 附表
    方向: 横
    表格: {表头: [甲, 乙], 行: [[一, 二]]}
"""


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name, text in (
        ("office.yaml", OFFICE), ("items/one.md", ITEM), ("issues/one.yaml", ISSUE),
        ("items/two.md", "---\n标题: 甲\n---\n乙\n"),
        ("issues/two.yaml", "刊物: gongzuo-xinxi\n日期: 2026-06-09\n期号: 2\n总期: 336\n条目: [{信息: two}]\n"),
    ):  # fmt: skip
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    (tmp_path / "content/items/附表1.csv").write_bytes(
        "单位,办理,<\r\n^,交办,办结\r\n市 1 中,3,2\r\n".encode("gb18030")
    )
    return Workspace(tmp_path)


def planned(place: Workspace, fontset: FontSet, monkeypatch: pytest.MonkeyPatch, *chosen: str) -> planning.Plan:
    monkeypatch.setattr(fonts, "find", lambda root: fontset)
    return planning.plan(opening.open_workspace(place), chosen)


def test_both_formats_carry_pasted_text_and_all_three_kinds_of_tables(
    place: Workspace, fontset: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned(place, fontset, monkeypatch, "one")
    assert not has_errors(plan.faults), [str(f) for f in plan.faults]
    (edition,) = plan.editions
    made = rendering.Renderer(place.templates, fontset).render(edition)
    wanted = [
        "全市18个单位“6·23”后抗旱", "入夏以来，1—6月降水偏少3成", "增长-3.2%", "——保秧田", "——保饮水", "单位件数市水利局5（含转办）",
        "市1中32", "注：截至2026年5月。", "办理情况单位：件", "交办办结议案54建议224203", "注：下同。", "甲乙一二",
    ]  # fmt: skip
    word = visible(docx_reader.read(made.files["docx"]))
    pdf = visible("".join(page.text for page in pdf_reader.read(made.files["pdf"]).pages))
    for text in (word, pdf):
        assert [part for part in wanted if part not in text] == []


def test_faults_of_a_table_s_file_are_those_of_the_issue_that_prints_it(
    place: Workspace, fontset: FontSet, monkeypatch: pytest.MonkeyPatch
) -> None:
    (place.root / "content/items/附表1.csv").write_text("甲,乙\n1,\n", encoding="utf-8")
    broken = planned(place, fontset, monkeypatch, "one")
    assert [(f.code, str(f.place)) for f in broken.faults if f.severity == "error"] == [
        ("broken-entry", "content/issues/one.yaml:6:9"),
        ("table-file", "content/items/one.md:10:1"),
        ("table-empty-cell", "content/items/附表1.csv:2:3"),
    ]
    sound = planned(place, fontset, monkeypatch, "two")
    assert not any("附表1" in str(fault) for fault in sound.faults)
    assert len(sound.editions) == 1
