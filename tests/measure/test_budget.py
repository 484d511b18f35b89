"""The page budget on real PDFs: what it says to cut or add is what cutting and adding then shows."""

from __future__ import annotations

import io
import itertools
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from builder import fonts, pdfium
from builder.compose import Edition
from builder.errors import Fault, Place, has_errors
from builder.measure import budget, pdf
from builder.model import PageRule
from builder.render import view
from builder.settings import Workspace
from builder.workflow import building, opening, planning, rendering
from tests.measure.conftest import ISSUE, OFFICE, ROOT
from tests.render.test_issues import _fontconfig, _for_libreoffice
from tests.render.test_typst_layout import Sheet, sheets

LINE = "全市上下抓好落实。"
ITEM = "content/items/one.md"
Make = Callable[..., rendering.Rendered]


@pytest.fixture(scope="module")
def renderer(fontset: fonts.FontSet) -> Iterator[rendering.Renderer]:
    with rendering.Renderer(ROOT / "templates", fontset) as warm:
        yield warm


@pytest.fixture
def edition(tmp_path: Path, fontset: fonts.FontSet, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Edition]:
    """``edition(body, extra, entry)``: an issue with one item of this body; ``extra`` are more lines of the issue file."""
    for name in ("items", "issues", "findings"):
        (tmp_path / "content" / name).mkdir(parents=True)
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    (tmp_path / "content/office.yaml").write_text(OFFICE, encoding="utf-8")
    monkeypatch.setattr(fonts, "find", lambda root: fontset)

    def compose(body: str, extra: str = "", entry: str = "{信息: one}") -> Edition:
        (tmp_path / ITEM).write_text(f"---\n标题: 甲\n---\n{body}\n", encoding="utf-8")
        (tmp_path / "content/issues/one.yaml").write_text(
            f"{ISSUE.replace('{信息: one}', entry)}{extra}\n", encoding="utf-8"
        )
        plan = planning.plan(opening.open_workspace(Workspace(tmp_path)), ())
        assert not has_errors(plan.faults), plan.faults
        return plan.editions[0]

    return compose


@pytest.fixture
def make(edition: Callable[..., Edition], renderer: rendering.Renderer) -> Make:
    return lambda *words, **more: renderer.render(edition(*words, **more))


def paragraphs(count: int, line: str = LINE) -> str:
    return "\n".join([line] * count)


def fault(made: rendering.Rendered) -> Fault:
    assert made.verdict is not None
    return made.verdict.fault


def numbers(text: str, pattern: str) -> list[int]:
    found = re.search(pattern, text)
    assert found, text
    return [int(n) for n in found.groups()]


# ---------------------------------------------------------------- lines to cut and to add


@pytest.mark.parametrize(
    ("rule", "count"), [("不超过2", 60), ("恰2", 43), ("2的倍数", 50), ("不超过1", 40), ("恰１面", 30)]
)
def test_cutting_the_lines_it_says_keeps_the_budget_and_one_line_less_does_not(
    make: Make, rule: str, count: int
) -> None:
    made = make(paragraphs(count), f"页数: {rule}")
    [lines] = numbers(fault(made).message, r"须删(\d+)行")
    assert made.verdict is not None
    assert made.verdict.cut == lines
    assert make(paragraphs(count - lines), f"页数: {rule}").verdict is None
    assert make(paragraphs(count - lines + 1), f"页数: {rule}").verdict is not None


@pytest.mark.parametrize(("rule", "count", "side"), [("恰3", 20, 3), ("4的倍数", 45, 4), ("恰2", 3, 2)])
def test_adding_the_lines_it_says_keeps_the_budget_and_no_others_do(
    make: Make, rule: str, count: int, side: int
) -> None:
    told = fault(make(paragraphs(count), f"页数: {rule}")).message
    first, last = numbers(told, r"增加(\d+)—(\d+)行")
    for more, kept in ((first - 1, False), (first, True), (last, True), (last + 1, False)):
        made = make(paragraphs(count + more), f"页数: {rule}")
        assert (made.verdict is None) == kept, (more, told)
        assert (made.room.pages == side) == kept


def test_a_multiple_can_be_reached_both_ways(make: Make) -> None:
    told = fault(make(paragraphs(45), "页数: 2的倍数")).message
    assert re.search(r"共3面，要求2面的倍数：须删\d+行（约\d+字），或增加\d+—\d+行成4面。$", told), told


