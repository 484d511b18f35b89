"""Foreign files that are no packages: HTML, RTF, old Office files, plain text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from builder.errors import Fault, Place
from builder.guard import rtf as rtf_file
from builder.guard import sniff

MAX_TEXT = 20 << 20
MAX_DEPTH = 256
_DANGER = "不要打开这个文件；向报送单位核实后请其重新报送"
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr")
)
# Elements that end where the next one begins (HTML 13.1.2.4): few pages of offices ever close them.
_SELF_CLOSING = frozenset(
    ("p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "colgroup", "option", "optgroup", "rt", "rp")
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
_UNFINISHED = re.compile(r"<[A-Za-z/!?]")
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
    try:
        judge.feed(text)
    except AssertionError:  # the library's answer to a declaration that it does not know
        judge.broken()
    # What it waits for the end of. Closing would try each later place anew: the square of the page's length.
    if _UNFINISHED.match(judge.rawdata):
        judge.broken()
    else:
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
        if tag in _VOID or tag in _SELF_CLOSING:
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

    def broken(self) -> None:
        """A tag, comment or declaration has no end, or is none."""
        place, hint = Place(self.name, self.getpos()[0], 1), "在浏览器里打开，另存为网页后重试"
        self.faults.append(Fault("guard-damaged", "error", place, "这里的标记没有写完或写错，读不下去", hint))

    def _fault(self, code: str, message: str) -> None:
        self.faults.append(_fault(code, self.name, self.getpos()[0], message, _DANGER))


def rtf(data: bytes, name: str) -> tuple[Fault, ...]:
    """Every reason not to read an RTF file: its size, objects, templates, fetching fields, nesting."""
    return size(data, name) or rtf_file.judge(data, name)


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
