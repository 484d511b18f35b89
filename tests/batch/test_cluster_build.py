"""``jianbao build --cluster`` as a second process, with a real scheduler and real workers, which are killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.batch.batches import build, drafts, make, started, whole, write_item
from tests.batch.dask_cluster import Cluster, end, wait_for
from tests.conftest import ROOT

pytest.importorskip("distributed")
FONTS = {"JIANBAO_FONTS": str(ROOT / ".fonts")}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a test's clusters keep their logs."""
    (tmp_path / "cluster").mkdir()
    return tmp_path / "cluster"


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """A scheduler and two workers."""
    with Cluster(folder) as running:
        both(running)
        yield running


def both(cluster: Cluster) -> None:
    cluster.worker(environment=FONTS)
    cluster.worker(environment=FONTS)


def files(root: Path) -> dict[str, str]:
    return {name: sha for name, (_, _, sha) in drafts(root).items()}


def test_a_cluster_makes_the_same_files_as_this_machine_whatever_one_issue_does(cluster, tmp_path):
    near, far = make(tmp_path / "near", 6), make(tmp_path / "far", 6)
    linked(near)
    linked(far)
    assert build(near).code == 0
    first = build(far, "--cluster", cluster.address)
    assert (first.code, len(first.told["built"])) == (0, 6)
    assert files(far) == files(near)
    again = build(far, "--cluster", cluster.address)
    assert (again.code, again.told["built"], len(again.told["unchanged"])) == (0, [], 6)


def linked(root: Path) -> None:
    """Let entries name pictures and a table that lie outside the content, over a link, and along a path through a linked folder."""
    (root / "素材").mkdir()
    for name, colour in (("甲", "red"), ("乙", "blue")):
        Image.new("RGB", (60, 40), colour).save(root / f"素材/{name}.png")
    (root / "素材/表.csv").write_text("单位,件\n甲,1\n", encoding="utf-8")
    (root / "content/图库").symlink_to("../素材")
    for name in ("甲.png", "表.csv"):
        (root / "content/items" / name).symlink_to(f"../../素材/{name}")
    write_item(root, 1, "情况如下。\n\n![甲](甲.png)\n\n![乙](../图库/乙.png)\n\n表: 表.csv")


@pytest.mark.long
def test_an_issue_that_kills_its_process_on_a_cluster_is_told_and_all_others_are_made(folder, tmp_path):
    root = make(tmp_path / "ws", 12)
    with Cluster(folder) as running:
        running.worker(environment={**FONTS, "JIANBAO_FAILPOINT": "batch-render:2026/第5期=segv"})
        done = build(root, "--keep-going", "--cluster", running.address)
        assert running.workers[0].poll() is None
    assert (done.code, done.ids("failed"), len(done.told["built"])) == (2, ["2026/第5期"], 11)
    assert len(drafts(root)) == 22


@pytest.mark.long
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_dead_scheduler_ends_the_batch_within_30_seconds_and_a_new_one_finishes_it(folder, tmp_path, tell, how):
    count = 120
    root = make(tmp_path / "ws", count)
    with Cluster(folder) as running:
        both(running)
        with started(root, "--cluster", running.address, "--report", "报告.json") as driver:
            made = wait_for(lambda: len(drafts(root)) > 20 and len(drafts(root)))
            running.scheduler.send_signal(how)
            began = time.monotonic()
            _, told = driver.communicate(timeout=90)
            seconds = time.monotonic() - began
    assert driver.returncode == 2, told
    assert seconds < 30
    assert "没有回音" in told
    assert (root / "报告.json").is_file()
    before = drafts(root)
    assert made <= len(before) < 2 * count
    with Cluster(folder) as running:
        both(running)
        rest = build(root, "--cluster", running.address)
    assert rest.code == 0, rest.err
    assert whole(root, count)
    after = drafts(root)
    kept = [name for name, seen in before.items() if after[name] == seen]
    complete = [
        name
        for name in before
        if name[: name.rindex(".")] + ".docx" in before and name[: name.rindex(".")] + ".pdf" in before
    ]
    assert set(complete) <= set(kept)
    tell(
        f"scheduler ended by {how.name} after {len(before)} of {2 * count} files: exit 2 in {seconds:.0f} s, none made twice"
    )


@pytest.mark.long
def test_each_worker_is_killed_in_the_middle_and_everything_is_made_once(cluster, tmp_path, tell):
    count = 100
    root = make(tmp_path / "ws", count)
    with started(root, "--cluster", cluster.address) as driver:
        for n, victim in enumerate([*cluster.workers], 1):
            wait_for(lambda n=n: len(drafts(root)) > 40 * n)
            cluster.worker(environment=FONTS)
            end(victim)
        out, told = driver.communicate(timeout=200)
    assert driver.returncode == 0, told
    assert whole(root, count)
    assert told.count("不在了") == 2
    assert out.count('"failed": []') == 1
    tell(f"{count} issues made while each of two workers was killed")


@pytest.mark.long
def test_tls_lets_in_who_has_a_certificate_of_the_cluster(folder, tmp_path):
    ca, cert, key = certificates(tmp_path / "ours")
    root = make(tmp_path / "ws", 2)
    dask = ["--tls-ca-file", ca, "--tls-cert", cert, "--tls-key", key]
    with Cluster(folder, "tls", dask) as running:
        running.worker(environment=FONTS)
        _, other, its = certificates(tmp_path / "theirs")
        refused = build(root, "--cluster", running.address, "--tls-ca", ca, "--tls-cert", other, "--tls-key", its)
        assert (refused.code, len(drafts(root))) == (74, 0)
        assert "TLS 没有谈成" in refused.err + refused.out
        done = build(root, "--cluster", running.address, "--tls-ca", ca, "--tls-cert", cert, "--tls-key", key)
    assert done.code == 0, done.err
    assert whole(root, 2)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--cluster", "tls://127.0.0.1:1"], "--tls-ca、--tls-cert、--tls-key"),
        (
            ["--cluster", "tls://127.0.0.1:1", "--tls-ca", "a", "--tls-cert", "b", "--tls-key", "c"],
            "没有证书文件 a、b、c",
        ),
        (["--cluster", "tcp://127.0.0.1:1", "--tls-ca", "a"], "不加密"),
        (["--tls-ca", "a"], "只与 --cluster 同用"),
        (["--cluster", "10.0.0.1"], "不能用"),
    ],
)
def test_what_cannot_be_a_cluster_is_refused_before_anything_is_written(tmp_path, options, said):
    root = make(tmp_path / "ws", 1)
    refused = build(root, *options)
    assert refused.code == 64
    assert said in refused.err + refused.out
    assert drafts(root) == {}


def certificates(folder: Path) -> tuple[str, str, str]:
    """A CA's certificate, a certificate that it signed, and its key: PEM files made by OpenSSL."""
    folder.mkdir()
    new = ["openssl", "req", "-newkey", "rsa:2048", "-nodes", "-batch"]
    steps = (
        [*new, "-x509", "-days", "2", "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem"],
        [*new, "-subj", "/CN=127.0.0.1", "-keyout", "own.key", "-out", "own.csr"],
        [
            "openssl",
            "x509",
            "-req",
            "-in",
            "own.csr",
            "-CA",
            "ca.pem",
            "-CAkey",
            "ca.key",
            "-CAcreateserial",
            "-days",
            "2",
            "-out",
            "own.pem",
        ],
    )
    for step in steps:
        try:
            subprocess.run(step, cwd=folder, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"})
        except FileNotFoundError:
            pytest.skip("openssl is not installed")
    return str(folder / "ca.pem"), str(folder / "own.pem"), str(folder / "own.key")
