"""The JSON Schema accepts what the loader accepts, and refuses what it refuses."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from builder.content import yaml_text
from builder.content.bind import bind
from builder.content.load import finding_model
from builder.content.schema import schema
from builder.content.shapes import fields
from builder.content.skeleton import bad_name, office, skeleton
from builder.model import Issue, Item, Matter, Office, Problem

KINDS = ["item", "finding", "issue", "office"]
ITEM, ISSUE, MATTER = "标题: 甲\n", "刊物: a\n日期: 2026-06-08\n", "编号: 1\n事项: 甲\n"
PROBLEM = "种类: 问题\n编号: 1\n点位: 甲\n问题描述: 乙\n"
OFFICE = "名称: 甲\n"

CASES = [
    ("item", ITEM, True), ("item", "标题:\n", False), ("item", "标题: 12\n", True), ("item", "{}", False),
    ("item", ITEM + "标提: 1\n", False), ("item", ITEM + "报送时间: 2026-6-8\n", True),
    ("item", ITEM + "报送时间: 2026-13-8\n", False), ("item", ITEM + "报送时间: 2026.6.8\n", True),
    ("item", ITEM + "报送时间: 2026/06/08\n", True), ("item", ITEM + "报送时间: 2026年6月8日\n", True),
    ("item", ITEM + "报送时间: ２０２６．１２．３１\n", True), ("item", ITEM + "报送时间: 6月8日\n", True),
    ("item", ITEM + "报送时间: 2026 年 6 月 8 日\n", True), ("item", ITEM + "报送时间: 2026.6-8\n", False),
    ("item", ITEM + "报送时间: 13月8日\n", False), ("issue", "刊物: a\n日期: 6月8日\n", False),
    ("issue", "刊物: a\n日期: 2026年6月8日\n", True), ("item", ITEM + "报送时间:\n", True),
    ("item", ITEM + "供稿单位: 甲\n", True), ("item", ITEM + "供稿单位: [甲, 12]\n", True),
    ("item", ITEM + "供稿单位: [甲, '']\n", False), ("item", ITEM + "类别: 动态\n", True),
    ("item", ITEM + "类别: 动太\n", False), ("item", ITEM + "类别:\n得分: 1.5\n", True),
    ("item", ITEM + "采用情况: [{刊物: 1, 期号: 11}]\n", True), ("item", ITEM + "采用情况: [{期号: 11}]\n", False),
    ("item", ITEM + "采用情况: 甲\n", False), ("item", ITEM + "供稿人: [甲]\n", False),
    ("item", ITEM + "接收时间: 2026-6-5 16:20\n", True), ("item", ITEM + "接收时间: 2026-06-05\n", True),
    ("item", ITEM + "接收时间: 2026-06-05 24:00\n", False), ("item", ITEM + "报送时间: 2026-06-05 16:20\n", False),
    ("item", ITEM + "核实: [{谁: 甲, 时间: 2026-6-5 9:05}]\n编辑状态: 留用\n", True), ("item", ITEM + "核实: [{方式: 电话}]\n", False),
    *[("issue", f"{ISSUE}页数: {typed}\n", good) for typed, good in [
        ("恰4", True), ("不超过２面", True), ("4的倍数", True), ("4 面的倍数", True), ("4", False), ("恰0", False),
        ("恰００", False), ("恰04", True), ("恰10", True), ("不超过1000", False), ("", True), ("四的倍数", False),
    ]],
    ("issue", ISSUE + "压行: 允许\n", True), ("issue", ISSUE + "压行: 是\n", False),
    ("issue", ISSUE, True), ("issue", ISSUE + "期号: 11\n总期: '345'\n印数:\n", True),
    ("issue", ISSUE + "期号: 0\n", False), ("issue", ISSUE + "期号: 第1期\n", False), ("issue", ISSUE + "份号: '12'\n", False),
    ("issue", ISSUE + "份号: '000012'\n", True), ("issue", "刊物: a\n日期:\n", False),
    ("issue", ISSUE + "条目: [{信息: a}, {正文: 甲}, {督查: {范围: a}}]\n", True),
    ("issue", ISSUE + "条目: [{信息: a, 正文: 甲}]\n", False), ("issue", ISSUE + "条目: [{信息: a, 正文: ''}]\n", True),
    ("issue", ISSUE + "条目: [{标题: a}]\n", False), ("issue", ISSUE + "条目: [{督查: {范围: [a, b], 列: [序号]}}]\n", True),
    ("issue", ISSUE + "条目: [{督查: {范围: a, 列: [{字段: a, 宽: 2.5}]}}]\n", True),
    ("issue", ISSUE + "条目: [{督查: {范围: a, 列: [{字段: a, 宽: 0}]}}]\n", False),
    ("issue", ISSUE + "条目: [{督查: {范围: []}}]\n", False), ("issue", ISSUE + "系列:\n要目: 是\n", True),
    ("issue", ISSUE + "分发: {增加: {报: 甲}, 删去: [乙]}\n本期增发: [{名称: 甲, 份数: 2}]\n", True),
    ("issue", ISSUE + "本期增发: [{份数: 2}]\n", False), ("issue", ISSUE + "专题: \"甲\\n乙\"\n", False),
    ("issue", ISSUE + "分发:\n", True), ("issue", ISSUE + "栏目: [{名称: 甲, 条目: [{信息: 1}]}]\n", True),
    ("finding", MATTER, True), ("finding", PROBLEM, True), ("finding", PROBLEM + "事项: 甲\n", False),
    ("finding", MATTER + "种类: 事项\n反馈: [{日期: 2026-6-8, 进展: 甲}]\n", True), ("finding", MATTER + "种类: 其他\n", False),
    ("finding", MATTER + "延期: [{批准人: 甲}]\n", False), ("finding", MATTER + "点位: 甲\n", False),
    ("finding", MATTER + "延期: [{批准人: 甲, 新时限: 2026-7-1}]\n", True),
    ("office", OFFICE, True), ("office", OFFICE + "分发名单: {a: {报: 甲, 存档: 5, 备用: 0}}\n", True),
    ("office", OFFICE + "编印单位: {a: 甲, b: }\n", True), ("office", OFFICE + "分发名单: {a: {报: 甲, 存档: -1}}\n", False),
    ("office", OFFICE + "分发组: [{组: a, 名称: 甲, 份数: 3}]\n", True), ("office", OFFICE + "分发组: [{组: a}]\n", False),
    ("office", OFFICE + "单位: [{全称: 甲, 简称: 乙}]\n涉密环境: 否\n", True), ("office", OFFICE + "职务: 甲\n", False),
]  # fmt: skip


class _Core(yaml.SafeLoader):
    """YAML as a language server sees it: numbers, booleans and null, but no dates."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def loads(kind: str, text: str) -> bool:
    from builder.content.load import _choices

    node, faults = yaml_text.parse(text, "x")
    model = {"item": Item, "issue": Issue, "office": Office}.get(kind) or finding_model(node)
    value, bound = bind(model, node, "x")
    return value is not None and not faults and not list(_choices(bound))


