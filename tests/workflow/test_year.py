"""A year of the sample office, from register start to transfer package: every act as an office does it, and then damage."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

import bagit
import pytest
from PIL import Image

from builder import register
from builder.archive.export import export
from builder.errors import InvalidContent
from builder.fonts import FontSet
from builder.model import Act
from builder.register import Register
from builder.render.child import Engines
from builder.settings import Workspace, workspace
from builder.workflow import afterwards, closing, distributing, opening, publishing, reprinting, signing, starting
from builder.workflow.afterwards import Further
from builder.workflow.cases import Case
from builder.workflow.distributing import Move
from builder.workflow.fixity import fixity
from builder.workflow.recording import Desk, open_desk
from builder.workflow.restoring import restore
from builder.workflow.signing import Paper
from builder.workflow.verifying import verify

ROOT = Path(__file__).resolve().parents[2]
XINXI, KUAIXUN, TONGBAO = "gongzuo-xinxi", "ducha-kuaixun", "ducha-tongbao"
EDITOR, CHIEF, SIGNER, LEADER = "信息科编辑", "信息科科长", "市委常委、秘书长", "市委书记"
_ZONE = timezone(timedelta(hours=8))
# Issues of 2026 by publication, and the first number of each: 督查通报 was begun on paper in the same year.
_YEAR = {XINXI: (25, 1, 301), KUAIXUN: (24, 1, 1), TONGBAO: (12, 5, 48)}


class Year:
    """The sample office with its own posts, units and items, and an empty register; the day is that of the issue in hand."""

    def __init__(self, root: Path, fontset: FontSet, engines: Engines) -> None:
        for name in ("templates", "content"):
            shutil.copytree(ROOT / name, root / name)
        shutil.rmtree(root / "content/issues")
        self.place: Workspace = workspace(root)
        self.fontset, self.engines = fontset, engines
        self.today = date(2026, 1, 1)
        self.items = sorted((root / "content/items").rglob("*.md"))
        self.office = opening.open_workspace
        self.desk: Desk = open_desk(self.place, self.opened().library.office.value, self.now)

    def now(self) -> datetime:
        """Half past nine on the day."""
        return datetime(self.today.year, self.today.month, self.today.day, 9, 30, tzinfo=_ZONE)

    def opened(self) -> opening.Opened:
        """The workspace, read."""
        return opening.open_workspace(self.place)

    def write(self, name: str, publication: str, day: date, number: int, more: str = "", title: str = "") -> str:
        """An issue of one entry: one of the sample's items (a short one for 督查快讯, which has a sheet at most), its own title."""
        items = [item for item in self.items if item.parent.name == "简讯"] if publication == KUAIXUN else self.items
        item = items[number % len(items)]
        names = item.relative_to(self.place.content / "items").with_suffix("").as_posix()
        text = f"刊物: {publication}\n日期: {day}\n{more}条目:\n  - 信息: {names}\n    标题: {title or f'全市重点工作进展情况之{number}'}\n"
        path = self.place.content / "issues" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return name

    def sign(self, name: str, paper: Paper | None = None) -> None:
        """送审, 审核 and 签发, by three posts."""
        opened = self.opened()
        signing.submit(self.desk, Case(opened, name, EDITOR), self.fontset, self.engines)
        signing.review(self.desk, Case(opened, name, CHIEF))
        signing.sign(self.desk, Case(opened, name, SIGNER), paper, EDITOR if paper else "")

    def publish(self, name: str, **options: object) -> Act:
        """付印."""
        done = publishing.publish(self.desk, self.opened(), name, CHIEF, self.fontset, self.engines, **options)  # type: ignore[arg-type]
        assert done.act is not None
        return done.act

    def issue(self, name: str, publication: str, day: date, number: int, more: str = "", **options: object) -> Act:
        """One issue from file to archive."""
        self.today = day
        self.write(name, publication, day, number, more)
        self.sign(name)
        return self.publish(name, **options)


@pytest.fixture
def year(tmp_path: Path, fontset: FontSet, engines: Engines) -> Iterator[Year]:
    made = Year(tmp_path / "year", fontset, engines)
    with made.desk:
        yield made


