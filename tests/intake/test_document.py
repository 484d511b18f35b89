"""``jianbao import`` of honest documents: they come in whole, and what cannot come in is listed."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import docx
import psutil
import pytest

from builder.content import load
from builder.errors import Fault, FileError, InvalidContent, JianbaoError, UsageError
from builder.intake import document
from builder.model import Item, Library, Paragraph, Picture, Source
from builder.settings import Workspace
from tests.conftest import ROOT
from tests.guard import hostile
from tests.intake import honest
from tests.intake.honest import field, inside, raw, run, saved


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    """An empty workspace."""
    for folder in ("templates", "content/items"):
        (tmp_path / "ws" / folder).mkdir(parents=True)
    shutil.copy(ROOT / "content" / "office.yaml", tmp_path / "ws" / "content" / "office.yaml")
    return Workspace(tmp_path / "ws")


@dataclass(frozen=True)
class Came:
    """An imported item as loading sees it."""

    item: Source[Item]
    faults: tuple[Fault, ...]
    files: tuple[Path, ...]

    @property
    def lines(self) -> list[str]:
        return honest.blocks_of(self.item)

    def told(self, code: str, kind: str) -> str:
        """The message about a kind of thing."""
        return next((f.message for f in self.faults if f.code == code and kind in f.message), "")

    def left(self, kind: str) -> str:
        return self.told("import-left-out", kind)

    def changed(self, kind: str) -> str:
        return self.told("import-changed", kind)


def _came(place: Workspace, data: bytes, source: str = "稿.docx", name: str = "") -> Came:
    taken = document.take(place, data, source, name)
    library, _ = load(place.root)
    assert isinstance(library, Library)
    stem = taken.files[0].relative_to(place.content / "items").with_suffix("").as_posix()
    return Came(library.items[stem], taken.faults, taken.files)


# ---------------------------------------------------------------- Word


def test_numbers_of_several_levels_become_text_and_restart_where_word_restarts_them(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("关于灌区改造的情况")
    levels = [("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）")]
    add = honest.listed(made, levels)
    for text, level in [
        ("主要做法", 0),
        ("抓调度", 1),
        ("周调度", 2),
        ("市级", 3),
        ("县级", 3),
        ("月通报", 2),
        ("抓督查", 1),
    ]:
        add(text, level)
    for number in range(2, 12):
        add(f"做法{number}", 0)
    add("抓落实", 1)
    assert _came(place, saved(made)).lines == [
        *("一、主要做法", "（一）抓调度", "1.周调度", "（1）市级", "（2）县级", "2.月通报", "（二）抓督查"),
        *(f"{n}、做法{i}" for i, n in enumerate("二三四五六七八九", 2)),
        *("十、做法10", "十一、做法11", "（一）抓落实"),
    ]


def test_other_number_formats_and_lists_that_begin_anew(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    circled = honest.listed(made, [("decimalEnclosedCircle", "%1")], 71)
    circled("甲")
    circled("乙")
    legal = honest.listed(made, [("chineseCounting", "第%1章"), ("decimal", "%1.%2")], 72, "<w:isLgl/>")
    legal("总则")
    legal("目的", 1)
    plain = honest.listed(made, [("decimal", "%1.")], 73)
    plain("一项")
    honest.use(made, 74, 73, 1)
    plain("另起", used=74)
    plain("2024年的项", used=74)
    japanese = honest.listed(made, [("japaneseCounting", "（%1）")], 75)
    japanese("日式")
    assert _came(place, saved(made)).lines == [
        *("①甲", "②乙", "第1章总则", "1.1目的", "1.一项", "1.另起", "2.2024年的项".replace(".2", ". 2"), "（一）日式"),
    ]


def test_headings_by_style_keep_their_levels_and_numbers_of_styles_are_resolved(place: Workspace) -> None:
    made = docx.Document()
    made.add_heading("总标题", 0)
    for text, level in (("背景", 1), ("做法", 2), ("机制", 3)):
        made.add_heading(text, level)
    made.add_paragraph("甲项", style="List Number")
    made.add_paragraph("乙项", style="List Number")
    came = _came(place, saved(made))
    assert came.item.value.title == "总标题"
    levels = [block.level for block in came.item.blocks if isinstance(block, Paragraph)]
    assert (came.lines, levels) == (["背景", "做法", "机制", "1.甲项", "2.乙项"], [1, 2, 3, 3, 3])


def test_bold_is_kept_where_it_stands_and_not_for_whole_headings(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_paragraph().add_run("一、主要做法").bold = True
    paragraph = made.add_paragraph("全市")
    paragraph.add_run("早稻 ").bold = True
    paragraph.add_run("面积稳定，")
    inside(paragraph, run("单产", '<w:rStyle w:val="Strong"/>') + run("提高"))
    came = _came(place, saved(made))
    assert came.lines == ["一、主要做法", "全市早稻 面积稳定，单产提高"]
    spans = [(s.text, s.bold) for b in came.item.blocks if isinstance(b, Paragraph) for s in b.spans]
    assert [text.strip() for text, bold in spans if bold] == ["早稻", "单产"]


def test_a_table_with_a_merged_head_comes_in_as_such_and_merged_body_cells_are_split_and_told(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    rows = [["表一 进度", "", "", ""], ["县区", "任务", "", "备注"], ["", "应办", "已办", ""]]
    rows += [
        ["云埠县", "5", "4", ""],
        ["", "6", "6", "按时|完成"],
        ["合计", "", "10", "—"],
        ["注：数据截至6月底", "", "", ""],
    ]
    table = made.add_table(len(rows), 4)
    for n, row in enumerate(rows):
        for m, text in enumerate(row):
            table.cell(n, m).text = text
    spans = ((0, 0, 0, 3), (1, 0, 2, 0), (1, 1, 1, 2), (1, 3, 2, 3), (3, 0, 4, 0), (5, 0, 5, 1), (6, 0, 6, 3))
    for top, left, bottom, right in spans:
        text = table.cell(top, left).text
        table.cell(top, left).merge(table.cell(bottom, right)).text = text
    came = _came(place, saved(made))
    assert came.lines == [
        *("表题：表一 进度", "县区|任务|备注", "应办|已办"),
        *("云埠县|5|4|—", "云埠县|6|6|按时｜完成", "合计|—|10|—", "注：数据截至6月底"),
    ]
    assert "合并的格，已拆开" in came.changed("合并")
    assert "2 处" in came.changed("合并")
    assert came.changed("空格，已填")
    assert came.changed("竖线")


def test_pictures_are_written_beside_the_item_and_what_is_no_picture_for_an_item_is_listed(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_paragraph("文").add_run().add_picture(io.BytesIO(honest.picture()))
    made.inline_shapes[0]._inline.docPr.set("descr", "现场[照片]")
    made.add_paragraph().add_run().add_picture(io.BytesIO(honest.picture("JPEG", "blue")))
    made.add_paragraph().add_run().add_picture(io.BytesIO(honest.picture("GIF")))
    came = _came(place, saved(made), name="简讯/巡诊")
    pictures = [block for block in came.item.blocks if isinstance(block, Picture)]
    assert [(p.path, p.alt) for p in pictures] == [("巡诊-图1.png", "现场 照片"), ("巡诊-图2.jpg", "图2")]
    assert [path.name for path in came.files] == ["巡诊.md", "巡诊-图1.png", "巡诊-图2.jpg"]
    assert "GIF" in came.left("图片")


def test_tracked_changes_are_accepted_and_deletions_listed(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    who = 'w:id="1" w:author="某" w:date="2026-06-08T00:00:00Z"'
    gone = f"<w:del {who}><w:r><w:delText>旧的说法</w:delText></w:r></w:del>"
    new = f"<w:ins {who}>{run('新的说法')}</w:ins>"
    inside(made.add_paragraph("前，"), gone + new + run("，后"))
    mark = f"<w:pPr><w:rPr><w:del {who}/></w:rPr></w:pPr>"
    raw(made, f"<w:p>{mark}{run('段尾')}</w:p><w:p>{run('并入上段')}</w:p>")
    moved = f"<w:moveFrom {who}>{run('移走')}</w:moveFrom>"
    raw(made, f"<w:p>{run('甲')}{moved}</w:p><w:p>{run('乙')}<w:moveTo {who}>{run('移走')}</w:moveTo></w:p>")
    came = _came(place, saved(made))
    assert came.lines == ["前，新的说法，后", "段尾并入上段", "甲", "乙移走"]
    assert "“旧的说法”" in came.left("修订中删除的文字")


def test_comments_footnotes_and_endnotes_are_listed_with_their_text(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    paragraph = made.add_paragraph("面积稳定")
    made.add_comment(paragraph.runs, text="请核实数字", author="某")
    inside(paragraph, '<w:r><w:footnoteReference w:id="2"/></w:r>' + run("。"))
    parts = hostile.parts_of(saved(made))
    notes = f'<w:footnotes {hostile.W}><w:footnote w:id="2"><w:p><w:r><w:t>见统计资料</w:t></w:r></w:p></w:footnote></w:footnotes>'
    parts["word/footnotes.xml"] = notes.encode()
    rels = parts["word/_rels/document.xml.rels"].decode()
    line = f'<Relationship Id="rId90" Type="{hostile.RELATION}/footnotes" Target="footnotes.xml"/></Relationships>'
    parts["word/_rels/document.xml.rels"] = rels.replace("</Relationships>", line).encode()
    came = _came(place, hostile.zipped(parts))
    assert came.lines == ["面积稳定。"]
    assert "“请核实数字”" in came.left("批注")
    assert "“见统计资料”" in came.left("脚注")


def test_text_boxes_are_listed_once_although_word_writes_them_twice(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    box = f"<w:txbxContent><w:p>{run('框里的话')}</w:p></w:txbxContent>"
    new = f'<w:drawing><wp:anchor><a:graphic><a:graphicData uri="x"><wps:wsp><wps:txbx>{box}</wps:txbx></wps:wsp></a:graphicData></a:graphic></wp:anchor></w:drawing>'  # noqa: E501
    old = f"<w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict>"
    choice = f'<mc:Choice Requires="wps">{new}</mc:Choice><mc:Fallback>{old}</mc:Fallback>'
    both = f"<w:r><mc:AlternateContent>{choice}</mc:AlternateContent></w:r>"
    inside(made.add_paragraph("前"), both + run("后"))
    came = _came(place, saved(made))
    assert came.lines == ["前后"]
    assert came.left("文本框") == "没有带入文本框 1 处：“框里的话”"
    assert came.left("图形") == ""


def test_nested_lists_keep_every_item(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    for text, style in (
        ("甲", "List Bullet"),
        ("甲一", "List Bullet 2"),
        ("乙", "List Bullet"),
        ("丙", "List Number 2"),
    ):
        made.add_paragraph(text, style=style)
    assert _came(place, saved(made)).lines == ["- 甲", "- 甲一", "- 乙", "1.丙"]


def test_wide_spaces_rare_characters_line_ends_and_signs_of_symbol_fonts_come_in(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_paragraph("　　王　明同志到𠮷田、㐂村、䶮潭调研。")
    paragraph = made.add_paragraph("上行")
    paragraph.add_run().add_break()
    paragraph.add_run("下行\t续 A—B “引号” ‰ ㎡ ①")
    inside(paragraph, '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/><w:noBreakHyphen/></w:r>')
    came = _came(place, saved(made))
    assert came.lines[:2] == ["王　明同志到𠮷田、㐂村、䶮潭调研。", "上行"]
    assert came.lines[2].replace(" ", "") == "下行续A—B“引号”‰㎡①√-"


def test_heads_feet_and_sections_do_not_disturb_the_text_and_are_listed(place: Workspace) -> None:
    made = docx.Document()
    made.sections[0].header.paragraphs[0].text = "内部资料　注意保存"
    inside(made.sections[0].footer.paragraphs[0], run("— ") + field("PAGE", "1") + run(" —"))
    made.add_paragraph("标题")
    made.add_paragraph("第一节的话")
    made.add_section()
    made.add_paragraph("第二节的话").add_run().add_break(docx.enum.text.WD_BREAK.PAGE)
    made.add_paragraph("末页")
    came = _came(place, saved(made))
    assert came.lines == ["第一节的话", "第二节的话", "末页"]
    assert "“内部资料 注意保存”" in came.left("页眉")
    assert came.left("页脚") == ""
    assert came.left("分页符")


def test_links_and_fields_show_their_text_and_a_table_of_contents_is_left_out(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    inside(made.add_paragraph(), field("TOC \\o", "一、做法", "1"))
    link = made.part.relate_to("http://example.invalid/", f"{hostile.RELATION}/hyperlink", is_external=True)
    paragraph = made.add_paragraph("见")
    inside(paragraph, f'<w:hyperlink r:id="{link}">{run("市政府网站")}</w:hyperlink>' + run("，"))
    inside(
        paragraph, field("REF _x", "第二", "部分") + '<w:fldSimple w:instr=" DATE ">' + run("6月8日") + "</w:fldSimple>"
    )
    inside(paragraph, field('HYPERLINK "http://example.invalid"', "链接文字"))
    came = _came(place, saved(made))
    assert came.lines == ["见市政府网站，第二部分6月8日链接文字"]
    assert "2 处" in came.left("超链接")
    assert came.left("目录")
    assert "“REF”“DATE”" in came.left("域").replace("“DATE”“REF”", "“REF”“DATE”")


def test_formats_with_a_meaning_equations_hidden_text_and_reading_aids_are_listed(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    paragraph = made.add_paragraph("面积10m")
    inside(
        paragraph, run("2", '<w:vertAlign w:val="superscript"/>') + run("废", "<w:strike/>") + run("藏", "<w:vanish/>")
    )
    inside(paragraph, "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>")
    ruby = f"<w:ruby><w:rt>{run('yǎn')}</w:rt><w:rubyBase>{run('䶮')}</w:rubyBase></w:ruby>"
    inside(paragraph, f"<w:r>{ruby}</w:r>")
    came = _came(place, saved(made))
    assert came.lines == ["面积10m2废䶮"]
    for kind, text in (("上标", "2"), ("删除线", "废"), ("隐藏文字", "藏"), ("公式", "x=1"), ("注音", "yǎn")):
        assert f"“{text}”" in came.left(kind), kind


def test_what_a_wps_file_wraps_its_text_in_is_seen_through(place: Workspace) -> None:
    made = docx.Document()
    styles = made.styles.element
    for key, name, more in (("2", "heading 1", '<w:outlineLvl w:val="0"/>'), ("9", "自定义正文", "")):
        styles.append(
            hostile_style := docx.oxml.parse_xml(
                f'<w:style {honest.NS} w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/><w:pPr>{more}</w:pPr></w:style>'
            )
        )
        assert hostile_style is not None
    raw(made, f'<w:p><w:pPr><w:pStyle w:val="2"/></w:pPr>{run("总标题")}</w:p>')
    sdt = f"<w:sdt><w:sdtPr/><w:sdtContent><w:p>{run('控件里的段')}</w:p></w:sdtContent></w:sdt>"
    tag = f'<w:smartTag w:uri="x" w:element="y">{run("云埠县")}</w:smartTag>'
    raw(made, f'{sdt}<w:p><w:pPr><w:pStyle w:val="9"/></w:pPr>{tag}{run("来稿")}</w:p>')
    inline = f"<w:sdt><w:sdtContent>{run('行内控件')}</w:sdtContent></w:sdt>"
    raw(made, f'<w:p><w:pPr><w:ind w:left="1400"/><w:outlineLvl w:val="1"/></w:pPr>{inline}{run("二级")}</w:p>')
    came = _came(place, saved(made))
    assert (came.item.value.title, came.lines) == ("总标题", ["控件里的段", "云埠县来稿", "行内控件二级"])


def test_the_strict_form_of_office_open_xml_is_read_too(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    honest.listed(made, [("chineseCounting", "%1、")])("做法")
    swap = (
        (b"http://schemas.openxmlformats.org/wordprocessingml/2006/main", b"http://purl.oclc.org/ooxml/wordprocessingml/main"),
        (b"http://schemas.openxmlformats.org/officeDocument/2006/relationships", b"http://purl.oclc.org/ooxml/officeDocument/relationships"),
    )  # fmt: skip
    parts = hostile.parts_of(saved(made))
    for old, new in swap:
        parts = {
            name: data.replace(old, new) if name.endswith((".xml", ".rels")) else data for name, data in parts.items()
        }
    assert _came(place, hostile.zipped(parts)).lines == ["一、做法"]


LITERAL = [
    *(
        "- 不是列表",
        "* 也不是",
        "# 不是标题",
        "|不|是|表",
        "|---|---|",
        "[分页]",
        "![不是](图)",
        "**不是加粗**",
        "2*3和4*5",
    ),
    *(
        "｛可见范围：报｝不是标记",
        "---",
        "表题：甲",
        "注：乙",
        "1.2024年",
        "三、四级",
        "`代码` _下划线_ <b>标签</b> &amp; [1]: x",
    ),
]


def test_text_that_looks_like_markup_reads_back_as_text(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    for line in LITERAL:
        made.add_paragraph(line)
    came = _came(place, saved(made))
    assert all(isinstance(block, Paragraph) and block.kind != "列表项" for block in came.item.blocks)
    same = str.maketrans("＊｜－［］", "*|-[]")
    wanted = [line.replace("｛", "（").replace("｝", "）") for line in LITERAL]
    assert [line.translate(same).replace(" ", "") for line in came.lines] == [w.replace(" ", "") for w in wanted]
    assert not any(span.bold for block in came.item.blocks if isinstance(block, Paragraph) for span in block.spans)


def test_a_table_with_one_column_and_nested_tables_and_pictures_in_cells_lose_nothing(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_table(1, 1).cell(0, 0).text = "框起来的话"
    table = made.add_table(2, 2)
    for n, text in enumerate(("甲", "乙", "丙", "")):
        table.cell(n // 2, n % 2).text = text
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "内一", "内二"
    table.cell(1, 0).paragraphs[0].add_run().add_picture(io.BytesIO(honest.picture()))
    came = _came(place, saved(made))
    assert [line.replace(" ", "") for line in came.lines] == ["框起来的话", "甲|乙", "丙|内一内二", "[图1]"]
    assert came.changed("表格里的表格")
    assert came.changed("表格里的图片")


# ---------------------------------------------------------------- title, units, name


def test_units_are_taken_from_the_credit_line_and_the_title_from_the_first_line(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("关于“一把手”工程: 情况 #1")
    made.add_paragraph("正文。（市水利局、云埠县委办供稿）")
    came = _came(place, saved(made))
    assert came.item.value.title == "关于“一把手”工程: 情况 #1"
    assert came.item.value.units == ("市水利局", "云埠县委办")
    assert came.lines == ["正文。"]


def test_a_document_without_a_title_gets_its_file_name_and_says_so(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("这是第一句话。")
    came = _came(place, saved(made), "来稿 01.docx")
    assert (came.item.value.title, came.lines) == ("来稿01", ["这是第一句话。"])
    assert {f.code for f in came.faults if f.severity != "note"} == {"import-title"}


def test_nothing_is_overwritten_and_nothing_written_when_something_is_wrong(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_paragraph("文").add_run().add_picture(io.BytesIO(honest.picture()))
    _came(place, saved(made))
    before = {path: path.read_bytes() for path in place.root.rglob("*") if path.is_file()}
    with pytest.raises(document.TargetExists):
        document.take(place, saved(made), "稿.docx")
    private = docx.Document()
    private.add_paragraph("标题")
    private.add_paragraph("造字\ue123在此")
    with pytest.raises(InvalidContent) as refused:
        document.take(place, saved(private), "另.docx")
    assert [(f.code, f.place.file) for f in refused.value.faults] == [("text-private", "另.docx")]
    assert "造字" in refused.value.faults[0].message
    with pytest.raises(InvalidContent):
        document.take(place, saved(made), "稿.docx", "../x")
    assert {path: path.read_bytes() for path in place.root.rglob("*") if path.is_file()} == before


def test_a_failing_disk_leaves_neither_item_nor_pictures(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    made.add_paragraph("文").add_run().add_picture(io.BytesIO(honest.picture()))
    move = Path.rename

    def failing(path: Path, target: Path) -> Path:
        if target.suffix == ".md":
            raise OSError(28, "No space left on device")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises(FileError):
        document.take(place, saved(made), "稿.docx")
    assert list((place.content / "items").iterdir()) == []


def test_a_text_in_gbk_comes_in_and_nobody_is_told_to_mend_what_is_not_in_the_workspace(place: Workspace) -> None:
    came = _came(place, "水利工作通报\n今日本市召开水利工作会议。\n".encode("gbk"), "稿.txt")
    assert came.lines == ["今日本市召开水利工作会议。"]
    (told,) = (fault for fault in came.faults if fault.code == "text-recoded")
    assert "--fix" not in told.hint


def test_what_a_line_begins_with_is_told_once_where_it_is_changed(place: Workspace) -> None:
    came = _came(place, "标题\n正文。\n|竖线开头\n表：附表1.csv\n".encode(), "稿.txt")
    assert came.lines == ["正文。", "｜竖线开头", "表：附表1．csv"]
    assert "行首的竖线，已换成全角｜ 1 处" in came.changed("竖线")
    assert "已把点换成全角 1 处" in came.changed("文件名")


# ---------------------------------------------------------------- hostile, wrong, absent


@pytest.mark.parametrize("case", [c for c in hostile.PACKAGES if c.kind == "docx"], ids=lambda case: case.name)
def test_a_hostile_word_file_is_refused_before_anything_reads_it(
    case: hostile.Case, place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document.pandoc, "tree", None)
    with pytest.raises(InvalidContent) as refused:
        document.take(place, case.data, "稿.docx")
    assert case.code in {fault.code for fault in refused.value.faults}
    assert list((place.content / "items").iterdir()) == []


def test_a_suffix_that_does_not_fit_is_told_and_kinds_that_are_not_imported_are_refused(place: Workspace) -> None:
    made = docx.Document()
    made.add_paragraph("标题")
    came = _came(place, saved(made), "稿.doc")
    assert [f.code for f in came.faults] == ["import-kind"]
    for name in ("图.txt", "图.docx", "图.html"):
        with pytest.raises(InvalidContent) as refused:
            document.take(place, b"\x89PNG\r\n\x1a\n", name)
        assert refused.value.faults[0].code == "guard-format"
    with pytest.raises(InvalidContent) as refused:
        document.take(place, hostile.ole("EncryptedPackage"), "稿.doc")
    assert refused.value.faults[0].code == "guard-encrypted"
    with pytest.raises(UsageError):
        document.take(place, b"", "表.xlsx")


def test_without_pandoc_word_files_say_how_to_install_it_and_text_comes_in(
    place: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pypandoc", None)
    with pytest.raises(JianbaoError, match="pandoc") as refused:
        document.take(place, hostile.word(), "稿.docx")
    assert "jianbao[import]" in refused.value.hint
    assert _came(place, "标题\n正文".encode(), "稿.txt").lines == ["正文"]
    assert _came(place, "# 标题二\n正文**粗**\n- 项".encode(), "稿二.md").lines == ["正文粗", "- 项"]


def test_a_program_that_takes_too_long_or_too_much_is_stopped(place: Workspace) -> None:
    data = hostile.word()
    from builder.intake import pandoc

    with pytest.raises(JianbaoError, match="超过 0 秒"):
        pandoc.tree(data, "docx", "稿.docx", seconds=0.0)
    page = ("<p>" + "文" * 200 + "</p>\n") * 20_000
    with pytest.raises(JianbaoError, match="内存"):
        pandoc.tree(page.encode(), "html", "页.html", memory=30 << 20)


# ---------------------------------------------------------------- text and pages


def test_plain_text_comes_in_line_by_line_and_is_no_markup(place: Workspace) -> None:
    text = "标题\r\n　　第一段\r\n\r\n- 第二段\r\n**第三段**\r\n（市林业局供稿）\r\n"
    came = _came(place, text.encode("utf-8-sig"), "")
    assert [line.translate(str.maketrans("＊－", "*-")).replace(" ", "") for line in came.lines] == [
        "第一段",
        "-第二段",
        "**第三段**",
    ]
    assert (came.item.value.units, came.files[0].name) == (("市林业局",), "标题.md")


def test_a_page_comes_in_with_lists_tables_and_inline_pictures_and_nothing_is_fetched(place: Workspace) -> None:
    import base64

    data = base64.b64encode(honest.picture()).decode()
    page = f"""<!DOCTYPE html><html><head><meta charset="gb2312"><title>不要</title><style>p{{}}</style></head><body>
