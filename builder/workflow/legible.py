"""Forms made of what the register holds: what was recorded cannot be mended any more, and may hold a character that no face has."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from builder.errors import Fault, Place
from builder.fonts import ROLES, FontSet, missing
from builder.forms import FormView

_GETA = "〓"  # what Chinese printers set for a character that they have not
_FIGURES = ("刊物", "元数据", "字体")  # parts of a view that are not printed


def legible(name: str, view: FormView, fontset: FontSet) -> tuple[FormView, tuple[Fault, ...]]:
    """The form with ``〓`` for every character that cannot be printed, and a warning that names them; ``name`` is the form's."""
    characters = set("".join((*view.texts, view.head)))
    lacking = {c for role in ROLES for c in missing(characters, fontset, role)}
    if not lacking:
        return view, ()
    data = {key: value if key in _FIGURES else _printed(value, lacking) for key, value in view.data.items()}
    texts, head = tuple(_printed(text, lacking) for text in view.texts), _printed(view.head, lacking)
    return replace(view, data=data, texts=texts, head=head), (_told(name, lacking),)


def _printed(value: Any, lacking: Collection[str]) -> Any:
    """A part of a view with ``〓`` in all its texts."""
    if isinstance(value, str):
        return "".join(_GETA if c in lacking else c for c in value)
    if isinstance(value, Mapping):
        return {key: _printed(each, lacking) for key, each in value.items()}
    return [_printed(each, lacking) for each in value] if isinstance(value, list | tuple) else value


def _told(name: str, lacking: Collection[str]) -> Fault:
    listed = "、".join(
        f"“{c}”（U+{ord(c):04X}）" if c.isprintable() else f"U+{ord(c):04X}" for c in sorted(lacking)[:10]
    )
    more = f"等 {len(lacking)} 个字" if len(lacking) > 10 else ""
    hint = "照登记的文字不能改；要印出这些字，在 fonts 文件夹放入有它们的字体，再做一次。"
    return Fault("form-glyph", "warning", Place(""), f"{name}里 {listed}{more}没有字体能印出，印作“{_GETA}”。", hint)
