"""Carrying back as a whole: what is refused, what is told, and that all files are written or none."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from builder import files
from builder.content.memory import Memory
from builder.content.retyping.paper import Paper
from builder.errors import Conflict, FileError, InvalidContent
from builder.redline import Change, Edit
from builder.settings import Workspace
from builder.workflow import applying, opening
from tests.growth import assert_linear
from tests.redline.carried import FONTS, ISSUE, ITEM, NAME, Desk

A, B = "全县收割小麦三万亩。", "下一步，抓好晾晒入库。"
SECOND = "content/items/二.md"


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.item(f"{A}\n{B}\n")
    made.item("水库蓄水过半。\n", title="水库蓄水过半", file=SECOND)
    made.put(ISSUE, made.read(ISSUE) + "  - 信息: 二  # 次条\n")
    return made


def _two(desk: Desk) -> applying.Proposal:
    return desk.propose(desk.words(A, "全县收割四万亩。"), desk.words("水库蓄水过半。", "水库蓄水七成。"))


def _contents(desk: Desk) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in (desk.root / "content").rglob("*") if path.is_file()}


def test_proposing_writes_nothing_and_shows_what_it_would(desk: Desk) -> None:
    before = _contents(desk)
    proposal = _two(desk)
    assert _contents(desk) == before
    shown = list(applying.shown(proposal))
    assert shown[:2] == [f"--- {SECOND}（现在）", f"+++ {SECOND}（带回以后）"]
    assert "-水库蓄水过半。" in shown
    assert "+水库蓄水七成。" in shown
    assert f"+++ {ITEM}（带回以后）" in shown


def test_a_file_changed_between_reading_and_writing_is_left_and_so_are_all(desk: Desk) -> None:
    proposal = _two(desk)
    desk.put(ITEM, desk.read() + "另一人加的一段。\n")
    before = _contents(desk)
    with pytest.raises(Conflict, match="刚被改动过"):
        applying.write(Workspace(desk.root), proposal)
    assert _contents(desk) == before


def test_a_file_taken_away_between_reading_and_writing_is_told(desk: Desk) -> None:
    proposal = _two(desk)
    (desk.root / ITEM).unlink()
    with pytest.raises(Conflict, match="移走或删去"):
        applying.write(Workspace(desk.root), proposal)
    assert desk.read(SECOND).endswith("水库蓄水过半。\n")


def test_a_file_changed_after_the_workspace_was_read_is_told(desk: Desk) -> None:
    opened = opening.open_workspace(Workspace(desk.root))
    change = desk.words(A, "全县收割四万亩。")
    desk.put(ITEM, desk.read() + "另一人加的一段。\n")
    with pytest.raises(Conflict, match="刚被改动过"):
        applying.propose(opened, NAME, (change,), FONTS)


def test_a_full_disk_leaves_every_file_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_on_second(monkeypatch, OSError(28, "No space left on device"))
    before = _contents(desk)
    with pytest.raises(FileError, match=r"磁盘已满.*稿件还是原样"):
        applying.write(Workspace(desk.root), _two(desk))
    assert _contents(desk) == before


def test_an_unwritable_file_leaves_every_file_as_it_was(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _fail_on_second(monkeypatch, PermissionError(13, "Permission denied"))
    before = _contents(desk)
    with pytest.raises(FileError, match="稿件还是原样"):
        applying.write(Workspace(desk.root), _two(desk))
    assert _contents(desk) == before


def _fail_on_second(monkeypatch: pytest.MonkeyPatch, error: OSError) -> None:
    """The system's own refusal, at the second file: its content cannot be put on the disk."""
    calls: list[int] = []
    real: Callable[[int], None] = os.fsync

    def fsync(handle: int) -> None:
        calls.append(handle)
        if len(calls) == 3:  # the first file, its folder, the second file
            raise error
        real(handle)

    monkeypatch.setattr(files.os, "fsync", fsync)


def test_other_issues_that_print_the_same_text_are_named(desk: Desk) -> None:
    desk.put("content/issues/2026/gongzuo-xinxi-10.yaml", desk.read(ISSUE).replace("期号: 9", "期号: 10"))
    (other,) = _two(desk).others
    assert "第10期" in other
    assert "gongzuo-xinxi-10.yaml" in other


