"""A text that was published before is known again; what many texts have in common is no alarm."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from builder.register import schema, search
from builder.register.seen import MANY, seen
from tests.search.written import entry

BRIEF = "市人社局5月举办专场招聘会12场，提供岗位8640个，达成就业意向2315人。"
ITEM = (
    "3月以来，松陂、青峪两县降水比常年同期偏少四成，山区旱地受旱面积一度达到2万亩。"
    "两县按水源条件分类施策：有渠系的轮灌保苗，有机井的抢修机泵，没有水源的组织拉水点浇。"
    "截至6月5日，累计投入抗旱资金860万元，修复机井126眼，完成补种1.1万亩。"
    "剩余2700亩已备足种子，6月20日前完成补种。"
)
STOCK = "各级各部门要提高政治站位，切实加强组织领导，压紧压实工作责任，确保各项任务落到实处。"
OTHER = "全市供水管网改造二期工程开工，计划更换老旧管道310公里，惠及居民18万户，明年汛期前完工。"


def publish(connection: Connection, act: int, *texts: str, issue: str = "", **changed: object) -> None:
    """An issue with these entries."""
    name = issue or f"2026/{act}"
    entries = [entry(no, f"题{act}之{no}", text, issue=name, **changed) for no, text in enumerate(texts, 1)]
    search.index(connection, act, entries)
    _act(connection, act, "publish", name)


def _act(connection: Connection, seq: int, kind: str, issue: str, target: int = 0) -> None:
    row = {"seq": seq, "hash": str(seq), "kind": kind, "publication": "p", "year": 2026, "issue": issue}
    connection.execute(schema.act.insert().values(**row, target=target, key=str(seq), folder=str(seq), record=""))


def told(connection: Connection, *texts: str, issue: str = "2026/new") -> list[tuple[str, int] | None]:
    """(title of the entry, percent) for each text."""
    found = seen(connection, texts, issue)
    return [(one.entry.title, int(one.share * 100)) if one else None for one in found]


def test_a_text_published_before_is_named_with_its_entry(filled: Connection) -> None:
    publish(filled, 1, OTHER, ITEM)
    publish(filled, 2, BRIEF)
    assert told(filled, ITEM, STOCK, BRIEF) == [("题1之2", 100), None, ("题2之1", 100)]


def test_small_edits_do_not_hide_it(filled: Connection) -> None:
    publish(filled, 1, ITEM)
    edited = ITEM.replace("860万元", "910万元").replace("山区旱地", "两县山区旱地")
    [found] = told(filled, edited)
    assert found is not None
    assert found[0] == "题1之1"
    assert 70 <= found[1] < 100


def test_other_widths_marks_and_paragraphs_do_not_hide_it(filled: Connection) -> None:
    publish(filled, 1, ITEM)
    assert told(filled, ITEM.replace("。", "。\n").replace("860", "８６０").replace("，", ", ")) == [("题1之1", 100)]


def test_a_text_that_stands_in_a_longer_one_is_found_and_one_with_much_besides_is_not(filled: Connection) -> None:
    publish(filled, 1, OTHER + ITEM + STOCK)
    assert told(filled, ITEM, ITEM + OTHER * 1 + "新写的一段。" * 3) == [("题1之1", 100), ("题1之1", 100)]
    publish(filled, 2, BRIEF)
    assert told(filled, BRIEF + "".join(f"这是第{n}件新近发生的事情，" for n in range(9))) == [None]


def test_stock_phrases_of_many_entries_are_no_alarm(filled: Connection) -> None:
    for act in range(1, MANY + 3):
        publish(filled, act, f"第{act}项工作的情况各不相同，数字是{act * 1117}个单位。{STOCK}")
    assert told(filled, STOCK, STOCK + "本次会议还研究了其他事项，一并通报如下。") == [None, None]


def test_stock_phrases_do_not_hide_what_is_the_same_besides(filled: Connection) -> None:
    for act in range(1, MANY + 3):
        publish(filled, act, f"第{act}项工作的情况各不相同，数字是{act * 1117}个单位。{STOCK}")
    publish(filled, 50, ITEM + STOCK)
    assert told(filled, STOCK + ITEM) == [("题50之1", 100)]


def test_one_sentence_in_common_is_no_alarm(filled: Connection) -> None:
    publish(filled, 1, ITEM)
    assert told(filled, "截至6月5日，累计投入抗旱资金860万元，" + OTHER) == [None]
    assert told(filled, "修复机井126眼。") == [None]  # too short to be more than chance


def test_the_issue_itself_is_not_before_itself(filled: Connection) -> None:
    publish(filled, 1, ITEM, issue="2026/13")
    assert told(filled, ITEM, issue="2026/13") == [None]
    assert told(filled, ITEM, issue="2026/14") == [("题1之1", 100)]


def test_of_equals_the_latest_is_named_and_of_others_the_one_with_most(filled: Connection) -> None:
    publish(filled, 1, ITEM)
    publish(filled, 2, ITEM)
    publish(filled, 3, ITEM.replace("860万元", "910万元"))
    assert told(filled, ITEM) == [("题2之1", 100)]


def test_a_voided_issue_counts_and_is_marked(filled: Connection) -> None:
    publish(filled, 1, ITEM)
    _act(filled, 2, "void", "2026/1", target=1)
    [found] = seen(filled, [ITEM], "2026/new")
    assert found is not None
    assert found.voided


@pytest.mark.parametrize("text", ["", "短。", "，。；\n", "x"])
def test_a_text_without_clauses_was_never_published(filled: Connection, text: str) -> None:
    publish(filled, 1, ITEM)
    assert told(filled, text) == [None]
