"""How far an issue has come decides whether changes may be carried back, and what it needs afterwards."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builder.errors import InvalidContent
from builder.settings import Workspace
from builder.workflow.recording import Draft, record
from tests.redline.carried import NAME, Desk
from tests.workflow import issued

A = "全县收割小麦三万亩。"
_BEFORE: dict[str, Any] = {"publication": "gongzuo-xinxi", "year": 2026, "issue": NAME, "key": ""}


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.item(f"{A}\n")
    return made


def _act(desk: Desk, kind: Any, **data: Any) -> None:
    with issued.desk(Workspace(desk.root)) as opened:
        record(opened, lambda _: Draft(kind, by="主任", data={"version": 1, "signed": "0", **data}, **_BEFORE))


def test_a_signed_issue_may_be_changed_and_must_be_submitted_again(desk: Desk) -> None:
    change = desk.words(A, "全县收割四万亩。")
    assert desk.propose(change).remark == ""
    _act(desk, "submit")
    assert "重新送审" in desk.propose(change).remark
    _act(desk, "sign", paper=False)
    assert "已签发" in desk.propose(change).remark
    desk.applied(change)


def test_a_void_issue_is_refused_with_the_way_out(desk: Desk) -> None:
    change = desk.words(A, "全县收割四万亩。")
    _act(desk, "submit")
    _act(desk, "sign", paper=False)
    _act(desk, "void", reason="试")
    with pytest.raises(InvalidContent, match="已作废") as caught:
        desk.propose(change)
    assert "correct" in caught.value.hint
    assert desk.read().endswith(f"{A}\n")
