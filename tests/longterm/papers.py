"""One of everything that leaves the system as PDF: the sample issues, an issue of all parts, other runs of it, the forms."""

from __future__ import annotations

import io
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from builder.fonts import FontSet
from builder.forms import ApprovalSheet, YearlyList, YearlyRow
from builder.render.child import Engines
from builder.render.printing import ORDINARY, Printing
from builder.settings import Workspace
from builder.workflow import copies, opening, planning, rendering
from builder.workflow.forms import approval_pdf, yearly_files
from builder.workflow.rendering import Rendered

ROOT = Path(__file__).resolve().parents[2]
RUNS: Mapping[str, Printing] = {
    "各种成分": ORDINARY,
    "清样": Printing(proof="清样　拟第11期"),
    "更正重印": Printing(impression=3),
    "套打": Printing(overprint=True, right=1.5, down=-2.0),
    "黑白": Printing(black=True),
    "四色": Printing(four_colours=True),
}
_ROWS = "\n".join(f"      | {n} | 第{n}处堤防除险加固 | {n}.{n} | 澜东区 |" for n in range(1, 61))
_WIDE = "\n".join(f"      | {n} | 第{n}项重点工作推进落实 | 按时序推进 |" for n in range(1, 36))
_ISSUE = f"""\
刊物: gongzuo-xinxi
日期: 2026-06-08
期号: 11
总期: 345
标识: 内部资料　注意保存
要目: 是
编者按: |
  现刊发防汛备汛做法，供各地参考。
  各地经验请及时报送。
栏目:
  - 名称: 重点工作
    条目:
      - 标题: 全市防汛备汛工作取得阶段性进展
        供稿: 市水利局
        正文: |
          市水利局会同各县（区）排查隐患，昇龙河、喆溪沿线做到“雨前排查”。
          一、主要做法
          （一）压实责任
          各级河长上岗到位，R&D投入占比5%。
          1.逐段落实
          ——堤防由属地负责；
          ——闸站由市水利局**统一调度**。
          （二）补齐短板。新增排涝能力12.5立方米每秒，见下表。
          表题：排涝能力
          单位：立方米每秒
          | 县区 | 能力 | < | 位次 |
          | ^ | 新增 | 合计 | ^ |
          |---|---|---|---|
          | 澜东区 | 8.5 | 120 | 1 |
          | 澜西区 | 4 | 98.25 | 2 |
          注：截至5月底。
          ![四条排水渠的位置](渠道.png "图1　排水渠布置")
          二、存在问题
          个别闸站老化。
      - 标题: 澜东区完成全部堤防除险加固
        供稿: 澜东区委
        正文: |
          全区60处堤防全部完工。
          | 序号 | 工程 | 长度（公里） | 责任单位 |
          |---|---|---|---|
{_ROWS.replace("      |", "          |")}
          （一）只有第二层
          没有第一层的正文。
附件:
  - 标题: 防汛值守要求
    正文: 值守人员全天在岗。
  - 标题: 事项表
    方向: 横
    正文: |
      | 序号 | 事项 | 进展 |
      |---|---|---|
{_WIDE}
"""
_OFFICE = """\
名称: 中共临澜市委办公室
分发组:
  - {组: 县区, 名称: 各县（区）委, 份数: 20}
  - {组: 常委, 名称: 市委常委, 份数: 11}
分发名单:
  gongzuo-xinxi: {报: [常委], 发: [县区], 存档: 2, 备用: 3}
"""
_TITLE = "市水利局提前完成全市水库除险加固年度任务并建立长效管护机制"
_SHEET = ApprovalSheet(
    office="中共临澜市委办公室", publication="工作信息", number="拟第14期（总第348期）", version="送审稿一",
    day=date(2026, 6, 8), secrecy="内部资料　注意保存", urgency="加急", editor="信息科编辑", proofreader="", pages=4,
    copies=139, recipients=(("报：", "省委办公厅、市委常委。"), ("发：", "各县（区）委办公室，市直各单位。")),
    titles=(_TITLE, f"{_TITLE}之二"), signed="0123456789abcdef" * 4, colour="FF0000",
)  # fmt: skip


@dataclass(frozen=True)
class Paper:
    """A file as it leaves the system. ``issue``: what it was rendered from, None of a form."""

    pdf: bytes
    docx: bytes | None = None
    issue: Rendered | None = None

    @property
    def view(self) -> Mapping[str, Any]:
        """The view of an issue."""
        assert self.issue is not None
        return self.issue.view.data


def papers(samples: Mapping[str, Rendered], folder: Path, fontset: FontSet, engines: Engines) -> dict[str, Paper]:
    """Every paper by name: the sample issues, ``RUNS`` of an issue of all parts, the forms."""
    made = {name: Paper(one.files["pdf"], one.files["docx"], one) for name, one in samples.items()}
    opened = opening.open_workspace(whole(folder))
    planned = planning.compose_issue(opened, "one", fontset)
    edition = planned.edition
    assert edition is not None, planned.faults
    for name, printing in RUNS.items():
        one = rendering.Renderer(ROOT / "templates", fontset, engines, printing).render(edition)
        made[name] = Paper(one.files["pdf"], one.files["docx"], one)
    made["一份"] = Paper(_copy(opened, folder / "copies", fontset, engines))
    made["签批单"] = Paper(approval_pdf(_SHEET, fontset, engines))
    rows = tuple(YearlyRow(f"第{n}期", 300 + n, date(2026, 1, 4), (_TITLE,), 4, 139, 0, "付印") for n in range(1, 41))
    files, _ = yearly_files(
        YearlyList("中共临澜市委办公室", "工作信息", 2026, date(2027, 1, 6), rows), fontset, engines
    )
    made["年度期目"] = Paper(files["pdf"], files["docx"])
    return made


def _copy(opened: opening.Opened, folder: Path, fontset: FontSet, engines: Engines) -> bytes:
    """One copy of the issue of all parts, with its 份号 and a line that says whose it is."""
    wanted = copies.Wanted(to=("常委",), first=7, last=7, start=1, line=True, folder=folder)
    job = copies.prepare(opened, "one", wanted, fontset)
    pages = copies.set_pages(job, ROOT / "templates", fontset, engines)
    [copy] = copies.make(job, pages, ROOT / "templates", fontset, engines)
    return (folder / copy.name).read_bytes()


def whole(folder: Path) -> Workspace:
    """A workspace with one issue, ``one``, that has every part but 主送 and 署名, which only 督查通报 has."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    for name in ("items", "issues", "findings"):
        (folder / "content" / name).mkdir(parents=True)
    (folder / "content/office.yaml").write_text(_OFFICE, encoding="utf-8")
    (folder / "content/issues/one.yaml").write_text(_ISSUE, encoding="utf-8")
    picture = Image.new("RGBA", (300, 200), (200, 220, 240, 128))  # half seen through
    picture.putpixel((5, 5), (0, 0, 0, 255))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    (folder / "content/issues/渠道.png").write_bytes(stream.getvalue())
    return Workspace(folder)
