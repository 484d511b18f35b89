import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder.words import (
    chinese_number,
    plain_title,
    segment,
    title_lines,
    title_rows,
    width,
)
from builder.words.breaking import broken
from tests.growth import assert_linear

UNITS = (
    "市农业农村局",
    "市水利局",
    "市卫生健康委",
    "市住房和城乡建设局",
    "市市场监督管理局",
    "市政府办公室",
    "市政府办",
)

# Lines are parted by " / "; the width is that of 二号 (20.1) or, where said, 小二 (24.5) or a narrow 14.
TITLES = """\
关于进一步做好全市防汛抗旱 / 和森林防灭火工作的通知
市水利局创新“三个一”机制 / 推动抗旱保供水工作取得明显成效
关于2026年1—6月全市重要工作分工负责制 / 38项任务落实情况的通报
车辆管理所办证窗口排队 / 时间长问题已得到解决
云河县“一窗通办” / 让群众少跑腿占比95.9%以上
全市政府工作信息报送第12期R&D占比 / <5%的情况——以《工作信息》为例
龙舟赛安全隐患整改落实情况
关于2025年度全市督查事项办理情况的通报
市政协十二届五次会议以来提案 / 办理工作呈现“三个提高”
今年以来我市人大代表议案建议 / 和政协提案办理工作情况
关于上半年重要工作分工负责制 / 落实情况的督查通报
民间龙舟赛安全管理 / 问题清单整改情况的督查快讯
“百日攻坚”行动工作快报信息报送要求
市车管所办证大厅 / 排长队问题交办当日整改到位
当前我市中小企业融资存在的 / 主要问题、原因分析及对策建议
关于印发《市委、市政府 / 重要工作分工负责制督查办法》的通知
市委办公室、市政府办公室关于表彰 / 2025年度信息工作先进单位和先进个人的决定
关于做好2026年“三夏” / 农业生产和农机安全工作情况的督查专报
市农业农村局、市水利局联合 / 开展抗旱保供水专项行动取得阶段性成效
关于全市党委系统信息工作 / 2025年度采用计分情况和2026年上半年 / 信息需求要点以及直报点建设情况的通报
市住房和城乡建设局、市卫生健康委、 / 市市场监督管理局关于做好老旧小区改造 / 和公共卫生设施配套建设工作的意见
云河市人民政府办公室关于2025年度人大代表 / 议案、建议和政协提案办理工作情况的通报
从三起典型事例看当前基层 / 政务服务中存在的突出问题及改进建议
县级融媒体中心建设中存在的 / 三个问题值得重视
“我为群众办实事” / 实践活动办结民生实事336件
全市上半年信息工作通报会 / 要求少报动态多报问题
南湖区创新“三色督办”机制 / 推动重点工作落地见效
市直有关部门落实 / 重要工作分工负责制进展情况的通报
我市121件领导批示件118件按时办结， / 按时办结率97.5%
对5件人大代表议案、31件建议 / 和193件政协提案办理情况的督查
关于进一步规范《督查快讯》 / 报送工作的几点要求
我市第十七届人民代表大会 / 第三次会议以来建议办理工作综述
着力破解“三农”领域信息报送 / 不及时、不全面、不准确的问题
"""
TITLES_SMALL = """\
关于进一步做好全市防汛抗旱和森林防灭火工作的通知
全市政府工作信息报送第12期R&D占比<5%的情况 / ——以《工作信息》为例
信息工作应当注意“动态”类多“问题”类少的情况
关于全市党委系统信息工作 / 2025年采用情况和2026年信息需求要点的通报
关于全市党委系统信息工作2025年度采用计分情况和 / 2026年上半年信息需求要点以及直报点建设情况的通报
"""
TITLES_NARROW = """\
关于2026年1—6月 / 全市重要工作分工负责制 / 38项任务落实情况的通报
市农业农村局、市水利局 / 联合开展抗旱保供水专项行动 / 取得阶段性成效
对5件人大代表议案、 / 31件建议和193件政协提案 / 办理情况的督查
从三起典型事例看当前 / 基层政务服务中存在的 / 突出问题及改进建议
部分乡镇反映基层 / 报表多、台账多、会议多
工作信息采用情况通报 / （2026年第二季度）
紧盯“最后一公里” / 狠抓督查落实
青石县推行 / “网格+信息直报员”机制
信息工作怎样做到 / “快、准、实、深”
督查办实地核查： / 窗口排队两小时变二十分钟
各县（市、区）防汛抗旱 / 应急预案修订情况
"""
CASES = [
    (t, w) for table, w in ((TITLES, 20.1), (TITLES_SMALL, 24.5), (TITLES_NARROW, 14.0)) for t in table.splitlines()
]

CHARS = "市水利局关于的和与等“”《》（）、，。：——……第12期0.5%年月日个项工作情况通报ABc xyz&<>R\u3000②é😀堃"
TEXT = st.text(alphabet=st.one_of(st.sampled_from(CHARS), st.characters(exclude_categories=["Cs", "Cc"])), max_size=70)


@pytest.mark.parametrize(("shown", "limit"), CASES)
def test_a_title_breaks_where_an_editor_would_break_it(shown, limit):
    expected = shown.split(" / ")
    assert title_lines("".join(expected), limit, 3, UNITS) == tuple(expected)


def test_the_table_of_titles_is_long_enough_to_mean_something():
    assert len(CASES) >= 40


