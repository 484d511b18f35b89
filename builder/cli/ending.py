"""Work that is asked to end: Ctrl-C, a shutdown (SIGTERM) and a closed terminal (SIGHUP) are one thing, with codes of their own."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import FrameType
from typing import Any

from builder.cli.output import say, show_json_failure

_Handler = Callable[[int, FrameType | None], Any]
_POLITE = tuple(getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name))


class Ended(KeyboardInterrupt):
    """A signal other than Ctrl-C asks this process to end; ``number`` is the signal's."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def code_of(work: Callable[[], int], as_json: bool = False) -> int:
    """The exit code of the work, or of the signal that ended it: 130 for Ctrl-C, 143, 129.

    With ``as_json`` an end is told on standard output, too, where the work has printed no JSON itself.
    """

    def end(number: int, _frame: FrameType | None) -> None:
        for each in _POLITE:  # one is enough: what is left to be put away is put away in peace
            if signal.getsignal(each) is end:
                signal.signal(each, signal.SIG_IGN)
        raise Ended(number)

    try:
        with _answered(dict.fromkeys(_POLITE, end)):
            return work()
    except KeyboardInterrupt as error:
        code = stopped_by(error.number if isinstance(error, Ended) else signal.SIGINT)
        say("已中断，没有写出未完成的文件。", err=True)
        if as_json:
            show_json_failure("已中断。", "再运行一次，接着做没有做完的。", code)
        return code


def stopped_by(number: int) -> int:
    """The exit code of a process that a signal has ended."""
    return 128 + number


@contextmanager
def noted() -> Iterator[list[int]]:
    """While it lasts, signals to end are only put down in the list that it gives; Ctrl-C once more is one as usual.

    Only Ctrl-C: of the others a second one comes by itself (a terminal that closes, a service that is stopped).
    """
    heard: list[int] = []
    usual = signal.getsignal(signal.SIGINT)

    def note(number: int, frame: FrameType | None) -> None:
        if heard and number == signal.SIGINT and callable(usual):
            usual(number, frame)
        heard.append(number)

    with _answered(dict.fromkeys((signal.SIGINT, *_POLITE), note)):
        yield heard


@contextmanager
def _answered(handlers: Mapping[int, _Handler]) -> Iterator[None]:
    """These handlers for as long as it lasts; what is ignored (nohup) stays so."""
    before = {n: signal.getsignal(n) for n in handlers if signal.getsignal(n) is not signal.SIG_IGN}
    for number in before:
        signal.signal(number, handlers[number])
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
