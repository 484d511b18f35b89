"""What offices call their columns: the keys that a ledger's column may stand for, and which one a head means."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Sequence
from functools import cache
from typing import Literal

from pydantic import BaseModel

from builder.content.shapes import fields
from builder.model import Matter, Problem

Kind = Literal["事项", "问题"]
KINDS: tuple[Kind, Kind] = ("事项", "问题")
MODELS: dict[str, type[BaseModel]] = {"事项": Matter, "问题": Problem}
STATE, PROGRESS = "状态", "反馈.进展"
LONGEST = 40  # characters of a head that is looked up
SURE = 0.9  # from here on a head is a known word; below it is a guess
_GUESS = 0.72

# Key → words for it, the surest first. A dot leads into an entry of a list (反馈, 延期).
_NUMBERS = ("督查编号", "事项编号", "立项编号", "任务编号", "台账编号", "收文编号", "来文编号", "文号", "件号")
_SERIAL = ("序号", "序", "No", "项次")
_UNITS = (
    *("责任部门", "配合单位", "配合部门", "协办单位", "协办部门", "协同单位", "参加单位", "落实单位", "会办单位"),
    *("责任单位及配合单位", "配合责任单位"),
)
_NOTE = ("说明", "附注", "备考", "其他")
_SUBJECTS = ("关键词",)
WORDS: dict[Kind, dict[str, tuple[str, ...]]] = {
    "事项": {
        "编号": (*_NUMBERS, *_SERIAL),
        "类别": ("事项类别", "督查类别", "任务类别", "类型", "事项类型"),
        "方面": ("所属方面", "工作方面", "领域", "工作领域", "板块"),
        "事项": (
            *("督查事项", "督办事项", "事项内容", "工作事项", "工作任务", "重点任务", "目标任务", "主要任务", "任务"),
            *(
                "任务内容",
                "工作内容",
                "批示事项",
                "批示内容",
                "议定事项",
                "重点工作",
                "工作要点",
                "任务名称",
                "事项名称",
            ),
            *("事由", "内容"),
        ),
        "立项依据": ("依据", "文件依据", "任务来源", "事项来源", "立项来源", "交办来源", "来源", "批示领导", "批示人"),
        "分管领导": ("市级分管领导", "分管市领导", "县级分管领导", "包抓领导", "牵头领导", "责任领导", "市领导"),
        "牵头单位": (
            *("主办单位", "承办单位", "牵头部门", "主办部门", "承办部门", "主责单位", "牵头责任单位", "主要责任单位"),
            *("牵头承办单位",),
        ),
        "责任单位": _UNITS,
        "责任人": ("责任人员", "具体责任人", "单位责任人", "负责人", "主要负责人"),
        "收件日": ("收件日期", "收件时间", "收文日期", "收文时间", "来文日期", "来文时间", "收到日期"),
        "交办日": ("交办日期", "交办时间", "下达日期", "下达时间", "转办日期", "转办时间", "立项日期", "立项时间"),
        "完成时限": (
            *("办结时限", "办理时限", "截止日期", "截止时间", "完成期限", "办结期限", "办理期限", "要求完成时间"),
            *("要求办结时间", "要求时限", "时限要求", "时间节点", "完成时间", "时限", "期限"),
        ),
        "反馈.日期": ("反馈日期", "反馈时间", "填报日期", "填报时间", "更新日期", "更新时间"),
        PROGRESS: (
            *("进展", "进展情况", "工作进展", "最新进展", "目前进展", "办理情况", "办理进展", "办理结果", "落实情况"),
            *("落实进展", "完成情况", "推进情况", "反馈情况", "反馈内容", "工作进展情况", "办理进展情况"),
        ),
        "反馈.问题": ("存在问题", "存在的问题", "困难问题", "存在困难", "主要问题", "问题和困难", "困难和问题"),
        "反馈.下一步": (
            "下一步",
            "下一步打算",
            "下一步计划",
            "下一步工作",
            "下一步措施",
            "下步打算",
            "下步工作",
            "下步措施",
        ),
        STATE: ("办理状态", "事项状态", "当前状态", "完成状态", "进展状态", "办理进度", "进度", "是否办结"),
        "延期.批准人": ("延期批准人", "批准人"),
        "延期.新时限": ("新时限", "延期至", "延期时限", "调整后时限", "延期后时限"),
        "办结日": ("办结日期", "办结时间", "实际办结时间", "实际完成时间", "完结日期"),
        "退回次数": ("退回重办次数",),
        "销号日": ("销号日期", "销号时间"),
        "备注": _NOTE,
        "主题词": _SUBJECTS,
    },
    "问题": {
        "编号": ("问题编号", *_NUMBERS, *_SERIAL),
        "点位": ("问题点位", "检查点位", "点位名称", "检查地点", "问题地点", "地点", "检查对象", "受检单位", "位置"),
        "问题描述": (
            *(
                "问题",
                "存在问题",
                "存在的问题",
                "发现问题",
                "发现的问题",
                "问题内容",
                "具体问题",
                "主要问题",
                "问题情况",
            ),
            *("问题清单", "问题表现"),
        ),
        "属地": ("所在县区", "所属县区", "县区", "所在地", "所属地区", "辖区", "县市区", "县"),
        "责任单位": ("整改单位", "整改责任单位", "整改责任部门", "整改部门", "承办单位", "牵头单位", *_UNITS),
        "整改要求": ("整改措施", "整改意见", "整改目标", "整改建议", "处理意见", "整改任务"),
        "整改时限": (
            "整改期限",
            "整改完成时限",
            "限改日期",
            "整改截止日期",
            "完成时限",
            "办结时限",
            "截止日期",
            "时限",
        ),
        "整改情况": (
            "整改进展",
            "整改进展情况",
            "整改落实情况",
            "整改结果",
            "整改状态",
            "办理情况",
            "进展情况",
            "落实情况",
        ),
        "照片": ("照片文件名", "图片", "附图"),
        "备注": _NOTE,
        "主题词": _SUBJECTS,
    },
}


def keys(kind: Kind) -> tuple[str, ...]:
    """The keys that a column may stand for, in the order of the model."""
    order = list(fields(MODELS[kind]))
    return tuple(sorted(WORDS[kind], key=lambda key: order.index(key.partition(".")[0])))


def serial(head: str) -> bool:
    """Whether the head is that of a mere running number."""
    return plain(head) in {plain(word) for word in _SERIAL}


def choices(kind: Kind, key: str) -> tuple[str, ...]:
    """The words that a key may hold, where they are a closed list."""
    found = fields(MODELS[kind]).get(key)
    return tuple(word for word in found[1].values if word) if found else ()


_BRACKETS = re.compile(r"\([^()]{0,40}\)")
_MARKS = re.compile(r"[\s*★▲:,.;、。·/_-]+")


def plain(head: str) -> str:
    """A head without white space, marks and bracketed remarks: ``完 成时限（年/月）`` → ``完成时限``."""
    text = unicodedata.normalize("NFKC", head)
    return _MARKS.sub("", _BRACKETS.sub("", text)) or _MARKS.sub("", text)


@cache
def _known(kind: Kind) -> dict[str, tuple[float, str]]:
    """Plain word → (score, key); a key's own name before any other word, the surer before the less sure."""
    found: dict[str, tuple[float, str]] = {}
    for key, words in WORDS[kind].items():
        for rank, word in enumerate((key.replace(".", ""), *words)):
            score = 1.0 if rank == 0 else 0.99 - rank * 0.002
            if found.get(plain(word), (0.0, ""))[0] < score:
                found[plain(word)] = (score, key)
    return found


def known(head: str) -> bool:
    """Whether the head is a word for some key of either kind."""
    word = plain(head) if len(head) <= LONGEST else ""
    return any(word in _known(kind) for kind in KINDS)


def meaning(parts: Sequence[str], kind: Kind) -> list[tuple[float, str]]:
    """What a head may mean: (score 0–1, key), the best first.

    Args:
        parts: the lines of the head from top to bottom; the last says most, all together may say more.
        kind: of the ledger.
    """
    shorter = [word for word in (*reversed(parts), "".join(parts)) if len(word) <= LONGEST]
    words = list(dict.fromkeys(plain(word) for word in shorter if plain(word)))
    best: dict[str, float] = {}
    for word in words:
        table = _known(kind)
        if word in table:
            score, key = table[word]
            best[key] = max(best.get(key, 0.0), score)
            continue
        for near in difflib.get_close_matches(word, table, n=3, cutoff=_GUESS):
            key = table[near][1]
            score = difflib.SequenceMatcher(None, word, near).ratio() * (SURE - 0.01)
            best[key] = max(best.get(key, 0.0), score)
    return sorted(((score, key) for key, score in best.items()), key=lambda pair: (-pair[0], pair[1]))
