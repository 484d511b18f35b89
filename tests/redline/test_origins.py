"""Every printed text is given with the places of its characters in the files of the entries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from builder.compose import Edition, compose
from builder.render import expected
from builder.render.origins import Printed, of_view, origins
from builder.render.view import View, build
from builder.settings import Workspace
from builder.workflow import opening
from tests import generated

ROOT = Path(__file__).resolve().parents[2]
FAMILIES: Mapping[str, list[str]] = {}


def _editions(root: Path) -> Iterator[tuple[Edition, View]]:
    opened = opening.open_workspace(Workspace(root))
    for issue in opened.library.issues.values():
        edition = compose(opened.library, issue, opened.titles, opened.numbers).edition
        assert edition is not None, issue.id
        yield edition, build(edition, FAMILIES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generated")
    generated.workspace(folder)
    return folder


@pytest.fixture(params=["samples", "generated"])
def root(request: pytest.FixtureRequest) -> Path:
    return ROOT if request.param == "samples" else request.getfixturevalue("made")


def test_texts_joined_are_what_is_printed(root: Path) -> None:
    for edition, view in _editions(root):
        found = origins(edition, view.data)
        assert "".join(each.text for each in found) == "".join(expected.texts(view.data)), edition.issue.id


def test_every_place_points_at_that_very_character(root: Path) -> None:
    files: dict[str, list[str]] = {}
    counted = 0
    for edition, view in _editions(root):
        for each in origins(edition, view.data):
            assert len(each.places) == len(each.text)
            for char, place in zip(each.text, each.places, strict=True):
                if place is None:
                    continue
                lines = files.setdefault(place.file, (root / place.file).read_text("utf-8").split("\n"))
                assert lines[place.line - 1][place.column - 1] == char, (each.where, place)
                counted += 1
    assert counted > 5_000


def test_every_text_has_its_source_or_the_reason_why_it_cannot_be_carried_back(root: Path) -> None:
    for edition, view in _editions(root):
        for each in origins(edition, view.data):
            assert each.fixed or each.source is not None, each
            if each.typed and not each.fixed:
                first = next(place for place in each.places if place is not None)
                assert first == each.source, each
            if each.source is not None:
                assert (root / each.source.file).is_file()


def test_a_value_stands_in_its_text_without_what_the_program_puts_around_it(root: Path) -> None:
    kinds = {"栏目", "标题", "附件标题", "表题", "单位"}
    found: set[str] = set()
    for edition, view in _editions(root):
        for each in origins(edition, view.data):
            value = each.text[slice(*each.value)]
            if each.kind in kinds and each.source is not None:
                found.add(each.kind)
                assert value, each
                assert not value.startswith(("【", "单位：")), each
    assert found >= {"栏目", "标题"}


def test_places_of_what_is_printed_twice_are_told_apart() -> None:
    names = [
        each.where for edition, view in _editions(ROOT) for each in origins(edition, view.data) if each.kind == "格"
    ]
    editions = list(_editions(ROOT))
    for edition, view in editions:
        cells = [(e.table, e.row, e.column) for e in origins(edition, view.data) if e.kind == "格"]
        assert len(set(cells)) == len(cells)
    assert any("表头第1行第1列" in name for name in names)


def test_without_an_edition_the_texts_are_the_same_and_have_no_place() -> None:
    for edition, view in _editions(ROOT):
        with_places, without = origins(edition, view.data), of_view(view.data)
        assert [_shape(e) for e in with_places] == [_shape(e) for e in without]
        assert all(each.source is None and not any(each.places) for each in without)


def _shape(each: Printed) -> tuple[str, str, str, bool]:
    return each.kind, each.where, each.text, each.joined
