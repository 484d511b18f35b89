"""The foot (报尾): who gets the issue and how many copies are printed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from builder.compose.recipients import PARTS, chosen, recipients, valid
from builder.errors import Fault, Place
from builder.model import Distribution, Issue, Office, RecipientGroup, Source

EXTRAS = "本期增发："  # the lead of the line of recipients that the issue names itself


def foot(issue: Source[Issue], office: Office) -> tuple[tuple[tuple[str, str], ...], int, list[Fault]]:
    """Foot lines, 印数 (Σ copies of the recipients + file + spare + 本期增发), and faults."""
    value = issue.value
    standing = office.distributions.get(value.publication, Distribution())
    faults = [] if value.publication in office.distributions else [_no_list(issue)]
    groups = {g.name: g for g in office.groups}
    used: set[str] = set()
    for part, attribute in PARTS:
        names = [*getattr(standing, attribute), *getattr(value.distribution.add, attribute)]
        faults += _twice(issue, part, names, used)
        faults += _unknown(issue, [n for n in names if n not in groups], groups)
        faults += [_not_valid(issue, groups[n]) for n in names if n in groups and not valid(groups[n], value.day)]
        used |= set(names)
    getting = list(chosen(value, office))
    shown = [(part, [group for p, group in getting if p == part]) for part, _ in PARTS]
    lines = [(f"{part}：", _joined(some)) for part, some in shown if some]
    copies = sum(each.copies for each in recipients(value, office))
    if value.extras:
        lines.append((EXTRAS, "、".join(e.name for e in value.extras) + "。"))
    faults += _not_removed(issue, used)
    if value.copies is not None and value.copies != copies and not faults:
        faults.append(_miscounted(issue, copies))
    return tuple(lines), copies, faults


def longest_at(issue: Source[Issue], office: Source[Office], lines: Sequence[tuple[str, str]]) -> Place:
    """Where the longest of the foot's lines is chosen: in the issue's 本期增发, else in the office's 分发名单."""
    longest = max(lines, key=lambda line: len(line[1]), default=("", ""))
    if longest[0] == EXTRAS:
        return issue.place("本期增发")
    return office.place("分发名单", issue.value.publication)


def office_faults(office: Source[Office]) -> Iterator[Fault]:
    """Names that office.yaml gives twice (recipient groups, units under their full or short names); dates the wrong way round."""
    for n, group in enumerate(office.value.groups):
        if group.since and group.until and group.until < group.since:
            message = f"分发组“{group.name}”的止日 {group.until} 早于起日 {group.since}。"
            yield Fault("office-dates", "error", office.place("分发组", n, "止"), message, "改正“起”或“止”。")
    groups = [(g.name, office.place("分发组", n, "组")) for n, g in enumerate(office.value.groups)]
    units = [
        (name, office.place("单位", n, key))
        for n, u in enumerate(office.value.units)
        for key, name in (("全称", u.name), ("简称", u.short))
        if key == "全称" or name != u.name
    ]
    for what, names in (("分发组", groups), ("单位", units)):
        seen: dict[str, Place] = {}
        for name, place in names:
            if name in seen:
                message = f"{what}“{name}”在第{seen[name].line}行已经有了。"
                yield Fault("office-twice", "error", place, message, "两处合为一处，或改一个名称。")
            seen.setdefault(name, place)


def _no_list(issue: Source[Issue]) -> Fault:
    message = f"office.yaml 的“分发名单”里没有 {issue.value.publication}。"
    hint = "在 content/office.yaml 的“分发名单”下补上这个刊物的报、送、发。"
    return Fault("no-distribution", "error", issue.place("刊物"), message, hint)


def _not_removed(issue: Source[Issue], used: set[str]) -> list[Fault]:
    hint = f"名单中有：{'、'.join(sorted(used))}。"
    return [
        Fault("unknown-recipient", "error", issue.place("分发", "删去"), f"“删去”中的“{n}”不在本刊的分发名单里。", hint)
        for n in issue.value.distribution.remove
        if n not in used
    ]


def _joined(groups: list[RecipientGroup]) -> str:
    """Groups are parted by ， where one of them has 、 inside, else by 、; the line ends with 。 (docs/layout.md)."""
    mark = "，" if any("、" in g.text for g in groups) else "、"
    return mark.join(g.text for g in groups) + "。"


def _not_valid(issue: Source[Issue], group: RecipientGroup) -> Fault:
    """A group of the list that does not receive issues of this day."""
    early = group.since is not None and issue.value.day < group.since
    told = f"{group.since}起才收文" if early else f"{group.until}以后不再收文"
    message = f"分发组“{group.name}”{told}，{issue.value.day} 的本期没有发给它。"
    hint = "照此付印则不用改；日期不对，改 office.yaml 中这一组的“起”“止”；不再需要，从“分发名单”中去掉。"
    return Fault("recipient-dates", "warning", issue.place("日期"), message, hint)


def _twice(issue: Source[Issue], part: str, names: list[str], used: set[str]) -> list[Fault]:
    again = sorted({n for n in names if names.count(n) > 1 or n in used})
    return [
        Fault(
            "recipient-twice",
            "error",
            issue.place("分发"),
            f"分发组“{name}”在名单中出现两次（{part}）。",
            "从“分发名单”或本期的“增加”中去掉一处。",
        )
        for name in again
    ]


def _unknown(issue: Source[Issue], names: list[str], groups: dict[str, RecipientGroup]) -> list[Fault]:
    return [
        Fault(
            "unknown-recipient",
            "error",
            issue.place("分发"),
            f"没有名为“{name}”的分发组。",
            f"在 content/office.yaml 的“分发组”中添加，或改用：{'、'.join(sorted(groups)) or '（尚无）'}。",
        )
        for name in names
    ]


def _miscounted(issue: Source[Issue], copies: int) -> Fault:
    return Fault(
        "copies-differ",
        "error",
        issue.place("印数"),
        f"印数写的是 {issue.value.copies}，按分发名单计算是 {copies}。",
        f"改为 {copies}，或删去“印数”，由系统计算；名单有变就改“分发”。",
    )
