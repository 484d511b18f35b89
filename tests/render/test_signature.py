"""Whether （××供稿） stands on the last line: only where it does so in the PDF, in Word and in LibreOffice."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import fonts, publications
from builder.fonts import FontSet
from builder.render.signature import fits, plain_advance
from builder.words.breaking import LIBREOFFICE, broken
from tests.render import views

CREDIT = "（市水利局供稿）"
_TITLES, _ = publications.load(Path(__file__).resolve().parents[2] / "templates")
LAYOUT = _TITLES["gongzuo-xinxi"].layout


@pytest.mark.parametrize(("count", "there"), [(15, True), (16, False), (26, False), (26 + 17, True), (26 + 18, False)])
def test_a_signature_wants_two_characters_free_before_it(count: int, there: bool) -> None:
    assert fits(views.paragraph("水" * count), CREDIT, LAYOUT, plain_advance) is there


def test_the_dash_of_a_list_takes_its_room() -> None:
    assert fits(views.paragraph("水" * 13, lead="——"), CREDIT, LAYOUT, plain_advance)
    assert not fits(views.paragraph("水" * 14, lead="——"), CREDIT, LAYOUT, plain_advance)


def test_a_signature_that_libreoffice_would_part_has_a_line_of_its_own() -> None:
    text = "各" * 24 + "，93件" + "水" * 14
    columns = LAYOUT["版心"]["宽"] / 25.4 * 72 / LAYOUT["正文"]["字距"]
    assert broken(text, columns, 2)[-1] == "93件" + "水" * 14
    assert broken(text, columns, 2, rules=LIBREOFFICE)[-1] == "各，93件" + "水" * 14
    assert not fits(views.paragraph(text), CREDIT, LAYOUT, plain_advance)
    assert fits(views.paragraph(text[:-2]), CREDIT, LAYOUT, plain_advance)


def test_letters_are_measured_in_the_face_that_prints_them(fontset: FontSet) -> None:
    def wide(role: str, char: str) -> float:
        return 0.9 if char == "W" else plain_advance(role, char)

    text = views.paragraph("W" * 20 + "水" * 4)
    assert fits(text, CREDIT, LAYOUT, plain_advance)
    assert not fits(text, CREDIT, LAYOUT, wide)
    assert fonts.advance(fontset, "仿宋", "W") > fonts.advance(fontset, "仿宋", "i")
