"""``jianbao diff A B --docx``: two versions written as one Word file with revision marks."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from builder.cli.output import say, show_json
from builder.errors import Exit, JianbaoError, UsageError
from builder.settings import limits, workspace

if TYPE_CHECKING:
    from builder.redline.marks import Marked


def write_marks(folder: Path, old: str, new: str, out: Path, by: str | None, as_json: bool) -> int:
    """Write the file; exit 1 where the versions differ, as ``diff`` does without it."""
    from builder.files import write_atomic

    report: dict[str, object] = {"old": old, "new": new, "docx": "", "marks": 0, "faults": []}
    try:
        _check(out, old, new)
        made = _marked(folder, old, new, by)
        write_atomic(out, made.docx)
        report |= {"docx": str(out), "marks": made.marks}
    except JianbaoError as error:
        report["faults"] = [fault.as_dict() for fault in error.faults]
        raise
    finally:
        if as_json:
            show_json(report)
    if not as_json:
        say(f"{out}  {f'修订标记 {made.marks} 处' if made.marks else '两稿文字没有不同'}")
    return Exit.INVALID if made.marks else Exit.OK


def _check(out: Path, *read: str) -> None:
    if out.suffix.lower() != ".docx":
        raise UsageError(f"--docx 写出的是 Word 文件，“{out.name}”的后缀不是 .docx。", "如 --docx 花脸稿.docx。")
    if any(out.resolve() == Path(name).resolve() for name in read):
        raise UsageError("--docx 写出的文件就是要比的文件，会把它盖掉。", "换一个文件名。")


def _marked(folder: Path, old: str, new: str, by: str | None) -> Marked:
    from builder import fonts
    from builder.render.child import Engines
    from builder.workflow import marking, opening

    # Two files need no workspace.
    opened = cache(lambda: opening.open_workspace(workspace(folder)))
    fontset = cache(lambda: fonts.find(workspace(folder).root))
    with Engines(limits()) as engines:
        before, after = (marking.version(typed, opened, fontset, engines) for typed in (old, new))
    return marking.mark(before, after, by or marking.AUTHOR)
