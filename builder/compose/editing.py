"""The editing state of items (编辑状态) against the issues that use them: faults that ``check`` and ``build`` tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from builder.compose.usage import item_uses
from builder.errors import Fault, Place
from builder.model import Issue, Item, Library, Source

Use = tuple[Source[Issue], Place]


def editing_faults(library: Library) -> list[Fault]:
    """Items refused without a reason, used though refused or not yet edited, or used twice by one publication."""
    uses = item_uses(library)
    faults = [_reason_missing(s) for s in library.items.values() if s.value.state == "不用" and not s.value.refusal]
    for name, places in uses.items():
        faults += _unready(library.items[name], places)
        faults += _twice(name, places)
    return faults


def _reason_missing(item: Source[Item]) -> Fault:
    message = "编辑状态写了“不用”，没有写理由。"
    return Fault("refusal-reason", "error", item.place("编辑状态"), message, "补一行“不用理由: …”。")


def _unready(item: Source[Item], places: Sequence[Use]) -> Iterator[Fault]:
    """A warning wherever an issue uses an item that its own file calls 不用 or 待编."""
    if item.value.state not in ("不用", "待编"):
        return
    reason = f"（{item.value.refusal}）" if item.value.state == "不用" and item.value.refusal else ""
    message = f"信息“{item.id}”的编辑状态是“{item.value.state}”{reason}，却编入了本期。"
    hint = f"从本期撤下，或把 {item.file} 的编辑状态改为 拟用。"
    for _, place in places:
        yield Fault("item-unready", "warning", place, message, hint)


def _twice(name: str, places: Sequence[Use]) -> Iterator[Fault]:
    """A warning on every use of an item in several issues of one publication, with all places named."""
    by_publication: dict[str, list[Use]] = defaultdict(list)
    for use in places:
        by_publication[use[0].value.publication].append(use)
    for publication, uses in by_publication.items():
        issues = list(dict.fromkeys(issue.id for issue, _ in uses))
        if len(issues) < 2:
            continue
        told = "、".join(f"{issue.id}（{place}）" for issue, place in uses)
        message = f"信息“{name}”编入了刊物 {publication} 的{len(issues)}期：{told}。"
        for _, place in uses:
            yield Fault("item-in-two", "warning", place, message, "只留在一期；确要重登的不必处理。")
