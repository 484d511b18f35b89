"""Word files measured as far as they say: ours pass, one typed by hand passes, each wrong one fails for its own reason."""

from __future__ import annotations

import io
import random
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import deepcopy
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from docx import Document as new_document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from PIL import Image
from word_papers import BODY, bulletin, find, fonts, landscape

from builder import publications
from builder.errors import InvalidContent
from builder.inspection import docx
from builder.inspection.findings import Report
from builder.inspection.profile import GB, Profile, of
from builder.workflow import rendering

ROOT = Path(__file__).resolve().parents[2]
Issues = Mapping[str, bytes]
SAMPLE = "ducha-tongbao-8"


@pytest.fixture(scope="session")
def issues(sample_issues: Mapping[str, rendering.Rendered]) -> Issues:
    """The DOCX of every sample issue by its bare name."""
    return {name: made.files["docx"] for name, made in sample_issues.items()}


@pytest.fixture(scope="module")
def titles() -> Mapping[str, Any]:
    return publications.load(ROOT / "templates")[0]


def own(titles: Mapping[str, Any], name: str = SAMPLE) -> Profile:
    return of(titles[name.rpartition("-")[0]])


def wrong(report: Report, verdict: str = "不合格") -> list[tuple[str, str]]:
    return [(f.code, f.element) for f in report.findings if f.verdict == verdict]


