"""``jianbao import`` of a document: guard → (LibreOffice) → plain → pandoc → draft → typing → item.

Nothing is written before the item has been typed, read back and compared with the source.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from builder import guard, markup, soffice
from builder.content import hygiene, pictures, skeleton, trial
from builder.content.files import is_litter
from builder.errors import Fault, InvalidContent, JianbaoError, Place, UsageError, has_errors
from builder.guard import sniff
from builder.intake import compare, html, pandoc, tree, typed, word
from builder.intake.draft import Figure, Line, Part, Piece, texts
from builder.intake.notes import Notes
from builder.intake.written import write_all
from builder.model import Block, Paragraph, Photo, Table
from builder.settings import Workspace

SUFFIXES: dict[str, tuple[sniff.Kind, ...]] = {
    ".docx": ("docx",),
    ".odt": ("odt",),
    ".doc": ("doc", "wps", "docx", "rtf", "html"),
    ".wps": ("wps", "doc", "docx", "rtf"),
    ".rtf": ("rtf", "doc", "docx"),
    ".html": ("html", "text"),
    ".htm": ("html", "text"),
    ".md": ("text",),
    ".txt": ("text", "html"),
}
# Text with or without marks: what it looks like says less than what it is called.
_TAKEN_AS_TOLD = (("html", ".txt"), ("text", ".html"), ("text", ".htm"))
LONGEST_TITLE = 60
_CREDIT = re.compile(r"[（(]([^（）()]{1,80})供稿[）)][。.]?$")
_UNITS = re.compile(r"[、，,；;\s]+")
_FORBIDDEN = re.compile(r"[\\/<>:\"|?*\x00-\x1f\ud800-\udfff]+")
_LONGEST_NAME = 60
_REFUSED = "按上面各条处理后重试。"


class TargetExists(JianbaoError):
    """A file that would be overwritten."""


@dataclass(frozen=True, slots=True)
class Read:
    """A document read: its parts, its pictures by target, and its own text where that can be told apart."""

    parts: tuple[Part, ...]
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    typed: bool = False  # already in plain typing: its marks are marks


@dataclass(frozen=True, slots=True)
class Taken:
    """What was written, the item first, and what the editor should know."""

    files: tuple[Path, ...]
    faults: tuple[Fault, ...]


def take(workspace: Workspace, data: bytes, source: str, name: str = "") -> Taken:
    """Make an item of a document.

    Args:
        workspace: where the item goes, below ``content/items``.
        data: the document.
        source: its file name; "" for text from standard input.
        name: the item's name; made of the file's, or of the title, when it is not given.

    Raises:
        InvalidContent: the document is hostile, damaged or holds what no item can; the name cannot be used.
        TargetExists: an item or picture of that name is there.
        UsageError: a kind of file that is not imported.
        JianbaoError: pandoc or LibreOffice is missing, or cannot read the document.
        FileError: a file cannot be written; what had been written is gone again.
    """
    label = source or "标准输入"
    notes = Notes()
    read = _read(data, label, PurePosixPath(source).suffix.lower() if source else ".txt", notes)
    title, parts, told = _titled(read.parts, name or _stem(source), label)
    units, parts = _credited(parts)
    name = name or _stem(source) or _safe(title)
    path = _target(workspace, name)
    photos, files = _photos(read.pictures, parts, path.stem, label, notes)
    lines, expected = _lines(parts, notes, files, read.typed)
    body = "\n".join(lines).strip("\n")
    given = {"标题": title, **({"供稿单位": units} if units else {})}
    text = skeleton.skeleton("item", re.sub(r"\n{3,}", "\n\n", body), **given)
    faults = (*read.faults, *told, *notes.faults(label), *_proven(text, body, expected, name, label, workspace))
    if has_errors(faults):
        raise InvalidContent(f"{label} 不能导入，没有写出任何文件。", "改正原件后重新导入。", faults)
    written = {path: text.encode(), **{path.parent / files[t]: photos[t].data for t in files}}
    if there := next((path for path in written if os.path.lexists(path)), None):
        raise TargetExists(f"{there} 已经存在，没有写出任何文件。", "用 --名称 另起一个名称，或先移走原来的文件。")
    # The item last, so that it never stands without its pictures.
    write_all(workspace.root, dict(reversed(written.items())))
    return Taken(tuple(written), faults)


# ---------------------------------------------------------------- reading


def _read(data: bytes, name: str, suffix: str, notes: Notes) -> Read:
    """The document by what it is; its suffix only says what it should be."""
    if len(data) > guard.MAX_BYTES:
        hint = "压缩其中的图片，或只保留要用的部分，另存后再导入"
        _refuse((Fault("guard-size", "error", Place(name), f"文件超过 {guard.MAX_BYTES >> 20} MB", hint),), name)
    if suffix not in SUFFIXES:
        raise UsageError(
            f"{name}：这种文件不能导入。", f"可以导入 {'、'.join(s[1:] for s in SUFFIXES)}；台账用 --as findings。"
        )
    kind, wanted = sniff.kind(data), SUFFIXES[suffix]
    if kind not in wanted and suffix in (".docx", ".odt"):
        _refuse(guard.package(data, "docx" if suffix == ".docx" else "odt", name), name)
    if kind not in wanted:
        reason = "有密码，读不了" if kind == "encrypted" else f"内容不是后缀所说的格式，而是{sniff.LABELS[kind]}"
        code = "guard-encrypted" if kind == "encrypted" else "guard-format"
        _refuse((Fault(code, "error", Place(name), reason, "核对文件，把后缀改对后重试"),), name)
    faults: tuple[Fault, ...] = ()
    if kind != wanted[0] and (kind, suffix) not in _TAKEN_AS_TOLD:
        message = f"内容其实是{sniff.LABELS[kind]}，已按内容读取"
        faults = (Fault("import-kind", "warning", Place(name), message, "请把原件的后缀改对"),)
    read = _by_kind(data, name, "html" if suffix in (".html", ".htm") and kind == "text" else kind, suffix, notes)
    return Read(read.parts, read.pictures, (*faults, *read.faults), read.typed)


def _by_kind(data: bytes, name: str, kind: sniff.Kind, suffix: str, notes: Notes) -> Read:
    if kind == "docx":
        return _word(data, name, notes)
    if kind == "html" and suffix != ".txt":
        return _page(data, name, notes)
    if kind in ("text", "html"):
        return _plain_text(data, name, suffix == ".md")
    if kind == "odt":
        _refuse(guard.package(data, "odt", name), name)
    else:
        _refuse(guard.rtf(data, name) if kind == "rtf" else guard.ole(data, name), name)
    return _word(soffice.convert(data, "doc" if kind == "wps" else kind, "docx", name), name, notes)


def _refuse(faults: Sequence[Fault], name: str) -> None:
    if faults:
        raise InvalidContent(f"{name} 不能导入，没有读取。", _REFUSED, tuple(faults))


def _word(data: bytes, name: str, notes: Notes) -> Read:
    plain = word.plain(data, name, notes)
    parts = tree.draft(pandoc.tree(plain.package, "docx+styles", name), notes)
    faults = compare.lost(plain.text, texts(parts), name)
    shown = {part.target for part in parts if isinstance(part, Figure)}
    if shown != set(plain.pictures) and not faults:
        message = f"原件有 {len(plain.pictures)} 张图片，导入后是 {len(shown)} 张"
        faults = (Fault("import-lost", "error", Place(name), message, "请把这个文件报告给维护人员"),)
    return Read(tuple(parts), plain.pictures, faults)


def _page(data: bytes, name: str, notes: Notes) -> Read:
    text = html.decoded(data, name)
    blocks = pandoc.tree(text.encode(), "html-native_divs-native_spans-tex_math_dollars", name)
    found = tree.draft(blocks, Notes(), numbers=False)
    parts = tree.draft(blocks, notes)
    inline = {p.target: html.inline_picture(p.target) for p in parts if isinstance(p, Figure)}
    faults = compare.lost(html.visible(text), texts(found), name)
    return Read(tuple(parts), {target: data for target, data in inline.items() if data is not None}, faults)


def _plain_text(data: bytes, name: str, typed_already: bool) -> Read:
    """Lines of text are paragraphs; in Markdown the marks of plain typing are marks."""
    _refuse(guard.size(data, name), name)
    text, faults = hygiene.decode(data, name)
    # The source stays as it is; the item is written in UTF-8.
    hint = "在记事本里打开，另存为 UTF-8 编码后重试" if text is None else "核对稿件里的文字"
    faults = [replace(fault, hint=hint) for fault in faults]
    if text is None:
        raise InvalidContent(f"{name} 不能导入，没有读取。", _REFUSED, tuple(faults))
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if typed_already and lines[0].rstrip() == "---":
        hint = "直接放进 content/items 文件夹"
        _refuse(
            (Fault("import-item", "error", Place(name), "已经是信息稿件（有 --- 开头的各项），不必导入", hint),), name
        )
    parts = tuple(Line((Piece(line),)) for line in lines if typed_already or line.strip())
    return Read(parts, {}, tuple(faults), typed_already)


# ---------------------------------------------------------------- title, units, name


def _titled(parts: Sequence[Part], name: str, label: str) -> tuple[str, tuple[Part, ...], tuple[Fault, ...]]:
    """The title (the first title or heading near the start, else the first line), and what is left."""
    lines = [(n, part) for n, part in enumerate(parts) if isinstance(part, Line) and part.text.strip()]
    if not lines:
        _refuse((Fault("import-empty", "error", Place(label), "没有文字", "核对文件；扫描件要先识别成文字"),), label)
    near = lines[:6]
    at, line = next(
        (pair for role in ("题名", "标题") for pair in near if pair[1].role == role and pair[1].level <= 1),
        lines[0],
    )
    text = re.sub(r"^#{1,5}[ \u3000]+", "", " ".join(line.text.split())).replace("**", "")
    if len(text) > LONGEST_TITLE or text.endswith("。"):
        message, hint = "没有找到标题，暂用文件名", "打开稿件，改写标题"
        fault = Fault("import-title", "warning", Place(label), message, hint)
        return name or text[:LONGEST_TITLE].rstrip("。"), tuple(parts), (fault,)
    return text, (*parts[:at], *parts[at + 1 :]), ()


def _credited(parts: Sequence[Part]) -> tuple[list[str], tuple[Part, ...]]:
    """The units of a closing （××供稿）, and the parts without it."""
    at = next((n for n in range(len(parts) - 1, -1, -1) if not isinstance(p := parts[n], Line) or p.text.strip()), None)
    last = parts[at] if at is not None else None
    match = _CREDIT.search(last.text.rstrip()) if isinstance(last, Line) else None
    if at is None or match is None or not isinstance(last, Line):
        return [], tuple(parts)
    left = match.start()
    pieces = []
    for piece in last.pieces:
        pieces.append(Piece(piece.text[:left], piece.bold))
        left = max(0, left - len(piece.text))
    kept = Line(tuple(p for p in pieces if p.text), last.role, last.level)
    units = [unit for unit in _UNITS.split(match[1]) if unit]
    return units, (*parts[:at], *((kept,) if kept.text.strip() else ()), *parts[at + 1 :])


def _stem(source: str) -> str:
    return _safe(PurePosixPath(source.replace("\\", "/")).stem) if source else ""


def _safe(text: str) -> str:
    """A file name made of a text."""
    return _FORBIDDEN.sub("", " ".join(text.split()))[:_LONGEST_NAME].strip(" .~$") or "导入稿"


def _target(workspace: Workspace, name: str) -> Path:
    stem = name.removesuffix(".md")
    reason = skeleton.bad_name(stem)
    if any(is_litter(part) for part in f"{stem}.md".split("/")):
        reason = "以 . 或 ~$ 开头的是隐藏文件或临时文件，不会读取"
    if reason:
        raise InvalidContent(f"“{name}”不能作文件名。", f"{reason}；用 --名称 另起一个名称。")
    return workspace.content / "items" / f"{stem}.md"


# ---------------------------------------------------------------- pictures, typing, proof


def _photos(
    given: Mapping[str, bytes], parts: Sequence[Part], stem: str, label: str, notes: Notes
) -> tuple[dict[str, Photo], dict[str, str]]:
    """The pictures that can be used, and their file names, by target; the others are listed."""
    photos: dict[str, Photo] = {}
    files: dict[str, str] = {}
    for figure in (part for part in parts if isinstance(part, Figure)):
        if figure.target in photos:
            continue
        if figure.target not in given:
            notes.left("图片（不在文件里，没有下载）", figure.alt)
            continue
        photo = pictures.examine(given[figure.target], figure.alt or "图片", Place(label))
        if isinstance(photo, Fault):
            notes.left("图片", photo.message)
            continue
        photos[figure.target] = photo
        files[figure.target] = f"{stem}-图{len(photos)}.{'jpg' if photo.format == 'jpeg' else 'png'}"
    return photos, files


def _lines(
    parts: Sequence[Part], notes: Notes, files: Mapping[str, str], typed_already: bool
) -> tuple[list[str], list[str] | None]:
    """The body's lines, and what they must read back as (None where the source is plain typing itself)."""
    if typed_already:
        return [part.text for part in parts if isinstance(part, Line)], None
    return typed.type_out(parts, files, notes)


