"""A register and an archive with the sample issues, recorded as publishing records them: really rendered, really put away."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from builder.archive.store import Store
from builder.measure import pdf as pdf_reader
from builder.measure.starts import starts
from builder.model import Act
from builder.register import address, open_register
from builder.render.entries import index_entries
from builder.settings import Workspace
from builder.workflow.recording import Desk, Draft, record
from builder.workflow.rendering import Rendered

NOW = datetime(2026, 6, 8, 9, 30, tzinfo=timezone(timedelta(hours=8)))


def desk(workspace: Workspace) -> Desk:
    """The desk of a workspace; its register is SQLite."""
    return Desk(open_register(address(workspace, environment={})), Store(workspace.archive), lambda: NOW)


def issue(opened: Desk, made: Rendered, number: int, signer: str = "主任", name: str = "") -> Act:
    """Submit, sign and publish one rendered issue as the ``number``-th of its publication and year."""
    view = made.view.data
    publication, id_ = view["刊物"], name or f"2026/{view['刊物']}-{number}"
    files = {"issue.docx": made.files["docx"], "issue.pdf": made.files["pdf"]}
    files["view.json"] = json.dumps(view, ensure_ascii=False, sort_keys=True).encode()
    read = pdf_reader.read(made.files["pdf"], number=view["页码"])
    before = {"publication": publication, "year": 2026, "issue": id_}
    record(
        opened, lambda _: Draft("submit", by="编辑", key="", files=files, data={"version": 1, "signed": "0"}, **before)
    )
    record(
        opened, lambda _: Draft("sign", by=signer, key="", data={"version": 1, "signed": "0", "paper": False}, **before)
    )
    data = {
        "series": "正刊",
        "sequence": "2026/正刊",
        "number": number,
        "total": number + 100,
        "day": "2026-06-08",
        "name": "".join(view["报头"]["刊名"]),
        "label": "".join(view["报头"]["期号行"]),
        "genre": "信息",
        "starts": starts(view, read),
        "pages": len(read.pages),
        "publisher": "云川市人民政府办公室",
        "corrects": 0,
    }
    entries = index_entries(publication, 2026, id_, data, view)
    folder = f"{publication}/2026/{number}"
    return record(
        opened,
        lambda _: Draft(
            "publish", by="主任", key=f"publish:{id_}", folder=folder, data=data, files=files, entries=entries, **before
        ),
    )


def year(workspace: Workspace, rendered: Mapping[str, Rendered], most: int = 4) -> list[Act]:
    """The first ``most`` sample issues published, numbered from 1 in each publication."""
    counts: dict[str, int] = {}
    acts = []
    with desk(workspace) as opened:
        for made in list(rendered.values())[:most]:
            name = made.view.data["刊物"]
            counts[name] = counts.get(name, 0) + 1
            acts.append(issue(opened, made, counts[name]))
    return acts
