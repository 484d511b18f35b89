"""合订本: the published pages of a year in one file, none of them changed; refused where the archive is not what was published."""

from __future__ import annotations

import io
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pikepdf
import pytest

from builder import pdfium
from builder.archive.store import ArchiveDamaged
from builder.errors import InvalidContent
from builder.fonts import FontSet
from builder.forms.volume_marks import BLANK, Paper, roman
from builder.measure.pdf import as_read
from builder.records import Act
from builder.render.child import Engines
from builder.render.printing import Printing
from builder.workflow import afterwards, planning, reprinting, starting
from builder.workflow.rendering import Renderer
from builder.workflow.volume_pages import read_pages
from builder.workflow.volumes import Made, volume
from tests.longterm import judges
from tests.office import CHIEF, SIGNER, SmallOffice
from tests.workflow import issued

PUBLICATION = "gongzuo-xinxi"
LONG = "各县（区）认真落实防汛责任，逐级排查水库、堤防和山洪灾害隐患点，做到人员、物资、预案三到位。" * 22
FOURTH = "第4期（总第4期）（更正重印）"
WIDE = "附件: [{标题: 隐患排查情况表, 正文: 附件只有一行。, 方向: 横}]\n"


def void(office: SmallOffice, name: str, reason: str) -> None:
    with office.desk() as desk:
        afterwards.void(desk, office.place, office.opened().library.office.value, name, SIGNER, reason)


def reprint(office: SmallOffice, name: str, reason: str) -> Act:
    with office.desk() as desk:
        act = reprinting.reprint(desk, office.opened(), name, SIGNER, reason, office.fontset, office.engines).act
    assert act is not None
    return act


def bound(office: SmallOffice, publication: str = PUBLICATION, year: int = 2026) -> Made:
    with office.desk(read_only=True) as desk:
        return volume(desk, publication, year, office.fontset, office.engines)


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet, engines: Engines) -> SmallOffice:
    """Five numbers: a long one, a void one, one with a landscape annex, one printed again, and a supplement between them."""
    office = SmallOffice(tmp_path_factory.mktemp("volume") / "office", fontset, engines)
    office.published("2026/a", title="全市防汛准备全面就绪", text=LONG, publication=PUBLICATION)
    office.published("2026/b", title="数字有误的一期", publication=PUBLICATION)
    office.published("2026/s", title="防汛增刊的题目", publication=PUBLICATION, more="系列: 增刊\n")
    office.published("2026/c", title="隐患排查进展", publication=PUBLICATION, more=WIDE)
    office.published("2026/d", title="初次印刷的题目", publication=PUBLICATION)
    office.published("2026/e", title="另一种刊物")
    void(office, "2026/b", "数字有误")
    office.issue("2026/d", title="更正以后的题目", publication=PUBLICATION)
    reprint(office, "2026/d", "题目有误")
    return office


@pytest.fixture(scope="module")
def made(year: SmallOffice) -> Made:
    """The volume of that year."""
    return bound(year)


def archived(office: SmallOffice, folder: str) -> bytes:
    return (office.place.archive / folder / "data" / "issue.pdf").read_bytes()


@contextmanager
def spoiled(path: Path, data: bytes) -> Iterator[None]:
    """A file of the archive with other bytes, for a while."""
    kept = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(data)
    try:
        yield
    finally:
        path.write_bytes(kept)
        path.chmod(0o444)


# ---------------------------------------------------------------- what it holds


def test_numbers_stand_in_order_the_void_one_is_left_out_and_supplements_come_last(made: Made) -> None:
    assert [(issue.label, issue.first > 0) for issue in made.issues] == [
        ("第1期（总第1期）", True),
        ("第2期（总第2期）", False),
        ("第3期（总第3期）", True),
        (FOURTH, True),
        ("增刊第1期", True),
    ]


def test_of_an_issue_that_was_printed_again_the_last_printing_is_bound(made: Made) -> None:
    told = "".join(page.whole for page in pdfium.texts(made.pdf)[0])
    assert "更正以后的题目" in as_read(told)
    assert "初次印刷的题目" not in as_read(told)
    assert "reprint" in made.issues[3].folder


def test_every_page_has_the_text_of_the_archives_page_and_then_its_own_number(made: Made, year: SmallOffice) -> None:
    texts = [page.whole for page in pdfium.texts(made.pdf)[0]]
    seen = set(range(made.front + 1))
    for issue in made.issues:
        for n, page in enumerate(pdfium.texts(archived(year, issue.folder))[0] if issue.first else ()):
            number = issue.first + n
            assert as_read(texts[made.front + number - 1]) == as_read(page.whole) + f"合{number}"
            seen.add(made.front + number)
    blank = sorted(set(range(made.front + 1, made.front + made.body + 1)) - seen)
    assert blank
    assert [as_read(texts[n - 1]) for n in blank] == [f"合{n - made.front}{as_read(BLANK)}" for n in blank]


