"""The door to ``distributed``: a connection to a scheduler that never waits for ever.

Loading it takes 0.7 s and needs the extra ``cluster``: only ``--cluster`` imports this.
"""

from __future__ import annotations

import asyncio
import logging
import threading
import time
import warnings
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from builder.batch import scheduler
from builder.errors import FileError, UsageError

try:
    import dask
    from distributed import Client, Security
except ImportError as error:
    raise UsageError(
        "没有安装集群要用的 distributed，不能用 --cluster。",
        "运行 pip install 'jianbao[cluster]'；只用本机就不写 --cluster。",
    ) from error

_CONNECT = 10.0  # s for the first connection, and to come back after one was lost
_ANSWER = 8.0  # s that a scheduler may take to say who its workers are
_CLOSE = 5.0  # s for leaving politely
_QUIET = {
    # Parcels hold bytes on purpose; what is too large for a call is told by its limits.
    "distributed.admin.large-graph-warning-threshold": "4GiB",
}

# What Dask raises at any call once its client is closed, its loop ended, or its connection broken; its own
# ``ClosedClientError`` is a bare Exception in a module that is not public.
_BROKEN = (Exception, asyncio.CancelledError)


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files for a scheduler at ``tls://``: the CA's certificate, this machine's, and its key."""

    ca: str = ""
    cert: str = ""
    key: str = ""

    @property
    def by_option(self) -> dict[str, str]:
        """The files by the options that name them."""
        return {"--tls-ca": self.ca, "--tls-cert": self.cert, "--tls-key": self.key}


class Link:
    """A connection to a scheduler and its workers. Calls go to one named worker each, by an executor of its own."""

    def __init__(self, address: str, tls: Tls) -> None:
        """Connect.

        Raises:
            UsageError: the address or the TLS files cannot be used.
            FileError: nobody answers, or not as a scheduler does.
        """
        security = _security(address, tls)
        _silence()
        self.address = address
        self._lost = 0.0  # by the clock, since when the scheduler does not answer; 0: it does
        self._executors: dict[str, Any] = {}
        with dask.config.set(_QUIET), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # versions are compared by ``alike``
            try:
                self._client: Any = cast(Any, Client)(
                    address, timeout=_CONNECT, security=security, set_as_default=False
                )
            except _BROKEN as error:
                raise _unreachable(address, tls) from error
        dask.config.set(_QUIET)

    def submit(self, worker: str, work: Callable[..., Any], *given: Any) -> Future[Any]:
        """Have a worker perform ``work(*given)``; the future is cancelled where Dask lost it, and never ends where Dask waits.

        Raises:
            ConnectionError: Dask has given the connection up, perhaps since it was looked at last.
        """
        try:
            executor = self._executors.get(worker)
            if executor is None:
                executor = self._client.get_executor(workers=[worker], allow_other_workers=False, pure=False, retries=0)
                self._executors[worker] = executor
            future: Future[Any] = executor.submit(work, *given)
        except _BROKEN as error:
            raise ConnectionError(_told(error)) from error
        return future

    def cancel(self, futures: Iterable[Future[Any]]) -> None:
        """Let go of calls; one that is at work goes on, and nothing comes of it."""
        for future in futures:
            if self.connected:  # with no connection there is nobody to tell, and Dask says so aloud
                with suppress(*_BROKEN):
                    future.cancel()

    def forget(self, worker: str) -> None:
        """Let go of what belongs to a worker that is gone."""
        self._executors.pop(worker, None)

    def workers(self) -> Mapping[str, int] | None:
        """The threads of each worker by its address, as the scheduler says now; None while it does not answer."""
        answer, asked = None, time.monotonic()
        if self.connected:
            with suppress(*_BROKEN):
                answer = self._client.sync(self._ask, callback_timeout=_ANSWER + 2)
        if answer is None:
            self._lost = self._lost or asked
            return None
        self._lost = 0.0
        return {str(worker): int(threads) for worker, threads in answer.items()}

    @property
    def silent(self) -> float:
        """For how many seconds the scheduler has not answered; 0 while it does."""
        return time.monotonic() - self._lost if self._lost else 0.0

    @property
    def connected(self) -> bool:
        """Whether there is a connection, as far as Dask knows; one that is lost may come back for some seconds."""
        return bool(self._client.status == "running")

    @property
    def closed(self) -> bool:
        """True when Dask has given the connection up."""
        return self._client.status in ("closed", "closing")

    def close(self, last: Callable[..., Any] | None = None) -> None:
        """Leave, within seconds also where the scheduler is dead; ``last`` is run on every worker before, if it answers.

        Done in a thread that is not waited for any longer: with a dead scheduler Dask's own closing may not end.
        """
        leaving = threading.Thread(target=self._leave, args=(last,), daemon=True, name="cluster-close")
        leaving.start()
        leaving.join(2 * _CLOSE)

    def _leave(self, last: Callable[..., Any] | None) -> None:
        with suppress(*_BROKEN):
            if last is not None and self.connected and not self._lost:
                self._client.sync(self._on_all, last, callback_timeout=_CLOSE)
        with suppress(*_BROKEN):
            self._client.close(timeout=_CLOSE)

    async def _ask(self) -> Mapping[str, int]:
        answer: Mapping[str, int] = await asyncio.wait_for(self._client.scheduler.ncores(), _ANSWER)
        return answer

    async def _on_all(self, work: Callable[..., Any]) -> None:
        await asyncio.wait_for(self._client._run(work, on_error="ignore"), _CLOSE)


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}：{error}"[:300]


def _silence() -> None:
    """Distributed tells a terminal in English what this program tells in Chinese; each of its loggers has a level of its own."""
    for name in [
        name for name in logging.root.manager.loggerDict if name.partition(".")[0] in ("distributed", "tornado")
    ]:
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _security(address: str, tls: Tls) -> Any:
    """Dask's form of the TLS files; None without TLS.

    Raises:
        UsageError: see ``Link``.
    """
    if scheduler.address(address, tls.by_option).scheme == "tcp":
        return None
    missing = [file for file in tls.by_option.values() if not Path(file).is_file()]
    if missing:
        raise UsageError(f"没有证书文件 {'、'.join(missing)}。", "核对 --tls-ca、--tls-cert、--tls-key 后面的文件名。")
    return cast(Any, Security)(
        require_encryption=True, tls_ca_file=tls.ca, tls_client_cert=tls.cert, tls_client_key=tls.key
    )


def _unreachable(address: str, tls: Tls) -> FileError:
    place = scheduler.address(address, tls.by_option)
    cause, hint = scheduler.why(place)
    return FileError(f"连不上集群的调度器 {address}：{cause}。", hint)
