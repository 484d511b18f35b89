"""The documents say what the program does: codes, commands, options, YAML keys, and the first issue of the README."""

from __future__ import annotations

import ast
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
from PIL import Image

from builder import publications
from builder.cli.main import cli, main
from builder.content.shapes import fields
from builder.model import Model

ROOT = Path(__file__).resolve().parent.parent
MANUAL = (ROOT / "docs" / "编辑手册.md").read_text(encoding="utf-8")
ERRORS = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")

CODE = re.compile(r"[a-z]+(-[a-z]+)*")
SEVERITIES = {"错误": "error", "警告": "warning", "提示": "note"}
Codes = set[tuple[str, str | None]]


# ---------------------------------------------------------------- codes


def _takers(tree: ast.AST) -> dict[str, int]:
    """Functions (by name) and classes of a module that take a ``code``, with its position among the arguments."""
    found: dict[str, int] = {}
    for node in ast.walk(tree):
        for name, function in _functions(node):
            arguments = [a.arg for a in function.args.args if a.arg != "self"]
            if "code" in arguments:
                found[name] = arguments.index("code")
    return found


def _functions(node: ast.AST) -> Iterator[tuple[str, ast.FunctionDef]]:
    if isinstance(node, ast.FunctionDef) and node.name != "__init__":
        yield node.name, node
    if isinstance(node, ast.ClassDef):
        yield from ((node.name, f) for f in node.body if isinstance(f, ast.FunctionDef) and f.name == "__init__")


def _strings(node: ast.expr | None) -> list[str]:
    """The texts that an expression can be, where it is written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.IfExp):
        return _strings(node.body) + _strings(node.orelse)
    return []


def _codes(path: Path) -> Codes:
    """(code, severity or None where it is not written beside the code) in a module.

    A code is the argument ``code`` of a call of ``Fault`` or of a helper that takes one, a value assigned to a
    variable ``code``, or the first of three or more members of a tuple (tables of codes, reasons for a refusal).
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    takers = {"Fault": 0, **_takers(tree)}
    found: Codes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            at = takers.get(name, len(node.args))
            given = [*node.args[at : at + 1], *(k.value for k in node.keywords if k.arg == "code")]
            severity = (_strings(node.args[1]) if name == "Fault" and len(node.args) > 1 else []) or [None]
            found |= {(text, severity[0]) for value in given for text in _strings(value)}
        elif isinstance(node, ast.Assign) and any(getattr(t, "id", "") == "code" for t in node.targets):
            found |= {(text, None) for text in _strings(node.value)}
        elif isinstance(node, ast.Tuple) and len(node.elts) >= 3:
            found |= {(t, None) for t in _strings(node.elts[0]) if "-" in t and CODE.fullmatch(t)}
    return found


def _source_codes() -> Codes:
    """All but those of ``inspection``: they name what was measured (docs/layout.md), and are no faults."""
    modules = (path for path in sorted((ROOT / "builder").rglob("*.py")) if path.parent.name != "inspection")
    return {pair for path in modules for pair in _codes(path)}


def _documented_codes() -> dict[str, str]:
    return dict(re.findall(r"^\| `([a-z-]+)` \| (错误|警告|提示) \|", ERRORS, re.MULTILINE))


def test_every_code_of_the_source_is_documented_and_no_other() -> None:
    in_source = {code for code, _ in _source_codes()}
    assert len(in_source) > 90  # the walk finds the codes
    assert in_source == set(_documented_codes())


def test_the_walk_sees_codes_in_calls_helpers_tables_and_assignments(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        'T = (("in-table", "x", "y"),)\n'
        "class _Refused(Exception):\n    def __init__(self, code, message): ...\n"
        "def helper(severity, code): return Fault(code, severity)\n"
        'def f(x):\n    code = "one-way" if x else "or-other"\n'
        '    helper("note", "by-helper"), _Refused("in-class", "…"), Fault("plain", "error")\n'
        '    return "as-reason", "m", "h"\n'
    )
    found = {code for code, _ in _codes(module)}
    assert found == {"in-table", "one-way", "or-other", "by-helper", "in-class", "plain", "as-reason"}


def test_documented_severities_are_those_of_the_source() -> None:
    documented = _documented_codes()
    told = {code: severity for code, severity in _source_codes() if severity}
    assert {code: SEVERITIES[documented[code]] for code in told} == told


def test_every_exit_code_is_documented() -> None:
    from builder.errors import Exit

    listed = {int(n) for n in re.findall(r"^\| (\d+) \|", ERRORS, re.MULTILINE)}
    assert listed >= {int(code) for code in Exit}
    assert listed - {int(code) for code in Exit} == {130}


