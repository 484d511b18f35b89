"""送审 to 付印 on the command line: what is printed, exit codes, who acts."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from PIL import Image

from tests.cli.conftest import ROOT, Run
from tests.workflow.test_signing import OFFICE

ISSUE = """\
刊物: ducha-kuaixun
日期: 2026-06-08
条目:
  - 标题: 全市抢修水毁工程
    正文: 市水利局会同各县（区）抓井抢修，6月5日前全部通水。
    供稿: 市水利局
"""


@pytest.fixture
def ws(tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    shutil.copytree(ROOT / "templates", folder / "templates")
    for name in ("items", "findings", "issues"):
        (folder / "content" / name).mkdir(parents=True)
    (folder / "content/office.yaml").write_text(OFFICE, "utf-8")
    (folder / "content/issues/one.yaml").write_text(ISSUE, "utf-8")
    return folder


def test_an_issue_goes_from_draft_to_signed_on_paper_and_is_amended(run: Run, ws: Path, tmp_path: Path) -> None:
    assert "还没有办过手续" in run("log", "one").stdout

    done = run("submit", "one", "--as", "信息科编辑")
    assert done.returncode == 0, done.stderr
    assert "已登记：one  信息科编辑" in done.stdout
    assert "送审稿一" in done.stdout
    for name in ("one-送审稿一.pdf", "one-送审稿一.docx", "one-送审稿一-签批单.pdf"):
        assert (ws / "output/drafts/ducha-kuaixun" / name).is_file()
        assert f"output/drafts/ducha-kuaixun/{name}" in done.stdout

    done = run("review", "one", JIANBAO_AS="信息科科长")
    assert done.returncode == 0, done.stderr

    Image.new("L", (40, 60), 255).save(tmp_path / "scan.png")
    paper = ("--纸签", "--签发人", "市委书记", "--日期", "2026-06-08", "--扫描件", str(tmp_path / "scan.png"))
    done = run("sign", "one", *paper, "--as", "信息科编辑", "--json")
    assert done.returncode == 0, done.stderr
    act = json.loads(done.stdout)["act"]
    assert (act["by"], act["typed"], act["data"]["day"]) == ("市委书记", "信息科编辑", "2026-06-08")
    assert list(act["files"]) == ["scan/签发件.png"]

    assert "没有改动" in run("amend", "one", "--dry-run", "--as", "信息科编辑").stdout
    (ws / "content/issues/one.yaml").write_text(ISSUE.replace("抓井", "抓紧"), "utf-8")
    done = run("amend", "one", "--dry-run", "--as", "信息科编辑")
    assert done.returncode == 0, done.stderr
    assert "第1段：原为" in done.stdout
    assert "可以照非实质性改动登记" in done.stdout
    assert "没有登记。" in done.stdout
    refused = run("amend", "one", "--非实质", "改正错字", "--复核人", "市委书记", "--as", "信息科编辑")
    assert "“市委书记”的“可办”中没有复核，不能复核" in refused.stderr
    done = run("amend", "one", "--非实质", "改正错字", "--复核人", "办公室副主任", "--as", "信息科编辑")
    assert done.returncode == 0, done.stderr
    assert "抓紧" in done.stdout

    done = run("log", "one", "--json")
    assert [a["kind"] for a in json.loads(done.stdout)] == ["submit", "review", "sign", "amend"]
    table = run("log", "one").stdout
    assert "纸上签发 2026-06-08，有扫描件" in table
    assert "改正错字；第1段" in table

    (ws / "content/issues/one.yaml").write_text(ISSUE.replace("6月5日", "6月6日"), "utf-8")
    done = run("amend", "one", "--dry-run", "--as", "信息科编辑")
    assert done.returncode == 1
    assert "[amend-number]" in done.stderr


def test_who_acts_must_be_said_and_be_known(run: Run, ws: Path) -> None:
    done = run("submit", "one", JIANBAO_AS="")
    assert done.returncode == 64
    assert "没有写明由谁办理" in done.stderr
    done = run("submit", "one", "--as", "市委书记")
    assert done.returncode == 1
    assert "[post-duty]" in done.stderr
    assert not (ws / "output/archive").exists()


def test_what_was_never_submitted_is_not_reviewed(run: Run, ws: Path) -> None:
    done = run("review", "one", "--as", "信息科科长")
    assert done.returncode == 1
    assert "[not-submitted]" in done.stderr
    assert not (ws / "output/register.sqlite").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--纸签",), "签发人和日期"),
        (("--签发人", "市委书记"), "加 --纸签"),
        (("--纸签", "--签发人", "市委书记", "--日期", "六月八日"), "写法不对"),
        (("--补扫描件", "a.pdf", "--纸签"), "单独用"),
    ],
)
def test_half_a_paper_sign_off_is_refused(run: Run, ws: Path, words: tuple[str, ...], told: str) -> None:
    done = run("sign", "one", *words, "--as", "信息科编辑")
    assert done.returncode == 64
    assert told in done.stderr
