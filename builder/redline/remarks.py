"""Comments with their answers and the words they stand at, and notes that the hand wrote."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from builder.redline.changes import Change, Remark
from builder.redline.paragraphs import Comment, Para, Word
from builder.render.origins import Printed

_BESIDE = 8  # characters
_COMMENT = "批注不带回稿件"
_NOTE = "简报没有脚注、尾注，要写的写进正文"


def notes(rendered: Word, edited: Word) -> Iterator[Change]:
    """Footnotes and endnotes that were not there."""
    known = set(rendered.notes)
    return (Change("脚注", None, "", text, fixed=_NOTE) for text in edited.notes if text not in known)


def comments(edited: Word, behind: Mapping[int, Printed], order: Mapping[int, int]) -> Iterator[Change]:
    """Every comment that answers none, in the order of the text; ``behind`` says by its id what an edited paragraph prints."""
    answers: dict[str, list[Comment]] = defaultdict(list)
    known = {comment.id: comment for comment in edited.comments}
    for comment in edited.comments:
        if comment.parent:
            answers[_asked(comment, known)].append(comment)
    stand: dict[str, tuple[Para, str]] = {}
    for para in edited.paras():
        for id_, words in _words(para):
            stand.setdefault(id_, (para, words))
    asked = [comment for comment in edited.comments if not comment.parent]
    last = len(order)
    asked.sort(key=lambda c: order.get(id(stand[c.id][0]), last) if c.id in stand else last)
    for comment in asked:
        para, words = stand.get(comment.id, (Para(()), ""))
        yield Change(
            "批注", behind.get(id(para)), words, comment.text, author=comment.by.author, day=comment.by.day,
            fixed=_COMMENT,
            replies=tuple(Remark(a.by.author, a.by.day, a.text) for a in answers[comment.id]),
        )  # fmt: skip


def _asked(comment: Comment, known: Mapping[str, Comment]) -> str:
    """The comment at the root of a thread; a thread that goes in a circle has none of its own, and hangs on the first met."""
    seen = set()
    while comment.parent in known and comment.id not in seen:
        seen.add(comment.id)
        comment = known[comment.parent]
    return comment.id


def _words(para: Para) -> Iterator[tuple[str, str]]:
    """The id of each comment that begins in a paragraph, with its words there; those beside it, where it stands at a point."""
    ends: dict[str, int] = {}
    for at, id_ in para.ends:
        ends.setdefault(id_, at)
    for at, id_ in para.marks:
        words = para.text[at : ends.get(id_, len(para.text))].strip()
        yield id_, words or para.text[max(0, at - _BESIDE) : at].strip() or para.text[at : at + _BESIDE].strip()
