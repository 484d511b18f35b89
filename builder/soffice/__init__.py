"""LibreOffice: documents in other formats (``convert``), and Word files as the pages that it sets them on (``Office``)."""

from builder.soffice.conversion import convert
from builder.soffice.faces import FaceFile
from builder.soffice.installed import ProgramMissing, find
from builder.soffice.office import Office

__all__ = ["FaceFile", "Office", "ProgramMissing", "convert", "find"]
