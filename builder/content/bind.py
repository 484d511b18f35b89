"""From nodes to frozen models: unknown keys, missing keys and wrong values as Chinese faults at their places."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from builder import markup
from builder.content.messages import explain
from builder.content.shapes import Shape, fields
from builder.content.yaml_text import Mapping, Node, Scalar, Sequence
from builder.errors import Fault, Place

Path = tuple[str | int, ...]
M = TypeVar("M", bound=BaseModel)

# Texts that markup reads: they keep their lines; every other value is cleaned of surplus white space here.
BODIES = frozenset({"正文", "编者按"})
CHOICES = ("信息", "督查", "正文", "表格")  # of which an entry and an annex hold exactly one
CELLS = frozenset({"表头", "行", "文"})
ONE_LINE = CELLS | frozenset(
    {"标题", "名称", "表题", "编号", "专题", "标识", "列名", "组", "单位", "简称", "全称", "供稿"}
)
# Values that print as running text, and not a name, a number or an id: cleaned as the body is.
RUNNING = frozenset({
    *("标题", "表题", "列名", "组", "专题", "事项", "立项依据", "进展", "问题", "下一步"),
    *("点位", "问题描述", "整改要求", "整改情况"),
})  # fmt: skip
_SPACES = re.compile(r" {2,}")


@dataclass(slots=True)
class Bound:
    """What binding learned of a file besides its value.

    ``given`` are the paths that hold something, ``spaces`` the places of values that lost spaces, once for each space.
    """

    places: dict[Path, Place] = field(default_factory=dict)
    given: set[Path] = field(default_factory=set)
    scalars: dict[Path, Scalar] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    spaces: list[Place] = field(default_factory=list)


def bind(model: type[M], node: Node | None, file: str) -> tuple[M | None, Bound]:
    """Validates a document against its model.

    An empty scalar counts as "not given". The value is None when there are errors.
    """
    binder = _Binder()
    if not isinstance(node, Mapping):
        place = node.place if node else Place(file, 1, 1)
        hint = "每行写一个键，后面用半角冒号并空一格，如 标题: …"
        binder.fault("yaml-mapping", place, "这里应是“键: 值”的写法", hint)
        return None, binder.bound
    data = binder.value(node, Shape("model", model=model), ())
    try:
        value = model.model_validate(data, by_alias=True, by_name=False)
    except ValidationError as error:
        for detail in error.errors(include_url=False, include_context=True):
            binder.explain(model, detail)
        return None, binder.bound
    return (value if not any(f.severity == "error" for f in binder.bound.faults) else None), binder.bound


# Keys of former versions: the key that does the same now, and what to write before the old value.
_RENAMED = {"页数上限": ("页数", "不超过")}


class _Binder:
    """Walks nodes along the model, taking out what was already reported, so that pydantic does not say it again."""

    def __init__(self) -> None:
        self.bound = Bound()
        self.silent: set[Path] = set()

    def value(self, node: Node, shape: Shape | None, path: Path) -> Any:
        """The plain value for pydantic."""
        self.bound.places[path] = node.place
        self.bound.given.add(path)
        if isinstance(node, Scalar):
            self.bound.scalars[path] = node
            if node.refused:
                self.silent.add(path)
            return self.text(node, path)
        if isinstance(node, Sequence):
            inner = shape.inner if shape and shape.kind == "list" else None
            return [self.item(item, inner, (*path, index)) for index, item in enumerate(node.items)]
        if shape and shape.kind == "model" and shape.model:
            return dict(self.members(node, shape.model, path))
        inner = shape.inner if shape and shape.kind == "dict" else None
        return {
            key.text: self.value(value, inner, (*path, key.text)) for key, value in node.pairs if not _is_empty(value)
        }

    def item(self, node: Node, shape: Shape | None, path: Path) -> Any:
        if _is_empty(node) and "表格" in path:
            self.fault("table-empty-cell", node.place, "表格里有没填的格", "不适用写 —，没有写 0")
            self.silent.add(path)
        elif _is_empty(node):
            self.fault("value-empty-item", node.place, "列表里有空的一条", "补上内容，或删去这一行")
            self.silent.add(path)
        return self.value(node, shape, path)

    def members(self, node: Mapping, model: type[BaseModel], path: Path) -> Iterator[tuple[str, Any]]:
        known = fields(model)
        for key, value in node.pairs:
            if key.text not in known:
                self.unknown(key, list(known), value)
                continue
            here = (*path, key.text)
            self.bound.places[here] = value.place
            if _is_empty(value):
                if isinstance(value, Scalar) and value.refused:
                    self.silent.add(here)
                continue
            yield key.text, self.value(value, known[key.text][1], here)

    def unknown(self, key: Scalar, known: list[str], value: Node) -> None:
        if key.text in _RENAMED and _RENAMED[key.text][0] in known and isinstance(value, Scalar):
            name, before = _RENAMED[key.text]
            written = f"{name}: {before}{value.text[:30]}"
            told = f"没有“{key.text}”这个字段，现在用“{name}”"
            self.fault("key-unknown", key.place, told, f"写成 {written}")
            return
        near = difflib.get_close_matches(key.text, known, n=1, cutoff=0.4)
        guess = f"是否指 {near[0]}？" if near else ""
        self.fault(
            "key-unknown",
            key.place,
            f"没有“{key.text[:30]}”这个字段{'，' + guess if guess else ''}",
            f"可用的字段：{'、'.join(known)}",
        )

    def text(self, node: Scalar, path: Path) -> str:
        name = next((part for part in reversed(path) if isinstance(part, str)), "")
        if name in BODIES:
            return node.text
        text = _SPACES.sub(" ", node.text).strip(" \t\n\u3000")
        if name in ONE_LINE and "\n" in text:
            self.fault("value-one-line", node.place, f"“{name}”只能写一行", "删去换行")
        return self.running(text, node) if name in RUNNING else text

    def running(self, text: str, node: Scalar) -> str:
        text, spaces, changes = markup.tidied(text)
        self.bound.spaces += [node.place] * spaces
        if changes:
            self.bound.faults.append(markup.changed(node.place, changes))
        return text

    def explain(self, model: type[BaseModel], detail: ErrorDetails) -> None:
        path = tuple(detail["loc"])
        if any(path[:count] in self.silent for count in range(len(path) + 1)):
            return
        place = next(
            (self.bound.places[path[:n]] for n in range(len(path), -1, -1) if path[:n] in self.bound.places), Place("")
        )
        if detail["type"] == "missing" and path in self.bound.places:  # the key stands there with nothing behind it
            detail = {**detail, "type": "string_too_short"}
        code, message, hint = explain(model, path, detail)
        self.fault(code, place, message, hint)

    def fault(self, code: str, place: Place, message: str, hint: str) -> None:
        self.bound.faults.append(Fault(code, "error", place, message, hint))


def _is_empty(node: Node) -> bool:
    return isinstance(node, Scalar) and not node.text.strip(" \t\n\u3000")