@settings(max_examples=300)
@given(TEXT, st.sampled_from([4.0, 9.0, 20.1]), st.integers(1, 3))
def test_no_character_of_a_title_is_lost_and_no_line_is_too_wide(text, limit, most):
    lines = title_lines(text, limit, most, UNITS)
    assert "".join(lines) == text
    assert all(width(line.rstrip()) <= limit + 1e-6 for line in lines)
    assert lines == title_lines(text, limit, most, tuple(reversed(UNITS)))


@settings(max_examples=300)
@given(TEXT)
def test_words_join_to_the_text(text):
    assert "".join(segment(text, UNITS)) == text


@pytest.mark.parametrize(
    "shown",
    [
        "关于|2026年1—6月|全市|重要工作分工负责制|38项|任务|落实|情况|的|通报",
        "6月8日10时30分|前|各县（市、区）|报送|30%～40%|的|二〇二六年度|第十七期|任务",
        "人民政府|办公室|印发|三大|行动|方案|和|八方面|任务，|统一|处理",
        "“6·23”|事故|12345|热线|PM2.5|和|5G|基站|120千瓦|3个百分点|300余人|3万余户",
        "《工作|信息》|第12期|R&D|占|比|<5%",
        "我市|推动|市民政局|市政府办公室|民营企业",
        "市水利局|和|车辆管理所",
    ],
)
def test_words_keep_numbers_units_marks_and_names_whole(shown):
    text = shown.replace("|", "")
    names = ["市政府办", "市民政局", "民营"]
    expected = shown.split("|")
    assert segment(text, names) == (["《工作信息》", *expected[2:]] if "《" in text else expected)


def test_a_name_of_the_vocabulary_stays_whole_in_a_title():
    text = "云上青禾公司与青禾云谷开发中心合作推进数据中心项目建设"
    for name in ("云上青禾公司", "青禾云谷开发中心", "合作推进数据"):
        assert any(name in line for line in title_lines(text, 14, 3, [name]))


def test_an_editors_own_line_break_is_kept():
    assert title_lines("关于全市\n督查工作情况的通报", 20, 3) == ("关于全市", "督查工作情况的通报")


def test_a_title_that_needs_more_lines_than_allowed_gets_them():
    text = "市住房和城乡建设局关于做好老旧小区改造和公共卫生设施配套建设工作的意见"
    lines = title_lines(text, 9, 2)
    assert len(lines) > 2
    assert "".join(lines) == text


def test_a_word_longer_than_a_line_is_cut_as_a_last_resort():
    assert title_lines("A" * 30, 10, 3) == ("A" * 20, "A" * 10)


def test_measured_advances_go_before_the_half_em_of_ascii():
    assert width("第12期") == 3
    assert width("A1", {"A": 0.75}) == 1.25
    assert title_lines("MM市水利局", 5.4, 3, (), {"M": 0.9}) == ("MM", "市水利局")


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "零"),
        (7, "七"),
        (10, "十"),
        (17, "十七"),
        (20, "二十"),
        (101, "一百零一"),
        (120, "一百二十"),
        (345, "三百四十五"),
        (1005, "一千零五"),
        (10500, "一万零五百"),
        (120000, "十二万"),
        (100000001, "一亿零一"),
    ],
)
def test_numbers_are_written_in_chinese_numerals(number, words):
    assert chinese_number(number) == words


def test_a_year_is_written_digit_by_digit():
    assert chinese_number(2024, year=True) == "二〇二四"


def test_a_number_out_of_range_is_refused():
    with pytest.raises(ValueError, match="-1"):
        chinese_number(-1)


def test_the_dictionary_is_loaded_by_the_first_text_only():
    code = (
        "import sys, builder.words as w; assert 'rjieba' not in sys.modules; "
        "w.title_lines('短标题', 20, 3); assert 'rjieba' not in sys.modules; "
        "w.segment('水利局'); assert 'rjieba' in sys.modules"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("unit", ["1", "（", "，", "第", "一", "市", "1年"])
def test_long_rows_of_one_character_take_linear_time(unit):
    def both(count):
        text = unit * count
        assert "".join(broken(text, 28)) == text
        assert "".join(segment(text)) == text

    assert_linear(both, 2_500)


def test_a_title_however_long_takes_linear_time():
    assert_linear(lambda n: title_lines("关于全市防汛抗旱工作情况的通报和下一步打算" * n, 20.1, 3, UNITS), 75)


def test_a_text_too_long_for_a_title_is_still_broken_between_words():
    text = "关于全市防汛抗旱工作情况的通报和下一步打算" * 600
    lines = title_lines(text, 20.1, 3, UNITS)
    assert "".join(lines) == text
    assert all(width(line) <= 20.1 for line in lines)
    assert not any(line.startswith("的") for line in lines)
    assert min(width(line) for line in lines[:-1]) > 12


def test_a_title_as_typed_breaks_where_the_editor_says_and_takes_the_fewest_lines_in_all():
    assert title_rows("关于全市\\n督查工作情况的通报", 22, 156.02) == ("关于全市", "督查工作情况的通报")
    assert plain_title("关于全市\\n督查工作情况的通报") == "关于全市督查工作情况的通报"
    assert title_rows("市水利局关于防汛的通知", 22, 50, ["市水利局"])[0].startswith("市水利局")
