"""Who gets an issue: the standing list of its publication, its own changes, and the dates between which a group is valid."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from builder.compose.edition import Edition
from builder.model import Distribution, Issue, Office, RecipientGroup

PARTS = (("报", "report"), ("送", "send"), ("发", "issue"))
EXTRA, FILE, SPARE = "增发", "存档", "备用"


@dataclass(frozen=True, slots=True)
class Recipient:
    """``name`` is a group's in ``office.yaml``, that of a recipient of this issue alone, or 存档 or 备用; ``part`` its part of the list."""

    part: str
    name: str
    copies: int


@dataclass(frozen=True, slots=True)
class CopyRange:
    """The copies that a recipient gets; ``first`` and ``last`` are their 份号, 0 where the issue bears none."""

    name: str
    copies: int
    first: int
    last: int


def valid(group: RecipientGroup, day: date) -> bool:
    """Whether a group receives issues of that day."""
    return (group.since is None or group.since <= day) and (group.until is None or day <= group.until)


def chosen(issue: Issue, office: Office) -> Iterator[tuple[str, RecipientGroup]]:
    """(part, group) of every known group that the issue goes to, in the order of the list; by the issue's own date."""
    standing = office.distributions.get(issue.publication, Distribution())
    groups = {group.name: group for group in office.groups}
    for part, attribute in PARTS:
        for name in (*getattr(standing, attribute), *getattr(issue.distribution.add, attribute)):
            group = groups.get(name)
            if group is not None and name not in issue.distribution.remove and valid(group, issue.day):
                yield part, group


def recipients(issue: Issue, office: Office) -> tuple[Recipient, ...]:
    """Everyone who gets copies, in the order of the list: 报, 送, 发, 增发, 存档, 备用; none with no copies."""
    standing = office.distributions.get(issue.publication, Distribution())
    listed = [Recipient(part, group.name, group.copies) for part, group in chosen(issue, office)]
    listed += [Recipient(EXTRA, extra.name, extra.copies) for extra in issue.extras]
    listed += [Recipient(FILE, FILE, standing.file), Recipient(SPARE, SPARE, standing.spare)]
    return tuple(each for each in listed if each.copies)


def copy_ranges(edition: Edition, first: int | None = None) -> tuple[CopyRange, ...]:
    """The copies of every recipient of an edition, numbered in the order of the list where the issue bears 份号.

    Args:
        edition: what is printed.
        first: the 份号 of the first copy; None for the one that the issue's file gives. A further printing (加印) goes on after
            the last one given.
    """
    listed = [(each.name, each.copies) for each in recipients(edition.issue.value, edition.office)]
    return numbered(listed, _start(edition, first))


def numbered(listed: Iterable[tuple[str, int]], start: int) -> tuple[CopyRange, ...]:
    """(name, copies) numbered one after the other from ``start`` on; without numbers where ``start`` is 0."""
    ranges, at = [], start
    for name, copies in listed:
        ranges.append(CopyRange(name, copies, at, at + copies - 1 if start else 0))
        at += copies if start else 0
    return tuple(ranges)


def _start(edition: Edition, first: int | None) -> int:
    given = edition.issue.value.copy_number
    return (max(1, int(given)) if first is None else first) if given else 0
