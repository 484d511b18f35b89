"""``word/document.xml``: the docxtpl template itself, Jinja only in ordinary text, so that Word opens, shows and keeps it.

Numbers that Word holds in attributes (column widths, picture sizes, computed indents, the height of the foot) come from
the filters of ``fragments``, which turn a block into a whole table, picture or paragraph in the styles of this template.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.render.template import xml
from builder.render.template.styles import ROLE_STYLES, foot_raise, masthead_rule, masthead_space
from builder.render.template.xml import (
    DECLARATION,
    DRAWING_NAMESPACES,
    NAMESPACES,
    choose,
    paragraph,
    pt,
    run,
    step,
    tab,
    tag,
    twips,
)

PAPER = (11906, 16838)  # A4 in twips
_TURNED = '附件 and 附件[-1].方向 == "横"'  # the foot has a portrait page of its own after it
# Blank lines above are space before, which Word leaves out at the top of a page, not paragraphs, which it prints there.
_CLOSE = '<w:spacing w:before="0"/>'
_LEVEL_STYLES = {1: "Level1", 2: "Level2", 3: "Level3", 4: "Level4"}


def document(layout: Mapping[str, Any]) -> str:
    """The whole ``word/document.xml``."""
    parts = [
        _blocks_macro(layout),
        _foot_macro(layout),
        _masthead(layout),
        _contents(layout),
        step("{{p 各块(内容, 0) }}"),
        _annexes(layout),
        _when(f"版记.空白面 and not ({_TURNED})", paragraph("Break", properties=section(layout))),
        step("{{p 版记内容()|报尾框(版记, 版式) }}"),
        section(layout, last=True),
    ]
    return f"{DECLARATION}<w:document {NAMESPACES} {DRAWING_NAMESPACES}><w:body>{''.join(parts)}</w:body></w:document>"


def section(layout: Mapping[str, Any], across: bool = False, last: bool = False) -> str:
    """A section's properties. A landscape page is the portrait page turned, its head at the left edge of the paper.

    The ``last`` section has footers of its own: it is the foot's, where blank pages stand before it.
    """
    area = layout["版心"]
    top, left = twips(area["天头"]), twips(area["订口"])
    right = PAPER[0] - left - twips(area["宽"])
    bottom = PAPER[1] - top - twips(area["高"])
    wide, high = PAPER
    size = f'<w:pgSz w:w="{wide}" w:h="{high}"/>'
    if across:
        top, right, bottom, left = left, top, right, bottom
        size = f'<w:pgSz w:w="{high}" w:h="{wide}" w:orient="landscape"/>'
    # A grid that does not fill the page is centred by LibreOffice; a landscape page holds tables, which need none.
    grid = "" if across else ' w:type="lines"'
    odd, even = ("rId6", "rId7") if across else ("rId9", "rId10") if last else ("rId4", "rId5")
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{odd}"/><w:footerReference w:type="even" r:id="{even}"/>'
        f'<w:type w:val="nextPage"/>{size}<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" '
        f'w:header="851" w:footer="{footer_distance(layout)}" w:gutter="0"/>'
        f'<w:docGrid{grid} w:linePitch="{pt(layout["正文"]["行距"])}"/></w:sectPr>'
    )


def footer_distance(layout: Mapping[str, Any]) -> int:
    """From the edge of the paper to the footer's line, so that its dash stands ``距版心`` below the type area (7.5)."""
    area = layout["版心"]
    dash = PAPER[1] - twips(area["天头"] + area["高"] + layout["页码"]["距版心"])
    below = 0.2 * 20 + 0.36 * layout["页码"]["字号"]  # pt from the dash to the lower edge of a 20 pt line
    return dash - pt(below)


def _loop(variable: str, items: str, *inner: str) -> str:
    return step(f"{{%p for {variable} in {items} %}}") + "".join(inner) + step("{%p endfor %}")


def _when(condition: str, *inner: str) -> str:
    return step(f"{{%p if {condition} %}}") + "".join(inner) + step("{%p endif %}")


def _lines(items: str) -> str:
    """Runs for lines with a line break between two."""
    return "".join(
        [
            tag(f"{{%r for 行 in {items} %}}"),
            tag("{%r if not loop.first %}"),
            "<w:r><w:br/></w:r>",
            tag("{%r endif %}"),
            run("{{ 行 }}"),
            tag("{%r endfor %}"),
        ]
    )


def _marked(style: str, items: str, bookmark: str, properties: str = "") -> str:
    """A title of several lines inside its bookmark."""
    inner = (tag(f"{{{{r {bookmark}|书签始 }}}}"), _lines(items), tag(f"{{{{r {bookmark}|书签末 }}}}"))
    return paragraph(style, *inner, properties=properties)


