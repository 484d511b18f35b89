"""``jianbao register start|show|close``."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from builder.cli.acting import act_as_dict, acting, post_option
from builder.cli.chinese import Command, Group, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit
from builder.settings import limits, workspace


@click.group(cls=Group, name="register", help="登记簿：起号、看编到哪一号、关闭年度。")
def register() -> None:
    """The register."""


@register.command(cls=Command, name="start", help="年中启用时登记起号：下一期用哪个期号、总期号。")
@click.argument("publication", metavar="刊物代号")
@click.option("--number", type=click.IntRange(1), required=True, metavar="期号", help="下一期的期号。")
@click.option("--total", type=click.IntRange(1), default=None, metavar="总期", help="下一期的总期号；单列的增刊没有。")
@click.option("--year", type=click.IntRange(1900, 9999), default=None, metavar="年度", help="哪一年度；不写为今年。")
@click.option("--系列", "series", default="正刊", metavar="系列", help="正刊（默认）、增刊、专刊、特刊或专号。")
@post_option
@json_option
@click.pass_obj
def start(
    folder: Path, publication: str, number: int, total: int | None, year: int | None, series: str, post: str, as_json: bool
) -> int:  # fmt: skip
    """Record with which numbers a publication goes on."""
    from builder.workflow import opening, starting
    from builder.workflow.recording import open_desk

    place, by = workspace(folder), acting(post)
    opened = opening.open_workspace(place)
    with open_desk(place, opened.library.office.value) as desk:
        chosen = year or desk.now().year
        act = starting.start(desk, opened, publication.strip(), by, number, total, chosen, series)
    if as_json:
        show_json(act_as_dict(act))
    else:
        whole = f"，总第 {act.data['total']} 期" if act.data["total"] else ""
        say(f"已登记起号：{publication} {act.year} 年{act.data['series']}，下一期第 {act.data['number']} 期{whole}。")
    return Exit.OK


@register.command(cls=Command, name="show", help="各刊物编到了哪一号，哪些年度已经关闭。")
@json_option
@click.pass_obj
def show(folder: Path, as_json: bool) -> int:
    """What the register holds."""
    from builder.workflow.recording import open_desk
    from builder.workflow.whereabouts import begun, register_named

    place = workspace(folder)
    office = register_named(place)
    if not begun(place, office) and not place.archive.exists():
        if as_json:
            show_json({"seq": 0, "hash": "", "numbers": [], "closed": []})
        else:
            say("还没有编号：第一次送审、付印或起号时建立登记簿。")
        return Exit.OK
    with (
        open_desk(place, office, create=False, read_only=True) as desk,
        desk.register.reading() as reading,
    ):
        head, counters = reading.head(), reading.counters()
        closed = [(act.publication, act.year) for act in reading.acts(kinds=("close",))]
    if as_json:
        rows = [{"publication": p, "sequence": s, "last": n} for (p, s), n in sorted(counters.items())]
        years = [{"publication": p, "year": y} for p, y in closed]
        show_json({"seq": head.seq, "hash": head.hash, "numbers": rows, "closed": years})
        return Exit.OK
    say(f"登记簿：{head.seq} 号手续")
    for (publication, sequence), last in sorted(counters.items()):
        say(f"  {publication}　{_sequence(sequence)}　编到 {last}")
    for publication, year in closed:
        say(f"  {publication}　{year} 年度已关闭")
    return Exit.OK


def _sequence(name: str) -> str:
    """A sequence of the register in words: ``2026 年正刊``, ``连续正刊``, ``总期``."""
    year, _, series = name.partition("/")
    if not series:
        return "总期"
    return f"{year} 年{series}" if year != "0" else f"连续{series}"


@register.command(
    cls=Command, name="close", help="关闭年度：印出各刊年度期目（DOCX、PDF、CSV），此后这一年不能再付印。"
)
@click.argument("year", type=click.IntRange(1900, 9999), metavar="年度")
@click.option("--dry-run", is_flag=True, help="只演练：说出期目的说明，什么也不登记、不写出。")
@click.option("--提前", "early", is_flag=True, help="这一年还没有完，确认照样关闭。")
@post_option
@json_option
@click.pass_obj
def close(folder: Path, year: int, dry_run: bool, early: bool, post: str, as_json: bool) -> int:
    """Close a year of every publication."""
    from builder.render.child import Engines

    place, by = workspace(folder), acting(post)
    with Engines(limits()) as engines:
        from builder import files, fonts
        from builder.workflow import closing, opening
        from builder.workflow.recording import open_desk

        opened = opening.open_workspace(place)
        with open_desk(place, opened.library.office.value, create=False) as desk:
            closed, faults = closing.close(desk, opened, year, by, fonts.find(place.root), engines, dry_run, early)
    show_faults(faults)
    told: list[dict[str, Any]] = []
    for each in closed:
        paths = {place.yearly / f"{each.publication}-{year}.{kind}": data for kind, data in each.files.items()}
        for path, data in paths.items():
            files.write_inside(place.root, path, data)
        written = [path.relative_to(place.root).as_posix() for path in paths]
        told.append({"publication": each.publication, "summary": list(each.listed.summary()), "files": written})
        if not as_json:
            say(f"{'演练：' if dry_run else ''}{each.listed.title}")
            for line in (*each.listed.summary(), *written):
                say(f"  {line}")
    if as_json:
        show_json({"year": year, "closed": told, "faults": [f.as_dict() for f in faults]})
    return Exit.OK