def changed(package: bytes, part: str, *pairs: tuple[str, str]) -> bytes:
    """A package with texts of a part replaced (regular expressions); each must be there."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            if name == part:
                text = data.decode()
                for pattern, by in pairs:
                    text, count = re.subn(pattern, by, text)
                    assert count, pattern
                data = text.encode()
            new.writestr(name, data)
    return stream.getvalue()


def test_every_sample_issue_passes_without_a_warning(issues: Issues, titles: Mapping[str, Any]) -> None:
    assert len(issues) == 7
    for name, data in issues.items():
        report = docx.inspect(data, f"{name}.docx", own(titles, name))
        assert report.passed
        assert not [f for f in report.findings if f.verdict != "合格"], name
        assert {f.element.split("（")[0] for f in report.findings} >= {
            "纸张",
            "版心",
            "正文",
            "刊名",
            "期号",
            "标题",
            "版记",
            "页码",
        }


def test_the_name_of_the_masthead_is_read(issues: Issues) -> None:
    assert docx.read(issues[SAMPLE], "x").name == "督查通报"
    assert docx.read(bulletin(), "x").name == "临澜督查"


DOCUMENT, STYLES, SETTINGS = "word/document.xml", "word/styles.xml", "word/settings.xml"


def styled(name: str, pattern: str, by: str) -> tuple[str, str]:
    """A change inside the style of this name."""
    return f'(<w:name w:val="{name}"/>(?:(?!</w:style>).)*?){pattern}', rf"\g<1>{by}"


FIRST, NO_FIRST = 'w:firstLineChars="200" w:firstLine="630"', 'w:firstLineChars="0" w:firstLine="0"'
TOP = '<w:top w:val="single" w:sz='
SPOILT: dict[str, tuple[str, list[tuple[str, str]], set[tuple[str, str]]]] = {
    "letter paper": (DOCUMENT, [('w:w="11906" w:h="16838"', 'w:w="12240" w:h="15840"')],
                     {("paper", "纸张"), ("area-width", "版心"), ("area-height", "版心"), ("lines", "正文"), ("foot-width", "版记"),
                      ("characters", "正文")}),
    "moved to the right": (DOCUMENT, [('w:right="1474"', 'w:right="1247"'), ('w:left="1587"', 'w:left="1814"')], {("margin-left", "版心")}),
    "low head": (DOCUMENT, [('w:top="2098"', 'w:top="2381"'), ('w:bottom="1984"', 'w:bottom="1701"')],
                 {("margin-top", "版心"), ("page-number-distance", "页码")}),
    "wide lines": (STYLES, [('w:line="579" w:lineRule="exact"', 'w:line="620" w:lineRule="exact"')],
                   {("line-pitch", "正文"), ("lines", "正文")}),
    "loose characters": (STYLES, [('<w:spacing w:val="-5"/>', '<w:spacing w:val="6"/>')],
                         {("character-pitch", "正文"), ("characters", "正文")}),
    "body in 宋体": (STYLES, [('仿宋_GB2312', '宋体')],
                   {("font", role) for role in ("期号", "编印单位", "主送机关", "正文", "署名", "版记", "表格")}),
    "small body": (STYLES, [styled("Normal", '<w:sz w:val="32"/>', '<w:sz w:val="28"/>')],
                   {("font-size", "正文"), ("font-size", "二级标题"), ("character-pitch", "正文"), ("characters", "正文")}),
    "red title": (STYLES, [styled("题名", '<w:spacing w:val="0"/><w:sz', '<w:color w:val="FF0000"/><w:spacing w:val="0"/><w:sz')],
                  {("text-color", "标题")}),
    "black name": (STYLES, [styled("刊名", '<w:color w:val="FF0000"/>', '<w:color w:val="000000"/>')], {("text-color", "刊名")}),
    "bold heading": (STYLES, [styled("一级标题", '<w:spacing w:val="-5"/><w:sz', '<w:b/><w:spacing w:val="-5"/><w:sz')],
                     {("bold", "一级标题")}),
    "first level in 楷体": (DOCUMENT, [('<w:rStyle w:val="RoleHei"/></w:rPr><w:t xml:space="preserve">一、',
                                    '<w:rStyle w:val="RoleKai"/></w:rPr><w:t xml:space="preserve">一、')], {("font", "一级标题")}),
    "title at the left": (STYLES, [styled("题名", '<w:jc w:val="center"/>', '<w:jc w:val="left"/>')], {("align", "标题")}),
    "indented title": (STYLES, [styled("题名", 'w:firstLineChars="0"', 'w:firstLineChars="200"')], {("indent-none", "标题")}),
    "body not indented": (STYLES, [styled("Normal", FIRST, NO_FIRST)],
                          {("indent", "正文"), ("indent", "二级标题")}),
    "turned lines indented": (STYLES, [styled("Normal", 'w:leftChars="0" w:left="0"', 'w:leftChars="200" w:left="630"'),
                                       styled("Normal", FIRST, NO_FIRST)],
                              {("indent-turned", "正文"), ("indent-turned", "二级标题")}),
    "number with a zero": (DOCUMENT, [("第8期", "第008期")], {("number-zero", "期号"), ("number-form", "期号")}),
    "number in round brackets": (DOCUMENT, [("第8期", "（2026）8号")], {("number-brackets", "期号"), ("number-form", "期号")}),
    "number in square brackets": (DOCUMENT, [("第8期", "[2026]8号")], {("number-brackets", "期号"), ("number-form", "期号")}),
    "number with an ordinal": (DOCUMENT, [("第8期", "〔2026〕第8号")], {("number-ordinal", "期号"), ("number-form", "期号")}),
    "number of another form": (DOCUMENT, [("第8期", "总第8期")], {("number-form", "期号")}),
    "date with a zero": (DOCUMENT, [("2026年7月15日</w:t></w:r></w:p><w:p><w:pPr><w:snapToGrid",
                                     "2026年07月15日</w:t></w:r></w:p><w:p><w:pPr><w:snapToGrid")], {("date-form", "日期")}),
    "title with a stop": (DOCUMENT, [("质量问题的通报", "质量问题的通报。")], {("title-stop", "标题")}),
    "thick first rule": (STYLES, [styled("版记首末?线", 'w:sz="8"', 'w:sz="12"')], {("foot-outer", "版记")}),
    "thick middle rule": (STYLES, [styled("版记中线", 'w:sz="6"', 'w:sz="8"')], {("foot-middle", "版记")}),
    "red foot": (STYLES, [styled("版记首末?线", 'w:color="000000"', 'w:color="FF0000"')], {("foot-color", "版记")}),
    "narrow foot": (DOCUMENT, [('<wp:extent cx="5616720"', '<wp:extent cx="5040000"')], {("foot-width", "版记")}),
    "foot without a stop": (DOCUMENT, [("市纪委监委。", "市纪委监委")], {("foot-stop", "版记")}),
    "foot at the edge": (STYLES, [styled("版记", 'w:leftChars="300"', 'w:leftChars="200"')], {("foot-indent", "版记")}),
    "numbers on one side": (SETTINGS, [("<w:evenAndOddHeaders/>", "")], {("page-number-side", "页码")}),
    "hyphens round the number": ("word/footer5.xml", [("— <", "- <"), (" —", " -")], {("page-number-form", "页码")}),
    "number in 仿宋": (STYLES, [styled("页码", '宋体', '仿宋')], {("font", "页码")}),
    "number typed, no field": ("word/footer5.xml", [(" PAGE ", " DATE ")], {("page-number", "页码")}),
    "large number": (STYLES, [styled("页码", '<w:sz w:val="28"/>', '<w:sz w:val="32"/>')], {("font-size", "页码")}),
    "low number": (DOCUMENT, [('w:footer="1407"', 'w:footer="992"')], {("page-number-distance", "页码")}),
    "empty cell": (DOCUMENT, [('preserve">市公安局</w:t>', 'preserve"> </w:t>')], {("table-empty", "表格")}),
    "thick table": (STYLES, [styled("简报表", TOP + '"8"', TOP + '"18"')], {("table-outer", "表格")}),
    "wide table": (DOCUMENT, [('<w:gridCol w:w="4021"/>', '<w:gridCol w:w="6021"/>')], {("table-width", "表格")}),
    "body against the rule of line heads": (STYLES, [('<w:kinsoku/>', '<w:kinsoku w:val="0"/>')], {("kinsoku", "设置")}),
}  # fmt: skip


@pytest.mark.parametrize("case", SPOILT)
def test_a_wrong_figure_fails_with_its_own_code_and_no_other(
    case: str, issues: Issues, titles: Mapping[str, Any]
) -> None:
    part, pairs, codes = SPOILT[case]
    report = docx.inspect(changed(issues[SAMPLE], part, *pairs), "错.docx", own(titles))
    assert set(wrong(report)) == codes
    for finding in report.findings:
        if finding.verdict != "合格":
            assert finding.note, finding


WARNED: dict[str, tuple[str, list[tuple[str, str]], tuple[str, str]]] = {
    "tracked change": (DOCUMENT, [("<w:r><w:t[^>]*>6月下旬", '<w:ins w:id="9" w:author="甲"><w:r><w:t>新增</w:t></w:r></w:ins>\\g<0>')],
                       ("tracked-changes", "文件")),
    "comment": (DOCUMENT, [("(一、总体情况</w:t></w:r>)", r'\1<w:r><w:commentReference w:id="1"/></w:r>')], ("comments", "文件")),
    "no name": (DOCUMENT, [("督查通</w:t>", "</w:t>"), ("preserve\">报</w:t>", 'preserve"></w:t>')], ("name-missing", "刊名")),
    "rows may part": (DOCUMENT, [("<w:cantSplit/>", "")], ("table-split", "表格")),
    "compressed marks": (SETTINGS, [('"doNotCompress"', '"compressPunctuation"')], ("compression", "设置")),
    "gaps beside digits": (STYLES, [('<w:autoSpaceDN w:val="0"/>', "<w:autoSpaceDN/>")], ("auto-space", "设置")),
    "lone lines kept together": (STYLES, [('<w:widowControl w:val="0"/>', "<w:widowControl/>")], ("widow-control", "设置")),
    "foot that floats": (DOCUMENT, [("<wp:align>bottom</wp:align>", "<wp:posOffset>0</wp:posOffset>")], ("foot-place", "版记")),
    "free faces": (STYLES, [("黑体", "Noto Sans CJK SC")], ("font", "一级标题")),
    "half-width marks": (DOCUMENT, [("进行清查。现将", "进行清查,现将")], ("half-punctuation", "标点")),
    "round brackets in a reference": (DOCUMENT, [("现将有关情况", "按照临办发（2026）5号，现将有关情况")], ("reference-brackets", "文号")),
    "digits in another face": (STYLES, [('w:ascii="仿宋_GB2312"', 'w:ascii="Times New Roman"')], ("latin-font", "正文")),
    "pitch by the font": (STYLES, [styled("Normal", 'w:line="579" w:lineRule="exact"', 'w:line="360" w:lineRule="atLeast"'),
                                   styled("Normal", "<w:widowControl", '<w:snapToGrid w:val="0"/><w:widowControl')],
                      ("line-pitch", "正文")),
}  # fmt: skip


@pytest.mark.parametrize("case", WARNED)
def test_what_an_editor_should_look_at_is_a_warning(case: str, issues: Issues, titles: Mapping[str, Any]) -> None:
    part, pairs, code = WARNED[case]
    report = docx.inspect(changed(issues[SAMPLE], part, *pairs), "看.docx", own(titles))
    assert code in wrong(report, "提醒")
    assert report.passed


# ---------------------------------------------------------------- files of other make


def test_a_bulletin_typed_in_another_program_passes() -> None:
    report = docx.inspect(bulletin(), "手排.docx", GB)
    assert wrong(report) == []
    assert wrong(report, "提醒") == [("foot-place", "版记")]  # its foot is a table in the text
    seen = {f.element for f in report.findings}
    assert {
        "刊名",
        "期号",
        "编印单位",
        "标题",
        "主送机关",
        "正文",
        "一级标题",
        "二级标题",
        "署名",
        "版记",
        "页码",
    } <= seen


def _theme_font(document: Any) -> None:
    """Only the Latin slots are set, as a script does that knows no better: Chinese text prints in the theme's 宋体."""
    for run in find(document, BODY[:6]).runs:
        del run._element.rPr.rFonts.attrib[qn("w:eastAsia")]


