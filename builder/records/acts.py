"""Acts: what was done to an issue, by whom and when, as it is recorded for ever (docs/archive.md).

The register is the chain of acts; every act has a bag in the archive that holds the same record. A record holds no body
text: names, titles, figures, reasons and hashes only.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal, get_args

Kind = Literal[
    "start",  # register start: the first number and total of a sequence
    "submit",  # 送审: a numbered version frozen
    "review",  # 审核
    "sign",  # 签发, by hand on paper or here
    "return",  # 退回
    "amend",  # 签发后的非实质性改动
    "scan",  # the scan of a paper sign-off that came later
    "proof",  # 清样
    "publish",  # 付印: takes the number
    "void",  # 作废
    "reprint",  # 更正重印
    "more",  # 加印
    "sent",  # 发出、签收、收回、销毁
    "close",  # the year of a publication is closed
]
KINDS: tuple[Kind, ...] = get_args(Kind)
VERSION = 1
TOTALS = "总期"  # the sequence of running totals, beside such as 2026/正刊


@dataclass(frozen=True, slots=True)
class Act:
    """One act.

    ``seq`` counts from 1 over the whole register; ``prev`` is the ``hash`` of the act before ("" for the first).
    ``year`` is that of the issue's date, never of the clock. ``issue`` is the id of the issue's file, "" where the act concerns
    a publication as a whole. ``target`` is the ``seq`` of the published act that this one concerns, 0 for none.
    ``by`` is the post that decided, ``typed`` the one that typed it in ("" where it is the same). ``at`` is a time with its
    zone to the second (ISO 8601). ``key`` makes repeating an act harmless: a key is recorded once. ``folder`` is where
    the bag stands below the archive. ``data`` is what the kind needs; ``files`` are the payload's other files, path below ``data/``
    → SHA-256.
    """

    seq: int
    prev: str
    kind: Kind
    publication: str
    year: int
    issue: str
    target: int
    by: str
    typed: str
    at: str
    key: str
    folder: str
    data: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def record(self) -> bytes:
        """``record.json``: the act as canonical JSON (sorted keys, UTF-8, one line); equal acts give equal bytes."""
        flat = {
            name: getattr(self, name) for name in _FIELDS
        }  # ``asdict`` would copy everything, at five times the time
        text = json.dumps({"版本": VERSION, **flat}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return text.encode() + b"\n"

    @property
    def hash(self) -> str:
        """SHA-256 of the record: it covers all files of the bag and, through ``prev``, every act before."""
        return hashlib.sha256(self.record).hexdigest()

    @classmethod
    def from_record(cls, record: bytes) -> Act:
        """The act of a record.

        Raises:
            ValueError: it is none that ``record`` made: another version, a field too many or too few, or of another type.
        """
        flat = json.loads(record)
        if not isinstance(flat, dict) or flat.pop("版本", None) != VERSION:
            raise ValueError("no record of this version")
        try:
            act = cls(**flat)
        except TypeError as error:
            raise ValueError(str(error)) from None
        if act.kind not in KINDS or any(type(getattr(act, name)) is not wanted for name, wanted in _TYPES.items()):
            raise ValueError("no record of an act")
        if act.record != record:
            raise ValueError("not the canonical form")
        return act


_FIELDS = tuple(each.name for each in fields(Act))
_TYPES = {name: {"int": int, "str": str}.get(Act.__annotations__[name], dict) for name in _FIELDS if name != "kind"}
