"""What a PDF says of itself: the same in its XMP packet and in its information, as PDF/A wants, and nothing of its making."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

import pikepdf
from pikepdf import Dictionary, Name, String

PRODUCER = "jianbao"
LANGUAGE = "zh-CN"
# What XML cannot hold; titles may be names of files, which need not even be UTF-8.
_UNWRITABLE = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"\
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
{properties}  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>
"""


def tell(
    document: pikepdf.Pdf, title: str, level: Mapping[str, str], *, author: str = "", year: int | None = None
) -> None:
    """Write it over what the document says of itself.

    Characters that XML cannot hold become U+FFFD; of an author "" and a year None nothing is said.

    Args:
        document: the PDF.
        title: of the document.
        level: properties of the PDF/A that it claims (``part``, ``conformance``); none where it claims none.
        author: who made and publishes it.
        year: which it covers.
    """
    title, author = (_UNWRITABLE.sub("\ufffd", text) for text in (title, author))
    known = Dictionary(Title=title, Producer=PRODUCER)
    if author:
        known.Author = String(author)
    root, packet = document.Root, _packet(title, level, author, year)
    root.Metadata = document.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    document.trailer["/Info"] = document.make_indirect(known)
    root.Lang = String(LANGUAGE)
    root.ViewerPreferences = Dictionary(DisplayDocTitle=True)


def _packet(title: str, level: Mapping[str, str], author: str, year: int | None) -> str:
    title, author = (html.escape(text, quote=False) for text in (title, author))
    properties = {
        "dc:format": "application/pdf",
        "dc:title": f'<rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt>',
        "dc:creator": f"<rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq>" if author else "",
        "dc:publisher": f"<rdf:Bag><rdf:li>{author}</rdf:li></rdf:Bag>" if author else "",
        "dc:coverage": "" if year is None else str(year),
        "dc:language": f"<rdf:Bag><rdf:li>{LANGUAGE}</rdf:li></rdf:Bag>",
        "pdf:Producer": PRODUCER,
        **{f"pdfaid:{name}": value for name, value in level.items()},
    }
    lines = (f"   <{name}>{value}</{name}>\n" for name, value in properties.items() if value)
    return _PACKET.format(properties="".join(lines))
