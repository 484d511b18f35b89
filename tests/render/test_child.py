"""The engines' process: what a template may take, what becomes of it when it takes more, and that nothing is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from builder.errors import RenderError, UsageError
from builder.fonts import FontSet
from builder.measure import docx as docx_reader
from builder.measure import pdf as pdf_reader
from builder.render.child import Engines
from builder.settings import Limits, limits
from tests.render import views
from tests.render.test_docx_engine import package, paragraph

TEMPLATES = views.ROOT / "templates"
SHORT = Limits(1.0, 600)
ROOMY = Limits(30.0, 400)  # time enough to fill the memory on a busy machine
WORD = "templates/ducha-kuaixun/issue.docx"
PAPER = "templates/ducha-kuaixun/issue.typ"


@pytest.fixture(scope="module")
def engines() -> Iterator[Engines]:
    with Engines(SHORT) as made:
        yield made


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates to spoil."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def view(fontset: FontSet) -> dict[str, Any]:
    return views.frame("ducha-kuaixun", fontset.families(), [views.paragraph("正文一段。")])


def word(engines: Engines, templates: Path, fontset: FontSet, tag: str) -> bytes:
    """The DOCX of a template whose body is this tag."""
    (templates / "ducha-kuaixun/issue.docx").write_bytes(package(paragraph(tag)))
    return engines.docx(templates, view(fontset), {}).result()


def paper(engines: Engines, templates: Path, fontset: FontSet, code: str) -> bytes:
    """The PDF of a template with this code in front."""
    path = templates / "ducha-kuaixun/issue.typ"
    path.write_text(f"{code}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")
    return engines.pdf(templates, fontset.paths, view(fontset), {}).result()


def both(engines: Engines, fontset: FontSet) -> None:
    """The shipped templates still work."""
    seen = view(fontset)
    assert pdf_reader.differences(seen, pdf_reader.read(engines.pdf(TEMPLATES, fontset.paths, seen, {}).result())) == []
    assert docx_reader.differences(seen, engines.docx(TEMPLATES, seen, {}).result()) == []


LOOPS = "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}"


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (LOOPS, "超过 1 秒"),
        ('{{ cycler.__init__.__globals__.os.popen("id").read() }}', ""),
        ('{{ 内容|attr("__class__") }}', ""),
        ('{{ 内容["__class__"] }}', ""),
        ('{{ "{0.__class__}".format(内容) }}', ""),
    ],
)
def test_a_word_template_that_goes_too_far_is_stopped_and_named(
    engines: Engines, templates: Path, fontset: FontSet, tag: str, words: str
) -> None:
    with pytest.raises(RenderError, match=WORD) as caught:
        word(engines, templates, fontset, tag)
    assert words in caught.value.message
    assert caught.value.hint
    both(engines, fontset)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("#for a in range(9999) { for b in range(9999) { for c in range(9999) { } } }", "超过 1 秒"),
        ('#read("../x")', "file not found"),  # beside the templates' own folders, where nothing else is
        ('#read("../../x")', "would escape the project root"),
        ('#read("/../x")', "would escape the project root"),
        ('#import "@preview/cetz:0.3.1": *', "软件包"),
        ('#plugin("/x.wasm")', "plugin"),
        ('#set text(font: "没有的字体")\n字', "unknown font"),
    ],
)
def test_a_typst_template_that_goes_too_far_is_stopped_and_named(
    engines: Engines, templates: Path, fontset: FontSet, code: str, words: str
) -> None:
    with pytest.raises(RenderError, match=PAPER) as caught:
        paper(engines, templates, fontset, code)
    assert words in caught.value.message
    assert caught.value.hint
    both(engines, fontset)


@pytest.mark.parametrize("tag", ['{{ "a"*9999999999 }}', "{{ ([0] * 999999999)|length }}"])
def test_a_word_template_that_fills_the_memory_is_stopped_and_named(
    templates: Path, fontset: FontSet, tag: str
) -> None:
    with Engines(ROOMY) as engines:
        with pytest.raises(RenderError, match=rf"{WORD} .*内存"):
            word(engines, templates, fontset, tag)
        both(engines, fontset)


@pytest.mark.parametrize(
    "code",
    ["#range(999999999999).len()", '#{let a = "a" * 9000000; let b = (a,) * 400; panic(b.join().len())}'],
)
def test_a_typst_template_that_fills_the_memory_is_stopped_and_named(
    templates: Path, fontset: FontSet, code: str
) -> None:
    with Engines(ROOMY) as engines:
        with pytest.raises(RenderError, match=rf"{PAPER} .*内存"):
            paper(engines, templates, fontset, code)
        both(engines, fontset)


def test_a_process_that_is_killed_from_outside_is_an_error_that_names_the_template(
    templates: Path, fontset: FontSet
) -> None:
    with Engines(ROOMY) as engines:
        both(engines, fontset)
        (templates / "ducha-kuaixun/issue.docx").write_bytes(package(paragraph(LOOPS)))
        coming = engines.docx(templates, view(fontset), {})
        _busy(_worker(os.getpid())).kill()
        with pytest.raises(RenderError, match=f"{WORD} 使排版程序意外退出"):
            coming.result()
        both(engines, fontset)


def test_a_process_that_sleeps_is_stopped_by_the_clock(fontset: FontSet) -> None:
    with Engines(Limits(0.5, 600)) as engines:
        both(engines, fontset)
        _worker(os.getpid()).suspend()
        with pytest.raises(RenderError, match=f"{PAPER} 等了 5 秒"):
            engines.pdf(TEMPLATES, fontset.paths, view(fontset), {}).result()
        both(engines, fontset)


def test_the_process_ends_with_its_engines_and_leaves_no_folder(fontset: FontSet, tmp_path: Path) -> None:
    engines = Engines()
    both(engines, fontset)
    process = _worker(os.getpid())
    folder = Path(process.cwd())
    assert folder.is_dir()
    engines.close()
    assert not process.is_running()
    assert not folder.exists()


def test_a_process_that_cannot_start_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "docxtpl.py").write_text("raise ImportError('half installed')")
    monkeypatch.syspath_prepend(tmp_path)
    with Engines() as engines, pytest.raises(RuntimeError, match="half installed"):
        engines.prepare(TEMPLATES, "ducha-kuaixun", {}).result()


def test_engines_that_are_dropped_end_their_process(fontset: FontSet) -> None:
    engines = Engines()
    both(engines, fontset)
    process = _worker(os.getpid())
    del engines
    assert not process.is_running()


PARENT = """
import sys, time
from pathlib import Path
from builder.render.child import Engines
from builder.settings import Limits
from tests.render import views
view = views.frame("ducha-kuaixun", {}, [])
with Engines(Limits(60.0, 600)) as engines:
    engines.prepare(Path(sys.argv[1]), "ducha-kuaixun", view["版式"]).result()
    coming = engines.docx(Path(sys.argv[1]), view, {})
    print("started", flush=True)
    coming.result()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize("sign", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_no_process_and_no_folder_outlives_the_program(templates: Path, sign: str) -> None:
    """Also in the midst of an endless template, also when the program cannot say good-bye."""
    (templates / "ducha-kuaixun/issue.docx").write_bytes(package(paragraph(LOOPS)))
    environment = {**os.environ, "PYTHONPATH": str(views.ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(templates)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "started\n"
        process = _busy(_worker(parent.pid))
        folder = Path(process.cwd())
        parent.send_signal(getattr(signal, sign))
        parent.wait(10)
    process.wait(10)
    assert not folder.exists()


def test_the_process_sees_no_secret_of_its_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JIANBAO_SECRET", "秘密")
    with Engines() as engines:
        engines.prepare(TEMPLATES, "ducha-kuaixun", {}).result()
        environment = _worker(os.getpid()).environ()
    assert "秘密" not in environment.values()
    assert Path(environment["TMPDIR"]).parent == Path(tempfile.gettempdir())


def test_a_long_issue_is_within_the_limits(fontset: FontSet) -> None:
    """A hundred pages, as one would expect of a year's list; by default settings."""
    block = views.paragraph(views.BODY * 3)
    seen = views.frame("ducha-kuaixun", fontset.families(), [block] * 700)
    with Engines() as engines:
        read = pdf_reader.read(engines.pdf(TEMPLATES, fontset.paths, seen, {}).result())
        assert len(read.pages) >= 100
        assert docx_reader.differences(seen, engines.docx(TEMPLATES, seen, {}).result()) == []


def test_limits_grow_with_long_texts_and_large_pictures_only() -> None:
    given = Limits(2.0, 1024)
    assert given.scaled(1_000_000, 0) == given
    assert given.scaled(2_000_000, 0).seconds == 8
    assert given.scaled(0, 40_000_000) == Limits(18.0, 2024)


def test_limits_come_from_the_environment() -> None:
    assert limits({}) == Limits(2.0, 1024)
    assert limits({"JIANBAO_DEADLINE": "0.5", "JIANBAO_MEMORY": "2048"}) == Limits(0.5, 2048)


@pytest.mark.parametrize("name", ["JIANBAO_DEADLINE", "JIANBAO_MEMORY"])
@pytest.mark.parametrize("value", ["abc", "0", "-1", "nan", "inf", "1e99"])
def test_a_limit_that_is_none_is_a_usage_error_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(UsageError, match=name):
        limits({name: value})


def _worker(parent: int) -> psutil.Process:
    found = [p for p in psutil.Process(parent).children() if "builder.render.worker" in p.cmdline()]
    return max(found, key=lambda p: p.create_time())


def _busy(process: psutil.Process) -> psutil.Process:
    """The process, once it is at work."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        if process.cpu_percent(0.05) > 40:
            break
    return process
