"""What the model's annotations say about the shape of a value: mapping, list or scalar (for binding and schema)."""

from __future__ import annotations

import types
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo


@dataclass(frozen=True, slots=True)
class Shape:
    """``kind`` and what lies inside: the model of a mapping, the shape of a list's or dict's values, enum values.

    ``single`` is true for a list that may also be typed as one scalar, and for a mapping that may be (a table column).
    """

    kind: Literal["model", "list", "dict", "enum", "scalar"]
    model: type[BaseModel] | None = None
    inner: Shape | None = None
    values: tuple[str, ...] = ()
    base: type = str
    single: bool = False


@cache
def fields(model: type[BaseModel]) -> dict[str, tuple[FieldInfo, Shape]]:
    """The model's fields by YAML key."""
    return {info.alias or name: (info, shape(info.annotation)) for name, info in model.model_fields.items()}


def shape(annotation: Any) -> Shape:
    """The shape of an annotation. Optional counts as what it is when given."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inside = shape(arguments[0])
        single = inside.kind == "model"  # the one annotated model is Column: a bare key stands for it
        return Shape(inside.kind, inside.model, inside.inner, inside.values, inside.base, single)
    if origin in (Union, types.UnionType):
        return shape(next(part for part in arguments if part is not type(None)))
    if origin is tuple:
        inside = shape(arguments[0])
        return Shape("list", inner=inside, single=inside.kind in ("scalar", "enum"))
    if origin is dict:
        return Shape("dict", inner=shape(arguments[1]))
    if origin is Literal:
        return Shape("enum", values=arguments)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return Shape("model", model=annotation)
    return Shape("scalar", base=annotation)
