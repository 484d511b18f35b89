"""PDFs written: the only door to pikepdf (qpdf)."""
