"""A Word template that is a bomb, carries macros, leads elsewhere or asks for too much is refused by name."""

from __future__ import annotations

import os
import warnings
import zipfile
from pathlib import Path

import pytest

from builder.errors import RenderError
from builder.render import docx
from tests.conftest import ROOT
from tests.render.test_docx_engine import W

SHIPPED = ROOT / "templates/gongzuo-xinxi/issue.docx"
RELATIONS = "word/_rels/document.xml.rels"
EXTERNAL = '<Relationship Id="x" Type="t" TargetMode = \'{mode}\' Target="https://例.cn/a"/></Relationships>'


def refused(folder: Path, *added: tuple[str, bytes], pack: int = zipfile.ZIP_STORED, **changed: bytes) -> str:
    """The words of the refusal of the shipped template with members added and changed (by the end of the name)."""
    target = folder / "t/issue.docx"
    target.parent.mkdir()
    with zipfile.ZipFile(SHIPPED) as source, zipfile.ZipFile(target, "w", pack) as made, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a duplicate name
        for name in source.namelist():
            made.writestr(name, changed.get(Path(name).name.split(".")[0], source.read(name)))
        for name, data in added:
            made.writestr(name, data)
    with pytest.raises(RenderError) as caught:
        docx.Engine(folder).render({"刊物": "t"}, {})
    assert "templates/t/issue.docx" in caught.value.message
    assert caught.value.hint
    return caught.value.message


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("word/vbaProject.bin", "带有宏"),
        ("../evil.xml", "路径可疑"),
        ("word/../../evil.xml", "路径可疑"),
        ("/etc/evil.xml", "路径可疑"),
        ("C:/evil.xml", "路径可疑"),
        ("word/Document.xml", "同名的部件"),
        ("word/document.xml", "同名的部件"),
    ],
)
def test_doubtful_members_are_refused(tmp_path: Path, name: str, words: str) -> None:
    assert words in refused(tmp_path, (name, b"<x/>"))


def test_bombs_are_refused_before_they_are_unpacked(tmp_path: Path) -> None:
    for n, (words, added) in enumerate(
        {
            "个部件": [(f"word/media/{k}.png", b"") for k in range(2_000)],
            "压缩率": [("word/media/a.png", bytes(2 << 20))],
            "超过 100 MB": [(f"word/media/{k}.png", os.urandom(1 << 20) * 51) for k in range(2)],
        }.items()
    ):
        folder = tmp_path / str(n)
        folder.mkdir()
        assert words in refused(folder, *added, pack=zipfile.ZIP_DEFLATED)


@pytest.mark.parametrize("mode", ["External", "&#69;xternal"])
def test_relationships_out_of_the_file_are_refused(tmp_path: Path, mode: str) -> None:
    with zipfile.ZipFile(SHIPPED) as source:
        relations = source.read(RELATIONS).decode().replace("</Relationships>", EXTERNAL.format(mode=mode))
    words = refused(tmp_path, ("word/_rels/footer9.xml.rels", relations.encode()))
    assert "https://例.cn/a" in words
    assert "footer9" in words


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ('{{ "a" * 10 ** 18 }}', "过大"),
        ('{{ "%99999999999d"|format(1) }}', "过大"),
        ("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "调用了自己"),
        ("{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}", "嵌套过深"),
    ],
)
def test_tags_that_ask_for_too_much_are_refused(tmp_path: Path, tag: str, words: str) -> None:
    body = f'<w:document xmlns:w="{W}"><w:body><w:p><w:r><w:t>{tag}</w:t></w:r></w:p></w:body></w:document>'
    assert words in refused(tmp_path, document=body.encode(), core=b"<x/>")
