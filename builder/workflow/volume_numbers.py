"""Which printings a 合订本 holds, and that they are what was published: the chain of acts, then every byte of their bags."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from builder.archive.fixity import judge, over
from builder.archive.store import ArchiveDamaged, Store
from builder.errors import Fault, InvalidContent, Place, UsageError, has_errors
from builder.publications import Title
from builder.records import Act
from builder.register import Reading
from builder.workflow.fixity import registered, unlike

_PRINTED = ("publish", "reprint", "void")
_USED = (*_PRINTED, "start")


@dataclass(frozen=True, slots=True)
class Number:
    """A number of the year: the act that gave it, the printing that is in force, and the act that voided it (None mostly).

    ``notices`` are the acts that published a correction of it, of whichever year. ``begins``: the register begins with it, at a
    number that is not the first; those before it were never in the archive.
    """

    given: Act
    printed: Act
    void: Act | None
    notices: tuple[Act, ...] = ()
    begins: bool = False

    @property
    def series(self) -> str:
        """正刊, or the name of a supplement."""
        return str(self.given.data["series"])


def meant(reading: Reading, titles: Mapping[str, Title], typed: str) -> str:
    """The id of the publication that was typed by its id or 刊名, as it was published or as its template (``titles``) has it.

    Raises:
        UsageError: there is none, or more than one has this name.
    """
    wanted = typed.strip().strip("《》")
    known = {(title.id, title.data.name) for title in titles.values()}
    known |= {(act.publication, str(act.data["name"])) for act in reading.acts(kinds=("publish",))}
    found = {name for name, _ in known if name == wanted} or {name for name, called in known if called == wanted}
    if len(found) == 1:
        return found.pop()
    if found:
        raise UsageError(f"名为“{wanted}”的刊物不止一种：{'、'.join(sorted(found))}。", "写刊物代号。")
    listed = "、".join(f"{name}（{called}）" for name, called in sorted(known))
    raise UsageError(f"没有刊物“{typed}”。", f"写刊物代号或刊名；有：{listed}。")


def numbers(
    reading: Reading, store: Store, publication: str, year: int
) -> tuple[tuple[Number, ...], tuple[Fault, ...]]:
    """The numbers of a publication's year as 年度期目 has them: 正刊 by number, then each other sequence by number.

    With it a note where the year is not closed: more may be published in it.

    Raises:
        InvalidContent: nothing was published, or all of it is void.
        ArchiveDamaged: the register is no chain, or older than the archive, or a bag of theirs is not what its act says.
        FileError: they cannot be read.
    """
    acts, closed = _acts(reading, store, publication, year)
    notices = _notices(reading, publication)
    found = tuple(replace(number, notices=notices[number.given.seq]) for number in _ordered(acts))
    if all(number.void for number in found):
        told = f"{publication} 在 {year} 年{'付印的各期都已作废' if found else '没有付印过任何一期'}，没有可合订的。"
        raise InvalidContent(told, _others(reading, publication, year))
    _judge(store, found)
    return found, () if closed else (_open(publication, year),)


def _acts(reading: Reading, store: Store, publication: str, year: int) -> tuple[list[Act], bool]:
    """What was printed and voided and where numbers began, and whether the year is closed; all acts of the register are gone through."""
    broken: list[Fault] = []
    found, closed, last = list[Act](), False, 0
    witness = store.witness()
    for act in registered(reading, broken):
        last = act.seq
        if (act.publication, act.year) == (publication, year):
            found += [act] if act.kind in _USED else []
            closed = closed or act.kind == "close"
    if not broken and witness is not None and witness.seq > last:
        broken.append(unlike(f"比归档夹旧：到第 {last} 号手续，归档夹已到第 {witness.seq} 号"))
    if broken:
        raise ArchiveDamaged("登记簿不可信，没有合订。", "运行 jianbao archive verify 看全部毛病。", tuple(broken))
    return found, closed


def _notices(reading: Reading, publication: str) -> Mapping[int, tuple[Act, ...]]:
    """The issues that correct another, and are not void, by the ``seq`` of that one; none for any other."""
    void = {act.target for act in reading.acts(kinds=("void",), publication=publication)}
    found: dict[int, tuple[Act, ...]] = defaultdict(tuple)
    for act in reading.acts(kinds=("publish",), publication=publication):
        if act.data.get("corrects") and act.seq not in void:
            found[act.data["corrects"]] += (act,)
    return found


def _ordered(acts: Sequence[Act]) -> tuple[Number, ...]:
    later: dict[int, list[Act]] = defaultdict(list)
    for act in acts:
        if act.kind not in ("publish", "start"):
            later[act.target].append(act)
    begun = {_numbered(act) for act in acts if act.kind == "start" and int(act.data["number"]) > 1}
    found = []
    for given in (act for act in acts if act.kind == "publish"):
        printed = [given, *(act for act in later[given.seq] if act.kind == "reprint")]
        void = next((act for act in later[given.seq] if act.kind == "void"), None)
        found.append(Number(given, printed[-1], void, begins=_numbered(given) in begun))
    return tuple(sorted(found, key=lambda number: _place(number.given)))


def _numbered(act: Act) -> tuple[str, int]:
    return str(act.data["sequence"]), int(act.data["number"])


def _place(act: Act) -> tuple[bool, str, int, int]:
    sequence, number = _numbered(act)
    return not sequence.endswith("/正刊"), sequence, number, act.seq


def _judge(store: Store, found: Sequence[Number]) -> None:
    """Every bag that is bound from or tells of the number; what is voided is named only, and its acts are judged all the same."""
    acts = {act.seq: act for number in found for act in (number.given, number.printed, number.void) if act}
    faults = tuple(over(judge, str(store.root), iter(acts.values())))
    if has_errors(faults):
        bad = [f"{fault.place.file}/" for fault in faults if fault.severity == "error"]
        names = [n.given.data["label"] for n in found if any(place.startswith(_folders(n)) for place in bad)]
        told = f"归档包有损坏，没有合订：{'、'.join(names)}。"
        hint = "从备份恢复归档夹里的这些文件，再合订；运行 jianbao archive verify 看全部毛病。"
        raise ArchiveDamaged(told, hint, faults)


def _folders(number: Number) -> tuple[str, ...]:
    return tuple(f"{act.folder}/" for act in (number.given, number.printed, number.void) if act)


def _others(reading: Reading, publication: str, year: int) -> str:
    """What may have been meant."""
    years = sorted({act.year for act in reading.acts(kinds=("publish",), publication=publication)} - {year})
    if years:
        return f"{publication} 付印过的年度：{'、'.join(map(str, years))}。"
    names = sorted({act.publication for act in reading.acts(kinds=("publish",), year=year)})
    if names:
        return f"{year} 年付印过的刊物：{'、'.join(names)}。"
    return "核对刊物的代号（templates 里文件夹的名字）和年度；用 jianbao archive list 看付印过的期。"


def _open(publication: str, year: int) -> Fault:
    told = f"{publication} 的 {year} 年度还没有关闭，合订的是到现在为止付印的期。"
    return Fault("volume-open", "note", Place(""), told, "年终用 jianbao register close 关闭年度，再合订一次。")
