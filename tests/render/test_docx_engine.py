"""The DOCX engine on small templates of the tests' own: dialect, escaping, errors, pictures, repeatable bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from docxtpl import DocxTemplate
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from builder.errors import RenderError
from builder.files import member, zip_package
from builder.measure import docx as reader
from builder.render import docx

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)
NO_RELS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
HOSTILE = [
    "R&D占比<5%", "a <b> c", "</w:t></w:r></w:p>", "{{ 7*7 }}", "{% for %}", "{# x #}", '#read("x")', "$x$",
    "]]><!--", "&amp;", "2*3和4*5", "[1]: x", "'单引'\"双引\"", "{{", "%}", "<?xml?>", "𠮷",
]  # fmt: skip


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def package(body: str, **parts: str) -> bytes:
    document = (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<w:document xmlns:w="{W}" xmlns:mc="{MC}">'
        f"<w:body>{body}<w:sectPr/></w:body></w:document>"
    )
    contents = {
        "[Content_Types].xml": TYPES,
        "_rels/.rels": RELS,
        "word/document.xml": document,
        "word/_rels/document.xml.rels": NO_RELS,
        **parts,
    }
    return zip_package(member(n, t.encode()) for n, t in contents.items())


def render(
    folder: Path, body: str, view: Mapping[str, Any], photos: Mapping[str, bytes] | None = None, **parts: str
) -> bytes:
    (folder / "t").mkdir(exist_ok=True)
    (folder / "t" / "issue.docx").write_bytes(package(body, **parts))
    return docx.Engine(folder).render({"刊物": "t", **view}, photos or {})


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as opened:
        return opened.read(name).decode()


LOOP = paragraph("{%p for 段 in 内容 %}") + paragraph("{{ 段.文 }}") + paragraph("{%p endfor %}")


def test_text_that_looks_like_markup_prints_exactly(tmp_path: Path) -> None:
    made = render(tmp_path, LOOP, {"内容": [{"文": text} for text in HOSTILE]})
    printed = [node.text for node in etree.fromstring(part(made).encode()).iter(f"{{{W}}}t")]
    assert printed == HOSTILE


@given(st.lists(st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn"], exclude_characters="\ufeff")), max_size=4))
def test_any_text_reads_back_and_docxtpl_itself_agrees(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "any"
    folder.mkdir(exist_ok=True)
    view = {"内容": [{"文": text} for text in texts]}
    made = render(folder, LOOP, view)
    assert reader.read(made) == "".join(texts)
    if any("{_" in t or "_}" in t or "%_" in t or "_%" in t for t in texts):
        return  # docxtpl's own escapes for braces, which it takes out of data, too
    template = DocxTemplate(io.BytesIO(package(LOOP)))
    template.render(view, jinja_env=docx.environment(), autoescape=True)
    oracle = io.BytesIO()
    template.save(oracle)
    assert reader.read(oracle.getvalue()) == "".join(texts)


@pytest.mark.parametrize("bad", ["\x00", "\x0b", "\x1f", "\ufffe", "\uffff", "\ud800"])
def test_a_character_that_xml_refuses_is_an_error_not_a_broken_file(tmp_path: Path, bad: str) -> None:
    with pytest.raises(RenderError, match=f"U\\+{ord(bad):04X}"):
        render(tmp_path, LOOP, {"内容": [{"文": f"甲{bad}乙"}]})


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ("{{ 期数 }}", "期数"),
        ("{{ 报头.刊号 }}", "刊号"),
        ("{%p for x in 报头.没有 %}", "没有"),
        ("{{ 报头|没有 }}", "没有"),
    ],
)
def test_an_unknown_variable_is_named_and_never_prints_as_blank(tmp_path: Path, body: str, named: str) -> None:
    text = paragraph(body) + (paragraph("{%p endfor %}") if "for" in body else "")
    with pytest.raises(RenderError) as caught:
        render(tmp_path, text, {"报头": {"刊名": "工作信息"}})
    assert named in caught.value.message
    assert "templates/t/issue.docx" in caught.value.message


def test_a_tag_that_is_not_closed_names_the_template(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"templates/t/issue\.docx"):
        render(tmp_path, paragraph("{%p for x in 内容 %}"), {"内容": []})


def test_a_template_cannot_reach_into_python(tmp_path: Path) -> None:
    with pytest.raises(RenderError):
        render(tmp_path, paragraph("{{ 内容.__class__.__mro__[1].__subclasses__() }}"), {"内容": []})


def test_a_missing_or_broken_template_says_so(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match=r"缺少 Word 模板 templates/t/issue\.docx"):
        docx.Engine(tmp_path).render({"刊物": "t"}, {})
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "issue.docx").write_bytes(b"not a zip")
    with pytest.raises(RenderError, match=r"templates/t/issue\.docx 不是Word 文档"):
        docx.Engine(tmp_path).render({"刊物": "t"}, {})


def test_a_damaged_member_of_a_template_says_so(tmp_path: Path) -> None:
    data = bytearray(package(LOOP))
    at = data.index(b"word/document.xml") + 40
    data[at : at + 30] = bytes(30)
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "issue.docx").write_bytes(data)
    with pytest.raises(RenderError, match=r"templates/t/issue\.docx!word/document\.xml 压缩包已损坏"):
        docx.Engine(tmp_path).render({"刊物": "t"}, {})


def test_tags_in_footers_and_properties_are_filled_in_too(tmp_path: Path) -> None:
    footer = f'<w:ftr xmlns:w="{W}">{paragraph("{{ 报头.刊名 }}")}</w:ftr>'
    made = render(
        tmp_path,
        LOOP,
        {"内容": [], "报头": {"刊名": "R&D"}, "元数据": {"题名": "甲<乙"}},
        **{"word/footer1.xml": footer, "docProps/core.xml": "<x>{{ 元数据.题名 }}</x>"},
    )
    assert "R&amp;D" in part(made, "word/footer1.xml")
    assert part(made, "docProps/core.xml") == "<x>甲&lt;乙</x>"


def test_parts_without_tags_are_moved_and_lose_their_colours_too(tmp_path: Path) -> None:
    red = '<w:hdr xmlns:w="urn:w"><w:p><w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>机关</w:t></w:r></w:p></w:hdr>'
    section = '<w:sectPr><w:pgMar w:top="2098" w:left="1587" w:header="300" w:footer="851"/></w:sectPr>'
    header, body = {"word/header1.xml": red}, paragraph("{{ 文 }}") + section
    made = render(tmp_path, body, {"文": "甲", "黑白": True, "套打": {"右": 2.0, "下": -8.0}}, **header)
    assert 'w:val="000000"' in part(made, "word/header1.xml")
    assert part(render(tmp_path, body, {"文": "甲"}, **header), "word/header1.xml") == red
    assert '<w:pgMar w:top="1644" w:left="1700" w:header="0" w:footer="1305"/>' in part(made)


def test_pictures_travel_with_relationship_and_type(tmp_path: Path) -> None:
    photos = {"b.png": b"\x89PNG", "a.jpeg": b"\xff\xd8"}
    body = paragraph("{%p for n in 内容 %}") + paragraph("{{ n|relid }}") + paragraph("{%p endfor %}")
    made = render(tmp_path, body, {"内容": list(photos)}, photos)
    relations = etree.fromstring(part(made, "word/_rels/document.xml.rels").encode())
    targets = {r.get("Id"): r.get("Target") for r in relations}
    printed = [n.text for n in etree.fromstring(part(made).encode()).iter(f"{{{W}}}t")]
    assert [targets[p] for p in printed] == ["media/b.png", "media/a.jpeg"]
    types = etree.fromstring(part(made, "[Content_Types].xml").encode())
    assert {"png": "image/png", "jpeg": "image/jpeg"}.items() <= {
        t.get("Extension"): t.get("ContentType") for t in types if t.get("Extension")
    }.items()
    with zipfile.ZipFile(io.BytesIO(made)) as opened:
        assert {n: opened.read(f"word/media/{n}") for n in photos} == photos


def test_one_issue_after_another_leaves_no_trace(tmp_path: Path) -> None:
    first = render(tmp_path, LOOP, {"内容": [{"文": "甲"}]})
    engine = docx.Engine(tmp_path)
    engine.render({"刊物": "t", "内容": [{"文": "乙"}] * 9}, {"a.png": b"1"})
    assert engine.render({"刊物": "t", "内容": [{"文": "甲"}]}, {}) == first


def test_reading_back_takes_text_boxes_once_and_deleted_text_not_at_all() -> None:
    box = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:txbxContent>" + paragraph("报：甲。")
        + "</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>" + paragraph("报：甲。")
        + "</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )  # fmt: skip
    deleted = "<w:p><w:del><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>"
    table = f"<w:tbl><w:tr><w:tc>{paragraph('一')}</w:tc><w:tc>{paragraph('二')}</w:tc></w:tr></w:tbl>"
    assert reader.read(package(paragraph("首") + table + deleted + box)) == "首一二报：甲。"


@pytest.mark.parametrize("body", ["<w:p>", "&nbsp;"])
def test_a_body_that_is_not_xml_is_an_error_when_read_back(body: str) -> None:
    with pytest.raises(RenderError, match="读不回来"):
        reader.read(package(body))
