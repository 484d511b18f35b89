"""The sample issues as DOCX: everything is carried, docxtpl agrees, structure is Word's own, bytes repeat."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from lxml import etree
from openxml_audit import OpenXmlValidator

from builder import content, fonts, publications
from builder.compose import assign, compose
from builder.measure import docx as reader
from builder.render import docx
from builder.render.view import View, build

ROOT = Path(__file__).resolve().parent.parent.parent
NS = {
    "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
    "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
}
W = f"{{{NS['w']}}}"
ISSUES = sorted(p.stem for p in (ROOT / "content" / "issues").rglob("*.yaml"))
HOSTILE = "R&D占比<5%</w:t></w:r></w:p>{{ 7*7 }}{% for %}{# x #}]]><!--&amp;'\""


@pytest.fixture(scope="session")
def views(fontset: fonts.FontSet) -> dict[str, View]:
    library, _ = content.load(ROOT)
    titles, _ = publications.load(ROOT / "templates")
    assert library is not None
    numbers, _ = assign(library.issues, titles)
    made: dict[str, View] = {}
    for name, issue in library.issues.items():
        edition = compose(library, issue, titles, numbers).edition
        assert edition is not None, name
        made[name.rpartition("/")[2]] = build(edition, fontset.families())
    return made


@pytest.fixture(scope="session")
def engine() -> docx.Engine:
    return docx.Engine(ROOT / "templates")


@pytest.fixture(scope="session")
def files(views: dict[str, View], engine: docx.Engine) -> dict[str, bytes]:
    return {name: engine.render(view.data, view.photos) for name, view in views.items()}


def part(data: bytes, name: str = "word/document.xml") -> Any:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return etree.fromstring(package.read(name))


def styles(data: bytes) -> dict[str, Any]:
    """Styles by the name an editor sees."""
    root = part(data, "word/styles.xml")
    return {style.find("w:name", NS).get(f"{W}val"): style for style in root.iterfind("w:style", NS)}


def ids_of(data: bytes) -> dict[str, str]:
    return {style.get(f"{W}styleId"): name for name, style in styles(data).items()}


def paragraphs(data: bytes) -> list[tuple[str, str]]:
    """(style name, text) of the body's paragraphs in order, those of text boxes among them."""
    names = ids_of(data)
    return [
        (names[style.get(f"{W}val")], "".join(t.text or "" for t in style.iterfind("../../w:r/w:t", NS)))
        for style in part(data).iterfind(".//w:p/w:pPr/w:pStyle", NS)
    ]


@pytest.mark.parametrize("name", ISSUES)
def test_every_character_of_the_view_is_in_the_file(views: dict[str, View], files: dict[str, bytes], name: str) -> None:
    assert reader.differences(views[name].data, files[name]) == []


@pytest.mark.parametrize("name", ISSUES)
def test_docxtpl_itself_makes_the_same_body(views: dict[str, View], files: dict[str, bytes], name: str) -> None:
    view = views[name].data
    path = ROOT / "templates" / view["刊物"] / "issue.docx"
    with zipfile.ZipFile(path) as package:
        environment = docx.environment(package.read("word/styles.xml").decode())
    template = DocxTemplate(path)
    template.render(dict(view), jinja_env=environment, autoescape=True)
    oracle = io.BytesIO()
    template.save(oracle)
    assert _plain(oracle.getvalue()) == _plain(files[name])


def _plain(data: bytes) -> bytes:
    """The body, without what docxtpl numbers or measures anew after rendering (ids of drawings, table grids) and leaves.

    Of a run that held only a tag docxtpl leaves an empty one.
    """
    body = part(data).find("w:body", NS)
    for drawing in body.iter(f"{{{NS['wp']}}}docPr"):
        drawing.set("id", "0")
    for grid in list(body.iter(f"{W}tblGrid")):
        grid.clear()
    for text in list(body.iterfind(".//w:r/w:t", NS)):
        if not text.text:
            text.getparent().getparent().remove(text.getparent())
    canonical = etree.tostring(body, method="c14n", exclusive=True)
    return re.sub(rb">\s+<", b"><", canonical)


@pytest.mark.parametrize("name", ISSUES)
def test_hostile_text_anywhere_prints_exactly(views: dict[str, View], engine: docx.Engine, name: str) -> None:
    view = _soiled(json.loads(json.dumps(views[name].data)))
    assert reader.differences(view, engine.render(view, views[name].photos)) == []


PRINTED = {
    "文",
    "题",
    "单位",
    "前",
    "供稿",
    "引",
    "序",
    "名",
    "机关",
    "印数",
    "责任",
    "标",
    "替",
    "题名",
    "作者",
    "主题",
    "左",
    "右",
}