def test_pages_look_as_in_the_archive_but_for_the_number(made: Made, year: SmallOffice) -> None:
    for issue in made.issues[::2]:
        pdf = archived(year, issue.folder)
        for n in range(issue.pages):
            page = made.front + issue.first + n - 1
            before, after = (pdfium.picture(each, at, 40).convert("L") for each, at in ((pdf, n), (made.pdf, page)))
            assert before.size == after.size
            wide, high = before.size
            area = Paper(wide / 40 * 25.4, high / 40 * 25.4, page % 2 == 0).areas()[0]
            box = tuple(round(each / 25.4 * 40) + more for each, more in zip(area, (-1, -1, 1, 1), strict=True))
            assert before.tobytes() != after.tobytes()
            for picture in (before, after):
                picture.paste(255, box)
            assert before.tobytes() == after.tobytes()


def test_every_issue_begins_on_the_right_and_so_do_the_indexes(made: Made) -> None:
    assert all(issue.first % 2 == 1 for issue in made.issues if issue.first)
    assert (made.front % 2, made.body % 2, made.back > 0) == (0, 0, True)
    assert made.body > sum(issue.pages for issue in made.issues)


def test_the_number_of_a_landscape_page_stands_where_it_stands_when_the_page_is_turned_upright(made: Made) -> None:
    sheets = pdfium.sheets(made.pdf)[made.front : made.front + made.body]
    turned = [(n, sheet) for n, sheet in enumerate(sheets, 1) if sheet.width > sheet.height]
    assert turned
    for n, sheet in turned:
        mark = next(glyph for glyph in sheet.glyphs if glyph.text == "合" and glyph.right < 20)
        assert mark.turned
        assert (mark.top > sheet.height / 2) == (n % 2 == 1)


def test_the_outline_leads_to_every_issue_and_title(made: Made) -> None:
    lines = pdfium.texts(made.pdf)[1]
    first = made.front + 1
    assert (made.title, 1) in lines
    assert lines.index(("第1期（总第1期）", first)) < lines.index(("全市防汛准备全面就绪", first))
    assert not any("第2期" in title for title, _ in lines)
    fourth = made.front + made.issues[3].first
    assert lines[lines.index((FOURTH, fourth)) + 1] == ("更正以后的题目", fourth)
    assert {"目录", "单位索引"} <= {title.replace("　", "").replace(" ", "") for title, _ in lines}


def test_pages_are_called_as_they_are_numbered(made: Made) -> None:
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        labels = [page.label for page in document.pages]
        assert document.open_metadata()["dc:title"] == "《工作信息》2026年合订本"
    assert labels[:3] == ["封面", "封二", "I"]
    assert labels[made.front :] == [str(n) for n in range(1, made.body + made.back + 1)]
    assert [roman(n) for n in (1, 4, 9, 14, 39)] == ["I", "IV", "IX", "XIV", "XXXIX"]
    assert [roman(n) for n in (40, 49, 50, 99, 400)] == ["XL", "XLIX", "L", "XCIX", "CD"]  # as a reader counts by /R


# ---------------------------------------------------------------- what kind of file it is


def test_it_is_pdf_a_2b_and_no_reader_finds_fault_with_it(made: Made, tmp_path: Path) -> None:
    assert made.archival
    assert judges.conforms(made.pdf, "2b") == []
    assert judges.qpdf(made.pdf, tmp_path) == []
    assert judges.false_widths(made.pdf) == []


def test_the_same_archive_gives_the_same_bytes(made: Made, year: SmallOffice) -> None:
    assert bound(year).pdf == made.pdf


def test_it_is_made_of_the_archive_and_the_register_alone(made: Made, year: SmallOffice, tmp_path: Path) -> None:
    other = SmallOffice(tmp_path / "other", year.fontset, year.engines)
    shutil.copytree(year.place.archive, other.place.archive)
    shutil.copy(year.place.register, other.place.register)
    assert bound(other).pdf == made.pdf


def test_a_volume_with_an_issue_in_four_colours_is_no_pdf_a_and_says_so(small_office: SmallOffice) -> None:
    name = small_office.issue("2026/a", publication=PUBLICATION)
    edition = planning.compose_issue(small_office.opened(), name, small_office.fontset).edition
    assert edition is not None
    printing = Printing(four_colours=True)
    renderer = Renderer(small_office.place.templates, small_office.fontset, small_office.engines, printing)
    with small_office.desk() as desk:
        issued.issue(desk, renderer.render(edition), 1)
    made = bound(small_office)
    assert not made.archival
    assert "volume-plain" in {fault.code for fault in made.faults}


# ---------------------------------------------------------------- places for the number


def printed(*drawn: str) -> bytes:
    """A page with something on it, as Typst draws it."""
    import typst

    body = "#set page(width: 210mm, height: 297mm, margin: 0mm)\n正文\n" + "\n".join(drawn)
    return typst.compile(body.encode(), format="pdf")


