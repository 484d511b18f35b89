"""文稿签批单: the sheet that goes with a version to those who review and sign it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from builder.compose import Edition
from builder.compose.listing import day_in_words
from builder.forms.form import FormView, common
from builder.words import plain_title

_TITLE = "文稿签批单"
_SIGN = "签名：　　　　　　　　　　年　　月　　日"
_ROOM = (("签发意见", 44), ("审核意见", 36), ("复核意见", 28))  # mm to write in by hand
_NOTE = "备　　注"
_BLACK = "000000"
_MANY = 9  # titles, from which on they are set small, so that two sheets hold them
_ORDINARY, _SMALL = 12, 10.5  # pt


@dataclass(frozen=True, slots=True)
class ApprovalSheet:
    """The sheet of one version.

    ``number`` is as it would be printed, with 拟 where it is only proposed; ``recipients`` are (lead, text) lines as in the
    foot; ``signed`` is the hash of what is signed (hexadecimal), whose beginning is printed as 核验码, so that a sheet cannot be put
    to another text; ``colour`` is that of rules and labels, RRGGBB.
    """

    office: str
    publication: str
    number: str
    version: str
    day: date
    secrecy: str
    urgency: str
    editor: str
    proofreader: str
    pages: int
    copies: int
    recipients: tuple[tuple[str, str], ...]
    titles: tuple[str, ...]
    signed: str
    colour: str = _BLACK

    @property
    def code(self) -> str:
        """核验码: ``3F9A-02BC-71D0-55E8``."""
        digits = self.signed[:16].upper()
        return "-".join(digits[n : n + 4] for n in range(0, len(digits), 4))

    def view(self, families: Mapping[str, Sequence[str]]) -> FormView:
        """The sheet for its template; ``families`` are the fonts of every role."""
        title = f"《{self.publication}》{self.number}"
        data = {
            **common("approval", f"{title}{_TITLE}", self.office, self.day, families, f"{title}　{self.version}　{self._check}"),
            "色": self.colour,
            "机关": self.office,
            "标题": _TITLE,
            "栏": [[{"标": name, "文": text} for name, text in row] for row in self._fields()],
            "签批": [{"标": name, "高": room, "签": _SIGN} for name, room in _ROOM],
            "清单": [
                {"标": name, "隔": gap, "行": [{"引": a, "文": b} for a, b in lines]} for name, gap, lines in self._lists()
            ],
            "清单字号": _SMALL if len(self.titles) >= _MANY else _ORDINARY,
            "备注": _NOTE,
        }  # fmt: skip
        return FormView(data, tuple(self._texts()))

    @property
    def _check(self) -> str:
        return f"核验码 {self.code}"

    def _fields(self) -> tuple[tuple[tuple[str, str], tuple[str, str]], ...]:
        return (
            (("刊　　名", f"《{self.publication}》"), ("期　　号", self.number)),
            (("版　　次", self.version), ("送审日期", day_in_words(self.day))),
            (("密　　级", self.secrecy), ("紧急程度", self.urgency)),
            (("编　　辑", self.editor), ("校　　对", self.proofreader)),
            (("页　　数", f"{self.pages}面"), ("印　　数", f"{self.copies}份")),
        )

    def _lists(self) -> tuple[tuple[str, float, list[tuple[str, str]]], ...]:
        """(label, gap between leads and texts in em, lines)."""
        many = len(self.titles) > 1
        titles = [(f"{n}." if many else "", title) for n, title in enumerate(self.titles, 1)]
        return ("题　　名", 0.3 if many else 0.0, titles), ("报送范围", 0.0, list(self.recipients))

    def _texts(self) -> list[str]:
        fields = [text for row in self._fields() for pair in row for text in pair]
        rooms = [text for name, _ in _ROOM for text in (name, _SIGN)]
        lists = [text for name, _, lines in self._lists() for text in (name, *(t for line in lines for t in line))]
        return [self.office, _TITLE, *fields, *rooms, *lists, _NOTE]


def approval_sheet(edition: Edition, version: str, day: date, pages: int, signed: str) -> ApprovalSheet:
    """The sheet of a version of an edition.

    Args:
        edition: what is submitted.
        version: ``送审稿一``.
        day: the day of submission.
        pages: sides of the version's PDF.
        signed: the hash of what is signed.
    """
    issue, numbering, data = edition.issue.value, edition.numbering, edition.title.data
    lines = edition.title.number_lines(issue.day.year, numbering.number, numbering.total, issue.series)
    secrecy = issue.secrecy + (f"★{issue.secrecy_term}" if issue.secrecy_term else "")
    titles = tuple(plain_title(piece.title) for piece in edition.pieces if piece.title)
    return ApprovalSheet(
        office=edition.office.name,
        publication=data.name,
        number=("拟" if numbering.proposed else "") + "".join(lines),
        version=version,
        day=day,
        secrecy=secrecy or issue.marking or data.marking,
        urgency=issue.urgency,
        editor=issue.editor,
        proofreader=issue.proofreader,
        pages=pages,
        copies=edition.copies,
        recipients=edition.foot,
        titles=titles or (issue.topic or "（无题）",),
        signed=signed,
        colour=_BLACK if data.black == "是" else edition.title.layout["报头"]["红"],
    )
