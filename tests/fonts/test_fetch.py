from __future__ import annotations

import gzip
import io
import os
import tarfile
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

from builder import fonts
from builder.errors import FileError
from builder.fonts.faces import FANDOL

FACES = {f"{names[0]}.otf" for names in FANDOL.values()}
FOLDER = "./usr/share/texlive/texmf-dist/fonts/opentype/public/fandol/"


def font(name: str, characters: str) -> bytes:
    """A font whose one shape stands for all the characters."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a"])
    builder.setupCharacterMap({ord(c): "a" for c in characters})
    builder.setupGlyf({".notdef": TTGlyphPen(None).glyph(), "a": TTGlyphPen(None).glyph()})
    builder.setupHorizontalMetrics({".notdef": (1000, 0), "a": (1000, 0)})
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    builder.setupOS2()
    builder.setupPost()
    stream = io.BytesIO()
    builder.save(stream)
    return stream.getvalue()


@pytest.fixture(scope="module")
def chinese() -> str:
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    return "".join(pair.decode("gb2312", "ignore") for pair in pairs)


def package(files: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


@pytest.fixture
def files(chinese: str) -> dict[str, bytes]:
    made = {FOLDER + face: font(face.removesuffix(".otf"), chinese) for face in sorted(FACES)}
    made[FOLDER + "FandolBraille-Regular.otf"] = b"not wanted"
    made["./usr/share/doc/texlive-doc/fonts/fandol/COPYING.gz"] = gzip.compress(b"GPL", mtime=0)
    made["./usr/share/doc/texlive-doc/fonts/fandol/README"] = b"Fandol"
    return made


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine whose apt-get and dpkg-deb are ours; the package is what ``served`` beside them holds."""
    folder = tmp_path / "bin"
    folder.mkdir()
    log = folder / "log"
    script = (
        f'#!/bin/sh\necho "$@" >> {log}\ncase "$*" in\n'
        "*update) exit 0;;\n"
        f"*download*) cp {folder}/served t_1_all.deb || {{ echo 'E: no package' >&2; exit 100; }};;\nesac\n"
    )
    for name, text in {"apt-get": script, "dpkg-deb": '#!/bin/sh\nexec cat "$2"\n'}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return folder


def test_the_five_faces_and_their_licence_are_fetched_and_nothing_else(
    apt: Path, files: dict[str, bytes], tmp_path: Path
) -> None:
    (apt / "served").write_bytes(package(files))
    said: list[str] = []
    assert fonts.fetch(tmp_path / "new" / "fonts", said.append)
    assert {f.name for f in (tmp_path / "new" / "fonts").iterdir()} == FACES | {"COPYING", "README"}
    assert (tmp_path / "new" / "fonts" / "COPYING").read_bytes() == b"GPL"
    assert "五种" in said[-1]


def test_apt_writes_to_private_folders_only(apt: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    (apt / "served").write_bytes(package(files))
    assert fonts.fetch(tmp_path / "fonts", lambda _: None)
    update, download = (apt / "log").read_text(encoding="utf-8").splitlines()
    for line in (update, download):
        state = line.partition("-oDir::State=")[2].split()[0]
        cache = line.partition("-oDir::Cache=")[2].split()[0]
        assert "/jianbao-" in state
        assert "/jianbao-" in cache
        assert not Path(state).exists(), "cleaned up"


def test_a_second_fetch_does_nothing(apt: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    (apt / "served").write_bytes(package(files))
    fonts.fetch(tmp_path / "fonts", lambda _: None)
    (apt / "log").unlink()
    said: list[str] = []
    assert fonts.fetch(tmp_path / "fonts", said.append)
    assert not (apt / "log").exists()
    assert said == [f"Fandol 字体已在 {tmp_path / 'fonts'}，不必再取"]


def test_a_damaged_face_is_fetched_anew(apt: Path, files: dict[str, bytes], tmp_path: Path) -> None:
    (apt / "served").write_bytes(package(files))
    target = tmp_path / "fonts"
    fonts.fetch(target, lambda _: None)
    whole = (target / "FandolKai-Regular.otf").read_bytes()
    (target / "FandolKai-Regular.otf").write_bytes(whole[:2000])
    assert fonts.fetch(target, lambda _: None)
    assert (target / "FandolKai-Regular.otf").read_bytes() == whole


@pytest.mark.parametrize("fault", ["face missing", "characters missing", "cut off", "no package"])
def test_an_incomplete_package_leaves_nothing_behind_and_says_what_happens_instead(
    apt: Path, files: dict[str, bytes], tmp_path: Path, fault: str
) -> None:
    if fault == "face missing":
        del files[FOLDER + "FandolFang-Regular.otf"]
    if fault == "characters missing":
        files[FOLDER + "FandolFang-Regular.otf"] = font("FandolFang-Regular", "一二三")
    served = package(files)
    if fault != "no package":
        (apt / "served").write_bytes(served[: len(served) // 2] if fault == "cut off" else served)
    said: list[str] = []
    assert not fonts.fetch(tmp_path / "fonts", said.append)
    assert list((tmp_path / "fonts").iterdir()) == []
    assert said[-1].startswith("取不到 Fandol 字体：")
    assert "思源" in said[-1]
    assert ("E: no package" in said[-1]) == (fault == "no package")


def test_without_debians_client_the_answer_is_no_with_an_explanation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    said: list[str] = []
    assert not fonts.fetch(tmp_path / "fonts", said.append)
    assert "apt-get" in said[0]
    assert "思源" in said[0]
    assert not (tmp_path / "fonts").exists()


def test_a_target_that_cannot_be_written_is_an_expected_failure(apt: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(FileError, match="写不进"):
        fonts.fetch(tmp_path / "file" / "fonts", lambda _: None)
