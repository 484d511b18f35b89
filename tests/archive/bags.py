"""Acts and bags made by program, as publishing makes them."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

from builder.archive.store import Store
from builder.model import Act


def chain(count: int, size: int = 3000, seed: int = 1) -> Iterator[tuple[Act, dict[str, bytes]]]:
    """``count`` acts in a chain with their files: two of three are issues of two publications, in years that change."""
    made = random.Random(seed)
    prev = ""
    for seq in range(1, count + 1):
        publication = ("gongzuo-xinxi", "ducha-tongbao")[seq % 2]
        year = 2025 + seq * 2 // (count + 1)
        kind = "submit" if seq % 3 == 0 else "publish"
        files = _files(made, size) if kind == "publish" else {"view.json": b'{"n":%d}\n' % seq}
        act = Act(
            seq=seq,
            prev=prev,
            kind=kind,
            publication=publication,
            year=year,
            issue=f"{publication}/{year}/{seq:04d}",
            target=0,
            by="主任",
            typed="",
            at=f"{year}-03-05T09:{seq % 60:02d}:00+08:00",
            key=f"key-{seq}",
            folder=f"{publication}/{year}/{seq}"
            if kind == "publish"
            else f"{publication}/{year}/acts/{seq:06d}-{kind}",
            data=_data(seq, year, kind),
            files={name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
        )
        prev = act.hash
        yield act, files


def archive(root: Path, count: int, size: int = 3000) -> list[Act]:
    """An archive with ``count`` acts, and its witness."""
    store, acts = Store(root), []
    for act, files in chain(count, size):
        store.place(act, files)
        acts.append(act)
    store.write_witness(acts[-1].seq, acts[-1].hash)
    return acts


def _files(made: random.Random, size: int) -> dict[str, bytes]:
    return {
        "issue.docx": made.randbytes(size),
        "issue.pdf": made.randbytes(size * 2),
        "view.json": b"{}\n",
        "sources/items/2025/道路 修复.md": made.randbytes(size // 4),
        "sources/office.yaml": "名称: 云川市人民政府办公室\n".encode(),
        "signoff.json": b"[]\n",
    }


def _data(seq: int, year: int, kind: str) -> dict[str, object]:
    if kind != "publish":
        return {"version": "送审稿一", "title": "全市\n重点工作"}
    return {
        "series": "正刊",
        "number": seq,
        "name": "工作信息",
        "label": f"第{seq}期（总第{seq + 800}期）",
        "day": f"{year}-03-05",
        "pages": 4,
        "retention": "10年",
        "secrecy": "",
        "urgency": "",
        "publisher": "云川市人民政府办公室",
    }
