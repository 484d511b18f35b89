"""How a Word file is read, whoever wrote it: its parts, styles, numbers of lists and signs of symbol fonts."""

from builder.ooxml.fields import stilled
from builder.ooxml.names import MC, A, M, R, V, W, integer, on, value
from builder.ooxml.numbers import BULLET, Counters, formatted, lists
from builder.ooxml.package import Source
from builder.ooxml.signs import sign
from builder.ooxml.styles import Style, numbering, outline, styles

__all__ = [
    "BULLET",
    "MC",
    "A",
    "Counters",
    "M",
    "R",
    "Source",
    "Style",
    "V",
    "W",
    "formatted",
    "integer",
    "lists",
    "numbering",
    "on",
    "outline",
    "sign",
    "stilled",
    "styles",
    "value",
]
