"""New workspaces and new files: what ``init``, ``new``, ``schema --all`` and ``template new|make|export`` write."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from builder import publications
from builder.content import hygiene, skeleton, trial, yaml_text
from builder.content.files import is_litter
from builder.content.schema import schema
from builder.errors import FileError, InvalidContent, JianbaoError, UsageError, has_errors, why
from builder.files import within, write_atomic, write_folder, write_inside, write_output
from builder.publications import Title
from builder.render import docx_template
from builder.settings import Workspace, shipped_templates

KINDS = {"item": ("items", ".md"), "finding": ("findings", ".yaml"), "issue": ("issues", ".yaml")}
_SCHEMAS = ("item", "finding", "issue", "office")

_DATA, _WORD = "publication.yaml", "issue.docx"
_KEY = re.compile("刊名:[ \t]+")
_TAG = re.compile("{[{%#]")
_QUOTED = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\n]|'')*'")

__all__ = ["TargetExists", "export", "init", "make_templates", "new", "new_publication", "schema", "write_schemas"]


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
    """The templates that come with the program."""
    source, made = shipped_templates(), []
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


def _known(workspace: Workspace, wanted: Sequence[str]) -> dict[str, Title]:
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
        FileError: templates that are open in a program or cannot be written, with all of them; the others are written.
    """
    titles = _known(workspace, wanted)
    made = {workspace.templates / name / _WORD: _made(titles[name]) for name in wanted or titles}
    differing = [path.relative_to(workspace.root).as_posix() for path, data in made.items() if _differs(path, data)]
    if differing and not force:
        raise TargetExists(
            f"{'、'.join(differing)} 与要生成的不同：模板已手工改过，或版式数据改过。没有改动任何模板。",
            "手工改过的先另存一份；确要重做加 --force。",
        )
    faults = [fault for path, data in made.items() if (fault := write_output(workspace.root, path, data))]
    if faults:
        raise FileError("有模板没有写出。", "照上面的提示处理后再做一次；已写出的不必管。", tuple(faults))
    return list(made)


def _made(title: Title, name: str = "") -> bytes:
    """The Word template that the figures of a publication give; ``name``: for another 刊名."""
    data = title.data.model_copy(update={"name": name}) if name else title.data
    return docx_template.make(title.layout, data.model_dump(by_alias=True))


def _differs(path: Path, data: bytes) -> bool:
    """Whether something else than ``data`` stands at ``path``."""
    found = _read(path)
    return found is not None and found != data


def _read(path: Path) -> bytes | None:
    """What stands at ``path``; None where nothing does.

    Raises:
        FileError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise FileError(f"读不了 {path}（{why(error)}）。", "检查文件权限，或关闭占用它的程序。") from error


def new_publication(workspace: Workspace, id_: str, like: str, name: str = "") -> list[Path]:
    """A new publication with the data and templates of another: the whole folder, or nothing. Returns what was made.

    Comments and order of ``publication.yaml`` stay; only 刊名 (and the old one in comments) is another. A Word template
    that is no other than the figures give is made again for the new name; one that an office changed is copied.

    Args:
        workspace: where.
        id_: the new folder's name.
        like: the publication to copy.
        name: 刊名; "" takes an ``id_`` of Chinese characters, else keeps that of ``like``.

    Raises:
        InvalidContent: ``id_`` or ``name`` cannot be used, or the data of ``like`` has errors.
        UsageError: ``like`` is no publication.
        TargetExists: a folder of that name is there, in whatever case it is written.
        FileError: something cannot be read or written.
    """
    if fault := _bad_id(id_):
        raise InvalidContent(f"“{id_}”不能作刊物代号。", fault)
    title = _known(workspace, [like])[like]
    for path in workspace.templates.iterdir():
        if _folded(path.name) == _folded(id_):
            raise TargetExists(f"templates/{path.name} 已经存在，没有改动。", "换一个代号，或直接改那个文件夹。")
    chosen = name.strip() or (id_ if any("\u4e00" <= c <= "\u9fff" for c in id_) else title.data.name)
    files = _copied(workspace, title.folder)
    files[_DATA] = _renamed(files[_DATA], title, chosen)
    if files.get(_WORD, _made(title)) == _made(title):
        files[_WORD] = _made(title, chosen)
    write_folder(workspace.root, workspace.templates / id_, files)
    return [workspace.templates / id_ / each for each in sorted(files)]


def _bad_id(id_: str) -> str:
    """Why a publication's folder cannot be named so, with what to do; "" when it can."""
    if not id_.strip() or id_ != id_.strip():
        return "代号是文件夹名，前后不能有空格，如 lingdao-canyue。"
    if fault := skeleton.bad_name(id_) or _bad_name(id_, ""):
        return fault
    if "/" in id_ or len(id_.encode()) > 100:
        return "代号是 templates 下一个文件夹的名称，不能含 /，也不能太长，如 lingdao-canyue。"
    return "layout 是各刊物共用的版式文件夹，换一个代号。" if _folded(id_) == "layout" else ""


