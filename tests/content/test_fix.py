"""``check --fix``: files as they were read, tidied; comments and all else byte for byte; never another reading."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from builder import content
from builder.cli.main import main
from builder.content import fixes, load
from builder.content.fix import fixed
from builder.content.load import KINDS
from builder.errors import Fault, has_errors
from builder.settings import Workspace
from builder.workflow import checking
from tests.growth import assert_linear

OFFICE = "名称: 临澜市委办公室\n"
ISSUE = "刊物: gongzuo-xinxi\n日期: 2026-06-08\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    put(tmp_path, "office.yaml", OFFICE)
    return tmp_path


def put(root: Path, name: str, text: str | bytes) -> None:
    path = root / "content" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())


def fix(kind: str, data: str | bytes) -> tuple[str, tuple[str, ...]] | Fault | None:
    made = fixed(kind, data if isinstance(data, bytes) else data.encode(), "x", KINDS[kind][2], Path())
    return (made[0].decode(), made[1]) if isinstance(made, tuple) else made


TYPED = (
    """
———
# 说明：不动
标题：[2024]5号  # 注：不动
供稿单位: ［甲、"乙，丙"］
　报送时间 ：2026年6月8日
事发时间: 2026-06-07
采用情况：
  - 刊物：要情   # 三个空格
    日期: 2026.6.1
备注: |
  标题：不是键
得分: '1'{blanks}
———
　　正文：[2024]5号{wide}
———
2026.6.8
""".replace("\n", "\r\n")
    .replace("{blanks}", "   ")
    .replace("{wide}", "　")
    .replace("{blanks}", "   ")
    .replace("{wide}", "　")
)

TIDY = (
    """---
# 说明：不动
标题: "[2024]5号"  # 注：不动
供稿单位: [甲, "乙，丙"]
报送时间: 2026-06-08
事发时间: 2026-06-07
采用情况:
  - 刊物: 要情   # 三个空格
    日期: 2026-06-01
备注: |
  标题：不是键
