"""A publish stopped dead at every named place of the source."""

from __future__ import annotations

import ast
import itertools
import shutil
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults import judging
from tests.faults.offices import Bench
from tests.office import ROOT


def names() -> set[str]:
    """Every name in the source; a counted one ends with ``*``."""
    return {name for path in sorted((ROOT / "builder").rglob("*.py")) for name in _names(path)}


def _names(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "failpoint":
            (name,) = node.args
            if isinstance(name, ast.JoinedStr):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "*" for p in name.values)
            else:
                yield str(ast.literal_eval(name))


def test_killed_at_every_failpoint_an_issue_is_published_or_not(bench: Bench, tell: Callable[[str], None]) -> None:
    hit, published = [], 0
    for name in sorted(n for n in names() if n != "archive-quarantined" and not n.startswith(("restore-", "batch-"))):
        for each in (name.replace("*", str(n)) for n in itertools.count(1)):
            folder = bench.copied()
            ended = bench.publish(folder, failpoint=each)
            if ended.code == 0 and "*" in name:  # one more than there are
                break
            assert ended.code == -signal.SIGKILL, f"{each}: {ended}"
            published += bench.judge(folder)
            hit.append(each)
            shutil.rmtree(folder)
            if "*" not in name:
                break
    assert {"archive-file-1", "archive-file-5", "register-inserted", "register-committed", "witness-written"} <= set(
        hit
    )
    assert 2 <= published < len(hit)
    tell(f"{len(hit)} failpoints: {len(hit) - published} not published, {published} published, none between")


def test_killed_while_a_leftover_is_put_aside_it_is_put_aside_the_next_time(bench: Bench) -> None:
    folder = bench.copied()
    assert bench.publish(folder, failpoint="archive-renamed").code == -signal.SIGKILL
    assert bench.publish(folder, failpoint="archive-quarantined").code == -signal.SIGKILL
    assert not bench.judge(folder)
    assert len(list((folder / "output/archive/.quarantine").iterdir())) == 1


def test_killed_at_every_place_of_restoring_the_register_is_the_old_or_the_new_one(bench: Bench) -> None:
    places = sorted(n for n in names() if n.startswith("restore-"))
    assert places
    for name in places:
        folder = bench.copied()
        assert bench.zygote.run("restore", folder=str(folder), failpoint=name).code == -signal.SIGKILL
        assert bench.zygote.run("restore", folder=str(folder)).code == 0
        assert judging.state(folder) == bench.before
        assert not bench.judge(folder)
        shutil.rmtree(folder)


def test_documentation_names_every_failpoint() -> None:
    text = (ROOT / "docs/archive.md").read_text(encoding="utf-8")
    recording = {
        name for name in names() if not name.startswith("batch-")
    }  # those stand before a batch writes anything
    assert [name for name in sorted(recording) if name.replace("*", "1") not in text] == []
