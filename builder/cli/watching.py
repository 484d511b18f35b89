"""``jianbao build --watch``: the news of a session, printed as ``build`` prints."""

from __future__ import annotations

from collections.abc import Sequence

from builder.cli import ending
from builder.cli.output import say, show_built, show_failure, show_faults
from builder.errors import Exit
from builder.settings import Workspace, limits


def follow(place: Workspace, issues: Sequence[str], formats: str) -> int:
    """Build and watch until the user (Ctrl-C) or the system ends it, which is success."""
    from builder import watch
    from builder.workflow import building

    session = watch.Session(place, issues, building.wanted_formats(formats), limits())
    with ending.by_signals():
        try:
            for news in session.run():
                _show(news, place)
        except KeyboardInterrupt:
            say("已停止监看。", err=True)
    return Exit.OK


def _show(news: object, place: Workspace) -> None:
    from builder import watch

    match news:
        case watch.Faults(faults, left_out):
            show_faults(faults)
            if left_out:
                say(f"有错误，没有生成：{'、'.join(left_out)}（改正后自动生成）", err=True)
        case watch.Written(built):
            show_built(built, place.root)
            show_faults(built.faults)
        case watch.Failed(label, error):
            if label:
                say(f"{label}：", err=True)
            show_failure(error)
        case watch.Recovered(label):
            say(f"已恢复：{label or '工作区'}", err=True)
        case watch.Gone(root):
            say(f"找不到工作区文件夹 {root}（缺少 templates 或 content），等它回来。", err=True)
        case watch.Returned():
            say("已恢复：工作区文件夹回来了", err=True)
        case watch.Waiting():
            say("正在监看，保存稿件就重新生成；按 Ctrl-C 结束。", err=True)
