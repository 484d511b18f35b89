"""What ``jianbao diff --apply`` prints and asks: the fate of each change, the diff of the files, and whether to write."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from builder.cli.output import say
from builder.errors import Exit
from builder.settings import Workspace

if TYPE_CHECKING:
    from builder.workflow.applying import Outcome, Proposal


def carry_back(place: Workspace, proposal: Proposal, yes: bool) -> Exit:
    """Show a proposal and write it, where ``yes`` or the terminal says so; see ``code`` for what is returned."""
    from builder.workflow import applying

    show(proposal)
    if not proposal.rewrites:
        say("没有能带回稿件的改动，什么也没有写。" if _kept(proposal) else "没有要带回的改动。")
        return code(proposal, True)
    if not (yes or _asked(len(proposal.rewrites))):
        say("什么也没有写。" if sys.stdin.isatty() else "没有写：不在终端上时要加 --yes 才写。", err=True)
        return code(proposal, False)
    applying.write(place, proposal)
    say(f"已写 {len(proposal.rewrites)} 个文件：{'、'.join(one.file for one in proposal.rewrites)}")
    return code(proposal, True)


def code(proposal: Proposal, written: bool) -> Exit:
    """The exit code.

    OK: all is written, or there was nothing to write. PARTIAL: some changes are not carried back. INVALID: nobody said
    that it be written.
    """
    if proposal.rewrites and not written:
        return Exit.INVALID
    return Exit.PARTIAL if _kept(proposal) else Exit.OK


def _kept(proposal: Proposal) -> list[Outcome]:
    """What is not carried back; comments never are, and are not counted."""
    return [outcome for outcome in proposal.outcomes if not outcome.applied and outcome.change.kind != "批注"]


def show(proposal: Proposal) -> None:
    """The diff of the files, what is not carried back and why, and which other issues change with it."""
    from builder.workflow import applying

    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in applying.shown(proposal):
        say(line, colour=None if line.startswith(("---", "+++")) else colours.get(line[:1]))
    already = sum(outcome.already for outcome in proposal.outcomes)
    done = sum(outcome.applied for outcome in proposal.outcomes) - already
    if done:
        say(f"能带回稿件的改动 {done} 处。")
    if already:
        say(f"稿件里已经照 Word 稿改好的 {already} 处，不用再带。")
    for line in _left(proposal):
        say(line)
    for name in proposal.others:
        say(f"注意：改到的文件还用于{name}，那一期也会跟着变。")
    if proposal.remark and proposal.rewrites:
        say(f"注意：{proposal.remark}")


def _left(proposal: Proposal) -> Iterator[str]:
    for outcome in _kept(proposal):
        yield f"不带回：{outcome.change.where}（{outcome.change.kind}）：{outcome.reason}"
        if outcome.hint:
            yield f"    怎么办：{outcome.hint}"


def _asked(files: int) -> bool:
    """The answer of whoever sits at the terminal; no where nobody does."""
    if not sys.stdin.isatty():
        return False
    say(f"照上面写进 {files} 个文件？输入 y 再按回车就写；直接按回车不写：")
    try:
        return sys.stdin.readline().strip().lower() in ("y", "yes", "是")
    except KeyboardInterrupt:
        return False


def as_dict(proposal: Proposal, written: bool) -> dict[str, Any]:
    """The JSON form of a proposal; the outcomes are in the order of the changes."""
    return {
        "written": written and bool(proposal.rewrites),
        "outcomes": [
            {
                "applied": one.applied,
                "places": list(one.places),
                "reason": one.reason,
                "hint": one.hint,
                "already": one.already,
            }
            for one in proposal.outcomes
        ],
        "files": [one.file for one in proposal.rewrites],
        "others": list(proposal.others),
        "remark": proposal.remark,
    }
