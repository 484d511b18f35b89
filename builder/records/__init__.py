"""What the archive and the register keep: acts, and the printed entries that search finds. Loads no library."""

from builder.records.acts import KINDS, TOTALS, Act, Kind
from builder.records.indexed import IndexEntry

__all__ = ["KINDS", "TOTALS", "Act", "IndexEntry", "Kind"]
