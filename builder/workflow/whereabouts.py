"""Where the register is, for those who read the archive alone: content is read only where it may say so."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from builder.errors import InvalidContent
from builder.register.address import VARIABLE
from builder.settings import Workspace

if TYPE_CHECKING:
    from builder.model import Office


class NamesRegister(Protocol):
    """What says where the register is: ``model.Office``, or a value that stands for it."""

    @property
    def register_url(self) -> str:
        """The address as typed; "" for the workspace's own file."""


@dataclass(frozen=True, slots=True)
class RegisterNamed:
    """An address without the rest of ``office.yaml``."""

    register_url: str


def register_named(workspace: Workspace) -> NamesRegister:
    """What ``office.yaml`` says of the register, whatever the rest of the content is like.

    A file that has no 簿 in it names none: nothing is loaded to read it, and it need not be right.

    Raises:
        InvalidContent: it may name one and cannot be used, or is not there, so that nobody knows which register is meant.
    """
    if _names_none(workspace):
        return RegisterNamed("")
    return office_alone(workspace)


def office_alone(workspace: Workspace) -> Office:
    """``office.yaml`` without the rest of the content, whatever that is like.

    Raises:
        InvalidContent: it cannot be used.
    """
    from builder.content import load_office

    office, faults = load_office(workspace.root)
    if office is None:
        raise InvalidContent("机关信息文件不能使用，不知道登记簿在哪里。", "先改正以上错误。", tuple(faults))
    return office


def begun(workspace: Workspace, office: NamesRegister) -> bool:
    """Whether there is a register, so that something may have been done already; one in PostgreSQL is not asked."""
    return bool(os.environ.get(VARIABLE, "") or office.register_url) or workspace.register.is_file()


def _names_none(workspace: Workspace) -> bool:
    """Whether ``office.yaml`` is there and its text cannot hold the key 登记簿, in whatever spelling of YAML."""
    try:
        text = (workspace.content / "office.yaml").read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return False
    return "簿" not in text and "\\" not in text
