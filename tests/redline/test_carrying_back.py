"""Changes of printed text go back into the very characters that printed it; every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.errors import Place
from builder.redline import Change
from tests.redline.carried import ISSUE, ITEM, Desk

A, B = "截目前，全县收割小麦三万亩。", "下一步，抓好晾晒入库。"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.item(f"{A}\n{B}\n")
    return made


def _body(desk: Desk) -> str:
    return desk.read().partition("\n---\n")[2]


def test_words_are_changed_where_they_stand(desk: Desk) -> None:
    desk.applied(desk.words(A, "截至目前，全县收割小麦4.2万亩。"))
    assert _body(desk) == f"截至目前，全县收割小麦4.2万亩。\n{B}\n"


def test_windows_line_ends_stay_and_new_lines_have_them(desk: Desk) -> None:
    desk.put(ITEM, desk.read().replace("\n", "\r\n"))
    desk.applied(desk.words(A, "截至目前，全县收割过半。"), desk.added(A, "阴雨天气增多。"))
    assert desk.read().endswith(f"截至目前，全县收割过半。\r\n阴雨天气增多。\r\n{B}\r\n")
    assert "\n" not in desk.read().replace("\r\n", "")


def test_a_byte_order_mark_stays(desk: Desk) -> None:
    desk.put(ITEM, "\ufeff" + desk.read())
    desk.applied(desk.words(A, "全县收割过半。"))
    assert (desk.root / ITEM).read_bytes().startswith(b"\xef\xbb\xbf---")
    assert _body(desk) == f"全县收割过半。\n{B}\n"


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
def test_the_encoding_of_an_entry_stays(desk: Desk, codec: str) -> None:
    text = desk.read()
    desk.put(ITEM, text.encode(codec))
    desk.applied(desk.words(A, "全县收割过半，㐂事多。"))
    assert (desk.root / ITEM).read_bytes().decode(codec) == text.replace(A, "全县收割过半，㐂事多。")


def test_front_matter_typed_with_full_width_colons_is_edited_as_typed(desk: Desk) -> None:
    desk.put(ITEM, f"---\n标题：青禾县夏收过半\n供稿单位：［沅川市水务局］\n---\n{A}\n")
    desk.applied(desk.words("青禾县夏收过半", "青禾县夏收已过大半"))
    assert desk.read() == f"---\n标题：青禾县夏收已过大半\n供稿单位：［沅川市水务局］\n---\n{A}\n"


@pytest.mark.parametrize(
    ("typed", "new", "written"),
    [
        ("夏收过半  # 暂定", "夏收已过半", "夏收已过半  # 暂定"),
        ('"夏收过半"', "夏收“过半”", '"夏收“过半”"'),
        ("'夏收过半'", "夏收's过半", "'夏收''s过半'"),
        ('"夏收过半"', '夏收"过"半', '"夏收\\"过\\"半"'),
        ("夏收过半", "夏收: 过半", '"夏收: 过半"'),
        ("夏收过半  # 暂定", "- 夏收过半", '"- 夏收过半"  # 暂定'),
        ("[夏收]过半", "[夏收]已过半", "[夏收]已过半"),
    ],
)
def test_a_title_is_quoted_where_it_needs_it_and_its_comment_stays(
    desk: Desk, typed: str, new: str, written: str
) -> None:
    desk.put(ITEM, f"---\n标题: {typed}\n# 一条注释\n类别: 动态\n---\n{A}\n")
    title = next(each.text for each in desk.printed if each.kind == "标题")
    desk.applied(desk.words(title, new))
    assert desk.read() == f"---\n标题: {written}\n# 一条注释\n类别: 动态\n---\n{A}\n"
    assert new in desk.texts


def test_of_two_equal_paragraphs_the_right_one_is_edited(desk: Desk) -> None:
    desk.item(f"{A}\n{B}\n{A}\n")
    desk.applied(desk.words(A, "全县收割过半。", nth=1))
    assert _body(desk) == f"{A}\n{B}\n全县收割过半。\n"


def test_bold_words_keep_their_marks(desk: Desk) -> None:
    desk.item("收割**三万亩**，占**七成**。\n")
    desk.applied(desk.words("收割", "收割小麦四万亩，占。"))
    assert _body(desk) == "收割**小麦四万亩**，占。\n"


def test_items_of_a_list_keep_their_mark_and_their_lines(desk: Desk) -> None:
    desk.item("- 抓好收割\n  和运输。\n- 抓好晾晒。\n")
    desk.applied(desk.words("——抓好收割", "——抓紧收割和转运。"), desk.added("——抓好收割", "——抓好入库。"))
    assert _body(desk) == "- 抓紧收割\n  和转运。\n- 抓好入库。\n- 抓好晾晒。\n"


def test_a_run_in_heading_is_edited_in_place(desk: Desk) -> None:
    desk.item("一、抓好收割。各乡镇要快收快打。\n")
    desk.applied(desk.words("一、抓好", "一、抓紧收割。各乡镇要快收快打快入库。"))
    assert _body(desk) == "一、抓紧收割。各乡镇要快收快打快入库。\n"


def test_a_new_paragraph_has_the_habits_of_its_neighbours(desk: Desk) -> None:
    desk.item(f"　　{A}\n\n　　{B}\n")
    desk.applied(desk.added(A, "阴雨天气增多。"), desk.added(A, "晾晒压力大。"))
    assert _body(desk) == f"　　{A}\n\n　　阴雨天气增多。\n\n　　晾晒压力大。\n\n　　{B}\n"


def test_a_paragraph_comes_in_before_the_first_and_after_the_last(desk: Desk) -> None:
    desk.item(f"{A}\n{B}")
    desk.applied(desk.added("青禾县夏收进度过半", "今年夏收开局良好。"), desk.added(B, "特此报告。"))
    assert _body(desk) == f"今年夏收开局良好。\n{A}\n{B}\n特此报告。"


def test_a_paragraph_goes_with_its_blank_line(desk: Desk) -> None:
    desk.item(f"{A}\n\n中间一段。\n\n{B}\n")
    desk.applied(desk.removed("中间"))
    assert _body(desk) == f"{A}\n\n{B}\n"
    desk.applied(desk.removed(B))
    assert _body(desk) == f"{A}\n"


def test_a_paragraph_is_parted_and_two_are_joined(desk: Desk) -> None:
    desk.applied(desk.split(A, "截目前，", "全县收割小麦四万亩。"))
    assert _body(desk) == f"截目前，\n全县收割小麦四万亩。\n{B}\n"
    desk.applied(desk.merged("截至目前，全县收割小麦四万亩。", "截目前", "全县收割"))
    assert _body(desk) == f"截至目前，全县收割小麦四万亩。\n{B}\n"


def test_a_part_of_a_paragraph_for_some_stays_for_these(desk: Desk) -> None:
    desk.item(f"｛可见范围：报｝{A}\n{B}\n")
    desk.applied(desk.split(A, "截目前，", "全县收割小麦三万亩。"))
    assert _body(desk) == f"｛可见范围：报｝截目前，\n｛可见范围：报｝全县收割小麦三万亩。\n{B}\n"
    assert "可见范围" in desk.refused(desk.merged("全县收割小麦三万亩。" + B, "全县收割", B)).reason


def test_a_bold_word_is_bold_on_both_sides_of_a_new_paragraph(desk: Desk) -> None:
    desk.item("收割**三万亩四万亩**。\n")
    desk.applied(desk.split("收割", "收割三万亩", "四万亩。"))
    assert _body(desk) == "收割**三万亩**\n**四万亩**。\n"
    desk.applied(desk.merged("收割三万亩四万亩。", "收割", "四万亩"))
    assert _body(desk) == "收割**三万亩四万亩**。\n"


_TABLE = "表题：进度\n单位：亩\n| 乡镇 | 面积 |\n| --- | ---: |\n| 白岭 | 100 |\n| 鹤浦 | 200 |\n注：截至6月5日。\n"


def test_cells_titles_and_rows_of_a_table_with_bars(desk: Desk) -> None:
    desk.item(f"{A}\n{_TABLE}{B}\n")
    desk.applied(
        desk.words("200", "260"),
        desk.words("进度", "收割进度"),
        desk.words("单位：亩", "单位：万亩"),
        desk.words("注：", "注：截至6月6日。"),
        desk.row_added("白岭", "汀东", "150"),
        desk.row_removed("白岭"),
    )
    assert _body(desk) == (
        f"{A}\n表题：收割进度\n单位：万亩\n| 乡镇 | 面积 |\n| --- | ---: |\n| 汀东 | 150 |\n| 鹤浦 | 260 |\n"
        f"注：截至6月6日。\n{B}\n"
    )


def test_a_row_comes_in_below_the_head_and_at_the_end(desk: Desk) -> None:
    desk.item("|乡镇|面积|\n|-|-|\n|白岭|100|\n|鹤浦|200|")
    desk.applied(desk.row_added("乡镇", "汀东", "150"), desk.row_added("鹤浦", "云槎", "90"))
    assert _body(desk) == "|乡镇|面积|\n|-|-|\n|汀东|150|\n|白岭|100|\n|鹤浦|200|\n|云槎|90|"


def test_a_bar_or_nothing_in_a_cell_is_refused(desk: Desk) -> None:
    desk.item(f"{_TABLE}")
    assert "竖线" in desk.refused(desk.words("200", "2|0")).reason
    assert "没填的格" in desk.refused(desk.words("200", "")).reason
    assert "3 格" in desk.refused(desk.row_added("白岭", "甲", "乙", "丙")).reason


@pytest.mark.parametrize("codec", ["utf-8-sig", "gb18030"])
def test_a_table_in_a_file_of_its_own_keeps_its_encoding_and_quotes(desk: Desk, codec: str) -> None:
    csv = "content/items/附表1.csv"
    desk.item(f"{A}\n表: 附表1.csv\n")
    desk.put(csv, '乡镇,说明\r\n白岭,"快,好"\r\n鹤浦,慢\r\n'.encode(codec))
    desk.applied(
        desk.words("快,好", '快,"更好'),
        desk.words("慢", "慢,差"),
        desk.row_added("鹤浦", "汀东", "中,平"),
    )
    expected = '乡镇,说明\r\n白岭,"快,""更好"\r\n鹤浦,"慢,差"\r\n汀东,"中,平"\r\n'
    assert (desk.root / csv).read_bytes() == expected.encode(codec)
    desk.applied(desk.row_removed("鹤浦"))
    assert (desk.root / csv).read_bytes().decode(codec) == expected.replace('鹤浦,"慢,差"\r\n', "")


def _issue(desk: Desk, text: str) -> None:
    desk.put(ISSUE, "刊物: gongzuo-xinxi\n日期: 2026-06-08  # 发出日\n期号: 9\n" + text)


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("夏收正忙。  # 主任写", "夏收正紧。  # 主任写"),
        ('"夏收正忙。"', '"夏收正紧。"'),
        ("|\n  夏收正忙。\n  # 不是注释", "|\n  夏收正紧。\n  # 不是注释"),
        ("|-\n    夏收正忙。", "|-\n    夏收正紧。"),
        (">\n  夏收\n  正忙。", None),
    ],
)
def test_a_note_in_the_issue_is_edited_in_its_own_way_of_writing(desk: Desk, typed: str, written: str | None) -> None:
    _issue(desk, f"编者按: {typed}\n条目:\n  - 信息: 青禾县夏收  # 头条\n")
    at = desk.at("编者按：")
    desk.applied(desk.words("编者按：", at.text.replace("忙", "紧")))
    wanted = typed.replace("忙", "紧") if written is None else written
    assert desk.read(ISSUE).endswith(f"编者按: {wanted}\n条目:\n  - 信息: 青禾县夏收  # 头条\n")


def test_a_note_of_one_line_becomes_a_block_when_it_gets_a_second_paragraph(desk: Desk) -> None:
    _issue(desk, "编者按: 夏收正忙。  # 主任写\n条目:\n  - 信息: 青禾县夏收\n")
    desk.applied(desk.added("编者按：", "请各地抓紧。"))
    assert desk.read(ISSUE).endswith(
        "编者按: |-  # 主任写\n  夏收正忙。\n  请各地抓紧。\n条目:\n  - 信息: 青禾县夏收\n"
    )
    desk.applied(desk.added("请各地", "及时报告。"), desk.split("编者按：夏收", "编者按：夏收", "正忙。"))
    assert "编者按: |-  # 主任写\n  夏收\n  正忙。\n  请各地抓紧。\n  及时报告。\n条目:" in desk.read(ISSUE)


def test_a_body_in_the_issue_takes_paragraphs_and_cells(desk: Desk) -> None:
    _issue(
        desk,
        "条目:\n  - 标题: 通知\n    正文: |\n      第一段。\n\n      第二段。\n"
        "      | 甲 | 乙 |\n      |---|---|\n      | 一 | 二 |\n",
    )
    desk.applied(
        desk.words("第一段", "头一段。"),
        desk.added("第一段", "新段。"),
        desk.words("二", "贰"),
        desk.row_added("一", "三", "四"),
    )
    assert desk.read(ISSUE).endswith(
        "正文: |\n      头一段。\n\n      新段。\n\n      第二段。\n"
        "      | 甲 | 乙 |\n      |---|---|\n      | 一 | 贰 |\n      | 三 | 四 |\n"
    )


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        ("\n        - [一, 二]  # 甲\n        - [三, 四]\n", '\n        - [一, 贰]  # 甲\n        - [五, "六, 七"]\n'),
        (" [[一, 二], [三, 四]]\n", ' [[一, 贰], [五, "六, 七"]]\n'),
    ],
)
def test_a_table_set_out_in_yaml(desk: Desk, rows: str, wanted: str) -> None:
    head = "条目:\n  - 标题: 通知\n    表格:\n      表题: 情况  # 定\n      表头: [甲, 乙]\n      行:"
    _issue(desk, head + rows)
    desk.applied(
        desk.words("二", "贰"),
        desk.row_added("一", "五", "六, 七"),
        desk.row_removed("三"),
        desk.words("情况", "新情况"),
    )
    assert desk.read(ISSUE).endswith(head.replace("情况", "新情况") + wanted)


def test_findings_are_edited_where_one_value_is_one_cell(desk: Desk) -> None:
    finding = "content/findings/一/1.yaml"
    desk.put(
        finding,
        "编号: 1\n事项: 修好渡口  # 主任交办\n责任单位: [白岭镇, '鹤浦乡']\n完成时限: 2026-07-31\n状态: 有序\n",
    )
    _issue(desk, "条目:\n  - 标题: 督查\n    督查: {范围: 一/*}\n")
    desk.applied(
        desk.words("修好渡口", "修好渡口和码头"),
        desk.words("白岭镇、鹤浦乡", "白岭镇、云槎乡"),
        desk.words("2026年7月31日", "2026年8月5日"),
    )
    assert desk.read(finding) == (
        "编号: 1\n事项: 修好渡口和码头  # 主任交办\n责任单位: [白岭镇, '云槎乡']\n完成时限: 2026-08-05\n状态: 有序\n"
    )
    assert "项数" in desk.refused(desk.words("白岭镇", "白岭镇")).reason
    assert desk.refused(desk.words("2026年8月5日", "年底")).reason
    assert "督查事项" in desk.refused(desk.row_removed("修好")).reason
    assert "办完" in desk.refused(desk.words("有序", "办完")).reason


def test_a_serial_number_and_a_cell_without_a_value_are_refused_with_where_they_come_from(desk: Desk) -> None:
    finding = "content/findings/一/1.yaml"
    desk.put(finding, "# 六月\n编号: 1\n事项: 修好渡口\n责任单位: [白岭镇]\n")
    _issue(desk, "条目:\n  - 标题: 督查\n    督查: {范围: 一/*, 列: [序号, 事项, 完成时限, 最新进展]}\n")
    serial = next(each for each in desk.printed if each.kind == "格" and each.text == "1")
    assert serial.source is not None
    assert serial.source.file == ISSUE
    outcome = desk.refused(Change("改字", serial, "1", "5", fixed=serial.fixed))
    assert (outcome.reason, "缺少" in outcome.reason) == ("序号由系统编，次序和多少照“督查”的“范围”", False)
    empty = desk.at("—")
    assert (empty.source, empty.fixed) == (Place(finding), f"由 {finding} 的内容生成，请改那里")
    assert finding in desk.refused(Change("改字", empty, "—", "6月底", fixed=empty.fixed)).reason


@pytest.mark.parametrize(
    "new",
    ["# 不是标题", "| 甲 | 乙 |", "[分页]", "- 列表", "｛可见范围：报｝", "![图](甲.png)", "表: 甲.csv", "加**粗**了"],
)
def test_new_text_that_would_be_read_as_markup_is_refused_or_prints_as_it_is(desk: Desk, new: str) -> None:
    change = desk.added(A, new)
    (outcome,) = desk.apply(change)
    if outcome.applied:
        assert desk.texts[2] == new
    else:
        assert _body(desk) == f"{A}\n{B}\n"
    assert outcome.applied == (new == "| 甲 | 乙 |")


def test_a_new_heading_prints_as_it_was_typed(desk: Desk) -> None:
    desk.applied(desk.added(A, "一、抓好晾晒"))
    assert _body(desk) == f"{A}\n一、抓好晾晒\n{B}\n"


def test_what_the_program_makes_is_refused_with_what_to_do(desk: Desk) -> None:
    for kind, advice in (("报头", "publication.yaml"), ("报尾", "office.yaml")):
        at = next(each for each in desk.printed if each.kind == kind)
        outcome = desk.refused(Change("改字", at, at.text, at.text + "甲"))
        assert advice in outcome.reason + outcome.hint
    assert "简称" in desk.refused(desk.words("（市水务局供稿）", "（水务局供稿）")).reason


def test_what_does_not_hold_is_left_and_the_rest_goes_back(desk: Desk) -> None:
    good, bad = desk.words(A, "截至目前，收割过半。"), desk.added(B, "[分页]")
    outcomes = desk.apply(good, bad, desk.words("青禾县夏收", "青禾县夏收过大半"))
    assert [each.applied for each in outcomes] == [True, False, True]
    assert outcomes[0].places == (f"{ITEM}:5",)
    assert _body(desk) == f"截至目前，收割过半。\n{B}\n"


def test_a_paragraph_typed_below_the_signature_ends_the_text_and_the_signature_follows_it(desk: Desk) -> None:
    """The commonest place of all: the end of an entry."""
    desk.item(f"{A}\n{B}\n")
    desk.applied(desk.added("（市水务局供稿）", "各地加强田管。"), desk.added("（市水务局供稿）", "各地防汛抗旱。"))
    assert desk.read().endswith(f"{A}\n{B}\n各地加强田管。\n各地防汛抗旱。\n")
    assert desk.texts[-4:] == [B, "各地加强田管。", "各地防汛抗旱。", "（市水务局供稿）"]
