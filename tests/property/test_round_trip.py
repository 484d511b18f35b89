"""Arbitrary text goes through item → DOCX → text and item → PDF → text, and nothing is lost or changed."""

import io
import json
import shutil
import unicodedata
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from builder import fonts
from builder.errors import has_errors
from builder.measure import pdf as pdf_reader
from builder.model import Paragraph, Table
from builder.settings import Workspace
from builder.workflow import opening, planning, rendering

ROOT = Path(__file__).resolve().parents[2]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
UNSEEN = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
NASTY = [
    *("R&D占比<5%", "a <b> c", "</w:t></w:r></w:p>", "{{ 7*7 }}", "{% for %}", '#read("x")', "$x$", "]]><!--", "&amp;"),
    *(
        "2*3和4*5",
        "3.",
        "5.",
        "[1]: x",
        "---",
        "——",
        "……",
        "“6·23”",
        "-- ---",
        "\\",
        "~",
        "@a",
        "_x_",
        "`",
        "\"'",
        "{#",
    ),
    *(
        "12,5",
        "95.9%",
        "2026年6月8日",
        "https://a.b/c?d=e&f",
        "fi ffl",
        "、。，",
        "（《“‘",
        "1—6月",
        "//",
        "/*",
        "#",
        "%}",
    ),
]
LIGATURES = "ﬀﬁﬂﬃﬄﬅﬆ"
OFFICE = """\
名称: 临澜市委办公室
分发组: [{组: 县区, 名称: 各县（市、区）委办公室, 份数: 20}]
分发名单: {gongzuo-xinxi: {发: [县区], 存档: 2, 备用: 3}}
"""


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    root = tmp_path_factory.mktemp("round-trip")
    shutil.copytree(ROOT / "templates", root / "templates")
    for name in ("items", "issues", "findings"):
        (root / "content" / name).mkdir(parents=True)
    (root / "content/office.yaml").write_text(OFFICE, encoding="utf-8")
    (root / "content/issues/one.yaml").write_text(
        "刊物: gongzuo-xinxi\n日期: 2026-06-08\n期号: 1\n总期: 335\n条目: [{信息: one}]\n", encoding="utf-8"
    )
    return Workspace(root)


@pytest.fixture(scope="module")
def renderer(place, fontset):
    return rendering.Renderer(place.templates, fontset)


@pytest.fixture(scope="module")
def characters(fontset):
    """All assigned characters that print in body text and in titles.

    Left out is what loading refuses or changes: private ones, controls, radicals (mapped to ideographs, some of which
    no face has). Latin ligatures have a test of their own. U+FA23 shares its glyph with U+27EAF in the fallback
    faces, so that a PDF that prints both names one of them only.
    """
    lines = [fontset.line(role) for role in ("仿宋", "小标宋")]
    return [
        c
        for c in map(chr, range(0x20, 0x30000))
        if unicodedata.category(c) not in ("Cn", "Co", "Cs", "Cc", "Cf", "Zl", "Zp")
        and not 0x2E80 <= ord(c) <= 0x2FD5
        and c not in LIGATURES
        and c != "\ufa23"
        and all(any(face.has(c) for face in line) for line in lines)
    ]


def squeezed(text):
    """Without white space and what joins or parts letters unseen."""
    return "".join(text.translate(UNSEEN).split())


def printed(place, renderer, fontset, monkeypatch, title, body):
    """The source's text by piece and what the two files say; None where the text is refused."""
    head = f"---\n标题: {json.dumps(title, ensure_ascii=False)}\n---\n"
    (place.content / "items/one.md").write_text(head + body + "\n", encoding="utf-8", newline="\n")
    with monkeypatch.context() as patch:
        patch.setattr(fonts, "find", lambda root: fontset)
        opened = opening.open_workspace(place)
        plan = planning.plan(opened, ())
    if has_errors(plan.faults):
        return None
    (edition,) = plan.editions
    files = renderer.render(edition).files
    item = opened.library.items["one"]
    pieces = [squeezed(item.value.title), *(p for b in item.blocks for p in texts(b))]
    pages = squeezed("".join(page.text for page in pdf_reader.read(files["pdf"]).pages))
    # What pdfium says of a hyphen at the end of a line; no text that is read holds U+FFFE.
    return pieces, docx_text(files["docx"]), pages.replace("\ufffe", "-")


