"""PDFs measured: every sample issue passes, and each wrong document fails for its own reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder import fonts, publications, workflow
from builder.errors import has_errors
from builder.inspection import pdf, profile
from builder.inspection.findings import Report
from builder.settings import Workspace

ROOT = Path(__file__).resolve().parents[2]
TITLES, _ = publications.load(ROOT / "templates")
SAMPLES = (
    "ducha-kuaixun-5", "ducha-kuaixun-6", "ducha-tongbao-7", "ducha-tongbao-8",
    "gongzuo-xinxi-11", "gongzuo-xinxi-12", "gongzuo-xinxi-13",
)  # fmt: skip


def wrong(report: Report) -> set[str]:
    return {f.code for f in report.findings if f.verdict == "不合格"}


@pytest.fixture(scope="module")
def samples(fontset: fonts.FontSet) -> dict[str, workflow.Rendered]:
    """The issues of the sample workspace, rendered as ``jianbao build`` does."""
    plan = workflow.plan(workflow.open_workspace(Workspace(ROOT)), ())
    assert not has_errors(plan.faults)
    renderer = workflow.Renderer(ROOT / "templates", fontset)
    return {edition.issue.id.rpartition("/")[2]: made for edition, made in renderer.render_all(plan.editions)}


def own(name: str) -> profile.Profile:
    return profile.of(TITLES[name.rpartition("-")[0]])


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_issue_passes_against_its_publication(samples: dict[str, workflow.Rendered], name: str) -> None:
    report = pdf.inspect(samples[name].files["pdf"], f"{name}.pdf", own(name))
    assert wrong(report) == set()
    assert report.passed
    assert {"paper", "page-number-form", "page-number-distance"} <= {f.code for f in report.findings}
    assert report.pages == samples[name].room.pages


def test_the_name_of_the_masthead_is_read(samples: dict[str, workflow.Rendered]) -> None:
    assert pdf.read(samples["ducha-tongbao-8"].files["pdf"], "x.pdf").name == "督查通报"
