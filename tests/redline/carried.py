"""A small workspace whose printed texts are changed as a hand would change them in Word, for the tests of ``--apply``."""

from __future__ import annotations

from pathlib import Path

from builder import fonts
from builder.redline import Change
from builder.redline.carrying import between
from builder.redline.changes import Edit
from builder.redline.expecting import CARRIED
from builder.render.origins import Printed
from builder.settings import Workspace
from builder.workflow import applying, opening, planning
from builder.workflow.applying import Outcome, Proposal

ROOT = Path(__file__).resolve().parents[2]
FONTS = fonts.find(ROOT)
ITEM = "content/items/青禾县夏收.md"
ISSUE = "content/issues/2026/gongzuo-xinxi-9.yaml"
NAME = "2026/gongzuo-xinxi-9"

_OFFICE = """\
名称: 中共沅川市委办公室
单位:
  - {全称: 沅川市水务局, 简称: 市水务局}
分发组:
  - {组: 领导, 名称: 市委常委, 份数: 18}
分发名单:
  gongzuo-xinxi: {报: [领导]}
"""
_ISSUE = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
期号: 9
条目:
  - 信息: 青禾县夏收
"""


class Desk:
    """The workspace, and changes of what its issue prints."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)
        (root / "templates").symlink_to(ROOT / "templates", target_is_directory=True)
        self.put("content/office.yaml", _OFFICE)
        self.put(ISSUE, _ISSUE)

    def put(self, file: str, data: str | bytes) -> None:
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data if isinstance(data, bytes) else data.encode())

    def item(self, body: str, title: str = "青禾县夏收进度过半", file: str = ITEM) -> None:
        self.put(file, f"---\n标题: {title}\n供稿单位: [沅川市水务局]\n---\n{body}")

    def read(self, file: str = ITEM) -> str:
        return (self.root / file).read_bytes().decode()

    @property
    def printed(self) -> tuple[Printed, ...]:
        opened = opening.open_workspace(Workspace(self.root))
        composed = planning.compose_issue(opened, NAME, FONTS)
        assert composed.edition is not None, [str(fault) for fault in composed.faults]
        return applying.seen(composed.edition, FONTS)

    @property
    def texts(self) -> list[str]:
        return [each.text for each in self.printed if each.kind in CARRIED]

    def at(self, text: str, nth: int = 0) -> Printed:
        """What prints as ``text``, or begins so."""
        found = [each for each in self.printed if each.kind in CARRIED and each.text.startswith(text)]
        return found[nth]

    def words(self, text: str, new: str, nth: int = 0) -> Change:
        at = self.at(text, nth)
        return Change("改字", at, at.text, new, edits=tuple(Edit(*each) for each in between(at.text, new)))

    def removed(self, text: str, nth: int = 0) -> Change:
        at = self.at(text, nth)
        return Change("删段", at, at.text, "", all=(at,))

    def added(self, after: str, new: str, nth: int = 0) -> Change:
        return Change("增段", None, "", new, after=self.at(after, nth))

    def split(self, text: str, *parts: str) -> Change:
        at = self.at(text)
        return Change("拆段", at, at.text, "\n".join(parts))

    def merged(self, new: str, *texts: str) -> Change:
        parts = tuple(self.at(text) for text in texts)
        return Change("并段", parts[0], "\n".join(part.text for part in parts), new, all=parts)

    def row(self, first: str) -> tuple[Printed, ...]:
        cell = self.at(first)
        return tuple(each for each in self.printed if (each.table, each.row) == (cell.table, cell.row) and each.table)

    def row_removed(self, first: str) -> Change:
        cells = self.row(first)
        return Change("删行", cells[0], "\t".join(cell.text for cell in cells), "", all=cells)

    def row_added(self, after: str, *cells: str) -> Change:
        return Change("增行", None, "", "\t".join(cells), after=self.row(after)[-1])

    def propose(self, *changes: Change) -> Proposal:
        return applying.propose(opening.open_workspace(Workspace(self.root)), NAME, changes, FONTS)

    def apply(self, *changes: Change) -> tuple[Outcome, ...]:
        proposal = self.propose(*changes)
        applying.write(Workspace(self.root), proposal)
        return proposal.outcomes

    def applied(self, *changes: Change) -> None:
        """Apply changes that must all be carried back."""
        outcomes = self.apply(*changes)
        assert all(each.applied for each in outcomes), [(each.change.kind, each.reason) for each in outcomes]

    def refused(self, change: Change) -> Outcome:
        before = {path: path.read_bytes() for path in self.root.joinpath("content").rglob("*") if path.is_file()}
        (outcome,) = self.apply(change)
        assert not outcome.applied
        assert {path: path.read_bytes() for path in before} == before
        return outcome
