"""``jianbao import LEDGER --as findings``: its options, and what it prints."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from builder.cli.output import say, show_faults, show_json, show_table
from builder.errors import Exit, InvalidContent, JianbaoError, UsageError, has_errors
from builder.settings import workspace

if TYPE_CHECKING:
    from builder.intake.ledger import Proposal, Taken

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    click.option("--种类", "kind", type=click.Choice(["事项", "问题"]), metavar="事项|问题", help="台账：默认看表头。"),
    click.option("--sheet", "sheet", default="", metavar="表名", help="台账：导入哪一张表，默认有表头的那一张。"),
    click.option("--列", "columns", multiple=True, metavar="表头=字段", help="台账：指明一列是什么，可写多次。"),
    click.option("--值", "values", multiple=True, metavar="原文=新词", help="台账：统一换写，如 已办结=办结。"),
    click.option("--余列", "rest", type=click.Choice(["备注"]), metavar="备注", help="台账：不用的列并入备注。"),
    click.option(
        "--映射", "mapping", type=click.Path(path_type=Path), metavar="map.yaml", help="台账：用存好的对应表。"
    ),
    click.option("--保存", "save", type=click.Path(path_type=Path), metavar="map.yaml", help="台账：存下对应表。"),
    click.option(
        "--文件夹", "target", default="", metavar="名称", help="台账：content/findings 下的文件夹，默认同文件名。"
    ),
    click.option("--yes", is_flag=True, help="台账：认可提议的对应关系，写出。"),
    click.option("--dry-run", is_flag=True, help="台账：只印出要写的内容，不写。"),
)


def ledger_options(command: F) -> F:
    """Adds the options of a ledger to a command; ``take_ledger`` takes them by the same names."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def take_ledger(folder: Path, source: Path, as_json: bool, **given: Any) -> int:
    """Propose, show, and with consent write; ``given`` are the values of ``ledger_options``."""
    from builder.intake import ledger

    place = workspace(folder)
    if given["save"] and given["save"].suffix.lower() not in (".yaml", ".yml"):
        raise UsageError(f"--保存 的文件名要以 .yaml 结尾，不能是 {given['save'].name}。", "写成 --保存 map.yaml。")
    proposal = ledger.propose(
        source,
        ledger.Options(
            kind=given["kind"] or "",
            sheet=given["sheet"],
            columns=_pairs("--列", given["columns"]),
            values=_pairs("--值", given["values"]),
            mapping=given["mapping"],
            rest=given["rest"] or "",
            folder=given["target"],
        ),
    )
    report: dict[str, Any] = {**ledger.as_dict(proposal), "files": [], "written": [], "faults": []}
    if not as_json:
        _show(proposal)
    try:
        return _take(proposal, place.root, report, as_json, **given)
    except JianbaoError as error:
        report["faults"] = [f.as_dict() for f in error.faults] or report["faults"]
        raise
    finally:
        if as_json:
            show_json(report)


def _take(proposal: Proposal, root: Path, report: dict[str, Any], quiet: bool, **given: Any) -> int:
    from builder.intake import ledger

    place = workspace(root)
    if given["save"]:
        ledger.save_map(proposal, given["save"])
        say(f"对应表已存为 {given['save']}", err=True)
    taken = ledger.take(proposal, place)
    report["faults"] = [f.as_dict() for f in taken.faults]
    report["files"] = [path.relative_to(root).as_posix() for path in taken.paths]
    if has_errors(taken.faults):
        raise InvalidContent("表里有错误，没有写出任何文件。", "在表里改正后重试。", taken.faults)
    show_faults(taken.faults)
    if given["dry_run"]:
        if not quiet:
            _print(taken, root)
        say(f"以上 {len(taken.made)} 个文件没有写出（--dry-run）。", err=True)
    elif given["yes"] or given["mapping"] or (given["columns"] and proposal.sure):
        written = [path.relative_to(root).as_posix() for path in ledger.write(taken, place)]
        report["written"] = written
        if not quiet:
            for path in written:
                say(path)
    else:
        say("没有写出任何文件。", err=True)
        say("    怎么办：核对上表；对了加 --yes 写出，不对的用 --列 “表头=字段” 改正。", err=True)
    return Exit.OK


def _pairs(option: str, texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    pairs = []
    for text in texts:
        left, mark, right = text.replace("＝", "=").rpartition("=")
        if not mark or not left.strip():
            raise click.UsageError(f"选项 {option} 要写成“左=右”，不能是“{text}”。")
        pairs.append((left.strip(), right.strip()))
    return tuple(pairs)


def _show(proposal: Proposal) -> None:
    """The proposal: the map, the columns without a key, the rows that are no entries."""
    from builder.intake.sheets import letters

    plan = proposal.plan
    head = "、".join(str(n + 1) for n in plan.table.head)
    where = f"{plan.book.file}!{plan.table.sheet.name}".rstrip("!")
    how = "（按表头判断，不对用 --种类 改）" if proposal.proposed_kind else ""
    say(f"{where}：表头在第{head}行，{len(plan.table.rows)} 条，种类：{plan.kind}{how}")
    rows = [
        [letters(u.column.index), u.column.head or "（无表头）", u.key, u.how, "｜".join(proposal.samples(u)) or "—"]
        for u in proposal.used
    ]
    show_table(["列", "表头", "字段", "依据", "样值"], rows)
    for label, uses in (("并入备注的列", proposal.joined), ("不用的列", proposal.unused)):
        if uses:
            say(f"{label}：" + "、".join(f"{letters(u.column.index)} {u.column.head or '（无表头）'}" for u in uses))
    for why in dict.fromkeys(skipped.why for skipped in plan.table.skipped):
        found = [s for s in plan.table.skipped if s.why == why]
        told = "；".join(f"第{s.row + 1}行{f'“{s.text}”' if s.text else ''}" for s in found[:10])
        more = f" 等 {len(found)} 行" if len(found) > 10 else ""
        say(f"不读的行（{why}）：{told}{more}")
    say(f"写到：content/findings/{plan.folder}/")


def _print(taken: Taken, root: Path) -> None:
    for entry, path in zip(taken.made, taken.paths, strict=True):
        say(f"# {path.relative_to(root).as_posix()}")
        say(entry.text)
