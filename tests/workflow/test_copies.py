"""分份印制: every copy of an issue as a file, each with its own 份号 and what its recipient may read; nothing twice, nothing missing."""

from __future__ import annotations

import csv
import errno
import io
import os
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from openxml_audit import OpenXmlValidator

from builder import files, pdfium
from builder.errors import FileError, InvalidContent, RenderError
from builder.measure import pdf as pdf_reader
from builder.words import visible
from builder.workflow import afterwards, copies, reprinting
from builder.workflow.afterwards import Further
from builder.workflow.copies import Wanted
from tests.office import OFFICE, SIGNER, TEXT, SmallOffice

FEW = OFFICE.replace("份数: 11", "份数: 2").replace("份数: 60", "份数: 3")  # 常委 2, 部门 3, 存档 2, 备用 3
LIMITED = "|\n      公开的情况。\n      ｛可见范围：报｝市委书记批示：抓紧办理。\n      要求如下。"


@pytest.fixture
def few(small_office: SmallOffice) -> SmallOffice:
    small_office.write("content/office.yaml", FEW)
    return small_office


def made(office: SmallOffice, name: str = "i", **asked: object) -> dict[str, bytes]:
    """Every file that a run writes, by name."""
    job = copies.prepare(office.opened(), name, Wanted(**asked), office.fontset)  # type: ignore[arg-type]
    pages = copies.set_pages(job, office.place.templates, office.fontset, office.engines)
    written = list(copies.make(job, pages, office.place.templates, office.fontset, office.engines))
    copies.hand_out(job, "第1期")
    assert {copy.name for copy in written} == {copy.name for copy in job.chosen}
    return {path.name: path.read_bytes() for path in sorted(job.folder.iterdir())}


def pdfs(found: dict[str, bytes]) -> dict[str, str]:
    """File → its text."""
    return {
        name: "".join(page.text for page in pdf_reader.read(data).pages)
        for name, data in found.items()
        if name.endswith(".pdf")
    }


def refused(office: SmallOffice, name: str = "i", **asked: object) -> list[str]:
    with pytest.raises(InvalidContent) as error:
        copies.prepare(office.opened(), name, Wanted(**asked), office.fontset)  # type: ignore[arg-type]
    return [fault.code for fault in error.value.faults if fault.severity == "error"]


# ---------------------------------------------------------------- drafts


def test_every_copy_bears_its_own_number_under_a_name_that_sorts(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    texts = pdfs(made(few))
    assert list(texts) == [
        "000101-常委.pdf", "000102-常委.pdf", "000103-部门.pdf", "000104-部门.pdf", "000105-部门.pdf",
        "000106-存档.pdf", "000107-存档.pdf", "000108-备用.pdf", "000109-备用.pdf", "000110-备用.pdf",
    ]  # fmt: skip
    assert [text[:6] for text in texts.values()] == [name[:6] for name in texts]
    assert len({text[6:] for text in texts.values()}) == 1
    assert visible(TEXT) in texts["000101-常委.pdf"]


def test_a_limited_paragraph_stands_in_the_copies_of_those_who_may_read_it_alone(few: SmallOffice) -> None:
    few.issue("i", text=LIMITED, more="份号: '000001'\n本期增发: [{名称: 市档案馆}]\n")
    with_order = {name.split("-")[1] for name, text in pdfs(made(few)).items() if "批示" in text}
    assert with_order == {"常委.pdf", "存档.pdf", "备用.pdf"}
    for text in pdfs(made(few)).values():
        assert "公开的情况。" in text
        assert "要求如下。" in text


def test_what_is_told_of_limited_paragraphs_is_that_of_the_recipients_who_are_printed_for(few: SmallOffice) -> None:
    few.issue("i", text="|\n      1.甲。文。\n      ｛可见范围：报｝2.乙。文。\n      3.丙。文。")
    asked = ((), ["audience-number"]), (("常委", "存档"), []), (("部门",), ["audience-number"])
    for to, told in asked:
        job = copies.prepare(few.opened(), "i", Wanted(to=to), few.fontset)
        assert [fault.code for fault in job.faults if fault.code.startswith("audience")] == told


def test_an_issue_without_numbers_is_one_file_for_each_recipient_that_says_how_many(few: SmallOffice) -> None:
    few.issue("i")
    assert list(pdfs(made(few))) == ["001-常委-2份.pdf", "002-部门-3份.pdf", "003-存档-2份.pdf", "004-备用-3份.pdf"]


def test_a_draft_can_be_numbered_from_where_one_likes(few: SmallOffice) -> None:
    few.issue("i")
    assert next(iter(pdfs(made(few, start=7)))) == "000007-常委.pdf"
    assert refused(few, start=999_995) == ["copy-number"]


def test_the_line_names_recipient_and_number_on_every_page_and_moves_nothing(few: SmallOffice) -> None:
    long = "|\n" + "".join(f"      第{n}段，{TEXT}\n" for n in range(16))
    few.issue(
        "i", text=long, publication="gongzuo-xinxi", more="份号: '000001'\n附件: [{标题: 表, 正文: 附, 方向: 横}]\n"
    )
    plain = pdfium.sheets(made(few, to=("部门",))["000003-部门.pdf"])
    lined = pdfium.sheets(made(few, to=("部门",), line=True)["000003-部门.pdf"])
    assert len(plain) > 2
    for one, other in zip(plain, lined, strict=True):
        line = [g for g in other.glyphs if g.baseline < 20 and not g.turned]
        assert "".join(g.text for g in line).replace(" ", "") == "收件：部门000003"
        assert {round(g.size, 1) for g in line} == {10.5}
        kept = [g for g in other.glyphs if g not in line]
        assert [(g.text, g.x, g.baseline) for g in kept] == [(g.text, g.x, g.baseline) for g in one.glyphs]


def test_some_recipients_or_numbers_alone_are_the_same_files_again(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    whole = made(few)
    for path in (few.place.copies / "ducha-kuaixun/i").iterdir():
        path.unlink()
    assert set(pdfs(made(few, to=("市委常委",)))) == {"000101-常委.pdf", "000102-常委.pdf"}
    again = made(few, first=104, last=106)
    assert set(pdfs(again)) == {
        f"00010{n}-{who}.pdf" for n, who in ((1, "常委"), (2, "常委"), (4, "部门"), (5, "部门"), (6, "存档"))
    }
    assert {name: whole[name] for name in again} == again


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"to": ("传达室",)}, "copies-recipient"),
        ({"first": 1, "last": 1}, "copies-number"),
        ({"first": 110, "last": 111}, "copies-number"),
        ({"to": ("部门",), "first": 101, "last": 102}, "copies-number"),
        ({"to": ("常委", "部门"), "first": 101, "last": 102}, "copies-number"),
    ],
)
def test_recipients_and_numbers_that_there_are_not_are_refused_by_name(
    few: SmallOffice, asked: dict[str, object], code: str
) -> None:
    few.issue("i", more="份号: '000101'\n")
    assert refused(few, **asked) == [code]


