"""Wrong documents: each is a right one with one thing changed, and fails with the codes of that thing alone."""

from __future__ import annotations

import copy
import dataclasses
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from builder import fonts
from builder.inspection import pdf, profile
from builder.render.typst import Engine
from builder.workflow import rendering
from tests.inspection.test_pdf_right import ROOT, own, samples, wrong  # noqa: F401

View = dict[str, Any]
SHEET, FOOT, TABLE = "official.typ", "foot.typ", "table.typ"
MAIN, LONG = "gongzuo-xinxi-11", "ducha-tongbao-7"


@dataclass(frozen=True)
class Case:
    """A sample with a change of its view, of a layout template, or of figures (group.name: value)."""

    codes: set[str]
    sample: str = MAIN
    figures: dict[str, Any] = field(default_factory=dict)
    template: tuple[str, str, str] | None = None
    change: Callable[[View], object] | None = None


def blocks(view: View, kind: str) -> list[View]:
    return [b for b in view["内容"] if b["类"] == kind]


def _body_song(view: View) -> None:
    view["字体"]["仿宋"] = view["字体"]["宋体"]


def _heading_plain(view: View) -> None:
    for block in blocks(view, "段"):
        for run in block["文字"]:
            if run["体"] == "黑体":
                run["体"] = "仿宋"


def _level_two_black(view: View) -> None:
    for block in blocks(view, "段"):
        for run in block["文字"]:
            if run["体"] == "楷体":
                run["体"] = "黑体"


def _title(*rows: str) -> Callable[[View], None]:
    def change(view: View) -> None:
        blocks(view, "标题")[0]["行"] = list(rows)

    return change


def _empty_cell(view: View) -> None:
    blocks(view, "表")[0]["行"][1][2]["文字"] = []


def _no_foot(view: View) -> None:
    view["版记"] |= {"条": [], "印发": None, "印数": "", "责任": ""}


def _foot_stop(view: View) -> None:
    view["版记"]["条"][0]["文"] = view["版记"]["条"][0]["文"].rstrip("。")


def _annex_stop(view: View) -> None:
    blocks(view, "附件说明")[0]["行"][-1]["名"] += "。"


def _annex_long(view: View) -> None:
    blocks(view, "附件说明")[0]["行"][0]["名"] = "市级重要工作分工负责制落实情况对照检查" * 2


def _signature_alone(view: View) -> None:
    place = next(n for n, b in enumerate(view["内容"]) if b["类"] == "署名")
    view["内容"].insert(place, {"类": "分页"})


def _number(*lines: str) -> Callable[[View], None]:
    return lambda view: view["报头"].update(期号行=list(lines))


def _paragraph(text: str) -> View:
    return {
        "类": "段",
        "级": 0,
        "独": False,
        "前": "",
        "文字": [{"文": text, "体": "仿宋", "粗": False}],
        "供稿": "",
        "随": False,
    }


