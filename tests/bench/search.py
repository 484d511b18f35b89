"""Search over entries made by program: ``python -m tests.bench.search [entries]``. Milliseconds a query, SQLite, warm.

Words are drawn as in prose, few of them often and most of them seldom (Zipf), so that the pairs of characters are as unequal as in
real bulletins; a query is answered with its count, the first twenty entries and their extracts.
"""

from __future__ import annotations

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice, product
from pathlib import Path

import click
from sqlalchemy import Connection, Engine, create_engine

from builder.records import IndexEntry
from builder.register import schema, search
from builder.register.looking import find
from builder.words.extracts import extract
from builder.words.query import parse

ENTRIES = 100_000
_ISSUE = 8  # entries
_OFTEN = """的 工作 市 全 和 县 落实 年 在 对 项目 发展 建设 推进 督查 整改 服务 单位 问题 组织 重点 企业 完成 情况 开展 管理 群众 安全
加强 部门 责任 乡镇 社区 农村 改革 机制 检查 进展 通报 防汛 营商环境 民生 办理 反馈 督办 信息 报送 基层 治理 产业 投资 就业
教育 医疗 生态 环境 保护 水利 交通 住房 养老 助残 抗旱 供水 用电 稳定 风险 排查 隐患 应急 演练 值班 宣传 培训 考核 评价
5G基站 2026年 90.4% 229件
"""
_ODD = "云松青岭溪桥梓枫岚汐澜埠峪陂潭坪坞湾渡圩垦堰墩寨庄店铺沟岔岗峰崖洞泉滩洲屿港浦汀沙泽淀泊塘池渠闸坝堤圳涌"
WORDS = [*_OFTEN.split(), *map("".join, product(_ODD, repeat=2))]
WEIGHTS = list(accumulate(1 / (n + 3) for n in range(len(WORDS))))
TWO = [
    "督查",
    "整改",
    "防汛",
    "通报",
    "民生",
    "抗旱",
    "圩闸",
    "岚汐",
    "汀沙",
    "坝堤",
    "办理",
    "基站",
    "水利",
    "隐患",
    "演练",
    "培训",
]
QUERIES = {
    "one character": ["澜", "圳", "旱", "督"],
    "two characters": TWO,
    "three and more": ["督查整", "营商环境", "5G基站", "澜埠峪陂", "营商环境督查"],
    "several, NOT, fields": [
        "督查 整改 防汛",
        "督查 -通报",
        "抗旱 年:2024-2025",
        "抗旱 单位:水利 种类:督查",
        "标题:圩闸",
    ],
}


def text(chance: random.Random, words: int) -> str:
    """A text of so many words, with marks between them."""
    drawn = chance.choices(WORDS, cum_weights=WEIGHTS, k=words)
    marks = chance.choices(["", "，", "。", "。\n", "、"], weights=[70, 18, 6, 2, 4], k=words)
    return "".join(map("".join, zip(drawn, marks, strict=True)))


def made(count: int, seed: int = 5) -> Iterator[IndexEntry]:
    """Entries of 400 characters in the middle, eight an issue."""
    chance = random.Random(seed)
    for n in range(count):
        issue, no = divmod(n, _ISSUE)
        kind = ("信息", "督查")[issue % 5 == 4]
        year = 2016 + issue * 10 * _ISSUE // max(count, 1)
        yield IndexEntry(
            publication=("gongzuo-xinxi", "ducha-tongbao")[kind == "督查"],
            name=("工作信息", "督查通报")[kind == "督查"],
            year=year,
            day=f"{year}-06-08",
            kind=kind,
            number=f"第{issue + 1}期",
            issue=f"{year}/{issue + 1}",
            no=no + 1,
            title=text(chance, 6).replace("\n", ""),
            units=(chance.choice(["市水利局", "市应急局", "市人社局", "市教育局"]),),
            page=1 + no // 2,
            text=text(chance, chance.randint(60, 340)),
        )


def fill(connection: Connection, entries: Iterator[IndexEntry]) -> None:
    """Search tables with the entries, issue by issue."""
    act = 0
    while issue := list(islice(entries, _ISSUE)):
        search.index(connection, act := act + 1, issue)


def answer(engine: Engine, typed: str) -> tuple[float, int]:
    """Seconds that the answer takes as a reader is given it, and how many entries it counts."""
    start = time.perf_counter()
    query = parse(typed)
    with engine.connect() as connection:
        found = find(connection, query)
    for hit in found.hits:
        extract(hit.entry.text, query.words)
    return time.perf_counter() - start, found.count


def measured(engine: Engine, queries: Sequence[str], rounds: int = 5) -> dict[str, tuple[float, int]]:
    """The median of each query's seconds, and its count."""
    found = {}
    for typed in queries:
        answers = [answer(engine, typed) for _ in range(rounds)]
        found[typed] = (statistics.median(seconds for seconds, _ in answers), answers[0][1])
    return found


def main() -> None:
    """Make the register, ask, print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("entries", type=int, nargs="?", default=ENTRIES)
    count = parser.parse_args().entries
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as folder:
        file = Path(folder) / "register.sqlite"
        engine = create_engine(f"sqlite:///{file}")
        start = time.perf_counter()
        with engine.begin() as connection:
            schema.migrate(connection)
            fill(connection, made(count))
        taken = time.perf_counter() - start
        click.echo(f"{count:,} entries in {taken:.0f} s, register {file.stat().st_size / 1e6:,.0f} MB\n")
        click.echo("| Query | found | ms |\n|---|---:|---:|")
        for name, queries in QUERIES.items():
            told = measured(engine, queries)
            for typed, (seconds, found) in told.items():
                click.echo(f"| {typed} | {found:,} | {seconds * 1e3:.1f} |")
            middle = statistics.median(seconds for seconds, _ in told.values())
            click.echo(f"| **{name}, median** | | **{middle * 1e3:.1f}** |")


if __name__ == "__main__":
    main()
