"""An archive made by program: a few issues really published, then as many like them as are wanted.

Each made issue is one of the real ones with another place in the chain: submitted, reviewed, signed and published, with all
files of its four bags. ``Turn.append`` enters it; its bags are written with the tag files of ``archive.bag``, without the syncs of
``Store``. Number, running total and day go on from issue to issue; the pages keep those that they were printed with.
"""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from builder import register
from builder.archive import bag
from builder.archive.store import Store
from builder.files import sha256
from builder.model import Act
from builder.records import IndexEntry
from builder.settings import Workspace
from builder.workflow import signing
from builder.workflow.cases import Case
from builder.workflow.restoring import entries as entries_of
from tests.bench.search import text
from tests.office import CHIEF, EDITOR, SIGNER, SmallOffice

ENTRIES = 5  # of an issue
PUBLICATION = "gongzuo-xinxi"
_A_YEAR, _FIRST_YEAR = 1000, 2001
_AT_ONCE = 2000  # acts of a transaction

Bag = tuple[Act, Mapping[str, bytes]]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A really published issue: the acts that led to it, in order, each with its files; and what search finds of it."""

    bags: tuple[Bag, ...]
    entries: Sequence[IndexEntry]


def write_issue(office: SmallOffice, name: str, seed: int, words: int, count: int = ENTRIES) -> str:
    """An issue of ``count`` entries of so many words each, of which each seed gives others; its id."""
    chance = random.Random(seed)
    written = [f"刊物: {PUBLICATION}\n日期: 2026-06-08\n条目:\n"]
    for _ in range(count):
        lines = [line.lstrip("，。、") for line in text(chance, words).splitlines()]
        body = "".join(f"      {line}。\n" for line in lines if len(line) > 1)
        title = text(chance, 6).translate(str.maketrans("", "", "，。、\n"))
        written.append(f"  - 标题: 关于{title}的情况\n    供稿: 市水利局\n    正文: |\n{body}")
    office.write(f"content/issues/{name}.yaml", "".join(written))
    return name


def sign_off(office: SmallOffice, names: Sequence[str]) -> None:
    """Issues submitted, reviewed and signed."""
    opened = office.opened()
    with office.desk() as desk:
        for name in names:
            signing.submit(desk, Case(opened, name, EDITOR), office.fontset, office.engines)
            signing.review(desk, Case(opened, name, CHIEF))
            signing.sign(desk, Case(opened, name, SIGNER))


def patterns(office: SmallOffice, count: int, words: int = 80) -> list[Pattern]:
    """``count`` issues written, signed and published for real, and all that is left of them."""
    names = [write_issue(office, f"pattern/{n:03}", n, words) for n in range(count)]
    sign_off(office, names)
    for name in names:
        office.publish(name, CHIEF)
    store, acts = Store(office.place.archive), office.acts()
    return [_pattern(store, [act for act in acts if act.issue == name]) for name in names]


def fill(workspace: Workspace, made_of: Sequence[Pattern], issues: int) -> None:
    """Put ``issues`` issues into an archive and a register that are empty, each by a process of its own."""
    where = register.address(workspace, environment={})
    register.open_register(where).close()
    workspace.archive.mkdir(parents=True)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        done = [pool.submit(work, workspace, made_of, issues) for work in (put_away, enter)]
        for each in done:
            each.result()


def put_away(workspace: Workspace, made_of: Sequence[Pattern], issues: int) -> None:
    """The bags. What an issue shares with its pattern is one file with many names."""
    root, shared = workspace.archive, workspace.root / "shared"
    shared.mkdir()
    last = None
    for act, files, _ in _chain(made_of, issues):
        base = root / act.folder
        own = {bag.RECORD: act.record, **bag.tag_files(act)}
        for folder in sorted({(base / name).parent for name in (*own, *(f"data/{name}" for name in files))}):
            folder.mkdir(parents=True, exist_ok=True)
        for name, data in own.items():
            _write(base / name, data)
        for name, data in files.items():
            kept = shared / act.files[name]
            if name == "signoff.json":
                _write(base / "data" / name, data)
                continue
            if not kept.exists():
                _write(kept, data)
            os.link(kept, base / "data" / name)
        last = act
    assert last is not None
    store = Store(root)
    store.announce(last)
    store.write_witness(last.seq, last.hash)


def enter(workspace: Workspace, made_of: Sequence[Pattern], issues: int) -> None:
    """The rows, many issues in one transaction."""
    coming = _chain(made_of, issues)
    with register.open_register(register.address(workspace, environment={})) as opened:
        while some := list(islice(coming, _AT_ONCE)):
            with opened.turn() as turn:
                for act, _, entries in some:
                    turn.append(act, entries)


def _chain(made_of: Sequence[Pattern], issues: int) -> Iterator[tuple[Act, Mapping[str, bytes], list[IndexEntry]]]:
    """Every act of the archive in order, with its files and what search finds of it."""
    sealed = _Chain()
    for n, changed in _numbered(issues):
        pattern = made_of[n % len(made_of)]
        for act, files in sealed.of(pattern, f"made/{n:05}", changed):
            yield act, files, _moved(pattern, act) if act.kind == "publish" else []


def _write(path: Path, data: bytes) -> None:
    with open(path, "xb", buffering=0) as file:  # noqa: PTH123  a million of them
        file.write(data)


class _Chain:
    """Acts put one behind the other."""

    def __init__(self) -> None:
        self.seq, self.hash = 0, ""

    def of(self, pattern: Pattern, name: str, changed: Mapping[str, Any]) -> Iterator[Bag]:
        """The acts of an issue like ``pattern``: its id is ``name``, its number and day are ``changed``."""
        before: list[Act] = []
        for act, kept in pattern.bags:
            files = {path.replace(act.issue, name): data for path, data in kept.items()}
            hashes = {path.replace(act.issue, name): digest for path, digest in act.files.items()}
            if act.kind == "publish":
                log = [json.loads(each.record) for each in before]
                files["signoff.json"] = (json.dumps(log, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
                hashes["signoff.json"] = sha256(files["signoff.json"])
            yield self._sealed(act, name, changed, hashes), files
            before.append(self.last)

    def _sealed(self, act: Act, name: str, changed: Mapping[str, Any], hashes: Mapping[str, str]) -> Act:
        seq, year = self.seq + 1, changed["year"]
        published = act.kind == "publish"
        self.last = replace(
            act,
            seq=seq,
            prev=self.hash,
            year=year,
            issue=name,
            key=act.key.replace(act.issue, name),
            folder=f"{act.publication}/{year}/"
            + (str(changed["number"]) if published else f"acts/{seq:06d}-{act.kind}"),
            data={**act.data, **{key: value for key, value in changed.items() if key in act.data and published}},
            files=dict(sorted(hashes.items())),
        )
        self.seq, self.hash = seq, self.last.hash
        return self.last


def _pattern(store: Store, acts: Sequence[Act]) -> Pattern:
    bags = tuple((act, {name: store.read(act, name) for name in act.files}) for act in acts)
    return Pattern(bags, entries_of(store, acts[-1]))


def _moved(pattern: Pattern, act: Act) -> list[IndexEntry]:
    return [
        replace(entry, year=act.year, issue=act.issue, day=act.data["day"], number=act.data["label"])
        for entry in pattern.entries
    ]


def _numbered(issues: int) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number, running total and day of every issue: so many a year, from 1 each year."""
    for n in range(issues):
        year, number = _FIRST_YEAR + n // _A_YEAR, n % _A_YEAR + 1
        day = date(year, 1, 1) + timedelta(days=(number - 1) * 365 // _A_YEAR)
        yield (
            n,
            {
                "year": year,
                "sequence": f"{year}/正刊",
                "number": number,
                "total": n + 1,
                "day": day.isoformat(),
                "label": f"第{number}期（总第{n + 1}期）",
            },
        )
