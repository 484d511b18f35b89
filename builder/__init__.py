"""jianbao: compiles information items and supervision findings into numbered bulletins (DOCX and PDF)."""

__version__ = "0.1.0"
