"""What a disk may hold after the power went: the write log of a piece of work, replayed with unsynced writes dropped.

The model is harder than any file system in use: what was written is on the disk for sure only after ``fsync`` of the file, a name
(made, moved, taken away) only after ``fsync`` of its folder; a rename is one stroke. Of everything else any part may be there, in
any order, and writes may be torn at sectors.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.tracing import Line

_SECTOR = 512


@dataclass(eq=False, slots=True)
class Node:
    """A file (``data``) or folder (``names``) as it was on the disk at the beginning; new ones are empty."""

    data: bytes | None = None
    names: dict[str, Node] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes into a file; ``data`` None: its length becomes ``offset``."""

    node: Node
    offset: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Name:
    """The name ``source`` of a node (None: it is new) becomes ``target`` (None: it is taken away), in one stroke."""

    node: Node
    source: tuple[Node, str] | None
    target: tuple[Node, str] | None


@dataclass(frozen=True, slots=True)
class Sync:
    """``fsync`` of a file or folder."""

    node: Node


@dataclass(frozen=True, slots=True)
class Said:
    """Something was told to whoever waited."""

    text: str


Step = Write | Name | Sync | Said


class WriteLog:
    """The steps of a traced piece of work on what lies below ``root``."""

    def __init__(self, root: Path, before: Path) -> None:
        """``before`` holds what was in ``root`` at the beginning."""
        self.root, self.steps = root, list[Step]()
        self._now: dict[Path, Node] = {}
        self.start = self._read(before, root)
        self._offsets: dict[int, int] = {}

    def _read(self, path: Path, seen_as: Path) -> Node:
        if path.is_dir():
            node = Node(None, {each.name: self._read(each, seen_as / each.name) for each in path.iterdir()})
        else:
            node = Node(path.read_bytes())
        self._now[seen_as] = node
        return node

    def follow(self, trace: Iterable[Line]) -> None:
        """Take in a trace made with ``tracing.TRACE``.

        Raises:
            AssertionError: a call changes something in a way that is not modelled here.
        """
        for line in trace:
            if line.result < 0:
                continue
            if any(path.is_relative_to(self.root) for path in line.paths):
                getattr(self, f"_{line.name}", _unknown)(line)
            elif line.name == "write":
                self.steps.append(Said(b"".join(line.texts).decode("utf-8", "replace")))

    def _openat(self, line: Line) -> None:
        handle, path = line.descriptors[-1]
        self._offsets[handle] = 0
        if "O_CREAT" in line.rest and path not in self._now:
            self._name(None, path, Node(b""))
        elif "O_TRUNC" in line.rest:
            self.steps.append(Write(self._now[path], 0, None))

    def _lseek(self, line: Line) -> None:
        self._offsets[line.descriptors[0][0]] = line.result

    def _close(self, line: Line) -> None:
        self._offsets.pop(line.descriptors[0][0], None)

    def _write(self, line: Line) -> None:
        handle, path = line.descriptors[0]
        data = b"".join(line.texts)[: line.result]
        self.steps.append(Write(self._now[path], self._offsets[handle], data))
        self._offsets[handle] += len(data)

    def _pwrite64(self, line: Line) -> None:
        data = b"".join(line.texts)[: line.result]
        self.steps.append(Write(self._now[line.paths[0]], line.numbers[-1], data))

    def _ftruncate(self, line: Line) -> None:
        self.steps.append(Write(self._now[line.paths[0]], line.numbers[-1], None))

    def _fsync(self, line: Line) -> None:
        self.steps.append(Sync(self._now[line.paths[0]]))

    _fdatasync = _fsync

    def _mkdir(self, line: Line) -> None:
        self._name(None, line.paths[0], Node())

    _mkdirat = _mkdir

    def _rename(self, line: Line) -> None:
        source, target = line.paths
        self._name(source, target, self._now[source])

    _renameat = _renameat2 = _rename

    def _unlink(self, line: Line) -> None:
        self._name(line.paths[0], None, self._now[line.paths[0]])

    _unlinkat = _rmdir = _unlink

    def _chmod(self, line: Line) -> None:
        """Modes are not modelled: what is lost of them is that a file may be changed."""

    _fchmod = _fchmodat = _chmod

    def _name(self, source: Path | None, target: Path | None, node: Node) -> None:
        there, here = (None if p is None else (self._now[p.parent], p.name) for p in (source, target))
        self.steps.append(Name(node, there, here))
        if source is None:
            assert target is not None
            self._now[target] = node
            return
        for path in [p for p in self._now if p.is_relative_to(source)]:
            moved = self._now.pop(path)
            if target is not None:
                self._now[target / path.relative_to(source)] = moved


