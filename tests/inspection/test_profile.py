"""What is asked of a file: the standard's figures, a publication's own, and which fonts are right for a role."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from builder import publications
from builder.inspection import profile

ROOT = Path(__file__).resolve().parents[2]
TITLES, _ = publications.load(ROOT / "templates")


def test_a_rule_knows_right_doubtful_and_wrong() -> None:
    pitch = profile.GB.rules["line-pitch"]
    assert [pitch.verdict(v) for v in (28.95, 28.8, 28.0, 27.0, 30.5)] == ["合格", "合格", "提醒", "不合格", "不合格"]
    assert profile.GB.rules["lines"].text == "22 行"
    assert profile.GB.rules["margin-top"].text == "37 mm ±1"


@pytest.mark.parametrize(
    ("role", "font", "verdict"),
    [
        ("仿宋", "FangSong_GB2312", "合格"),
        ("仿宋", "仿宋_GB2312", "合格"),
        ("仿宋", "FandolFang-Regular", "提醒"),
        ("仿宋", "FandolSong-Regular", "不合格"),
        ("仿宋", "SimSun", "不合格"),
        ("小标宋", "FZXBSJW--GB1-0", "合格"),
        ("小标宋", "FandolSong-Bold", "提醒"),
        ("小标宋", "FandolSong-Regular", "不合格"),
        ("宋体", "SimSun,Bold", "合格"),
        ("黑体", "FandolKai-Regular", "不合格"),
    ],
)
def test_an_official_font_is_right_its_substitute_doubtful_any_other_wrong(role: str, font: str, verdict: str) -> None:
    assert profile.face_verdict(role, font) == verdict  # type: ignore[arg-type]


def test_a_publication_asks_its_own_figures_and_cites_the_standard_where_they_are_the_same() -> None:
    own = profile.of(TITLES["ducha-kuaixun"])
    assert (own.rules["name-top"].wanted, own.rules["name-top"].clause) == (8, "本刊版式")
    assert own.rules["margin-top"].clause == "GB/T 9704-2012 5.2.1"
    assert own.styles["刊名"].sizes == (56,)
    assert "name-top" not in profile.GB.rules
    title = TITLES["ducha-kuaixun"]
    layout = {**title.layout, "版心": {**title.layout["版心"], "天头": 40}}
    wide = profile.of(dataclasses.replace(title, layout=layout)).rules["margin-top"]
    assert (wide.wanted, wide.clause) == (40, "本刊版式")
