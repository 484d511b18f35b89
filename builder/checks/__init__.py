"""Checks of a composed edition: one function per rule, in a dict; each code is permanent (docs/errors.md)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from builder.checks import glyphs, layout, placeholders, tables, titles
from builder.compose import Edition
from builder.errors import Fault
from builder.fonts import FontSet

RULES: dict[str, Callable[[Edition, FontSet], Iterator[Fault]]] = {
    "no-glyph": glyphs.no_glyph,
    "rare-glyph": glyphs.rare_glyph,
    "title-end": titles.title_end,
    "title-too-long": titles.title_too_long,
    "title-long": titles.title_long,
    "placeholder": placeholders.placeholder,
    "audience": layout.audience,
    "note-long": layout.note_long,
    "foot-too-long": layout.foot_too_long,
    "top-lines": layout.top_lines,
    "top-line-long": layout.top_line_long,
    "picture-small": layout.picture_small,
    "table-too-wide": tables.table_too_wide,
    "table-tight": tables.table_tight,
}


def check(edition: Edition, fontset: FontSet) -> list[Fault]:
    """Every fault of the edition by every rule."""
    return [fault for rule in RULES.values() for fault in rule(edition, fontset)]
