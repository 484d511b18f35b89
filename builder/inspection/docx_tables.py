"""Tables and pictures of a Word file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.inspection.docx_roles import Piece, Roles
from builder.inspection.docx_text import CONVENTION
from builder.inspection.docx_values import Row, Section, Table, WordFile
from builder.inspection.findings import Finding, Verdict
from builder.inspection.profile import OWN, Profile

_LONG = 8  # rows from which a table may well pass over a page
_WIDER = 0.6  # mm, half a character's rounding


def tables(file: WordFile, roles: Roles, profile: Profile) -> Iterator[Finding]:
    """Cells, heads, rows and rules of each table that is one: what only arranges text is none."""
    real = [
        b for b in file.flow
        if isinstance(b, Table) and b is not roles.foot_table and len(b.rows) > 1 and max(len(r.cells) for r in b.rows) > 1
    ]  # fmt: skip
    if not real:
        return
    clause = OWN if profile.title else CONVENTION
    strict: Verdict = "不合格" if profile.title else "提醒"
    yield _empty(real, clause, strict)
    yield _heads(real, clause, strict)
    split = [n for n, t in enumerate(real, 1) if any(row.splits for row in t.rows)]
    yield _found("表格", "行不跨页断开", split, "允许跨页断行", "不断行", clause, "提醒", "table-split",
                 "表格属性—行，去掉“允许跨页断行”。")  # fmt: skip
    yield _wide(real, file.sections, clause)
    yield from _borders(real, profile)


def _found(
    element: str,
    aspect: str,
    wrong: Sequence[int],
    value: str,
    right: str,
    clause: str,
    verdict: Verdict,
    code: str,
    note: str,
) -> Finding:
    """A finding on all tables, with the numbers of the wrong ones."""
    if not wrong:
        return Finding(element, aspect, right, right, clause, "合格", code)
    shown = "、".join(map(str, wrong[:6])) + ("等" if len(wrong) > 6 else "")
    return Finding(element, aspect, f"第 {shown} 个表{value}", right, clause, verdict, code, note=note)


def _empty(real: Sequence[Table], clause: str, verdict: Verdict) -> Finding:
    wrong, where = [], ""
    for n, table in enumerate(real, 1):
        for at, row in enumerate(table.rows, 1):
            blank = [c for c in row.cells if not c.continued and not c.holds and not c.text.strip()]
            if blank and n not in wrong:
                wrong.append(n)
                where = where or f"第 {n} 个表第 {at} 行"
    note = f"空格填“—”（不适用）或“0”（没有），如{where}。"
    return _found("表格", "空单元格", wrong, "有空格", "没有", clause, verdict, "table-empty", note)


def _heads(real: Sequence[Table], clause: str, strict: Verdict) -> Finding:
    wrong = [n for n, table in enumerate(real, 1) if not table.rows[0].head]
    long = any(len(real[n - 1].rows) > _LONG for n in wrong)
    note = "选中表头行，“表格工具—布局—重复标题行”，续表时每面都有表头。"
    return _found(
        "表格", "表头续页重复", wrong, "没有设", "重复", clause, strict if long else "提醒", "table-head", note
    )


def _wide(real: Sequence[Table], sections: Sequence[Section], clause: str) -> Finding:
    wrong = []
    for n, table in enumerate(real, 1):
        section = sections[min(table.section, len(sections) - 1)] if sections else None
        if section is not None and table.width is not None and table.width > section.area[0] + _WIDER:
            wrong.append(n)
    return _found("表格", "宽", wrong, "比版心宽", "不超过版心", clause, "不合格", "table-width",
                  "把表格宽度改到版心以内，或放到横排页。")  # fmt: skip


def _borders(real: Sequence[Table], profile: Profile) -> Iterator[Finding]:
    for code, aspect, sides in (
        ("table-outer", "外框线粗", ("top", "bottom")),
        ("table-inner", "内线粗", ("insideH", "insideV")),
    ):
        rule = profile.rules.get(code)
        found = [(n, b.width) for n, t in enumerate(real, 1) for s in sides if (b := t.borders.get(s)) is not None]
        if rule is None or not found:
            continue
        wrong = list(dict.fromkeys(n for n, width in found if rule.verdict(width) == "不合格"))
        values = "、".join(f"{w:g}" for w in sorted({width for _, width in found}))
        yield Finding("表格", aspect, f"{values} pt", rule.text, rule.clause, "不合格" if wrong else "合格", code,
                      note=f"第 {'、'.join(map(str, wrong))} 个表的边框改成{rule.wanted:g}磅。" if wrong else "")  # fmt: skip


def cells(file: WordFile, roles: Roles) -> Iterator[Piece]:
    """The text of tables as pieces: 表头 for head rows (else the first one), 表格 for the others."""
    for block in file.flow:
        if not isinstance(block, Table) or block is roles.foot_table or len(block.rows) < 2:
            continue
        if max(len(row.cells) for row in block.rows) < 2:
            continue
        marked = any(row.head for row in block.rows)
        for n, row in enumerate(block.rows):
            yield from _row("表头" if (row.head if marked else not n) else "表格", row)


def _row(role: str, row: Row) -> Iterator[Piece]:
    for cell in row.cells:
        yield from (Piece(role, p, p.stretches) for p in cell.paragraphs if p.text.strip())


def pictures(file: WordFile) -> Iterator[Finding]:
    """No picture is larger than the type area."""
    if not file.pictures or not file.sections:
        return
    wrong = []
    for n, picture in enumerate(file.pictures, 1):
        wide, high = file.sections[min(picture.section, len(file.sections) - 1)].area
        if picture.width > wide + _WIDER or picture.height > high + _WIDER:
            wrong.append((n, picture))
    value = "、".join(f"第 {n} 幅 {p.width:.0f}×{p.height:.0f} mm" for n, p in wrong[:3])
    yield Finding("图片", "大小", value or "都在版心内", "不超过版心", CONVENTION, "不合格" if wrong else "合格", "picture-size",
                  note="把图片缩到版心以内。" if wrong else "")  # fmt: skip
