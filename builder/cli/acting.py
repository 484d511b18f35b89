"""Options that every act has in common: who acts, as JSON or not."""

from __future__ import annotations

from typing import Any

import click

from builder.errors import UsageError

post_option = click.option(
    "--as",
    "post",
    envvar="JIANBAO_AS",
    default="",
    metavar="职务",
    help="办理人的职务（office.yaml“职务”）；或设 JIANBAO_AS。",
)


def acting(post: str) -> str:
    """The post that acts.

    Raises:
        UsageError: none was named.
    """
    if not post.strip():
        raise UsageError("没有写明由谁办理。", "加 --as 职务，职务照 content/office.yaml；或设环境变量 JIANBAO_AS。")
    return post.strip()


def act_as_dict(act: Any) -> dict[str, Any]:
    """The JSON form of an act (``model.Act``), as its record has it, with its hash."""
    import json

    return {**json.loads(act.record), "hash": act.hash}
