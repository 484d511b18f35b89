"""Drafts of issues that are published already and say something else by now: what goes to the printer is in the archive."""

from __future__ import annotations

from collections.abc import Sequence

from builder.compose import Edition
from builder.errors import Fault, JianbaoError, Place
from builder.workflow.opening import Opened
from builder.workflow.registered import consulted


def printed_otherwise(opened: Opened, editions: Sequence[Edition]) -> list[Fault]:
    """A warning for each edition whose issue was printed with another content, by its last printing.

    A register that cannot be read is told of where drafts are numbered (``registered``), not here.
    """
    try:
        with consulted(opened.workspace, opened.library.office.value) as now:
            if now is None:
                return []
            from builder.workflow.payload import frozen  # most workspaces have no register and need not wait for it

            faults = []
            for edition in editions:
                acts = now.acts(issue=edition.issue.id, kinds=("publish", "reprint"))
                if acts and frozen(edition, opened.workspace).signed != acts[-1].data["signed"]:
                    faults.append(_told(edition, str(acts[-1].data["label"]), acts[-1].folder))
            return faults
    except JianbaoError:
        return []


def _told(edition: Edition, label: str, folder: str) -> Fault:
    message = f"{label}已付印，现在的稿件与付印的不同：这里生成的只是草稿。"
    hint = f"印刷、发送以归档的为准：output/archive/{folder}/data/issue.pdf；要改正，用 jianbao correct 或 jianbao reprint。"
    return Fault("published-differs", "warning", Place(edition.issue.file), message, hint)
