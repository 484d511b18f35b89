"""Two Word files with the same words held against each other: every look in which one departs from the other.

The one is filled from the template that a publication's layout figures give, the other from the template in use; both by the same
view. So each figure of the layout has its place in the first, and whatever differs in the second is a deviation, wherever it was
made: in a style, in the defaults, by hand on one paragraph, on the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from builder.inspection import docx_file
from builder.inspection.docx_looks import Border
from builder.inspection.docx_text import size_name
from builder.inspection.docx_values import Footer, Paragraph, Section, Stretch, Table, WordFile

_SLACK = {"pt": 0.15, "mm": 0.1, "字": 0.06, "%": 0.5}  # programs round when they save
_ALIGN = {"left": "居左", "right": "居右", "center": "居中", "both": "两端对齐"}
_SIDES = {"top": "上", "bottom": "下", "left": "左", "right": "右"}
_FLAGS = {
    "keepNext": ("与下段同页", False),
    "keepLines": ("段中不分页", False),
    "pageBreakBefore": ("段前分页", False),
    "kinsoku": ("避头尾", True),
    "overflowPunct": ("标点溢出边界", True),
    "autoSpaceDE": ("中西文间距", True),
    "autoSpaceDN": ("中文数字间距", True),
    "widowControl": ("孤行控制", True),
    "snapToGrid": ("对齐网格", True),
}
_LABELS = {"Normal": "正文", "": "没有样式的段"}
_QUOTED = 12
_NO_FOOTER = Footer((), ())
PARAGRAPH, NONE = "段", "没有"  # the aspect of a paragraph too many or too few, and the side on which it is not


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure: of what, which aspect, as it should be and as it is, and words at which it can be seen ("" for a page)."""

    what: str
    aspect: str
    wanted: str
    found: str
    example: str = ""


def deviations(wanted: bytes, found: bytes) -> list[Deviation]:
    """Every departure of ``found`` from ``wanted``, those that are the same in several styles told as one.

    Raises:
        InvalidContent: the guard refuses a file.
    """
    one, other = (docx_file.read(data, "issue.docx") for data in (wanted, found))
    told = [*_pages(one, other), *_settings(one, other), *_flow(one, other), *_boxes(one, other)]
    return list(dict.fromkeys(_together(told)))


def _together(told: Sequence[Deviation]) -> Iterator[Deviation]:
    """Departures with the same values as one, all that they hold for named."""
    groups: dict[tuple[str, str, str], list[Deviation]] = {}
    for each in told:
        groups.setdefault((each.aspect, each.wanted, each.found), []).append(each)
    for same in groups.values():
        names = list(dict.fromkeys(each.what for each in same))
        shown = "、".join(names[:3]) + (f"等 {len(names)} 种" if len(names) > 3 else "")
        first = same[0]
        yield Deviation(shown, first.aspect, first.wanted, first.found, first.example)


# ---------------------------------------------------------------- pages


def _pages(one: WordFile, other: WordFile) -> Iterator[Deviation]:
    if len(one.sections) != len(other.sections):
        yield Deviation("页面", "分节", f"{len(one.sections)} 节", f"{len(other.sections)} 节")
    for a, b in zip(one.sections, other.sections, strict=False):
        name = "横排页" if a.landscape else "页面"
        if a.landscape != b.landscape:
            yield Deviation(name, "纸张方向", *("横" if s.landscape else "纵" for s in (a, b)))
            continue
        yield from _page(name, a, b)
        for key in dict.fromkeys((*a.others, *b.others)):
            if a.others.get(key) != b.others.get(key):
                yield Deviation(name, key, *(s.others.get(key, NONE) for s in (a, b)))
        if a.first_differs != b.first_differs:
            yield Deviation(name, "首页不同", *("是" if s.first_differs else "否" for s in (a, b)))
        yield from _margins("页脚", a.footers, b.footers)
        yield from _margins("页眉", a.headers, b.headers)


def _margins(name: str, a: Mapping[str, Footer], b: Mapping[str, Footer]) -> Iterator[Deviation]:
    """Footers or headers, by their kind; an empty one is none."""
    for kind in dict.fromkeys((*a, *b)):
        where = {"even": "双页", "first": "首页"}.get(kind, "") + name
        one, other = (each.get(kind, _NO_FOOTER) for each in (a, b))
        held = [_printed((*f.paragraphs, *(p for box in f.boxes for p in box.paragraphs))) for f in (one, other)]
        if bool(held[0]) != bool(held[1]):
            wanted, found = ("有" if shown else NONE for shown in held)
            yield Deviation(where, "有无", wanted, found, _quoted((held[0] or held[1])[0]))
            continue
        yield from _paragraphs(_printed(one.paragraphs), _printed(other.paragraphs))
        for box, its in zip(one.boxes, other.boxes, strict=False):
            yield from _paragraphs(_printed(box.paragraphs), _printed(its.paragraphs))


