"""Composing is pure: these tests hand it loaded values, no files."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from builder import publications
from builder.compose import Taken, assign, compose, office_faults, usage
from builder.errors import Place
from builder.model import TOTALS, Issue, Item, Library, Matter, Office, PageBreak, Paragraph, Problem, Source, Span

TITLES, TITLE_FAULTS = publications.load(Path("templates"))
OFFICE = {
    "名称": "临澜市委办公室",
    "单位": [{"全称": "临澜市水利局", "简称": "市水利局"}, {"全称": "临澜市农业农村局", "简称": "市农业农村局"}],
    "分发组": [
        {"组": "领导", "名称": "市委书记、副书记", "份数": 5},
        {"组": "部门", "名称": "市直各部门", "份数": 20},
        {"组": "县区", "名称": "各县（市、区）委办公室", "份数": 10},
    ],
    "分发名单": {name: {"报": "领导", "发": ["部门"], "存档": 2, "备用": 3} for name in TITLES},
}


def source(kind, name, data, **more):
    folder = {Item: "items", Matter: "findings", Issue: "issues"}.get(kind, "")
    return Source(name, f"content/{folder}/{name}", kind.model_validate(data), {}, **more)


def paragraph(text):
    return Paragraph((Span(text, False, Place("x", 1, 1)),))


def item(name, **data):
    return source(Item, name, {"标题": f"关于{name}的信息", **data}, blocks=(paragraph("正文。"),))


def issue(name, publication="gongzuo-xinxi", day="2026-06-08", **data):
    return source(Issue, name, {"刊物": publication, "日期": day, **data})


def library(*issues, items=("甲", "乙"), findings=()):
    return Library(
        office=source(Office, "office", OFFICE),
        items={name: item(name) for name in items},
        findings={f.id: f for f in findings},
        issues={i.id: i for i in issues},
    )


def composed(held, name):
    numbers, _ = assign(held.issues, TITLES)
    return compose(held, held.issues[name], TITLES, numbers)


def codes(composition):
    return sorted(f.code for f in composition.faults)


def test_the_shipped_publications_load_without_faults():
    assert not TITLE_FAULTS
    assert {"gongzuo-xinxi", "ducha-kuaixun", "ducha-tongbao"} <= set(TITLES)


def test_drafts_are_numbered_after_the_highest_given_number_in_order_of_date_then_path():
    held = library(
        issue("c", day="2026-03-01"),
        issue("b", day="2026-02-01"),
        issue("a", day="2026-03-01"),
        issue("given", day="2026-12-01", 期号="11", 总期="345"),
    )
    numbers, faults = assign(held.issues, TITLES)
    assert not faults
    assert {n: (v.number, v.total, v.proposed) for n, v in numbers.items()} == {
        "given": (11, 345, False),
        "b": (12, 346, True),
        "a": (13, 347, True),
        "c": (14, 348, True),
    }


def test_each_year_begins_anew_but_the_running_total_goes_on():
    held = library(issue("old", day="2025-12-31", 期号="40", 总期="400"), issue("new", day="2026-01-02"))
    numbers, _ = assign(held.issues, TITLES)
    assert (numbers["new"].number, numbers["new"].total) == (1, 401)


def test_supplements_have_a_sequence_of_their_own():
    held = library(issue("main", 期号="11", 总期="345"), issue("extra", 系列="增刊"))
    numbers, _ = assign(held.issues, TITLES)
    assert numbers["extra"].number == 1


_TAKEN = Taken(
    {("gongzuo-xinxi", "2026/正刊", 12): ("done", 346), ("gongzuo-xinxi", "2026/增刊", 1): ("extra", None)},
    {("gongzuo-xinxi", "2026/正刊"): 12, ("gongzuo-xinxi", "2026/增刊"): 1, ("gongzuo-xinxi", TOTALS): 346},
)


def test_drafts_go_on_after_the_register_and_published_issues_keep_their_numbers():
    held = library(
        issue("done"),
        issue("old", 期号="11", 总期="345"),
        issue("next"),
        issue("extra", 系列="增刊"),
        issue("e2", 系列="增刊"),
    )
    numbers, faults = assign(held.issues, TITLES, _TAKEN)
    assert not faults
    assert {n: (v.number, v.total, v.proposed) for n, v in numbers.items()} == {
        "done": (12, 346, False),
        "old": (11, 345, False),
        "next": (13, 347, True),
        "extra": (1, 0, False),
        "e2": (2, 0, True),
    }


@pytest.mark.parametrize(("name", "number"), [("other", "12"), ("done", "13")])
def test_a_file_cannot_carry_a_number_that_the_register_gave_otherwise(name, number):
    _, faults = assign(library(issue(name, 期号=number)).issues, TITLES, _TAKEN)
    assert [f.code for f in faults] == ["number-published"]


def test_two_files_with_one_number_are_a_fault_that_names_both():
    held = library(issue("a", 期号="11"), issue("b", 期号="11"))
    _, faults = assign(held.issues, TITLES)
    assert {f.code for f in faults} == {"number-twice"}
    assert {f.place.file for f in faults} == {"content/issues/a", "content/issues/b"}
    assert all(("issues/b" in f.message) == (f.place.file.endswith("a")) for f in faults)


@pytest.mark.parametrize(
    ("form", "lines"),
    [
        ("第{期}期", ["第12期"]),
        ("第{期}期（总第{总期}期）", ["第12期（总第345期）"]),
        ("第{期}期\\n（总第{总期}期）", ["第12期", "（总第345期）"]),
        ("{年}年第{期}期", ["2026年第12期"]),
        ("〔{年}〕{期}号", ["〔2026〕12号"]),
        ("第{期:汉}期", ["第十二期"]),
        ("{年:汉}年第{期:汉}期", ["二〇二六年第十二期"]),
    ],
)
def test_a_number_prints_in_the_publications_form(form, lines):
    title = TITLES["gongzuo-xinxi"]
    data = title.data.model_copy(update={"number": title.data.number.model_copy(update={"form": form})})
    changed = publications.Title(title.id, data, title.folder, title.layout)
    assert changed.number_lines(2026, 12, 345, "正刊") == lines


def test_copies_are_the_sum_of_recipients_file_and_spare():
    held = library(issue("a", 条目=[{"信息": "甲"}], 本期增发=[{"名称": "市档案馆", "份数": "2"}]))
    edition = composed(held, "a").edition
    assert edition.copies == 5 + 20 + 2 + 3 + 2
    assert edition.foot == (("报：", "市委书记、副书记。"), ("发：", "市直各部门。"), ("本期增发：", "市档案馆。"))


def test_a_typed_count_of_copies_that_differs_is_a_fault_with_the_right_one():
    composition = composed(library(issue("a", 条目=[{"信息": "甲"}], 印数="31")), "a")
    assert composition.edition is None
    assert [f.code for f in composition.faults] == ["copies-differ"]
    assert "30" in composition.faults[0].message


def test_an_issue_can_change_the_distribution_list():
    change = {"增加": {"发": "县区"}, "删去": "部门"}
    edition = composed(library(issue("a", 条目=[{"信息": "甲"}], 分发=change)), "a").edition
    assert edition.foot[-1] == ("发：", "各县（市、区）委办公室。")
    assert edition.copies == 5 + 10 + 2 + 3


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({}, "empty-issue"),
        ({"条目": [{"信息": "甲"}, {"信息": "甲"}]}, "entry-twice"),
        ({"条目": [{"信息": "甲"}], "主送": "各县（市、区）委"}, "no-addressees"),
        ({"条目": [{"信息": "丙"}]}, "id-missing"),
        ({"条目": [{"信息": "../../etc/passwd"}]}, "id-outside"),
        ({"条目": [{"信息": "甲"}], "分发": {"增加": {"发": "无此组"}}}, "unknown-recipient"),
        ({"条目": [{"信息": "甲"}], "分发": {"删去": "无此组"}}, "unknown-recipient"),
        ({"条目": [{"信息": "甲"}], "密级": "秘密"}, "classified"),
        ({"栏目": [{"名称": "空栏", "条目": []}]}, "empty-section"),
    ],
)
def test_what_cannot_be_composed_is_told_with_its_place(data, code):
    composition = composed(library(issue("a", **data)), "a")
    assert composition.edition is None
    assert code in codes(composition)


def test_an_unknown_publication_names_the_known_ones():
    held = library(issue("a", publication="gongzuo", 条目=[{"信息": "甲"}]))
    composition = compose(held, held.issues["a"], TITLES, {})
    assert composition.edition is None
    assert "gongzuo-xinxi" in composition.faults[0].hint


def test_joint_contributors_sign_with_their_short_names():
    held = library(issue("a", 条目=[{"信息": "甲"}]))
    held.items["甲"] = item("甲", 供稿单位=["临澜市水利局", "市农业农村局"])
    assert composed(held, "a").edition.pieces[0].credit == "（市水利局、市农业农村局供稿）"


def test_an_issue_can_sign_an_item_in_other_words():
    held = library(issue("a", 条目=[{"信息": "甲", "供稿": "本刊综合"}]))
    assert composed(held, "a").edition.pieces[0].credit == "（本刊综合）"


def matter(name, **data):
    return source(Matter, name, {"种类": "事项", "编号": name, "事项": f"事项{name}", **data})


def test_findings_become_a_table_with_a_two_row_head_and_no_empty_cell():
    found = [matter(f"y/{n}", 完成时限="2026-06-30") for n in (10, 2)]
    columns = ["序号", {"字段": "事项", "组": "办理"}, {"字段": "责任单位", "组": "办理"}, "完成时限"]
    held = library(issue("a", 条目=[{"督查": {"范围": "y/*", "列": columns}}]), findings=found)
    table = composed(held, "a").edition.pieces[0].blocks[0]
    assert [[(c.text, c.columns, c.rows) for c in row] for row in table.head] == [
        [("序号", 1, 2), ("办理", 2, 1), ("完成时限", 1, 2)],
        [("事项", 1, 1), ("责任单位", 1, 1)],
    ]
    assert [[c.text for c in row] for row in table.rows] == [
        ["1", "事项y/2", "—", "2026年6月30日"],
        ["2", "事项y/10", "—", "2026年6月30日"],
    ]


def test_findings_as_text_run_in():
    found = [matter("y/1", 完成时限="2026-06-30", 责任单位="市水利局", 反馈=[{"日期": "2026-06-01", "进展": "已开工"}])]
    held = library(issue("a", 条目=[{"督查": {"范围": "y/1", "形式": "文"}}]), findings=found)
    block = composed(held, "a").edition.pieces[0].blocks[0]
    assert block.text == "1.事项y/1。责任单位：市水利局；完成时限：2026年6月30日。已开工。"
    assert block.text[: block.head] == "1.事项y/1。"


def test_a_column_that_findings_do_not_have_is_told_with_those_they_have():
    held = library(issue("a", 条目=[{"督查": {"范围": "y/1", "列": ["整改"]}}]), findings=[matter("y/1")])
    composition = composed(held, "a")
    assert codes(composition) == ["unknown-column"]
    assert "责任单位" in composition.faults[0].hint


def test_usage_names_the_issues_of_each_entry():
    held = library(
        issue("a", 条目=[{"信息": "甲"}]),
        issue("b", 栏目=[{"名称": "要闻", "条目": [{"信息": "甲"}]}]),
        issue("c", 附件=[{"标题": "表", "督查": {"范围": "y/*"}}]),
        findings=[matter("y/1")],
    )
    assert usage(held) == {("信息", "甲"): ["a", "b"], ("督查事项", "y/1"): ["c"]}


def test_years_come_from_the_issues_date():
    assert issue("a", day="2025-12-31").value.day == date(2025, 12, 31)


def test_a_note_holds_paragraphs_only():
    place = Place("x", 1, 1)
    held = library(issue("a", 条目=[{"信息": "甲"}], 编者按="x\n[分页]"))
    told = held.issues["a"]
    held.issues["a"] = Source(
        told.id, told.file, told.value, {}, texts={("编者按",): (paragraph("x"), PageBreak(place))}
    )
    assert codes(composed(held, "a")) == ["note-form"]


def test_urgent_information_needs_its_time_of_event():
    held = library(issue("a", 条目=[{"信息": "甲"}]))
    held.items["甲"] = item("甲", 类别="紧急")
    assert codes(composed(held, "a")) == ["urgent-when"]
    held.items["甲"] = item("甲", 类别="紧急", 事发时间="2026-06-01")
    assert codes(composed(held, "a")) == []


def test_a_publication_with_addressees_misses_them():
    composition = composed(library(issue("a", publication="ducha-tongbao", 条目=[{"信息": "甲"}])), "a")
    assert codes(composition) == ["addressees-missing"]
    assert composition.edition is not None


@pytest.mark.parametrize("kind", [Matter, Problem])
def test_every_field_of_a_finding_can_be_a_column(kind):
    data = {
        Matter: {
            "反馈": [{"日期": "2026-06-01", "进展": "已开工"}],
            "延期": [{"批准人": "市长", "新时限": "2026-07-01"}],
        },
        Problem: {"种类": "问题", "点位": "东门", "问题描述": "缺护栏", "照片": ["a.png"]},
    }[kind]
    found = source(kind, "y/1", {"编号": "1", **({"事项": "事项"} if kind is Matter else {}), **data})
    columns = [info.alias for info in kind.model_fields.values()]
    held = library(issue("a", 条目=[{"督查": {"范围": "y/1", "列": columns}}]), findings=[found])
    (row,) = composed(held, "a").edition.pieces[0].blocks[0].rows
    cells = dict(zip(columns, (c.text for c in row), strict=True))
    assert not any("=" in text or "datetime" in text for text in cells.values())
    if kind is Matter:
        assert cells["延期"] == "延至2026年7月1日（市长批准）"
        assert cells["反馈"] == "已开工"


def test_the_latest_report_is_the_last_of_the_latest_day():
    reports = [{"日期": "2026-06-01", "进展": "旧"}, {"日期": "2026-06-01", "进展": "新"}]
    found = [matter("y/1", 反馈=reports), matter("y/2", 反馈=[{"进展": "旧"}, {"进展": "新"}])]
    held = library(issue("a", 条目=[{"督查": {"范围": "y/*", "列": ["最新进展"]}}]), findings=found)
    rows = composed(held, "a").edition.pieces[0].blocks[0].rows
    assert [row[0].text for row in rows] == ["新", "新"]


def test_a_proposed_running_total_counts_as_proposed_where_it_prints():
    numbers, _ = assign(library(issue("a", 期号="9")).issues, TITLES)
    assert numbers["a"].proposed
    numbers, _ = assign(library(issue("a", publication="ducha-kuaixun", 期号="9")).issues, TITLES)
    assert not numbers["a"].proposed


def test_a_running_total_on_a_supplement_of_its_own_sequence_is_a_fault():
    _, faults = assign(library(issue("a", 系列="增刊", 总期="400")).issues, TITLES)
    assert [f.code for f in faults] == ["no-total"]


def test_a_name_given_twice_in_the_office_file_is_a_fault():
    twice = {**OFFICE, "分发组": [*OFFICE["分发组"], {"组": "领导", "名称": "另一组", "份数": 1}]}
    assert [f.code for f in office_faults(source(Office, "office", twice))] == ["office-twice"]
    assert not list(office_faults(source(Office, "office", OFFICE)))


@pytest.fixture
def templates(tmp_path):
    shutil.copytree("templates", tmp_path / "templates")
    return tmp_path / "templates"


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("版式:", "版式:\n  标题: 大", "yaml-duplicate"),
        ("刊名字号: 56", "刊名字号: 0", "layout-figure"),
        ("刊名字号: 56", "刊名字号: 大", "layout-figure"),
        ("刊名字号: 56", "刊名大小: 56", "layout-figure"),
        ("第{期}期\n  首期", "第{期号}期\n  首期", "number-form"),
        ("增刊第{期}期", "增刊第{期}期（总第{总期}期）", "number-form"),
        ("刊名: 督查快讯", "刊名:", "value-missing"),
    ],
)
def test_wrong_publication_data_is_told_at_its_place_and_the_publication_left_out(templates, before, after, code):
    path = templates / "ducha-kuaixun/publication.yaml"
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")
    titles, faults = publications.load(templates)
    assert "ducha-kuaixun" not in titles
    assert "gongzuo-xinxi" in titles
    assert [f.place.file for f in faults] == ["templates/ducha-kuaixun/publication.yaml"]
    assert faults[0].place.line > 0


@pytest.mark.parametrize("text", [None, "", "正文: x\n", "- a\n"])
def test_missing_or_partial_layout_figures_are_told_and_no_publication_is_usable(templates, text):
    path = templates / "layout/layout.yaml"
    path.unlink() if text is None else path.write_text(text, encoding="utf-8")
    titles, faults = publications.load(templates)
    assert not titles
    assert faults
    assert {f.place.file for f in faults} == {"templates/layout/layout.yaml"}


def test_the_former_page_limit_is_told_with_the_line_to_write_instead(templates: Path) -> None:
    path = templates / "ducha-kuaixun/publication.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "\n页数上限: 4\n", encoding="utf-8")
    (fault,) = publications.load(templates)[1]
    assert (fault.code, fault.hint) == ("key-unknown", "写成 页数: 不超过4")
