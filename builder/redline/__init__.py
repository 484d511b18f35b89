"""An edited Word file held against the rendered issue: what the hand changed, where it belongs, and whether it can go back."""

from builder.redline.changes import Change, Edit, Kind, Remark

__all__ = ["Change", "Edit", "Kind", "Remark"]