<h1>标题</h1><p>第一段
接着<b>粗</b>。</p><ol start="3"><li>丙<li>丁</ol><ul><li>项</ul>
<p><img src="http://x.invalid/a.png" alt="远程"><img src="data:image/png;base64,{data}" alt="内嵌"></p>
<table><tr><th colspan="2">数量</th></tr><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table>
<script>x()</script></body></html>"""
    came = _came(place, page.encode("gb18030"), "页.htm")
    assert came.lines[:4] == ["第一段接着粗。", "3.丙", "4.丁", "- 项"]
    assert came.lines[4:] == ["[内嵌]", "表题：数量", "甲|1", "乙|2"]
    assert "远程" in came.left("图片")


def test_an_old_page_that_closes_nothing_comes_in_whole(place: Workspace) -> None:
    page = "<html><head><title>页</title><body><h1>通报</h1>" + "".join(f"<p>第{n}段。\n" for n in range(300))
    assert _came(place, page.encode(), "页.html").lines == [f"第{n}段。" for n in range(300)]


@pytest.mark.parametrize("encoding", ["idna", "undefined", "unicode_escape", "rot13", "utf-7", "no-such"])
def test_a_page_in_an_encoding_that_is_none_is_refused(place: Workspace, encoding: str) -> None:
    with pytest.raises(InvalidContent) as refused:
        document.take(place, f"<meta charset={encoding}><h1>\\ud800</h1><p>x".encode(), "页.html")
    assert [fault.code for fault in refused.value.faults] == ["guard-encoding"]


@pytest.mark.parametrize("name", hostile.PAGES)
def test_a_hostile_page_is_not_imported(name: str, place: Workspace) -> None:
    page, code = hostile.PAGES[name]
    with pytest.raises(InvalidContent) as refused:
        document.take(place, f"<html><body>{page}".encode(), "页.html")
    assert [fault.code for fault in refused.value.faults] == [code]


# ---------------------------------------------------------------- LibreOffice


@pytest.fixture(scope="module")
def office_files(soffice: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One document in all formats that LibreOffice writes for us."""
    folder = tmp_path_factory.mktemp("office")
    source = folder / "稿.fodt"
    source.write_text(honest.FODT, encoding="utf-8")
    forms = {
        "docx": "docx:MS Word 2007 XML",
        "odt": "odt:writer8",
        "doc": "doc:MS Word 97",
        "rtf": "rtf:Rich Text Format",
    }
    return {suffix: honest.converted(soffice, folder, source, form) for suffix, form in forms.items()}