def test_the_place_is_that_of_the_value_the_issues_before_the_publications(
    make: Make, edition, renderer, tmp_path
) -> None:
    place = fault(make(paragraphs(40), "页数: 不超过1")).place
    assert (place.file, place.line, place.column) == ("content/issues/one.yaml", 6, 5)
    path = tmp_path / "templates/gongzuo-xinxi/publication.yaml"
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join([*lines, "页数: 恰3"]) + "\n", encoding="utf-8")
    told = fault(make(paragraphs(20)))
    assert (told.place.file, told.place.line) == ("templates/gongzuo-xinxi/publication.yaml", len(lines) + 1)
    assert "（one）共2面，要求恰3" in told.message
    assert "（one）" not in fault(make(paragraphs(40), "页数: 不超过1")).message
    assert make(paragraphs(20), "页数: 2的倍数").verdict is None


def test_what_keeps_its_budget_is_not_read_a_second_time(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    read, asked = pdf.read, []

    def counted(data: bytes, lines: pdfium.Lines = "ends", number: Any = None, mark: str = "") -> pdf.PdfText:
        asked.append(lines)
        return read(data, lines, number, mark)

    monkeypatch.setattr(pdf, "read", counted)
    made = make(paragraphs(20), "页数: 不超过2\n压行: 允许")
    assert made.verdict is None
    assert asked == ["ends"]


# ---------------------------------------------------------------- parts that begin on a page of their own


ANNEX = "附件:\n  - {标题: 情况说明, 正文: 附件只有一行。}"


def test_lines_are_cut_from_the_part_where_the_fewest_do(make: Make) -> None:
    count = next(n for n in range(3, 30) if make(paragraphs(n), ANNEX).room.pages == 3)
    told = fault(make(paragraphs(count + 2), f"{ANNEX}\n页数: 不超过2"))
    assert "须删正文3行" in told.message, told
    assert make(paragraphs(count + 2 - 3), f"{ANNEX}\n页数: 不超过2").verdict is None
    assert make(paragraphs(count + 2 - 2), f"{ANNEX}\n页数: 不超过2").verdict is not None


@pytest.mark.parametrize("body", ["第一面。\n[分页]\n第二面。\n[分页]\n第三面。"])
def test_parts_that_begin_a_page_each_cannot_become_fewer_pages(make: Make, body: str) -> None:
    told = fault(make(body, "页数: 不超过2"))
    assert "有3个部分各自另起一面，删字不能减到2面" in told.message


def test_a_page_break_within_the_budgets_reach_counts_the_lines_after_it(make: Make) -> None:
    body = f"第一面。\n[分页]\n{paragraphs(26)}"
    told = fault(make(body, "页数: 不超过2")).message
    [lines] = numbers(told, r"须删第1个\[分页\]以后(\d+)行")
    assert make(f"第一面。\n[分页]\n{paragraphs(26 - lines)}", "页数: 不超过2").verdict is None
    assert make(f"第一面。\n[分页]\n{paragraphs(27 - lines)}", "页数: 不超过2").verdict is not None


def test_a_landscape_annex_and_the_foot_page_after_it_are_counted(make: Make) -> None:
    rows = "\n".join(f"      第{n}行。" for n in range(20))
    annex = f"附件:\n  - 标题: 情况\n    方向: 横\n    正文: |\n{rows}"
    made = make("正文。", f"{annex}\n页数: 不超过3")
    assert made.room.pages == 4  # body, two landscape pages, the foot's own page
    [lines] = numbers(fault(made).message, r"须删附件(\d+)行")
    shorter = "\n".join(annex.splitlines()[:-lines])
    assert make("正文。", f"{shorter}\n页数: 不超过3").verdict is None
    longer = "\n".join(annex.splitlines()[: -lines + 1])
    assert make("正文。", f"{longer}\n页数: 不超过3").verdict is not None


# ---------------------------------------------------------------- short last lines


def full(count: int) -> str:
    """A paragraph of ``count`` characters without marks: 26 on its first line, 28 on each other."""
    return ("推动重点工作任务落实见效" * 10)[:count]


def named(told: Fault) -> list[tuple[str, str, str]]:
    """(place, first words, last line) of each paragraph that is named."""
    return re.findall(r"^ +(content/\S+?)“(.+?)…”，末行\d字“(.+?)”$", told.hint, re.MULTILINE)


@pytest.mark.parametrize(("rest", "listed"), [(1, True), (2, True), (3, True), (4, False), (27, False), (28, False)])
def test_paragraphs_that_end_in_three_characters_or_fewer_are_named_with_their_place(
    make: Make, rest: int, listed: bool
) -> None:
    text = full(26 + 28 + rest)
    told = fault(make(f"{paragraphs(3)}\n{text}\n{paragraphs(40)}", "页数: 不超过1"))
    assert named(told) == ([(f"{ITEM}:7:1", text[:10], text[-rest:])] if listed else [])


def test_only_lines_that_can_be_saved_are_named(make: Make) -> None:
    short = "二字。"  # one line in all
    listed = full(26 + 2)
    body = "\n".join([short, f"- {full(24 + 3)}", "| 甲 | 乙 |\n|---|---|\n| 一 | 二 |", listed, paragraphs(40)])
    assert [tail for _, _, tail in named(fault(make(body, "页数: 不超过1")))] == [full(27)[-3:], listed[-2:]]


def test_a_short_line_after_a_table_head_that_repeats_is_found(make: Make) -> None:
    table = "\n".join(["| 事项 | 进展 |", "|---|---|", *[f"| 第{n}项 | 已办结 |" for n in range(60)]])
    text = full(26 + 3)
    told = fault(make(f"{table}\n{text}\n{paragraphs(5)}", "页数: 不超过1"))
    assert [tail for _, _, tail in named(told)] == [text[-3:]]


def test_a_paragraph_with_rare_characters_and_those_after_it_are_found(make: Make) -> None:
    text = full(26 + 2)
    told = fault(make(f"甲\U00020087乙\U00020087丙。\n{text}\n{paragraphs(40)}", "页数: 不超过1"))
    assert [tail for _, _, tail in named(told)] == [text[-2:]]


def test_a_last_line_that_a_signature_would_take_is_not_named(make: Make) -> None:
    body = f"{paragraphs(40)}\n{full(26 + 2)}"
    assert named(fault(make(body, "页数: 不超过1"))) != []
    assert named(fault(make(body, "页数: 不超过1", entry="{信息: one, 供稿: 本刊综合}"))) == []


# ---------------------------------------------------------------- lines set closer


SQUEEZE = "页数: 不超过2\n压行: 允许"
TIGHT = 32  # lines that go on two pages only when they stand closer


def pitch_of(made: rendering.Rendered) -> float | None:
    return made.view.data["压行"] and made.view.data["压行"]["至"]


def stands(pages: list[Sheet], pitch: float, doubt: float = 0.02) -> bool:
    """Whether every two lines of the body that follow each other are ``pitch`` pt apart."""
    levels = [[g.y for g in page.glyphs if g.text == LINE[-3]] for page in pages]
    found = [(b - a) * 72 / 25.4 for page in levels for a, b in itertools.pairwise(page)]
    return len(found) > 20 and all(abs(each - pitch) < doubt for each in found)


def test_the_widest_pitch_that_keeps_the_budget_is_set_in_steps_of_a_twentieth(
    make: Make, edition: Callable[..., Edition], renderer: rendering.Renderer, fontset: fonts.FontSet
) -> None:
    assert make(paragraphs(TIGHT), "页数: 不超过2").room.pages == 3
    made = make(paragraphs(TIGHT), SQUEEZE)
    pitch = pitch_of(made)
    assert made.verdict is None
    assert made.room.pages == 2
    assert pitch is not None
    assert 28.0 <= pitch < 28.95
    assert round(pitch * 20, 6).is_integer()
    wider = view.build(edition(paragraphs(TIGHT), SQUEEZE), renderer.families, round(pitch + 0.05, 2))
    data = renderer.engines.pdf(renderer.templates, fontset.paths, wider.data, wider.photos).result()
    read = pdf.read(data)
    assert len(read.pages) == 3 or pdf.last_space(read, wider.data).free < budget.WORD_MARGIN
    assert stands(sheets(made.files["pdf"]), pitch)
    built = building.summary(edition(paragraphs(TIGHT), SQUEEZE), made, [])
    assert f"；行距压到{pitch:.2f}磅" in built.room
    assert built.pitch == pitch


def test_only_the_lines_of_the_body_stand_closer(make: Make) -> None:
    loose, tight = (
        sheets(make(paragraphs(TIGHT), f"标识: 内部资料\n份号: '000012'\n{extra}").files["pdf"])
        for extra in ("", SQUEEZE)
    )
    assert (len(loose), len(tight)) == (3, 2)
    rule = max(bar[3] for bar in loose[0].red)
    assert [g for g in loose[0].glyphs if g.y < rule] == [g for g in tight[0].glyphs if g.y < rule]
    assert max(bar[3] for bar in tight[0].red) == rule
    assert max(bar[3] for bar in tight[-1].bars) == pytest.approx(37 + 225, abs=0.1)
    assert max(bar[3] for bar in loose[-1].bars) == pytest.approx(37 + 225, abs=0.1)
    number = [[(g.x, g.y, g.text) for g in pages[0].glyphs if g.y > 262.5] for pages in (loose, tight)]
    assert number[0] == number[1]


def test_word_sets_the_same_pitch_and_nothing_else_closer(
    make: Make, fontset: fonts.FontSet, soffice: str, tmp_path: Path
) -> None:
    made = {name: make(paragraphs(TIGHT), extra) for name, extra in (("loose", "页数: 不超过2"), ("tight", SQUEEZE))}
    pitch = pitch_of(made["tight"])
    assert pitch is not None
    for name, each in made.items():
        (tmp_path / f"{name}.docx").write_bytes(_for_libreoffice(each.files["docx"]))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    environment = {**os.environ, "HOME": str(tmp_path), "FONTCONFIG_FILE": str(_fontconfig(fontset, tmp_path))}
    names = [str(tmp_path / f"{name}.docx") for name in made]
    subprocess.run([*command, *names], env=environment, check=True, capture_output=True, timeout=300)
    loose, tight = (sheets((tmp_path / f"{name}.pdf").read_bytes()) for name in made)
    assert stands(loose, 28.95, doubt=0.1)
    assert stands(tight, pitch, doubt=0.1)
    assert len(tight) == 2
    assert len(loose) == 3
    head = [
        [(g.text, g.x, g.y) for g in pages[0].glyphs if g.y < 100 and g.text in "工作信息第期总编"]
        for pages in (loose, tight)
    ]
    assert head[0] == head[1]
    ends = [max(bar[3] for bar in pages[-1].bars) for pages in (loose, tight)]
    assert ends[0] == pytest.approx(ends[1], abs=0.05)


def test_the_word_files_figures_are_those_of_the_pitch(make: Make) -> None:
    made = make(paragraphs(TIGHT), SQUEEZE)
    pitch = pitch_of(made)
    assert pitch is not None
    with zipfile.ZipFile(io.BytesIO(made.files["docx"])) as package:
        styles = package.read("word/styles.xml").decode()
    twentieths = round(pitch * 20)
    assert f'w:line="{twentieths}" w:lineRule="exact"' in styles
    assert re.findall(r'<w:style [^>]*styleId="([^"]+)"(?:(?!</w:style>).)*w:(?:line|after)="579"', styles) == [
        "TopLeft"
    ]
    for style in re.findall(rf"<w:style (?:(?!</w:style>).)*w:line=\"{twentieths}\"", styles):
        assert style.count("<w:snapToGrid ") == 1, style


def test_without_leave_lines_do_not_stand_closer(make: Make, tmp_path: Path) -> None:
    made = make(paragraphs(TIGHT), "页数: 不超过2")
    assert (pitch_of(made), made.room.pages) == (None, 3)
    assert "压行: 允许" in fault(made).hint
    path = tmp_path / "templates/gongzuo-xinxi/publication.yaml"
    path.write_text(path.read_text(encoding="utf-8") + "压行: 允许\n", encoding="utf-8")
    assert pitch_of(make(paragraphs(TIGHT), "页数: 不超过2")) is not None
    assert pitch_of(make(paragraphs(TIGHT), "页数: 不超过2\n压行: 不允许")) is None


def test_where_28_pt_does_not_do_the_draft_keeps_its_pitch_and_the_fault_says_so(make: Make) -> None:
    made = make(paragraphs(TIGHT + 2), SQUEEZE)
    assert (pitch_of(made), made.room.pages) == (None, 3)
    assert "行距压到28磅也放不下" in fault(made).message
    assert "压行" not in fault(made).hint
    assert stands(sheets(made.files["pdf"]), 28.95)


def test_an_issue_with_too_few_pages_is_not_squeezed(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "_squeezed", lambda *_: pytest.fail("squeezed"))
    assert "须增加" in fault(make(paragraphs(5), "页数: 恰2\n压行: 允许")).message


@pytest.mark.parametrize("widest", range(560, 579))
def test_the_pitch_is_found_in_at_most_six_attempts(widest: int) -> None:
    found = budget.Budget(PageRule("不超过", 2), Place(""), True)
    tried: list[float] = []

    def attempt(pitch: float) -> float | None:
        tried.append(pitch)
        return pitch if pitch <= widest / 20 else None

    assert budget.widest(found.closer(3, 28.95), attempt) == widest / 20
    assert len(tried) <= 6
    assert budget.widest(found.closer(2, 28.95), attempt) is None


def test_the_pitches_to_try_are_below_the_publications_own() -> None:
    found = budget.Budget(PageRule("不超过", 2), Place(""), True)
    assert (found.closer(3, 28.95)[0], found.closer(3, 28.95)[-1]) == (28.9, 28.0)
    assert found.closer(3, 28.0) == found.closer(3, 26) == []
