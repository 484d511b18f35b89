"""What an import could not carry, or had to change: counted by kind, with the first words of each."""

from __future__ import annotations

from builder.errors import Fault, Place

_SHOWN = 5  # examples in one note
_WORDS = 30  # characters of each


class Notes:
    """Collects on the way; ``faults`` tells each kind once."""

    def __init__(self) -> None:
        self._left: dict[str, list[str]] = {}
        self._changed: dict[str, list[str]] = {}

    def left(self, kind: str, text: str = "") -> None:
        """Something of the source that is not in the item, e.g. ``left("脚注", "见市统计局资料")``."""
        self._left.setdefault(kind, []).append(text)

    def changed(self, kind: str, text: str = "") -> None:
        """Something that is in the item in another form."""
        self._changed.setdefault(kind, []).append(text)

    def faults(self, name: str) -> tuple[Fault, ...]:
        """One warning for each kind, in the order in which the kinds were first met."""
        place = Place(name)
        left = [
            Fault("import-left-out", "warning", place, f"没有带入{_told(kind, texts)}", "要用的内容请在稿件里补写")
            for kind, texts in self._left.items()
        ]
        changed = [
            Fault("import-changed", "warning", place, f"{_told(kind, texts)}", "请对照原件核对")
            for kind, texts in self._changed.items()
        ]
        return (*left, *changed)


def _told(kind: str, texts: list[str]) -> str:
    shown = [_short(text) for text in dict.fromkeys(texts) if text.strip()]
    more = "等" if len(shown) > _SHOWN else ""
    words = "".join(f"“{text}”" for text in shown[:_SHOWN])
    return f"{kind} {len(texts)} 处{'：' if words else ''}{words}{more}"


def _short(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= _WORDS else flat[:_WORDS] + "…"
