"""A register that several machines would share as a file is refused by every command that would write or read it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from builder.cli.main import main
from builder.errors import Exit
from builder.fonts import FontSet
from builder.render.child import Engines
from tests.office import CHIEF, EDITOR, SmallOffice

COMMANDS = (
    ("submit", "2026/i1", "--as", EDITOR),
    ("publish", "2026/i1", "--as", CHIEF),
    ("publish", "2026/i1", "--as", CHIEF, "--dry-run"),
    ("archive", "verify"),
)


@pytest.mark.parametrize("kind", ["network", "synchronised"])
def test_a_register_on_a_shared_folder_is_refused_with_the_other_way(
    kind: str,
    tmp_path: Path,
    fontset: FontSet,
    engines: Engines,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    if kind == "network":
        monkeypatch.setattr(sys.modules["builder.register.address"], "_filesystem", lambda *_: "nfs4")
    office = SmallOffice(tmp_path / ("office" if kind == "network" else "坚果云"), fontset, engines)
    office.issue("2026/i1")
    for command in COMMANDS:
        with pytest.raises(SystemExit) as ended:
            main(["-C", str(office.root), *command])
        told = capsys.readouterr().err
        assert (command, ended.value.code) == (command, Exit.USAGE)
        assert ("网络文件夹" if kind == "network" else "同步程序") in told
        assert "PostgreSQL" in told
    assert not (office.root / "output").exists(), "nothing was begun"
