"""What is up to date is neither read nor rendered again, and what is not always is."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from builder.batch import alike, grounds, index, opening, stamps, standing
from builder.batch.overtaken import Printed, overtaken
from builder.batch.rows import Last
from builder.batch.stamps import COARSE, Known
from builder.errors import Conflict, FileError
from builder.files import sha256
from builder.render.printing import ORDINARY, Printing
from builder.settings import Workspace
from tests.batch.indexed import ITEM, ROOT, Counted, Direct, build, drafts, older, outcome, run, said, small, write

ISSUES = ("2026/期0", "2026/期1", "2026/期2")


@pytest.fixture
def place(tmp_path: Path) -> Workspace:
    made = small(tmp_path / "w")
    older(made.content, made.templates)
    return made


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counted:
    return Counted(monkeypatch)


def item(place: Workspace, name: str) -> Path:
    return place.content / f"items/{name}.md"


def test_a_second_run_reads_nothing_and_builds_nothing(place: Workspace, counted: Counted) -> None:
    first = run(place, counted)
    assert first.due == ISSUES
    assert len(first.read) == 10
    second = run(place, counted)
    assert (second.read, second.due, tuple(second.current)) == ([], (), ISSUES)


@pytest.mark.parametrize("name", ["pyyaml", "typst", "pillow"])
def test_another_version_of_a_library_makes_all_due(
    place: Workspace, counted: Counted, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    run(place, counted)
    real = alike.version
    monkeypatch.setattr(grounds, "version", lambda each: "99" if each == name else real(each))
    assert run(place, counted).due == ISSUES


def test_an_item_that_changed_makes_the_issues_due_that_use_it(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    write(item(place, "1/条2"), ITEM.format(title="改过的", more="", body="全市今年完成投资。"))
    again = run(place, counted)
    assert again.read == ["content/items/1/条2.md"]
    assert again.due == ("2026/期1",)
    write(item(place, "共用"), ITEM.format(title="共用的一条", more="", body="都要抓好落实。"))
    assert run(place, counted).due == ISSUES


def test_a_file_that_was_only_saved_again_is_hashed_and_nothing_is_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    item(place, "1/条2").touch()
    again = run(place, counted)
    assert (again.read, again.due) == ([], ())


def test_a_file_of_the_same_size_and_times_but_another_number_is_read(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    path = item(place, "1/条2")
    before = path.stat()
    beside = write(path.with_suffix(".tmp"), path.read_text("utf-8").replace("完成", "增加"))
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.replace(path)
    assert (path.stat().st_size, path.stat().st_mtime_ns) == (before.st_size, before.st_mtime_ns)
    assert run(place, counted).due == ("2026/期1",)


def test_a_file_whose_time_goes_backwards_is_read(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    path = item(place, "1/条2")
    write(path, path.read_text("utf-8").replace("完成", "增加"))
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert run(place, counted).due == ("2026/期1",)


def test_a_file_from_a_time_to_come_is_hashed_each_time(place: Workspace, counted: Counted) -> None:
    path = item(place, "1/条2")
    os.utime(path, (4_000_000_000, 4_000_000_000))
    run(place, counted)
    with index.opened(place) as journal:
        assert not journal.files()["content/items/1/条2.md"].sure
        assert journal.files()["content/items/1/条1.md"].sure
    assert run(place, counted).due == ()


def test_a_file_hardly_older_than_the_index_is_hashed_whatever_its_stamp(
    place: Workspace, counted: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "COARSE", 50 * 10**9)  # a machine may be slow
    path = item(place, "1/条2")
    path.touch()
    run(place, counted)
    with index.opened(place) as journal:
        known = journal.files()["content/items/1/条2.md"]
        assert not known.sure
        write(
            path, path.read_text("utf-8").replace("完成", "增加")
        )  # within one tick of a coarse clock: the stamp stays
        with journal.writing():
            journal.set_files({"content/items/1/条2.md": known._replace(stamp=stamps.of(str(path)) or known.stamp)})
    assert run(place, counted).due == ("2026/期1",)


def test_hashing_finds_what_no_stamp_shows(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    path = item(place, "1/条2")
    write(path, path.read_text("utf-8").replace("完成", "增加"))
    with index.opened(place) as journal, journal.writing():
        old = journal.files()["content/items/1/条2.md"]
        journal.set_files({"content/items/1/条2.md": Known(stamps.of(str(path)) or old.stamp, True, old.sha)})
    assert run(place, counted).due == ()
    assert run(place, counted, hashing=True).due == ("2026/期1",)


def test_a_template_a_font_and_the_office_file_make_all_due_and_another_publication_s_template_nothing(
    place: Workspace, counted: Counted
) -> None:
    run(place, counted)
    for path, due in (
        ("templates/gongzuo-xinxi/issue.typ", ISSUES),
        ("templates/layout/official.typ", ISSUES),
        ("templates/ducha-tongbao/issue.typ", ()),
        ("content/office.yaml", ISSUES),
    ):
        file = place.root / path
        file.write_bytes(file.read_bytes() + b"\n")
        assert run(place, counted).due == due, path
        assert run(place, counted).due == ()


def test_a_template_that_another_publication_borrows_makes_its_issues_due(place: Workspace, counted: Counted) -> None:
    own = place.templates / "gongzuo-xinxi/issue.typ"
    own.write_text('#import "/ducha-tongbao/issue.typ": *\n' + own.read_text("utf-8"), "utf-8")
    run(place, counted)
    other = place.templates / "ducha-tongbao/issue.typ"
    other.write_bytes(other.read_bytes() + b"\n")
    assert run(place, counted).due == ISSUES


def test_what_a_borrowed_template_borrows_itself_counts_as_well(place: Workspace, counted: Counted) -> None:
    third = shutil.copytree(place.templates / "ducha-tongbao", place.templates / "san") / "issue.typ"
    other = place.templates / "ducha-tongbao/issue.typ"
    other.write_text('#import "/san/issue.typ": *\n' + other.read_text("utf-8"), "utf-8")
    own = place.templates / "gongzuo-xinxi/issue.typ"
    own.write_text('#import "../ducha-tongbao/issue.typ": *\n' + own.read_text("utf-8"), "utf-8")
    run(place, counted)
    third.write_bytes(third.read_bytes() + b"\n")
    assert run(place, counted).due == ISSUES


@pytest.mark.parametrize("name", [".own.typ", "own.typ.bak.typ", "own的冲突文件）.typ"])
def test_a_template_file_counts_whatever_it_is_called(place: Workspace, counted: Counted, name: str) -> None:
    hidden = write(place.templates / "gongzuo-xinxi" / name, "#let a = 1\n")
    own = place.templates / "gongzuo-xinxi/issue.typ"
    own.write_text(f'#import "{name}": *\n' + own.read_text("utf-8"), "utf-8")
    run(place, counted)
    write(hidden, "#let a = 2\n")
    assert run(place, counted).due == ISSUES


def test_a_font_of_the_office_s_own_makes_all_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    source = next(path for path in (ROOT / ".fonts").rglob("*.otf") if "Hei" in path.name)
    (place.root / "fonts").mkdir()  # a face that the office calls 楷体
    shutil.copy(source, place.root / "fonts/楷体.otf")
    assert run(place, counted).due == ISSUES


def test_with_changed_only_what_is_due_for_its_content_is_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    template = place.templates / "gongzuo-xinxi/issue.typ"
    template.write_bytes(template.read_bytes() + b"\n")
    write(item(place, "2/条1"), ITEM.format(title="改过的", more="", body="全市今年完成投资。"))
    write(place.content / "issues/2026/期3.yaml", "刊物: gongzuo-xinxi\n日期: 2026-06-09\n条目:\n  - 信息: 共用\n")
    assert run(place, counted, changed=True).due == ("2026/期2", "2026/期3")
    assert run(place, counted).due == ("2026/期0", "2026/期1")


def test_with_changed_what_is_not_in_place_is_due_as_well(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    drafts(place, "2026/期1")["pdf"].unlink()
    assert run(place, counted, changed=True).due == ("2026/期1",)


def test_of_an_issue_that_is_up_to_date_only_the_files_are_told_that_were_asked_for(
    place: Workspace, counted: Counted
) -> None:
    run(place, counted)
    drafts(place, "2026/期0")["docx"].unlink()
    last = run(place, counted, formats=("pdf",)).current["2026/期0"]
    pdf = drafts(place, "2026/期0")["pdf"]
    assert last.files == {pdf.relative_to(place.root).as_posix(): sha256(pdf.read_bytes())}


def test_force_makes_all_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    assert run(place, counted, force=True).due == ISSUES


def test_each_printing_and_each_format_is_up_to_date_for_itself(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    assert run(place, counted, printing=Printing(black=True)).due == ISSUES
    assert run(place, counted, printing=Printing(black=True)).due == ()
    assert run(place, counted).due == ()
    for path in place.drafts.rglob("*.docx"):
        path.unlink()
    assert run(place, counted, formats=("pdf",)).due == ()
    assert run(place, counted).due == ISSUES


@pytest.mark.parametrize("hashing", [False, True])
def test_an_output_that_is_gone_or_edited_by_hand_makes_its_issue_due(
    place: Workspace, counted: Counted, hashing: bool
) -> None:
    run(place, counted)
    drafts(place, "2026/期0")["pdf"].unlink()
    edited = drafts(place, "2026/期2")["docx"]
    data = edited.read_bytes()
    edited.write_bytes(b"x" + data[1:])
    assert run(place, counted, hashing=hashing).due == ("2026/期0", "2026/期2")


@pytest.mark.skipif(os.name == "nt", reason="links that lead to themselves")
def test_links_that_lead_to_each_other_are_no_files_and_no_fault_of_the_program(
    place: Workspace, counted: Counted
) -> None:
    for folder in (item(place, "1/条2").parent, place.templates / "gongzuo-xinxi"):
        for name, target in (("图.png", "别图.png"), ("别图.png", "图.png"), ("圈", "圈")):
            (folder / name).symlink_to(target)
    assert run(place, counted).due == ISSUES
    assert run(place, counted).due == ()


def test_an_output_that_was_copied_back_is_hashed_and_counts(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    shutil.copytree(place.drafts, place.root / "beside")
    shutil.rmtree(place.drafts)
    (place.root / "beside").rename(place.drafts)
    assert run(place, counted).due == ()


def test_an_output_edited_within_one_tick_is_found(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    path = drafts(place, "2026/期1")["pdf"]
    data = path.read_bytes()
    path.write_bytes(b"x" + data[1:])
    with index.opened(place) as journal:
        last = journal.built("")["2026/期1"]
        alike = replace(last.outputs["pdf"], stamp=stamps.of(str(path)) or last.outputs["pdf"].stamp)
        journal.restamp("", {"2026/期1": [alike]})
        assert alike.stamp[1] > journal.trusted_until
    assert run(place, counted).due == ("2026/期1",)


def test_a_file_that_changes_while_it_is_rendered_leaves_its_issue_due(place: Workspace, counted: Counted) -> None:
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        write(item(place, "1/条2"), ITEM.format(title="改过的", more="", body="另有新情况。"))
        printed = build(opened, opened.ids)  # by the content as it was opened: the change comes after the reading
        assert overtaken(opened, printed) == {"2026/期1": ("content/items/1/条2.md",)}
    assert run(place, counted).due == ("2026/期1",)


def test_what_was_read_anew_while_rendering_counts_and_is_no_change_to_be_told(
    place: Workspace, counted: Counted
) -> None:
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        build(opened, ("2026/期0", "2026/期2"))
        path = write(item(place, "1/条2"), ITEM.format(title="改过的", more="", body="另有新情况。"))
        digests = {**opened.case("2026/期1").files, "content/items/1/条2.md": sha256(path.read_bytes())}
        paths = drafts(place, "2026/期1")
        made = outcome(opened, "2026/期1", digests)
        for form, file in paths.items():
            file.write_bytes(made.files[form])
        unlike = standing.done(opened, "2026/期1", ORDINARY, made, paths, (), said("2026/期1"))
        assert unlike == {"content/items/1/条2.md": sha256(path.read_bytes())}
        assert overtaken(opened, {"2026/期1": Printed(made.used, unlike)}) == {}
        path.unlink()
        assert overtaken(opened, {"2026/期1": Printed(made.used, unlike)}) == {"2026/期1": ("content/items/1/条2.md",)}
        write(path, ITEM.format(title="改过的", more="", body="另有新情况。"))
    assert run(place, counted).due == ()


def test_a_new_issue_before_others_renumbers_and_makes_them_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    write(place.content / "issues/2026/早.yaml", "刊物: gongzuo-xinxi\n日期: 2026-05-01\n条目:\n  - 信息: 共用\n")
    assert run(place, counted).due == ("2026/早", *ISSUES)


def test_an_entry_that_nobody_uses_makes_nothing_due(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    write(item(place, "新/新条"), ITEM.format(title="新的", more="", body="新情况。"))
    again = run(place, counted)
    assert (again.read, again.due) == (["content/items/新/新条.md"], ())


def test_an_entry_that_makes_a_bare_name_ambiguous_makes_its_issue_due(place: Workspace, counted: Counted) -> None:
    write(place.content / "issues/2026/期3.yaml", "刊物: gongzuo-xinxi\n日期: 2026-06-09\n条目:\n  - 信息: 独名\n")
    write(item(place, "a/独名"), ITEM.format(title="新的", more="", body="新情况。"))
    run(place, counted)
    write(item(place, "b/独名"), ITEM.format(title="新的", more="", body="新情况。"))
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        found = standing.standing(opened, opened.ids, ORDINARY, ("pdf",))
        assert found.due == ("2026/期3",)
        assert not opened.case("2026/期3").complete
        assert opened.case("2026/期0").complete


def test_warnings_of_an_issue_that_is_up_to_date_are_told_again(place: Workspace, counted: Counted) -> None:
    first = run(place, counted)
    again = run(place, counted)
    told = {fault.code for last in again.current.values() for fault in last.faults}
    assert told == {"item-in-two"}
    assert first.due == ISSUES
    assert all(last.built == said(name) for name, last in again.current.items())


def test_what_was_published_since_has_current_issues_checked_again(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        object.__setattr__(opened.grounds, "register", "another state of the chain")
        found = standing.standing(opened, opened.ids, ORDINARY, ("docx", "pdf"))
        assert (found.due, found.check) == ((), ISSUES)
        standing.retold(opened, ISSUES[0], ORDINARY, found.current[ISSUES[0]], ())
        assert standing.standing(opened, opened.ids, ORDINARY, ("docx", "pdf")).check == ISSUES[1:]


def test_a_broken_file_is_told_each_time_and_read_once(place: Workspace, counted: Counted) -> None:
    write(item(place, "1/条2"), "---\n题目: 写错了\n---\n全市情况。\n")
    older(item(place, "1/条2"))
    run(place, counted)
    again = run(place, counted)
    assert again.read == []
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        case = opened.case("2026/期1")
        assert not case.complete
        assert "1/条2" in opened.known["item"]
        assert "content/items/1/条2.md" in {fault.place.file for fault in opened.faults}


def test_a_picture_that_comes_changes_or_goes_is_noticed(place: Workspace, counted: Counted) -> None:
    picture = place.content / "items/1/图.png"
    write(item(place, "1/条2"), ITEM.format(title="有图", more="", body="有图如下。\n\n![一张图](图.png)"))
    missing = run(place, counted)
    assert missing.due == ISSUES
    Image.new("RGB", (40, 30), "red").save(picture)
    came = run(place, counted)
    assert came.read == ["content/items/1/条2.md"]
    assert run(place, counted).due == ()
    Image.new("RGB", (40, 30), "blue").save(picture)
    assert run(place, counted).due == ("2026/期1",)
    picture.unlink()
    gone = run(place, counted)
    assert gone.due == ("2026/期1",)
    assert gone.read == ["content/items/1/条2.md"]


def test_a_table_beside_an_entry_is_noticed(place: Workspace, counted: Counted) -> None:
    table = write(place.content / "items/1/附表.csv", "单位,件\n甲,1\n")
    write(item(place, "1/条2"), ITEM.format(title="有表", more="", body="见下表。\n\n表: 附表.csv"))
    run(place, counted)
    assert run(place, counted).due == ()
    write(table, "单位,件\n甲,2\n")
    assert run(place, counted).due == ("2026/期1",)


def test_an_index_that_is_gone_is_made_anew(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    index.path(place).unlink()
    again = run(place, counted)
    assert (again.due, again.notes) == (ISSUES, ())


@pytest.mark.parametrize("damage", ["text", "truncated", "flipped", "version", "newer", "foreign", "empty"])
def test_an_index_that_cannot_be_used_is_thrown_away_and_said(place: Workspace, counted: Counted, damage: str) -> None:
    run(place, counted)
    path = index.path(place)
    data = path.read_bytes()
    if damage == "text":
        path.write_text("这不是索引" * 1000, "utf-8")
    elif damage == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif damage == "flipped":
        path.write_bytes(data[:4096] + bytes(byte ^ 0xFF for byte in data[4096:12288]) + data[12288:])
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        path.unlink()
        with sqlite3.connect(path) as foreign:
            foreign.execute("CREATE TABLE meta (name, value)" if damage != "foreign" else "CREATE TABLE other (x)")
            if damage != "foreign":
                rows = [("schema", "99" if damage == "newer" else "1"), ("version", "0.0.1")]
                foreign.executemany("INSERT INTO meta VALUES (?, ?)", rows)
        foreign.close()
    again = run(place, counted)
    assert again.due == ISSUES
    assert again.notes == ("index-discarded",)
    assert run(place, counted).due == ()


def test_an_index_with_tables_of_somebody_else_s_making_is_thrown_away(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    path = index.path(place)
    with sqlite3.connect(path) as foreign:
        foreign.execute("DROP TABLE heads")
        foreign.execute("CREATE TABLE heads (id TEXT)")
    foreign.close()
    again = run(place, counted)
    assert (again.due, again.notes) == (ISSUES, ("index-discarded",))


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("there", [True, False])
def test_an_index_that_is_a_link_out_of_the_workspace_is_left_alone(
    place: Workspace, counted: Counted, tmp_path: Path, there: bool
) -> None:
    other = tmp_path / "other.sqlite"
    if there:
        with sqlite3.connect(other) as foreign:
            foreign.execute("CREATE TABLE precious (x)")
        foreign.close()
    before = other.read_bytes() if there else b""
    index.path(place).parent.mkdir()
    index.path(place).symlink_to(other)
    assert run(place, counted).notes == ("index-unkept",)
    assert (other.read_bytes() if there else other.exists()) == (before if there else False)


HOLD = """
import sys
from pathlib import Path
from builder.batch import index
from builder.settings import Workspace
with index.opened(Workspace(Path(sys.argv[1]))):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_batch_in_one_workspace_is_refused_and_death_lets_go(place: Workspace, counted: Counted) -> None:
    run(place, counted)
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(place.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Conflict, match="另一个生成程序"):
        index.opened(place, wait=0.1)
    other.kill()
    other.communicate()
    again = run(place, counted)
    assert (again.due, again.notes) == ((), ())


