"""``jianbao diff``: what hands changed in a Word file, on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.redline import written
from tests.redline.judged import W, body, lines

WORDS = "全市投入机具860台。"


@pytest.fixture
def word(workspace: Path, run: Run) -> Path:
    """The issue's DOCX, built."""
    done = run("build", "第1期")
    assert done.returncode == 0, done.stderr
    [path] = (workspace / "output").rglob("*.docx")
    return path


def edit(word: Path, old: str, new: str) -> Path:
    word.write_bytes(written.body(word.read_bytes(), old, new))
    return word


def test_a_copy_as_it_was_made_has_no_changes(word: Path, run: Run) -> None:
    done = run("diff", "第1期", str(word))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "没有改动。"


def test_changed_words_are_told_with_the_file_and_the_line(word: Path, run: Run, workspace: Path) -> None:
    done = run("diff", "第1期", str(edit(word, "860台", "960台")))
    assert done.returncode == 1
    line = 1 + (workspace / "content/items/抗旱.md").read_text("utf-8").split("\n").index(WORDS)
    told = f"《全市抗旱保苗进展顺利》第1段（content/items/抗旱.md:{line}）：“860台”改为“960台”"
    assert done.stdout.splitlines()[1:] == [f"  {told}", "共 1 处改动（改字 1）。"]


def test_json_gives_the_edit_with_its_place(word: Path, run: Run) -> None:
    done = run("diff", "第1期", str(edit(word, "860台", "960台")), "--json")
    found = json.loads(done.stdout)
    [change] = found["changes"]
    assert found["against"] == "现在的稿件"
    assert (change["kind"], change["file"], change["old"], change["tracked"]) == (
        "改字",
        "content/items/抗旱.md",
        WORDS,
        False,
    )
    assert change["edits"] == [{"start": 6, "stop": 10, "old": "860台", "new": "960台", "author": "", "day": ""}]
    assert change["column"] == 7


def test_an_older_copy_is_told_to_be_one(word: Path, run: Run, workspace: Path) -> None:
    item = workspace / "content/items/抗旱.md"
    item.write_text(item.read_text("utf-8").replace("860", "890"), "utf-8")
    done = run("diff", "第1期", str(word))
    assert done.returncode == 1
    assert "diff-older" in done.stderr
    assert "“890台”改为“860台”" in done.stdout


def test_a_copy_without_the_stamp_says_that_its_draft_is_not_known(word: Path, run: Run) -> None:
    edit(word, "860台", "960台")
    word.write_bytes(
        written.changed(word.read_bytes(), "docProps/custom.xml", lambda text: text.replace("jianbao", "x"))
    )
    assert "diff-unstamped" in run("diff", "第1期", str(word)).stderr


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "guard-format"),
        (b"PK\x03\x04 broken", "guard-damaged"),
        (b"plain words", "guard-format"),
        (b"{\\rtf1 x}", "guard-format"),
    ],
)
def test_what_is_no_word_file_is_refused(workspace: Path, run: Run, data: bytes, told: str) -> None:
    path = workspace.parent / "改.docx"
    path.write_bytes(data)
    done = run("diff", "第1期", str(path))
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_a_hostile_file_is_refused(word: Path, run: Run) -> None:
    edit(word, "<w:body>", '<w:body><w:altChunk r:id="rId1"/>')
    done = run("diff", "第1期", str(word))
    assert done.returncode == 1
    assert "guard-chunk" in done.stderr


def test_another_issue_s_file_is_refused(word: Path, run: Run, workspace: Path) -> None:
    run("new", "item", "防汛", "--标题", "防汛物资全部到位", "--正文", "沿江各闸口昼夜值守，" * 60)
    done = run("new", "issue", "2026/第2期", "--日期", "2026-06-09", "--信息", "防汛")
    assert done.returncode == 0, done.stderr
    done = run("diff", "第2期", str(word))
    assert done.returncode == 1
    assert "diff-other" in done.stderr


def test_missing_files_and_versions_are_told(word: Path, run: Run) -> None:
    assert run("diff", "第1期", "没有.docx").returncode == 74
    done = run("diff", "第1期", str(word), "--版本", "2")
    assert done.returncode == 1
    assert "没有送审稿二，还没有送审" in done.stderr


# ---------------------------------------------------------------- revision marks between two versions


def test_two_files_give_a_word_file_with_revision_marks_without_any_workspace(
    word: Path, run: Run, tmp_path: Path
) -> None:
    new = tmp_path / "新.docx"
    new.write_bytes(written.body(word.read_bytes(), "860台", "960台"))
    out = tmp_path / "花脸稿.docx"
    done = run("-C", str(tmp_path), "diff", str(word), str(new), "--docx", str(out), "--as", "信息科编辑")
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == f"{out}  修订标记 2 处\n"
    assert "全市投入机具960台。" in "".join(lines(out.read_bytes()))
    assert "全市投入机具860台。" in "".join(lines(out.read_bytes(), "rejected"))
    assert {mark.get(f"{W}author") for mark in body(out.read_bytes()).iter(f"{W}ins")} == {"信息科编辑"}


def test_an_issue_stands_for_its_entries_as_they_are_now(word: Path, run: Run, workspace: Path) -> None:
    item = workspace / "content/items/抗旱.md"
    item.write_text(item.read_text("utf-8").replace("860台", "880台"), encoding="utf-8")
    out = word.with_name("花脸稿.docx")
    done = run("diff", str(word), "第1期", "--docx", str(out), "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["docx"], told["marks"]) == (1, str(out), 2)
    assert "全市投入机具880台。" in "".join(lines(out.read_bytes()))


def test_versions_without_a_difference_give_a_file_without_marks(word: Path, run: Run) -> None:
    out = word.with_name("花脸稿.docx")
    done = run("diff", str(word), "第1期", "--docx", str(out))
    assert (done.returncode, done.stdout) == (0, f"{out}  两稿文字没有不同\n")
    assert lines(out.read_bytes()) == lines(word.read_bytes())


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("{word}", "第1期", "--docx", "{word}"), "会把它盖掉"),
        (("{word}", "第1期", "--docx", "花脸稿.pdf"), "后缀不是 .docx"),
        (("{word}", "第1期@一", "--docx", "花脸稿.docx"), "第几版送审稿"),
        (("{word}", "第1期＠2", "--docx", "花脸稿.docx"), "没有送审稿二"),
        (("{word}", "第1期@2", "--docx", "花脸稿.docx"), "没有送审稿二"),
        (("{word}", "没有.docx", "--docx", "花脸稿.docx"), "没有.docx"),
        (("{word}", "{word}", "--as", "张某"), "--as 只与 --docx 同用"),
    ],
)
def test_what_cannot_be_marked_is_refused_and_nothing_is_written(
    word: Path, run: Run, workspace: Path, arguments: tuple[str, ...], words: str
) -> None:
    before = word.read_bytes()
    done = run("diff", *(text.format(word=word) for text in arguments))
    assert done.returncode not in (0, 1) or words == "没有送审稿二"
    assert words in done.stderr
    assert word.read_bytes() == before
    assert not (workspace / "花脸稿.docx").exists()