def _page(name: str, a: Section, b: Section) -> Iterator[Deviation]:
    sides = {"天头": "top", "地脚": "bottom", "订口": "left", "切口": "right"}
    if a.landscape:  # the portrait page turned, its head at the left edge of the paper
        sides = {"天头": "left", "地脚": "right", "订口": "top", "切口": "bottom"}
    for aspect, key in {"纸张宽": "width", "纸张高": "height", **sides, "页脚距边界": "footer"}.items():
        yield from _figure(name, aspect, getattr(a, key), getattr(b, key), "mm")
    if not a.landscape:
        if (a.grid or "default") != (b.grid or "default"):
            yield Deviation(name, "文档网格", a.grid or "没有", b.grid or "没有")
        yield from _figure(name, "网格行距", a.pitch or 0, b.pitch or 0, "pt")


def _settings(one: WordFile, other: WordFile) -> Iterator[Deviation]:
    if one.settings.even_and_odd != other.settings.even_and_odd:
        yield Deviation("设置", "奇偶页不同", *("是" if f.settings.even_and_odd else "否" for f in (one, other)))
    pressed = [f.settings.compression not in ("", "doNotCompress") for f in (one, other)]
    if pressed[0] != pressed[1]:
        yield Deviation("设置", "标点压缩", *("压缩" if p else "不压缩" for p in pressed))


# ---------------------------------------------------------------- text


def _flow(one: WordFile, other: WordFile) -> Iterator[Deviation]:
    yield from _paragraphs(one.paragraphs, other.paragraphs)
    tables = [[block for block in file.flow if isinstance(block, Table)] for file in (one, other)]
    for a, b in zip(*tables, strict=False):
        yield from _table(a, b)


def _table(a: Table, b: Table) -> Iterator[Deviation]:
    for side in dict.fromkeys((*a.borders, *b.borders)):
        name = "内线" if side.startswith("inside") else "外框线"
        yield from _border("表格", name, a.borders.get(side), b.borders.get(side))
    cells = [[p for row in t.rows for cell in row.cells for p in cell.paragraphs] for t in (a, b)]
    yield from _paragraphs(*cells)


def _boxes(one: WordFile, other: WordFile) -> Iterator[Deviation]:
    if len(one.pictures) != len(other.pictures):
        yield Deviation("图片", "幅数", *(f"{len(file.pictures)} 幅" for file in (one, other)))
    yield from _paragraphs(*([p for box in file.boxes for p in box.paragraphs] for file in (one, other)))


