"""移交包: the bags of a year as they are, with a catalogue and checksums, as a folder or a zip file; the same bytes every time."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol
from xml.sax.saxutils import escape

from builder.archive import bag, fixity
from builder.archive.store import ArchiveDamaged
from builder.errors import Fault, FileError, JianbaoError, why
from builder.files import sync_folder
from builder.records import Act

COLUMNS = (
    "件号",
    "全宗号",
    "年度",
    "保管期限",
    "题名",
    "责任者",
    "日期",
    "文种",
    "文件编号",
    "紧急程度",
    "密级",
    "页数",
    "语种",
    "稿本",
    "格式信息",
    "计算机文件名",
    "计算机文件大小",
    "文档创建程序",
    "附注",
)
_CSV, _XML, _SUMS, _READ, _BAGS = "目录.csv", "目录.xml", "校验.sha256", "说明.txt", "归档包"
_ISSUES = ("publish", "reprint")
_DATE = (1980, 1, 1, 0, 0, 0)  # no clock in the bytes


class Sink(Protocol):
    """Where the package goes."""

    def add(self, name: str, data: bytes) -> None:
        """Write one file."""


def export(root: Path, acts: Sequence[Act], target: Path, later: Sequence[Act] = ()) -> int:
    """Write a transfer package; every file is compared with its act as it is copied.

    Args:
        root: the archive.
        acts: the acts to hand over, in order: those of a year, of one publication or of all.
        target: the folder to be made, or the ``.zip`` file; there must be nothing.
        later: acts of other years that may concern them; they are told of, not handed over.

    Returns:
        How many issues the catalogue names.

    Raises:
        JianbaoError: nothing to hand over.
        ArchiveDamaged: a bag is not what its act says; ``faults`` names all. Nothing is written.
        FileError: something is there already, or it cannot be read or written; nothing is left behind.
    """
    issues = [act for act in acts if act.kind in _ISSUES]
    if not issues:
        raise JianbaoError("没有可移交的期。", "核对年度和刊物；用 jianbao archive list 查看。")
    with _sink(target) as sink:
        sums, sizes = _copy(root, acts, sink)
        rows = catalogue(acts, sizes, later)
        for name, data in ((_CSV, _as_csv(rows)), (_XML, _as_xml(rows)), (_READ, _explained(len(issues)))):
            sink.add(name, data)
            sums.append((name, hashlib.sha256(data).hexdigest()))
        sink.add(_SUMS, "".join(f"{digest}  {name}\n" for name, digest in sorted(sums)).encode())
    return len(issues)


def catalogue(acts: Sequence[Act], sizes: dict[str, int], later: Sequence[Act] = ()) -> list[dict[str, str]]:
    """One row for each issue and each second printing, by ``COLUMNS``; ``sizes`` are those of the PDFs, by folder.

    What was done to an issue later (void, corrected, printed again) is its 附注.
    """
    about: dict[int, dict[int, Act]] = defaultdict(dict)
    for act in (*acts, *later):
        about[act.target][act.seq] = act
    rows: list[dict[str, str]] = []
    for act in acts:
        if act.kind in _ISSUES:
            row = dict.fromkeys(COLUMNS, "") | dict(bag.metadata(act))
            row |= {"件号": str(len(rows) + 1), "计算机文件名": f"{_BAGS}/{act.folder}/data/issue.pdf"}
            row |= {
                "计算机文件大小": str(sizes.get(act.folder, "")),
                "附注": _remarks(act, list(about[_issue(act)].values())),
            }
            rows.append(row)
    return rows


def _issue(act: Act) -> int:
    """The ``seq`` of the issue of which an act is a printing."""
    return act.target if act.kind == "reprint" else act.seq


def _remarks(act: Act, about: Sequence[Act]) -> str:
    """``about``: the acts that concern the issue, in order."""
    told = []
    if act.kind == "reprint":
        told.append(f"更正重印，印次 {act.data.get('printing', 2)}")
    for later in about:
        if later.kind == "void":
            told.append(f"作废：{later.data.get('reason', '')}")
        elif later.kind == "reprint" and later.seq > act.seq:
            told.append("已更正重印，本次印件收回")
        elif later.kind == "publish":
            year = "" if later.year == act.year else f"{later.year}年"
            told.append(f"更正启事见{year}{later.data.get('label', '')}")
    return "；".join(dict.fromkeys(told))


def _copy(root: Path, acts: Sequence[Act], sink: Sink) -> tuple[list[tuple[str, str]], dict[str, int]]:
    """All bags into ``sink``; names and hashes of what was written, and the size of every issue's PDF."""
    sums: list[tuple[str, str]] = []
    sizes: dict[str, int] = {}
    faults: list[Fault] = []
    for act in acts:
        faults += [fault for fault in fixity.judge(str(root), act) if fault.severity == "error"]
        if faults:
            continue  # the rest is judged, so that everything is told at once
        contents = bag.payload(act)
        tags = {name: hashlib.sha256(data).hexdigest() for name, data in bag.tag_files(act, contents).items()}
        for name, digest in sorted({**contents, **tags}.items()):
            data = _bytes(root / act.folder / name)
            if hashlib.sha256(data).hexdigest() != digest:  # judged a moment ago: somebody is at work here
                raise ArchiveDamaged(f"归档文件 {act.folder}/{name} 在复制时变了。", "关闭正在改动归档夹的程序后重试。")
            sink.add(f"{_BAGS}/{act.folder}/{name}", data)
            sums.append((f"{_BAGS}/{act.folder}/{name}", digest))
            if name == "data/issue.pdf":
                sizes[act.folder] = len(data)
    if faults:
        raise ArchiveDamaged("归档夹有损坏，没有导出。", "先恢复下列文件，再导出。", tuple(faults))
    return sums, sizes


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileError(f"读不了归档文件 {path}（{why(error)}）。", "运行 jianbao archive verify 查看。") from error


