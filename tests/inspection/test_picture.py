"""Pictures of measured pages: what is drawn stands where it was measured, and says what the report says."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from builder import publications
from builder.compose import compose
from builder.errors import JianbaoError
from builder.fonts import FontSet
from builder.inspection import pdf, picture
from builder.inspection.picture_marks import Frame, Mark, Measure, Stroke, marks, numbered
from builder.inspection.profile import of
from builder.settings import workspace
from builder.workflow import opening, rendering

ROOT = Path(__file__).resolve().parents[2]
SCALE = picture.PPI / 25.4
RED, ORANGE = (215, 0, 0), (215, 120, 0)


@pytest.fixture(scope="module")
def issue(fontset: FontSet) -> bytes:
    """The PDF of a bulletin of two pages, the second of which begins with a section's name."""
    return _made("ducha-kuaixun-6", fontset)


@pytest.fixture(scope="module")
def flowing(fontset: FontSet) -> bytes:
    """The PDF of a bulletin whose text goes on from page 1 to the top of page 2."""
    return _made("gongzuo-xinxi-12", fontset)


def _made(number: str, fontset: FontSet) -> bytes:
    opened = opening.open_workspace(workspace(ROOT))
    name = next(n for n in opened.library.issues if n.endswith(number))
    edition = compose(opened.library, opened.library.issues[name], opened.titles, opened.numbers).edition
    assert edition is not None
    return rendering.Renderer(ROOT / "templates", fontset).render(edition).files["pdf"]


def _measured(issue: bytes, publication: str) -> tuple[Any, Any, Any]:
    profile = of(publications.load(ROOT / "templates")[0][publication])
    document = pdf.read(issue, "六.pdf")
    return document, pdf.measured(document, "六.pdf", profile), profile


def _marks(issue: bytes, publication: str, page: int) -> list[Mark]:
    document, report, profile = _measured(issue, publication)
    return list(marks(document, report, profile, document.pages[page - 1]))


def _figures(found: list[Mark]) -> dict[str, float]:
    """Texts of the lengths drawn, with how long they are drawn, mm."""
    return {m.text: max(m.right - m.left, m.bottom - m.top) for m in found if isinstance(m, Measure)}


def test_margins_and_distances_are_drawn_as_long_as_their_figures_say(issue: bytes, flowing: bytes) -> None:
    figures = _figures(_marks(flowing, "gongzuo-xinxi", 1))
    assert {text.split()[0] for text in figures} >= {"天头", "订口", "切口", "地脚", "版心宽", "高"}
    for text, length in figures.items():
        if text.endswith("mm"):
            assert float(text.split()[-2]) == pytest.approx(length, abs=0.3), text
    assert any(text.startswith("末条线") for text in _figures(_marks(issue, "ducha-kuaixun", 2)))


def test_lines_are_numbered_to_22_and_characters_to_28(flowing: bytes) -> None:
    strokes = [m for m in _marks(flowing, "gongzuo-xinxi", 1) if isinstance(m, Stroke)]
    assert [m.text for m in strokes if m.ink == "版心" and m.text] == [str(n) for n in range(1, 23)]
    assert [m.text for m in strokes if m.ink == "距离" and m.text.isdigit()] == ["5", "10", "15", "20", "25", "28"]


def test_parts_bear_their_names(issue: bytes) -> None:
    names = {m.name for m in _marks(issue, "ducha-kuaixun", 1) if isinstance(m, Frame)}
    assert names >= {"刊名", "期号", "编印单位", "标题", "正文", "页码"}
    assert {m.name for m in _marks(issue, "ducha-kuaixun", 2) if isinstance(m, Frame)} >= {"版记", "表格"}


def test_a_fault_is_red_at_its_place_under_the_number_of_the_report(issue: bytes, fontset: FontSet) -> None:
    document, report, profile = _measured(issue, "ducha-tongbao")
    number, fault = next((n, f) for n, f in numbered(report) if f.code == "name-top")
    assert fault.verdict == "不合格"
    frame = next(
        m for m in marks(document, report, profile, document.pages[0]) if isinstance(m, Frame) and m.number == number
    )
    assert frame.ink == "不合格"
    face = fontset.faces["黑体"]
    made = dict(picture.pictures(issue, document, report, profile, (face.file, face.index)))
    image = Image.open(io.BytesIO(made[1])).convert("RGB")
    edge = round((frame.box.top - 0.5) * SCALE) + 1
    middle = round((frame.box.left + frame.box.right) / 2 * SCALE)
    assert image.getpixel((middle, edge)) == RED


def test_every_page_is_a_picture_beside_its_legend_and_the_same_each_time(issue: bytes, fontset: FontSet) -> None:
    document, report, profile = _measured(issue, "ducha-kuaixun")
    face = fontset.faces["黑体"]
    twice = [dict(picture.pictures(issue, document, report, profile, (face.file, face.index))) for _ in range(2)]
    assert twice[0] == twice[1]
    assert list(twice[0]) == [1, 2]
    wide, high = Image.open(io.BytesIO(twice[0][1])).size
    assert high == pytest.approx(297 * SCALE, abs=2)
    assert wide == pytest.approx((210 + 88) * SCALE, abs=3)


def test_a_scan_without_text_and_an_empty_page_are_drawn(fontset: FontSet) -> None:
    stream = io.BytesIO()
    pages = [Image.new("RGB", (620, 877), "white"), Image.new("RGB", (877, 620), "grey")]
    pages[0].save(stream, "PDF", save_all=True, append_images=pages[1:], resolution=75)
    document, report, profile = _measured(stream.getvalue(), "ducha-kuaixun")
    face = fontset.faces["黑体"]
    assert len(list(picture.pictures(stream.getvalue(), document, report, profile, (face.file, face.index)))) == 2


def test_a_page_larger_than_any_paper_is_refused_and_not_drawn(fontset: FontSet) -> None:
    stream = io.BytesIO()
    with pdfium.PdfDocument.new() as made:
        made.new_page(20000, 20000)
        made.save(stream)
    document, report, profile = _measured(stream.getvalue(), "ducha-kuaixun")
    face = fontset.faces["黑体"]
    with pytest.raises(JianbaoError, match="第 1 面是 7056×7056 mm"):
        list(picture.pictures(stream.getvalue(), document, report, profile, (face.file, face.index)))


def test_what_was_not_measured_is_not_drawn_as_measured(fontset: FontSet) -> None:
    stream = io.BytesIO()
    Image.new("RGB", (620, 877), "white").save(stream, "PDF", resolution=75)
    document, report, profile = _measured(stream.getvalue(), "ducha-kuaixun")
    drawn = list(marks(document, report, profile, document.pages[0]))
    assert not [m for m in drawn if isinstance(m, Measure) or m.ink == "版心"]
    assert all(not m.text for m in drawn if isinstance(m, Stroke))


def test_distances_drawn_are_those_of_the_report(flowing: bytes) -> None:
    document, report, profile = _measured(flowing, "gongzuo-xinxi")
    values = {f.code: f.value for f in report.findings}
    drawn = _figures(list(marks(document, report, profile, document.pages[0])))
    for name, code in (("天头", "margin-top"), ("订口", "margin-left"), ("版心宽", "area-width")):
        assert f"{name} {values[code]}" in drawn
