"""``jianbao template new`` and ``template export``: a publication that can be used at once, a template to edit; or nothing at all."""

from __future__ import annotations

import json
import os
import zipfile
from pathlib import Path

import pytest

from builder import publications, starter
from builder.errors import FileError
from builder.settings import workspace as opened

TEMPLATES = "templates"


def tree(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def with_recipients(workspace: Path, publication: str) -> None:
    """Do what ``template new`` says: its list of recipients, as that of another publication."""
    office = workspace / "content/office.yaml"
    office.write_text(
        office.read_text(encoding="utf-8") + f"  {publication}:\n    报: [领导]\n    发: [部门]\n", encoding="utf-8"
    )


def test_a_new_publication_can_be_numbered_built_and_listed_at_once(run, workspace):
    made = run("template", "new", "lingdao-canyue", "--like", "gongzuo-xinxi", "--刊名", "领导参阅")
    assert made.returncode == 0, made.stderr
    assert made.stdout.split() == [
        f"templates/lingdao-canyue/{name}" for name in ("issue.docx", "issue.typ", "publication.yaml")
    ]
    assert "office.yaml" in made.stderr
    assert "register start lingdao-canyue" in made.stderr
    assert (
        run(
            "new", "issue", "参阅/第1期", "--刊物", "lingdao-canyue", "--日期", "2026-06-08", "--信息", "抗旱"
        ).returncode
        == 0
    )
    refused = run("build", "参阅/第1期")
    assert "no-distribution" in refused.stderr  # the one thing that is left to do, and it is said
    with_recipients(workspace, "lingdao-canyue")
    started = run(
        "register",
        "start",
        "lingdao-canyue",
        "--number",
        "12",
        "--total",
        "345",
        "--year",
        "2026",
        "--as",
        "信息科科长",
    )
    assert started.returncode == 0, started.stderr
    built = run("build", "参阅/第1期")
    assert built.returncode == 0, built.stderr
    assert "《领导参阅》第12期（总第345期）" in built.stdout
    rows = json.loads(run("list", "issues", "--json").stdout)
    assert [row["刊物"] for row in rows if row["编号"] == "参阅/第1期"] == ["领导参阅"]
    assert run("template", "check", "lingdao-canyue").stdout == "没有发现问题。\n"
    with zipfile.ZipFile(next((workspace / "output").rglob("第1期.docx"))) as issue:
        assert "工作信息" not in issue.read("docProps/app.xml").decode()


def test_comments_line_ends_and_all_other_values_of_the_data_stay(run, workspace):
    like = workspace / TEMPLATES / "gongzuo-xinxi/publication.yaml"
    typed = (
        like.read_text(encoding="utf-8")
        .replace("刊名: 工作信息", "刊名: '工作 # 信息'  # 报头的大字")
        .replace("\n", "\r\n")
    )
    like.write_bytes(typed.encode())
    assert run("template", "new", "cankao", "--like", "gongzuo-xinxi", "--刊名", "内参: 一").returncode == 0
    made = (workspace / TEMPLATES / "cankao/publication.yaml").read_bytes().decode()
    before, after = typed.split("\r\n"), made.split("\r\n")
    changed = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
    assert changed == [("刊名: '工作 # 信息'  # 报头的大字", '刊名: "内参: 一"  # 报头的大字')]
    titles, faults = publications.load(workspace / TEMPLATES)
    assert faults == []
    assert titles["cankao"].data.name == "内参: 一"


def test_an_id_of_chinese_characters_is_the_name_where_none_is_given(run, workspace):
    assert run("template", "new", "领导参阅", "--like", "ducha-tongbao").returncode == 0
    titles, _ = publications.load(workspace / TEMPLATES)
    assert titles["领导参阅"].data.name == "领导参阅"


def test_a_word_template_that_an_office_changed_is_copied_with_the_other_files_but_not_litter_or_links(run, workspace):
    like = workspace / TEMPLATES / "gongzuo-xinxi"
    with zipfile.ZipFile(like / "issue.docx", "a") as package:
        package.writestr("customXml/own.xml", "<own/>")
    (like / "own.typ").write_text("#let own = 1\n", encoding="utf-8")
    (like / "~$issue.docx").write_bytes(b"open in Word")
    (like / ".hidden").write_bytes(b"x")
    (like / "link.typ").symlink_to("/etc/passwd")
    assert run("template", "new", "cankao", "--like", "gongzuo-xinxi", "--刊名", "参考").returncode == 0
    made = tree(workspace / TEMPLATES / "cankao")
    assert sorted(made) == ["issue.docx", "issue.typ", "own.typ", "publication.yaml"]
    assert made["issue.docx"] == (like / "issue.docx").read_bytes()


def test_files_that_links_in_the_workspace_lead_to_are_copied_and_data_outside_are_refused(run, workspace, tmp_path):
    like, shared = workspace / TEMPLATES / "gongzuo-xinxi", workspace / "shared"
    shared.mkdir()
    for name in ("publication.yaml", "issue.typ", "issue.docx"):
        (like / name).rename(shared / name)
        (like / name).symlink_to(shared / name)
    result = run("template", "new", "cankao", "--like", "gongzuo-xinxi", "--刊名", "参考")
    assert result.returncode == 0, result.stderr
    made = workspace / TEMPLATES / "cankao"
    assert not any(path.is_symlink() for path in made.iterdir())
    assert (made / "issue.typ").read_bytes() == (shared / "issue.typ").read_bytes()
    (shared / "publication.yaml").rename(tmp_path / "outside.yaml")
    (like / "publication.yaml").unlink()
    (like / "publication.yaml").symlink_to(tmp_path / "outside.yaml")
    result = run("template", "new", "cankao2", "--like", "gongzuo-xinxi", "--刊名", "参考")
    assert result.returncode == 74
    assert "工作区之外" in result.stderr
    assert not (workspace / TEMPLATES / "cankao2").exists()


@pytest.mark.parametrize("name", ["{{ 7*7 }}简报", "{% if 要目 %}简报", "简报{# 试 #}"])
def test_a_name_that_templates_would_take_for_a_mark_is_refused(run, workspace, name):
    result = run("template", "new", "cankao", "--like", "gongzuo-xinxi", "--刊名", name)
    assert result.returncode == 1
    assert "标记" in result.stderr
    assert not (workspace / TEMPLATES / "cankao").exists()


@pytest.mark.parametrize(
    ("id_", "told"),
    [
        ("../x", "不能含 .. "),
        ("a/b", "不能含 /"),
        ("a\\b", "反斜杠"),
        ("/tmp/x", "绝对路径"),
        ("CON", "设备名"),
        ("layout", "layout 是各刊物共用"),
        (".x", "隐藏文件"),
        ("x.", "不能用于文件名"),
        (" x", "空格"),
        ("", "空格"),
        ("长" * 60, "太长"),
        ("gongzuo-xinxi", "已经存在"),
        ("GongZuo-XinXi", "已经存在"),
    ],
)
def test_an_id_that_cannot_be_a_folder_or_is_taken_is_refused_and_nothing_is_written(run, workspace, id_, told):
    before = tree(workspace)
    result = run("template", "new", id_, "--like", "gongzuo-xinxi", "--刊名", "参考")
    assert result.returncode == 1
    assert told in result.stderr
    assert "Traceback" not in result.stderr
    assert tree(workspace) == before


@pytest.mark.parametrize("name", ["一\n二", "一\x00二", "一\u202e二"])
def test_a_name_that_would_not_be_read_as_given_is_refused(workspace, name):
    with pytest.raises(starter.InvalidContent, match="不能作刊名"):
        starter.new_publication(opened(workspace), "cankao", "gongzuo-xinxi", name)
    assert not (workspace / TEMPLATES / "cankao").exists()


def test_an_unknown_or_faulty_publication_to_copy_is_refused(run, workspace):
    result = run("template", "new", "cankao", "--like", "meiyou")
    assert result.returncode == 64
    assert "可用：ducha-kuaixun" in result.stderr
    (workspace / TEMPLATES / "gongzuo-xinxi/publication.yaml").write_text("刊名: [\n", encoding="utf-8")
    result = run("template", "new", "cankao", "--like", "gongzuo-xinxi")
    assert result.returncode == 1
    assert "templates/gongzuo-xinxi/publication.yaml" in result.stderr
    assert not (workspace / TEMPLATES / "cankao").exists()


def test_nothing_is_left_when_the_disk_is_full_or_the_folder_leads_elsewhere(workspace, tmp_path, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    before = tree(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(FileError, match=r"写不了 .*/templates/cankao/issue.docx（磁盘已满）"):
            starter.new_publication(opened(workspace), "cankao", "gongzuo-xinxi", "参考")
    assert tree(workspace) == before
    assert sorted(p.name for p in workspace.iterdir()) == [".vscode", "content", "templates"]
    elsewhere = tmp_path / "elsewhere"
    (workspace / TEMPLATES).rename(elsewhere)
    (workspace / TEMPLATES).symlink_to(elsewhere)
    with pytest.raises(FileError, match="工作区之外"):
        starter.new_publication(opened(workspace), "cankao", "gongzuo-xinxi", "参考")
    assert not (elsewhere / "cankao").exists()


# ---------------------------------------------------------------- export


def test_a_template_is_exported_as_it_stands_or_made_where_there_is_none(run, workspace, tmp_path):
    own = workspace / TEMPLATES / "ducha-tongbao/issue.docx"
    shipped = own.read_bytes()
    result = run("template", "export", "ducha-tongbao")
    assert (result.returncode, result.stdout) == (0, "ducha-tongbao-模板.docx\n"), result.stderr
    assert "template import ducha-tongbao ducha-tongbao-模板.docx" in result.stderr
    assert (workspace / "ducha-tongbao-模板.docx").read_bytes() == shipped
    own.unlink()
    assert run("template", "export", "ducha-tongbao", str(tmp_path / "made.docx")).returncode == 0
    assert (tmp_path / "made.docx").read_bytes() == shipped


def test_an_export_does_not_write_over_a_file_unless_asked_nor_under_another_suffix(run, workspace):
    target = workspace / "模板.docx"
    target.write_bytes(b"an office's own work")
    result = run("template", "export", "ducha-tongbao", "模板.docx")
    assert result.returncode == 1
    assert "已经存在" in result.stderr
    assert target.read_bytes() == b"an office's own work"
    assert run("template", "export", "ducha-tongbao", "模板.docx", "--force").returncode == 0
    assert zipfile.is_zipfile(target)
    for name in ("模板.dotx", "模板.docm", "模板"):
        result = run("template", "export", "ducha-tongbao", name)
        assert result.returncode == 64
        assert ".docx" in result.stderr
        assert not (workspace / name).exists()
    assert run("template", "export", "meiyou").returncode == 64
    (workspace / "folder.docx").mkdir()
    assert run("template", "export", "ducha-tongbao", "folder.docx", "--force").returncode == 1


def test_neither_an_export_nor_make_writes_under_the_hands_of_word(run, workspace):
    own = workspace / TEMPLATES / "ducha-tongbao/issue.docx"
    target = workspace / "模板.docx"
    for path in (own, target):
        path.write_bytes(b"open")
        path.with_name(f"~${path.name}").write_bytes(b"")
    result = run("template", "export", "ducha-tongbao", "模板.docx", "--force")
    assert (result.returncode, target.read_bytes()) == (74, b"open")
    assert "正被打开" in result.stderr
    result = run("template", "make", "--force")
    assert (result.returncode, own.read_bytes()) == (74, b"open")
    assert "output-open" in result.stderr


def test_an_export_to_a_folder_that_cannot_be_written_says_why(run, workspace):
    (workspace / "a-file").write_bytes(b"")
    result = run("template", "export", "ducha-tongbao", "a-file/模板.docx")
    assert result.returncode == 74
    assert "写不了" in result.stderr
    assert "Traceback" not in result.stderr


# ---------------------------------------------------------------- import


def changed(source: Path, target: Path, part: str, before: str, after: str) -> None:
    """A Word file with a piece of a part replaced."""
    with zipfile.ZipFile(source) as package, zipfile.ZipFile(target, "w") as made:
        for name in package.namelist():
            text = package.read(name).decode()
            assert name != part or before in text
            made.writestr(name, text.replace(before, after) if name == part else text)


def test_an_edited_template_is_put_into_its_place_and_the_one_before_is_kept_where_it_was_an_office_s_own(
    run, workspace
):
    own = workspace / TEMPLATES / "gongzuo-xinxi/issue.docx"
    for name, colour in (("first.docx", "C00000"), ("second.docx", "B00000")):
        changed(own, workspace / name, "word/styles.xml", '<w:color w:val="FF0000"/>', f'<w:color w:val="{colour}"/>')
    first = run("template", "import", "gongzuo-xinxi", "first.docx")
    assert first.returncode == 0, first.stderr
    assert own.read_bytes() == (workspace / "first.docx").read_bytes()
    assert not (workspace / "output").exists()  # what the figures give can be made again
    second = run("template", "import", "gongzuo-xinxi", "second.docx")
    assert second.returncode == 0, second.stderr
    (kept,) = (workspace / "output/模板").iterdir()
    assert kept.read_bytes() == (workspace / "first.docx").read_bytes()
    assert kept.name in second.stderr
    assert run("build").returncode == 0


def test_a_template_is_tried_with_the_files_that_links_in_the_workspace_lead_to(run, workspace):
    own, shared = workspace / TEMPLATES / "gongzuo-xinxi", workspace / "shared.typ"
    (own / "issue.typ").rename(shared)
    (own / "issue.typ").symlink_to(shared)
    colours = ('<w:color w:val="FF0000"/>', '<w:color w:val="C00000"/>')
    changed(own / "issue.docx", workspace / "改.docx", "word/styles.xml", *colours)
    result = run("template", "import", "gongzuo-xinxi", "改.docx")
    assert result.returncode == 0, result.stderr
    assert (own / "issue.docx").read_bytes() == (workspace / "改.docx").read_bytes()


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        ("{{ 报头.编印单位 }}", "{{ 报头.编印 }}", "template-name"),
        ("{{ 报头.编印单位 }}", "｛｛ 报头.编印单位 ｝｝", "template-syntax"),
        ("{{ 报头.编印单位 }}", "某某办公室", "template-render"),
        (
            "<w:body>",
            '<w:body><w:p><w:ins w:id="1" w:author="甲"><w:r><w:t>新</w:t></w:r></w:ins></w:p>',
            "template-revision",
        ),
        ('<w:pStyle w:val="Masthead"/>', '<w:pStyle w:val="Meiyou"/>', "template-style"),
    ],
)
def test_a_template_that_fails_the_check_is_not_taken(run, workspace, before, after, code):
    own = workspace / TEMPLATES / "gongzuo-xinxi/issue.docx"
    shipped = own.read_bytes()
    changed(own, workspace / "改.docx", "word/document.xml", before, after)
    result = run("template", "import", "gongzuo-xinxi", "改.docx")
    assert result.returncode == 1
    assert f"[{code}]" in result.stderr
    assert "改.docx" in result.stderr
    assert f"{TEMPLATES}/gongzuo-xinxi/issue.docx" not in result.stderr
    assert own.read_bytes() == shipped


def test_files_that_are_no_word_templates_are_not_taken(run, workspace):
    own = workspace / TEMPLATES / "gongzuo-xinxi/issue.docx"
    shipped = own.read_bytes()
    (workspace / "text.docx").write_bytes(b"hello")
    (workspace / "empty.docx").write_bytes(b"")
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    changed(own, workspace / "a.dotx", "[Content_Types].xml", kind, kind.replace("document.main", "template.main"))
    changed(
        own, workspace / "a.docm", "[Content_Types].xml", kind, "application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    changed(own, workspace / "b.docx", "word/document.xml", "</w:body>", "</w:bod>")
    for name, code in (
        ("text.docx", "guard-format"),
        ("empty.docx", "guard-format"),
        ("a.dotx", "guard-type"),
        ("a.docm", "guard-macro"),
        ("b.docx", "guard-xml"),
    ):
        result = run("template", "import", "gongzuo-xinxi", name)
        assert result.returncode == 1, name
        assert f"[{code}]" in result.stderr, name
        assert own.read_bytes() == shipped
    missing = run("template", "import", "gongzuo-xinxi", "meiyou.docx")
    assert missing.returncode == 74
    assert run("template", "import", "meiyou", "text.docx").returncode == 64


def test_a_template_that_is_open_in_word_is_not_written_over(run, workspace):
    own = workspace / TEMPLATES / "gongzuo-xinxi/issue.docx"
    changed(own, workspace / "改.docx", "word/styles.xml", '<w:color w:val="FF0000"/>', '<w:color w:val="C00000"/>')
    shipped = own.read_bytes()
    (own.parent / "~$issue.docx").write_bytes(b"")
    result = run("template", "import", "gongzuo-xinxi", "改.docx")
    assert result.returncode == 74
    assert "正被打开" in result.stderr
    assert own.read_bytes() == shipped
