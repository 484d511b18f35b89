"""``jianbao search``, the same as ``jianbao archive search``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.chinese import Command, json_option
from builder.cli.output import say, say_marked, show_json
from builder.errors import Exit, UsageError
from builder.settings import workspace

if TYPE_CHECKING:
    from builder.words.query import Query
    from builder.workflow.searching import Result

# Words that begin with - are not wanted ones, no options.
_SETTINGS = {"ignore_unknown_options": True}


@click.command(
    cls=Command,
    name="search",
    context_settings=_SETTINGS,
    help="查找已刊的和草稿里的条目：几个词都要有；-词 不要；词|词 任一；“整句”；年:2026 单位:水利局 标题:防汛。",
)
@click.argument("words", nargs=-1, metavar="[词]...")
@click.option("--刊物", "publication", default="", metavar="刊物", help="只在这一刊物里找：刊名、代号或其一部分。")
@click.option("--年", "year", default="", metavar="年", help="只在这一年或几年里找，如 2026、2024-2026。")
@click.option("--单位", "unit", default="", metavar="单位", help="只找这一单位供稿的。")
@click.option("--种类", "kind", default="", metavar="种类", help="只找信息或督查。")
@click.option("--标题", "title", default="", metavar="标题", help="标题里有这些字的。")
@click.option("--已刊", "published", is_flag=True, help="只找已刊的。")
@click.option("--草稿", "drafts", is_flag=True, help="只找草稿。")
@click.option("--条数", "limit", type=click.IntRange(1, 1000), default=20, metavar="数", help="最多列几条，默认 20。")
@click.option("--从", "first", type=click.IntRange(1), default=1, metavar="数", help="从第几条列起，默认 1。")
@json_option
@click.pass_obj
def search(
    folder: Path,
    words: tuple[str, ...],
    publication: str,
    year: str,
    unit: str,
    kind: str,
    title: str,
    published: bool,
    drafts: bool,
    limit: int,
    first: int,
    as_json: bool,
) -> int:
    """Print what was found, or the JSON of it."""
    from builder.workflow import searching

    fields = {"刊物": publication, "年": year, "单位": unit, "种类": kind, "标题": title}
    both = published == drafts
    place, query = workspace(folder), _query(words, fields)
    found = searching.search(place, query, limit, first - 1, both or published, both or drafts)
    if as_json:
        told = {"count": found.published + found.drafts, "published": found.published, "drafts": found.drafts}
        show_json({**told, "hits": [one.as_dict() for one in found.shown]})
        return Exit.OK
    for one in found.shown:
        _show(one)
    count = found.published + found.drafts
    parts = [f"{n} 条{label}" for n, label in ((found.published, "已刊"), (found.drafts, "草稿")) if n]
    listed = f"，以上第 {first}—{first - 1 + len(found.shown)} 条" if 0 < len(found.shown) < count else ""
    say(f"共 {count} 条（{'、'.join(parts)}）{listed}。" if count else "没有找到。")
    if not found.register and (both or published):
        say("还没有登记簿，只查了草稿。" if both else "还没有登记簿，没有已刊的条目。", err=True)
    return Exit.OK


def _query(words: tuple[str, ...], fields: dict[str, str]) -> Query:
    from builder.words.query import Query, field_query, parse

    unknown = [word for word in words if word.startswith("--")]
    if unknown:
        raise UsageError(f"没有选项 {unknown[0]}。", "看 jianbao search --help；要找的词以 -- 开头时放在“ ”里。")
    asked = [field_query(name, value) for name, value in fields.items() if value.strip()]
    typed = " ".join(words)
    if typed.strip() or not asked:
        asked.append(parse(typed, bool(asked)))
    query = Query(())
    for one in asked:
        query = query.both(one)
    return query


def _show(one: Result) -> None:
    entry = one.entry
    where = [
        entry.label if entry.name else "未编入期",
        entry.day,
        f"第{entry.page}页" if entry.page else "",
        "、".join(entry.units),
    ]
    state = "" if one.state == "已刊" else f"[{one.state}] "
    say(state + "  ".join(part for part in where if part))
    if one.title:
        say_marked(one.title, "    ")
    say_marked(one.extract, "    ")
    say(f"    {one.at}")
