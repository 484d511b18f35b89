"""Which signed issues are to be published, and what waits for its sign-off beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase

from builder.errors import UsageError
from builder.model import Issue, Source
from builder.register import Reading
from builder.register.looking import published_issues
from builder.signoff import standing
from builder.workflow.opening import Opened, choose
from builder.workflow.publishing import Candidate

_READY = ("签发", "清样")  # states in which an issue may be published


@dataclass(frozen=True, slots=True)
class Selection:
    """Which issues: those named, or every signed one of these publications (ids), dated in ``year`` where one is given."""

    names: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An issue that is not signed yet, how far it has come, and whether its date is before that of one that is to be published."""

    issue: str
    state: str
    overtaken: bool = False


def publications(opened: Opened, typed: Sequence[str]) -> tuple[str, ...]:
    """Ids of the publications that were typed: ids, names, or patterns of ids (``kuaibao-*``).

    Raises:
        UsageError: one that stands for none, with those that there are.
    """
    found: dict[str, None] = {}
    for each in typed:
        wanted = each.strip().strip("《》")
        names = [n for n, t in opened.titles.items() if wanted == t.data.name or fnmatchcase(n, wanted)]
        if not names:
            raise UsageError(
                f"没有刊物“{each}”。", f"写刊物代号或刊名，可用 * 代表若干字；有：{'、'.join(sorted(opened.titles))}。"
            )
        found |= dict.fromkeys(sorted(names))
    return tuple(found)


def chosen(now: Reading, opened: Opened, selection: Selection) -> tuple[tuple[str, ...], tuple[Waiting, ...]]:
    """Ids of the issues that are to be published, and what waits for its sign-off beside them."""
    if selection.names:
        return choose(opened, selection.names), ()
    done, known = published_issues(now.connection), opened.library.issues
    wanted = set(selection.publications)
    signed = {a.issue for p in selection.publications for a in now.acts(kinds=("sign",), publication=p)}
    here = {name for name, source in known.items() if source.value.publication in wanted}
    ready, waiting = [], []
    for name in sorted((signed | here) - done):
        if not _of_year(known.get(name), selection.year):
            continue
        far = standing(now.acts(issue=name))
        if far.state in _READY:
            ready.append(name)
        else:
            waiting.append(Waiting(name, far.state))
    return tuple(ready), tuple(waiting)


def _of_year(source: Source[Issue] | None, year: int | None) -> bool:
    """Whether an issue is dated in a year; one that cannot be read is told of in any case."""
    return year is None or source is None or source.value.day.year == year


def overtaken(waiting: Sequence[Waiting], opened: Opened, sound: Sequence[Candidate]) -> tuple[Waiting, ...]:
    """With a mark on those dated before the last issue of their publication that is to be published."""
    last: dict[str, date] = {}
    for each in sound:
        issue = each.edition.issue.value
        last[issue.publication] = max(issue.day, last.get(issue.publication, issue.day))

    def late(name: str) -> bool:
        source = opened.library.issues.get(name)
        return source is not None and source.value.day < last.get(source.value.publication, date.min)

    return tuple(replace(each, overtaken=late(each.issue)) for each in waiting)