CASES: dict[str, Case] = {
    "letter paper": Case({"paper"}, figures={"纸张.宽": 216, "纸张.高": 279}),
    "text too low": Case({"margin-top"}, figures={"版心.天头": 45}),
    "text too far right": Case({"margin-left"}, figures={"版心.订口": 33}),
    "narrow text": Case({"area-width", "characters"}, "gongzuo-xinxi-12", figures={"版心.宽": 145}),
    "24 lines a page": Case({"line-pitch", "lines"}, figures={"正文.行距": 26.55}),
    "20 lines a page": Case({"line-pitch", "lines"}, figures={"正文.行距": 31.5}),
    "26 characters a line": Case({"character-pitch", "characters"}, figures={"正文.字距": 16.9}),
    "body of 14 pt": Case({"font-size"}, figures={"正文.字号": 14}),
    "body in 宋体": Case({"font"}, change=_body_song),
    "level one in 仿宋": Case({"font"}, change=_heading_plain),
    "level two in 黑体": Case({"font"}, LONG, change=_level_two_black),
    "titles in 黑体": Case(
        {"font"}, template=(SHEET, '_font(c, "小标宋")), .._lines(size', '_font(c, "黑体")), .._lines(size')
    ),
    "titles of 24 pt": Case({"font-size"}, figures={"标题.多题字号": 24}),
    "no indent": Case({"indent"}, template=(SHEET, "amount: 2 * c.char", "amount: 0 * c.char")),
    "blue text": Case(
        {"text-color"}, template=(SHEET, "fallback: false, costs", 'fill: rgb("0000FF"), fallback: false, costs')
    ),
    "all in bold": Case({"bold"}, template=(SHEET, "fallback: false, costs", "stroke: 0.3pt, fallback: false, costs")),
    "name in dark red": Case({"name-color", "red-rule-color"}, figures={"报头.红": "8B0000"}),
    "name too low": Case({"name-top"}, figures={"报头.刊名上距": 24}),
    "name not centred": Case({"name-centre"}, template=(SHEET, "align(center, context {", "align(left, context {")),
    "name too small": Case({"font-size"}, figures={"报头.刊名字号": 44}),
    "number far below the name": Case({"name-to-number"}, figures={"报头.刊名至期号": 14}),
    "office far below the number": Case({"number-to-office"}, figures={"报头.期号至编印": 15}),
    "rule far below the office": Case({"office-to-rule"}, figures={"报头.编印至红线": 9}),
    "red rule too thick": Case({"red-rule"}, figures={"报头.红线粗": 1.5}),
    "red rule too short": Case(
        {"red-rule-width"},
        template=(SHEET, "block(width: 100%, height: thick", "block(width: 70%, height: thick"),
    ),
    "no red rule": Case({"red-rule-missing"}, change=lambda v: v["报头"]["红线"].update(印=False)),
    "office at the edge": Case(
        {"office-indent"},
        template=(SHEET, "pad(x: c.size, {\n    set text(..small)", "pad(x: 0pt, {\n    set text(..small)"),
    ),
    "第012期": Case({"number-form"}, change=_number("第012期")),
    "half-width brackets in the number": Case({"number-form"}, change=_number("第12期(总第346期)")),
    "round brackets round the year": Case({"number-form"}, change=_number("（2026）12号")),
    "foot 3 mm too high": Case(
        {"foot-place"}, template=(FOOT, "breakable: false, _body", "breakable: false, inset: (bottom: 3mm), _body")
    ),
    "foot straight after the text": Case(
        {"foot-place"},
        template=(FOOT, "place(bottom, float: true, clearance: c.line / 2, body)", "v(c.line / 2)\n  body"),
    ),
    "foot's first and last rule too thick": Case({"foot-outer"}, figures={"版记.首末线": 0.5}),
    "foot's middle rule too thick": Case({"foot-middle"}, figures={"版记.中线": 0.5}),
    "foot's rules too short": Case(
        {"foot-width"}, template=(FOOT, "block(width: 100%, height", "block(width: 80%, height")
    ),
    "foot's rules red": Case({"foot-color"}, template=(FOOT, "1mm, fill: black", '1mm, fill: rgb("FF0000")')),
    "foot without indent": Case(
        {"foot-indent", "foot-indent-right"}, template=(FOOT, "pad(x: size, part)", "pad(x: 0pt, part)")
    ),
    "foot of 16 pt": Case({"font-size"}, figures={"版记.字号": 16}),
    "turned lines of the foot not aligned": Case(
        {"foot-turned"},
        template=(
            FOOT,
            "grid(columns: (auto, 1fr), align: top, par(plain(c, lead, pitch: 1)), par(plain(c, body, pitch: 1)))",
            "par(plain(c, lead + body, pitch: 1))",
        ),
    ),
    "foot without a stop": Case({"foot-stop"}, change=_foot_stop),
    "no foot": Case({"foot-missing"}, change=_no_foot),
    "page numbers centred": Case({"page-number-side"}, change=lambda v: v["页码"].update(位置="居中")),
    "page numbers on the other side": Case({"page-number-side"}, template=(SHEET, "or calc.odd(n)", "or calc.even(n)")),
    "page numbers at the edge": Case({"page-number-indent"}, figures={"页码.缩进": 0}),
    "page numbers too low": Case({"page-number-distance"}, figures={"页码.距版心": 11}),
    "page numbers with hyphens": Case({"page-number-form"}, change=lambda v: v["页码"].update(前="- ", 后=" -")),
    "page numbers as 第1页": Case({"page-number-form"}, change=lambda v: v["页码"].update(前="第", 后="页")),
    "page numbers of 10.5 pt": Case({"font-size"}, figures={"页码.字号": 10.5, "页码.缩进": 10.5}),
    "no page numbers": Case(
        {"page-number-missing"},
        template=(SHEET, 'foreground: pdf.artifact(kind: "footer", _page-number(c, across)),', ""),
    ),
    "page numbers that skip": Case(
        {"page-number-order"}, template=(SHEET, "str(n)", "str(if n > 2 { n + 2 } else { n })")
    ),
    "page number of a landscape page beside its text": Case(
        {"page-number-landscape"}, LONG, template=(SHEET, "if across {\n    let right", "if false {\n    let right")
    ),
    "an empty cell": Case({"table-empty"}, change=_empty_cell),
    "thick outline of tables": Case({"table-outer"}, figures={"表格.外线": 2.25}),
    "thick lines in tables": Case({"table-inner"}, figures={"表格.内线": 1.0}),
    "table head not repeated": Case({"table-head"}, LONG, template=(TABLE, "repeat: true", "repeat: false")),
    "title parted inside a word": Case(
        {"title-split"}, LONG, change=_title("关于2026年上半年重", "要工作分工负责制落实情况的通报")
    ),
    "title of four lines": Case(
        {"title-lines"}, LONG, change=_title("关于2026年上半年", "重要工作", "分工负责制", "落实情况的通报")
    ),
    "title lines too close": Case({"title-pitch-single"}, LONG, figures={"标题.单题行距": 25}),
    "title right below the rule": Case({"title-above"}, LONG, figures={"标题.线下空行": 0}),
    "signature at the edge": Case(
        {"signature-indent"}, LONG, change=lambda v: blocks(v, "署名")[0].update(机关右空=0, 日期右空=0)
    ),
    "signature on a page of its own": Case({"signature-alone"}, LONG, change=_signature_alone),
    "annex name with a stop": Case({"annex-stop"}, LONG, change=_annex_stop),
    "annex name turned to the edge": Case(
        {"annex-turned"},
        LONG,
        template=(
            SHEET,
            "columns: (auto, auto, 1fr),\n    ..b.行.map(x => (x.引, x.序, x.名).map(s => _flush(_plain(c, s)))).flatten()",
            "columns: 1fr,\n    ..b.行.map(x => _flush(_plain(c, x.引 + x.序 + x.名)))",
        ),
        change=_annex_long,
    ),
    "annex title on line 2": Case(
        {"annex-title"}, LONG, template=(SHEET, "  v(c.line)\n  _title(c, a.题行", "  _title(c, a.题行")
    ),
    "此页无正文": Case(
        {"no-text-page"}, change=lambda v: v["内容"].extend([{"类": "分页"}, _paragraph("（此页无正文）")])
    ),
}


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, str, str] | None], Path]:
    """``templates(change)``: a copy of the templates with a text in one file replaced."""

    def make(change: tuple[str, str, str] | None) -> Path:
        folder = tmp_path_factory.mktemp("wrong") / "templates"
        shutil.copytree(ROOT / "templates", folder)
        if change is not None:
            name, old, new = change
            text = (folder / "layout" / name).read_text(encoding="utf-8")
            assert old in text, f"{name} no longer has {old!r}"
            (folder / "layout" / name).write_text(text.replace(old, new), encoding="utf-8")
        return folder

    return make


