"""The work of a batch: a decade of back numbers, issues of three or four pages whose items stand in files of their own.

Text is that of ``tests.generated``: invented, drawn from a seed, about half of the sentences with figures. No issue is like another.
"""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

from tests import generated

ITEMS = 3  # of an issue
PUBLICATION = "gongzuo-xinxi"
CHARACTERS = 340  # of an item, about; three of them and a table in every other issue fill three or four pages
_FIRST_YEAR, _A_YEAR = 2016, 1000
_TABLE_ROWS = 6


def make(folder: Path, issues: int) -> Path:
    """A workspace with ``issues`` issues (ids ``2016/0001`` …, a thousand a year); gives its folder."""
    shutil.copytree(generated.ROOT / "templates", folder / "templates")
    content = folder / "content"
    for name in ("items", "issues", "findings"):
        (content / name).mkdir(parents=True)
    (content / "office.yaml").write_text(generated.OFFICE, encoding="utf-8")
    for n in range(issues):
        _write(content, n)
    return folder


def issue_id(n: int) -> str:
    """The id of the n-th issue, from 0."""
    return f"{_FIRST_YEAR + n // _A_YEAR}/{n % _A_YEAR + 1:04}"


def item_file(folder: Path, n: int, item: int) -> Path:
    """The file of an item (from 1) of the n-th issue."""
    return folder / "content/items" / f"{issue_id(n)}-{item}.md"


def _write(content: Path, n: int) -> None:
    writer, name = generated.Writer(n), issue_id(n)
    if n % _A_YEAR == 0:
        for kind in ("items", "issues"):
            (content / kind / name.partition("/")[0]).mkdir()
    entries = ""
    for item in range(1, ITEMS + 1):
        lines = writer.text(CHARACTERS)
        if item == 2 and n % 2:
            lines.insert(1, writer.table(_TABLE_ROWS))
        title, unit = writer.title(), writer.draw.choice(generated.UNITS)
        text = f"---\n标题: {title}\n供稿单位: {unit}\n---\n" + "\n".join(lines) + "\n"
        item_file(content.parent, n, item).write_text(text, encoding="utf-8")
        entries += f"  - 信息: '{name}-{item}'\n"
    day = date(_FIRST_YEAR + n // _A_YEAR, 1, 1) + timedelta(days=n % _A_YEAR * 365 // _A_YEAR)
    head = f"刊物: {PUBLICATION}\n日期: {day}\n期号: {n % _A_YEAR + 1}\n总期: {n + 1}\n"
    (content / "issues" / f"{name}.yaml").write_text(f"{head}条目:\n{entries}", encoding="utf-8")
