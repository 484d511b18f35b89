"""Where LibreOffice is on this machine, and how it is started so that it asks nothing, runs no macro and reaches no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from builder import programs
from builder.errors import JianbaoError

_PLACES = (
    "/Applications/LibreOffice.app/Contents/MacOS/soffice",
    "C:/Program Files/LibreOffice/program/soffice.com",
    "C:/Program Files (x86)/LibreOffice/program/soffice.com",
)
_ANSWER = 30.0  # s that it may take to tell its version
_PROFILE = "profile"
_SOCKETS = ("/tmp", "/var/tmp")
# No macros, no content from elsewhere, and a proxy that leads nowhere.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema">
{items}</oor:items>
"""
_ITEMS = (
    ("org.openoffice.Office.Common/Security/Scripting", "DisableMacrosExecution", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "MacroSecurityLevel", "3"),
    ("org.openoffice.Office.Common/Security/Scripting", "BlockUntrustedRefererLinks", "true"),
    ("org.openoffice.Office.Common/Security/Scripting", "DisableActiveContent", "true"),
    ("org.openoffice.Inet/Settings", "ooInetProxyType", "2"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPProxyPort", "9"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyName", "127.0.0.1"),
    ("org.openoffice.Inet/Settings", "ooInetHTTPSProxyPort", "9"),
)


class ProgramMissing(JianbaoError):
    """A program that this needs is not installed."""


def find() -> str | None:
    """The path of LibreOffice's program; None when it is not installed."""
    for name in ("soffice", "libreoffice"):
        if path := shutil.which(name):
            return path
    return next((path for path in _PLACES if Path(path).is_file()), None)


def version() -> str:
    """What LibreOffice says of itself, release and build; "" when it is not installed or does not answer. Takes half a second."""
    program = find()
    if program is None:
        return ""
    with tempfile.TemporaryDirectory(prefix="jianbao-", ignore_cleanup_errors=True) as folder, suppress(OSError):
        asked = [program, "--version"]
        ended = programs.run(asked, Path(folder), environment=environment(), seconds=_ANSWER, memory=1 << 30)
        return ended.output.decode("utf-8", "replace").strip().removeprefix("LibreOffice ")[:80]
    return ""


def options(work: Path) -> list[str]:
    """Makes a profile below ``work`` and gives the options for a run in it."""
    user = work / _PROFILE / "user"
    user.mkdir(parents=True)
    (user / "registrymodifications.xcu").write_text(_settings(), encoding="utf-8")
    quiet = ("--headless", "--norestore", "--nologo", "--nodefault", "--nolockcheck")
    return [f"-env:UserInstallation={_profile(work)}", *quiet]


def sockets(work: Path, *names: str) -> tuple[Path, ...]:
    """Where a run with the profile below ``work`` may keep its sockets: one of its own, and those that it is given names for.

    They are outside ``work``: LibreOffice takes /tmp wherever it can write there. One that is killed leaves them behind.
    """
    if sys.platform == "win32":
        return ()
    # By its own socket a second LibreOffice would find the first one of the same profile.
    digest = hashlib.md5(_profile(work).encode("utf-16-le"), usedforsecurity=False).digest()
    own = f"SingleOfficeIPC_{''.join(f'{byte:x}' for byte in digest)}"
    return tuple(Path(f"{folder}/OSL_PIPE_{os.getuid()}_{name}") for folder in _SOCKETS for name in (own, *names))


def unlink(left: Iterable[Path]) -> None:
    """Remove the sockets that are there."""
    for path in left:
        path.unlink(missing_ok=True)


def _profile(work: Path) -> str:
    return (work / _PROFILE).as_uri()


def environment() -> dict[str, str]:
    """What LibreOffice needs besides what every program needs: a proxy that leads nowhere, no window system."""
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "ftp_proxy", "all_proxy"), "http://127.0.0.1:9")
    # A locale only decides on encodings of file names here, but without one some builds stop.
    return {**proxies, "LC_ALL": "C.UTF-8", "SAL_USE_VCLPLUGIN": "svp"} if os.name != "nt" else proxies


def _settings() -> str:
    items = "".join(
        f'<item oor:path="/{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value></prop></item>\n'
        for path, name, value in _ITEMS
    )
    return _SETTINGS.format(items=items)
