"""Papers set by hand, line by line, without any template of ours: a statutory letter that follows the standard."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

import typst

from builder.fonts import FontSet

PT = 25.4 / 72
PITCH = 28.95 * PT
FIRST = 37 + (28.95 - 16) / 2 * PT + 0.88 * 16 * PT  # baseline of line 1
_SOURCE = """
#let data = json(bytes(sys.inputs.data))
#set text(lang: "zh", region: "cn", kerning: false, ligatures: false, cjk-latin-spacing: none)
#for (n, page-items) in data.enumerate() {
  if n > 0 { pagebreak() }
  set page(width: 210mm, height: 297mm, margin: 0mm)
  for item in page-items {
    if item.kind == "rule" {
      place(top + left, dx: item.x * 1mm, dy: item.y * 1mm,
        block(width: item.width * 1mm, height: item.height * 1mm, fill: rgb(item.color)))
    } else {
      place(top + left, dx: item.x * 1mm, dy: item.y * 1mm, {
        set text(font: item.font, weight: item.weight, size: item.size * 1pt, fill: rgb(item.color), top-edge: item.edge)
        for c in item.text.clusters() {
          if c.match(regex("[0-9 .()-]")) != none { c } else { box(width: item.advance * 1pt, c) }
        }
      })
    }
  }
}
"""
_TEXT = "市水利局对全市各县区水利工程逐处查看登记造册并按轻重缓急排出整治次序明确每一处的责任单位和完成时限逐月调度"


def _line(count: int, start: int = 0) -> str:
    return "".join(_TEXT[(start + n) % len(_TEXT)] for n in range(count))


@dataclass
class Letter:
    """What stands in the letter; every part may be changed before it is printed."""

    mark: str = "临澜市水利局文件"
    number: str = "临水〔2026〕5号"
    title: tuple[str, ...] = ("临澜市水利局关于", "开展水利工程检查的通知")
    addressees: str = "各县（区）水利局："
    # (text, indented): full lines hold 28 characters, indented ones 26
    body: list[tuple[str, bool]] = field(
        default_factory=lambda: [
            (_line(26), True), (_line(28, 26), False), (_line(9, 3), False),
            ("一、检查的范围", True), (_line(26, 8), True), (_line(28, 14), False), (_line(12, 20), False),
            ("（二）检查的办法", True), (_line(26, 2), True), (_line(28, 4), False), (_line(28, 5), False),
            (_line(28, 7), False), (_line(20, 9), False), (_line(26, 11), True), (_line(28, 13), False), (_line(7, 1), False),
        ]
    )  # fmt: skip
    numbers: tuple[str, ...] = ("— 1 —", "— 2 —")


def printed(letter: Letter, fontset: FontSet) -> bytes:
    """The letter as a PDF of two pages."""
    items = [[*_head(letter, fontset)], [*_foot(fontset)]]
    for n, (text, indented) in enumerate(letter.body):
        page, line = (0, n) if n < 7 else (1, n - 7)
        base = 192.1 if page == 0 else FIRST
        role = "黑体" if text.startswith("一、") else "楷体" if text.startswith("（") else "仿宋"
        left = 28 + (2 * 15.79 * PT if indented else 0)
        items[page].append(_text(fontset, text, left, base + line * PITCH, role))
    for page, (number, x) in enumerate(zip(letter.numbers, (162.9, 32.94), strict=True)):
        items[page].append(_text(fontset, number, x, 270.5, "宋体", size=14, advance=14))
    return _set(items, fontset)


def pages(counts: Sequence[int], left: int, fontset: FontSet) -> bytes:
    """Pages of so many full lines, the last paragraph of each with ``left`` lines on the next; numbered as they should be."""
    items: list[list[dict[str, object]]] = []
    for page, count in enumerate(counts):
        number, x = (f"— {page + 1} —", 32.94 if page % 2 else 162.9)
        items.append([_text(fontset, number, x, 270.5, "宋体", size=14, advance=14)])
        for n in range(count):
            begins = n == left or (n == 0 and not page)
            text = _line(18 if n == left - 1 and page else 26 if begins else 28, n)
            x = 28 + (2 * 15.79 * PT if begins else 0)
            items[page].append(_text(fontset, text, x, FIRST + n * PITCH, "仿宋"))
    return _set(items, fontset)


def _set(items: list[list[dict[str, object]]], fontset: FontSet) -> bytes:
    made = typst.compile(
        _SOURCE.encode(),
        format="pdf",
        sys_inputs={"data": json.dumps(items, ensure_ascii=False)},
        font_paths=[str(p) for p in fontset.paths],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def _text(
    fontset: FontSet, text: str, x: float, y: float, role: str, size: float = 16, advance: float = 15.79,
    color: str = "000000", edge: str = "baseline",
) -> dict[str, object]:  # fmt: skip
    families: Sequence[str] = fontset.families()[role]
    return {
        "kind": "text", "text": text, "x": x, "y": y, "font": list(families), "size": size, "advance": advance,
        "weight": 700 if role == "小标宋" else 400, "color": color, "edge": edge,
    }  # fmt: skip


def _rule(y: float, height: float, color: str = "000000") -> dict[str, object]:
    return {"kind": "rule", "x": 28, "y": y, "width": 156, "height": height, "color": color}


def _centred(text: str, size: float) -> float:
    wide = sum(size if ord(c) > 0x2E7F else size / 2 for c in text) * PT
    return 106 - wide / 2


def _head(letter: Letter, fontset: FontSet) -> list[dict[str, object]]:
    number = _centred(letter.number, 16)
    out = [
        _text(fontset, letter.mark, _centred(letter.mark, 50), 72, "小标宋", 50, 50, "FF0000", "bounds"),
        _text(fontset, letter.number, number, 116.4, "仿宋", 16, 16),
        _rule(121.1, 0.4, "FF0000"),
        _text(fontset, letter.addressees, 28, 192.1 - PITCH, "仿宋", 16, 16),
    ]
    for n, line in enumerate(letter.title):
        out.append(_text(fontset, line, _centred(line, 22), 150 + n * 11.5, "小标宋", 22, 22))
    return out


def _foot(fontset: FontSet) -> list[dict[str, object]]:
    return [
        _rule(262 - 0.35 - 0.25 - 2 * 24 * PT, 0.35),
        _text(fontset, "抄送：市委办公室，市政府办公室。", 28 + 14 * PT, 250.6, "仿宋", 14, 14),
        _rule(262 - 0.25 - 24 * PT, 0.25),
        _text(fontset, "临澜市水利局办公室", 28 + 14 * PT, 259.3, "仿宋", 14, 14),
        _text(fontset, "2026年6月8日印发", 184 - 14 * PT - (5 * 14 + 6 * 7) * PT, 259.3, "仿宋", 14, 14),
        _rule(262 - 0.35, 0.35),
    ]
