"""A workspace opened: everything read and numbered; ids of issues from what was typed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from builder import content, publications
from builder.compose import Numbering, assign, editing_faults, office_faults, settle_years
from builder.errors import Fault, InvalidContent
from builder.model import Library
from builder.publications import Title
from builder.settings import Workspace
from builder.workflow.naming import issue_id
from builder.workflow.registered import registered


@dataclass(frozen=True, slots=True)
class Opened:
    """A workspace, read: its library, publications, numbers, and every fault met."""

    workspace: Workspace
    library: Library
    titles: dict[str, Title]
    numbers: dict[str, Numbering]
    faults: tuple[Fault, ...]


def open_workspace(workspace: Workspace, memory: content.Memory | None = None) -> Opened:
    """Read everything below the workspace, save what ``memory`` still holds of an earlier reading.

    Raises:
        InvalidContent: when the office file or every publication is unusable, with all faults met so far.
    """
    titles, faults = publications.load(workspace.templates)
    library, found = content.load(workspace.root, memory)
    faults += found
    if library is None or not titles:
        raise InvalidContent("工作区不能使用。", "先改正以上错误。", tuple(faults))
    library, undated = settle_years(library)
    taken, unread = registered(workspace, library)
    numbers, clashes = assign(library.issues, titles, taken)
    faults += [*unread, *undated, *clashes, *office_faults(library.office), *editing_faults(library)]
    return Opened(workspace, library, titles, numbers, tuple(faults))


def choose(opened: Opened, names: Sequence[str]) -> tuple[str, ...]:
    """Issue ids from what was typed: ids, bare names, or paths of issue files.

    A path counts from the current folder, else from the workspace (``-C``).

    Raises:
        InvalidContent: a name that is none of them, with all such names.
    """
    known = issue_ids(opened.library)
    ids: list[str] = []
    faults: list[Fault] = []
    for name in names:
        found = content.resolve("issue", issue_id(opened.workspace, name), known)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            ids.append(found)
    if faults:
        raise InvalidContent("没有这样的期。", "用 jianbao list issues 看有哪些期。", tuple(faults))
    return tuple(dict.fromkeys(ids))


def issue_ids(library: Library) -> frozenset[str]:
    """Ids of all issue files, broken ones among them."""
    return frozenset(library.issues) | library.broken_ids.get("issue", frozenset())
