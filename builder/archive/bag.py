"""The tag files of a bag (BagIt, RFC 8493): a pure function of the act, so that they can be told from any other bytes.

Every act is a bag: its record and its files below ``data/``, and beside them the four files that are made here. There is no
Payload-Oxum: a record holds hashes, which say more, and no sizes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from builder.files import sha256
from builder.records import Act

RECORD = "data/record.json"
TAGS = ("bag-info.txt", "bagit.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")

_BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
KINDS = {
    "start": "登记起号",
    "submit": "送审",
    "review": "审核",
    "sign": "签发",
    "return": "退回",
    "amend": "非实质性改动",
    "scan": "纸签扫描件",
    "proof": "清样",
    "publish": "付印",
    "void": "作废",
    "reprint": "更正重印",
    "more": "加印",
    "sent": "发送登记",
    "close": "年度结束",
}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[\\<>:"|?*%\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]')


def payload_name(path: str) -> str:
    """The name that a file of the workspace has in a bag: as it is, but a per cent sign is a full-width one.

    Manifests must write ``%`` as ``%25`` (RFC 8493, 2.1.3), which not every reader of bags knows.
    """
    return path.replace("%", "％")


def refusal(path: str) -> str:
    """Why ``path`` may be no name below a bag or the archive, in Chinese; "" where it may.

    It stays where it is put, on every system, and stands in a manifest as it is.
    """
    for part in path.split("/"):
        if part in ("", ".", ".."):
            return f"“{path}”不是归档夹以内的路径"
        if _FORBIDDEN.search(part) or part != part.rstrip(" .") or _DEVICE.fullmatch(part.strip()):
            return f"“{_CONTROLS.sub('?', path)}”含有不能用于文件名的字符"
        if len(part.encode()) > 240:
            return f"“{part[:20]}……”这个文件名过长"
    return ""


def payload(act: Act) -> dict[str, str]:
    """All payload files of the act's bag, path below the bag → SHA-256; the record comes first."""
    return {RECORD: act.hash, **{f"data/{name}": digest for name, digest in sorted(act.files.items())}}


def tag_files(act: Act, contents: Mapping[str, str] | None = None) -> dict[str, bytes]:
    """The four tag files of the act's bag, by name; ``contents`` is its ``payload`` where that is at hand."""
    made = {
        "bagit.txt": _BAGIT,
        "bag-info.txt": _information(act),
        "manifest-sha256.txt": _manifest((payload(act) if contents is None else contents).items()),
    }
    made["tagmanifest-sha256.txt"] = _manifest((name, sha256(data)) for name, data in made.items())
    return made


def metadata(act: Act) -> list[tuple[str, str]]:
    """What an archivist asks of an act, in the names of DA/T 46-2009; only what the act itself says.

    An issue (``publish``, ``reprint``) is one 件; of other acts the place, the post and the day are told.
    """
    data = act.data
    pairs = [
        ("全宗号", data.get("fonds", "")),
        ("年度", act.year),
        ("保管期限", data.get("retention", "")),
        ("题名", title(act)),
        ("责任者", data.get("publisher", "")),
        ("日期", data.get("day", act.at[:10])),
        ("文种", "简报" if act.kind in ("publish", "reprint") else ""),
        ("文件编号", data.get("label", "")),
        ("紧急程度", data.get("urgency", "")),
        ("密级", data.get("secrecy", "")),
        ("页数", data.get("pages", "")),
        ("语种", "中文" if act.kind in ("publish", "reprint") else ""),
        ("稿本", "正本" if act.kind in ("publish", "reprint") else ""),
        ("格式信息", "；".join(_formats(act))),
        ("文档创建程序", data.get("program", "")),
    ]
    return [(name, text) for name, value in pairs if value and (text := _line(value))]


def title(act: Act) -> str:
    """题名: an issue's name and number; of another act what was done, and to which issue."""
    name, label = act.data.get("name", ""), act.data.get("label", "")
    if name:
        return _line(f"{name}　{label}")
    return _line(f"{KINDS[act.kind]}：{act.issue or act.publication}")


def _information(act: Act) -> bytes:
    pairs = [
        ("Source-Organization", act.data.get("publisher", "")),
        ("Bagging-Date", act.at[:10]),
        ("External-Description", title(act)),
        ("External-Identifier", act.folder),
        ("Internal-Sender-Identifier", act.key),
        ("手续", KINDS[act.kind]),
        ("手续号", act.seq),
        ("经办", act.by),
        ("录入", act.typed),
        ("前一手续", act.prev),
        *metadata(act),
    ]
    return "".join(f"{name}: {text}\n" for name, value in pairs if value and (text := _line(value))).encode()


def _formats(act: Act) -> Iterator[str]:
    if "issue.pdf" in act.files:
        yield "PDF/A"
    if "issue.docx" in act.files:
        yield "DOCX"


def _manifest(entries: Iterable[tuple[str, str]]) -> bytes:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(entries)).encode()


def _line(value: object) -> str:
    """A value on one line: a line break would begin another label."""
    text = str(value)
    return text if text.isprintable() and text == text.strip() else _CONTROLS.sub(" ", text).strip()
