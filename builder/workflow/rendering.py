"""One issue from edition to files: set, read back, compared with its view."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

from builder import fonts
from builder.compose import Edition
from builder.errors import Fault, RenderError
from builder.fonts import FontSet
from builder.measure import budget, first_page
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.render import view
from builder.render.child import Engines
from builder.render.printing import ORDINARY, Printing
from builder.workflow.presses import Press, TypstPress, page_numbers

_AHEAD = 2  # issues that are being set while one is read back, so that neither process waits for the other


class Renderer:
    """Both engines in their own process, kept warm, with the templates as they were when first used.

    A context manager; without ``with``, the process ends when the renderer is gone.
    """

    def __init__(
        self,
        templates: Path,
        fontset: FontSet,
        engines: Engines | None = None,
        printing: Printing = ORDINARY,
    ) -> None:
        self.families = fontset.families()
        self.advance = partial(fonts.advance, fontset)
        self.templates, self._fontset = templates, fontset
        self.engines = engines or Engines()
        self._presses: dict[str, Press] = {"Typst": TypstPress(self.engines, templates, fontset.paths)}
        self.printing = printing

    def render(self, edition: Edition) -> Rendered:
        """Both files, their text read back and compared with the view; see ``Rendered``.

        Raises:
            RenderError: a template or engine failed, or a file does not carry the view's text.
        """
        seen, pdf = self.typeset(edition)
        return self.finish(edition, seen, pdf.result())

    def render_all(self, editions: Sequence[Edition]) -> Generator[tuple[Edition, Rendered]]:
        """Every edition rendered, in order. While one is read back here, the engines' process sets the following.

        Raises:
            RenderError: see ``render``; the editions before have been given out.
        """
        layouts = {edition.title.id: edition.title.layout for edition in editions}
        prepared = [self.engines.prepare(self.templates, name, layout) for name, layout in layouts.items()]
        ahead = deque(map(self.typeset, editions[:_AHEAD]))
        for each in prepared:
            each.result()
        for n, edition in enumerate(editions):
            seen, pdf = ahead.popleft()
            ahead.extend(map(self.typeset, editions[n + _AHEAD : n + _AHEAD + 1]))
            yield edition, self.finish(edition, seen, pdf.result())

    def typeset(self, edition: Edition) -> tuple[view.View, Future[bytes]]:
        """The view, and its PDF to come. Entries of 要目 are small from the start where it is certain that they must be."""
        seen = view.build(edition, self.families, printing=self.printing, advance=self.advance)
        if budget.budget(edition) is None and first_page.cramped(seen.data):
            seen = view.with_small_contents(seen) or seen
        return seen, self.press(edition).pdf(seen)

    def finish(self, edition: Edition, seen: view.View, pdf: bytes) -> Rendered:
        """The PDF read back, the pages of 要目 and the foot's learnt from it, the DOCX; both texts compared with the view.

        Where lines may stand closer (压行) and that keeps the page budget, they do.
        """
        read = self.press(edition).read(pdf, seen)
        seen, pdf, read = self._squeezed(edition, len(read.pages)) or (seen, pdf, read)
        seen, pdf, read, faults = self._listed(edition, _numbered(seen, read), pdf, read)
        if seen.data["版记"]["位置"] > 1:
            blank, alone = pdf_reader.foot_page(read, seen.data)
            seen = view.turned(seen, blank, alone and (blank > 0 or not pdf_reader.turned(seen.data)))
        coming = self.engines.docx(self.templates, seen.data, seen.photos)
        _same_text(edition.issue.file, "PDF", pdf_reader.differences(seen.data, read))
        word = coming.result()
        _same_text(edition.issue.file, "DOCX", docx_reader.differences(seen.data, word))
        remarks = tuple(pdf_reader.remarks(read, seen.data))
        room = pdf_reader.room(read, seen.data)
        verdict = self._verdict(edition, seen, pdf, room.pages)
        return Rendered({"docx": word, "pdf": pdf}, room, remarks, seen, read, verdict, faults)

    def _listed(
        self, edition: Edition, seen: view.View, pdf: bytes, read: pdf_reader.PdfText
    ) -> tuple[view.View, bytes, pdf_reader.PdfText, tuple[Fault, ...]]:
        """The issue with 要目 in the smaller size where that keeps three lines of text on page 1; a warning where it does not."""
        if not seen.data["要目"] or not first_page.lacking(seen.data, read):
            return seen, pdf, read, ()
        if smaller := view.with_small_contents(seen):
            made = self.press(edition).pdf(smaller).result()
            again = self.press(edition).read(made, smaller)
            smaller = _numbered(smaller, again)
            if not first_page.lacking(smaller.data, again):
                return smaller, made, again, ()
        elif _size(ordinary := view.build(edition, self.families, printing=self.printing)) > _size(seen):
            seen = ordinary  # they were small from the start (``typeset``), in vain
            pdf = self.press(edition).pdf(seen).result()
            read = self.press(edition).read(pdf, seen)
            seen = _numbered(seen, read)
        message = f"本期要目下首面正文不足{first_page.LEAST}行，条目用四号也不够。"
        hint = "缩短标题或编者按，减少条目；或写“要目: 否”。"
        return seen, pdf, read, (Fault("contents-long", "warning", edition.issue.place("要目"), message, hint),)

    def _squeezed(self, edition: Edition, pages: int) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
        """The issue at the widest closer pitch that keeps its budget; None where none does or none is wanted."""
        wanted = budget.budget(edition)
        pitches = wanted.closer(pages, edition.title.layout["正文"]["行距"]) if wanted else []

        @cache
        def fitting(pitch: float) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
            seen = view.build(edition, self.families, pitch, self.printing, self.advance)
            pdf = self.press(edition).pdf(seen).result()
            read = self.press(edition).read(pdf, seen)
            return (seen, pdf, read) if wanted and wanted.rule.allows(len(read.pages)) else None

        def roomy(pitch: float) -> tuple[view.View, bytes, pdf_reader.PdfText] | None:
            made = fitting(pitch)
            return made if made and pdf_reader.last_space(made[2], made[0].data).free >= budget.WORD_MARGIN else None

        return budget.widest(pitches, roomy) or budget.widest(pitches[-1:], fitting)

    def _verdict(self, edition: Edition, seen: view.View, pdf: bytes, pages: int) -> budget.Verdict | None:
        """What the page budget says against the issue; only then is the PDF read again, with all its lines."""
        wanted = budget.budget(edition)
        if wanted is None or wanted.rule.allows(pages):
            return None
        name = f"《{edition.title.data.name}》{''.join(seen.data['报头']['期号行'])}"
        return budget.judge(edition, wanted, seen, self.press(edition).read(pdf, seen, lines="all"), name)

    def press(self, edition: Edition) -> Press:
        """What makes the PDFs of the edition's publication."""
        name = edition.title.data.engine
        if name not in self._presses:
            from builder.workflow.word_press import (
                WordPress,  # a build that needs no LibreOffice shall not wait for its door
            )

            self._presses[name] = WordPress(self.engines, self.templates, self._fontset)
        return self._presses[name]

    def close(self) -> None:
        """End the engines' process."""
        self.engines.close()

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(frozen=True, slots=True)
class Rendered:
    """The files by format, the room on the last page, the view they carry, and what a page budget says against them.

    ``read`` is the PDF as it was read back. ``faults`` are the warnings that only the pages show.
    """

    files: Mapping[str, bytes]
    room: pdf_reader.Room
    remarks: tuple[str, ...]
    view: view.View
    read: pdf_reader.PdfText
    verdict: budget.Verdict | None = None
    faults: tuple[Fault, ...] = ()


def _size(seen: view.View) -> float:
    return float(seen.data["要目"]["字号"])


def _numbered(seen: view.View, read: pdf_reader.PdfText) -> view.View:
    """The view with the pages of 要目, from so many pages on as its layout says."""
    if not seen.data["要目"] or len(read.pages) < seen.data["版式"]["要目"]["页码起"]:
        return seen
    return view.numbered(seen, page_numbers(seen.data, read.outline))


def _same_text(name: str, kind: str, differences: Sequence[str]) -> None:
    if differences:
        raise RenderError(
            f"{name}：{kind} 的文字与稿件不一致：{differences[0]}", "没有写出文件；请检查该刊物的模板，或恢复原模板。"
        )
