"""The text of a Word file that must be found again in its PDF, and the fonts it asks for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from builder import guard
from builder.inspection import docx_file
from builder.inspection.docx_values import Paragraph, WordFile
from builder.measure.pdf import as_read

_AROUND = 3  # characters beside one that is looked for
_SHOWN = 12
_NOTES = ("word/footnotes.xml", "word/endnotes.xml")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@dataclass(frozen=True, slots=True)
class WordText:
    """What a Word file prints: its paragraphs (headers and footers are not among them, nor automatic numbers).

    ``fonts`` counts the characters that ask for a font, ``characters`` holds them; ``changes`` and ``comments`` are numbers of
    tracked changes and comments.
    """

    paragraphs: tuple[str, ...]
    fonts: Mapping[str, int]
    characters: Mapping[str, frozenset[str]]
    changes: int
    comments: int

    def lacking(self, printed: str) -> str:
        """A place where the text that was printed lacks characters of this one, in Chinese; "" where it lacks none."""
        found = _folded(printed)
        wanted = [_folded(text) for text in self.paragraphs]
        short = Counter("".join(wanted)) - Counter(found)
        for text in wanted if short else ():
            for n, character in enumerate(text):
                if character in short and not _drawn(text, n, found):
                    return f"“{text[max(0, n - _SHOWN) : n]}”之后的“{text[n : n + _SHOWN]}”"
        return ""


def read(opened: guard.Opened) -> WordText:
    """The text of a Word file that the guard has opened and found without faults."""
    file = docx_file.parsed(opened)
    fonts: Counter[str] = Counter()
    characters: defaultdict[str, set[str]] = defaultdict(set)
    paragraphs = list(_paragraphs(file))
    for paragraph in paragraphs:
        for stretch in paragraph.stretches:
            east = "".join(c for c in stretch.text if c >= "\u2e80")
            west = "".join(c for c in stretch.text if c < "\u2e80" and not c.isspace())
            for font, text in ((stretch.east, east), (stretch.west, west)):
                if text:
                    fonts[font] += len(text)
                    characters[font] |= set(text)
    texts = (*(paragraph.text for paragraph in paragraphs), *_notes(opened))
    kept = {name: frozenset(used) for name, used in characters.items()}
    return WordText(texts, dict(fonts), kept, file.changes, file.comments)


def _paragraphs(file: WordFile) -> Iterator[Paragraph]:
    """Those of the body, of cells that are shown, and of boxes."""
    for block in file.flow:
        if isinstance(block, Paragraph):
            yield block
            continue
        for row in block.rows:
            for cell in row.cells:
                yield from () if cell.continued else cell.paragraphs
    for box in file.boxes:
        yield from box.paragraphs


def _notes(opened: guard.Opened) -> Iterable[str]:
    """The text of footnotes and endnotes."""
    for part in _NOTES:
        if part in opened.roots:
            yield "".join(node.text or "" for node in opened.roots[part].iter(f"{_W}t"))


def _folded(text: str) -> str:
    """The text as it is compared: without white space, and without case, since capitals may be a matter of the look."""
    return as_read(text).casefold()


def _drawn(text: str, at: int, found: str) -> bool:
    """Whether the neighbours of a character stand together with one character between: two may share one shape."""
    before, after = text[max(0, at - _AROUND) : at], text[at + 1 : at + 1 + _AROUND]
    start = found.find(before)
    while start >= 0:
        between = start + len(before) + 1
        if found.startswith(after, between) and (before or after):
            return True
        start = found.find(before, start + 1)
    return False
