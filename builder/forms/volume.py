"""年度合订本: what stands round the bound issues – cover, 说明 and contents before them, 主题索引 and 单位索引 after them.

Pages are those of the volume, which count from 1 at the first page of the first issue; so nothing printed here moves a number.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from builder.compose.listing import day_in_words
from builder.forms.form import FormView, common
from builder.words import chinese_number
from builder.words.pinyin import OTHERS, Key, letter, pinyin_key
from builder.words.subjects import folded, subjects, too_many

CONTENTS, SUBJECTS, UNITS = "目录", "主题索引", "单位索引"
_MAIN = "正刊"
_ABOUT = "说明"
_SUBJECT_NOTE = (
    "按汉语拼音音序排列。{given}主题取自栏目和各篇标题中重复出现的词语；标题没有这样的词语、或只有地名的，取标题中的一个短语，没有短语的取标题。"
    "数码是本册页码，指该篇起始的一面。"
)
_GIVEN = "编者标了主题词的，用所标的词和栏目；其余的，"
_UNIT_NOTE = (
    "按汉语拼音音序排列，名称前的“市”“市委”等字不计。数码是本册页码：前面的是该单位供稿的起始面，"
    "括号内的是文中提到该单位的一面。"
)
# What may stand beside a number, the subject of the issue or that it was printed again, but not its running total.
_BESIDE = re.compile(r"(?:（[^（）总]*）)+$")
_ROW = re.compile(r"[!-~\u00a0-\u02ff]{24,}")
# What is not counted when units are put in order: with it, half of them would stand under S.
_LEVELS = ("省委", "市委", "县委", "区委", "省", "市", "县", "区")


@dataclass(frozen=True, slots=True)
class BoundEntry:
    """An entry of a bound issue; ``page`` is that on which it begins, within the issue, from 1; ``column`` is its 栏目, "" for none.

    ``subjects`` are those that its editors gave it; () where they are taken from the titles.
    """

    title: str
    units: tuple[str, ...]
    column: str
    page: int
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundIssue:
    """One number of the year. A void one has no pages, no entries, and the reason as ``void``.

    ``corrected`` are the issues with a correction of it. ``number`` is as printed; ``series`` 正刊 or the name of a supplement;
    ``mentions`` are (unit of the roster, page within the issue). ``begins``: those before it were never in the archive.
    """

    number: str
    day: date
    pages: int
    entries: tuple[BoundEntry, ...] = ()
    mentions: tuple[tuple[str, int], ...] = ()
    series: str = _MAIN
    void: str = ""
    corrected: tuple[str, ...] = ()
    begins: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """A publication's year, its issues in the order in which they are bound; ``colour`` (RRGGBB) is that of the name on the cover.

    ``units`` are the names of the roster, which are no subjects. Where the year is not ``closed``, more may be published in it.
    """

    name: str
    year: int
    publisher: str
    issues: tuple[BoundIssue, ...]
    colour: str = "000000"
    units: tuple[str, ...] = ()
    closed: bool = True

    @property
    def title(self) -> str:
        """``《工作信息》2026年合订本``."""
        return f"《{self.name}》{self.year}年合订本"

    @property
    def bound(self) -> tuple[BoundIssue, ...]:
        """Those that have pages.

        Raises:
            ValueError: there are none: nothing to bind.
        """
        bound = tuple(issue for issue in self.issues if not issue.void)
        if not bound:
            raise ValueError("a volume without an issue")
        return bound

    @property
    def day(self) -> date:
        """The day of its last issue."""
        return max(issue.day for issue in self.bound)

    def range(self) -> tuple[str, ...]:
        """The numbers that it holds, as lines for the cover: of 正刊 from–to, and how many of each supplement."""
        series: dict[str, list[BoundIssue]] = defaultdict(list)
        for issue in self.bound:
            series[issue.series].append(issue)
        main = series.pop(_MAIN, [])
        numbers = [_BESIDE.sub("", issue.number) for issue in main[:1] + main[1:][-1:]]
        lines = [f"{numbers[0]}至", numbers[1]] if len(numbers) > 1 else numbers
        told = "、".join(f"{name}{len(issues)}期" for name, issues in series.items())
        return (*lines, f"附{told}" if lines else told) if told else tuple(lines)

    def front(
        self, starts: Sequence[int], indexes: Sequence[tuple[str, int]], families: Mapping[str, Sequence[str]]
    ) -> FormView:
        """Cover, 说明 and contents.

        Args:
            starts: the page of the volume on which each issue begins, 0 for a void one.
            indexes: name and page of every index.
            families: the fonts of every role.
        """
        month = f"{chinese_number(self.day.year, year=True)}年{chinese_number(self.day.month)}月"
        month = month if self.closed else f"截至{month}"
        rows = [*self._contents(starts), *({"类": "期", "文": name, "页": str(page)} for name, page in indexes)]
        data = {
            **common("volume-front", self.title, self.publisher, self.day, families, ""),
            "色": self.colour,
            "刊名": self.name,
            "年份": f"{self.year}年",
            "合订本": "合订本",
            "期数": list(self.range()),
            "编印": self.publisher,
            "年月": month,
            "说明": _ABOUT,
            "说明行": list(self._about([name for name, _ in indexes])),
            "目录": CONTENTS,
            "行": rows,
        }
        printed = [row[key] for row in rows for key in ("文", "页")]
        cover = (self.name, data["年份"], data["合订本"], *data["期数"], self.publisher, month)
        return FormView(data, (*cover, _ABOUT, *data["说明行"], CONTENTS, *printed))

    def back(self, starts: Sequence[int], families: Mapping[str, Sequence[str]]) -> FormView | None:
        """主题索引 and 单位索引; None where there is nothing to put into either. ``starts`` and ``families`` as for ``front``."""
        parts: list[dict[str, Any]] = [
            {"名": name, "注": note, "组": groups}
            for name, note, groups in (
                (SUBJECTS, self._subject_note(), _grouped(self._subjects(starts), pinyin_key)),
                (UNITS, _UNIT_NOTE, _grouped(self._units(starts), lambda name: pinyin_key(_without_level(name)))),
            )
            if groups
        ]
        if not parts:
            return None
        data = {**common("volume-back", self.title, self.publisher, self.day, families, ""), "索引": parts}
        texts: list[str] = []
        for part in parts:
            texts += [part["名"], part["注"]]
            texts += [text for group in part["组"] for text in (group["字"], *(t for row in group["行"] for t in row))]
        return FormView(data, tuple(texts))

    def _subject_note(self) -> str:
        given = any(entry.subjects for issue in self.bound for entry in issue.entries)
        return _SUBJECT_NOTE.format(given=_GIVEN if given else "")

    def _contents(self, starts: Sequence[int]) -> Iterator[dict[str, str]]:
        for issue, start in zip(self.issues, starts, strict=True):
            head = f"{issue.number}　{day_in_words(issue.day)}"
            if issue.void:
                yield {"类": "废", "文": f"{head}　已作废：{_breaking(issue.void)}", "页": ""}
                continue
            notice = f"　已由{'、'.join(issue.corrected)}更正" if issue.corrected else ""
            yield {"类": "期", "文": head + notice, "页": str(start)}
            for entry in issue.entries:
                units = f"（{'、'.join(entry.units)}）" if entry.units else ""
                yield {"类": "篇", "文": _breaking(f"{entry.title}{units}"), "页": str(start + entry.page - 1)}

    def _about(self, indexes: Sequence[str]) -> Iterator[str]:
        """What a reader of the volume has to know, one paragraph each."""
        bound, void = self.bound, [issue.number for issue in self.issues if issue.void]
        pages = sum(issue.pages for issue in bound)
        yield (
            f"本册收入《{self.name}》{self.year}年付印的{len(bound)}期，共{pages}面，都是付印的原面，没有改动。"
            "更正重印的，收最后一次印刷的。"
        )
        if not self.closed:
            yield f"{self.year}年度还没有关闭，本册所收截至{day_in_words(self.day)}。"
        for issue in self.issues:
            if issue.begins:
                yield f"{issue.number}以前的各期没有归档，不在本册。"
        if void:
            yield f"已作废的{'、'.join(void)}不收，目录中注明。"
        yield "每期从右面起，空白的左面是装订时所加。各期自有的页码照旧；页下外侧“合”字后的数码是本册的连续页码，目录和索引都用它。"
        if indexes:
            yield f"册后附{'、'.join(indexes)}。"

    def _subjects(self, starts: Sequence[int]) -> dict[str, str]:
        """Pages by subject."""
        entries = [(entry, start) for issue, start in zip(self.issues, starts, strict=True) for entry in issue.entries]
        credited = {unit for entry, _ in entries for unit in entry.units}
        given = [entry.subjects for entry, _ in entries]
        named = subjects([entry.title for entry, _ in entries], frozenset(self.units) | credited, given)
        columns = Counter(entry.column for entry, _ in entries)
        found: dict[str, dict[int, None]] = defaultdict(dict)
        for (entry, start), words in zip(entries, named, strict=True):
            column = [entry.column] if entry.column and columns[entry.column] <= too_many(len(entries)) else []
            for subject in (*words, *column):
                found[subject][start + entry.page - 1] = None
        return {subject: _listed(pages) for subject, pages in _merged(found).items()}

    def _units(self, starts: Sequence[int]) -> dict[str, str]:
        """Pages by unit: those of entries that it supplied, in brackets those on which it is mentioned."""
        supplied: dict[str, dict[int, None]] = defaultdict(dict)
        mentioned: dict[str, dict[int, None]] = defaultdict(dict)
        for issue, start in zip(self.issues, starts, strict=True):
            for entry in issue.entries:
                for unit in entry.units:
                    supplied[unit][start + entry.page - 1] = None
            for unit, page in issue.mentions:
                mentioned[unit][start + page - 1] = None
        found = {}
        for unit in dict.fromkeys([*supplied, *mentioned]):
            besides = [page for page in mentioned[unit] if page not in supplied[unit]]
            found[unit] = _listed(supplied[unit]) + (f"（{_listed(besides)}）" if besides else "")
        return found


def _merged(found: Mapping[str, Mapping[int, None]]) -> dict[str, set[int]]:
    """Pages by subject, the spellings of one word together (GDP, ｇｄｐ; 三农, “三农”) under that which has most pages."""
    spelt: dict[str, list[str]] = defaultdict(list)
    for subject in found:
        spelt[folded(subject) or subject].append(subject)
    return {
        max(names, key=lambda name: len(found[name])): {page for name in names for page in found[name]}
        for names in spelt.values()
    }


def _breaking(text: str) -> str:
    """The text with places to break in a row of Latin letters that is wider than a line might be."""
    return _ROW.sub(lambda row: "\u200b".join(row[0]), text)


def _listed(pages: Iterable[int]) -> str:
    return "、".join(str(page) for page in sorted(pages))


def _without_level(name: str) -> str:
    """The name of a unit without the level of the body that it belongs to: 市水利局 as 水利局, 市委组织部 as 组织部."""
    for level in _LEVELS:
        if name.startswith(level) and len(name) >= len(level) + 2:
            return name.removeprefix(level)
    return name


def _grouped(rows: Mapping[str, str], key: Callable[[str], Key]) -> list[dict[str, Any]]:
    """Rows in the order of ``key``, under their letters; ``OTHERS`` comes last."""
    groups: dict[str, list[list[str]]] = defaultdict(list)
    for known, name in sorted((key(name), name) for name in rows):
        groups[letter(known)].append([name, rows[name]])
    ordered = sorted(groups, key=lambda each: (each == OTHERS, each))
    return [{"字": each, "行": groups[each]} for each in ordered]
