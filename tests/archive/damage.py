"""Damage done to an archive, one at a time, and undone: what was done, and the paths that a report must name."""

from __future__ import annotations

import itertools
import os
import random
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from builder.archive import store
from builder.model import Act


@dataclass(frozen=True)
class Damage:
    """``kind`` of damage and the paths below the archive that it touches: each of them is to be named, and no other."""

    kind: str
    touched: frozenset[str]


def flips(root: Path, paths: list[str], most: int, seed: int = 1) -> Iterator[Damage]:
    """One bit turned: at every byte of a small file, at ``most`` bytes of a larger one, its first and last among them."""
    chosen = random.Random(seed)
    for path in paths:
        data = (root / path).read_bytes()
        places = range(len(data))
        if len(data) > most:
            places = sorted({0, len(data) - 1, *chosen.sample(range(len(data)), most - 2)})
        for at in places:
            turned = bytearray(data)
            turned[at] ^= 1 << chosen.randrange(8)
            yield from _written(root, path, bytes(turned), "bit")


def cuts(root: Path, paths: list[str]) -> Iterator[Damage]:
    """Shortened, lengthened, emptied, filled with noughts."""
    for path in paths:
        data = (root / path).read_bytes()
        for new in (data[:-1], data[: len(data) // 2], b"", data + b"\n", data + data, b"\0" * len(data), data[1:]):
            if new != data:
                yield from _written(root, path, new, "cut")


def swaps(root: Path, acts: list[Act]) -> Iterator[Damage]:
    """Files of one name changed between two bags, and whole bags changed with each other."""
    for one, other in itertools.pairwise(acts):
        for name in sorted(_inside(root, one) & _inside(root, other)):
            first, second = f"{one.folder}/{name}", f"{other.folder}/{name}"
            if (root / first).read_bytes() != (root / second).read_bytes():
                with _exchanged(root, first, second):
                    yield Damage("swap", frozenset((first, second)))
        if _inside(root, one) == _inside(root, other):
            with _exchanged(root, one.folder, other.folder):
                yield Damage("swap of bags", frozenset(_differing(root, one, other)))


def additions(root: Path, acts: list[Act]) -> Iterator[Damage]:
    """Files, folders, links and pipes that nobody put there, in bags and beside them."""
    makers: dict[str, Callable[[Path], object]] = {
        "file": lambda path: path.write_bytes(b"x"),
        "empty file": lambda path: path.write_bytes(b""),
        "empty folder": Path.mkdir,
        "link": lambda path: path.symlink_to("issue.pdf"),
        "link that leads nowhere": lambda path: path.symlink_to("/nowhere"),
        "link to a folder": lambda path: path.symlink_to("."),
        "pipe": lambda path: os.mkfifo(path),
    }
    for act in acts:
        spots = ["", "data/", "data/sources/", "data/sources/items/"] if act.kind == "publish" else ["", "data/"]
        outside = [act.publication + "/", f"{act.publication}/{act.year}/", f"{act.publication}/{act.year}/acts/", ""]
        for spot in [f"{act.folder}/{spot}" for spot in spots] + outside:
            for kind, make in makers.items():
                for name in (".x", "新增.pdf", "data.bak"):
                    path = root / spot / name
                    if not path.parent.is_dir() or (kind == "empty folder" and spot == "" and name != ".x"):
                        continue  # an empty folder beside the publications is told as what a crash left (another test)
                    make(path)
                    yield Damage(f"added {kind}", frozenset((spot + name,)))
                    path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


def renames(root: Path, acts: list[Act]) -> Iterator[Damage]:
    """Files, folders and bags under another name, in another place, or gone."""
    for act in acts:
        for name in sorted(_inside(root, act)):
            path = f"{act.folder}/{name}"
            for new in (path + ".bak", path.upper() if path.upper() != path else path + "1"):
                target = act.folder + new[len(act.folder) :]
                if not (root / target).parent.is_dir():
                    continue
                (root / path).rename(root / target)
                yield Damage("rename", frozenset((path, target)))
                (root / target).rename(root / path)
            (root / path).rename(root / "away")
            yield Damage("gone", frozenset((path, "away")))
            (root / "away").rename(root / path)
        for target in (f"{act.folder}0", f"{act.publication}/{act.year}/x-{act.seq}"):
            (root / act.folder).rename(root / target)
            yield Damage("rename of a bag", frozenset((act.folder, target)))
            (root / target).rename(root / act.folder)


def links(root: Path, acts: list[Act]) -> Iterator[Damage]:
    """A file or a bag replaced by a link to its own copy: the same bytes, kept elsewhere."""
    away = root.parent / "away"
    for act in acts:
        for path in [*(f"{act.folder}/{name}" for name in sorted(_inside(root, act))), act.folder]:
            (root / path).rename(away)
            (root / path).symlink_to(away)
            yield Damage("link", frozenset((path,)))
            (root / path).unlink()
            away.rename(root / path)


def copies(root: Path, acts: list[Act]) -> Iterator[Damage]:
    """A whole bag once more, under another number."""
    for act in acts:
        target = f"{act.publication}/{act.year}/9{act.seq}"
        shutil.copytree(root / act.folder, root / target)
        yield Damage("copy of a bag", frozenset((target,)))
        shutil.rmtree(root / target)


def everything(root: Path, acts: list[Act]) -> list[str]:
    """All files that the archive has, with the two beside the bags."""
    inside = [f"{act.folder}/{name}" for act in acts for name in sorted(_inside(root, act))]
    return [*inside, store.HEAD, store.NEXT]


def _inside(root: Path, act: Act) -> set[str]:
    base = root / act.folder
    return {path.relative_to(base).as_posix() for path in base.rglob("*") if path.is_file()}


def _differing(root: Path, one: Act, other: Act) -> Iterator[str]:
    for name in _inside(root, one):
        if (root / one.folder / name).read_bytes() != (root / other.folder / name).read_bytes():
            yield from (f"{one.folder}/{name}", f"{other.folder}/{name}")


def _written(root: Path, path: str, new: bytes, kind: str) -> Iterator[Damage]:
    file = root / path
    before = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(new)
    yield Damage(kind, frozenset((path,)))
    file.write_bytes(before)
    file.chmod(0o444)


@contextmanager
def _exchanged(root: Path, one: str, other: str) -> Iterator[None]:
    def turn() -> None:
        (root / one).rename(root.parent / "aside")
        (root / other).rename(root / one)
        (root.parent / "aside").rename(root / other)

    turn()
    yield
    turn()
