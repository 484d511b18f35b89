"""The crew of a Dask cluster, with a real scheduler and real workers on loopback."""

from __future__ import annotations

import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from builder.batch import alike
from builder.batch.crew import Call, Done
from builder.errors import FileError, UsageError
from builder.fonts import FontSet
from builder.settings import Limits
from builder.soffice import installed
from tests.batch import far_work
from tests.batch.dask_cluster import ROOT, Cluster, end, wait_for

pytest.importorskip("distributed")
from builder.batch import cluster as crews

LIMITS = Limits(20, 1024)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A scheduler and two workers for the tests that harm neither."""
    with Cluster(tmp_path_factory.mktemp("cluster")) as running:
        running.worker()
        running.worker()
        yield running


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Cluster]:
    """A scheduler for one test, without workers as yet."""
    with Cluster(tmp_path) as running:
        yield running


def call(work: Any, key: object, given: Any, limits: Limits = LIMITS) -> Call:
    return Call(str(key), work, given, limits)


def doubled(crew: crews.Dask, numbers: Sequence[int]) -> list[int]:
    return sorted(done.value for done in crew.run(call(far_work.double, n, n) for n in numbers))


def test_every_call_comes_out_once_from_whichever_worker(two):
    with crews.crew(two.address) as crew:
        done = list(crew.run(call(far_work.where, n, n) for n in range(60)))
        again = doubled(crew, range(5))
    assert sorted(int(each.key) for each in done) == list(range(60))
    assert all(each.failure is None and each.tries == 1 for each in done)
    assert len({each.value for each in done}) == 2  # processes
    assert again == [0, 2, 4, 6, 8]


def test_no_calls_are_no_work(two):
    with crews.crew(two.address) as crew:
        assert list(crew.run([])) == []


def test_what_is_shared_is_there_where_a_call_names_it(two):
    value = {"刊名": "工作信息"}
    with crews.crew(two.address) as crew:
        shared = crew.share(value)
        done = list(crew.run(call(far_work.told, n, (shared, n)) for n in range(4)))
    assert sorted(each.value[1] for each in done) == [0, 1, 2, 3]
    assert all(each.value[0] == value for each in done)


def test_a_call_that_dies_or_raises_fails_alone_and_no_dask_worker_dies_of_it(two):
    told: list[str] = []
    with crews.crew(two.address, tell=told.append) as crew:
        done = {int(each.key): each for each in crew.run(call(far_work.mean, n, n) for n in range(30))}
    failed = {n: each.failure.reason for n, each in done.items() if each.failure}
    assert failed == {n: "died" if n % 10 == 3 else "exception" for n in (3, 5, 13, 15, 23, 25)}
    assert len(done) == 30
    assert told == []


def test_a_call_that_hangs_is_ended_by_its_limit(two):
    with crews.crew(two.address) as crew:
        calls = [call(far_work.slowly, 0, (60.0, 0), Limits(0.5, 1024)), call(far_work.slowly, 1, (0.0, 1))]
        done = {each.key: each for each in crew.run(calls)}
    assert done["1"].value == 1
    assert done["0"].failure is not None
    assert done["0"].failure.reason == "time"


def test_who_stops_early_leaves_nothing_at_work(two, tmp_path):
    with crews.crew(two.address) as crew:
        calls = (call(far_work.traced, n, (str(tmp_path), 0.1 if n < 2 else 30.0, n)) for n in range(1000))
        first = next(run := crew.run(calls))
        run.close()
    assert first.failure is None
    assert len({file.name.partition("-")[0] for file in tmp_path.iterdir()}) < 40  # drawn as workers came free
    workers = [psutil.Process(process.pid) for process in two.workers]
    wait_for(lambda: not any(worker.children() for worker in workers), 15)


def test_a_connection_that_is_given_up_between_two_looks_ends_the_batch_as_a_lost_cluster(two):
    with crews.crew(two.address) as crew:
        link = crew._link
        crew._looked = time.monotonic() + 600  # nobody looks before the next parcel is sent
        link._client.close()
        with pytest.raises(crews.ClusterLost, match="连接断了") as lost:
            list(crew.run([call(far_work.double, 1, 1)]))
    assert lost.value.exit_code == 2


@pytest.mark.long
def test_what_a_killed_worker_had_is_done_by_the_other_and_by_one_that_joins_late(alone):
    told: list[str] = []
    victim = alone.worker()
    done: list[Done] = []
    with crews.crew(alone.address, tell=told.append) as crew:
        for each in crew.run(call(far_work.slowly, n, (0.05, n)) for n in range(60)):
            done.append(each)
            if len(done) == 5:
                alone.worker()
                end(victim)
    assert sorted(each.value for each in done) == list(range(60))
    assert len(told) == 1
    assert "不在了" in told[0]


@pytest.mark.long
def test_a_call_with_which_three_workers_are_lost_is_lost_and_the_others_are_not(alone):
    alone.worker("--nanny", "--nthreads", "1")
    with crews.crew(alone.address) as crew:
        done = {each.key: each for each in crew.run(call(far_work.regicide, n, n) for n in range(8))}
    assert len(done) == 8
    assert {key for key, each in done.items() if each.failure} == {"3"}
    assert done["3"].failure.reason == "lost"
    assert done["3"].tries == 3
    assert "3 次" in done["3"].failure.message


@pytest.mark.long
def test_a_worker_under_a_nanny_performs_in_as_many_threads_as_it_has(alone):
    alone.worker("--nanny", "--nthreads", "2")
    with crews.crew(alone.address) as crew:
        assert crew.size == 2
        done = list(crew.run(call(far_work.where, n, n) for n in range(40)))
    assert len({each.value for each in done}) == 2


def test_without_workers_a_batch_does_not_begin(alone, monkeypatch):
    monkeypatch.setattr(crews, "_WORKERS", 1.0)
    with pytest.raises(crews.ClusterLost, match="没有可用的工作进程") as refused:
        crews.crew(alone.address)
    assert refused.value.exit_code == 2


def test_a_scheduler_that_is_not_there_is_told_in_time(monkeypatch):
    monkeypatch.setattr("builder.batch.dask_link._CONNECT", 1.0)
    with pytest.raises(FileError, match=r"连不上集群的调度器 tcp://127\.0\.0\.1:9：.*端口 9 上没有程序"):
        crews.crew("tcp://127.0.0.1:9")


@pytest.mark.parametrize("address", ["127.0.0.1:8786", "tcp://host", "inproc://x:1", "tcp://", "http://host:80"])
def test_an_address_must_name_a_scheduler(address):
    with pytest.raises(UsageError, match="不能用"):
        crews.crew(address)


def test_without_the_extra_the_refusal_names_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.delitem(sys.modules, "builder.batch.dask_link")
    with pytest.raises(UsageError) as refused:
        importlib.import_module("builder.batch.dask_link")
    assert "jianbao[cluster]" in refused.value.hint


def scene(root: Path, fontset: FontSet) -> Any:
    from builder.batch.jobs import Scene
    from builder.render.printing import ORDINARY
    from builder.settings import workspace
    from builder.workflow import opening

    opened = opening.open_workspace(workspace(root))
    return Scene("", opened.library.office, opened.titles, {}, fontset, ("pdf",), ORDINARY, Limits(), {})


def with_own_font(fontset: FontSet, file: Path) -> FontSet:
    """The set with a face for 黑体 that no other machine has."""
    face = fontset.faces["黑体"]
    file.parent.mkdir()
    file.write_bytes(face.file.read_bytes() + b"\0")
    return replace(fontset, faces={**fontset.faces, "黑体": replace(face, file=file)})


def copied(fontset: FontSet, folder: Path) -> None:
    folder.mkdir()
    for face in fontset:
        shutil.copy(face.file, folder / f"other-{face.file.name}")


def test_a_scene_is_given_the_same_fonts_of_the_worker(alone, fontset, tmp_path):
    own = with_own_font(fontset, tmp_path / "driver" / "own.otf")
    copied(own, tmp_path / "worker")
    alone.worker(environment={"JIANBAO_FONTS": str(tmp_path / "worker")})
    with crews.crew(alone.address) as crew:
        shared = crew.share(scene(ROOT, own))
        (done,) = crew.run([call(far_work.told, 0, (shared, 0))])
    moved: FontSet = done.value[0].fontset
    assert [face.family for face in moved] == [face.family for face in own]
    assert {face.file.read_bytes() for face in moved} == {face.file.read_bytes() for face in own}
    assert moved.faces["黑体"].file == tmp_path / "worker" / "other-own.otf"
    assert not moved.paths[0].is_relative_to(ROOT)


def test_a_worker_without_a_font_or_with_another_of_that_name_is_refused_before_work_starts(alone, fontset, tmp_path):
    own = with_own_font(fontset, tmp_path / "driver" / "own.otf")
    (tmp_path / "worker").mkdir()
    (tmp_path / "worker" / "own.otf").write_bytes(b"another")
    alone.worker(environment={"JIANBAO_FONTS": str(tmp_path / "worker")})
    with crews.crew(alone.address) as crew:
        with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:\d+：字体文件 own\.otf 不同：应为 SHA-256"):
            crew.share(scene(ROOT, own))
        (tmp_path / "worker" / "own.otf").unlink()
        with pytest.raises(UsageError, match=r"没有字体文件 own\.otf"):
            crew.share(scene(ROOT, own))


@pytest.mark.long
def test_a_worker_that_joins_late_with_other_fonts_is_left_out_and_the_batch_goes_on(alone, fontset, tmp_path):
    own = with_own_font(fontset, tmp_path / "driver" / "own.otf")
    told: list[str] = []
    copied(own, tmp_path / "worker")
    alone.worker(environment={"JIANBAO_FONTS": str(tmp_path / "worker")})
    done: list[Done] = []
    with crews.crew(alone.address, tell=told.append) as crew:
        shared = crew.share(scene(ROOT, own))
        for each in crew.run(call(far_work.named_slowly, n, (shared, 0.1, n)) for n in range(60)):
            done.append(each)
            if len(done) == 1:
                alone.worker(environment={"JIANBAO_FONTS": str(tmp_path / "none")})
        assert crew.size == 1
    assert sorted(each.value for each in done) == list(range(60))
    assert len(told) == 1
    assert "没有字体文件 own.otf" in told[0]


def test_a_worker_with_another_version_of_the_program_is_refused_by_name(alone, tmp_path):
    shutil.copytree(ROOT / "builder", tmp_path / "other" / "builder", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other" / "builder" / "words" / "__init__.py").open("a", encoding="utf-8") as file:
        file.write("# changed\n")
    alone.worker(environment={"PYTHONPATH": str(tmp_path / "other")})
    with pytest.raises(UsageError, match=r"tcp://127\.0\.0\.1:\d+：jianbao 应为 .*，实为 "):
        crews.crew(alone.address)


@pytest.mark.skipif(not installed.version(), reason="needs LibreOffice")
def test_a_worker_with_another_libreoffice_is_refused_where_a_scene_needs_it(alone, fontset, tmp_path):
    other = tmp_path / "bin" / "soffice"
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho LibreOffice 6.0.7.3 00m0\n", encoding="utf-8")
    other.chmod(0o755)
    path = f"{other.parent}{os.pathsep}{os.environ['PATH']}"
    alone.worker(environment={"JIANBAO_FONTS": str(ROOT / ".fonts"), "PATH": path})
    plain = scene(ROOT, fontset)
    needing = replace(plain, soffice=installed.version())
    with crews.crew(alone.address) as crew:
        assert crew.share(plain).digest
        with pytest.raises(UsageError, match=r"LibreOffice 应为 .*，实为 6\.0\.7\.3"):
            crew.share(needing)
    assert alike.differences({"LibreOffice": needing.soffice}, alike.soffice()) == ()


def test_what_differs_is_told_by_name():
    own = alike.traits()
    assert alike.differences(own, own) == ()
    found = {name: version for name, version in own.items() if name != "pillow"} | {"typst": "0.1"}
    assert alike.differences(own, found) == (
        f"typst 应为 {own['typst']}，实为 0.1",
        f"pillow 应为 {own['pillow']}，实为 没有",
    )


def share_scene(crew: crews.Dask, fontset: FontSet) -> None:
    crew.share(scene(ROOT, fontset))


def begin(crew: crews.Dask, fontset: FontSet) -> None:
    list(crew.run(call(far_work.double, n, n) for n in range(40)))


def go_on(crew: crews.Dask, fontset: FontSet) -> None:
    """Past the look at who is there, as a scheduler may end at any moment."""
    crew._looked = time.monotonic() + 60
    crew._ask_all(frozenset())


@pytest.mark.long
@pytest.mark.parametrize("at_once", [True, False], ids=["at once", "given up by Dask"])
@pytest.mark.parametrize("work", [share_scene, begin, go_on])
def test_whatever_is_done_after_the_scheduler_ended_says_so_within_30_seconds(alone, fontset, work, at_once):
    alone.worker(environment={"JIANBAO_FONTS": str(ROOT / ".fonts")})
    with crews.crew(alone.address) as crew:
        doubled(crew, range(3))
        end(alone.scheduler)
        if not at_once:
            wait_for(lambda: crew._link.closed, 30)
        began = time.monotonic()
        with pytest.raises(crews.ClusterLost, match="没有回音") as lost:
            work(crew, fontset)
        assert time.monotonic() - began < 30
    assert lost.value.exit_code == 2


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP], ids=lambda how: how.name)
def test_a_scheduler_that_ends_while_calls_are_at_work_ends_the_run(alone, how):
    alone.worker()
    done: list[Done] = []
    began = 0.0
    with crews.crew(alone.address) as crew, pytest.raises(crews.ClusterLost, match="没有回音"):  # noqa: PT012
        for each in crew.run(call(far_work.slowly, n, (0.05, n)) for n in range(2000)):
            done.append(each)
            if len(done) == 5:
                alone.scheduler.send_signal(how)
                began = time.monotonic()
    assert time.monotonic() - began < 30
    assert all(each.failure is None for each in done)


def test_every_call_of_the_door_bears_a_client_that_is_closed(alone):
    alone.worker()
    with crews.crew(alone.address) as crew:
        link, (worker,) = crew._link, crew._workers
        future = link.submit(worker, far_work.slowly, (20.0, 0))
        link._client.close()
        with pytest.raises(ConnectionError):
            link.submit(worker, far_work.double, 1)
        link.forget(worker)
        with pytest.raises(ConnectionError):
            link.submit(worker, far_work.double, 1)
        assert link.workers() is None
        link.cancel([future])
        assert link.closed
