"""Charts: the numbers stand where they belong, and what is drawn is XML whatever the names."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from builder.batch import chart
from builder.batch.chart import Series, Texts

SVG = "{http://www.w3.org/2000/svg}"


def boxes(svg: str) -> list[tuple[float, float]]:
    """Width and height of what is drawn as a box."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [(float(box.get("width", "")), float(box.get("height", ""))) for box in found]


def test_columns_are_as_high_as_their_numbers():
    drawn = boxes(chart.columns(Texts("用时", "秒", "期数"), [("0", 10), ("1", 0), ("2", 40)]))
    assert len(drawn) == 2
    assert drawn[1][1] == pytest.approx(4 * drawn[0][1], abs=0.2)


def test_bars_are_as_long_as_their_numbers_and_names_cannot_break_the_file():
    svg = chart.bars(Texts("<快慢>"), [("a & b", 40, "40/秒"), ('"c"', 5, "<5")])
    long, short = boxes(svg)
    assert long[0] == pytest.approx(8 * short[0], abs=0.5)
    texts = [each.text for each in ElementTree.fromstring(svg).iter(f"{SVG}text")]
    assert texts == ["<快慢>", "a & b", "40/秒", '"c"', "<5"]


def test_a_curve_rises_where_its_numbers_rise_and_the_same_numbers_give_the_same_characters():
    one = Series("本机", [(0, 1.0), (100, 2.0), (200, 3.0)])
    other = Series("集群", [(0, 3.0), (200, 1.0)], "dots")
    svg = chart.curves(Texts("每期用时", "期", "秒"), [one, other])
    assert svg == chart.curves(Texts("每期用时", "期", "秒"), [one, other])
    [line] = [p.get("points", "") for p in ElementTree.fromstring(svg).iter(f"{SVG}polyline")]
    heights = [float(point.split(",")[1]) for point in line.split()]
    assert heights == sorted(heights, reverse=True)
    assert chart.alone(svg).startswith("<?xml")
    ElementTree.fromstring(chart.alone(svg).encode())


@pytest.mark.parametrize("values", [[], [0.0], [0.25], [0.1] * 9, [0.03 * n for n in range(1000)], [1e-5, 3.0], [1e7]])
def test_a_histogram_counts_every_value_once_in_few_groups(values):
    groups = chart.grouped(values)
    assert sum(count for _, count in groups) == len(values)
    assert len(groups) <= 18
    assert len({name for name, _ in groups}) == len(groups)
    assert "nan" not in chart.columns(Texts("用时"), groups)


def test_nothing_to_draw_is_an_empty_chart_and_no_error():
    for svg in (chart.columns(Texts("空"), []), chart.bars(Texts("空"), []), chart.curves(Texts("空"), [])):
        assert re.search(r"<text[^>]*>空</text>", svg)
        ElementTree.fromstring(svg)
