"""``jianbao copies`` as an editor runs it: a second process, a real workspace, real engines."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from builder.measure import pdf
from tests.office import ROOT

GROUPS = "分发组: [{组: 常委, 名称: 市委常委, 份数: 2}, {组: 部门, 名称: 市直各单位, 份数: 3}]\n"
LISTS = "分发名单: {ducha-kuaixun: {报: [常委], 发: [部门], 存档: 1}}\n"
ISSUE = """\
刊物: ducha-kuaixun
日期: 2026-06-08
份号: '000101'
条目:
  - 标题: 抓紧抢修水毁工程
    正文: |
      市水利局抓紧抢修。
      ｛可见范围：报｝市委书记批示：限期办结。
      6月5日前全部通水。
"""


@pytest.fixture
def place(workspace: Path) -> Path:
    (workspace / "content/office.yaml").write_text(f"名称: 临澜市委办公室\n{GROUPS}{LISTS}", encoding="utf-8")
    (workspace / "content/issues/fen.yaml").write_text(ISSUE, encoding="utf-8")
    return workspace


def test_copies_are_written_told_and_listed_as_json(run, place):
    done = run("copies", "fen", "--收件方行", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    folder = place / "output/copies/ducha-kuaixun/fen"
    assert told["folder"] == "output/copies/ducha-kuaixun/fen"
    assert sorted(told["files"]) == sorted(path.name for path in folder.iterdir())
    assert told["recipients"][1] == {"part": "发", "recipient": "部门", "copies": 3, "first": 103, "last": 105}
    assert told["published"] is False
    texts = {p.name: pdf.read(p.read_bytes()).pages[0].text for p in folder.glob("*.pdf")}
    assert texts["000104-部门.pdf"].startswith("收件：部门000104000104")
    assert {name for name, text in texts.items() if "批示" in text} == {
        "000101-常委.pdf", "000102-常委.pdf", "000106-存档.pdf"
    }  # fmt: skip


def test_progress_goes_to_stderr_and_the_account_to_stdout(run, place):
    done = run("copies", "fen", "--out", str(place / "送印"), "--to", "市直各单位")
    assert done.returncode == 0, done.stderr
    assert "共 6 份，写出 3 个文件" in done.stdout
    assert "（3/3）" in done.stderr
    assert len(list((place / "送印").glob("*.pdf"))) == 3


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("没有的期",), 1, "没有"),
        (("fen", "--to", "传达室"), 1, "copies-recipient"),
        (("fen", "--份号", "000200"), 1, "copies-number"),
        (("fen", "--份号", "甲"), 64, "写法不对"),
        (("fen", "--份号", "０００２００－０００２０１"), 1, "copies-number"),
        (("fen", "--份号起", "1-2"), 64, "写一个份号"),
        (("fen", "--份号起", "999999"), 1, "copy-number"),
        ((), 64, "缺少"),
    ],
)
def test_what_cannot_be_is_refused_with_its_code_and_nothing_is_written(run, place, arguments, code, told):
    done = run("copies", *arguments)
    assert done.returncode == code, done.stderr
    assert told in done.stderr
    assert not (place / "output/copies").exists()


def test_a_folder_that_is_a_file_is_told(run, place):
    (place / "占用").write_text("文件", encoding="utf-8")
    done = run("copies", "fen", "--out", str(place / "占用"))
    assert done.returncode == 74
    assert "占用" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="signals")
def test_an_interrupt_leaves_whole_files_and_none_begun(place):
    (place / "content/office.yaml").write_text(
        f"名称: 临澜市委办公室\n{GROUPS.replace('份数: 3', '份数: 3000')}{LISTS}", encoding="utf-8"
    )
    command = [sys.executable, "-m", "builder", "-C", str(place), "copies", "fen"]
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    folder = place / "output/copies/ducha-kuaixun/fen"
    until = time.monotonic() + 120
    while time.monotonic() < until and running.poll() is None and not (folder / "000110-部门.pdf").exists():
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 130, errors
    assert "已中断" in errors
    left = list(folder.iterdir())
    assert all(path.suffix == ".pdf" and not path.name.startswith(".") for path in left)
    assert all("抢修" in pdf.read(path.read_bytes()).pages[0].text for path in left)
    assert len(left) < 3000
