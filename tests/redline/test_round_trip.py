"""Rendered, edited by a hand in LibreOffice, compared, carried back, rendered again: the same text as in the edited file."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from builder.fonts import FontSet
from builder.render.child import Engines
from builder.settings import workspace
from builder.workflow import applying, differing, opening, rendering
from builder.workflow.differing import Difference
from tests.conftest import ROOT
from tests.redline.hand import Hand, Step

SHORT, LIST, NEWS, LONG = "ducha-kuaixun-6", "ducha-tongbao-8", "gongzuo-xinxi-11", "gongzuo-xinxi-12"
DRAGON = "content/items/督查核查/民间龙舟竞渡安全.md"
DROUGHT = "content/items/经验交流/抗旱保苗.md"
RUSH = "content/items/专期/百日攻坚快报供稿.md"
BILLS = "content/items/重点工作/议案建议提案办理.md"


@dataclass(frozen=True)
class Kind:
    """One kind of edit: on which issue, the steps, the kinds that ``diff`` tells and in which file.

    ``why`` is a part of the reason where it cannot be carried back; ``tracked`` is False where LibreOffice does not track it.
    """

    issue: str
    steps: tuple[Step, ...]
    told: tuple[str, ...]
    file: str
    why: str = ""
    tracked: bool = True


KINDS: dict[str, Kind] = {
    "a word replaced": Kind(SHORT, (("replace", "划手1920人", "划手1930人"),), ("改字",), DRAGON),
    "words put in": Kind(SHORT, (("type_after", "按照市委要求", "和市政府安排"),), ("改字",), DRAGON),
    "words taken out": Kind(SHORT, (("delete", "逐项核查，"),), ("改字",), DRAGON),
    "two places of one paragraph": Kind(
        SHORT, (("replace", "14场", "15场"), ("replace", "86条", "90条")), ("改字",), DRAGON
    ),
    "two paragraphs": Kind(
        SHORT, (("replace", "14场", "15场"), ("replace", "由属地于", "由各地于")), ("改字", "改字"), DRAGON
    ),
    "a paragraph put in": Kind(SHORT, (("add_after", "划手1920人", "各地要逐场核对。"),), ("增段",), DRAGON),
    "a paragraph put before the first": Kind(NEWS, (("add_before", "3月以来", "旱情总体平稳。"),), ("增段",), DROUGHT),
    "a paragraph taken out": Kind(SHORT, (("remove_paragraph", "督查室会同"),), ("删段",), DRAGON),
    "two paragraphs taken out": Kind(
        NEWS, (("remove_paragraph", "一是把水管住"), ("remove_paragraph", "二是把水送到")), ("删段", "删段"), DROUGHT
    ),
    "a paragraph split": Kind(SHORT, (("split", "没有抽查的赛段"),), ("拆段",), DRAGON),
    "two paragraphs merged": Kind(SHORT, (("merge", "划手1920人"),), ("并段",), DRAGON),
    "a paragraph moved": Kind(NEWS, (("move_after", "一是把水管住", "二是把水送到"),), ("移段",), DROUGHT),
    "words pasted": Kind(SHORT, (("copy_after", "救生艇值守", "划手1920人"),), ("改字",), DRAGON),
    "a title": Kind(SHORT, (("replace", "发现四个问题", "发现四类问题"),), ("改字",), DRAGON),
    "a run-in heading": Kind(LONG, (("replace", "（一）内容。", "（一）内容要求。"),), ("改字",), RUSH),
    "a heading": Kind(LONG, (("replace", "二、稿件要求", "二、稿件质量"),), ("改字",), RUSH),
    "words that begin as markup does": Kind(
        SHORT, (("replace", "截至6月12日12时", "1. 截至6月12日12时"),), ("改字",), DRAGON
    ),
    "a number and its unit": Kind(NEWS, (("replace", "4.9万亩", "5万亩"),), ("改字",), DROUGHT),
    "quotation marks": Kind(NEWS, (("replace", "“先人畜、后庄稼”", "“先人后畜、再庄稼”"),), ("改字",), DROUGHT),
    "a caption": Kind(SHORT, (("replace", "安全布置示意", "安全布置示意图"),), ("改字",), DRAGON),
    "the editor's note": Kind(
        NEWS, (("replace", "供各地各单位参考", "供各地参考"),), ("改字",), f"content/issues/2026/{NEWS}.yaml"
    ),
    "a paragraph of the issue's own file": Kind(
        LIST, (("replace", "一并通报", "予以通报"),), ("改字",), f"content/issues/2026/{LIST}.yaml"
    ),
    "a cell of a table as typed": Kind(NEWS, (("cell", "提案", 1, "194"),), ("改字",), BILLS),
    "a row of a table as typed taken out": Kind(NEWS, (("remove_row", "建议"),), ("删行",), BILLS),
    "a row of a table as typed put in": Kind(
        NEWS, (("add_row", "建议", ["来信", "3", "2", "1", "0"]),), ("增行",), BILLS
    ),
    "a cell of a finding": Kind(
        SHORT, (("cell", "云溪埠头赛段", 1, "云溪埠头一段"),), ("改字",), "content/findings/longzhou-2026/01.yaml"
    ),
    "what was undone": Kind(SHORT, (("replace", "拦阻索", "绳索"), ("undo",)), (), ""),
    "a row of findings taken out": Kind(SHORT, (("remove_row", "云溪埠头赛段"),), ("删行",), "", "督查"),
    "the number": Kind(SHORT, (("replace", "第6期", "第66期"),), ("改字",), "", "由系统编"),
    "the foot": Kind(SHORT, (("replace", "市委常委。", "市委常委，市人大。"),), ("改字",), "", "分发名单"),
    "bold": Kind(SHORT, (("bold", "划手1920人"),), ("格式",), DRAGON, "加粗和样式不带回"),
    "a comment": Kind(SHORT, (("comment", "划手1920人", "请核实", "李某"),), ("批注",), DRAGON, "批注", tracked=False),
}
CASES = [(name, tracked) for name, kind in KINDS.items() for tracked in (False, True) if kind.tracked or not tracked]


class Office:
    """A copy of the sample workspace, and the steps on it."""

    def __init__(self, root: Path, issue: str, fontset: FontSet, engines: Engines) -> None:
        shutil.copytree(ROOT / "content", root / "content")
        (root / "templates").symlink_to(ROOT / "templates", target_is_directory=True)
        self.place, self.fontset, self.engines = workspace(root), fontset, engines
        [self.name] = opening.choose(opening.open_workspace(self.place), [issue])

    def differs(self, document: bytes) -> Difference:
        opened = opening.open_workspace(self.place)
        return differing.differ(opened, self.name, document, "改.docx", self.fontset, self.engines)

    def propose(self, found: Difference) -> applying.Proposal:
        return applying.propose(opening.open_workspace(self.place), self.name, found.changes, self.fontset)

    def contents(self) -> dict[Path, bytes]:
        return {path: path.read_bytes() for path in (self.place.root / "content").rglob("*") if path.is_file()}


@pytest.mark.parametrize(("name", "tracked"), CASES)
def test_what_a_hand_changed_comes_back_into_the_entries_or_is_told_why_not(
    hand: Hand,
    sample_issues: Mapping[str, rendering.Rendered],
    fontset: FontSet,
    engines: Engines,
    tmp_path: Path,
    name: str,
    tracked: bool,
) -> None:
    kind = KINDS[name]
    edited = hand.edit(sample_issues[kind.issue].files["docx"], [("author", "张某"), ("track", tracked), *kind.steps])
    office = Office(tmp_path, kind.issue, fontset, engines)
    found = office.differs(edited)
    assert tuple(change.kind for change in found.changes) == kind.told
    sources = {each.source.file for c in found.changes if (each := c.at or c.after) is not None and each.source}
    assert not kind.file or sources == {kind.file}
    for at in (change.at for change in found.changes):
        if at is not None and at.typed and at.source is not None:
            line = (tmp_path / at.source.file).read_text("utf-8").split("\n")[at.source.line - 1]
            own = "".join(char for char, place in zip(at.text, at.places, strict=True) if place)  # “编者按：” is not
            assert own[:4] in line
    if kind.told not in ((), ("批注",)):
        assert {(change.author, change.tracked) for change in found.changes} == {("张某" if tracked else "", tracked)}
    before, proposal = office.contents(), office.propose(found)
    applying.write(office.place, proposal)
    if kind.why:
        assert kind.why in "".join(outcome.reason + outcome.hint for outcome in proposal.outcomes)
        assert office.contents() == before
        return
    assert [outcome.reason for outcome in proposal.outcomes] == [""] * len(kind.told)
    changed = {str(path.relative_to(tmp_path)) for path, data in office.contents().items() if data != before[path]}
    assert changed == ({kind.file} if kind.told else set())
    assert office.differs(edited).changes == ()
