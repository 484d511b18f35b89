"""A small workspace whose files tests change, and runs over it without rendering."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from builder.batch import index, opening, reading, standing
from builder.batch.crew import Call, Done, Shared
from builder.batch.jobs import Outcome
from builder.batch.opening import SlimOpened
from builder.batch.overtaken import Printed
from builder.batch.rows import Last
from builder.content import load_entry
from builder.render.printing import ORDINARY, Printing
from builder.settings import Workspace
from builder.workflow.building import Built

ROOT = Path(__file__).resolve().parents[2]
OFFICE = """\
名称: 中共沅川市委办公室
编印单位: {gongzuo-xinxi: 中共沅川市委办公室, ducha-tongbao: 中共沅川市委督查室}
单位:
  - {全称: 沅川市水务局, 简称: 市水务局}
分发组:
  - {组: 领导, 名称: 市领导, 份数: 18}
分发名单:
  gongzuo-xinxi: {报: [领导], 存档: 2}
  ducha-tongbao: {报: [领导], 存档: 2}
"""
ITEM = "---\n标题: {title}\n供稿单位: 市水务局\n{more}---\n{body}\n"


class Direct:
    """A crew that performs at once; ``runs`` counts calls."""

    size = 1

    def __init__(self) -> None:
        self.runs = 0

    def share(self, value: Any) -> Shared:
        raise NotImplementedError

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        for call in calls:
            self.runs += 1
            yield Done(call.key, call.work(call.given), None, 0.0)

    def close(self) -> None:
        """Nothing to end."""


def made(
    folder: Path, items: Mapping[str, str], issues: Mapping[str, str], findings: Mapping[str, str] = {}
) -> Workspace:
    """A workspace with the repository's templates and these files by id."""
    shutil.copytree(ROOT / "templates", folder / "templates")
    (folder / ".fonts").symlink_to(ROOT / ".fonts")
    for kind, suffix, texts in (("items", "md", items), ("issues", "yaml", issues), ("findings", "yaml", findings)):
        (folder / "content" / kind).mkdir(parents=True)
        for name, text in texts.items():
            write(folder / f"content/{kind}/{name}.{suffix}", text)
    write(folder / "content/office.yaml", OFFICE)
    return Workspace(folder)


def write(path: Path, text: str) -> Path:
    """A text file, with its folders."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def small(folder: Path, count: int = 3) -> Workspace:
    """``count`` issues of two items of their own and one that all share."""
    items = {
        f"{n}/条{k}": ITEM.format(title=f"第{n}号第{k}条", more="", body="全市今年完成投资。")
        for n in range(count)
        for k in (1, 2)
    }
    items["共用"] = ITEM.format(title="共用的一条", more="", body="各地各部门要抓好落实。")
    issues = {
        f"2026/期{n}": f"刊物: gongzuo-xinxi\n日期: 2026-06-{n + 1:02}\n条目:\n  - 信息: {n}/条1\n  - 信息: {n}/条2\n  - 信息: 共用\n"
        for n in range(count)
    }
    return made(folder, items, issues)


@dataclass
class Run:
    """One run: what was read, what was due, what is current, and the workspace as it was opened."""

    read: list[str]
    due: tuple[str, ...]
    current: dict[str, Last]
    check: tuple[str, ...]
    notes: tuple[str, ...]


class Counted:
    """Counts the content files that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.files: list[str] = []

        def load(root: Path, kind: str, entry: Any) -> Any:
            self.files.append(entry.file)
            return load_entry(root, kind, entry)

        monkeypatch.setattr(reading, "load_entry", load)


def outcome(opened: SlimOpened, name: str, digests: Mapping[str, str] | None = None) -> Outcome:
    """What rendering an issue would give: files whose bytes tell its content."""
    case = opened.case(name)
    files = {form: f"{form} {name} {sorted(case.files.items())} {case.numbering}".encode() for form in ("docx", "pdf")}
    return Outcome(name, files, None, (), None, case.items, dict(case.files if digests is None else digests))


def drafts(place: Workspace, name: str, suffix: str = "") -> dict[str, Path]:
    """Where an issue's files are put here."""
    return {form: place.drafts / f"gongzuo-xinxi/{name}{suffix}.{form}" for form in ("docx", "pdf")}


def build(opened: SlimOpened, names: Sequence[str], printing: Printing = ORDINARY) -> dict[str, Printed]:
    """Write and record issues as a driver does."""
    printed = {}
    for name in names:
        given = outcome(opened, name)
        paths = drafts(opened.workspace, name, printing.suffix)
        for form, path in paths.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(given.files[form])
        unlike = standing.done(opened, name, printing, given, paths, opened.case(name).faults, said(name))
        printed[name] = Printed(given.used, unlike)
    return printed


def run(
    place: Workspace,
    counted: Counted,
    *,
    hashing: bool = False,
    force: bool = False,
    changed: bool = False,
    formats: Sequence[str] = ("docx", "pdf"),
    printing: Printing = ORDINARY,
) -> Run:
    """Open the workspace, build what is due, and tell."""
    counted.files.clear()
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal, hashing)
        found = standing.standing(opened, opened.ids, printing, formats, hashing=hashing, force=force, changed=changed)
        sound = [name for name in found.due if not opened.case(name).broken]
        build(opened, sound, printing)
        notes = tuple(fault.code for fault in journal.notes)
        return Run(list(counted.files), found.due, dict(found.current), found.check, notes)


def older(*paths: Path, seconds: int = 60) -> None:
    """Files that were written some time ago, so that their stamps are sure."""
    for path in paths:
        found = [p for p in path.rglob("*") if p.is_file()] if path.is_dir() else [path]
        for each in found:
            status = each.stat()
            os.utime(each, ns=(status.st_atime_ns, status.st_mtime_ns - seconds * 10**9))


def said(name: str) -> dict[str, Any]:
    """What is told of an issue that was built."""
    built = Built(name, "工作信息", "第1期", True, (), 4, 7, 0, 0, ())
    return dict(json.loads(json.dumps(built.as_dict(Path()))))
