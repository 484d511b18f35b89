"""Face, size, colour, place and wording of every role in a Word file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from builder.inspection.docx_page import quoted
from builder.inspection.docx_roles import LEVELS, Piece, Roles, red
from builder.inspection.docx_values import Paragraph
from builder.inspection.findings import Finding, Verdict
from builder.inspection.made import figure, worst
from builder.inspection.profile import NEVER_BOLD, OWN, STANDARD, Profile, Style, face_verdict

CONVENTION = "排版惯例"
_BLACK = f"{STANDARD} 5.2.4"
_ALIGN = {"left": "居左", "right": "居右", "center": "居中", "both": "两端对齐"}
_PLACES = {
    **dict.fromkeys(("刊名", "期号", "发文字号", "标题", "要目标题", "表题", "图题"), ("center",)),
    **dict.fromkeys(("供稿", "署名"), ("right",)),
    **dict.fromkeys(("主送机关", "栏目", "附件"), ("left", "both")),
}
_CLAUSES = {
    "刊名": "7.2.4",
    "标题": "7.3.1",
    "发文字号": "7.2.5",
    "署名": "7.3.5",
    "主送机关": "7.3.2",
    "附件": "7.3.7",
}
_INDENTED = ("正文", *LEVELS, "编者按")
_FLUSH = ("标题", "主送机关", "栏目", "附件", "刊名", "期号", "发文字号", "表题", "图题", "要目标题")
_SIZES: dict[float, str] = {
    **{42: "初号", 36: "小初", 26: "一号", 24: "小一", 22: "二号", 18: "小二", 16: "三号"},
    **{15: "小三", 14: "四号", 12: "小四", 10.5: "五号", 9: "小五"},
}
Judged = tuple[Verdict, str, Piece]


def text(roles: Roles, profile: Profile) -> Iterator[Finding]:
    """What is asked of each role that the file has."""
    for role in dict.fromkeys(piece.role for piece in roles.pieces if piece.role):
        pieces = [piece for piece in roles.of(role) if piece.text.strip()]
        if not pieces:
            continue
        if style := profile.styles.get(role):
            yield from _look(role, pieces, style)
        yield _coloured(role, pieces, profile)
        yield from _placed(role, pieces, profile)
        yield from _bold(role, pieces)
    yield from _latin(roles)
    yield from _wording(roles, profile)


def together(
    element: str, aspect: str, code: str, wanted: str, clause: str, found: Sequence[Judged], note: str
) -> Finding:
    """One finding for all pieces of a role: the worst verdict, the values by how often they come, where the wrong ones are."""
    verdict = worst(judged for judged, _, _ in found)
    counts = Counter(shown for _, shown, _ in found)
    several = len(counts) > 1
    value = "、".join(f"{shown}（{n} 处）" if several else shown for shown, n in counts.most_common(3))
    wrong = [piece for judged, _, piece in found if judged == verdict]
    if verdict != "合格":
        note += f" 共 {len(wrong)} 处，如{'、'.join(_quoted(p) for p in wrong[:2])}。"
    return Finding(element, aspect, value + ("等" if len(counts) > 3 else ""), wanted, clause, verdict, code,
                   note="" if verdict == "合格" else note)  # fmt: skip


def _quoted(piece: Piece) -> str:
    shown = "".join(piece.text.split())
    return f"“{shown[:12]}{'…' if len(shown) > 12 else ''}”"


# ---------------------------------------------------------------- looks


def chinese(character: str) -> bool:
    """A character that takes the East Asian font whatever stands beside it."""
    return character >= "\u2e80"


def _weights(piece: Piece, key: Callable[[object], object], wanted: Callable[[str], bool]) -> Counter[object]:
    counts: Counter[object] = Counter()
    for stretch in piece.stretches:
        if n := sum(map(wanted, stretch.text)):
            counts[key(stretch)] += n
    return counts


def _look(role: str, pieces: Sequence[Piece], style: Style) -> Iterator[Finding]:
    faces: list[Judged] = []
    mixed: list[Judged] = []
    sizes: list[Judged] = []
    for piece in pieces:
        fonts = _weights(piece, lambda s: s.east, chinese)  # type: ignore[attr-defined]
        if fonts:
            most = str(fonts.most_common(1)[0][0])
            faces.append((_face(style, most), most or "没有写明", piece))
            mixed += [
                ("提醒", str(f), piece) for f in fonts if f != most and face_verdict(style.face, str(f)) == "不合格"
            ]
        size = _weights(piece, lambda s: s.size, lambda c: not c.isspace())  # type: ignore[attr-defined]
        if size and style.sizes:
            points = float(size.most_common(1)[0][0])  # type: ignore[arg-type]
            sizes.append((style.size(points), size_name(points), piece))
    if faces:
        note = f"选中后把中文字体改成{style.face}（公文用{_official(style)}）。"
        yield together(role, "字体", "font", _official(style), style.clause, faces, note)
    if mixed:
        note = f"{role}里夹有别的字体，核对是否有意。"
        yield together(role, "夹用字体", "font-mixed", "同一字体", style.clause, mixed, note)
    if sizes:
        wanted = "或".join(size_name(s) for s in style.sizes)
        yield together(role, "字号", "font-size", wanted, style.clause, sizes, f"选中后把字号改成{wanted}。")


def _face(style: Style, font: str) -> Verdict:
    return face_verdict(style.face, font) if font else "提醒"


def _official(style: Style) -> str:
    return {"仿宋": "仿宋_GB2312", "楷体": "楷体_GB2312", "小标宋": "方正小标宋简体"}.get(style.face, style.face)


def size_name(points: float) -> str:
    """A size as Word's list names it, with its points."""
    name = _SIZES.get(points)
    return f"{name}（{points:g} pt）" if name else f"{points:g} pt"