def _blank(count: str) -> str:
    """``count`` blank lines; a half counts."""
    return _loop("空", f"range({count}|int)", paragraph("Blank")) + _when(
        f"{count} != {count}|int", paragraph("HalfBlank")
    )


def _blocks_macro(layout: Mapping[str, Any]) -> str:
    """``各块(blocks)``: the paragraphs of the body or of an annex."""
    title = choose(
        ("块.单题 and 块.上空", _marked("Title1", "块.行", "块.书签")),
        ("块.单题", _marked("Title1", "块.行", "块.书签", _CLOSE)),
        ("块.上空", _marked("Title2", "块.行", "块.书签")),
        ("", _marked("Title2", "块.行", "块.书签", _CLOSE)),
    )
    name = run("{{ 块.文 }}")
    section = choose(("块.上空", paragraph("Section", name)), ("", paragraph("Section", name, properties=_CLOSE)))
    # The paragraph before, if it is one of text, carries the signature on a last line of its own.
    carried = 'loop.previtem is defined and loop.previtem.类 == "段" and not loop.previtem.独'
    credit = choose((f"not ({carried})", paragraph("Credit", name)))
    note = _loop("段", "块.段", paragraph("Note", tag("{{r 段|字 }}"))) + paragraph("Blank")
    annexes = _annex_list()
    kinds = choose(
        ('块.类 == "段"', _paragraph()),
        ('块.类 == "标题"', title),
        ('块.类 == "栏目"', section),
        ('块.类 == "供稿"', credit),
        ('块.类 == "主送"', paragraph("Addressee", run("{{ 块.文 }}"))),
        ('块.类 == "编者按"', note),
        ('块.类 == "表"', _table()),
        ('块.类 == "图"', _picture()),
        ('块.类 == "空行"', _blank("块.数")),
        ('块.类 == "附件说明"', annexes),
        ('块.类 == "署名"', step("{{p 块|署名段 }}")),
        ('块.类 == "分页"', paragraph("Break", '<w:r><w:br w:type="page"/></w:r>')),
    )
    return step("{%p macro 各块(列, 部) %}") + _loop("块", "列", kinds) + step("{%p endmacro %}")


def _paragraph() -> str:
    inner = [run("{{ 块.前 }}"), tag("{{r 块.文字|字 }}")]
    alone = [(f"块.独 and 块.级 == {level}", paragraph(style, *inner)) for level, style in _LEVEL_STYLES.items()]
    credited = paragraph("Credited", *inner, tab(), run("{{ 块.供稿 }}", ROLE_STYLES["楷体"]))
    # A signature with a line of its own is the paragraph's last line, and no page begins with it: LibreOffice does not part
    # a paragraph that is kept with the next one.
    below = run("{{ loop.nextitem.文 }}", ROLE_STYLES["楷体"])
    held = paragraph("Credited", *inner, "<w:r><w:br/></w:r>", tab(), below, properties="<w:widowControl/>")
    before_credit = 'loop.nextitem is defined and loop.nextitem.类 == "供稿"'
    signed = paragraph("Normal", *inner, properties="<w:keepNext/><w:keepLines/>")
    return choose(
        *alone,
        ("块.供稿", credited),
        (before_credit, held),
        ("块.随", signed),
        ("", paragraph("Normal", *inner)),
    )


def _table() -> str:
    """Title and unit as paragraphs; the grid itself from the filter, in the styles 表头, 表文 and 简报表."""
    return (
        _when("块.题", paragraph("TableTitle", run("{{ 块.题 }}")))
        + _when("块.单位", paragraph("TableUnit", run("{{ 块.单位 }}")))
        + step("{{p 块|表格 }}")
        + _loop("注", "块.注", paragraph("TableNote", tag("{{r 注|字 }}")))
        + paragraph("TableAfter")
    )


def _picture() -> str:
    picture = tag("{{r 块|图片(部 * 1000 + loop.index) }}")
    held = paragraph("PictureHeld", picture) + paragraph("Caption", run("{{ 块.题 }}"))
    return choose(("块.题", held), ("", paragraph("Picture", picture)))


def _annex_list() -> str:
    lead, name = run("{{ 项.引 }}{{ 项.序 }}"), run("{{ 项.名 }}")
    # To where turned lines begin, whatever the font makes of "1."; a number of two figures reaches beyond.
    numbered = [lead, tag("{%r if 项.序|length < 3 %}"), tab(), tag("{%r endif %}"), name]

    def rows(held: str) -> str:
        return choose(
            ("not 项.序", paragraph("AnnexOne", lead, name, properties=held)),
            ("项.引", paragraph("AnnexFirst", *numbered, properties=held)),
            ("", paragraph("AnnexNext", *numbered, properties=held)),
        )

    return _loop("项", "块.行", choose(("块.随", rows("<w:keepNext/>")), ("", rows(""))))