def test_a_recipient_of_the_office_that_gets_no_copy_is_told_so(few: SmallOffice) -> None:
    few.issue("i", more="分发: {删去: [部门]}\n")
    assert refused(few, to=("部门",)) == ["copies-recipient"]
    assert refused(few, to=("市档案馆", "存档局")) == ["copies-recipient"] * 2


def test_an_issue_that_nobody_gets_is_refused(few: SmallOffice) -> None:
    few.write("content/office.yaml", FEW.replace("存档: 2, 备用: 3", "存档: 0"))
    few.issue("i", more="分发: {删去: [常委, 部门]}\n")
    assert refused(few) == ["copies-nobody"]


def test_copies_of_which_a_part_would_hold_nothing_are_made_for_the_others_alone(few: SmallOffice) -> None:
    few.issue("i", text="｛可见范围：报｝只给领导看。")
    assert refused(few) == ["audience-nothing"]
    assert list(pdfs(made(few, to=("常委", "存档")))) == ["001-常委-2份.pdf", "003-存档-2份.pdf"]


def test_names_are_safe_on_every_system_and_recipients_of_one_name_are_kept_apart(few: SmallOffice) -> None:
    long = "全市" * 60
    extras = f'本期增发: [{{名称: "甲/乙: 丙?"}}, {{名称: 某局}}, {{名称: 某局, 份数: 2}}, {{名称: {long}}}]\n'
    few.issue("i", more="分发: {删去: [常委, 部门]}\n" + extras)
    names = list(pdfs(made(few, to=("甲/乙: 丙?", "某局", long))))
    assert names == ["001-甲_乙_丙-1份.pdf", "002-某局-1份.pdf", "003-某局-2份.pdf", f"004-{long[:40]}-1份.pdf"]
    numbered = made(few, start=1, folder=few.root / "别处")
    assert len(pdfs(numbered)) == 1 + 1 + 2 + 1 + 5
    assert not any(c in name for name in numbered for c in '<>:"/\\|?*')


def test_no_number_stands_on_two_copies_and_none_is_left_out(small_office: SmallOffice) -> None:
    small_office.issue("i", more="份号: '000101'\n本期增发: [{名称: 市档案馆, 份数: 4}]\n")
    job = copies.prepare(small_office.opened(), "i", Wanted(), small_office.fontset)
    numbers = [copy.number for copy in job.copies]
    assert numbers == list(range(101, 101 + 11 + 60 + 4 + 2 + 3))
    assert len({copy.name.casefold() for copy in job.copies}) == len(numbers) == job.allotment.copies
    printed = [pdf_reader.read(data).pages[0].text[:6] for data in made(small_office).values() if data[:4] == b"%PDF"]
    assert sorted(printed) == [f"{n:06d}" for n in numbers]


