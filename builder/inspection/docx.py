"""A DOCX of any make measured against a profile, as far as the file itself says: nothing is rendered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from builder.inspection import docx_file, docx_foot, docx_page, docx_tables, docx_text
from builder.inspection.docx_roles import Roles, roles
from builder.inspection.docx_values import WordFile
from builder.inspection.findings import Finding, Report
from builder.inspection.made import fact
from builder.inspection.profile import Profile


@dataclass(frozen=True, slots=True)
class Document:
    """A Word file that was read, and what each part of it is."""

    file: WordFile
    roles: Roles

    @property
    def name(self) -> str:
        """The name that its masthead shows, without blanks; "" when there is none."""
        return "".join("".join(piece.text.split()) for piece in self.roles.of("刊名"))


def read(docx: bytes, name: str) -> Document:
    """A Word file with the roles of its parts.

    Raises:
        InvalidContent: the guard refuses the file; all reasons.
    """
    file = docx_file.read(docx, name)
    found = roles(file)
    return Document(file, replace(found, pieces=(*found.pieces, *docx_tables.cells(file, found))))


def inspect(docx: bytes, name: str, profile: Profile) -> Report:
    """Every element of a Word file against the profile.

    Raises:
        InvalidContent: see ``read``.
    """
    return measured(read(docx, name), name, profile)


def measured(document: Document, name: str, profile: Profile) -> Report:
    """The report on a file that was read."""
    file, found = document.file, document.roles
    body = docx_text.body(found)
    findings = [
        *_no_text(found),
        *docx_page.page(file, profile),
        *docx_page.grid(file, body, profile),
        *docx_foot.red_rule(found, profile),
        *docx_text.text(found, profile),
        *docx_tables.tables(file, found, profile),
        *docx_tables.pictures(file),
        *docx_foot.foot(file, found, profile),
        *docx_foot.numbers(file, profile),
        *docx_page.whole(file, body, profile),
    ]
    return Report(name, "DOCX", profile.name, None, tuple(findings))


def _no_text(found: Roles) -> Iterator[Finding]:
    """A file without a single character: blank, or a picture of a paper."""
    if not any(piece.text.strip() for piece in found.pieces):
        note = "文件里没有文字，只有图片或空白，正文、报头、版记都量不了；请用有文字的文件。"
        yield fact("文字", "有无", "no-text", "不合格", "没有", "有文字", "", note=note)
