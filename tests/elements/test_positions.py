"""Every element of an issue where the figures want it, in the PDF and in the Word file alike."""

from __future__ import annotations

import itertools

import pytest

from builder.pdfium import Rule, Sheet
from tests.elements.conftest import OFFICE, ROOT, Build, Line, line, lines, page_of

MM = 25.4 / 72
LINE, CHAR = 28.95 * MM, 15.75 * MM
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.02, 37.0, 262.0
LOW = 1.1  # mm that Word's exact lines stand lower than lines with their text in the middle
TEXT = "全市投入机具860台，灌溉农田12万亩，修复水毁渠道36公里。"
TITLES = {"gongzuo-xinxi": 1, "ducha-kuaixun": 1, "ducha-tongbao": 2}  # blank lines under the red rule
FIGURES = {"gongzuo-xinxi": (15, 6, 7, 4), "ducha-kuaixun": (8, 5, 5, 4), "ducha-tongbao": (20, 6, 7, 4)}


def issue(publication: str, body: str = "", **more: str) -> str:
    addressed = "主送: [各县（区）委]\n" if publication == "ducha-tongbao" else ""
    entries = body or f"条目: [{{标题: 抗旱保苗进展顺利, 正文: {TEXT}}}]\n"
    return f"刊物: {publication}\n日期: 2026-06-08\n期号: 9\n{addressed}" + "".join(more.values()) + entries


def font(found: Line, at: int = 0) -> str:
    """The family of a character of a line, in the words of the roles."""
    name = found.glyphs[at].font
    return next(role for mark, role in FACES if mark in name)


FACES = (("FandolFang", "仿宋"), ("FandolKai", "楷体"), ("FandolHei", "黑体"), ("FandolSong", "宋体"))


def rules(sheet: Sheet, color: str = "000000") -> list[Rule]:
    """The rules as wide as the type area, from the top; one that is drawn twice counts once."""
    wide = sorted({(r.top, r.left, r.right, r.bottom, r.color) for r in sheet.rules if r.right - r.left > 155})
    found = [Rule(left, top, right, bottom, c) for top, left, right, bottom, c in wide if c == color]
    return [a for n, a in enumerate(found) if not n or a.top - found[n - 1].top > 0.05]


def gaps(found: list[Line]) -> list[float]:
    return [b.y - a.y for a, b in itertools.pairwise(found)]


# ---------------------------------------------------------------- masthead and foot


@pytest.mark.parametrize("publication", sorted(FIGURES))
def test_the_masthead_has_its_distances_in_both_formats(build: Build, publication: str) -> None:
    top, number, editor, rule = FIGURES[publication]
    made = build(issue(publication))
    for sheets in made.both:
        name, issued, edited = lines(sheets[0])[:3]
        [red] = rules(sheets[0], "FF0000")
        ink = min(g.top for g in name.glyphs)
        size = name.glyphs[0].size * MM
        assert ink - TOP == pytest.approx(top, abs=0.6)
        assert issued.text.startswith("第9期")
        assert issued.y - 0.88 * 16 * MM - (TOP + top + size) == pytest.approx(number, abs=0.5)
        assert edited.y - issued.y - 16 * MM == pytest.approx(editor, abs=0.2)
        assert red.top - (edited.y + 0.12 * 16 * MM) == pytest.approx(rule, abs=0.2)
        assert red.thickness == pytest.approx(0.5, abs=0.05)
        assert (red.left, red.right) == pytest.approx((LEFT, RIGHT), abs=0.1)
        assert edited.left == pytest.approx(LEFT + 16 * MM, abs=0.2)
        assert edited.right == pytest.approx(RIGHT - 16 * MM, abs=1.6)  # the ink of 日 ends before its box
        for centred in (name, issued):
            assert centred.centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
    (a, b) = (lines(sheets[0])[:3] for sheets in made.both)
    assert [x.y for x in a] == pytest.approx([x.y for x in b], abs=0.5)
    assert rules(made.pdf[0], "FF0000")[0].top == pytest.approx(rules(made.word[0], "FF0000")[0].top, abs=0.5)


