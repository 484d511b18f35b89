"""Honest Word files made by python-docx, with what Word writes and python-docx cannot say put in as XML."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from PIL import Image

NS = nsdecls("w", "r", "wp", "a", "pic", "m") + (
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:v="urn:schemas-microsoft-com:vml"'
)


def saved(document: Document) -> bytes:
    """The bytes of a document."""
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def picture(form: str = "PNG", colour: str = "red") -> bytes:
    """A small picture."""
    out = io.BytesIO()
    Image.new("RGB", (20, 10), colour).save(out, form)
    return out.getvalue()


def raw(document: Document, xml: str) -> None:
    """Adds XML (prefix ``w:`` and others of NS) at the end of the body."""
    holder = parse_xml(f"<w:holder {NS}>{xml}</w:holder>")
    for child in list(holder):
        document.element.body.find(docx.oxml.ns.qn("w:sectPr")).addprevious(child)


def inside(paragraph: Paragraph, xml: str) -> None:
    """Adds XML at the end of a paragraph."""
    for child in list(parse_xml(f"<w:holder {NS}>{xml}</w:holder>")):
        paragraph._p.append(child)


def run(text: str, properties: str = "") -> str:
    """A run of text."""
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def listed(
    document: Document, levels: list[tuple[str, str]], number: int = 77, more: str = ""
) -> Callable[..., Paragraph]:
    """Defines a list (format and text of each level); returns a function that adds a paragraph at a level of it."""
    numbering = document.part.numbering_part.element
    xml = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/>{more}</w:lvl>'
        for n, (form, text) in enumerate(levels)
    )
    first = numbering.find(docx.oxml.ns.qn("w:num"))
    first.addprevious(parse_xml(f'<w:abstractNum {NS} w:abstractNumId="{number}">{xml}</w:abstractNum>'))
    use(document, number, number)

    def add(text: str, level: int = 0, used: int = number) -> Paragraph:
        paragraph = document.add_paragraph(text)
        properties = f'<w:numPr {NS}><w:ilvl w:val="{level}"/><w:numId w:val="{used}"/></w:numPr>'
        paragraph._p.get_or_add_pPr().append(parse_xml(properties))
        return paragraph

    return add


def use(document: Document, number: int, abstract: int, start: int | None = None) -> None:
    """One more use of a list, which may begin anew."""
    override = f'<w:lvlOverride w:ilvl="0"><w:startOverride w:val="{start}"/></w:lvlOverride>' if start else ""
    xml = f'<w:num {NS} w:numId="{number}"><w:abstractNumId w:val="{abstract}"/>{override}</w:num>'
    document.part.numbering_part.element.append(parse_xml(xml))


def field(instruction: str, *shown: str) -> str:
    """A complex field with what it shows."""
    begin, middle, end = (f'<w:r><w:fldChar w:fldCharType="{s}"/></w:r>' for s in ("begin", "separate", "end"))
    return f"{begin}<w:r><w:instrText>{instruction}</w:instrText></w:r>{middle}{''.join(map(run, shown))}{end}"


def converted(soffice: str, folder: Path, source: Path, form: str) -> bytes:
    """A file in another format, by LibreOffice with a profile of its own."""
    profile = (folder / "profile").as_uri()
    command = [
        soffice,
        f"-env:UserInstallation={profile}",
        "--headless",
        "--convert-to",
        form,
        "--outdir",
        str(folder / "out"),
    ]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=180)
    return (folder / "out" / f"{source.stem}.{form.partition(':')[0]}").read_bytes()


FODT = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" office:version="1.2"
 office:mimetype="application/vnd.oasis.opendocument.text">
<office:automatic-styles>
<style:style style:name="B" style:family="text"><style:text-properties fo:font-weight="bold" style:font-weight-asian="bold"/></style:style>
<text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-format="一, 二, 三, ..." style:num-suffix="、"/>
<text:list-level-style-number text:level="2" style:num-format="1" style:num-suffix="."/></text:list-style>
</office:automatic-styles>
<office:body><office:text>
<text:h text:outline-level="1">云埠县推进灌区改造</text:h>
<text:list text:style-name="L"><text:list-item><text:p>抓进度</text:p>
<text:list><text:list-item><text:p>渠道衬砌完成18公里</text:p></text:list-item>
<text:list-item><text:p>泵站更新7座</text:p></text:list-item></text:list></text:list-item>
<text:list-item><text:p>抓质量</text:p></text:list-item></text:list>
<text:p>全县<text:span text:style-name="B">早稻</text:span>灌溉有保障<text:note
 text:note-class="footnote"><text:note-citation>1</text:note-citation>
<text:note-body><text:p>数据截至6月底</text:p></text:note-body></text:note>。</text:p>
<table:table><table:table-column table:number-columns-repeated="2"/>
<table:table-row><table:table-cell><text:p>乡镇</text:p></table:table-cell>
<table:table-cell><text:p>座数</text:p></table:table-cell></table:table-row>
<table:table-row><table:table-cell><text:p>龙洲镇</text:p></table:table-cell>
<table:table-cell><text:p>7</text:p></table:table-cell></table:table-row>
</table:table>
<text:p>（云埠县水利局供稿）</text:p>
</office:text></office:body></office:document>
"""
FODT_LINES = ["一、抓进度", "1.渠道衬砌完成18公里", "2.泵站更新7座", "二、抓质量", "全县早稻灌溉有保障。"]


def blocks_of(item: Any) -> list[str]:
    """What an item's blocks print, one text for each: paragraphs, tables by rows, pictures by their words."""
    found = []
    for block in item.blocks:
        name = type(block).__name__
        if name == "Paragraph":
            found.append(("- " if block.kind == "列表项" else "") + block.text)
        elif name == "Table":
            found += [f"{n}：{t}" for n, t in (("表题", block.title), ("单位", block.unit)) if t]
            found += ["|".join(cell.text for cell in row) for row in (*block.head, *block.rows)]
        else:
            found.append(f"[{getattr(block, 'alt', name)}]")
    return found
