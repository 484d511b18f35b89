"""Deviations of templates from the layout of their publication: each kind made on purpose, each told exactly, and nothing else."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

from builder import publications, trial
from builder.errors import Fault
from builder.render.child import Engines
from builder.settings import workspace
from tests.conftest import ROOT

ID = "gongzuo-xinxi"
STYLES, BODY, SETTINGS = "word/styles.xml", "word/document.xml", "word/settings.xml"


GRID = '<w:docGrid w:type="lines"'
HEADER = (
    '<w:hdr xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
    "<w:p><w:r><w:t>内部资料　注意保存</w:t></w:r></w:p></w:hdr>"
)


def office(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "content").mkdir()
    return tmp_path


def checked(folder: Path, engines: Engines) -> list[Fault]:
    return trial.check(workspace(folder), [ID], engines)


def edit(folder: Path, part: str, before: str, after: str, since: str = "") -> None:
    """The first ``before`` that follows ``since`` in a part of the Word template."""
    path = folder / "templates" / ID / "issue.docx"
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    head, mark, rest = parts[part].partition(since) if since else ("", "", parts[part])
    assert before in rest, before
    parts[part] = head + mark + rest.replace(before, after, 1)
    with zipfile.ZipFile(path, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)


def style(name: str) -> str:
    return f'<w:name w:val="{name}"/>'


WORD = {
    "天头": (BODY, 'w:top="2098"', 'w:top="2268"', "", "页面的天头应为37 mm，实为40 mm"),
    "订口": (BODY, 'w:left="1587"', 'w:left="1701"', "", "页面的订口应为28 mm，实为30 mm"),
    "题名字号": (STYLES, '<w:sz w:val="44"/>', '<w:sz w:val="40"/>', style("题名"), "题名的字号应为二号（22 pt），实为20 pt"),
    "题名字体": (STYLES, 'w:eastAsia="方正小标宋简体"', 'w:eastAsia="黑体"', style("题名"), "题名的字体应为方正小标宋简体，实为黑体"),
    "刊名颜色": (STYLES, '<w:color w:val="FF0000"/>', '<w:color w:val="C00000"/>', style("刊名"), "刊名的颜色应为FF0000，实为C00000"),
    "期号以上": (STYLES, 'w:before="296"', 'w:before="400"', style("期号"), "期号的段前应为14.8 pt，实为20 pt"),
    "红线粗细": (STYLES, 'w:sz="11"', 'w:sz="18"', style("编印行"), "编印行的下框线粗应为1.38 pt，实为2.25 pt"),
    "红线颜色": (STYLES, 'w:color="FF0000"', 'w:color="000000"', style("编印行"), "编印行的下框线颜色应为FF0000，实为000000"),
    "栏目对齐": (STYLES, '<w:jc w:val="left"/>', '<w:jc w:val="center"/>', style("栏目"), "栏目的对齐应为居左，实为居中"),
    "编者按缩进": (
        STYLES,
        'w:firstLineChars="200" w:firstLine="630"',
        'w:firstLineChars="0" w:firstLine="0"',
        style("编者按"),
        "编者按的首行缩进应为2 字，实为0 字",
    ),
    "署名段前": (STYLES, 'w:before="579"', 'w:before="0"', style("署名"), "署名的段前应为28.95 pt，实为0 pt"),
    "版记行距": (STYLES, 'w:line="480"', 'w:line="560"', style("版记"), "版记的行距应为固定值 24 pt，实为固定值 28 pt"),
    "版记首末线": (STYLES, 'w:sz="8"', 'w:sz="4"', style("版记首末线"), "版记首末线的下框线粗应为1 pt，实为0.5 pt"),
    "页码字体": (STYLES, 'w:eastAsia="宋体"', 'w:eastAsia="黑体"', style("页码"), "页码的字体应为宋体，实为黑体"),
    "表头字号": (STYLES, '<w:sz w:val="24"/>', '<w:sz w:val="28"/>', style("表头"), "表头的字号应为小四（12 pt），实为四号（14 pt）"),
    "表格外框": (STYLES, 'w:sz="8"', 'w:sz="16"', style("简报表"), "表格的外框线粗应为1 pt，实为2 pt"),
    "楷体字": (
        STYLES,
        'w:eastAsia="楷体_GB2312"',
        'w:eastAsia="华文楷体"',
        style("楷体字"),
        "编者按、正文带供稿的字体应为楷体_GB2312，实为华文楷体",
    ),
    "一级标题加粗": (STYLES, '<w:sz w:val="32"/>', '<w:b/><w:sz w:val="32"/>', style("一级标题"), "一级标题的加粗应为不加粗，实为加粗"),
    "直接格式": (
        BODY,
        "<w:r><w:t xml:space=\"preserve\">{{ 件.标 }}",
        "<w:r><w:rPr><w:sz w:val=\"28\"/></w:rPr><w:t xml:space=\"preserve\">{{ 件.标 }}",
        "",
        "附件标的字号应为三号（16 pt），实为四号（14 pt）",
    ),
    "标点压缩": (SETTINGS, 'w:val="doNotCompress"', 'w:val="compressPunctuation"', "", "设置的标点压缩应为不压缩，实为压缩"),
    "首页不同": (BODY, GRID, f"<w:titlePg/>{GRID}", "", "页面的首页不同应为否，实为是"),
    "分栏": (BODY, GRID, f'<w:cols w:num="2"/>{GRID}', "", "页面的分栏应为没有，实为2 栏"),
    "页面边框": (
        BODY,
        GRID,
        f'<w:pgBorders><w:top w:val="single" w:sz="12" w:space="1" w:color="auto"/></w:pgBorders>{GRID}',
        "",
        "页面的页面边框应为没有，实为有",
    ),
    "起始页码": (BODY, GRID, f'<w:pgNumType w:start="5"/>{GRID}', "", "页面的起始页码应为没有，实为5"),
    "竖直对齐": (BODY, GRID, f'<w:vAlign w:val="center"/>{GRID}', "", "页面的竖直对齐应为没有，实为居中"),
    "题名倾斜": (STYLES, '<w:sz w:val="44"/>', '<w:i/><w:sz w:val="44"/>', style("题名"), "题名的字的样子应为不加线、不倾斜，实为倾斜"),
    "题名下划线": (
        STYLES,
        '<w:sz w:val="44"/>',
        '<w:u w:val="single"/><w:sz w:val="44"/>',
        style("题名"),
        "题名的字的样子应为不加线、不倾斜，实为下划线",
    ),
    "附件标底色": (
        BODY,
        '<w:r><w:t xml:space="preserve">{{ 件.标 }}',
        '<w:r><w:rPr><w:highlight w:val="yellow"/></w:rPr><w:t xml:space="preserve">{{ 件.标 }}',
        "",
        "附件标的字的样子应为不加线、不倾斜，实为底色",
    ),
    "单双页": (SETTINGS, "<w:evenAndOddHeaders/>", "", "", "设置的奇偶页不同应为是，实为否"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WORD)
def test_a_deviation_of_the_word_template_is_told_with_what_should_be_and_what_is(
    tmp_path: Path, engines: Engines, kind: str
) -> None:
    folder = office(tmp_path)
    part, before, after, since, told = WORD[kind]
    edit(folder, part, before, after, since)
    faults = checked(folder, engines)
    assert {f.code for f in faults} == {"template-look"}
    assert {f.severity for f in faults} == {"warning"}
    assert [f.message for f in faults if not f.message.startswith(told)] == []
    assert len(faults) == 1


def test_a_header_that_an_office_added_is_told_since_every_page_would_bear_it(tmp_path: Path, engines: Engines) -> None:
    folder = office(tmp_path)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/header"
    made = "application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml"
    edit(folder, BODY, "<w:sectPr>", '<w:sectPr><w:headerReference w:type="default" r:id="rId99"/>')
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="header9.xml"/></Relationships>'
    edit(folder, "word/_rels/document.xml.rels", "</Relationships>", relation)
    override = f'<Override PartName="/word/header9.xml" ContentType="{made}"/></Types>'
    edit(folder, "[Content_Types].xml", "</Types>", override)
    with zipfile.ZipFile(folder / "templates" / ID / "issue.docx", "a") as package:
        package.writestr("word/header9.xml", HEADER)
    assert [f.message for f in checked(folder, engines)] == ["页眉的有无应为没有，实为有（如“内部资料 注意保存”）。"]


@pytest.mark.parametrize(
    ("section", "key", "value", "told"),
    [
        # Titles stand in the middle of the type area as it should be, which ends 3 mm above the one that is.
        ("版心", "天头", "40", ["PDF 的标题：居中应为居中 ±4 mm", "PDF 的版心：天头应为37 mm ±1，实为40.0 mm"]),
        ("版心", "订口", "31", ["PDF 的版心：订口应为28 mm ±1，实为31.0 mm"]),
        (
            "正文",
            "行距",
            "30",
            ["PDF 的正文：每面行数（按行距）应为22 行，实为21 行", "PDF 的正文：行距应为28.95 pt ±0.15，实为30.00 pt"],
        ),
        ("报头", "刊名上距", "25", ["PDF 的刊名：上边缘距版心应为15 mm ±1，实为24."]),
        ("报头", "期号至编印", "12", ["PDF 的编印单位：距期号应为7 mm ±1，实为12.0 mm"]),
        ("报头", "红", '"00AA00"', ["PDF 的刊名、红线：颜色应为FF0000，实为00AA00"]),
        ("报头", "红线粗", "1.5", ["PDF 的红线：粗细应为0.5 mm ±0.1，实为1.5 mm"]),
        ("标题", "单题字号", "26", ["PDF 的标题：字号应为22或18 pt，实为26 pt"]),
        ("版记", "首末线", "0.8", ["PDF 的版记：首末条线粗应为0.35 mm ±0.06，实为0.80 mm"]),
        ("页码", "距版心", "11", ["PDF 的页码：距版心下边缘应为7 mm ±0.8，实为11.0 mm"]),
        ("表格", "外线", "2.5", ["PDF 的表格：外框线粗应为1 pt ±0.15，实为2.50 pt"]),
    ],
)
def test_a_deviation_of_the_typst_template_is_told_with_what_should_be_and_what_is(
    tmp_path: Path, engines: Engines, section: str, key: str, value: str, told: list[str]
) -> None:
    folder = office(tmp_path)
    own = f"d + (版式: d.版式 + ({section}: d.版式.{section} + ({key}: {value})))"
    code = f'#import "/layout/official.typ": issue\n#let d = json("/view.json")\n#issue({own})\n'
    (folder / "templates" / ID / "issue.typ").write_text(code, encoding="utf-8")
    faults = checked(folder, engines)
    assert {(f.code, f.severity, f.place.file) for f in faults} == {
        ("template-look", "warning", f"templates/{ID}/issue.typ")
    }
    assert [f.message[: len(start)] for f, start in zip(faults, told, strict=True)] == told


def test_figures_that_were_changed_without_making_the_word_template_again_are_told_of_that_template_alone(
    tmp_path: Path, engines: Engines
) -> None:
    folder = office(tmp_path)
    data = folder / "templates" / ID / "publication.yaml"
    text = (
        data.read_text(encoding="utf-8").replace("刊名上距: 15", "刊名上距: 20").replace("题下空行: 1}", "题下空行: 2}")
    )
    data.write_text(text, encoding="utf-8")
    faults = checked(folder, engines)
    assert {f.place.file for f in faults} == {f"templates/{ID}/issue.docx"}
    assert [f.message.partition("（如")[0].rstrip("。") for f in faults] == [
        "多条题名、题名、附件题名的段后应为57.9 pt，实为28.95 pt",
        "报头上空的行距应为固定值 47.7 pt，实为固定值 33.55 pt",
    ]


def test_the_shipped_templates_have_no_deviation(tmp_path: Path, engines: Engines) -> None:
    folder = office(tmp_path)
    for publication in publications.load(folder / "templates")[0]:
        assert trial.check(workspace(folder), [publication], engines) == []