OFFICE_LONG = (
    "、".join(
        f"{name}委" for name in ["澜东区", "澜西区", "云埠县", "松陂县", "青峪县", "市发展改革", "市卫生健康", "市国资"]
    )
    + "、市教育局、市公安局"
)


@pytest.mark.parametrize("publication", sorted(FIGURES))
@pytest.mark.parametrize("count", [1, 30])
def test_the_foot_ends_at_the_bottom_of_the_type_area_and_its_rules_and_lines_agree(
    build: Build, publication: str, count: int
) -> None:
    body = f"条目: [{{标题: 抗旱保苗, 正文: {TEXT * count}}}]\n签发: 主任\n责任编辑: 科长\n"
    made = build(issue(publication, body), {"content/office.yaml": OFFICE.replace("各县（区）委", OFFICE_LONG)})
    found = []
    for sheets in made.both:
        foot = rules(sheets[-1])
        assert 261.8 <= foot[-1].bottom <= 262.05
        thick = [r.thickness for r in foot]
        assert (thick[0], thick[-1]) == pytest.approx((0.35, 0.35), abs=0.02)
        assert thick[1:-1] == pytest.approx([0.25] * (len(foot) - 2), abs=0.02)
        assert all((r.left, r.right) == pytest.approx((LEFT, RIGHT), abs=0.1) for r in foot)
        rows = [each for each in lines(sheets[-1]) if foot[0].top < each.y < BOTTOM]
        assert {round(g.size) for each in rows for g in each.glyphs} == {14}
        assert rows[0].left == pytest.approx(LEFT + 14 * MM, abs=0.2)
        found.append((foot, rows))
    (a, above), (b, below) = found
    assert [r.top for r in a] == pytest.approx([r.top for r in b], abs=0.5)
    assert [x.text for x in above] == [x.text for x in below]
    assert [x.y for x in above] == pytest.approx([x.y for x in below], abs=0.5)


def test_page_numbers_stand_alike(build: Build) -> None:
    made = build(issue("ducha-tongbao", f"条目: [{{标题: 抗旱保苗, 正文: {TEXT * 20}}}]\n"))
    for n in (0, 1):
        a, b = (lines(sheets[n])[-1] for sheets in made.both)
        assert a.text == b.text == f"—{n + 1}—"
        assert (a.y, a.left) == pytest.approx((b.y, b.left), abs=0.5)
        dash = next(g for g in a.glyphs if g.text == "—")
        assert dash.top - BOTTOM == pytest.approx(7, abs=0.3)


# ---------------------------------------------------------------- body


BODY = """\
条目:
  - 标题: 抗旱保苗进展顺利
    正文: |
      全市投入机具860台，灌溉农田12万亩。
      一、总体情况
      （一）水源调度
      市水利局逐日会商。
      （二）压实责任。逐件明确承办单位，按月调度。
      1.打井修渠
      新打机井36眼。
      2.节水灌溉。推广滴灌8万亩。
      （1）技术指导
      组建12个小组，逐村指导。
"""


def test_titles_levels_and_blank_lines_stand_alike_on_the_grid(build: Build) -> None:
    made = build(issue("ducha-tongbao", BODY))
    for sheets, low in zip(made.both, (0.0, LOW), strict=True):
        rows = lines(sheets[0])
        [red] = rules(sheets[0], "FF0000")
        title = line(sheets[0], "抗旱保苗进展顺利")
        assert title.glyphs[0].size == pytest.approx(22, abs=0.1)
        assert title.y - red.bottom - 2 * LINE == pytest.approx(26.36 * MM, abs=0.2 + low)
        addressed = line(sheets[0], "各县（区）委：")
        assert addressed.left == pytest.approx(LEFT, abs=0.2)
        assert addressed.y - title.y == pytest.approx((9.64 + 28.95 + 20.56) * MM, abs=0.3)  # one blank line between
        body = [r for r in rows[rows.index(addressed) :] if r.y < BOTTOM]
        assert gaps(body) == pytest.approx([LINE] * (len(body) - 1), abs=0.1)
        assert [r.left for r in body[1:]] == pytest.approx([LEFT + 2 * CHAR] * (len(body) - 1), abs=0.3)
        for text, role in (
            ("一、总体情况", "黑体"), ("（一）水源调度", "楷体"), ("（二）压实责任。", "楷体"), ("1.打井修渠", "仿宋"),
            ("2.节水灌溉。", "仿宋"), ("（1）技术指导", "仿宋"), ("市水利局逐日", "仿宋"),
        ):  # fmt: skip
            found = line(sheets[page_of(sheets, text) - 1], text)
            assert {font(found, n) for n in range(2, len(text) - 1)} == {role}, text
        run_in = line(sheets[page_of(sheets, "（二）压实") - 1], "（二）压实责任。")
        assert font(run_in, run_in.text.index("逐件")) == "仿宋"


