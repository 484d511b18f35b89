"""A mutation loop over content files: real ones, cut, doubled, joined and peppered with what parsers stumble over.

Run as a program (``python -m tests.property.fuzz FOLDER SECONDS SEED``) it works in a process of its own, so that a
hang is seen from outside: before each case its bytes are written to ``FOLDER/case``. It prints how many cases it tried.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from builder import content
from builder.errors import Place
from builder.model import Block, Library, Paragraph, Picture, Table

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"items": ".md", "findings": ".yaml", "issues": ".yaml"}
MAX_BYTES = 20_000

TOKENS = [token.encode("utf-8", "surrogatepass") for token in (
    "\n", "\n\n", "---\n", "———\n", "标题: ",
    "标题：", "　标题　：　", "供稿单位: [甲，乙", "报送时间: 2026.6.8", "6月8日", "日期: ２０２６年６月８日",
    "  # 说明", " #1 地块", "[2024]5号", "关于: 通知", "@", "%", "*", "!", "&a ",
    "*a", "<<: ", "? ", "| ", "|\n", ">-\n", "'", '"', "“", "”", "\\", "\\n",
    "\t", "\t\t", "\u3000", "\u00a0", "\u000b", "\u2028", "\u2029", "\u0085",
    "\r", "\r\n", "\ufeff", "\u200b", "\u2060", "\u202e", "\ufffc", "\ufffd",
    "\ue000", "\uf06c", "\uf0b7", "\U000f0000", "\ud800", "\ufdd0", "e\u0301", "⽔", "\ufa0c", "\U0002a700", "👨\u200d👩", "\x00", "\x7f",
    "一、", "（一）", "1.", "1．", "（1）", "①", "● ", "- ",
    "* ", "  - ", "## ", "**", "**甲**", "[分页]\n", "｛可见范围：报、送｝", "｛可见范围", "![图](a.png \"题\")",
    "|甲|乙|\n|---|---|\n|1|2|\n", "|", "|---|", "| < | ^ |\n", "甲\t乙\n丙\t丁\n",
    "表题：", "单位：件\n", "注：", "表: 附表1.csv\n", "表：../x.csv\n",
    "1-6月", "6・23", "--", "－", "—", "……", "{{ x }}",
    "{% for %}", "#read(\"x\")", "$x$", "<b>", "&amp;", "页数: 恰4\n", "压行: 允许\n", "表格:\n  行: [[甲, 乙]]\n",
    "编辑状态: 留用\n", "核实: [{谁: 甲}]\n", "正文: |\n  ", "条目:\n  - ", "督查: {范围: '*'}", "{", "}", "[",
    "]", ",", "，", ": ", "：", ":", "-", "~",
)]  # fmt: skip
_WORDS = re.compile("[\u4e00-\u9fa5]+")
_NAMED = re.compile("表题|单位|可见范围|分页|表[:：]|!\\[")  # lines whose words are markup, or may be


def corpus() -> dict[str, list[bytes]]:
    """The sample workspace's files by kind."""
    return {
        kind: [path.read_bytes() for path in sorted((ROOT / "content" / kind).rglob(f"*{suffix}"))]
        for kind, suffix in KINDS.items()
    }


