"""Changes of an edited Word file carried back into the entries: proposed, shown as a diff, written all or none.

Nothing is believed: what would be written is first read as files are read, composed and held against the Word file. Only
what then prints the edited words, and leaves all else as it was, is proposed.
"""

from __future__ import annotations

import difflib
import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from pathlib import Path

from builder import content, fonts
from builder.checks import check as check_edition
from builder.compose import Edition, compose, settle_years
from builder.content.retyping.paper import Paper, Refused, Splice
from builder.errors import Conflict, Fault, FileError, InvalidContent, JianbaoError
from builder.files import sha256, write_inside
from builder.fonts import FontSet
from builder.model import Library
from builder.redline import Change
from builder.redline.carrying import WHOLE, Carrying
from builder.redline.expecting import expected, located, settled, standing_already, unlike
from builder.render import view
from builder.render.origins import Printed, origins
from builder.settings import Workspace
from builder.signoff import Standing, standing
from builder.workflow.differing import Difference
from builder.workflow.opening import Opened
from builder.workflow.registered import consulted

_CONTEXT = 2  # lines shown around what changed


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of a change: where it is written (``files``, with lines as they are now), or why it is not."""

    change: Change
    places: tuple[str, ...] = ()
    reason: str = ""
    hint: str = ""
    already: bool = False

    @property
    def applied(self) -> bool:
        """Whether it is among what is proposed, or the entries say so already (``already``)."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A file to be written: its path below the workspace, where it is, its bytes before and after."""

    file: str
    path: Path
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written, what becomes of each change, and which other issues print the files' text, too.

    ``remark`` says what the issue needs afterwards, where it has been submitted or signed.
    """

    outcomes: tuple[Outcome, ...]
    rewrites: tuple[Rewrite, ...]
    others: tuple[str, ...] = ()
    remark: str = ""


def seen(edition: Edition, fontset: FontSet) -> tuple[Printed, ...]:
    """What an edition prints, with the places in its files."""
    made = view.build(edition, fontset.families(), advance=partial(fonts.advance, fontset))
    return origins(edition, made.data)


def of_difference(opened: Opened, found: Difference, fontset: FontSet) -> Proposal:
    """``propose`` for what was found in an edited file.

    Raises:
        InvalidContent: see ``propose``; or the file was made of an earlier text, whose later changes would be undone.
    """
    _standing_allows(opened, found.issue)  # said first: with another version it is refused for the same reason
    older = next((fault for fault in found.faults if fault.code == "diff-older"), None)
    if older is not None:
        what = "这份 Word 是按较早的稿件生成的，没有带回：稿件后来的改动会被改回去。"
        raise InvalidContent(what, older.hint)
    return propose(opened, found.issue, found.changes, fontset, earlier=not found.baseline.current)


def propose(opened: Opened, name: str, changes: Sequence[Change], fontset: FontSet, earlier: bool = False) -> Proposal:
    """What carrying these changes back into the entries of an issue comes to. Nothing is written.

    The changes are those from what the issue prints now, or printed when an earlier version was submitted: then only what
    still says the same can be changed (``earlier``), and what the entries say already is left as it is.

    Raises:
        InvalidContent: the issue has errors, or is printed or void already.
        Conflict: a file was changed since it was read.
        FileError: a file cannot be read.
    """
    remark = _standing_allows(opened, name)
    return _Proposing(opened, name, fontset).proposal(changes, remark, earlier)


def _standing_allows(opened: Opened, name: str) -> str:
    """What an issue needs after it was changed; nothing for a draft.

    Raises:
        InvalidContent: it must not be changed any more.
    """
    with consulted(opened.workspace, opened.library.office.value) as now:
        stands = standing(now.acts(issue=name)) if now is not None else Standing()
    if stands.state in ("付印", "作废"):
        what = "已付印" if stands.state == "付印" else "已作废"
        hint = "要改正已付印的一期，用 jianbao correct（更正）或 jianbao reprint（更正重印）。"
        raise InvalidContent(f"这一期{what}，不能把改动带回稿件。", hint)
    if stands.state in ("签发", "清样"):
        return "这一期已签发：带回改动后要重新送审（submit）、签发；非实质性改动由复核人登记（amend）。"
    if stands.state in ("送审", "审核"):
        return "这一期正在送审：带回改动后要重新送审（submit）。"
    return ""


@dataclass(frozen=True, slots=True)
class _Group:
    """Changes, by their numbers, that come to the same splices (one text printed in two places), taken or left together."""

    numbers: tuple[int, ...]
    splices: tuple[Splice, ...]


class _Proposing:
    """Tries changes on the files in memory."""

    def __init__(self, opened: Opened, name: str, fontset: FontSet) -> None:
        self.opened, self.name, self.fontset = opened, name, fontset
        edition = self._composed(opened.library, opened.faults)
        if isinstance(edition, Refused):
            raise InvalidContent(
                f"这一期现在有错误（{edition.reason}），没有带回改动。", "先运行 jianbao check，改正后再试。"
            )
        self.edition = edition
        self.printed = seen(edition, fontset)
        self.memory = content.Memory()
        self.bytes: dict[str, bytes] = {}
        self.changes: tuple[Change, ...] = ()
        self.carrying = Carrying(self.printed, (), self.read)
        self.refused: dict[int, Refused] = {}
        self.standing: frozenset[int] = frozenset()

    def proposal(self, changes: Sequence[Change], remark: str, earlier: bool) -> Proposal:
        signed = {two: one for one, two in pairwise(self.printed) if two.kind == "供稿"}
        for number, found in enumerate(located(changes, self.printed)):
            self.changes += (settled(found or changes[number], signed),)
            if found is None:
                self.refused[number] = Refused("稿件里这一处后来又改过", "照 Word 稿手工改")
        if earlier:
            self.standing = standing_already(changes, self.changes, self.printed)
        self.carrying = Carrying(self.printed, self.changes, self.read)
        taken = self._accept(self._groups(), ())
        made = {number: group.splices for group in taken for number in group.numbers}
        after = self._written([splice for splices in made.values() for splice in splices])
        root = self.opened.workspace.root
        rewrites = [Rewrite(file, path_of(root, file), self.read(file), data) for file, data in sorted(after.items())]
        outcomes = [self._outcome(change, number, made) for number, change in enumerate(changes)]
        return Proposal(tuple(outcomes), tuple(rewrites), tuple(self._others(after)), remark if rewrites else "")

    def _outcome(self, change: Change, number: int, made: Mapping[int, tuple[Splice, ...]]) -> Outcome:
        if number in self.standing:
            return Outcome(change, already=True)
        if number not in made:
            refused = self.refused[number]
            return Outcome(change, reason=refused.reason, hint=refused.hint)
        lines = [f"{one.file}:{self.carrying.paper(one.file).line_of(one.start)}" for one in made[number]]
        return Outcome(change, tuple(dict.fromkeys(lines)))

    def read(self, file: str) -> bytes:
        """The bytes of a file of the issue, which must be those that it was composed of.

        Raises:
            Conflict: they are not. FileError: it cannot be read.
        """
        if file not in self.bytes:
            try:
                data = path_of(self.opened.workspace.root, file).read_bytes()
            except OSError as error:
                raise FileError(f"读不了 {file}。", "核对文件和权限。") from error
            known = {name: digest for source in self.edition.sources for name, digest in source.digests.items()}
            if file in known and sha256(data) != known[file]:
                raise Conflict(f"{file} 刚被改动过，没有带回。", "等改动的人存好，再比对一次。")
            self.bytes[file] = data
        return self.bytes[file]

    def _groups(self) -> list[_Group]:
        """The changes with their splices; equal splices make one group. What cannot be carried back is noted."""
        found: dict[tuple[Splice, ...], list[int]] = {}
        for number, change in enumerate(self.changes):
            if number in self.refused or number in self.standing:
                continue
            try:
                splices = self.carrying.splices(change, number + 1)
            except Refused as refused:
                self.refused[number] = refused
                continue
            found.setdefault(splices, []).append(number)
        return [_Group(tuple(same), splices) for splices, same in found.items()]

    def _accept(self, groups: Sequence[_Group], taken: tuple[_Group, ...]) -> tuple[_Group, ...]:
        """``taken`` and those of the groups that hold beside it: all at once, else half by half."""
        if not groups:
            return taken
        refused = self._why_not((*taken, *groups))
        if refused is None:
            return (*taken, *groups)
        if len(groups) == 1:
            self.refused |= dict.fromkeys(groups[0].numbers, refused)
            return taken
        middle = len(groups) // 2
        return self._accept(groups[middle:], self._accept(groups[:middle], taken))

    def _why_not(self, groups: Sequence[_Group]) -> Refused | None:
        """Why the files with these changes would not print what the Word file says; None where they do."""
        changes = [self.changes[number] for number in sorted(n for group in groups for n in group.numbers)]
        try:
            self.memory.drafts = self._written([splice for group in groups for splice in group.splices])
        except Refused as refused:
            return refused
        library, faults = content.load(self.opened.workspace.root, self.memory)
        if library is None:
            return Refused("写回后机关信息读不下去", "在文件里手工改")
        library, undated = settle_years(library)
        edition = self._composed(library, (*faults, *undated))
        if isinstance(edition, Refused):
            emptied = "没有正文" in edition.reason and any(one.kind == "删段" for one in changes)
            return Refused("正文一段也不剩", WHOLE) if emptied else edition
        told = unlike(expected(self.printed, changes), seen(edition, self.fontset))
        return Refused(told, "在文件里手工改") if told else None

    def _composed(self, library: Library, faults: Iterable[Fault]) -> Edition | Refused:
        """The issue as a library has it, checked; else its first error."""
        issue = library.issues.get(self.name)
        file = f"content/issues/{self.name}.yaml"
        if issue is None:
            return self._first_error(faults, frozenset((file,)))
        composition = compose(library, issue, self.opened.titles, self.opened.numbers)
        if composition.edition is None:
            return self._first_error([*faults, *composition.faults], composition.files)
        checked = check_edition(composition.edition, self.fontset)
        found = self._first_error([*faults, *checked], composition.files)
        return found if found.reason else composition.edition

    def _first_error(self, faults: Iterable[Fault], files: frozenset[str]) -> Refused:
        for fault in faults:
            if fault.severity == "error" and (fault.place.file in files or not fault.place.file):
                return Refused(f"{fault.message.rstrip('。')}（{fault.place}）", fault.hint)
        return Refused("")

    def _written(self, splices: Sequence[Splice]) -> dict[str, bytes]:
        """The bytes of the files that the splices change.

        Raises:
            Refused: they cannot be made together.
        """
        by_file: dict[str, list[Splice]] = {}
        for splice in splices:
            by_file.setdefault(splice.file, []).append(splice)
        made = {file: self.carrying.paper(file).written(found) for file, found in by_file.items()}
        return {file: data for file, data in made.items() if data != self.read(file)}

    def _others(self, after: Mapping[str, bytes]) -> Iterator[str]:
        """Other issues that print text of these files."""
        library = self.opened.library
        for name, issue in sorted(library.issues.items()):
            if name == self.name:
                continue
            found = compose(library, issue, self.opened.titles, self.opened.numbers)
            if found.edition is not None and not found.files.isdisjoint(after):
                numbering, title = found.edition.numbering, found.edition.title
                lines = title.number_lines(issue.value.day.year, numbering.number, numbering.total, issue.value.series)
                yield f"《{title.data.name}》{''.join(lines)}（{issue.file}）"


def path_of(root: Path, file: str) -> Path:
    """Where a file of the workspace is, by its path in messages: names on disk may be composed otherwise (NFD)."""
    here = Path(os.path.realpath(root))
    for part in file.split("/"):
        there = here / part
        if not there.exists() and here.is_dir():
            names = sorted(each.name for each in here.iterdir())
            there = here / next((name for name in names if unicodedata.normalize("NFC", name) == part), part)
        here = there
    return Path(os.path.realpath(here))  # a link stays a link


def shown(proposal: Proposal) -> Iterator[str]:
    """The proposal as a unified diff, file by file."""
    for one in proposal.rewrites:
        before, after = (_lines(data, one.file) for data in (one.before, one.after))
        heads = f"{one.file}（现在）", f"{one.file}（带回以后）"
        yield from difflib.unified_diff(before, after, *heads, n=_CONTEXT, lineterm="")


def _lines(data: bytes, file: str) -> list[str]:
    return Paper.read(data, file).text.splitlines()


def write(workspace: Workspace, proposal: Proposal) -> None:
    """Writes all files of a proposal, or none.

    Raises:
        Conflict: one was changed since the proposal was made; nothing is written.
        FileError: one cannot be written; those written before have their old bytes again.
    """
    for one in proposal.rewrites:
        try:
            data = one.path.read_bytes()
        except OSError as error:
            raise Conflict(f"{one.file} 刚被移走或删去，什么也没有写。", "再比对一次。") from error
        if data != one.before:
            raise Conflict(f"{one.file} 刚被改动过，什么也没有写。", "等改动的人存好，再比对一次。")
    done: list[Rewrite] = []
    try:
        for one in proposal.rewrites:
            write_inside(workspace.root, one.path, one.after)
            done.append(one)
    except JianbaoError as error:
        lost = [one.file for one in done if not _restored(workspace, one)]
        told = f"这些文件已写而恢复不了：{'、'.join(lost)}。" if lost else "已写的都已恢复，稿件还是原样。"
        raise FileError(f"{error.message}{told}", error.hint) from error


def _restored(workspace: Workspace, one: Rewrite) -> bool:
    with suppress(JianbaoError):
        write_inside(workspace.root, one.path, one.before)
        return True
    return False