NOTED = f"""\
编者按: 本期按语一段，供各地参考。
栏目:
  - 名称: 重点工作
    编者按: 栏目按语一段，供各地参考。
    条目:
      - {{标题: 甲县抗旱保苗进展顺利, 编者按: 本条按语一段，供各地参考。, 正文: {TEXT}}}
      - {{标题: 乙县防汛准备到位, 正文: {TEXT}}}
  - 名称: 经验交流
    条目:
      - {{标题: 丙县蓄水有方, 正文: {TEXT}}}
"""


def test_notes_stand_at_their_three_places_with_one_blank_line_after(build: Build) -> None:
    made = build(issue("gongzuo-xinxi", NOTED))
    for sheets in made.both:
        rows = [r for sheet in sheets for r in lines(sheet) if r.y < BOTTOM]
        texts = [r.text for r in rows]
        order = ["本期要目", "编者按：本期按语", "【重点工作】", "编者按：栏目按语", "编者按：本条按语", "【经验交流】"]
        at = [next(n for n, t in enumerate(texts) if t.startswith(mark)) for mark in order]
        assert at == sorted(at)
        for n in (at[1], at[3], at[4]):
            assert [font(rows[n], k) for k in (0, 3, 4)] == ["黑体", "黑体", "楷体"]
            assert rows[n].left == pytest.approx(LEFT + 2 * CHAR, abs=0.3)
            follows = rows[n + 1]
            if follows.y > rows[n].y and follows.glyphs[0].size < 17:
                assert follows.y - rows[n].y == pytest.approx(2 * LINE, abs=0.2)
            elif follows.y > rows[n].y:  # a title of 18 pt on 30
                assert follows.y - rows[n].y == pytest.approx(2 * LINE + 1.3 * MM, abs=0.3)
        head = rows[at[2]]
        assert font(head, 1) == "黑体"
        assert head.left == pytest.approx(LEFT, abs=0.3)
        assert rows[at[3]].y - head.y == pytest.approx(LINE, abs=0.1)
        if rows[at[5]].y > rows[at[5] - 1].y:
            assert rows[at[5]].y - rows[at[5] - 1].y == pytest.approx(2 * LINE, abs=0.1)


def test_a_long_note_begins_on_page_one_and_goes_on_over_the_page(build: Build) -> None:
    entries = "".join(f"  - {{标题: 第{n}条抗旱保苗工作有关情况, 正文: {TEXT * 6}}}\n" for n in range(1, 6))
    made = build(issue("gongzuo-xinxi", f"编者按: {TEXT * 9}\n条目:\n{entries}"))
    for sheets in made.both:
        assert page_of(sheets, "编者按：") == 1
        assert "第1条" not in "".join(r.text for r in lines(sheets[0])[-3:])
    assert len(made.pdf) == len(made.word)
    long = build(issue("ducha-kuaixun", f"编者按: {TEXT * 40}\n条目:\n  - {{标题: 抗旱, 正文: {TEXT}}}\n"))
    for sheets in long.both:
        assert page_of(sheets, "编者按：") == 1
        assert page_of(sheets, "抗旱") > 1
    assert len(long.pdf) == len(long.word)


