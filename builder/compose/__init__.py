"""Entries + publication → edition (pure): what is printed, in which order, under which number; every fault with its place."""

from builder.compose.compose import compose
from builder.compose.edition import Annex, Composition, Edition, Heading, Piece
from builder.compose.foot import office_faults
from builder.compose.numbering import Numbering, assign
from builder.compose.usage import usage

__all__ = [
    "Annex",
    "Composition",
    "Edition",
    "Heading",
    "Numbering",
    "Piece",
    "assign",
    "compose",
    "office_faults",
    "usage",
]