def _coloured(role: str, pieces: Sequence[Piece], profile: Profile) -> Finding:
    data = profile.title.data if profile.title else None
    reddish = role == "刊名" or (role == "期号" and data is not None and data.masthead.red_number == "是")
    if data is not None and data.black == "是":
        reddish = False
    found: list[Judged] = []
    for piece in pieces:
        colors = {s.color for s in piece.stretches if s.text.strip()}
        right = all(map(red, colors)) if reddish else colors <= {"000000"}
        if colors == {"FFFFFF"}:
            found.append(("提醒", "白色（套打稿）", piece))
            continue
        if reddish and profile.red and right and colors != {profile.red}:
            found.append(("提醒", "、".join(sorted(colors)), piece))
            continue
        found.append(("合格" if right else "不合格", "、".join(sorted(map(_color_name, colors))), piece))
    wanted = "红色" if reddish else "黑色"
    clause = f"{STANDARD} 7.2.4" if role == "刊名" else _BLACK
    return together(role, "颜色", "text-color", wanted, clause, found, f"选中后把字体颜色改成{wanted}。")


def _color_name(color: str) -> str:
    return "黑色" if color == "000000" else f"红色 {color}" if red(color) else color


def _bold(role: str, pieces: Sequence[Piece]) -> Iterator[Finding]:
    bold = [p for p in pieces if any(s.bold and s.text.strip() for s in p.stretches)]
    if bold:
        verdict: Verdict = "不合格" if role in NEVER_BOLD else "提醒"
        note = "标题靠字体区分层次，不加粗；选中后取消加粗。" if verdict == "不合格" else "核对加粗是否有意。"
        found: list[Judged] = [(verdict, "加粗", p) for p in bold]
        yield together(role, "加粗", "bold", "不加粗", f"{STANDARD} 7.3.3", found, note)


def _latin(roles: Roles) -> Iterator[Finding]:
    """Digits and letters in body text: the standard's fonts hold them, so another font is told, no more."""
    found: list[Judged] = []
    for piece in roles.of("正文"):
        fonts = _weights(piece, lambda s: s.west, lambda c: c.isascii() and c.isalnum())  # type: ignore[attr-defined]
        if fonts:
            most = str(fonts.most_common(1)[0][0])
            verdict: Verdict = "合格" if face_verdict("仿宋", most) != "不合格" else "提醒"
            found.append((verdict, most or "没有写明", piece))
    if found:
        note = "数字和字母用了西文字体，字宽与仿宋不同；本单位惯例如此的不必改。"
        yield together("正文", "数字和字母字体", "latin-font", "与汉字同一字体", f"{STANDARD} 5.2.2", found, note)


# ---------------------------------------------------------------- places