def _number_list(document: Any) -> None:
    """A first-level heading with an automatic number, in the wrong face."""
    heading = find(document, "一、主要做法")
    heading.runs[0].text = "主要做法"
    fonts(heading.runs[0], "仿宋_GB2312", 16)
    numbering = document.part.numbering_part.element
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "77")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("start", "1"), ("numFmt", "chineseCounting"), ("lvlText", "%1、")):
        child = OxmlElement(f"w:{name}")
        child.set(qn("w:val"), value)
        level.append(child)
    abstract.append(level)
    numbering.insert(0, abstract)
    num = OxmlElement("w:num")
    num.set(qn("w:numId"), "77")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "77")
    num.append(link)
    numbering.append(num)
    used = OxmlElement("w:numPr")
    for name, value in (("ilvl", "0"), ("numId", "77")):
        child = OxmlElement(f"w:{name}")
        child.set(qn("w:val"), value)
        used.append(child)
    heading._p.pPr.append(used)


def _picture(document: Any) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (40, 20)).save(stream, "PNG")
    document.paragraphs[5].add_run().add_picture(io.BytesIO(stream.getvalue()), width=Mm(180))


def _grid(document: Any) -> None:
    """No fixed pitch: the page's grid of lines decides, 20 a page."""
    for paragraph in document.paragraphs:
        if BODY in paragraph.text:
            paragraph.paragraph_format.line_spacing = 1.0
    grid = document.sections[0]._sectPr.find(qn("w:docGrid"))
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "638")


