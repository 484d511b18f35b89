from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
import typst

from builder import fonts
from builder.fonts import search
from builder.fonts.faces import FANDOL, FontSet

SHIPPED = search.shipped_folder()


def rename(source: Path, target: Path, family: str) -> Path:
    """A copy of a font that bears another family name, as an office would have it."""
    from fontTools.ttLib import TTFont

    target.parent.mkdir(parents=True, exist_ok=True)
    with TTFont(source) as font:
        for record in font["name"].names:
            if record.nameID in (1, 4, 6, 16):
                record.string = family
        font.save(target)
    return target


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A font of two characters, quick to copy and rename."""
    from fontTools import subset

    target = tmp_path_factory.mktemp("small") / "small.otf"
    options = ["--unicodes=4E00,4E2D", "--name-IDs=*", "--notdef-outline", f"--output-file={target}"]
    subset.main([str(SHIPPED / "NotoSerifSC-Regular.otf"), *options])
    return target


@pytest.fixture
def alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace on a machine without fonts of its own."""
    monkeypatch.setenv("JIANBAO_FONTS", str(tmp_path / "data"))
    monkeypatch.setenv("JIANBAO_CACHE", str(tmp_path / "cache"))
    root = tmp_path / "office"
    root.mkdir()
    return root


def find(root: Path) -> FontSet:
    return fonts.find(root, system=False)


def test_without_any_font_the_pypi_faces_take_every_role_and_say_so(alone: Path) -> None:
    found = find(alone)
    assert {role: face.family for role, face in found.faces.items()} == {
        "仿宋": "Noto Serif SC",
        "楷体": "Noto Serif SC",
        "黑体": "Noto Sans SC",
        "宋体": "Noto Serif SC",
        "小标宋": "Noto Serif SC",
    }
    assert {face.standing for face in found.faces.values()} == {"末选"}
    assert list(found.substitutes()) == list(fonts.ROLES)
    assert all("fonts fetch" in face.why for face in found.faces.values())


def test_a_font_with_an_official_name_in_the_offices_folder_is_official(alone: Path, small: Path) -> None:
    rename(small, alone / "fonts" / "x.otf", "FZXiaoBiaoSong-B05S")
    face = find(alone).faces["小标宋"]
    assert (face.standing, face.file.name, face.family) == ("正式", "x.otf", "FZXiaoBiaoSong-B05S")
    assert "小标宋" not in find(alone).substitutes()


def test_a_file_named_after_a_role_is_the_offices_choice(alone: Path, small: Path) -> None:
    rename(small, alone / "fonts" / "仿宋.otf", "Hand Made")
    found = find(alone)
    assert (found.faces["仿宋"].standing, found.faces["仿宋"].family) == ("自备", "Hand Made")
    assert found.faces["宋体"].family == "Noto Serif SC", "仿宋 must not count as 宋体"


def test_a_font_of_rare_characters_in_the_offices_folder_prints_them_and_takes_no_role(
    alone: Path, small: Path
) -> None:
    rename(small, alone / "fonts" / "宋体生僻字.otf", "Big Set")
    rename(small, alone / "fonts" / "other.otf", "Anything")
    found = find(alone)
    assert found.faces["宋体"].family == "Noto Serif SC"
    assert found.families()["黑体"] == ["Noto Sans SC", "Anything", "Big Set", "Noto Serif SC"]
    assert found.families()["仿宋"] == ["Noto Serif SC", "Anything", "Big Set", "Noto Sans SC"]


def test_a_face_that_typst_would_confuse_with_that_of_a_role_is_left_out(alone: Path, small: Path) -> None:
    rename(small, alone / "fonts" / "宋体.otf", "Office Song")
    rename(small, alone / "fonts" / "more.otf", "Office Song-ExtB")
    found = find(alone)
    assert found.families()["宋体"] == ["Office Song", "Noto Serif SC", "Noto Sans SC"]
    assert [info.family for info in typst.Fonts(False, False, [str(found.paths[0])]).fonts()].count("Office Song") == 1


