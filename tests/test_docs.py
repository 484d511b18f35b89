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

from builder import publications
from builder.cli.main import cli
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


def _console() -> list[tuple[str, list[str]]]:
    """(command, lines printed) of the README's console blocks, in order."""
    steps: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                steps.append((line[2:], []))
            else:
                steps[-1][1].append(line)
    return steps


def test_the_first_issue_of_the_readme_prints_what_the_readme_says(tmp_path: Path) -> None:
    folder = tmp_path
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JIANBAO_FONTS": str(ROOT / ".fonts"),
        "JIANBAO_CACHE": str(tmp_path / ".cache"),
        "NO_COLOR": "1",
    }
    steps = _console()
    assert [line.split()[1] for line, _ in steps if line.startswith("jianbao")] == [
        *("init", "new", "new", "new", "check", "build", "submit", "review", "sign", "publish", "archive")
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
        pattern = "".join("(?:.*\n)*" if t == "…" else re.escape(t) + "\n" for t in told)
        shown = re.sub(TIME, "", done.stdout)
        assert re.fullmatch(re.sub(TIME, "", pattern), shown), f"$ {line}\n{done.stdout}"
    bag = folder / "output" / "archive" / "gongzuo-xinxi" / "2026" / "1" / "data"
    assert {f.suffix for f in bag.iterdir() if f.stem == "issue"} == {".docx", ".pdf"}
