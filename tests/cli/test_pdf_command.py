"""``jianbao pdf``: what an editor types, sees and gets back; two at once, and a full disk."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from conftest import ROOT, Run

from tests.office_pdf.papers import pages, word

_LIMITED = """
import resource, signal, sys
from pathlib import Path
from builder import fonts
from builder.soffice import Offices
from builder.workflow import converting
from builder.workflow.office_faces import faces

root, first, second = map(Path, sys.argv[1:])
fontset = fonts.find(root, system=False)

class Full(Offices):
    def pdf(self, document, name):
        made = super().pdf(document, name)
        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, resource.RLIM_INFINITY))
        return made

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
wanted = converting.targets([first], None)
(made,) = converting.convert(wanted, root, fontset, system=False, offices=Full(faces(fontset), 1))
print(made.target, *(fault.code for fault in made.faults))
"""


def test_each_file_has_its_line_and_its_result_in_json(uno: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "好.docx").write_bytes(word())
    (tmp_path / "坏.docx").write_bytes(b"no package")
    shown = run("pdf", "好.docx", "坏.docx")
    assert shown.returncode == 2, shown.stderr
    assert shown.stdout == "好.pdf  1面\n"
    assert "guard-format" in shown.stderr
    assert "1 个文件没有生成 PDF：坏.docx。" in shown.stderr
    again = run("pdf", "好.docx", "--json")
    assert again.returncode == 1
    (told,) = json.loads(again.stdout)["files"]
    assert (told["pdf"], [fault["code"] for fault in told["faults"]]) == (None, ["pdf-exists"])
    forced = run("pdf", "好.docx", "--force", "--out", "存/定稿.pdf")
    assert (forced.returncode, forced.stdout) == (0, "存/定稿.pdf  1面\n")


def test_files_for_one_pdf_and_places_that_cannot_be_written_to_have_their_codes(
    uno: str, run: Run, tmp_path: Path
) -> None:
    (tmp_path / "甲.docx").write_bytes(word())
    (tmp_path / "乙.docx").write_bytes(word())
    assert run("pdf", "甲.docx", "乙.docx", "--out", "一.pdf").returncode == 64
    assert run("pdf").returncode == 64
    unwritable = run("pdf", "甲.docx", "--out", "乙.docx/里")
    assert unwritable.returncode == 74, unwritable.stderr
    assert "output-unwritable" in unwritable.stderr


def test_two_commands_at_once_do_not_disturb_each_other(uno: str, run: Run, tmp_path: Path) -> None:
    names = [f"{n}.docx" for n in range(3)]
    for n, name in enumerate(names):
        (tmp_path / name).write_bytes(pages(1, str(n)))
    with ThreadPoolExecutor(2) as both:
        done = list(both.map(lambda out: run("pdf", *names, "--out", out), ("一", "二")))
    assert [each.returncode for each in done] == [0, 0], done
    for name in (f"{n}.pdf" for n in range(3)):
        assert (tmp_path / "一" / name).read_bytes() == (tmp_path / "二" / name).read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="file sizes are limited by the system")
def test_a_disk_that_is_full_is_told_and_leaves_nothing_half_written(uno: str, tmp_path: Path) -> None:
    source = tmp_path / "甲.docx"
    source.write_bytes(word())
    command = [sys.executable, "-c", _LIMITED, str(ROOT), str(source), str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.stdout.split() == ["None", "output-unwritable"], ended.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["甲.docx"]