def test_official_fonts_of_the_machine_come_before_fandol_and_after_the_offices_own(
    alone: Path, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    system = tmp_path / "system"
    monkeypatch.setattr(search, "system_folders", lambda: (system,))
    rename(small, tmp_path / "data" / "f.otf", FANDOL["仿宋"][0])
    assert fonts.find(alone).faces["仿宋"].source == "Fandol"
    rename(small, system / "simfang.otf", "FangSong")
    assert fonts.find(alone).faces["仿宋"].source == "本机"
    rename(small, alone / "fonts" / "own.otf", "仿宋_GB2312")
    assert fonts.find(alone).faces["仿宋"].source == "单位字体"
    assert fonts.find(alone, system=False).faces["仿宋"].standing == "正式"


def test_a_damaged_font_gives_way_to_the_next_face(alone: Path, small: Path) -> None:
    good = rename(small, alone / "fonts" / "仿宋.otf", "Good")
    (alone / "fonts" / "黑体.ttf").write_bytes(b"\0\1\0\0 not a font at all")
    half = good.read_bytes()
    (alone / "fonts" / "楷体.otf").write_bytes(half[: len(half) // 3])
    found = find(alone)
    assert found.faces["仿宋"].family == "Good"
    assert found.faces["黑体"].family == "Noto Sans SC"
    assert found.faces["楷体"].family == "Noto Serif SC"


def test_the_families_are_those_by_which_typst_finds_the_faces_without_a_warning(fontset: FontSet) -> None:
    known = set(typst.Fonts(False, False, [str(p) for p in fontset.paths]).families())
    assert {family for line in fontset.families().values() for family in line} == known
    text = "".join(f'#text(font: "{face.family}")[中]' for face in fontset)
    compiler = typst.Compiler(text.encode(), font_paths=[str(p) for p in fontset.paths], ignore_system_fonts=True)
    pdf, warnings = compiler.compile_with_warnings(format="pdf")
    assert pdf
    assert warnings == []


def test_only_the_chosen_faces_are_on_the_path(fontset: FontSet) -> None:
    listed = typst.Fonts(False, False, [str(p) for p in fontset.paths]).fonts()
    assert sorted((i.family, i.weight) for i in listed) == sorted({(f.family, f.weight) for f in fontset})


def test_a_warm_start_parses_no_font_and_is_quick(
    fontset: FontSet, alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    find(alone)
    monkeypatch.setattr("builder.fonts.sfnt.names", lambda _: pytest.fail("a font was parsed"))
    monkeypatch.setattr("builder.fonts.sfnt.cover", lambda *_: pytest.fail("a font was parsed"))
    monkeypatch.setattr(typst, "Fonts", lambda *_: pytest.fail("the engine was asked"))
    best = min(_timed(alone) for _ in range(5))
    assert best < 0.03


def _timed(root: Path) -> float:
    start = time.perf_counter()
    find(root)
    return time.perf_counter() - start


def test_a_changed_font_file_is_noticed(alone: Path, small: Path) -> None:
    rename(small, alone / "fonts" / "仿宋.otf", "First")
    assert find(alone).faces["仿宋"].family == "First"
    rename(small, alone / "fonts" / "仿宋.otf", "Second One")
    assert find(alone).faces["仿宋"].family == "Second One"


def test_a_cache_that_is_damaged_or_cannot_be_written_changes_nothing(
    alone: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = find(alone)
    (tmp_path / "cache" / "names.json").write_text("{", encoding="utf-8")
    for kept in (tmp_path / "cache").glob("set-*/faces.json"):
        kept.write_text('{"format": 1', encoding="utf-8")
    assert find(alone) == expected
    (tmp_path / "file").write_text("", encoding="utf-8")
    monkeypatch.setenv("JIANBAO_CACHE", str(tmp_path / "file" / "below"))
    without = find(alone)
    assert without.faces == expected.faces
    assert without.paths == (SHIPPED,)


def test_where_links_are_not_allowed_the_files_are_copied(alone: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError("privilege not held")

    monkeypatch.setattr("os.symlink", refuse)
    monkeypatch.setattr("os.link", refuse)
    found = find(alone)
    assert {face.family for face in found} == {"Noto Serif SC", "Noto Sans SC"}
    assert not any(p.is_symlink() for p in found.paths[0].iterdir())
    shutil.rmtree(found.paths[0])


def test_no_face_for_a_role_is_an_expected_failure_with_a_next_step(
    alone: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "shipped_folder", lambda: Path())
    with pytest.raises(fonts.FontError, match="仿宋") as caught:
        find(alone)
    assert "fonts fetch" in caught.value.hint


def test_the_report_has_a_row_for_each_role_and_for_rare_characters(fontset: FontSet) -> None:
    rows = fonts.report(fontset)
    assert [row["用途"] for row in rows] == [*fonts.ROLES, "生僻字", "生僻字"]
    for row in rows:
        face = next(f for f in fontset if str(f.file) == row["文件"] and f.family == row["字体"])
        assert not any(face.has(c) for c in row["缺字"])
        assert row["说明"]
