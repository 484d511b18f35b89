"""``jianbao proof``."""

from __future__ import annotations

from pathlib import Path

import click

from builder.cli.acting import act_as_dict, acting, post_option
from builder.cli.chinese import Command, json_option
from builder.cli.output import say, show_faults, show_json
from builder.errors import Exit
from builder.settings import limits, workspace


@click.command(cls=Command, name="proof", help="出清样：每面标“清样　拟第×期”，不占期号；签发以后、付印以前。")
@click.argument("issue", metavar="期")
@post_option
@json_option
@click.pass_obj
def proof(folder: Path, issue: str, post: str, as_json: bool) -> int:
    """Set an issue as a proof."""
    from builder.render.child import Engines

    place, by = workspace(folder), acting(post)
    with Engines(limits()) as engines:
        from builder import fonts
        from builder.workflow import building, opening, proofing
        from builder.workflow.recording import open_desk

        opened = opening.open_workspace(place)
        [name] = opening.choose(opened, [issue])
        building.warm(opened, [name], engines)
        with open_desk(place, opened.library.office.value) as desk:
            done = proofing.proof(desk, opened, name, by, fonts.find(place.root), engines)
    show_faults(done.faults)
    paths = [path.relative_to(place.root).as_posix() for path in done.files]
    if as_json:
        show_json({"act": act_as_dict(done.act), "files": paths, "faults": [f.as_dict() for f in done.faults]})
    else:
        say(f"清样：拟{done.act.data['label']}，共 {done.act.data['pages']} 面；没有占用期号。")
        for path in paths:
            say(f"  {path}")
    return Exit.OK
