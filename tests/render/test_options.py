"""What a publication chooses of its look, measured on both files: PDFs by Typst, Word files through LibreOffice."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openxml_audit import OpenXmlValidator
from PIL import Image

from builder import fonts, pdfium, publications
from builder.content.pictures import grey
from builder.errors import JianbaoError, RenderError, has_errors
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.pdfium import Glyph, Sheet
from builder.render import word_header, word_sheet
from builder.render.printing import Printing, top_lines
from builder.render.template.styles import FONTS
from builder.render.word_sheet import colourless
from builder.settings import Workspace
from builder.soffice.faces import FaceFile
from builder.soffice.office import Office
from builder.workflow import opening, planning, rendering
from builder.workflow.inspecting import inspect
from tests.measure.conftest import ISSUE, OFFICE, ROOT

LINE = "全市上下抓好落实。"
PUBLICATION = "gongzuo-xinxi"
FOOT = "报尾: {报送发: 是, 印发: 否, 印数: 线上"
ANNEX = "附件:\n  - {标题: 情况说明, 正文: 附件只有一行。, 方向: 横}"
Make = Callable[..., rendering.Rendered]


@pytest.fixture(scope="module")
def renderers(tmp_path_factory: pytest.TempPathFactory, fontset: fonts.FontSet) -> Iterator[Callable[..., Any]]:
    """One engines' process for all; templates are those of the repository."""
    with rendering.Renderer(ROOT / "templates", fontset) as warm:
        yield lambda printing: rendering.Renderer(ROOT / "templates", fontset, warm.engines, printing)


