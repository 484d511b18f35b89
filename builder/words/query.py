"""What a reader asks of search: words, phrases, alternatives, what is not wanted, fields.

    督查 整改            both stand in the entry
    “营商 环境”          these very characters, the space among them
    督查|督办            one of them; also 督查 OR 督办, which binds closer than the space
    -通报  非:通报  NOT 通报   entries in which it does not stand
    刊物:工作信息 年:2025-2026 单位:水利局 种类:督查 标题:防汛    the same within a field; 年:2025|2026

A word is found exactly where its characters stand, whatever stands beside them (``words.grams.folded`` says which forms of a
character are one); nothing is taken apart into words, and nothing is found across the end of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from builder.errors import UsageError
from builder.records import IndexEntry
from builder.words.grams import folded

FIELDS = {"刊物": "publication", "年": "year", "单位": "units", "种类": "kind", "标题": "title"}
KINDS = ("信息", "督查")
_NOT = "非"
_FIELD = re.compile(rf"({'|'.join((*FIELDS, _NOT))}):")
_WORD = re.compile(r"[^ |]+")
_YEARS = re.compile(r"(\d{4})年?(?:[-~—至](\d{4})年?)?")
_FIRST, _LAST = 1900, 2100
_LONGEST, _MOST = 1000, 50
_HINT = "如：督查 整改 -通报 年:2026 单位:水利局；整句放在“ ”里。"


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for, folded. ``field`` is "" (title and text) or a value of ``FIELDS``; ``column`` counts from 1.

    ``years`` are the first and the last one where the field is ``year``.
    """

    field: str
    text: str
    column: int
    years: tuple[int, int] = (0, 0)

    def found_in(self, texts: Mapping[str, str]) -> bool:
        """Whether it stands in these ``searchable`` texts."""
        if self.field == "year":
            return self.years[0] <= int(texts["year"]) <= self.years[1]
        if self.field == "kind":
            return texts["kind"] == self.text
        return self.text in texts[self.field or "body"]


@dataclass(frozen=True, slots=True)
class Query:
    """Of each group one term at least must be found, and of ``without`` none."""

    groups: tuple[tuple[Term, ...], ...]
    without: tuple[Term, ...] = ()

    def matches(self, entry: IndexEntry) -> bool:
        """Whether ``entry`` is what is asked for."""
        texts = searchable(entry)
        wanted = all(any(term.found_in(texts) for term in group) for group in self.groups)
        return wanted and not any(term.found_in(texts) for term in self.without)

    @property
    def words(self) -> tuple[str, ...]:
        """What is to be shown in the text: every wanted word, folded."""
        return tuple(dict.fromkeys(t.text for group in self.groups for t in group if t.field in ("", "title")))

    def both(self, other: Query) -> Query:
        """What both ask for."""
        return Query(self.groups + other.groups, self.without + other.without)


def searchable(entry: IndexEntry) -> dict[str, str]:
    """The folded texts of an entry by field; ``body`` is what words without a field are looked for in."""
    return {
        "publication": folded(f"{entry.name}\n{entry.publication}"),
        "title": folded(entry.title),
        "units": folded("\n".join(entry.units)),
        "body": folded(entry.body),
        "year": str(entry.year),
        "kind": entry.kind,
    }


def field_query(field: str, value: str) -> Query:
    """The query of one field (a key of ``FIELDS``), as an option of the command line gives it.

    Raises:
        UsageError: the value is none for this field.
    """
    return Query(((_term(FIELDS[field], folded(value.replace("\n", " ")).strip(), 1, f"“{field}”"),),))


def parse(typed: str, more: bool = False) -> Query:
    """The query that was typed; with ``more``, something else is looked for, too, and what is not wanted is enough here.

    Raises:
        UsageError: it cannot be understood, with the column; or nothing is looked for.
    """
    if len(typed) > _LONGEST:
        raise UsageError(f"查找条件太长（{len(typed)}字，最多{_LONGEST}字）。", "写几个有代表性的词。")
    groups: list[tuple[Term, ...]] = []
    without: list[Term] = []
    for negative, terms in _Parser(typed).parts():
        if negative:
            without += terms
        else:
            groups.append(terms)
    if sum(map(len, groups)) + len(without) > _MOST:
        raise UsageError(f"查找的词太多（最多{_MOST}个）。", "写几个有代表性的词。")
    if not groups and not (more and without):
        message = "查找条件里只有不要的词，没有要找的词。" if without else "没有写要找的词。"
        raise UsageError(message, _HINT)
    return Query(tuple(groups), tuple(without))