def test_contents_list_the_titles_with_hanging_lines_and_from_six_pages_on_their_pages(build: Build) -> None:
    long = "关于进一步做好全市防汛抗旱减灾救灾应急物资储备调度使用管理工作的若干意见建议"
    entries = "".join(
        f"  - {{标题: {t}, 正文: {(TEXT * 32)}}}\n" for t in (f"甲{long}", "乙县防汛准备到位", "丙县蓄水有方")
    )
    made = build(issue("gongzuo-xinxi", f"条目:\n{entries}"))
    assert len(made.pdf) >= 6
    pages = [page for _, page in made.outline]
    for sheets in made.both:
        rows = lines(sheets[0])
        at = next(n for n, r in enumerate(rows) if r.text == "本期要目")
        assert font(rows[at]) == "黑体"
        assert rows[at].centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
        first, turned, second, third = rows[at + 1 : at + 5]
        assert font(first, 3) == "楷体"
        assert [r.left for r in (first, second, third)] == pytest.approx([LEFT] * 3, abs=0.3)
        assert turned.left == pytest.approx(LEFT + 2 * 16 * MM, abs=0.5)
        numbered = [(turned, pages[0]), (second, pages[1]), (third, pages[2])]
        for row, page in numbered:
            assert row.text.rstrip("0123456789").rstrip("·.…") != row.text
            assert row.text.endswith(str(page))
            assert row.right == pytest.approx(RIGHT, abs=0.8)
        assert gaps(rows[at : at + 5]) == pytest.approx([LINE] * 4, abs=0.1)


def test_signatures_stand_flush_right_on_the_last_line_or_the_next(build: Build) -> None:
    item = "---\n标题: {}\n供稿单位: [市水利局]\n---\n{}\n"
    files = {
        "content/items/one.md": item.format("甲县抗旱", "全市投入机具860台。"),
        "content/items/two.md": item.format("乙县抗旱", "全市投入机具" + "一" * 18 + "。"),
    }
    made = build(issue("gongzuo-xinxi", "条目: [{信息: one}, {信息: two}]\n"), files)
    for sheets in made.both:
        one, two = [r for r in lines(sheets[0]) if "供稿）" in r.text]
        assert one.text == "全市投入机具860台。（市水利局供稿）"
        assert two.text == "（市水利局供稿）"
        for row in (one, two):
            start = row.text.index("（")
            assert {font(row, n) for n in range(start + 1, len(row.text) - 1)} == {"楷体"}
            assert row.glyphs[-1].x + CHAR == pytest.approx(RIGHT, abs=0.6)
        assert two.y - line(sheets[0], "全市投入机具一").y == pytest.approx(LINE, abs=0.1)


@pytest.mark.parametrize(
    ("name", "indents"),
    [("中共临澜市委督查室", (2.0, 3.0)), ("市委办", (7.0, 2.0)), ("中共临澜市委", (4.0, 2.0))],
)
def test_name_and_date_stand_one_blank_line_below_with_the_date_two_in(
    build: Build, name: str, indents: tuple[float, float]
) -> None:
    office = OFFICE.replace("中共临澜市委督查室", name)
    annex = f"附件: [{{标题: 情况表, 正文: {TEXT}}}]\n"
    made = build(issue("ducha-tongbao", "", annex=annex), {"content/office.yaml": office})
    for sheets in made.both:
        above = line(sheets[0], "附件：情况表")
        at = next(n for n, r in enumerate(lines(sheets[0])) if r == above)
        text, listed, signed, dated = lines(sheets[0])[at - 1 : at + 3]
        assert listed.left == pytest.approx(LEFT + 2 * CHAR, abs=0.3)
        assert (signed.text, dated.text) == (name, "2026年6月8日")
        assert listed.y - text.y == pytest.approx(2 * LINE, abs=0.1)
        assert signed.y - listed.y == pytest.approx(2 * LINE, abs=0.1)
        assert dated.y - signed.y == pytest.approx(LINE, abs=0.1)
        assert dated.left - signed.left == pytest.approx(2 * CHAR, abs=0.6)
        ends = [row.glyphs[-1].x + CHAR for row in (signed, dated)]
        assert min(RIGHT - e for e in ends) == pytest.approx(2 * CHAR, abs=0.6)