def test_a_finding_printed_twice_is_edited_only_where_both_say_the_same(desk: Desk) -> None:
    desk.put("content/findings/一/1.yaml", "编号: 1\n事项: 修好渡口\n状态: 有序  # 六月\n")
    listing = "  - 标题: {}\n    督查: {{范围: 一/*, 列: [编号, 事项]}}\n"
    desk.put(ISSUE, desk.read(ISSUE) + listing.format("表一") + listing.format("表二"))
    one, two = (desk.words("修好渡口", "修好码头", nth) for nth in (0, 1))
    (outcome,) = desk.apply(one)
    assert "连带改动《表二》" in outcome.reason
    desk.applied(one, two)
    assert desk.read("content/findings/一/1.yaml") == "编号: 1\n事项: 修好码头\n状态: 有序  # 六月\n"


def test_a_title_changes_its_line_in_the_contents_with_it(desk: Desk) -> None:
    desk.put(ISSUE, desk.read(ISSUE).replace("期号: 9", "期号: 9\n要目: 是"))
    desk.applied(desk.words("水库蓄水过半", "水库蓄水已过七成"))
    assert "水库蓄水已过七成" in [each.text for each in desk.printed if each.kind == "要目"]


def test_comments_are_only_listed(desk: Desk) -> None:
    at = desk.at(A)
    (outcome,) = desk.apply(Change("批注", at, "三万", "请核对"))
    assert "只列出" in outcome.reason


def test_an_issue_with_errors_is_refused(desk: Desk) -> None:
    change = desk.words(A, "全县收割四万亩。")
    desk.put(ISSUE, desk.read(ISSUE) + "  - 信息: 没有这条\n")
    with pytest.raises(InvalidContent, match="有错误"):
        desk.propose(change)


def test_drafts_are_read_in_place_of_files_and_forgotten(desk: Desk) -> None:
    from builder import content

    memory = Memory()
    before, _ = content.load(desk.root, memory)
    memory.drafts = {ITEM: desk.read().replace(A, "改。").encode()}
    drafted, _ = content.load(desk.root, memory)
    memory.drafts = {}
    after, _ = content.load(desk.root, memory)
    assert before is not None
    assert drafted is not None
    assert after is not None
    assert drafted.items["青禾县夏收"] is not before.items["青禾县夏收"]
    assert drafted.items["二"] is before.items["二"]
    assert after.items["青禾县夏收"] is before.items["青禾县夏收"]


_WORDS = (
    "粮食", "收割", "三万亩", "截至6月8日，", "入库。", "PM2.5", " ", "“一张清单”", "·", "％", "A区", "……",
    "—", "'", '"', "#", ": ", "\\",
)  # fmt: skip