得分: '1'{blanks}
---
　　正文：[2024]5号{wide}
———
2026.6.8
""".replace("\n", "\r\n")
    .replace("{blanks}", "   ")
    .replace("{wide}", "　")
)


def test_an_item_is_written_as_it_was_read_and_the_rest_byte_for_byte() -> None:
    text, done = fix("item", TYPED)  # type: ignore[misc]
    assert text == TIDY
    assert list(done) == [
        "分隔行改为 ---（第1、2、14行）", "冒号、空格和缩进改成规范写法（第4、6、8、9行）",
        "值加引号（第4行）", "列表改用半角括号和逗号（第5行）",
        "日期改为 2026-06-08 的写法（第6、10行）",
    ]  # fmt: skip
    assert fix("item", TIDY) is None


@pytest.mark.parametrize(
    ("data", "done"),
    [
        (TIDY.encode("utf-8-sig"), "去掉文件开头的 BOM"), (TIDY.encode("gb18030"), "改存为 UTF-8 编码"),
        (TIDY.encode("utf-16"), "改存为 UTF-8 编码"),
    ],
)  # fmt: skip
def test_a_file_becomes_utf8_without_a_mark_with_its_own_line_ends(data: bytes, done: str) -> None:
    assert fix("item", data) == (TIDY, (done,))


def test_lone_carriage_returns_become_the_files_line_ends() -> None:
    assert fix("item", "---\r标题: 甲\r---\r正文\r") == ("---\n标题: 甲\n---\n正文\n", ("单独的回车符改为换行",))
    assert fix("item", "---\r\n标题: 甲\r---\r\n") == ("---\r\n标题: 甲\r\n---\r\n", ("单独的回车符改为换行",))


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        (ISSUE + "标识：[2024]5号  # 注\n条目：\n　　- 信息：a\n　　　标题： @甲\n",
         ISSUE + '标识: "[2024]5号"  # 注\n条目:\n  - 信息: a\n    标题: "@甲"\n'),
        (ISSUE + "标识: [2024]\n主送: [甲、乙]\n", ISSUE + '标识: "[2024]"\n主送: [甲、乙]\n'),
        ("刊物: a\n日期: 2026.6.8\n标识: 关于 #1 地块 # 注\n", "刊物: a\n日期: 2026-06-08\n标识: 关于 #1 地块 # 注\n"),
    ],
)  # fmt: skip
def test_a_strict_file_gets_the_corrected_lines_where_it_then_parses(text: str, tidy: str) -> None:
    made = fix("issue", text)
    assert isinstance(made, tuple)
    assert made[0] == tidy
    assert fix("issue", tidy) is None


def test_a_strict_file_that_does_not_parse_even_so_is_left_and_said() -> None:
    made = fix("issue", ISSUE + "标识：甲\n专题: 'x\n")
    assert isinstance(made, Fault)
    assert (made.code, made.severity) == ("fix-left", "warning")
    assert fix("issue", ISSUE + "专题: 'x\n") is None


def test_a_sound_strict_file_is_not_touched_whatever_it_means() -> None:
    for text in (
        ISSUE,
        ISSUE + "主送: ［甲、乙］\n标识: 甲 #1\n分发: {删去: [甲, 乙]}\n编者按: |\n  标题：甲\n",
        "# 空\n",
        "",
    ):
        assert fix("issue", text) is None


def test_items_with_other_faults_are_tidied_too_and_keep_them() -> None:
    made = fix("item", "---\n标题：甲\n类别：动太\n标提: [乙\n---\n| 甲 |\n")
    assert isinstance(made, tuple)
    assert made[0] == '---\n标题: 甲\n类别: 动太\n标提: "[乙"\n---\n| 甲 |\n'


def test_bytes_of_no_encoding_are_left_to_the_loader() -> None:
    assert fix("item", b"---\n\xff\xff\xff\n") is None


PIECES = st.lists(
    st.sampled_from([
        "---", "———", "\n", "\n", "\r\n", "\r", "标题", "供稿单位", "采用情况", "刊物", "报送时间", "条目", "信息", "日期",
        "编号", "事项", "：", ":", ": ",
        "　", "  ", "- ", "[", "]", "，", "甲", "#", "  # ", "'", '"', "|", "@", "2026.6.8", "6月8日", "\u200b", "⼈", "\ufeff", "e\u0301",
    ]), max_size=40,
).map("".join)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(PIECES, st.sampled_from(["item", "issue", "finding"]), st.booleans())
def test_fixing_twice_changes_nothing_and_never_the_reading(text: str, kind: str, front: bool) -> None:
    text = f"---\n标题：甲\n{text}\n---\n正文\n" if front and kind == "item" else text
    once = fix(kind, text)
    if isinstance(once, tuple):
        assert fix(kind, once[0]) is None


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
@given(
    st.text("甲乙 [2024]5号#:：“”'\"@%*!&-|>{}、，.", min_size=1, max_size=30),
    st.sampled_from(["utf-8", "gb18030", "utf-16"]),
)
def test_what_is_loaded_after_fixing_is_what_was_loaded_before(root: Path, title: str, encoding: str) -> None:
    text = f"---\n标题：{title}\n供稿单位：{title}\n报送时间：2026.6.8\n---\n在抗旱保苗工作中\n"
    put(root, "items/a.md", text.encode(encoding))
    before, faults = load(root)
    assert before is not None
    if has_errors(faults):
        return
    checking.fix(Workspace(root))
    after, left = load(root)
    assert after is not None
    assert after.items["a"].value == before.items["a"].value
    assert [f.code for f in left if f.code.startswith("front") or f.code == "text-recoded"] == []


@pytest.fixture
def workspace(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    folder = tmp_path / "ws"
    assert run("init", str(folder)) == 0
    capsys.readouterr()
    return folder


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(list(arguments))
    return int(stop.value.code or 0)


def test_the_command_prints_each_file_and_what_was_done_then_checks(
    workspace: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    put(workspace, "items/a.md", "---\n标题：甲\n---\n正文\n".encode("gbk"))
    put(workspace, "issues/b.yaml", "刊物：gongzuo-xinxi\n日期: 2026.6.8\n条目: [{信息: a}]\n")
    put(workspace, "issues/c.yaml", "刊物：甲\n日期: 'x\n")
    assert run("-C", str(workspace), "check", "--fix") == 1
    out = capsys.readouterr().out
    assert "已改写 content/items/a.md：改存为 UTF-8 编码；冒号、空格和缩进改成规范写法（第2行）\n" in out
    assert "已改写 content/issues/b.yaml：" in out
    assert "fix-left" in out
    assert "content/issues/c.yaml:2:5" in out
    (workspace / "content/issues/c.yaml").unlink()
    assert run("-C", str(workspace), "check", "--fix") == 0
    assert "已改写" not in capsys.readouterr().out


def test_a_new_workspace_and_the_sample_have_nothing_to_fix(workspace: Path) -> None:
    for name in ("item", "finding", "issue"):
        assert run("-C", str(workspace), "new", name, "甲") == 0
    assert fixes(workspace) == ([], [])
    assert fixes(Path(__file__).resolve().parents[2]) == ([], [])


def test_a_link_stays_a_link_and_a_file_saved_meanwhile_is_not_touched(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(root, "items/a.md", "---\n标题：甲\n---\n")
    (root / "content/items/b.md").symlink_to("a.md")
    written, _ = checking.fix(Workspace(root))
    assert [one.file for one in written] == ["content/items/a.md"]
    assert (root / "content/items/b.md").is_symlink()
    put(root, "items/a.md", "---\n标题：甲\n---\n")
    planned = fixes(root)
    put(root, "items/a.md", "---\n标题：乙\n---\n")
    monkeypatch.setattr(content, "fixes", lambda _: planned)
    assert checking.fix(Workspace(root))[0] == []


def test_a_file_that_cannot_be_written_is_said_and_stays(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = "---\n标题：甲\n---\n"
    put(root, "items/a.md", text)
    put(root, "items/b.md", text)
    replace, tried = os.fsync, []

    def full_once(handle: int) -> None:
        tried.append(handle)
        if len(tried) == 1:
            raise OSError(28, "No space left on device")
        replace(handle)

    monkeypatch.setattr("builder.files.os.fsync", full_once)
    written, faults = checking.fix(Workspace(root))
    assert [one.file for one in written] == ["content/items/b.md"]
    assert [(f.code, f.place.file) for f in faults] == [("disk-full", "content/items/a.md")]
    assert (root / "content/items/a.md").read_text(encoding="utf-8") == text


def test_a_file_that_cannot_be_rewritten_gives_the_exit_code_of_a_disk_that_failed(
    workspace: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(workspace, "items/a.md", "---\n标题：甲\n---\n")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("builder.files.os.fsync", full)
    assert run("-C", str(workspace), "check", "--fix") == 74
    assert "disk-full" in capsys.readouterr().out


def test_a_file_taken_away_meanwhile_is_passed_over(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(root, "items/a.md", "---\n标题：甲\n---\n")
    planned = fixes(root)
    (root / "content/items/a.md").unlink()
    monkeypatch.setattr(content, "fixes", lambda _: planned)
    assert checking.fix(Workspace(root)) == ([], [])


@pytest.mark.parametrize("unit", ["标题：[甲\n", "采用情况：\n  - 刊物：@\n", "\r", "\n", "　- 甲：\n"])
def test_cost_is_linear_in_the_file(unit: str) -> None:
    def both(size: int) -> None:
        fix("item", "---\n" + unit * (size // len(unit)) + "---\n")
        fix("issue", ISSUE + unit * (size // len(unit)))

    assert_linear(both, 3_000)