def test_several_annexes_are_listed_with_names_aligned_and_stand_each_on_a_new_page(build: Build) -> None:
    long = "全市防汛抗旱减灾救灾应急物资储备调度使用管理情况统计表及问题清单"
    annexes = f"附件: [{{标题: {long}, 正文: {TEXT}}}, {{标题: 问题清单, 正文: {TEXT}}}]\n"
    made = build(issue("ducha-tongbao", "", annexes=annexes))
    for sheets in made.both:
        assert len(sheets) == 3
        first = line(sheets[0], "附件：1.")
        rows = lines(sheets[0])
        turned, second = rows[rows.index(first) + 1 : rows.index(first) + 3]
        name = first.glyphs[5].x
        assert first.text[5] == long[0]
        assert turned.left == pytest.approx(name, abs=0.6)
        assert second.text == "2.问题清单"
        assert second.glyphs[2].x == pytest.approx(name, abs=0.6)
        assert not first.text.endswith(("。", "，"))
        for n, title in ((1, long), (2, "问题清单")):
            label, *rest = lines(sheets[n])
            assert (label.text, font(label)) == (f"附件{n}", "黑体")
            assert label.left == pytest.approx(LEFT, abs=0.3)
            assert label.y == pytest.approx(TOP + 20.56 * MM, abs=LOW)
            above = rest[0]
            assert title.startswith(above.text)
            assert above.glyphs[0].size == pytest.approx(22, abs=0.1)
            assert above.y - label.y == pytest.approx((28.95 * 2 + 26.36 - 20.56) * MM, abs=0.4)
            assert above.centre == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)


# ---------------------------------------------------------------- nothing parted


@pytest.mark.parametrize("filled", range(0, 28, 3))
def test_heads_titles_and_signatures_are_never_parted_from_what_they_belong_to(build: Build, filled: int) -> None:
    """Wherever the page ends: no 栏目 or heading last on it, no title without text, no （供稿） alone at its top."""
    filler = "\n".join("      填" for _ in range(filled))
    item = "---\n标题: 乙县抗旱\n供稿单位: [市水利局]\n---\n全市投入机具" + "一" * 18 + "。\n"
    body = (
        "要目: 否\n栏目:\n  - 名称: 甲栏\n    条目:\n      - 标题: 甲县抗旱\n        正文: |\n          始\n"
        + filler.replace("      ", "          ")
        + "\n  - 名称: 乙栏\n    条目:\n      - {信息: two}\n      - 标题: 丙县抗旱\n        正文: |\n          一、情况\n"
        "          （一）水源\n          逐日会商。\n"
    )
    made = build(issue("gongzuo-xinxi", body), {"content/items/two.md": item})
    for sheets in made.both:
        for sheet in sheets:
            rows = [r for r in lines(sheet) if not r.text.startswith("—") and r.y < BOTTOM]
            rules_ = rules(sheet)
            if rules_:
                rows = [r for r in rows if r.y < rules_[0].top] or rows
            assert rows[0].text != "（市水利局供稿）"
            assert rows[-1].text not in ("【乙栏】", "乙县抗旱", "丙县抗旱", "一、情况", "（一）水源")
    assert [page_of(made.pdf, t) for t in ("【乙栏】", "丙县抗旱")] == [
        page_of(made.word, t) for t in ("【乙栏】", "丙县抗旱")
    ]


# ---------------------------------------------------------------- lines above the name


SECRET = f"{OFFICE}涉密环境: 是\n"
MARKED = "ducha-kuaixun", '份号: "000123"\n密级: 机密\n保密期限: 1年\n紧急程度: 特急\n标识: 内部资料　注意保存\n'


