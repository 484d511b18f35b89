"""Reading a DOCX back: its text in document order, compared with the view."""

from __future__ import annotations

import fnmatch
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

from lxml import etree

from builder.errors import RenderError
from builder.measure.differences import first_difference
from builder.render import expected
from builder.words import visible

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


def read(docx: bytes) -> str:
    """The text of the body in document order, text boxes once (not their fallback), fields by their shown text.

    Raises:
        RenderError: the file is no DOCX, or its body is not well-formed XML.
    """
    return _text(_parts(docx, "word/document.xml")[0])


def _parts(docx: bytes, pattern: str) -> list[Any]:
    """The parts of a package whose names match (``fnmatch``), as trees; at least one.

    Raises:
        RenderError: see ``read``.
    """
    try:
        with zipfile.ZipFile(BytesIO(docx)) as package:
            names = fnmatch.filter(package.namelist(), pattern) or [pattern]
            return [etree.fromstring(package.read(name), _PARSER) for name in names]
    except (zipfile.BadZipFile, zlib.error, KeyError, etree.XMLSyntaxError) as error:
        raise RenderError(f"生成的 Word 文件读不回来：{error}。", "检查 Word 模板中的标记，或重新生成模板。") from error


def _text(root: Any) -> str:
    for fallback in list(root.iter(_FALLBACK)):
        fallback.clear()
    return "".join(node.text or "" for node in root.iter(f"{_W}t"))


def differences(view: Mapping[str, Any], docx: bytes) -> list[str]:
    """Where the DOCX's text departs from the view's; empty when they are equal. Every header of a 清样 bears its line.

    The pieces of the masthead may stand in another order: an office puts them where it wants them in its Word template.
    """
    wanted, found = visible("".join(expected.texts(view))), visible(read(docx))
    told = [] if _reordered(view, wanted, found) else first_difference(wanted, found)
    if mark := view.get("清样"):
        headers = [visible(_text(header)) for header in _parts(docx, "word/header*.xml")]
        told += [] if all(visible(mark["文"]) in text for text in headers) else [f"页眉没有“{mark['文']}”字样"]
    return told


def _reordered(view: Mapping[str, Any], wanted: str, found: str) -> bool:
    """Whether the text is the wanted one but for the order of the pieces of its masthead."""
    pieces = sorted(filter(None, map(visible, expected.masthead(view))))
    head = sum(map(len, pieces))
    return len(found) == len(wanted) and found[head:] == wanted[head:] and _made_of(found[:head], pieces)


def _made_of(text: str, pieces: Sequence[str]) -> bool:
    """Whether a text is these pieces, each once, in some order."""
    return not pieces or any(
        text.startswith(piece) and _made_of(text[len(piece) :], [*pieces[:n], *pieces[n + 1 :]])
        for n, piece in enumerate(pieces)
        if not n or piece != pieces[n - 1]
    )
