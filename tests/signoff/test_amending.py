"""After 签发 slips, marks and layout may change; numbers, names, quotations, recipients and structure may not."""

from __future__ import annotations

import copy
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.content import yaml_text
from builder.model import Office
from builder.render import expected
from builder.signoff import changes, signed_view, substantive
from builder.signoff.amending import enclosed, numbers
from builder.signoff.units import units
from tests.signoff.conftest import OFFICE, picture

ISSUE, ITEM, LIST = "content/issues/one.yaml", "content/items/one.md", "content/office.yaml"
NODE, _ = yaml_text.parse(OFFICE, "office.yaml")
OWN = Office.model_validate(yaml_text.plain(NODE), by_alias=True, by_name=False)


def signed(view, photo="a", publication="p"):
    return {"版本": 1, "视图": view, "图片": {"图1": photo}, "刊物": publication}


def paragraph(text):
    """A signed issue of one paragraph."""
    block = {
        "类": "段",
        "级": 0,
        "独": False,
        "前": "",
        "文字": [{"文": text, "体": "仿宋", "粗": False}],
        "供稿": "",
        "随": False,
    }
    return signed({**BARE, "内容": [block]})


BARE = {
    "左上": {"行": []},
    "报头": {"刊名": "工作信息", "期号行": ["第0期"], "编印单位": "", "日期": ""},
    "页码": {"前": "— ", "后": " —"},
    "要目": None,
    "内容": [],
    "附件": [],
    "分发": {"条": [], "份数": []},
    "版记": {"条": [], "印发": None, "印数": "", "责任": ""},
}


def codes(old, new):
    return [f.code for f in substantive(changes(old, new), OWN)]


def judged(old, new):
    return codes(paragraph(old), paragraph(new))


# ---------------------------------------------------------------- what passes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("工作进展比较顺力。", "工作进展比较顺利。"),
        ("各地正在抓紧落时。", "各地正在抓紧落实。"),
        ("各单位要认真组织，抓好落实", "各单位要认真组织，抓好落实。"),
        ("完成12件，其余正在办理。", "完成12件；其余正在办理。"),
        ("占35%，好于往年。", "占35%；好于往年。"),
        ("市水利局认真落实了了责任。", "市水利局认真落实了责任。"),
        ("要突出重点抓好落实，推动工作上新台阶。", "要突出重点、抓好落实，推动工作上新台阶。"),
        ("一是三个镇抓紧落时了任务。", "一是三个镇抓紧落实了任务。"),
        ("有5个方便要改进，市财政局已在抓紧办里。", "有5个方便要改进，市财政局已在抓紧办理。"),
        ("按照《抗旱方案》要求，在抓紧落实。", "按照《抗旱方案》的要求，正在抓紧落实。"),
    ],
)
def test_slips_and_marks_pass(old, new):
    found = changes(paragraph(old), paragraph(new))
    assert [change.where for change in found] == ["第1段"]
    assert substantive(found, OWN) == []


def test_the_change_is_told_in_words():
    [change] = changes(paragraph("进展比较顺力。"), paragraph("进展比较顺利。"))
    assert change.words == "第1段：原为“进展比较顺力。”，改为“进展比较顺利。”"
    long = "甲" * 100
    [change] = changes(paragraph(f"{long}顺力{long}"), paragraph(f"{long}顺利{long}"))
    assert "顺力" in change.words
    assert "顺利" in change.words
    assert len(change.words) < 120


def test_layout_passes(edition):
    plain = signed(signed_view(edition()))
    wide = copy.deepcopy(plain)
    wide["视图"]["版式"]["正文"]["行距"] = 29.0
    for other in (wide, {**plain, "刊物": "another template"}):
        [change] = changes(plain, other)
        assert change.hold == "版"
        assert substantive([change], OWN) == []
    broken = signed(signed_view(edition({ITEM: ("一是落实责任。", "[分页]\n一是落实责任。")})))
    [change] = changes(plain, broken)
    assert change.hold == "版"


def test_the_same_issue_has_no_changes(edition):
    assert changes(signed(signed_view(edition())), signed(signed_view(edition()))) == ()


def test_a_signature_that_moves_to_a_line_of_its_own_is_no_change_of_structure(edition):
    long = edition(
        {
            ITEM: ("一是落实责任。", "一是落实责任。"),
            ISSUE: ("请各单位认真执行。\n", "请各单位认真执行" + "，" * 14 + "。\n"),
        }
    )
    old, new = signed(signed_view(edition())), signed(signed_view(long))
    kinds = [[block["类"] for block in each["视图"]["内容"]].count("供稿") for each in (old, new)]
    assert kinds[0] != kinds[1]
    assert [(c.where, c.hold) for c in changes(old, new)] == [("第4段", "文")]