@pytest.fixture(scope="module")
def make(
    samples: dict[str, rendering.Rendered],  # noqa: F811
    templates: Callable[[tuple[str, str, str] | None], Path],
    fontset: fonts.FontSet,
) -> Callable[[Case], bytes]:
    """``make(case)``: the PDF of a case."""

    def pdf_of(case: Case) -> bytes:
        seen = samples[case.sample].view
        view = copy.deepcopy(dict(seen.data))
        view["版式"] = {key: dict(group) for key, group in view["版式"].items()}
        for path, value in case.figures.items():
            group, _, key = path.partition(".")
            assert key in view["版式"][group]
            view["版式"][group][key] = value
        if case.change is not None:
            case.change(view)
        return Engine(templates(case.template), fontset.paths).render(view, seen.photos)

    return pdf_of


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_document_fails_for_its_own_reason_alone(make: Callable[[Case], bytes], name: str) -> None:
    case = CASES[name]
    report = pdf.inspect(make(case), f"{name}.pdf", own(case.sample))
    assert wrong(report) == case.codes, [f for f in report.findings if f.verdict == "不合格"]
    assert not report.passed
    for finding in report.findings:
        if finding.verdict == "不合格":
            assert finding.note
            assert finding.clause
            for box in finding.boxes:
                assert box.left < box.right
                assert box.top < box.bottom
                assert 1 <= box.page <= (report.pages or 0)
    assert report.profile == profile.of(own(case.sample).title).name  # type: ignore[arg-type]


