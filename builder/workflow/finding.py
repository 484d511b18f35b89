"""The published act that somebody means: an issue's id or name, the path of its file, or the folder of its bag."""

from __future__ import annotations

from builder.errors import InvalidContent
from builder.model import Act
from builder.register import Reading
from builder.settings import Workspace
from builder.workflow.opening import issue_id


def published(reading: Reading, workspace: Workspace, typed: str) -> Act:
    """The act ``publish`` that was meant; the issue's file need not be there any more.

    Raises:
        InvalidContent: nothing published is called so, or more than one thing.
    """
    name = issue_id(workspace, typed.strip())
    by_folder = reading.by_folder(name)
    if by_folder is not None and by_folder.kind == "publish":
        return by_folder
    found = reading.acts(issue=name, kinds=("publish",))
    if not found and "/" not in name:
        found = [act for act in reading.acts(kinds=("publish",)) if act.issue.rpartition("/")[2] == name]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "、".join(act.issue for act in found)
        raise InvalidContent(f"“{typed}”不止一期：{listed}。", "写明年份，如上。")
    raise InvalidContent(f"登记簿里没有已付印的“{typed}”。", "用 jianbao archive list 看有哪些期。")