@pytest.mark.parametrize("suffix", ["docx", "odt", "doc", "rtf", "wps"])
def test_a_file_of_libreoffice_comes_in_whole_in_every_format(
    suffix: str, office_files: dict[str, bytes], place: Workspace
) -> None:
    came = _came(place, office_files["doc" if suffix == "wps" else suffix], f"稿.{suffix}")
    assert came.item.value.title == "云埠县推进灌区改造"
    assert came.item.value.units == ("云埠县水利局",)
    lines = [*honest.FODT_LINES, "乡镇|座数", "龙洲镇|7"]
    if suffix == "rtf":  # LibreOffice writes a question mark for the 、 of a list, and that is told
        lines = [line.replace("一、", "一?").replace("二、", "二?") for line in lines]
        assert came.changed("编号里有读不出的字符")
    assert came.lines == lines
    assert "“数据截至6月底”" in came.left("脚注")
    bold = [s.text for b in came.item.blocks if isinstance(b, Paragraph) for s in b.spans if s.bold]
    assert bold == ["早稻"]


def test_an_rtf_file_in_the_encoding_of_chinese_windows_comes_in_whole(soffice: str, place: Workspace) -> None:
    def coded(text: str) -> str:
        return "".join(f"\\'{byte:02x}" for byte in text.encode("gbk"))

    font = "{\\fonttbl{\\f0\\fnil\\fcharset134 SimSun;}}"
    lines = f"{coded('标题')}\\par {coded('一、早稻')}{{\\b {coded('面积')}}}{coded('稳定')}\\par {coded('（市水利局供稿）')}\\par"
    came = _came(place, f"{{\\rtf1\\ansi\\ansicpg936\\deff0{font}\\f0 {lines}}}".encode(), "稿.rtf")
    assert (came.lines, came.item.value.units) == (["一、早稻面积稳定"], ("市水利局",))


