"""Files that are open elsewhere while ``jianbao build`` wants to replace them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from builder import files
from builder.cli.main import main

DRAFTS = "output/drafts/gongzuo-xinxi/2026"


@pytest.fixture
def two(workspace: Path) -> Path:
    """The workspace with a second issue, ``2026/领导讲话摘编专刊``, of the same item."""
    first = workspace / "content/issues/2026/第1期.yaml"
    text = first.read_text(encoding="utf-8").replace("2026-06-08", "2026-06-15")
    (first.parent / "领导讲话摘编专刊.yaml").write_text(text, encoding="utf-8")
    return workspace


def names(workspace: Path) -> list[str]:
    return sorted(p.name for p in (workspace / DRAFTS).iterdir())


@pytest.mark.parametrize(
    ("issue", "owner"),
    [
        ("第1期", "~$第1期.docx"),  # Word: short names stand in full
        ("第1期", ".~第1期.docx"),  # WPS
        ("第1期", ".~lock.第1期.docx#"),  # LibreOffice
        ("领导讲话摘编专刊", "~$讲话摘编专刊.docx"),  # Word: of eight characters the first two are covered
        ("领导讲话摘编专刊", ".~lock.领导讲话摘编专刊.docx#"),
    ],
)
def test_a_file_that_an_office_program_has_open_is_left_alone_and_the_others_are_written(run, two, issue, owner):
    folder = two / DRAFTS
    folder.mkdir(parents=True)
    (folder / f"{issue}.docx").write_bytes(b"as the editor sees it")
    (folder / owner).write_bytes(b"editor")
    result = run("build")
    assert result.returncode == 74
    assert f"《{issue}》.docx 正被打开，请关闭后重试" in result.stderr
    assert f"{DRAFTS}/{issue}.docx：错误" in result.stderr
    assert owner in result.stderr  # what to delete where nobody has it open
    assert "有 1 个文件没有写出，其余都已写出" in result.stderr
    assert (folder / f"{issue}.docx").read_bytes() == b"as the editor sees it"
    assert names(two) == sorted(
        [owner, *(f"{name}.{suffix}" for name in ("第1期", "领导讲话摘编专刊") for suffix in ("docx", "pdf"))]
    )
    (folder / owner).unlink()
    assert run("build").returncode == 0
    assert (folder / f"{issue}.docx").read_bytes().startswith(b"PK")


def test_owner_files_of_other_documents_do_not_matter(run, workspace):
    (workspace / DRAFTS).mkdir(parents=True)
    for name in ("~$第2期.docx", "~$1期.docx", "~$期.docx", ".~lock.第1期.odt#"):
        (workspace / DRAFTS / name).write_bytes(b"")
    assert run("build").returncode == 0


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_a_file_that_cannot_be_replaced_does_not_stop_the_others(run, two, suffix):
    (two / DRAFTS / f"第1期.{suffix}/inside").mkdir(parents=True)  # no file can take the place of a folder
    result = run("build", "--json")
    assert result.returncode == 74
    report = json.loads(result.stdout)
    failed = [f for f in report["faults"] if f["severity"] == "error"]
    assert [(f["code"], f["file"]) for f in failed] == [("output-unwritable", f"{DRAFTS}/第1期.{suffix}")]
    other = "pdf" if suffix == "docx" else "docx"
    assert {name for built in report["built"] for name in built["files"]} == {
        f"{DRAFTS}/第1期.{other}",
        f"{DRAFTS}/领导讲话摘编专刊.docx",
        f"{DRAFTS}/领导讲话摘编专刊.pdf",
    }
    assert all((two / name).is_file() for built in report["built"] for name in built["files"])
    assert not [name for name in names(two) if name.endswith(".tmp")]


@pytest.mark.parametrize("suffix", ["docx", "pdf"])
def test_a_file_that_windows_holds_is_said_to_be_open(workspace, monkeypatch, capsys, suffix):
    """Windows refuses to replace a file that a program has open, also where no owner file tells of it."""
    held = workspace / DRAFTS / f"第1期.{suffix}"
    held.parent.mkdir(parents=True)
    held.write_bytes(b"open")
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        if target == held:
            raise PermissionError(13, "Permission denied")
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(workspace), "build"])
    assert stop.value.code == 74
    assert f"《第1期》.{suffix} 正被打开，请关闭后重试" in capsys.readouterr().err
    assert held.read_bytes() == b"open"
    assert names(workspace) == ["第1期.docx", "第1期.pdf"]


def test_names_of_owner_files_follow_each_program_s_rule(tmp_path):
    for name, owner in {
        "a12345.docx": "~$a12345.docx",
        "a123456.docx": "~$123456.docx",
        "a1234567.docx": "~$234567.docx",
        "a.pdf": ".~lock.a.pdf#",
    }.items():
        assert files.owner(tmp_path / name) is None
        (tmp_path / owner).touch()
        assert files.owner(tmp_path / name) == tmp_path / owner
        (tmp_path / owner).unlink()
