"""Work that is asked to end: Ctrl-C, a shutdown (SIGTERM) and a closed terminal (SIGHUP) are one thing, with codes of their own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from builder.cli.output import say, show_json_failure

_Handler = Callable[[int, FrameType | None], Any]
_ENDED = "已中断，没有写出未完成的文件。"
_POLITE = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ended(KeyboardInterrupt):
    """A signal other than Ctrl-C asks this process to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


@contextmanager
def by_signals() -> Iterator[None]:
    """A shutdown and a closed terminal raise ``Ended`` in what is done here, as Ctrl-C does."""

    def end(number: int, _frame: FrameType | None) -> None:
        _hear_no_more()
        raise Ended(number)

    with _answered(dict.fromkeys(_POLITE, end)):
        yield


def code_of(work: Callable[[], int], as_json: bool = False, told: Callable[[], str] = lambda: _ENDED) -> int:
    """The exit code of the work, or of the signal that ended it: 130 for Ctrl-C, 143, 129; then ``told`` says what is done.

    With ``as_json`` an end is told on standard output, too, where the work has printed no JSON itself.
    """
    try:
        with by_signals():
            return work()
    except KeyboardInterrupt as error:
        _hear_no_more()  # a terminal that is closed after Ctrl-C
        code = stopped_by(error.number if isinstance(error, Ended) else signal.SIGINT)
        say(told(), err=True)
        if as_json:
            show_json_failure("已中断。", "再运行一次，接着做没有做完的。", code)
        return code


def stopped_by(number: int) -> int:
    """The exit code of a process that a signal has ended."""
    return 128 + number


@contextmanager
def noted() -> Iterator[list[int]]:
    """While it lasts, signals to end are only put down in the list that it gives; Ctrl-C once more is one as usual."""
    heard: list[int] = []
    usual = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        if number in _POLITE:
            _hear_no_more()
        elif heard and callable(usual):
            usual(number, frame)
        heard.append(number)

    with _answered(dict.fromkeys((signal.SIGINT, *_POLITE), note)):
        yield heard


def _hear_no_more() -> None:
    """One polite signal is enough, and a second comes by itself (systemd, a shell): the work ends in peace, and so does the process."""
    for number in _POLITE:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _answered(handlers: Mapping[int, _Handler]) -> Iterator[None]:
    """These handlers for as long as it lasts; what is ignored before (nohup), or from a moment within, stays so."""
    before = {n: signal.getsignal(n) for n in handlers if signal.getsignal(n) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, handlers[number])
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, handler)
