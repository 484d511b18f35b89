"""What else makes such issues, on both cores: docxtpl + LibreOffice, Carbone + LibreOffice, pandoc → typst.

Each is given what it needs before the clock starts: views are ready, LibreOffice has its profile (Carbone's runs already), templates
are made. It makes both formats of every issue and reads nothing back. Docxtpl fills our own Word template; Carbone and
pandoc get the same text in a plain look, which is less work.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from builder.render import expected
from builder.render.view import View
from tests.bench import measures

PROCESSES = 2
CARBONE = "3.5.6"
_SIZE = 16  # pt, as body text has in ours, so that all have about as many pages
_LOOK = ("-V", "mainfont=FandolFang R", "-V", f"fontsize={_SIZE}pt")
_SYSTEM = "/usr/bin:/bin"  # LibreOffice's door for programs is in the system's Python alone


@dataclass(frozen=True, slots=True)
class Peer:
    """One that was measured: issues, both formats, and the seconds for them; or why it was not."""

    name: str
    issues: int
    seconds: float
    missing: str = ""

    @property
    def rate(self) -> float:
        """Issues a second."""
        return self.issues / self.seconds if self.seconds else 0.0


def measured(folder: Path, fonts: Path, views: Sequence[View], scratch: Path) -> Iterator[Peer]:
    """Every peer in turn, over the same issues; ``folder`` is the workspace, ``fonts`` a folder of fonts."""
    with _faces(fonts, scratch):
        yield _docxtpl(folder, views, scratch / "docxtpl")
        yield _carbone(views, scratch / "carbone")
    yield pandoc(fonts, views, scratch / "pandoc")


@contextmanager
def _faces(fonts: Path, scratch: Path) -> Iterator[None]:
    """LibreOffice finds our fonts while this lasts: without Chinese ones it would set boxes, and carry no fonts in its PDFs."""
    config, before = scratch / "fonts.conf", os.environ.get("FONTCONFIG_FILE")
    config.write_text(
        f"<fontconfig><dir>{fonts}</dir><cachedir>{scratch}/cache</cachedir></fontconfig>", encoding="utf-8"
    )
    os.environ["FONTCONFIG_FILE"] = str(config)
    try:
        yield
    finally:
        del os.environ["FONTCONFIG_FILE"]
        if before is not None:
            os.environ["FONTCONFIG_FILE"] = before


def plain(view: Mapping[str, Any]) -> dict[str, Any]:
    """An issue as any template takes it: lines, and the rows of its tables in five columns."""
    head = view["报头"]
    tables = [block for block in view["内容"] if block["类"] == "表"]
    rows = [row for table in tables for row in table["行"]]
    lines = ["".join(expected.blocks([block])) for block in view["内容"] if block["类"] != "表"]
    return {
        "name": head["刊名"],
        "number": "".join(head["期号行"]),
        "office": head["编印单位"],
        "day": head["日期"],
        "blocks": [{"text": line} for line in lines if line],
        "rows": [{f"c{n}": expected.runs(cell["文字"]) for n, cell in enumerate(row, 1)} for row in rows],
        "foot": [{"text": "".join((line["引"], line["文"]))} for line in view["版记"]["条"]],
    }


# ---------------------------------------------------------------- docxtpl + LibreOffice


def _docxtpl(folder: Path, views: Sequence[View], scratch: Path) -> Peer:
    name = "docxtpl + LibreOffice"
    if not shutil.which("soffice"):
        return Peer(name, 0, 0.0, "LibreOffice is not installed")
    shares = [(folder, list(views[n::PROCESSES]), scratch / str(n)) for n in range(PROCESSES)]
    with _processes() as pool:
        list(pool.map(_warm_office, shares))
        seconds = _timed(lambda: list(pool.map(_fill_and_convert, shares)))
    assert len(list(scratch.rglob("*.pdf"))) >= len(views)
    return Peer(name, len(views), seconds)


_Share = tuple[Path, list[View], Path]


def _warm_office(share: _Share) -> None:
    folder, views, place = share
    place.mkdir(parents=True)
    measures.with_libreoffice(folder, place, views[:1])


def _fill_and_convert(share: _Share) -> None:
    folder, views, place = share
    measures.with_libreoffice(folder, place, views)


# ---------------------------------------------------------------- Carbone


def _carbone(views: Sequence[View], scratch: Path) -> Peer:
    name = f"Carbone {CARBONE}, LibreOffice kept alive"
    for program in ("npm", "node", "soffice"):
        if not shutil.which(program):
            return Peer(name, 0, 0.0, f"{program} is not installed")
    modules, out = scratch / "modules", scratch / "out"
    modules.mkdir(parents=True)
    out.mkdir()
    install = ["npm", "install", "--no-audit", "--no-fund", "--silent", f"carbone@{CARBONE}"]
    if subprocess.run(install, cwd=modules, capture_output=True, check=False).returncode:
        return Peer(name, 0, 0.0, "npm could not install it")
    template, job = scratch / "template.docx", scratch / "job.json"
    template.write_bytes(_carbone_template())
    asked = {"template": str(template), "out": str(out), "data": [plain(seen.data) for seen in views]}
    job.write_text(json.dumps(asked), encoding="utf-8")
    command = ["node", str(Path(__file__).with_name("carbone.js")), str(modules), str(job)]
    # Carbone looks for ``soffice.bin``, and for a Python that has UNO.
    office = Path(shutil.which("soffice") or "").resolve().parent
    environment = {
        **os.environ,
        "PATH": os.pathsep.join((str(office), _SYSTEM, os.environ["PATH"])),
        "HOME": str(scratch),
    }
    done = subprocess.run(command, env=environment, capture_output=True, timeout=1200, check=False, cwd=scratch)
    if done.returncode:
        return Peer(name, 0, 0.0, f"it failed: {done.stderr.decode(errors='replace')[-200:]}")
    assert len(list(out.glob("*.pdf"))) == len(views)
    return Peer(name, len(views), json.loads(done.stdout.splitlines()[-1])["seconds"])


def _carbone_template() -> bytes:
    """A Word file with Carbone's marks: a head, lines one below the other, a table, a foot."""
    from docx import Document  # python-docx, which docxtpl brings along
    from docx.shared import Pt

    document = Document()
    document.styles["Normal"].font.size = Pt(_SIZE)
    for mark in ("{d.name}", "{d.number}", "{d.office}　{d.day}", "{d.blocks[i].text}", "{d.blocks[i+1].text}"):
        document.add_paragraph(mark)
    table = document.add_table(rows=2, cols=5)
    for row, step in enumerate(("i", "i+1")):
        for column in range(5):
            table.cell(row, column).text = f"{{d.rows[{step}].c{column + 1}}}"
    for mark in ("{d.foot[i].text}", "{d.foot[i+1].text}"):
        document.add_paragraph(mark)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# ---------------------------------------------------------------- pandoc → typst