def texts(block):
    if isinstance(block, Paragraph):
        yield squeezed(block.text)
    elif isinstance(block, Table):
        yield from (squeezed(cell.text) for row in (*block.head, *block.rows) for cell in row)


def docx_text(data):
    """The body's text, read without the product's own reader."""
    root = etree.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    for fallback in list(root.iter(FALLBACK)):
        fallback.getparent().remove(fallback)
    return squeezed("".join(t.text or "" for t in root.iter(f"{W}t")))


def assert_carries(text, pieces, kind):
    at = 0
    for piece in pieces:
        found = text.find(piece, at)
        assert found >= 0, f"{kind} lost {piece!r} after {text[max(0, at - 20) : at]!r}"
        at = found + len(piece)


def marks(text):
    return Counter(c for c in text if unicodedata.category(c)[0] == "M")


def unmarked(text):
    return "".join(c for c in text if unicodedata.category(c)[0] != "M")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_text_survives_in_both_formats(place, renderer, fontset, monkeypatch, characters, data):
    word = st.one_of(st.sampled_from(NASTY), st.text(st.sampled_from(characters), max_size=12))
    line = st.lists(word, min_size=1, max_size=6).map(" ".join)
    title = data.draw(line.filter(lambda t: squeezed(t) and "\\n" not in t), "title")
    body = data.draw(st.lists(line, min_size=1, max_size=6).map("\n".join), "body")
    result = printed(place, renderer, fontset, monkeypatch, title, body)
    assume(result is not None)
    assert_carries(result[1], result[0], "DOCX")
    # pdfium gives a combining mark that begins a line after the character that follows it.
    assert_carries(unmarked(result[2]), map(unmarked, result[0]), "PDF")
    assert marks("".join(result[0])) <= marks(result[2])


@pytest.mark.long
def test_every_character_of_the_fonts_survives_in_both_formats(place, renderer, fontset, monkeypatch, characters):
    for start in range(0, len(characters), 2000):
        part = characters[start : start + 2000]
        body = "\n".join("文" + "".join(part[n : n + 50]) for n in range(0, len(part), 50))
        result = printed(place, renderer, fontset, monkeypatch, "各字", body)
        assert result is not None
        assert_carries(result[1], result[0], "DOCX")
        assert_carries(result[2], result[0], "PDF")


def test_the_strings_that_break_templates_print_exactly(place, renderer, fontset, monkeypatch):
    body = "\n".join(f"例{text}例" for text in NASTY)
    for n in range(0, len(NASTY), 12):
        title = "".join(NASTY[n : n + 12])
        pieces, word, pdf = printed(place, renderer, fontset, monkeypatch, title, body)
        assert pieces == [squeezed(title), *(squeezed(f"例{text}例") for text in NASTY)]
        assert_carries(word, pieces, "DOCX")
        assert_carries(pdf, pieces, "PDF")


def test_latin_ligatures_survive_in_both_formats(place, renderer, fontset, monkeypatch):
    pieces, word, pdf = printed(place, renderer, fontset, monkeypatch, "各字", "文ﬁ字")
    assert_carries(word, pieces, "DOCX")
    assert "文fi字" in pdf  # so pdfium spells it


def test_hyphens_at_the_end_of_a_line_survive_in_both_formats(place, renderer, fontset, monkeypatch):
    pieces, word, pdf = printed(place, renderer, fontset, monkeypatch, "甲A-", "乙A-\n丙。")
    assert pieces == ["甲A-", "乙A-", "丙。"]
    assert_carries(word, pieces, "DOCX")
    assert_carries(pdf, pieces, "PDF")
