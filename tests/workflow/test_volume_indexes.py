"""Contents and indexes of a bound volume: whatever they name stands on the page that they give, as read from the file itself."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

import pikepdf
import pytest

from builder import pdfium
from builder.fonts import FontSet
from builder.render.child import Engines
from builder.words import visible
from builder.workflow.volumes import volume
from tests.office import OFFICE, SmallOffice

PUBLICATION = "gongzuo-xinxi"
UNITS = {
    "市水利局": "临澜市水利局", "市教育局": "临澜市教育局", "市公安局": "临澜市公安局", "青峪县": "临澜市青峪县",
    "市委组织部": "中共临澜市委组织部",
}  # fmt: skip
FILL = "各县（区）认真落实责任，逐级排查隐患，做到人员、物资、预案三到位。" * 14
ISSUES = (
    ("2026-01-05", (("河道清淤提前完工", "市水利局", f"{FILL}\n\n    {FILL}\n\n    临澜市公安局派员维持秩序。"),
                    ("山区校车夜间停放问题亟待解决", "市教育局", "青峪县已划定停放点。"))),
    ("2026-02-09", (("河道采砂集中整治", "市水利局", f"{FILL}{FILL}中共临澜市委组织部选派干部驻点。"),
                    ("调解队伍建设亟待加强", "市委组织部", "市水利局、市教育局参加。"),
                    ("山区教师周转房投入使用", "市教育局", "惠及教师120人。"))),
    ("2026-03-12", (("《河道条例》宣传月“一件事”启动", "市水利局", "市公安局配合。"),)),
)  # fmt: skip
ROW = re.compile(r"^(?P<name>\D+?)(?P<own>\d+(?:、\d+)*)?(?:（(?P<besides>\d+(?:、\d+)*)）)?$", re.MULTILINE)


@dataclass(frozen=True)
class Read:
    """A bound volume as read: the text of the contents, of each page by its number, and of each index line by line.

    ``links`` are what stands on each link of contents and indexes, and the number of the page that it leads to.
    """

    contents: str
    pages: dict[int, str]
    links: tuple[tuple[str, int], ...]
    indexes: dict[str, str]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory, fontset: FontSet, engines: Engines) -> Read:
    office = SmallOffice(tmp_path_factory.mktemp("indexes") / "office", fontset, engines)
    named = "".join(f"  - {{全称: {full}, 简称: {short}}}\n" for short, full in UNITS.items())
    office.write("content/office.yaml", OFFICE.replace("  - {全称: 临澜市水利局, 简称: 市水利局}\n", named))
    for n, (day, entries) in enumerate(ISSUES, 1):
        listed = "".join(
            f"  - 标题: {title}\n    供稿: {unit}\n    正文: |-\n      {text.replace(chr(10) + '    ', chr(10) + '      ')}\n"
            for title, unit, text in entries
        )
        office.write(f"content/issues/2026/{n}.yaml", f"刊物: {PUBLICATION}\n日期: {day}\n条目:\n{listed}")
        office.sign(f"2026/{n}", day)
        office.publish(f"2026/{n}")
    with office.desk(read_only=True) as desk:
        made = volume(desk, PUBLICATION, 2026, fontset, engines)
    texts, outline = pdfium.texts(made.pdf)
    begins = {title: page for title, page in outline if title.endswith("索引")}
    starts = sorted([*begins.values(), len(texts) + 1])
    parts = {name: starts[starts.index(page) : starts.index(page) + 2] for name, page in begins.items()}
    return Read(
        visible("".join(page.whole for page in texts[: made.front])),
        {n: visible(page.whole) for n, page in enumerate(texts[made.front :], 1)},
        tuple(_links(made.pdf, made.front, made.body)),
        {name: _lines("\n".join(page.whole for page in texts[a - 1 : b - 1])) for name, (a, b) in parts.items()},
    )


def _links(pdf: bytes, front: int, body: int) -> Iterator[tuple[str, int]]:
    with pikepdf.open(io.BytesIO(pdf)) as document, closing(pdfium.opened(pdf)) as read:
        numbers = {page.obj.objgen: n - front + 1 for n, page in enumerate(document.pages)}
        for n, page in enumerate(document.pages):
            text = read[n].get_textpage()
            for note in () if front <= n < front + body else page.obj.get("/Annots", ()):
                left, bottom, right, top = (float(side) for side in note.Rect)
                yield visible(text.get_text_bounded(left, bottom, right, top)), numbers[note.Dest[0].objgen]


def _lines(text: str) -> str:
    return "\n".join(visible(line) for line in text.splitlines())


def _rows(read: Read, name: str) -> dict[str, tuple[list[int], list[int]]]:
    """Name → pages, and pages in brackets."""
    found = {}
    for row in ROW.finditer(read.indexes[name]):
        own, besides = ([int(page) for page in (row[key] or "").split("、") if page] for key in ("own", "besides"))
        if row["name"] != "合" and (own or besides):  # the volume's own numbers
            found[row["name"]] = (own, besides)
    return found


def test_the_contents_give_each_title_the_page_on_which_it_begins(read: Read) -> None:
    for _, entries in ISSUES:
        for title, unit, _ in entries:
            found = re.search(rf"{re.escape(visible(title))}（{unit}）(\d+)", read.contents)
            assert found is not None, title
            assert visible(title) in read.pages[int(found[1])], title


def test_the_contents_give_each_issue_a_right_hand_page_that_bears_its_number(read: Read) -> None:
    found = re.findall(r"(第\d+期（总第\d+期）)2026年\d+月\d+日(\d+)", read.contents)
    assert len(found) == len(ISSUES)
    for number, page in found:
        assert int(page) % 2 == 1
        assert number in read.pages[int(page)]


def test_the_contents_name_the_pages_of_the_indexes(read: Read) -> None:
    for name in ("主题索引", "单位索引"):
        found = re.search(rf"{name}(\d+)", read.contents[read.contents.index("目录") :])
        assert found is not None
        assert read.pages[int(found[1])].startswith(name)


def test_every_subject_leads_to_a_page_with_a_title_that_has_its_words(read: Read) -> None:
    rows = _rows(read, "主题索引")
    titles = [visible(title) for _, entries in ISSUES for title, _, _ in entries]
    assert {"河道", "山区"} <= rows.keys()
    for subject, (pages, besides) in rows.items():
        assert besides == []
        for page in pages:
            assert any(subject in title and title in read.pages[page] for title in titles), (subject, page)


def test_every_entry_is_found_by_some_subject(read: Read) -> None:
    rows = _rows(read, "主题索引")
    for _, entries in ISSUES:
        for title, _, _ in entries:
            leading = {page for subject, (pages, _) in rows.items() if subject in visible(title) for page in pages}
            assert any(visible(title) in read.pages[page] for page in leading), title


def test_every_unit_leads_to_the_pages_of_its_entries_and_of_the_texts_that_name_it(read: Read) -> None:
    rows = _rows(read, "单位索引")
    assert rows.keys() == UNITS.keys()
    for unit, (own, besides) in rows.items():
        titles = [visible(title) for _, entries in ISSUES for title, supplier, _ in entries if supplier == unit]
        assert all(any(title in read.pages[page] for title in titles) for page in own)
        assert all(any(title in read.pages[page] for page in own) for title in titles)
        assert all(unit in read.pages[page] or UNITS[unit] in read.pages[page] for page in besides)
    assert all(rows[unit][1] for unit in ("市公安局", "青峪县", "市水利局"))


def test_a_unit_named_on_a_later_page_of_an_entry_is_given_that_page(read: Read) -> None:
    first = next(page for page, text in read.pages.items() if "河道清淤提前完工" in text)
    later = [page for page in _rows(read, "单位索引")["市公安局"][1] if "派员维持秩序" in read.pages[page]]
    assert later != []
    assert first not in later


def test_every_number_and_title_of_contents_and_indexes_can_be_followed_to_its_page(read: Read) -> None:
    numbers = [(text, page) for text, page in read.links if text.isdecimal()]
    assert len(numbers) > 20
    assert all(int(text) == page for text, page in numbers)
    titles = {visible(title) for _, entries in ISSUES for title, _, _ in entries}
    led = [(text, page) for text, page in read.links if any(text.startswith(title) for title in titles)]
    assert len(led) == len(titles)
    assert all(any(title in text and title in read.pages[page] for title in titles) for text, page in led)
