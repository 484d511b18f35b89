"""Views made by hand, with every kind of block and strings that other systems would trip over."""

from __future__ import annotations

import copy
import io
from pathlib import Path
from typing import Any

from PIL import Image

from builder import publications
from builder.render.printing import top_lines

ROOT = Path(__file__).resolve().parents[2]
NASTY = (
    "R&D占比<5%",
    "a <b> c",
    "</w:t></w:r></w:p>",
    "{{ 7*7 }}",
    "{% for %}",
    '#read("x")',
    "$x$",
    "]]><!--",
    "&amp;",
    "2*3和4*5",
    "[1]: x",
    "---",
    "\\",
    "~",
    "@a",
    "_x_",
    "`",
    "-- ---",
    "\"'",
    "……——",
    "ﬁ",
    "#let x = 1; #x",
    "= 标题 //注",
    "<!-- -->",
    "\\u{4e00}",
    "https://example.invalid/" + "a" * 90,
)
BODY = "市委督查室会同有关单位逐项核查，截至2026年6月8日，229件议案建议提案已办结207件，办结率90.4%（含市直部门）。"
_TITLES, _ = publications.load(ROOT / "templates")

Block = dict[str, Any]


def run(text: str, role: str = "仿宋", bold: bool = False) -> Block:
    return {"文": text, "体": role, "粗": bold}


def paragraph(text: str, credit: str = "", lead: str = "") -> Block:
    return {"类": "段", "级": 0, "独": False, "前": lead, "文字": [run(text)], "供稿": credit, "随": False}


def heading(text: str, level: int, role: str) -> Block:
    return {"类": "段", "级": level, "独": True, "前": "", "文字": [run(text, role)], "供稿": "", "随": False}


def title(lines: list[str], bookmark: str, single: bool = True, above: float = 0) -> Block:
    return {"类": "标题", "行": lines, "单题": single, "书签": bookmark, "上空": above}


def cell(text: str, start: int, columns: int = 1, rows: int = 1, role: str = "仿宋") -> Block:
    return {"文字": [run(text, role)] if text else [], "列": columns, "行": rows, "起": start}


def table(
    rows: list[list[str]], widths: list[float], heads: list[str], name: str = "表题", unit: str = "单位：件"
) -> Block:
    return {
        "类": "表",
        "题": name,
        "单位": unit,
        "列": [{"宽": w, "齐": side} for w, side in zip(widths, "左中右中左中右", strict=False)],
        "字号": 12,
        "头": [[cell(text, n, role="黑体") for n, text in enumerate(heads)]],
        "头格": [],
        "行": [[cell(text, n) for n, text in enumerate(row)] for row in rows],
        "注": [[run("注：截至月底。")]],
    }


def two_row_head() -> Block:
    """A table whose head has two rows and cells over both."""
    block = table([["甲县", "10", "9", "3.5"], ["乙县", "8", "8", "4.0"]], [60, 30, 30, 36.02], ["", "", "", ""])
    block["头"] = [
        [
            cell("单位", 0, rows=2, role="黑体"),
            cell("报送情况", 1, columns=2, role="黑体"),
            cell("得分", 3, rows=2, role="黑体"),
        ],
        [cell("任务", 1, role="黑体"), cell("实报", 2, role="黑体")],
    ]
    return block


def picture(name: str = "0123456789abcdef.png") -> tuple[Block, dict[str, bytes]]:
    """A picture block and its bytes."""
    stream = io.BytesIO()
    Image.new("RGB", (300, 200), (200, 220, 240)).save(stream, "PNG")
    return {"类": "图", "名": name, "宽": 90, "高": 60, "替": "示意图", "题": "图1　现场布置"}, {
        name: stream.getvalue()
    }


def top(*lines: str) -> Block:
    """左上 of 《工作信息》 with these lines."""
    return top_lines(lines, (), "工作信息", _TITLES["gongzuo-xinxi"].layout)