def _signature(document: Any) -> None:
    for text in ("中共临澜市委办公室", "2026年6月8日"):
        find(document, text).paragraph_format.right_indent = Pt(0)


def _say(start: str, text: str) -> Callable[[Any], None]:
    return lambda document: setattr(find(document, start).runs[0], "text", text)


def _font(start: str, name: str, value: Any) -> Callable[[Any], None]:
    return lambda document: setattr(find(document, start).runs[0].font, name, value)


def _blue(document: Any) -> None:
    find(document, BODY[:6]).runs[0].font.color.rgb = RGBColor(0, 0, 255)


TYPED: dict[str, tuple[Callable[[Any], None], tuple[str, str]]] = {
    "only Latin slots set": (_theme_font, ("font", "正文")),
    "automatic number": (_number_list, ("font", "一级标题")),
    "large picture": (_picture, ("picture-size", "图片")),
    "grid of 20 lines": (_grid, ("lines", "正文")),
    "blue text": (_blue, ("text-color", "正文")),
    "title of another size": (_font("关于", "size", Pt(26)), ("font-size", "标题")),
    "bold title": (_font("关于", "bold", True), ("bold", "标题")),
    "signature at the edge": (_signature, ("signature-indent", "署名")),
    "Chinese date": (_say("2026年6月8日", "二〇二六年六月八日"), ("date-form", "日期")),
    "five lines of title": (_say("关于", "关于\n全市\n抗旱保苗\n工作情况\n的通报"), ("title-lines", "标题")),
}


