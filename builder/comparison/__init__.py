"""One issue in two PDFs: its pages and lines compared, and their differences explained."""
