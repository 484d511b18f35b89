"""Word files edited in their XML, for what no hand of ours does: other programs' runs, fields, symbols, broken files."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W14 = "http://schemas.microsoft.com/office/word/2010/wordml"


def changed(document: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """The DOCX with a part changed; the change must change it."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    before = parts[part].decode()
    after = change(before)
    assert after != before, "nothing was changed"
    parts[part] = after.encode()
    return packed(parts)


def body(document: bytes, old: str, new: str) -> bytes:
    """The DOCX with a string of its main part replaced, once."""
    return changed(document, "word/document.xml", lambda text: text.replace(old, new, 1))


def packed(parts: dict[str, bytes]) -> bytes:
    """A package of these parts."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return made.getvalue()


def paragraph_of(document: bytes, words: str) -> str:
    """The XML of the paragraph in which words stand in one run."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        text = package.read("word/document.xml").decode()
    return next(p for p in re.findall(r"<w:p>.*?</w:p>|<w:p .*?</w:p>", text, re.DOTALL) if words in p)


def part(document: bytes, name: str) -> str:
    """The text of a part."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.read(name).decode()


def with_part(document: bytes, name: str, text: str, sort: str) -> bytes:
    """The DOCX with a part more, to which its main part refers as ``sort``."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    parts[name] = text.encode()
    relations = parts["word/_rels/document.xml.rels"].decode()
    own = (
        f'<Relationship Id="r{sort}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{sort}" '
        f'Target="{name.removeprefix("word/")}"/></Relationships>'
    )
    parts["word/_rels/document.xml.rels"] = relations.replace("</Relationships>", own).encode()
    return packed(parts)


def names(document: bytes) -> list[str]:
    """The names of its parts."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        return package.namelist()


def replaced(document: bytes, name: str, data: bytes) -> bytes:
    """The DOCX with other bytes in a part."""
    with zipfile.ZipFile(io.BytesIO(document)) as package:
        parts = {each: package.read(each) for each in package.namelist()}
    parts[name] = data
    return packed(parts)
