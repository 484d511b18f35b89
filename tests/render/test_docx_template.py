"""The made Word templates: committed as made, valid for Word as templates and as issues, figures from the layout."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from builder import publications
from builder.render import docx
from builder.render.docx_template import make
from builder.render.template import fragments

ROOT = Path(__file__).resolve().parent.parent.parent
TITLES, _ = publications.load(ROOT / "templates")
NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
W = f"{{{NS['w']}}}"
TEXT = "市直有关部门和各县（市、区）加快推进重点项目建设，截至6月底完成投资1.2亿元，占年度计划的52.3%。"


def made(name: str = "gongzuo-xinxi") -> bytes:
    return make(TITLES[name].layout, TITLES[name].data.model_dump(by_alias=True))


def part(data: bytes, name: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def run(text: str, role: str = "仿宋", bold: bool = False) -> dict[str, Any]:
    return {"文": text, "体": role, "粗": bold}


def paragraph(text: str, **more: Any) -> dict[str, Any]:
    return {"类": "段", "级": 0, "独": False, "前": "", "文字": [run(text)], "供稿": "", "随": False, **more}


def table(size: float, rows: int) -> dict[str, Any]:
    def head(text: str, columns: int = 1, merge: str = "") -> dict[str, Any]:
        return {"文字": [run(text, "黑体")] if text else [], "列": columns, "竖并": merge}

    cells = [
        {"文字": [run(t)], "列": 1, "行": 1, "起": n} for n, t in enumerate(("市水利局", "12", "1.25", "—" * rows))
    ]
    grid = [
        [head("单位", 1, "restart"), head("办理情况", 2), head("备注", 1, "restart")],
        [head("", 1, "continue"), head("交办"), head("办结"), head("", 1, "continue")],
    ]
    columns = [{"宽": w, "齐": a} for w, a in zip((56.02, 30.0, 30.0, 40.0), "左中右中", strict=True)]
    return {
        "类": "表", "题": "重点任务", "单位": "单位：件", "列": columns, "字号": size, "头": grid, "头格": grid,
        "行": [cells] * rows, "注": [[run("注：截至6月30日。")]],
    }  # fmt: skip


def body() -> list[dict[str, Any]]:
    """Every block in every form."""
    levels = [
        paragraph("", 级=n, 独=alone, 文字=[run(f"第{n}级。", "楷体", n == 3), run("" if alone else TEXT)])
        for n in (1, 2, 3, 4)
        for alone in (True, False)
    ]
    return [
        {"类": "编者按", "段": [[run("编者按：", "黑体"), run(TEXT, "楷体")], [run("再按。", "楷体")]]},
        {"类": "栏目", "文": "【重点工作】", "上空": 0},
        {"类": "标题", "行": ["关于加快项目建设", "有关情况的通报"], "单题": False, "书签": "t1", "上空": 0},
        {"类": "主送", "文": "各县（市、区）委："},
        *levels,
        paragraph("有破折号。", 前="——", 供稿="（市水利局供稿）"),
        paragraph(TEXT),
        {"类": "供稿", "文": "（市发展改革委供稿）"},
        {"类": "空行", "数": 1.5},
        {"类": "分页"},
        {"类": "标题", "行": ["第二个"], "单题": True, "书签": "t2", "上空": 1},
        table(12, 3),
        table(10.5, 2),
        {"类": "图", "名": "a.png", "宽": 100.0, "高": 50.5, "替": '图 "甲"<乙>&丙', "题": "示意图"},
        {"类": "图", "名": "a.png", "宽": 100.0, "高": 50.5, "替": "同一张图", "题": ""},
        {
            "类": "附件说明",
            "行": [{"引": "附件：", "序": "1.", "名": "甲"}, {"引": "", "序": "2.", "名": "乙"}],
            "随": False,
        },
        {"类": "附件说明", "行": [{"引": "附件：", "序": "", "名": "丙"}], "随": False},
        {"类": "署名", "机关": "市委督查室", "日期": "2026年6月8日", "机关右空": 2.0, "日期右空": 1.25},
    ]


def view(**more: Any) -> dict[str, Any]:
    annexes = [
        {
            "标": f"附件{n}",
            "题行": ["题名"],
            "方向": way,
            "内容": [paragraph(TEXT), {**body()[-5], "替": f"第{n}"}],
            "书签": f"f{n}",
        }
        for n, way in enumerate("纵横横纵横", 1)
    ]
    return {
        "版本": 1,
        "刊物": "gongzuo-xinxi",
        "元数据": {"题名": "工作信息第1期", "作者": "市委办", "主题": "甲", "日期": "2026-06-08"},
        "版式": TITLES["gongzuo-xinxi"].layout,
        "字体": {},
        "左上": {"行": [{"左": "000012", "右": "特急"}, {"左": "机密★1年", "右": ""}], "行距": 21.0, "下移": 0.0},
        "报头": {
            "刊名": "工作信息",
            "期号行": ["第1期", "（总第335期）"],
            "编印单位": "市委办",
            "日期": "2026年6月8日",
            "红线": {"条": 1, "印": True},
            "期号红": False,
        },
        "页码": {"前": "— ", "后": " —", "位置": "外侧", "首面": True},
        "要目": {"标题": "本期要目", "字号": 16, "条目": [{"文": "甲", "页码": "3", "书签": "t1"}]},
        "内容": body(),
        "附件": annexes,
        "版记": foot(3),
        "图片": {"a.png": {"宽": 100, "高": 50}},
        **more,
    }


def foot(lines: int) -> dict[str, Any]:
    return {
        "条": [{"引": "报：", "文": "甲" * 27 * lines + "。"}, {"引": "", "文": "本期增发：市委党校。"}],
        "印发": {"机关": "市委办", "日期": "2026年6月8日印发"},
        "印数": "（共印120份）",
        "印数位置": "线上",
        "责任": "签发：张三　责任编辑：李四",
        "位置": 1,
        "空白面": 0,
        "另面": False,
    }


def issue(data: Mapping[str, Any], tmp_path: Path, template: bytes | None = None) -> bytes:
    (tmp_path / "gongzuo-xinxi").mkdir(exist_ok=True)
    (tmp_path / "gongzuo-xinxi" / "issue.docx").write_bytes(template or made())
    return docx.Engine(tmp_path).render(data, {"a.png": b"\x89PNG\r\n\x1a\n"})


@pytest.mark.parametrize("name", TITLES)
def test_the_committed_template_is_exactly_what_is_made(name: str) -> None:
    assert (ROOT / "templates" / name / "issue.docx").read_bytes() == made(name)


@pytest.mark.parametrize("name", TITLES)
def test_the_template_itself_is_a_valid_word_file(name: str) -> None:
    found = OpenXmlValidator().validate(ROOT / "templates" / name / "issue.docx")
    assert [str(e) for e in found.errors] == []


@pytest.mark.parametrize("name", TITLES)
def test_tags_stand_in_text_only_where_word_keeps_them(name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(made(name))) as package:
        for member in package.namelist():
            for element in etree.fromstring(package.read(member)).iter():
                assert not any("{" in value for value in element.attrib.values() if "}" in value), member
                if element.text and "{" in element.text:
                    assert etree.QName(element).localname in ("t", "title", "subject", "creator")


def test_an_issue_with_every_block_is_a_valid_word_file(tmp_path: Path) -> None:
    (tmp_path / "issue.docx").write_bytes(issue(view(), tmp_path))
    found = OpenXmlValidator().validate(tmp_path / "issue.docx")
    assert [str(e) for e in found.errors] == []


def test_drawings_have_numbers_of_their_own_though_a_picture_comes_twice(tmp_path: Path) -> None:
    numbers = part(issue(view(), tmp_path)).xpath("//wp:docPr/@id", namespaces=NS)
    assert len(numbers) == len(set(numbers)) == 2 + 5 + 2  # pictures, one in each annex, foot, top left


def test_paper_turns_for_landscape_annexes_and_back(tmp_path: Path) -> None:
    sizes = part(issue(view(), tmp_path)).findall(".//w:sectPr/w:pgSz", NS)
    assert [s.get(f"{W}orient", "portrait")[0] for s in sizes] == ["p", "l", "p", "l", "p"]


def test_pages_hold_the_type_area_of_the_layout_upright_and_turned(tmp_path: Path) -> None:
    area = TITLES["gongzuo-xinxi"].layout["版心"]
    for section in part(issue(view(), tmp_path)).findall(".//w:sectPr", NS):
        size, margin = section.find("w:pgSz", NS), section.find("w:pgMar", NS)
        across = size.get(f"{W}orient") == "landscape"
        wide = int(size.get(f"{W}w")) - sum(int(margin.get(f"{W}{side}")) for side in ("left", "right"))
        high = int(size.get(f"{W}h")) - sum(int(margin.get(f"{W}{side}")) for side in ("top", "bottom"))
        wanted = (area["高"], area["宽"]) if across else (area["宽"], area["高"])
        assert (wide / 1440 * 25.4, high / 1440 * 25.4) == pytest.approx(wanted, abs=0.03)
        assert high >= (0 if across else 22 * 579)  # twips: 22 lines fit (GB/T 9704-2012, 5.2.3)


def test_another_red_and_another_size_reach_the_styles() -> None:
    layout = dict(TITLES["gongzuo-xinxi"].layout)
    layout["报头"] = {**layout["报头"], "红": "E60012", "刊名字号": 48}
    sheet = part(make(layout, {}), "word/styles.xml")
    look = sheet.xpath("//w:style[w:name/@w:val='刊名']/w:rPr", namespaces=NS)[0]
    assert look.find("w:color", NS).get(f"{W}val") == "E60012"
    assert look.find("w:sz", NS).get(f"{W}val") == "96"


def test_styles_are_found_by_name_when_word_has_renamed_their_ids(tmp_path: Path) -> None:
    contents: dict[str, bytes] = {}
    with zipfile.ZipFile(io.BytesIO(made())) as package:
        contents = {n: package.read(n) for n in package.namelist()}
    ids = re.findall(r'w:styleId="([^"]+)"', contents["word/styles.xml"].decode())
    for name in ("word/styles.xml", "word/document.xml", *(f"word/footer{n}.xml" for n in range(1, 5))):
        text = contents[name].decode()
        for number, style in enumerate(ids):
            text = re.sub(rf'(w:(?:styleId|val)=")({style})"', rf'\1a{number}"', text)
        contents[name] = text.encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        for name, data in contents.items():
            package.writestr(name, data)
    made_by_hand = issue(view(), tmp_path, buffer.getvalue())
    known = set(part(made_by_hand, "word/styles.xml").xpath("//w:style/@w:styleId", namespaces=NS))
    used = part(made_by_hand).xpath("//w:pStyle/@w:val | //w:rStyle/@w:val | //w:tblStyle/@w:val", namespaces=NS)
    assert set(used) <= known
    assert "表文" not in used


@pytest.mark.parametrize("count", [1, 2, 5])
def test_the_box_of_the_foot_is_as_high_as_its_lines(count: int) -> None:
    layout = TITLES["gongzuo-xinxi"].layout
    needed = (count + 1 + 1 + 1 + 1) * layout["版记"]["行距"]
    assert needed < fragments.foot_height(foot(count), layout) < needed + 2.5 * layout["版记"]["行距"]
