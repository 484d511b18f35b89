"""Tables in files of their own (``表: 附表1.csv``): read as Excel and WPS save them, in any encoding they use."""

from __future__ import annotations

import codecs
import posixpath
import unicodedata
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from types import MappingProxyType

from builder import markup
from builder.content import beside, hygiene
from builder.errors import Fault, Place, has_errors, why
from builder.files import sha256
from builder.markup import FileTable
from builder.model import Table

Drafts = Mapping[str, bytes]
NO_DRAFTS: Drafts = MappingProxyType({})
MAX_BYTES = 1 << 20
_SAVE = "在 Excel、WPS 中另存为 CSV（UTF-8）"
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


class Reader:
    """Reads the tables that one entry's file names.

    ``files`` are their paths below the workspace (posix), links followed and as named; ``spaces`` the places of spaces
    dropped from them; ``digests`` the SHA-256 of the bytes read, by path with links followed. ``drafts`` are what files
    are read as in place of what they hold, by path below the workspace.
    """

    def __init__(self, entry_file: str, root: Path, drafts: Drafts = NO_DRAFTS) -> None:
        self.entry_file, self.root, self.drafts = entry_file, root, drafts
        self.files: list[str] = []
        self.spaces: list[Place] = []
        self.digests: dict[str, str] = {}

    def __call__(self, wanted: FileTable) -> tuple[Table | None, list[Fault]]:
        """The table, and all faults; those of its text have the table's file as their place."""
        path = beside.locate(wanted.path, self.entry_file, self.root, "表格")
        if isinstance(path, beside.Miss):
            code = "table-missing" if path.kind == "missing" else "table-outside"
            message = f"表格“{wanted.path[:80]}”{path.message}"
            return None, [Fault(code, "error", wanted.place, message, path.hint)]
        if not wanted.path.lower().endswith((".csv", ".tsv", ".txt")):
            message = f"表格“{wanted.path[:80]}”不是 CSV 文件，不能引用"
            return None, [Fault("table-file", "error", wanted.place, message, f"{_SAVE}，引用那个文件")]
        file = unicodedata.normalize("NFC", path.relative_to(self.root.resolve()).as_posix())
        self.files += [file, posixpath.normpath(PurePosixPath(self.entry_file).parent / wanted.path)]
        data, faults = (self.drafts[file], []) if file in self.drafts else _bytes(path, wanted)
        if data is None:
            return None, faults
        self.digests[file] = sha256(data)
        text, faults = _text(data, file)
        if text is None:
            return None, faults
        cleaned = hygiene.scrub(text, file)
        table, found = markup.table_of_file(cleaned.text, file, wanted, locate=cleaned.locate, spaces=self.spaces)
        faults = [*cleaned.faults, *found]
        if has_errors([fault for fault in faults if fault.place.file == file]):
            message = f"表格文件“{wanted.path[:80]}”有错误"
            faults.append(Fault("table-file", "error", wanted.place, message, f"先改正 {file} 中的错误"))
        return table, faults


def _bytes(path: Path, wanted: FileTable) -> tuple[bytes | None, list[Fault]]:
    try:
        if path.stat().st_size > MAX_BYTES:
            message = f"表格“{wanted.path[:80]}”超过 {MAX_BYTES >> 20} MB 的上限"
            return None, [Fault("table-too-large", "error", wanted.place, message, "只留要印的行和列，或分成几个表")]
        return path.read_bytes(), []
    except OSError as error:
        message = f"读不了表格“{wanted.path[:80]}”（{why(error)}）"
        return None, [Fault("file-unreadable", "error", wanted.place, message, "检查文件权限，或关闭占用它的程序")]


def _text(data: bytes, file: str) -> tuple[str | None, list[Fault]]:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data.removeprefix(mark), (encoding,), file)
    return _decoded(data, ("utf-8", "gb18030"), file)


def _decoded(data: bytes, encodings: tuple[str, ...], file: str) -> tuple[str | None, list[Fault]]:
    for encoding in encodings:
        try:
            return data.decode(encoding), []
        except UnicodeDecodeError:
            continue
    return None, [Fault("text-encoding", "error", Place(file), "文件的编码认不出来，读不了", _SAVE)]
