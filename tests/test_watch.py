"""``jianbao build --watch``, as an editor runs it: a second process, real saves, what it prints and writes.

Nothing here is timed: every wait ends when what is waited for is there, or fails after a generous time.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from builder.cli.main import main
from builder.measure import pdf
from tests.conftest import ROOT

GENEROUS = 120.0  # s
READY = "正在监看"
ITEM, OTHER = "content/items/抗旱.md", "content/items/巡诊.md"
FIRST, SECOND = "output/drafts/gongzuo-xinxi/2026/第1期", "output/drafts/gongzuo-xinxi/2026/第2期"


class Watching:
    """A running ``build --watch``: what it printed so far, and what lies in its workspace."""

    def __init__(
        self, folder: Path, log: Path, *arguments: str, first: Path | None = None, out: int | None = None
    ) -> None:
        """``first`` is searched for modules before all others; ``out`` takes what is printed, else ``log`` does."""
        self.folder, self.log = folder, log
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(str(path) for path in (first, ROOT) if path),
            "JIANBAO_FONTS": str(ROOT / ".fonts"),
            "NO_COLOR": "1",
            "PYTHONUNBUFFERED": "1",
        }
        with log.open("w") as file:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "builder", "-C", str(folder), "build", "--watch", *arguments],
                cwd=log.parent,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=file if out is None else out,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def until(self, met: Callable[[], bool], what: str) -> None:
        end = time.monotonic() + GENEROUS
        while not met():
            assert self.process.poll() is None, self.printed
            assert time.monotonic() < end, f"waited for {what}; printed:\n{self.printed}"
            time.sleep(0.02)

    def prints(self, text: str, times: int = 1) -> None:
        self.until(lambda: self.printed.count(text) >= times, f"{times} × {text}")

    def shows(self, text: str, draft: str = FIRST) -> None:
        """Wait until the PDF of ``draft`` carries ``text``."""
        self.until(lambda: text in paper(self.folder / f"{draft}.pdf"), text)

    def save(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(GENEROUS)


def paper(path: Path) -> str:
    try:
        return "".join(page.text for page in pdf.read(path.read_bytes()).pages)
    except FileNotFoundError:
        return ""


def item(body: str, title: str = "全市抗旱保苗进展顺利") -> str:
    return f"---\n标题: {title}\n---\n{body}\n"


def command(*arguments: str) -> None:
    with pytest.raises(SystemExit) as stop:
        main([*arguments])
    assert stop.value.code == 0


@pytest.fixture
def folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """A workspace with two issues of one item each."""
    place = tmp_path / "ws"
    command("init", str(place))
    for name, issue, day in (("抗旱", "2026/第1期", "2026-06-08"), ("巡诊", "2026/第2期", "2026-06-15")):
        command("-C", str(place), "new", "item", name, "--标题", f"{name}进展顺利", "--正文", "全市投入机具860台。")
        command("-C", str(place), "new", "issue", issue, "--日期", day, "--信息", name)
    return place


@pytest.fixture
def start(folder: Path, tmp_path: Path) -> Iterator[Callable[..., Watching]]:
    running: list[Watching] = []

    def call(*arguments: str) -> Watching:
        watching = Watching(folder, tmp_path / f"log{len(running)}", *arguments)
        running.append(watching)
        watching.prints(READY)
        return watching

    yield call
    for watching in running:
        if watching.process.poll() is None:
            watching.process.kill()
            watching.process.wait()


@pytest.fixture
def watching(start: Callable[..., Watching]) -> Watching:
    return start()


def by_rename(path: Path, text: str) -> None:
    """As VS Code and WPS save: a new file beside, put in the place of the old one."""
    beside = path.with_name(f".{path.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)


def with_backup(path: Path, text: str) -> None:
    """As vim saves: the old file becomes the backup, a new one takes its name, the backup goes."""
    backup = path.with_name(path.name + "~")
    path.rename(backup)
    path.write_text(text, encoding="utf-8")
    backup.unlink()


def in_place(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def same_size_same_time(path: Path, text: str) -> None:
    """As a tool that puts the time back: neither size nor time tell of the change."""
    before = path.stat()
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert path.stat().st_size == before.st_size


@pytest.mark.parametrize("save", [in_place, by_rename, with_backup, same_size_same_time])
def test_a_saved_item_is_rendered_in_the_issue_that_uses_it_and_in_no_other(watching, save):
    other = (watching.folder / f"{SECOND}.pdf").stat()
    for count, number in enumerate(("861", "862"), start=2):
        save(
            watching.folder / ITEM,
            (watching.folder / ITEM).read_text(encoding="utf-8").replace("86" + str(count - 2), number),
        )
        watching.shows(f"机具{number}台")
        watching.prints("《工作信息》第1期", count)
    assert "末面余" in watching.printed
    assert watching.printed.count("《工作信息》第2期") == 1
    assert (watching.folder / f"{SECOND}.pdf").stat() == other
    assert "Traceback" not in watching.printed


def test_interrupting_ends_it_with_success_and_leaves_no_process(watching):
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")
    children = psutil.Process(watching.process.pid).children(recursive=True)
    assert watching.stop() == 0
    assert watching.printed.rstrip().endswith("已停止监看。")
    assert "Traceback" not in watching.printed
    assert not [child for child in psutil.wait_procs(children, timeout=GENEROUS)[1] if child.is_running()]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_closed_terminal_ends_it_as_an_interrupt_does(watching, name):
    assert watching.stop(getattr(signal, name)) == 0
    assert "Traceback" not in watching.printed


def test_a_fault_is_shown_once_then_recovery_is_told(watching):
    good = item("全市投入机具861台。")
    by_rename(watching.folder / ITEM, "---\n标题: [\n---\n")
    watching.prints("有错误，没有生成：2026/第1期")
    shown = watching.printed.count("抗旱.md:")
    watching.save(OTHER, item("巡诊十二村。", "巡诊服务送到山区"))
    watching.shows("巡诊十二村", SECOND)
    assert watching.printed.count("抗旱.md:") == shown
    watching.save(ITEM, good)
    watching.prints("已恢复：2026/第1期")
    watching.shows("861台")


def test_an_item_that_is_put_back_as_it_was_is_told_as_recovered_and_nothing_is_written(watching):
    text, before = (watching.folder / ITEM).read_text(encoding="utf-8"), (watching.folder / f"{FIRST}.pdf").stat()
    watching.save(ITEM, "坏了")
    watching.prints("有错误，没有生成：2026/第1期")
    watching.save(ITEM, text)
    watching.prints("已恢复：2026/第1期")
    assert (watching.folder / f"{FIRST}.pdf").stat() == before


def test_an_item_that_disappears_while_it_is_used_is_a_fault_until_it_is_back(watching):
    path = watching.folder / ITEM
    text = path.read_text(encoding="utf-8")
    path.unlink()
    watching.prints("id-missing")
    path.write_text(text.replace("860", "861"), encoding="utf-8")
    watching.prints("已恢复：2026/第1期")
    watching.shows("861台")


def test_a_renamed_item_is_missed_under_its_old_name_and_found_under_the_new_one(watching):
    (watching.folder / ITEM).rename(watching.folder / "content/items/保苗.md")
    watching.prints("没有“抗旱”")
    issue = watching.folder / "content/issues/2026/第1期.yaml"
    issue.write_text(issue.read_text(encoding="utf-8").replace("抗旱", "保苗"), encoding="utf-8")
    watching.prints("已恢复：2026/第1期")


def test_a_new_issue_and_a_new_folder_are_taken_up(watching):
    command("-C", str(watching.folder), "new", "item", "新夹/深处/通车", "--标题", "公路通车", "--正文", "全长12公里。")
    command("-C", str(watching.folder), "new", "issue", "2027/甲", "--日期", "2027-01-04", "--信息", "通车")
    watching.shows("全长12公里", "output/drafts/gongzuo-xinxi/2027/甲")
    watching.save("content/items/新夹/深处/通车.md", item("全长13公里。"))
    watching.shows("全长13公里", "output/drafts/gongzuo-xinxi/2027/甲")


def test_a_folder_that_is_deleted_and_made_again_is_watched_on(watching):
    items, kept = watching.folder / "content/items", watching.folder / "kept"
    shutil.copytree(items, kept)
    shutil.rmtree(items)
    watching.prints("有错误，没有生成：2026/第1期、2026/第2期")
    shutil.copytree(kept, items)
    watching.prints("已恢复：", 2)
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")


def test_a_workspace_that_goes_is_waited_for_and_its_files_are_written_again(watching, tmp_path):
    shutil.copytree(watching.folder, tmp_path / "kept", ignore=shutil.ignore_patterns("output"))
    shutil.rmtree(watching.folder)
    watching.prints("等它回来")
    assert not watching.folder.exists()
    (tmp_path / "kept").rename(watching.folder)
    watching.prints("工作区文件夹回来了")
    watching.shows("860台")
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")
    assert watching.stop() == 0


def test_a_file_caught_half_written_is_read_to_its_end(watching):
    text = item("全市投入机具861台。\n" * 40 + "写完了。").encode()
    with (watching.folder / ITEM).open("wb", buffering=0) as file:
        for start in range(0, len(text), 97):
            file.write(text[start : start + 97])
            time.sleep(0.01)
    watching.shows("写完了")


def test_a_storm_of_saves_ends_with_the_last_and_renders_far_fewer(watching):
    for count in range(1000):
        watching.save(ITEM, item(f"全市投入机具第{count}台次。"))
    watching.shows("第999台次")
    assert watching.printed.count("《工作信息》第1期") < 300


def test_only_the_chosen_issues_and_formats_are_built(start, folder):
    watching = start("第1期", "--format", "pdf")
    watching.save(OTHER, "坏了")
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")
    assert [p.name for p in (folder / "output").rglob("第*")] == ["第1期.pdf"]
    assert "巡诊" not in watching.printed


def test_a_workspace_with_faults_at_the_start_is_built_when_they_are_gone(start, folder):
    text = (folder / "content/office.yaml").read_text(encoding="utf-8")
    (folder / "content/office.yaml").write_text("坏", encoding="utf-8")
    log = folder.parent / "early"
    watching = Watching(folder, log)
    watching.prints("工作区不能使用")
    watching.save("content/office.yaml", text)
    watching.prints("已恢复：工作区")
    watching.shows("860台")
    assert watching.stop() == 0


def test_the_office_file_concerns_every_issue(watching):
    office = watching.folder / "content/office.yaml"
    text = office.read_text(encoding="utf-8")
    groups = text.replace("份数: ", "份数: 1")
    assert groups != text
    watching.save("content/office.yaml", groups)
    watching.prints("《工作信息》第1期", 2)
    watching.prints("《工作信息》第2期", 2)


def test_a_broken_template_is_told_once_and_a_mended_one_renders_again(watching):
    template = watching.folder / "templates/gongzuo-xinxi/issue.typ"
    text = template.read_text(encoding="utf-8")
    template.write_text(text + "\n#没有这个()\n", encoding="utf-8")
    watching.prints("没有生成：2026/第2期")
    assert watching.printed.count("PDF 模板 templates/gongzuo-xinxi/issue.typ 出错") == 1
    watching.save(ITEM, item("全市投入机具861台。"))
    template.write_text(text, encoding="utf-8")
    watching.prints("已恢复：2026/第2期")
    watching.shows("861台")


def test_a_publication_concerns_its_issues(watching):
    sheet = watching.folder / "templates/gongzuo-xinxi/publication.yaml"
    text = sheet.read_text(encoding="utf-8")
    sheet.write_text(text.replace("刊名: 工作信息", "刊名: 信息工作"), encoding="utf-8")
    watching.prints("《信息工作》第1期")
    watching.prints("《信息工作》第2期")


def test_a_picture_beside_an_entry_concerns_the_issue_that_shows_it(watching):
    from PIL import Image

    watching.save(ITEM, item("第一段。\n![示意](图.png)"))
    watching.prints("picture-missing")
    Image.new("RGB", (300, 200), "red").save(watching.folder / "content/items/图.png")
    watching.prints("已恢复：2026/第1期")
    watching.prints("《工作信息》第1期", 2)
    before = (watching.folder / f"{FIRST}.pdf").read_bytes()
    Image.new("RGB", (300, 200), "blue").save(watching.folder / "content/items/图.png")
    watching.until(lambda: (watching.folder / f"{FIRST}.pdf").read_bytes() != before, "the blue picture")


def test_a_table_file_concerns_the_issue_that_prints_it(watching):
    table = watching.folder / "content/items/附表.csv"
    table.write_text("类别,件数\n交办,861\n", encoding="gb18030")
    watching.save(ITEM, item("第一段。\n表: 附表.csv"))
    watching.shows("861")
    table.write_text("类别,件数\n交办,862\n", encoding="gb18030")
    watching.shows("862")
    table.unlink()
    watching.prints("table-missing")


def test_backups_that_come_and_go_are_told_once(watching):
    backup = watching.folder / (ITEM + "~")
    for number in ("861", "862", "863"):
        backup.write_bytes((watching.folder / ITEM).read_bytes())
        watching.prints("file-litter")
        watching.save(ITEM, item(f"全市投入机具{number}台。"))
        watching.shows(f"{number}台")
        backup.unlink()
    assert watching.printed.count("file-litter") == 1


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_links_that_lead_in_circles_or_out_do_not_hold_it_up(start, folder):
    (folder / "content/items/圈").symlink_to(folder / "content")
    (folder / "content/items/外").symlink_to("/")
    (folder / "content/items/自.md").symlink_to(folder / "content/items/自.md")
    watching = start()
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")


def test_what_the_page_budget_says_is_told_when_it_changes(watching):
    issue = "content/issues/2026/第1期.yaml"
    text = (watching.folder / issue).read_text(encoding="utf-8")
    watching.save(issue, text.replace("页数:", "页数: 恰2"))
    watching.prints("[page-budget]")  # the files are as they were
    watching.prints("须增加")
    watching.save(issue, text.replace("页数:", "页数: 恰1"))
    watching.save(ITEM, item("\n".join(["全市投入机具。"] * 30)))
    watching.prints("要求恰1面：须删")
    watching.save(ITEM, item("全市投入机具九百台。"))
    watching.shows("九百台")
    told = watching.printed.count("[page-budget]")
    watching.save(OTHER, item("巡诊十二村。"))
    watching.shows("巡诊十二村", SECOND)
    assert watching.printed.count("[page-budget]") == told


def test_saving_the_same_again_writes_nothing(watching):
    before = (watching.folder / f"{FIRST}.pdf").stat()
    watching.save(ITEM, (watching.folder / ITEM).read_text(encoding="utf-8"))
    watching.save(OTHER, item("巡诊十二村。"))
    watching.shows("巡诊十二村", SECOND)
    assert (watching.folder / f"{FIRST}.pdf").stat() == before


def test_a_file_that_cannot_be_written_is_told_and_written_later(watching):
    target = watching.folder / f"{FIRST}.docx"
    target.unlink()
    (target / "x").mkdir(parents=True)  # nothing can be put in its place
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.prints("[output-unwritable]")
    watching.shows("861台")
    shutil.rmtree(target)
    watching.prints(f"已恢复：{FIRST}.docx")
    assert target.is_file()


def test_a_file_that_is_open_in_word_is_told_once_and_written_when_it_is_closed(watching):
    target = watching.folder / f"{FIRST}.docx"
    before = target.read_bytes()
    owner = target.with_name(f"~${target.name}")
    owner.touch()
    for number in ("861", "862"):
        watching.save(ITEM, item(f"全市投入机具{number}台。"))
        watching.shows(f"{number}台")
    assert target.read_bytes() == before
    assert watching.printed.count("正被打开") == 1
    owner.unlink()
    watching.prints(f"已恢复：{FIRST}.docx")
    assert target.read_bytes() != before


def test_a_template_that_never_ends_is_stopped_and_the_rest_goes_on(start, folder, monkeypatch):
    monkeypatch.setenv("JIANBAO_DEADLINE", "1")
    watching = start()
    template = folder / "templates/gongzuo-xinxi/issue.typ"
    text = template.read_text(encoding="utf-8")
    by_rename(template, text + "\n#{ for n in range(9000) { for m in range(9000) { } } }\n")
    watching.prints("已经停止")
    watching.prints("没有生成：2026/第2期")
    process = psutil.Process(watching.process.pid)
    watching.until(lambda: not process.children(), "the end of the engines' process")
    by_rename(folder / ITEM, (folder / ITEM).read_text(encoding="utf-8"))
    watching.until(lambda: bool(process.children()), "another process for another try")
    by_rename(template, text)
    watching.prints("已恢复：2026/第1期")
    watching.save(ITEM, item("全市投入机具861台。"))
    watching.shows("861台")


SILENT = """
import time
def watch(*folders, stop_event, **options):
    while not stop_event.is_set():
        time.sleep(0.05)
        yield set()
