"""What ``jianbao diff --apply`` prints and asks: the fate of each change, the diff of the files, and whether to write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from builder.cli.output import say
from builder.errors import Exit
from builder.settings import Workspace

if TYPE_CHECKING:
    from builder.workflow.applying import Outcome, Proposal


def carry_back(place: Workspace, proposal: Proposal, yes: bool) -> int:
    """Show a proposal and write it, where ``yes`` or the terminal says so.

    Returns:
        OK: written, or nothing to write though all is well. PARTIAL: some changes are not carried back. INVALID: shown
        only; nobody was there to be asked, or the answer was no.
    """
    from builder.workflow import applying

    show(proposal)
    left = sum(not outcome.applied for outcome in proposal.outcomes if outcome.change.kind != "批注")
    if not proposal.rewrites:
        say("没有能带回稿件的改动，什么也没有写。" if left else "没有要带回的改动。")
        return Exit.PARTIAL if left else Exit.OK
    if not (yes or _asked(len(proposal.rewrites))):
        say("什么也没有写。" if sys.stdin.isatty() else "没有写：不在终端上时要加 --yes 才写。", err=True)
        return Exit.INVALID
    applying.write(place, proposal)
    say(f"已写 {len(proposal.rewrites)} 个文件：{'、'.join(one.file for one in proposal.rewrites)}")
    if proposal.remark:
        say(f"注意：{proposal.remark}")
    return Exit.PARTIAL if left else Exit.OK


def show(proposal: Proposal) -> None:
    """The diff of the files, what is not carried back and why, and which other issues change with it."""
    from builder.workflow import applying

    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in applying.shown(proposal):
        say(line, colour=None if line.startswith(("---", "+++")) else colours.get(line[:1]))
    done = sum(outcome.applied for outcome in proposal.outcomes)
    if done:
        say(f"能带回稿件的改动 {done} 处。")
    for line in _left(proposal):
        say(line)
    for name in proposal.others:
        say(f"注意：改到的文件还用于{name}，那一期也会跟着变。")
    if proposal.remark and proposal.rewrites:
        say(f"注意：{proposal.remark}")


def _left(proposal: Proposal) -> Iterator[str]:
    for outcome in proposal.outcomes:
        if not outcome.applied and outcome.change.kind != "批注":
            yield f"不带回：{outcome.change.where}（{outcome.change.kind}）：{outcome.reason}"
            if outcome.hint:
                yield f"    怎么办：{outcome.hint}"


def _asked(files: int) -> bool:
    """The answer of whoever sits at the terminal; no where nobody does."""
    if not sys.stdin.isatty():
        return False
    say(f"照上面写进 {files} 个文件？输入 y 写，其他键不写：")
    try:
        return click.getchar(echo=True).strip().lower() == "y"
    except (EOFError, KeyboardInterrupt):
        return False


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """The JSON form of an outcome."""
    return {
        "kind": outcome.change.kind,
        "where": outcome.change.where,
        "applied": outcome.applied,
        "places": list(outcome.places),
        "reason": outcome.reason,
        "hint": outcome.hint,
    }
