"""``jianbao archive`` and ``jianbao doctor`` as they are typed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from builder.register import address, open_register, schema
from builder.settings import Workspace
from builder.workflow import afterwards, reprinting
from builder.workflow.rendering import Rendered
from tests.office import SIGNER, SmallOffice
from tests.workflow import issued

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, sample_issues: Mapping[str, Rendered]) -> Path:
    root = tmp_path_factory.mktemp("office")
    (root / "templates").mkdir()
    (root / "content").mkdir()
    (root / "content/office.yaml").write_text("名称: 云川市人民政府办公室\n", encoding="utf-8")
    issued.year(Workspace(root), sample_issues, 3)
    return root


def run(root: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "builder", "-C", str(root), *words],
        cwd=ROOT, env={**os.environ, **environment}, capture_output=True, text=True,
    )  # fmt: skip


def test_published_issues_are_listed_newest_first_and_shown(office: Path) -> None:
    listed = json.loads(run(office, "archive", "list", "--json").stdout)
    assert listed["count"] == len(listed["issues"]) == 3
    newest = listed["issues"][0]
    assert newest["state"] == "正常"
    told = run(office, "archive", "list", "--最多", "1")
    assert newest["folder"] in told.stdout
    assert "共 3 期" in told.stderr
    assert json.loads(run(office, "archive", "list", "--年度", "2025", "--json").stdout)["count"] == 0
    shown = run(office, "archive", "show", newest["issue"])
    assert "题名：" in shown.stdout
    assert re.search("签发 .*主任", shown.stdout)
    acts = json.loads(run(office, "archive", "show", newest["folder"], "--json").stdout)["acts"]
    assert [act["kind"] for act in acts] == ["submit", "sign", "publish"]


def test_the_path_of_the_pdf_is_printed_and_damage_is_not_opened(office: Path) -> None:
    [*_, last] = json.loads(run(office, "archive", "list", "--json").stdout)["issues"]
    path = Path(run(office, "archive", "open", last["issue"], "--print-path").stdout.strip())
    data = path.read_bytes()
    assert data.startswith(b"%PDF")
    assert run(office, "archive", "open", last["issue"], "--docx", "--print-path").stdout.strip().endswith("issue.docx")
    path.chmod(0o644)
    path.write_bytes(data[:-1])
    try:
        refused = run(office, "archive", "open", last["issue"])
        checked = run(office, "archive", "verify", "--fixity")
    finally:
        path.write_bytes(data)
        path.chmod(0o444)
    assert (refused.returncode, checked.returncode) == (3, 3)
    assert f"{last['folder']}/data/issue.pdf" in checked.stderr


def test_a_reprint_a_correction_and_a_voided_issue_are_told_of_and_the_printing_in_force_is_opened(
    small_office: SmallOffice,
) -> None:
    first = small_office.published("2026/第1期", publication="gongzuo-xinxi")
    small_office.issue("2026/第1期", publication="gongzuo-xinxi", text="市水利局抓紧抢修，6月6日前全部通水。")
    small_office.issue("2026/更正", publication="gongzuo-xinxi", title="更正启事", text="6月5日应为6月6日。")
    small_office.sign("2026/更正")
    with small_office.desk() as desk:
        opened, faces, engines = small_office.opened(), small_office.fontset, small_office.engines
        again = reprinting.reprint(desk, opened, "2026/第1期", SIGNER, "日期有误", faces, engines).act
    small_office.publish("2026/更正", corrects="2026/第1期")
    root = small_office.root

    def path(*words: str) -> str:
        return run(root, "archive", "open", *words, "--print-path").stdout.strip()

    assert path("2026/第1期").endswith(f"{again.folder}/data/issue.pdf")
    old = run(root, "archive", "open", "工作信息第1期", "--印次", "1", "--print-path")
    assert old.stdout.strip().endswith(f"{first.folder}/data/issue.pdf")
    assert "这次印的应收回" in old.stderr
    assert run(root, "archive", "open", "1", "--印次", "3").returncode == 64

    shown = run(root, "archive", "show", "总第1期").stdout
    assert (
        "状态：已更正重印，以印次2为准，以前印的收回；已由工作信息第2期（总第2期）更正（gongzuo-xinxi/2026/2）" in shown
    )
    assert f"归档包（印次2）：{root / 'output/archive' / again.folder}" in shown
    assert "日期有误" in shown
    assert (
        "状态：刊有对工作信息第1期（总第1期）的更正（gongzuo-xinxi/2026/1）" in run(root, "archive", "show", "2").stdout
    )

    with small_office.desk() as desk:
        afterwards.void(desk, small_office.place, small_office.opened().library.office.value, "更正", SIGNER, "误发")
    assert "已作废，误发" in run(root, "archive", "open", "更正", "--print-path").stderr
    assert "状态：已作废，误发；" in run(root, "archive", "show", "更正").stdout


def test_an_archive_without_damage_is_said_to_be_so(office: Path) -> None:
    done = run(office, "archive", "verify")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1:] == ["真实性：合格", "完整性：合格", "可用性：合格", "安全性：合格"]
    assert json.loads(run(office, "archive", "verify", "--fixity", "--json").stdout)["faults"] == []


def test_the_transfer_package_is_written_once_and_never_into_the_archive(office: Path, tmp_path: Path) -> None:
    done = run(office, "archive", "export", "2026", "--zip", "-o", str(tmp_path / "包"))
    assert (done.returncode, "共 3 件" in done.stdout) == (0, True), done.stderr
    assert (tmp_path / "包.zip").is_file()
    assert run(office, "archive", "export", "2026", "-o", str(tmp_path / "包.zip")).returncode == 74
    inside = run(office, "archive", "export", "2026", "-o", str(office / "output/archive/x"))
    assert (inside.returncode, "归档夹" in inside.stderr) == (64, True)


def test_doctor_and_restore_tell_what_files_of_bags_are_not_there(office: Path) -> None:
    [lost, *_] = sorted((office / "output/archive").rglob("issue.docx"))
    kept = lost.read_bytes()
    lost.unlink()
    try:
        for words in (("doctor",), ("archive", "restore")):
            done = run(office, *words)
            assert done.returncode == 3, done.stderr
            assert lost.relative_to(office / "output/archive").as_posix() in done.stderr
            assert "archive verify" in done.stderr
    finally:
        lost.write_bytes(kept)
    assert run(office, "doctor").returncode == 0


def test_the_register_is_rebuilt_and_doctor_has_nothing_to_do(office: Path) -> None:
    before = run(office, "archive", "list", "--json").stdout
    done = run(office, "archive", "restore")
    assert (done.returncode, "9 号手续，3 期" in done.stdout) == (0, True), done.stderr
    assert run(office, "archive", "list", "--json").stdout == before
    for _ in range(2):
        assert run(office, "doctor").stdout == "没有要处理的。\n"


def test_a_workspace_without_archive_is_told_so(tmp_path: Path) -> None:
    (tmp_path / "templates").mkdir()
    (tmp_path / "content").mkdir()
    assert run(tmp_path, "archive", "list").returncode == 1  # no office.yaml
    (tmp_path / "content/office.yaml").write_text("名称: 云川市人民政府办公室\n", encoding="utf-8")
    assert run(tmp_path, "doctor").stdout.startswith("还没有登记簿")
    listed = run(tmp_path, "archive", "list")
    assert (listed.returncode, "还没有登记簿" in listed.stderr) == (74, True)
    assert not (tmp_path / "output").exists()


def test_a_read_only_workspace_is_listed_shown_opened_checked_and_handed_over(office: Path, tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("mounts of Linux")
    # A read-only mount in a namespace of its own: modes do not stop the superuser.
    words = [["list"], ["show", "NAME"], ["open", "NAME", "--print-path"], ["verify"], ["export", "2026", "-o", "OUT"]]
    name = json.loads(run(office, "archive", "list", "--json").stdout)["issues"][0]["issue"]
    for each in words:
        typed = [{"NAME": name, "OUT": str(tmp_path / "out")}.get(word, word) for word in each]
        command = f'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "{sys.executable}" -m builder -C "$0" archive "$@"'
        done = subprocess.run(
            ["unshare", "--mount", "--map-root-user", "sh", "-c", command, str(office), *typed],
            cwd=ROOT, capture_output=True, text=True,
        )  # fmt: skip
        if "unshare" in done.stderr or "mount:" in done.stderr:
            pytest.skip(f"no mount namespace here: {done.stderr.strip()}")
        assert done.returncode == 0, (each, done.stderr)


@pytest.mark.long
def test_a_hundred_thousand_issues_are_listed_in_time(
    office: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with open_register(address(Workspace(office), environment={})) as opened, opened.reading() as now:
        model = now.acts(kinds=("publish",))[0]
    record, numbers = model.record.decode(), range(1, 100_001)
    place = {"publication": model.publication, "year": 2026}
    acts = [
        {**place, "seq": n, "hash": f"h{n}", "kind": "publish", "issue": f"2026/{n}", "target": 0}
        | {"key": f"k{n}", "folder": f"k/2026/{n}", "record": record}
        for n in numbers
    ]
    issues = [
        {**place, "act": n, "sequence": "2026/正刊", "number": n, "total": n, "issue": f"2026/{n}", "day": "2026-06-08"}
        for n in numbers
    ]
    with open_register(address(Workspace(tmp_path), environment={})) as opened:
        with opened.turn() as turn:
            turn.connection.execute(schema.act.insert(), acts)
            turn.connection.execute(schema.issue.insert(), issues)
        taken = []
        for given in ({}, {"year": 2026}, {"publication": model.publication, "year": 2026}) * 3:
            start = time.process_time()  # other programs on the machine do not count
            with opened.reading() as now:
                count, found = now.issues(**given)
            taken.append(time.process_time() - start)
            assert (count, len(found), found[0].number) == (100_000, 50, 100_000)
    with capsys.disabled():
        print(f"\narchive list of 100,000 issues: {sorted(taken)[4] * 1000:.0f} ms of processor time, median")  # noqa: T201
    assert sorted(taken)[4] < 0.2