def _printed(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    return [p for p in paragraphs if p.text.strip() or p.draws]


def _paragraphs(a: Sequence[Paragraph], b: Sequence[Paragraph]) -> Iterator[Deviation]:
    """Paragraphs paired by their words; those without a pair by the same pieces in another order; the rest are too many or too few."""
    matcher = SequenceMatcher(None, [_key(p) for p in a], [_key(p) for p in b], autojunk=False)
    for kind, a0, a1, b0, b1 in matcher.get_opcodes():
        if kind == "equal":
            for one, other in zip(a[a0:a1], b[b0:b1], strict=True):
                yield from _look(one, other)
        else:
            yield from _unpaired(list(a[a0:a1]), list(b[b0:b1]))


def _key(paragraph: Paragraph) -> str:
    text = "".join(paragraph.text.split(" "))
    return "".join(c for c in text if not c.isdigit()) if paragraph.fields else text  # the page as last saved


def _pieces(paragraph: Paragraph) -> tuple[str, ...]:
    return tuple(sorted(paragraph.text.split()))


def _unpaired(a: list[Paragraph], b: list[Paragraph]) -> Iterator[Deviation]:
    for one in list(a):
        other = next((p for p in b if one.text.strip() and _pieces(p) == _pieces(one)), None)
        if other is not None:
            a.remove(one)
            b.remove(other)
            yield Deviation(_label(one), "次序", _quoted(one), _quoted(other))
            yield from _look(one, other)
    for one in a:
        yield Deviation(_label(one), PARAGRAPH, _shown(one), NONE)
    for other in b:
        yield Deviation(_label(other), PARAGRAPH, NONE, _shown(other))


def _shown(paragraph: Paragraph) -> str:
    return _quoted(paragraph) if paragraph.text.strip() else "一个空行"


def _label(paragraph: Paragraph) -> str:
    return _LABELS.get(paragraph.style, paragraph.style)


def _quoted(paragraph: Paragraph) -> str:
    shown = " ".join(paragraph.text.split())
    return f"“{shown[:_QUOTED]}{'…' if len(shown) > _QUOTED else ''}”" if shown else ""


def _look(a: Paragraph, b: Paragraph) -> Iterator[Deviation]:
    name, example = _label(a), _quoted(a)
    for each in (*_letters(name, a, b), *_measures(name, a, b), *_marks(name, a, b)):
        yield Deviation(each.what, each.aspect, each.wanted, each.found, example)


def _letters(name: str, a: Paragraph, b: Paragraph) -> Iterator[Deviation]:
    """Face, size, weight, colour and spacing of the characters."""
    aspects: tuple[tuple[str, Callable[[Stretch], str]], ...] = (
        ("字体", lambda s: s.east or "没有写明"),
        ("西文字体", lambda s: s.west or "没有写明"),
        ("字号", lambda s: size_name(s.size)),
        ("加粗", lambda s: "加粗" if s.bold else "不加粗"),
        ("字的样子", lambda s: "、".join(s.marks) or "不加线、不倾斜"),
        ("颜色", lambda s: s.color),
        ("字符间距", lambda s: f"{round(s.spacing, 2) + 0.0:g} pt"),
        ("字符缩放", lambda s: f"{s.scale:g}%"),
    )
    for aspect, shown in aspects:
        one, other = (_weights(p, shown) for p in (a, b))
        if one and other and one != other:
            less, more = one - other, other - one
            if less and more:
                yield Deviation(name, aspect, less.most_common(1)[0][0], more.most_common(1)[0][0])


def _weights(paragraph: Paragraph, shown: Callable[[Stretch], str]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for stretch in paragraph.stretches:
        if n := len("".join(stretch.text.split())):
            counts[shown(stretch)] += n
    return counts


def _measures(name: str, a: Paragraph, b: Paragraph) -> Iterator[Deviation]:
    """Lines, spaces and indents."""
    one, other = (_line(p) for p in (a, b))
    if one != other:
        yield Deviation(name, "行距", one, other)
    for aspect, key in (("段前", "before"), ("段后", "after")):
        yield from _figure(name, aspect, _number(a, key), _number(b, key), "pt")
    if a.text.strip():  # an indent in characters cannot be told where there are none
        for aspect, key in (("首行缩进", "first"), ("左缩进", "left"), ("右缩进", "right")):
            # In characters of what is asked for: another size is told by itself.
            yield from _figure(name, aspect, a.indent(key), _indent(b, key, a), "字")
        if a.align != b.align:
            yield Deviation(name, "对齐", _ALIGN.get(a.align, a.align), _ALIGN.get(b.align, b.align))


def _indent(paragraph: Paragraph, side: str, like: Paragraph) -> float:
    if characters := paragraph.properties.get(f"{side}Chars"):
        return float(characters)
    advance = like.size + min(0.0, like.stretches[0].spacing if like.stretches else 0.0)
    return float(paragraph.properties.get(side, 0.0)) / advance if advance else 0.0


def _number(paragraph: Paragraph, key: str) -> float:
    return float(paragraph.properties.get(key, 0.0))


def _line(paragraph: Paragraph) -> str:
    line, rule = paragraph.properties.get("line"), paragraph.properties.get("lineRule", "auto")
    if line is None or rule == "auto":
        return f"{round(float(line or 12) / 12, 2):g} 倍"
    return f"{'固定值' if rule == 'exact' else '最小值'} {round(float(line), 2):g} pt"


def _marks(name: str, a: Paragraph, b: Paragraph) -> Iterator[Deviation]:
    """Rules at its sides, and switches."""
    for side, shown in _SIDES.items():
        key = f"border-{side}"
        yield from _border(name, f"{shown}框线", a.properties.get(key), b.properties.get(key))
    for key, (aspect, default) in _FLAGS.items():
        one, other = (bool(p.properties.get(key, default)) for p in (a, b))
        if one != other:
            yield Deviation(name, aspect, "是" if one else "否", "是" if other else "否")


def _border(name: str, aspect: str, a: Border | None, b: Border | None) -> Iterator[Deviation]:
    if a is None or b is None:
        if a is not b:
            yield Deviation(name, aspect, *("没有" if r is None else f"{r.width:g} pt {r.color}" for r in (a, b)))
        return
    yield from _figure(name, f"{aspect}粗", a.width, b.width, "pt")
    yield from _figure(name, f"{aspect}与文字的距离", a.space, b.space, "pt", 0.5)
    if a.color != b.color:
        yield Deviation(name, f"{aspect}颜色", a.color, b.color)


def _figure(name: str, aspect: str, wanted: float, found: float, unit: str, slack: float = 0) -> Iterator[Deviation]:
    if abs(wanted - found) > max(slack, _SLACK[unit]):
        places = 1 if unit == "mm" else 2
        yield Deviation(
            name, aspect, f"{round(wanted, places) + 0.0:g} {unit}", f"{round(found, places) + 0.0:g} {unit}"
        )
