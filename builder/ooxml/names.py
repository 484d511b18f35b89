"""Names and values of WordprocessingML (ISO/IEC 29500-1)."""

from __future__ import annotations

import re

from builder.guard import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
V = "{urn:schemas-microsoft-com:vml}"


_WHOLE = re.compile("-?[0-9]{1,9}")


def integer(text: str | None, missing: int = 0) -> int:
    """A whole number of at most nine digits; ``missing`` for whatever else a file may say."""
    return int(text) if text and _WHOLE.fullmatch(text) else missing


def value(element: Element | None, name: str, missing: str = "") -> str:
    """``w:val`` of the child ``w:name``; ``missing`` when the child is not there, "" when it has no value."""
    child = element.find(f"{W}{name}") if element is not None else None
    return missing if child is None else child.get(f"{W}val", "")


def on(properties: Element | None, name: str) -> bool | None:
    """A toggle property (17.7.3): None when it is not given."""
    child = properties.find(f"{W}{name}") if properties is not None else None
    return None if child is None else child.get(f"{W}val", "1").lower() not in ("0", "false", "off", "none")
