"""A publication whose PDF comes from its Word template: set by LibreOffice, read back and compared, signed, published, archived."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pikepdf
import psutil
import pytest
from docx import Document
from docx.shared import RGBColor

from builder import pdfium
from builder.compose import Edition, compose
from builder.errors import JianbaoError, UsageError
from builder.fonts import FontSet
from builder.measure import office_pdf
from builder.measure import pdf as pdf_reader
from builder.measure.pdf import Page, PdfText, as_read
from builder.model import Act
from builder.render.child import Engines
from builder.render.printing import Printing
from builder.settings import workspace
from builder.workflow import opening, planning, publishing, rendering, signing
from builder.workflow.cases import Case
from builder.workflow.presses import page_numbers
from builder.workflow.verifying import verify
from builder.workflow.volumes import volume
from tests.longterm import judges
from tests.office import CHIEF, EDITOR, ROOT, SIGNER, TEXT, SmallOffice

BLUE = "1F4E79"


def by_word(templates: Path, publication: str, more: str = "") -> None:
    """Let a publication's PDF come from its Word template."""
    path = templates / publication / "publication.yaml"
    path.write_text(path.read_text(encoding="utf-8") + f"\nPDF引擎: Word\n{more}", encoding="utf-8")


def redesigned(templates: Path, publication: str) -> None:
    """The Word template as an office changes it: body text in blue, by way of another program that saves it."""
    path = templates / publication / "issue.docx"
    document = Document(str(path))
    for style in document.styles:
        if style.name == "Normal":
            style.font.color.rgb = RGBColor.from_string(BLUE)
    document.save(str(path))


@pytest.fixture(scope="module")
def own_engines() -> Iterator[Engines]:
    with Engines() as engines:
        yield engines


@pytest.fixture
def word_office(uno: str, tmp_path: Path, fontset: FontSet, own_engines: Engines) -> SmallOffice:
    office = SmallOffice(tmp_path / "office", fontset, own_engines)
    by_word(office.root / "templates", "ducha-kuaixun")
    return office


def _edition(office: SmallOffice, name: str) -> Edition:
    edition = planning.compose_issue(office.opened(), name, office.fontset).edition
    assert edition is not None
    return edition


def _rendered(office: SmallOffice, name: str, printing: Printing = Printing()) -> rendering.Rendered:  # noqa: B008
    place = office.place
    return rendering.Renderer(place.templates, office.fontset, office.engines, printing).render(_edition(office, name))


def _colors(pdf: bytes) -> set[str]:
    return {glyph.color for sheet in pdfium.sheets(pdf) for glyph in sheet.glyphs}


def test_every_sample_issue_comes_from_its_word_file_with_the_pages_of_its_contents(
    uno: str, tmp_path: Path, fontset: FontSet, own_engines: Engines
) -> None:
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    shutil.copytree(ROOT / "content", tmp_path / "content")
    for each in tmp_path.glob("templates/*/publication.yaml"):
        by_word(tmp_path / "templates", each.parent.name)
    opened = opening.open_workspace(workspace(tmp_path))
    renderer = rendering.Renderer(tmp_path / "templates", fontset, own_engines)
    counted = 0
    for id_, issue in opened.library.issues.items():
        edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
        assert edition is not None, id_
        made = renderer.render(edition)  # texts are compared with the view
        printed = page_numbers(made.view.data, made.read.outline)
        entries = made.view.data["要目"]["条目"] if made.view.data["要目"] else []
        for entry in entries:
            if entry["页码"]:
                assert int(entry["页码"]) == printed[entry["书签"]]
                counted += 1
        assert [page.number for page in made.read.pages] == [f"—{n + 1}—" for n in range(len(made.read.pages))]
        assert made.room.lines_left > 0 or len(made.read.pages) > 1
    assert counted >= 4


def test_a_redesigned_issue_is_built_signed_and_published_and_the_archive_verifies(
    word_office: SmallOffice,
) -> None:
    office = word_office
    redesigned(office.root / "templates", "ducha-kuaixun")
    name = office.issue("2026/改版")
    built = _rendered(office, name)
    assert BLUE in _colors(built.files["pdf"])
    act = _published(office, name)
    with office.desk() as desk:
        pdf = desk.store.read(act, "issue.pdf")
        assert act.data["label"] in "".join(page.text for page in pdf_reader.read(pdf).pages)
        assert BLUE in _colors(pdf)
        assert b"LibreOffice" not in pdf
    assert verify(office.place, None).faults == ()


def _published(office: SmallOffice, name: str) -> Act:
    """送审, 审核, 签发 and 付印, all of them for real."""
    with office.desk() as desk:
        signing.submit(desk, Case(office.opened(), name, EDITOR), office.fontset, office.engines)
        signing.review(desk, Case(office.opened(), name, CHIEF))
        signing.sign(desk, Case(office.opened(), name, SIGNER))
        done = publishing.publish(desk, office.opened(), name, CHIEF, office.fontset, office.engines)
    assert done.act is not None
    return done.act


def test_the_same_issue_gives_the_same_pdf_by_a_new_libreoffice(word_office: SmallOffice) -> None:
    name = word_office.issue("2026/同一")
    first = _rendered(word_office, name)
    with Engines() as others:
        place = word_office.place
        again = rendering.Renderer(place.templates, word_office.fontset, others).render(_edition(word_office, name))
    assert again.files == first.files


