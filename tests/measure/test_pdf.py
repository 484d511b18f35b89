"""Reading PDFs back: differences are found and told, the room on the last page is the true one."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.fonts import FontSet
from builder.measure import pdf
from builder.render.typst import Engine
from tests.render import views

LINE = "全市上下抓好落实。"


@pytest.fixture(scope="module")
def engine(fontset: FontSet) -> Engine:
    return Engine(views.ROOT / "templates", fontset.paths)


def lines(count: int) -> list[dict[str, Any]]:
    return [views.paragraph(LINE) for _ in range(count)]


@pytest.mark.parametrize("publication", ["ducha-kuaixun", "gongzuo-xinxi"])
@pytest.mark.parametrize("count", [1, 3, 20])
def test_the_room_is_what_really_fits(engine: Engine, fontset: FontSet, publication: str, count: int) -> None:
    def room(number: int) -> pdf.Room:
        view = views.frame(publication, fontset.families(), lines(number))
        return pdf.room(pdf.read(engine.render(view, {})), view)

    found = room(count)
    assert found.lines_left > 0
    assert room(count + found.lines_left).pages == found.pages
    assert room(count + found.lines_left).lines_left == 0
    assert room(count + found.lines_left + 1).pages == found.pages + 1


def test_rare_characters_do_not_change_the_room(engine: Engine, fontset: FontSet) -> None:
    rare = views.frame("gongzuo-xinxi", fontset.families(), [views.paragraph("甲\U00020087" * 4), *lines(2)])
    read = pdf.read(engine.render(rare, {}))
    assert len(read.pages[-1].baselines) == len(read.pages[-1].text)
    plain = views.frame("gongzuo-xinxi", fontset.families(), lines(3))
    assert pdf.room(read, rare) == pdf.room(pdf.read(engine.render(plain, {})), plain)


def test_the_room_below_a_table_and_a_picture_counts_from_their_lower_edge(engine: Engine, fontset: FontSet) -> None:
    image, photos = views.picture()
    table = {**views.table([["甲", "1"]], [100, 56.02], ["名称", "数"]), "注": []}
    for end in ({**image, "题": ""}, table):
        before = views.frame("ducha-kuaixun", fontset.families(), [end])
        left = pdf.room(pdf.read(engine.render(before, photos)), before).lines_left
        for more, pages in ((left, 1), (left + 1, 2)):
            view = views.frame("ducha-kuaixun", fontset.families(), [end, *lines(more)])
            assert len(pdf.read(engine.render(view, photos)).pages) == pages


def test_without_a_foot_the_room_reaches_the_bottom_of_the_type_area(engine: Engine, fontset: FontSet) -> None:
    foot = {"条": [], "印发": None, "印数": "", "印数位置": "线上", "责任": "", "位置": 1}
    view = views.frame("ducha-tongbao", fontset.families(), lines(30), 版记=foot)
    found = pdf.room(pdf.read(engine.render(view, {})), view)
    full = views.frame("ducha-tongbao", fontset.families(), lines(30 + found.lines_left), 版记=foot)
    assert pdf.room(pdf.read(engine.render(full, {})), full) == pdf.Room(found.pages, 0)


def test_lost_added_and_changed_text_is_told_with_what_stands_before_it(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph("甲乙丙丁戊己庚辛")])
    read = pdf.read(engine.render(view, {}))
    for text in ("甲乙丙丁戊己庚", "甲乙丙丁戊己庚辛壬", "甲乙丙丁改己庚辛"):
        other = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph(text)])
        [told] = pdf.differences(other, read)
        assert "甲乙丙丁" in told


def test_text_beyond_the_paper_is_a_difference(engine: Engine, fontset: FontSet) -> None:
    table = views.table([["甲", "乙"]], [300, 56.02], ["名称", "数"])
    view = views.frame("ducha-kuaixun", fontset.families(), [table])
    told = pdf.differences(view, pdf.read(engine.render(view, {})))
    assert told == ["第1面有文字印到了纸外"]


def test_a_page_that_begins_with_the_words_of_a_head_keeps_them(engine: Engine, fontset: FontSet) -> None:
    table = views.table([["甲", "1"]], [100, 56.02], ["名称", "数"])
    content = [table, {"类": "分页"}, views.paragraph("名称数一二三"), {"类": "分页"}, table]
    view = views.frame("ducha-kuaixun", fontset.families(), content)
    read = pdf.read(engine.render(view, {}))
    assert pdf.differences(view, read) == []
    shorter = views.frame("ducha-kuaixun", fontset.families(), [*content[:2], views.paragraph("一二三"), *content[3:]])
    # Such words at the top of a page count as a repeated head only where the text does not have them.
    assert pdf.differences(shorter, read) == []


def characters(fontset: FontSet) -> list[str]:
    """Every assigned character that 仿宋 or its fallbacks have and that content may hold."""
    faces = fontset.line("仿宋")
    return [
        c
        for c in map(chr, range(0x21, 0x30000))
        if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp", "Zs")
        and unicodedata.normalize("NFC", c) == c
        and not 0x2E80 <= ord(c) <= 0x2FD5  # radicals are mapped on load
        and c not in "🄋🄌"  # one glyph with ⓪ and ⓿, told apart in the file, but not by pdfium
        and any(face.has(c) for face in faces)
    ]


def test_every_character_that_the_fonts_have_survives(engine: Engine, fontset: FontSet) -> None:
    every = characters(fontset)
    assert len(every) > 20000
    for start in range(0, len(every), 4000):
        some = every[start : start + 4000]
        content = [views.paragraph("中".join(some[n : n + 500])) for n in range(0, len(some), 500)]
        view = views.frame("ducha-kuaixun", fontset.families(), content)
        assert pdf.differences(view, pdf.read(engine.render(view, {}))) == []


# A mark or digit, or the number of a character in the fonts' list.
PIECES = st.lists(
    st.sampled_from("，。“”（）《》—…·%-/&<>#$\\*_ 019aZ年件第") | st.integers(0, 2**16), min_size=1, max_size=80
)


def test_any_text_survives_in_paragraphs_titles_and_cells(engine: Engine, fontset: FontSet) -> None:
    @settings(max_examples=40, deadline=None)
    @given(long=PIECES, brief=PIECES)
    def survives(long: list[str | int], brief: list[str | int]) -> None:
        text, short = _text(fontset, long), _text(fontset, brief)[:12]
        block = views.table([[text, short]], [100, 56.02], [short, "列"])
        mixed = [views.run(short, "楷体"), views.run(text, bold=True), views.run(short)]
        content = [
            views.title([short or "题"], "t1"),
            views.paragraph(text),
            {**views.paragraph(""), "文字": mixed},
            block,
        ]
        view = views.frame("ducha-tongbao", fontset.families(), content)
        assert pdf.differences(view, pdf.read(engine.render(view, {}))) == [], (text, short)

    survives()


_CACHE: list[str] = []


def _text(fontset: FontSet, pieces: list[str | int]) -> str:
    """Text of characters that all roles print, so that each font's own gaps do not matter here."""
    if not _CACHE:
        roles = [fontset.line(role) for role in ("仿宋", "楷体", "黑体", "小标宋")]
        _CACHE.extend(c for c in characters(fontset) if all(any(f.has(c) for f in line) for line in roles))
    text = "".join(p if isinstance(p, str) else _CACHE[p % len(_CACHE)] for p in pieces)
    return unicodedata.normalize("NFC", " ".join(text.split()))