@pytest.mark.parametrize("case", TYPED)
def test_a_fault_typed_in_another_program_is_found(case: str) -> None:
    spoil, code = TYPED[case]
    report = docx.inspect(bulletin(spoil), "错.docx", GB)
    assert [c for c in wrong(report) if c[0] not in ("characters", "line-pitch")] == [code]


def test_a_landscape_page_is_the_portrait_page_turned() -> None:
    for side in ("right", "left"):
        report = docx.inspect(bulletin(lambda d, side=side: landscape(d, side)), "横.docx", GB)
        assert wrong(report) == [], side
        assert any(f.element.startswith("横排页") for f in report.findings)

    def narrow_head(document: Any) -> None:
        landscape(document)
        document.sections[-1].right_margin = Mm(20)

    narrow = docx.inspect(bulletin(narrow_head), "横.docx", GB)
    assert {f.element for f in narrow.findings if f.verdict == "不合格"} == {"横排页（第2节）"}


def test_typed_spaces_instead_of_an_indent_are_a_warning() -> None:
    def spoil(document: Any) -> None:
        paragraph = find(document, BODY[:6])
        paragraph.paragraph_format.first_line_indent = Pt(0)
        paragraph.runs[0].text = "　　" + BODY

    report = docx.inspect(bulletin(spoil), "空格.docx", GB)
    assert report.passed
    assert ("indent", "正文") in wrong(report, "提醒")


def test_deleted_text_of_a_tracked_change_is_not_measured() -> None:
    def spoil(document: Any) -> None:
        paragraph = find(document, BODY[:6])
        gone = OxmlElement("w:del")
        run = OxmlElement("w:r")
        text = OxmlElement("w:delText")
        text.text = "删去的内容"
        run.append(text)
        gone.append(run)
        paragraph._p.append(gone)

    report = docx.inspect(bulletin(spoil), "修订.docx", GB)
    assert report.passed
    assert ("tracked-changes", "文件") in wrong(report, "提醒")


def test_a_paper_with_a_statutory_number_is_told_from_an_issue_number() -> None:
    def spoil(document: Any) -> None:
        find(document, "第5期").runs[0].text = "临督发〔2026〕5号"

    report = docx.inspect(bulletin(spoil), "文.docx", GB)
    assert wrong(report) == []
    assert "发文字号" in {f.element for f in report.findings}


# ---------------------------------------------------------------- odd files


def test_an_empty_document_is_measured_without_a_fall() -> None:
    def empty(document: Any) -> None:
        for child in list(document.element.body):
            if child.tag != qn("w:sectPr"):
                document.element.body.remove(child)

    report = docx.inspect(bulletin(empty), "空.docx", GB)
    assert not [f for f in report.findings if f.element == "正文"]
    assert any(f.element == "纸张" for f in report.findings)


def test_a_file_without_page_setup_styles_or_settings_is_measured(issues: Issues) -> None:
    bare = (
        '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>只有一段文字，别的什么都没有。</w:t></w:r></w:p></w:body></w:document>"
    )
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" '
        'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
        'Target="word/document.xml"/></Relationships>'
    )
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        parts = {"[Content_Types].xml": kinds, "_rels/.rels": relations, "word/document.xml": bare}
        for name, text in parts.items():
            package.writestr(name, text)
    report = docx.inspect(stream.getvalue(), "光.docx", GB)
    by_code = {(f.code, f.element): f for f in report.findings}
    assert by_code["paper", "纸张"].value == "没有写明"
    assert by_code["font", "正文"].value == "没有写明"
    assert by_code["font", "正文"].verdict == "提醒"


def test_figures_that_are_no_numbers_do_not_stop_the_measuring(issues: Issues, titles: Mapping[str, Any]) -> None:
    odd = changed(
        issues[SAMPLE], DOCUMENT, ('w:footer="1407"', 'w:footer="abc"'), ('w:linePitch="579"', 'w:linePitch="28.95pt"')
    )
    report = docx.inspect(odd, "怪.docx", own(titles))
    assert ("page-number-distance", "页码") in wrong(report)


def test_styles_based_on_each_other_in_a_circle_end(issues: Issues, titles: Mapping[str, Any]) -> None:
    circle = changed(issues[SAMPLE], STYLES, ('(w:styleId="Title1">.*?<w:basedOn w:val=)"Normal"', r'\1"Title1"'))
    assert docx.inspect(circle, "圈.docx", own(titles)).findings


