"""One issue from the library: references resolved, parts gathered, foot and number set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from builder.compose import listing as listings
from builder.compose.edition import Annex, Composition, Edition, Heading, Piece
from builder.compose.foot import foot, longest_at
from builder.compose.numbering import Numbering
from builder.content import resolve, resolve_many
from builder.errors import Fault, Place, has_errors
from builder.model import Attachment, Block, Entry, Issue, Item, Library, Listing, Paragraph, Source
from builder.publications import Title

_NONE = "无"  # an editor's word for "print none here"


def compose(
    library: Library, issue: Source[Issue], titles: Mapping[str, Title], numbers: Mapping[str, Numbering]
) -> Composition:
    """The edition of ``issue``; all faults and files either way."""
    title = titles.get(issue.value.publication)
    if title is None:
        return Composition(None, (_unknown_publication(issue, titles),), library.with_tables([issue.file]))
    gather = _Gather(library, issue, title)
    note = gather.note("编者按")
    parts = gather.parts()
    annexes = tuple(
        annex for n, a in enumerate(issue.value.attachments) if (annex := gather.annex(a, ("附件", n))) is not None
    )
    lines, copies, faults = foot(issue, library.office.value)
    faults = [*gather.faults, *faults, *_addressed(issue, title), *_secrecy(issue, library, gather.sources)]
    if not any(isinstance(p, Piece) for p in parts) and not has_errors(faults):
        faults.append(
            Fault(
                "empty-issue",
                "error",
                issue.place(),
                "本期没有任何条目。",
                "在“栏目”或“条目”下列出信息、督查、正文或表格。",
            )
        )
    if has_errors(faults):
        return Composition(None, tuple(faults), gather.files)
    office = library.office.value
    edition = Edition(
        issue=issue,
        title=title,
        office=office,
        numbering=numbers[issue.id],
        publisher=office.publishers.get(title.id) or office.name,
        note=note,
        parts=parts,
        annexes=annexes,
        foot=lines if title.data.foot.lists == "是" else (),
        foot_at=longest_at(issue, library.office, lines),
        copies=copies,
        sources=tuple(gather.sources),
        office_digests=library.office.digests,
    )
    return Composition(edition, tuple(faults), gather.files)


class _Gather:
    """Collects the parts of one issue, the files they come from, and the faults met on the way."""

    def __init__(self, library: Library, issue: Source[Issue], title: Title) -> None:
        self.library, self.issue, self.title = library, issue, title
        self.faults: list[Fault] = []
        self.sources: list[Source[Any]] = [issue]
        self.broken: set[str] = set()
        self.seen: dict[str, str] = {}
        self.listed: dict[tuple[str | int, ...], list[Source[Any]]] = {}  # findings, by the entry that lists them
        self.short = {name: u.short for u in library.office.value.units for name in (u.name, u.short)}

    @property
    def files(self) -> frozenset[str]:
        """Files the issue stands on, those that could not be read among them."""
        return self.library.with_tables({s.file for s in self.sources} | self.broken)

    def parts(self) -> tuple[Heading | Piece, ...]:
        value = self.issue.value
        if value.sections and value.entries:
            self._fault("sections-and-entries", ("条目",), "“栏目”和“条目”只能写一个。", "把条目移到某个栏目下。")
        parts: list[Heading | Piece | None] = []
        for n, section in enumerate(value.sections):
            places = [self.issue.place("栏目", n, key) for key in ("名称", "编者按")]
            parts.append(Heading(section.name.strip("【】"), self.note("栏目", n, "编者按"), *places))
            if not section.entries:
                self._fault(
                    "empty-section", ("栏目", n), f"栏目“{section.name}”下没有条目。", "添加条目，或删去这个栏目。"
                )
            parts += [self.piece(e, ("栏目", n, "条目", m)) for m, e in enumerate(section.entries)]
        parts += [self.piece(e, ("条目", m)) for m, e in enumerate(value.entries)]
        return tuple(p for p in parts if p is not None)

    def note(self, *at: str | int) -> tuple[Block, ...]:
        """The 编者按 at ``at``: paragraphs only, and only where the publication has such notes."""
        blocks = self.issue.texts.get(at, ())
        if blocks and self.title.data.parts.note == "否":
            self._fault("no-note", at, "本刊不设编者按。", "删去“编者按”，或改刊物的“部件”。")
        if not all(isinstance(block, Paragraph) and block.kind == "段" for block in blocks):
            self._fault("note-form", at, "编者按只能是文字段，不能有列表、表格、图片或分页。", "把它们移到正文。")
        return blocks

    def piece(self, entry: Entry, at: tuple[str | int, ...]) -> Piece | None:
        body = self._body(entry, at)
        if body is None:
            return None
        blocks, origin = body
        item = origin.value if isinstance(origin.value, Item) else None
        title = entry.title or (item.title if item else "")
        note = self.note(*at, "编者按")
        credit = self._credit(entry, item, origin)
        return Piece(
            title="" if title == _NONE else title,
            note=note,
            blocks=blocks,
            credit=credit,
            origin=origin,
            title_at=self.issue.place(*at, "标题") if entry.title else origin.place("标题"),
            note_at=self.issue.place(*at, "编者按"),
            credit_at=self.issue.place(*at, "供稿") if entry.credit else origin.place("供稿单位"),
            subjects=self._subjects(entry, at, origin),
        )

    def annex(self, attachment: Attachment, at: tuple[str | int, ...]) -> Annex | None:
        body = self._body(attachment, at)
        title_at = self.issue.place(*at, "标题")
        return None if body is None else Annex(attachment.title, attachment.orientation, *body, title_at)

    def _body(
        self, entry: Entry | Attachment, at: tuple[str | int, ...]
    ) -> tuple[tuple[Block, ...], Source[Any]] | None:
        """Blocks and their file: from 督查, 正文, 表格 or 信息, of which loading let exactly one through."""
        if entry.listing:
            blocks = self._listing(entry.listing, (*at, "督查"))
            return None if blocks is None else (blocks, self.issue)
        if entry.text:
            return self.issue.texts[(*at, "正文")], self.issue
        if entry.table:
            return self.issue.texts[(*at, "表格")], self.issue
        item = self._item(entry.item, (*at, "信息"))
        return None if item is None else (item.blocks, item)

    def _item(self, name: str, at: tuple[str | int, ...]) -> Source[Item] | None:
        known = resolve("item", name, self._known("item", self.library.items), self.issue.place(*at))
        if isinstance(known, Fault):
            self.faults.append(known)
            return None
        if known not in self.library.items:
            self._broken(known, f"content/items/{known}.md", at)
            return None
        self._once(known, at)
        source = self.library.items[known]
        if not source.blocks:
            message = f"信息“{known}”没有正文。"
            self.faults.append(
                Fault("empty-body", "error", source.place("标题"), message, "在第二个 --- 下面写正文，一行一段。")
            )
        if source.value.category == "紧急" and source.value.occurred is None:
            message = f"紧急信息“{known}”没有事发时间。"
            self.faults.append(Fault("urgent-when", "error", source.place("类别"), message, "补写“事发时间”。"))
        self._use(source)
        return source

    def _listing(self, listing: Listing, at: tuple[str | int, ...]) -> tuple[Block, ...] | None:
        places = [self.issue.place(*at, "范围", n) for n in range(len(listing.select))]
        ids, faults = resolve_many("finding", listing.select, self._known("finding", self.library.findings), places)
        self.faults += faults
        for name in ids:
            if name not in self.library.findings:
                self._broken(name, f"content/findings/{name}.yaml", at)
        chosen = [self.library.findings[name] for name in ids if name in self.library.findings]
        if not chosen:
            return None
        self.listed[at[:-1]] = chosen
        blocks, faults = listings.blocks(listing, chosen, self.issue.place(*at))
        self.faults += faults
        for finding in chosen:
            self._use(finding)
        return blocks

    def _known(self, kind: str, loaded: Mapping[str, Any]) -> frozenset[str]:
        """Ids that exist, broken files among them: a reference to one is a fault of that file first."""
        return frozenset(loaded) | self.library.broken_ids.get(kind, frozenset())

    def _broken(self, name: str, file: str, at: tuple[str | int, ...]) -> None:
        self.broken.add(file)
        self._fault("broken-entry", at, f"所引的“{name}”有错误，没有读入。", f"先改正 {file} 中的错误。")

    def _once(self, name: str, at: tuple[str | int, ...]) -> None:
        where = str(self.issue.place(*at))
        if name in self.seen:
            self._fault("entry-twice", at, f"信息“{name}”在本期已经用过（{self.seen[name]}）。", "删去其中一处。")
        self.seen.setdefault(name, where)

    def _credit(self, entry: Entry, item: Item | None, origin: Source[Any]) -> str:
        """（市水利局、市农业农村局供稿）, an editor's own words, or nothing."""
        if self.title.data.parts.credit == "否" or entry.credit == _NONE:
            return ""
        if entry.credit:
            return f"（{entry.credit}）"
        if item is None or not item.units:
            return ""
        for n, unit in enumerate(item.units):
            if unit not in self.short:
                place = origin.place("供稿单位", n)
                message = f"供稿单位“{unit}”不在 office.yaml 的单位名册中，已照原样印出。"
                self.faults.append(Fault("unknown-unit", "warning", place, message, "核对名称，或补入名册。"))
        return f"（{'、'.join(self.short.get(u, u) for u in item.units)}供稿）"

    def _subjects(self, entry: Entry, at: tuple[str | int, ...], origin: Source[Any]) -> tuple[tuple[str, Place], ...]:
        """The words that an entry is given in the issue; else those of its item, or of the findings that it lists, each once."""
        if entry.subjects:
            return tuple((word, self.issue.place(*at, "主题词", n)) for n, word in enumerate(entry.subjects))
        given = self.listed.get(at, ()) if entry.listing else (origin,) if isinstance(origin.value, Item) else ()
        found: dict[str, Place] = {}
        for source in given:
            for n, word in enumerate(source.value.subjects):
                found.setdefault(word, source.place("主题词", n))
        return tuple(found.items())

    def _use(self, source: Source[Any]) -> None:
        if all(s is not source for s in self.sources):
            self.sources.append(source)

    def _fault(self, code: str, at: tuple[str | int, ...], message: str, hint: str) -> None:
        self.faults.append(Fault(code, "error", self.issue.place(*at), message, hint))