# What a publication may choose: right where it has chosen so, wrong with these codes where it has not.
CHOICES: dict[str, tuple[Case, profile.Form]] = {
    "page numbers as 第1页": (CASES["page numbers as 第1页"], profile.Form(number="第{页}页")),
    "page numbers centred": (CASES["page numbers centred"], profile.Form(number_place="居中")),
    "page numbers at the right": (
        Case({"page-number-side"}, change=lambda v: v["页码"].update(位置="右")),
        profile.Form(number_place="右"),
    ),
    "no number on page 1": (
        Case({"page-number-missing"}, change=lambda v: v["页码"].update(首面=False)),
        profile.Form(number_first=False),
    ),
    "red number": (Case({"text-color"}, change=lambda v: v["报头"].update(期号红=True)), profile.Form(red_number=True)),
    "copy number at the right": (
        Case({"copy-number-side"}, change=lambda v: v["左上"].update(行=[{"左": "", "右": "000123"}])),
        profile.Form(copy_number_right=True),
    ),
}


@pytest.mark.parametrize("name", CHOICES)
def test_what_a_publication_chose_is_right_for_it_alone(make: Callable[[Case], bytes], name: str) -> None:
    case, form = CHOICES[name]
    made = make(case)
    chosen = dataclasses.replace(own(case.sample), form=form)
    assert wrong(pdf.inspect(made, "x.pdf", chosen)) == set()
    assert wrong(pdf.inspect(made, "x.pdf", own(case.sample))) == case.codes


def test_a_foot_on_a_multiple_of_four_stands_after_blank_pages_without_number(make: Callable[[Case], bytes]) -> None:
    sample = "gongzuo-xinxi-12"
    chosen = dataclasses.replace(own(sample), form=profile.Form(foot_multiple=4))
    report = pdf.inspect(make(Case(set(), sample, change=lambda v: v["版记"].update(位置=4))), "x.pdf", chosen)
    assert (report.pages, wrong(report)) == (4, set())
    assert wrong(pdf.inspect(make(Case(set(), sample)), "x.pdf", chosen)) == {"foot-multiple"}


def test_black_alone_is_right_for_a_publication_without_colour(make: Callable[[Case], bytes]) -> None:
    made = make(Case(set(), figures={"报头.红": "000000"}))
    assert wrong(pdf.inspect(made, "x.pdf", own(MAIN))) == {"name-color", "red-rule-color"}
    assert wrong(pdf.inspect(made, "x.pdf", dataclasses.replace(own(MAIN), red="000000"))) == set()


def test_a_double_red_rule_is_no_fault(make: Callable[[Case], bytes]) -> None:
    made = make(Case(set(), LONG, change=lambda v: v["报头"]["红线"].update(条=2)))
    assert wrong(pdf.inspect(made, "x.pdf", own(LONG))) == set()


