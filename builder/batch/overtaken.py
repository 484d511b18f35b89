"""What changed while a batch was at work: which issues are printed as their content was before, and what is said of it.

Nothing depends on it but what is told: what is up to date the next run finds out by hashes (``standing``).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from builder.batch import stamps
from builder.batch.opening import SlimOpened
from builder.batch.reading import spelt
from builder.errors import Fault, Place

_SHOWN = 20  # names in one message


@dataclass(frozen=True, slots=True)
class Printed:
    """What an issue was printed from: the ids of its items, and ``unlike``.

    These are the content files that were read otherwise than opening the workspace had found them: SHA-256 by path, "" where
    one was not read.
    """

    items: tuple[str, ...]
    unlike: Mapping[str, str]


def overtaken(opened: SlimOpened, printed: Mapping[str, Printed]) -> dict[str, tuple[str, ...]]:
    """The files by which issues that were printed are not what their content asks for now; issues that are, are left out.

    An issue of which the own file changed before it was read is among them even where it prints what the file says now: its
    number was given by what the file said before.
    """
    if not printed or (_is_still(opened) and not any(each.unlike for each in printed.values())):
        return {}
    root, now = opened.workspace.root, dict[str, str]()
    found = {}
    for name, each in printed.items():
        case = opened.case(name)
        moved = {case.file} & each.unlike.keys()
        for path, sha in {**case.files, **each.unlike}.items():
            if sha and (path in each.unlike or _is_touched(opened, path)):
                if path not in now:
                    now[path] = stamps.sha256(str(spelt(root, path)))
                moved |= {path} if now[path] != sha else set()
        if moved:
            found[name] = tuple(sorted(moved))
    return found


def _is_still(opened: SlimOpened) -> bool:
    """Whether nothing below ``content`` came, went or was written to since the workspace was opened."""
    listing = stamps.below(str(opened.workspace.root))
    if listing.links or listing.names != opened.journal.meta("names"):
        return False
    return all(stamps.is_sure(stamp, opened.began) for stamp in listing.files.values())


def _is_touched(opened: SlimOpened, path: str) -> bool:
    stamp = stamps.of(f"{opened.workspace.root}/{path}")
    return stamp is None or not stamps.is_sure(stamp, opened.began)


# ---------------------------------------------------------------- told


def of_issue(paths: Sequence[str]) -> Fault:
    """What the entry of such an issue bears."""
    more = f"等{len(paths)}个文件" if len(paths) > 1 else "这个文件"
    return _fault(Place(paths[0]), f"生成期间改过{more}：这一期的内容或期号还是改以前的。")


def of_run(found: Mapping[str, Sequence[str]], labels: Iterable[str]) -> Fault:
    """What a run tells of all such issues together; ``labels`` are how they are called."""
    files = sorted({path for paths in found.values() for path in paths})
    told = (
        f"生成期间改过{len(files)}个稿件文件（{_few(files)}），{len(found)}期的内容或期号还是改以前的：{_few(labels)}。"
    )
    return _fault(Place(""), told)


def of_grounds(paths: Sequence[str]) -> Fault:
    """What a run tells of templates, fonts and the office file, which all issues may stand on."""
    told = f"生成期间改过{_few(paths)}：用到的期可能还是照改以前的排的，不作为最新。"
    return _fault(Place(paths[0]) if len(paths) == 1 else Place(""), told)


def _fault(place: Place, message: str) -> Fault:
    return Fault("changed-meanwhile", "warning", place, message, "再运行一次 jianbao build，只重做这些期。")


def _few(names: Iterable[str]) -> str:
    every = list(names)
    return "、".join(every[:_SHOWN]) + (f" 等{len(every)}个" if len(every) > _SHOWN else "")
