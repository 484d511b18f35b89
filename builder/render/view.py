"""The view: a composed edition as plain JSON-able data, the whole contract with every template (docs/templates.md).

Whatever both formats must agree on is decided here: title lines, widths, contents, dates in words, indents.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from builder.compose import Annex, Edition, Heading, Piece
from builder.compose.listing import day_in_words
from builder.model import LEVEL_FONTS, Block, PageBreak, Paragraph, Photo, Picture, Span, Table
from builder.render.printing import (
    ORDINARY,
    Printing,
    for_run,
    numbers_of,
    page_number,
    proof_mark,
    red_parts,
    top_lines,
)
from builder.render.signature import Advance, fits, plain_advance
from builder.render.tables import table
from builder.words import plain_title, title_rows, width

VERSION = 1
SUBJECTS = "主题词"  # of a block: what the index of the year names the entry by that ends with it
_SIGNED = (2, 8)  # lines of text that keep to 署名: at least, and at most
_PICTURE = (140.0, 95.0)  # mm, the largest picture
_PIXELS_PER_MM = 150 / 25.4
Run = dict[str, Any]


@dataclass(frozen=True, slots=True)
class View:
    """The data that templates see, and the pictures' bytes by name, which travel beside it."""

    data: Mapping[str, Any]
    photos: Mapping[str, bytes]


def build(
    edition: Edition,
    families: Mapping[str, Sequence[str]],
    pitch: float | None = None,
    printing: Printing = ORDINARY,
    advance: Advance = plain_advance,
) -> View:
    """The view of an edition.

    ``families`` maps font roles to Typst families, best first; ``pitch`` (pt) is the pitch of body lines where they are
    to stand closer (压行) than the publication's figures say; ``printing`` is how this run is printed; ``advance`` gives
    the advance (em) of a character in a font role.
    """
    seen = _Builder(edition, printing, advance).view(families)
    return seen if pitch is None else _squeezed(seen, pitch)


def numbered(seen: View, pages: Mapping[str, int | str]) -> View:
    """The view with the page of every entry in its contents; ``pages`` maps bookmarks to page numbers or what stands for them."""
    contents = seen.data["要目"]
    entries = [{**entry, "页码": str(pages[entry["书签"]])} for entry in contents["条目"]]
    return View({**seen.data, "要目": {**contents, "条目": entries}}, seen.photos)


def turned(seen: View, blank: int, apart: bool) -> View:
    """The view with the place of the foot as the PDF has it, for Word: blank pages before it, and whether it begins a page."""
    return View({**seen.data, "版记": {**seen.data["版记"], "空白面": blank, "另面": apart}}, seen.photos)


def with_small_contents(seen: View) -> View | None:
    """The view with the entries of its contents in the size for many; None where they have it already."""
    contents, small = seen.data["要目"], seen.data["版式"]["要目"]["多目字号"]
    return View({**seen.data, "要目": {**contents, "字号": small}}, seen.photos) if contents["字号"] > small else None


def _squeezed(seen: View, pitch: float) -> View:
    body = seen.data["版式"]["正文"]
    figures = {**seen.data["版式"], "正文": {**body, "行距": pitch}}
    return View({**seen.data, "版式": figures, "压行": {"自": body["行距"], "至": pitch}}, seen.photos)


