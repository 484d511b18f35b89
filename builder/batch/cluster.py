"""A crew on many machines: parcels of calls go to the workers of a Dask cluster, and what it loses is given out again.

Who gets which parcel is decided here, not by Dask's scheduler: each worker has an executor of its own, and a worker that
joins late is judged by its first parcel before it performs anything. All calls on a worker that is lost are suspects;
a suspect has a worker to itself, so that the blame for a second loss is exact.
"""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import queue
import secrets
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, wait
from dataclasses import replace
from functools import partial
from types import TracebackType
from typing import Any

from builder.batch import alike, far
from builder.batch.crew import Call, Done, Failure, Shared
from builder.batch.dask_link import Link, Tls
from builder.batch.parcels import GRACE, Packet, Worker
from builder.errors import Exit, JianbaoError, UsageError

_LOOK = 1.0  # s between two looks at who is there
_SCHEDULER = 10.0  # s without an answer of the scheduler after which a batch ends
_WORKERS = 30.0  # s without any worker, likewise; at the start they may be coming up
_LOSSES = 3  # times that a call may be on a worker which is lost
_STRIKES = 2  # parcels in a row that a worker may return with an error of its own (a full disk)
_PIECE = 0.3  # s of work that a parcel should hold: transport is small then, and the last parcel is not long
_MOST, _BYTES = 8, 4 << 20  # calls and bytes in a parcel


class ClusterLost(JianbaoError):
    """The cluster is lost in the middle of a batch: what came out before stands, the same command goes on from there."""

    exit_code = Exit.PARTIAL


def crew(
    address: str,
    *,
    tls_ca: str = "",
    tls_cert: str = "",
    tls_key: str = "",
    tell: Callable[[str], None] = lambda line: None,
) -> Dask:
    """The workers of the scheduler at ``address`` (``tcp://host:port`` or ``tls://host:port``).

    Args:
        address: of the scheduler.
        tls_ca: PEM file of the certificate that signed all others; "" without TLS, like the following.
        tls_cert: PEM file of this machine's certificate.
        tls_key: PEM file of its key.
        tell: gets a line in Chinese where a worker is lost or left out.

    Raises:
        UsageError: the address or the files cannot be used, or a worker works with other versions.
        FileError: the scheduler cannot be reached.
        ClusterLost: it has no workers.
    """
    return Dask(Link(address, Tls(tls_ca, tls_cert, tls_key)), tell)


