"""PDF from a view, by Typst: the only module that imports it.

The view goes in as JSON (``/view.json``), never as markup. A warning counts as an error: a missing font is only a
warning to Typst, and drops text.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typst

from builder.errors import RenderError
from builder.render import typst_source

_PICTURES = "pictures"
_VIEW = "view.json"
_PICTURE_NAME = re.compile(r"[0-9A-Za-z_-]+\.(png|jpeg|jpg)")
_HINT = "请检查该刊物的 issue.typ 和 templates/layout，或恢复原模板。"


class Engine:
    """A warm Typst compiler with the templates as they were when it was made.

    One engine per thread: a compiler is not shared. Typst sees a private folder with copies of the templates' regular
    files (a link would lead out of it) and the pictures of the issue that is being rendered, and nothing else.

    No package is ever asked for: the library has no switch against fetching them, so a template that could name one is
    refused before Typst sees it (``typst_source``), and the place where packages would be kept cannot hold any.
    """

    def __init__(self, templates: Path, font_paths: Sequence[Path]) -> None:
        """Args: ``templates`` holds ``layout/`` and a folder per publication; ``font_paths`` are folders of fonts.

        Raises:
            RenderError: a template is not UTF-8 or cannot be read, or loads anything but ``.typ`` files of its own.
        """
        base = Path(tempfile.mkdtemp(prefix="jianbao-")).resolve()
        self._root = base / "templates"
        # Not a TemporaryDirectory: one that is simply dropped warns, and warnings are errors in the tests.
        weakref.finalize(self, shutil.rmtree, base, ignore_errors=True)
        self._root.mkdir()
        _copy(templates, self._root)
        (self._root / _PICTURES).mkdir(exist_ok=True)
        fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(p) for p in font_paths]
        )
        nowhere = base / "packages"
        nowhere.touch()  # a file: nothing can be stored below it
        self._compiler = typst.Compiler(
            root=str(self._root),
            font_paths=fonts,
            ignore_system_fonts=True,
            package_path=str(nowhere),
            package_cache_path=str(nowhere),
        )

    def render(self, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
        """The PDF (PDF/A-2a, PDF/UA-1; 四色: PDF/UA-1 alone) of a view; ``photos`` are the bytes of its pictures by name.

        The same view gives the same bytes, whatever the clock, the time zone and the machine.

        Raises:
            RenderError: the publication has no ``issue.typ``, or Typst reports an error or a warning.
        """
        name = f"{view['刊物']}/issue.typ"
        template = self._root / name
        if not template.is_file():
            raise RenderError(f"没有 PDF 模板 templates/{name}。", "请恢复该刊物的模板文件。")
        day = datetime.fromisoformat(view["元数据"]["日期"]).replace(tzinfo=UTC)
        # A file, not sys_inputs: those are part of Typst's library, and a new library forgets all that was set before.
        data = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
        (self._root / _VIEW).write_text(data, encoding="utf-8")
        with self._pictures(photos):
            try:
                pdf, warnings = self._compiler.compile_with_warnings(
                    input=str(template),
                    format="pdf",
                    pdf_standards=["ua-1"] if view["四色"] else ["a-2a", "ua-1"],
                    timestamp=int(day.timestamp()),
                )
            except typst.TypstError as error:
                raise self._error(name, getattr(error, "diagnostic", "") or str(error)) from error
        if warnings:
            raise self._error(name, "\n".join(getattr(w, "diagnostic", "") or str(w) for w in warnings))
        assert isinstance(pdf, bytes)
        return pdf

    def _error(self, name: str, detail: str) -> RenderError:
        """An error that names the template; paths of this machine are taken out of Typst's text."""
        folder = re.escape(self._root.parent.name)
        told = re.sub(rf"[^\s\"`]*{folder}[/\\]templates[/\\]?", "templates/", detail.strip())
        return RenderError(f"PDF 模板 templates/{name} 出错：\n{told}", _HINT)

    @contextmanager
    def _pictures(self, photos: Mapping[str, bytes]) -> Iterator[None]:
        """The pictures, where Typst sees them, for as long as it needs them."""
        paths = []
        try:
            for name, content in photos.items():
                if not _PICTURE_NAME.fullmatch(name):
                    raise RenderError(f"图片名“{name}”不能用。", "图片名由程序按内容生成，不要改动。")
                path = self._root / _PICTURES / name
                path.write_bytes(content)
                paths.append(path)
            yield
        finally:
            for path in paths:
                path.unlink(missing_ok=True)


def _copy(templates: Path, root: Path) -> None:
    """Copy what Typst may read: regular ``.typ`` files, links left out."""
    found = typst_source.faults(templates)
    if found:
        raise RenderError(f"PDF 模板 {found[0].place.file} {found[0].message}", found[0].hint, tuple(found))
    for path in typst_source.files(templates):
        target = root / path.relative_to(templates)
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)