def _as_csv(rows: Sequence[dict[str, str]]) -> bytes:
    """With a byte order mark: spreadsheet programs take a file without one for the system's old code page."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _cell(value) for name, value in row.items() if name in COLUMNS} for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: str) -> str:
    """A text that a spreadsheet would run as a formula stays text."""
    return f"'{value}" if value.startswith(("=", "+", "-", "@")) else value


def _as_xml(rows: Sequence[dict[str, str]]) -> bytes:
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<移交目录>"]
    for row in rows:
        fields = "".join(f"<{name}>{escape(row[name])}</{name}>" for name in COLUMNS if row[name])
        lines.append(f"  <件>{fields}</件>")
    return "\n".join([*lines, "</移交目录>", ""]).encode()


def _explained(count: int) -> bytes:
    return (
        f"本移交包共 {count} 件。\r\n"
        f"{_CSV}、{_XML}：目录，项目名称依 DA/T 46-2009。\r\n"
        f"{_BAGS}：每件及其审签手续的归档包（BagIt，RFC 8493），与归档时相同。\r\n"
        f"{_SUMS}：全部文件的 SHA-256，可用 sha256sum -c 核对。\r\n"
    ).encode()


class _Folder:
    def __init__(self, root: Path) -> None:
        self._root, self._folders = root, {root}

    def add(self, name: str, data: bytes) -> None:
        path = self._root / name
        if path.parent not in self._folders:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folders.add(path.parent)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())


class _Zip:
    def __init__(self, file: zipfile.ZipFile, top: str) -> None:
        self._file, self._top = file, top

    def add(self, name: str, data: bytes) -> None:
        information = zipfile.ZipInfo(f"{self._top}/{name}", _DATE)
        information.create_system, information.external_attr = 3, 0o100644 << 16  # the same on every system
        self._file.writestr(information, data)


@contextmanager
def _sink(target: Path) -> Iterator[Sink]:
    """A place to write to that becomes ``target`` when all is written, and vanishes otherwise."""
    if os.path.lexists(target):
        raise FileError(f"{target} 已经有了，没有覆盖。", "换一个名字，或移走原来的。")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", suffix=".tmp", dir=target.parent) as temporary:
            made = Path(temporary) / target.name
            if target.suffix.lower() == ".zip":
                with made.open("xb") as file:
                    with zipfile.ZipFile(file, "w") as package:
                        yield _Zip(package, target.stem)
                    file.flush()
                    os.fsync(file.fileno())
            else:
                made.mkdir()
                yield _Folder(made)
            made.rename(target)
            sync_folder(target.parent)
    except OSError as error:
        hint = "清理磁盘后重试。" if error.errno == 28 else "检查磁盘和文件夹权限后重试。"
        raise FileError(f"移交包写不进 {target}（{why(error)}）。", hint) from error
