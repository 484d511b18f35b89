"""What the system refuses is told in Chinese."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from builder.errors import why


def test_the_system_s_reasons_are_told_in_chinese(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file") as missing:
        (tmp_path / "没有").read_bytes()
    assert why(missing.value) == "没有这个文件或文件夹"
    with pytest.raises(OSError, match="directory") as folder:
        tmp_path.read_bytes()
    assert why(folder.value) in ("是文件夹，不是文件", "没有权限")  # the latter on Windows


def test_a_reason_without_words_of_ours_is_told_in_the_system_s() -> None:
    assert why(OSError(errno.EPIPE, "Broken pipe")) == "Broken pipe"
    assert why(OSError()) == "OSError"
