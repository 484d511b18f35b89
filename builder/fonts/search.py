"""Choosing a face for every role (编辑手册, 九): the office's own, official, Fandol, similar installed ones, PyPI's."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from builder.fonts.faces import (
    FANDOL,
    KEYWORDS,
    LAST_RESORT,
    OFFICIAL,
    RARE_INSTALLED,
    RARE_MARKS,
    ROLES,
    SIMILAR,
    Face,
    FontError,
    FontSet,
    Role,
    Standing,
)
from builder.fonts.index import Listed, Names, Prepared, prepare
from builder.fonts.places import cache_folder, data_folder, system_folders

_PYPI = "pylopdf_fonts_zh_cn"
# Rare characters: the serif first, so that one inside 仿宋 or 宋体 stands out least.
_RARE = ("NotoSerifSC-Regular", "NotoSansSC-Regular")


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A face that may take a role, with what is told about it."""

    face: Listed
    standing: Standing
    source: str
    why: str


def find(root: Path, *, system: bool = True, cache: Path | None = None) -> FontSet:
    """Choose the face of every role and those for rare characters.

    Args:
        root: the workspace; ``fonts/`` and ``.fonts/`` below it are searched.
        system: whether fonts installed on this machine count (tests leave them out, to be the same everywhere).
        cache: where parsed font data is kept; the user's cache folder by default.

    Raises:
        FontError: a role has no usable face at all.
    """
    cache = cache or cache_folder()
    names = Names(cache)
    own = names.below(root / "fonts")
    installed = [face for folder in system_folders() for face in names.below(folder)] if system else []
    fetched = [face for folder in (data_folder(), root / ".fonts") for face in names.below(folder)]
    shipped = names.below(shipped_folder()) if shipped_folder().name else []
    names.save()
    lists = {role: list(_candidates(role, own, installed, fetched, shipped)) for role in ROLES}
    rare = [
        *(
            _Candidate(face, "自备", "单位字体", "fonts 文件夹中的字体，印生僻字")
            for face in own
            if _means(face) is None
        ),
        *(_Candidate(face, "正式", "本机", "印生僻字") for face in _named(installed, RARE_INSTALLED)),
        *(_Candidate(face, "末选", "随程序", "印生僻字") for name in _RARE for face in _named(shipped, (name,))),
    ]
    return _settle(lists, rare, cache)


def _candidates(
    role: Role, own: list[Listed], installed: list[Listed], fetched: list[Listed], shipped: list[Listed]
) -> Iterator[_Candidate]:
    """Every face that could take the role, best first."""
    for face in _named(own, OFFICIAL[role]):
        yield _Candidate(face, "正式", "单位字体", "fonts 文件夹中有标准字体")
    for face in own:
        if _means(face) == role:
            yield _Candidate(face, "自备", "单位字体", "fonts 文件夹中自备的字体")
    for face in _named(installed, OFFICIAL[role]):
        yield _Candidate(face, "正式", "本机", "本机装有标准字体")
    for face in _named([*fetched, *installed], FANDOL[role]):
        yield _Candidate(face, "代用", "Fandol", "没有标准字体，用同体的开放字体")
    for face in _named(installed, SIMILAR[role]):
        yield _Candidate(face, "代用", "本机", "没有标准字体和 Fandol，用本机相近的字体")
    for face in _named(shipped, LAST_RESORT[role]):
        yield _Candidate(face, "末选", "随程序", "没有标准字体和 Fandol，用思源字体顶替；可运行 jianbao fonts fetch")


def _named(faces: list[Listed], wanted: tuple[str, ...]) -> list[Listed]:
    """The faces that bear one of the names, in the order of the names."""
    folded = [w.casefold() for w in wanted]
    ranked = []
    for face in faces:
        held = {n.casefold() for n in face.names}
        ranks = [rank for rank, name in enumerate(folded) if name in held]
        if ranks:
            ranked.append((ranks[0], face))
    return [face for _, face in sorted(ranked, key=lambda pair: pair[0])]


def _means(face: Listed) -> Role | None:
    """The role that a face in the office's own folder stands for: by its file's name, else by the names inside.

    None for a face that only adds rare characters.
    """
    stem = face.file.stem.casefold()
    if any(mark in name for mark in RARE_MARKS for name in (stem, *(n.casefold() for n in face.names))):
        return None
    for texts in ((stem,), tuple(n.casefold() for n in face.names)):
        for keyword, role in KEYWORDS:
            if any(keyword in text for text in texts):
                return role
    return None


def _settle(lists: dict[Role, list[_Candidate]], rare: list[_Candidate], cache: Path) -> FontSet:
    """Take the best candidate of each role; one that the PDF engine refuses gives way to the next."""
    while True:
        for role in ROLES:
            if not lists[role]:
                raise FontError(
                    f"找不到可用作“{role}”的字体",
                    "运行 jianbao fonts fetch，或把字体文件放进 fonts 文件夹，再运行 jianbao fonts 查看",
                )
        heads = {role: lists[role][0] for role in ROLES}
        prepared, paths = prepare([c.face for c in (*heads.values(), *rare)], cache)
        refused = [role for role in ROLES if _key(heads[role].face) not in prepared]
        shadowing = _shadowing(heads, rare, prepared)
        if not refused and not shadowing:
            break
        for role in refused:
            lists[role].pop(0)
        rare = [choice for choice in rare if choice not in shadowing]
    made = _maker(prepared)
    return FontSet(
        {role: made(heads[role]) for role in ROLES},
        tuple(made(choice) for choice in rare if _key(choice.face) in prepared),
        paths,
    )


def _key(face: Listed) -> tuple[Path, int]:
    return face.file, face.index


def _shadowing(
    heads: dict[Role, _Candidate], rare: list[_Candidate], prepared: dict[tuple[Path, int], Prepared]
) -> list[_Candidate]:
    """Faces for rare characters that Typst gives the family name of a role's face: it might take the wrong one.

    It cuts endings such as Ext off a name: "宋体-ExtB" is "宋体" to it.
    """
    chosen = {_key(choice.face) for choice in heads.values()}
    taken = {prepared[key].family for key in chosen if key in prepared}
    others = [choice for choice in rare if _key(choice.face) in prepared and _key(choice.face) not in chosen]
    return [choice for choice in others if prepared[_key(choice.face)].family in taken]


def _maker(prepared: dict[tuple[Path, int], Prepared]) -> Callable[[_Candidate], Face]:
    def make(choice: _Candidate) -> Face:
        face = choice.face
        known = prepared[_key(face)]
        return Face(
            face.file,
            face.index,
            known.family,
            known.weight,
            face.names,
            choice.standing,
            choice.source,
            choice.why,
            known.cover,
            known.advances,
        )

    return make


def shipped_folder() -> Path:
    """The folder of the faces that come from PyPI, without importing their package; empty when not installed."""
    spec = importlib.util.find_spec(_PYPI)
    return Path(spec.origin).parent if spec and spec.origin else Path()
