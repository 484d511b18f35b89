"""The tags of a Word template as somebody typed them, whatever a program made of them when it saved the file.

Word, WPS and LibreOffice part a tag over several runs (by script, by spelling mark, by who typed when), turn its quotes into ‘ ’ “ ”,
put blanks that do not break into it, and join neighbouring runs. All that is put right here, before the tags are read.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from builder.guard import Element, local, parse
from builder.render.template.box import hair
from builder.render.template.xml import NAMESPACES

_CLOSING = {"{{": "}}", "{%": "%}", "{#": "#}"}
_SHOWN = {"noBreakHyphen": "-", "tab": "\t", "br": "\n", "cr": "\n", "softHyphen": "", "lastRenderedPageBreak": ""}
_LEFT = (
    "proofErr",
    "bookmarkStart",
    "bookmarkEnd",
    "permStart",
    "permEnd",
)  # marks of programs that nothing here needs
_QUOTES = {"“": '"', "”": '"', "‘": "'", "’": "'", "„": '"', "‟": '"', "‛": "'"}
_BLANKS = "\t\n\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
_NOTHING = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
FULL_WIDTH = "（）［］｛｝，．：；＝＜＞｜＋－＊／％＂＇！"


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag within the text of a paragraph: from ``start`` to before ``stop``; ``closed``: its end is there."""

    start: int
    stop: int
    text: str
    closed: bool = True

    @property
    def kind(self) -> str:
        """``p``, ``r``, ``tr`` or ``tc``: what vanishes with it; "" for a tag that stands in text."""
        word = self.text[2:].split(maxsplit=1)[0] if self.text[2:].strip() and not self.text[2].isspace() else ""
        return word if word in ("p", "r", "tr", "tc") else ""


def tags(text: str) -> Iterator[Tag]:
    """The tags of a text in order; one without an end reaches to the end of the text."""
    at = 0
    while (start := text.find("{", at)) >= 0:
        closing = _CLOSING.get(text[start : start + 2])
        if closing is None:
            at = start + 1
            continue
        end = text.find(closing, start + 2)
        at = len(text) if end < 0 else end + 2
        yield Tag(start, at, text[start:at], end >= 0)


def plain(tag: str) -> str:
    """A tag with the quotes and blanks that Jinja knows.

    A quote of the other kind within a text is written as an escape of Jinja's, since docxtpl would turn it into a straight one.
    """
    made: list[str] = []
    inside = ""  # the quote that began a text, as typed
    for character in tag:
        straight = _QUOTES.get(character, character)
        if inside:
            ends = character == inside or (inside in _QUOTES and straight == _QUOTES[inside])
            made.append(straight if ends or character not in _QUOTES else f"\\u{ord(character):04x}")
            inside = "" if ends else inside
        elif character in _BLANKS:
            made.append(" ")
        elif character not in _NOTHING:
            made.append(straight)
            inside = character if straight in "\"'" else ""
    return "".join(made)


def strayed(tag: str) -> str:
    """The first full-width mark of a tag that Jinja cannot read, outside texts in quotes; "" for none."""
    inside = ""
    for character in plain(tag):
        if inside:
            inside = "" if character == inside else inside
        elif character in "\"'":
            inside = character
        elif character in FULL_WIDTH:
            return character
    return ""


def paragraphs(root: Element) -> Iterator[tuple[Element, list[Element], list[str]]]:
    """Every paragraph with what shows text in it, in order, and those texts; paragraphs of boxes by themselves."""
    found: dict[Element, list[Element]] = {}
    for element in root.iter("{*}t", *(f"{{*}}{name}" for name in _SHOWN)):
        holder = element.getparent()
        if holder is None or local(holder) != "r":
            continue  # of a formula, or a tab stop
        paragraph = next((e for e in holder.iterancestors() if local(e) == "p"), None)
        if paragraph is not None:
            found.setdefault(paragraph, []).append(element)
    for paragraph, shown in found.items():
        yield paragraph, shown, [e.text or "" if local(e) == "t" else _SHOWN[local(e)] for e in shown]


