"""Reading a DOCX back: its text in document order, compared with the view."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
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
    try:
        with zipfile.ZipFile(BytesIO(docx)) as package:
            root = etree.fromstring(package.read("word/document.xml"), _PARSER)
    except (zipfile.BadZipFile, zlib.error, KeyError, etree.XMLSyntaxError) as error:
        raise RenderError(f"生成的 Word 文件读不回来：{error}。", "检查 Word 模板中的标记，或重新生成模板。") from error
    for fallback in list(root.iter(_FALLBACK)):
        fallback.clear()
    return "".join(node.text or "" for node in root.iter(f"{_W}t"))


def differences(view: Mapping[str, Any], docx: bytes) -> list[str]:
    """Where the DOCX's text departs from the view's; empty when they are equal."""
    return first_difference(visible("".join(expected.texts(view))), visible(read(docx)))