def _proven(
    text: str, body: str, expected: Sequence[str] | None, name: str, label: str, workspace: Workspace
) -> tuple[Fault, ...]:
    """What loading says of the item, told of the source, and whether it reads back as the text that was typed."""
    faults = [fault for fault in trial("item", name.removesuffix(".md"), text, workspace.root) if _counts(fault)]
    lines = text.split("\n")
    told = tuple(_of_source(fault, lines, label) for fault in faults)
    if expected is None or has_errors(told):
        return told
    blocks, _ = markup.parse(hygiene.scrub(body, label).text, label, 1)
    return (*told, *compare.lost(expected, _texts(blocks), label))


def _counts(fault: Fault) -> bool:
    """Pictures are written after the trial, and have been checked by themselves."""
    return fault.code != "picture-missing"


def _of_source(fault: Fault, lines: Sequence[str], label: str) -> Fault:
    """A fault of the item that was not written, with the words of its line instead of a place nobody can open."""
    words = lines[fault.place.line - 1].strip()[:20] if 0 < fault.place.line <= len(lines) else ""
    message = f"{fault.message}（“{words}…”一段）" if words else fault.message
    return Fault(fault.code, fault.severity, Place(label), message, fault.hint)


def _texts(blocks: Sequence[Block]) -> list[str]:
    found: list[str] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            found.append(block.text)
        elif isinstance(block, Table):
            titles = (("表题", block.title), ("单位", block.unit))
            found += [f"{name}：{value}" for name, value in titles if value]
            found += [cell.text for row in (*block.head, *block.rows) for cell in row]
    return found
