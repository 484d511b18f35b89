"""Cost grows with the size of a text, not with its square: eight times the text, at most some twenty times the work."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from builder import content
from tests.growth import assert_linear
from tests.property import fuzz

SMALL = 6_000  # characters

LINES = {
    "plain": "全市18个单位，报送信息300条。\n",
    "one line": "全市18个单位，",
    "spaces": "全 市 18 个 单 位 ",
    "blanks": " ",
    "wide blanks": "\u3000",
    "stars": "**",
    "bold": "**甲**",
    "bars": "|",
    "rows": "|甲|乙|\n",
    "tables": "|甲|乙|\n|---|---|\n|1|2|\n",
    "delimiters": "|---|---|\n",
    "table titles": "表题：甲\n",
    "notes": "注：甲\n",
    "tabs": "甲\t乙\n",
    "one row of tabs": "甲\t",
    "quoted tabs": '"甲\t"',
    "audiences": "｛可见范围：报｝",
    "open audiences": "｛可见范围",
    "pictures": "![甲](",
    "levels": "（一）",
    "run-in heads": "一、甲。乙\n",
    "hashes": "# ",
    "bullets": "● 甲\n",
    "items": "- 甲\n  乙\n",
    "wingdings": "\uf06c 甲\n",
    "private": "\ue000",
    "breaks": "甲\u000b",
    "separators": "甲\u2028",
    "invisible": "甲\u200b",
    "radicals": "⽔",
    "marks": "e\u0301",
    "many marks": "\u0301\u0316",
    "returns": "甲\r",
    "hyphens": "1-6月--",
    "dots": "6・23",
    "brackets": "[",
    "braces": "{",
    "quotes": "“",
    "straight quotes": '"',
    "colons": "：",
    "half colons": ": ",
    "backslashes": "\\n",
    "csv": "表: 附表1.csv\n",
    "persons": "  - {姓名: e\u0301}\n",
    "fences": "---\n",
    "comments": "  # 甲",
    "bytes": "\x80",
}
WRAPS: dict[str, Callable[[str], bytes]] = {
    "item": lambda text: f"---\n标题: 甲\n---\n{text}\n".encode(),
    "title": lambda text: f"---\n标题：{text}\n---\n甲\n".encode(),
    "units": lambda text: f"---\n标题: 甲\n供稿单位：[{text}]\n---\n甲\n".encode(),
    "inside": lambda text: f"---\n标题：甲{text}乙\n---\n甲\n".encode(),
    "instructions": lambda text: f"---\n标题: 甲\n领导批示:\n{text}\n---\n甲\n".encode(),
    "front": lambda text: f"---\n{text}\n---\n甲\n".encode(),
    "finding": lambda text: f"编号: 1\n事项: {text}\n".encode(),
    "strict": lambda text: text.encode(),
    "issue": lambda text: "刊物: a\n日期: 2026-06-08\n条目:\n  - 正文: |\n      {}\n".format(
        text.replace("\n", "\n      ")
    ).encode(),
    "gbk": lambda text: f"---\n标题: 甲\n---\n{text}\n".encode("gb18030", "ignore"),
    "utf-16": lambda text: f"---\n标题: 甲\n---\n{text}\n".encode("utf-16"),
}
KIND = {"finding": "findings", "strict": "findings", "issue": "issues"}


@pytest.mark.parametrize(
    "wrap", [wrap if wrap in ("item", "front") else pytest.param(wrap, marks=pytest.mark.long) for wrap in WRAPS]
)
@pytest.mark.parametrize("line", LINES)
def test_eight_times_the_text_takes_no_more_than_some_twenty_times_the_work(
    tmp_path: Path, line: str, wrap: str
) -> None:
    fuzz.prepare(tmp_path)
    kind = KIND.get(wrap, "items")
    file = tmp_path / "content" / kind / f"a{fuzz.KINDS[kind]}"

    def work(size: int) -> None:
        file.write_bytes(WRAPS[wrap](LINES[line] * (size // len(LINES[line]))))
        assert content.load(tmp_path)[0] is not None

    assert_linear(work, SMALL)
