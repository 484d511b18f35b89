"""Foreign files that are no packages: HTML, RTF, old Office files, plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from builder.errors import Fault, Place
from builder.guard import sniff
from builder.guard.fields import FETCHING

MAX_TEXT = 20 << 20
MAX_DEPTH = 256
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
_ACTIVE = {
    "iframe": "框架页",
    "frame": "框架页",
    "object": "嵌入的对象",
    "embed": "嵌入的对象",
    "applet": "小程序",
    "base": "改变地址起点的标记（base）",
}
_LOCAL_FILE = re.compile(r"\s*(file:|\\\\|//[^/]|[A-Za-z]:[\\/])", re.IGNORECASE)
_DATA_IMAGE = re.compile(r"\s*data:image/(png|jpe?g)[;,]", re.IGNORECASE)
_SOURCES = ("src", "background", "poster", "srcset", "data")


def size(data: bytes, name: str) -> tuple[Fault, ...]:
    """A fault when a text is larger than MAX_TEXT."""
    if len(data) <= MAX_TEXT:
        return ()
    message = f"文件超过 {MAX_TEXT >> 20} MB"
    return (_fault("guard-size", name, 0, message, "只保留要用的部分，另存后再导入"),)


def html(text: str, name: str) -> tuple[Fault, ...]:
    """Every reason not to read a page: nesting, declarations, what it would load from this machine or start."""
    judge = _Page(name)
    judge.feed(text)
    judge.close()
    return tuple(dict.fromkeys(judge.faults))


class _Page(HTMLParser):
    """Walks a page's tags; ``faults`` fills on the way."""

    def __init__(self, name: str) -> None:
        super().__init__(convert_charrefs=False)
        self.name = name
        self.open: list[str] = []
        self.faults: list[Fault] = []

    def handle_decl(self, decl: str) -> None:
        if "[" in decl or "entity" in decl.lower():
            self._fault("guard-doctype", "有实体声明（DOCTYPE）")

    def unknown_decl(self, data: str) -> None:
        return

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(tag, attrs)
        if tag in _VOID:
            return
        self.open.append(tag)
        if len(self.open) == MAX_DEPTH + 1:
            self._fault("guard-depth", f"标记嵌套超过 {MAX_DEPTH} 层")

    def handle_endtag(self, tag: str) -> None:
        # Only as far up as the limit: what lies deeper is refused already, and the work stays linear.
        for index in range(len(self.open) - 1, max(-1, len(self.open) - MAX_DEPTH - 2), -1):
            if self.open[index] == tag:
                del self.open[index:]
                return

    def _look(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self._fault("guard-embedded", f"有{_ACTIVE[tag]}（<{tag}>）")
        values = {key: value or "" for key, value in attrs}
        if tag == "meta" and values.get("http-equiv", "").lower() == "refresh":
            self._fault("guard-external", "会自动转到别的网页")
        for key in _SOURCES:
            if _LOCAL_FILE.match(values.get(key, "")):
                self._fault("guard-external", f"引用了本机或内网的文件“{values[key].strip()[:80]}”")
            elif values.get(key, "").lstrip().lower().startswith("data:") and not _DATA_IMAGE.match(values[key]):
                self._fault("guard-embedded", f"有内嵌的非图片数据“{values[key].strip()[:40]}”")

    def _fault(self, code: str, message: str) -> None:
        self.faults.append(_fault(code, self.name, self.getpos()[0], message, _DANGER))


_RTF = (
    (
        re.compile(rb"\\(object|objdata|objemb|objlink|objautlink|objocx|objhtml)\b"),
        "guard-embedded",
        "有嵌入或链接的对象（OLE）",
    ),
    (re.compile(rb"\\template\b"), "guard-external", "引用了文件以外的模板"),
    (re.compile(rb"\\(subdocument|filetbl)\b"), "guard-chunk", "引入了子文档"),
)
_RTF_WORD = re.compile(rb"\\([a-z]+)-?\d* ?|\\'[0-9a-fA-F]{2}|\\[^a-z]|[{}\r\n]")
_RTF_FIELD = re.compile(rb"\\fldinst(.{0,2000})", re.DOTALL)


def rtf(data: bytes, name: str) -> tuple[Fault, ...]:
    """Every reason not to read an RTF file: objects, templates, fetching fields, nesting."""
    return (*size(data, name), *_rtf(data, name))


def _rtf(data: bytes, name: str) -> Iterator[Fault]:
    for pattern, code, message in _RTF:
        if pattern.search(data):
            yield _fault(code, name, 0, message, _DANGER)
    for match in _RTF_FIELD.finditer(data):
        words = re.findall(r"[A-Za-z]+", _RTF_WORD.sub(b"", match[1]).decode("latin-1"))
        if words and words[0].upper() in FETCHING:
            yield _fault("guard-field", name, 0, f"有引入外部内容的域“{words[0]}”", _DANGER)
    depth = 0
    for mark in re.finditer(rb"\\.|[{}]", data, re.DOTALL):
        depth += {b"{": 1, b"}": -1}.get(mark[0], 0)
        if depth > MAX_DEPTH:
            yield _fault("guard-depth", name, 0, f"括号嵌套超过 {MAX_DEPTH} 层", _DANGER)
            return


def ole(data: bytes, name: str) -> tuple[Fault, ...]:
    """Every reason not to read an old Office file (.doc, .xls, .wps), by the names of what it holds."""
    names = {entry.lower() for entry in sniff.ole_names(data)}
    faults = []
    if names & {"encryptedpackage", "encryptioninfo"}:
        faults.append(_fault("guard-encrypted", name, 0, "有密码，读不了", "请报送单位去掉密码后重新发送"))
    if names & {"macros", "vba", "_vba_project", "_vba_project_cur"}:
        faults.append(_fault("guard-macro", name, 0, "带有宏", "请报送单位另存为 .docx 或 .xlsx（不带宏）后重新发送"))
    if names & {"\x01ole10native", "\x03objinfo", "\x03ocxname", "\x03ocxdata"}:
        hint = "请报送单位把对象（嵌入的表格、图表、公式）改为图片或普通表格后重新发送"
        faults.append(_fault("guard-embedded", name, 0, "有嵌入的对象（OLE）", hint))
    return tuple(faults)


def _fault(code: str, name: str, line: int, message: str, hint: str) -> Fault:
    return Fault(code, "error", Place(name, line, 1 if line else 0), message, hint)
