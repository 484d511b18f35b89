"""Changes as they are met: edits of one printed text are gathered, whichever paragraphs of the Word file they stand in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from builder.redline.anchoring import Anchors, Part
from builder.redline.changes import Change, Edit, Kind
from builder.redline.paragraphs import By
from builder.redline.wording import Span
from builder.render.origins import Printed


class Gathered:
    """Keeps changes in the order in which they were met; a number stands for all edits of that Printed."""

    def __init__(self, anchors: Anchors) -> None:
        self.anchors = anchors
        self.found: list[Change | int] = []
        self.edits: dict[int, list[tuple[Edit, tuple[By | None, ...]]]] = defaultdict(list)

    def tell(
        self,
        kind: Kind,
        at: Printed | None,
        old: str,
        new: str,
        by: Sequence[By | None] = (None,),
        *,
        after: Printed | None = None,
        all_: tuple[Printed, ...] = (),
        fixed: str = "",
        bold: tuple[tuple[int, int], ...] = (),
    ) -> None:
        """Takes in a change; ``by`` are all hands that made it, None among them where tracking was off.

        It cannot be carried back where ``fixed`` says so, or what was printed there.
        """
        author, day = all_hands(by)
        tracked = bool(by) and None not in by
        fixed = fixed or (at.fixed if at else "")
        self.found.append(
            Change(kind, at, old, new, after, all_, author=author, day=day, tracked=tracked, fixed=fixed, bold=bold)
        )

    def finished(self) -> Iterator[Change]:
        """All changes; edits of one Printed together, where the first of them stands."""
        told: set[int] = set()
        for each in self.found:
            if isinstance(each, Change):
                yield each
            elif each not in told:
                told.add(each)
                if change := self._words(each):
                    yield change

    def _words(self, number: int) -> Change | None:
        printed, known = self.anchors.printed[number], self.edits[number]
        if printed.kind == "要目" and printed.where.endswith("的页码"):
            return None  # numbers of pages are set, not written
        edits = tuple(edit for edit, _ in sorted(known, key=lambda each: (each[0].start, each[0].stop)))
        whose = tuple(dict.fromkeys(by for _, some in known for by in some))
        author, day = (edits[0].author, edits[0].day) if len(_named(edits)) == 1 else one_hand(whose)
        new = _applied(printed.text, edits)
        return Change(
            "改字",
            printed,
            printed.text,
            new,
            edits=edits,
            author=author,
            day=day,
            tracked=bool(whose) and None not in whose,
            fixed=printed.fixed,
        )

    def edit(self, span: Span, parts: Sequence[Part], text: str, by: tuple[By | None, ...]) -> None:
        """One edit: what it takes out of each Printed; what it puts in stands in the first of them."""
        touched = [p for p in parts if p.start < span.stop and span.start < p.stop]
        if not touched:  # put in between: it goes on with what stands before it
            ended = [p for p in parts if p.stop <= span.start] or list(parts[:1])
            touched = ended[-1:]
        for n, part in enumerate(touched):
            start, stop = (
                min(max(at, part.start), part.stop) - part.start + part.first for at in (span.start, span.stop)
            )
            begin, end = self.anchors.offsets(part.printed, start, stop)
            author, day = all_hands(by)
            edit = Edit(
                begin, end, "" if n else _spaced(self.anchors.printed[part.printed].text, begin, end, text), author, day
            )
            self.edits[part.printed].append((edit, by))
            self.found.append(part.printed)


def one_hand(by: Sequence[By | None]) -> tuple[str, str]:
    """The author and day of hands that are one person's; "" where they are several, or where one is not known."""
    known = [each for each in by if each is not None]
    if not known or len(known) < len(by) or len({each.author for each in known}) > 1:
        return "", ""
    days = {each.day for each in known}
    return known[0].author, max(days)


def all_hands(by: Sequence[By | None]) -> tuple[str, str]:
    """The authors, joined, and the last day of what several hands made of one place; "" where one is not known."""
    known = [each for each in by if each is not None]
    if not known or len(known) < len(by):
        return "", ""
    return "、".join(dict.fromkeys(each.author for each in known)), max(each.day for each in known)


def _named(edits: Sequence[Edit]) -> set[tuple[str, str]]:
    return {(edit.author, edit.day) for edit in edits}


def _spaced(old: str, start: int, stop: int, text: str) -> str:
    """What replaces ``old[start:stop]``, without blanks at its ends where there are some beside it."""
    text = text.lstrip(" ") if old[:start].endswith(" ") else text
    return text.rstrip(" ") if old.startswith(" ", stop) else text


def _applied(text: str, edits: Sequence[Edit]) -> str:
    """A text with its edits made."""
    found, at = [], 0
    for edit in edits:
        found += [text[at : edit.start], edit.text]
        at = edit.stop
    return "".join([*found, text[at:]])
