"""Composing depends on what files say, not on the order in which they were met."""

import dataclasses
import random
from pathlib import Path

import pytest

from builder import content, publications
from builder.compose import assign, compose
from builder.render import view

ROOT = Path(__file__).resolve().parents[2]
LIBRARY, _ = content.load(ROOT)
TITLES, _ = publications.load(ROOT / "templates")


def shuffled(values, seed):
    keys = list(values)
    random.Random(seed).shuffle(keys)
    return {k: values[k] for k in keys}


def views(library, titles):
    """What every issue prints, and every fault, without regard to the order of the issues."""
    numbers, clashes = assign(library.issues, titles)
    printed, faults = {}, set(clashes)
    for name in library.issues:
        composition = compose(library, library.issues[name], titles, numbers)
        faults |= set(composition.faults)
        if composition.edition is not None:
            printed[name] = view.build(composition.edition, {}).data
    return printed, faults


@pytest.mark.parametrize("seed", range(6))
def test_the_order_of_input_files_changes_neither_views_nor_faults(seed):
    mixed = dataclasses.replace(
        LIBRARY,
        items=shuffled(LIBRARY.items, seed),
        findings=shuffled(LIBRARY.findings, seed + 1),
        issues=shuffled(LIBRARY.issues, seed + 2),
    )
    expected = views(LIBRARY, TITLES)
    assert len(expected[0]) >= 5
    assert views(mixed, shuffled(TITLES, seed + 3)) == expected


@pytest.mark.parametrize("seed", range(4))
def test_proposed_numbers_do_not_depend_on_the_order_of_files(seed):
    drafts = {
        name: dataclasses.replace(source, value=source.value.model_copy(update={"number": None, "total": None}))
        for name, source in LIBRARY.issues.items()
    }
    expected, _ = assign(drafts, TITLES)
    assert any(numbering.proposed for numbering in expected.values())
    assert assign(shuffled(drafts, seed), TITLES)[0] == expected
