"""Workers on this machine: so many slots, each with a process of its own.

A slot has one call at a time, so that a process that dies, hangs or takes too much is the doing of that call and of no
other. It is started anew while the calls that wait go on in the other slots. A thread for each slot sends, waits and starts;
one more watches what the calls take. Whoever iterates ``run`` only draws calls and takes what comes of them.
"""

from __future__ import annotations

import pickle
import queue
import shutil
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from builder.batch.crew import Call, Done, Failure, Reason, Shared
from builder.batch.process import Worker, from_outside, signal_name
from builder.batch.worker import refusal
from builder.errors import JianbaoError, why
from builder.files import sha256, write_atomic
from builder.render import pipe

_STEP = 0.1  # s between two looks at what calls take
_SOON = 0.4  # s after which the memory of a call is looked at: a look costs a tenth of a render
_START = 120.0  # s that a new worker may take until it is ready: a cold disk, a virus scanner
_TALK = 0.5  # s between two looks whether somebody interrupted
_OWN_LOSSES = 2  # workers that a call may end
_LOSSES = 5  # workers that it may have when somebody kills them
_STARTS = 3  # workers in a row that may fail to start, save those that somebody killed
_EACH = 50  # calls between two looks at a worker that rests
_GROWN = 384  # MB at which it is replaced by a new one


class Slots:
    """``crew.Crew`` on this machine. The workers start at once."""

    def __init__(self, jobs: int) -> None:
        """``jobs`` (at least 1): how many calls are performed at once."""
        self._folder = Path(tempfile.mkdtemp(prefix="jianbao-batch-"))
        self._line = _Line()
        self._shared: dict[str, Shared] = {}
        self._slots = [_Slot(self._folder, self._line) for _ in range(max(1, jobs))]
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True, name="watcher")
        for slot in self._slots:
            slot.thread.start()
        self._watcher.start()

    @property
    def size(self) -> int:
        """See ``Crew``."""
        return len(self._slots)

    def share(self, value: Any) -> Shared:
        """See ``Crew``."""
        data = pickle.dumps(value, protocol=pickle.HIGHEST_PROTOCOL)
        digest = sha256(data)
        path = self._folder / f"{digest[:32]}.pickle"
        if digest not in self._shared:
            write_atomic(path, data)
            self._shared[digest] = Shared(digest, str(path))
        return self._shared[digest]

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """See ``Crew``. One run at a time.

        A call whose worker died gets another one: once where the worker ended by itself (``exit``, a crash), four times
        where it was killed from outside. One that passes its limits is not tried again.

        Raises:
            JianbaoError: no worker can be started.
        """
        drawn, under_way, more = iter(calls), 0, True
        try:
            while True:
                while more and under_way < 2 * self.size:
                    call = next(drawn, None)
                    if call is None:
                        more = False
                    else:
                        self._line.give(_Task(call))
                        under_way += 1
                if not under_way:
                    return
                yield self._next()
                under_way -= 1
        finally:
            self._line.empty()
            for slot in self._slots:
                slot.drop()
            self._line.settle()

    def _next(self) -> Done:
        while True:
            with suppress(queue.Empty):
                done = self._line.out.get(timeout=_TALK)
                if isinstance(done, Exception):
                    raise done
                return done
            if not any(slot.thread.is_alive() for slot in self._slots):
                hint = f"检查磁盘空间、内存和杀毒软件后重试：{self._slots[0].lost}"
                raise JianbaoError("生成程序的工作进程一个也起不来。", hint)

    def _watch(self) -> None:
        while not self._ended.wait(_STEP):
            for slot in self._slots:
                slot.look()

    def close(self) -> None:
        """See ``Crew``."""
        self._line.close()
        for slot in self._slots:
            slot.close()
        self._ended.set()
        for thread in (self._watcher, *(slot.thread for slot in self._slots)):
            thread.join()
        shutil.rmtree(self._folder, ignore_errors=True)

    def __enter__(self) -> Slots:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass(slots=True)
