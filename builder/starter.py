"""New workspaces and new files: what ``init``, ``new``, ``schema --all`` and ``template make`` write."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from builder import publications
from builder.content import skeleton
from builder.content.schema import schema
from builder.errors import InvalidContent, JianbaoError, UsageError
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
        InvalidContent: when the name cannot be an id.
        TargetExists: when the file is there.
        FileError: when a folder on the way leads out of the workspace, or the file cannot be written.
    """
    folder, suffix = KINDS[kind]
    fault = skeleton.bad_name(name.removesuffix(suffix))
    if fault:
        raise InvalidContent(f"“{name}”不能作文件名。", fault)
    path = workspace.content / folder / f"{name.removesuffix(suffix)}{suffix}"
    if os.path.lexists(path):
        raise TargetExists(f"{path} 已经存在，没有改动。", "换一个名称，或直接编辑这个文件。")
    write_inside(workspace.root, path, skeleton.skeleton(kind, body, **given).encode())
    return path


def make_templates(workspace: Workspace, wanted: Sequence[str]) -> list[Path]:
    """``issue.docx`` of the wanted publications (none means all) from the layout figures.

    Raises:
        InvalidContent: faults in the publications' files.
        UsageError: an unknown publication.
    """
    titles, faults = publications.load(workspace.templates)
    if faults:
        raise InvalidContent("刊物数据有错误。", "改正后重试。", tuple(faults))
    unknown = [name for name in wanted if name not in titles]
    if unknown:
        raise UsageError(f"没有刊物 {'、'.join(unknown)}。", f"可用：{'、'.join(titles)}。")
    made = []
    for name in wanted or titles:
        made.append(workspace.templates / name / "issue.docx")
        write_inside(
            workspace.root,
            made[-1],
            docx_template.make(titles[name].layout, titles[name].data.model_dump(by_alias=True)),
        )
    return made