# ---------------------------------------------------------------- commands


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, child in getattr(command, "commands", {}).items():
        yield from _commands(child, f"{path} {name}")


COMMANDS = dict(_commands(cli, "jianbao"))


@pytest.mark.parametrize("path", sorted(COMMANDS))
def test_each_command_and_option_is_in_the_manual_and_each_command_in_the_readme(path: str) -> None:
    command = COMMANDS[path]
    missing = [o for p in command.params if isinstance(p, click.Option) for o in p.opts if f"`{o}" not in MANUAL]
    assert missing == []
    if not isinstance(command, click.Group) or command.invoke_without_command:
        assert f"`{path}" in MANUAL
        assert path in README


def _known(words: list[str]) -> bool:
    """Whether the words after ``jianbao`` begin with a command, and their options are options of that command."""
    while words[:1] == ["-C"]:
        words = words[2:]
    path = "jianbao"
    while words and f"{path} {words[0]}" in COMMANDS:
        path = f"{path} {words.pop(0)}"
    options = {o for p in COMMANDS[path].params for o in p.opts} | {"--help"}
    return path != "jianbao" and all(w in options for w in words if w.startswith("-"))


def test_documents_name_no_command_or_option_that_does_not_exist() -> None:
    lines = re.findall(r"(?:^\$ |`)jianbao ([^`\n]+)", README + MANUAL + ERRORS, re.MULTILINE)
    assert len(lines) > 20
    assert [line for line in lines if not _known(line.split()) and not line.startswith("--")] == []


# ---------------------------------------------------------------- YAML keys


def _tables(text: str) -> list[dict[str, str]]:
    """The tables whose first head cell is 键: key → the rest of its row."""
    found: list[dict[str, str]] = []
    for table in re.findall(r"^\| 键 \|.*\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE):
        found.append({m[1]: m[2] for m in re.finditer(r"^\| `([^`]+)` \|(.*)$", table, re.MULTILINE)})
    return found


def _models(model: type[Model] = Model) -> Iterator[type[Model]]:
    for child in model.__subclasses__():
        yield child
        yield from _models(child)


def _choices(annotation: Any) -> set[str]:
    """The words that a field may hold, where they are a closed list."""
    inner = get_args(annotation)
    return {c for part in inner for c in ([part] if isinstance(part, str) else _choices(part)) if c}


# The layout figures are explained where they stand, in templates/layout/layout.yaml.
MODELS = sorted(
    {m for m in _models() if m.__module__.startswith("builder.") and m.__module__ != "builder.model.layout"},
    key=lambda m: m.__name__,
)


def test_all_models_are_seen() -> None:
    assert {"Item", "Matter", "Problem", "Issue", "Office", publications.Publication.__name__} <= {
        m.__name__ for m in MODELS
    }


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.__name__)
def test_each_model_has_a_table_of_its_keys_in_the_manual(model: type[Model]) -> None:
    keys = set(fields(model))
    table = next((t for t in _tables(MANUAL) if set(t) == keys), None)
    nearest = max(_tables(MANUAL), key=lambda t: len(set(t) & keys) - len(set(t) ^ keys))
    assert table is not None, f"no table with the keys {sorted(keys)}; nearest differs in {sorted(set(nearest) ^ keys)}"
    for key, (info, _) in fields(model).items():
        assert info.is_required() == ("必填" in table[key]), key
        assert [c for c in sorted(_choices(info.annotation)) if c not in table[key]] == [], key


# ---------------------------------------------------------------- the first issue of the README


TIME = re.compile(r"\d{4}\\?-\d\d\\?-\d\d\\? \d\d:\d\d")  # when something was done, also as re.escape writes it


