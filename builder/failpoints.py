"""Named places at which a test stops this program dead, to see what a crash there leaves.

In use nothing is set and each place costs one comparison. ``JIANBAO_FAILPOINT`` names the place, e.g. ``archive-renamed``
(docs/archive.md lists them in the order of writing).
"""

from __future__ import annotations

import os
import signal

_WANTED = os.environ.get("JIANBAO_FAILPOINT", "")


def failpoint(name: str) -> None:
    """Kill this process here where the environment asks for it: no cleaning up, no exit handlers."""
    if name == _WANTED:
        os.kill(os.getpid(), signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