def test_lines_that_would_touch_the_name_move_it_and_nothing_is_printed_over_anything(build: Build) -> None:
    publication, marks = MARKED
    made, plain = (build(issue(publication, marks=more), {"content/office.yaml": SECRET}) for more in (marks, ""))
    assert [f.code for f in made.faults] == ["top-lines"]
    down = made.rendered.view.data["左上"]["下移"]
    for sheets, before in zip(made.both, plain.both, strict=True):
        first, second, name = lines(sheets[0])[:3]
        assert (first.text, second.text) == ("000123特急", "机密★1年内部资料注意保存")
        assert second.y - first.y == pytest.approx(LINE, abs=0.1)
        assert min(g.top for g in name.glyphs) - max(g.bottom for g in second.glyphs) > 0.5
        moved = [each for each in lines(sheets[0])[2:] if each.y < BOTTOM - 40]
        still = lines(before[0])
        assert [b.y - a.y for a, b in zip(still, moved, strict=False)] == pytest.approx([down] * len(moved), abs=0.1)
        assert rules(sheets[0])[-1].bottom == pytest.approx(BOTTOM, abs=0.25)
    (a, b) = (lines(sheets[0])[:5] for sheets in made.both)
    assert [x.y for x in a] == pytest.approx([x.y for x in b], abs=0.5)


@pytest.mark.parametrize("count", [1, 16])
def test_copies_below_the_last_rule_leave_rule_and_page_number_their_places(build: Build, count: int) -> None:
    name = "templates/ducha-kuaixun/publication.yaml"
    own = (ROOT / name).read_text(encoding="utf-8").replace("印数: 线上", "印数: 线下")
    made = build(issue("ducha-kuaixun", f"条目: [{{标题: 抗旱保苗, 正文: {TEXT * count}}}]\n"), {name: own})
    assert len(made.pdf) == len(made.word) == (1 if count == 1 else 2)
    for sheets in made.both:
        copies, number = lines(sheets[-1])[-2:]
        assert copies.text.startswith("（共印")
        assert rules(sheets[-1])[-1].bottom == pytest.approx(BOTTOM, abs=0.15)
        assert copies.y - BOTTOM == pytest.approx((1 + 0.88 * 14) * MM, abs=0.4)
        assert copies.glyphs[-1].x + 14 * MM == pytest.approx(RIGHT - 6 * 14 * MM, abs=0.3)
        dash = next(g for g in number.glyphs if g.text == "—")
        assert dash.top - BOTTOM == pytest.approx(7, abs=0.3)
        assert number.left > copies.right + 1 or number.right < copies.left - 1


POINTS = """\
条目:
  - 标题: 完成情况
    正文: |
      表题：完成情况
      |单位|数额|比例|件数|
      |---|---|---|---|
      |澜东区|1234.5|12.5%|12|
      |澜西区|-7.25|3%|345|
      |云埠县|86|—|6|
      |松陂县|—|100%|7|
"""


def test_numbers_stand_with_their_decimal_points_below_one_another(build: Build) -> None:
    made = build(issue("ducha-tongbao", POINTS))
    for sheets in made.both:
        rows = {row.text[:3]: row for row in lines(sheets[0]) if row.text[:2] in ("澜东", "澜西", "云埠", "松陂")}

        def begins(name: str, text: str, rows: dict[str, Line] = rows) -> float:
            row = rows[name]
            return row.glyphs[row.text.rindex(text)].x

        half = 6 * MM  # a digit
        point = begins("澜东区", ".512")
        assert begins("云埠县", "6—") + half == pytest.approx(point, abs=0.2)
        assert begins("澜西区", ".253") == pytest.approx(point, abs=0.8)  # a sign of Fandol is narrow
        share = begins("澜东区", ".5%")
        assert begins("澜西区", "%") == pytest.approx(share, abs=0.2)
        assert begins("松陂县", "%") == pytest.approx(share, abs=0.2)
        widest = (begins("澜东区", "1234") + begins("澜西区", ".253") + 3 * half) / 2
        assert begins("松陂县", "—") + 6 * MM == pytest.approx(widest, abs=0.8)
        dash = next(g for g in rows["云埠县"].glyphs if g.text == "—")
        assert dash.x + 6 * MM == pytest.approx((begins("松陂县", "100") + share + 3 * half) / 2, abs=0.5)