"""
REFUSED = """
def watch(*folders, **options):
    raise OSError("OS file watch limit reached.")
    yield
"""


@pytest.mark.parametrize("library", [SILENT, REFUSED])
def test_where_the_system_tells_nothing_saves_are_found_by_looking(folder, tmp_path, library):
    """As on a network folder, or where another program has used up the watches."""
    (tmp_path / "fake").mkdir()
    (tmp_path / "fake/watchfiles.py").write_text(library)
    watching = Watching(folder, tmp_path / "log", first=tmp_path / "fake")
    watching.prints(READY)
    for number in ("861", "862", "863"):
        watching.save(ITEM, item(f"全市投入机具{number}台。"))
        watching.shows(f"{number}台")
    assert watching.stop() == 0


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_reader_of_its_output_that_goes_away_stops_nothing(folder):
    reader, writer = os.pipe()
    watching = Watching(folder, folder.parent / "log", out=writer)
    os.close(writer)
    watching.shows("860台")
    os.close(reader)
    for number in ("861", "862"):
        watching.save(ITEM, item(f"全市投入机具{number}台。"))
        watching.shows(f"{number}台")
    assert watching.stop() == 0


def test_watching_does_not_go_with_json(folder, capsys):
    with pytest.raises(SystemExit) as stop:
        main(["-C", str(folder), "build", "--watch", "--json"])
    assert stop.value.code == 64
    assert "--watch 不能与 --json 同用" in capsys.readouterr().err
