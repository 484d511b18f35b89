"""Content: YAML as text with places, loading, ids, pictures, JSON Schema, texts of new files."""

from builder.content.fix import Fix, fixes
from builder.content.ids import Known, resolve, resolve_many
from builder.content.load import load, load_entry, load_office, load_office_source, trial
from builder.content.memory import Memory

__all__ = [
    "Fix",
    "Known",
    "Memory",
    "fixes",
    "load",
    "load_entry",
    "load_office",
    "load_office_source",
    "resolve",
    "resolve_many",
    "trial",
]
