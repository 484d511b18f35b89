"""What the children of the warm process do (``zygote``). Each function gives an exit code, as the command line would."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import cast

from builder import failpoints, fonts, register
from builder.archive import bag
from builder.batch import publishing as many
from builder.batch import rehearsing
from builder.batch.here import Here
from builder.batch.recalling import Recalling
from builder.errors import JianbaoError
from builder.fonts import FontSet
from builder.render.child import Engines
from builder.settings import Limits
from builder.settings import workspace as workspace_of
from builder.workflow import opening, publishing, recording, restoring
from tests.faults import judging
from tests.faults.engines import Borrowed
from tests.office import CHIEF, NOW, ROOT

_kept: dict[str, FontSet] = {}


def warm(cache: str) -> None:
    """Everything that a publish loads or makes for the first time; one thread remains."""
    _kept["fonts"] = fonts.find(ROOT, system=False, cache=Path(cache))
    _kept["fonts"].families()
    import psycopg  # noqa: F401  loaded when the first connection is made


def stop_at(name: str) -> None:
    """Die at this failpoint from here on; "" for none."""
    failpoints._WANTED = {name: "kill"} if name else {}


def publish(folder: str, engines: str, issues: Sequence[str], database: str = "", failpoint: str = "") -> int:
    """Publish issues one after the other, as the command does: a line for each that is done.

    Returns:
        The exit code of the first that failed, else 0.
    """
    os.environ["JIANBAO_REGISTER"] = database
    stop_at(failpoint)
    try:
        opened = opening.open_workspace(workspace_of(Path(folder)))
        borrowed = cast(Engines, Borrowed(Path(engines), ROOT / "templates"))
        with recording.open_desk(opened.workspace, opened.library.office.value, lambda: NOW) as desk:
            for issue in issues:
                act = publishing.publish(desk, opened, issue, CHIEF, _kept["fonts"], borrowed).act
                assert act is not None
                os.write(1, f"published {issue} {act.data['number']} {act.data['total']} {act.hash}\n".encode())
    except JianbaoError as error:
        sys.stderr.write("\n".join([error.message, error.hint, *map(str, error.faults), ""]))
        return int(error.exit_code)
    return 0


def publish_all(
    folder: str, engines: str, publications: Sequence[str], database: str = "", failpoint: str = "", at: int = 0
) -> int:
    """Publish every signed issue, as ``publish --signed`` does: a line for each that is done.

    Args:
        folder: the workspace.
        engines: as for ``publish``.
        publications: ids.
        database: the register's address; "" for SQLite.
        failpoint: where to die.
        at: while so many issues have been published by this process.
    """
    os.environ["JIANBAO_REGISTER"] = database

    def lent(*_: object) -> Recalling:
        return cast(Recalling, Borrowed(Path(engines), ROOT / "templates"))

    rehearsing.Noting = lent  # in this child only
    count = 0

    class Writing(many.Watcher):
        def numbered(self, each: many.Numbered | many.Refused) -> None:
            nonlocal count
            if isinstance(each, many.Refused) or each.again:
                return
            assert each.act is not None
            count += 1
            os.write(1, f"published {each.issue} {each.act.data['number']} {each.act.hash}\n".encode())
            stop_at(failpoint if count == at else "")

    stop_at("" if at else failpoint)
    try:
        opened = opening.open_workspace(workspace_of(Path(folder)))
        asked, watcher = many.Asked(opened, CHIEF, _kept["fonts"]), Writing()
        selection = many.Selection(publications=tuple(publications))
        with recording.open_desk(opened.workspace, opened.library.office.value, lambda: NOW) as desk:
            report = many.publish_all(desk, asked, selection, lambda _: Here(), lent(), watcher, Limits())
    except JianbaoError as error:
        sys.stderr.write("\n".join([error.message, error.hint, *map(str, error.faults), ""]))
        return int(error.exit_code)
    for each in report.refused:
        sys.stderr.write(f"{each.issue}: {each.error.message} {list(map(str, each.error.faults))}\n")
    return int(bool(report.refused or report.held or report.stopped))


def judge(folder: str, engines: str, issues: Sequence[str], known: int, head: str, doctor: bool) -> int:
    """Whether an issue was published by who was stopped, and that all holds, before anything is mended and after it.

    Args:
        folder: the workspace.
        engines: as for ``publish``.
        issues: that one issue.
        known: how many acts there were before.
        head: the hash of the last of them.
        doctor: mend first, and then publish again; else the other way round.

    Returns:
        0; "new" or "old" is told, then a line for each thing that was mended.
    """
    place = Path(folder)
    seen = judging.state(place)
    new = seen.acts[known:]
    assert seen.acts[known - 1].hash == head
    assert [(act.kind, act.issue, act.data["number"]) for act in new] in ([], [("publish", issues[0], 3)])
    mended = []
    if doctor:
        mended = judging.doctored(place)
        assert judging.state(place) == seen
    assert publish(folder, engines, issues) == 0
    after = judging.state(place)
    assert len(after.published) == 3
    assert not new or after == seen
    judging.clean(place)
    mended += judging.doctored(place)
    sys.stdout.write("\n".join(["new" if new else "old", *mended, ""]))
    return 0


def read(folder: str, times: int) -> int:
    """Look at the register and the last bags, as any reader does, while somebody publishes.

    Returns:
        0 when every look found one whole chain and whole bags; what it saw is told.
    """
    where = register.address(workspace_of(Path(folder)), environment={})
    archive, newest, seen = Path(folder) / "output/archive", 0, set[int]()
    with register.open_register(where, create=False, read_only=True) as opened:
        for _ in range(times):
            with opened.reading() as now:
                head = now.head()
                act = now.act(head.seq)
                issues = now.connection.exec_driver_sql("SELECT count(*), max(act) FROM issue").one()
                published = now.connection.exec_driver_sql("SELECT count(*) FROM act WHERE kind = 'publish'").scalar()
                beyond = now.act(head.seq + 1)
            assert act is not None
            assert (act.hash, beyond, issues[0]) == (head.hash, None, published)
            assert head.seq >= newest, "what was there is gone"
            # As far as a reader goes in a listing: every file that the row promises is there, whole.
            for name in bag.payload(act):
                assert (archive / act.folder / name).stat().st_size > 0
            if head.seq > newest:
                assert judging.whole(archive, act) == ""
            newest = head.seq
            seen.add(head.seq)
    sys.stdout.write(f"{len(seen)}\n")
    return 0


def restore(folder: str, failpoint: str = "") -> int:
    """Make the register anew from the bags."""
    stop_at(failpoint)
    restoring.restore(workspace_of(Path(folder)), None)
    return 0