class _Task:
    """A call somewhere between being drawn and coming out.

    ``passed`` is the limit for which it was ended; ``innocent`` one whose worker was killed from outside; of a ``dropped``
    one nothing is to come out.
    """

    call: Call
    tries: int = 0
    began: float = 0.0
    dropped: bool = False
    innocent: bool = False
    passed: Reason | None = None


class _Line:
    """The calls that wait, and what has come of the others: an exception where a slot itself failed."""

    def __init__(self) -> None:
        self.out: queue.SimpleQueue[Done | Exception] = queue.SimpleQueue()
        self._waiting: deque[_Task] = deque()
        self._taken: list[_Task] = []
        self._changed = threading.Condition()
        self.closed = False

    def give(self, task: _Task) -> None:
        """Let a call wait."""
        with self._changed:
            self._waiting.append(task)
            self._changed.notify()

    def take(self) -> _Task | None:
        """The next call, as soon as there is one; None at the end. ``rested`` or ``back`` is to be called after it."""
        with self._changed:
            while not self._waiting and not self.closed:
                self._changed.wait()
            if self.closed:
                return None
            self._taken.append(self._waiting.popleft())
            return self._taken[-1]

    def rested(self, task: _Task) -> None:
        """A slot has done with a call."""
        with self._changed:
            self._taken = [other for other in self._taken if other is not task]
            self._changed.notify_all()

    def back(self, task: _Task) -> None:
        """A call is to be performed by another slot, before all that wait."""
        with self._changed:
            self._taken = [other for other in self._taken if other is not task]
            if not task.dropped:
                self._waiting.appendleft(task)
            self._changed.notify_all()

    def empty(self) -> None:
        """Drop the calls that wait; nothing comes of the others."""
        with self._changed:
            self._waiting.clear()
            for task in self._taken:
                task.dropped = True

    def settle(self) -> None:
        """Wait until no call is at work, and forget what came of them."""
        with self._changed:
            self._changed.wait_for(lambda: not self._taken)
        with suppress(queue.Empty):
            while True:
                self.out.get_nowait()

    def close(self) -> None:
        with self._changed:
            self.closed = True
            self._waiting.clear()
            self._changed.notify_all()


