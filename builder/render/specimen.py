"""A view that holds everything a view can hold: what templates may name, and what they are tried with.

It is the one place from which the known names of templates are taken (``shapes.of``); a test holds it against views
that ``view.build`` makes. Nothing here is printed in an issue.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from typing import Any

PICTURE = "0123456789abcdef.png"
PHOTOS = {
    PICTURE: base64.b64decode(  # one grey pixel
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg=="
    )
}
ROLES = ("仿宋", "楷体", "黑体", "宋体", "小标宋")
_TEXT = "各县（市、区）逐项核查，截至2026年6月8日，已办结207件，办结率90.4%。"


def view(publication: str, layout: Mapping[str, Any], families: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """The view: every key and every kind of block, in a publication's own figures and faces."""
    return {
        "版本": 1,
        "刊物": publication,
        "元数据": {"题名": "试排第1期", "作者": "试排单位", "主题": "试排", "日期": "2026-06-08"},
        "版式": dict(layout),
        "字体": {role: list(families.get(role, ())) for role in ROLES},
        "黑白": False,
        "四色": False,
        "套打": {"右": 0.0, "下": 0.0},
        "左上": {
            "行": [{"左": "000001", "右": "特急"}, {"左": "内部资料　注意保存", "右": ""}],
            "行距": 21.0,
            "下移": 0.0,
        },
        "报头": {
            "刊名": "试排",
            "期号行": ["第1期", "（总第1期）"],
            "编印单位": "试排单位",
            "日期": "2026年6月8日",
            "红线": {"条": 1, "印": True},
            "期号红": False,
        },
        "页码": {"前": "— ", "后": " —", "位置": "外侧", "首面": True},
        "要目": {"标题": "本期要目", "字号": 16, "条目": [{"文": "要目一条", "页码": "2", "书签": "t1"}]},
        "内容": _blocks(),
        "附件": [
            {"标": "附件1", "题行": ["附件一"], "方向": "纵", "内容": [_paragraph()], "书签": "f1"},
            {"标": "附件2", "题行": ["附件二"], "方向": "横", "内容": [_table()], "书签": "f2"},
        ],
        "版记": {
            "条": [{"引": "报：", "文": "试排单位。"}, {"引": "", "文": "试排单位。"}],
            "印发": {"机关": "试排单位", "日期": "2026年6月8日印发"},
            "印数": "（共印10份）",
            "印数位置": "线上",
            "责任": "签发：某某",
            "位置": 1,
            "空白面": 0,
            "另面": False,
        },
        "清样": {"文": "清样　拟第1期", "上": 12.0, "体": "黑体", "字号": 14},
        "压行": {"自": 28.95, "至": 28.0},
        "图片": {PICTURE: {"宽": 1, "高": 1}},
    }


def _run(text: str, role: str = "仿宋", bold: bool = False) -> dict[str, Any]:
    return {"文": text, "体": role, "粗": bold}


def _paragraph(level: int = 0, alone: bool = False, lead: str = "", credit: str = "") -> dict[str, Any]:
    return {
        "类": "段",
        "级": level,
        "独": alone,
        "前": lead,
        "文字": [_run(_TEXT), _run("重点", bold=True)],
        "供稿": credit,
        "随": False,
    }


def _blocks() -> list[dict[str, Any]]:
    """Every kind of block, in its variants."""
    return [
        {"类": "编者按", "段": [[_run("编者按：", "黑体"), _run(_TEXT, "楷体")]]},
        {"类": "栏目", "文": "【栏目】", "上空": 0},
        {"类": "标题", "行": ["标题第一行", "第二行"], "单题": False, "书签": "t1", "上空": 1},
        {"类": "主送", "文": "各县（市、区）："},
        *(_paragraph(level, alone=True) for level in range(1, 5)),
        _paragraph(),
        _paragraph(lead="——"),
        _paragraph(credit="（某局供稿）"),
        _table(),
        {"类": "图", "名": PICTURE, "宽": 60.0, "高": 40.0, "替": "图", "题": "图1"},
        {"类": "空行", "数": 0.5},
        {"类": "标题", "行": ["只有一条时的标题"], "单题": True, "书签": "t2", "上空": 0},
        _paragraph(),
        {"类": "供稿", "文": "（某局供稿）"},
        {"类": "分页"},
        {
            "类": "附件说明",
            "行": [{"引": "附件：", "序": "1.", "名": "甲"}, {"引": "", "序": "2.", "名": "乙"}],
            "随": False,
        },
        {"类": "署名", "机关": "试排单位", "日期": "2026年6月8日", "机关右空": 2.0, "日期右空": 3.5},
    ]


def _table() -> dict[str, Any]:
    """A table whose head has two rows, one cell over both and one over two columns."""
    head = [
        [_cell("单位", 0, rows=2), _cell("办理", 1, columns=2)],
        [_cell("交办", 1), _cell("办结", 2)],
    ]
    grid = [
        [_square("单位", merge="restart"), _square("办理", columns=2)],
        [_square("", merge="continue"), _square("交办"), _square("办结")],
    ]
    return {
        "类": "表",
        "题": "表题",
        "单位": "单位：件",
        "列": [{"宽": 60.0, "齐": "左"}, {"宽": 40.0, "齐": "中"}, {"宽": 40.0, "齐": "点", "点": 20.0}],
        "字号": 12,
        "头": head,
        "头格": grid,
        "行": [
            [_cell("甲县", 0), _cell("5", 1), _cell("4.5%", 2) | {"点前": "4"}],
            [_cell("乙县", 0), _cell("6", 1), _cell("—", 2)],
        ],
        "注": [[_run("注：试排。")]],
    }


def _cell(text: str, start: int, columns: int = 1, rows: int = 1) -> dict[str, Any]:
    return {"文字": [_run(text)], "列": columns, "行": rows, "起": start}


def _square(text: str, columns: int = 1, merge: str = "") -> dict[str, Any]:
    return {"文字": [_run(text, "黑体")] if text else [], "列": columns, "竖并": merge}