def _masthead(layout: Mapping[str, Any]) -> str:
    """The head of page 1. Lines at the top left stand in a box that takes no room from it (``fragments.top_box``)."""
    # The last character without the space after it, which some readers count when they centre a line and some do not.
    last = run("{{ 报头.刊名[-1:] }}").replace("<w:r>", '<w:r><w:rPr><w:spacing w:val="0"/></w:rPr>')
    number = run("{{ 文 }}")
    red = number.replace("<w:r>", f'<w:r><w:rPr><w:color w:val="{layout["报头"]["红"]}"/></w:rPr>')
    numbers = (tag("{%r if 报头.期号红 %}"), red, tag("{%r else %}"), number, tag("{%r endif %}"))
    editor = [run("{{ 报头.编印单位 }}"), tab(), run("{{ 报头.日期 }}")]
    rules = {
        (count, shown): paragraph("Editor", *editor, properties=masthead_rule(layout, count, shown))
        for count in (1, 2)
        for shown in (True, False)
    }
    space = f'<w:spacing w:line="{max(14, pt(masthead_space(layout)))}" w:lineRule="exact"/>'
    return (
        paragraph("TopSpace", tag("{{r 左上|左上框(版式) }}"), properties=space)
        + paragraph("Masthead", run("{{ 报头.刊名[:-1] }}"), last)
        + _loop(
            "文",
            "报头.期号行",
            choose(("loop.first", paragraph("Number", *numbers)), ("", paragraph("NumberNext", *numbers))),
        )
        + choose(
            ("报头.红线.印 and 报头.红线.条 == 1", paragraph("Editor", *editor)),
            ("报头.红线.印", rules[2, True]),
            ("报头.红线.条 == 1", rules[1, False]),
            ("", rules[2, False]),
        )
        + "".join(paragraph("Blank") for _ in range(int(layout["标题"]["线下空行"])))
        + (paragraph("HalfBlank") if layout["标题"]["线下空行"] % 1 else "")
    )


def _contents(layout: Mapping[str, Any]) -> str:
    entry = [run("{{ 目.文 }}"), tag("{%r if 目.页码 %}"), tab(), run("{{ 目.页码 }}"), tag("{%r endif %}")]
    many = f"要目.字号 < {layout['要目']['字号']}"
    return _when(
        "要目",
        paragraph("ContentsTitle", run("{{ 要目.标题 }}")),
        _loop(
            "目", "要目.条目", choose((many, paragraph("ContentsMany", *entry)), ("", paragraph("Contents", *entry)))
        ),
        paragraph("Blank"),
    )


def _annexes(layout: Mapping[str, Any]) -> str:
    """Each annex on a new page, a landscape one in a section of its own; after a landscape one the paper turns back."""
    upright = paragraph("Break", properties=section(layout))
    across = paragraph("Break", properties=section(layout, across=True))
    inner = (
        _when('件.方向 == "横" and (loop.first or loop.previtem.方向 != "横")', upright)
        + _when('件.方向 != "横" and not loop.first and loop.previtem.方向 == "横"', across)
        + paragraph("AnnexLabel", run("{{ 件.标 }}"))
        + _marked("AnnexTitle", "件.题行", "件.书签")
        + step("{{p 各块(件.内容, loop.index) }}")
        + _when('loop.last and 件.方向 == "横"', across)
    )
    return _loop("件", "附件", inner)


def _foot_macro(layout: Mapping[str, Any]) -> str:
    """``版记内容()``: the paragraphs of the foot; the filter 报尾框 puts them into a box at the bottom of the last page."""
    raised = f'<w:r><w:rPr><w:position w:val="{foot_raise(layout)}"/></w:rPr>'

    def run(text: str) -> str:
        return xml.run(text).replace("<w:r>", raised)

    names = _loop(
        "条", "版记.条", choose(("条.引", paragraph("Foot", run("{{ 条.引 }}{{ 条.文 }}"))),
                                 ("", paragraph("FootNext", run("{{ 条.文 }}"))))
    )  # fmt: skip
    printed = _when(
        "版记.印发",
        paragraph("FootRule"),
        paragraph("FootPrint", run("{{ 版记.印发.机关 }}"), tab(), run("{{ 版记.印发.日期 }}")),
    )
    duty = _when("版记.责任", paragraph("FootRule"), paragraph("FootPrint", run("{{ 版记.责任 }}")))
    copies = paragraph("FootCopies", run("{{ 版记.印数 }}"))
    above = _when('版记.印数 and 版记.印数位置 == "线上"', paragraph("FootRule"), copies)
    low = paragraph("FootBelow", xml.run("{{ 版记.印数 }}"))
    below = _when('版记.印数 and 版记.印数位置 != "线上"', low)
    inner = paragraph("FootEnd") + names + printed + duty + above + paragraph("FootEnd") + below
    return step("{%p macro 版记内容() %}") + inner + step("{%p endmacro %}")
