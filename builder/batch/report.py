"""What became of a batch: an entry for each issue, their sums, and both as JSON. The page for people is ``page``."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from builder.batch.crew import Done, Failure
from builder.errors import Fault, JianbaoError, has_errors

VERSION = 1
State = Literal["built", "unchanged", "left_out", "failed", "unwritten", "pending"]
STATES: Mapping[State, str] = {
    "built": "已生成",
    "unchanged": "没有变化",
    "left_out": "稿件有错误",
    "failed": "没有排成",
    "unwritten": "没有写出",
    "pending": "还没有做",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What became of one issue.

    ``workspace`` is the folder as it was named. ``reason`` is the kind of what went wrong: "content", "template", "file",
    or that of a ``crew.Failure``; "" where nothing did. ``seconds`` is the time that its worker took, ``at`` when it was
    done, in seconds from the start of rendering. ``files`` are SHA-256 by path below the workspace; ``told`` is
    ``Built.as_dict``, empty where nothing is known of its pages.
    """

    workspace: str
    issue: str
    state: State
    reason: str = ""
    message: str = ""
    hint: str = ""
    faults: tuple[Fault, ...] = ()
    seconds: float = 0.0
    at: float = 0.0
    tries: int = 1
    files: Mapping[str, str] = field(default_factory=dict)
    told: Mapping[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """``《工作信息》第14期（拟）``, or the id where the issue was not set."""
        if not self.told:
            return self.issue
        return f"《{self.told['name']}》{self.told['number']}{'（拟）' if self.told['proposed'] else ''}"

    @property
    def good(self) -> bool:
        """Whether its files are in place as its content wants them, the page budget included."""
        return self.state in ("built", "unchanged") and not has_errors(self.faults)

    def as_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "workspace": self.workspace,
            "id": self.issue,
            "label": self.label,
            "state": self.state,
            "reason": self.reason,
            "message": self.message,
            "hint": self.hint,
            "faults": [fault.as_dict() for fault in self.faults],
            "pages": self.told.get("pages", 0),
            "seconds": round(self.seconds, 3),
            "at": round(self.at, 3),
            "tries": self.tries,
            "files": dict(self.files),
        }


def left_out(workspace: str, issue: str, faults: Sequence[Fault]) -> Entry:
    """The entry of an issue whose content has errors; its reason is the first of them."""
    first = next((fault for fault in faults if fault.severity == "error"), None)
    message = f"{first.place}：{first.message}" if first else "稿件有错误。"
    return Entry(workspace, issue, "left_out", "content", message, first.hint if first else "", tuple(faults))


def failed(known: Entry, done: Done, at: float) -> Entry:
    """The entry of an issue, of which so much was known, whose call gave nothing."""
    why = done.failure or Failure("lost", "没有结果。", "再运行一次。")
    told = (why.reason, why.message, why.hint, known.faults, done.seconds, at, done.tries)
    return Entry(known.workspace, known.issue, "failed", *told)


@dataclass(frozen=True, slots=True)
class Report:
    """A batch that is over, or was stopped (``stopped``: message and hint). Entries by workspace and id.

    ``faults`` are those of a run as a whole, by workspace; ``seconds`` from its start to its end, ``rendering`` those of
    them in which issues were rendered; ``jobs`` how many at once.
    """

    entries: tuple[Entry, ...]
    faults: tuple[tuple[str, Fault], ...]
    stopped: tuple[str, str] | None
    seconds: float
    rendering: float
    jobs: int

    @property
    def counts(self) -> dict[State, int]:
        """How many issues there are of each state."""
        found = Counter(entry.state for entry in self.entries)
        return {state: found[state] for state in STATES}

    @property
    def rate(self) -> float:
        """Issues rendered in a second, good or not; 0 where none was."""
        done = sum(entry.at > 0 for entry in self.entries)
        return done / self.rendering if done and self.rendering else 0.0

    def as_dict(self) -> dict[str, Any]:
        """The JSON form; docs/batch.md says what each key means."""
        return {
            "version": VERSION,
            "counts": self.counts,
            "issues": len(self.entries),
            "pages": sum(entry.told.get("pages", 0) for entry in self.entries if entry.state == "built"),
            "stopped": {"message": self.stopped[0], "hint": self.stopped[1]} if self.stopped else None,
            "seconds": round(self.seconds, 3),
            "rendering": round(self.rendering, 3),
            "rate": round(self.rate, 2),
            "jobs": self.jobs,
            "faults": [{"workspace": place, **fault.as_dict()} for place, fault in self.faults],
            "entries": [entry.as_dict() for entry in self.entries],
        }

    def as_json(self) -> bytes:
        """The JSON form as a file."""
        return (json.dumps(self.as_dict(), ensure_ascii=False, indent=1) + "\n").encode("utf-8", "surrogatepass")


class Ledger:
    """Takes up what becomes of each issue, so that it is known also where a run ends early."""

    def __init__(self) -> None:
        self._entries: dict[tuple[str, str], Entry] = {}
        self._faults: dict[tuple[str, Fault], None] = {}
        self.stopped: JianbaoError | None = None
        self.rendering = 0.0
        self.jobs = 1

    def expect(self, workspace: str, issues: Sequence[str]) -> None:
        """Issues of which nothing is known yet."""
        for issue in issues:
            self._entries.setdefault((workspace, issue), Entry(workspace, issue, "pending"))

    def enter(self, entry: Entry) -> None:
        """What became of an issue."""
        self._entries[entry.workspace, entry.issue] = entry

    def tell(self, workspace: str, faults: Sequence[Fault]) -> None:
        """Faults of the run, each once."""
        self._faults.update(dict.fromkeys((workspace, fault) for fault in faults))

    def of(self, *states: State) -> list[Entry]:
        """Entries of these states, by workspace and id."""
        return _sorted(entry for entry in self._entries.values() if entry.state in states)

    def entry(self, workspace: str, issue: str) -> Entry:
        """What is known of an issue that was expected."""
        return self._entries[workspace, issue]

    @property
    def faults(self) -> tuple[tuple[str, Fault], ...]:
        """Faults of the run with their workspaces, in the order told."""
        return tuple(self._faults)

    def report(self, seconds: float) -> Report:
        """Everything taken up so far."""
        entries = tuple(_sorted(self._entries.values()))
        stopped = (self.stopped.message, self.stopped.hint) if self.stopped else None
        return Report(entries, self.faults, stopped, seconds, self.rendering, self.jobs)


def _sorted(entries: Iterable[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda entry: (entry.workspace, *_natural(entry.issue)))


def _natural(name: str) -> tuple[list[tuple[int, str]], str]:
    """第2期 before 第10期."""
    parts = re.split(r"(\d+)", name)
    return [(int(part), "") if n % 2 else (-1, part) for n, part in enumerate(parts)], name


def lasting(seconds: float) -> str:
    """``3分20秒``: a time as people say it, a second at least."""
    whole = max(1, round(seconds))
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    if hours:
        return f"{hours}小时{minutes}分"
    return f"{minutes}分{rest}秒" if minutes else f"{rest}秒"
