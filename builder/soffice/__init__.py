"""LibreOffice: documents in other formats (``convert``), and Word files as the pages that it sets them on (``Office``)."""

from builder.soffice.conversion import convert
from builder.soffice.faces import FACES_HOLD, FaceFile
from builder.soffice.installed import ProgramMissing, find
from builder.soffice.office import Office, Stopped
from builder.soffice.offices import Offices

__all__ = ["FACES_HOLD", "FaceFile", "Office", "Offices", "ProgramMissing", "Stopped", "convert", "find"]
