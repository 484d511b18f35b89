"""A sample issue as PDF/A-1b, for a validator that knows no later standard.

The same view and templates, but without bookmarks, which PDFBox 2.0.27 takes for actions with a missing target, and with
pictures flattened on white, because PDF/A-1 knows no transparency.
"""

from __future__ import annotations

import io
import json
import shutil
from pathlib import Path

import typst
from PIL import Image

from builder.fonts import FontSet
from builder.render.view import View

_MAIN = """\
#import "/layout/official.typ": issue
#set heading(bookmarked: false)
#issue(json("/view.json"))
"""


def a1b(views: dict[str, View], templates: Path, fontset: FontSet, folder: Path) -> dict[str, bytes]:
    """Each view as PDF/A-1b, by name; the templates of ``layout/`` set them."""
    root = folder / "variant"
    shutil.copytree(templates / "layout", root / "layout")
    (root / "pictures").mkdir()
    (root / "main.typ").write_text(_MAIN, encoding="utf-8")
    paths = [str(path) for path in fontset.paths]
    faces = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=paths)
    compiler = typst.Compiler(root=str(root), font_paths=faces, ignore_system_fonts=True)
    made = {}
    for name, view in views.items():
        for picture, content in view.photos.items():
            (root / "pictures" / picture).write_bytes(_flat(content))
        (root / "view.json").write_text(json.dumps(view.data, ensure_ascii=False), encoding="utf-8")
        pdf, warnings = compiler.compile_with_warnings(
            input=str(root / "main.typ"), format="pdf", pdf_standards=["a-1b"], timestamp=0
        )
        assert not warnings
        assert isinstance(pdf, bytes)
        made[name] = pdf
    return made


def _flat(content: bytes) -> bytes:
    """A picture without transparency, on white."""
    with Image.open(io.BytesIO(content)) as picture:
        seen = picture.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen.getchannel("A"))
        stream = io.BytesIO()
        flat.save(stream, picture.format)
        return stream.getvalue()