@pytest.mark.parametrize("kind", KINDS)
def test_each_schema_is_a_draft_7_schema_with_chinese_keys_and_comments(kind: str) -> None:
    made = schema(kind)
    Draft7Validator.check_schema(made)
    assert made["$schema"] == "http://json-schema.org/draft-07/schema#"
    for part in [made] if kind != "finding" else [made["then"], made["else"]]:
        assert part["additionalProperties"] is False
        assert all(value["description"] for value in part["properties"].values())


@pytest.mark.parametrize(("kind", "text", "good"), CASES)
def test_schema_and_loader_agree(kind: str, text: str, good: bool) -> None:
    data: Any = yaml.load(text, Loader=_Core)
    assert not isinstance(data, datetime.date)
    assert (Draft7Validator(schema(kind)).is_valid(data), loads(kind, text)) == (good, good)


@pytest.mark.parametrize(
    ("kind", "given", "model"),
    [
        ("item", {"标题": "甲: 乙 # 丙"}, Item), ("事项", {"编号": "0012", "事项": "- 甲"}, Matter),
        ("finding", {"number": "1", "matter": "甲"}, Matter), ("问题", {"编号": 1, "点位": "甲", "问题描述": "乙"}, Problem),
        ("finding", {"种类": "问题", "编号": 1, "点位": "甲", "问题描述": "乙"}, Problem),
        ("issue", {"刊物": "a", "day": datetime.date(2026, 6, 8), "主送": ["各县: 区", "甲"]}, Issue),
    ],
)  # fmt: skip
def test_a_new_file_has_every_key_with_a_comment_and_loads_once_the_required_keys_are_filled(
    kind: str, given: dict[str, Any], model: Any
) -> None:
    text = skeleton(kind, **given).removeprefix("---\n").split("\n---\n")[0]
    keys = [line.split(":")[0] for line in text.splitlines() if not line.startswith("#")]
    assert keys == list(fields(model))
    assert all("  # " in line for line in text.splitlines())
    node, faults = yaml_text.parse(text, "x")
    value, bound = bind(model, node, "x")
    assert (faults, bound.faults) == ([], [])
    for name, typed in given.items():
        field = {info.alias: attribute for attribute, info in model.model_fields.items()}.get(name, name)
        assert getattr(value, field) == (
            tuple(typed) if isinstance(typed, list) else typed if name == "day" else str(typed)
        )


@pytest.mark.parametrize("kind", ["item", "事项", "问题", "issue"])
def test_a_new_file_that_is_not_filled_lacks_its_required_keys_only(kind: str) -> None:
    text = skeleton(kind).removeprefix("---\n").split("\n---\n")[0]
    node, _ = yaml_text.parse(text, "x")
    model = {"item": Item, "issue": Issue}.get(kind) or finding_model(node)
    assert {fault.code for fault in bind(model, node, "x")[1].faults} == {"value-empty"}


def test_the_sample_lines_of_a_new_issue_are_sound_when_uncommented() -> None:
    text = skeleton("issue", 刊物="a", 日期="2026-06-08").replace("\n#", "\n")
    node, faults = yaml_text.parse(text, "x")
    assert faults == []
    assert {fault.code for fault in bind(Issue, node, "x")[1].faults} == {"value-empty"}


def test_a_new_office_file_is_sound_and_lists_every_publication() -> None:
    node, faults = yaml_text.parse(office(["gongzuo-xinxi", "ducha-kuaixun"]), "x")
    value, bound = bind(Office, node, "x")
    assert (faults, bound.faults) == ([], [])
    assert value is not None
    assert list(value.distributions) == ["gongzuo-xinxi", "ducha-kuaixun"]
    used = {name for entry in value.distributions.values() for name in (*entry.report, *entry.send, *entry.issue)}
    assert used == {group.name for group in value.groups}


@pytest.mark.parametrize("name", ["../x", "CON", "a\\b", "/x", ""])
def test_a_name_that_no_file_can_have_is_told_with_what_to_do(name: str) -> None:
    assert "：" in bad_name(name)
    assert bad_name("kanghan/水库-1") == ""
