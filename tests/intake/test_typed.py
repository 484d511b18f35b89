"""Whatever a foreign document says, its typed form reads back as the same text, and as the same kinds of blocks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from builder import markup
from builder.content import hygiene
from builder.intake import compare, typed
from builder.intake.document import _texts
from builder.intake.draft import Cell, Grid, Line, Part, Piece
from builder.intake.notes import Notes
from builder.model import Paragraph, Table

_BITS = st.sampled_from(
    [
        *(
            "一、",
            "（一）",
            "1.",
            "（1）",
            "①",
            "市",
            "早稻。",
            "2024年",
            "a",
            "B c",
            " ",
            "\u3000",
            "\t",
            "注：",
            "表题：",
            "单位：",
        ),
        *(
            "-",
            "- ",
            "* ",
            "*",
            "**",
            "#",
            "## ",
            "|",
            "|---|",
            "[分页]",
            "![",
            "](",
            ")",
            "｛可见范围：报｝",
            "{可见范围",
            "---",
        ),
        *(
            "<",
            "^",
            "<b>",
            "&amp;",
            "`",
            "_",
            "\\",
            "“",
            "”",
            ":",
            "：",
            "、",
            "——",
            "•",
            "●",
            "\u00a0",
            "１．",
            "表：a.csv",
            "--",
        ),
    ]
)
_TEXT = st.lists(_BITS, min_size=1, max_size=6).map("".join)
_PIECES = st.lists(st.builds(Piece, _TEXT, st.booleans()), min_size=1, max_size=3).map(tuple)
_LINES = st.builds(Line, _PIECES, st.sampled_from(["段", "段", "列表项"]))
_HEADINGS = st.builds(Line, _PIECES, st.just("标题"), st.integers(1, 4))
_CELLS = st.builds(
    Cell, st.lists(st.builds(Line, _PIECES), max_size=2).map(tuple), st.integers(1, 2), st.integers(1, 2)
)
_GRIDS = st.builds(
    Grid,
    st.lists(st.lists(_CELLS, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4).map(tuple),
    st.integers(0, 2),
)


@settings(max_examples=400, deadline=None)
@given(st.lists(st.one_of(_LINES, _LINES, _HEADINGS, _GRIDS), min_size=1, max_size=6))
def test_any_draft_reads_back_as_its_own_text(parts: list[Part]) -> None:
    lines, expected = typed.type_out(parts, {}, Notes())
    cleaned = hygiene.scrub("\n".join(lines), "稿")
    blocks, faults = markup.parse(cleaned.text, "稿", 1)
    assert [f"{f.message} {f.place.line}" for f in faults if f.severity == "error"] == []
    assert [f.message for f in compare.lost(expected, _texts(blocks), "稿")] == []
    assert sum(isinstance(b, Table) for b in blocks) <= sum(isinstance(p, Grid) for p in parts)


@settings(max_examples=200, deadline=None)
@given(st.lists(_LINES, min_size=1, max_size=5))
def test_only_what_was_bold_is_bold_and_only_list_items_are_list_items(parts: list[Line]) -> None:
    lines, _ = typed.type_out(parts, {}, Notes())
    blocks, _ = markup.parse(hygiene.scrub("\n".join(lines), "稿").text, "稿", 1)
    paragraphs = [b for b in blocks if isinstance(b, Paragraph)]
    bold = compare.folded(s.text for p in paragraphs for s in p.spans if s.bold)
    was = compare.folded(piece.text for part in parts for piece in part.pieces if piece.bold)
    assert set(bold) <= set(was) | set("()")
    items = sum(p.kind == "列表项" for p in paragraphs)
    assert items <= sum(p.role == "列表项" for p in parts) + sum("●" in p.text or "•" in p.text for p in parts)


def test_a_line_end_in_a_cell_is_told() -> None:
    def plain(*lines: str) -> Cell:
        return Cell(tuple(Line((Piece(line),)) for line in lines))

    notes = Notes()
    grid = Grid(((plain("单位"), plain("答复")), (plain("水利局"), plain("修渠", "打井"))))
    lines, _ = typed.type_out([grid], {}, notes)
    assert "|水利局|修渠 打井|" in lines
    assert [fault.message for fault in notes.faults("来稿.docx")] == ["表格的格里有换行，已连成一行 1 处：“修渠 打井”"]
