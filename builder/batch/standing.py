"""Which issues are up to date: of the same key as when they were built, with their files in place as they were written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from builder.batch import stamps
from builder.batch.grounds import digest
from builder.batch.jobs import Outcome
from builder.batch.opening import SlimOpened
from builder.batch.rows import Last, Output
from builder.batch.stamps import Stamp
from builder.errors import Fault
from builder.files import sha256
from builder.render.printing import Printing

_OFFICE = "content/office.yaml"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a run has to do: ``due`` issues are rendered, ``current`` ones are up to date.

    ``check`` are those current ones of which the faults must be told anew: something was published since.
    """

    due: tuple[str, ...]
    current: Mapping[str, Last]
    check: tuple[str, ...]


def standing(
    opened: SlimOpened,
    names: Sequence[str],
    printing: Printing,
    formats: Sequence[str],
    *,
    hashing: bool = False,
    changed: bool = False,
    force: bool = False,
) -> Standing:
    """Sort issues by what is to be done with them.

    Args:
        opened: the workspace.
        names: ids of the issues.
        printing: how they are printed; each printing has files of its own.
        formats: those that are wanted.
        hashing: files are read, whatever their times say.
        changed: what only other templates, fonts or programs make out of date is in neither part; what was lost is due.
        force: every issue is due.
    """
    built = {} if force else opened.journal.built(printing.suffix)
    keys = {name: opened.key(name, printing) for name in names if name in built}
    alike = {name: last for name in keys if _is_built(last := built[name], keys[name], formats)}
    whole = _in_place(opened, alike, printing, formats, hashing)
    current = {name: _of(last, formats) for name, last in alike.items() if name in whole}
    due = [name for name in names if name not in current]
    if changed and not force:
        due = [name for name in due if name not in built or _is_news(opened, name, built[name], keys[name])]
    check = [name for name, last in current.items() if last.register != opened.grounds.register]
    return Standing(tuple(due), current, tuple(check))


def _is_built(last: Last, key: str, formats: Sequence[str]) -> bool:
    return last.key == key and all(form in last.outputs and last.outputs[form].key == key for form in formats)


def _of(last: Last, formats: Sequence[str]) -> Last:
    """Only the files that are wanted: others may be gone, or older."""
    return replace(last, outputs={form: last.outputs[form] for form in formats})


def _is_news(opened: SlimOpened, name: str, last: Last, key: str) -> bool:
    """Whether an issue is due for its content, or for its files alone: then nothing else makes it out of date."""
    return last.key == key or not last.own == opened.heads[name].own != ""


def _in_place(
    opened: SlimOpened, lasts: Mapping[str, Last], printing: Printing, formats: Sequence[str], hashing: bool
) -> set[str]:
    """Issues whose files are there with the right hash; those that had to be hashed for it are known by new stamps from now on."""
    journal, root = opened.journal, str(opened.workspace.root)
    looks = _looks(root, {last.outputs[form].path for last in lasts.values() for form in formats})
    until = journal.trusted_until
    unsure: dict[str, list[Output]] = {}
    lost: set[str] = set()
    for name, last in lasts.items():
        for output in (last.outputs[form] for form in formats):
            stamp = looks.get(output.path)
            if stamp is None or stamp[0] != output.stamp[0]:
                lost.add(name)
            elif hashing or stamp != output.stamp or stamp[1] > until:
                unsure.setdefault(name, []).append(replace(output, stamp=stamp))
    hashes = stamps.hashes(f"{root}/{o.path}" for name, each in unsure.items() if name not in lost for o in each)
    right = {
        name: each
        for name, each in unsure.items()
        if name not in lost and all(hashes[f"{root}/{o.path}"] == o.sha for o in each)
    }
    if right:
        journal.restamp(printing.suffix, right)
    return lasts.keys() - lost - (unsure.keys() - right.keys())


def _looks(root: str, paths: Iterable[str]) -> dict[str, Stamp]:
    """Stamps of files by path below the workspace; each of their folders is listed once."""
    found: dict[str, Stamp] = {}
    wanted = set(paths)
    for folder in {path.rpartition("/")[0] for path in wanted}:
        try:
            with os.scandir(f"{root}/{folder}") as entries:
                names = [f"{folder}/{entry.name}" for entry in entries]
        except OSError:
            continue
        for path in wanted.intersection(names):
            if stamp := stamps.of(f"{root}/{path}"):
                found[path] = stamp
    return found


def done(
    opened: SlimOpened,
    name: str,
    printing: Printing,
    outcome: Outcome,
    paths: Mapping[str, Path],
    told: Sequence[Fault],
    built: Mapping[str, Any],
) -> dict[str, str]:
    """Record an issue that is about to be written, by the content that was read for it; ``placed`` follows.

    The line comes before the files, with their hashes: a run that is killed between them leaves either other files, and
    the issue is due, or these, and it is up to date.

    Args:
        opened: the workspace as it was opened.
        name: the issue's id.
        printing: how it was printed.
        outcome: what rendering it gave.
        paths: where its files will be, by format.
        told: all faults that were told of it; they are told again as long as it is up to date.
        built: what was told of it besides, as JSON.

    Returns:
        ``overtaken.Printed.unlike``: content files that changed between opening and reading.

    Raises:
        FileError: the index cannot be written.
    """
    case = opened.case(name)
    read = {path: sha for path, sha in outcome.digests.items() if path != _OFFICE} or dict(case.files)
    own = digest(sorted(read.items()))
    key = opened.key(name, printing, own)
    outputs = {}
    for form, path in paths.items():
        shown, data = path.relative_to(opened.workspace.root).as_posix(), outcome.files[form]
        outputs[form] = Output(form, key, shown, (len(data), 0, 0, 0), sha256(data))
    last = Last(key, own, opened.grounds.register, tuple(told), built, outputs)
    opened.journal.set_built(name, printing.suffix, last)
    changed = (path for path in read.keys() | case.files.keys() if read.get(path) != case.files.get(path))
    return {path: read.get(path, "") for path in changed}


def placed(opened: SlimOpened, name: str, printing: Printing, paths: Mapping[str, Path]) -> None:
    """The files of an issue are in place: from now on they are known by how they look, and need not be hashed.

    Raises:
        FileError: the index cannot be written.
    """
    seen = {form: stamp for form, path in paths.items() if (stamp := stamps.of(str(path)))}
    opened.journal.restamp(printing.suffix, {name: [Output(form, "", "", stamp, "") for form, stamp in seen.items()]})


def retold(opened: SlimOpened, name: str, printing: Printing, last: Last, told: Sequence[Fault]) -> None:
    """Keep what is told of an issue that is up to date, after it was checked anew.

    Raises:
        FileError: the index cannot be written.
    """
    news = replace(last, faults=tuple(told), register=opened.grounds.register, outputs={})
    opened.journal.set_built(name, printing.suffix, news)
