"""What an editor asks of a workspace besides printing: which entries there are, where each is used, what is held over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from builder import usage_record
from builder.compose import item_uses, usage
from builder.errors import Fault
from builder.model import EditState, Finding, Item, Library, Matter, Moment
from builder.settings import Workspace
from builder.usage_record import UsageRecord
from builder.words import plain_title
from builder.workflow import opening


def rows(
    workspace: Workspace, kind: str, unused: bool = False, state: EditState | None = None
) -> tuple[list[dict[str, Any]], list[Fault]]:
    """One dict of Chinese keys for each ``items``, ``findings`` or ``issues`` entry, ordered by id; notes for the reader.

    ``state`` chooses items by the state that holds (see ``_state``).
    """
    opened = opening.open_workspace(workspace)
    if kind == "issues":
        return [] if unused else [_issue(opened, name) for name in sorted(opened.library.issues)], []
    if kind == "items":
        record, notes = usage_record.read(workspace)
        found = _items(opened.library, record)
        return [r for r in found if not (unused and r["用于"]) and state in (None, r["状态"])], notes
    used = usage(opened.library)
    findings = opened.library.findings
    made = [{**_finding(i, findings[i].value), "用于": used.get(("督查事项", i), [])} for i in sorted(findings)]
    return [row for row in made if not (unused and row["用于"])], []


def _items(library: Library, record: UsageRecord) -> list[dict[str, Any]]:
    """The rows of all items. An issue file with errors still holds what it was last built with."""
    used = {item: list(dict.fromkeys(issue.id for issue, _ in uses)) for item, uses in item_uses(library).items()}
    for issue in sorted(library.broken_ids.get("issue", ())):
        for item in record.used.get(issue, ()):
            used.setdefault(item, []).append(issue)
    fallen = record.fallen_out(used.keys())
    return [_item(name, library.items[name].value, used.get(name, []), fallen) for name in sorted(library.items)]


def _item(name: str, item: Item, used: Sequence[str], fallen: Mapping[str, str]) -> dict[str, Any]:
    state, reason = _state(name, item, used, fallen)
    return {
        "编号": name,
        "标题": plain_title(item.title),
        "供稿单位": list(item.units),
        "接收时间": _moment(item.received),
        "状态": state,
        "用于": list(used),
        "理由": reason,
    }


def _state(name: str, item: Item, used: Sequence[str], fallen: Mapping[str, str]) -> tuple[EditState, str]:
    """The state that holds, and why where an editor would ask.

    What an issue uses is 拟用; what fell out of one is 留用 again, as is what the file calls 拟用 and no issue uses;
    only 不用 stands against that. A file that says nothing is 待编.
    """
    if used:
        return "拟用", ""
    if item.state == "不用":
        return "不用", item.refusal
    if name in fallen:
        return "留用", f"已从 {fallen[name]} 撤下"
    if item.state == "拟用":
        return "留用", "没有编入任何一期"
    return item.state or "待编", ""


def _moment(value: Moment) -> str:
    """``2026-06-05 16:20``, or the day alone."""
    return value.isoformat(" ", "minutes") if isinstance(value, datetime) else value.isoformat() if value else "—"


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


def _issue(opened: opening.Opened, name: str) -> dict[str, Any]:
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
