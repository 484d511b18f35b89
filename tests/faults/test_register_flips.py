"""Bits that flip in the register: each that changes an answer is found, and the register is made again from the bags."""

from __future__ import annotations

import random
import sqlite3
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from builder import register
from builder.errors import JianbaoError
from builder.register import Address
from builder.register.looking import Found, find
from builder.register.seen import seen
from builder.words.query import parse
from builder.workflow import restoring, verifying
from tests.office import TEXT, SmallOffice

FLIPS, PARTS, REBUILT_EVERY = 1_000, 2, 50
# One, two, three and more characters, several words, alternatives, a phrase, what is not wanted, every field.
ASKED = tuple(
    parse(typed)
    for typed in (
        "水", "通水", "水毁工程", "抢修 通水", "通水|停水", "“惠及群众”", "抢修 -三期", "抢修 非:四期", "年:2026", "年:2025",
        "种类:督查", "单位:水利局", "刊物:工作信息", "标题:二期", "1.2万", "停水",
    )
)  # fmt: skip


def answers(where: Address) -> Any:
    """What can be asked of the register, each kind of question once; an error's text where it cannot be read."""
    found: list[Any] = []
    try:
        with register.open_register(where, create=False, read_only=True) as opened, opened.reading() as now:
            acts = now.acts()
            found += [now.head(), acts]
            found += [
                (now.act(act.seq), now.by_key(act.key), now.by_folder(act.folder), now.acts(issue=act.issue))
                for act in acts
            ]
            found += [now.acts(kinds=(act.kind,), publication=act.publication, year=act.year) for act in acts]
            found += [now.last(act.publication, act.data["sequence"]) for act in acts if act.kind == "publish"]
            found += [now.last_day(name) for name in ("ducha-kuaixun", "gongzuo-xinxi")]
            found += [find(now.connection, query) for query in ASKED]
            found.append(seen(now.connection, [TEXT, "另一件事，与此无关，从来没有登过。"], "2026/new"))
            assert where.file is not None
            found += rows(where.file)
    except (JianbaoError, sqlite3.Error, UnicodeDecodeError) as error:
        return f"{type(error).__name__}: {error}"
    return found


def rows(file: Path) -> list[Any]:
    """Every row of every table, as SQLite gives it; the index of search, whose form depends on its history, is asked by its answers."""
    connection = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    try:
        names = [n for (n,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        names = [name for name in names if not name.startswith("entry_index")]
        return [(name, sorted(map(repr, connection.execute(f'SELECT * FROM "{name}"')))) for name in names]
    finally:
        connection.close()


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_every_flipped_bit_that_changes_an_answer_is_found(
    small_office: SmallOffice, part: int, tell: Callable[[str], None]
) -> None:
    for n in range(1, 6):
        publication = ("ducha-kuaixun", "gongzuo-xinxi")[n % 2]
        small_office.published(
            f"2026/i{n}", publication=publication, title=f"全市抢修水毁工程{'一二三四五'[n - 1]}期", text=TEXT * n
        )
    place, file = small_office.place, small_office.place.register
    where = register.address(place, environment={})
    assert not file.with_name(f"{file.name}-wal").exists(), "all of it is in the one file"
    whole, right, good = file.read_bytes(), answers(where), rows(file)
    searched = [each for each in right if isinstance(each, Found)]
    assert len({each.count for each in searched}) >= 4, "the searches tell the entries apart"
    assert verifying.compared(where, place.archive) == []
    dice, count, missed = random.Random(5 + part), Counter[str](), list[str]()
    for n in range(FLIPS // PARTS):
        at, bit = dice.randrange(len(whole)), dice.randrange(8)
        damaged = bytearray(whole)
        damaged[at] ^= 1 << bit
        file.write_bytes(damaged)
        told = answers(where)
        if told == right:
            count["unused"] += 1
        else:
            kind = "reported" if isinstance(told, str) else "changed"
            count[kind] += 1
            if kind == "changed" and [each for each in told if isinstance(each, Found)] != searched:
                count["searches"] += 1
            if not verifying.compared(where, place.archive):
                missed.append(f"byte {at}, bit {bit}: {told if isinstance(told, str) else 'other rows'}")
        if n % REBUILT_EVERY == 0:
            restoring.restore(place, None)
            assert rows(file) == good
            assert answers(where) == right
            count["rebuilt"] += 1
        for beside in file.parent.glob("register*"):
            beside.unlink()
        file.write_bytes(whole)
    assert missed == []
    assert count["changed"] > 20 / PARTS
    tell(
        f"{FLIPS // PARTS} bits flipped in the register ({part + 1}/{PARTS}): {count['changed']} changed an answer ({count['searches']} "
        f"a search), {count['reported']} SQLite reported: all found; {count['unused']} in bytes that say nothing; "
        f"rebuilt {count['rebuilt']} times, all rows equal"
    )
