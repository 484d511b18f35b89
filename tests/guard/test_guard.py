"""What comes from outside is judged before anything reads it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from builder import guard
from builder.errors import Fault
from tests.guard import hostile

ROOT = Path(__file__).resolve().parents[2]


def _codes(faults: tuple[Fault, ...]) -> set[str]:
    return {fault.code for fault in faults}


@pytest.mark.parametrize("case", hostile.PACKAGES, ids=lambda case: f"{case.kind}-{case.name}")
def test_a_hostile_package_is_refused_for_its_own_reason_and_the_part_is_named(case: hostile.Case) -> None:
    name = f"稿.{case.kind}"
    faults = guard.package(case.data, case.kind, name)
    told = [fault for fault in faults if fault.code == case.code]
    assert told, [str(fault) for fault in faults]
    assert all(fault.severity == "error" and fault.message and fault.hint for fault in faults)
    places = {fault.place.file for fault in told}
    assert (
        any(p.startswith(f"{name}!") for p in places)
        if case.part == "*"
        else places == {f"{name}!{case.part}" if case.part else name}
    )


@pytest.mark.parametrize("case", hostile.PACKAGES, ids=lambda case: f"{case.kind}-{case.name}")
def test_no_other_reason_is_given_than_the_one_that_the_file_was_made_for(case: hostile.Case) -> None:
    related = {
        "guard-external": {"guard-embedded"},  # an object that is linked is both
        "guard-size": {"guard-main"},  # what was not unpacked cannot be found
        "guard-damaged": {"guard-main"},
        "guard-encrypted": {"guard-main", "guard-header"},
        "guard-header": {"guard-main"},
        "guard-method": {"guard-main"},
        "guard-duplicate": {"guard-main"},
    }
    assert _codes(guard.package(case.data, case.kind, "稿")) <= {case.code, *related.get(case.code, ())}


def test_advice_is_that_of_the_list_of_faults_to_open_what_is_only_broken_and_nothing_else() -> None:
    for case in hostile.PACKAGES:
        for fault in guard.package(case.data, case.kind, "稿"):
            if fault.code in ("guard-doctype", "guard-encoding", "guard-depth"):
                assert fault.hint.startswith("不要打开"), case.name
            if fault.code == "guard-xml":
                assert "打开后另存一份" in fault.hint


def test_at_least_forty_hostile_packages_and_all_their_reasons_differ() -> None:
    assert len(hostile.PACKAGES) >= 40
    assert len({case.data for case in hostile.PACKAGES}) == len(hostile.PACKAGES)


@pytest.mark.parametrize(("name", "page"), hostile.PAGES.items())
def test_a_hostile_page_is_refused_with_its_line(name: str, page: tuple[str, str]) -> None:
    faults = guard.html(f"<html>\n<body>{page[0]}", "页.html")
    assert _codes(faults) == {page[1]}
    assert {(f.place.file, f.place.line) for f in faults} == {("页.html", 2)}


@pytest.mark.parametrize(("name", "case"), hostile.RTFS.items())
def test_a_hostile_rtf_file_is_refused(name: str, case: tuple[bytes, str]) -> None:
    assert _codes(guard.rtf(case[0], "稿.rtf")) == {case[1]}


@pytest.mark.parametrize(("name", "case"), hostile.OLES.items())
def test_a_hostile_old_office_file_is_refused(name: str, case: tuple[bytes, str]) -> None:
    assert _codes(guard.ole(case[0], "稿.doc")) == {case[1]}


def test_a_text_of_more_than_twenty_megabytes_is_refused() -> None:
    assert _codes(guard.size(b"x" * (20 << 20), "a.txt")) == set()
    assert _codes(guard.size(b"x" * (20 << 20) + b"x", "a.txt")) == {"guard-size"}


def test_all_reasons_are_told_at_once() -> None:
    parts = hostile.parts_of(hostile.body(hostile.field("DDE x") + "<w:altChunk/>"))
    data = hostile.zipped({**parts, "word/vbaProject.bin": b"x", "../x": b"x"})
    assert _codes(guard.package(data, "docx", "稿")) == {"guard-field", "guard-chunk", "guard-macro", "guard-path"}


def test_honest_packages_pass() -> None:
    assert guard.package(hostile.word(), "docx", "稿") == ()
    assert guard.package(hostile.excel(), "xlsx", "表") == ()
    assert guard.package(hostile.odt(), "odt", "稿") == ()
    for template in sorted(ROOT.glob("templates/*/issue.docx")):
        assert guard.package(template.read_bytes(), "docx", template.name, links=False) == ()


def test_harmless_custom_data_and_hyperlinks_pass_and_links_only_where_they_may() -> None:
    link = hostile.related("hyperlink", "http://example.invalid/")
    assert guard.package(link, "docx", "稿") == ()
    assert _codes(guard.package(link, "docx", "稿", links=False)) == {"guard-external"}
    assert guard.package(hostile.with_parts(hostile.word(), customXml__item1_dot_xml=b"<x/>"), "docx", "稿") == ()


@pytest.mark.parametrize(
    "instruction", ["PAGE", ' HYPERLINK "http://x.invalid/DDE a"', 'TOC \\o "1-3"', "DATE", "REF _x"]
)
def test_fields_that_fetch_nothing_pass(instruction: str) -> None:
    text = instruction.replace('"', "&quot;")
    assert guard.package(hostile.body(hostile.field(text)), "docx", "稿") == ()


@pytest.mark.parametrize(
    "page",
    [
        '<!DOCTYPE html><p><img src="https://x.invalid/a.png"><img src="data:image/png;base64,AA"><br/>文<script>1</script>',
        "<p>一段\n" * 1_000,
        "<ul>" + "<li>一条\n" * 1_000 + "</ul>",
        "<table>" + "<tr><td>甲<td>乙\n" * 1_000 + "</table>",
        "<p>甲 < 乙，5<6，a&b，x &lt; y<",
        "<!--[if gte mso 9]><xml></xml><![endif]--><p><![if !supportLists]>1.<![endif]>第一点<o:p></o:p></p>",
        "<p>文<script>var a = '<p",
    ],
)
def test_honest_pages_pass(page: str) -> None:
    assert guard.html(page, "页") == ()


@pytest.mark.parametrize(
    "instruction",
    [
        b"PAGE",
        b" HYPERLINK {\\ul http://x.invalid/}",
        b"HYPERLINK \\'d0\\'c2\\'ce\\'c5",
        b"TOC \\\\o",
        b"\\'c1I\\'c1NCLUDETEXT",
    ],
)
def test_honest_rtf_files_pass(instruction: bytes) -> None:
    text = (
        b"{\\rtf1{\\*\\generator x}{\\info{\\title LINK}}{\\field{\\*\\fldinst "
        + instruction
        + b"}{\\fldrslt INCLUDETEXT}} DDE}"
    )
    assert guard.rtf(text, "稿.rtf") == ()


def test_the_cost_of_an_rtf_file_grows_with_its_size_and_no_faster() -> None:
    def seconds(count: int) -> float:
        data = b"{\\rtf1 " + b"{\\field{\\*\\fldinst \\'49 PAGE}{\\fldrslt \\u20013 ?\\fldinst}}" * count
        start = time.process_time()
        assert guard.rtf(data, "稿.rtf") == ()
        return time.process_time() - start

    seconds(100)
    assert min(seconds(8_000) for _ in range(3)) < 8 * min(seconds(1_000) for _ in range(3)) * 3 + 0.2


def test_every_truncation_and_single_wrong_byte_gives_faults_or_the_same_parts_but_never_a_traceback() -> None:
    data = hostile.word()
    whole = guard.opened(data, "docx", "稿").parts
    for cut in range(0, len(data), 997):
        assert guard.package(data[:cut], "docx", "稿") != ()
    for at in range(0, len(data), 211):
        opened = guard.opened(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :], "docx", "稿")
        assert opened.faults or opened.parts == whole


def test_the_cost_grows_with_the_size_and_no_faster() -> None:
    def seconds(count: int) -> float:
        data = hostile.body("".join(f"{hostile.field('PAGE', str(n * n))}<w:p>{n * 7919}</w:p>" for n in range(count)))
        start = time.perf_counter()
        assert guard.package(data, "docx", "稿") == ()
        return time.perf_counter() - start

    seconds(100)
    small, large = min(seconds(1_000) for _ in range(3)), min(seconds(8_000) for _ in range(3))
    assert large < 8 * small * 3 + 0.2


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (hostile.word(), "docx"),
        (hostile.excel(), "xlsx"),
        (hostile.odt(), "odt"),
        (hostile.ole("WordDocument"), "doc"),
        (hostile.ole("Workbook"), "xls"),
        (b"{\\rtf1 x}", "rtf"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "html"),
        (b"%PDF-1.7", "pdf"),
        ("标题\n正文".encode(), "text"),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_content(data: bytes, kind: str) -> None:
    assert guard.sniff.kind(data) == kind
