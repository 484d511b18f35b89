"""What makes a Word or Excel package (ISO/IEC 29500) harmful or not what its name says."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from urllib.parse import unquote

from builder.errors import Fault, Place
from builder.guard import fields
from builder.guard.xml import Element, attribute, local

_TYPES = "[Content_Types].xml"
_MAIN = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
}
_KNOWN = {"docx": "Word 文档", "xlsx": "Excel 工作簿"}
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_OBJECT = "请报送单位把对象（嵌入的表格、图表、公式）改为图片或普通表格后重新发送"
_NO_MACRO = "请报送单位另存为不带宏的文件后重新发送"
_UNLINK = "在 Excel 里断开链接，另存后重新报送"
_MACRO = ("vbaproject", "macroenabled", "vbadata", "macrosheet", "keymapcustomizations", "attachedtoolbars")
# Relationships by the last word of their type: (code, what is wrong, what to do)
_RELATIONS = {
    **dict.fromkeys(("oleobject", "package", "control", "ctrlprop"), ("guard-embedded", "有嵌入的对象或控件", _OBJECT)),
    **dict.fromkeys(("afchunk", "subdocument"), ("guard-chunk", "引入了另一个文件的内容", _DANGER)),
    **dict.fromkeys(
        ("externallink", "connections", "querytable"), ("guard-connection", "有通向外部的数据连接", _UNLINK)
    ),
    **dict.fromkeys(
        ("vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet"), ("guard-macro", "带有宏", _NO_MACRO)
    ),
}
_OUTSIDE = {"image": "图片", "attachedtemplate": "模板", "frame": "框架"}
# Elements by local name: (code, what is wrong)
_ELEMENTS = {
    "altChunk": ("guard-chunk", "嵌入了另一个文件的内容（altChunk）"),
    "subDoc": ("guard-chunk", "引入了子文档"),
    "OLEObject": ("guard-embedded", "有嵌入或链接的对象（OLE）"),
    "control": ("guard-embedded", "有 ActiveX 控件"),
    "ocx": ("guard-embedded", "有 ActiveX 控件"),
    "objectEmbed": ("guard-embedded", "有嵌入的对象（OLE）"),
    "objectLink": ("guard-embedded", "有链接的对象（OLE）"),
    "oleObject": ("guard-embedded", "有嵌入的对象（OLE）"),
    "ddeLink": ("guard-connection", "有动态数据交换（DDE）"),
    "oleLink": ("guard-connection", "有链接到其他文件的数据"),
    "externalBook": ("guard-connection", "有链接到其他工作簿的数据"),
    "webPr": ("guard-connection", "有来自网页的数据连接"),
    "mailMerge": ("guard-external", "有邮件合并的外部数据源"),
    "frameset": ("guard-external", "有框架页"),
}
_CALLING = re.compile(r"\b(WEBSERVICE|FILTERXML|CALL|REGISTER(\.ID)?|EXEC|DDE)\s*\(", re.IGNORECASE)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\")
_VML = ("{urn:schemas-microsoft-com:vml}", "{urn:schemas-microsoft-com:office:office}")


def judge(roots: Mapping[str, Element], parts: Mapping[str, bytes], kind: str, name: str, links: bool) -> list[Fault]:
    """Every reason not to use a package whose zip and XML are sound.

    Args:
        roots: the roots of its XML parts, by part name.
        parts: all parts.
        kind: "docx" or "xlsx".
        name: the file's name in messages.
        links: whether hyperlinks that lead out are allowed (they are never followed).
    """
    faults = [*_types(roots, kind, name), *_part_names(parts, name)]
    for part, root in roots.items():
        where = f"{name}!{part}"
        if part.lower().endswith(".rels"):
            faults += _relations(root, part, where, links)
        elif part != _TYPES:
            faults += _elements(root, where)
            faults += fields.judge(root, where)
    return list(dict.fromkeys(faults))


def main_part(roots: Mapping[str, Element]) -> str:
    """The name of the main part by the package's relationships; "" when they name none."""
    relations = roots.get("_rels/.rels")
    for relation in relations if relations is not None else ():
        if attribute(relation, "Type").endswith("/officeDocument"):
            return posixpath.normpath(unquote(attribute(relation, "Target")).lstrip("/"))
    return ""


def content_type(roots: Mapping[str, Element], part: str) -> str:
    """The content type that [Content_Types].xml gives a part; "" when none."""
    suffix = part.rpartition(".")[2].lower()
    default = ""
    for entry in roots.get(_TYPES, ()):
        if local(entry) == "Override" and attribute(entry, "PartName").lstrip("/").lower() == part.lower():
            return attribute(entry, "ContentType")
        if local(entry) == "Default" and attribute(entry, "Extension").lower() == suffix:
            default = attribute(entry, "ContentType")
    return default