def _unknown(line: Line) -> None:
    raise AssertionError(f"{line.name} of {line.paths} is not modelled")


def states(log: WriteLog, count: int) -> list[tuple[int, int]]:
    """``count`` states as (steps done, seed), spread over all steps; every step with seed 0 where ``count`` allows."""
    points = range(len(log.steps) + 1)
    return [(point, seed) for seed in range(-(-count // len(points))) for point in points][:count]


def replay(log: WriteLog, done: int, seed: int, folder: Path) -> None:
    """Write into ``folder`` what the disk holds when the power goes after ``done`` steps.

    Seed 0 drops everything that was not synced, seed 1 nothing; others drop some of it.
    """
    steps, dice = log.steps[:done], random.Random(f"{done}:{seed}")
    sure = _durable(steps)
    share = {0: 0.0, 1: 1.0}.get(seed, dice.choice((0.2, 0.5, 0.8)))
    data: dict[Node, bytearray] = {}
    names: dict[Node, dict[str, Node]] = {}
    for n, step in enumerate(steps):
        kept = n in sure or dice.random() < share
        if isinstance(step, Write):
            _change(
                data.setdefault(step.node, bytearray(step.node.data or b"")), step, n in sure or share == 1, kept, dice
            )
        elif isinstance(step, Name) and kept:
            _rename(names, step, n in sure)
    _write(log.start, folder, data, names)


def _durable(steps: Sequence[Step]) -> set[int]:
    """The steps that are on the disk for sure."""
    sure, synced = set(), set[Node]()
    for n in range(len(steps) - 1, -1, -1):
        step = steps[n]
        if isinstance(step, Sync):
            synced.add(step.node)
        elif (isinstance(step, Write) and step.node in synced) or (
            isinstance(step, Name) and any(place and place[0] in synced for place in (step.source, step.target))
        ):
            sure.add(n)
    return sure


def _change(held: bytearray, step: Write, whole: bool, kept: bool, dice: random.Random) -> None:
    if step.data is None:
        if kept:
            held[step.offset :] = bytes(max(0, step.offset - len(held)))
        return
    for at in range(0, len(step.data), _SECTOR):
        if whole or (kept and dice.random() < 0.8):  # torn
            piece = step.data[at : at + _SECTOR]
            begin = step.offset + at
            held.extend(bytes(max(0, begin - len(held))))
            held[begin : begin + len(piece)] = piece


def _rename(names: dict[Node, dict[str, Node]], step: Name, sure: bool) -> None:
    def inside(folder: Node) -> dict[str, Node]:
        return names.setdefault(folder, dict(folder.names))

    if step.source is not None:
        folder, name = step.source
        if inside(folder).get(name) is step.node:
            del inside(folder)[name]
        elif not sure:  # it was never made, as far as the disk knows
            return
    if step.target is not None:
        folder, name = step.target
        inside(folder)[name] = step.node


def _write(node: Node, path: Path, data: dict[Node, bytearray], names: dict[Node, dict[str, Node]]) -> None:
    if node.data is not None:
        path.write_bytes(data.get(node, node.data))
        return
    path.mkdir()
    for name, inner in names.get(node, node.names).items():
        _write(inner, path / name, data, names)
