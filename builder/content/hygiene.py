"""Text hygiene on load (codes text-*): what no bulletin may carry is refused, what copies bring in is cleaned.

Cleaning is line by line and remembers the columns as typed, so that every later message points into the file that the
editor sees.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from dataclasses import dataclass, field

from builder import markup
from builder.content.encoding import decode as decode
from builder.errors import Fault, Place

_REFUSED = (
    ("text-control", r"\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029", "有控制字符", "删去该字符；要换行请按回车"),
    ("text-surrogate", r"\ud800-\udfff", "有孤立的代理字符（残缺的字符编码）", "删去该字符，重新输入"),
    ("text-bidi", r"\u202a-\u202e\u2066-\u2069", "有改变文字方向的控制字符", "删去该字符；整段重新输入最稳妥"),
    ("text-joiner", r"\u2060", "有不换行控制字符", "删去该字符"),
    (
        "text-noncharacter",
        r"\ufdd0-\ufdef\ufffe\uffff"
        + "".join(f"{chr(p * 65536 + 65534)}{chr(p * 65536 + 65535)}" for p in range(1, 15)),
        "有非字符编码",
        "删去该字符，重新输入",
    ),
    (
        "text-private",
        r"\ue000-\uf8ff\U000f0000-\U0010ffff",
        "此字为造字，请改用标准字",
        "换用收入国家标准的字；没有对应字时用同音字加说明",
    ),
    (
        "text-object",
        r"\ufffc",
        "此处原有图片等对象，没有随文字贴过来",
        "图片另存成文件，单独一行写 ![内容](文件名)；不要的就删去这个字符",
    ),
)
_REFUSED_ONE = tuple((code, re.compile(f"[{chars}]"), message, hint) for code, chars, message, hint in _REFUSED)
_STRIPPED = "\u200b\u200c\u200d\u200e\u200f\u061c\u00ad\ufeff\ufe0e\ufe0f"  # the last two choose a form of emoji
_NARROW_SPACES = "\u00a0\u2000\u2002\u2004-\u200a\u202f\u205f"
_WIDE_SPACES = "\u2001\u2003"  # as wide as a character: U+3000 is meant
_SUSPECT = re.compile(
    "[" + "".join(entry[1] for entry in _REFUSED) + _STRIPPED + _NARROW_SPACES + _WIDE_SPACES + r"\u2e80-\u2fd5]"
)
_SOFT = re.compile(f"[{markup.BREAKS}]")
_BLANKS = f" \t\u3000{_NARROW_SPACES}{_WIDE_SPACES}"
_SPACE = re.compile(f"[{_NARROW_SPACES}{_WIDE_SPACES}]")
# A no-break space between two of these is one too many; beside anything else it is a plain space.
_CHINESE = f"{markup.HAN}\u2014-\u2026\u3001-\u3020\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
_BETWEEN = re.compile(
    f"(?<=[{_CHINESE}])[{_BLANKS}]+(?=[{_CHINESE}0-9A-Za-zＡ-Ｚａ-ｚ０-９])|(?<=[0-9A-Za-zＡ-Ｚａ-ｚ０-９%‰℃])[{_BLANKS}]+(?=[{_CHINESE}])"
)
# Bullets of Word's list gallery in Symbol and Wingdings, which a copy leaves as private-use characters.
_BULLET = re.compile(
    f"([{_BLANKS}]*)"
    "([\uf046\uf06c\uf06e\uf06f\uf071\uf075-\uf077\uf09f\uf0a7\uf0a8\uf0b7\uf0d8\uf0e8\uf0f0\uf0fb\uf0fc\uf0fe])"
    f"[{_BLANKS}]*(?=[^{_BLANKS}{markup.BREAKS}])"
)

# More marks on one letter than any script has (UAX #15, 13: at most 30): normalising a run of them takes time with the
# square of its length. The pattern finds runs in which such a heap may stand.
_UNUSUAL = re.compile("[^\x00-\u02ff\u2000-\u206f\u3000-\u3029\u3030-\u3098\u309b-\u9fff\uff00-\uffef]{31,}")
_MOST_MARKS = 30

# Unicode's Equivalent_Unified_Ideograph of U+2E81–2E99 and U+2E9B–2EF3; the Kangxi radicals have NFKC forms.
_SUPPLEMENT = (
    "厂乛乚乙亻冂𠘨刀刂卜㔾小尐兀尣尢𡯂巳幺彑彐忄心扌攵旡日月歺母民氵氺灬爫爬丬牛犭王𤴔目示礻𥫗糹纟罓罒㓁"
    "冗𦉫羊𦍌𦍋耂肀聿肉𦥑艹艺艻虎衤覀西见角𧢲讠贝𧾷车辶辷辸邑钅長镸长门𨸏阝雨青韦页风飞食𩙿飠饣𩠐马骨鬼鱼鸟"
    "卤麦黄黾斉齐歯齿竜龙龜亀龟"
)
_RADICALS = dict(zip((chr(c) for c in range(0x2E81, 0x2EF4) if c != 0x2E9A), _SUPPLEMENT, strict=True)) | {
    chr(c): unicodedata.normalize("NFKC", chr(c)) for c in range(0x2F00, 0x2FD6)
}


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A cleaned text. ``columns`` holds, for lines that changed, the typed column of each character and of the end.

    ``recomposed`` are the typed positions (line, column) at which NFC changed a character.
    """

    text: str
    file: str
    faults: tuple[Fault, ...] = ()
    columns: dict[int, tuple[int, ...]] = field(default_factory=dict)
    recomposed: frozenset[tuple[int, int]] = frozenset()

    def locate(self, line: int, column: int) -> Place:
        """The place, in the file as typed, of a line and column of the cleaned text."""
        typed = self.columns.get(line)
        return Place(self.file, line, typed[min(column, len(typed)) - 1] if typed else column)