@pytest.mark.parametrize(("rule", "pages"), [("双面", 2), ("四的倍数", 4)])
def test_the_foot_stands_on_its_page(word_office: SmallOffice, rule: str, pages: int) -> None:
    path = word_office.root / "templates/ducha-kuaixun/publication.yaml"
    text = path.read_text(encoding="utf-8").replace("页数: 不超过2\n", "")
    path.write_text(text.replace("报尾: {", f"报尾: {{位置: {rule}, "), encoding="utf-8")
    made = _rendered(word_office, word_office.issue("2026/报尾"))
    assert len(made.read.pages) == pages
    assert made.read.pages[-1].text.startswith("报：")
    assert made.room.blank == pages - 2


def test_a_proof_and_a_black_copy_come_from_the_word_file_too(word_office: SmallOffice) -> None:
    name = word_office.issue("2026/清样")
    proof = _rendered(word_office, name, Printing(proof="清样　拟第1期"))
    assert all(page.marked for page in proof.read.pages)
    assert _colors(_rendered(word_office, name, Printing(black=True)).files["pdf"]) == {"000000"}


def test_four_colours_are_refused(word_office: SmallOffice) -> None:
    with pytest.raises(UsageError, match="出不了四色"):
        _rendered(word_office, word_office.issue("2026/四色"), Printing(four_colours=True))


def test_what_keeps_an_issue_from_being_set_is_told_when_its_turn_comes(word_office: SmallOffice) -> None:
    place, edition = word_office.place, _edition(word_office, word_office.issue("2026/甲"))
    printing = Printing(four_colours=True)
    _, coming = rendering.Renderer(place.templates, word_office.fontset, word_office.engines, printing).typeset(edition)
    assert isinstance(coming.exception(), UsageError)


def test_libreoffice_that_is_killed_between_two_issues_is_started_again(word_office: SmallOffice) -> None:
    first = _rendered(word_office, word_office.issue("2026/甲"))
    office = word_office.engines._beside._office
    assert office is not None
    assert office._process is not None
    for child in psutil.Process(office._process.pid).children(recursive=True):
        child.kill()
    assert _rendered(word_office, "2026/甲").files == first.files


def test_libreoffice_ends_with_the_engines(
    uno: str, tmp_path: Path, fontset: FontSet, started: Callable[[], list[psutil.Process]]
) -> None:
    with Engines() as engines:
        office = SmallOffice(tmp_path / "office", fontset, engines)
        by_word(office.root / "templates", "ducha-kuaixun")
        _rendered(office, office.issue("2026/甲"))
        assert any(process.name().startswith("soffice") for process in started())
    assert started() == []


def test_without_libreoffice_the_editor_learns_what_to_install(
    word_office: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = word_office.issue("2026/甲")
    word_office.engines._beside.close()
    monkeypatch.setattr("builder.soffice.installed.find", lambda: None)
    with pytest.raises(JianbaoError, match="本机没有安装") as told:
        _rendered(word_office, name)
    assert "apt install" in told.value.hint


def test_dots_and_other_headings_of_libreoffice_are_no_text(sample_issues: dict[str, rendering.Rendered]) -> None:
    made = sample_issues["gongzuo-xinxi-13"]
    view, read = made.view.data, made.read
    entry = view["要目"]["条目"][0]
    words = "".join(entry["文"].split())
    first = read.pages[0]
    dotted = first.text.replace(words + entry["页码"], f"{words}·········{entry['页码']}", 1)
    assert dotted != first.text
    foot = read.pages[-1]
    start = foot.text.rindex("报：")
    moved = Page(foot.text[:start] + foot.number + foot.text[start:], "", foot.width, foot.height)
    outline = tuple(mark for title in read.outline for mark in (title, ("一、情况", title[1])))
    raw = PdfText((Page(dotted, first.number, 210, 297), *read.pages[1:-1], moved), outline)
    laid = office_pdf.laid(raw, view)
    assert [page.text for page in laid.pages] == [page.text for page in read.pages]
    assert [page.number for page in laid.pages] == [page.number for page in read.pages]
    assert laid.outline == read.outline
    assert TEXT not in laid.pages[0].text


def test_a_year_with_issues_of_both_presses_is_bound_as_one_pdf_a(word_office: SmallOffice, tmp_path: Path) -> None:
    office = word_office
    templates = office.root / "templates"
    acts = [office.published("2026/a", day="2026-06-01", text=TEXT * 4)]
    shutil.rmtree(templates)
    shutil.copytree(ROOT / "templates", templates)
    acts.append(office.published("2026/b", day="2026-06-02"))
    by_word(templates, "ducha-kuaixun")
    redesigned(templates, "ducha-kuaixun")
    acts.append(office.published("2026/c", day="2026-06-03"))
    with office.desk(read_only=True) as desk:
        made = volume(desk, "ducha-kuaixun", 2026, office.fontset, office.engines)
        parts = [desk.store.read(act, "issue.pdf") for act in acts]
    assert made.archival
    before = {line.partition(":")[0] for part in parts for line in judges.conforms(part, "2b")}
    assert {line.partition(":")[0] for line in judges.conforms(made.pdf, "2b")} <= before
    assert judges.qpdf(made.pdf, tmp_path) == []
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        named = [str(o.FontName) for o in document.objects if isinstance(o, pikepdf.Dictionary) and "/FontName" in o]
    assert len(named) == len(set(named))
    for issue, part in zip(made.issues, parts, strict=True):
        for n, page in enumerate(pdfium.texts(part)[0]):
            at = made.front + issue.first + n - 1
            assert as_read(pdfium.texts(made.pdf)[0][at].whole).startswith(as_read(page.whole))
            before, after = (pdfium.picture(pdf, k, 50).convert("L") for pdf, k in ((part, n), (made.pdf, at)))
            wide, high = before.size
            above = (0, 0, wide, high * 95 // 100)
            assert before.crop(above).tobytes() == after.crop(above).tobytes()
