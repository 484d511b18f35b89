"""What was changed after 签发, and whether that is a slip put right (非实质性改动) or must go back to the one who signed.

Slips are wrong words, punctuation and layout. What a machine can tell of substance is refused: numbers with what they
count, days, units, posts, 《》 names, quotations, negations, recipients, tables, pictures, and what comes, goes or moves.
That the words still say the same is for the 复核人 to judge.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from builder.errors import Fault, Place
from builder.model import Office
from builder.signoff.units import Unit, units
from builder.words import segment

LONGEST_SLIP = 12  # characters of one stretch that a slip takes out or puts in
_FEW = 4  # changed characters that any text may have; longer ones a third of theirs
_BOUNDED = 2_000  # characters of a paragraph that are compared one by one; more is no slip anyhow
_CLAUSE = 40  # characters of a clause that are looked at on either side of a change
_SHOWN = 40  # characters of a text that a message shows

_DIGITS = frozenset("两兩俩仨双半几廿卅卌")  # beside all that Unicode calls numeric
_STOPS = frozenset("，。；：、！？")  # may stand beside a number and change
_MARKS = _STOPS | frozenset("（）()[]【】〔〕…—·,.;:!? \u3000")
_PERCENT = "%％‰℃°"
_NUMBER = re.compile(r"[+]?[n](?:[s+%]?n)*[%]?")
_QUOTES = ("“‘「『", "”’」』")
_BRACKETS = ("《〈", "》〉")
_BODY = re.compile(
    "(?<=.)(?:局|厅|委|省|市|县|区|镇|乡|村|街道|社区|政府|法院|检察院|医院|学校|中学|小学|大学|学院|公司|集团|银行|中心|办公室|委员会)$"
)
_NEGATIONS = re.compile("[不未没无否非勿]")
_DAYS = re.compile(
    "[今去明前后本上下当次同昨][年月周日天季旬]|[年月季]初|[年月季]底|[年月季]末|[上中下]旬|上午|下午|中午|凌晨|晚上|星期|周末|季度|年度|日前"
)
_POSTS = re.compile(
    "书记|省长|市长|县长|区长|州长|旗长|镇长|乡长|厅长|局长|部长|处长|科长|司长|主任|主席|委员长|委员|常委|秘书长|"
    "组长|队长|院长|校长|所长|站长|行长|司令员|政委|巡视员|调研员|专员|代表|副|代理|兼"
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that differs: ``where`` an editor finds it, what was there and what is (texts of one place).

    ``hold`` is that of the ``Unit``; "构" where paragraphs, tables or pictures came, went or moved, "版" for layout.
    """

    where: str
    hold: str
    old: str
    new: str

    @property
    def words(self) -> str:
        """The change as an editor reads it."""
        if self.hold == "版":
            return f"{self.where}有改动"
        old, new = _excerpts(self.old, self.new)
        if not old or not new:
            return f"{self.where}：{'增加' if new else '删去'}“{new or old}”"
        return f"{self.where}：原为“{old}”，改为“{new}”"


def changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> tuple[Change, ...]:
    """What differs between two issues as they were to be signed (``signed.signed_record``), in the order in which it prints."""
    before, after = units(old["视图"]), units(new["视图"])
    if [u.shape for u in before] != [u.shape for u in after]:
        return (_rebuilt(before, after),)
    pairs = zip(before, after, strict=True)
    found = _moved([Change(one.where, one.hold, one.text, two.text) for one, two in pairs if one.text != two.text])
    found += [
        Change(f"图片（{name}）", "定", f"{name}原来的图", f"{name}换了图")
        for name in sorted(old["图片"])
        if old["图片"][name] != new["图片"].get(name)
    ]
    return tuple(found) if found or old == new else (Change("版式（分页、层次、字体、模板等）", "版", "", ""),)


def _rebuilt(before: Sequence[Unit], after: Sequence[Unit]) -> Change:
    """Paragraphs, rows or pictures came or went: where that begins, and what stands there now."""
    first = 0
    while first < min(len(before), len(after)) and before[first] == after[first]:
        first += 1
    last = 0
    while last < min(len(before), len(after)) - first and _same(before[-1 - last], after[-1 - last]):
        last += 1
    old, new = before[first : len(before) - last], after[first : len(after) - last]
    where = (old or new)[0].where
    return Change(where, "构", "／".join(u.text for u in old), "／".join(u.text for u in new))