def _wrong(column: int, message: str, hint: str = _HINT) -> UsageError:
    return UsageError(f"查找条件第{column}字：{message}", hint)


class _Parser:
    """One pass over the characters; ``at`` is the next of them."""

    def __init__(self, typed: str) -> None:
        self.raw = typed
        self.text = folded(typed).replace("\n", " ")
        self.at = 0

    def parts(self) -> Iterator[tuple[bool, tuple[Term, ...]]]:
        """Each group of alternatives, and whether it is one that is not wanted."""
        self._blanks()
        while self.at < len(self.text):
            start = self.at
            if self._operator("AND"):
                continue
            if self._operator("OR") or self._bar():
                raise _wrong(start + 1, "“OR”和“|”要写在两个词中间。")
            negative = self._negative()
            yield negative, tuple(self._alternatives())
            self._blanks()

    def _alternatives(self) -> Iterator[Term]:
        term = self._one("")
        yield term
        while True:
            if self.text[self.at : self.at + 1] == "|":  # side by side: the field holds on
                self.at += 1
                field = term.field
            else:
                self._blanks()
                if not self._operator("OR") and not self._bar():
                    return
                field = ""
            start = self.at
            if self._negative():
                raise _wrong(start + 1, "“或”的各项里不能有不要的词。", "不要的词单写，如 督查|督办 -通报。")
            term = self._one(field)
            yield term

    def _one(self, field: str) -> Term:
        """The term that begins here; ``field`` is that of its neighbour."""
        told = ""
        if (match := _FIELD.match(self.text, self.at)) and match[1] != _NOT:
            field, told = FIELDS[match[1]], f"“{match[1]}:”"
            self.at = match.end()
            self._blanks()
        column = self.at + 1
        if self.at >= len(self.text) or self.text[self.at] in " |":
            raise _wrong(column, f"{told or '这里'}后面没有写词。" if told else "这里缺一个词。")
        return _term(field, self._value(), column, told)

    def _value(self) -> str:
        """A phrase without its quotes, or the characters up to the next blank or ``|``."""
        start = self.at
        if self.text[start] == '"':
            end = self.text.find('"', start + 1)
            if end < 0:
                raise _wrong(start + 1, "引号没有配对。", "补上另一半引号；找引号本身，把它写在词的中间。")
            if end + 1 == len(self.text) or self.text[end + 1] in " |":
                if not self.text[start + 1 : end].strip():
                    raise _wrong(start + 1, "引号里没有字。")
                self.at = end + 1
                return self.text[start + 1 : end]
        match = _WORD.match(self.text, start)
        assert match is not None  # the callers have looked
        self.at = match.end()
        return match[0]

    def _negative(self) -> bool:
        """Whether what follows is not wanted; its sign is passed over."""
        negative = False
        while True:
            if (match := _FIELD.match(self.text, self.at)) and match[1] == _NOT:
                self.at = match.end()
                self._blanks()
            elif self.text[self.at : self.at + 1] == "-" and self.text[self.at + 1 : self.at + 2] not in ("", " ", "-"):
                self.at += 1
            elif not self._operator("NOT"):
                return negative
            negative = not negative

    def _operator(self, name: str) -> bool:
        """Whether the operator stands here by itself; it is passed over. Small letters are a word."""
        end = self.at + len(name)
        if self.raw[self.at : end] != name or self.text[end : end + 1] not in ("", " "):
            return False
        self.at = end
        self._blanks()
        return True

    def _bar(self) -> bool:
        if self.text[self.at : self.at + 1] != "|":
            return False
        self.at += 1
        self._blanks()
        return True

    def _blanks(self) -> None:
        while self.text[self.at : self.at + 1] == " ":
            self.at += 1


def _term(field: str, text: str, column: int, told: str) -> Term:
    term = Term(field, text, column)
    if not text:
        raise _wrong(column, f"{told}后面没有写词。")
    if field == "year":
        match = _YEARS.fullmatch(text)
        years = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
        if not _FIRST <= years[0] <= years[1] <= _LAST:
            raise _wrong(column, f"“{text}”不是年份。", "写四位数，如 年:2026；几年写 年:2024-2026。")
        return replace(term, years=years)
    if field == "kind" and text not in KINDS:
        raise _wrong(column, f"没有种类“{text}”。", f"可用：{'、'.join(KINDS)}。")
    return term
