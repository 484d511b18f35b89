"""Items that were published before, named with issue and page where an issue uses them again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from builder.compose.usage import entries
from builder.content import resolve
from builder.errors import Fault, JianbaoError, Place
from builder.model import Block, Issue, Library, Paragraph, Source
from builder.workflow.opening import Opened
from builder.workflow.registered import consulted

if TYPE_CHECKING:
    from builder.register.seen import Seen


def published_before(opened: Opened, names: Sequence[str]) -> dict[str, list[Fault]]:
    """By issue a warning for each item or text that another published issue has, whole or mostly; issues without any are left out.

    Issues that are published themselves are left alone, and so are listings of findings: they repeat by design. A register
    that cannot be read is told of where drafts are numbered (``registered``), not here.
    """
    issues = [opened.library.issues[name] for name in names if name in opened.library.issues]
    try:
        with consulted(opened.workspace, opened.library.office.value) as now:
            if now is None:
                return {}
            from builder.register.looking import published_issues
            from builder.register.seen import seen

            done = published_issues(now.connection)
            faults: dict[str, list[Fault]] = {}
            for issue in issues:
                used = [] if issue.id in done else list(_texts(opened.library, issue))
                found = seen(now.connection, [text for _, text in used], issue.id) if used else []
                faults[issue.id] = [_told(one, at, issue) for (at, _), one in zip(used, found, strict=True) if one]
            return {name: told for name, told in faults.items() if told}
    except JianbaoError:
        return {}


def _texts(library: Library, issue: Source[Issue]) -> Iterator[tuple[Place, str]]:
    """Where an issue names an item or has a text of its own, and its paragraphs."""
    for path, entry in entries(issue.value):
        if entry.text:
            yield issue.place(*path, "正文"), _paragraphs(issue.texts[(*path, "正文")])
        elif entry.item:
            at = issue.place(*path, "信息")
            known = resolve("item", entry.item, frozenset(library.items), at)
            if isinstance(known, str):
                yield at, _paragraphs(library.items[known].blocks)


def _paragraphs(blocks: Sequence[Block]) -> str:
    return "\n".join(block.text for block in blocks if isinstance(block, Paragraph))


def _told(one: Seen, at: Place, issue: Source[Issue]) -> Fault:
    entry = one.entry
    year = "" if entry.year == issue.value.day.year or str(entry.year) in entry.number else f"{entry.year}年"
    what = f"《{entry.title}》" if entry.title else "一条"
    state = "（该期已作废）" if one.voided else ""
    share = f"基本相同（约{int(one.share * 100)}%）" if one.share < 1 else "相同"
    page = f"第{entry.page}页" if entry.page else ""
    message = f"这条与《{entry.name}》{year}{entry.number}{page}已刊的{what}{state}{share}。"
    return Fault("published-before", "warning", at, message, "确要再刊的不必处理；否则换下这条，或写新进展。")
