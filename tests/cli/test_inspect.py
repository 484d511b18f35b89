"""``jianbao inspect``: what an editor types, sees and gets back, for good files and for all others."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import Run

from builder.cli.main import main


@pytest.fixture
def built(workspace: Path, run: Run) -> Path:
    """The folder with the DOCX and PDF of one issue of a page."""
    item = next(workspace.glob("content/items/**/抗旱.md"))
    text = "全市投入机具860台，解除旱情9600亩，群众生活用水得到保障，山区旱地补种改种全部完成，秋粮长势总体平稳。"
    item.write_text(item.read_text(encoding="utf-8") + "\n" + "\n\n".join([text * 2] * 2) + "\n", encoding="utf-8")
    assert run("build").returncode == 0
    return next(workspace.glob("output/drafts/*/2026"))


def _files(folder: Path) -> tuple[str, str]:
    return str(next(folder.glob("*.pdf"))), str(next(folder.glob("*.docx")))


def test_both_files_of_an_issue_pass_and_are_held_against_their_publication(built: Path, run: Run) -> None:
    shown = run("inspect", *_files(built))
    assert shown.returncode == 0, shown.stdout + shown.stderr
    assert shown.stdout.count("对照 《工作信息》版式") == 2
    assert "不合格 0" in shown.stdout
    assert "\x1b[" not in shown.stdout


def test_faults_come_first_with_their_rule_and_what_to_do(built: Path, run: Run) -> None:
    shown = run("inspect", "--版式", "ducha-tongbao", _files(built)[1])
    assert shown.returncode == 1
    lines = shown.stdout.splitlines()
    assert lines[0].endswith("对照 《督查通报》版式")
    assert lines[1].startswith("不合格 ")
    assert "本刊版式" in shown.stdout
    assert "按刊物规定的期号形式写" in shown.stdout
    assert lines[-1].startswith("共量 ")


def test_everything_is_listed_on_demand(built: Path, run: Run) -> None:
    brief, full = run("inspect", _files(built)[1]), run("inspect", "--全部", _files(built)[1])
    assert "GB/T 9704-2012 7.5" not in brief.stdout
    assert "GB/T 9704-2012 7.5" in full.stdout


def test_json_holds_every_finding_and_failures_beside_them(built: Path, run: Run, tmp_path: Path) -> None:
    missing = str(tmp_path / "没有.pdf")
    shown = run("inspect", "--json", _files(built)[1], missing)
    assert shown.returncode == 74
    good, bad = json.loads(shown.stdout)
    assert good["passed"]
    assert good["kind"] == "DOCX"
    assert {"element", "aspect", "value", "rule", "clause", "verdict", "code", "boxes", "note"} == set(
        good["findings"][0]
    )
    assert not bad["passed"]
    assert "没有这个文件" in bad["error"]


def test_it_works_outside_a_workspace_against_the_standard(built: Path, run: Run, tmp_path: Path) -> None:
    outside = tmp_path / "别处"
    outside.mkdir()
    shown = run("-C", str(outside), "inspect", _files(built)[1])
    assert "对照 GB/T 9704-2012" in shown.stdout
    asked = run("-C", str(outside), "inspect", "--版式", "gongzuo-xinxi", _files(built)[1])
    assert asked.returncode == 64
    assert "不是简报工作区" in asked.stderr


def test_an_unknown_publication_is_a_usage_error_that_names_those_there_are(built: Path, run: Run) -> None:
    shown = run("inspect", "--版式", "wu", _files(built)[1])
    assert shown.returncode == 64
    assert "没有刊物 wu" in shown.stderr
    assert "gongzuo-xinxi" in shown.stderr


def _ole(stream: str) -> bytes:
    """An OLE2 file with one stream, as far as it is looked at."""
    name = stream.encode("utf-16-le") + b"\0\0"
    return (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + name.ljust(64, b"\0") + bytes([len(name), 0, 2]) + bytes(61)
    )


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("空.pdf", b"", "是空文件"),
        ("坏.pdf", b"%PDF-1.7\n%%EOF", "读不了"),
        ("坏.docx", b"PK\x03\x04 no zip", "坏.docx"),
        ("旧.doc", _ole("WordDocument"), "旧版 Word 文档"),
        ("密.docx", _ole("EncryptedPackage"), "有打开密码"),
        ("图.png", b"\x89PNG\r\n\x1a\n", "内容是图片"),
        ("字.txt", "只有文字".encode(), "内容是文本"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_measured_is_told_in_chinese(
    name: str, data: bytes, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(tmp_path), "inspect", str(tmp_path / name)])
    told = capsys.readouterr().err
    assert stop.value.code == 1
    assert said in told
    assert "怎么办" in told
    assert "Traceback" not in told


def test_no_file_named_is_a_usage_error(run: Run) -> None:
    shown = run("inspect")
    assert shown.returncode == 64
    assert "缺少参数" in shown.stderr


# ---------------------------------------------------------------- pictures


def test_pictures_stand_in_the_folder_one_a_page_and_other_files_are_kept(
    built: Path, run: Run, tmp_path: Path
) -> None:
    folder = tmp_path / "图"
    folder.mkdir()
    (folder / "别的.png").write_bytes(b"mine")
    (folder / "第1期.pdf-第1面.png").write_bytes(b"of an earlier run")
    shown = run("inspect", "--picture", str(folder), _files(built)[0])
    assert shown.returncode == 0, shown.stderr
    assert f"已画 1 面，在 {folder}。" in shown.stdout
    assert (folder / "别的.png").read_bytes() == b"mine"
    assert (folder / "第1期.pdf-第1面.png").read_bytes().startswith(b"\x89PNG")
    assert len(list(folder.iterdir())) == 2


def test_a_word_file_is_drawn_as_libreoffice_sets_it(built: Path, run: Run, tmp_path: Path, soffice: str) -> None:
    shown = run("inspect", "--json", "--picture", str(tmp_path / "图"), _files(built)[1])
    assert shown.returncode == 0, shown.stderr
    (report,) = json.loads(shown.stdout)
    assert report["kind"] == "DOCX"
    assert [Path(p).name for p in report["pictures"]] == ["第1期.docx-第1面.png"]


def test_without_libreoffice_a_word_file_is_measured_and_the_lack_is_told(
    built: Path, run: Run, tmp_path: Path
) -> None:
    shown = run("inspect", "--picture", str(tmp_path / "图"), _files(built)[1], PATH="")
    assert shown.returncode == 1
    assert "共量 " in shown.stdout
    assert "LibreOffice" in shown.stderr
    assert "怎么办" in shown.stderr
    assert not (tmp_path / "图").exists()


def test_a_file_where_the_folder_should_be_is_a_usage_error(built: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "图").write_bytes(b"")
    shown = run("inspect", "--picture", str(tmp_path / "图"), _files(built)[0])
    assert shown.returncode == 64
    assert "--picture" in shown.stderr