def _types(roots: Mapping[str, Element], kind: str, name: str) -> Iterator[Fault]:
    """The main part is there and of the right type; no part is declared as a macro or an object."""
    if _TYPES not in roots:
        yield _fault("guard-main", name, f"不是{_KNOWN[kind]}：没有 {_TYPES}", f"请对方另存为 .{kind} 后重新发送")
        return
    for entry in roots[_TYPES]:
        told = attribute(entry, "ContentType").lower()
        if any(word in told for word in _MACRO):
            yield _fault("guard-macro", f"{name}!{_TYPES}", "带有宏", _NO_MACRO)
        elif "oleobject" in told or "activex" in told:
            yield _fault("guard-embedded", f"{name}!{_TYPES}", "有嵌入的对象或控件", _OBJECT)
    main = main_part(roots)
    if main not in roots:
        yield _fault("guard-main", name, f"不是{_KNOWN[kind]}：找不到正文部件", f"请对方另存为 .{kind} 后重新发送")
    elif (told := content_type(roots, main)) != _MAIN[kind] and "macro" not in told.lower():
        message = f"正文的类型不是{_KNOWN[kind]}（{told[:100] or '未写明'}）"
        yield _fault("guard-type", f"{name}!{main}", message, f"在 Word、Excel 或 WPS 里打开后，另存为 .{kind}")


def _part_names(parts: Mapping[str, bytes], name: str) -> Iterator[Fault]:
    for part, data in parts.items():
        where, low = f"{name}!{part}", part.lower()
        if "vbaproject" in low or "vbadata" in low or "/macrosheets/" in low:
            yield _fault("guard-macro", where, "带有宏", _NO_MACRO)
        elif "/embeddings/" in low or "/activex/" in low or data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
            yield _fault("guard-embedded", where, "有嵌入的对象或控件", _OBJECT)
        elif "/externallinks/" in low or low.endswith("/connections.xml"):
            yield _fault("guard-connection", where, "有通向外部的数据连接", _UNLINK)


def _relations(root: Element, part: str, where: str, links: bool) -> Iterator[Fault]:
    base = posixpath.dirname(posixpath.dirname(part))
    for relation in root:
        if local(relation) != "Relationship":
            continue
        last, target = attribute(relation, "Type").lower().rpartition("/")[2], attribute(relation, "Target")
        shown = target[:80]
        outside = attribute(relation, "TargetMode") not in ("", "Internal") or _leads_out(target, base)
        if outside and last != "hyperlink":
            what = _OUTSIDE.get(last, "内容")
            yield _fault(
                "guard-external", where, f"引用了文件以外的{what}“{shown}”", "把它放进文件里，或取消引用后另存"
            )
        elif outside and not links:
            yield _fault("guard-external", where, f"有指向文件以外的超链接“{shown}”", "在 Word 中取消这处超链接")
        if last in _RELATIONS:
            code, message, hint = _RELATIONS[last]
            yield _fault(code, where, f"{message}“{shown}”", hint)


def _leads_out(target: str, base: str) -> bool:
    """Whether a target that is called internal is not a part name."""
    plain = unquote(target)
    if plain.startswith("#"):
        return False
    if _SCHEME.match(plain) or "\\" in plain:
        return True
    path = plain.lstrip("/") if plain.startswith("/") else posixpath.join(base, plain)
    return posixpath.normpath(path).startswith("..")


# Whatever their namespace; lxml passes over all others, which are most of a document, without a look from Python.
_LOOKED_AT = (*(f"{{*}}{name}" for name in (*_ELEMENTS, "f")), *(f"{space}*" for space in _VML))


def _elements(root: Element, where: str) -> Iterator[Fault]:
    for element in root.iter(*_LOOKED_AT):
        name, text = local(element), element.text or ""
        if name in _ELEMENTS:
            code, message = _ELEMENTS[name]
            yield _fault(code, where, message, _OBJECT if code == "guard-embedded" else _DANGER)
        elif name == "f" and _fetches(text):
            yield _fault("guard-connection", where, f"公式会取用外部数据“{text[:60]}”", "把公式换成数值后重新报送")
        elif str(element.tag).startswith(_VML) and _SCHEME.match(element.get("src", "")):
            yield _fault("guard-external", where, f"引用了文件以外的图片“{element.get('src', '')[:80]}”", _DANGER)


def _fetches(formula: str) -> bool:
    """Whether a formula starts a program (``cmd|'/c …'!A0``) or loads something."""
    before, bar, _ = formula.partition("|")
    return bool(bar and before[-1:].isalnum() and '"' not in before) or _CALLING.search(formula) is not None


def _fault(code: str, where: str, message: str, hint: str) -> Fault:
    return Fault(code, "error", Place(where), message, hint)