def test_a_page_that_libreoffice_made_a_word_file_of_comes_in_whole(
    soffice: str, tmp_path: Path, place: Workspace
) -> None:
    source = tmp_path / "页.html"
    source.write_text(
        "<html><meta charset=utf-8><body><h1>标题</h1><h2>一、背景</h2><p>甲<b>乙</b>丙</p><ul><li>点一</li><li>点二</li></ul>"
        "<table border=1><tr><th>县区</th><th>数</th></tr><tr><td>云埠县</td><td>3</td></tr></table></body></html>",
        encoding="utf-8",
    )
    came = _came(place, honest.converted(soffice, tmp_path, source, "docx:MS Word 2007 XML"))
    assert came.lines == ["一、背景", "甲乙丙", "- 点一", "- 点二", "县区|数", "云埠县|3"]


def test_without_libreoffice_the_editor_learns_what_to_do(place: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("builder.soffice.installed.find", lambda: None)
    with pytest.raises(JianbaoError, match="LibreOffice") as refused:
        document.take(place, b"{\\rtf1 x}", "稿.rtf")
    assert ".docx" in refused.value.hint


def test_libreoffice_that_takes_too_long_is_stopped_with_all_its_processes(
    soffice: str, started: Callable[[], list[psutil.Process]]
) -> None:
    from builder import soffice as door

    with pytest.raises(JianbaoError, match="已停止"):
        door.convert(b"{\\rtf1 x}", "rtf", "docx", "稿.rtf", seconds=0.3)
    assert started() == []


def test_the_cost_of_an_import_grows_with_its_size_and_no_faster(place: Workspace) -> None:
    import time

    def seconds(count: int) -> float:
        made = docx.Document()
        made.add_paragraph("标题")
        xml = "".join(f"<w:p>{run(f'第{n}段，共{count}段。')}{run('粗', '<w:b/>')}</w:p>" for n in range(count))
        raw(made, xml)
        data = saved(made)
        start = time.perf_counter()
        document.take(place, data, "稿.docx", f"稿{count}")
        return time.perf_counter() - start

    seconds(10)
    assert seconds(4_000) < 8 * 2.5 * seconds(500) + 1


def test_the_cost_of_a_last_line_grows_with_its_length_and_no_faster(place: Workspace) -> None:
    import time

    def seconds(count: int) -> float:
        text = f"标题\n正文。\n（甲供稿）{' ' * count}完"
        start = time.process_time()
        document.take(place, text.encode(), "稿.txt", f"稿{count}")
        return time.process_time() - start

    seconds(10)
    assert seconds(40_000) < 8 * 3 * seconds(5_000) + 0.5
