from __future__ import annotations

import unicodedata
from dataclasses import replace

from fontTools.ttLib import TTFont

from builder import fonts
from builder.fonts.faces import FontSet


def test_coverage_agrees_with_the_fonts_own_tables(fontset: FontSet) -> None:
    for face in fontset:
        with TTFont(face.file) as font:
            points = set(font.getBestCmap())
        assert {p for p in range(0x110000) if face.has(chr(p))} == points, face.family


def test_advances_agree_with_the_fonts_own_tables(fontset: FontSet) -> None:
    for role, face in fontset.faces.items():
        with TTFont(face.file) as font:
            names, widths, em = font.getBestCmap(), font["hmtx"], font["head"].unitsPerEm
            for char in "09aWi%.汉，":
                assert fonts.advance(fontset, role, char) == widths[names[ord(char)]][0] / em, (role, char)


def test_every_character_of_gb2312_and_gbk_prints_in_every_role(fontset: FontSet) -> None:
    pairs = (bytes([row, cell]) for row in range(0x81, 0xFF) for cell in range(0x40, 0xFF))
    decoded = (pair.decode("gbk", "ignore") for pair in pairs)
    letters = {c for text in decoded for c in text if unicodedata.category(c) != "Co"}
    assert len(letters) > 21_000
    for role in fonts.ROLES:
        assert {c for c in fonts.missing(letters, fontset, role) if c.isalpha()} == set()


def test_a_character_that_no_face_has_is_missing_and_blanks_and_joiners_are_not(fontset: FontSet) -> None:
    assert fonts.missing("中国\u3000 \u2060\n\t😀𠀀\U000f0000", fontset, "仿宋") >= {"😀", "\U000f0000"}
    assert fonts.missing("中国\u3000 \u00a0\u2060\n\t", fontset, "仿宋") == set()
    assert fonts.missing("葛\U000e0100", fontset, "仿宋") == {"\U000e0100"}, "a variant would be lost in silence"


def test_a_rare_character_is_borrowed_from_the_fallback_that_suits_the_role(fontset: FontSet) -> None:
    serif, sans = fontset.fallbacks
    poor = replace(fontset, faces={role: replace(face, cover=b"", index=9) for role, face in fontset.faces.items()})
    assert fonts.borrowed("喆", poor, "仿宋") == {"喆": serif}
    assert fonts.borrowed("喆", poor, "黑体") == {"喆": sans}
    assert fonts.borrowed("😀 ", poor, "黑体") == {}
    assert fonts.borrowed("中", fontset, "仿宋") == {}
