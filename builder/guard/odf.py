"""What makes an OpenDocument package (ISO/IEC 26300) harmful or not what its name says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from builder.errors import Fault, Place
from builder.guard.xml import Element, attribute, local

_MIMETYPES = {
    "odt": b"application/vnd.oasis.opendocument.text",
    "ods": b"application/vnd.oasis.opendocument.spreadsheet",
}
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_ELEMENTS = {
    "object": ("guard-embedded", "有嵌入的对象"),
    "object-ole": ("guard-embedded", "有嵌入的对象（OLE）"),
    "plugin": ("guard-embedded", "有插件"),
    "applet": ("guard-embedded", "有小程序"),
    "floating-frame": ("guard-external", "有框架页"),
    "script": ("guard-macro", "带有宏"),
    "event-listener": ("guard-macro", "带有由动作启动的宏"),
    "execute-macro": ("guard-macro", "带有启动宏的域"),
    "dde-connection-decl": ("guard-field", "有动态数据交换（DDE）"),
    "dde-connection": ("guard-field", "有动态数据交换（DDE）"),
    "dde-link": ("guard-connection", "有动态数据交换（DDE）"),
    "dde-source": ("guard-field", "有动态数据交换（DDE）"),
    "cell-range-source": ("guard-connection", "有来自其他文件的数据"),
    "table-source": ("guard-connection", "有来自其他文件的数据"),
    "section-source": ("guard-field", "有引入外部内容的节"),
}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//|\\\\|\.\./|/")


def judge(roots: Mapping[str, Element], parts: Mapping[str, bytes], kind: str, name: str, links: bool) -> list[Fault]:
    """Every reason not to use an OpenDocument package whose zip and XML are sound (arguments as in ``ooxml.judge``)."""
    faults = list(_form(roots, parts, kind, name))
    for part in parts:
        if part.lower().startswith(("basic/", "scripts/")) or "macrosignatures" in part.lower():
            faults.append(_fault("guard-macro", f"{name}!{part}", "带有宏", "请报送单位删去宏，另存后重新发送"))
    for part, root in roots.items():
        faults += _elements(root, f"{name}!{part}", links)
    return list(dict.fromkeys(faults))


def _form(roots: Mapping[str, Element], parts: Mapping[str, bytes], kind: str, name: str) -> Iterator[Fault]:
    if parts.get("mimetype", b"").strip() != _MIMETYPES[kind]:
        yield _fault("guard-type", f"{name}!mimetype", "文件类型与后缀不符", "另存为 .odt 或 .docx 后重新发送")
    if "content.xml" not in roots:
        yield _fault("guard-main", name, "找不到正文部件 content.xml", "请对方另存后重新发送")
    manifest = roots.get("META-INF/manifest.xml")
    if manifest is not None and any(local(e) in ("encryption-data", "encrypted-key") for e in manifest.iter()):
        yield _fault(
            "guard-encrypted", f"{name}!META-INF/manifest.xml", "有密码，读不了", "请报送单位去掉密码后重新发送"
        )


def _elements(root: Element, where: str, links: bool) -> Iterator[Fault]:
    for element in root.iter():
        name = local(element)
        if name in _ELEMENTS:
            code, message = _ELEMENTS[name]
            yield _fault(code, where, message, _DANGER)
        target = attribute(element, "href")
        if _SCHEME.match(target) and not (links and name == "a") and name not in ("h", "bookmark"):
            yield _fault(
                "guard-external", where, f"引用了文件以外的内容“{target[:80]}”", "把它放进文件里，或取消引用后另存"
            )


def _fault(code: str, where: str, message: str, hint: str) -> Fault:
    return Fault(code, "error", Place(where), message, hint)
