"""PDFs measured: every sample issue passes, and each wrong document fails for its own reason."""

from __future__ import annotations

import io
from contextlib import closing
from pathlib import Path

import pypdfium2
import pytest

from builder import fonts, publications
from builder.errors import has_errors
from builder.fonts.faces import OFFICIAL
from builder.inspection import pdf, profile
from builder.inspection.findings import Report
from builder.settings import Workspace
from builder.soffice import FaceFile, Office, ProgramMissing
from builder.workflow import opening, planning, rendering
from tests import generated

ROOT = Path(__file__).resolve().parents[2]
TITLES, _ = publications.load(ROOT / "templates")
SAMPLES = (
    "ducha-kuaixun-5", "ducha-kuaixun-6", "ducha-tongbao-7", "ducha-tongbao-8",
    "gongzuo-xinxi-11", "gongzuo-xinxi-12", "gongzuo-xinxi-13",
)  # fmt: skip


def wrong(report: Report) -> set[str]:
    return {f.code for f in report.findings if f.verdict == "不合格"}


@pytest.fixture(scope="module")
def samples(fontset: fonts.FontSet) -> dict[str, rendering.Rendered]:
    """The issues of the sample workspace, rendered as ``jianbao build`` does."""
    plan = planning.plan(opening.open_workspace(Workspace(ROOT)), ())
    assert not has_errors(plan.faults)
    renderer = rendering.Renderer(ROOT / "templates", fontset)
    return {edition.issue.id.rpartition("/")[2]: made for edition, made in renderer.render_all(plan.editions)}


def own(name: str) -> profile.Profile:
    return profile.of(TITLES[name.rpartition("-")[0]])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_issue_passes_against_its_publication(samples: dict[str, rendering.Rendered], name: str) -> None:
    report = pdf.inspect(samples[name].files["pdf"], f"{name}.pdf", own(name))
    assert wrong(report) == set()
    assert report.passed
    assert {"paper", "page-number-form", "page-number-distance"} <= {f.code for f in report.findings}
    assert report.pages == samples[name].room.pages


def test_the_name_of_the_masthead_is_read(samples: dict[str, rendering.Rendered]) -> None:
    assert pdf.read(samples["ducha-tongbao-8"].files["pdf"], "x.pdf").name == "督查通报"


@pytest.mark.parametrize("degrees", [90, 180, 270])
def test_pages_that_are_shown_turned_are_read_upright(samples: dict[str, rendering.Rendered], degrees: int) -> None:
    name = "gongzuo-xinxi-12"
    with closing(pypdfium2.PdfDocument(samples[name].files["pdf"])) as document:
        for page in document:
            page.set_rotation(degrees)
        stream = io.BytesIO()
        document.save(stream)
    report = pdf.inspect(stream.getvalue(), "x.pdf", own(name))
    straight = pdf.inspect(samples[name].files["pdf"], "x.pdf", own(name))
    assert wrong(report) == {"page-turned"}
    own_way = {"page-turned", "paper"}
    told = [(f.code, f.value) for f in report.findings if f.code not in own_way]
    assert told == [(f.code, f.value) for f in straight.findings if f.code not in own_way]
    wide, high = (297, 210) if degrees != 180 else (210, 297)
    boxes = [box for f in report.findings for box in f.boxes]
    assert all(-1 < b.left < b.right < wide + 1 and -1 < b.top < b.bottom < high + 1 for b in boxes)


def test_what_libreoffice_makes_of_the_word_files_passes(
    samples: dict[str, rendering.Rendered], fontset: fonts.FontSet, soffice: str
) -> None:
    """Its faces, line heights and rounding are its own; the figures hold all the same."""
    faces = [FaceFile(f.file, f.index, f.weight, OFFICIAL[role]) for role, f in fontset.faces.items()]
    with Office(faces) as office:
        for name, made in samples.items():
            try:
                printed = office.pdf(made.files["docx"], name)
            except ProgramMissing:
                pytest.skip("uno is not installed")
            report = pdf.inspect(printed, f"{name}.pdf", own(name))
            assert wrong(report) == set(), (name, [f for f in report.findings if f.verdict == "不合格"])


def test_generated_issues_pass_too(fontset: fonts.FontSet, tmp_path: Path) -> None:
    """Among them some whose few lines of Chinese characters alone are all spread: 27 of them are no fault then."""
    generated.workspace(tmp_path, (1, 2, 8, 20))
    plan = planning.plan(opening.open_workspace(Workspace(tmp_path)), ())
    renderer = rendering.Renderer(tmp_path / "templates", fontset)
    for edition in plan.editions:
        _, made = renderer.typeset(edition)
        report = pdf.inspect(made.result(), edition.issue.id, profile.of(edition.title))
        assert wrong(report) == set(), edition.issue.id
    assert len(plan.editions) == 4
