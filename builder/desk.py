"""What an editor asks of a workspace besides printing: which entries there are and where each is used."""

from __future__ import annotations

from typing import Any

from builder import workflow
from builder.compose import usage
from builder.model import Finding, Item, Matter
from builder.settings import Workspace
from builder.words import plain_title


def rows(workspace: Workspace, kind: str, unused: bool = False) -> list[dict[str, Any]]:
    """One dict of Chinese keys for each ``items``, ``findings`` or ``issues`` entry, ordered by id."""
    opened = workflow.open_workspace(workspace)
    if kind == "issues":
        return [] if unused else [_issue(opened, name) for name in sorted(opened.library.issues)]
    used = usage(opened.library)
    name, make = ("信息", _item) if kind == "items" else ("督查事项", _finding)
    entries = getattr(opened.library, kind)
    found = [{**make(entries[i].id, entries[i].value), "用于": used.get((name, i), [])} for i in sorted(entries)]
    return [row for row in found if not (unused and row["用于"])]


def _item(name: str, item: Item) -> dict[str, Any]:
    return {
        "编号": name,
        "标题": plain_title(item.title),
        "供稿单位": list(item.units),
        "类别": item.category or "—",
        "报送时间": item.reported.isoformat() if item.reported else "—",
    }


def _finding(name: str, finding: Finding) -> dict[str, Any]:
    if isinstance(finding, Matter):
        told, state = finding.matter, str(finding.state)
    else:
        told, state = f"{finding.site}：{finding.problem}", finding.progress
    return {
        "编号": name,
        "种类": finding.kind,
        "内容": told,
        "责任单位": list(finding.units),
        "时限": finding.deadline.isoformat() if finding.deadline else "—",
        "状态": state or "—",
    }


def _issue(opened: workflow.Opened, name: str) -> dict[str, Any]:
    issue = opened.library.issues[name].value
    title = opened.titles.get(issue.publication)
    number = opened.numbers.get(name)
    return {
        "编号": name,
        "刊物": title.data.name if title else issue.publication,
        "系列": issue.series,
        "期号": number.number if number else "—",
        "总期": (number.total or "—") if number else "—",
        "拟号": "是" if number and number.proposed else "否",
        "日期": issue.day.isoformat(),
    }