def _pre_printed(view: View) -> None:
    view["报头"]["刊名"] = ""
    view["报头"]["红线"]["印"] = False


@pytest.mark.parametrize("sample", [MAIN, LONG, "ducha-kuaixun-5"])
def test_pre_printed_paper_is_told_from_a_missing_name_and_the_rest_is_right(
    make: Callable[[Case], bytes], sample: str
) -> None:
    made = make(Case(set(), sample, change=_pre_printed))
    report = pdf.inspect(made, "x.pdf", own(sample))
    assert wrong(report) == wrong(pdf.inspect(made, "x.pdf", profile.GB)) == set()
    (found,) = [f for f in report.findings if f.element == "刊名"]
    assert (found.code, found.verdict) == ("name-missing", "提醒")
    assert "套打" in found.note


def test_what_is_printed_on_pre_printed_paper_is_measured(make: Callable[[Case], bytes]) -> None:
    figures = {"报头.期号至编印": 15}
    made = make(Case(set(), MAIN, figures=figures, change=_pre_printed))
    assert wrong(pdf.inspect(made, "x.pdf", own(MAIN))) == {"number-to-office"}


CORNER = {
    "行": [{"左": "000123", "右": "特急"}, {"左": "机密★1年", "右": "内部资料　注意保存"}],
    "行距": 28.95,
    "下移": 0.0,
}


def test_lines_above_a_pre_printed_name_are_no_text(make: Callable[[Case], bytes]) -> None:
    def without(view: View) -> None:
        _pre_printed(view)
        view["左上"] = {**CORNER, "行": CORNER["行"][:1]}

    report = pdf.inspect(make(Case(set(), change=without)), "x.pdf", profile.GB)
    assert wrong(report) == set()
    assert {"左上", "期号", "编印单位"} <= {f.element for f in report.findings if f.code == "font"}


@pytest.mark.parametrize(("down", "verdict"), [(0.0, "合格"), (4.2, "提醒"), (12.0, "不合格")])
def test_a_name_that_gave_way_to_the_lines_above_it_is_a_remark(
    make: Callable[[Case], bytes], down: float, verdict: str
) -> None:
    made = make(Case(set(), change=lambda view: view.update(左上={**CORNER, "下移": down})))
    (found,) = [f for f in pdf.inspect(made, "x.pdf", own(MAIN)).findings if f.code == "name-top"]
    assert found.verdict == verdict
    assert ("让到了它们之下" in found.note) == (verdict == "提醒")


def test_a_file_of_two_short_paragraphs_is_measured_as_what_it_is(make: Callable[[Case], bytes]) -> None:
    def short(view: View) -> None:
        title = {**blocks(view, "标题")[0], "行": ["题"]}
        view.update(要目=None, 附件=[], 内容=[title, *[_paragraph("抓好落实抓好落实。")] * 2])

    report = pdf.inspect(make(Case(set(), change=short)), "x.pdf", own(MAIN))
    assert wrong(report) == set()
    told = {f.code: f.verdict for f in report.findings}
    assert (told["little-text"], told["indent"], told["title-centre"]) == ("提醒", "合格", "合格")


def test_every_code_stands_in_the_table_of_what_is_measured(samples: dict[str, rendering.Rendered]) -> None:  # noqa: F811
    told = (ROOT / "docs" / "layout.md").read_text(encoding="utf-8")
    told = told.partition("## What inspect measures")[2].partition("\nOn a DOCX")[0]
    written = "".join(p.read_text(encoding="utf-8") for p in (ROOT / "builder" / "inspection").glob("pdf*.py"))
    codes = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", told))
    used = {f.code for name, made in samples.items() for f in pdf.inspect(made.files["pdf"], name, own(name)).findings}
    used |= {code for case in CASES.values() for code in case.codes}
    assert used <= codes
    known = written + "".join(profile.of(own(MAIN).title).rules)  # type: ignore[arg-type]
    assert {code for code in codes if "-" in code and code not in known} == set()