def _console(text: str) -> list[tuple[str, list[str]]]:
    """(command, lines printed) of a document's console blocks, in order."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def _as_told(told: list[str], printed: str) -> bool:
    """Whether a command printed the lines of the document: … stands for any lines, and times are not compared."""
    pattern = "".join("(?:.*\n)*" if line == "…" else re.escape(line) + "\n" for line in told)
    return re.fullmatch(re.sub(TIME, "", pattern), re.sub(TIME, "", printed)) is not None


def test_the_first_issue_and_the_batch_of_the_readme_print_what_the_readme_says(tmp_path: Path) -> None:
    folder = tmp_path
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JIANBAO_FONTS": str(ROOT / ".fonts"),
        "JIANBAO_CACHE": str(tmp_path / ".cache"),
        "NO_COLOR": "1",
    }
    steps = _console(README)
    assert [line.split()[1] for line, _ in steps if line.startswith("jianbao")] == [
        *("init", "new", "new", "new", "check", "build", "submit", "review", "sign", "publish", "archive"),
        *("new", "new", "new", "new", "build", *("submit", "review", "sign") * 2, "publish", "publish", "volume"),
    ]
    for line, told in steps:
        words = shlex.split(line)
        if words[0] == "cd":
            folder /= words[1]
            continue
        if words[0] == "echo":
            with (folder / words[3]).open("a", encoding="utf-8") as file:
                print(words[1], file=file)
            continue
        command = [sys.executable, "-m", "builder", *words[1:]]
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert _as_told(told, done.stdout), f"$ {line}\n{done.stdout}"
    bag = folder / "output" / "archive" / "gongzuo-xinxi" / "2026" / "1" / "data"
    assert {f.suffix for f in bag.iterdir() if f.stem == "issue"} == {".docx", ".pdf"}
    assert {f.name for f in tmp_path.iterdir() if f.stem == "报告"} == {"报告.json", "报告.html"}


# ---------------------------------------------------------------- the story of the manual, from 起号 to 移交

STORY = {  # item: title and text; the slip is put right on the way
    "抗旱": ("全市抗旱保苗进展顺利", "入夏以来，全市投入机具860台，浇罐农田8.6万亩。"),
    "演练": ("市防汛指挥部开展演练", "6月12日，市防汛指挥部在北河堤段开展演练，160人参加。"),
    "更正": ("更正启事", "本刊第47期中的8.6万亩应为6.8万亩，特此更正。"),
}
EDITS = {  # command that comes next: what the editor changes before it
    "jianbao amend 第47期 --非实质 改正错别字 --复核人 信息科科长 --dry-run --as 信息科编辑": ("抗旱", "罐", "灌"),
    "jianbao reprint 第48期 --理由 参加人数有误 --as 办公室主任": ("演练", "160人", "180人"),
}


def _office_of_the_story(folder: Path) -> None:
    """The workspace with which the story begins."""
    days = dict(zip(STORY, (("第47期", "2025-06-08"), ("第48期", "2025-06-16"), ("第49期", "2025-06-20")), strict=True))
    steps = [["init", str(folder)]]
    for item, (title, text) in STORY.items():
        issue, day = days[item]
        steps.append(["-C", str(folder), "new", "item", item, "--标题", title, "--正文", text])
        steps.append(["-C", str(folder), "new", "issue", f"2025/{issue}", "--日期", day, "--信息", item])
    for words in steps:
        with pytest.raises(SystemExit) as stop:
            main(words)
        assert stop.value.code == 0
    with (folder / "content/office.yaml").open("a", encoding="utf-8") as office:
        office.write("代用字体付印: 允许\n")
    first = folder / "content/issues/2025/第47期.yaml"
    first.write_text(re.sub(r"(?m)^份号:.*$", '份号: "000101"', first.read_text("utf-8")), "utf-8")
    Image.new("L", (40, 60), 255).save(folder / "签批单.pdf")


def test_the_story_of_the_manual_runs_from_the_first_number_to_the_transfer_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JIANBAO_FONTS", str(ROOT / ".fonts"))
    monkeypatch.setenv("NO_COLOR", "1")
    _office_of_the_story(tmp_path / "bangong")
    monkeypatch.chdir(tmp_path / "bangong")
    steps, edits = _console(MANUAL), dict(EDITS)
    shown = {path for path in COMMANDS if any(line.startswith(f"{path} ") or line == path for line, _ in steps)}
    told = {
        "submit",
        "review",
        "sign",
        "return",
        "amend",
        "log",
        "proof",
        "publish",
        "correct",
        "reprint",
        "void",
        "more",
    }
    told |= {"sent", "search", "doctor", "archive", "register"}
    wanted = {path for path in COMMANDS if path.split()[1:2] and path.split()[1] in told}
    assert wanted - shown == {"jianbao archive search"}  # the same as jianbao search
    for line, lines in steps:
        if line in edits:
            item, old, new = edits.pop(line)
            path = Path(f"content/items/{item}.md")
            path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main(shlex.split(line)[1:])
        printed = capsys.readouterr()
        assert stop.value.code == 0, f"$ {line}\n{printed.err}"
        assert _as_told(lines, printed.out), f"$ {line}\n{printed.out}"
    assert edits == {}
