"""Content: YAML as text with places, loading, ids, pictures, JSON Schema, texts of new files."""

from builder.content.fix import Fix, fixes
from builder.content.ids import resolve, resolve_many
from builder.content.load import load, load_office, trial
from builder.content.memory import Memory

__all__ = ["Fix", "Memory", "fixes", "load", "load_office", "resolve", "resolve_many", "trial"]