@pytest.mark.parametrize(
    ("drawn", "line"),
    [
        ((), 0),
        (("#place(bottom + right, dx: -20mm, dy: -11mm, rect(width: 5mm, height: 2mm, fill: red))",), 1),
        (("#place(bottom + right, dx: -20mm, dy: -2mm, rect(width: 5mm, height: 12mm, fill: luma(99%)))",), 2),
        (("#place(bottom + left, dx: 20mm, dy: -2mm, rect(width: 5mm, height: 12mm, fill: red))",), 0),
        (("#place(top + left, rect(width: 210mm, height: 297mm, fill: luma(95%)))",), -1),
    ],
)
def test_the_number_keeps_away_from_whatever_is_printed(drawn: tuple[str, ...], line: int) -> None:
    (leaf,) = read_pages(printed(*drawn)).leaves
    assert leaf.mark.line == line


# ---------------------------------------------------------------- refusals


@pytest.mark.parametrize("name", ["data/issue.pdf", "data/view.json", "data/record.json", "manifest-sha256.txt"])
def test_a_damaged_bag_is_refused_by_name(made: Made, year: SmallOffice, name: str) -> None:
    path = year.place.archive / made.issues[2].folder / name
    with spoiled(path, path.read_bytes()[:-1] + b"x"), pytest.raises(ArchiveDamaged) as refused:
        bound(year)
    assert "第3期" in refused.value.message
    assert f"{made.issues[2].folder}/{name}" in {fault.place.file for fault in refused.value.faults}


def test_all_damaged_bags_are_told_at_once(made: Made, year: SmallOffice) -> None:
    first, second = (year.place.archive / made.issues[n].folder / "data/issue.pdf" for n in (0, 2))
    with spoiled(first, b"%PDF"), spoiled(second, b""), pytest.raises(ArchiveDamaged) as refused:
        bound(year)
    assert "第1期" in refused.value.message
    assert "第3期" in refused.value.message
    assert len(refused.value.faults) == 2


def test_a_damaged_bag_of_another_publication_is_nothing_to_it(made: Made, year: SmallOffice) -> None:
    with spoiled(year.place.archive / "ducha-kuaixun/2026/1/data/issue.pdf", b""):
        assert bound(year).pdf == made.pdf


def test_a_register_older_than_the_archive_is_refused(small_office: SmallOffice, tmp_path: Path) -> None:
    small_office.published("2026/a", publication=PUBLICATION)
    for name in small_office.place.register.parent.glob("register.sqlite*"):
        shutil.copy(name, tmp_path / name.name)
    small_office.published("2026/b", publication=PUBLICATION)
    for name in small_office.place.register.parent.glob("register.sqlite*"):
        name.unlink()
    for name in tmp_path.glob("register.sqlite*"):
        shutil.copy(name, small_office.place.register.parent / name.name)
    with pytest.raises(ArchiveDamaged) as refused:
        bound(small_office)
    assert [fault.code for fault in refused.value.faults] == ["verify-register"]


def test_nothing_published_or_nothing_but_void_issues_is_refused(year: SmallOffice, small_office: SmallOffice) -> None:
    with pytest.raises(InvalidContent, match="2025 年没有付印过") as missed:
        bound(year, year=2025)
    assert "付印过的年度：2026" in missed.value.hint
    with pytest.raises(InvalidContent) as refused:
        bound(year, "gongzuo")
    assert "ducha-kuaixun、gongzuo-xinxi" in refused.value.hint
    small_office.published("2026/a", publication=PUBLICATION)
    void(small_office, "2026/a", "有误")
    with pytest.raises(InvalidContent, match="都已作废"):
        bound(small_office)


def test_the_contents_name_the_correction_of_an_issue_unless_that_is_void(small_office: SmallOffice) -> None:
    small_office.published("2026/a", publication=PUBLICATION)
    for name in ("2026/b", "2026/c"):
        small_office.issue(name, title="更正启事", publication=PUBLICATION)
        small_office.sign(name)
        small_office.publish(name, corrects="2026/a")
    void(small_office, "2026/c", "重复")
    text = "".join(as_read(page.whole) for page in pdfium.texts(bound(small_office).pdf)[0])
    assert "已由第2期（总第2期）更正" in text
    assert text.count("更正") - text.count("更正启事") - text.count("更正重印") == 1


def test_a_year_whose_first_numbers_were_never_archived_says_so(small_office: SmallOffice) -> None:
    with small_office.desk() as desk:
        starting.start(desk, small_office.opened(), PUBLICATION, CHIEF, 47, 812, 2026, "正刊")
    small_office.published("2026/a", publication=PUBLICATION)
    assert "第47期（总第812期）以前的各期没有归档" in as_read(pdfium.texts(bound(small_office).pdf)[0][1].whole)


def test_a_year_that_is_not_closed_is_told(made: Made) -> None:
    assert "截至二〇二六年六月" in as_read(pdfium.texts(made.pdf)[0][0].whole)
    assert [(fault.code, fault.severity) for fault in made.faults] == [("volume-open", "note")]
