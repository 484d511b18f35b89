"""``register close``: the 年度期目 of every publication, and no further number in that year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from builder.errors import Fault, InvalidContent, Place, Severity
from builder.fonts import FontSet
from builder.forms import VOID, YearlyList, YearlyRow
from builder.publications import Title
from builder.records import Act
from builder.register import Reading, Turn
from builder.render.child import Engines
from builder.signoff import may, standing
from builder.words import plain_title
from builder.workflow.forms import yearly_files
from builder.workflow.opening import Opened
from builder.workflow.recording import Desk, Draft, record

_TOTAL = re.compile(r"（总第[^（）]*期）")  # it has a column of its own
_WAITING = ("送审", "审核", "签发", "清样")


@dataclass(frozen=True, slots=True)
class Closed:
    """The closed year of one publication: its list, the files by format, and the act (None in a rehearsal).

    ``faults`` are warnings about files that were made now.
    """

    publication: str
    listed: YearlyList
    files: dict[str, bytes]
    act: Act | None
    faults: tuple[Fault, ...] = ()


def close(
    desk: Desk,
    opened: Opened,
    year: int,
    by: str,
    fontset: FontSet,
    engines: Engines,
    dry_run: bool = False,
    early: bool = False,
) -> tuple[list[Closed], tuple[Fault, ...]]:
    """Close a year of every publication that printed in it; closing again gives the lists as they were closed.

    Issues of that year which are still in sign-off keep it open: they count in it, whenever they are printed. Drafts that were
    never submitted, or were returned, and issues whose files are gone are warnings. ``early`` confirms that it is closed though
    the year is not over: that cannot be undone.

    Raises:
        InvalidContent: nothing was printed in the year, it is not over, issues are under way, or the post may not.
        RenderError, FileError: see ``forms.yearly_files`` and ``recording.record``.
    """
    if fault := may("close", by, opened.library.office.value):
        raise InvalidContent("没有关闭。", "", (fault,))
    with desk.register.reading() as reading:
        names = list(dict.fromkeys(act.publication for act in reading.acts(kinds=("publish",), year=year)))
        closed = {act.publication for act in reading.acts(kinds=("close",), year=year)}
        faults = _under_way(reading, opened, year)
    if not early and not closed.issuperset(names):
        faults += _running(year, desk.now().date(), dry_run)
    if not names:
        raise InvalidContent(f"{year} 年没有付印过任何一期。", "核对年度。")
    _refuse(faults)
    made = [_close(desk, opened, name, year, by, fontset, engines, dry_run) for name in names]
    return made, (*faults, *(fault for each in made for fault in each.faults))


def _close(
    desk: Desk, opened: Opened, name: str, year: int, by: str, fontset: FontSet, engines: Engines, dry_run: bool
) -> Closed:
    title, office = opened.titles.get(name), opened.library.office.value.name
    made: list[Closed] = []

    def prepare(turn: Turn) -> Draft | Act:
        done = turn.by_key(f"close:{name}:{year}")
        if done is not None:
            return done
        _refuse(_under_way(turn, opened, year))
        listed = yearly(turn, name, year, title, office, desk.now().date())
        files, faults = yearly_files(listed, fontset, engines)
        made.append(Closed(name, listed, files, None, faults))
        data = {"year": year, "name": listed.publication, "issues": len(listed.rows), "summary": list(listed.summary())}
        kept = {f"list.{kind}": content for kind, content in files.items()}
        return Draft("close", name, year, f"close:{name}:{year}", by, data=data, files=kept)

    if dry_run:
        with desk.register.reading() as reading:
            listed = yearly(reading, name, year, title, office, desk.now().date())
        return Closed(name, listed, {}, None)
    act = record(desk, prepare)
    if made:
        return replace(made[-1], act=act)
    with desk.register.reading() as reading:
        listed = yearly(reading, name, year, title, office, date.fromisoformat(act.at[:10]))
    return Closed(name, listed, {file[5:]: desk.store.read(act, file) for file in act.files}, act)


def _refuse(faults: Sequence[Fault]) -> None:
    if any(f.severity == "error" for f in faults):
        raise InvalidContent("没有关闭。", "照上面的提示办好后再关闭。", tuple(faults))


def _running(year: int, today: date, dry_run: bool) -> list[Fault]:
    """What stands against closing a year that is not over."""
    if today >= date(year, 12, 31):
        return []
    message = f"今天是 {today}，{year} 年度还没有完：关闭以后这一年的期不能再付印，也不能重新打开。"
    hint = "年终再关闭；这一年确实不再出刊的，加 --提前。"
    severity: Severity = "warning" if dry_run else "error"
    return [Fault("year-running", severity, Place(""), message, hint)]


def _under_way(reading: Reading, opened: Opened, year: int) -> list[Fault]:
    """Issues of the year that are not printed: errors for those in sign-off, warnings for drafts and for those without a file."""
    library, faults = opened.library, []
    dated = {issue.id: issue.place("日期") for issue in library.issues.values() if issue.value.day.year == year}
    broken = library.broken_ids.get("issue", frozenset())
    for name in dict.fromkeys(act.issue for act in reading.acts(kinds=("submit",), year=year)):
        if name not in library.issues:
            dated[name] = Place(f"content/issues/{name}.yaml")
    for name, place in dated.items():
        state = standing(reading.acts(issue=name)).state
        if state in _WAITING and (name in library.issues or name in broken):
            message = f"这一期在 {year} 年度，现在的状态是：{state}。"
            hint = "付印以后再关闭年度；不出了，先退回。" + ("文件有错误的，先改正。" if name in broken else "")
            faults.append(Fault("year-open", "error", place, message, hint))
        elif state in _WAITING:
            message = f"这一期在 {year} 年度{state}过，没有付印，稿件文件已经没有了；年度关闭后不能再付印。"
            faults.append(Fault("year-draft", "warning", place, message, "还要出的，先恢复这个文件。"))
        elif state in ("草稿", "退回") and name in library.issues:
            message = f"这一期在 {year} 年度，没有付印；年度关闭后不能再付印。"
            faults.append(Fault("year-draft", "warning", place, message, "要出的，改成新年度的日期。"))
    return faults


def yearly(reading: Reading, name: str, year: int, title: Title | None, office: str, day: date) -> YearlyList:
    """The list of a publication's year as the register has it; ``title`` is None where its templates are gone."""
    printed = reading.acts(publication=name, year=year, kinds=("publish",))
    shown = title.data.name if title else printed[-1].data["name"]
    series = {sequence: n for n, sequence in enumerate(sorted({a.data["sequence"] for a in printed}, key=_main_first))}
    printed.sort(key=lambda act: (series[act.data["sequence"]], act.data["number"]))
    rows = tuple(_row(reading, act) for act in printed)
    return YearlyList(office, shown, year, day, rows)