def _same(one: Unit, two: Unit) -> bool:
    return (one.shape, one.text) == (two.shape, two.text)


def _moved(found: list[Change]) -> list[Change]:
    """Texts that only changed their places are a change of order."""
    gone = {change.old for change in found if change.old}
    return [Change(c.where, "构", c.old, c.new) if c.new in gone else c for c in found]


def substantive(found: Sequence[Change], office: Office) -> list[Fault]:
    """Why these changes cannot be made without the one who signed, a fault for each; empty where they can."""
    names = _names(office)
    return [fault for change in found if (fault := _judged(change, names)) is not None]


@dataclass(frozen=True, slots=True)
class _Names:
    """Finds units and posts of an office in a text."""

    units: re.Pattern[str]
    posts: re.Pattern[str]


def _names(office: Office) -> _Names:
    own = [name for unit in office.units for name in (unit.name, unit.short)]
    own += [name for group in office.groups for name in re.split("[、，]", group.text)]
    posts = [name for post in office.posts for name in (post.name, *post.name.split("、"))]
    return _Names(_any_of([office.name, *office.publishers.values(), *own]), _any_of(posts))


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    """The longest of the names that stands at a place."""
    longest = sorted({name for name in names if name}, key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, longest)) or r"(?!)")


def _judged(change: Change, names: _Names) -> Fault | None:
    match change.hold:
        case "版":
            return None
        case "构":
            return _refusal("amend-structure", change, "增删、移动了内容")
        case "受":
            return _refusal("amend-recipient", change, "改了主送、报送发单位或印数")
        case "定":
            return _refusal("amend-fixed", change, "改了报头、署名、图片等不能改的地方")
    for code, what, tokens in _tests(names):
        if tokens(change.old) != tokens(change.new):
            return _refusal(code, change, f"改了{what}")
    old, new = _around(change.old, change.new)
    for code, what, tokens in _WORDS:
        if tokens(old) != tokens(new):
            return _refusal(code, change, f"改了{what}")
    return _worded(change)


def _tests(names: _Names) -> tuple[tuple[str, str, Callable[[str], list[str]]], ...]:
    """(code, what it guards, what must be the same in both texts)."""
    return (
        ("amend-number", "数字", numbers),
        ("amend-title", "《》中的名称", lambda text: enclosed(text, *_BRACKETS)),
        ("amend-quote", "引文", lambda text: enclosed(text, *_QUOTES)),
        ("amend-unit", "单位", names.units.findall),
        ("amend-post", "职务", lambda text: names.posts.findall(text) + _POSTS.findall(text)),
        ("amend-day", "时间", _DAYS.findall),
        ("amend-negation", "“不、未、没、无”一类的字", _NEGATIONS.findall),
    )


def _around(old: str, new: str) -> tuple[str, str]:
    """Both texts cut down to the clauses in which they differ; what is too much for a slip is cut, too."""
    first, most = _common(old, new), min(len(old), len(new))
    last = min(_common(old[::-1], new[::-1]), most - first)
    start = next(
        (n for n in range(first, max(0, first - _CLAUSE), -1) if old[n - 1] in _MARKS), max(0, first - _CLAUSE)
    )
    tail = old[len(old) - last :][:_CLAUSE]
    end = next((n for n, char in enumerate(tail) if char in _MARKS), len(tail))
    return old[start : len(old) - last + end][:_BOUNDED], new[start : len(new) - last + end][:_BOUNDED]


def _words(text: str) -> list[str]:
    return [bare for word in segment(text) if (bare := word.strip("".join(_MARKS)))]


def _counted(text: str) -> list[str]:
    """The words that begin with a number, what they count with them: 5公里, 300余户."""
    return [word for word in _words(text) if is_digit(word[0])]


def _bodies(text: str) -> list[str]:
    """The words that name a unit or a place by their ends, on the office's roster or not."""
    return [word for word in _words(text) if _BODY.search(word)]


