"""What search keeps of a published issue: one value for each entry that stands in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IndexEntry:
    """One entry (or annex) of a published issue, as it is found again.

    ``publication`` is the folder's name and ``name`` the 刊名; ``year`` is that of the issue's date, ``day`` the date itself
    (ISO 8601); ``kind`` is 信息 or 督查; ``number`` the 期号 as printed, on one line; ``issue`` the id of the issue's file.
    ``no`` counts from 1 within the issue; ``units`` are those that supplied the text; ``page`` is the page on which it begins,
    0 where that is not known. ``text`` is what prints below the title, one paragraph or table cell a line.
    """

    publication: str
    name: str
    year: int
    day: str
    kind: str
    number: str
    issue: str
    no: int
    title: str
    units: tuple[str, ...]
    page: int
    text: str

    @property
    def label(self) -> str:
        """``《工作信息》第13期（总第345期）``."""
        return f"《{self.name}》{self.number}"

    @property
    def body(self) -> str:
        """All that words are looked for in: title and text."""
        return f"{self.title}\n{self.text}"