def _soiled(value: Any, key: str = "") -> Any:
    """The value with hostile characters after every printed text (names of pictures stay)."""
    if isinstance(value, dict):
        picture = value.get("类") == "图"
        return {k: v if picture and k == "名" else _soiled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [_soiled(v, "文" if key in ("行", "期号行", "题行") and isinstance(v, str) else key) for v in value]
    return value + HOSTILE if isinstance(value, str) and value and key in PRINTED else value


@pytest.mark.parametrize("name", ISSUES)
def test_ids_are_unique_and_every_relationship_has_its_part(files: dict[str, bytes], name: str) -> None:
    body = part(files[name])
    for path in ("//wp:docPr/@id", "//w:bookmarkStart/@w:id", "//w:bookmarkStart/@w:name"):
        found = body.xpath(path, namespaces=NS)
        assert len(found) == len(set(found)), path
    assert body.xpath("//w:bookmarkStart/@w:id", namespaces=NS) == body.xpath("//w:bookmarkEnd/@w:id", namespaces=NS)
    relations = {r.get("Id"): r.get("Target") for r in part(files[name], "word/_rels/document.xml.rels")}
    used = body.xpath("//@r:embed | //@r:id", namespaces=NS)
    with zipfile.ZipFile(io.BytesIO(files[name])) as package:
        assert {f"word/{relations[i]}" for i in used} <= set(package.namelist())


def test_titles_and_headings_are_in_the_navigation_pane(views: dict[str, View], files: dict[str, bytes]) -> None:
    data = files["ducha-tongbao-8"]
    levels = {}
    for name, style in styles(data).items():
        level = style.find("w:pPr/w:outlineLvl", NS)
        if level is not None:
            levels[name] = int(level.get(f"{W}val"))
    outline = [(levels[s], t) for s, t in paragraphs(data) if s in levels]
    view = views["ducha-tongbao-8"].data
    wanted = [
        (0, "".join(b["行"])) if b["类"] == "标题" else (b["级"], "".join(r["文"] for r in b["文字"]))
        for b in view["内容"]
        if b["类"] == "标题" or (b["类"] == "段" and b["独"])
    ]
    assert [pair for pair in outline if pair in wanted] == wanted
    assert len(wanted) > 3


def test_headings_titles_and_section_heads_stay_with_what_follows(files: dict[str, bytes]) -> None:
    known = styles(files["gongzuo-xinxi-11"])
    for name in ("题名", "栏目", "一级标题", "二级标题", "三级标题", "四级标题", "表题"):
        assert known[name].find("w:pPr/w:keepNext", NS) is not None, name


def test_fonts_are_the_official_names_in_all_four_slots(files: dict[str, bytes]) -> None:
    official = {"仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"}
    seen = set()
    for fonts_element in part(files["gongzuo-xinxi-11"], "word/styles.xml").iter(f"{W}rFonts"):
        names = {fonts_element.get(f"{W}{slot}") for slot in ("ascii", "hAnsi", "eastAsia", "cs")}
        assert len(names) == 1
        seen |= names
    assert seen == official


def test_table_heads_repeat_and_rows_are_not_split(views: dict[str, View], files: dict[str, bytes]) -> None:
    for name, data in files.items():
        view = views[name].data
        tables = [b for b in [*view["内容"], *(b for a in view["附件"] for b in a["内容"])] if b["类"] == "表"]
        made = part(data).findall(".//w:tbl", NS)
        assert len(made) == len(tables)
        for table, block in zip(made, tables, strict=True):
            rows = table.findall("w:tr", NS)
            heads = [row.find("w:trPr/w:tblHeader", NS) is not None for row in rows]
            assert heads == [True] * len(block["头"]) + [False] * len(block["行"])
            assert all(row.find("w:trPr/w:cantSplit", NS) is not None for row in rows)


def test_column_widths_are_the_views_and_every_row_fills_the_grid(
    views: dict[str, View], files: dict[str, bytes]
) -> None:
    data, view = files["ducha-tongbao-7"], views["ducha-tongbao-7"].data
    blocks = [b for b in [*view["内容"], *(b for a in view["附件"] for b in a["内容"])] if b["类"] == "表"]
    for table, block in zip(part(data).findall(".//w:tbl", NS), blocks, strict=True):
        grid = [int(c.get(f"{W}w")) for c in table.findall("w:tblGrid/w:gridCol", NS)]
        assert grid == pytest.approx([c["宽"] * 1440 / 25.4 for c in block["列"]], abs=2)
        for row in table.findall("w:tr", NS):
            spans = [c.find("w:tcPr/w:gridSpan", NS) for c in row.findall("w:tc", NS)]
            assert sum(1 if s is None else int(s.get(f"{W}val")) for s in spans) == len(grid)


def test_a_head_cell_over_two_rows_is_one_merged_cell(views: dict[str, View], files: dict[str, bytes]) -> None:
    merged = [m.get(f"{W}val", "continue") for m in part(files["gongzuo-xinxi-13"]).iter(f"{W}vMerge")]
    spans = [
        cell["行"]
        for block in views["gongzuo-xinxi-13"].data["内容"]
        if block["类"] == "表"
        for row in block["头"]
        for cell in row
        if cell["行"] > 1
    ]
    assert spans
    assert merged.count("restart") == len(spans)
    assert merged.count("continue") == sum(spans) - len(spans)


def test_a_landscape_annex_is_a_section_of_its_own_and_the_foot_stands_upright(files: dict[str, bytes]) -> None:
    pages = part(files["ducha-tongbao-7"]).findall(".//w:sectPr/w:pgSz", NS)
    assert [p.get(f"{W}orient") for p in pages] == [None, "landscape", None]
    assert [p.get(f"{W}orient") for p in part(files["gongzuo-xinxi-11"]).findall(".//w:sectPr/w:pgSz", NS)] == [None]


def test_every_picture_has_its_description_and_its_size(views: dict[str, View], files: dict[str, bytes]) -> None:
    view = views["ducha-kuaixun-6"].data
    pictures = [b for b in [*view["内容"], *(b for a in view["附件"] for b in a["内容"])] if b["类"] == "图"]
    inline = part(files["ducha-kuaixun-6"]).findall(".//wp:inline", NS)
    assert pictures
    assert [i.find("wp:docPr", NS).get("descr") for i in inline] == [p["替"] for p in pictures]
    sizes = [(int(i.find("wp:extent", NS).get("cx")), int(i.find("wp:extent", NS).get("cy"))) for i in inline]
    assert sizes == [(round(p["宽"] * 36000), round(p["高"] * 36000)) for p in pictures]


def test_properties_come_from_the_issue_and_from_nothing_else(views: dict[str, View], files: dict[str, bytes]) -> None:
    for name, data in files.items():
        about, core = views[name].data["元数据"], part(data, "docProps/core.xml")
        assert core.findtext("dc:title", namespaces=NS) == about["题名"]
        assert core.findtext("dc:creator", namespaces=NS) == about["作者"]
        for when in ("dcterms:created", "dcterms:modified"):
            assert core.findtext(when, namespaces=NS) == f"{about['日期']}T00:00:00Z"


def test_a_hand_that_edits_meets_no_leavings_of_the_template(files: dict[str, bytes]) -> None:
    for data in files.values():
        names, body = ids_of(data), part(data)
        used = {names[s.get(f"{W}val")] for s in body.iterfind(".//*/w:pStyle", NS)}
        used |= {names[s.get(f"{W}val")] for s in body.iterfind(".//w:rStyle", NS)}
        assert not {n for n in used if n.startswith("模板")}
        empty = [t for t in body.iterfind(".//w:r/w:rPr/../w:t", NS) if not t.text]
        assert not empty


def test_no_joiner_enters_the_text(files: dict[str, bytes]) -> None:
    for data in files.values():
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            body = package.read("word/document.xml").decode()
        assert not re.search("[\u200b-\u200d\u2060\ufeff]", body)


def test_the_same_view_gives_the_same_bytes_in_another_process_and_time_zone(
    views: dict[str, View], files: dict[str, bytes], tmp_path: Path
) -> None:
    name = "ducha-kuaixun-6"
    (tmp_path / "view.json").write_text(json.dumps(views[name].data), encoding="utf-8")
    for photo, data in views[name].photos.items():
        (tmp_path / photo).write_bytes(data)
    code = (
        "import json, sys\nfrom pathlib import Path\nfrom builder.render.docx import Engine\n"
        "folder = Path(sys.argv[1]); view = json.loads((folder / 'view.json').read_text(encoding='utf-8'))\n"
        "photos = {n: (folder / n).read_bytes() for n in view['图片']}\n"
        "sys.stdout.buffer.write(Engine(Path('templates')).render(view, photos))"
    )
    environment = {**os.environ, "TZ": "Asia/Shanghai", "PYTHONHASHSEED": "7", "LC_ALL": "C.UTF-8"}
    made = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, env=environment, capture_output=True, check=True
    )
    assert made.stdout == files[name]


@pytest.mark.parametrize("name", ISSUES)
def test_a_validator_of_word_files_finds_nothing(name: str, files: dict[str, bytes], tmp_path: Path) -> None:
    path = tmp_path / "issue.docx"
    path.write_bytes(files[name])
    assert [str(error) for error in OpenXmlValidator().validate(path).errors] == []