def suspicious(text: str) -> bool:
    """Whether ``scrub`` would find anything but line ends to change."""
    return _SUSPECT.search(text) is not None or not unicodedata.is_normalized("NFC", text)


def scrub(text: str, file: str, *, breaks: bool = False) -> Cleaned:
    r"""Cleans a text; line ends become ``\n``, a byte order mark at the start goes without a word.

    What was refused is an error, changed a warning, stripped a note. A refused character becomes U+FFFD, so that reading
    goes on and finds the other faults too. With ``breaks``, soft line ends (``markup.BREAKS``) stay, for ``no_breaks`` or
    ``markup.parse`` to judge.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    text, faults = _without_heaps(text, file)
    if not suspicious(text):
        return Cleaned(text, file, tuple(faults))
    lines = text.split("\n")
    spaces: list[Place] = []
    columns: dict[int, tuple[int, ...]] = {}
    recomposed: set[tuple[int, int]] = set()
    for number, line in enumerate(lines, start=1):
        if suspicious(line):
            worker = _Line(line, file, number, markup.BREAKS if breaks else "")
            lines[number - 1] = worker.run()
            columns[number] = (*worker.columns, len(line) + 1)
            faults += worker.faults
            spaces += [Place(file, number, column) for column in worker.spaces]
            recomposed |= worker.recomposed
    if spaces:
        message = f"不间断空格等特殊空格已去掉或换成普通空格，共 {len(spaces)} 处"
        faults.append(Fault("text-nbsp", "note", spaces[0], message, "不必处理"))
    return Cleaned("\n".join(lines), file, tuple(faults), columns, frozenset(recomposed))


def _without_heaps(text: str, file: str) -> tuple[str, list[Fault]]:
    """Heaps of combining marks, refused: each of their characters becomes U+FFFD, so that columns stay."""
    faults: list[Fault] = []
    if not _UNUSUAL.search(text):
        return text, faults
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        characters = list(line)
        for match in _UNUSUAL.finditer(line):
            start = match.start()
            for marks, run in itertools.groupby(match[0], lambda c: unicodedata.combining(c) > 0):
                length = len(list(run))
                if marks and length > _MOST_MARKS:
                    message, hint = f"一个字上叠了 {length} 个附加符号", "删去这些符号，重新输入这个字"
                    faults.append(Fault("text-marks", "error", Place(file, number, start + 1), message, hint))
                    characters[start : start + length] = "\ufffd" * length
                start += length
        lines[number - 1] = "".join(characters)
    return "\n".join(lines), faults


def no_breaks(lines: list[str], cleaned: Cleaned, first_line: int) -> tuple[list[str], list[Fault]]:
    """Lines of a ``Cleaned`` that may hold no soft line ends: with U+FFFD in their place, and a fault for each."""
    faults: list[Fault] = []
    kept = list(lines)
    for index, line in enumerate(lines):
        if not _SOFT.search(line):
            continue
        kept[index] = _SOFT.sub("\ufffd", line)
        for match in _SOFT.finditer(line):
            place = cleaned.locate(first_line + index, match.start() + 1)
            code, _, message, hint = _REFUSED[0]
            faults.append(Fault(code, "error", place, f"{message}（U+{ord(match[0]):04X}）", hint))
    return kept, faults


class _Line:
    """One line under repair: characters with their typed columns."""

    def __init__(self, line: str, file: str, number: int, allowed: str) -> None:
        self.line, self.file, self.number, self.allowed = line, file, number, allowed
        self.spaces: list[int] = []
        self.columns: list[int] = []
        self.faults: list[Fault] = []
        self.recomposed: set[tuple[int, int]] = set()

    def run(self) -> str:
        self.superfluous = {
            n for match in _BETWEEN.finditer(self.line) for n in range(match.start() + 1, match.end() + 1)
        }
        kept: list[str] = []
        stripped: list[int] = []
        radicals: list[int] = []
        after = 0  # the end of a bullet that was read
        for column, character in enumerate(self.line, start=1):
            if column == 1 or self.line[column - 2] in self.allowed:
                after = self._bullet(kept, column - 1)
            if column <= after:
                continue
            if character in _STRIPPED:
                stripped.append(column)
                continue
            if character in _RADICALS:
                radicals.append(column)
            printed = self._space(character, column)
            if printed is None:
                printed = self._refused(character, column) or _RADICALS.get(character, character)
            if printed:
                kept.append(printed)
                self.columns.append(column)
        self._tell(stripped, radicals)
        text = "".join(kept)
        return text if unicodedata.is_normalized("NFC", text) else self._compose(text)

    def _bullet(self, kept: list[str], start: int) -> int:
        """A private-use bullet where a paragraph starts becomes ``- ``. Returns where it and its blanks end, else 0."""
        match = _BULLET.match(self.line, start)
        if match is None:
            return 0
        sign = match.start(2)
        kept += [*(" " if self._space(self.line[n], n + 1) else self.line[n] for n in range(start, sign)), "-", " "]
        self.columns += [*range(start + 1, sign + 1), sign + 1, min(sign + 2, match.end())]
        message = f"行首的项目符号（U+{ord(match[2]):04X}）已作为列表，印成“——”开头"
        self._fault("text-bullet", "warning", sign + 1, message, "列表行首打 - ；不要列表就删去这个符号")
        return match.end()

    def _space(self, character: str, column: int) -> str | None:
        """What becomes of a special space: nothing, a plain or a full-width one. None for any other character."""
        if not _SPACE.match(character):
            return None
        self.spaces.append(column)
        if character in _WIDE_SPACES:
            return "\u3000"
        return "" if column in self.superfluous else " "

    def _tell(self, stripped: list[int], radicals: list[int]) -> None:
        if stripped:
            self._fault("text-invisible", "note", stripped[0], f"去掉了 {len(stripped)} 个看不见的字符", "")
        if radicals:
            found = "、".join(f"{self.line[c - 1]}→{_RADICALS[self.line[c - 1]]}" for c in radicals[:10])
            self._fault(
                "text-radical",
                "warning",
                radicals[0],
                f"部首字符已换成汉字：{found}",
                "多由 PDF 复制而来，请核对这一行",
            )

    def _refused(self, character: str, column: int) -> str:
        if character in self.allowed:
            return ""
        for code, pattern, message, hint in _REFUSED_ONE:
            if pattern.match(character):
                self._fault(code, "error", column, f"{message}（U+{ord(character):04X}）", hint)
                return "\ufffd"
        return ""

    def _compose(self, text: str) -> str:
        """NFC cluster by cluster, so that columns survive; a line where that is not exact falls back to its start."""
        parts: list[str] = []
        columns: list[int] = []
        changes: list[str] = []
        for start, end in _clusters(text):
            before = text[start:end]
            after = unicodedata.normalize("NFC", before)
            if after != before:
                changes.append(f"{before}→{after}")
                self.recomposed.update((self.number, c) for c in self.columns[start:end])
            parts.append(after)
            columns += [self.columns[min(start + i, end - 1)] for i in range(len(after))]
        whole = unicodedata.normalize("NFC", text)
        if "".join(parts) != whole:
            columns = [self.columns[0]] * len(whole)
        first = min(column for _, column in self.recomposed) if self.recomposed else 1
        self._fault("text-nfc", "warning", first, f"字符已换成标准形式：{'、'.join(changes[:10])}", "请核对这一行")
        self.columns = columns
        return whole

    def _fault(self, code: str, severity: str, column: int, message: str, hint: str) -> None:
        place = Place(self.file, self.number, column)
        self.faults.append(Fault(code, severity, place, message, hint))  # type: ignore[arg-type]


def _clusters(text: str) -> list[tuple[int, int]]:
    """Ranges of a base character with the marks (and Hangul vowels and finals) that may compose with it."""
    starts = [
        index
        for index, character in enumerate(text)
        if index == 0
        or not (
            unicodedata.combining(character)
            or "\u1160" <= character <= "\u11ff"
            or unicodedata.category(character) == "Mc"
        )
    ]
    return list(zip(starts, [*starts[1:], len(text)], strict=True))