# ---------------------------------------------------------------- what is refused


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("完成12件。", "完成13件。", "amend-number"),
        ("完成12件。", "完成１２件。", "amend-number"),
        ("完成十二件。", "完成十三件。", "amend-number"),
        ("占百分之八十。", "占百分之九十。", "amend-number"),
        ("两个县参加。", "三个县参加。", "amend-number"),
        ("过半单位完成。", "过多单位完成。", "amend-number"),
        ("增长3.5。", "增长35。", "amend-number"),
        ("增长3.5。", "增长3、5。", "amend-number"),
        ("占3%。", "占3‰。", "amend-number"),
        ("降幅-3度。", "降幅3度。", "amend-number"),
        ("完成5件。", "完成5批。", "amend-number"),
        ("约5件完成。", "超5件完成。", "amend-number"),
        ("修路5公里。", "修路5公顷。", "amend-number"),
        ("惠及300余户。", "惠及300余人。", "amend-number"),
        ("有5个县参加。", "有5个市参加。", "amend-number"),
        ("6月8日开始。", "6月9日开始。", "amend-number"),
        ("甲5件乙3件。", "5件甲乙3件。", "amend-number"),
        ("今年以来。", "去年以来。", "amend-day"),
        ("上午抵达。", "下午抵达。", "amend-day"),
        ("市水利局牵头。", "市应急局牵头。", "amend-unit"),
        ("临澜市水利局牵头。", "市水利局牵头。", "amend-unit"),
        ("市水利局牵头。", "市水力局牵头。", "amend-unit"),
        ("市直各单位执行。", "市属各单位执行。", "amend-unit"),
        ("区财政局牵头。", "区教育局牵头。", "amend-unit"),
        ("清河镇受灾。", "清江镇受灾。", "amend-unit"),
        ("县人民医院接诊。", "县中心医院接诊。", "amend-unit"),
        ("信息科科长核实。", "信息科编辑核实。", "amend-post"),
        ("张副局长带队。", "张局长带队。", "amend-post"),
        ("市长批示。", "县长批示。", "amend-post"),
        ("按照《甲方案》办理。", "按照《乙方案》办理。", "amend-title"),
        ("按照《甲方案》办理。", "按照甲方案办理。", "amend-title"),
        ("做到“一村一策”。", "做到“一村多策”。", "amend-number"),
        ("做到“清仓见底”。", "做到“清仓到底”。", "amend-quote"),
        ("做到清仓见底。", "做到“清仓见底”。", "amend-quote"),
        ("同意实施。", "不同意实施。", "amend-negation"),
        ("已整改到位。", "未整改到位。", "amend-negation"),
        ("各地正在抓紧落实各项工作，进展较快。", "各地正在研究部署今后重点任务和具体安排，进展较快。", "amend-long"),
        ("甲的乙的丙的丁的戊的己的庚的辛的", "子的丑的寅的卯的辰的巳的午的未的", "amend-negation"),
        ("甲的乙的丙的丁的戊的己的庚的辛的", "子的丑的寅的卯的辰的巳的午的申的", "amend-long"),
    ],
)
def test_what_is_of_substance_is_refused_and_says_what_to_do(old, new, code):
    [fault] = substantive(changes(paragraph(old), paragraph(new)), OWN)
    assert fault.code == code
    assert "原为" in fault.message
    assert "jianbao submit" in fault.hint


