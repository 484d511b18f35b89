"""What is read again between two loads with one memory: the very same object where nothing changed."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from builder import content
from builder.model import Library

OFFICE = "名称: 临澜市委办公室\n"
NAME = "附表\u00e9.csv"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", OFFICE)
    put(tmp_path, "items/甲.md", f"---\n标题: 甲\n---\n表: {NAME}\n")
    put(tmp_path, "items/乙.md", "---\n标题: 乙\n---\n正文\n")
    put(tmp_path, f"items/{NAME}", "单位,件数\n水利局,1\n")
    return tmp_path


def put(root: Path, name: str, text: str) -> str:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def read(root: Path, memory: content.Memory) -> Library:
    library, faults = content.load(root, memory)
    assert library is not None
    assert faults == []
    return library


@pytest.mark.parametrize("told", [str, lambda path: unicodedata.normalize("NFD", path), lambda path: path[:-3] + "CSV"])
def test_a_table_that_changed_changes_only_the_entry_that_prints_it_however_its_name_is_told(root, told):
    memory = content.Memory()
    before = read(root, memory)
    memory.changed([told(put(root, f"items/{NAME}", "单位,件数\n水利局,2\n"))], [], False)
    after = read(root, memory)
    assert after.items["乙"] is before.items["乙"]
    assert after.items["甲"].blocks != before.items["甲"].blocks


def test_a_table_named_through_a_link_changes_its_entry_whichever_of_the_two_files_is_told(root):
    table = root / "content/items" / NAME
    target = root / "content/items/真表.csv"
    table.rename(target)
    table.symlink_to(target.name)
    memory = content.Memory()
    before = read(root, memory)
    for count, told in enumerate((table, target), start=2):
        target.write_text(f"单位,件数\n水利局,{count}\n", encoding="utf-8")
        memory.changed([str(told)], [], False)
        after = read(root, memory)
        assert after.items["甲"].blocks != before.items["甲"].blocks
        before = after


def test_a_file_beside_entries_that_none_of_them_shows_changes_nothing(root):
    memory = content.Memory()
    before = read(root, memory)
    memory.changed([put(root, "items/别的.csv", "甲,乙\n1,2\n")], [], True)
    assert read(root, memory).items == before.items
    assert all(read(root, memory).items[name] is source for name, source in before.items.items())


def test_a_table_that_is_missing_is_found_when_it_comes(root):
    text = (root / "content/items" / NAME).read_text(encoding="utf-8")
    (root / "content/items" / NAME).unlink()
    memory = content.Memory()
    assert [fault.code for fault in content.load(root, memory)[1]] == ["table-missing"]
    memory.changed([put(root, f"items/{NAME}", text)], [], True)
    assert set(read(root, memory).items) == {"甲", "乙"}