def pandoc(fonts: Path, views: Sequence[View], scratch: Path) -> Peer:
    """Pandoc as a user calls it, for Word and for Typst."""
    name = "pandoc → typst"
    try:
        from pypandoc import get_pandoc_path
    except ImportError:
        return Peer(name, 0, 0.0, "pypandoc is not installed")
    program = get_pandoc_path()
    texts = [_markdown(plain(seen.data)) for seen in views]
    scratch.mkdir(parents=True)
    shares = [(program, fonts, texts[n::PROCESSES], scratch / str(n)) for n in range(PROCESSES)]
    with _processes() as pool:
        list(pool.map(_set_with_pandoc, [(*share[:2], share[2][:1], share[3]) for share in shares]))
        seconds = _timed(lambda: list(pool.map(_set_with_pandoc, shares)))
    return Peer(name, len(views), seconds)


def _markdown(issue: Mapping[str, Any]) -> str:
    lines = [f"# {issue['name']}", issue["number"], f"{issue['office']}　{issue['day']}"]
    lines += [block["text"] for block in issue["blocks"]]
    if issue["rows"]:
        rows = ["|".join(row.values()) for row in issue["rows"]]
        lines.append("\n".join(["|a|b|c|d|e|", "|---|---|---|---|---|", *(f"|{row}|" for row in rows)]))
    return "\n\n".join([*lines, *(line["text"] for line in issue["foot"])]) + "\n"


def _set_with_pandoc(share: tuple[str, Path, list[str], Path]) -> None:
    """Each issue by two calls of pandoc, for Typst and for Word, and one of Typst, whose compiler stays."""
    import typst

    program, fonts, texts, place = share
    place.mkdir(exist_ok=True)
    source = place / "issue.typ"
    source.touch()
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(fonts)])
    compiler = typst.Compiler(root=str(place), font_paths=faces)
    for n, text in enumerate(texts):
        for output in (["-t", "typst", "-s", *_LOOK, "-o", str(source)], ["-o", f"{place}/{n}.docx"]):
            subprocess.run([program, "-f", "markdown", *output], input=text.encode(), check=True, capture_output=True)
        compiler.compile(input=str(source), output=f"{place}/{n}.pdf", format="pdf")


# ---------------------------------------------------------------- clocks and processes


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


@contextmanager
def _processes() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn")) as pool:
        yield pool