def _unknown_publication(issue: Source[Issue], titles: Mapping[str, Title]) -> Fault:
    known = "、".join(f"{t.id}（{t.data.name}）" for t in titles.values())
    message = f"没有刊物“{issue.value.publication}”。"
    return Fault("unknown-publication", "error", issue.place("刊物"), message, f"可用：{known}。")


def _addressed(issue: Source[Issue], title: Title) -> list[Fault]:
    """主送机关 as the publication has it: refused where there is none, missed where there is one."""
    expected, given = title.data.parts.addressees == "是", bool(issue.value.addressees)
    if given and not expected:
        message, hint = f"《{title.data.name}》没有主送机关。", "删去“主送”，或改刊物的“部件”。"
        return [Fault("no-addressees", "error", issue.place("主送"), message, hint)]
    if expected and not given:
        message = f"《{title.data.name}》一般写主送机关，本期没有写。"
        return [Fault("addressees-missing", "warning", issue.place(), message, "在“主送”后写明主送机关。")]
    return []


def _secrecy(issue: Source[Issue], library: Library, sources: list[Source[Any]]) -> list[Fault]:
    """A 密级 is refused unless the office declares a classified environment (编辑手册, 七)."""
    if library.office.value.classified == "是":
        return []
    return [
        Fault(
            "classified",
            "error",
            s.place("密级"),
            f"本机不是涉密环境，不得处理标有“{s.value.secrecy}”的内容。",
            "涉密内容请在涉密环境中编排；一般内部资料用“标识”。",
        )
        for s in sources
        if getattr(s.value, "secrecy", "")
    ]
