"""Templates as office programs save them: opened, changed and saved by a real LibreOffice, and every way in which Word spoils a tag."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from builder import guard, pdfium, publications, trial
from builder.compose import compose
from builder.fonts import FontSet
from builder.measure import docx as docx_reader
from builder.render import docx, word_saved
from builder.render.child import Engines
from builder.settings import workspace
from builder.soffice import Office
from builder.workflow import opening, rendering
from builder.workflow.office_faces import faces
from tests.conftest import ROOT
from tests.redline.hand import Hand, Step
from tests.render.test_docx_engine import W, package

PUBLICATIONS = sorted(publications.load(ROOT / "templates")[0])


@pytest.fixture(scope="module")
def hand(uno: str) -> Iterator[Hand]:
    with Hand(uno) as opened:
        yield opened


def saved(tmp_path: Path, publication: str, hand: Hand, *steps: Step) -> Path:
    """A workspace with the sample content, the template of one publication saved by LibreOffice after these steps."""
    for part in ("content", "templates"):
        shutil.copytree(ROOT / part, tmp_path / part)
    template = tmp_path / "templates" / publication / "issue.docx"
    template.write_bytes(hand.edit(template.read_bytes(), steps))
    return tmp_path


def issues(folder: Path, publication: str, fontset: FontSet, engines: Engines) -> dict[str, rendering.Rendered]:
    """Every sample issue of a publication, set and read back as ``build`` does."""
    opened = opening.open_workspace(workspace(folder))
    made = {}
    renderer = rendering.Renderer(folder / "templates", fontset, engines)  # not closed: the engines are others', too
    for id_, issue in opened.library.issues.items():
        if issue.value.publication == publication:
            edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
            assert edition is not None
            made[id_.rpartition("/")[2]] = renderer.render(edition)
    assert made
    return made


def parts(document: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(document)) as opened:
        return {name: opened.read(name).decode(errors="replace") for name in opened.namelist()}


# ---------------------------------------------------------------- LibreOffice


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_a_template_that_libreoffice_opened_and_saved_prints_the_same_text_twice_the_same_bytes(
    tmp_path: Path, publication: str, hand: Hand, fontset: FontSet, sample_issues: Mapping[str, Any]
) -> None:
    folder = saved(tmp_path, publication, hand)
    template = parts((folder / "templates" / publication / "issue.docx").read_bytes())
    assert "LibreOffice" in template["docProps/app.xml"]  # it is really another program's file
    assert 'w:styleId="Title1"' not in template["word/styles.xml"]
    with Engines() as engines:
        assert trial.check(workspace(folder), [publication], engines) == []
        first = issues(folder, publication, fontset, engines)
    with Engines() as engines:
        again = issues(folder, publication, fontset, engines)
    for name, issue in first.items():
        assert issue.files["docx"] == again[name].files["docx"]
        assert docx_reader.read(issue.files["docx"]) == docx_reader.read(sample_issues[name].files["docx"])
        assert issue.files["pdf"] == sample_issues[name].files["pdf"]
        assert "LibreOffice" not in parts(issue.files["docx"])["docProps/core.xml"]


def test_an_issue_stands_on_its_pages_as_before_after_libreoffice_saved_its_template(
    tmp_path: Path, hand: Hand, fontset: FontSet, engines: Engines, sample_issues: Mapping[str, Any]
) -> None:
    """A landscape annex, tables, a foot in its box, page numbers on both sides: no character moves by more than 0.2 mm."""
    name = "gongzuo-xinxi-13"
    issue = issues(saved(tmp_path, "gongzuo-xinxi", hand), "gongzuo-xinxi", fontset, engines)[name]
    with Office(faces(fontset)) as office:
        documents = (sample_issues[name].files["docx"], issue.files["docx"])
        before, after = (tuple(pdfium.sheets(office.pdf(document, name), name)) for document in documents)
    assert len(before) == len(after) > 5
    for one, other in zip(before, after, strict=True):
        assert (one.width, one.height) == (other.width, other.height)
        assert [g.text for g in one.glyphs] == [g.text for g in other.glyphs]
        for a, b in zip(one.glyphs, other.glyphs, strict=True):
            assert abs(a.left - b.left) < 0.2, a
            assert abs(a.baseline - b.baseline) < 0.2, a


@pytest.mark.parametrize("publication", PUBLICATIONS)
def test_a_template_that_an_office_changed_in_libreoffice_keeps_working(
    tmp_path: Path, publication: str, hand: Hand, fontset: FontSet
) -> None:
    """Size of titles, air above 期号, the date before the office on its line, and an empty line more below 期号."""
    steps: list[Step] = [
        ("restyle", "题名", "CharHeight", 20.0),
        ("restyle", "题名", "CharHeightAsian", 20.0),
        ("restyle", "期号", "ParaTopMargin", 900),
        ("add_before", "{%p if 报头.红线.印 and 报头.红线.条 == 1 %}", ""),
        ("replace_all", "{{ 报头.编印单位 }}", "{{ 报头.甲 }}"),
        ("replace_all", "{{ 报头.日期 }}", "{{ 报头.编印单位 }}"),
        ("replace_all", "{{ 报头.甲 }}", "{{ 报头.日期 }}"),
    ]
    folder = saved(tmp_path, publication, hand, *steps)
    with Engines() as engines:
        found = trial.check(workspace(folder), [publication], engines)
        assert {(f.code, f.severity) for f in found} == {("template-look", "warning")}
        more, air, order, size = sorted(f.message for f in found)  # what was changed, and nothing else
        assert air.startswith("期号的段前应为")
        assert "实为25.5 pt" in air
        assert more == "多了一个空行（样式“模板标记行”）。"
        assert order.startswith("编印行的次序应为“试排单位 2026年6月…”，实为“2026年6月8日 试排…”")
        assert size.startswith("题名的字号应为二号（22 pt），实为20 pt")
        first = issues(folder, publication, fontset, engines)
    with Engines() as engines:
        again = issues(folder, publication, fontset, engines)
    for name, issue in first.items():
        assert issue.files["docx"] == again[name].files["docx"]
        head = issue.view.data["报头"]
        assert f"{head['日期']}{head['编印单位']}" in docx_reader.read(issue.files["docx"])


# ---------------------------------------------------------------- tags that a program or a hand spoilt


def run(text: str, look: str = "") -> str:
    return f'<w:r>{look and f"<w:rPr>{look}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def filled(tmp_path: Path, body: str, **view: Any) -> str:
    """The body of a document with these paragraphs, filled."""
    folder = tmp_path / "t"
    folder.mkdir(exist_ok=True)
    (folder / "issue.docx").write_bytes(package(body))
    data = {"刊物": "t", "元数据": {"日期": "2026-06-08"}, "甲": "工作信息", "乙": ["一", "二"], "段": "段", **view}
    document = docx.Engine(tmp_path).render(data, {})
    return parts(document)["word/document.xml"].partition("<w:body>")[2].partition("</w:body>")[0]


def shown(body: str) -> str:
    return docx_reader._text(guard.parse(f'<w:x xmlns:w="{W}">{body}</w:x>'.encode()))


_PROOF = '<w:proofErr w:type="spellStart"/>'
_MARK = '<w:bookmarkStart w:id="7" w:name="_GoBack"/><w:bookmarkEnd w:id="7"/>'


@pytest.mark.parametrize(
    "inside",
    [
        run("前{{ 甲 }}后"),
        run("前{") + run("{ ") + _PROOF + run("甲") + run(" }", "<w:b/>") + run("}后"),
        run("前{{") + _MARK + run("甲", '<w:lang w:eastAsia="zh-CN"/>') + run("}}后"),
        run("前{{\u00a0甲\u3000}}\u200b后").replace("\u200b", ""),
        run("前{{\u200b 甲\u2060 }}后"),
        run("前{{") + "<w:r><w:tab/></w:r>" + run("甲}}后"),
        run("前{{ 甲") + "<w:r><w:br/></w:r>" + run("}}后"),
        run("前{{ 甲") + "<w:r><w:lastRenderedPageBreak/><w:t> }}后</w:t></w:r>",
        '<w:smartTag w:uri="u" w:element="e">' + run("前{{ ") + "</w:smartTag>" + run("甲 }}后"),
        run("前{% if 段 == ‘段’ %}") + run("{{ 甲 }}{% endif %}后"),
        run("前{% if 段 == “段” %}{{ 甲 }}{% endif %}后"),
        run("前{% if 段 == &quot;段&quot; %}{{ 甲 }}{% endif %}后"),
        run("前{% if 段 == &#8220;段&#x201d; %}{{ 甲 }}{% endif %}后"),
        run("前{% if 1 &lt; 2 and 2 &gt; 1 %}{{ 甲 }}{% endif %}后"),
        run("前{%") + run("if 段 == “") + run("段") + run("”") + run(" %}{{ 甲 }}{% endif %}后"),
        '<w:r w:rsidR="00A1"><w:rPr/><w:t>前{{ </w:t></w:r><w:r w:rsidRPr="00A2"><w:t>甲 }}后</w:t></w:r>',
    ],
)
def test_a_tag_that_a_program_broke_up_or_decorated_prints_as_it_was_meant(tmp_path: Path, inside: str) -> None:
    assert shown(filled(tmp_path, f"<w:p>{inside}</w:p>")) == "前工作信息后"


def test_a_quotation_mark_within_a_text_of_a_tag_stays_what_it_is(tmp_path: Path) -> None:
    assert shown(filled(tmp_path, f"<w:p>{run('{{ 甲|replace(“工作”, “‘新’”) }}')}</w:p>")) == "‘新’信息"
    straight = "{{ 甲|replace(&quot;工作&quot;, &quot;“新”&quot;) }}"
    assert shown(filled(tmp_path, f"<w:p>{run(straight)}</w:p>")) == "“新”信息"
    single = "{{ 甲|replace('工作', '“新”') }}"
    assert shown(filled(tmp_path, f"<w:p>{run(single)}</w:p>")) == "“新”信息"


def test_runs_that_a_program_joined_are_parted_and_keep_their_look(tmp_path: Path) -> None:
    look = '<w:color w:val="FF0000"/>'
    body = filled(tmp_path, f"<w:p>{run('头{%r for 行 in 乙 %}{{ 行 }}、{%r endfor %}尾', look)}</w:p>")
    assert shown(body) == "头一、二、尾"
    assert body.count("FF0000") == 4  # the head, two rounds, the tail
    assert "<w:t></w:t>" not in body
    tabbed = "<w:r><w:t>{%r if 甲 %}有</w:t><w:tab/><w:t>{%r endif %}末</w:t></w:r>"
    body = filled(tmp_path, f"<w:p>{tabbed}</w:p>")
    assert shown(body) == "有末"
    assert body.count("<w:tab/>") == 1


def test_a_section_that_a_program_moved_into_a_paragraph_of_a_tag_is_kept_with_its_condition(tmp_path: Path) -> None:
    section = '<w:sectPr><w:pgSz w:w="1" w:h="2"/></w:sectPr>'
    body = f"<w:p><w:pPr>{section}</w:pPr>{run('{%p if 甲 %}')}</w:p><w:p>{run('内')}</w:p><w:p>{run('{%p endif %}')}</w:p>"
    kept = filled(tmp_path, body)
    assert kept.index("<w:sectPr>") < kept.index("内")
    assert "<w:sectPr>" not in filled(tmp_path, body, 甲="")


def test_a_template_as_we_make_it_passes_through_byte_for_byte() -> None:
    for publication in PUBLICATIONS:
        data = (ROOT / "templates" / publication / "issue.docx").read_bytes()
        opened = guard.opened(data, "docx", publication, links=False)
        assert word_saved.parts(opened) == opened.parts


def test_what_the_filters_make_has_its_prefixes_declared_where_a_program_declares_them_elsewhere(
    tmp_path: Path,
) -> None:
    block = {"名": "a.png", "宽": 10.0, "高": 10.0, "替": "图"}
    body = filled(tmp_path, f"<w:p>{run('{{r 块|图片(1) }}')}</w:p>", 块=block)
    assert "<pic:pic>" in body
    whole = parts(docx.Engine(tmp_path).render({"刊物": "t", "元数据": {"日期": "2026-06-08"}, "块": block}, {}))
    guard.parse(whole["word/document.xml"].encode())