class _Slot:
    """A worker, the thread that talks to it, and the call that it is at."""

    def __init__(self, folder: Path, line: _Line) -> None:
        self._folder, self._line = folder, line
        self._lock = threading.Lock()  # over what the watcher reads and the slot's thread changes
        self._worker: Worker | None = None
        self._task: _Task | None = None
        self._calls = 0
        self.lost = ""
        self.thread = threading.Thread(target=self._serve, daemon=True, name="slot")

    def _serve(self) -> None:
        """One call after the other. One that ended its worker is tried again here, so that it costs no other slot a worker."""
        task: _Task | None = None
        try:
            while (worker := self._ready()) is not None and (task := task or self._line.take()) is not None:
                if self._perform(worker, task):
                    self._line.rested(task)
                    task = None
                elif task.innocent:
                    self._line.back(task)
                    task = None
        except Exception as error:  # nobody would take up what this slot has: whoever waits must know
            self._line.out.put(error)
        finally:
            if task is not None:
                self._line.back(task)
            self._end()

    def _ready(self) -> Worker | None:
        """A worker that waits for calls; None where none starts, or all is over."""
        failed, since = 0, time.monotonic()
        while failed < _STARTS and time.monotonic() - since < _START:
            try:
                worker = self._started()
            except OSError as error:  # no space, no room for another process
                failed, self.lost = failed + 1, f"{why(error)}。"
                continue
            if worker is None or worker.ready():
                return worker
            failed += not from_outside(worker.code())
            self.lost = self._end() or "没有说明原因。"
        return None

    def _started(self) -> Worker | None:
        with self._lock:
            if self._line.closed:
                return None
            self._worker = self._worker or Worker(self._folder)
            return self._worker

    def _perform(self, worker: Worker, task: _Task) -> bool:
        """Perform a call; False where it lost its worker and is to be tried again."""
        try:
            data = pickle.dumps((task.call.work, task.call.given), protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            self._out(task, Done(task.call.key, None, Failure(*refusal(error)), 0.0))
            return True
        with self._lock:
            if task.dropped:
                return True
            task.began, self._task = time.monotonic(), task
            task.tries += 1
        message = worker.ask(data, task.call.limits.seconds)
        with self._lock:
            self._task = None
        if message is not None:
            self._answered(task, message)
            self._rest(worker)
            return True
        failure, seconds = _end(task, worker.code()), time.monotonic() - task.began
        self._end()
        if failure is not None:
            self._out(task, Done(task.call.key, None, failure, seconds, task.tries))
        return failure is not None

    def _answered(self, task: _Task, message: pipe.Message) -> None:
        header, blobs = message
        failure = Failure(*header["failed"]) if "failed" in header else None
        value = None
        try:
            value = pickle.loads(blobs[0]) if failure is None else None
        except Exception as error:  # a value that can be written and not be read
            failure = Failure(*refusal(error))
        self._out(task, Done(task.call.key, value, failure, header["seconds"], task.tries))

    def _out(self, task: _Task, done: Done) -> None:
        if not task.dropped:
            self._line.out.put(done)

    def _rest(self, worker: Worker) -> None:
        """After a call: replace a worker that was ended when it had just answered, or that has grown by honest work."""
        self._calls += 1
        grown = self._calls % _EACH == 0 and worker.megabytes() > _GROWN
        if worker.killed or grown:
            self._end()

    def _end(self) -> str:
        with self._lock:
            worker, self._worker = self._worker, None
        return worker.end() if worker is not None else ""

    def look(self) -> None:
        """End the call that is at work where it passes its limits, and a worker that does not get ready."""
        with self._lock:
            task, worker = self._task, self._worker
            if worker is not None and not worker.greeted and time.monotonic() - worker.began > _START:
                worker.kill()
            if task is None or worker is None or task.passed:
                return
            seconds, most = time.monotonic() - task.began, task.call.limits
            if seconds > most.seconds:
                task.passed = "time"
            elif seconds > _SOON and worker.megabytes() > most.megabytes:
                task.passed = "memory"
            if task.passed:
                worker.kill()

    def drop(self) -> None:
        """End the worker that is at a call."""
        with self._lock:
            if self._task is not None and self._worker is not None:
                self._worker.kill()

    def close(self) -> None:
        """End the worker, whatever it does."""
        self.drop()
        with self._lock:
            if self._worker is not None:
                self._worker.kill()


def _end(task: _Task, code: int) -> Failure | None:
    """Why a call whose worker is gone gave nothing; None where it is to be tried again, ``innocent`` or not."""
    limits = task.call.limits
    if task.passed == "time":
        hint = "查内容是否过大、模板有无死循环；确实需要更久时，设环境变量 JIANBAO_DEADLINE（秒）。"
        return Failure("time", f"用了超过 {limits.seconds:g} 秒还没有完成，已经停止。", hint)
    if task.passed == "memory":
        hint = "缩小图片、表格；确实需要更多时，设环境变量 JIANBAO_MEMORY（MB）。"
        return Failure("memory", f"用了超过 {limits.megabytes} MB 内存，已经停止。", hint)
    killed = task.innocent = from_outside(code)
    if task.tries < (_LOSSES if killed else _OWN_LOSSES):
        return None
    how = (
        f"被系统或别的程序结束（{signal_name(-code)}）"
        if killed
        else f"意外退出（{signal_name(-code) if code < 0 else f'退出码 {code}'}）"
    )
    hint = (
        "多半是内存不足；关闭别的程序，或减少 --jobs。" if killed else "换下本期的图片、模板逐一试；其余各期不受影响。"
    )
    return Failure("died", f"处理这一期的进程{task.tries}次{how}，没有完成。", hint)
