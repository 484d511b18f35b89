"""Text to words. The only importer of rjieba, loaded with the first text that has Chinese words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from functools import cache
from itertools import accumulate, pairwise
from typing import Any

from builder.words.lines import NO_START

_OPENERS = frozenset("（《〈「『【〔〖［｛“‘([{")


def word_set(text: str) -> frozenset[str]:
    """Words parted by blanks, as a set."""
    return frozenset(text.split())


# Measure words and what makes another word of them (38项 but 38|项目). Longest first where one begins another.
_UNITS = "|".join(
    (
        "平方公里|平方米|立方米|公里|千米|厘米|毫米|公顷|公斤|千克|千瓦时|千瓦|小时|分钟|季度|方面|周岁|点位",
        "年(?:度|初|底|末|内|以来)|月(?:份|初|底|末)|世纪|年代|工作日|百分点",
        "个(?:工作日|百分点|月|小时|星期|方面|季度|项目)?(?![人体])",
        "[万亿]?(?:千|百)?元(?!旦)",
        "项(?!目)|条(?![例件])|人(?![大民员才口社力])|分(?![工管类别析享布级局])|日(?![常报])|家(?![庭长])",
        "场(?![所地景])|号(?!召)|期(?![间刊末])|户(?![外籍])|级(?!别)|位(?!置)|年(?![轻龄])|面(?![向临对积貌])",
        "支(?![部持出])|组(?!织)|本(?![地市级期年月次轮])|台(?![账风])|套(?!餐)|章(?!程)|所(?![有属在])",
        "村(?![民庄级])|名(?![单称录])|时(?![限间段期效])|次(?!数)|类(?![型别])|处(?![理置罚级])|起(?![草诉步])",
        "周(?![边期转])|天(?!然)|座(?!谈)|例(?![会行])|成(?![效果立为员绩功都])|层(?![面级])|份(?!额)",
        "[月件亩头只辆吨克米岁届款页字批种倍度篇则镇乡县市区队艘栋间张册幅楼点轮步秒里口株块棵箱]",
    )
)
# Possessive parts: a long row of digits is read once (linear time). The look-behind lets a row of Chinese numerals be
# tried once, too, and leaves 统一 alone; a row without a unit is not a number (一一对应). The units stand once: compiling
# them is what importing costs.
_CHINESE = "〇○零一二三四五六七八九十百千万亿两"
_SPECIAL = re.compile(
    r"(?:(?P<digits>[第<>≤≥＜＞±]?[0-9０-９]++(?:[.．,:：][0-9０-９]++)*+"
    r"[余多来]?+(?:(?!千[瓦米克])[十百千万亿])*+[余多]?+(?:[%‰％℃]|[A-Za-z]++)?+)"
    rf"|(?P<ordinal>第[{_CHINESE}]++)|(?<![统唯单专划合同{_CHINESE}])(?P<numeral>[{_CHINESE}]{{2,}}+))"
    rf"(?P<unit>(?<![%‰％℃A-Za-z])(?:{_UNITS}))?"
    r"|(?P<whole>—{2,}|…{2,}|─{2,}|各?县（市、区）"
    r"|[A-Za-z\u00c0-\u024f][0-9A-Za-z\u00c0-\u024f]*+(?:[&'.\-+/_@][0-9A-Za-z\u00c0-\u024f]++)*+)"
)
_PLAIN = re.compile(r"\s+|[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+|.", re.DOTALL)
_SHORT_UNITS = word_set(
    "方面 季度 个月 小时 分钟 大 项 条 件 个 名 家 户 次 期 年 月 日 级 类 批 种 起 场 份 张 位 处 所 人 天 周 倍 成 点"
)
_AFTER_NUMBER = re.compile("以[上下内来]|左右")
_RANGE = frozenset("—–-~～至·/×")  # between two numbers
_GOES_ON = frozenset("年月日时分度")  # 2026年6月8日10时30分

# One-character words that belong to the word before them (车辆管理|所), or before a unit's name to it (市|水利局).
_SUFFIXES = frozenset("局委厅院所站处县区省镇乡村者率型")
_REGIONS = frozenset("市县区省州镇乡")
_BODIES = frozenset("局委办厅院会处站所队部校")

# Terms of the field that a general dictionary cuts apart.
_TERMS = word_set(
    "重要工作分工负责制 分工负责制 督查事项 督查通报 督查快讯 督查专报 工作信息 信息需求要点 信息直报点 领导批示件 "
    "会议议定事项 决策督查 专项查办 问题清单 整改清单 责任清单 人大代表 政协委员 政协提案 建议提案 议案建议 全会精神 "
    "人大代表议案建议 营商环境 中小企业 民营企业 防灭火 森林防灭火 防汛抗旱 防汛救灾 安全生产 生态环境 农业生产 "
    "粮食生产 乡村振兴 民生实事 办证大厅 办证窗口 办事大厅 车管所 派出所 龙舟赛 农机安全 先进单位 先进个人 政务服务 "
    "公共服务 公共卫生 老旧小区 工业增加值 信息报送 抗旱保供水 市场监督管理 住房和城乡建设 人力资源和社会保障 卫生健康 "
    "农业农村 退役军人事务 应急管理 原因分析 对策建议 社情民意 保供水 放管服 一件事 下一步 主要做法 存在问题"
)


# Classes of the dictionary: nouns (so it takes 夏粮 and 养老, for names of people), verbs, abbreviations, set phrases.
_NAMING = word_set("n nr ns nt nz nrt ng v vn an j l i s x")


@cache
def _jieba() -> Any:
    """The dictionary; 0.1 s, hence not at import."""
    import rjieba

    return rjieba


def segment(text: str, vocabulary: Collection[str] = ()) -> list[str]:
    """The words of ``text``, which they join to.

    Numbers stay with 第, unit and % (``第12期``, ``38项``, ``2026年6月8日``, ``1—6月``); Latin words, —— and …… are
    whole; opening marks go with the next word, closing marks and stops with the one before, white space too.
    ``vocabulary`` holds further words, above all the names of units, that stay whole.
    """
    words = _with_vocabulary(list(_raw_words(text)), text, vocabulary)
    return _glue(_glue(words, _belong_together), _mark_sticks)


def names_something(word: str) -> bool:
    """Whether a word of ``segment`` stands for a thing or a doing (河道, 清淤, 安全生产), not for how, when, where or how many.

    What ends the word decides, by the classes of the dictionary; words that it does not know count as names.
    """
    return word in _TERMS or _jieba().tag(word)[-1][1] in _NAMING


def _raw_words(text: str) -> Iterator[str]:
    """Words of the dictionary, numbers with units and ranges, marks one by one."""
    pieces = list(_pieces(text))
    number = ""  # the number that may still go on
    for n, (kind, piece) in enumerate(pieces):
        if number and _goes_on(number, kind, piece, pieces[n + 1][0] if n + 1 < len(pieces) else ""):
            number += piece
            continue
        rest = piece
        if number:
            tail = _AFTER_NUMBER.match(piece)
            rest = piece[tail.end() :] if tail else piece
            yield number + (tail[0] if tail else "")
            number = ""
        if kind == "number":
            number = rest
        elif kind == "row":
            yield from _jieba().cut(rest, True)
        elif rest:
            yield rest
    if number:
        yield number


def _goes_on(number: str, kind: str, piece: str, following: str) -> bool:
    """Whether ``piece`` belongs to the number before it: 2026年|6月|8日, 1|—|6月."""
    if kind == "number":
        return number[-1] in _RANGE or (number[-1] in _GOES_ON and piece[0].isdecimal())
    return piece in _RANGE and following == "number"


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """(kind, piece): "number", "whole" (Latin words, ——), "row" of Han characters, "" for white space and marks."""
    at = 0
    for match in _SPECIAL.finditer(text):
        if match["numeral"] and not match["unit"]:
            continue
        yield from _plain(text[at : match.start()])
        yield ("whole" if match["whole"] else "number"), match[0]
        at = match.end()
    yield from _plain(text[at:])


def _plain(text: str) -> Iterator[tuple[str, str]]:
    for piece in _PLAIN.findall(text):
        yield "row" if len(piece) > 1 and not piece.isspace() else "", piece


def _with_vocabulary(words: list[str], text: str, vocabulary: Collection[str]) -> list[str]:
    """Joins the words that a name of the vocabulary covers.

    A word that only a guess made and that straddles a name's end is cut there; a word of the dictionary (政府办|公室
    in 政府办公室) is joined to the name instead.
    """
    names = {name for name in (*_TERMS, *vocabulary) if len(name) > 1 and name in text}
    if not names:
        return words
    edge = bytearray(len(text) + 1)  # 1 where a word ends or begins
    fixed = bytearray(len(text) + 1)  # 1 inside a longer name, which a shorter one does not cut
    for offset in accumulate(map(len, words), initial=0):
        edge[offset] = 1
    for name in sorted(names, key=lambda n: (-len(n), n)):
        for match in re.finditer(re.escape(name), text):
            for end in match.span():
                if (
                    not edge[end]
                    and not fixed[end]
                    and not _is_known(text[edge.rindex(1, 0, end) : edge.index(1, end)])
                ):
                    edge[end] = 1
            edge[match.start() + 1 : match.end()] = bytes(len(name) - 1)
            fixed[match.start() + 1 : match.end()] = b"\1" * (len(name) - 1)
    return [text[a:b] for a, b in pairwise(i for i, flag in enumerate(edge) if flag)]


def _is_known(word: str) -> bool:
    """Whether ``word`` must not be cut: of the dictionary, or not of Han characters alone."""
    return not all("\u3400" <= c <= "\u9fff" for c in word) or bool(_jieba().has_word(word))


def _glue(words: list[str], together: Callable[[str, str], bool]) -> list[str]:
    """Joins neighbours that belong ``together``, asked of the last piece joined so far and the next word."""
    out: list[list[str]] = []
    for word in words:
        if out and together(out[-1][-1], word):
            out[-1].append(word)
        else:
            out.append([word])
    return ["".join(pieces) for pieces in out]


def _belong_together(left: str, right: str) -> bool:
    if len(left) == 1 and left in "一二三四五六七八九十百两几数" and right in _SHORT_UNITS:
        return True
    if right in _SUFFIXES:
        return len(left) > 1 and "\u3400" <= left[-1] <= "\u9fff"
    return left in _REGIONS and len(right) > 1 and right[-1] in _BODIES


def _mark_sticks(left: str, right: str) -> bool:
    follows = right[0] in NO_START and right[0] != "…"
    return follows or right.isspace() or left[-1] in _OPENERS
