"""Content that no page can take, or hardly: refused at its line, or set in a way that is defined here."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from builder.errors import Fault
from builder.workflow import opening, planning
from tests.elements.conftest import ISSUE, OFFICE, line, lines, page_of

HEAD = "刊物: ducha-tongbao\n日期: 2026-06-08\n主送: [各县（区）委]\n"
TEXT = "全市投入机具860台，灌溉农田12万亩。"


def faults(workspace, fontset) -> list[Fault]:
    """What ``build`` and ``check`` say before anything is rendered."""
    return list(planning.plan(opening.open_workspace(workspace), ()).faults)


def told(found: list[Fault]) -> list[tuple[str, str, str, int]]:
    return [(f.code, f.severity, f.place.file, f.place.line) for f in found]


def table(columns: list[str], cells: list[str], orientation: str = "") -> str:
    """An issue with a table of one row, in the body or in an annex."""
    rows = f"      表头: {columns}\n      行: [{cells}]\n".replace("'", '"')
    if not orientation:
        return f"{HEAD}条目:\n  - 标题: 通报\n    表格:\n{rows}"
    annex = f"附件:\n  - 标题: 明细表\n    方向: {orientation}\n    表格:\n{rows}"
    return f"{HEAD}条目: [{{标题: 通报, 正文: {TEXT}}}]\n{annex}"


AMOUNTS = [f"{n}234567890.25" for n in range(1, 9)]
HEADS = [f"第{n}项" for n in range(1, 9)]


def test_numbers_that_would_break_over_two_lines_are_told_with_the_way_out(write, fontset):
    for orientation, way in (("", "附件"), ("纵", "这个附件写“方向: 横”")):
        source = table(HEADS, AMOUNTS, orientation)
        [fault] = faults(write(source), fontset)
        line = 1 + next(n for n, text in enumerate(source.splitlines()) if "表头:" in text)
        assert told([fault]) == [("table-tight", "warning", ISSUE, line)]
        assert "“第1项”列的“1234567890.25”" in fault.message
        assert way in fault.hint
    assert faults(write(table(HEADS, AMOUNTS, "横")), fontset) == []


def test_a_table_that_not_even_a_landscape_page_can_hold_is_refused(write, fontset):
    many, heads = [f"{n}" * 13 + ".25" for n in range(1, 10)], [f"第{n}项" for n in range(1, 10)]
    for orientation in ("", "纵", "横"):
        [fault] = faults(write(table(heads, many, orientation)), fontset)
        assert (fault.code, fault.severity, fault.place.file) == ("table-too-wide", "error", ISSUE)
        assert fault.place.line
        assert "分成几个表" in fault.hint


def test_what_the_check_lets_pass_stands_in_its_column_in_one_piece(build):
    for orientation, cells in (("纵", [a[4:] for a in AMOUNTS]), ("横", AMOUNTS)):
        made = build(table(HEADS, cells, orientation))
        for sheets in made.both:
            row = [each.text for each in lines(sheets[1])]
            turned = "".join(cells)
            assert any(turned == text.replace("—2—", "") for text in row), row


def test_a_list_with_widths_of_its_own_is_told_where_they_are_too_narrow(write, fontset):
    finding = "种类: 事项\n编号: 甲字20260608001号\n事项: 抗旱保苗\n责任单位: 水利局\n状态: 完成\n"
    listing = "督查: {范围: f, 列: [{字段: 编号, 宽: 1}, {字段: 事项, 宽: 20}]}"
    source = f"{HEAD}条目:\n  - 标题: 通报\n    {listing}\n"
    [fault] = faults(write(source, {"content/findings/f.yaml": finding}), fontset)
    assert told([fault]) == [("table-tight", "warning", ISSUE, 6)]
    assert "“宽”" in fault.hint


def test_a_foot_longer_than_a_page_is_refused_where_its_names_are_chosen(write, fontset):
    names = "、".join(f"临澜市第{n}督查工作领导小组办公室" for n in range(1, 90))
    office = OFFICE.replace("各县（区）委", names)
    [fault] = faults(write(f"{HEAD}条目: [{{标题: 通报, 正文: {TEXT}}}]\n", {"content/office.yaml": office}), fontset)
    line = 1 + next(n for n, text in enumerate(office.splitlines()) if "ducha-tongbao: {报" in text)
    assert told([fault]) == [("foot-too-long", "error", "content/office.yaml", line)]
    assert "“发：”" in fault.message
    extras = "".join(f"  - 名称: 临澜市第{n}督查工作领导小组办公室\n" for n in range(90))
    source = f"{HEAD}条目: [{{标题: 通报, 正文: {TEXT}}}]\n本期增发:\n{extras}"
    [fault] = faults(write(source), fontset)
    assert told([fault]) == [("foot-too-long", "error", ISSUE, 6)]


def test_a_list_of_forty_units_has_its_turned_lines_under_the_first_name(build):
    names = "，".join(f"临澜市第{n}督查组办公室" for n in range(1, 41))
    office = OFFICE.replace("各县（区）委", names)
    made = build(f"{HEAD}条目: [{{标题: 通报, 正文: {TEXT}}}]\n", {"content/office.yaml": office})
    for sheets in made.both:
        foot = [each for each in lines(sheets[-1]) if each.y < 262]
        start = next(n for n, each in enumerate(foot) if each.text.startswith("发："))
        end = next(n for n, each in enumerate(foot) if each.text.startswith("中共临澜市委督查室"))
        assert end - start > 15
        assert foot[end - 1].text.endswith("。")
        first = foot[start].glyphs[2].x
        assert [each.left for each in foot[start + 1 : end]] == pytest.approx([first] * (end - start - 1), abs=0.4)
        assert max(each.right for each in foot) < 184.1 - 14 / 72 * 25.4 + 0.4


def picture(wide: int, high: int) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (wide, high), (200, 220, 240)).save(stream, "PNG")
    return stream.getvalue()


@pytest.mark.parametrize(("wide", "high"), [(5000, 900), (900, 5000), (3000, 3000)])
def test_a_picture_larger_than_the_type_area_is_reduced_to_fit_and_stays_in_shape(build, wide, high):
    source = f'{HEAD}条目:\n  - 标题: 通报\n    正文: |\n      {TEXT}\n      ![图](a.png "图1　现场")\n      {TEXT}\n'
    made = build(source, {"content/issues/a.png": picture(wide, high)})
    for sheets in made.both:
        [one] = [area for sheet in sheets for area in sheet.pictures]
        size = (one.right - one.left, one.bottom - one.top)
        assert size[0] / size[1] == pytest.approx(wide / high, rel=0.02)
        assert size[0] == pytest.approx(140, abs=0.3) or size[1] == pytest.approx(95, abs=0.3)
        assert one.left > 28 - 0.1
        assert one.right < 184.2
        assert (one.left + one.right) / 2 == pytest.approx(28 + 156.02 / 2, abs=0.4)


@pytest.mark.parametrize(("wide", "high"), [(60, 60), (400, 9000), (9000, 300)])
def test_a_picture_that_prints_too_small_to_read_is_told(write, fontset, wide, high):
    source = f"{HEAD}条目:\n  - 标题: 通报\n    正文: |\n      {TEXT}\n      ![图](a.png)\n"
    found = faults(write(source, {"content/issues/a.png": picture(wide, high)}), fontset)
    assert told(found) == [("picture-small", "warning", ISSUE, 8)]
    assert f"{wide}×{high}像素" in found[0].message


@pytest.mark.parametrize("title", ["", '    标题: ""\n', '    标题: "　"\n'])
def test_an_annex_without_a_title_is_refused_at_its_line(write, fontset, title):
    source = f"{HEAD}条目: [{{标题: 通报, 正文: {TEXT}}}]\n附件:\n  - 方向: 横\n{title}    正文: {TEXT}\n"
    found = faults(write(source), fontset)
    assert [(f.code, f.severity, f.place.file, f.place.line) for f in found] == [
        ("value-empty" if title else "key-missing", "error", ISSUE, 7 if title else 6)
    ]


LONG = (
    "关于进一步加强全市防汛抗旱减灾救灾应急物资储备调度使用管理工作并切实做好"
    "今冬明春农田水利基本建设有关事项的督查情况的通报及下一步工作安排意见建议"
)


def test_titles_too_long_for_three_lines_are_told_and_set_whole_and_centred(build):
    assert len(LONG) > 3 * 20
    source = f"{HEAD}条目: [{{标题: {LONG}, 正文: {TEXT}}}]\n附件:\n  - {{标题: {LONG}, 正文: {TEXT}}}\n"
    made = build(source)
    assert told(made.faults) == [("title-long", "warning", ISSUE, 4), ("title-long", "warning", ISSUE, 6)]
    for sheets in made.both:
        for page in (1, page_of(sheets, "附件") if len(sheets) == 2 else len(sheets)):
            rows = [each for each in lines(sheets[page - 1]) if each.glyphs[0].size > 21 and each.glyphs[0].size < 23]
            assert len(rows) == 4
            assert "".join(each.text for each in rows) == LONG
            centres = [(each.left + each.right) / 2 for each in rows]
            assert centres == pytest.approx([28 + 156.02 / 2] * 4, abs=0.6)
    for sheets in made.both:
        assert line(sheets[0], TEXT[:8]).y > 100
