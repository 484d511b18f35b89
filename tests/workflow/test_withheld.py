"""可见范围 outside the pages: nothing that a file bears besides its text tells a recipient what was left out of his copies."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pikepdf
import pytest

from builder.measure import pdf as pdf_reader
from builder.words import visible
from builder.workflow import copies
from builder.workflow.copies import Wanted
from tests.office import OFFICE, SmallOffice

FEW = OFFICE.replace("份数: 11", "份数: 1").replace("份数: 60", "份数: 1").replace("存档: 2, 备用: 3", "存档: 0")
_DEEPEST = 8  # values within one another that are no objects of their own
SECRET = ("甲库渗漏险情", "副市长批示", "移民安置预案", "迁建附表")
ISSUE = """\
刊物: gongzuo-xinxi
日期: 2026-06-08
份号: '000101'
要目: 是
条目:
  - 标题: 全市抢修水毁工程
    编者按: ｛可见范围：报｝副市长批示抓紧办理。
    正文: |
      一、公开的情况
      第一段。
      ｛可见范围：报｝副市长批示要点。
    供稿: 市水利局
  - 标题: 甲库渗漏险情
    正文: ｛可见范围：报｝移民安置预案已经报送。
    供稿: 市水利局
  - 标题: 夏粮收购进展
    正文: 夏粮收购过半。
附件:
  - {标题: 迁建附表, 正文: ｛可见范围：报｝迁建附表的内容。}
  - {标题: 收购进度, 正文: 收购进度的内容。}
"""


def borne(data: bytes) -> Iterator[str]:
    """Everything that a PDF bears as strings or streams, in every encoding that it may stand in; its text and bookmarks."""
    read = pdf_reader.read(data)
    yield visible("".join(page.text for page in read.pages))
    yield from (visible(name) for name, _ in read.outline)
    with pikepdf.open(io.BytesIO(data)) as document:
        for each in document.objects:
            yield from _strings(each)


def _strings(found: object, depth: int = 0) -> Iterator[str]:
    if isinstance(found, pikepdf.String):
        yield visible(str(found))
    elif isinstance(found, pikepdf.Stream):
        raw = found.read_bytes()
        yield from (visible(raw.decode(code, "ignore")) for code in ("utf-8", "utf-16-be"))
        yield raw.decode("latin-1").upper()
        yield from _strings(found.stream_dict, depth + 1)
    elif isinstance(found, pikepdf.Dictionary) and depth < _DEEPEST:
        for value in dict(found).values():
            yield from _strings(value, depth + 1) if not _indirect(value) else ()
    elif isinstance(found, pikepdf.Array) and depth < _DEEPEST:
        for member in found:
            yield from _strings(member, depth + 1) if not _indirect(member) else ()


def _indirect(found: object) -> bool:
    """Whether it is an object of its own, which is looked at as such."""
    return isinstance(found, pikepdf.Object) and found.is_indirect


def told(data: bytes) -> set[str]:
    """The withheld words that a PDF tells in any way."""
    parts = list(borne(data))
    spelt = {word: {visible(word), word.encode("utf-16-be").hex().upper()} for word in SECRET}
    return {word for word, forms in spelt.items() if any(form in part for form in forms for part in parts)}


@pytest.mark.parametrize("engine", ["Typst", "Word"])
@pytest.mark.parametrize("as_booklet", [False, True])
def test_no_bookmark_tag_property_or_list_tells_what_was_left_out(
    small_office: SmallOffice, engine: str, as_booklet: bool, request: pytest.FixtureRequest
) -> None:
    office = small_office
    if engine == "Word":
        request.getfixturevalue("uno")
        data = office.place.templates / "gongzuo-xinxi" / "publication.yaml"
        data.write_text(data.read_text(encoding="utf-8") + "\nPDF引擎: Word\n", encoding="utf-8")
    office.write("content/office.yaml", FEW)
    office.write("content/issues/i.yaml", ISSUE)
    job = copies.prepare(office.opened(), "i", Wanted(as_booklet=as_booklet, line=True), office.fontset)
    pages = copies.set_pages(job, office.place.templates, office.fontset, office.engines)
    made = list(copies.make(job, pages, office.place.templates, office.fontset, office.engines))
    found = {copy.share.part: told((job.folder / copy.name).read_bytes()) for copy in made}
    assert found["报"] == set(SECRET)
    assert found["发"] == set()
