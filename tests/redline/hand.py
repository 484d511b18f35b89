"""A hand that edits Word files in a real LibreOffice, warm for many files (``hand_worker`` runs in LibreOffice's own Python)."""

from __future__ import annotations

import json
import secrets
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from builder import programs
from builder.soffice import installed, office

Step = tuple[Any, ...]
_WORKER = Path(__file__).with_name("hand_worker.py")


class Hand:
    """Opens a DOCX, takes the steps and saves it as LibreOffice does. A context manager; ended with all its children."""

    def __init__(self, program: str) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="jianbao-hand-", ignore_cleanup_errors=True)
        self._work = Path(self._folder.name)
        python = next(p for p in office.pythons(program) if not subprocess.run([p, "-c", "import uno"]).returncode)
        pipe = f"hand-{secrets.token_hex(8)}"
        self._sockets = installed.sockets(self._work, pipe)
        command = [python, "-s", str(_WORKER), pipe, program, *installed.options(self._work)]
        own = {**installed.environment(), "OSL_SOCKET_PATH": str(self._work), "PYTHONDONTWRITEBYTECODE": "1"}
        self._process = programs.start(
            command, self._work, own, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def edit(self, document: bytes, steps: Sequence[Step]) -> bytes:
        """The document after all steps (names and arguments of ``hand_worker.Hand``)."""
        source, target = self._work / "source.docx", self._work / "target.docx"
        source.write_bytes(document)
        target.unlink(missing_ok=True)
        task = {"source": str(source), "target": str(target), "steps": [list(step) for step in steps]}
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(task).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert not answer["error"], answer["error"]
        return target.read_bytes()

    def close(self) -> None:
        programs.kill(self._process)
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        installed.unlink(self._sockets)
        self._folder.cleanup()

    def __enter__(self) -> Hand:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
