"""PDF: Typst, the compiler in a wheel. The only importer of ``typst``.

The compiler sees a private folder that holds copies of the Typst templates and the pictures: regular files only, no
packages, nothing of the workspace. The view comes in as JSON, never as markup. A warning is an error, since a missing
font is only a warning and drops the text (design §5).
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import typst

from builder.errors import RenderError

STANDARD: Final = "a-2b"


class Engine:
    """Renders views to PDF; one compiler per publication. Not shared between threads."""

    def __init__(self, templates: Path, font_paths: Sequence[Path]) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True)
        self._root = Path(self._folder.name)
        for source in templates.rglob("*.typ"):
            if source.is_file() and not source.is_symlink():
                target = self._root / source.relative_to(templates)
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(source, target)
        (self._root / "pictures").mkdir()
        self._fonts = typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(p) for p in font_paths]
        )
        self._compilers: dict[str, typst.Compiler] = {}

    def render(self, view: Mapping[str, Any], photos: Mapping[str, bytes]) -> bytes:
        """The issue as PDF/A-2b bytes; the same view gives the same bytes.

        Raises:
            RenderError: the template is missing, or Typst reports an error or a warning.
        """
        compiler = self._compiler(view["刊物"])
        for name, data in photos.items():
            path = self._root / "pictures" / name
            if not path.exists():
                path.write_bytes(data)
        signed = datetime.fromisoformat(view["元数据"]["日期"]).replace(tzinfo=UTC)
        try:
            pdf, warnings = compiler.compile_with_warnings(
                format="pdf",
                sys_inputs={"view": json.dumps(view, ensure_ascii=False)},
                pdf_standards=STANDARD,
                timestamp=int(signed.timestamp()),
            )
        except typst.TypstError as error:
            raise self._failure(view["刊物"], error.message, error.diagnostic) from error
        if warnings:
            raise self._failure(view["刊物"], warnings[0].message, "")
        assert isinstance(pdf, bytes)  # one document, no output path
        return pdf

    def _compiler(self, publication: str) -> typst.Compiler:
        if publication not in self._compilers:
            path = self._root / publication / "issue.typ"
            if not path.is_file():
                message = f"缺少 PDF 模板 templates/{publication}/issue.typ。"
                raise RenderError(message, "从其他刊物复制 issue.typ 到这个文件夹。")
            self._compilers[publication] = typst.Compiler(
                str(path), root=str(self._root), font_paths=self._fonts, ignore_system_fonts=True
            )
        return self._compilers[publication]

    def _failure(self, publication: str, message: str, detail: str) -> RenderError:
        text = f"templates/{publication}/issue.typ 不能生成 PDF：{message}。{detail}".replace(str(self._root), "")
        return RenderError(text, "对照 docs/templates.md 改正模板，或恢复原模板。")
