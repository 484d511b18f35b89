"""The stamp of a Word file: a custom property with the hash of the entries' text that it prints, so that an old copy is known.

Word, WPS and LibreOffice keep such properties when they save.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from builder.render import expected

PART = "docProps/custom.xml"
NAME = "jianbao"  # of the property
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_SPACE = "http://schemas.openxmlformats.org/officeDocument/2006"
_OTHER = ("主送", "署名", "附件说明")  # made of the issue's own data
_FORMAT = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of properties that users define ([MS-OLEPS])


def stamp(view: Mapping[str, Any]) -> str:
    """The hash (hexadecimal) of what a view prints of the entries: numbers, masthead and foot change without them.

    "" for data that is no view of an issue: a template may be filled with anything.
    """
    if "版本" not in view:
        return ""
    blocks = [block for part in (view, *view["附件"]) for block in part["内容"] if block["类"] not in _OTHER]
    texts = ["".join(annex["题行"]) for annex in view["附件"]]
    texts += [f"{block['类']} {''.join(expected.blocks([block]))}" for block in blocks]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:32]


def part(view: Mapping[str, Any]) -> str:
    """The part with the property."""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<Properties xmlns="{_SPACE}/custom-properties" xmlns:vt="{_SPACE}/docPropsVTypes">'
        f'<property fmtid="{_FORMAT}" pid="2" name="{NAME}"><vt:lpwstr>{stamp(view)}</vt:lpwstr></property></Properties>'
    )


def related(text: str) -> str:
    """``_rels/.rels`` with a relation to the part."""
    if PART in text:
        return text
    return text.replace(
        "</Relationships>", f'<Relationship Id="rIdStamp" Type="{_RELATION}" Target="{PART}"/></Relationships>'
    )


def typed(text: str) -> str:
    """``[Content_Types].xml`` with the type of the part."""
    if f'"/{PART}"' in text:
        return text
    return text.replace("</Types>", f'<Override PartName="/{PART}" ContentType="{_TYPE}"/></Types>')