def mended(root: Element) -> bool:
    """Put the tags of a part right, in place; whether anything was another way."""
    changed = False
    for paragraph, shown, texts in list(paragraphs(root)):
        found = list(tags("".join(texts)))
        if found:
            changed |= _joined(shown, texts, found)
            changed |= _parted(paragraph)
            changed |= _section_after(paragraph, found)
    marks = list(root.iter(*(f"{{*}}{name}" for name in _LEFT)))
    for mark in marks:
        _removed(mark)
    return changed or bool(marks)


def _joined(shown: Sequence[Element], texts: Sequence[str], found: Sequence[Tag]) -> bool:
    """Each tag whole in the run in which it begins; tabs and line breaks within it go."""
    whole, owner = "".join(texts), [n for n, text in enumerate(texts) for _ in text]
    made: list[list[str]] = [[] for _ in texts]
    within: set[int] = set()
    at = 0
    for tag in found:
        for n in range(at, tag.start):
            made[owner[n]].append(whole[n])
        made[owner[tag.start]].append(plain(tag.text) if tag.closed else tag.text)
        within.update(owner[tag.start : tag.stop])
        at = tag.stop
    for n in range(at, len(whole)):
        made[owner[n]].append(whole[n])
    return any([_given(shown[n], "".join(made[n]), texts[n], n in within) for n in range(len(texts))])


def _given(element: Element, text: str, before: str, within: bool) -> bool:
    """What shows text, given another one; whether it is another."""
    if local(element) == "t" and text != before:
        element.text = text
        element.set(_SPACE, "preserve")
        return True
    if local(element) != "t" and within and not text:
        _removed(element)
        return True
    return False


def _parted(paragraph: Element) -> bool:
    """Each ``{%r … %}`` and ``{{r … }}`` alone in its run: the run vanishes with it."""
    changed = False
    for text in list(paragraph.iter("{*}t")):
        run = text.getparent()
        if run is None or local(run) != "r":
            continue
        found = [tag for tag in tags(text.text or "") if tag.kind == "r"]
        content = [e for e in run if local(e) != "rPr"]
        if found and (len(content) > 1 or len(found[0].text) != len(text.text or "")):
            _split(run, text, found)
            changed = True
    return changed


def _split(run: Element, text: Element, found: Sequence[Tag]) -> None:
    """A run as several with the same look: what comes before, each tag, what comes after."""
    whole, at, pieces = text.text or "", 0, []
    for tag in found:
        pieces += [whole[at : tag.start], tag.text]
        at = tag.stop
    pieces.append(whole[at:])
    later = list(text.itersiblings())
    for piece in reversed([p for p in pieces[1:] if p]):
        made = _like(run)
        part = copy.deepcopy(text)
        part.text, part.tail = piece, None
        part.set(_SPACE, "preserve")
        made.append(part)
        run.addnext(made)
    text.text = pieces[0]
    if later:
        after = _like(run)
        after.extend(later)
        last = run
        for _ in (p for p in pieces[1:] if p):
            last = last.getnext()  # type: ignore[assignment]
        last.addnext(after)


def _like(run: Element) -> Element:
    """An empty run with the look of another."""
    made = run.makeelement(run.tag)
    made.extend(copy.deepcopy(e) for e in run if local(e) == "rPr")
    return made


def _section_after(paragraph: Element, found: Sequence[Tag]) -> bool:
    """A section that ends with a paragraph that vanishes: LibreOffice gives it to the tag's own, which it did not have.

    It gets an empty paragraph of its own again, behind the tag.
    """
    properties = next((e for e in paragraph if local(e) == "pPr"), None)
    section = next((e for e in properties if local(e) == "sectPr"), None) if properties is not None else None
    if section is None or not any(tag.kind == "p" for tag in found):
        return False
    carrier = parse(f"<x {NAMESPACES}>{hair()}</x>".encode())[0]
    carrier[0].append(section)
    paragraph.addnext(carrier)
    return True


def _removed(element: Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
