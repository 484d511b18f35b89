"""Programs that know nothing of this project, asked whether a PDF is what it says; and two reports of theirs, disproved.

``page`` (PDF/A-2a, PDF/UA-1), Preflight of PDFBox (PDF/A-1b) and qpdf (syntax). A report of ``page`` is left out only where a
proof, which reads the same file by other means, says that it does not hold of this very file.
"""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import page
import pikepdf
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from fontTools.ttLib import TTFont

_JARS = ("preflight", "pdfbox2", "fontbox2", "xmpbox", "commons-logging", "javax.activation", "jaxb-api")
_JAVA = Path("/usr/share/java")  # where Debian keeps the jars of its packages


def conforms(pdf: bytes, profile: str) -> list[str]:
    """What ``page`` says against a file (profiles 2a, ua1, 1b …), false reports that are disproved of this file left out."""
    report = page.validate_pdf_bytes(pdf, profile=profile)
    found = []
    for failure in report.failures:
        proof = next((proof for rule, proof in DISPROVED.items() if failure.rule_id.endswith(rule)), None)
        if proof is None or proof(pdf):
            found.append(f"{failure.rule_id}: {failure.message}")
    assert report.is_compliant or report.failures
    return found


def preflight(files: Mapping[str, bytes], folder: Path) -> dict[str, list[str]]:
    """What Preflight says against each file as PDF/A-1b, by name; one start of Java for all of them."""
    java, jars = shutil.which("java"), [_JAVA / f"{name}.jar" for name in _JARS]
    if java is None or not all(jar.exists() for jar in jars):
        pytest.skip("preflight is not installed (libpdfbox2-java and what it needs)")
    judged = folder / "judged"
    judged.mkdir()
    for name, pdf in files.items():
        (judged / f"{name}.pdf").write_bytes(pdf)
    program = "org.apache.pdfbox.preflight.Validator_A1b"
    options = [f"-Duser.home={folder}", "-Xshare:auto", "-cp", ":".join(map(str, jars))]
    subprocess.run([java, *options, program, "xml", "group", str(judged)], check=True, capture_output=True, timeout=300)
    told = {}
    for each in ElementTree.parse(f"{judged}.preflight.xml").getroot().iter("preflight"):
        errors = [f"{e.findtext('code')} {e.findtext('details')}" for e in each.iter("error")]
        valid = each.findtext("isValid") == "true"
        told[str(each.get("name")).removesuffix(".pdf")] = errors if errors or valid else ["invalid"]
    assert set(told) == set(files)
    return told


def qpdf(pdf: bytes, folder: Path) -> list[str]:
    """What ``qpdf --check`` says against a file: its warnings and errors."""
    program = shutil.which("qpdf")
    if program is None:
        pytest.skip("qpdf is not installed")
    path = folder / "checked.pdf"
    path.write_bytes(pdf)
    run = subprocess.run([program, "--check", path.name], cwd=folder, capture_output=True, text=True, timeout=60)
    return (run.stdout + run.stderr).splitlines() if run.returncode else []


# ---------------------------------------------------------------- what disproves a report


@cache
def false_widths(pdf: bytes) -> list[str]:
    """Glyphs whose width in the embedded program is another one than in /W or /DW; [] of a sound file.

    ``page`` reads 0 from every CFF program of Fandol and Noto; why is not known. Here fontTools runs the programs, and reads those
    of TrueType: all glyphs, not only those that are shown. Preflight compares them, too, and finds nothing.
    """
    wrong = []
    for font in _cid_fonts(pdf):
        if not {"/FontFile2", "/FontFile3"} & set(font.FontDescriptor.keys()):
            wrong.append(f"{font.BaseFont} has no program")  # nothing disproves what is reported of it
            continue
        told, other = dict(widths(font)), float(font.get("/DW", 1000))
        for cid, width in _advances(font.FontDescriptor):
            if abs(width - told.get(cid, other)) > 0.5:
                wrong.append(f"{font.BaseFont} CID {cid}: {width} in the program, {told.get(cid, other)} in /W")
    return wrong


def _advances(told: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """CID and width, in thousandths of an em, of every glyph of an embedded program whose CIDs are its own (/Identity)."""
    if "/FontFile2" in told:
        font = TTFont(io.BytesIO(told.FontFile2.read_bytes()))
        em = font["head"].unitsPerEm
        yield from ((cid, font["hmtx"][name][0] * 1000 / em) for cid, name in enumerate(font.getGlyphOrder()))
        return
    program = CFFFontSet()
    program.decompile(io.BytesIO(told.FontFile3.read_bytes()), None)
    yield from _programmed(program[0])


def _programmed(top: Any) -> Iterator[tuple[int, float]]:
    """CID and width, in thousandths of an em, of every glyph of a CID-keyed CFF font."""
    for number, name in enumerate(top.charset):
        glyph = top.CharStrings[name]
        glyph.draw(NullPen())  # the width is known once the program has run
        of_part = getattr(top.FDArray[top.FDSelect[number]], "FontMatrix", [1])
        yield int(name.removeprefix("cid").replace(".notdef", "0")), glyph.width * of_part[0] * top.FontMatrix[0] * 1000


def _cid_fonts(pdf: bytes) -> Iterator[pikepdf.Object]:
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in document.objects:
            if isinstance(each, pikepdf.Dictionary) and each.get("/Subtype") in ("/CIDFontType0", "/CIDFontType2"):
                yield each


def widths(font: pikepdf.Object) -> Iterator[tuple[int, float]]:
    """CID and width of a /W array, both of its forms."""
    items = list(font.get("/W", []))
    while items:
        first, second = int(items.pop(0)), items.pop(0)
        if isinstance(second, pikepdf.Array):
            yield from ((first + n, float(width)) for n, width in enumerate(second))
        else:
            width = float(items.pop(0))
            yield from ((cid, width) for cid in range(first, int(second) + 1))


def false_lengths(pdf: bytes) -> list[str]:
    """Streams whose /Length is not the number of bytes up to the line end before ``endstream``; [] of a sound file.

    ``page`` takes a last byte 0D of the data, with the line feed after it, for the two-byte end of a line, and finds one
    byte too few. The standard (ISO 19005-2, 6.1.7.1) counts from the line feed after ``stream``, as is done here.
    """
    wrong = []
    for found in re.finditer(rb"(?<![a-z])stream(\r\n|\n)", pdf):
        head = pdf[pdf.rfind(b" obj", 0, found.start()) : found.start()]
        length = re.findall(rb"/Length (\d+)(?! \d+ R)", head)
        if not length:
            continue  # these bytes stand within the data of a stream
        if not re.match(rb"\r?\nendstream", pdf[found.end() + int(length[-1]) :][:12]):
            wrong.append(f"the stream at byte {found.start()} does not end after {int(length[-1])} bytes")
    return wrong


# The end of a rule's id → what finds the fault in a file, if it is there. Named so in every profile of ``page``.
DISPROVED: Mapping[str, Callable[[bytes], list[str]]] = {
    "-FONT-GLYPH-WIDTH-001": false_widths,
    "-TRUETYPE-GLYPH-WIDTH-001": false_widths,
    "-STREAM-LENGTH-001": false_lengths,
}
