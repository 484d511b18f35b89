"""New workspaces and new files: what ``init``, ``new``, ``schema --all`` and ``template make`` write."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from builder import publications
from builder.content import skeleton, trial
from builder.content.files import is_litter
from builder.content.schema import schema
from builder.errors import FileError, InvalidContent, JianbaoError, UsageError, has_errors, why
from builder.files import write_atomic, write_inside
from builder.render import docx_template
from builder.settings import Workspace

KINDS = {"item": ("items", ".md"), "finding": ("findings", ".yaml"), "issue": ("issues", ".yaml")}
_SCHEMAS = ("item", "finding", "issue", "office")

__all__ = ["init", "make_templates", "new", "schema", "write_schemas"]


class TargetExists(JianbaoError):
    """A file or folder that would be overwritten."""


def init(target: Path) -> list[Path]:
    """A new workspace at ``target``, which must be absent or an empty folder. Returns what was made.

    Raises:
        TargetExists: when something is there already.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise TargetExists(f"{target} 已经存在，而且不是空文件夹。", "换一个文件夹名。")
    made = list(_copied_templates(target / "templates"))
    made.append(target / "content" / "office.yaml")
    write_atomic(made[-1], skeleton.office(_publication_ids(target)).encode())
    for folder, _ in KINDS.values():
        (target / "content" / folder).mkdir(parents=True)
    made += write_schemas(target)
    made.append(target / ".vscode" / "settings.json")
    write_atomic(made[-1], _editor_settings())
    return made


def _publication_ids(target: Path) -> list[str]:
    return sorted(p.parent.name for p in (target / "templates").glob("*/publication.yaml"))


def _copied_templates(target: Path) -> list[Path]:
    """The templates that the installed package carries; in a clone, those of the repository."""
    packed = Path(str(resources.files("builder"))) / "_templates"
    source = packed if packed.is_dir() else Path(__file__).parent.parent / "templates"
    made = []
    for path in sorted(p for p in source.rglob("*") if p.is_file()):
        made.append(target / path.relative_to(source))
        write_atomic(made[-1], path.read_bytes())
    return made


def _editor_settings() -> bytes:
    """VS Code settings that bind the schemas to the files (YAML language server)."""
    globs = {
        "finding": "content/findings/**/*.yaml",
        "issue": "content/issues/**/*.yaml",
        "office": "content/office.yaml",
    }
    schemas = {f".vscode/schema/{kind}.json": glob for kind, glob in globs.items()}
    return (json.dumps({"yaml.schemas": schemas}, ensure_ascii=False, indent=2) + "\n").encode()


def write_schemas(root: Path) -> list[Path]:
    """All JSON Schemas below ``.vscode/schema``."""
    paths = [root / ".vscode" / "schema" / f"{kind}.json" for kind in _SCHEMAS]
    for kind, path in zip(_SCHEMAS, paths, strict=True):
        write_inside(root, path, (json.dumps(schema(kind), ensure_ascii=False, indent=2) + "\n").encode())
    return paths


def new(workspace: Workspace, kind: str, name: str, given: Mapping[str, Any], body: str = "") -> Path:
    """A new entry file with every key explained, ``given`` filled in by YAML key; nothing is overwritten.

    Raises:
        InvalidContent: when the name cannot be an id or would not be read, or loading would refuse a given value.
        UsageError: when the publication that is given does not exist.
        TargetExists: when the file is there.
        FileError: when a folder on the way leads out of the workspace, or the file cannot be written.
    """
    folder, suffix = KINDS[kind]
    stem = name.removesuffix(suffix)
    if fault := _bad_name(stem, suffix):
        raise InvalidContent(f"“{name}”不能作文件名。", fault)
    path = workspace.content / folder / f"{stem}{suffix}"
    if os.path.lexists(path):
        raise TargetExists(f"{path} 已经存在，没有改动。", "换一个名称，或直接编辑这个文件。")
    if publication := given.get("刊物"):
        _known(workspace, [publication])
    text = skeleton.skeleton(kind, body, **given)
    faults = tuple(trial(kind, stem, text, workspace.root))
    if has_errors(faults):
        raise InvalidContent("所给的内容有错误，没有新建文件。", "改正后重试。", faults)
    write_inside(workspace.root, path, text.encode())
    return path


def _bad_name(stem: str, suffix: str) -> str:
    """Why an entry cannot be named so, with what to do; "" when it can."""
    if any(is_litter(part) for part in f"{stem}{suffix}".split("/")):
        return "以 . 或 ~$ 开头的是隐藏文件或临时文件，不会读取；换一个名称。"
    return skeleton.bad_name(stem)


def _known(workspace: Workspace, wanted: Sequence[str]) -> dict[str, publications.Title]:
    """All publications, among them the wanted ones.

    Raises:
        InvalidContent: errors in the publications' files.
        UsageError: an unknown publication.
    """
    titles, faults = publications.load(workspace.templates)
    if has_errors(faults):
        raise InvalidContent("刊物数据有错误。", "改正后重试。", tuple(faults))
    unknown = [name for name in wanted if name not in titles]
    if unknown:
        raise UsageError(f"没有刊物 {'、'.join(unknown)}。", f"可用：{'、'.join(titles)}。")
    return titles


def make_templates(workspace: Workspace, wanted: Sequence[str], force: bool = False) -> list[Path]:
    """``issue.docx`` of the wanted publications (none means all) from the layout figures.

    A template that differs from what would be written is kept unless ``force``: whether a hand or other figures made
    the difference, the file does not tell. Then nothing is written at all.

    Raises:
        InvalidContent: errors in the publications' files.
        TargetExists: templates that differ, without ``force``.
        UsageError: an unknown publication.
    """
    titles = _known(workspace, wanted)
    made = {
        workspace.templates / name / "issue.docx": docx_template.make(
            titles[name].layout, titles[name].data.model_dump(by_alias=True)
        )
        for name in wanted or titles
    }
    differing = [path.relative_to(workspace.root).as_posix() for path, data in made.items() if _differs(path, data)]
    if differing and not force:
        raise TargetExists(
            f"{'、'.join(differing)} 与要生成的不同：模板已手工改过，或版式数据改过。没有改动任何模板。",
            "手工改过的先另存一份；确要重做加 --force。",
        )
    for path, data in made.items():
        write_inside(workspace.root, path, data)
    return list(made)


def _differs(path: Path, data: bytes) -> bool:
    """Whether something else than ``data`` stands at ``path``."""
    try:
        return path.read_bytes() != data
    except FileNotFoundError:
        return False
    except OSError as error:
        raise FileError(f"读不了 {path}（{why(error)}）。", "检查文件权限，或关闭占用它的程序。") from error
