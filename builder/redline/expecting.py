"""What an issue must print once changes have been carried back: the edited texts where these stand, all else as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile, zip_longest

from builder import markup
from builder.redline.changes import Change
from builder.render.origins import Printed

CARRIED = ("栏目", "标题", "编者按", "段", "供稿", "表题", "单位", "格", "表注", "图题", "附件标题")
"""The kinds that the entries say; all others follow from these, and from what the program knows."""

_WRITTEN = ("改字", "增段", "删段", "拆段", "并段", "移段", "增行", "删行")
_LONG = 8  # characters; a text so long stands nowhere else by chance
_JOINER = "\u2060"


@dataclass(frozen=True, slots=True)
class Expected:
    """A text to be printed; ``was`` is what it was printed as, None where it is changed or new."""

    text: str
    was: Printed | None = None


def stayed(changes: Iterable[Change]) -> dict[Printed, Printed | None]:
    """For what was moved, what it stands behind now that was not; the changes are in the order of the edited file."""
    found: dict[Printed, Printed | None] = {}
    for change in changes:
        if change.kind == "移段" and change.at is not None:
            behind = found.get(change.after, change.after) if change.after is not None else None
            found |= dict.fromkeys((change.at, *change.all), behind)
    return found


def expected(printed: Sequence[Printed], changes: Sequence[Change]) -> list[Expected]:
    """The texts of the carried kinds in order, after these changes."""
    moved = stayed(changes)
    instead: dict[Printed, list[str]] = {}
    behind: dict[Printed | None, list[str]] = {}
    for change in changes:
        gone = change.all or ((change.at,) if change.at is not None else ())
        if change.kind in ("改字", "拆段", "并段"):
            instead |= {each: [] for each in gone}
            instead[gone[0]] = change.new.split("\n")
        elif change.kind in ("删段", "删行", "移段"):
            instead |= {each: [] for each in gone}
        if change.kind in ("增段", "移段", "增行"):
            texts = change.new.split("\t" if change.kind == "增行" else "\n")
            after = moved.get(change.after, change.after) if change.after is not None else None
            behind.setdefault(after, []).extend(texts)
    found = [Expected(text) for text in behind.get(None, ())]
    for each in printed:
        if each in instead:
            found += [Expected(text) for text in instead[each]]
        elif each.kind in CARRIED:
            found.append(Expected(each.text, each))
        found += [Expected(text) for text in behind.get(each, ())]
    return found


def located(changes: Iterable[Change], printed: Sequence[Printed]) -> list[Change | None]:
    """Changes of an earlier printing as changes of ``printed``; None where what they change, or come after, says something else."""
    known: dict[tuple[object, ...], list[Printed]] = {}
    for each in printed:
        known.setdefault(_key(each), []).append(each)

    def now(was: Printed | None) -> Printed | None:
        """The text of today that ``was`` is: of several of one place (a finding listed twice), that of the same name."""
        same = known.get(_key(was), []) if was is not None else []
        return next((each for each in same if was and each.where == was.where), same[0] if len(same) == 1 else None)

    return [_located(change, now) for change in changes]


def _located(change: Change, now: Callable[[Printed | None], Printed | None]) -> Change | None:
    at, after, every = now(change.at), now(change.after), tuple(map(now, change.all))
    lost = (change.at is not None and at is None) or (change.after is not None and after is None) or None in every
    if lost and change.kind in _WRITTEN:
        return None
    return replace(change, at=at, after=after, all=tuple(each for each in every if each is not None))


def standing_already(
    changes: Sequence[Change], settled: Sequence[Change], printed: Sequence[Printed]
) -> frozenset[int]:
    """The numbers of changes of an earlier printing that were carried back before: ``printed`` shows them.

    ``settled`` are the same changes as ``located`` gives them. Only words, added paragraphs and added rows are judged.
    """
    known = {(each.kind, plain(each.text), each.where) for each in printed}
    said = {(kind, text) for kind, text, _ in known if len(text) > _LONG}
    added: dict[Printed | None, set[str]] = {}
    for one in settled:
        if one.kind == "增段":
            added.setdefault(one.after, set()).update(plain(text) for text in one.new.split("\n"))
    behind, rows, there = _behind(added, printed), _rows_behind(settled, printed), set(printed)
    found = set()
    for number, (was, now) in enumerate(zip(changes, settled, strict=True)):
        text = plain(was.new)
        if was.kind == "改字" and was.at is not None and now.at not in there:
            if (was.at.kind, text, was.at.where) in known or (was.at.kind, text) in said:
                found.add(number)
        elif was.kind == "增段":
            came = {plain(part) for part in now.new.split("\n")} <= behind.get(now.after, set())
            found |= {number} if came else set()
        elif was.kind == "增行":
            found |= {number} if _cells(now) in rows.get(now.after, ()) else set()
    return frozenset(found)


def _cells(row: Change) -> tuple[str, ...]:
    return tuple(map(plain, row.new.split("\t")))


def _rows_behind(
    settled: Sequence[Change], printed: Sequence[Printed]
) -> dict[Printed | None, frozenset[tuple[str, ...]]]:
    """The rows that stand right behind each text behind which rows were added, as many as were."""
    added = [(one.after, len(_cells(one))) for one in settled if one.kind == "增行"]
    widths, counts = dict(added), Counter(after for after, _ in added)
    found: dict[Printed | None, frozenset[tuple[str, ...]]] = {}
    for n, each in enumerate(printed):
        if width := widths.get(each):
            run = takewhile(lambda one: one.kind == "格", printed[n + 1 : n + 1 + width * counts[each]])
            cells = [plain(one.text) for one in run]
            found[each] = frozenset(tuple(cells[at : at + width]) for at in range(0, len(cells), width))
    return found


def _behind(added: Mapping[Printed | None, set[str]], printed: Sequence[Printed]) -> dict[Printed | None, set[str]]:
    """Of what was added behind each text, that which stands there now."""
    found: dict[Printed | None, set[str]] = {}
    for n, each in enumerate(printed):
        if each in added:
            run = takewhile(lambda one: plain(one.text) in added[each], printed[n + 1 :])  # noqa: B023 used at once
            found[each] = {plain(one.text) for one in run}
    return found


def _key(each: Printed) -> tuple[object, ...]:
    return each.kind, each.text, each.source, each.places, "" if each.source else each.where


def settled(change: Change, above: Mapping[Printed, Printed]) -> Change:
    """A change of what a signature follows, without the signature, which stays last; ``above`` is what is printed before each.

    A paragraph that came after it belongs to the text; of a 拆段 or 并段 it is no part.
    """
    if change.kind == "增段" and change.after is not None and change.after in above:
        return replace(change, after=above[change.after])
    signed = [each for each in change.all if each.kind == "供稿"]
    if change.kind not in ("拆段", "并段") or not signed:
        return change
    signature = "".join(each.text for each in signed)
    if not change.new.endswith(signature):
        return change
    parts = tuple(each for each in change.all if each.kind != "供稿")
    new = change.new.removesuffix(signature).removesuffix("\n")
    joint = "" if change.kind == "拆段" else "\n"
    return replace(change, all=parts, old=joint.join(each.text for each in parts), new=new)


def unlike(wanted: Sequence[Expected], now: Sequence[Printed]) -> str:
    """In words, the first place where what is printed now is not what is wanted; "" where it all is."""
    carried = [each for each in now if each.kind in CARRIED]
    for want, have in zip_longest(wanted, carried):
        if want is None:
            return f"多印出“{_short(have.text)}”（{have.where}）"
        if have is None:
            return f"“{_short(want.text)}”没有印出"
        if plain(want.text) != plain(have.text):
            if want.was is not None:
                return f"会连带改动{want.was.where}（“{_short(want.text)}”会印成“{_short(have.text)}”）"
            return f"写回后会印成“{_short(have.text)}”，与 Word 稿的“{_short(want.text)}”不同"
        if want.was is not None and (want.was.level, want.was.bold) != (have.level, have.bold):
            return f"会连带改动{want.was.where}的层次或加粗"
    return ""


def plain(text: str) -> str:
    """A text in the form that it is printed in, without what only sets type."""
    return markup.tidied(text.replace(_JOINER, ""))[0].strip(" \t\u3000")


def _short(text: str) -> str:
    return text if len(text) <= 20 else text[:19] + "…"
