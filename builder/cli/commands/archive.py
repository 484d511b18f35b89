"""``jianbao archive`` and ``jianbao doctor``: what was published, looked at, checked, handed over, rebuilt."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from builder.cli.acting import act_as_dict
from builder.cli.chinese import Command, Group, json_option
from builder.cli.commands.search import search
from builder.cli.output import say, show_faults, show_json, show_table
from builder.errors import Exit, Fault, FileError, UsageError, why
from builder.settings import Workspace, workspace

if TYPE_CHECKING:
    from builder.records import Act
    from builder.workflow.fixity import Verified
    from builder.workflow.recording import Desk
    from builder.workflow.whereabouts import NamesRegister

_publication = click.option("--刊物", "publication", default=None, metavar="代号", help="只要这种刊物。")
_issue = click.argument("issue", metavar="期")


@click.group(cls=Group, name="archive", help="归档夹：已付印各期的列表、查看、检验、移交和登记簿重建。")
def archive() -> None:
    """Everything about the archive."""


@archive.command(cls=Command, name="list", help="列出已付印的期，新的在前。")
@_publication
@click.option("--年度", "year", type=int, default=None, metavar="年", help="只要这一年度。")
@click.option(
    "--最多", "limit", type=click.IntRange(0), default=50, metavar="数", help="最多列几期，默认 50；0 为全部。"
)
@json_option
@click.pass_obj
def list_(folder: Path, publication: str | None, year: int | None, limit: int, as_json: bool) -> int:
    """List published issues."""
    with _reading(folder) as (_, desk), desk.register.reading() as now:
        count, issues = now.issues(publication, year, limit)
    if as_json:
        show_json({"count": count, "issues": [asdict(issue) for issue in issues]})
        return Exit.OK
    if not issues:
        say("没有已付印的期。", err=True)
        return Exit.OK
    head = ["刊名", "期号", "日期", "标题", "面数", "印数", "状态", "归档包"]
    rows = [[i.name, i.label, i.day, i.title, str(i.pages), str(i.copies), i.state, i.folder] for i in issues]
    show_table(head, rows)
    if count > len(issues):
        say(f"共 {count} 期，列出最近 {len(issues)} 期；加 --最多 0 列出全部。", err=True)
    return Exit.OK


@archive.command(cls=Command, name="show", help="一期的登记内容、经过的手续和归档的文件。")
@_issue
@json_option
@click.pass_obj
def show(folder: Path, issue: str, as_json: bool) -> int:
    """Show one published issue."""
    from builder.archive.bag import metadata
    from builder.workflow import journal
    from builder.workflow.finding import published

    with _reading(folder) as (place, desk), desk.register.reading() as now:
        act = published(now, place, issue)
        acts = [*now.acts(issue=act.issue), *(a for a in now.acts(target=act.seq) if a.issue != act.issue)]
        corrected = now.act(act.data["corrects"]) if act.data.get("corrects") else None
    if as_json:
        show_json({"act": act_as_dict(act), "acts": [act_as_dict(each) for each in acts]})
        return Exit.OK
    for name, text in (*metadata(act), ("状态", _state(act, acts, corrected))):
        say(f"{name}：{text}")
    say("手续：")
    show_table(journal.HEAD, [journal.row(each) for each in sorted(acts, key=lambda one: one.seq)])
    for no, each in enumerate((act, *(one for one in acts if one.kind == "reprint")), start=1):
        say(f"归档包{f'（印次{no}）' if no > 1 else ''}：{place.archive / each.folder}")
        for name in sorted(each.files):
            say(f"  {name}")
    return Exit.OK


def _state(act: Act, acts: Sequence[Act], corrected: Act | None) -> str:
    """What has become of a published issue: ``acts`` are all that concern it, ``corrected`` the issue that it corrects."""
    told = [f"已作废，{each.data['reason']}" for each in acts if each.kind == "void"]
    if printed := sum(each.kind == "reprint" for each in acts):
        told.append(f"已更正重印，以印次{printed + 1}为准，以前印的收回")
    notices = (each for each in acts if each.kind == "publish" and each.issue != act.issue)
    told += [f"已由{each.data['name']}{each.data['label']}更正（{each.folder}）" for each in notices]
    if corrected is not None:
        told.append(f"刊有对{corrected.data['name']}{corrected.data['label']}的更正（{corrected.folder}）")
    return "；".join(told) or "正常"


@archive.command(cls=Command, name="open", help="用系统的阅读程序打开一期的 PDF（或 DOCX）。")
@_issue
@click.option("--docx", "word", is_flag=True, help="打开 DOCX。")
@click.option(
    "--印次",
    "printing",
    type=click.IntRange(1),
    default=None,
    metavar="数",
    help="重印过的，打开第几次印的；不写为最近一次。",
)
@click.option("--print-path", "only_path", is_flag=True, help="只显示文件的路径，不打开。")
@click.pass_obj
def open_(folder: Path, issue: str, word: bool, printing: int | None, only_path: bool) -> int:
    """Open the PDF of one published issue, as printed last; what is opened is what was published, or nothing."""
    from builder.workflow.finding import printings, published

    name = "issue.docx" if word else "issue.pdf"
    with _reading(folder) as (place, desk):
        with desk.register.reading() as now:
            act = published(now, place, issue)
            printed, voided = printings(now, act), now.acts(target=act.seq, kinds=("void",))
        if (printing or 1) > len(printed):
            raise UsageError(f"{act.data['label']}只印过 {len(printed)} 次。", f"--印次 写 1 到 {len(printed)}。")
        recalled = printing is not None and printing < len(printed)
        act = printed[(printing or 0) - 1]
        if name not in act.files:
            raise FileError(f"{act.folder} 里没有 {name}。", "用 jianbao archive show 看有哪些文件。")
        desk.store.read(act, name)  # compared with its hash
    path = place.archive / act.folder / "data" / name
    if voided:
        say(f"注意：{act.data['label']}已作废，{voided[0].data['reason']}。", err=True)
    if recalled:
        say(f"注意：这是印次{printing}，已更正重印，这次印的应收回。", err=True)
    if only_path:
        say(str(path))
    else:
        _open(path)
    return Exit.OK


def _open(path: Path) -> None:
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            program = "open" if sys.platform == "darwin" else "xdg-open"
            subprocess.run([program, path], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = why(error) if isinstance(error, OSError) else f"退出码 {error.returncode}"
        raise FileError(f"打不开阅读程序（{reason}）。", f"自行打开 {path}") from error


@archive.command(cls=Command, name="verify", help="四性检测：真实、完整、可用、安全；有损坏时写明文件，退出码 3。")
@click.option("--fixity", "fixity", is_flag=True, help="只查归档夹的每个字节和手续的先后，不打开文件。")
@json_option
@click.pass_obj
def verify(folder: Path, fixity: bool, as_json: bool) -> int:
    """Check archive and register against each other."""
    from builder.workflow.whereabouts import register_named

    place = workspace(folder)
    found, natures = (_fixity if fixity else _whole)(place, register_named(place))
    damaged = any(fault.severity == "error" for fault in found.faults)
    if as_json:
        told = {"acts": found.acts, "issues": found.issues, "faults": [fault.as_dict() for fault in found.faults]}
        show_json(told)
        return Exit.VERIFY if damaged else Exit.OK
    show_faults(found.faults)
    say(f"查了 {found.acts} 号手续、{found.issues} 期。")
    for nature, codes in natures.items():
        say(f"{nature}：{_verdict([fault for fault in found.faults if fault.code in codes])}")
    if fixity:
        say("有损坏。" if damaged else "没有损坏。")
    return Exit.VERIFY if damaged else Exit.OK


def _fixity(place: Workspace, office: NamesRegister) -> tuple[Verified, Mapping[str, Sequence[str]]]:
    from builder.workflow.fixity import fixity

    return fixity(place, office), {}


def _whole(place: Workspace, office: NamesRegister) -> tuple[Verified, Mapping[str, Sequence[str]]]:
    from builder.workflow.verifying import NATURES, verify

    return verify(place, office), NATURES


@archive.command(cls=Command, name="export", help="生成一个年度的移交包：目录（CSV、XML）、归档包和校验值。")
@click.argument("year", metavar="年度", type=int)
@_publication
@click.option("--zip", "packed", is_flag=True, help="压成一个 zip 文件。")
@click.option("-o", "target", type=click.Path(path_type=Path), default=None, metavar="路径", help="写到哪里。")
@click.pass_obj
def export(folder: Path, year: int, publication: str | None, packed: bool, target: Path | None) -> int:
    """Write the transfer package of a year."""
    from builder.archive.export import export as write

    with _reading(folder) as (place, desk):
        with desk.register.reading() as now:
            acts = now.acts(year=year, publication=publication)
            corrections = [act for act in now.acts(kinds=("publish",), publication=publication) if act.target]
        name = f"移交包-{year}" + (f"-{publication}" if publication else "")
        path = target or place.root / "output" / name
        if packed and path.suffix.lower() != ".zip":
            path = path.with_name(path.name + ".zip")
        if path.resolve().is_relative_to(place.archive.resolve()):
            raise UsageError("移交包不能写进归档夹。", "用 -o 另写一个路径。")
        count = write(place.archive, acts, path, corrections)
    say(f"移交包：{path}，共 {count} 件。")
    return Exit.OK


@archive.command(cls=Command, name="restore", help="只凭归档包重建登记簿；原登记簿留下备查。")
@click.pass_obj
def restore(folder: Path) -> int:
    """Rebuild the register from the bags."""
    from builder.workflow import mending, recording
    from builder.workflow.restoring import restore as rebuild
    from builder.workflow.whereabouts import register_named

    place = workspace(folder)
    office = register_named(place)
    done = rebuild(place, office)
    show_faults(done.faults)
    say(f"登记簿已由归档包重建：{done.acts} 号手续，{done.issues} 期。")
    if done.kept:
        say(f"原来的登记簿留在 {done.kept}。")
    with recording.open_desk(place, office, create=False, read_only=True) as desk:
        return _incomplete(mending.missing(desk))


@click.command(cls=Command, name="doctor", help="清理一次中断留下的东西，说明做了什么；再运行一次则无事可做。")
@click.pass_obj
def doctor(folder: Path) -> int:
    """Repair what a crash left."""
    from builder.workflow import mending, recording
    from builder.workflow.whereabouts import register_named

    place = workspace(folder)
    if not place.archive.exists() and not place.register.exists():
        say("还没有登记簿和归档夹，没有要处理的。")
        return Exit.OK
    with recording.open_desk(place, register_named(place), create=False) as desk:
        done = mending.doctor(desk)
        gone = mending.missing(desk)
    for line in done:
        say(line)
    say(f"处理了 {len(done)} 处。" if done else "没有要处理的。")
    return _incomplete(gone)


def _incomplete(gone: Sequence[Fault]) -> int:
    """Tell what files of bags are not there; what is in the others only ``verify`` knows."""
    show_faults(gone)
    if gone:
        say("归档包不全，要从备份恢复。运行 jianbao archive verify 看全部毛病。", err=True)
    return Exit.VERIFY if gone else Exit.OK


archive.add_command(search)


@contextmanager
def _reading(folder: Path) -> Iterator[tuple[Workspace, Desk]]:
    from builder.workflow.recording import open_desk
    from builder.workflow.whereabouts import register_named

    place = workspace(folder)
    with open_desk(place, register_named(place), create=False, read_only=True) as desk:
        yield place, desk


def _verdict(faults: list[Fault]) -> str:
    errors = sum(fault.severity == "error" for fault in faults)
    return f"{errors} 处毛病" if errors else "合格"
