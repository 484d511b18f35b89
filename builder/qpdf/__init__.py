"""PDFs written: the only door to pikepdf (qpdf)."""

from builder.qpdf.settling import settled

__all__ = ["settled"]
