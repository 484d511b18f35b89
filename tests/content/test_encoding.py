"""Files of old editors are read: GBK and UTF-16, where they decode without a fault into what offices write."""

from __future__ import annotations

from pathlib import Path

import pytest

from builder.content import load
from builder.content.encoding import decode
from builder.model import Paragraph

ITEM = "---\n标题: 松陂县分类施策抗旱保苗\n供稿单位: 松陂县委办\n---\n入夏以来，两县降水偏少三成（较常年）。\n一、水库应急放水\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", "名称: 临澜市委办公室\n".encode())
    return tmp_path


def put(root: Path, name: str, data: bytes) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("encoding", "named"),
    [("gbk", "GBK"), ("gb18030", "GBK"), ("utf-16", "UTF-16"), ("utf-16-le", "UTF-16"), ("utf-16-be", "UTF-16")],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_encodings_are_read_with_a_warning_and_right_places(
    root: Path, encoding: str, named: str, end: str
) -> None:
    put(root, "items/a.md", ITEM.replace("\n", end).encode(encoding))
    library, (fault,) = load(root)
    assert library is not None
    assert (fault.code, fault.severity) == ("text-recoded", "warning")
    assert named in fault.message
    assert "--fix" in fault.hint
    item = library.items["a"]
    assert item.value.title == "松陂县分类施策抗旱保苗"
    first = item.blocks[0]
    assert isinstance(first, Paragraph)
    assert (first.spans[0].place.line, first.spans[0].place.column) == (5, 1)


def test_utf16_with_a_mark_of_either_order_is_read() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        text, faults = decode(mark + ITEM.encode(encoding), "x")
        assert text == ITEM
        assert [f.code for f in faults] == ["text-recoded"]


def test_utf8_with_a_mark_or_without_is_read_without_a_word() -> None:
    for data in (ITEM.encode(), ITEM.encode("utf-8-sig"), b"", b"a: 1\n", "名称: é\n".encode()):
        assert decode(data, "x")[1] == []


@pytest.mark.parametrize("cut", range(0, len(ITEM.encode()), 7))
def test_a_broken_byte_in_utf8_is_told_at_its_place_and_never_read_as_gbk(cut: int) -> None:
    data = bytearray(ITEM.encode())
    data[cut] = 0xFF
    text, (fault,) = decode(bytes(data), "x.md")
    assert text is None
    assert (fault.code, fault.severity) == ("text-encoding", "error")
    before = ITEM.encode()[:cut].decode("utf-8", "ignore")
    assert fault.place.line == before.count("\n") + 1
    assert abs(fault.place.column - (len(before) - before.rfind("\n"))) <= 1


@pytest.mark.parametrize("length", range(1, 4))
def test_a_utf8_file_cut_off_within_a_character_is_told(length: int) -> None:
    data = (ITEM + "字").encode()[:-length]
    text, faults = decode(data, "x")
    assert (text is None) == (length < 3)
    assert [f.code for f in faults] == (["text-encoding"] if length < 3 else [])


@pytest.mark.parametrize(
    "data",
    [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xd8", b"PK\x03\x04\x14\0\x06\0\xb5\xc4", bytes(range(256)), b"caf\xe9 cr\xe8me\n", b"\xff\xfe\x00",
     b"\xff\xfe" + "abc".encode("utf-16-le"), "標題：臨瀾市委辦公廳關於抗旱".encode("big5"),
     ITEM.encode("gbk") + b"\xff", ITEM.encode("utf-32"),
     "名称: 甲".encode("utf-16")[:-1]],
)  # fmt: skip
def test_what_is_no_text_of_an_office_stays_an_error(data: bytes) -> None:
    text, faults = decode(data, "x")
    assert (text, [f.code for f in faults]) == (None, ["text-encoding"])


def test_rare_characters_do_not_make_a_gbk_file_unreadable() -> None:
    text = "---\n标题: 犇㙍村喆旎垚焱同志事迹\n---\n王喆、李垚、张旎等同志在抗旱保苗工作中表现突出。\n"
    assert decode(text.encode("gb18030"), "x")[0] == text