def test_the_same_again_gives_the_same_bytes(few: SmallOffice) -> None:
    few.issue("i", text=LIMITED, more="份号: '000101'\n")
    assert made(few, as_booklet=True, line=True) == made(few, as_booklet=True, line=True)


def test_copies_as_booklets_have_a_folder_and_names_of_their_own(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    plain, booklets = made(few, to=("常委",)), made(few, to=("常委",), as_booklet=True)
    assert [name for name in booklets if name.endswith(".pdf")] == ["000101-常委-册页.pdf", "000102-常委-册页.pdf"]
    front, back = pdfium.sheets(booklets["000101-常委-册页.pdf"])
    assert (round(front.width), back.glyphs) == (420, ())
    assert len(front.glyphs) == len(pdfium.sheets(plain["000101-常委.pdf"])[0].glyphs)


# ---------------------------------------------------------------- what was published


def test_a_published_issue_gives_the_copies_that_were_recorded_with_its_number(few: SmallOffice) -> None:
    act = few.published("i", more="份号: '000101'\n")
    texts = pdfs(made(few))
    assert len(texts) == act.data["copies"] == 10
    assert all(act.data["label"] in text for text in texts.values())
    assert refused(few, start=1) == ["copies-start"]


def test_further_copies_go_on_after_the_last_and_strangers_read_what_all_may_read(few: SmallOffice) -> None:
    few.published("i", text=LIMITED, more="份号: '000101'\n")
    office = few.opened().library.office.value
    wanted = [Further("常委", 1), Further("市档案馆", 2)]
    with few.desk() as desk:
        afterwards.more(desk, few.place, office, "i", SIGNER, wanted, "不够")
    texts = pdfs(made(few))
    assert list(texts)[10:] == ["000111-常委.pdf", "000112-市档案馆.pdf", "000113-市档案馆.pdf"]
    assert ["批示" in text for text in list(texts.values())[10:]] == [True, False, False]


def test_after_a_corrected_printing_only_its_copies_count_and_say_so(few: SmallOffice) -> None:
    few.published("i", more="份号: '000101'\n")
    office = few.opened().library.office.value
    with few.desk() as desk:
        afterwards.more(desk, few.place, office, "i", SIGNER, [Further("市档案馆", 2)], "")
    few.issue("i", text="市水利局抓紧抢修，6月6日前全部通水。", more="份号: '000101'\n")
    with few.desk() as desk:
        reprinting.reprint(desk, few.opened(), "i", SIGNER, "日期有误", few.fontset, few.engines)
    texts = pdfs(made(few))
    assert next(iter(texts)) == "000113-常委.pdf"
    assert len(texts) == 10
    assert all("（更正重印）" in text and "6月6日" in text for text in texts.values())


@pytest.mark.parametrize(
    "change",
    [
        lambda office: office.issue("i", text="改过的文字。", more="份号: '000101'\n"),
        lambda office: office.issue("i", day="2026-06-09", more="份号: '000101'\n"),
        lambda office: office.write("content/office.yaml", FEW.replace("份数: 3}", "份数: 4}")),
    ],
    ids=["text", "day", "list"],
)
def test_files_that_say_something_else_than_what_was_published_are_refused(
    few: SmallOffice, change: Callable[[SmallOffice], object]
) -> None:
    few.published("i", more="份号: '000101'\n")
    change(few)
    with pytest.raises(InvalidContent) as error:
        copies.prepare(few.opened(), "i", Wanted(), few.fontset)
    [fault] = [each for each in error.value.faults if each.severity == "error"]
    assert fault.code == "copies-differ-published"
    assert "不同：" in fault.message
    assert "data/sources" in fault.hint


def test_another_copy_number_in_the_file_changes_nothing_of_what_was_recorded(few: SmallOffice) -> None:
    few.published("i", more="份号: '000101'\n")
    few.issue("i", more="份号: '000501'\n")
    assert next(iter(pdfs(made(few)))) == "000101-常委.pdf"


def test_a_void_issue_has_no_copies(few: SmallOffice) -> None:
    few.published("i")
    office = few.opened().library.office.value
    with few.desk() as desk:
        afterwards.void(desk, few.place, office, "i", SIGNER, "数据有误")
    assert refused(few) == ["copies-void"]


# ---------------------------------------------------------------- the table


def test_the_table_lists_everyone_in_both_forms_whoever_is_printed_for(few: SmallOffice, tmp_path: Path) -> None:
    few.issue("i", more="份号: '000101'\n本期增发: [{名称: '=1+1'}]\n")
    found = made(few, to=("常委",))
    rows = list(csv.reader(io.StringIO(found["分发登记表.csv"].decode("utf-8-sig"), newline="")))
    assert found["分发登记表.csv"].startswith(b"\xef\xbb\xbf")
    assert rows[0] == ["序号", "收件方", "部分", "份数", "份号起止", "签收人", "签收日期", "备注"]
    assert [row[:5] for row in rows[1:]] == [
        ["1", "常委", "报", "2", "000101—000102"],
        ["2", "部门", "发", "3", "000103—000105"],
        ["3", "'=1+1", "增发", "1", "000106—000106"],
        ["4", "存档", "存档", "2", "000107—000108"],
        ["5", "备用", "备用", "3", "000109—000111"],
    ]
    path = tmp_path / "table.docx"
    path.write_bytes(found["分发登记表.docx"])
    assert [str(e) for e in OpenXmlValidator().validate(path).errors] == []
    [table] = docx.Document(str(path)).tables
    assert table.rows[0]._tr.trPr.xpath("./w:tblHeader")
    assert [cell.text for cell in table.rows[3].cells][:5] == ["3", "=1+1", "增发", "1", "000106"]
    assert [cell.text for cell in table.rows[-1].cells][:4] == ["", "合计", "", "11"]


# ---------------------------------------------------------------- what goes wrong


def test_files_of_other_copies_in_the_folder_are_told_and_left_alone(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    made(few)
    few.write("content/office.yaml", FEW.replace("份数: 2}", "份数: 1}"))
    assert refused(few) == ["copies-leftover"]
    assert len(list((few.place.copies / "ducha-kuaixun/i").glob("*.pdf"))) == 10
    assert len(pdfs(made(few, folder=few.root / "新"))) == 9


def test_copies_of_an_older_text_beside_those_that_are_made_are_noted(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    made(few)
    few.issue("i", text=LIMITED, more="份号: '000101'\n")
    job = copies.prepare(few.opened(), "i", Wanted(to=("常委",)), few.fontset)
    assert [(f.code, f.severity, f.message) for f in job.faults if f.code.startswith("copies")] == [
        ("copies-older", "note", "i 里另有 8 份是以前写出的，这次没有重写。")
    ]
    assert any("--收件方行 与那时不同" in f.hint for f in job.faults if f.code == "copies-older")
    whole = copies.prepare(few.opened(), "i", Wanted(), few.fontset)
    assert not any(f.code.startswith("copies") for f in whole.faults)


def test_a_full_disk_ends_the_run_with_whole_files_and_tells_what_is_missing(
    few: SmallOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    few.issue("i", more="份号: '000101'\n")
    really, count = os.fsync, 0

    def full(handle: int) -> None:
        nonlocal count
        count += 1
        if count > 6:  # each file is synced, then its folder
            raise OSError(errno.ENOSPC, "No space left on device")
        really(handle)

    monkeypatch.setattr(files.os, "fsync", full)
    with pytest.raises(FileError) as error:
        made(few)
    assert "磁盘已满" in error.value.faults[0].message
    assert "还缺 7 个：000104—000110" in error.value.message
    folder = few.place.copies / "ducha-kuaixun/i"
    monkeypatch.undo()
    left = sorted(path.name for path in folder.iterdir())
    assert left == ["000101-常委.pdf", "000102-常委.pdf", "000103-部门.pdf"]
    assert all(pdf_reader.read((folder / name).read_bytes()).pages for name in left)


def test_a_copy_that_somebody_has_open_is_passed_over_and_named(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    made(few)
    (few.place.copies / "ducha-kuaixun/i/.~lock.000104-部门.pdf#").write_text("")
    with pytest.raises(FileError) as error:
        made(few)
    assert [fault.code for fault in error.value.faults] == ["output-open"]
    assert "写出 9 个文件，还缺 1 个：000104" in error.value.message


def test_a_template_that_prints_no_number_is_caught_at_the_first_copy(few: SmallOffice) -> None:
    path = few.root / "templates/layout/official.typ"
    text = path.read_text(encoding="utf-8")
    assert 'if line != "" { place(' in text
    path.write_text(text.replace('if line != "" { place(', 'if line == "000101" { place('), encoding="utf-8")
    few.issue("i", more="份号: '000101'\n")
    with pytest.raises(RenderError, match=r"000102-常委\.pdf 与应印的不一致"):
        made(few)


def test_missing_copies_are_told_as_ranges(few: SmallOffice) -> None:
    few.issue("i", more="份号: '000101'\n")
    job = copies.prepare(few.opened(), "i", Wanted(), few.fontset)
    some = [copy for copy in job.copies if copy.number in (101, 103, 104, 105, 110)]
    assert copies.told_copies(some) == "000101、000103—000105、000110"