def mutate(chance: random.Random, seeds: list[bytes]) -> bytes:
    """One file made of a real one by one to eight changes."""
    data = bytearray(chance.choice(seeds))
    if chance.random() < 0.5:  # a short file: its beginning with a piece of the rest
        start = chance.randrange(len(data))
        data = data[: chance.randrange(20, 300)] + data[start : start + chance.randrange(300)]
    for _ in range(chance.randint(1, 8)):
        at = chance.randrange(len(data) + 1)
        length = min(int(chance.expovariate(0.05)), len(data))
        match chance.randrange(7):
            case 0:
                data[at : at + length] = b""
            case 1:
                data[at:at] = data[at : at + length] * chance.randint(1, 5)
            case 2:
                other = chance.choice(seeds)
                start = chance.randrange(len(other))
                data[at:at] = other[start : start + length]
            case 3:
                data[at : at + 1] = bytes([chance.randrange(256)])
            case 4 if at < len(data):
                data[at] ^= 1 << chance.randrange(8)
            case _:
                at = chance.choice([0, at, data.find(b"\n", at) + 1])
                data[at:at] = chance.choice(TOKENS) * chance.choice([1, 1, 1, 2, 50])
    data = data[:MAX_BYTES]
    if chance.random() < 0.05:
        coding = chance.choice(["gb18030", "utf-16", "utf-8-sig"])
        return data.decode("utf-8", "ignore").encode(coding, "ignore")
    return bytes(data)


def prepare(root: Path) -> None:
    """A workspace that can be loaded, with a table and a folder for each kind."""
    for kind in KINDS:
        (root / "content" / kind).mkdir(parents=True, exist_ok=True)
    (root / "content/office.yaml").write_text("名称: 甲\n", encoding="utf-8")
    (root / "content/items/附表1.csv").write_text("甲,乙\n1,2\n", encoding="utf-8")


def judge(root: Path, files: dict[str, bytes]) -> None:
    """Loads one file of each kind and asserts what holds whatever stands in them: see the assertions."""
    for kind, data in files.items():
        (root / "content" / kind / f"a{KINDS[kind]}").write_bytes(data)
    library, faults = content.load(root)
    assert library is not None
    for fault in faults:
        assert fault.message, fault
        assert fault.code != "markup-lost", fault
        assert _stands(fault.place, files), fault
    broken = {fault.place.file.split("/")[1] for fault in faults if fault.severity == "error"}
    assert broken == {f"{kind}s" for kind, ids in library.broken_ids.items() if ids}
    _nothing_lost(library, files["items"])


def _stands(place: Place, files: dict[str, bytes]) -> bool:
    """A place that names a line names one that the file has."""
    kind = place.file.split("/")[1]
    data = files.get(kind, b"")
    breaks = max(data.count(b) for b in (b"\n", b"\r")) + data.count(b"\r")
    return 0 <= place.line <= breaks + 1 and place.column >= 0


def _nothing_lost(library: Library, data: bytes) -> None:
    """Every Chinese word of an accepted item's body stands in its blocks, in order."""
    item = library.items.get("a")
    if item is None:
        return
    try:
        text = data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError:
        return
    fences = [
        match.end() for match in re.finditer(r"^[ \t\u3000\u00a0]*(?:-{3,}|—+)[ \t\u3000\u00a0]*$", text, re.MULTILINE)
    ]
    printed = "\n".join(_texts(item.blocks))
    if len(fences) < 2:
        return
    at = 0
    for line in text[fences[1] :].split("\n"):
        for word in [] if _NAMED.search(line) else _WORDS.findall(line):
            found = printed.find(word, at)
            assert found >= 0, f"{word!r} of {line!r} is not printed after {printed[max(0, at - 30) : at]!r}"
            at = found + len(word)


def _texts(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph():
                yield block.text
            case Table():
                yield from (cell.text for row in (*block.head, *block.rows) for cell in row)
            case Picture():
                yield f"{block.alt}{block.path}{block.caption}"


def loop(folder: Path, seconds: float, seed: int, most: int | None = None) -> int:
    """Cases until the time is over or ``most`` are tried; how many."""
    prepare(folder)
    seeds, case = corpus(), folder / "case"
    end, count = time.monotonic() + seconds, 0
    while time.monotonic() < end and count != most:
        chance = random.Random(f"{seed}-{count}")
        files = {kind: mutate(chance, seeds[kind]) for kind in KINDS}
        case.write_bytes(b"\n=====\n".join(files.values()))
        judge(folder, files)
        count += 1
    return count


if __name__ == "__main__":
    sys.stdout.write(f"{loop(Path(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))}\n")
