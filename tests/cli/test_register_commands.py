"""``proof``, ``sent`` and ``register``: what is typed, printed and refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builder.cli.main import main
from tests.office import CHIEF, EDITOR, SmallOffice

NAME = "gongzuo-xinxi"


@pytest.fixture
def office(small_office: SmallOffice, monkeypatch: pytest.MonkeyPatch) -> SmallOffice:
    from builder import fonts

    monkeypatch.setattr(fonts, "find", lambda root: small_office.fontset)
    return small_office


def run(office: SmallOffice, capsys: pytest.CaptureFixture[str], *typed: str) -> tuple[int, str, str]:
    capsys.readouterr()
    with pytest.raises(SystemExit) as ended:
        main(["-C", str(office.root), *typed])
    told = capsys.readouterr()
    return int(ended.value.code or 0), told.out, told.err


def told(office: SmallOffice, capsys: pytest.CaptureFixture[str], *typed: str) -> Any:
    code, out, err = run(office, capsys, *typed, "--json")
    assert code == 0, err
    return json.loads(out)


def test_a_proof_tells_its_number_and_its_files(office: SmallOffice, capsys: pytest.CaptureFixture[str]) -> None:
    office.issue("2026/i1")
    office.sign("2026/i1")
    code, out, _ = run(office, capsys, "proof", "i1", "--as", EDITOR)
    assert code == 0
    assert out.splitlines()[0] == "清样：拟第1期，共 1 面；没有占用期号。"
    assert "  output/drafts/ducha-kuaixun/2026/i1-清样.pdf" in out.splitlines()
    assert told(office, capsys, "proof", "i1", "--as", EDITOR)["act"]["kind"] == "proof"
    code, _, err = run(office, capsys, "proof", "i1")
    assert code == 64
    assert "--as" in err


def test_copies_are_recorded_and_asked_for(office: SmallOffice, capsys: pytest.CaptureFixture[str]) -> None:
    office.published("2026/i1", more="份号: '000101'\n")
    code, out, _ = run(
        office, capsys, "sent", "i1", "--发出", "--to", "常委", "--份号", "000101-000105", "--日期", "2026年6月9日", "--as", CHIEF
    )  # fmt: skip
    assert (code, out) == (0, "已登记发出：常委，5 份，份号 000101—000105，2026-06-09\n")
    code, out, _ = run(
        office, capsys, "sent", "i1", "--发出", "--to", "常委", "--份号", "000101-000105", "--日期", "2026年6月9日", "--as", CHIEF
    )  # fmt: skip
    assert (code, out) == (0, "早已登记发出：常委，5 份，份号 000101—000105，2026-06-09\n")
    code, out, _ = run(office, capsys, "sent", "--份号", "000103")
    assert code == 0
    assert out.splitlines() == [
        "《督查快讯》第1期（2026-06-08）",
        "  常委　11 份　000101—000111　发出 2026-06-09（000101—000105）",
    ]
    assert [h["unit"] for h in told(office, capsys, "sent", "--issue", "i1")] == ["常委", "部门", "存档", "备用"]
    assert run(office, capsys, "sent", "--to", "市档案馆")[1] == "没有查到。\n"


@pytest.mark.parametrize(
    "typed",
    [
        (),
        ("i1",),
        ("i1", "--发出"),
        ("i1", "--发出", "--签收", "--to", "常委"),
        ("i1", "--发出", "--to", "常委", "--份号", "5-1"),
        ("i1", "--发出", "--to", "常委", "--份号", "一号"),
        ("i1", "--发出", "--to", "常委", "--日期", "6月9日"),
        ("--份号", "000101-000105"),
    ],
)
def test_what_sent_cannot_understand_is_a_usage_error(
    office: SmallOffice, capsys: pytest.CaptureFixture[str], typed: tuple[str, ...]
) -> None:
    office.published("2026/i1", more="份号: '000101'\n")
    before = office.acts()
    assert run(office, capsys, "sent", *typed, "--as", CHIEF)[0] == 64
    assert office.acts() == before


def test_numbers_are_started_shown_and_a_year_closed(office: SmallOffice, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(office, capsys, "register", "show") == {"seq": 0, "hash": "", "numbers": [], "closed": []}
    assert "还没有编号" in run(office, capsys, "register", "show")[1]
    typed = ("register", "start", NAME, "--number", "47", "--total", "812", "--year", "2026", "--as", CHIEF)
    code, out, _ = run(office, capsys, *typed)
    assert (code, out) == (0, f"已登记起号：{NAME} 2026 年正刊，下一期第 47 期，总第 812 期。\n")
    office.published("2026/i1", publication=NAME)
    office.published("2026/k1")
    shown = run(office, capsys, "register", "show")[1]
    assert f"  {NAME}　2026 年正刊　编到 47" in shown.splitlines()
    assert f"  {NAME}　总期　编到 812" in shown.splitlines()
    code, out, _ = run(office, capsys, "register", "close", "2026", "--dry-run", "--as", CHIEF)
    assert code == 0
    assert out.startswith("演练：《工作信息》2026年度期目")
    assert not (office.root / "output/期目").exists()
    code, out, _ = run(office, capsys, "register", "close", "2026", "--提前", "--as", CHIEF)
    assert code == 0
    made = sorted(path.name for path in (office.root / "output/期目").iterdir())
    assert made == sorted(f"{name}-2026.{kind}" for name in (NAME, "ducha-kuaixun") for kind in ("csv", "docx", "pdf"))
    assert [c["year"] for c in told(office, capsys, "register", "show")["closed"]] == [2026, 2026]
    before = [path.read_bytes() for path in sorted((office.root / "output/期目").iterdir())]
    assert run(office, capsys, "register", "close", "2026", "--提前", "--as", CHIEF)[0] == 0
    assert [path.read_bytes() for path in sorted((office.root / "output/期目").iterdir())] == before


def test_an_open_issue_keeps_the_year_open_with_exit_code_1(
    office: SmallOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    office.published("2026/i1")
    office.issue("2026/i2")
    office.sign("2026/i2")
    code, _, err = run(office, capsys, "register", "close", "2026", "--提前", "--as", CHIEF)
    assert code == 1
    assert "year-open" in err
    assert not Path(office.root / "output/期目").exists()
