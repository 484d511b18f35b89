"""Entries + publication → edition (pure): what is printed, in which order, under which number; every fault with its place."""

from builder.compose.audience import Reading, limited, readings
from builder.compose.compose import compose
from builder.compose.editing import editing_faults
from builder.compose.edition import Annex, Composition, Edition, Heading, Piece
from builder.compose.foot import office_faults
from builder.compose.numbering import Numbering, Taken, assign
from builder.compose.recipients import CopyRange, Recipient, copy_ranges, numbered, recipients
from builder.compose.usage import item_uses, usage
from builder.compose.years import settle as settle_years

__all__ = [
    "Annex",
    "Composition",
    "CopyRange",
    "Edition",
    "Heading",
    "Numbering",
    "Piece",
    "Reading",
    "Recipient",
    "Taken",
    "assign",
    "compose",
    "copy_ranges",
    "editing_faults",
    "item_uses",
    "limited",
    "numbered",
    "office_faults",
    "readings",
    "recipients",
    "settle_years",
    "usage",
]