@pytest.mark.parametrize(
    ("file", "old", "new", "code"),
    [
        (ITEM, "一是落实责任。", "一是落实责任。\n新加一段。", "amend-structure"),
        (ITEM, "![渠首](a.png)", "", "amend-structure"),
        (ITEM, "标题: 市水利局", "标题: 市水务局", "amend-unit"),
        (ITEM, "供稿单位: 临澜市水利局", "供稿单位: 市应急局", "amend-fixed"),
        (ISSUE, '[市水利局, "12", 已完成]', '[市水利局, "13", 已完成]', "amend-number"),
        (ISSUE, "已完成]", "未完成]", "amend-negation"),
        (ISSUE, "正在办]", "已办好]", "amend-table"),
        (ISSUE, "表题: 进展情况", "表题: 办理情况", "amend-table"),
        (ISSUE, '            - [市应急局, "7", 正在办]\n', "", "amend-structure"),
        (ISSUE, "  - 名称: 督查\n    条目:\n", "", "amend-structure"),
        (ISSUE, "{名称: 市委党校", "{名称: 市档案馆", "amend-recipient"),
        (ISSUE, "份数: 2}", "份数: 3}", "amend-recipient"),
        (ISSUE, "送: [部门]", "报: [部门]", "amend-structure"),
        (LIST, "份数: 11", "份数: 12", "amend-recipient"),
        (LIST, "存档: 2, 备用: 3", "存档: 3, 备用: 2", "amend-recipient"),
        (LIST, "名称: 市委常委", "名称: 市委领导", "amend-recipient"),
        (ISSUE, "标识: 内部资料　注意保存", "标识: 内部资料", "amend-fixed"),
        (ISSUE, "密级: 秘密", "密级: 机密", "amend-fixed"),
        (ISSUE, "专题: 抗旱专题", "专题: 防汛专题", "amend-fixed"),
        (ISSUE, "期号: 11", "期号: 11\n系列: 增刊", "amend-fixed"),
        (ISSUE, "签发: 市长", "签发: 秘书长", "amend-fixed"),
        (ISSUE, "署名: 是", "署名: 否", "amend-structure"),
        (ISSUE, "要目: 是", "要目: 否", "amend-structure"),
        (
            ISSUE,
            "  - 标题: 有关做法\n    正文: 附件正文在此。",
            "  - 标题: 有关做法\n    正文: 附件正文在此。\n  - {标题: 又, 正文: 又}",
            "amend-structure",
        ),
    ],
)
def test_what_is_of_substance_in_an_issue_is_refused(edition, file, old, new, code):
    before, after = edition(), edition({file: (old, new)})
    assert code in codes(signed(signed_view(before)), signed(signed_view(after)))


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (ITEM, "顺力", "顺利"),
        (ITEM, "开展抗旱保苗工作", "开展抗旱保苗的工作"),
        (ITEM, "[渠首]", "[渠头]"),
        (ISSUE, "编者按: 现将", "编者按: 兹将"),
        (ISSUE, "编者按: 栏目按语", "编者按: 栏目说明"),
        (ISSUE, "名称: 重点工作", "名称: 重要工作"),
        (ISSUE, "附件正文在此", "附件正文如此"),
        (ISSUE, "标题: 有关做法", "标题: 有关作法"),
        (ISSUE, "注: 截至月底。", "注: 截至月底"),
        (ISSUE, "    正文: 附件正文在此。", "    正文: 附件正文在此。\n    方向: 横"),
    ],
)
def test_slips_in_every_part_of_an_issue_pass(edition, file, old, new):
    before, after = signed(signed_view(edition())), signed(signed_view(edition({file: (old, new)})))
    assert changes(before, after) != ()
    assert codes(before, after) == []


def test_paragraphs_that_change_places_are_refused(edition):
    two = "另据了解，各地正在抓紧落实。\n          请各单位认真执行。\n"
    turned = "请各单位认真执行。\n          另据了解，各地正在抓紧落实。\n"
    before, after = edition(), edition({ISSUE: (two, turned)})
    assert "amend-structure" in codes(signed(signed_view(before)), signed(signed_view(after)))


def test_another_picture_of_the_same_size_is_refused(edition):
    seen = signed_view(edition())
    assert codes(signed(seen, picture("navy").hex()), signed(seen, picture("red").hex())) == ["amend-fixed"]


def test_every_refused_change_is_told(edition):
    new = edition({ITEM: ("1200人次，完成灌溉3.5万亩", "1300人次，完成灌溉4.5万亩"), ISSUE: ('"12"', '"13"')})
    found = substantive(changes(signed(signed_view(edition())), signed(signed_view(new))), OWN)
    assert [f.code for f in found] == ["amend-number", "amend-number"]
    assert "第1段" in found[0].message
    assert "第1个表第1行第2列" in found[1].message


# ---------------------------------------------------------------- nothing is overlooked


def test_every_printed_text_is_compared(edition):
    seen = signed_view(edition())
    held = "\n".join(unit.text for unit in units(seen))
    derived = {seen["要目"]["标题"], seen["报头"]["日期"], *(entry["文"] for entry in seen["要目"]["条目"])}
    [list_of_annexes] = [block for block in seen["内容"] if block["类"] == "附件说明"]
    derived |= {row[key] for row in list_of_annexes["行"] for key in ("引", "序", "名")}
    derived |= {annex["标"] for annex in seen["附件"]}
    assert [text for text in expected.texts(seen) if text not in held and text not in derived] == []


