"""What was done to an issue, as a table."""

from __future__ import annotations

from builder import register, signoff
from builder.errors import InvalidContent
from builder.records import Act
from builder.signoff import version_name
from builder.workflow.naming import issue_id
from builder.workflow.opening import Opened, choose
from builder.workflow.whereabouts import begun

HEAD = ("序号", "时间", "手续", "版次", "办理", "登记", "说明")


def journal(opened: Opened, typed: str) -> tuple[str, list[Act]]:
    """The id of an issue as typed, and its acts in order; its file need not be there any more.

    Raises:
        InvalidContent: there is neither such a file nor such an issue in the register.
        FileError: the register cannot be read.
    """
    try:
        [name] = choose(opened, [typed])
    except InvalidContent:
        name = issue_id(opened.workspace, typed)
        if found := _acts(opened, name):
            return name, found
        raise
    return name, _acts(opened, name)


def _acts(opened: Opened, name: str) -> list[Act]:
    if not begun(opened.workspace, opened.library.office.value):
        return []
    where = register.address(opened.workspace, opened.library.office.value.register_url)
    with register.open_register(where, create=False, read_only=True) as book, book.reading() as now:
        return now.acts(issue=name)


def row(act: Act) -> tuple[str, ...]:
    """An act as a row below ``HEAD``."""
    version = version_name(int(act.data["version"])) if "version" in act.data else ""
    return (
        str(act.seq),
        act.at[:16].replace("T", " "),
        signoff.name(act.kind),
        version,
        act.by,
        act.typed,
        "；".join(part for part in _remarks(act) if part),
    )


def _remarks(act: Act) -> list[str]:
    data = act.data
    told = [str(data.get("label", "")), signoff.remark(act.kind, data)]
    if act.kind == "submit" and "pages" in data:
        told.append(f"{data['pages']}面")
    if act.kind == "sent":
        told.append(f"{data['what']} {data['unit']} {data['copies']}份 {data['day']}")
    if act.kind == "amend":
        told.append("、".join(data["changes"]))
    return told
