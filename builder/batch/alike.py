"""What must be the same on every machine for an issue to come out the same, byte for byte: versions, told and compared."""

from __future__ import annotations

import hashlib
import os
import sys
import zlib
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import Path

import builder
from builder.soffice import installed

# What writes or measures pages, or reads entries: another version can make other bytes, breaks or faults of the same content.
LIBRARIES = (
    *(
        "typst",
        "docxtpl",
        "jinja2",
        "lxml",
        "pypdfium2",
        "pikepdf",
        "pillow",
        "fonttools",
        "pyyaml",
        "pydantic",
        "rjieba",
    ),
)
_CARRIERS = ("distributed", "cloudpickle")  # what carries calls from one machine to the other
_NONE = "没有"


@cache
def traits() -> Mapping[str, str]:
    """What this process works with, by the name that an editor reads."""
    found = {
        "jianbao": f"{builder.__version__}（{_own_source()}）",
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "系统": "Windows" if os.name == "nt" else "POSIX",
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    return found | {name: version(name) for name in (*LIBRARIES, *_CARRIERS)}


def soffice() -> Mapping[str, str]:
    """The LibreOffice of this machine, in the form of ``traits``; only what it sets pages for needs it."""
    found = installed.version()
    return {"LibreOffice": found} if found else {}


def differences(wanted: Mapping[str, str], found: Mapping[str, str]) -> tuple[str, ...]:
    """What is not as ``wanted``, a line each, in Chinese; empty where all is."""
    return tuple(
        f"{name} 应为 {wanted.get(name, _NONE)}，实为 {found.get(name, _NONE)}"
        for name in dict.fromkeys((*wanted, *found))
        if wanted.get(name) != found.get(name)
    )


def version(name: str) -> str:
    """The version of a library that is installed; "没有" where none is, or nobody can tell."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return _NONE


def _own_source() -> str:
    """The program's own files as eight digits: between two releases the number stays, and the pages may not."""
    root = Path(builder.__file__).parent
    files = sorted(f for suffix in ("py", "typ") for f in root.rglob(f"*.{suffix}") if "_templates" not in f.parts)
    digest = hashlib.sha256()
    for file in files:
        data = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{file.relative_to(root).as_posix()}\0{len(data)}\0".encode() + data)
    return digest.hexdigest()[:8]
