"""The published act that somebody means: an issue's id or name, its number, the path of its file, or the folder of its bag."""

from __future__ import annotations

import re
import unicodedata

from builder.errors import InvalidContent
from builder.records import Act
from builder.register import Reading
from builder.settings import Workspace
from builder.workflow.naming import issue_id
from builder.workflow.opening import Opened, choose, issue_ids
from builder.workflow.registered import consulted

_NUMBER = re.compile(
    r"《?(?P<name>[^《》第总\d]*?)》?(?:(?P<year>\d{4})年)?(?P<series>增刊|专刊|特刊|专号)?(?P<whole>总)?第?(?P<number>\d{1,6})期?"
)


def published(reading: Reading, workspace: Workspace, typed: str) -> Act:
    """The act ``publish`` that was meant; the issue's file need not be there any more.

    A file's name goes before a number that was printed, unless another issue of its publication bears that number.

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
    if len(found) <= 1 and "/" not in name:
        found += [a for a in _numbered(reading, name) if a not in found and (not found or _other(found[0], a))]
    if len(found) == 1:
        return found[0]
    if found:
        listed = "、".join(f"{act.folder}（{act.data['name']}{act.data['label']}，稿件 {act.issue}）" for act in found)
        raise InvalidContent(f"“{typed}”不止一期：{listed}。", "写归档夹里的位置或稿件的编号，如上。")
    hint = "用 jianbao archive list 看有哪些期；期写稿件的编号、印出的期号（如 工作信息第12期）或归档夹里的位置。"
    raise InvalidContent(f"登记簿里没有已付印的“{typed}”。", hint)


def meant(opened: Opened, typed: str) -> tuple[str, Act | None]:
    """The id of the issue that was meant: of its file, or of a published one (``published``).

    With its act ``publish`` where it is found by the register alone, because its file is gone.

    Raises:
        InvalidContent: there is none, or more than one.
        FileError, UsageError: the register cannot be read.
    """
    try:
        return choose(opened, [typed])[0], None
    except InvalidContent as error:
        with consulted(opened.workspace, opened.library.office.value) as register:
            if register is None:
                raise
            try:
                act = published(register, opened.workspace, typed)
            except InvalidContent as unknown:
                raise (unknown if register.acts(kinds=("publish",)) else error) from None
    return act.issue, None if act.issue in issue_ids(opened.library) else act


def printings(reading: Reading, act: Act) -> list[Act]:
    """The printings of a published issue: 付印, then each 更正重印. The last one is in force, those before it are called back."""
    return [act, *reading.acts(target=act.seq, kinds=("reprint",))]


def _numbered(reading: Reading, typed: str) -> list[Act]:
    """Issues whose printed number was typed: ``第48期``, ``48``, ``工作信息第48期``, ``2026年增刊第1期``, ``总第813期``."""
    match = _NUMBER.fullmatch("".join(unicodedata.normalize("NFKC", typed).split()))
    if match is None:
        return []
    name, year, series = match["name"], match["year"], match["series"]
    return [
        act
        for act in reading.by_number(int(match["number"]), bool(match["whole"]))
        if name in ("", act.data["name"], act.publication)
        and (not year or act.year == int(year))
        and (not series or act.data["series"] == series)
    ]


def _other(one: Act, two: Act) -> bool:
    """Whether the second bears the number after which the file of the first is named, in the same sequence."""
    return (one.publication, one.year, one.data["series"]) == (two.publication, two.year, two.data["series"])
