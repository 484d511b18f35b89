"""本期要目 leaves three lines of text on page 1: its entries become smaller for it, or the editor is told."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from builder.fonts import FontSet
from builder.measure import first_page
from builder.measure import pdf as pdf_reader
from builder.pdfium import Sheet
from builder.render.view import View
from builder.workflow.rendering import Renderer
from tests.elements.conftest import ISSUE, Build, lines

Pages = tuple[tuple[Sheet, ...], ...]
TEXT = "全市投入机具860台，灌溉农田12万亩，修复水毁渠道36公里。" * 6
TITLE = "抗旱保苗进展顺利"


def issue(count: int, note: int, entries: str = TITLE, text: str = TEXT) -> str:
    listed = "".join(f"  - {{标题: 第{n}县{entries}, 正文: {text}}}\n" for n in range(1, count + 1))
    return f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n编者按: {'按' * (28 * note - 10)}\n要目: 是\n条目:\n{listed}"


def text_lines(made_pages: Pages) -> list[int]:
    """On page 1: lines of body text, by their first words."""
    return [
        sum("机具" in r.text or "灌溉" in r.text or "水毁" in r.text or "渠道" in r.text for r in lines(sheets[0]))
        for sheets in made_pages
    ]


def sizes(made_pages: Pages) -> list[int]:
    """The size of the entries below 本期要目."""
    found = []
    for sheets in made_pages:
        rows = lines(sheets[0])
        at = next(n for n, r in enumerate(rows) if r.text == "本期要目")
        found.append(round(rows[at + 1].glyphs[0].size))
    return found


def test_three_lines_stay_on_page_one_by_smaller_entries_or_a_warning(build: Build) -> None:
    """Wherever the note ends: entries in 三号 leave three lines, or 四号 does, or the issue's line is named."""
    met = set()
    for note in range(1, 5):
        made = build(issue(5, note))
        told = [(f.code, f.severity, f.place.file, f.place.line) for f in made.rendered.faults]
        [size] = set(sizes(made.both))
        counts = text_lines(made.both)
        if told:
            assert told == [("contents-long", "warning", ISSUE, 4)]
            assert size == 16
            assert min(counts) < 3
        else:
            assert min(counts) >= 3
        met.add((bool(told), size))
    assert met == {(False, 16), (False, 14), (True, 16)}


@pytest.mark.parametrize("text", ["完。"])
def test_an_issue_whose_text_ends_on_page_one_is_not_told(build: Build, text: str) -> None:
    source = f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n要目: 是\n条目:\n  - {{标题: 甲县抗旱, 正文: {text}}}\n"
    made = build(source)
    assert made.rendered.faults == ()
    assert sizes(made.both) == [16, 16]


def in_ordinary_size(seen: View) -> dict[str, Any]:
    return {**seen.data, "要目": {**seen.data["要目"], "字号": 16}}


@pytest.mark.parametrize("times", [1, 4], ids=["without page numbers", "with page numbers"])
def test_what_is_certain_before_anything_is_set_holds_on_the_page(
    build: Build, renderer: Renderer, fontset: FontSet, times: int
) -> None:
    """Entries that fill their line, and those with a character more or less; notes of several lengths."""
    met = set()
    for note, length in itertools.product((1, 3), range(17, 26, 2)):
        seen = build(issue(6, note, "抗" * length, TEXT * times)).rendered.view
        ordinary = in_ordinary_size(seen)
        pdf = renderer.engines.pdf(renderer.templates, fontset.paths, ordinary, {}).result()
        met.add((first_page.cramped(ordinary), first_page.lacking(ordinary, pdf_reader.read(pdf))))
    assert (True, False) not in met
    assert (True, True) in met


def test_an_issue_whose_entries_must_be_small_is_set_once(
    build: Build, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_in, pdf = [], renderer.engines.pdf

    def counted(templates: Any, fonts: Any, view: Any, photos: Any) -> Any:
        set_in.append(view["要目"]["字号"])
        return pdf(templates, fonts, view, photos)

    monkeypatch.setattr(renderer.engines, "pdf", counted)
    made = build(issue(5, 1, "抗" * 26))
    assert (made.rendered.faults, set_in) == ((), [14])


def test_small_entries_that_do_not_help_are_of_the_ordinary_size(build: Build) -> None:
    made = build(issue(6, 6, "抗" * 25))
    assert [f.code for f in made.rendered.faults] == ["contents-long"]
    assert first_page.cramped(made.rendered.view.data)
    assert set(sizes((made.pdf,))) == {16}
