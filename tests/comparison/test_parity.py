"""DOCX and PDF tell the same story: the figures over the sample issues and thirty generated ones (docs/layout.md)."""

from __future__ import annotations

import pytest

from builder import fonts
from tests import parity


@pytest.fixture(scope="module")
def figures(uno: str, fontset: fonts.FontSet, tmp_path_factory: pytest.TempPathFactory) -> parity.Figures:
    made = parity.measure(tmp_path_factory.mktemp("parity"), fontset)
    print("\n".join(parity.table(made)))  # noqa: T201 - what the run is for
    return made


@pytest.mark.long
def test_every_sample_issue_has_as_many_pages_in_both_formats(figures: parity.Figures) -> None:
    assert sum(issue.sample for issue in figures.issues) == 7
    assert [issue.id for issue in figures.parted(sample=True)] == []


@pytest.mark.long
def test_of_thirty_generated_issues_one_at_most_has_other_pages(figures: parity.Figures) -> None:
    assert sum(not issue.sample for issue in figures.issues) == 30
    assert len(figures.parted(sample=False)) <= 1


@pytest.mark.long
def test_nine_lines_of_ten_are_the_same_in_the_median(figures: parity.Figures) -> None:
    assert min(issue.found.lines for issue in figures.issues) > 5
    assert figures.median >= 0.9


@pytest.mark.long
def test_named_rules_explain_the_differences(figures: parity.Figures) -> None:
    assert figures.explained >= 0.95


@pytest.mark.long
def test_both_formats_are_printed_in_the_same_faces(figures: parity.Figures) -> None:
    assert {issue.found.other_fonts for issue in figures.issues} == {()}
