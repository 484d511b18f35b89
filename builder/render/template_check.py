"""A publication's Word template judged before it is used: the package, every tag, the styles, what a reviewer left."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from jinja2 import TemplateSyntaxError, nodes
from jinja2.sandbox import SandboxedEnvironment

from builder import guard
from builder.errors import Fault, Place, why
from builder.guard import local
from builder.guard.xml import Element
from builder.render import docx, shapes, specimen, word_saved, word_tags
from builder.render.template import fragments
from builder.render.template.xml import W
from builder.render.template_names import judge

_RESTORE = "从原模板恢复，或用 jianbao template make {} --force 重做。"
_STYLED = {"pStyle": "段落", "rStyle": "字符", "tblStyle": "表格"}
_CHANGES = frozenset(
    [
        "ins",
        "del",
        "moveFrom",
        "moveTo",
        "rPrChange",
        "pPrChange",
        "tblPrChange",
        "tblPrExChange",
        "tblGridChange",
        "trPrChange",
        "tcPrChange",
        "sectPrChange",
        "numberingChange",
        "cellIns",
        "cellDel",
        "cellMerge",
    ]
)
_BREAK = re.compile(r"(?=<w:p[ >/])|(?=\{[{%#])")
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_WIDE = re.compile("｛[｛%％#]|[%％]｝|｝｝|\\{％|％\\}|\\{｛|｛\\{")
_SHOWN = 40  # characters of a paragraph in a message


def check(templates: Path, publication: str, layout: Mapping[str, Any]) -> list[Fault]:
    """Everything that is wrong with ``templates/<publication>/issue.docx``; nothing of it is run.

    ``layout`` holds the publication's merged figures, whose names a template may use.
    """
    name = f"templates/{publication}/issue.docx"
    try:
        data = (templates / publication / "issue.docx").read_bytes()
    except FileNotFoundError:
        hint = f"用 jianbao template make {publication} 重新生成。"
        return [Fault("template-missing", "error", Place(name), f"缺少 Word 模板 {name}。", hint)]
    except OSError as error:
        told = f"Word 模板读不了（{why(error)}）。"
        return [Fault("template-missing", "error", Place(name), told, "检查文件权限，关闭正在使用它的程序。")]
    opened = guard.opened(data, "docx", name, links=False)
    if opened.faults:
        return [replace(fault, hint=_RESTORE.format(publication)) for fault in opened.faults]
    if opened.roots[opened.main].tag != f"{{{W}}}document":
        told = "模板存成了“严格”的 Open XML 格式，填不了。"
        return [
            Fault("template-syntax", "error", Place(name), told, "在 Word 里另存为“Word 文档 (*.docx)”，不选 Strict。")
        ]
    faults = [*_reviewed(opened, name)]
    parts = word_saved.parts(opened)
    styles = parts.get(docx.STYLES, b"").decode(errors="replace")
    known = shapes.of(specimen.view(publication, layout, {})).keys
    faults += _styles(opened, styles, name)
    environment = docx.environment(styles)
    for part, content in parts.items():
        try:
            source = docx.source(part, content, data)
        except UnicodeDecodeError:
            faults.append(
                Fault(
                    "template-syntax",
                    "error",
                    Place(f"{name}!{part}"),
                    "这个部件不是 UTF-8 编码。",
                    _RESTORE.format(publication),
                )
            )
            continue
        if source is not None:
            where = f"{name}!{part}"
            reviewed = any(f.code == "template-revision" and f.place.file == where for f in faults)
            typed = list(_typed(opened.roots[part], where)) if part in opened.roots and not reviewed else []
            faults += typed or _tags(source, where, environment, known, fragments.named(styles))
    return list(dict.fromkeys(faults))


def _reviewed(opened: guard.Opened, name: str) -> Iterator[Fault]:
    """Comments and tracked changes: they would stand in every issue."""
    for part, root in opened.roots.items():
        where, seen = f"{name}!{part}", {local(element) for element in root.iter()}
        if seen & {"commentReference", "commentRangeStart"} or (part.startswith("word/comments") and "comment" in seen):
            yield Fault("template-comment", "error", Place(where), "模板里有批注。", "在 Word 中删除全部批注。")
        if part.startswith("word/") and seen & _CHANGES:
            hint = "在 Word 中接受或拒绝全部修订，并关闭修订。"
            yield Fault("template-revision", "error", Place(where), "模板里有修订痕迹。", hint)


def _styles(opened: guard.Opened, styles: str, name: str) -> Iterator[Fault]:
    """Styles that a part names and ``styles.xml`` does not have."""
    known = set(fragments.named(styles).values())
    for part, root in opened.roots.items():
        used: dict[tuple[str, str], str] = {}
        for element in root.iter():
            kind = _STYLED.get(local(element))
            if kind and part != docx.STYLES and (style := guard.attribute(element, "val")) not in known:
                used.setdefault((kind, style), _near(element))
        for (kind, style), text in used.items():
            message = f"{text}用了没有的{kind}样式“{style}”。"
            hint = "在 Word 中给它设一个已有的样式，或从原模板复制这个样式。"
            yield Fault("template-style", "error", Place(f"{name}!{part}"), message, hint)


def _near(element: Element) -> str:
    """The text of the paragraph that an element stands in, for a message."""
    paragraph = next((e for e in element.iterancestors() if local(e) in ("p", "tbl")), None)
    text = "".join(t.text or "" for t in paragraph.iter() if local(t) == "t") if paragraph is not None else ""
    return f"“{_cut(text)}”" if text.strip() else ""


def _typed(root: Element, where: str) -> Iterator[Fault]:
    """Tags that a hand or an input method typed so that they cannot be read, or that would take text along when they vanish."""
    for paragraph, _, texts in word_tags.paragraphs(root):
        text = "".join(texts)
        if told := _mistyped(text, list(word_tags.tags(text)), paragraph):
            message = f"“{_cut(text)}”：{told[0]}。"
            yield Fault("template-syntax", "error", Place(where), message, told[1])


def _mistyped(text: str, found: Sequence[word_tags.Tag], paragraph: Element) -> tuple[str, str] | None:
    """What is wrong with the tags of a paragraph as typed, and what to do; None for nothing."""
    if wide := _WIDE.search(text):
        return f"标记的括号、百分号用了全角的“{wide[0]}”", "改成半角的 {{ }}、{% %}；输入标记时关掉中文标点。"
    for tag in found:
        if not tag.closed:
            return f"“{tag.text[:2]}”没有配对的结束", "补上结束的 }} 或 %}；一个标记要写在一段之内。"
        if mark := word_tags.strayed(tag.text):
            return f"标记 {_cut(tag.text)} 里有全角的“{mark}”", "标记里的括号、逗号、点、等号都用半角的。"
    alone = next((tag for tag in found if tag.kind == "p"), None)
    if alone and (text.strip() != alone.text or any(local(e) in ("drawing", "pict") for e in paragraph.iter())):
        return f"标记 {_cut(alone.text)} 所在的一段会整段去掉，段里不能有别的", "把它自己放在一段里。"
    return None


def _tags(
    source: str,
    where: str,
    environment: SandboxedEnvironment,
    known: Mapping[str, shapes.Shape],
    styles: Mapping[str, str],
) -> Iterator[Fault]:
    """What is wrong with the tags of a part, each with the text around it."""
    lines = _BREAK.sub("\n", source.replace("\n", " ")).split("\n")
    try:
        tree = environment.parse("\n".join(lines))
    except TemplateSyntaxError as error:
        message = f"{_around(lines, error.lineno)}：模板标记写错了：{error.message}。"
        yield Fault(
            "template-syntax", "error", Place(where), message, "在 Word 中改正这处标记；for、if 要有配对的结束。"
        )
        return
    except RecursionError:
        hint = "对照 docs/templates.md 改正模板，或恢复备份。"
        yield Fault("template-syntax", "error", Place(where), "模板标记嵌套过深。", hint)
        return
    for finding in judge(tree, environment, known):
        message = f"{_around(lines, finding.line)}：{finding.message}。"
        yield Fault(finding.code, "error", Place(where), message, finding.hint)
    for used in dict.fromkeys(f.name for f in tree.find_all(nodes.Filter)):
        for style in fragments.STYLES.get(used, ()):
            if style not in styles:
                message = f"过滤器“{used}”要用的样式“{style}”模板里没有。"
                hint = "在 Word 中新建这个名称的样式，或从原模板复制。"
                yield Fault("template-style", "error", Place(where), message, hint)


def _around(lines: list[str], number: int) -> str:
    """The tag that begins on a line, and the text of its paragraph where it stands in one with other text."""
    at = min(max(number - 1, 0), len(lines) - 1)
    found = _TAG.match(lines[at])
    tag = _cut(found[0]) if found else ""
    start = at
    while start > 0 and not lines[start].startswith("<w:p") and "</w:p>" not in lines[start - 1] and at - start < 20:
        start -= 1
    text = "".join(lines[start : at + 20]).partition("</w:p>")[0] if lines[start].startswith("<w:p") else ""
    text = _cut(re.sub(r"<[^<>]*>", "", text))
    return f"“{text}”中的 {tag}" if text and tag and text != tag else f"“{text}”" if text else tag or "模板"


def _cut(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[:_SHOWN] + "…"