def frame(publication: str, families: dict[str, list[str]], content: list[Block], **more: Any) -> dict[str, Any]:
    """A view with the given blocks; ``more`` replaces other parts of it."""
    data = _TITLES[publication]
    view = {
        "版本": 1,
        "刊物": publication,
        "元数据": {
            "题名": f"{data.data.name}第5期",
            "作者": "中共临澜市委督查室",
            "主题": "主题",
            "日期": "2026-06-08",
        },
        "版式": dict(data.layout),
        "字体": families,
        "黑白": False,
        "四色": False,
        "套打": None,
        "左上": {"行": [], "行距": 28.95, "下移": 0.0},
        "报头": {
            "刊名": data.data.name,
            "期号行": ["第5期"],
            "编印单位": "中共临澜市委督查室",
            "日期": "2026年6月8日",
            "红线": {"条": 1, "印": True},
            "期号红": False,
        },
        "页码": {"前": "— ", "后": " —", "位置": "外侧", "首面": True},
        "要目": None,
        "内容": content,
        "附件": [],
        "版记": {
            "条": [
                {"引": "报：", "文": "市委常委。"},
                {
                    "引": "送：",
                    "文": "市人大常委会、市政府、市政协领导同志，市纪委监委，市法院、市检察院，临澜军分区。",
                },
            ],
            "印发": None,
            "印数": "（共印120份）",
            "印数位置": "线上",
            "责任": "",
            "位置": 1,
            "空白面": 0,
            "另面": False,
        },
        "压行": None,
        "清样": None,
        "图片": {},
        **more,
    }
    return copy.deepcopy(view)


def everything(families: dict[str, list[str]]) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A view of 《工作信息》 with every kind of block, both kinds of annex, and all parts of head and foot."""
    image, photos = picture()
    content: list[Block] = [
        {
            "类": "编者按",
            "段": [[run("编者按：", "黑体"), run(BODY, "楷体")], [run("请各单位结合实际学习借鉴。", "楷体")]],
        },
        {"类": "栏目", "文": "【重点工作】", "上空": 0},
        title(["市两会议案建议提案办理工作", "取得阶段性进展"], "t1", single=False),
        {"类": "主送", "文": "各县（市、区）委，市直各单位："},
        heading("一、总体情况", 1, "黑体"),
        paragraph(BODY * 3),
        {
            **paragraph(""),
            "级": 2,
            "文字": [run("（一）压实责任。", "楷体"), run("逐件明确"), run("承办单位", bold=True), run("，按月调度。")],
        },
        paragraph("建立台账", lead="——"),
        paragraph("按时答复。", credit="（市水利局供稿）"),
        two_row_head(),
        image,
        {"类": "空行", "数": 1},
        title(["特殊字符原样印出"], "t2", single=False, above=1),
        *[paragraph(text) for text in NASTY],
        {"类": "供稿", "文": "（市农业农村局、市水利局供稿）"},
        {"类": "分页"},
        paragraph("分页以后的一段。"),
        {
            "类": "附件说明",
            "行": [{"引": "附件：", "序": "1.", "名": "问题清单" * 10}, {"引": "", "序": "2.", "名": "进展情况表"}],
            "随": False,
        },
        {"类": "署名", "机关": "中共临澜市委督查室", "日期": "2026年6月8日", "机关右空": 2.0, "日期右空": 3.5},
    ]
    rows = [[str(n), "整治事项" * (n % 5 + 1), "12.5", "完成"] for n in range(1, 41)]
    wide = table(rows, [20, 125, 40, 40], ["序号", "事项", "金额", "状态"])
    view = frame(
        "gongzuo-xinxi",
        families,
        content,
        左上=top("000123", "内部资料　注意保存"),
        要目={
            "标题": "本期要目",
            "字号": 16,
            "条目": [
                {"文": "市两会议案建议提案办理工作取得阶段性进展并就存在问题提出改进建议", "页码": "2", "书签": "t1"},
                {"文": "特殊字符原样印出", "页码": "3", "书签": "t2"},
            ],
        },
        附件=[
            {"标": "附件1", "题行": ["问题清单"], "方向": "纵", "内容": [paragraph(BODY)], "书签": "f1"},
            {"标": "附件2", "题行": ["进展情况表"], "方向": "横", "内容": [wide], "书签": "f2"},
        ],
    )
    view["报头"]["期号行"] = ["第11期", "（总第345期）"]
    view["版记"] |= {
        "印发": {"机关": "中共临澜市委办公室", "日期": "2026年6月8日印发"},
        "责任": "签发：主任　责任编辑：科长",
    }
    return view, photos