def _placed(role: str, pieces: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    """Alignment and indents of a role; pieces that share their paragraph have those of the whole."""
    whole = [piece for piece in pieces if piece.whole]
    if whole:
        yield from _aligned(role, whole, profile)
        yield from _from_edge(role, whole, profile)
    if role in _INDENTED:
        yield from _indent(role, pieces, profile)


def _aligned(role: str, whole: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    found: list[Judged]
    if places := _PLACES.get(role):
        found = [("合格" if p.paragraph.align in places else "不合格", _align(p, places[0]), p) for p in whole]
        wanted = _ALIGN[places[0]]
        yield together(
            role, "对齐", "align", wanted, _clause(role, profile), found, f"光标放在这一段，对齐方式改成{wanted}。"
        )
    elif role == "正文":
        found = [("合格" if p.paragraph.align == "both" else "提醒", _align(p, ""), p) for p in whole]
        note = "对齐方式改成两端对齐，否则每行右边不齐。"
        yield together(role, "对齐", "align", "两端对齐", f"{STANDARD} 5.2.3", found, note)


def _align(piece: Piece, wanted: str) -> str:
    align = piece.paragraph.align
    return _ALIGN.get("left" if wanted == "left" and align == "both" else align, align)


def _clause(role: str, profile: Profile) -> str:
    return f"{STANDARD} {_CLAUSES[role]}" if role in _CLAUSES else OWN if profile.title else CONVENTION


def _from_edge(role: str, whole: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    found: list[Judged]
    if role in _FLUSH:
        found = [_flush(piece) for piece in whole]
        note = "段落的首行缩进和左缩进改成0，否则" + ("不居中。" if _PLACES[role] == ("center",) else "不顶格。")
        yield together(role, "缩进", "indent-none", "无", _clause(role, profile), found, note)
    elif role == "附件说明":
        rule = profile.rules["indent"]
        found = [(rule.verdict(_start(p)), f"{_start(p):.2g} 字", p) for p in whole if not p.text[:1].isdigit()]
        if found:
            yield together(role, "左空", "indent", rule.text, f"{STANDARD} 7.3.4", found, "附件说明左空二字。")
    elif role == "署名":
        yield from _signature(whole)


def _start(piece: Piece) -> float:
    return piece.paragraph.indent("left") + piece.paragraph.indent("first")


def _flush(piece: Piece) -> Judged:
    start = piece.paragraph.indent("first") + piece.paragraph.indent("left") - piece.paragraph.indent("right")
    return "合格" if abs(start) < 0.15 else "不合格", "无" if abs(start) < 0.15 else f"{start:.2g} 字", piece


def _indent(role: str, pieces: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    rule = profile.rules["indent"]
    found: list[Judged] = []
    for piece in _beginnings(pieces):
        start, typed = _start(piece), len(piece.text) - len(piece.text.lstrip("　"))
        if typed and rule.verdict(start + typed) == "合格":
            found.append(("提醒", f"{typed} 个全角空格", piece))
        else:
            found.append((rule.verdict(start), f"{start:.2g} 字", piece))
    if found:
        note = "段落“特殊格式”设为首行缩进2字符，左缩进0，不用空格代替。"
        yield together(role, "首行缩进", "indent", rule.text, rule.clause, found, note)
    turned = [(p, p.paragraph.indent("left")) for p in _beginnings(pieces)]
    off: list[Judged] = [("不合格", f"{left:.2g} 字", p) for p, left in turned if abs(left) > 0.15]
    if off:
        yield together(role, "回行缩进", "indent-turned", "顶格", rule.clause, off, "段落的左缩进改成0，回行顶格。")


def _beginnings(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Pieces that begin their paragraph."""
    for piece in pieces:
        first = next((s for s in piece.paragraph.stretches if s.text), None)
        if piece.whole or (
            first is not None and piece.stretches and first.text.startswith(piece.stretches[0].text[:1])
        ):
            yield piece


def _signature(pieces: Sequence[Piece]) -> Iterator[Finding]:
    placed = [p.paragraph.indent("right") for p in pieces if p.paragraph.align == "right"]
    if placed and len(placed) == len(pieces):
        least = min(placed)
        verdict: Verdict = "合格" if 1.7 <= least <= 4.3 else "不合格"
        note = "署名右空二字；成文日期首字比署名首字右移二字，比署名长时右空二字。"
        yield Finding("署名", "右空", f"{least:.2g} 字", "2 字（加盖印章 4 字）", f"{STANDARD} 7.3.5", verdict, "signature-indent",
                      note="" if verdict == "合格" else note)  # fmt: skip


# ---------------------------------------------------------------- wording

_BRACKETS = re.compile(r"[\[［(（]\s*\d{4}\s*[\]］)）]\s*第?\s*\d+\s*[号期]")
_YEAR = re.compile(r"[〔\[［(（]\s*\d{2}\s*[〕\]］)）]\s*第?\s*\d+\s*号")
_ZERO = re.compile(r"第0\d*[期号]|[〕\]］)）]第?0\d*号")
_ORDINAL = re.compile(r"[〔\[［(（]\d{4}[〕\]］)）]\s*第\d+号")
_DATE_ZERO = re.compile(r"\d{4}年(0\d月|\d{1,2}月0\d日)")
_DATE_CHINESE = re.compile(r"[一二][〇○零一二三四五六七八九]{3}年[一二三四五六七八九十]{1,3}月")
_HALF = re.compile(r"[\u4e00-\u9fff][,;:?!](?=[\u4e00-\u9fff])|[\u4e00-\u9fff]\((?=[\u4e00-\u9fff])")
_NUMBER_RULES = (
    (_BRACKETS, "年份括号", "number-brackets", "〔2026〕", "年份用六角括号〔〕，不用圆括号和方括号。"),
    (_YEAR, "年份", "number-year", "四位", "年份写全四位。"),
    (_ZERO, "虚位", "number-zero", "不编虚位", "1 不编为 001、01。"),
    (_ORDINAL, "“第”字", "number-ordinal", "不加“第”", "发文字号的顺序号前不加“第”字。"),
)


def _wording(roles: Roles, profile: Profile) -> Iterator[Finding]:
    numbers = [*roles.of("期号"), *roles.of("发文字号")]
    for pattern, aspect, code, wanted, note in _NUMBER_RULES:
        found: list[Judged] = [("不合格" if pattern.search(p.text) else "合格", _squeezed(p), p) for p in numbers]
        if found:
            yield together("期号", aspect, code, wanted, f"{STANDARD} 7.2.5", found, note)
    yield from _number_form(roles.of("期号"), profile)
    dated = [*roles.of("编印单位"), *roles.of("署名")]
    wrong = [p for p in dated if _DATE_ZERO.search(p.text) or _DATE_CHINESE.search(p.text)]
    found = [("不合格" if p in wrong else "合格", _dated(p), p) for p in dated if "年" in p.text]
    if found:
        note = "日期用阿拉伯数字写全年、月、日，月、日不编虚位。"
        yield together("日期", "写法", "date-form", "2026年6月8日", f"{STANDARD} 7.3.5.4", found, note)
    yield from _titles(roles.of("标题"), profile)
    for pattern, element, aspect, code, note in (
        (_HALF, "标点", "半角标点", "half-punctuation", "汉字之间的标点用全角。"),
        (_BRACKETS, "文号", "年份括号", "reference-brackets", "引用文号的年份用六角括号〔〕。"),
    ):
        hits: list[Judged] = [("提醒", m[0], p) for p in roles.of("正文") if (m := pattern.search(p.text))]
        if hits:
            clause = f"{STANDARD} 7.2.5" if element == "文号" else "GB/T 15834-2011"
            yield together(element, aspect, code, "全角" if element == "标点" else "〔2026〕", clause, hits, note)


def _dated(piece: Piece) -> str:
    return "".join(piece.text.split("\t")[-1].split())[-20:]


def _squeezed(piece: Piece) -> str:
    return "".join(piece.text.split())[-20:]


def _number_form(pieces: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    """The number in the form that the publication gives it."""
    if profile.title is None or not pieces:
        return
    number = profile.title.data.number
    written = _AGAIN.sub("", "".join("".join(p.text.split()) for p in pieces), count=1)
    right = any(re.fullmatch(_form(form), written) for form in (number.form, number.supplement_form))
    yield Finding("期号", "形式", written[:30], number.form.replace("\\n", ""), OWN, "合格" if right else "不合格", "number-form",
                  note="" if right else "按刊物规定的期号形式写。")  # fmt: skip


_AGAIN = re.compile("（(?:第[一二三四五六七八九十]{1,3}次)?更正重印）")  # beside the number of a later printing


def _form(form: str) -> str:
    """A number form as a pattern of what it prints."""
    parts = re.split(r"(\{[^}]*\})", form.replace("\\n", "").replace("\n", ""))
    made = ""
    for part in parts:
        if part == "{系列}":
            made += ".{1,10}"
        elif part.startswith("{"):
            made += "[〇零一二三四五六七八九十百千]{1,12}" if ":汉" in part else r"[1-9]\d{0,5}"
        else:
            made += re.escape("".join(part.split()))
    return made


def _titles(pieces: Sequence[Piece], profile: Profile) -> Iterator[Finding]:
    if not pieces:
        return
    stops: list[Judged] = [
        ("不合格" if p.text.rstrip().endswith(("。", "，", "；", "．", ".")) else "合格", p.text.rstrip()[-1:], p)
        for p in pieces
    ]
    yield together("标题", "末尾标点", "title-stop", "无句号", f"{STANDARD} 7.3.1", stops, "标题末尾不用句号。")
    most = max(pieces, key=lambda p: p.text.strip().count("\n"))
    yield figure("标题", "行数", "title-lines", profile.rules["title-lines"], most.text.strip().count("\n") + 1,
               note=f"标题缩成三行以内：{quoted(most.paragraph)}。")  # fmt: skip


def body(roles: Roles) -> list[Paragraph]:
    """The paragraphs of body text, headings among them, each once."""
    wanted = ("正文", *LEVELS)
    found = {id(p.paragraph): p.paragraph for p in roles.pieces if p.role in wanted}
    return list(found.values())
