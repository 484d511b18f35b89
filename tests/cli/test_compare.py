"""``jianbao compare``: what an editor types, sees and gets back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

from builder import pdfium, soffice
from builder.cli.main import main

TEXT = "截至6月12日12时，全市投入机具860台，解除旱情9600亩，群众生活用水得到保障，山区旱地补种改种全部完成，秋粮长势总体平稳。"


@pytest.fixture
def issue(workspace: Path) -> Path:
    item = next(workspace.glob("content/items/**/抗旱.md"))
    item.write_text(item.read_text(encoding="utf-8") + "\n" + TEXT + "\n", encoding="utf-8")
    return workspace


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


def test_both_formats_are_set_and_compared_and_nothing_is_written(uno: str, issue: Path, run: Run) -> None:
    before = _files(issue)
    shown = run("compare")
    assert shown.returncode == 0, shown.stderr
    head = shown.stdout.splitlines()[0]
    assert "PDF 1面，DOCX 1面  相同的行 " in head
    assert "先照文件改正" in shown.stderr
    assert _files(issue) == before


def test_the_json_form_holds_pages_landmarks_and_lines(uno: str, issue: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "比较"
    shown = run("compare", "--json", "--out", str(out))
    assert shown.returncode == 0, shown.stderr
    (told,) = json.loads(shown.stdout)["compared"]
    assert (told["pdf_pages"], told["docx_pages"], told["same_pages"]) == (1, 1, True)
    assert [(mark["pdf"], mark["docx"]) for mark in told["landmarks"]] == [(1, 1)] * len(told["landmarks"])
    assert told["landmarks"][-1]["name"] == "报尾"
    assert told["lines"] >= told["identical"] > 3
    assert told["other_fonts"] == []
    assert {path.relative_to(out).as_posix() for path in _files(out)} == {
        f"{told['id']}.{suffix}" for suffix in ("docx", "pdf", "libreoffice.pdf")
    }
    ours = next(out.rglob("*.libreoffice.pdf")).read_bytes()
    assert len(pdfium.sheets(ours)) == 1


def test_an_issue_with_more_pages_in_one_format_ends_with_exit_code_1(
    uno: str, issue: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """LibreOffice is given the issue with its text moved to a second page."""
    real = soffice.Office.pdf

    def moved(self: soffice.Office, document: bytes, name: str) -> bytes:
        return real(self, _with_page_break(document), name)

    monkeypatch.setattr(soffice.Office, "pdf", moved)
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(issue), "compare"])
    shown = capsys.readouterr().out
    assert ended.value.code == 1, shown
    assert "PDF 1面，DOCX 2面（面数不同）" in shown
    assert "  报尾：PDF 第1面，DOCX 第2面" in shown


def _with_page_break(document: bytes) -> bytes:
    import io
    import zipfile

    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(document)) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                before, mark, after = data.rpartition(b'<w:pPr><w:pStyle w:val="Normal"/>')
                assert mark
                data = before + mark + b"<w:pageBreakBefore/>" + after
            target.writestr(name, data)
    return made.getvalue()


def test_without_libreoffice_the_editor_learns_what_to_install(
    issue: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("builder.soffice.installed.find", lambda: None)
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(issue), "compare"])
    told = capsys.readouterr().err
    assert ended.value.code == 1
    assert "本机没有安装" in told
    assert "python3-uno" in told


def test_an_issue_with_faults_is_not_compared(issue: Path, run: Run) -> None:
    item = next(issue.glob("content/items/**/抗旱.md"))
    item.write_text(item.read_text(encoding="utf-8").replace("标题", "标提", 1), encoding="utf-8")
    shown = run("compare", "--json")
    assert shown.returncode == 1
    assert "没有比较" in shown.stderr
    told = json.loads(shown.stdout)
    assert told["compared"] == []
    assert {fault["severity"] for fault in told["faults"]} >= {"error"}


def test_an_unknown_issue_is_told(issue: Path, run: Run) -> None:
    shown = run("compare", "没有这一期")
    assert shown.returncode == 1
    assert "没有这一期" in shown.stderr
