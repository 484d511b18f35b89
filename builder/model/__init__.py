"""Frozen models. What editors write in YAML carries the field's Chinese terms as aliases; Python reads English names.

Entries keep the places of their values, so that every later message can point at them.
"""

from builder.model.blocks import LEVEL_FONTS, Align, Block, Cell, PageBreak, Paragraph, Photo, Picture, Span, Table
from builder.model.entries import (
    Adoption,
    EditState,
    Extension,
    Feedback,
    Finding,
    Instruction,
    Item,
    Matter,
    Problem,
    Verification,
)
from builder.model.fields import Auto, Day, Model, Moment, Number, RequiredDay, Texts, Urgency, Whole, YesNo, a
from builder.model.issue import (
    Attachment,
    Column,
    DistributionChange,
    Entry,
    Extra,
    Issue,
    Listing,
    Recipients,
    Section,
)
from builder.model.layout import Layout
from builder.model.library import Library, Source
from builder.model.office import Distribution, Office, Post, RecipientGroup, Unit

__all__ = [
    "LEVEL_FONTS",
    "Adoption",
    "Align",
    "Attachment",
    "Auto",
    "Block",
    "Cell",
    "Column",
    "Day",
    "Distribution",
    "DistributionChange",
    "EditState",
    "Entry",
    "Extension",
    "Extra",
    "Feedback",
    "Finding",
    "Instruction",
    "Issue",
    "Item",
    "Layout",
    "Library",
    "Listing",
    "Matter",
    "Model",
    "Moment",
    "Number",
    "Office",
    "PageBreak",
    "Paragraph",
    "Photo",
    "Picture",
    "Post",
    "Problem",
    "RecipientGroup",
    "Recipients",
    "RequiredDay",
    "Section",
    "Source",
    "Span",
    "Table",
    "Texts",
    "Unit",
    "Urgency",
    "Verification",
    "Whole",
    "YesNo",
    "a",
]
