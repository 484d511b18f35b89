"""What hands changed in a Word file is found: words and their authors, paragraphs, rows, formats, comments; typesetting is no change."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from builder import redline
from builder.compose import Edition, compose
from builder.fonts import FontSet
from builder.redline import Change, Redline, Word
from builder.redline.paragraphs import Bit, By, Cell, Grid, Para, Row
from builder.redline.told import summary, told
from builder.render.child import Engines
from builder.render.origins import Printed, origins
from builder.render.printing import Printing
from builder.render.view import build
from builder.settings import Workspace
from builder.words import visible
from builder.workflow import opening, rendering
from tests.growth import assert_linear
from tests.redline import written
from tests.redline.hand import Hand, Step

ROOT = Path(__file__).resolve().parents[2]
ISSUE = "ducha-kuaixun-6"
TITLE = "《民间龙舟竞渡安全督查发现四个问题》"
ISSUE_FILE = f"content/issues/2026/{ISSUE}.yaml"
FIRST = "content/items/督查核查/民间龙舟竞渡安全.md"
INS = '<w:ins w:id="901" w:author="张某" w:date="2026-06-08T09:30:00Z">'
DEL = '<w:del w:id="902" w:author="李某" w:date="2026-06-09T09:30:00Z">'
DRAWING = re.compile("<w:drawing>(?:(?!</w:drawing>).)*<pic:.*?</w:drawing>", re.DOTALL)
Compare = Callable[..., Redline]


@pytest.fixture(scope="module")
def editions() -> dict[str, Edition]:
    opened = opening.open_workspace(Workspace(ROOT))
    made = {}
    for id_, issue in opened.library.issues.items():
        edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
        assert edition is not None
        made[id_.rpartition("/")[2]] = edition
    return made


@pytest.fixture(scope="module")
def rendered(sample_issues: Mapping[str, rendering.Rendered]) -> bytes:
    return sample_issues[ISSUE].files["docx"]


def printed(editions: Mapping[str, Edition], name: str = ISSUE) -> tuple[Printed, ...]:
    return origins(editions[name], build(editions[name], {}).data)


@pytest.fixture
def compare(rendered: bytes, editions: Mapping[str, Edition]) -> Compare:
    """``compare(edited)``: a file against the sample issue."""
    return lambda edited: redline.compare(redline.read(rendered, "甲"), printed(editions), redline.read(edited, "乙"))


def edits(change: Change) -> list[tuple[str, str, str]]:
    return [(change.old[e.start : e.stop], e.text, e.author) for e in change.edits]


# ------------------------------------------------------------ what is no change


def test_files_saved_by_libreoffice_have_no_changes_and_keep_the_stamp(
    hand: Hand, sample_issues: Mapping[str, rendering.Rendered], editions: Mapping[str, Edition]
) -> None:
    for name, made in sample_issues.items():
        saved = redline.read(hand.edit(made.files["docx"], []), name)
        before = redline.read(made.files["docx"], name)
        assert redline.compare(before, printed(editions, name), saved).changes == (), name
        assert len(before.stamp) == 32
        assert saved.stamp == before.stamp


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("划手1920人", "划手</w:t><w:br/><w:t>1920人"),
        ("划手1920人", "划手</w:t></w:r><w:r><w:t>19</w:t></w:r><w:r><w:t>20人"),
        ("划手1920人", "划手 1920\u00a0人"),
        ("划手1920人", "划手\u20601920\u00ad人"),
        ("划手1920人", "划手</w:t><w:softHyphen/><w:lastRenderedPageBreak/><w:t>1920人"),
        ("划手1920人", '划手</w:t></w:r><w:smartTag w:element="x" w:uri="y"><w:r><w:t>1920</w:t></w:r></w:smartTag><w:r><w:t>人'),
        ("划手1920人", '划手</w:t></w:r><w:hyperlink w:anchor="x"><w:r><w:t>1920</w:t></w:r></w:hyperlink><w:r><w:t>人'),
        (
            "划手1920人",
            '划手</w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText> DATE </w:instrText></w:r>'
            '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1920</w:t></w:r>'
            '<w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t>人',
        ),
        ("划手1920人", '划手</w:t></w:r><w:fldSimple w:instr=" SEQ x "><w:r><w:t>1920</w:t></w:r></w:fldSimple><w:r><w:t>人'),
        ("划手1920人", '划手</w:t></w:r><w:bookmarkStart w:id="77" w:name="_GoBack"/><w:bookmarkEnd w:id="77"/><w:r><w:t>1920人'),
        ("划手1920人", '划手</w:t><w:sym w:font="宋体" w:char="0031"/><w:t>920人'),
        ("划手1920人", "划手</w:t></w:r><w:r><w:rPr><w:vanish/></w:rPr><w:t>看不见</w:t></w:r><w:r><w:t>1920人"),
    ],
)  # fmt: skip
def test_runs_split_anyhow_fields_and_what_only_sets_type_are_no_changes(
    compare: Compare, rendered: bytes, old: str, new: str
) -> None:
    assert compare(written.body(rendered, old, new)).changes == ()


def test_blank_paragraphs_and_other_page_numbers_of_the_contents_are_no_changes(
    sample_issues: Mapping[str, rendering.Rendered], editions: Mapping[str, Edition]
) -> None:
    made = sample_issues["gongzuo-xinxi-13"]
    document, seen = made.files["docx"], made.view.data
    number = seen["要目"]["条目"][-1]["页码"]
    assert number
    edited = written.changed(
        document,
        "word/document.xml",
        lambda text: re.sub(f"(<w:tab/>.{{0,400}}?>){number}</w:t>", r"\g<1>88</w:t>", text),
    )
    edited = written.body(edited, "<w:body>", "<w:body><w:p/><w:p><w:r><w:t> </w:t></w:r></w:p>")
    known = origins(editions["gongzuo-xinxi-13"], seen)
    assert redline.compare(redline.read(document, "甲"), known, redline.read(edited, "乙")).changes == ()


def test_a_copy_for_paper_with_a_printed_head_has_no_changes(
    compare: Compare, editions: Mapping[str, Edition], fontset: FontSet, engines: Engines
) -> None:
    overprint = rendering.Renderer(ROOT / "templates", fontset, engines, Printing(overprint=True))
    assert compare(overprint.render(editions[ISSUE]).files["docx"]).changes == ()


# ------------------------------------------------------------ words


def test_words_are_found_with_their_place_and_not_cut(compare: Compare, rendered: bytes) -> None:
    [change] = compare(written.body(rendered, "划手1920人", "桨手1930人")).changes
    assert (change.kind, change.at and change.at.where) == ("改字", f"{TITLE}第1段")
    assert edits(change) == [("划手1920人", "桨手1930人", "")] or [e[0] for e in edits(change)] == ["划手", "1920人"]
    assert change.new == change.old.replace("划手1920人", "桨手1930人")
    assert told(change).startswith(f"{TITLE}第1段（{FIRST}:9）：")


def test_a_paragraph_with_tracked_and_untracked_words_names_the_author_of_what_was_tracked(
    compare: Compare, rendered: bytes
) -> None:
    tracked = f"划手</w:t></w:r>{INS}<w:r><w:t>共</w:t></w:r></w:ins><w:r><w:t>1920人"
    edited = written.body(written.body(rendered, "划手1920人", tracked), "市委督查室按照", "市委督查室根据")
    [change] = compare(edited).changes
    assert edits(change) == [("按照", "根据", ""), ("", "共", "张某")]
    assert (change.author, change.tracked) == ("", False)
    assert "“按照”改为“根据”；" in told(change)
    assert "后加“共”（张某 2026-06-08，修订）" in told(change)


def test_two_hands_in_one_paragraph_are_told_apart(compare: Compare, rendered: bytes) -> None:
    tracked = f"划手</w:t></w:r>{INS}<w:r><w:t>共</w:t></w:r></w:ins><w:r><w:t>1920人"
    gone = f"市委督查室</w:t></w:r>{DEL}<w:r><w:delText>按照</w:delText></w:r></w:del><w:r><w:t>"
    [change] = compare(written.body(written.body(rendered, "划手1920人", tracked), "市委督查室按照", gone)).changes
    assert edits(change) == [("按照", "", "李某"), ("", "共", "张某")]
    assert change.tracked


def test_one_place_that_several_hands_changed_names_them_all_and_the_last_day(
    compare: Compare, rendered: bytes
) -> None:
    gone = f"市委督查室</w:t></w:r>{DEL}<w:r><w:delText>按照</w:delText></w:r></w:del>"
    put = f"{INS}<w:r><w:t>根据</w:t></w:r></w:ins><w:r><w:t>"
    [change] = compare(written.body(rendered, "市委督查室按照", gone + put)).changes
    assert edits(change) in ([("按照", "根据", "张某、李某")], [("按照", "根据", "李某、张某")])
    assert (change.author, change.day) == (edits(change)[0][2], "2026-06-09")
    assert told(change).endswith(f"“按照”改为“根据”（{change.author} 2026-06-09，修订）")


def test_words_retyped_whole_with_tracking_give_the_edit_that_they_make(compare: Compare, rendered: bytes) -> None:
    with_marks = f"</w:t></w:r>{DEL}<w:r><w:delText>划手1920人</w:delText></w:r></w:del>{INS}<w:r><w:t>划手1930人</w:t></w:r></w:ins>"
    with_marks += "<w:r><w:t>"
    [change] = compare(written.body(rendered, "划手1920人", with_marks)).changes
    assert [(old, new) for old, new, _ in edits(change)] == [("1920人", "1930人")]


def test_a_revision_that_changes_nothing_is_no_change(compare: Compare, rendered: bytes) -> None:
    same = f"</w:t></w:r>{DEL}<w:r><w:delText>划手</w:delText></w:r></w:del>{INS}<w:r><w:t>划手</w:t></w:r></w:ins><w:r><w:t>1920人"
    assert compare(written.body(rendered, "划手1920人", same)).changes == ()


def test_numbers_that_word_makes_of_typed_ones_are_text(compare: Compare, rendered: bytes) -> None:
    numbering = (
        '<w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0">'
        '<w:lvl w:ilvl="0"><w:start w:val="6"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>'
    )
    paragraph = written.paragraph_of(rendered, "6月11日，督查室会同")
    auto = re.sub(r"<w:pPr>", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', paragraph, count=1)
    if auto == paragraph:
        auto = paragraph.replace(
            "<w:p>", '<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr>', 1
        )
    auto = auto.replace("6月11日，", "月11日，", 1)
    edited = written.body(rendered, paragraph, auto)
    edited = written.with_part(edited, "word/numbering.xml", numbering, "numbering")
    assert compare(edited).changes == ()


# ------------------------------------------------------------ by a real hand

MOVED: dict[str, tuple[Step, str, str]] = {
    "增段": (("add_after", "划手1920人", "各县要举一反三。"), f"{TITLE}第1段", "各县要举一反三。"),
    "删段": (("remove_paragraph", "督查室会同"), f"{TITLE}第2段", ""),
    "拆段": (("split", "没有抽查的赛段"), f"{TITLE}第3段", "\n没有抽查的赛段"),
    "并段": (("merge", "划手1920人"), f"{TITLE}第1段", "划手1920人。6月11日"),
    "删行": (("remove_row", "云溪埠头赛段"), f"{TITLE}的表第1行第1列", ""),
    "增行": (("add_row", "云溪埠头赛段", list("甲乙丙丁戊己")), f"{TITLE}的表第1行第6列", "甲\t乙\t丙\t丁\t戊\t己"),
}


@pytest.mark.parametrize("tracked", [False, True])
@pytest.mark.parametrize("kind", MOVED)
def test_paragraphs_and_rows_that_a_hand_moves_about_are_told_as_such(
    hand: Hand, rendered: bytes, compare: Compare, kind: str, tracked: bool
) -> None:
    step, where, new = MOVED[kind]
    edited = hand.edit(rendered, [("author", "张某"), ("track", tracked), step])
    [change] = compare(edited).changes
    place = change.at or change.after
    assert (change.kind, place and place.where) == (kind, where)
    assert new in change.new
    assert (change.author, change.tracked) == (("张某", True) if tracked else ("", False))
    assert change.where in summary([change]) or kind in summary([change])


@pytest.mark.parametrize("tracked", [False, True])
def test_a_paragraph_that_was_moved_is_told_as_moved(
    hand: Hand, rendered: bytes, compare: Compare, tracked: bool
) -> None:
    step = ("move_after", "没有抽查的", "划手1920人")
    [change] = compare(hand.edit(rendered, [("author", "张某"), ("track", tracked), step])).changes
    assert change.kind == "移段"
    assert change.old == change.new
    assert change.tracked is tracked
    assert "移到" in told(change)


def test_bold_that_a_hand_sets_is_told_with_its_words(compare: Compare, rendered: bytes) -> None:
    bold = "划手</w:t></w:r><w:r><w:rPr><w:b/></w:rPr><w:t>1920人</w:t></w:r><w:r><w:t>"
    [change] = compare(written.body(rendered, "划手1920人", bold)).changes
    assert (change.kind, change.old, change.new, change.fixed) == ("格式", "1920人", "加粗", "")
    assert change.at is not None
    assert change.at.text[slice(*change.bold[0])] == "1920人"
    assert told(change).endswith("“1920人”加粗")


def test_another_style_and_other_formats_by_revision_are_told(compare: Compare, rendered: bytes) -> None:
    red = (
        '划手</w:t></w:r><w:r><w:rPr><w:color w:val="FF0000"/><w:rPrChange w:id="7" w:author="张某" w:date="2026-06-08T00:00:00Z">'
        "<w:rPr/></w:rPrChange></w:rPr><w:t>1920人</w:t></w:r><w:r><w:t>"
    )
    [change] = compare(written.body(rendered, "划手1920人", red)).changes
    assert (change.kind, change.author, change.old) == ("格式", "张某", "1920人")
    paragraph = written.paragraph_of(rendered, "6月11日，督查室会同")
    styled = re.sub(r"<w:pPr>.*?</w:pPr>", "", paragraph, flags=re.DOTALL).replace(
        "<w:p>", '<w:p><w:pPr><w:pStyle w:val="Level1"/></w:pPr>', 1
    )
    [change] = compare(written.body(rendered, paragraph, styled)).changes
    assert change.kind == "格式"
    assert change.new.startswith("样式由")
    assert change.fixed


def test_comments_are_listed_with_their_words_and_answers(compare: Compare, hand: Hand, rendered: bytes) -> None:
    edited = hand.edit(rendered, [("comment", "划手1920人", "请核实人数", "李某")])
    [change] = compare(edited).changes
    assert (change.kind, change.old, change.new, change.author) == ("批注", "划手1920人", "请核实人数", "李某")
    para = f'<w:p xmlns:w14="{written.W14}" w14:paraId="0000000{{}}"'
    answer = f'<w:comment w:id="99" w:author="王某" w:date="2026-06-10T00:00:00Z">{para.format("B")}><w:r><w:t>已核实</w:t></w:r></w:p>'
    answered = written.changed(
        edited,
        "word/comments.xml",
        lambda text: re.sub("<w:p(?=[ >])", para.format("A"), text, count=1).replace(
            "</w:comments>", f"{answer}</w:comment></w:comments>"
        ),
    )
    extended = (
        '<w15:commentsEx xmlns:w15="http://schemas.microsoft.com/office/word/2012/wordml">'
        '<w15:commentEx w15:paraId="0000000B" w15:paraIdParent="0000000A"/></w15:commentsEx>'
    )
    answered = written.with_part(answered, "word/commentsExtended.xml", extended, "commentsExtended")
    [change] = compare(answered).changes
    assert [(r.author, r.day, r.text) for r in change.replies] == [("王某", "2026-06-10", "已核实")]
    assert "答（王某 2026-06-10）：已核实" in told(change)


def test_a_number_is_told_with_its_line_and_one_that_is_not_written_with_the_file_alone(
    compare: Compare, rendered: bytes, editions: Mapping[str, Edition]
) -> None:
    edited = written.body(rendered, "第6期", "第66期")
    [change] = compare(edited).changes
    assert change.fixed.endswith("请在那里写")
    assert told(change).startswith(f"期号（{ISSUE_FILE}:3）：")
    edition = editions[ISSUE]
    places = {path: place for path, place in edition.issue.places.items() if path != ("期号",)}
    given = replace(edition, issue=replace(edition.issue, places=places))
    known = origins(given, build(given, {}).data)
    [change] = redline.compare(redline.read(rendered, "甲"), known, redline.read(edited, "乙")).changes
    assert told(change).startswith(f"期号（{ISSUE_FILE}）：")


def test_text_that_is_added_to_the_foot_or_head_says_where_to_change_it(compare: Compare, rendered: bytes) -> None:
    [change] = compare(written.body(rendered, "市委常委。", "市委常委，市人大。")).changes
    assert change.at is not None
    assert change.at.kind == "报尾"
    assert "分发名单" in change.fixed
    assert "不能带回" in summary([change])


def test_pictures_and_footnotes_are_told(
    sample_issues: Mapping[str, rendering.Rendered], editions: Mapping[str, Edition]
) -> None:
    for name, made in sample_issues.items():
        document = made.files["docx"]
        if made.view.photos:
            before = redline.read(document, "甲")
            without = written.changed(document, "word/document.xml", lambda text: DRAWING.sub("", text, count=1))
            found = redline.compare(before, origins(editions[name], made.view.data), redline.read(without, "乙"))
            assert [(c.kind, c.new) for c in found.changes] == [("图", "删去了图")]
            return
    pytest.fail("no sample issue has a picture")


def test_a_comment_at_a_point_is_listed_at_the_words_before_it(compare: Compare, rendered: bytes) -> None:
    """As LibreOffice writes it where nothing was selected, with no date."""
    space = f'xmlns:w="{written.W}"'
    date = 'w:date="0-00-00T00:00:00Z"'
    said = "<w:p><w:r><w:t>请核实</w:t></w:r></w:p>"
    comments = f'<w:comments {space}><w:comment w:id="7" w:author="李某" {date}>{said}</w:comment></w:comments>'
    mark = '</w:t></w:r><w:r><w:commentReference w:id="7"/></w:r><w:r><w:t>'
    for old, new, words in (
        ("划手1920人", f"划手1920人{mark}", "划手1920人"),
        ("6月9日，市委", f"{mark}6月9日，市委", "6月9日，市委"),
    ):
        edited = written.with_part(written.body(rendered, old, new), "word/comments.xml", comments, "comments")
        [change] = compare(edited).changes
        assert change.at is not None
        assert change.at.kind == "段"
        assert words in change.old or change.old in words
        assert told(change).endswith(f"批注“{change.old}”：请核实（李某）")


def test_a_cell_that_was_emptied_has_no_other_style(compare: Compare, rendered: bytes) -> None:
    [change] = compare(written.body(rendered, '<w:t xml:space="preserve">云溪埠头赛段</w:t>', "")).changes
    assert (change.kind, change.new) == ("改字", "")


def test_a_footnote_is_told_with_its_words(compare: Compare, rendered: bytes) -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    notes = f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>据市应急局统计</w:t></w:r></w:p></w:footnote></w:footnotes>'
    edited = written.body(
        rendered, "划手1920人", '划手1920人</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>'
    )
    [change] = compare(written.with_part(edited, "word/footnotes.xml", notes, "footnotes")).changes
    assert (change.kind, change.new) == ("脚注", "据市应急局统计")
    assert change.fixed


def test_a_picture_that_was_replaced_is_told(
    sample_issues: Mapping[str, rendering.Rendered], editions: Mapping[str, Edition]
) -> None:
    name, made = next((name, made) for name, made in sample_issues.items() if made.view.photos)
    document = made.files["docx"]
    photo = next(each for each in written.names(document) if each.startswith("word/media/"))
    edited = written.replaced(document, photo, b"another picture")
    known = origins(editions[name], made.view.data)
    found = redline.compare(redline.read(document, "甲"), known, redline.read(edited, "乙")).changes
    assert [(c.kind, c.new) for c in found] == [("图", "换了图")]


def test_a_column_or_a_table_that_went_is_told_once(compare: Compare, rendered: bytes) -> None:
    def without_last_cells(text: str) -> str:
        return re.sub(r"<w:tc>(?:(?!<w:tc>).)*?</w:tc>(?=</w:tr>)", "", text, flags=re.DOTALL)

    narrow = written.changed(rendered, "word/document.xml", without_last_cells)
    [change] = compare(narrow).changes
    assert (change.kind, change.new) == ("列", "删去第6列“整改情况”")
    assert told(change) == f"{TITLE}的表（{ISSUE_FILE}:7）：删去第6列“整改情况”"
    edited = written.body(narrow, "云溪埠头赛段", "云溪下埠头赛段")
    column, cell = compare(edited).changes
    assert column.kind == "列"
    assert (cell.kind, edits(cell)) == ("改字", [("", "下", "")])
    table = re.compile("<w:tbl>.*?</w:tbl>", re.DOTALL)
    edited = written.changed(rendered, "word/document.xml", lambda text: table.sub("", text, count=1))
    changes = compare(edited).changes
    assert [c.kind for c in changes] == ["删表"]
    assert {p.kind for p in changes[0].all} == {"格"}


def test_a_text_box_in_its_older_form_alone_is_read(compare: Compare, rendered: bytes) -> None:
    """WPS and old Word write VML without the newer form."""
    both = re.compile("<mc:AlternateContent>.*?</mc:AlternateContent>", re.DOTALL)
    box = '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textbox>{}</v:textbox></v:shape></w:pict>'

    def older(match: re.Match[str]) -> str:
        content = re.search("<w:txbxContent>.*?</w:txbxContent>", match[0], re.DOTALL)
        return box.format(content[0]) if content else match[0]

    assert compare(written.changed(rendered, "word/document.xml", lambda text: both.sub(older, text))).changes == ()


# ------------------------------------------------------------ anything

WORDS = ("督查", "整改", "6月8日", "市水利局", "，", "。", "38项", "完成", "群众", "（一）", "—", "𠮷", "é", "Wi-Fi")


def _text(draw: random.Random, most: int = 30) -> str:
    return "".join(draw.choice(WORDS) for _ in range(draw.randint(1, most)))


def _rewritten(draw: random.Random, text: str) -> str:
    at = draw.randrange(len(text) + 1)
    stop = min(len(text), at + draw.randint(0, 6))
    return text[:at] + (_text(draw, 3) if draw.random() < 0.7 else "") + text[stop:]


@pytest.mark.parametrize("seed", range(120))
def test_changes_make_the_edited_text_of_the_rendered_one(seed: int) -> None:
    draw = random.Random(f"redline-{seed}")
    texts = [_text(draw) for _ in range(draw.randint(1, 14))]
    if draw.random() < 0.3:
        texts += texts[:2]  # the same paragraph twice
    known = [Printed("段", f"第{n}段", text, (None,) * len(text), typed=True) for n, text in enumerate(texts, 1)]
    now = list(texts)
    for _ in range(draw.randint(0, 6)):
        _edit(draw, now)
    before, after = (Word(tuple(Para((Bit(text),)) for text in some)) for some in (texts, now))
    found = redline.compare(before, known, after)
    assert "".join(_made(known, found.changes)) == "".join(now)
    for change in found.changes:
        assert told(change)
        for edit in change.edits:
            assert change.old[edit.start : edit.stop] != edit.text


def _edit(draw: random.Random, now: list[str]) -> None:
    at = draw.randrange(len(now)) if now else -1
    step = draw.randrange(6)
    if step == 0 or at < 0:
        now.insert(at + 1, _text(draw))
    elif step == 1:
        del now[at]
    elif step == 2 and len(now[at]) > 3:
        cut = draw.randrange(1, len(now[at]))
        now[at : at + 1] = [now[at][:cut], now[at][cut:]]
    elif step == 3 and at + 1 < len(now):
        now[at : at + 2] = [now[at] + now[at + 1]]
    elif step == 4:
        now.insert(draw.randrange(len(now)), now.pop(at))
    else:
        now[at] = _rewritten(draw, now[at]) or "空"


def _made(known: list[Printed], changes: tuple[Change, ...]) -> list[str]:
    """The text that the changes make of what was printed, by what each of them says."""
    now: list[tuple[Printed | None, str]] = [(each, each.text) for each in known]

    def index(printed: Printed | None) -> int:
        return next((n for n, (each, _) in enumerate(now) if printed and each is printed), -1)

    added: dict[int, int] = {}

    def put(after: Printed | None, entry: tuple[Printed | None, str]) -> None:
        n = added.get(id(after), 0)
        now.insert(index(after) + 1 + n, entry)
        added[id(after)] = n + 1

    for change in changes:
        if change.kind in ("改字", "拆段"):
            now[index(change.at)] = (change.at, change.new.replace("\n", ""))
        elif change.kind == "删段":
            now[index(change.at)] = (change.at, "")
        elif change.kind == "并段":
            for each in change.all:
                now[index(each)] = (each, "")
            now[index(change.all[-1])] = (change.all[-1], change.new)
        elif change.kind == "移段":
            now[index(change.at)] = (None, "")
            put(change.after, (change.at, change.new))
        else:
            assert change.kind == "增段"
            put(change.after, (None, change.new))
    return [text for _, text in now]


def test_long_files_take_time_in_proportion_to_their_length() -> None:
    draw = random.Random("long")
    texts = [f"{n}{_text(draw)}" for n in range(1600)]
    edited = [text if n % 7 else _rewritten(draw, text) for n, text in enumerate(texts)]

    def work(size: int) -> None:
        known = [
            Printed("段", f"第{n}段", text, (None,) * len(text), typed=True) for n, text in enumerate(texts[:size])
        ]
        now = [text for n, text in enumerate(edited[:size]) if n % 11]
        before, after = (Word(tuple(Para((Bit(text),)) for text in some)) for some in (texts[:size], now))
        assert redline.compare(before, known, after).changes

    assert_linear(work, 200)


@pytest.mark.parametrize("shuffled", [False, True])
def test_long_files_in_which_nothing_is_the_same_take_no_longer(shuffled: bool) -> None:
    draw = random.Random("other")
    texts = [_text(draw) for _ in range(1600)]
    others = draw.sample(texts, len(texts)) if shuffled else ["甲" if n % 2 else "乙" for n in range(1600)]

    def work(size: int) -> None:
        known = [
            Printed("段", f"第{n}段", text, (None,) * len(text), typed=True) for n, text in enumerate(texts[:size])
        ]
        before, after = (Word(tuple(Para((Bit(text),)) for text in some)) for some in (texts[:size], others[:size]))
        assert redline.compare(before, known, after).changes

    assert_linear(work, 200)


def test_a_paragraph_of_a_hundred_thousand_characters_is_compared() -> None:
    draw = random.Random("wide")
    text = "".join(_text(draw) for _ in range(2000))[:100_000]
    new = text.replace("督查整改", "督察整改")
    known = [Printed("段", "第1段", text, (None,) * len(text), typed=True)]
    by = By("张某", "2026-06-08")
    [change] = redline.compare(Word((Para((Bit(text),)),)), known, Word((Para((Bit(new, put=by),)),))).changes
    assert change.new == new
    assert {edit.author for edit in change.edits} <= {"张某", ""}


def test_reading_says_what_stands_in_tables_and_boxes(rendered: bytes) -> None:
    word = redline.read(rendered, "甲")
    [grid] = [block for block in word.blocks if isinstance(block, Grid)]
    assert [len(row.cells) for row in grid.rows] == [6] * len(grid.rows)
    assert sum("报：" in visible(para.text) for para in word.paras()) == 1  # of a box in two forms one is read


@pytest.mark.parametrize("seed", range(80))
def test_changes_make_the_rows_of_the_edited_table(seed: int) -> None:
    draw = random.Random(f"rows-{seed}")
    columns = draw.randint(2, 5)
    rows = [[_text(draw, 3) for _ in range(columns)] for _ in range(draw.randint(3, 9))]
    known = [
        Printed("格", f"第{r}行第{c}列", text, (None,) * len(text), typed=True, table=1, row=r, column=c)
        for r, row in enumerate(rows, 1)
        for c, text in enumerate(row, 1)
    ]
    now = [list(row) for row in rows]
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(now))
        step = draw.randrange(3)
        if step == 0:
            now.insert(at, [_text(draw, 3) for _ in range(columns)])
        elif step == 1 and len(now) > 2:
            del now[at]
        else:
            now[at][draw.randrange(columns)] = _text(draw, 3)
    found = redline.compare(_table(rows), known, _table(now))
    assert _rows_made(rows, found.changes) == now


def _table(rows: list[list[str]]) -> Word:
    made = (Row(tuple(Cell(Para((Bit(text),)), n) for n, text in enumerate(row))) for row in rows)
    return Word((Grid(tuple(made)),))


def _rows_made(rows: list[list[str]], changes: tuple[Change, ...]) -> list[list[str]]:
    """The rows that the changes make of those that were printed."""
    old: list[list[str] | None] = [list(row) for row in rows]
    added: dict[int, list[list[str]]] = {}
    for change in changes:
        if change.kind == "增行":
            added.setdefault(change.after.row if change.after else 0, []).append(change.new.split("\t"))
            continue
        assert change.at is not None
        row = old[change.at.row - 1]
        assert row is not None
        if change.kind == "删行":
            assert change.old.split("\t") == rows[change.at.row - 1]
            old[change.at.row - 1] = None
        else:
            assert change.kind == "改字"
            row[change.at.column - 1] = change.new
    now = list(added.get(0, []))
    for n, row in enumerate(old, 1):
        now += [*([row] if row is not None else []), *added.get(n, [])]
    return now


@pytest.mark.parametrize("form", ["paragraphs", "ends taken out", "cells", "boxes", "comments"])
def test_reading_takes_time_in_proportion_to_the_file(rendered: bytes, form: str) -> None:
    gone = '<w:pPr><w:rPr><w:del w:id="1" w:author="张某" w:date="2026-06-08T00:00:00Z"/></w:rPr></w:pPr>'
    text = "<w:r><w:t>全市督查</w:t></w:r>"
    box = '<w:r><w:pict><v:textbox xmlns:v="urn:schemas-microsoft-com:vml"><w:txbxContent>'
    box += f"<w:p>{text}</w:p></w:txbxContent></v:textbox></w:pict></w:r>"
    mark = '<w:commentRangeStart w:id="{0}"/>' + text + '<w:commentRangeEnd w:id="{0}"/>'

    def work(size: int) -> None:
        inner = {
            "paragraphs": f"<w:p>{text}</w:p>" * size,
            "ends taken out": f"<w:p>{gone}{text}</w:p>" * size,
            "cells": f"<w:tbl><w:tr><w:tc>{f'<w:p>{text}</w:p>' * size}</w:tc></w:tr></w:tbl>",
            "boxes": f"<w:p>{box * size}</w:p>",
            "comments": f"<w:p>{''.join(mark.format(n) for n in range(size))}</w:p>",
        }[form]
        word = redline.read(written.body(rendered, "<w:body>", f"<w:body>{inner}"), "甲")
        assert sum(para.text.count("全市督查") for para in word.paras()) == size

    assert_linear(work, 400)
