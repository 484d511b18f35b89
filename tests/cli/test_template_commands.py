"""``jianbao template check``, and what ``check`` and ``build`` make of a template with faults: real processes, real engines."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from tests.render.test_docx_engine import paragraph

WORD = "templates/gongzuo-xinxi/issue.docx"
PAPER = "templates/gongzuo-xinxi/issue.typ"


def into_word(workspace: Path, body: str) -> None:
    path = workspace / WORD
    with zipfile.ZipFile(path) as source:
        parts = {name: source.read(name).decode() for name in source.namelist()}
    parts["word/document.xml"] = parts["word/document.xml"].replace("<w:body>", f"<w:body>{body}", 1)
    with zipfile.ZipFile(path, "w") as made:
        for name, text in parts.items():
            made.writestr(name, text)


def into_paper(workspace: Path, code: str) -> None:
    path = workspace / PAPER
    path.write_text(f"{code}\n{path.read_text(encoding='utf-8')}", encoding="utf-8")


def test_templates_without_a_fault_pass(run, workspace):
    result = run("template", "check")
    assert (result.returncode, result.stdout) == (0, "没有发现问题。\n"), result.stderr
    assert run("template", "check", "ducha-kuaixun", "--json").stdout == "[]\n"


def test_an_unknown_publication_is_a_usage_error(run, workspace):
    result = run("template", "check", "meiyou")
    assert result.returncode == 64
    assert "meiyou" in result.stderr


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        ("{{ cycler.__init__.__globals__.os.popen('id').read() }}", "cycler"),
        ('{{ 报头|attr("__class__") }}', "__class__"),
        ("{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}", "超过 2 秒处理器时间"),
        ('{{ "a"*9999999999 }}', "内存"),
        ("{% if 0 %}{{ 未知 }}{% endif %}", "没有变量“未知”"),
    ],
)
def test_a_word_template_is_named_with_what_is_wrong(run, workspace, tag, words):
    into_word(workspace, paragraph(tag))
    result = run("template", "check")
    assert result.returncode == 1
    assert words in result.stdout
    assert all(WORD in line for line in result.stdout.splitlines() if "错误：" in line)
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("#for a in range(9999) { for b in range(9999) { for c in range(9999) { } } }", "超过 2 秒处理器时间"),
        ('#{let a = "a" * 9000000; let b = (a,) * 400; panic(b.join().len())}', "内存"),
        ('#read("../x")', "file not found"),
        ('#read("../../x")', "escape the project root"),
        ('#import "@preview/cetz:0.3.1": *', "软件包"),
        ('#let p = plugin("x.wasm")', "plugin"),
        ('#set text(font: "没有的字体")\n字', "没有的字体"),
    ],
)
def test_a_typst_template_is_named_with_what_is_wrong(run, workspace, code, words):
    into_paper(workspace, code)
    result = run("template", "check", "gongzuo-xinxi", JIANBAO_MEMORY="500")
    assert result.returncode == 1
    assert words in result.stdout
    assert f"{PAPER}" in result.stdout
    assert "Traceback" not in result.stderr


def test_text_that_someone_added_to_a_template_is_found_by_the_trial(run, workspace):
    into_word(workspace, paragraph("自己加的一段"))
    paper = workspace / PAPER
    paper.write_text(paper.read_text(encoding="utf-8") + "\n自己加的一行\n", encoding="utf-8")
    result = run("template", "check", "gongzuo-xinxi", "--json")
    assert result.returncode == 1
    found = {f["file"]: f for f in json.loads(result.stdout)}
    assert sorted(found) == [WORD, PAPER]
    assert all(f["code"] == "template-render" and "不一致" in f["message"] for f in found.values())
    assert "自己加的一段" in found[WORD]["message"]
    assert "自己加的一行" in found[PAPER]["message"]


def test_all_faults_of_all_templates_are_told_at_once(run, workspace):
    into_word(workspace, paragraph("{{ 甲甲 }}") + paragraph("{{ 乙乙 }}"))
    into_paper(workspace, '#import "@preview/a:1.0.0"\n#eval("1")')
    found = json.loads(run("template", "check", "--json").stdout)
    assert [(f["file"], f["line"], f["code"]) for f in found] == [
        (f"{WORD}!word/document.xml", 0, "template-name"),
        (f"{WORD}!word/document.xml", 0, "template-name"),
        (PAPER, 1, "template-forbidden"),
        (PAPER, 2, "template-forbidden"),
    ]


def test_check_judges_the_templates_of_the_publications_in_use(run, workspace):
    (workspace / "templates/ducha-kuaixun/issue.docx").write_bytes(b"no zip, but no issue uses it")
    assert run("check").returncode == 0
    into_word(workspace, paragraph("{% if 0 %}{{ 未知 }}{% endif %}"))
    result = run("check")
    assert result.returncode == 1
    assert "[template-name]" in result.stdout


def test_build_refuses_a_template_with_a_fault_in_a_branch_that_does_not_run(run, workspace):
    into_word(workspace, paragraph("{% if 0 %}{{ 未知 }}{% include 'x' %}{% endif %}"))
    result = run("build")
    assert result.returncode == 1
    assert "没有变量“未知”" in result.stderr
    assert "不能用 include" in result.stderr
    assert f"{WORD} 不能使用" in result.stderr
    assert not (workspace / "output/drafts").exists()


def test_build_stops_a_template_that_takes_too_long_and_names_it(run, workspace):
    into_paper(workspace, "#for a in range(9999) { for b in range(9999) { for c in range(9999) { } } }")
    result = run("build", JIANBAO_DEADLINE="0.5")
    assert result.returncode == 1
    assert f"{PAPER} 用了超过 0.5 秒处理器时间" in result.stderr
    assert "JIANBAO_DEADLINE" in result.stderr
    assert not (workspace / "output/drafts").exists()


def test_a_limit_that_is_no_number_is_a_usage_error(run, workspace):
    result = run("build", JIANBAO_DEADLINE="两秒")
    assert result.returncode == 64
    assert "JIANBAO_DEADLINE" in result.stderr