def rows(opened: Register) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table."""
    with opened.reading() as now:
        listed = now.connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars().all()
        return {
            t: [tuple(r) for r in now.connection.exec_driver_sql(f"SELECT * FROM {t} ORDER BY 1, 2")]
            for t in listed
            if not t.startswith("entry_index")
        }


def scan() -> tuple[str, bytes]:
    out = io.BytesIO()
    Image.new("L", (60, 80), 240).save(out, "PNG")
    return "scan/签批单.png", out.getvalue()


@pytest.mark.long
def test_a_year_is_published_verified_damaged_found_restored_closed_and_exported(year: Year, tmp_path: Path) -> None:
    _published(year)
    _verified(year)
    _damaged_and_found(year)
    _restored(year)
    _closed(year)
    _exported(year, tmp_path / "移交.zip")


def _published(year: Year) -> None:
    for publication, (_, first, total) in _YEAR.items():
        starting.start(year.desk, year.opened(), publication, CHIEF, first, total, 2026, "正刊")
    acts: dict[str, list[Act]] = {name: [] for name in _YEAR}
    for publication, (count, _, _) in _YEAR.items():
        for n in range(1, count + 1):
            day = date(2026, 1, 5) + timedelta(days=n * 355 // count)
            acts[publication].append(year.issue(f"2026/{publication}-{n}", publication, day, n))
    for publication, (count, first, total) in _YEAR.items():
        assert [a.data["number"] for a in acts[publication]] == list(range(first, first + count))
        assert acts[publication][-1].data["total"] == total + count - 1
    _irregular(year, acts[XINXI])


def _irregular(year: Year, issues: list[Act]) -> None:
    """A supplement, sign-offs on paper, a void number, a correction, a corrected printing, copies printed later, a new year."""
    office = year.opened().library.office.value
    year.today = date(2026, 12, 30)
    extra = year.issue("2026/extra", XINXI, year.today, 3, "系列: 增刊\n")
    assert (extra.folder, extra.data["total"]) == (f"{XINXI}/2026/增刊1", None)
    for name, paper in (
        ("2026/paper", Paper(date(2026, 12, 29), scan())),
        ("2026/unscanned", Paper(date(2026, 12, 29), None)),
    ):
        year.write(name, XINXI, year.today, 4, title="纸上签发的一期")
        year.sign(name, paper)
        act = year.publish(name)
        assert ("scan/签批单.png" in act.files) == (name == "2026/paper")
    afterwards.void(year.desk, year.place, office, issues[2].issue, LEADER, "文种用错，整期不发")
    year.write("2026/notice", XINXI, year.today, 5, title="更正启事")
    year.sign("2026/notice")
    notice = year.publish("2026/notice", corrects=issues[4].issue)
    assert notice.data["corrects"] == issues[4].seq
    year.write(issues[5].issue, XINXI, date.fromisoformat(issues[5].data["day"]), 6, title="改正后的标题")
    again = reprinting.reprint(
        year.desk, year.opened(), issues[5].issue, LEADER, "标题有误", year.fontset, year.engines
    ).act  # fmt: skip
    assert (again.data["number"], again.data["printing"]) == (issues[5].data["number"], 2)
    afterwards.more(year.desk, year.place, office, issues[0].issue, LEADER, [Further("市应急局", 3)], "不够分发")
    for what in ("发出", "签收"):
        distributing.move(year.desk, year.place, office, issues[0].issue, CHIEF, Move(what, "市委常委"))
    year.today = date(2027, 1, 4)
    old = year.issue("2026/late", XINXI, date(2026, 12, 31), 7)
    new = year.issue("2027/first", XINXI, date(2027, 1, 4), 8)
    assert (old.year, old.data["number"], new.year, new.data["number"]) == (2026, 29, 2027, 1)
    assert new.data["total"] == old.data["total"] + 1


def _verified(year: Year) -> None:
    found = verify(year.place, None)
    assert found.faults == (), "\n".join(map(str, found.faults))
    assert found.issues >= 66
    assert fixity(year.place, None).faults == ()
    with year.desk.register.reading() as reading:
        for act in reading.acts():
            assert bagit.Bag(str(year.place.archive / act.folder)).is_valid()


def _damaged_and_found(year: Year) -> None:
    name = f"{TONGBAO}/2026/7/data/issue.pdf"
    path = year.place.archive / name
    good, mode = path.read_bytes(), path.stat().st_mode
    path.chmod(0o644)
    path.write_bytes(good[:5000] + bytes([good[5000] ^ 1]) + good[5001:])
    for fixity_only in (True, False):
        found = [f for f in (fixity if fixity_only else verify)(year.place, None).faults if f.severity == "error"]
        assert found
        assert {fault.place.file for fault in found} == {name}
    path.write_bytes(good)
    path.chmod(mode)
    assert verify(year.place, None).faults == ()


def _restored(year: Year) -> None:
    before = rows(year.desk.register)
    assert len(before["issue"]) >= 66
    year.desk.register.close()
    for file in year.place.register.parent.glob("register.sqlite*"):
        file.unlink()
    restored = restore(year.place, None)
    assert restored.issues == len(before["issue"])
    with register.open_register(register.address(year.place, environment={})) as opened:
        assert rows(opened) == before
    assert verify(year.place, None).faults == ()


def _closed(year: Year) -> None:
    closed, _ = closing.close(year.desk, year.opened(), 2026, CHIEF, year.fontset, year.engines, early=True)
    listed = {each.publication: each for each in closed}
    assert set(listed) == set(_YEAR)
    assert all(set(each.files) == {"docx", "pdf", "csv"} for each in closed)
    table = listed[XINXI].files["csv"].decode("utf-8-sig")
    assert table.count("作废") >= 1
    assert "文种用错，整期不发" in table
    assert "扫描件" in "".join(listed[XINXI].listed.summary()) + table
    year.write("2026/too-late", XINXI, date(2026, 12, 31), 9)
    with pytest.raises(InvalidContent) as raised:
        year.sign("2026/too-late")
    assert [f.code for f in raised.value.faults if f.severity == "error"] == ["year-closed"]
    assert verify(year.place, None).faults == ()


def _exported(year: Year, target: Path) -> None:
    with year.desk.register.reading() as reading:
        acts = reading.acts(year=2026)
    issues = [act for act in acts if act.kind == "publish"]
    assert export(year.place.archive, acts, target) >= len(issues)
    with zipfile.ZipFile(target) as package:
        names = package.namelist()
        assert package.testzip() is None
    for act in issues:
        assert any(name.endswith(f"{act.folder}/data/issue.pdf") for name in names)