def bookmarks(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(bookmark, title without line breaks) of every title and annex, in order: the PDF outline in the same order."""
    titles = [(b["书签"], "".join(b["行"])) for b in data["内容"] if b["类"] == "标题"]
    return titles + [(a["书签"], "".join(a["题行"])) for a in data["附件"]]


class _Builder:
    def __init__(self, edition: Edition, printing: Printing, advance: Advance) -> None:
        self.edition = edition
        self.advance = advance
        self.printing = printing
        self.omitted = edition.title.data.overprint.printed if printing.overprint else ()
        self.layout = edition.title.layout
        self.issue = edition.issue.value
        self.titled = [p for p in edition.pieces if p.title]
        self.vocabulary = edition.vocabulary
        self.photos: dict[str, bytes] = {}
        self.sizes: dict[str, dict[str, int]] = {}

    def view(self, families: Mapping[str, Sequence[str]]) -> View:
        edition, issue = self.edition, self.issue
        numbers = edition.title.number_lines(
            issue.day.year, edition.numbering.number, edition.numbering.total, issue.series
        )
        numbers = numbers_of(numbers, self.printing, self.layout)
        if issue.topic:
            numbers.append(f"（{issue.topic}）")
        body = self._body()
        annexes = [self._annex(n, a) for n, a in enumerate(edition.annexes, 1)]
        data = {
            "版本": VERSION,
            "刊物": edition.title.id,
            "元数据": {
                "题名": f"{edition.title.data.name}{''.join(numbers)}",
                "作者": edition.publisher,
                "主题": "；".join(plain_title(p.title) for p in self.titled),
                "日期": issue.day.isoformat(),
            },
            **for_run(self.layout, edition.title.data, self.printing),
            "字体": {role: list(names) for role, names in families.items()},
            "左上": top_left(edition, self.omitted),
            "报头": {
                "刊名": self._unless_printed("刊名", edition.title.data.name),
                "期号行": numbers,
                "编印单位": self._unless_printed("编印单位", edition.publisher),
                "日期": day_in_words(issue.day),
                **red_parts(edition.title.data, self.printing),
            },
            "页码": page_number(edition.title.data),
            "要目": self._contents(),
            "内容": body,
            "附件": annexes,
            "版记": foot(self.edition),
            "压行": None,
            "清样": proof_mark(self.printing, self.layout, any(a.orientation == "横" for a in edition.annexes)),
            "图片": self.sizes,
        }
        return View(data, _grey(self.photos) if data["黑白"] else self.photos)

    def _unless_printed(self, part: str, text: str) -> str:
        """The text of a part of the masthead; "" where the paper bears it already."""
        return "" if part in self.omitted else text

    def _contents(self) -> dict[str, Any] | None:
        """本期要目 (see ``Edition.lists_contents``)."""
        figures = self.layout["要目"]
        if not self.edition.lists_contents:
            return None
        many = len(self.titled) >= figures["多目起"]
        entries = [{"文": plain_title(p.title), "书签": f"t{n}", "页码": ""} for n, p in enumerate(self.titled, 1)]
        return {"标题": "本期要目", "字号": figures["多目字号"] if many else figures["字号"], "条目": entries}

    def _body(self) -> list[dict[str, Any]]:
        blocks = self._note(self.edition.note)
        serial = 0
        for part in self.edition.parts:
            if isinstance(part, Heading):
                blocks += [
                    {"类": "栏目", "文": f"【{part.name}】", "上空": int(_ends_filled(blocks))},
                    *self._note(part.note),
                ]
                continue
            serial += bool(part.title)
            blocks += self._piece(part, f"t{serial}", blocks[-1]["类"] if blocks else "")
        if self.edition.annexes:
            blocks.append(self._annex_list())
        wish = self.edition.title.data.parts.signature if self.issue.signed == "自动" else self.issue.signed
        if wish == "是":
            blocks = [*self._held(blocks), self._signature()]
        return blocks

    def _piece(self, piece: Piece, bookmark: str, before: str) -> list[dict[str, Any]]:
        blocks = self._note(piece.note)
        if piece.title:
            single = len(self.titled) == 1
            size = self.layout["标题"]["单题字号" if single else "多题字号"]
            lines = self._title_lines(piece.title, size, self.layout["版心"]["宽"])
            space = (
                0 if piece.note or before in ("", "栏目", "编者按", "分页") else 1
            )  # a 编者按 brings its own blank line
            blocks.append({"类": "标题", "行": lines, "单题": single, "书签": bookmark, "上空": space})
        if self.issue.addressees and piece is self.edition.pieces[0]:
            blocks.append({"类": "主送", "文": _addressees(self.issue.addressees)})
        blocks += self._blocks(piece.blocks, piece.origin.photos, self.layout["版心"]["宽"])
        blocks = [*blocks[:-1], *self._credited(blocks[-1:], piece.credit)]
        if (
            piece.subjects
        ):  # no template prints them: they go with the issue into the archive, for the index of its year
            blocks[-1] = {**blocks[-1], SUBJECTS: [word for word, _ in piece.subjects]}
        return blocks

    def _title_lines(self, title: str, size: float, total: float) -> list[str]:
        """Lines of a title set in ``size`` pt in a width of ``total`` mm."""
        return list(title_rows(title, size, total, self.vocabulary))

    def _credited(self, last: list[dict[str, Any]], credit: str) -> list[dict[str, Any]]:
        """The signature on the last line where it has room there (``signature.fits``), else on a line of its own."""
        if not credit:
            return last
        if last and last[0]["类"] == "段" and not last[0]["独"] and fits(last[0], credit, self.layout, self.advance):
            return [{**last[0], "供稿": credit}]
        return [*last, {"类": "供稿", "文": credit}]

    def _note(self, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        """编者按: label in 黑体 run in, text in 楷体."""
        paragraphs = [_runs(b.spans, "楷体") for b in blocks if isinstance(b, Paragraph)]
        if not paragraphs:
            return []
        label = [_run("编者按：", "黑体")]
        return [{"类": "编者按", "段": [label + paragraphs[0], *paragraphs[1:]]}]

    def _blocks(self, blocks: Sequence[Block], photos: Mapping[str, Photo], total: float) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = []
        for block in blocks:
            if isinstance(block, Table):
                result.append(table(block, self.layout, total, _runs))
            elif isinstance(block, Picture):
                result.append(self._picture(block, photos[block.path]))
            elif isinstance(block, PageBreak):
                result.append({"类": "分页"})
            elif block.kind == "表注" and result and result[-1]["类"] == "表":
                result[-1]["注"].append(_runs(block.spans, "仿宋"))
            else:
                result.append(_paragraph(block))
        return result

    def _picture(self, picture: Picture, photo: Photo) -> dict[str, Any]:
        wide, high = picture_size(photo)
        self.photos[photo.name] = photo.data
        self.sizes[photo.name] = {"宽": photo.width, "高": photo.height}
        size = {"宽": wide, "高": high}
        return {"类": "图", "名": photo.name, **size, "替": picture.alt, "题": picture.caption}

    def _held(self, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks, those marked that keep to 署名 after them, so that it never stands on a page without text.

        A list of annexes and the last paragraphs, until they have two lines. Engines keep a paragraph to what follows as
        a whole, so a long one is not held: it would leave half a page empty; nor the first, since page 1 shows text (7.3).
        """
        found, lines = list(blocks), 0
        first = next((n for n, block in enumerate(found) if block["类"] == "段" and not block["独"]), 0)
        for n in range(len(found) - 1, first, -1):
            if found[n]["类"] == "附件说明":
                found[n] = {**found[n], "随": True}
            elif found[n]["类"] == "段" and not found[n]["独"] and lines < _SIGNED[0]:
                text = found[n]["前"] + "".join(run["文"] for run in found[n]["文字"])
                lines += ceil((width(text) + 2) / self.layout["正文"]["每行字数"])
                if lines > _SIGNED[1]:
                    break
                found[n] = {**found[n], "随": True}
            else:
                break
        return found

    def _annex_list(self) -> dict[str, Any]:
        """附件说明 (GB/T 9704-2012, 7.3.4): one annex without a number, several numbered; no mark after the names."""
        many = len(self.edition.annexes) > 1
        rows = [
            {"引": "附件：" if n == 1 else "", "序": f"{n}." if many else "", "名": plain_title(annex.title)}
            for n, annex in enumerate(self.edition.annexes, 1)
        ]
        return {"类": "附件说明", "行": rows, "随": False}

    def _annex(self, serial: int, annex: Annex) -> dict[str, Any]:
        area = self.layout["版心"]
        total = area["高"] if annex.orientation == "横" else area["宽"]
        return {
            "标": f"附件{serial}" if len(self.edition.annexes) > 1 else "附件",
            "题行": self._title_lines(annex.title, self.layout["标题"]["单题字号"], total),
            "方向": annex.orientation,
            "内容": self._blocks(annex.blocks, annex.origin.photos, total),
            "书签": f"f{serial}",
        }

    def _signature(self) -> dict[str, Any]:
        """署名 without seal (GB/T 9704-2012, 7.3.5.2): name two characters from the right, date two in from its start."""
        name, day = self.edition.publisher, day_in_words(self.issue.day)
        line = self.layout["正文"]["每行字数"]
        name_right, day_right = 2.0, width(name) - width(day)
        if day_right < 2.0:
            day_right = 2.0
            name_right = max(2.0, day_right + width(day) + 2.0 - width(name))
        elif width(name) > line - 4.0:  # a name that leaves no room at its left: the date stands below its end
            day_right = 2.0
        return {"类": "署名", "机关": name, "日期": day, "机关右空": name_right, "日期右空": day_right}


def _grey(photos: Mapping[str, bytes]) -> dict[str, bytes]:
    from builder.content.pictures import grey  # Pillow is loaded only where it is needed

    return {name: grey(photo) for name, photo in photos.items()}


def top_left(edition: Edition, omitted: Sequence[str] = ()) -> dict[str, Any]:
    """左上: 份号, 密级和保密期限, 紧急程度, 标识, those that are present, in this order (GB/T 9704-2012, 7.2).

    Where the paper bears 标识 (``omitted``) already, its place stays empty.
    """
    issue, data = edition.issue.value, edition.title.data
    secrecy = issue.secrecy + (f"★{issue.secrecy_term}" if issue.secrecy_term else "")
    marking = issue.marking or data.marking
    apart = data.masthead.copy_number == "右上"
    left = ("" if apart else issue.copy_number, secrecy, issue.urgency, marking)
    right = [issue.copy_number] if apart and issue.copy_number else []
    rows = top_lines([line for line in left if line], right, data.name, edition.title.layout)
    if "标识" in omitted and marking:
        rows["行"] = [{side: "" if text == marking else text for side, text in row.items()} for row in rows["行"]]
    return rows


def foot(edition: Edition) -> dict[str, Any]:
    """The 版记 of an edition."""
    issue, form = edition.issue.value, edition.title.data.foot
    duty = (("签发", issue.approver), ("责任编辑", issue.editor), ("校对", issue.proofreader))
    printed = {"机关": edition.publisher, "日期": f"{day_in_words(issue.day)}印发"} if form.printed == "是" else None
    return {
        "条": [{"引": lead, "文": text} for lead, text in edition.foot],
        "印发": printed,
        "印数": f"（共印{edition.copies}份）" if form.copies != "否" else "",
        "印数位置": form.copies if form.copies != "否" else "线上",
        "责任": "　".join(f"{k}：{v}" for k, v in duty if v),
        "位置": form.multiple,
        "空白面": 0,
        "另面": False,
    }


def picture_size(photo: Photo) -> tuple[float, float]:
    """Width and height in mm as printed: at 150 pixels an inch, reduced to fit."""
    wide, high = photo.width / _PIXELS_PER_MM, photo.height / _PIXELS_PER_MM
    factor = min(1.0, _PICTURE[0] / wide, _PICTURE[1] / high)
    return round(wide * factor, 2), round(high * factor, 2)


def _ends_filled(blocks: Sequence[Mapping[str, Any]]) -> bool:
    """True when something stands before that neither ends with a blank line of its own (as a 编者按 does) nor ends the page."""
    return bool(blocks) and blocks[-1]["类"] not in ("编者按", "分页")


def _run(text: str, role: str, bold: bool = False) -> Run:
    return {"文": text, "体": role, "粗": bold}


def _runs(spans: Sequence[Span], role: str) -> list[Run]:
    """Runs of one role; neighbours of one weight are one run, so that no engine sees a seam in a word."""
    runs: list[Run] = []
    for span in spans:
        if runs and runs[-1]["粗"] == span.bold:
            runs[-1]["文"] += span.text
        elif span.text:
            runs.append(_run(span.text, role, span.bold))
    return runs


def _paragraph(block: Paragraph) -> dict[str, Any]:
    """A 段: the first ``head`` characters in the level's font, the rest in 仿宋."""
    head, rest = block.parts
    return {
        "类": "段",
        "级": block.level,
        "独": bool(block.level) and block.head == len(block.text),
        "前": "——" if block.kind == "列表项" else "",
        "文字": [*_runs(head, LEVEL_FONTS[block.level]), *_runs(rest, "仿宋")],
        "供稿": "",
        "随": False,
    }


def _addressees(names: Sequence[str]) -> str:
    """主送机关 with its full-width colon (GB/T 9704-2012, 7.3.2), or nothing."""
    return "，".join(names) + "：" if names else ""
