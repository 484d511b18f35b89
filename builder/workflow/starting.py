"""``register start``: the numbers with which a publication goes on, where it was numbered by hand before."""

from __future__ import annotations

from builder.errors import InvalidContent, UsageError
from builder.publications import SERIES_MAIN, Title
from builder.records import TOTALS, Act
from builder.register import Reading, Turn
from builder.signoff import may
from builder.workflow.opening import Opened
from builder.workflow.recording import Desk, Draft, record

SERIES = ("正刊", "增刊", "专刊", "特刊", "专号")


def start(
    desk: Desk, opened: Opened, publication: str, by: str, number: int, total: int | None, year: int, series: str
) -> Act:
    """Record the next number (and running total) of a sequence in which nothing was numbered yet.

    The same again gives the act that is there; other numbers put it right, as long as the publication has printed nothing.

    Raises:
        UsageError: no such publication or series; a total is missing, or the series has none.
        InvalidContent: the sequence has begun already, or the post may not.
    """
    title = _title(opened, publication, series)
    _counted(title, series, total)
    sequence = title.sequence_name(year, series)
    if fault := may("start", by, opened.library.office.value):
        raise InvalidContent("没有登记。", "", (fault,))
    data = {"series": series, "sequence": sequence, "number": number, "total": total}

    def prepare(turn: Turn) -> Draft | Act:
        started = turn.acts(kinds=("start",), publication=title.id)
        done = [act for act in started if act.data["sequence"] == sequence]
        if done and dict(done[-1].data) == data:
            return done[-1]
        if turn.acts(kinds=("publish",), publication=title.id):
            _still_free(turn, title, sequence, total)
        key = f"start:{title.id}:{sequence}" + (f":{len(done) + 1}" if done else "")
        return Draft("start", title.id, year, key, by, data=data)

    return record(desk, prepare)


def _still_free(reading: Reading, title: Title, sequence: str, total: int | None) -> None:
    """Raises InvalidContent where a publication that has printed has numbers in the sequence, or a total that high."""
    last, before = reading.last(title.id, sequence), reading.last(title.id, TOTALS)
    if last is not None:
        raise InvalidContent(
            f"《{title.data.name}》这个序列（{sequence}）已经开始编号，最后一号是 {last}。没有登记。",
            "起号只能在付印第一期以前登记，号不能倒退。",
        )
    if total is not None and before is not None and total != before + 1:
        raise InvalidContent(
            f"总期号已到 {before}，不能从 {total} 起：总期号不能重，也不能缺。没有登记。", f"写 {before + 1}。"
        )


def _title(opened: Opened, publication: str, series: str) -> Title:
    if publication not in opened.titles:
        raise UsageError(f"没有刊物 {publication}。", f"可用：{'、'.join(sorted(opened.titles)) or '无'}。")
    if series not in SERIES:
        raise UsageError(f"没有系列“{series}”。", f"可用：{'、'.join(SERIES)}。")
    title = opened.titles[publication]
    if series != SERIES_MAIN and title.counts(series):
        raise UsageError(f"《{title.data.name}》的{series}与正刊混排，没有自己的序列。", "去掉 --系列。")
    return title


def _counted(title: Title, series: str, total: int | None) -> None:
    if title.counts(series) and total is None:
        raise UsageError("没有写总期号。", "加 --total 下一期的总期号；不印总期号的刊物也要编，从头编起写 1。")
    if not title.counts(series) and total is not None:
        raise UsageError(f"{series}单列序列，没有总期号。", "去掉 --total。")