def _main_first(sequence: str) -> tuple[bool, str]:
    return not sequence.endswith("/正刊"), sequence


def _row(reading: Reading, act: Act) -> YearlyRow:
    data, acts = act.data, reading.acts(issue=act.issue)
    later = [each for each in acts if each.target == act.seq]
    void = next((each for each in later if each.kind == "void"), None)
    printings = [each for each in later if each.kind in ("reprint", "more")]
    reprints = [each for each in printings if each.kind == "reprint"]
    shown = reprints[-1].data if reprints else data
    return YearlyRow(
        number=_TOTAL.sub("", data["label"]),
        total=data["total"] or 0,
        day=date.fromisoformat(data["day"]),
        titles=tuple(
            plain_title(title[0]) for title in shown["titles"][: len(shown["titles"]) - shown.get("annexes", 0)]
        ),
        pages=shown["pages"],
        copies=data["copies"] + sum(each.data["copies"] for each in printings),
        out=_out(void, reprints, [each for each in later if each.kind == "sent"]),
        state=VOID if void else "更正重印" if reprints else "付印",
        reason=void.data["reason"] if void else "",
        scan=not standing(acts).unscanned,
        note="；".join(_notes(reading, act, printings)),
    )


def _notes(reading: Reading, act: Act, printings: Sequence[Act]) -> list[str]:
    notes = []
    for each in printings:
        if each.kind == "more":
            notes.append(f"加印{each.data['copies']}份")
        else:
            notes.append(f"印次{each.data['printing']}：{each.data['reason']}")
    corrected = reading.act(act.data["corrects"]) if act.data["corrects"] else None
    if corrected is not None:
        notes.append(f"更正{corrected.data['label']}")
    for other in reading.acts(kinds=("publish",), target=act.seq):
        notes.append(f"已由{other.data['label']}更正")
    return notes


def _out(void: Act | None, reprints: Sequence[Act], sent: Sequence[Act]) -> int:
    """Copies that were sent, are called back, and are not back: of a void issue all, of one printed again those sent before."""
    until = None if void else reprints[-1].seq if reprints else 0

    def counted(what: str, before: int | None = None) -> int:
        return sum(int(a.data["copies"]) for a in sent if a.data["what"] == what and (before is None or a.seq < before))

    # What was destroyed had mostly come back first: the larger of both, so that no copy is taken for back twice.
    return max(0, counted("发出", until) - max(counted("收回"), counted("销毁")))
