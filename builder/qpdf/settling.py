"""A PDF as LibreOffice makes it, settled: the same document gives the same bytes, and nothing tells of the machine.

What LibreOffice puts in by the clock, or by what else the process has set: the dates, /ID, the date in the colour profile,
the numbers of Type 1 fonts. Its XMP is written anew from the document; links into the file system lead nowhere.
"""

from __future__ import annotations

import io
import re

import pikepdf

from builder.errors import JianbaoError
from builder.qpdf import metadata
from builder.qpdf.typeone import TypeOne, numberless

_WEB = ("http:", "https:", "mailto:")
_PROFILE_DATE = slice(24, 36)  # six big-endian numbers, ICC.1 7.2.7
_ANY_DATE = bytes.fromhex("07d0 0001 0001 0000 0000 0000")
_LEVEL = re.compile(rb"<pdfaid:(part|conformance)>(\w+)</pdfaid:")


def settled(pdf: bytes, title: str) -> bytes:
    """The PDF with its own title (``title`` where it has none), language zh-CN, and no other word about its making.

    Characters of a title that XML cannot hold become U+FFFD.

    A level of PDF/A that it claims stays; a claim of PDF/UA does not, since LibreOffice leaves drawings without a text.

    Raises:
        JianbaoError: it is damaged.
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            own = document.docinfo.get("/Title") if "/Info" in document.trailer else None
            _told(document, str(own or "").strip() or title)
            _dates(document)
            for page in document.pages:
                _links(page)
            _numbers(document)
            return _numbered(document)
    except pikepdf.PdfError as error:
        raise JianbaoError(f"LibreOffice 生成的 PDF 读不了：{error}。", "重试一次。") from error


def _numbered(document: pikepdf.Pdf) -> bytes:
    """The file with its objects numbered as they are met from its root on: LibreOffice's numbers differ from run to run.

    Packed together in streams, they would keep their old order; so they are packed only when they have been numbered.
    """
    plain, packed = io.BytesIO(), io.BytesIO()
    document.save(plain, static_id=True, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(plain) as again:
        again.save(packed, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return packed.getvalue()


def _told(document: pikepdf.Pdf, title: str) -> None:
    """Title, language and XMP; of the document's own information only the title, as PDF/A wants both to agree."""
    root = document.Root
    claimed = _LEVEL.findall(root.Metadata.read_bytes()) if "/Metadata" in root else []
    metadata.tell(document, title, {name.decode(): value.decode() for name, value in claimed})
    for name in ("/ID", "/DocChecksum"):
        if name in document.trailer:
            del document.trailer[name]


def _dates(document: pikepdf.Pdf) -> None:
    """The colour profile without the second in which it was made."""
    for intent in document.Root.get("/OutputIntents", ()):
        if "/DestOutputProfile" in intent:
            profile = bytearray(intent.DestOutputProfile.read_bytes())
            profile[_PROFILE_DATE] = _ANY_DATE
            intent.DestOutputProfile.write(bytes(profile))


def _links(page: pikepdf.Page) -> None:
    """Links to files lead nowhere: LibreOffice writes where its own temporary folder was."""
    for note in page.get("/Annots", ()):
        action = note.get("/A")
        if action is None:
            continue
        target = str(action.get("/URI", ""))
        if action.get("/S") != "/GoTo" and not target.lower().startswith(_WEB):
            del note["/A"]


def _numbers(document: pikepdf.Pdf) -> None:
    """Type 1 fonts without numbers counted in the process that made them, and with the list of their characters."""
    for each in document.objects:
        if not isinstance(each, pikepdf.Dictionary) or "/FontFile" not in each:
            continue
        file = each.FontFile
        program = TypeOne(file.read_bytes(), int(file.Length1), int(file.Length2))
        file.write(numberless(program))
        each.CharSet = pikepdf.String("".join(f"/{name}" for name in program.characters()))
