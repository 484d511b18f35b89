"""One issue in two PDFs: its pages and lines compared, and their differences explained."""

from builder.comparison.report import Comparison, Difference, Landmark, Row, compared

__all__ = ["Comparison", "Difference", "Landmark", "Row", "compared"]
