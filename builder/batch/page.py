"""The report of a batch as a page for people: one file, nothing outside it, good on a screen and printed on A4."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape
from pathlib import Path

from builder import files
from builder.batch import chart
from builder.batch.chart import Series, Texts
from builder.batch.report import STATES, Entry, Report, lasting
from builder.errors import Fault, UsageError

_STYLE = """
:root { color: #222; background: #fff; font: 15px/1.6 "Noto Sans CJK SC", "Microsoft YaHei", "PingFang SC", sans-serif }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.5rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 1.8rem 0 .5rem; break-after: avoid }
table { border-collapse: collapse; width: 100% } thead { display: table-header-group }
th, td { border-bottom: 1px solid #ddd; padding: .3rem .6rem; text-align: left; vertical-align: top } tr { break-inside: avoid }
th { border-bottom: 2px solid #1f4e79; white-space: nowrap } td.n, th.n { text-align: right; white-space: nowrap }
ul.sums { list-style: none; display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; margin: 1rem 0 }
ul.sums li { border: 1px solid #ddd; padding: .3rem 1rem; min-width: 5.5rem } ul.sums b { display: block; font-size: 1.5rem }
ul.sums li.bad { border-color: #c00000 } ul.sums li.bad b { color: #c00000 }
.stop { border-left: 4px solid #c00000; padding: .2rem .8rem } .hint, .place { color: #666 } td { overflow-wrap: anywhere }
.name { min-width: 12rem; overflow-wrap: break-word } .state { min-width: 5rem; max-width: 8rem }
svg { max-width: 100%; height: auto; display: block; margin: .5rem 0; break-inside: avoid }
summary { cursor: pointer } summary h2 { display: inline-block; margin: .6rem 0 }
@page { size: A4; margin: 16mm } @media print { body { margin: 0; max-width: none; font-size: 10.5pt } .name { min-width: 8rem } }
"""
_LABELS = {"error": "错误", "warning": "警告", "note": "提示"}
_Placed = tuple[str, Fault]  # the workspace, and what was said of it
_OPEN = 20  # rows that are shown; more are folded where nobody has to do anything about them
_MOST = 2000  # rows of one table: more nobody reads, and the JSON beside has them all
_DOTS = 4000  # points of the chart along the batch


def write(target: Path, report: Report) -> tuple[Path, Path]:
    """Write a report as ``target`` with the suffixes .json and .html; both paths.

    Raises:
        UsageError: the name has another suffix.
        FileError: one of them cannot be written.
    """
    paths = both(target)
    files.write_atomic(paths[0], report.as_json())
    files.write_atomic(paths[1], html(report).encode())
    return paths


def both(target: Path) -> tuple[Path, Path]:
    """Where a report goes that was asked for as ``target``.

    Raises:
        UsageError: the name has another suffix than .json or .html.
    """
    if target.suffix.lower() not in (".json", ".html"):
        raise UsageError(f"--report 的文件名“{target.name}”后缀不对。", "如 --report 报告.json；旁边同名写一份 .html。")
    return target.with_suffix(".json"), target.with_suffix(".html")


def html(report: Report) -> str:
    """The page: sums, what stopped the run, what went wrong with reasons and what to do, charts of times, notes, all issues."""
    several = len({place for place, _ in report.faults if place} | {entry.workspace for entry in report.entries}) > 1
    errors, notes = _unborne(report)
    parts = ["<h1>批量生成报告</h1>", *_sums(report), *_wrong(report, several, errors), *_times(report)]
    parts += [*_noted(notes, several), *_all(report, several)]
    head = f'<meta charset="utf-8"><title>批量生成报告</title><style>{_STYLE}</style>'
    return (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head>{head}</head>\n<body>\n' + "\n".join(parts) + "\n</body></html>\n"
    )


def _sums(report: Report) -> Iterator[str]:
    pages = sum(entry.told.get("pages", 0) for entry in report.entries if entry.state == "built")
    told = [f"共{len(report.entries)}期", f"这次生成{pages}面", f"用时{lasting(report.seconds)}"]
    if report.rate:
        told.append(f"每秒{report.rate:.1f}期（{report.jobs}个进程）")
    yield f"<p>{'，'.join(told)}。</p>"
    if report.stopped:
        yield f'<p class="stop"><b>{escape(report.stopped[0])}</b><br><span class="hint">{escape(report.stopped[1])}</span></p>'
    yield '<ul class="sums">'
    for state, count in report.counts.items():
        if count or state in ("built", "unchanged"):
            bad = "" if state in ("built", "unchanged") else ' class="bad"'
            yield f"<li{bad}><b>{count}</b>{STATES[state]}</li>"
    yield "</ul>"


def _unborne(report: Report) -> tuple[list[_Placed], list[_Placed]]:
    """What was told of the run and is not told of an issue that is not as it should be: errors, and warnings before notes."""
    borne = {(e.workspace, f) for e in report.entries if not e.good for f in e.faults if f.severity == "error"}
    left = [said for said in report.faults if said not in borne]
    of = {kind: [said for said in left if said[1].severity == kind] for kind in _LABELS}
    return of["error"], [*of["warning"], *of["note"]]


def _wrong(report: Report, several: bool, errors: Sequence[_Placed]) -> Iterator[str]:
    """Issues that are not as they should be, failures first, then errors that are no single issue's."""
    order = ("failed", "unwritten", "left_out", "built", "unchanged")
    wrong = [e for e in report.entries if not e.good and e.state != "pending"]
    wrong.sort(key=lambda entry: order.index(entry.state))
    if not wrong and not errors and report.entries:
        yield "<h2>没有出错的期</h2>"
    rows = [[_name(e, several), f'<div class="state">{escape(_state(e))}</div>', _why(e)] for e in wrong[:_MOST]]
    yield from _table("出错的期", ("期", "结果", "原因和办法"), rows, len(wrong))
    yield from _table("其他错误", ("原因和办法",), [[_placed(each, several)] for each in errors[:_MOST]], len(errors))


def _state(entry: Entry) -> str:
    return STATES[entry.state] if entry.state not in ("built", "unchanged") else "草稿已写出，不合要求"


def _why(entry: Entry) -> str:
    """The reason of an entry and what to do; where faults say it, every one, with its place."""
    faults = [fault for fault in entry.faults if fault.severity == "error"]
    parts = list(map(_fault, faults))
    if entry.message and not any(fault.message in entry.message for fault in faults):
        parts.insert(0, _said(entry.message, entry.hint))
    if entry.tries > 1:
        parts.append(f'<span class="hint">试过{entry.tries}次</span>')
    return "<br>".join(dict.fromkeys(parts))


def _said(message: str, hint: str) -> str:
    return escape(message) + (f'<br><span class="hint">怎么办：{escape(hint)}</span>' if hint else "")


def _fault(fault: Fault) -> str:
    where = f'<span class="place">{escape(str(fault.place))}</span> ' if fault.place.file else ""
    return where + _said(fault.message, fault.hint)


def _placed(said: _Placed, several: bool) -> str:
    place, fault = said
    return (f'<span class="place">{escape(place)}：</span>' if several and place else "") + _fault(fault)


def _noted(notes: Sequence[_Placed], several: bool) -> Iterator[str]:
    """Warnings and notes, each once."""
    rows = [[_LABELS[said[1].severity], _placed(said, several)] for said in notes[:_MOST]]
    yield from _table("警告和提示", ("级别", "内容"), rows, len(notes), folded=len(notes) > _OPEN)


def _times(report: Report) -> Iterator[str]:
    done = sorted((e for e in report.entries if e.at > 0), key=lambda entry: entry.at)
    if len(done) < 2:
        return
    yield "<h2>用时</h2>"
    usual = sorted(entry.seconds for entry in done if entry.good) or [entry.seconds for entry in done]
    most = min(usual[min(len(usual) - 1, round(len(usual) * 0.98))], usual[len(usual) // 2] * 5)
    unit, times = ("毫秒", 1000) if most < 1 else ("秒", 1)
    groups = chart.grouped([seconds * times for seconds in usual if seconds <= most])
    slower = len(done) - int(sum(count for _, count in groups))
    yield chart.columns(Texts(f"每期用时的分布（更慢的和出错的{slower}期不在内）", unit, "期"), groups)
    step = len(done) // _DOTS + 1
    good = [(e.at, e.seconds * times) for e in done[::step] if e.good]
    bad = [(e.at, e.seconds * times) for e in done if not e.good][:_DOTS]
    yield chart.curves(
        Texts(f"各期用时（{unit}）", "开始后的秒数"), [Series("已生成", good, "dots"), Series("出错", bad, "dots")]
    )
    counted = [(entry.at, float(n)) for n, entry in enumerate(done, 1)]
    yield chart.curves(Texts("做完的期数", "开始后的秒数"), [Series("期", counted[::step])])


def _all(report: Report, several: bool) -> Iterator[str]:
    rows = [
        [
            _name(e, several), escape(STATES[e.state]), str(e.told.get("pages", "")),
            f"{e.seconds:.3f}" if e.at else "", "<br>".join(map(escape, e.files)),
        ]
        for e in report.entries[:_MOST]
    ]  # fmt: skip
    heads, count = ("期", "结果", "面数", "秒", "文件"), len(report.entries)
    yield from _table("各期", heads, rows, count, numbers=(2, 3), folded=count > _OPEN)


def _name(entry: Entry, several: bool) -> str:
    place = f'<br><span class="place">{escape(entry.workspace)}</span>' if several else ""
    below = f'<br><span class="place">{escape(entry.issue)}</span>' if entry.label != entry.issue else ""
    return f'<div class="name">{escape(entry.label)}{below}{place}</div>'


def _table(
    title: str,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    total: int,
    *,
    numbers: Sequence[int] = (),
    folded: bool = False,
) -> Iterator[str]:
    """The first ``rows`` of ``total`` below their title, nothing where there is none; ``numbers`` are columns of figures."""

    def line(tag: str, cells: Sequence[str]) -> str:
        look = ' class="n"'
        told = (f"<{tag}{look if n in numbers else ''}>{cell}</{tag}>" for n, cell in enumerate(cells))
        return f"<tr>{''.join(told)}</tr>"

    if not rows:
        return
    head = f"<h2>{title}（{total}）</h2>"
    yield f"<details><summary>{head}</summary>" if folded else head
    yield f"<table><thead>{line('th', heads)}</thead><tbody>"
    yield from (line("td", row) for row in rows)
    yield "</tbody></table>"
    if total > len(rows):
        yield f'<p class="hint">只列前{len(rows)}行，全部在同名的 .json 里。</p>'
    if folded:
        yield "</details>"
