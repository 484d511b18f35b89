"""Title lines: breaks at word boundaries in a balanced shape (GB/T 9704-2012, 7.3.1: 梯形 or 菱形).

Every place between two words has a cost, every division of the title into lines a shape; the division with the
least sum wins among those with the fewest lines. Costs are in arbitrary units: 1 is a slight blemish, 5 something
an editor would correct.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import accumulate, pairwise

from builder.words.breaking import broken
from builder.words.lines import NO_END, NO_START, width
from builder.words.segment import segment, word_set

TITLE_LINES = 3  # what a title should take at most (docs/layout.md)
_BREAK = "\\n"  # typed in a title (a backslash and an n) where the editor wants the line to end
_BALANCED = 6  # a text of more lines is no title any more: its lines are filled one after the other
_NEVER = float("inf")
_EPSILON = 1e-6


# Words that lean on the word before them: no line begins with them.
_ENCLITICS = word_set("的 地 得 了 着 过 们 等 之 吗 呢 等等 似的 以来 以上 以下 以内 之一 之间")
_CONJUNCTIONS = word_set("和 与 及 暨 或 并 以及 并且 或者")
_PREPOSITIONS = word_set(
    "对 在 为 以 从 向 把 将 被 让 给 由 按 据 因 就 使 对于 按照 根据 通过 围绕 针对 结合 为了 由于"
)
# Words that only say how or which: the word they qualify should follow on the same line.
_QUALIFIERS = word_set(
    "进一步 切实 全面 扎实 不断 着力 大力 积极 认真 深入 持续 努力 有效 明显 显著 重要 重大 突出 主要 各项 较大 较好 "
    "已 未 不 再 又 也 均 都 已经 正在 尚未 没有 应 应当 必须 要 可 能 可以 做好 抓好 开展 加强 推进 推动 全市 全县 "
    "全区 我市 我县 部分 有关 相关 若干 多 少 一 各 每 新 老 实现 取得 成为 呈现 存在 促进 确保 建立 加快 提高 按时 "
    "及时 当日 阶段性 全部 基本 逐步 稳步 有序"
)
# Nouns that close a phrase (…落实|情况): better at a line's end than at its beginning.
_CLOSERS = word_set("情况 工作 问题 成效 任务 机制 活动 措施 行动 隐患 事项 项目 资金 制度 体系 能力 水平 办法")
_SUFFIXES = word_set("办 会 部 化 性 度 法 类 型 期 点 线 量 员 队 长 体 网 费 金")
_OPENERS = "".join(sorted(NO_END))
_FOLLOWERS = "".join(sorted(NO_START))


def plain_title(title: str) -> str:
    """A title as typed without the editor's marks for line breaks."""
    return title.replace(_BREAK, "")


def title_rows(title: str, size: float, total: float, vocabulary: Collection[str] = ()) -> tuple[str, ...]:
    """The printed lines of a title as typed, set in ``size`` pt in a width of ``total`` mm; see `title_lines`."""
    columns = total / 25.4 * 72 / size
    return title_lines(title.replace(_BREAK, "\n"), columns, TITLE_LINES, vocabulary)


def title_lines(
    text: str,
    width: float,
    max_lines: int,
    vocabulary: Collection[str] = (),
    advances: Mapping[str, float] | None = None,
) -> tuple[str, ...]:
    """The lines of a title, each at most ``width`` em wide; they join to ``text`` without its line breaks.

    A line break in ``text`` is the editor's own and kept. Otherwise: fewest lines, at word boundaries, never inside a
    number with its unit, never with 的 or a closing mark at a line's beginning nor 关于 at its end; then the best
    shape. More than ``max_lines`` lines come back when the text does not fit otherwise (the caller warns); beyond six
    they are filled greedily, in linear time. A word wider than a line is cut. ``vocabulary`` and ``advances`` as in
    `segment` and `lines.width`.
    """
    given = [part for part in text.split("\n") if part]
    out: list[str] = []
    for index, part in enumerate(given):
        allowed = max_lines - len(out) - (len(given) - index - 1)
        out += _part_lines(part, width, allowed, vocabulary, advances)
    return tuple(out)


