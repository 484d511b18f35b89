"""Word templates judged without running them: every branch, every part; the shipped ones are without a fault."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from builder import publications
from builder.compose import compose
from builder.errors import Fault
from builder.fonts import FontSet
from builder.render import docx, expected, shapes, specimen, template_check
from builder.render import view as view_module
from builder.settings import workspace
from builder.workflow import opening
from tests.conftest import ROOT
from tests.render import views
from tests.render.test_docx_engine import W, paragraph

NAME = "templates/t/issue.docx"
TITLES, _ = publications.load(ROOT / "templates")
LAYOUT = TITLES["gongzuo-xinxi"].layout
SHIPPED = ROOT / "templates/gongzuo-xinxi/issue.docx"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def spoilt(
    folder: Path, body: str = "", changed: Mapping[str, tuple[str, str]] | None = None, **added: str
) -> list[Fault]:
    """The faults of the shipped template with paragraphs at its beginning and parts changed or added."""
    target = folder / "t/issue.docx"
    target.parent.mkdir(exist_ok=True)
    changed = {"word/document.xml": ("<w:body>", f"<w:body>{body}"), **(changed or {})}
    with zipfile.ZipFile(SHIPPED) as source, zipfile.ZipFile(target, "w") as made:
        for name in source.namelist():
            text = source.read(name).decode()
            before, after = changed.get(name, ("", ""))
            assert before in text
            made.writestr(name, text.replace(before, after, 1) if before else text)
        for name, text in added.items():
            made.writestr(name, text)
    return template_check.check(folder, "t", LAYOUT)


def codes(faults: list[Fault]) -> list[str]:
    return [fault.code for fault in faults]


@pytest.mark.parametrize("publication", sorted(TITLES))
def test_the_shipped_templates_are_without_a_fault(publication: str) -> None:
    assert template_check.check(ROOT / "templates", publication, TITLES[publication].layout) == []


# ---------------------------------------------------------------- names


@pytest.mark.parametrize(
    ("tag", "message"),
    [
        ("{{ 未知 }}", "没有变量“未知”"),
        ("{% if 要目 %}{{ 未知 }}{% endif %}", "没有变量“未知”"),
        ("{% if false %}{{ 报头.刊号 }}{% endif %}", "没有“刊号”这一项，是否指 刊名？"),
        ("{{ 报头['刊号'] }}", "没有“刊号”这一项"),
        ("{% for 项 in 附件 %}{{ 项.页 }}{% endfor %}", "没有“页”这一项"),
        ("{% for 块 in 内容 %}{% for 行 in 块.段 %}{{ 行.没有 }}{% endfor %}{% endfor %}", "没有“没有”这一项"),
        ("{{ 版式.版心.宽度 }}", "没有“宽度”这一项"),
        ("{{ 版记.印发.机构 }}", "没有“机构”这一项"),
        ("{% for x in 附件 %}{% endfor %}{{ x }}", "没有变量“x”"),
        ("{{ loop.index }}", "没有变量“loop”"),
        ("{% for 块 in 内容 %}{{ loop.nextitem.没有 }}{% endfor %}", "没有“没有”这一项"),
        ("{% macro 一(列) %}{% for 块 in 列 %}{{ 块.没有 }}{% endfor %}{% endmacro %}{{ 一(内容) }}", "没有“没有”"),
        (
            "{% macro 二(列) %}{% for 块 in 列 %}{{ 块.没有 }}{% endfor %}{% endmacro %}"
            "{% macro 三(件) %}{{ 二(件.内容) }}{% endmacro %}{% for 件 in 附件 %}{{ 三(件) }}{% endfor %}",
            "没有“没有”这一项",
        ),
        ("{% set 名 = 报头.刊名 %}{{ 名.没有 }}", "没有“没有”这一项"),
        ("{{ (要目 or 报头).没有 }}", "没有“没有”这一项"),
        ("{{ 内容|first|attr('没有') }}", "attr"),
        ("{{ 报头|没有 }}", "没有过滤器“没有”"),
        ("{% if 报头 is 没有 %}{% endif %}", "没有测试“没有”"),
        ("{{ namespace(a=1) }}", "没有变量“namespace”"),
        ("{{ lipsum() }}", "没有变量“lipsum”"),
        ("{{ self }}", "没有变量“self”"),
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "没有变量“cycler”"),
    ],
)
def test_an_unknown_name_is_found_in_branches_that_did_not_run(tmp_path: Path, tag: str, message: str) -> None:
    faults = spoilt(tmp_path, paragraph(f"前{tag.replace('<', '&lt;')}后"))
    assert any(message in fault.message for fault in faults), faults
    assert {fault.place.file for fault in faults} == {f"{NAME}!word/document.xml"}
    assert all(fault.hint and fault.severity == "error" for fault in faults)


@pytest.mark.parametrize(
    "tag",
    [
        "{{ 报头.__class__ }}",
        "{{ 报头['__class__'] }}",
        "{{ 报头['_' ~ '_class__'] }}",
        "{{ 报头|attr('__class__') }}",
        "{{ 报头|attr('_' ~ '_class__') }}",
        "{{ 内容|map(attribute='__class__')|list }}",
        "{{ 内容|map('attr', '__class__')|list }}",
        "{{ 内容|sort(attribute='类.__class__') }}",
        "{{ 内容|selectattr('_x')|list }}",
        "{{ '{0.__class__}'.format(报头) }}",
        "{{ 报头.刊名.format_map(报头) }}",
        "{{ '%s'|format(1) }}",
        "{% for a in [().__class__] %}{% endfor %}",
        "{% if false %}{{ ''.__class__.__mro__ }}{% endif %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% from 'x' import y %}",
        "{% extends 'x' %}",
        "{% if false %}{% include 报头.刊名 %}{% endif %}",
        "{% set 报头.刊名 = 1 %}",
    ],
)
def test_what_reaches_behind_the_data_or_out_of_the_template_is_refused(tmp_path: Path, tag: str) -> None:
    assert "template-forbidden" in codes(spoilt(tmp_path, paragraph(tag)))


@pytest.mark.parametrize(
    "tag",
    [
        "{% set 名 = 报头.刊名 %}{{ 名[:2] }}{{ 名.upper() }}",
        "{% for 块 in 内容 if 块.类 == '段' %}{{ loop.index }}{{ loop.cycle('一', '二') }}{{ 块.文字|字 }}{% endfor %}",
        "{% macro 甲(字, 数=1) %}{{ 字 }}{{ 数 }}{{ caller is defined }}{% endmacro %}{{ 甲('x') }}{{ 甲('x', 数=2) }}",
        "{% if 未知 is defined %}有{% endif %}",
        "{{ 报头['刊名'] }}{{ 左上.行[0].左 }}{{ 图片['a.png'].宽 }}",
        "{{ 附件|map(attribute='标')|join('_') }}{{ 报头.刊名|replace('_', '') }}",
        "{% with 甲 = 报头 %}{{ 甲.日期 }}{% endwith %}{% filter upper %}{{ 刊物 }}{% endfilter %}",
        "{% for 名, 值 in 字体.items() %}{{ 名 }}{{ 值[0] }}{% endfor %}{% for n in range(3) %}{{ n + 1 }}{% endfor %}",
        "{{ (内容 + 附件)|length }}{{ (要目.标题 if 要目 else '无') }}{{ {'甲': 1}.甲 }}{{ [1, 2]|sum }}",
        "{% set 空 = [] %}{% for x in 空 %}{{ x.甲 }}{% endfor %}{% set 块 %}字{% endset %}{{ 块|trim }}",
        "{% macro 后(x) %}{{ 后来 }}{{ x }}{% endmacro %}{% set 后来 = 1 %}{{ 后(1) }}",
    ],
)
def test_ordinary_tags_pass(tmp_path: Path, tag: str) -> None:
    assert spoilt(tmp_path, paragraph(tag)) == []


def test_all_faults_are_told_at_once_with_the_text_around_them(tmp_path: Path) -> None:
    body = (
        paragraph("第一处：{{ 甲甲 }}，完。")
        + paragraph("{%p if 乙乙 %}")
        + paragraph("内")
        + paragraph("{%p endif %}")
    )
    first, second = spoilt(tmp_path, body)
    assert "“第一处：{{ 甲甲 }}，完。”" in first.message
    assert "没有变量“甲甲”" in first.message
    assert "{% if 乙乙 %}" in second.message


@pytest.mark.parametrize("tag", ["{% for x in 内容 %}", "{{ 报头. }}", "{{ " + "(" * 3000 + "1" + ")" * 3000 + " }}"])
def test_a_tag_that_is_written_wrongly_is_told_with_its_place(tmp_path: Path, tag: str) -> None:
    assert codes(spoilt(tmp_path, paragraph(tag))) == ["template-syntax"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("前｛｛ 报头.刊名 ｝｝后", "全角的“｛｛”"),
        ("{％ if 要目 ％}", "全角的“{％”"),
        ("{% if 要目 %}一{% endif ％}", "全角的“％}”"),
        ("{{ 报头.刊名 }", "“{{”没有配对的结束"),
        ("{% if 要目 %}一{% endif", "“{%”没有配对的结束"),
        ("{{ 报头．刊名 }}", "全角的“．”"),
        ("{{p 各块（内容，0） }}", "全角的“（”"),
        ("{% if 块.类 ＝＝ '段' %}{% endif %}", "全角的“＝”"),
        ("{%p if 要目 %}这几个字会丢", "会整段去掉"),
        ("{%p if 要目 %}{%p endif %}", "会整段去掉"),
    ],
)
def test_a_tag_that_an_input_method_or_a_hand_spoilt_is_told_with_the_text_in_which_it_stands(
    tmp_path: Path, typed: str, message: str
) -> None:
    (fault,) = spoilt(tmp_path, paragraph(typed))
    assert (fault.code, fault.place.file) == ("template-syntax", f"{NAME}!word/document.xml")
    assert message in fault.message
    assert typed[:10] in fault.message


def test_full_width_marks_in_the_text_and_in_texts_of_tags_are_no_fault(tmp_path: Path) -> None:
    assert spoilt(tmp_path, paragraph("｛甲｝（乙）：100％。{% if 报头.刊名 == '（甲）' %}{% endif %}")) == []


def test_a_template_saved_in_the_strict_form_is_refused_with_what_to_do(tmp_path: Path) -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    (fault,) = spoilt(tmp_path, changed={"word/document.xml": (W, strict)})
    assert (fault.code, fault.place.file) == ("template-syntax", NAME)
    assert "Strict" in fault.hint


def test_tags_in_footers_are_judged_too(tmp_path: Path) -> None:
    faults = spoilt(tmp_path, changed={"word/footer1.xml": ("{{ 页码.前 }}", "{{ 页码数 }}")})
    assert [(f.code, f.place.file) for f in faults] == [("template-name", f"{NAME}!word/footer1.xml")]


# ---------------------------------------------------------------- styles, comments, changes, package


def test_a_style_that_a_paragraph_or_a_filter_needs_and_the_template_lacks_is_named(tmp_path: Path) -> None:
    styled = '<w:p><w:pPr><w:pStyle w:val="Meiyou"/></w:pPr><w:r><w:t>这一段</w:t></w:r></w:p>'
    (fault,) = spoilt(tmp_path, styled)
    assert (fault.code, fault.place.file) == ("template-style", f"{NAME}!word/document.xml")
    assert "“这一段”用了没有的段落样式“Meiyou”" in fault.message
    faults = spoilt(tmp_path, changed={"word/styles.xml": ('<w:name w:val="楷体字"/>', '<w:name w:val="别的"/>')})
    assert [f.code for f in faults] == ["template-style"]
    assert "过滤器“字”要用的样式“楷体字”" in faults[0].message


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ('<w:p><w:ins w:id="1" w:author="甲"><w:r><w:t>新</w:t></w:r></w:ins></w:p>', "template-revision"),
        ('<w:p><w:del w:id="1" w:author="甲"><w:r><w:delText>旧</w:delText></w:r></w:del></w:p>', "template-revision"),
        ('<w:p><w:pPr><w:pPrChange w:id="1" w:author="甲"><w:pPr/></w:pPrChange></w:pPr></w:p>', "template-revision"),
        ('<w:p><w:r><w:commentReference w:id="0"/></w:r></w:p>', "template-comment"),
    ],
)
def test_comments_and_tracked_changes_are_refused(tmp_path: Path, body: str, code: str) -> None:
    assert codes(spoilt(tmp_path, body)) == [code]


def test_tracked_changes_in_a_footer_are_refused(tmp_path: Path) -> None:
    inserted = '<w:ins w:id="1" w:author="甲"><w:r><w:t>新</w:t></w:r></w:ins></w:p>'
    faults = spoilt(tmp_path, changed={"word/footer2.xml": ("</w:p>", inserted)})
    assert [(f.code, f.place.file) for f in faults] == [("template-revision", f"{NAME}!word/footer2.xml")]


@pytest.mark.parametrize(
    ("part", "text", "code"),
    [
        ("word/footer9.xml", f'<!DOCTYPE a [<!ENTITY x "y">]><w:ftr xmlns:w="{W}"/>', "guard-doctype"),
        ("word/vbaProject.bin", "x", "guard-macro"),
        (
            "word/_rels/footer9.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="x" '
            f'Type="{R}/hyperlink" TargetMode="External" Target="https://example.invalid/"/></Relationships>',
            "guard-external",
        ),
        ("../evil.xml", "<x/>", "guard-path"),
    ],
)
def test_a_package_that_may_do_harm_is_refused(tmp_path: Path, part: str, text: str, code: str) -> None:
    faults = spoilt(tmp_path, **{part: text})
    assert code in codes(faults)
    assert all("jianbao template make t --force" in fault.hint for fault in faults)


def test_a_template_that_is_missing_or_no_zip_is_told(tmp_path: Path) -> None:
    assert codes(template_check.check(tmp_path, "t", LAYOUT)) == ["template-missing"]
    (tmp_path / "t").mkdir()
    (tmp_path / "t/issue.docx").write_bytes(b"hello")
    assert codes(template_check.check(tmp_path, "t", LAYOUT)) == ["guard-format"]


# ---------------------------------------------------------------- the specimen is the contract


def _inside(value: Any, shape: shapes.Shape, path: str = "") -> None:
    """Every key of data is one that templates may name."""
    if shape.open:
        return
    if isinstance(value, dict):
        assert set(value) <= set(shape.keys), path
        for name, each in value.items():
            _inside(each, shape.keys[name], f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            _inside(each, shape.item or shapes.Shape(), f"{path}[]")


def test_views_have_no_key_that_the_specimen_lacks_and_the_same_top_level(fontset: FontSet) -> None:
    opened = opening.open_workspace(workspace(ROOT))
    families = fontset.families()
    seen = [views.everything(families)[0]]
    for issue in opened.library.issues.values():
        edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
        assert edition is not None
        seen.append(dict(view_module.build(edition, families).data))
    assert len(seen) > 5
    for data in seen:
        model = specimen.view("x", data["版式"], families)
        assert set(data) == set(model)
        assert data["版本"] == model["版本"] == view_module.VERSION
        _inside(data, shapes.of(model))


def test_the_specimen_has_every_kind_of_block_with_the_keys_of_the_documentation() -> None:
    model = specimen.view("x", LAYOUT, {})
    kinds = {block["类"]: set(block) for block in model["内容"]}
    assert set(kinds) == set(expected._TEXTS)
    documented = (ROOT / "docs/templates.md").read_text(encoding="utf-8")
    for kind, keys in kinds.items():
        row = re.search(rf"^\| `{kind}` \| (.*?) \|", documented, re.MULTILINE)
        assert row is not None, kind
        assert [key for key in keys - {"类"} if key not in row[1]] == [], kind


def test_the_specimen_names_the_roles_of_the_fonts(fontset: FontSet) -> None:
    assert set(specimen.ROLES) == set(fontset.families())


def test_the_specimen_is_printed_whole_by_both_engines(fontset: FontSet) -> None:
    from builder.measure import docx as docx_reader
    from builder.measure import pdf as pdf_reader
    from builder.render import typst

    for name, title in TITLES.items():
        model = specimen.view(name, title.layout, fontset.families())
        word = docx.Engine(ROOT / "templates").render(model, specimen.PHOTOS)
        assert docx_reader.differences(model, word) == []
        paper = typst.Engine(ROOT / "templates", fontset.paths).render(model, specimen.PHOTOS)
        assert pdf_reader.read(paper).pages


def test_names_of_macros_that_call_each_other_for_ever_end(tmp_path: Path) -> None:
    wide = "".join(f"{{% macro m{n}(a) %}}{{{{ m{n + 1}([a, [a]]) }}}}{{% endmacro %}}" for n in range(40))
    spoilt(tmp_path, paragraph(wide + "{% macro m40(a) %}{{ m0([a]) }}{% endmacro %}{{ m0(内容) }}"))
    shutil.rmtree(tmp_path / "t")
