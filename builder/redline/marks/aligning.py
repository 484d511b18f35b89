"""Temporary."""

from __future__ import annotations

import difflib
from collections.abc import Sequence

from builder.redline.changes import Edit
from builder.words import segment


def edits(old: str, new: str) -> tuple[Edit, ...]:
    a, b = list(old), list(new)
    found = []
    for tag, i, j, k, l in difflib.SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            found.append(Edit(i, j, new[k:l]))
    return tuple(found)


def aligned(old: Sequence[str], new: Sequence[str]) -> list[tuple[range, range]]:
    out: list[tuple[range, range]] = []
    for tag, i, j, k, l in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            out += [(range(i + n, i + n + 1), range(k + n, k + n + 1)) for n in range(j - i)]
            continue
        while i < j and k < l:
            best = max(range(k, l), key=lambda n: difflib.SequenceMatcher(None, old[i], new[n]).ratio())
            if difflib.SequenceMatcher(None, old[i], new[best]).ratio() > 0.5:
                if best > k:
                    out.append((range(i, i), range(k, best)))
                out.append((range(i, i + 1), range(best, best + 1)))
                i, k = i + 1, best + 1
            else:
                out.append((range(i, i + 1), range(k, k)))
                i += 1
        if i < j or k < l:
            out.append((range(i, j), range(k, l)))
    return out