_WORDS = (("amend-number", "数字后面的单位", _counted), ("amend-unit", "单位、地名", _bodies))


def _worded(change: Change) -> Fault | None:
    """What a change of words may not do, though it leaves names and numbers as they are."""
    old, new = change.old, change.new
    if not old or not new:
        return _refusal("amend-structure", change, "增删、移动了内容")
    total = 0
    for start, before, after in _stretches(old, new):
        if _is_marks(before + after) and not _glues(old, start, before, after):
            continue
        if change.hold == "格":
            return _refusal("amend-table", change, "改了表格里的文字")
        if _beside_number(old, start, len(before)):
            return _refusal("amend-number", change, "改了紧挨数字的字")
        size = max(len(before), len(after))
        total += size
        if size > LONGEST_SLIP or total > max(_FEW, len(old) // 3):
            return _refusal("amend-long", change, "改动的字太多，不是字词差错")
    return None


def _stretches(old: str, new: str) -> Iterator[tuple[int, str, str]]:
    """(where in the old text, what was there, what is) of each stretch that differs."""
    first = _common(old, new)
    last = min(_common(old[::-1], new[::-1]), min(len(old), len(new)) - first)
    one, two = old[first : len(old) - last], new[first : len(new) - last]
    if max(len(one), len(two)) > _BOUNDED:
        yield first, one, two
        return
    for tag, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag != "equal":
            yield first + a, one[a:b], two[c:d]


def _common(one: str, two: str) -> int:
    """How many characters two texts begin with alike."""
    shortest = min(len(one), len(two))
    return next((n for n in range(shortest) if one[n] != two[n]), shortest)


def _is_marks(text: str) -> bool:
    return all(char in _MARKS for char in text)


def _glues(text: str, start: int, old: str, new: str) -> bool:
    """Whether marks that come or go beside a number are others than those between clauses."""
    return _beside_number(text, start, len(old)) and not all(char in _STOPS for char in old + new)


def _beside_number(text: str, start: int, length: int) -> bool:
    around = text[max(0, start - 1) : start] + text[start + length : start + length + 1]
    return any(is_digit(char) or char in _PERCENT for char in around)


def is_digit(char: str) -> bool:
    """Whether a character is a digit or part of a number in words: Arabic, full-width, 一二三, 百千万, ①, 两, 半."""
    return char.isnumeric() or char in _DIGITS


def numbers(text: str) -> list[str]:
    """The numbers in a text as they stand, signs, points, separators and percent signs with them."""
    return [text[m.start() : m.end()] for m in _NUMBER.finditer("".join(map(_class, text)))]


def _class(char: str) -> str:
    if is_digit(char):
        return "n"
    if char in _PERCENT:
        return "%"
    if char in "+-－＋±−—":
        return "+"
    return "w" if char.isalnum() else "s"


def enclosed(text: str, opening: str, closing: str) -> list[str]:
    """What stands between such marks, with them; a mark without its partner reaches to that end of the text.

    A straight quotation mark opens and closes by turns.
    """
    found: list[str] = []
    depth = start = 0
    for at, char in enumerate(text):
        straight = char == '"' and "“" in opening
        if char in closing or (straight and depth):
            depth = max(0, depth - 1)
            if not depth:
                found.append(text[start : at + 1])
                start = at + 1
        elif char in opening or straight:
            start = start if depth else at
            depth += 1
    return [*found, text[start:]] if depth else found


def _refusal(code: str, change: Change, what: str) -> Fault:
    hint = "这是实质性修改：改回原样；或重新送审（jianbao submit 期），原签发随之失效。"
    return Fault(code, "error", Place(""), f"{what}。{change.words}。", hint)


def _excerpts(old: str, new: str) -> tuple[str, str]:
    """Both texts shortened to what differs and some characters around it."""
    if max(len(old), len(new)) <= _SHOWN:
        return old, new
    first = max(0, _common(old, new) - _SHOWN // 4)
    return _cut(old, first), _cut(new, first)


def _cut(text: str, first: int) -> str:
    tail = text[first : first + _SHOWN]
    return ("…" if first and tail else "") + tail + ("…" if first + _SHOWN < len(text) else "")