def _part_lines(
    text: str, limit: float, max_lines: int, vocabulary: Collection[str], advances: Mapping[str, float] | None
) -> list[str]:
    if width(text.rstrip(), advances) <= limit + _EPSILON:
        return [text]
    words = segment(text, vocabulary)
    best = _divide(words, _costs(words), limit, advances)
    if len(best) > max_lines:
        # Rather a blemish (等 or a list's 关于 at the wrong end) than a line too many; 的 and marks stay forbidden.
        relaxed = _divide(words, _costs(words, strict=False), limit, advances)
        best = relaxed if len(relaxed) <= max_lines else best
    return best


# ---------------------------------------------------------------- costs of breaks


def _costs(words: Sequence[str], strict: bool = True) -> list[float]:
    """The cost of a line break after each word but the last."""
    costs = []
    depth = 0  # inside quotation marks, book titles or brackets
    for left, right in pairwise(words):
        depth += _opening(left)
        costs.append(_cost(left, right, strict) + 5.0 * max(0, depth))
    return costs


def _opening(word: str) -> int:
    return sum((c in NO_END) - (c in "）》〉」』】〕〗］｝”’)]}") for c in word)


def _cost(left: str, right: str, strict: bool) -> float:
    end, start = left.rstrip(), right.strip()
    if not end or not start:
        return 0.0  # nothing but blanks on one side
    if start[:1] in NO_START or end[-1:] in NO_END or start == "的":
        return _NEVER
    if end[-1] in "”》" and start[0] in "类型式化":
        return _NEVER  # “动态”类
    if strict and (start in _ENCLITICS or end == "关于"):
        return _NEVER
    cost = 0.0
    if end[-1] in "，；：。！？" or left[-1].isspace():
        cost -= 3
    elif end[-1] == "、":
        cost += 1
    if start[0] == "—":
        cost -= 3
    elif start[0] in NO_END:
        cost -= 0.5
    cost += _cost_of_end(end.lstrip(_OPENERS), start)
    return cost + _cost_of_start(start.lstrip(_OPENERS), end)


def _cost_of_end(word: str, following: str) -> float:
    if word in _CONJUNCTIONS:
        return 8.0
    if word in _PREPOSITIONS or word in _ENCLITICS - {"的"} or word == "关于":
        return 6.0
    if word in _QUALIFIERS:
        return 3.0
    if word[0] in "0123456789第" or word in ("三大", "几个"):
        return 2.0 if following[0] not in NO_END else 3.0
    return 0.0


def _cost_of_start(word: str, before: str) -> float:
    if word in _CONJUNCTIONS:
        return 2.5
    if word in _PREPOSITIONS or word == "关于":
        return -0.5
    if word in _ENCLITICS:
        return 6.0
    cost = 0.0
    if len(word.rstrip(_FOLLOWERS)) == 1 and before[-1] not in "，；：、。—”》）的":
        # A single character is often half of a word the dictionary does not know.
        cost += 5.0 if word in _SUFFIXES else 1.5
    if len(before) == 1 and before not in "的—":
        cost += 1.5
    if word in _CLOSERS:
        cost += 0.0 if before[-1] in "，、" else 1.0 if before == "的" else 2.0
    return cost


# ---------------------------------------------------------------- division into lines


def _divide(
    words: Sequence[str], costs: Sequence[float], limit: float, advances: Mapping[str, float] | None
) -> list[str]:
    """The best division of ``words`` into as few lines as the costs below infinity allow."""
    blocks, between = _blocks(words, costs, limit, advances)
    widths = [min(width(block, advances), limit) for block in blocks]  # white space at an end may stick out
    sums = [0.0, *accumulate(widths)]
    fewest = 1 + sum(1 for _ in _filled(widths, limit))
    if fewest <= 3:
        cuts = min(_divisions(sums, fewest, limit), key=lambda c: (_badness(c, sums, between, limit), c))
    elif fewest > _BALANCED:
        cuts = tuple(_filled(widths, limit))
    else:
        cuts = _optimum(sums, between, fewest, limit)
    edges = [0, *cuts, len(blocks)]
    return ["".join(blocks[a:b]) for a, b in pairwise(edges)]


