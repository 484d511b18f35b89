"""Small WordprocessingML pieces: paragraphs, runs and docxtpl tags, children always in the order of the schema."""

from __future__ import annotations

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = f'xmlns:w="{W}" xmlns:r="{R}"'
DRAWING_NAMESPACES = (
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)
DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def escape(text: str) -> str:
    """Text for an element's content (the standard library's does the same, but loads a web client along)."""
    return text.replace("&", "&amp;").replace(">", "&gt;").replace("<", "&lt;")


def quoteattr(text: str) -> str:
    """Text as an attribute's value, with its quotes; line ends and tabs are kept."""
    kept = escape(text).replace('"', "&quot;").replace("\n", "&#10;").replace("\r", "&#13;").replace("\t", "&#9;")
    return f'"{kept}"'


def twips(mm: float) -> int:
    """Millimetres in twentieths of a point."""
    return round(mm * 1440 / 25.4)


def pt(points: float) -> int:
    """Points in twentieths of a point."""
    return round(points * 20)


def emu(mm: float) -> int:
    """Millimetres in English metric units."""
    return round(mm * 36000)


def run(text: str, style: str = "") -> str:
    """A run of literal text or Jinja; ``style`` is the id of a character style."""
    properties = f'<w:rPr><w:rStyle w:val="{style}"/></w:rPr>' if style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def tag(text: str) -> str:
    """A run that holds only a ``{%r … %}`` or ``{{r … }}`` tag, in small grey type so that the template stays readable."""
    return run(text, "Tag")


def tab() -> str:
    """A tab character."""
    return "<w:r><w:tab/></w:r>"


def paragraph(style: str, *runs: str, properties: str = "") -> str:
    """A paragraph; ``properties`` are children of ``w:pPr`` after the style."""
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{properties}</w:pPr>{"".join(runs)}</w:p>'


def step(text: str) -> str:
    """A paragraph that holds only a ``{%p … %}`` or ``{{p … }}`` tag."""
    return paragraph("TagLine", run(text))


def choose(*cases: tuple[str, str]) -> str:
    """``if`` / ``elif`` / ``else``; the condition of the last case may be ""."""
    parts = []
    for number, (condition, inner) in enumerate(cases):
        word = "if" if not number else "elif"
        parts.append(step(f"{{%p {word} {condition} %}}" if condition else "{%p else %}") + inner)
    return "".join(parts) + step("{%p endif %}")
