"""Folders outside the workspace: where fonts are installed, the user's data and the cache."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def _home(variable: str, *default: str) -> Path:
    """The folder an environment variable names, else one below the home folder."""
    value = os.environ.get(variable, "")
    return Path(value) if value else Path.home().joinpath(*default)


def system_folders() -> tuple[Path, ...]:
    """The font folders of this kind of system, whether or not they exist."""
    if sys.platform == "win32":
        return (
            Path(os.environ.get("WINDIR", r"C:\Windows")) / "Fonts",
            _home("LOCALAPPDATA", "AppData", "Local") / "Microsoft" / "Windows" / "Fonts",
        )
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), Path.home() / "Library" / "Fonts")
    return (
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        _home("XDG_DATA_HOME", ".local", "share") / "fonts",
        Path.home() / ".fonts",
        Path("/usr/share/texlive/texmf-dist/fonts/opentype/public/fandol"),
    )


def data_folder() -> Path:
    """Where ``jianbao fonts fetch`` puts its faces for this user: ``JIANBAO_FONTS``, else the user's data folder."""
    chosen = os.environ.get("JIANBAO_FONTS", "")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        base = _home("LOCALAPPDATA", "AppData", "Local")
    elif sys.platform == "darwin":
        base = Path.home() / "Library" / "Application Support"
    else:
        base = _home("XDG_DATA_HOME", ".local", "share")
    return base / "jianbao" / "fonts"


def cache_folder() -> Path:
    """Where parsed font data is kept between runs; may be deleted at any time."""
    chosen = os.environ.get("JIANBAO_CACHE", "")
    if chosen:
        return Path(chosen)
    if sys.platform == "win32":
        return _home("LOCALAPPDATA", "AppData", "Local") / "jianbao" / "cache"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "jianbao"
    return _home("XDG_CACHE_HOME", ".cache") / "jianbao"
