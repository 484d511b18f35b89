"""After 付印: 作废, 加印 and 更正重印. Nothing that was published is changed; each is an act of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from builder.compose import numbered
from builder.errors import InvalidContent
from builder.model import Office
from builder.records import Act, Kind
from builder.register import Reading, Turn
from builder.settings import Workspace
from builder.signoff.standing import allowed, standing
from builder.workflow.cases import Done, recorded
from builder.workflow.finding import published
from builder.workflow.numbers import LAST_COPY, as_rows
from builder.workflow.reasons import as_line, stated
from builder.workflow.recording import Desk, Draft


def void(desk: Desk, workspace: Workspace, office: Office, typed: str, post: str, reason: str) -> Done:
    """作废: the number stays taken, with its reason. An issue that is void already stays as it is.

    Raises:
        InvalidContent: not published, no reason, or the post may not.
    """

    def prepare(turn: Turn) -> Draft | Act:
        target = published(turn, workspace, typed)
        done = turn.by_key(f"void:{target.seq}")
        if done is not None:
            return done
        permitted(turn, target, "void", post, office)
        return Draft(
            kind="void",
            publication=target.publication,
            year=target.year,
            key=f"void:{target.seq}",
            by=post,
            issue=target.issue,
            target=target.seq,
            data={"reason": stated(reason), "label": target.data["label"]},
        )

    return recorded(desk, prepare)


@dataclass(frozen=True, slots=True)
class Further:
    """Copies that a recipient gets besides."""

    name: str
    copies: int


def more(
    desk: Desk,
    workspace: Workspace,
    office: Office,
    typed: str,
    post: str,
    wanted: Sequence[Further],
    reason: str,
    twice: bool = False,
) -> Done:
    """加印: more copies of the same pages, for these recipients; 份号 goes on after the last one given.

    The same on the same day is taken for the same, unless it is asked for ``twice``.

    Raises:
        InvalidContent: not published, void, nobody named, or the post may not.
    """
    if not wanted or any(w.copies < 1 or not w.name.strip() for w in wanted):
        raise InvalidContent("没有写明加印给谁、几份。", "每个收件方写 --to 名称=份数，份数至少 1。")

    def prepare(turn: Turn) -> Draft | Act:
        target = published(turn, workspace, typed)
        permitted(turn, target, "more", post, office)
        if (same := _same(turn, target, post, wanted, desk)) is not None and not twice:
            return same
        copies, at = sum(w.copies for w in wanted), last_copy(turn, target) + 1
        if at > 1 and at + copies - 1 > LAST_COPY:
            raise InvalidContent(f"份号会超过 {LAST_COPY}，没有登记。", "份号是六位数，减少份数。")
        rows = as_rows(numbered([(each.name, each.copies) for each in wanted], at if at > 1 else 0))
        return Draft(
            kind="more",
            publication=target.publication,
            year=target.year,
            key="",
            by=post,
            issue=target.issue,
            target=target.seq,
            data={"reason": as_line(reason), "copies": copies, "recipients": rows, "label": target.data["label"]},
        )

    return recorded(desk, prepare)


def _same(reading: Reading, target: Act, post: str, wanted: Sequence[Further], desk: Desk) -> Act | None:
    """A further printing of the same copies for the same recipients, by the same post on this day."""
    asked, today = [[w.name, w.copies] for w in wanted], desk.now().date().isoformat()
    for act in reading.acts(target=target.seq, kinds=("more",)):
        if (act.by, act.at[:10], [row[:2] for row in act.data["recipients"]]) == (post, today, asked):
            return act
    return None


def last_copy(reading: Reading, target: Act) -> int:
    """The last 份号 given to copies of an issue, its further printings among them; 0 where it bears none."""
    acts = [target, *reading.acts(target=target.seq, kinds=("more", "reprint"))]
    return max((row[3] for act in acts for row in act.data["recipients"]), default=0)


def permitted(reading: Reading, target: Act, kind: Kind, post: str, office: Office) -> None:
    """Raises InvalidContent where a post may not do this to a published issue."""
    if fault := allowed(standing(reading.acts(issue=target.issue)), kind, post, office):
        raise InvalidContent("没有办理。", "", (fault,))
