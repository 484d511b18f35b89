"""Ids: an entry's path below its folder, without the suffix. They never leave the workspace, on any system."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

from builder.errors import Fault, Place

_NAMES = {"item": "信息", "finding": "督查事项", "issue": "期刊文件", "publication": "刊物"}
_DEVICE = re.compile(r"(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])(\..*)?", re.IGNORECASE)
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\ud800-\udfff]')  # a lone surrogate: a name that is not UTF-8


def refusal(name: str) -> tuple[str, str, str] | None:
    """Why ``name`` cannot be an id or a path in the workspace: (code, message, hint), or None."""
    if "\\" in name:
        return "id-backslash", f"“{name}”里有反斜杠", "文件夹之间用 / 分隔"
    if name.startswith("/") or re.match(r"[A-Za-z]:", name):
        return "id-absolute", f"“{name}”是绝对路径", "只写 content 下对应文件夹里的相对路径"
    parts = name.split("/")
    if ".." in parts or "." in parts or "" in parts:
        return "id-outside", f"“{name}”不能含 .. 或空的一级", "只写 content 下对应文件夹里的相对路径"
    for part in parts:
        if _DEVICE.fullmatch(part.strip()):
            return "id-device", f"“{part}”是 Windows 保留的设备名，不能作文件名", "换一个文件名"
        if _FORBIDDEN.search(part) or part != part.rstrip(" ."):
            return "id-characters", f"“{part}”含有不能用于文件名的字符", "文件名用汉字、字母、数字、- 和 _"
    return None


def resolve(kind: str, name: str, known: Collection[str], place: Place | None = None) -> str | Fault:
    """The full id that ``name`` stands for: the id itself, or a bare file name where it is unique.

    Args:
        kind: "item", "finding", "issue" or "publication", for the wording.
        name: as typed.
        known: all ids of that kind; pass broken ones too, so that a reference to a broken file is no second fault.
        place: where the name was typed.

    Returns:
        The id, or a fault at ``place``.
    """
    where = place or Place("")
    name = name.strip()
    if reason := refusal(name):
        return Fault(reason[0], "error", where, *reason[1:])
    if name in known:
        return name
    candidates = sorted((full for full in known if full.rpartition("/")[2] == name), key=natural)
    if len(candidates) == 1:
        return candidates[0]
    label = _NAMES.get(kind, kind)
    if candidates:
        return Fault(
            "id-ambiguous",
            "error",
            where,
            f"“{name}”对应几条{label}：{'、'.join(candidates)}",
            "写全路径，如 " + candidates[0],
        )
    return Fault("id-missing", "error", where, f"没有“{name}”这条{label}", _suggestion(name, known))


def _suggestion(name: str, known: Collection[str]) -> str:
    without = re.sub(r"\.(md|ya?ml)$", "", name)
    if without != name and (without in known or any(full.endswith("/" + without) for full in known)):
        return f"不写后缀，写成 {without}"
    bare = {full.rpartition("/")[2]: full for full in sorted(known, reverse=True)}
    near = difflib.get_close_matches(name, [*sorted(known), *sorted(bare)], n=3, cutoff=0.5)
    found = list(dict.fromkeys(full if full in known else bare[full] for full in near))
    return f"是否指 {'、'.join(found)}？" if found else "核对文件名；用 jianbao list 查看已有的条目"


def resolve_many(
    kind: str, names: Sequence[str], known: Collection[str], place: Place | Sequence[Place] | None = None
) -> tuple[tuple[str, ...], list[Fault]]:
    """The ids that several names stand for, in the order typed; a name may be a pattern such as ``folder/*``.

    A pattern stands for the ids directly in its folder (``folder/**`` also below), in natural order (2 before 10),
    without those already named. A name that is given twice is a fault. ``place``: one for all or one for each.
    """
    places = [place] * len(names) if place is None or isinstance(place, Place) else list(place)
    found: dict[str, None] = {}
    faults: list[Fault] = []
    for name, where in zip(names, places, strict=True):
        if "*" in name:
            matches = _matches(kind, name.strip(), known, where or Place(""))
            if isinstance(matches, Fault):
                faults.append(matches)
            else:
                found.update(dict.fromkeys(matches))
            continue
        full = resolve(kind, name, known, where)
        if isinstance(full, Fault):
            faults.append(full)
        elif full in found:
            faults.append(Fault("id-twice", "error", where or Place(""), f"“{full}”列了两次", "删去其中一处"))
        else:
            found[full] = None
    return tuple(found), faults


def _matches(kind: str, pattern: str, known: Collection[str], place: Place) -> list[str] | Fault:
    if reason := refusal(pattern.replace("*", "x")):
        return Fault(reason[0], "error", place, *reason[1:])
    folder, _, last = pattern.rpartition("/")
    prefix = f"{folder}/" if folder else ""
    inside = (full for full in known if full.startswith(prefix))
    if last == "**":
        found = list(inside)
    else:
        last = last.replace("[", "[[]")
        found = [full for full in inside if "/" not in full[len(prefix) :] and fnmatchcase(full[len(prefix) :], last)]
    if not found:
        folders = sorted({full.rpartition("/")[0] for full in known} - {""}, key=natural)
        near = difflib.get_close_matches(folder, folders, n=3, cutoff=0.5)
        hint = f"是否指 {'、'.join(near)}？" if near else "核对文件夹名"
        return Fault("id-missing", "error", place, f"“{pattern}”下没有{_NAMES.get(kind, kind)}", hint)
    return sorted(found, key=natural)


class Known:
    """The ids of one kind, kept so that what a name may stand for is found without a look at all of them."""

    def __init__(self, ids: Iterable[str]) -> None:
        self._ids = frozenset(ids)
        self._sorted = sorted(self._ids)
        self._bearers: dict[str, list[str]] = defaultdict(list)
        for full in self._sorted:
            self._bearers[full.rpartition("/")[2]].append(full)

    def __contains__(self, name: object) -> bool:
        return name in self._ids

    def candidates(self, name: str) -> list[str]:
        """All ids that bear the bare file name ``name``, in order."""
        return self._bearers.get(name, [])

    def concerning(self, names: Iterable[str]) -> frozenset[str]:
        """The ids that names or patterns as typed may stand for: ``resolve`` and ``resolve_many`` find the same among them as among all.

        Only the hints of a name that stands for none differ: they suggest among what is given.
        """
        found: set[str] = set()
        for typed in names:
            name = typed.strip()
            if "*" in name:
                found.update(self._below(name.rpartition("/")[0]))
            elif name in self._ids:
                found.add(name)
            else:
                found.update(self.candidates(name))
        return frozenset(found)

    def _below(self, folder: str) -> list[str]:
        if not folder:
            return self._sorted
        first = bisect_left(self._sorted, f"{folder}/")
        return self._sorted[first : bisect_left(self._sorted, f"{folder}0")]  # 0 comes right after /


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key: digits by value, so that 2 stands before 10; total and deterministic."""
    return [(0, int(part), part) if part.isdecimal() else (1, 0, part) for part in re.split(r"([0-9]+)", name) if part]