def test_a_hostile_file_is_refused_by_the_guard(issues: Issues) -> None:
    hostile = changed(
        issues[SAMPLE],
        "word/_rels/document.xml.rels",
        ("</Relationships>", '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
         'relationships/attachedTemplate" Target="http://example.org/t.dotm" TargetMode="External"/></Relationships>'),
    )  # fmt: skip
    with pytest.raises(InvalidContent) as refused:
        docx.inspect(hostile, "毒.docx", GB)
    assert refused.value.faults


def test_measuring_takes_time_in_proportion_to_the_text() -> None:
    """4,000 paragraphs, 250 pages, are measured in seconds."""

    def long(document: Any) -> None:
        first = find(document, BODY[:6])._p
        for n in range(4000):
            more = deepcopy(first)
            more.find(qn("w:r")).find(qn("w:t")).text = sha256(str(n).encode()).hexdigest() + BODY
            document.element.body.insert(8, more)

    data = bulletin(long)
    start = time.process_time()
    assert docx.inspect(data, "长.docx", GB).passed
    assert time.process_time() - start < 12


def test_every_code_of_a_word_file_is_documented(issues: Issues, titles: Mapping[str, Any]) -> None:
    documented = set(re.findall(r"`([a-z-]+)`", (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")))
    found = {f.code for name, data in issues.items() for f in docx.inspect(data, name, own(titles, name)).findings}
    wrong_ones = {code for _, _, codes in SPOILT.values() for code, _ in codes} | {
        c for _, _, (c, _) in WARNED.values()
    }
    assert found | wrong_ones | {code for _, (code, _) in TYPED.values()} <= documented


def test_choices_of_a_publication_are_what_its_files_are_held_against(titles: Mapping[str, Any]) -> None:
    """Page number in the middle in another form, number of the issue red, everything black."""
    title = titles["ducha-kuaixun"]

    def chosen(**changes: Any) -> Profile:
        return of(replace(title, data=title.data.model_copy(update=changes)))

    middle = title.data.page_number.model_copy(update={"place": "居中", "form": "第{页}页"})
    red = title.data.masthead.model_copy(update={"red_number": "是"})
    codes = {
        name: set(wrong(docx.inspect(bulletin(), "选.docx", profile)))
        for name, profile in (
            ("own", chosen()),
            ("middle", chosen(page_number=middle)),
            ("red", chosen(masthead=red)),
            ("black", chosen(black="是")),
        )
    }
    assert codes["middle"] - codes["own"] == {("page-number-side", "页码"), ("page-number-form", "页码")}
    assert codes["red"] - codes["own"] == {("text-color", "期号")}
    assert ("text-color", "刊名") in codes["black"] - codes["own"]


def _odd(package: bytes, part: str, change: Callable[[re.Match[str]], str]) -> bytes:
    """A package with the attributes of a part changed one by one."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, re.sub(r'="([^"]*)"', change, data.decode()) if name == part else data)
    return stream.getvalue()


def test_values_without_sense_never_stop_the_measuring(issues: Issues) -> None:
    """Any attribute may hold anything; the guard may refuse the file, but nothing falls."""
    chance = random.Random(1)
    values = ("", "-1", "0", "x", "1e400", "nan", "inf", "99999999999", "甲")
    for _ in range(60):
        part = chance.choice((DOCUMENT, STYLES, SETTINGS))
        with zipfile.ZipFile(io.BytesIO(issues[SAMPLE])) as package:
            count = package.read(part).count(b'="')
        struck = set(chance.sample(range(count), min(count, 25)))
        at = iter(range(count))
        odd = _odd(
            issues[SAMPLE],
            part,
            lambda m, at=at, struck=struck: f'="{chance.choice(values)}"' if next(at) in struck else m[0],
        )
        with suppress(InvalidContent):
            assert docx.inspect(odd, "怪.docx", GB).findings


def test_a_word_file_without_text_is_told_to_have_none() -> None:
    stream = io.BytesIO()
    new_document().save(stream)
    finding = next(f for f in docx.inspect(stream.getvalue(), "空.docx", GB).findings if f.code == "no-text")
    assert finding.verdict == "不合格"
    assert "没有文字" in finding.note