def _folded(name: str) -> str:
    """Names that are one on some system are one here."""
    return unicodedata.normalize("NFC", name).casefold()


def _copied(workspace: Workspace, folder: Path) -> dict[str, bytes]:
    """The files of a publication's folder by name, also those that links in the workspace lead to.

    Hidden ones, litter of office programs and links that lead out of the workspace are left out.

    Raises:
        FileError: one cannot be read, or the data lie outside the workspace.
    """
    if not within(folder / _DATA, workspace.root):
        hint = "删去链接，把文件本身放进工作区。"
        raise FileError(f"templates/{folder.name}/{_DATA} 是链接，指到工作区之外，没有照它新建。", hint)
    return {
        path.name: data
        for path in sorted(folder.iterdir())
        if not is_litter(path.name)
        and path.is_file()
        and within(path, workspace.root)
        and (data := _read(path)) is not None
    }


def _renamed(data: bytes, title: Title, name: str) -> bytes:
    """``publication.yaml`` with another 刊名, in comments, too; all else as it was typed.

    Raises:
        InvalidContent: the name would not be read back as given, or the old one is not typed as one line ``刊名: …``.
    """
    text, _ = hygiene.decode(data, _DATA)
    old = _plain(text or "")
    lines = (text or "").splitlines(keepends=True)
    for n, line in enumerate(lines):
        if found := _KEY.match(line):
            lines[n] = found[0] + skeleton.typed(name) + _after_value(line[found.end() :])
        elif line.lstrip().startswith("#"):
            lines[n] = line.replace(f"《{title.data.name}》", f"《{name}》")
    made = "".join(lines)
    if _TAG.search(name):
        raise InvalidContent(f"“{name}”不能作刊名。", "刊名里不能有 {{、{%、{#：模板会把它们当标记。")
    if "\n" in name or hygiene.scrub(name, _DATA).faults or _plain(made) != {**old, "刊名": name}:
        told = f"“{name}”不能作刊名，或 {title.id} 的 publication.yaml 里“刊名”不是写成一行。"
        raise InvalidContent(told, "刊名写一行文字；照 刊名: 工作信息 的样子写。")
    return made.encode()


def _after_value(text: str) -> str:
    """What stands behind a value on its line: a comment, the line end."""
    if quoted := _QUOTED.match(text):
        return text[quoted.end() :]
    value = re.split("(?<=[ \t])#|[\r\n]", text, maxsplit=1)[0].rstrip()
    return text[len(value) :]


def _plain(text: str) -> dict[str, Any]:
    """The values of a sheet; {} where it cannot be read."""
    node, faults = yaml_text.parse(text, _DATA)
    plain = None if node is None or has_errors(faults) else yaml_text.plain(node)
    return plain if isinstance(plain, dict) else {}


def export(workspace: Workspace, id_: str, target: Path, force: bool = False) -> Path:
    """Write a publication's Word template to a file of its own: as it stands, or from the figures where there is none.

    Raises:
        InvalidContent: errors in the publications' files.
        UsageError: an unknown publication, or ``target`` does not end in ``.docx``.
        TargetExists: ``target`` is there, without ``force``.
        FileError: it cannot be read or written, or is open in a program.
    """
    title = _known(workspace, [id_])[id_]
    if target.suffix.lower() != ".docx":
        raise UsageError(f"{target} 不是 .docx 文件名。", "模板存成 .docx（Word 文档），不存成 .dotx、.docm、.doc。")
    if target.is_dir() or (os.path.lexists(target) and not force):
        raise TargetExists(f"{target} 已经存在，没有改动。", "换一个文件名；确要换掉加 --force。")
    own = _read(title.folder / _WORD)
    if fault := write_output(target.parent, target, _made(title) if own is None else own):
        raise FileError(fault.message, fault.hint)
    return target
