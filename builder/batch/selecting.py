"""Which issues of a workspace a run is about: by name, publication, year and day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from fnmatch import fnmatchcase

from builder.batch.opening import SlimOpened
from builder.content import Known, resolve
from builder.errors import Fault, InvalidContent, Place, UsageError
from builder.model.fields import full_day
from builder.workflow.naming import issue_id


def select(
    opened: SlimOpened,
    names: Sequence[str] = (),
    publications: Sequence[str] = (),
    years: Sequence[int] = (),
    since: date | None = None,
) -> tuple[str, ...]:
    """Ids of the issues that are meant, sorted; broken ones among them, unless publication or day are asked for: they have none.

    Args:
        opened: the workspace.
        names: ids, bare names or paths of issue files; none means all.
        publications: ids, names (刊名) or patterns of ids (``kuaibao-*``); an issue of any of them counts.
        years: of the issue's day; any of them counts.
        since: the earliest day.

    Raises:
        InvalidContent: a name that is no issue, with all such names.
        UsageError: a publication that there is not.
    """
    wanted = _chosen(opened, names) if names else opened.ids
    titles = {name for each in publications for name in _publications(opened, each)}
    heads = opened.heads
    if titles:
        wanted = tuple(name for name in wanted if heads[name].publication in titles)
    if years:
        starts = tuple(f"{year:04}-" for year in years)
        wanted = tuple(name for name in wanted if heads[name].day.startswith(starts))
    if since:
        wanted = tuple(name for name in wanted if heads[name].day >= since.isoformat())
    return wanted


def _chosen(opened: SlimOpened, names: Sequence[str]) -> tuple[str, ...]:
    known = Known(opened.ids)
    ids: set[str] = set()
    faults: list[Fault] = []
    for name in names:
        typed = issue_id(opened.workspace, name)
        found = resolve("issue", typed, known.concerning([typed]) or opened.ids)
        if isinstance(found, Fault):
            faults.append(found)
        else:
            ids.add(found)
    if faults:
        raise InvalidContent("没有这样的期。", "用 jianbao list issues 看有哪些期。", tuple(faults))
    return tuple(sorted(ids))


def _publications(opened: SlimOpened, typed: str) -> list[str]:
    """The ids of publications from an id, a name or a pattern of ids."""
    name = typed.strip().strip("《》")
    if name in opened.titles:
        return [name]
    if alike := [each for each in opened.titles if "*" in name and fnmatchcase(each, name)]:
        return alike
    found = [each.id for each in opened.titles.values() if each.data.name == name]
    if len(found) == 1:
        return found
    listed = "、".join(f"{each.id}（{each.data.name}）" for each in opened.titles.values())
    if found:
        raise UsageError(f"名为“{name}”的刊物不止一种：{'、'.join(found)}。", "写刊物代号。")
    raise UsageError(f"没有刊物“{typed}”。", f"写代号或刊名，可用 * 代表若干字；有：{listed}。")


def first_day(typed: str) -> date:
    """The day that ``--since`` names, in any form that an issue's 日期 may have, with its year.

    Raises:
        UsageError: it is none.
    """
    found = full_day(typed)
    if found is None:
        raise UsageError(f"--since 的“{typed}”不是日期。", "写成 2026-06-08 或 2026年6月8日。")
    return found


def nothing(days: Iterable[str]) -> Fault:
    """A word where no issue was chosen; ``days`` are those of all.

    Success for who builds each day what there is, and a hint for who mistyped a year.
    """
    years = sorted({day[:4] for day in days if day})
    there = f"有这些年的期：{'、'.join(years)}；" if years else ""
    hint = f"{there}核对 --publication、--year、--since，用 jianbao list issues 看有哪些期。"
    return Fault("nothing-chosen", "warning", Place(""), "没有一期符合所选，什么也没有生成。", hint)
