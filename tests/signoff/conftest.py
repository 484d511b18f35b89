"""One issue that uses every key, composed; for what is signed and what may be changed after it."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from builder.compose import Edition, compose
from builder.settings import Workspace
from builder.workflow import opening

ROOT = Path(__file__).resolve().parents[2]
OFFICE = """\
名称: 临澜市委办公室
编印单位: {gongzuo-xinxi: 临澜市委信息科}
涉密环境: 是
单位:
  - {全称: 临澜市水利局, 简称: 市水利局}
  - {全称: 临澜市应急管理局, 简称: 市应急局}
职务:
  - {职务: 市委副书记、市长, 可办: [签发]}
  - {职务: 办公室主任, 可办: [审核, 签发]}
  - {职务: 办公室副主任, 可办: [审核, 复核]}
  - {职务: 信息科科长, 可办: [编辑, 审核, 复核, 登记, 付印]}
  - {职务: 信息科编辑, 可办: [编辑, 登记]}
  - {职务: 机要员}
分发组:
  - {组: 领导, 名称: 市委常委, 份数: 11}
  - {组: 部门, 名称: 市直各单位, 份数: 60}
  - {组: 县区, 名称: 各县（区）委办公室, 份数: 20}
分发名单:
  gongzuo-xinxi: {报: [领导], 发: [县区], 存档: 2, 备用: 3}
"""
ITEM = """\
---
标题: 市水利局开展抗旱保苗工作
供稿单位: 临澜市水利局
接收时间: 2026-06-05
---
6月以来，全市投入劳力1200人次，完成灌溉3.5万亩，占计划的百分之八十。
一是落实责任。按照《抗旱保苗工作方案》，市应急局局长带队下乡，做到“一村一策”，进展比较顺力。
![渠首](a.png)
"""
ISSUE = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
期号: 11
总期: 345
专题: 抗旱专题
标识: 内部资料　注意保存
份号: "000123"
密级: 秘密
保密期限: 1年
紧急程度: 加急
要目: 是
编者按: 现将有关情况刊发如下，供参考。
栏目:
  - 名称: 重点工作
    编者按: 栏目按语。
    条目:
      - 信息: one
        编者按: 条目按语。
      - 正文: |
          另据了解，各地正在抓紧落实。
          请各单位认真执行。
        标题: 各地抓紧落实
        供稿: 本刊综合
  - 名称: 督查
    条目:
      - 表格:
          表题: 进展情况
          单位: 件
          表头: [单位, 件数, 状态]
          行:
            - [市水利局, "12", 已完成]
            - [市应急局, "7", 正在办]
          注: 截至月底。
        标题: 清单
附件:
  - 标题: 有关做法
    正文: 附件正文在此。
分发:
  增加:
    送: [部门]
本期增发:
  - {名称: 市委党校, 份数: 2}
署名: 是
签发: 市长
责任编辑: 甲
校对: 乙
"""
FILES = {"content/office.yaml": OFFICE, "content/items/one.md": ITEM, "content/issues/one.yaml": ISSUE}
Make = Callable[..., Edition]


def picture(colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "content/findings").mkdir(parents=True)
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "content/items/a.png").write_bytes(picture())
    return tmp_path


@pytest.fixture
def edition(folder: Path) -> Make:
    """``edition({file: (old, new)})``: the issue composed after one text in each of these files has been replaced."""

    def make(changed: dict[str, tuple[str, str]] | None = None) -> Edition:
        for name, text in FILES.items():
            old, new = (changed or {}).get(name, ("", ""))
            assert old in text
            (folder / name).write_text(text.replace(old, new) if old else text, encoding="utf-8")
        opened = opening.open_workspace(Workspace(folder))
        composed = compose(opened.library, opened.library.issues["one"], opened.titles, opened.numbers)
        assert composed.edition is not None, composed.faults
        return composed.edition

    return make