def _blocks(
    words: Sequence[str], costs: Sequence[float], limit: float, advances: Mapping[str, float] | None
) -> tuple[list[str], list[float]]:
    """Words joined where no break may be, and the costs between the blocks; a block wider than a line is cut."""
    blocks = [words[0]]
    between: list[float] = []
    for word, cost in zip(words[1:], costs, strict=True):
        if cost == _NEVER:
            blocks[-1] += word
        else:
            blocks.append(word)
            between.append(cost)
    out: list[str] = []
    out_between: list[float] = []
    for index, block in enumerate(blocks):
        pieces = [block] if width(block, advances) <= limit + _EPSILON else list(_cut(block, limit, advances))
        if index:
            out_between.append(between[index - 1])
        out += pieces
        out_between += [4.0] * (len(pieces) - 1)
    return out, out_between


def _cut(block: str, limit: float, advances: Mapping[str, float] | None) -> Iterator[str]:
    """A block wider than a line as body text is broken; a word that is still wider, wherever the line ends."""
    widths = [width(c, advances) for c in block]
    at = 0
    for line in broken(block, limit, widths=widths):
        stop = at + len(line)
        if sum(widths[at : at + len(line.rstrip())]) <= limit + _EPSILON:
            yield line
        else:
            cuts = [at, *(at + n for n in _filled(widths[at:stop], limit)), stop]
            yield from (block[a:b] for a, b in pairwise(cuts))
        at = stop


def _filled(widths: Sequence[float], limit: float) -> Iterator[int]:
    """The cuts that fill line after line."""
    room = limit
    for index, block in enumerate(widths):
        if block > room + _EPSILON and room < limit:
            yield index
            room = limit
        room -= block


def _divisions(sums: Sequence[float], count: int, limit: float, start: int = 0) -> Iterator[tuple[int, ...]]:
    """All ways to cut the blocks from ``start`` on into ``count`` lines of at most ``limit``."""
    last = len(sums) - 1
    if count == 1:
        yield ()
        return
    for cut in range(start + 1, last):
        if sums[cut] - sums[start] > limit + _EPSILON:
            return
        if sums[last] - sums[cut] <= (count - 1) * limit + _EPSILON:
            yield from ((cut, *rest) for rest in _divisions(sums, count - 1, limit, cut))


def _badness(cuts: Sequence[int], sums: Sequence[float], between: Sequence[float], limit: float) -> float:
    edges = (0, *cuts, len(sums) - 1)
    lines = [sums[b] - sums[a] for a, b in pairwise(edges)]
    return sum(between[c - 1] for c in cuts) + _shape(lines, limit)


def _shape(lines: Sequence[float], limit: float) -> float:
    """How far the lines' widths are from 梯形 or 菱形; 0 is good."""
    mean = sum(lines) / len(lines)
    cost = sum((line - mean) ** 2 for line in lines) * 1.6 / limit
    if lines[-1] < 3:
        cost += 15.0  # a last line of one or two characters
    elif lines[-1] < 5:
        cost += 3.0
    if len(lines) > 1 and max(lines) - min(lines) < 1:
        cost += 0.3  # a rectangle: allowed, but the standard names other shapes
    if len(lines) == 3 and lines[1] < min(lines[0], lines[2]) - 0.5:
        cost += 5.0  # sandglass
    return cost


def _optimum(sums: Sequence[float], between: Sequence[float], count: int, limit: float) -> tuple[int, ...]:
    """The best ``count`` − 1 cuts for four lines and more: even lines, cheap breaks (dynamic programming)."""
    last = len(sums) - 1
    mean = sums[-1] / count
    best: list[dict[int, tuple[float, tuple[int, ...]]]] = [{0: (0.0, ())}]
    for line in range(1, count + 1):
        reached: dict[int, tuple[float, tuple[int, ...]]] = {}
        for start, (cost, cuts) in best[-1].items():
            for stop in range(start + 1, last + 1):
                taken = sums[stop] - sums[start]
                if taken > limit + _EPSILON:
                    break
                if (stop == last) != (line == count):
                    continue
                step = (taken - mean) ** 2 * 1.6 / limit + (between[stop - 1] if stop < last else 0.0)
                here = (cost + step, (*cuts, stop) if stop < last else cuts)
                if stop not in reached or here < reached[stop]:
                    reached[stop] = here
        best.append(reached)
    return best[-1][last][1]
