"""An edited Word file held against the rendered issue: what the hand changed, where it belongs, and whether it can go back."""

from builder.redline.changes import Change, Edit, Kind, Remark
from builder.redline.comparing import Redline, compare
from builder.redline.paragraphs import Word
from builder.redline.reading import read

__all__ = ["Change", "Edit", "Kind", "Redline", "Remark", "Word", "compare", "read"]
