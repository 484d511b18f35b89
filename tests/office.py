"""A small office in a folder of a test: one-page publications, posts, issues written as a test needs them, all acts for real."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from builder.errors import InvalidContent
from builder.fonts import FontSet
from builder.model import Act
from builder.render.child import Engines
from builder.settings import Workspace, workspace
from builder.workflow import opening, planning, publishing
from builder.workflow.payload import frozen
from builder.workflow.publishing import Published
from builder.workflow.recording import Desk, Draft, open_desk, record

ROOT = Path(__file__).resolve().parent.parent
NOW = datetime(2026, 6, 8, 9, 30, tzinfo=timezone(timedelta(hours=8)))
EDITOR, CHIEF, SIGNER = "信息科编辑", "信息科科长", "市委书记"
OFFICE = """\
名称: 临澜市委办公室
代用字体付印: 允许
单位:
  - {全称: 临澜市水利局, 简称: 市水利局}
职务:
  - {职务: 市委书记, 可办: [签发]}
  - {职务: 办公室主任, 可办: [审核, 签发]}
  - {职务: 信息科科长, 可办: [审核, 复核, 登记, 付印]}
  - {职务: 信息科编辑, 可办: [编辑]}
分发组:
  - {组: 常委, 名称: 市委常委, 份数: 11}
  - {组: 部门, 名称: 市直各单位, 份数: 60}
分发名单:
  ducha-kuaixun: {报: [常委], 发: [部门], 存档: 2, 备用: 3}
  gongzuo-xinxi: {报: [常委], 发: [部门], 存档: 2, 备用: 3}
  ducha-tongbao: {报: [常委], 发: [部门], 存档: 2, 备用: 3}
"""
TEXT = "市水利局会同各县（区）抓紧抢修，6月5日前全部通水，惠及群众1.2万人。"


class SmallOffice:
    """The office's folder, with what it takes to act: fonts, warm engines and a clock that stands still."""

    def __init__(self, root: Path, fontset: FontSet, engines: Engines) -> None:
        self.root, self.fontset, self.engines = root, fontset, engines
        self.now: Callable[[], datetime] = lambda: NOW
        shutil.copytree(ROOT / "templates", root / "templates")
        for folder in ("items", "findings", "issues"):
            (root / "content" / folder).mkdir(parents=True)
        self.write("content/office.yaml", OFFICE)

    @property
    def place(self) -> Workspace:
        """The workspace."""
        return workspace(self.root)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the workspace."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def issue(
        self,
        name: str,
        day: str = "2026-06-08",
        title: str = "全市抢修水毁工程",
        text: str = TEXT,
        publication: str = "ducha-kuaixun",
        more: str = "",
    ) -> str:
        """Write an issue of one entry; ``more`` are further lines of its file. Its id."""
        entry = f"条目:\n  - 标题: {title}\n    正文: {text}\n    供稿: 市水利局\n"
        self.write(f"content/issues/{name}.yaml", f"刊物: {publication}\n日期: {day}\n{more}{entry}")
        return name

    def opened(self) -> opening.Opened:
        """The workspace, read."""
        return opening.open_workspace(self.place)

    @contextmanager
    def desk(self, **options: Any) -> Iterator[Desk]:
        """Register, archive and clock."""
        with open_desk(self.place, self.opened().library.office.value, lambda: self.now(), **options) as desk:
            yield desk

    def sign(self, name: str, day: str = "2026-06-08") -> Act:
        """Submit an issue as it is now, and sign it."""
        edition = planning.compose_issue(self.opened(), name, self.fontset).edition
        assert edition is not None
        kept, publication = frozen(edition, self.place), edition.title.id
        year = edition.issue.value.day.year

        with self.desk() as desk:
            with desk.register.reading() as reading:
                version = len(reading.acts(issue=name, kinds=("submit",))) + 1
            signed = {"version": version, "signed": kept.signed}
            submitted = {**signed, "title": "", "pages": 1, "name": edition.title.data.name}
            submit = Draft("submit", publication, year, f"submit:{name}:{version}", EDITOR, name, data=submitted)
            record(desk, lambda _: submit)
            sign = {**signed, "day": day, "paper": False, "scan": ""}
            return record(
                desk, lambda _: Draft("sign", publication, year, f"sign:{name}:{version}", SIGNER, name, data=sign)
            )

    def publish(self, name: str, by: str = CHIEF, **options: Any) -> Published:
        """Publish an issue."""
        with self.desk() as desk:
            return publishing.publish(desk, self.opened(), name, by, self.fontset, self.engines, **options)

    def published(self, name: str, **options: Any) -> Act:
        """Write, sign and publish an issue; its act."""
        self.issue(name, **options)
        self.sign(name)
        act = self.publish(name).act
        assert act is not None
        return act

    def refused(self, name: str, **options: Any) -> list[str]:
        """The codes of the errors that keep an issue from being published."""
        try:
            self.publish(name, **options)
        except InvalidContent as error:
            return sorted(fault.code for fault in error.faults if fault.severity == "error")
        return []

    def acts(self) -> list[Act]:
        """All acts."""
        with self.desk() as desk, desk.register.reading() as reading:
            return reading.acts()
