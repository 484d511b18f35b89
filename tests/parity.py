"""How far DOCX and PDF agree over the sample issues and the thirty generated ones.

``python -m tests.parity`` prints the figures; with ``--write`` they take the place of those in docs/layout.md.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from builder import fonts
from builder.comparison import Comparison, Difference
from builder.fonts import FontSet
from builder.settings import workspace
from builder.workflow import comparing, opening, planning
from tests import generated

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "docs/layout.md"
START, END = "<!-- parity: from here -->", "<!-- parity: to here -->"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue: its id, whether it is of the sample workspace, and what its comparison found."""

    id: str
    sample: bool
    found: Comparison


@dataclass(frozen=True, slots=True)
class Figures:
    """All issues compared."""

    issues: tuple[Issue, ...]

    def parted(self, sample: bool) -> list[Issue]:
        """Issues with more pages in one format."""
        return [issue for issue in self.issues if issue.sample == sample and not issue.found.same_pages]

    @property
    def median(self) -> float:
        """Of the shares of identical lines."""
        return median(issue.found.share for issue in self.issues)

    @property
    def differences(self) -> list[tuple[Issue, Difference]]:
        return [(issue, each) for issue in self.issues for each in issue.found.differences]

    @property
    def explained(self) -> float:
        """The share of paragraphs broken differently that a named rule explains."""
        told = [each.explained for _, each in self.differences]
        return sum(told) / len(told) if told else 1.0


def measure(folder: Path, fontset: FontSet) -> Figures:
    """Every sample and generated issue, set in both formats; ``folder`` is empty."""
    generated.workspace(folder / "generated")
    found = [*_issues(ROOT, True, fontset), *_issues(folder / "generated", False, fontset)]
    return Figures(tuple(found))


def _issues(root: Path, sample: bool, fontset: FontSet) -> Iterator[Issue]:
    place = workspace(root)
    opened = opening.open_workspace(place)
    plan = replace(planning.plan(opened, ()), fontset=fontset)
    assert plan.left_out == (), plan.faults
    for compared in comparing.compare(plan, place):
        yield Issue(compared.id, sample, compared.found)


def table(figures: Figures) -> Iterator[str]:
    """The figures as Markdown: one row an issue, then the sums, the rules, and what no rule explains."""
    yield "| Issue | Pages PDF | Pages DOCX | Lines | Identical | Share | Paragraphs that differ | Explained |"
    yield "|---|---|---|---|---|---|---|---|"
    for issue in figures.issues:
        found = issue.found
        told = sum(each.explained for each in found.differences)
        yield (
            f"| {issue.id} | {found.pdf_pages} | {found.docx_pages} | {found.lines} | {found.identical} "
            f"| {found.share:.1%} | {len(found.differences)} | {told} |"
        )
    yield ""
    yield from _sums(figures)


def _sums(figures: Figures) -> Iterator[str]:
    shares = [issue.found.share for issue in figures.issues]
    for name, sample in (("Sample issues", True), ("Generated issues", False)):
        count = sum(issue.sample == sample for issue in figures.issues)
        parted = figures.parted(sample)
        rest = f"; not {'、'.join(issue.id for issue in parted)}" if parted else ""
        yield f"- {name} with the same number of pages: {count - len(parted)} of {count}{rest}."
    yield f"- Identical lines: median {figures.median:.1%}, lowest {min(shares):.1%}."
    all_of_them = figures.differences
    told = [each for _, each in all_of_them if each.explained]
    yield f"- Differences explained: {len(told)} of {len(all_of_them)} ({figures.explained:.1%})."
    for rules, count in Counter(each.told for each in told).most_common():
        yield f"  - {rules}: {count}"
    for issue, each in all_of_them:
        if not each.explained:
            yield f"- Not explained: {issue.id}, {each.kind}“{each.paragraph}…”"
            yield from (f"  - `{row.pdf}` / `{row.docx}`" for row in each.rows[:1])


def written(text: str, rows: Iterable[str]) -> str:
    """The document with the rows between its marks."""
    before, _, rest = text.partition(START)
    _, _, after = rest.partition(END)
    return "\n".join((before + START, "", *rows, "", END + after))


def main(arguments: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="jianbao-") as folder:
        rows = list(table(measure(Path(folder), fonts.find(ROOT, system=False))))
    sys.stdout.write("\n".join(rows) + "\n")
    if "--write" in arguments:
        DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8"), rows), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
