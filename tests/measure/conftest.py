"""A workspace with one item in one issue, rendered."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from builder import fonts
from builder.errors import has_errors
from builder.settings import Workspace
from builder.workflow import opening, planning, rendering

ROOT = Path(__file__).resolve().parents[2]
OFFICE = """\
名称: 临澜市委办公室
分发组: [{组: 县区, 名称: 各县（市、区）委办公室, 份数: 20}]
分发名单: {gongzuo-xinxi: {发: [县区], 存档: 2, 备用: 3}}
"""
ISSUE = "刊物: gongzuo-xinxi\n日期: 2026-06-08\n期号: 1\n总期: 335\n条目: [{信息: one}]\n"


@pytest.fixture
def rendered(
    tmp_path: Path, fontset: fonts.FontSet, monkeypatch: pytest.MonkeyPatch
) -> Callable[[str], rendering.Rendered]:
    """``rendered(body)``: the issue with an item of this body, as both engines give it, read back and compared."""
    shutil.copytree(ROOT / "templates", tmp_path / "templates")
    for name in ("items", "issues", "findings"):
        (tmp_path / "content" / name).mkdir(parents=True)
    (tmp_path / "content/office.yaml").write_text(OFFICE, encoding="utf-8")
    (tmp_path / "content/issues/one.yaml").write_text(ISSUE, encoding="utf-8")
    monkeypatch.setattr(fonts, "find", lambda root: fontset)

    def render(body: str) -> rendering.Rendered:
        (tmp_path / "content/items/one.md").write_text(f"---\n标题: 甲\n---\n{body}\n", encoding="utf-8")
        plan = planning.plan(opening.open_workspace(Workspace(tmp_path)), ())
        assert not has_errors(plan.faults), plan.faults
        return rendering.Renderer(tmp_path / "templates", fontset).render(plan.editions[0])

    return render
