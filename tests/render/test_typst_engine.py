"""The PDF engine: what it prints, what it refuses, and that nothing but the view decides the bytes."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from builder.errors import RenderError
from builder.fonts import FontSet
from builder.measure import pdf
from builder.render.typst import Engine
from tests.render import views

TEMPLATES = views.ROOT / "templates"


@pytest.fixture(scope="module")
def engine(fontset: FontSet) -> Engine:
    return Engine(TEMPLATES, fontset.paths)


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    """A copy of the templates to spoil."""
    return Path(shutil.copytree(TEMPLATES, tmp_path / "templates"))


def show(engine: Engine, view: dict[str, Any], photos: dict[str, bytes] | None = None) -> pdf.PdfText:
    return pdf.read(engine.render(view, photos or {}))


def test_every_kind_of_block_prints_all_its_text(engine: Engine, fontset: FontSet) -> None:
    view, photos = views.everything(fontset.families())
    read = show(engine, view, photos)
    assert pdf.differences(view, read) == []
    assert [page.number for page in read.pages] == [f"—{n}—" for n in range(1, len(read.pages) + 1)]


@pytest.mark.parametrize("publication", ["gongzuo-xinxi", "ducha-kuaixun", "ducha-tongbao"])
def test_each_publication_prints_a_short_issue_on_one_page(engine: Engine, fontset: FontSet, publication: str) -> None:
    content = [views.title(["核查情况"], "t1"), views.paragraph(views.BODY)]
    view = views.frame(publication, fontset.families(), content)
    read = show(engine, view)
    assert pdf.differences(view, read) == []
    assert len(read.pages) == 1


@pytest.mark.parametrize("text", views.NASTY)
def test_text_that_looks_like_markup_prints_as_typed(engine: Engine, fontset: FontSet, text: str) -> None:
    wide = views.table([[text, text]], [100, 56.02], [text, "列"], name=text, unit=text)
    content = [views.title([text], "t1"), views.paragraph(text + text, credit=text[:10]), wide]
    view = views.frame("ducha-kuaixun", fontset.families(), content)
    view["报头"] |= {"刊名": "督查" + text[:2].strip(), "期号行": [text[:20]]}
    view["版记"]["条"][0]["文"] = text
    assert pdf.differences(view, show(engine, view)) == []


def test_copied_text_holds_no_joiners(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph(views.BODY)])
    text = show(engine, view).pages[0].text
    assert views.BODY in text


def test_outline_holds_titles_and_annexes_without_line_breaks(engine: Engine, fontset: FontSet) -> None:
    view, photos = views.everything(fontset.families())
    read = show(engine, view, photos)
    titles = [title for title, _ in read.outline]
    assert titles == ["市两会议案建议提案办理工作取得阶段性进展", "特殊字符原样印出", "问题清单", "进展情况表"]
    for title, page in read.outline:
        assert title in read.pages[page - 1].text


def test_the_file_is_archival_and_names_no_machine(engine: Engine, fontset: FontSet) -> None:
    view, photos = views.everything(fontset.families())
    data = engine.render(view, photos)
    assert b"<pdfaid:part>2</pdfaid:part>" in data
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in data
    assert b"<pdfuaid:part>1</pdfuaid:part>" in data
    assert view["元数据"]["题名"].encode() in data
    assert b"zh-CN" in data
    assert b"2026-06-08" in data
    for trace in (b"/tmp", b"/home", b"jianbao-", str(views.ROOT).encode()):
        assert trace not in data


SCRIPT = """
import hashlib, sys
from pathlib import Path
from builder import fonts
from builder.render.typst import Engine
from tests.render import views
fontset = fonts.find(views.ROOT, system=False, cache=Path(sys.argv[1]))
view, photos = views.everything(fontset.families())
print(hashlib.sha256(Engine(views.ROOT / "templates", fontset.paths).render(view, photos)).hexdigest())
"""


def test_the_same_view_gives_the_same_bytes_in_another_process_and_time_zone(
    engine: Engine, fontset: FontSet, tmp_path: Path
) -> None:
    view, photos = views.everything(fontset.families())
    here = hashlib.sha256(engine.render(view, photos)).hexdigest()
    environment = {**os.environ, "TZ": "Pacific/Kiritimati", "LC_ALL": "C", "PYTHONPATH": str(views.ROOT)}
    command = [sys.executable, "-c", SCRIPT, str(tmp_path / "cache")]
    there = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


def test_pictures_are_gone_after_a_render_and_another_issue_cannot_see_them(engine: Engine, fontset: FontSet) -> None:
    image, photos = views.picture()
    view = views.frame("ducha-kuaixun", fontset.families(), [image])
    engine.render(view, photos)
    with pytest.raises(RenderError, match="not found"):
        engine.render({**view, "元数据": {**view["元数据"], "题名": "另一期"}}, {})


def test_a_picture_name_cannot_lead_out_of_the_folder(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-kuaixun", fontset.families(), [])
    with pytest.raises(RenderError, match="图片名"):
        engine.render(view, {"../x.png": b""})


def test_a_publication_without_a_template_is_named(engine: Engine, fontset: FontSet) -> None:
    view = {**views.frame("ducha-kuaixun", fontset.families(), []), "刊物": "meiyou"}
    with pytest.raises(RenderError, match=r"templates/meiyou/issue\.typ"):
        engine.render(view, {})


def test_an_unknown_variable_in_a_template_is_an_error_with_its_place(templates: Path, fontset: FontSet) -> None:
    path = templates / "ducha-kuaixun/issue.typ"
    path.write_text(path.read_text(encoding="utf-8") + "\n#json(bytes(sys.inputs.view)).刊号\n", encoding="utf-8")
    view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph("文字")])
    with pytest.raises(RenderError, match=r"templates/ducha-kuaixun/issue\.typ") as caught:
        Engine(templates, fontset.paths).render(view, {})
    assert "刊号" in caught.value.message
    assert "jianbao-" not in caught.value.message


def test_a_warning_such_as_a_missing_font_is_an_error(engine: Engine, fontset: FontSet) -> None:
    families = {**fontset.families(), "楷体": ["没有的字体"]}
    view = views.frame("ducha-kuaixun", families, [views.heading("（一）核查", 2, "楷体")])
    with pytest.raises(RenderError, match="unknown font"):
        engine.render(view, {})


@pytest.mark.parametrize("character", ["\U0001f9ff", "\u0e01", "\u2fff\ue000"])
def test_a_character_that_no_font_has_is_an_error_not_a_gap(engine: Engine, fontset: FontSet, character: str) -> None:
    view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph(f"前{character}后")])
    with pytest.raises(RenderError, match=r"issue\.typ"):
        engine.render(view, {})


def test_an_unknown_kind_of_block_is_an_error(engine: Engine, fontset: FontSet) -> None:
    view = views.frame("ducha-kuaixun", fontset.families(), [{"类": "歌词"}])
    with pytest.raises(RenderError, match="歌词"):
        engine.render(view, {})


def test_a_template_may_not_ask_for_a_package(templates: Path, fontset: FontSet) -> None:
    path = templates / "ducha-kuaixun/issue.typ"
    path.write_text('#import "@preview/cetz:0.2.0": *\n', encoding="utf-8")
    with pytest.raises(RenderError, match="软件包"):
        Engine(templates, fontset.paths)


def test_a_template_cannot_read_what_a_link_points_at(templates: Path, fontset: FontSet, tmp_path: Path) -> None:
    secret = tmp_path / "secret.typ"
    secret.write_text("#let it = 1", encoding="utf-8")
    (templates / "layout/link.typ").symlink_to(secret)
    (templates / "ducha-kuaixun/issue.typ").write_text('#read("/layout/link.typ")', encoding="utf-8")
    view = views.frame("ducha-kuaixun", fontset.families(), [])
    with pytest.raises(RenderError, match="not found"):
        Engine(templates, fontset.paths).render(view, {})


def test_a_view_is_data_even_when_its_words_are_code(engine: Engine, fontset: FontSet) -> None:
    """The view is JSON: what it holds is never run, wherever it stands."""
    text = '#panic("x") #{1/0} $\\sum$'
    view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph(text)])
    view["元数据"] |= {"题名": text, "作者": text, "主题": text}
    assert pdf.differences(view, show(engine, view)) == []


@pytest.mark.parametrize(
    "code",
    [
        '#import ("@pre" + "view/cetz:0.3.1")',
        '#import "" + "@preview/cetz:0.3.1"',
        '#(import "/a.typ"\n + "@preview/cetz:0.3.1")',
        '#(import "/a.typ" // é\u2028 + "@preview/cetz:0.3.1")',
        '#(import "/a.typ" /* /* */ x */ + "@preview/cetz:0.3.1")',
        '#(import "/a.typ"\n.replace("/a.typ", "@preview/cetz:0.3.1"))',
        '#import/**/"@preview/cetz:0.3.1"',
        '#import "\\u{40}preview/cetz:0.3.1/a.typ"',
        '#let f = "@preview/cetz:0.3.1"\n#include f',
        '#{-import "@local/x:0.1.0"}',
        '#include "/view.json"',
        '#eval("import \\"@preview/cetz:0.3.1\\"")',
        '#dictionary(std).at("ev" + "al")("import \\"@preview/cetz:0.3.1\\"")',
    ],
)
def test_no_way_of_writing_it_lets_a_template_load_a_package(templates: Path, fontset: FontSet, code: str) -> None:
    (templates / "layout/text.typ").write_text(f"// 甲\n{code}\n", encoding="utf-8")
    with pytest.raises(RenderError, match=r"layout/text\.typ 第 [23] 行") as caught:
        Engine(templates, fontset.paths)
    assert "软件包" in caught.value.hint


@pytest.mark.parametrize(
    "code",
    [
        '#import "/layout/own.typ"\n// 注释 + x\n#it',
        '#{import "/layout/own.typ": it; it}',
        '#include "/layout/own.typ"',
    ],
)
def test_a_template_may_load_its_own_files(templates: Path, fontset: FontSet, code: str) -> None:
    (templates / "layout/own.typ").write_text("#let it = panic(1 + 1)\n", encoding="utf-8")
    (templates / "ducha-kuaixun/issue.typ").write_text(code, encoding="utf-8")
    view = views.frame("ducha-kuaixun", fontset.families(), [])
    with pytest.raises(RenderError, match=r"(?s)panicked with: 2.*templates/layout/own\.typ"):
        Engine(templates, fontset.paths).render(view, {})


def test_a_template_that_is_not_utf_8_is_named(templates: Path, fontset: FontSet) -> None:
    (templates / "layout/text.typ").write_bytes("// 版式".encode("gbk"))
    with pytest.raises(RenderError, match=r"layout/text\.typ 不是 UTF-8"):
        Engine(templates, fontset.paths)


def test_a_publication_may_have_any_name(templates: Path, fontset: FontSet) -> None:
    for name in ("pictures", "packages"):
        (templates / "ducha-kuaixun").rename(templates / name)
        view = views.frame("ducha-kuaixun", fontset.families(), [views.paragraph("正文。")]) | {"刊物": name}
        assert Engine(templates, fontset.paths).render(view, {}).startswith(b"%PDF")
        (templates / name).rename(templates / "ducha-kuaixun")
