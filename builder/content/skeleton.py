"""The text of a new file: every key, a one-line comment on each; empty means "not given"."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import BaseModel

from builder.content import yaml_text
from builder.content.ids import refusal
from builder.content.shapes import Shape, fields
from builder.errors import UsageError
from builder.model import Issue, Item, Matter, Problem


def skeleton(kind: str, body: str = "", **given: Any) -> str:
    """The text of a new file.

    Args:
        kind: "item", "finding" or "issue"; also "事项" or "问题", the two kinds of finding.
        body: the text of an item, below its front matter.
        given: values to fill in, by YAML key or attribute name: text, number, date, or a list of them; for a list of
            nested entries dicts of their keys.
            ``种类="问题"`` makes a finding of that kind.

    Raises:
        UsageError: there is no such kind or key.
    """
    model = _model(kind, given)
    values = _by_key(model, given)
    if model is Problem:
        values["种类"] = "问题"
    text = "\n".join(_lines(model, values)) + "\n"
    return f"---\n{text}---\n\n{body}{body and chr(10)}" if model is Item else text


def bad_name(name: str) -> str:
    """Why ``name`` cannot be an entry's id, with what to do; "" when it can."""
    reason = refusal(name)
    return f"{reason[1]}：{reason[2]}" if reason else ""


_OFFICE = """\
# 机关信息：先把名称、单位、分发组换成本单位的，再出第一期。
名称: 本市市委办公室  # 机关名称（必填）
编印单位:  # 各刊物的编印单位；空则用机关名称
#  刊物代号: 本市市委督查室
涉密环境: 否  # 本机是否为涉密环境
单位:  # 单位名册；每个单位一条
  - 全称: 本市水利局  # 单位全称（必填）
    简称: 市水利局  # 供稿署名用的简称（必填）
    类别: 市直部门  # 县（市、区）、市直部门或乡镇（街道）
职务:  # 能办手续的职务；每个职务一条
  - 职务: 办公室主任  # 职务（必填）
    可办: [审核, 签发]  # 可办的手续：编辑、审核、签发、复核、登记、付印
  - 职务: 信息科科长
    可办: [编辑, 审核, 复核, 登记, 付印]
  - 职务: 信息科编辑
    可办: [编辑, 登记]
分发组:  # 每条是印在报尾的一句话和它的份数
  - 组: 领导  # 组名，供名单引用（必填）
    名称: 市委常委  # 印在报尾的文字（必填）
    份数: 10  # 份数（必填）
  - 组: 部门
    名称: 市直各单位
    份数: 40
"""


def office(publications: Sequence[str]) -> str:
    """The text of a new ``office.yaml``: sound as it stands, with a distribution list for each publication id."""
    lists = "".join(
        f"  {typed(name)}:\n    报: [领导]\n    送:\n    发: [部门]\n    存档: 3  # 存档份数\n    备用: 2  # 备用份数\n"
        for name in publications
    )
    return f"{_OFFICE}分发名单:  # 各刊物的分发名单：报、送、发后面写组名\n{lists}"


def _model(kind: str, given: dict[str, Any]) -> type[BaseModel]:
    if kind == "finding":
        kind = str(given.get("种类", given.get("kind", "")) or "事项")
    models: dict[str, type[BaseModel]] = {"item": Item, "issue": Issue, "事项": Matter, "问题": Problem}
    if kind not in models:
        raise UsageError(f"没有“{kind}”这一类文件", "可以新建：item（信息）、finding（督查事项）、issue（一期）")
    return models[kind]


def _by_key(model: type[BaseModel], given: dict[str, Any]) -> dict[str, Any]:
    keys = {name: info.alias or name for name, info in model.model_fields.items()}
    values = {keys.get(name, name): value for name, value in given.items()}
    if unknown := [name for name in values if name not in fields(model)]:
        raise UsageError(f"没有“{'、'.join(unknown)}”这个字段", f"可用的字段：{'、'.join(fields(model))}")
    return values


def _lines(model: type[BaseModel], values: dict[str, Any]) -> Iterator[str]:
    """One line for each key; what nests follows as lines to uncomment."""
    for key, (info, shape) in fields(model).items():
        comment = (info.description or key) + ("（必填）" if info.is_required() else "")
        given = values.get(key)
        if entries := [e for e in given if isinstance(e, dict)] if isinstance(given, list) else []:
            yield f"{key}:  # {comment}"
            yield from (
                f"{'    ' if n else '  - '}{k}: {typed(v)}" for e in entries for n, (k, v) in enumerate(e.items())
            )
            continue
        value = typed(given)
        yield f"{key}:{' ' + value if value else ''}  # {comment}"
        if not value:
            yield from (f"#{line}" for line in _sample(shape, "  "))


def _sample(shape: Shape, indent: str) -> Iterator[str]:
    """How a nested value is written, each key with its comment."""
    if shape.kind == "list" and shape.inner and shape.inner.model:
        lines = list(_members(shape.inner.model, indent + "  "))
        yield f"{indent}- {lines[0].lstrip()}"
        yield from lines[1:]
    elif shape.kind == "model" and shape.model:
        yield from _members(shape.model, indent)


def _members(model: type[BaseModel], indent: str) -> Iterator[str]:
    for key, (info, shape) in fields(model).items():
        yield f"{indent}{key}:  # {info.description or key}{'（必填）' if info.is_required() else ''}"
        yield from _sample(shape, indent + "  ")


def typed(value: Any) -> str:
    """A value as YAML that reads back as the same text; "" for nothing."""
    if value is None or value == "" or value == []:
        return ""
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_quoted(str(part)) for part in value) + "]"
    text = str(value)
    node, faults = yaml_text.parse(f"k: {text}", "")
    plain = yaml_text.plain(node) if node and not faults else None
    return text if plain == {"k": text} else _quoted(text)


def _quoted(text: str) -> str:
    """Double-quoted; JSON's escapes are YAML's."""
    return json.dumps(text, ensure_ascii=False)
