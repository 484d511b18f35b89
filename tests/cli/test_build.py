"""``jianbao build`` and its neighbours, as an editor runs them: a second process, a real workspace, real engines."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest

from builder.measure import docx, pdf
from builder.pdfium import sheets
from builder.words import visible

DRAFT = "output/drafts/gongzuo-xinxi/2026/第1期"


def item(workspace: Path, body: str, title: str = "标题") -> None:
    (workspace / "content/items/抗旱.md").write_text(f"---\n标题: {title}\n---\n{body}\n", encoding="utf-8")


def drafts(workspace: Path) -> list[str]:
    """What was rendered; the index and the record of used items aside."""
    folder = workspace / "output"
    found = sorted(p.relative_to(workspace).as_posix() for p in folder.rglob("*") if p.is_file())
    return [name for name in found if name != "output/drafts/用稿.json" and not name.startswith("output/索引.sqlite")]


def test_build_writes_both_formats_and_says_pages_room_and_the_proposed_number(run, workspace):
    result = run("build")
    assert result.returncode == 0, result.stderr
    assert drafts(workspace) == [f"{DRAFT}.docx", f"{DRAFT}.pdf"]
    assert "（拟）" in result.stdout
    assert "1面，末面余" in result.stdout
    assert f"{DRAFT}.pdf" in result.stdout
    assert "（1/1）" in result.stderr


def test_a_proposed_number_is_not_marked_on_the_page(run, workspace):
    run("build")
    document = zipfile.ZipFile(workspace / f"{DRAFT}.docx").read("word/document.xml").decode()
    assert "拟" not in document


def test_build_takes_a_path_an_id_or_a_bare_name(run, workspace):
    for name in ("content/issues/2026/第1期.yaml", "2026/第1期", "第1期", "第1期.yaml"):
        assert run("build", name, "--format", "pdf").returncode == 0
    assert drafts(workspace) == [f"{DRAFT}.pdf"]


def test_json_tells_what_was_built(run, workspace):
    built = json.loads(run("build", "--json").stdout)["built"]
    assert [(b["id"], b["pages"], b["proposed"], b["files"]) for b in built] == [
        ("2026/第1期", 1, True, [f"{DRAFT}.docx", f"{DRAFT}.pdf"])
    ]


NASTY = [
    "R&D占比<5%",
    "a <b> c",
    "</w:t></w:r></w:p>",
    "{{ 7*7 }}",
    "{% for %}",
    '#read("x")',
    "$x$",
    "]]><!--",
    "&amp;",
    "2*3和4*5",
    "[1]: x",
    "---",
    "5.五",
    "3.三",
]


def test_text_that_looks_like_markup_prints_exactly(run, workspace):
    item(workspace, "\n".join(NASTY), title="标题{{ 7*7 }}与#x")
    result = run("build")
    assert result.returncode == 0, result.stderr
    word = visible(docx.read((workspace / f"{DRAFT}.docx").read_bytes()))
    paper = "".join(page.text for page in pdf.read((workspace / f"{DRAFT}.pdf").read_bytes()).pages)
    typed = visible("标题{{ 7*7 }}与#x" + "".join(NASTY))
    assert typed in word
    assert typed in paper


@pytest.mark.parametrize(
    ("body", "code", "line"),
    [
        ("好\x00坏", "text-control", 4),
        ("好\ufffe坏", "text-noncharacter", 4),
        ("好\u202e坏", "text-bidi", 4),
        ("好\U00020000坏\U000e0fff", "no-glyph", 4),
        ("第一行\n![](x.png)", "picture-alt", 5),
        ("第一行\n![图](x.png)", "picture-missing", 5),
        ("![图](http://a/b.png)", "picture-remote", 4),
        ("![图](../../../etc/passwd)", "picture-outside", 4),
    ],
)
def test_what_cannot_be_printed_is_refused_with_its_place_and_nothing_written(run, workspace, body, code, line):
    item(workspace, body)
    result = run("build")
    assert result.returncode == 1
    assert re.search(rf"^content/items/抗旱\.md:{line}:\d+：错误：.*\[{code}\]$", result.stderr, re.MULTILINE)
    assert "怎么办" in result.stderr
    assert "Traceback" not in result.stderr
    assert drafts(workspace) == []


def test_a_lone_surrogate_is_refused_with_its_place(run, workspace):
    (workspace / "content/items/抗旱.md").write_bytes("---\n标题: 甲\n---\n好".encode() + b"\xed\xa0\x80\n")
    result = run("build")
    assert result.returncode == 1
    assert "content/items/抗旱.md:4:2" in result.stderr


@pytest.mark.parametrize("title", ["", '"   "', "　"])
def test_an_empty_title_is_refused(run, workspace, title):
    item(workspace, "正文。", title=title)
    result = run("check", "--json")
    assert result.returncode == 1
    faults = [f for f in json.loads(result.stdout) if f["file"].endswith("抗旱.md")]
    assert faults
    assert faults[0]["severity"] == "error"
    assert faults[0]["line"] == 2


def test_an_item_without_text_is_refused(run, workspace):
    item(workspace, "")
    result = run("build")
    assert result.returncode == 1
    assert "empty-body" in result.stderr


def test_every_fault_of_every_file_is_reported_at_once(run, workspace):
    item(workspace, "好\x00坏")
    (workspace / "content/issues/2026/第1期.yaml").write_text(
        "刊物: gongzuo\n日期: 2026-02-30\n标提: x\n", encoding="utf-8"
    )
    faults = json.loads(run("check", "--json").stdout)
    assert {"code", "severity", "file", "line", "column", "message", "hint"} == set(faults[0])
    places = {(f["file"], f["line"]) for f in faults if f["severity"] == "error"}
    assert {
        ("content/items/抗旱.md", 4),
        ("content/issues/2026/第1期.yaml", 2),
        ("content/issues/2026/第1期.yaml", 3),
    } <= places


def test_keep_going_leaves_out_the_issue_with_faults_and_exits_2(run, workspace):
    (workspace / "content/issues/2026/坏.yaml").write_text(
        "刊物: 无此刊\n日期: 2026-06-09\n条目:\n  - 信息: 抗旱\n", encoding="utf-8"
    )
    assert run("build").returncode == 1
    assert drafts(workspace) == []
    result = run("build", "--keep-going")
    assert result.returncode == 2
    assert "2026/坏" in result.stderr
    assert drafts(workspace) == [f"{DRAFT}.docx", f"{DRAFT}.pdf"]


def test_a_fault_elsewhere_does_not_stop_a_chosen_issue(run, workspace):
    (workspace / "content/issues/2026/坏.yaml").write_text("刊物: 无此刊\n日期: 2026-06-09\n", encoding="utf-8")
    assert run("build", "第1期").returncode == 0


def budgeted(workspace: Path, name: str, rule: str) -> None:
    issue = workspace / f"content/issues/2026/{name}.yaml"
    lines = (workspace / "content/issues/2026/第1期.yaml").read_text(encoding="utf-8").splitlines()
    changed = [f"页数: {rule}" if line.startswith("页数:") else line for line in lines]
    assert changed != lines
    issue.write_text("\n".join(changed) + "\n", encoding="utf-8")


def test_issues_over_their_page_budget_are_written_and_all_told_with_what_to_cut(run, workspace):
    item(workspace, "\n".join(["督查发现，部分单位落实不到位，整改不彻底，须限期办结。" * 3] * 20))
    budgeted(workspace, "第2期", "恰2")
    budgeted(workspace, "第1期", "不超过1")
    result = run("build")
    assert result.returncode == 1, result.stderr
    assert len(drafts(workspace)) == 4
    assert result.stdout.count("超出") == 2
    found = re.findall(
        r"^content/issues/2026/(第\d期)\.yaml:\d+:5：错误：.*须删\d+行（约\d+字）.*\[page-budget\]$",
        result.stderr,
        re.MULTILINE,
    )
    assert found == ["第1期", "第2期"]
    assert "草稿已写出" in result.stderr
    assert run("build", "--keep-going").returncode == 2
    result = run("build", "--json", "--format", "pdf")
    report = json.loads(result.stdout)
    assert result.returncode == 1
    assert [f["code"] for f in report["faults"] if f["severity"] == "error"] == ["page-budget"] * 2
    assert report["built"] == []
    assert [b["faults"][0]["code"] for b in report["unchanged"]] == ["page-budget"] * 2
    assert all(b["over"] > 0 and b["pitch"] is None for b in report["unchanged"])


def test_an_issue_that_keeps_its_page_budget_is_told_nothing(run, workspace):
    budgeted(workspace, "第1期", "恰１面")
    result = run("build", "--json", "--format", "pdf")
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["built"][0]["faults"] == []


@pytest.mark.parametrize(
    ("typed", "advice"), [("4", "恰4、不超过4 或 4的倍数"), ("恰0", "恰4"), ("四面", "恰4"), ("不超过", "恰4")]
)
def test_a_page_budget_that_does_not_say_which_is_refused_with_how_to_write_it(run, workspace, typed, advice):
    budgeted(workspace, "第1期", typed)
    result = run("check", "--json")
    [fault] = [f for f in json.loads(result.stdout) if f["severity"] == "error"]
    assert (result.returncode, fault["code"], fault["column"]) == (1, "value-form", 5)
    assert typed in fault["message"]
    assert advice in fault["hint"]


def test_a_fourth_publication_is_a_new_folder(run, workspace):
    source, target = workspace / "templates/ducha-tongbao", workspace / "templates/lingdao-canyue"
    target.mkdir()
    for name in ("publication.yaml", "issue.typ", "issue.docx"):
        data = (source / name).read_bytes()
        target.joinpath(name).write_bytes(data.replace("刊名: 督查通报".encode(), "刊名: 领导参阅".encode()))
    office = workspace / "content/office.yaml"
    office.write_text(
        office.read_text(encoding="utf-8").replace("  ducha-tongbao:", "  lingdao-canyue:"), encoding="utf-8"
    )
    assert (
        run("new", "issue", "参阅", "--刊物", "lingdao-canyue", "--日期", "2026-06-08", "--信息", "抗旱").returncode
        == 0
    )
    result = run("build", "参阅")
    assert result.returncode == 0, result.stderr
    assert "《领导参阅》第1期" in result.stdout
    text = docx.read((workspace / "output/drafts/lingdao-canyue/参阅.docx").read_bytes())
    assert text.startswith("领导参阅第1期")


def test_a_template_with_an_unknown_variable_is_refused_and_nothing_written(run, workspace):
    path = workspace / "templates/gongzuo-xinxi/issue.docx"
    with zipfile.ZipFile(path) as package:
        parts = {n: package.read(n) for n in package.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace(
        "{{ 报头.编印单位 }}".encode(), "{{ 报头.编印机关 }}".encode()
    )
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    result = run("build")
    assert result.returncode == 1
    assert "编印机关" in result.stderr
    assert "Traceback" not in result.stderr
    assert drafts(workspace) == []


def test_same_input_gives_the_same_bytes_in_other_processes_and_time_zones(run, workspace):
    assert run("build", TZ="Asia/Shanghai").returncode == 0
    first = {n: (workspace / n).read_bytes() for n in drafts(workspace)}
    assert run("build", "--force", TZ="America/Los_Angeles", LC_ALL="C.UTF-8").returncode == 0
    assert {n: (workspace / n).read_bytes() for n in drafts(workspace)} == first


def test_an_unwritable_output_is_an_io_failure_with_advice(run, workspace):
    (workspace / "output").write_text("不是文件夹", encoding="utf-8")
    result = run("build")
    assert result.returncode == 74
    assert "Traceback" not in result.stderr
    assert "怎么办" in result.stderr


def test_a_workspace_without_issues_says_so(run, workspace):
    (workspace / "content/issues/2026/第1期.yaml").unlink()
    result = run("build")
    assert result.returncode == 1
    assert "没有任何一期" in result.stderr


def test_an_output_folder_that_leads_out_of_the_workspace_is_not_followed(run, workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace / "output").symlink_to(outside)
    result = run("build")
    assert result.returncode == 74
    assert "工作区之外" in result.stderr
    assert list(outside.iterdir()) == []


def test_a_foot_alone_on_the_last_page_is_remarked(run, workspace):
    """Lengths around one page: where the text just fits and the foot does not, the foot stands alone."""
    told = []
    for lines in range(8, 16):
        item(workspace, "\n".join(["督查发现部分单位落实不到位。"] * lines))
        told.append(run("build", "--format", "pdf").stdout.splitlines()[0])
    alone = ["报尾独占末面" in line for line in told]
    assert any(alone)
    assert not alone[0]
    assert all(("2面" in line) >= mark for line, mark in zip(told, alone, strict=True))


def test_json_of_a_build_that_fails_tells_the_faults(run, workspace):
    (workspace / "content/issues/2026/坏.yaml").write_text("刊物: 无此刊\n日期: 2026-06-09\n", encoding="utf-8")
    result = run("build", "--json")
    report = json.loads(result.stdout)
    assert (result.returncode, report["built"], [each["id"] for each in report["left_out"]]) == (1, [], ["2026/坏"])
    assert {"workspace", "code", "severity", "file", "line", "column", "message", "hint"} == set(report["faults"][0])
    assert "unknown-publication" in {fault["code"] for fault in report["faults"]}
    assert "unknown-publication" in result.stderr
    result = run("build", "--json", "无此期")
    report = json.loads(result.stdout)
    assert (result.returncode, report["built"], [f["code"] for f in report["faults"]]) == (1, [], ["id-missing"])
    result = run("build", "--json", "--keep-going", "--format", "pdf")
    report = json.loads(result.stdout)
    assert (result.returncode, len(report["built"]), [each["id"] for each in report["left_out"]]) == (2, 1, ["2026/坏"])
    assert "unknown-publication" in {fault["code"] for fault in report["faults"]}


def test_an_ideographic_space_in_the_marking_does_not_change_the_room(run, workspace):
    plain = run("build", "--format", "pdf").stdout.splitlines()[0]
    issue = workspace / "content/issues/2026/第1期.yaml"
    lines = issue.read_text(encoding="utf-8").splitlines()
    lines = ["标识: 内部资料　注意保存" if line.startswith("标识:") else line for line in lines]
    issue.write_text("\n".join(lines) + "\n", encoding="utf-8")
    assert run("build", "--format", "pdf").stdout.splitlines()[0] == plain


# ---------------------------------------------------------------- 套打, 黑白, 四色


def test_other_printings_have_names_of_their_own_and_leave_the_ordinary_draft_alone(run, workspace):
    run("build")
    before = {name: (workspace / name).read_bytes() for name in drafts(workspace)}
    for options, suffix, formats in (
        (("--套打",), "-套打", "docx pdf"),
        (("--黑白",), "-黑白", "docx pdf"),
        (("--四色",), "-四色", "pdf"),
        (("--套打", "--黑白"), "-套打-黑白", "docx pdf"),
        (("--册页",), "-册页", "pdf"),
        (("--黑白", "--册页"), "-黑白-册页", "pdf"),
    ):
        result = run("build", *options)
        assert result.returncode == 0, result.stderr
        made = {name for name in drafts(workspace) if name.startswith(f"{DRAFT}{suffix}.")}
        assert made == {f"{DRAFT}{suffix}.{kind}" for kind in formats.split()}
    assert {name: (workspace / name).read_bytes() for name in before} == before


def test_a_booklet_holds_the_pages_of_the_issue_side_by_side_and_tells_of_blank_ones(run, workspace):
    assert run("build").returncode == 0
    told = json.loads(run("build", "--册页", "--json").stdout)
    plain, booklet = ((workspace / f"{DRAFT}{suffix}.pdf").read_bytes() for suffix in ("", "-册页"))
    [page], [front, back] = sheets(plain), sheets(booklet)
    assert (round(front.width), round(front.height)) == (420, 297)
    assert sorted((round(g.x + 210, 2), round(g.baseline, 2), g.text) for g in page.glyphs) == sorted(
        (round(g.x, 2), round(g.baseline, 2), g.text) for g in front.glyphs
    )
    assert back.glyphs == ()
    assert [fault["code"] for fault in told["built"][0]["faults"]] == ["booklet-blank"]
    assert "册页1张纸" in told["built"][0]["room"]


def test_a_printer_of_the_office_file_moves_the_print_and_an_unknown_one_is_named(run, workspace):
    office = workspace / "content/office.yaml"
    office.write_text(
        f"{office.read_text(encoding='utf-8')}\n打印机:\n  - {{名称: 文印室, 右: 1.5, 下: -2}}\n", encoding="utf-8"
    )
    assert run("build", "--套打").returncode == 0
    [plain] = sheets((workspace / f"{DRAFT}-套打.pdf").read_bytes())
    assert run("build", "--套打", "--打印机", "文印室").returncode == 0
    [moved] = sheets((workspace / f"{DRAFT}-套打.pdf").read_bytes())
    for one, other in zip(plain.glyphs, moved.glyphs, strict=True):
        assert (other.x - one.x, other.baseline - one.baseline) == pytest.approx((1.5, -2), abs=0.02)
    unknown = run("build", "--套打", "--打印机", "传达室")
    assert unknown.returncode == 64
    assert "没有名为“传达室”的打印机" in unknown.stderr
    assert "文印室" in unknown.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--打印机", "文印室"),
        ("--黑白", "--四色"),
        ("--四色", "--format", "docx"),
        ("--册页", "--format", "docx"),
        ("--watch", "--册页"),
        ("--watch", "--套打"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_written(run, workspace, options):
    result = run("build", *options)
    assert result.returncode == 64
    assert "--" in result.stderr
    assert drafts(workspace) == []


@pytest.mark.parametrize("offset", ["1毫米", "12", "一", "--1"])
def test_an_offset_that_is_no_length_is_told_at_its_line(run, workspace, offset):
    office = workspace / "content/office.yaml"
    office.write_text(
        f"{office.read_text(encoding='utf-8')}\n打印机:\n  - 名称: 文印室\n    右: {offset}\n", encoding="utf-8"
    )
    result = run("check")
    assert result.returncode == 1
    assert re.search(r"content/office\.yaml:\d+:\d+", result.stderr + result.stdout)
    assert "“右”" in result.stderr + result.stdout