@pytest.fixture
def make(
    tmp_path: Path,
    fontset: fonts.FontSet,
    renderers: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> Make:
    """``make(lines, publication, issue, printing)``: an issue of so many lines; more lines of its YAML files."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name in ("items", "issues", "findings"):
        (tmp_path / "content" / name).mkdir(parents=True)
    (tmp_path / "content/office.yaml").write_text(OFFICE, encoding="utf-8")
    monkeypatch.setattr(fonts, "find", lambda root: fontset)
    data = tmp_path / f"templates/{PUBLICATION}/publication.yaml"
    own = data.read_text(encoding="utf-8")
    assert FOOT in own

    def render(
        lines: int,
        publication: str = "",
        issue: str = "",
        foot: str = "",
        printing: Printing | None = None,
        changed: tuple[str, str] = ("", ""),
        picture: tuple[str, bytes] = ("", b""),
    ) -> rendering.Rendered:
        chosen = (own.replace(FOOT, f"{FOOT}, 位置: {foot}") if foot else own).replace(*changed)
        data.write_text(f"{chosen}\n{publication}\n", encoding="utf-8")
        body = "\n".join([LINE] * lines)
        if picture[0]:
            (tmp_path / "content/items" / picture[0]).write_bytes(picture[1])
            body += f"\n![图]({picture[0]})"
        (tmp_path / "content/items/one.md").write_text(f"---\n标题: 甲\n---\n{body}\n", encoding="utf-8")
        (tmp_path / "content/issues/one.yaml").write_text(f"{ISSUE}{issue}\n", encoding="utf-8")
        plan = planning.plan(opening.open_workspace(Workspace(tmp_path)), ())
        assert not has_errors(plan.faults), plan.faults
        made: rendering.Rendered = renderers(printing or Printing()).render(plan.editions[0])
        return made

    return render


@pytest.fixture(scope="module")
def office(soffice: str, fontset: fonts.FontSet) -> Iterator[Office]:
    """LibreOffice, kept warm, in which the official names of the Word file mean the faces of the PDFs."""
    found = [(fontset.faces[role], name) for role, name in FONTS.items()]
    with Office([FaceFile(face.file, face.index, face.weight, (name,)) for face, name in found]) as running:
        try:
            yield running
        except JianbaoError as missing:
            pytest.skip(missing.message)


def paper(made: rendering.Rendered) -> Sequence[Sheet]:
    return pdfium.sheets(made.files["pdf"])


def word(office: Office, made: rendering.Rendered) -> Sequence[Sheet]:
    return pdfium.sheets(office.pdf(made.files["docx"], "试"))


def number(sheet: Sheet) -> str:
    """The page number of a portrait page, "" where it has none."""
    return "".join(g.text for g in sheet.glyphs if g.baseline > 263)


def body(sheet: Sheet) -> str:
    return "".join(g.text for g in sheet.glyphs if g.baseline < 263)


def find(sheet: Sheet, text: str) -> Glyph:
    """The first glyph of a text."""
    whole = "".join(g.text for g in sheet.glyphs)
    assert text in whole, whole
    return sheet.glyphs[whole.index(text)]


def red(sheet: Sheet) -> list[tuple[float, float]]:
    """Upper and lower edges of red rules, each once."""
    return sorted({(round(r.top, 2), round(r.bottom, 2)) for r in sheet.rules if r.color == "FF0000"})


def last_rule(sheet: Sheet) -> float:
    return max(rule.bottom for rule in sheet.rules if rule.across)


# ---------------------------------------------------------------- the foot's page (7.5)


# Lines, numbers of the pages ("" none), blank pages: of an issue whose first page takes 13 lines and every other 22.
EVEN = [(5, "12", 0), (20, "12", 0), (33, "12--", 1), (45, "1234", 0), (50, "1234", 0)]
FOURTH = [(5, "1---", 2), (20, "12--", 1), (40, "1234", 0), (60, "1234", 0), (78, "1234----", 3)]


@pytest.mark.parametrize(
    ("foot", "lines", "pages", "blank"),
    [*(("双面", *case) for case in EVEN), *(("四的倍数", *case) for case in FOURTH)],
)
def test_the_foot_stands_on_the_page_wanted_after_blank_pages_without_numbers_in_both_files(
    make: Make, office: Office, foot: str, lines: int, pages: str, blank: int
) -> None:
    made = make(lines, foot=foot)
    assert made.room.blank == blank
    for found in (paper(made), word(office, made)):
        assert "".join(number(sheet).strip("—") or "-" for sheet in found) == pages
        assert len(found) % (2 if foot == "双面" else 4) == 0
        assert [n for n, sheet in enumerate(found, 1) if not body(sheet)] == [*range(len(found) - blank, len(found))]
        assert body(found[-1]).endswith("（共印25份）")
        assert last_rule(found[-1]) == pytest.approx(262, abs=0.4)


def test_the_foot_stays_with_the_text_wherever_it_fits_on_a_page_that_is_wanted(make: Make) -> None:
    for lines in range(28, 36):
        ordinary, even = make(lines), make(lines, foot="双面")
        fits = len(paper(ordinary)) == 2
        assert (even.room.pages == 2) == fits, lines
        if fits:
            assert paper(even) == paper(ordinary)


def test_a_landscape_annex_is_followed_by_blank_pages_where_the_foot_needs_them(make: Make, office: Office) -> None:
    ordinary = make(5, issue=ANNEX)
    assert len(paper(ordinary)) == 3
    for foot, count, blank in (("双面", 4, 1), ("四的倍数", 4, 1)):
        made = make(5, issue=ANNEX, foot=foot)
        assert made.room.blank == blank
        for found in (paper(made), word(office, made)):
            assert len(found) == count
            assert [sheet.width > sheet.height for sheet in found] == [False, True, False, False]
            assert (body(found[2]), number(found[2]), number(found[3])) == ("", "", "")
            assert len([g for g in found[1].glyphs if g.turned]) == 3  # its number is there
    on_even = make(5, issue=ANNEX + "\n  - {标题: 又一, 正文: 一行。, 方向: 横}", foot="四的倍数")
    for found in (paper(on_even), word(office, on_even)):
        assert len(found) == 4
        assert number(found[3]) == "—4—"  # no blank page before it: it keeps its number


def test_numbered_contents_and_blank_pages_settle(make: Make) -> None:
    for lines in range(76, 84):  # around the page from which on contents are numbered
        made = make(lines, issue="要目: 是", foot="四的倍数")
        shown = [entry["页码"] for entry in made.view.data["要目"]["条目"]]
        assert shown == (["1"] if made.room.pages >= 6 else [""])


@pytest.mark.parametrize("lines", [32, 34, 36, 50])
def test_cutting_the_lines_it_says_brings_the_foot_to_the_page_wanted(make: Make, lines: int) -> None:
    made = make(lines, issue="页数: 不超过3", foot="双面")
    assert made.room.pages == 4
    assert made.verdict is not None
    [cut] = re.findall(r"须删(\d+)行", made.verdict.fault.message)
    assert make(lines - int(cut), issue="页数: 不超过3", foot="双面").verdict is None
    assert make(lines - int(cut) + 1, issue="页数: 不超过3", foot="双面").verdict is not None


def test_a_budget_that_the_foots_page_cannot_keep_is_told_as_such(make: Make) -> None:
    impossible = make(5, issue="页数: 恰3", foot="四的倍数")
    assert impossible.verdict is not None
    assert "报尾要在4的倍数面" in impossible.verdict.fault.message
    even = make(5, issue="页数: 恰1", foot="双面").verdict
    assert even is not None
    assert "报尾要在双数面" in even.fault.message


def test_a_foot_alone_by_rule_is_no_reason_to_cut_lines(make: Make) -> None:
    assert make(5, foot="双面").remarks == ()
    assert make(33, foot="双面").remarks == ("报尾独占末面，删去几行可并入上一面",)


# ---------------------------------------------------------------- the page number


@pytest.mark.parametrize(
    ("form", "place", "printed", "sides"),
    [
        ("— {页} —", "外侧", "—{}—", ("right", "left")),
        ("{页}", "居中", "{}", ("middle", "middle")),
        ("第{页}页", "右", "第{}页", ("right", "right")),
    ],
)
def test_the_page_number_has_the_form_and_place_wanted_in_both_files(
    make: Make, office: Office, form: str, place: str, printed: str, sides: tuple[str, str]
) -> None:
    made = make(20, f'页码: {{形式: "{form}", 位置: {place}}}')
    for found in (paper(made), word(office, made)):
        for n, (sheet, side) in enumerate(zip(found, sides, strict=True), 1):
            assert number(sheet) == printed.format(n)
            glyphs = [g for g in sheet.glyphs if g.baseline > 263]
            left, right = min(g.left for g in glyphs), max(g.right for g in glyphs)
            inset = 14 / 72 * 25.4
            wanted = {"right": 184.02 - inset, "left": 28 + inset, "middle": 28 + 156.02 / 2}
            here = {"right": right, "left": left, "middle": (left + right) / 2}
            assert here[side] == pytest.approx(wanted[side], abs=0.6), side
            assert glyphs[0].baseline == pytest.approx(270.65, abs=0.2)


def test_page_one_can_go_without_a_number(make: Make, office: Office) -> None:
    made = make(45, "页码: {首面: 否}")
    for found in (paper(made), word(office, made)):
        assert [number(sheet) for sheet in found] == ["", "—2—", "—3—"]


# ---------------------------------------------------------------- page 1


@pytest.mark.parametrize("copy_number", ["左上", "右上"])
@pytest.mark.parametrize(
    "lines",
    [
        "份号: '000123'",
        "份号: '000123'\n标识: 内部资料",
        "份号: '000123'\n紧急程度: 特急\n标识: 内部",
    ],
)
def test_lines_at_the_top_stand_alike_in_both_files_and_move_nothing(
    make: Make, office: Office, copy_number: str, lines: str
) -> None:
    bare, made = make(5), make(5, f"报头: {{份号: {copy_number}}}", lines)
    without = {"pdf": paper(bare)[0], "docx": word(office, bare)[0]}
    found = {"pdf": paper(made)[0], "docx": word(office, made)[0]}
    count = len(found["pdf"].glyphs) - len(without["pdf"].glyphs)
    for kind, sheet in found.items():
        assert sorted((g.text, round(g.x, 2), round(g.baseline, 2)) for g in sheet.glyphs[count:]) == sorted(
            (g.text, round(g.x, 2), round(g.baseline, 2)) for g in without[kind].glyphs
        ), kind
    tops = zip(found["pdf"].glyphs[:count], found["docx"].glyphs[:count], strict=True)
    for one, other in tops:
        assert one.text == other.text
        assert (one.x, one.baseline) == pytest.approx((other.x, other.baseline), abs=0.25)
    assert find(found["pdf"], "000123").x == pytest.approx(28 if copy_number == "左上" else 168, abs=0.5)


FIGURES = {"版心": {"宽": 156.02}, "正文": {"字号": 16, "行距": 28.95, "字距": 15.75, "每行字数": 28}}


def above(room: float) -> dict[str, Any]:
    return {**FIGURES, "报头": {"刊名上距": room, "刊名字号": 56, "刊名字间": 0.5}}


def test_lines_that_do_not_fit_above_the_name_stand_at_the_right_then_move_it() -> None:
    four = ["000123", "机密★1年", "特急", "内部资料"]
    assert top_lines(four[:3], [], "督查快讯", above(35)) == {
        "行": [{"左": text, "右": ""} for text in four[:3]],
        "行距": 28.95,
        "下移": 0,
    }  # 7.2: one below the other
    tight = top_lines(four, [], "督查快讯", above(8))
    assert tight["行"] == [{"左": "000123", "右": "特急"}, {"左": "机密★1年", "右": "内部资料"}]
    assert tight["行距"] == 28.95
    assert 8 + tight["下移"] == pytest.approx((1.5 * 28.95 + 8) * 25.4 / 72 + 1, abs=0.1)
    assert top_lines(four[1:], four[:1], "督查快讯", above(20))["下移"] == 0


def test_lines_beside_the_name_with_a_character_free_leave_it_where_it_is() -> None:
    three = ["000123", "特急", "秘密"]
    assert top_lines(three, [], "督查快讯", above(8))["下移"] == 0
    assert top_lines(three, [], "督查快讯增刊", above(8))["下移"] > 0


def test_lines_too_long_to_stand_side_by_side_stand_one_below_the_other() -> None:
    long = "内部资料　注意保存　未经批准不得翻印转载、不得上网传播"
    rows = top_lines(["机密★1年", "特急", long], ["000123"], "督查快讯", above(20))["行"]
    assert rows == [{"左": "机密★1年", "右": "000123"}, {"左": "特急", "右": ""}, {"左": "", "右": long}]


def test_the_masthead_stands_alike_in_both_files(make: Make, office: Office) -> None:
    for publication in ("", "报头: {期号红: 是, 红线: 双}"):
        made = make(5, publication)
        one, other = paper(made)[0], word(office, made)[0]
        for text in ("第1期", "临澜", "2026年"):
            assert find(one, text).baseline == pytest.approx(find(other, text).baseline, abs=0.25)
            assert find(one, text).color == find(other, text).color
        assert find(one, "第1期").color == ("FF0000" if publication else "000000")
        assert len(red(one)) == len(red(other)) == (2 if publication else 1)
        for rule, same in zip(red(one), red(other), strict=True):
            assert rule == pytest.approx(same, abs=0.15)
            assert rule[1] - rule[0] == pytest.approx(0.5, abs=0.02)
    assert red(one)[1][0] - red(one)[0][1] == pytest.approx(0.5, abs=0.02)


def test_addressees_stand_one_blank_line_below_the_title_in_both_files(make: Make, office: Office) -> None:
    made = make(3, issue="主送: [各县（市、区）委, 市直各单位]", foot="末面", changed=("主送: 否", "主送: 是"))
    title, line = 0.12 * 22 + (36 - 22) / 2, 28.95  # pt from the title's base line to the end of its line
    wanted = (title + line + 0.88 * 16 + (line - 16) / 2) / 72 * 25.4
    for found in (paper(made)[0], word(office, made)[0]):
        addressee, heading = (
            find(found, "各县（市"),
            max((g for g in found.glyphs if g.text == "甲"), key=lambda g: g.size),
        )
        assert addressee.baseline - heading.baseline == pytest.approx(wanted, abs=0.3)
        assert addressee.left == pytest.approx(28, abs=0.5)
        text = min((g for g in found.glyphs if g.text == "全"), key=lambda g: g.baseline)
        assert text.baseline - addressee.baseline == pytest.approx(line / 72 * 25.4, abs=0.1)


# ---------------------------------------------------------------- 套打, 黑白, 四色


OVERPRINT = "标识: 内部资料\n份号: '000123'\n" + ANNEX


@pytest.mark.parametrize(("right", "down"), [(0.0, 0.0), (1.5, -2.25)])
def test_on_pre_printed_paper_all_else_keeps_its_place_or_moves_by_the_offset(
    make: Make, office: Office, right: float, down: float
) -> None:
    ordinary = make(20, "套打: {预印: [刊名, 红线, 标识]}", OVERPRINT)
    made = make(20, "套打: {预印: [刊名, 红线, 标识]}", OVERPRINT, printing=Printing(True, right, down))
    for kind in ("pdf", "docx"):
        before, after = ((paper(m) if kind == "pdf" else word(office, m)) for m in (ordinary, made))
        assert len(before) == len(after) == 4
        for page, (one, other) in enumerate(zip(before, after, strict=True), 1):
            kept = [g for g in one.glyphs if g.color == "000000" and not (page == 1 and _marking(one, g))]
            across = one.width > one.height
            x, y = (-down, right) if across else (right, down)
            printed = list(other.glyphs)
            assert len(printed) == len(kept), (kind, page)
            for was, now in zip(sorted(kept, key=_where), sorted(printed, key=_where), strict=True):
                assert now.text == was.text
                assert (now.x - was.x, now.baseline - was.baseline) == pytest.approx((x, y), abs=0.1), (kind, page)
            lines = [r for r in one.rules if r.color == "000000"]
            drawn = [r for r in other.rules if r.color != "FFFFFF"]
            for line, same in zip(lines, drawn, strict=True):
                moved = (same.left - line.left, same.top - line.top, same.right - line.right, same.bottom - line.bottom)
                assert moved == pytest.approx((x, y, x, y), abs=0.1), (kind, page)
        assert all(g.color == "000000" for sheet in after for g in sheet.glyphs)
        assert "工作信息" not in body(after[0])
        assert "内部资料" not in body(after[0])


def _where(glyph: Glyph) -> tuple[float, float]:
    return round(glyph.baseline, 0), glyph.x


def _marking(sheet: Sheet, glyph: Glyph) -> bool:
    """Whether a glyph belongs to 标识 at the top of the page."""
    return glyph.baseline < 50 and glyph.text in "内部资料"


@pytest.mark.parametrize("kind", ["png", "jpeg"])
def test_black_alone_leaves_no_colour_in_text_rules_and_pictures(make: Make, office: Office, kind: str) -> None:
    picture = io.BytesIO()
    Image.new("RGB", (300, 200), (220, 20, 20)).save(picture, kind)
    for printing, publication in ((Printing(black=True), ""), (Printing(), "黑白: 是")):
        made = make(
            5, f"报头: {{期号红: 是}}\n{publication}", printing=printing, picture=(f"a.{kind}", picture.getvalue())
        )
        for found in (paper(made), word(office, made)):
            assert {g.color for sheet in found for g in sheet.glyphs} == {"000000"}
            assert {r.color for sheet in found for r in sheet.rules} == {"000000"}
            assert len(found[0].pictures) == 1
        with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as package:
            styles = package.read("word/styles.xml").decode()
            [media] = [package.read(name) for name in package.namelist() if name.startswith("word/media/")]
        assert Image.open(io.BytesIO(media)).mode == "L"
        assert Image.open(io.BytesIO(media)).size == (300, 200)
        assert set(re.findall(r'w:color(?: w:val)?="([0-9A-F]{6})"', styles)) == {"000000"}
    coloured = make(5, picture=(f"a.{kind}", picture.getvalue()))
    assert [Image.open(io.BytesIO(data)).mode for data in coloured.view.photos.values()] == ["RGB"]


def test_a_grey_picture_keeps_its_transparency() -> None:
    clear = io.BytesIO()
    Image.new("RGBA", (10, 10), (255, 0, 0, 40)).save(clear, "PNG")
    made = Image.open(io.BytesIO(grey(clear.getvalue())))
    assert (made.mode, made.getpixel((0, 0))) == ("LA", (76, 40))


def test_for_a_print_shop_the_red_is_magenta_and_yellow_and_nothing_else_moves(make: Make) -> None:
    ordinary, made = make(20), make(20, printing=Printing(four_colours=True))
    content = _contents(made.files["pdf"])
    assert b"0 0.8 0.8 0 k" in content
    assert b"DeviceCMYK" in made.files["pdf"] or b" k\n" in content
    assert b"0 0.8 0.8 0 k" not in _contents(ordinary.files["pdf"])
    assert b"pdfaid" in ordinary.files["pdf"]
    assert b"pdfaid" not in made.files["pdf"]  # Typst has no CMYK profile, which PDF/A asks for
    for one, other in zip(paper(ordinary), paper(made), strict=True):
        assert [(g.text, g.x, g.baseline) for g in one.glyphs] == [(g.text, g.x, g.baseline) for g in other.glyphs]


def _contents(pdf: bytes) -> bytes:
    """The streams of a PDF that are deflated, as they read."""
    found = []
    for raw in re.findall(rb"stream\r?\n(.*?)endstream", pdf, re.DOTALL):
        with suppress(zlib.error):
            found.append(zlib.decompress(raw))
    return b"\n".join(found)


# ---------------------------------------------------------------- the data


@pytest.mark.parametrize("form", ["第页", "{页}{页}", "{页} {期}", "{页}/{总}", "某市委办公室督查信息第{页}页止"])
def test_a_form_of_the_page_number_that_cannot_print_is_told_at_its_line(tmp_path: Path, form: str) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    path = tmp_path / f"templates/{PUBLICATION}/publication.yaml"
    own = path.read_text(encoding="utf-8")
    path.write_text(f'{own}\n页码:\n  形式: "{form}"\n', encoding="utf-8")
    titles, [fault] = publications.load(tmp_path / "templates")
    assert PUBLICATION not in titles
    assert (fault.code, fault.place.line) == ("page-number-form", len(own.splitlines()) + 3)
    assert form in fault.message


def test_colours_of_a_template_made_by_hand_go_too() -> None:
    text = (
        '<w:color w:val="C00000" w:themeColor="accent1"/><w:color w:val="auto"/><w:bottom w:color="FFFFFF"/>'
        '<w:shd w:val="clear" w:fill="FFFF00"/><a:srgbClr val="0000FF"/>'
        '<w:highlight w:val="yellow"/><a:schemeClr val="accent2"/><a:schemeClr val="bg1"/>'
    )
    assert colourless(text) == (
        '<w:color w:val="000000"/><w:color w:val="auto"/><w:bottom w:color="FFFFFF"/>'
        '<w:shd w:val="clear" w:fill="E2E2E2"/><a:srgbClr val="1D1D1D"/>'
        '<a:schemeClr val="tx1"/><a:schemeClr val="bg1"/>'
    )


# ---------------------------------------------------------------- 清样, 更正重印


PROOF = Printing(proof="清样　拟第13期")


@pytest.mark.parametrize("publication", ["", "页码: {首面: 否}"])
def test_a_proof_says_so_above_every_page_and_moves_nothing_else_in_both_files(
    make: Make, office: Office, publication: str
) -> None:
    """Three portrait pages, the foot's among them, and a landscape one; also where page 1 has no footer."""
    ordinary, made = make(50, publication, OVERPRINT), make(50, publication, OVERPRINT, printing=PROOF)
    assert made.room == ordinary.room
    for kind in ("pdf", "docx"):
        before, after = ((paper(m) if kind == "pdf" else word(office, m)) for m in (ordinary, made))
        assert len(before) == len(after) == 5
        for page, (one, other) in enumerate(zip(before, after, strict=True), 1):
            mark = [g for g in other.glyphs if g.baseline < 25 and not g.turned]
            assert "".join(g.text for g in mark) == "清样拟第13期", (kind, page)
            assert min(g.top for g in mark) == pytest.approx(12, abs=1.0), (kind, page)
            edge = 297 - 37 if one.width > one.height else 210 - 26
            assert max(g.right for g in mark) == pytest.approx(edge, abs=1.0), (kind, page)
            others = [g for g in other.glyphs if g not in mark]
            for was, now in zip(one.glyphs, others, strict=True):
                assert now.text == was.text
                assert (now.x, now.baseline) == pytest.approx((was.x, was.baseline), abs=0.1), (kind, page)
            assert len(one.rules) == len(other.rules)
            for line, same in zip(one.rules, other.rules, strict=True):
                assert (same.left, same.top) == pytest.approx((line.left, line.top), abs=0.1), (kind, page)


def test_a_proof_counts_pages_and_blank_pages_as_the_issue_will(make: Make) -> None:
    ordinary, made = (make(60, foot="四的倍数", printing=each) for each in (Printing(), PROOF))
    assert made.room == ordinary.room
    assert made.view.data["版记"] == ordinary.view.data["版记"]


def test_a_template_with_headers_of_its_own_keeps_them_and_bears_the_line(make: Make) -> None:
    view = {**make(20).view.data, "清样": {"文": "清样　拟第13期", "上": 12.0, "体": "黑体", "字号": 14}}
    own = '<w:hdr xmlns:w="x"><w:p><w:r><w:t>内部刊物</w:t></w:r></w:p></w:hdr>'
    changed = word_sheet.changed("word/header1.xml", own, view)
    assert changed.count("清样　拟第13期") == 1
    assert changed.index("清样") < changed.index("内部刊物")
    made = word_header.parts(view)
    assert len(made) == 3
    assert all("清样　拟第13期" in text for text in made.values())
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rId20"/><w:pgSz/></w:sectPr>'
    body = word_sheet.changed("word/document.xml", f"<w:body>{section}{section}</w:body>", view)
    assert body.count('w:type="default"') == 2
    assert body.count('<w:headerReference w:type="even" r:id="rIdProofeven"/>') == 1
    assert body.count('<w:headerReference w:type="first" r:id="rIdProoffirst"/>') == 1


def test_a_proof_is_valid_word_and_pdf_a(make: Make, tmp_path: Path) -> None:
    made = make(20, issue=OVERPRINT, printing=PROOF)
    path = tmp_path / "proof.docx"
    path.write_bytes(made.files["docx"])
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []
    assert b"pdfaid" in made.files["pdf"]


def test_a_proof_whose_page_lacks_the_line_is_told(make: Make) -> None:
    ordinary, view = make(20), make(20, printing=PROOF).view.data
    assert pdf_reader.differences(view, pdf_reader.read_back(ordinary.files["pdf"], view)) == [
        "第1面没有“清样　拟第13期”字样", "第2面没有“清样　拟第13期”字样"
    ]  # fmt: skip
    with pytest.raises(RenderError, match="读不回来"):
        docx_reader.differences(view, ordinary.files["docx"])


@pytest.mark.parametrize(
    ("impression", "form", "lines"),
    [
        (2, "第{期}期", ["第1期（更正重印）"]),
        (3, "第{期}期", ["第1期（第二次更正重印）"]),
        (2, "第{期}期\\n（总第{总期}期）", ["第1期（更正重印）", "（总第335期）"]),
        (2, "{年:汉}年临澜市委办公室编印第{期:汉}期（总第{总期}期）", ["二〇二六年临澜市委办公室编印第一期（总第335期）", "（更正重印）"]),
    ],
)  # fmt: skip
def test_a_corrected_printing_says_so_beside_its_number_in_both_files(
    make: Make, office: Office, impression: int, form: str, lines: list[str]
) -> None:
    form_before = "形式: 第{期}期（总第{总期}期）"
    made = make(20, printing=Printing(impression=impression), changed=(form_before, f'形式: "{form}"'))
    assert made.view.data["报头"]["期号行"] == lines
    for sheets in (paper(made), word(office, made)):
        assert "".join(lines) in body(sheets[0])


def test_a_corrected_printing_of_the_same_text_has_the_same_pages(make: Make) -> None:
    ordinary, made = make(50), make(50, printing=Printing(impression=2))
    assert made.room == ordinary.room
    assert [len(p.glyphs) for p in paper(made)][1:] == [len(p.glyphs) for p in paper(ordinary)][1:]
    for was, now in zip(paper(ordinary)[0].rules, paper(made)[0].rules, strict=True):
        assert (now.left, now.top) == pytest.approx((was.left, was.top), abs=0.01)


@pytest.mark.parametrize("printing", [PROOF, Printing(impression=2)])
@pytest.mark.parametrize("kind", ["pdf", "docx"])
def test_inspection_finds_the_form_kept_on_proofs_and_corrected_printings(
    make: Make, tmp_path: Path, printing: Printing, kind: str
) -> None:
    marks = []
    for n, made in enumerate((make(50, issue=ANNEX), make(50, issue=ANNEX, printing=printing))):
        path = tmp_path / f"{n}.{kind}"
        path.write_bytes(made.files[kind])
        titles, _ = publications.load(tmp_path / "templates")
        report = inspect(path, titles, PUBLICATION).report
        marks.append([(f.code, f.verdict, f.note) for f in report.findings if f.verdict != "合格"])
    assert marks[0] == marks[1]
