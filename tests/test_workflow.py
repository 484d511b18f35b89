"""The use cases where they meet hand-made templates and paths."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from builder.errors import RenderError
from builder.fonts import FontSet
from builder.settings import workspace
from builder.workflow import opening, planning, rendering
from tests.conftest import ROOT


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A copy of the sample workspace."""
    for name in ("content", "templates"):
        shutil.copytree(ROOT / name, tmp_path / "ws" / name)
    return tmp_path / "ws"


NO_BOOKMARKS = '#set heading(bookmarked: false)\n#issue(json("/view.json"))\n'
OTHER_TITLES = """
#let d = json("/view.json")
#issue(d + (内容: d.内容.map(b => if b.类 == "标题" { b + (行: ("另",)) } else { b })))
"""


@pytest.mark.parametrize("last", [NO_BOOKMARKS, OTHER_TITLES])
def test_a_template_whose_bookmarks_are_not_the_titles_is_named(sample: Path, fontset: FontSet, last: str) -> None:
    issue = sample / "content/issues/2026/gongzuo-xinxi-11.yaml"
    layout = sample / "templates/layout/layout.yaml"
    layout.write_text(re.sub(r"页码起: \d+", "页码起: 1", layout.read_text(encoding="utf-8")), encoding="utf-8")
    plan = planning.plan(opening.open_workspace(workspace(sample)), [f"2026/{issue.stem}"])
    rendered = rendering.Renderer(sample / "templates", fontset).render(plan.editions[0])
    assert all(entry["页码"] for entry in rendered.view.data["要目"]["条目"])
    template = sample / "templates/gongzuo-xinxi/issue.typ"
    template.write_text(f'#import "/layout/official.typ": issue\n{last}', encoding="utf-8")
    with pytest.raises(RenderError, match=r"刊物 gongzuo-xinxi 的模板排出的 PDF，书签"):
        rendering.Renderer(sample / "templates", fontset).render(plan.editions[0])


@pytest.mark.parametrize("base", ["ws", "elsewhere"])
def test_a_path_of_an_issue_counts_from_here_or_from_the_workspace(
    sample: Path, monkeypatch: pytest.MonkeyPatch, base: str
) -> None:
    opened = opening.open_workspace(workspace(sample))
    name = sorted(opened.library.issues)[0]
    (sample.parent / "elsewhere").mkdir()
    monkeypatch.chdir(sample.parent / base)
    typed = [f"content/issues/{name}.yaml", str(sample / f"content/issues/{name}.yaml"), name]
    for text in typed:
        assert opening.choose(opened, [text]) == (name,)


def test_a_build_does_not_load_what_only_other_commands_need() -> None:
    """A new process shall not wait for Pillow, LibreOffice's side or the comparison."""
    loaded = "import sys, builder.workflow.building; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", loaded], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"PIL", "urllib.request", "pikepdf", "builder.soffice", "builder.comparison", "builder.inspection", "typst"}
    assert heavy & set(done.stdout.split()) == set()
