"""A workspace of small issues, some of them poisoned in ten ways: what each is, and how a batch must tell of it."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import generated

# Seconds and MB that a render may take in these runs: enough for a page, and a hang is found soon.
DEADLINE, MEMORY = "0.6", "512"
_LOOP = "#for i in range(100000) { for j in range(100000) {} }\n"
_HOG = '#let t = "0123456789" * 1000000\n#let kept = range(100000).map(n => t + str(n))\n'


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to be poisoned.

    ``state`` and ``reason`` are what the report says of such an issue; ``words`` stand in its message, hint or faults.
    """

    name: str
    state: str
    reason: str
    words: str


KINDS = (
    Kind("yaml", "left_out", "content", "issues/2026/"),
    Kind("picture", "left_out", "content", "picture-damaged"),
    Kind("oversized", "left_out", "content", "text-too-long"),
    Kind("loop", "failed", "template", "templates/p-loop/issue.typ 用了超过"),
    Kind("hog", "failed", "template", "templates/p-hog/issue.typ"),
    Kind("word", "failed", "template", "templates/p-word/issue.docx"),
    Kind("exit", "failed", "died", "退出码 7"),
    Kind("segv", "failed", "died", "SIGSEGV"),
    Kind("raise", "failed", "exception", "Injected"),
    Kind("hang", "failed", "time", "还没有完成"),
)
_INJECTED = ("exit", "segv", "raise", "hang")


@dataclass(frozen=True, slots=True)
class Poisoned:
    """The workspace, the environment of its run, and the kind of each issue that is poisoned, by id."""

    folder: Path
    environment: dict[str, str]
    kinds: dict[str, Kind]


def make(folder: Path, issues: int, poisoned: int) -> Poisoned:
    """``issues`` issues, of which ``poisoned`` (a multiple of ten), evenly strewn, are poisoned, each kind as often."""
    shutil.copytree(generated.ROOT / "templates", folder / "templates")
    for name in ("items/2026", "issues/2026", "findings"):
        (folder / "content" / name).mkdir(parents=True)
    office = generated.OFFICE
    for name in _publications(folder / "templates"):
        office = office.replace("编印单位:\n", f"编印单位:\n  {name}: 中共沅川市委办公室\n")
        office += f"  {name}: {{报: [领导]}}\n"
    (folder / "content/office.yaml").write_text(office, encoding="utf-8")
    step = issues // poisoned
    kinds: dict[str, Kind] = {}
    for n in range(issues):
        name = f"2026/{n + 1:05}"
        kind = KINDS[n // step % len(KINDS)] if n % step == step // 2 and len(kinds) < poisoned else None
        if kind is not None:
            kinds[name] = kind
        _write(folder / "content", name, n, kind)
    wanted = " ".join(f"batch-render:{name}={kind.name}" for name, kind in kinds.items() if kind.name in _INJECTED)
    environment = {"JIANBAO_FAILPOINT": wanted, "JIANBAO_DEADLINE": DEADLINE, "JIANBAO_MEMORY": MEMORY}
    return Poisoned(folder, environment, kinds)


def _publications(templates: Path) -> Iterator[str]:
    """Publications of their own with templates that never end, that take all memory, that Jinja cannot read."""
    for name in ("loop", "hog", "word"):
        target = templates / f"p-{name}"
        shutil.copytree(templates / "gongzuo-xinxi", target)
        data = target / "publication.yaml"
        data.write_text(
            data.read_text(encoding="utf-8").replace("刊名: 工作信息", f"刊名: 简报{name}"), encoding="utf-8"
        )
        yield f"p-{name}"
    for name, code in (("loop", _LOOP), ("hog", _HOG)):
        template = templates / f"p-{name}" / "issue.typ"
        template.write_text(code + template.read_text(encoding="utf-8"), encoding="utf-8")
    _break_word(templates / "p-word" / "issue.docx")


def _break_word(path: Path) -> None:
    """Take the end of a block out of a Word template."""
    with zipfile.ZipFile(path) as package:
        members = {info.filename: package.read(info) for info in package.infolist()}
    document = members["word/document.xml"].decode()
    cut = document.rindex("endfor")
    members["word/document.xml"] = (document[:cut] + "endofr" + document[cut + 6 :]).encode()
    with zipfile.ZipFile(path, "w") as package:
        for name, data in members.items():
            package.writestr(name, data)


def _write(content: Path, name: str, n: int, kind: Kind | None) -> None:
    publication = f"p-{kind.name}" if kind is not None and kind.name in ("loop", "hog", "word") else "gongzuo-xinxi"
    entry = f"  - 标题: 第{n + 1}号快报\n    正文: |\n      南渚新区第{n + 1}号点位巡查完毕，未见异常。\n"
    if kind is not None and kind.name in ("picture", "oversized"):
        entry = f"  - 信息: {name}\n"
        body = "![现场](坏.png)" if kind.name == "picture" else "汛情平稳。" * 80000
        (content / "items" / f"{name}.md").write_text(
            f"---\n标题: 来稿\n供稿单位: 市数据局\n---\n{body}\n", encoding="utf-8"
        )
        (content / "items/2026/坏.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(64))
    text = f"刊物: {publication}\n日期: 2026-{n // 900 + 1:02}-{n % 28 + 1:02}\n条目:\n{entry}"
    if kind is not None and kind.name == "yaml":
        text += "栏目: [\n"
    (content / "issues" / f"{name}.yaml").write_text(text, encoding="utf-8")