def test_without_an_index_everything_is_due_and_nothing_stays(place: Workspace, counted: Counted) -> None:
    for _ in range(2):
        with index.unkept() as journal:
            opened = opening.open_slim(place, Direct, journal)
            assert standing.standing(opened, opened.ids, ORDINARY, ("pdf",)).due == ISSUES
            build(opened, opened.ids)
    assert not index.path(place).exists()


def test_where_no_index_can_be_kept_the_run_goes_on_and_says_so(place: Workspace, counted: Counted) -> None:
    (place.root / "output").write_text("kein Ordner")
    with index.opened(place) as journal:
        assert [fault.code for fault in journal.notes] == ["index-unkept"]
        opened = opening.open_slim(place, Direct, journal)
        assert opened.ids == ISSUES


def test_a_disk_that_fills_up_is_told_in_the_editor_s_words(place: Workspace, counted: Counted) -> None:
    with index.opened(place) as journal:
        opening.open_slim(place, Direct, journal)
        pages = journal._db.execute("PRAGMA page_count").fetchone()[0]
        journal._db.execute(f"PRAGMA max_page_count = {pages}")
        last = Last("k", "o", "", (), {"long": "很长" * 1_000_000}, {})
        with pytest.raises(FileError, match="写不了索引"):
            journal.set_built("2026/期0", "", last)
        assert journal.built("") == {}
    assert run(place, counted).due == ISSUES


def test_templates_that_move_while_a_batch_runs_are_named(place: Workspace, counted: Counted) -> None:
    with index.opened(place) as journal:
        opened = opening.open_slim(place, Direct, journal)
        assert opened.moved() == ()
        template = place.templates / "gongzuo-xinxi/issue.typ"
        template.write_bytes(template.read_bytes() + b"\n")
        (place.templates / "ducha-tongbao/issue.typ").unlink()
        build(opened, opened.ids)
        assert opened.moved() == ("templates/ducha-tongbao/issue.typ", "templates/gongzuo-xinxi/issue.typ")
    assert run(place, counted).due == ISSUES


def test_stamps_are_trusted_only_beyond_two_seconds() -> None:
    now = 10 * COARSE
    assert stamps.is_sure((1, now - COARSE, 1, 1), now)
    assert not stamps.is_sure((1, now - COARSE + 1, 1, 1), now)
    assert not stamps.is_sure((1, now + COARSE, 1, 1), now)