class Dask:
    """A ``Crew`` of the workers of a Dask cluster; ``far``: they do not see the driver's files."""

    far = True

    def __init__(self, link: Link, tell: Callable[[str], None]) -> None:
        self._link, self._tell = link, tell
        self._run = secrets.token_hex(8)  # several drivers may share a cluster
        self._workers: dict[str, Worker] = {}
        self._left_out: set[str] = set()
        self._packed: dict[str, far.Packed] = {}
        self._had: set[object] = set()  # fonts and LibreOffice that all workers have who were there
        self._ended: queue.SimpleQueue[tuple[Worker, Future[bytes]]] = queue.SimpleQueue()
        self._again: deque[Packet] = deque()
        self._arrived: deque[Done] = deque()
        self._pace = 0.0  # s that a call takes of late; 0: not known
        self._looked, self._seen = 0.0, time.monotonic()
        try:
            while not self._workers:
                self._look()
                time.sleep(0.1)
            self._ask_all(frozenset())
        except BaseException:
            self.close()
            raise

    @property
    def size(self) -> int:
        """Threads of all workers."""
        return sum(worker.threads for worker in self._workers.values())

    def share(self, value: Any) -> Shared:
        """Give a value to all workers: it travels with the first parcel that names it.

        Where it is a scene with fonts or a LibreOffice that were not asked for yet, each worker says at once whether it has them.

        Raises:
            UsageError: a worker lacks what a scene is printed with.
            ClusterLost: none answers.
        """
        packed = far.pack(value)
        digest = hashlib.sha256(packed.data).hexdigest()
        if digest not in self._packed:
            self._packed[digest] = packed
            try:
                if not self._had.issuperset(packed.wanted):
                    self._ask_all(frozenset({digest}))
            except JianbaoError:
                del self._packed[digest]
                raise
            self._had.update(packed.wanted)
        return Shared(digest, "")

    def run(self, calls: Iterable[Call]) -> Iterator[Done]:
        """See ``Crew.run``. Up to eight short calls make a parcel, so that as many as 16 a thread are drawn ahead.

        Raises:
            ClusterLost: the scheduler or all workers do not answer any more.
        """
        source, more = iter(calls), True
        try:
            while True:
                self._look()
                while (worker := self._freest()) and (packets := self._draw(source)):
                    self._parcel(worker, frozenset().union(*(packet.needs for packet in packets)), packets)
                if worker is not None:
                    more = False
                if not (more or self._again or self._arrived or any(w.flying for w in self._workers.values())):
                    return
                self._settle()
                while self._arrived:
                    yield self._arrived.popleft()
        finally:
            self._drop()

    def close(self) -> None:
        """Leave the cluster; its workers stay, without slots of this run."""
        self._drop()
        self._link.close(partial(far.dismiss, self._run))

    def __enter__(self) -> Dask:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _look(self) -> None:
        """See who is there: newcomers may take parcels, those of workers that are gone or silent are given out again.

        Raises:
            ClusterLost: see ``run``.
        """
        if self._link.connected and time.monotonic() - self._looked < _LOOK:
            return
        there = self._link.workers()
        now = self._looked = time.monotonic()
        if there is None:
            if self._link.silent > _SCHEDULER or self._link.closed:
                raise self._silent()
            return
        self._left_out &= there.keys()
        for worker in [w for w in self._workers.values() if w.address not in there]:
            self._part(worker, "不在了")
        for worker in [w for w in self._workers.values() if w.overdue(now)]:
            self._left_out.add(worker.address)
            self._part(worker, f"{now - worker.heard:.0f} 秒没有回音，不再用它")
        for address in there.keys() - self._workers.keys() - self._left_out:
            self._workers[address] = Worker(address, max(1, there[address]))
        self._seen = now if self._workers else self._seen
        if now - self._seen > _WORKERS:
            raise _lost(f"集群 {self._link.address} 上没有可用的工作进程")

    def _silent(self) -> ClusterLost:
        return _lost(f"集群的调度器 {self._link.address} 没有回音，连接断了")

    def _part(self, worker: Worker, why: str, *, blame: bool = True) -> None:
        """Let go of a worker; its calls are given out again."""
        self._tell(f"工作进程 {worker.address} {why}。")
        self._workers.pop(worker.address, None)
        self._link.forget(worker.address)
        flying = {**worker.flying}
        worker.flying.clear()
        self._link.cancel(flying)
        for packets in flying.values():
            self._return(packets, f"工作进程{why}" if blame else "")

    def _return(self, packets: Iterable[Packet], why: str) -> None:
        """Give calls out again, one by one; "" for ``why`` where a worker was not lost with them."""
        for packet in packets:
            packet.losses += bool(why)
            if packet.losses < _LOSSES:
                self._again.append(packet)
                continue
            message = f"集群上 {_LOSSES} 次没有做成（{why}）。"
            failure = Failure("lost", message, "不用 --cluster 在本机单独生成这一期，看是什么原因。")
            self._arrived.append(Done(packet.call.key, None, failure, 0.0, packet.losses))

    def _freest(self) -> Worker | None:
        """The worker with the fewest parcels for a thread; None where all have enough for what comes next, or cannot be reached now."""
        if not self._link.connected:
            return None  # whether it comes back, ``_look`` tells
        free = min(self._workers.values(), key=lambda w: w.load, default=None)
        alone = bool(self._again) and self._again[0].suspect
        return free if free is not None and (free.load == 0 if alone else free.load < 2) else None

    def _draw(self, source: Iterator[Call]) -> tuple[Packet, ...]:
        """Calls for a parcel: one that comes again travels alone, so that it takes no other with it. Empty at the end."""
        if self._again:
            return (self._again.popleft(),)
        most = max(1, min(_MOST, round(_PIECE / self._pace))) if self._pace else 1
        packets: list[Packet] = []
        size = 0
        while len(packets) < most and size < _BYTES and (call := next(source, None)) is not None:
            packets.append(Packet(call, *far.packed(call)))
            size += len(packets[-1].data)
        return tuple(packets)

    def _parcel(self, worker: Worker, needs: frozenset[str], packets: tuple[Packet, ...]) -> Future[bytes]:
        """Send a parcel, with the shared values that the worker is not known to have.

        Raises:
            ClusterLost: the connection is gone for good.
        """
        shared = {digest: self._packed[digest] for digest in needs - worker.has}
        parcel = far.Parcel(self._run, alike.traits(), needs, shared, tuple(packet.data for packet in packets))
        if not worker.flying:
            worker.heard = time.monotonic()
        try:
            future: Future[bytes] = self._link.submit(worker.address, far.perform, pickle.dumps(parcel))
        except ConnectionError as error:
            raise self._silent() from error
        worker.flying[future] = packets
        future.add_done_callback(lambda ended: self._ended.put((worker, ended)))
        return future

    def _settle(self) -> None:
        """Wait a moment for an answer and sort it."""
        try:
            worker, future = self._ended.get(timeout=_LOOK / 2)
        except queue.Empty:
            return
        packets = worker.flying.pop(future, None)
        if packets is None:
            return  # given out again before
        worker.heard = time.monotonic()
        try:
            answer: far.Answer = pickle.loads(future.result())
        except (Exception, asyncio.CancelledError) as error:
            self._stumbled(worker, packets, error)
            return
        worker.strikes = 0
        if answer.differs:
            self._return(packets, "")
            self._left_out.add(worker.address)
            self._part(worker, f"与本机不同，不用它：{'；'.join(answer.differs)}", blame=False)
        elif answer.lacking:
            worker.has -= answer.lacking
            self._return(packets, "")
        else:
            worker.has = worker.has.union(*(packet.needs for packet in packets))
            self._take(packets, pickle.loads(answer.done))

    def _stumbled(self, worker: Worker, packets: tuple[Packet, ...], error: BaseException) -> None:
        """A parcel came to nothing: Dask lost it, or the worker could not even begin."""
        if _cancelled(error) and not self._link.connected:
            self._return(packets, "")  # the scheduler is gone, the worker need not be
            return
        self._return(packets, _told(error))
        worker.strikes += 1
        if worker.strikes >= _STRIKES and worker.address in self._workers and not _cancelled(error):
            self._left_out.add(worker.address)
            self._part(worker, f"连续出错，不再用它（{_told(error)}）", blame=False)

    def _take(self, packets: tuple[Packet, ...], done: Iterable[Done]) -> None:
        losses = {packet.call.key: packet.losses for packet in packets}
        for each in done:
            self._arrived.append(replace(each, tries=each.tries + losses[each.key]))
            self._pace = 0.9 * self._pace + 0.1 * each.seconds if self._pace else each.seconds

    def _ask_all(self, needs: frozenset[str]) -> None:
        """Have every worker say whether it is fit, with the shared values of these digests.

        Raises:
            UsageError: one is not.
            ClusterLost: none answers.
        """
        asked = {self._parcel(worker, needs, ()): worker for worker in self._workers.values()}
        patience = time.monotonic() + GRACE
        while wait(asked, _LOOK).not_done and time.monotonic() < patience:
            self._look()
        unfit: list[str] = []
        fit = 0
        for future, worker in asked.items():
            worker.flying.pop(future, None)
            if not future.done() or future.cancelled():
                continue
            error = future.exception()
            if error is not None and _cancelled(error):
                continue
            if error is not None:
                unfit.append(f"{worker.address}：不能用（{_told(error)}）")
                continue
            answer: far.Answer = pickle.loads(future.result())
            unfit += [f"{worker.address}：{line}" for line in answer.differs]
            if not answer.differs:
                worker.has |= needs
                fit += 1
        if unfit:
            raise _unfit(sorted(unfit))
        if not fit:
            raise _lost(f"集群 {self._link.address} 的工作进程没有回音")

    def _drop(self) -> None:
        """Forget all calls."""
        self._again.clear()
        self._arrived.clear()
        for worker in self._workers.values():
            flying = [*worker.flying]
            worker.flying.clear()
            self._link.cancel(flying)


def _told(error: BaseException) -> str:
    if isinstance(error, JianbaoError):
        return " ".join((error.message + error.hint).split())[:300]
    return f"{type(error).__name__}：{error}"[:300]


def _cancelled(error: BaseException) -> bool:
    return "Cancelled" in type(error).__name__


def _lost(what: str) -> ClusterLost:
    return ClusterLost(f"{what}，这一批没有做完。", "已经写好的都有效；集群恢复后照样再运行一次，只做余下的。")


def _unfit(lines: list[str]) -> UsageError:
    return UsageError(
        "集群中有工作进程与本机不同，没有开始：\n    " + "\n    ".join(lines),
        "各机装同一版本的程序和部件、放同样的字体（JIANBAO_FONTS 指明文件夹），再启动工作进程。",
    )