DIGITS = "0123456789０９〇零一二三四五六七八九十百千万亿两半双几廿壹贰拾①Ⅳ½"
TEXTS = st.text(
    st.sampled_from("甲乙的，。、“”《》年月日件%.-—（）第百二3 5市水利局" + DIGITS), min_size=1, max_size=40
)


@given(TEXTS, st.integers(0, 40), st.sampled_from(DIGITS))
@settings(max_examples=600, deadline=None)
def test_a_digit_put_in_anywhere_is_refused(text, at, digit):
    at = min(at, len(text))
    assert judged(text, text[:at] + digit + text[at:]) != []
    assert judged(text[:at] + digit + text[at:], text) != []


@given(TEXTS, st.integers(0, 39), st.sampled_from(DIGITS))
@settings(max_examples=600, deadline=None)
def test_a_digit_in_the_place_of_anything_else_is_refused(text, at, digit):
    at = min(at, len(text) - 1)
    new = text[:at] + digit + text[at + 1 :]
    assert new == text or judged(text, new) != []
    assert new == text or judged(new, text) != []


@given(TEXTS, TEXTS)
@settings(max_examples=600, deadline=None)
def test_what_passes_has_the_same_numbers_names_and_quotations(old, new):
    if old != new and judged(old, new) == []:
        assert numbers(old) == numbers(new)
        assert enclosed(old, "《", "》") == enclosed(new, "《", "》")
        assert enclosed(old, "“", "”") == enclosed(new, "“", "”")


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_digit_put_into_any_text_of_an_issue_is_refused(data, whole):
    """Every string of the view that prints, wherever it stands."""
    changed = copy.deepcopy(whole)
    places = list(_strings(changed["视图"]))
    holder, key = data.draw(st.sampled_from(places))
    at = data.draw(st.integers(0, len(holder[key])))
    holder[key] = holder[key][:at] + data.draw(st.sampled_from(DIGITS)) + holder[key][at:]
    assert codes(whole, changed) != []


_UNPRINTED = {
    "类",
    "体",
    "书签",
    "名",
    "齐",
    "竖并",
    "位置",
    "印数位置",
    "点前",
    "方向",
    "刊物",
    "元数据",
    "版式",
    "字体",
    "要目",
    "头格",
}
_LEFT_OUT = {"日期", "附件说明", "标"}  # not signed; or repeats a title


def _strings(node, inside=""):
    """(mapping or list, key) of every string that prints and is no repetition."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in items:
        if key in _UNPRINTED | _LEFT_OUT or (isinstance(value, dict) and value.get("类") == "附件说明"):
            continue
        if isinstance(value, str):
            yield node, key
        else:
            yield from _strings(value, key)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    import shutil

    from builder.compose import compose
    from builder.settings import Workspace
    from builder.workflow import opening
    from tests.signoff.conftest import FILES, ROOT

    folder = tmp_path_factory.mktemp("one")
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / "content/findings").mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "content/items/a.png").write_bytes(picture())
    opened = opening.open_workspace(Workspace(folder))
    edition = compose(opened.library, opened.library.issues["one"], opened.titles, opened.numbers).edition
    return signed(signed_view(edition))


# ---------------------------------------------------------------- numbers, marks, time


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("共1,200人", ["1,200"]),
        ("占3.5%、两成", ["3.5%", "两"]),
        ("第2026—2028年", ["2026—2028"]),
        ("百分之三十五", ["百", "三十五"]),
        ("下降-3.5℃。", ["-3.5℃"]),
        ("甲5，6乙", ["5，6"]),
        ("无", []),
    ],
)
def test_numbers_are_found_with_their_signs_and_marks(text, found):
    assert numbers(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("甲“乙‘丙’丁”戊", ["“乙‘丙’丁”"]),
        ("甲“乙", ["“乙"]),
        ("甲”乙“丙”", ["甲”", "“丙”"]),
        ('甲"乙"丙"丁', ['"乙"', '"丁']),
        ("甲乙", []),
    ],
)
def test_quotations_without_a_partner_reach_to_the_end_of_the_text(text, found):
    assert enclosed(text, "“‘", "”’") == found


@pytest.mark.parametrize("unit", ["甲", "《", "“", "一", "市水利局", "不", '"', "3."])
def test_long_texts_are_judged_in_time_that_grows_with_their_length(unit):
    text = unit * (200_000 // len(unit))
    start = time.perf_counter()
    judged(text, text[: len(text) // 2] + "改" + text[len(text) // 2 :])
    judged(text, "改" * len(text))
    assert time.perf_counter() - start < 4
