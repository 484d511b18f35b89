"""The single measurements: seconds an issue, warm; each is called in a process of its own."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.render import docx, view
from builder.render.child import Engines
from builder.settings import workspace
from builder.workflow import opening, planning, rendering

ROOT = Path(__file__).resolve().parents[2]
_CALLS = 3  # of LibreOffice


@cache
def _plan(folder: Path) -> planning.Plan:
    plan = planning.plan(opening.open_workspace(workspace(folder)), ())
    assert plan.editions, plan.faults
    assert not plan.left_out, plan.faults
    return plan


@cache
def _views(folder: Path) -> list[view.View]:
    families = _plan(folder).fontset.families()
    return [view.build(edition, families) for edition in _plan(folder).editions]


def _timed(work: Callable[[int], object], count: int) -> list[float]:
    """Seconds of ``work(1)`` … ``work(count - 1)``, after ``work(0)`` to warm up.

    Each issue is made once: Typst remembers what it set before, and the same issue again would cost a tenth.
    """
    work(0)
    taken = []
    for n in range(1, count):
        start = time.perf_counter()
        work(n)
        taken.append(time.perf_counter() - start)
    return taken


def an_edition_to_its_view(folder: Path) -> list[float]:
    """What both formats share and the peers get for nothing."""
    plan = _plan(folder)
    families = plan.fontset.families()
    return _timed(lambda n: view.build(plan.editions[n], families), len(plan.editions))


def docx_read_back(folder: Path) -> list[float]:
    """A DOCX from its view, its text compared with the view."""
    views, engines = _views(folder), Engines()

    def work(n: int) -> None:
        data = engines.docx(folder / "templates", views[n].data, views[n].photos).result()
        assert not docx_reader.differences(views[n].data, data)

    return _timed(work, len(views))


def pdf_read_back(folder: Path) -> list[float]:
    """A PDF from its view, one after the other, its text compared with the view."""
    plan = _plan(folder)
    renderer = rendering.Renderer(folder / "templates", plan.fontset)

    def work(n: int) -> None:
        seen, pdf = renderer.typeset(plan.editions[n])
        read = pdf_reader.read(pdf.result())
        pages = {mark: page for (mark, _), (_, page) in zip(view.bookmarks(seen.data), read.outline, strict=True)}
        assert not pdf_reader.differences(view.numbered(seen, pages).data, read)

    return _timed(work, len(plan.editions))


def both_read_back(folder: Path) -> list[float]:
    """What ``build`` does for an issue, as it does it: view, both files, both texts compared, the room on the last page."""
    plan = _plan(folder)
    rendered = rendering.Renderer(folder / "templates", plan.fontset).render_all(plan.editions)
    return _timed(lambda _: next(rendered), len(plan.editions))


def docxtpl_alone(folder: Path) -> list[float]:
    """Docxtpl as its manual has it: open the template, render, save; the same template, view and filters."""
    views = _views(folder)
    return _timed(lambda n: with_docxtpl(folder, views[n]), len(views))


def docxtpl_and_libreoffice(folder: Path) -> list[float]:
    """Docxtpl, then one call of LibreOffice that converts all files; its start is shared among them."""
    views = _views(folder)
    with tempfile.TemporaryDirectory(prefix="jianbao-bench-") as scratch:
        place = Path(scratch)
        with_libreoffice(folder, place, views[:1])  # makes the profile
        taken = []
        for _ in range(_CALLS):
            start = time.perf_counter()
            with_libreoffice(folder, place, views)
            taken.append((time.perf_counter() - start) / len(views))
    return taken


def with_docxtpl(folder: Path, seen: view.View) -> bytes:
    """A DOCX as docxtpl's manual has it made, by the template of the view's publication in the workspace ``folder``."""
    from docxtpl import DocxTemplate

    template = DocxTemplate(folder / "templates" / seen.data["刊物"] / "issue.docx")
    template.render(dict(seen.data), jinja_env=docx.environment(), autoescape=True)
    out = io.BytesIO()
    template.save(out)
    return out.getvalue()


def with_libreoffice(folder: Path, place: Path, views: list[view.View]) -> None:
    """DOCX and PDF of every view in ``place``, by docxtpl and one call of LibreOffice with a profile of its own."""
    names = [place / f"{n:02}.docx" for n in range(len(views))]
    for name, seen in zip(names, views, strict=True):
        name.write_bytes(with_docxtpl(folder, seen))
        name.with_suffix(".pdf").unlink(missing_ok=True)
    profile = f"-env:UserInstallation={(place / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(place), *map(str, names)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=600)
    assert all(name.with_suffix(".pdf").stat().st_size for name in names)


def cold(folder: Path, count: int) -> Iterator[float]:
    """Seconds of a new process for one issue, both formats, ``count`` times."""
    command = [sys.executable, "-m", "builder", "-C", str(folder), "build", "bench/01"]
    for _ in range(count):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        yield time.perf_counter() - start


def watched(folder: Path, saves: int) -> Iterator[float]:
    """Seconds from a saved item (150 ms apart, each time another text) to the new PDF of its issue, the DOCX before it.

    ``build --watch`` runs in a second process; the first save warms it up and is left out.
    """
    command = [sys.executable, "-m", "builder", "-C", str(folder), "build", "--watch", "bench/01"]
    item, target = folder / "content/items/bench/01-2.md", folder / "output/drafts/gongzuo-xinxi/bench/01.pdf"
    text = item.read_text(encoding="utf-8")
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT) as process:
        assert process.stderr is not None
        while "正在监看".encode() not in process.stderr.readline():
            assert process.poll() is None
        for n in range(saves + 1):
            time.sleep(0.15)
            before = target.stat().st_ino, target.stat().st_mtime_ns
            item.write_text(text + f"第{n}次修改，累计{n * 7}处。\n", encoding="utf-8")
            start = time.perf_counter()
            while (target.stat().st_ino, target.stat().st_mtime_ns) == before:
                time.sleep(0.001)
            if n:
                yield time.perf_counter() - start
        process.terminate()
    item.write_text(text, encoding="utf-8")


MEASURES: dict[str, Callable[[Path], list[float]]] = {
    "view": an_edition_to_its_view,
    "docx": docx_read_back,
    "pdf": pdf_read_back,
    "both": both_read_back,
    "docxtpl": docxtpl_alone,
    "libreoffice": docxtpl_and_libreoffice,
}
