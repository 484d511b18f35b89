"""A Word file that the guard has opened: related parts, in the names of the transitional form."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from urllib.parse import unquote

from builder import guard
from builder.guard import Element
from builder.ooxml.names import W
from builder.ooxml.styles import Style, styles

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT = (
    (b"http://purl.oclc.org/ooxml/wordprocessingml/main", W[1:-1].encode()),
    (b"http://purl.oclc.org/ooxml/officeDocument/relationships", _RELATIONS.encode()),
    (b"http://purl.oclc.org/ooxml/drawingml/", b"http://schemas.openxmlformats.org/drawingml/2006/"),
)


class Source:
    """An opened Word file: its parts by what its main part calls them, its styles and pictures."""

    def __init__(self, opened: guard.Opened) -> None:
        self.opened = opened
        self.base = posixpath.dirname(opened.main)
        relations = f"{self.base}/_rels/{posixpath.basename(opened.main)}.rels".lstrip("/")
        self.targets: dict[str, str] = {}
        self.sorts: dict[str, list[str]] = {}
        for relation in opened.roots.get(relations, ()):
            target = unquote(guard.attribute(relation, "Target"))
            path = target.lstrip("/") if target.startswith("/") else posixpath.join(self.base, target)
            self.targets[guard.attribute(relation, "Id")] = posixpath.normpath(path)
            sort = guard.attribute(relation, "Type").rpartition("/")[2]
            self.sorts.setdefault(sort, []).append(posixpath.normpath(path))
        self.styles: Mapping[str, Style] = styles(self.related("styles"))

    def root(self, part: str) -> Element | None:
        """The root of a part, in the names of the transitional form; None when there is no such part."""
        data = self.opened.parts.get(part)
        if part not in self.opened.roots or data is None:
            return None
        if b"purl.oclc.org/ooxml" in data:
            for strict, transitional in _STRICT:
                data = data.replace(strict, transitional)
            return guard.parse(data)
        return self.opened.roots[part]

    def related(self, sort: str) -> Element | None:
        """The root of the first part of a kind, e.g. "footnotes"."""
        return next((root for root in self.all_related(sort)), None)

    def all_related(self, sort: str) -> list[Element]:
        """The roots of all parts of a kind, e.g. "header"."""
        roots = (self.root(part) for part in self.sorts.get(sort, ()))
        return [root for root in roots if root is not None]

    def picture(self, relation: str) -> bytes | None:
        """The bytes of a picture by its relationship; None when it is not in the file."""
        return self.opened.parts.get(self.targets.get(relation, ""))

    def style(self, key: str) -> Style:
        """A style; the empty one when it is not defined."""
        return self.styles.get(key, Style())
