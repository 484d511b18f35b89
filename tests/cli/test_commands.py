"""The other commands, usage errors, and speed of the help (no wall-clock limit: what it imports)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from builder.cli.main import main
from builder.settings import Workspace
from builder.workflow.rendering import Rendered
from tests.conftest import ROOT
from tests.workflow import issued


def told(capsys, *arguments: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    out = capsys.readouterr()
    return stop.value.code, out.out, out.err


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--nope"], "没有选项 --nope"),
        (["nope"], "没有命令 nope"),
        (["list", "nope"], "可用 items、findings、issues"),
        (["new", "item"], "缺少参数 名称"),
        (["build", "--format", "odt"], "没有格式“odt”"),
        (["check", "a", "b"], "多余的参数"),
        (["schema"], "缺少种类"),
        (["pdf", "a.docx", "--jobs", "0"], "应是 1 到 8 的整数"),
        (["diff", "a", "b", "--版本", "0"], "应是不小于 1 的整数"),
    ],
)
def test_wrong_usage_is_answered_in_chinese_with_64(capsys, arguments, word):
    code, _, err = told(capsys, *arguments)
    assert code == 64
    assert word in err


def test_a_folder_that_is_no_workspace_is_told(capsys, tmp_path):
    code, _, err = told(capsys, "-C", str(tmp_path), "check")
    assert code == 64
    assert "不是简报工作区" in err


def test_help_is_chinese_and_loads_no_heavy_module():
    program = (
        "import sys\nfrom builder.cli.main import main\n"
        "try:\n main(['--help'])\nexcept SystemExit: pass\n"
        "heavy = {'pydantic', 'typst', 'docxtpl', 'lxml', 'fontTools', 'PIL', 'yaml', 'rjieba', 'jinja2'} & set(sys.modules)\n"
        "sys.exit(repr(heavy) if heavy else 0)"
    )
    result = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert "用法：jianbao" in result.stdout
    assert "Options" not in result.stdout


@pytest.mark.parametrize(
    "command",
    [("archive", "list"), ("archive", "verify", "--fixity"), ("register", "show"), ("archive", "export", "2026")],
)
def test_reading_the_archive_loads_neither_content_nor_engines(
    tmp_path: Path, sample_issues: Mapping[str, Rendered], command: tuple[str, ...]
) -> None:
    place = Workspace(tmp_path)
    issued.year(place, sample_issues, 1)
    place.content.mkdir()
    (place.content / "office.yaml").write_text("机关名称: 云川市人民政府办公室\n", encoding="utf-8")
    (tmp_path / "templates").mkdir()
    program = (
        "import sys\nfrom builder.cli.main import main\n"
        "try:\n main(sys.argv[1:])\nexcept SystemExit as end: code = end.code\n"
        "heavy = {'pydantic', 'typst', 'docxtpl', 'lxml', 'fontTools', 'PIL', 'yaml', 'rjieba', 'jinja2', 'pypdfium2', 'pikepdf'}\n"
        "sys.exit(repr(heavy & set(sys.modules)) if heavy & set(sys.modules) else code)"
    )
    asked = [sys.executable, "-c", program, "-C", str(tmp_path), *command]
    result = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (("archive", "show", "第9期", "--json"), 74, "登记簿"),
        (("publish", "没有", "--as", "主任", "--json"), 1, "没有这样的期"),
        (("search", "防汛", "--年", "x", "--json"), 64, "年"),
        (("list", "nope", "--json"), 64, "items"),
    ],
)
def test_with_json_a_refusal_is_json_of_one_form(capsys, workspace, arguments, code, word):
    ended, out, err = told(capsys, "-C", str(workspace), *arguments)
    refused = json.loads(out)
    assert list(refused) == ["error", "hint", "exit", "faults"]
    assert (ended, refused["exit"]) == (code, code)
    assert word in refused["error"] + str(refused["faults"])
    assert refused["error"] in err, "for people as ever"


def test_a_command_that_printed_its_json_prints_no_second_one(capsys, workspace):
    (workspace / "content/issues/2026/wrong.yaml").parent.mkdir(parents=True, exist_ok=True)
    (workspace / "content/issues/2026/wrong.yaml").write_text("刊物: 没有\n", encoding="utf-8")
    code, out, _ = told(capsys, "-C", str(workspace), "build", "--json")
    assert code == 1
    assert json.loads(out)["faults"]


def test_interrupted_while_loading_no_traceback_is_shown(tmp_path):
    (tmp_path / "click.py").write_text("raise KeyboardInterrupt", encoding="utf-8")  # Ctrl-C in the first import
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))), "PYTHONIOENCODING": "utf-8"}
    asked = [sys.executable, "-m", "builder", "check"]
    done = subprocess.run(asked, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (130, "已中断，没有写出未完成的文件。\n")


def test_a_new_file_never_overwrites(capsys, workspace):
    code, _, err = told(capsys, "-C", str(workspace), "new", "item", "抗旱")
    assert code == 1
    assert "已经存在" in err


def test_init_refuses_a_folder_that_holds_something(capsys, workspace):
    code, _, err = told(capsys, "init", str(workspace))
    assert code == 1
    assert "不是空文件夹" in err


@pytest.mark.parametrize("name", ["../外面", "/绝对", "CON", "a\\b", "a/../b"])
def test_a_name_that_cannot_be_an_id_is_refused(capsys, workspace, name):
    code, _, err = told(capsys, "-C", str(workspace), "new", "item", name)
    assert code == 1
    assert "不能作文件名" in err


def test_list_tells_where_entries_are_used(capsys, workspace):
    told(capsys, "-C", str(workspace), "new", "item", "留用")
    (workspace / "content/items/留用.md").write_text("---\n标题: 留着\n---\n正文。\n", encoding="utf-8")
    _, out, _ = told(capsys, "-C", str(workspace), "list", "items", "--json")
    assert {row["编号"]: row["用于"] for row in json.loads(out)} == {"抗旱": ["2026/第1期"], "留用": []}
    _, out, _ = told(capsys, "-C", str(workspace), "list", "items", "--unused", "--json")
    assert [row["编号"] for row in json.loads(out)] == ["留用"]


@pytest.mark.parametrize("kind", ["事项", "问题"])
def test_a_new_finding_explains_every_key(capsys, workspace, kind):
    told(capsys, "-C", str(workspace), "new", "finding", f"新/{kind}", "--种类", kind)
    text = (workspace / f"content/findings/新/{kind}.yaml").read_text(encoding="utf-8")
    assert f"种类: {kind}" in text
    keys = [line for line in text.splitlines() if line and not line.startswith(("#", " "))]
    assert all("#" in line for line in keys)


def test_schemas_are_written_for_the_editor(capsys, workspace):
    told(capsys, "-C", str(workspace), "schema", "--all")
    for kind in ("item", "finding", "issue", "office"):
        schema = json.loads((workspace / f".vscode/schema/{kind}.json").read_text(encoding="utf-8"))
        assert schema["$schema"].startswith("http://json-schema.org/draft-07")


def test_fonts_lists_every_role(capsys, workspace):
    code, out, _ = told(capsys, "-C", str(workspace), "fonts", "--json")
    assert code == 0
    assert {"仿宋", "楷体", "黑体", "宋体", "小标宋"} <= {row["用途"] for row in json.loads(out)}


def test_template_make_gives_the_shipped_template(capsys, workspace):
    path = workspace / "templates/gongzuo-xinxi/issue.docx"
    before = path.read_bytes()
    path.unlink()
    assert told(capsys, "-C", str(workspace), "template", "make", "gongzuo-xinxi")[0] == 0
    assert path.read_bytes() == before


def test_the_sample_workspace_carries_the_current_schemas(capsys):
    for kind in ("item", "finding", "issue", "office"):
        _, out, _ = told(capsys, "-C", str(ROOT), "schema", kind)
        assert json.loads((ROOT / f".vscode/schema/{kind}.json").read_text(encoding="utf-8")) == json.loads(out)


def test_new_does_not_follow_a_folder_out_of_the_workspace(capsys, workspace, tmp_path):
    outside = tmp_path / "outside"
    outside.mkdir()
    (workspace / "content/items/外").symlink_to(outside)
    code, out, err = told(capsys, "-C", str(workspace), "new", "item", "外/坏")
    assert (code, out) == (74, "")
    assert "工作区之外" in err
    assert list(outside.iterdir()) == []


NEW = {"item": "content/items", "finding": "content/findings", "issue": "content/issues"}


@pytest.mark.parametrize(
    ("arguments", "exit_code", "word"),
    [
        (["item", "坏", "--标题", "甲\udcff"], 1, "text-surrogate"),
        (["item", "坏", "--标题", "甲\u202e乙"], 1, "text-bidi"),
        (["item", "坏", "--正文", "甲\udcff"], 1, "text-surrogate"),
        (["item", "坏\udcff"], 1, "不能作文件名"),
        (["item", ".坏"], 1, "不会读取"),
        (["item", "~$坏/甲"], 1, "不会读取"),
        (["issue", "坏", "--日期", "2026-02-30"], 1, "value-day"),
        (["issue", "坏", "--刊物", "nono"], 64, "没有刊物 nono"),
        (["issue", "坏", "--刊物", "甲\udcff"], 64, "没有刊物"),
    ],
)
def test_new_writes_nothing_that_would_not_be_read(capsys, workspace, arguments, exit_code, word):
    before = sorted(workspace.rglob("*"))
    code, out, err = told(capsys, "-C", str(workspace), "new", *arguments)
    assert (code, out) == (exit_code, "")
    assert word in err
    assert sorted(workspace.rglob("*")) == before


def test_a_new_file_may_wait_for_its_values(capsys, workspace):
    for kind, folder in NEW.items():
        assert told(capsys, "-C", str(workspace), "new", kind, "新/空")[0] == 0
        assert len(list((workspace / folder / "新").iterdir())) == 1


def test_template_make_keeps_a_template_that_a_hand_changed_unless_forced(capsys, workspace):
    path = workspace / "templates/gongzuo-xinxi/issue.docx"
    other = workspace / "templates/ducha-tongbao/issue.docx"
    shipped = path.read_bytes()
    path.write_bytes(b"by hand")
    other.unlink()
    code, _, err = told(capsys, "-C", str(workspace), "template", "make")
    assert code == 1
    assert "手工改过，或版式数据改过" in err
    assert "--force" in err
    assert path.read_bytes() == b"by hand"
    assert not other.exists()
    assert told(capsys, "-C", str(workspace), "template", "make", "--force")[0] == 0
    assert path.read_bytes() == shipped
    assert told(capsys, "-C", str(workspace), "template", "make")[0] == 0
