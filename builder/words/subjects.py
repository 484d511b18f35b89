"""What the titles of a year are about: the words under which a reader of its index would look for an entry.

The rule can be told to an editor in two sentences: a word, or words that always stand together, is a subject where it occurs in the titles
of two entries or more; an entry without such a word, or with the names of places alone, stands under the longest phrase of its own
title, or under the title where that has none. Words without content of their own (推进, 工作, 见成效 …), numbers, times and the names of
units are no subjects. An entry that was given subjects by its editors stands under these instead, and so does every title with the word.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence

from builder.words.segment import names_something, segment, word_set

_LONGEST = 4  # words of one subject
_EVERYWHERE = 8  # a subject of more than an eighth of many entries tells them apart no more
_MANY = 20  # entries under one subject that are never too many
_WIDEST = 12  # characters of a phrase
_MARKS = "“”‘’《》〈〉（）()【】、，。：；！？,:;!? 　"
_NAMED = 15  # characters of a title in place of a subject
_EMPTY = word_set(
    "工作 情况 问题 机制 专项 人员 偏低 偏高 滞后 通报 通知 报告 建议 措施 做法 成效 成果 效果 意见 方案 "
    "办法 会议 讲话 要求 任务 目标 重点 难点 全市 全县 全区 全省 全面 各地 各级 部门 单位 有关 相关 方面 "
    "进展 现象 进行 反映 事项 稿件 题目 安排 上半年 下半年 季度 年度 月份 近期 当前 今年 去年 第一 推进 推动 "
    "推行 加强 加快 加大 强化 深化 优化 细化 开展 召开 举办 举行 组织 实施 落实 抓好 做好 抓实 做实 扎实 "
    "积极 有力 有效 有序 切实 持续 深入 坚持 提高 提升 提前 提出 提供 建立 建成 建设 构建 打造 完成 完善 "
    "健全 实现 促进 促使 助力 聚焦 围绕 突出 着力 全力 努力 启动 启用 开通 开业 通车 取得 获得 形成 出现 "
    "发现 存在 解决 值得 应予 应当 需要 亟待 亟需 亟待解决 重视 关注 注意 引起 导致 影响 加以 通过 采取 出台 "
    "印发 下发 制定 发布 公布 部署 动员 确保 保证 保障 力争 力促 带动 引领 创新 创建 探索 实行 试行 试点 "
    "增加 增长 下降 减少 达到 超过 突破 完毕 结束 开始 进入 成立 设立 参加 参与 接受 收到 办理 处理 查清 "
    "到位 会同 集中 完工 竣工 整改 全部 部分 不少 较多 较大 明显 简化 理顺 分类 施策 一线 四个 三个 两个 一处 多个 盼望 希望 呼吁 "
    "群众 干部 领导 同志 排队 过长 现场 今后 下一步 时限 动态 质量 上报 表示 认为 指出 强调 为 使 让 把 被 "
    "将 再 要 成 成为 作为 具有 没有 不再 仍 仍然 已经 正在 如何 怎样 见成效 见效 见实效 显效 显成效 显实效 奏效 实效 "
    "新成效 新突破 新进展 新台阶 实招 出实招 见行动 再上新台阶 上台阶 见真章 提质 增效 提效 提质增效 提质增速 提速"
)
_FOR = frozenset("促助保谋")  # before the last words of a title: 促增收, 助发展
_GAINS = word_set("增收 发展 增长 升级 转型 繁荣 稳定 平安 和谐 丰收 致富 生产 提升 落实 见效 共富 振兴")
_PLACE = 3  # characters of a name like 青峪县
_DIVISIONS = frozenset("县市区镇乡村")


def subjects(
    titles: Sequence[str], vocabulary: Collection[str] = (), given: Sequence[tuple[str, ...]] = ()
) -> list[tuple[str, ...]]:
    """The subjects of each title, in the order in which they stand in it; none where the title is that of too many.

    The same titles give the same subjects.

    Args:
        titles: one of each entry.
        vocabulary: the names of units: they stay whole and are no subjects.
        given: subjects that editors gave an entry, in the order of the titles; it has these and no others, and every title
            without any that has the same word stands beside it, however many these are. () for an entry, or for all, where the
            title decides.
    """
    own = given or [()] * len(titles)
    known = {word for words in own for word in words}
    found = [
        dict.fromkeys(words or _could_stand_under(title, vocabulary, known))
        for title, words in zip(titles, own, strict=True)
    ]
    where: dict[str, list[int]] = defaultdict(list)
    for n, phrases in enumerate(found):
        for phrase in phrases:
            where[phrase].append(n)
    kept = {phrase for phrase, entries in where.items() if 1 < len(entries) <= too_many(len(titles))}
    kept = (kept - _covered(kept, where)) | known
    alike = Counter(titles)
    return [
        words
        or _of_one([p for p in each if p in kept], [p for p in each if len(where[p]) == 1])
        or ((_short(title),) if title and alike[title] <= too_many(len(titles)) else ())
        for title, each, words in zip(titles, found, own, strict=True)
    ]


def too_many(entries: int) -> int:
    """How many of these entries may stand under one subject: with more, it tells them apart no longer."""
    return max(_MANY, entries // _EVERYWHERE)


def _could_stand_under(title: str, vocabulary: Collection[str], known: Collection[str]) -> Iterator[str]:
    """The phrases of a title, and those words ``known`` from other entries that it has whole, however it writes them."""
    words = [folded(word) for word in segment(title, vocabulary)]
    whole = "".join(words)
    inside = {plain: word for word in known if (plain := folded(word)) in whole}
    longest = max(map(len, inside), default=0)
    for begin in range(len(words) if inside else 0):
        row = ""
        for word in words[begin:]:
            row += word
            if row in inside:
                yield inside[row]
            if len(row) >= longest:
                break
    for run in _runs(title, vocabulary):
        yield from _phrases(run)


def folded(word: str) -> str:
    """What a reader takes for the same word: without quotes and other marks, small letters, those of full width narrow."""
    return "".join(c for c in unicodedata.normalize("NFKC", word).casefold() if c not in _MARKS)


def _bare(word: str) -> str:
    return word.strip(_MARKS)


def _short(title: str) -> str:
    return title if len(title) <= _NAMED else f"{title[: _NAMED - 1]}……"


def _runs(title: str, vocabulary: Collection[str]) -> Iterator[list[str]]:
    """Words of a title that could be subjects, as many as stand together."""
    run: list[str] = []
    before = ""
    for word in segment(title, vocabulary):
        bare = _bare(word)
        gain, before = before in _FOR and bare in _GAINS, bare
        if _could_be(bare, vocabulary) and not gain:
            parted = not word.startswith(bare[0]) or _is_place(bare) or _is_place(run[-1] if run else "")
            if parted and run:  # by a mark, or as the name of a place is
                yield run
                run = []
            run.append(bare)
            if word.endswith(bare[-1]):
                continue
        if run:
            yield run
        run = []
    if run:
        yield run


def _could_be(word: str, vocabulary: Collection[str]) -> bool:
    return (
        len(word) > 1
        and word not in _EMPTY
        and word not in vocabulary
        and all("\u3400" <= c <= "\u9fff" for c in word)
        and names_something(word)
    )


def _phrases(run: Sequence[str]) -> Iterator[str]:
    """All rows of words that are no longer than a subject may be."""
    for begin in range(len(run)):
        for end in range(begin + 1, min(begin + _LONGEST, len(run)) + 1):
            if len(phrase := "".join(run[begin:end])) <= _WIDEST:
                yield phrase


def _covered(kept: Collection[str], where: dict[str, list[int]]) -> set[str]:
    """Subjects that occur in just the entries of a longer one of which they are part."""
    alike: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for phrase in kept:
        alike[tuple(where[phrase])].append(phrase)
    return {short for group in alike.values() for short in group if any(short != p and short in p for p in group)}


def _is_place(word: str) -> bool:
    """Whether a word of a title is the name of a place such as 青峪县; few others look like one."""
    return len(word) == _PLACE and word[-1] in _DIVISIONS


def _of_one(shared: Sequence[str], alone: Sequence[str]) -> tuple[str, ...]:
    """The subjects of a title: what others have as well; where that is nothing but places, its longest phrase too, the first of equals.

    ``alone`` are the phrases that no other title has, so that what too many share is not taken.
    """
    if not all(map(_is_place, shared)):
        return tuple(shared)
    longest = max(
        (p for p in alone if shared == [] or not _is_place(p)), key=lambda p: (not _is_place(p), len(p)), default=""
    )
    return (*shared, longest) if longest else tuple(shared)