def _edited(text: str, chance: random.Random) -> str:
    """The text with words put in, taken out and replaced, as a hand does."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(text))
        stop = min(len(text), start + chance.choice((0, 0, 1, 2, 6)))
        text = text[:start] + chance.choice(_WORDS) + text[stop:]
    return text


@pytest.mark.parametrize("seed", range(12))
def test_random_edits_print_as_edited_and_leave_all_other_lines_as_they_were(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    desk = Desk(tmp_path)
    body = [_edited(f"{n}个乡镇完成收割，**群众**反映良好，占比{n}%。", chance) for n in range(12)]
    desk.item("\n\n".join(f"　　{line}" for line in body) + "\n")
    note = chance.choice(
        ("编者按: {}  # 注\n", '编者按: "{}"  # 注\n', "编者按: '{}'\n", "编者按: |\n  {}\n\n  第二段。\n")
    )
    desk.put(ISSUE, desk.read(ISSUE).replace("条目:", note.format("夏收正忙，请各地抓紧。") + "条目:  # 全部"))
    chosen = chance.sample([each for each in desk.printed if each.kind in ("段", "编者按", "标题")], 5)
    changes = []
    for at in chosen:
        lead = len("编者按：") if at.kind == "编者按" and at.text.startswith("编者按：") else 0
        new = at.text[:lead] + _edited(at.text[lead:], chance)
        changes.append(replace(desk.words(at.text, new), at=at, old=at.text))
    before = {file: desk.read(file).split("\n") for file in (ITEM, ISSUE)}
    proposal = desk.propose(*changes)
    touched = {place for outcome in proposal.outcomes if outcome.applied for place in outcome.places}
    applying.write(Workspace(desk.root), proposal)
    for file, lines in before.items():
        now = desk.read(file).split("\n")
        assert len(now) == len(lines)
        differ = {f"{file}:{n}" for n, (old, new) in enumerate(zip(lines, now, strict=True), 1) if old != new}
        assert differ <= touched
    assert sum(outcome.applied for outcome in proposal.outcomes) >= 3
    wanted = {o.change.new if o.applied else o.change.old for o in proposal.outcomes}
    from builder.redline.expecting import plain

    assert {plain(text) for text in wanted} <= {plain(text) for text in desk.texts}


@pytest.mark.parametrize(
    "data",
    [
        "甲\n乙\n".encode(),
        "\ufeff甲\r\n乙".encode(),
        "甲\r乙。全县收割小麦三万亩。".encode("gb18030"),
        b"",
        "甲\n".encode("utf-16"),
    ],
)
def test_a_file_as_typed_comes_back_byte_for_byte(data: bytes) -> None:
    assert Paper.read(data, "甲.md").written(()) == data


def test_changes_of_an_earlier_version_go_where_the_entries_still_say_the_same(desk: Desk) -> None:
    one, two, new = desk.words(A, "全县收割四万亩。"), desk.words(B, "下一步，抓好入库。"), desk.added(A, "加一段。")
    desk.item(f"新写的一段。\n{A}\n下一步，另行安排。\n")
    assert [each.applied for each in desk.apply(one, two, new)] == [False, False, False]  # the lines have moved
    desk.item(f"{A}\n下一步，另行安排。\n")
    outcomes = desk.apply(one, two, new)
    assert [each.applied for each in outcomes] == [True, False, True]
    assert "后来又改过" in outcomes[1].reason
    assert desk.read().endswith("全县收割四万亩。\n加一段。\n下一步，另行安排。\n")


@pytest.mark.parametrize("where", ["body", "block"])
def test_many_changes_take_time_in_proportion(tmp_path: Path, where: str) -> None:
    def work(size: int) -> None:
        desk = Desk(tmp_path / f"{size}-{next(runs)}")
        lines = [f"第{n}个乡镇收割小麦三万亩。" for n in range(size)]
        if where == "body":
            desk.item("\n".join(lines) + "\n")
        else:
            block = "".join(f"\n      {line}" for line in lines)
            desk.put(
                ISSUE, f"刊物: gongzuo-xinxi\n日期: 2026-06-08\n期号: 9\n条目:\n  - 标题: 甲\n    正文: |{block}\n"
            )
        opened = opening.open_workspace(Workspace(desk.root))
        printed = [each for each in desk.printed if each.kind == "段"]
        changes = []
        for each in printed:
            at = each.text.index("三")
            edit = Edit(at, at + 1, "四")
            changes.append(Change("改字", each, each.text, each.text.replace("三", "四"), edits=(edit,)))
        proposal = applying.propose(opened, NAME, changes, FONTS)
        assert all(outcome.applied for outcome in proposal.outcomes)

    runs = itertools.count()
    assert_linear(work, 60)


def test_what_was_carried_back_before_is_neither_refused_nor_added_twice(desk: Desk) -> None:
    changes = [desk.words(A, "全县收割四万亩。"), desk.added(B, "各地加强田管。"), desk.added(B, "各地防汛抗旱。")]
    desk.applied(*changes)
    before = desk.read()
    opened = opening.open_workspace(Workspace(desk.root))
    again = applying.propose(opened, NAME, changes, FONTS, earlier=True)
    assert [(each.applied, each.already) for each in again.outcomes] == [(True, True)] * 3
    assert again.rewrites == ()
    desk.item(f"全县收割五万亩。\n{B}\n")
    opened = opening.open_workspace(Workspace(desk.root))
    other = applying.propose(opened, NAME, changes, FONTS, earlier=True)
    assert [(each.applied, each.already) for each in other.outcomes] == [(False, False), (True, False), (True, False)]
    assert before != desk.read()


def test_an_entry_deleted_whole_is_to_be_taken_out_of_the_issue(desk: Desk) -> None:
    """Nobody who deleted it wants to write a text for it."""
    outcomes = desk.apply(*(desk.removed(text) for text in ("水库蓄水过半", "水库蓄水过半。")))
    assert [each.applied for each in outcomes] == [False, False]
    assert all("去掉这一条" in each.hint for each in outcomes)
    assert desk.read(SECOND).endswith("水库蓄水过半。\n")


def test_rows_that_were_carried_back_before_are_not_added_twice(desk: Desk) -> None:
    desk.item("|乡镇|面积|\n|-|-|\n|白岭|100|\n|鹤浦|200|\n")
    changes = [desk.row_added("白岭", "汀东", "3"), desk.row_added("白岭", "云槎", "4")]
    desk.applied(*changes)
    before = desk.read()
    again = applying.propose(opening.open_workspace(Workspace(desk.root)), NAME, changes, FONTS, earlier=True)
    assert [(each.applied, each.already) for each in again.outcomes] == [(True, True)] * 2
    assert again.rewrites == ()
    assert [str(before).count(each) for each in ("汀东", "云槎")] == [1, 1]
