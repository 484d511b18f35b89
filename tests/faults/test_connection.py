"""The connection to PostgreSQL breaks around COMMIT: what came of it is found out by the act's key."""

from __future__ import annotations

import itertools
import socket
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from builder.fonts import FontSet
from tests.faults import judging, offices
from tests.faults.test_races import moved
from tests.faults.zygote import Zygote
from tests.postgres import Postgres

ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Cut:
    """How the connection breaks: how much of COMMIT reaches the server, and whether the server can be reached again."""

    forwarded: int  # bytes; -1: all
    answer: bool  # whether the server's answer is waited for, and then dropped
    reachable: bool


CUTS = {
    "before it was sent": Cut(0, False, True),
    "in the midst of it": Cut(5, False, True),
    "right after it was sent": Cut(-1, False, True),
    "after it was done": Cut(-1, True, True),
    "before it was sent, for longer": Cut(0, False, False),
    "after it was done, for longer": Cut(-1, True, False),
}


class Proxy:
    """Between publisher and server, on the loopback; cuts once, at the COMMIT that follows the rows of an act."""

    def __init__(self, server: Path, cut: Cut) -> None:
        self._server, self._cut, self.done = server, cut, False
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                if self.done and not self._cut.reachable:
                    client.close()
                    continue
                server = socket.socket(socket.AF_UNIX)
                server.connect(str(self._server))
                for target, ends in ((self._asking, (client, server)), (self._answering, (server, client))):
                    threading.Thread(target=target, args=ends, daemon=True).start()

    def _asking(self, client: socket.socket, server: socket.socket) -> None:
        rows = False
        with suppress(OSError):
            while data := client.recv(1 << 16):
                rows = rows or b"INSERT INTO act" in data
                if rows and not self.done and b"COMMIT\0" in data:
                    self._broken(client, server, data)
                    return
                server.sendall(data)
        _hang_up(client, server)

    def _broken(self, client: socket.socket, server: socket.socket, data: bytes) -> None:
        cut = self._cut
        self.done = True
        if cut.answer:
            client.shutdown(socket.SHUT_RDWR)  # what comes back reaches nobody
        server.sendall(data if cut.forwarded < 0 else data[: cut.forwarded])
        if cut.answer:
            with suppress(OSError):
                server.settimeout(0.2)
                server.recv(1 << 16)
        _hang_up(client, server)

    def _answering(self, server: socket.socket, client: socket.socket) -> None:
        with suppress(OSError):
            while data := server.recv(1 << 16):
                client.sendall(data)
        _hang_up(client, server)

    def close(self) -> None:
        self._listener.close()


def _hang_up(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()


@contextmanager
def proxy(server: Postgres, cut: Cut) -> Iterator[Proxy]:
    opened = Proxy(server.socket, cut)
    try:
        yield opened
    finally:
        opened.close()


@pytest.mark.long
def test_a_connection_lost_around_commit_is_settled_by_the_key(
    zygote: Zygote,
    served: Path,
    fontset: FontSet,
    postgres_server: Postgres,
    tmp_path: Path,
    tell: Callable[[str], None],
) -> None:
    cases = [(name, cut) for _ in range(ROUNDS) for name, cut in CUTS.items()]
    issues = [f"2026/{n}" for n in range(1, len(cases) + 1)]
    office = offices.signed(tmp_path / "office", fontset, [(name, "ducha-kuaixun", "2026-06-08") for name in issues])
    direct = moved(office.root, postgres_server)
    database = direct.partition("@/")[2].partition("?")[0]
    count: Counter[str] = Counter()
    job = {"folder": str(office.root), "engines": str(served)}
    for issue, (name, cut), number in zip(issues, cases, itertools.count(1)):
        with proxy(postgres_server, cut) as between:
            url = f"postgresql://postgres@127.0.0.1:{between.port}/{database}"
            first = zygote.run("publish", **job, issues=[issue], database=url)
            assert between.done, f"{name}: {first}"
        seen = [act for act in judging.state(office.root, direct).published if act.issue == issue]
        if cut.reachable:
            assert (first.code == 0) == (len(seen) == 1), f"{name}: {first}"
            assert first.code in (0, 74), f"{name}: {first}"
        else:
            assert first.code == 74, f"{name}: {first}"
            assert "不能确定" in first.told, f"{name}: {first}"
        again = zygote.run("publish", **job, issues=[issue], database=direct)
        assert again.code == 0, f"{name}: {again}"
        acts = judging.state(office.root, direct).published
        assert [act.data["number"] for act in acts if act.issue == issue] == [number], name
        assert not seen or seen[0] in acts
        count["published" if seen else "not published"] += 1
        count["not known"] += not cut.reachable
    assert [act.data["number"] for act in acts] == list(range(1, len(cases) + 1))
    tell(
        f"connection lost around COMMIT {len(cases)} times: {count['published']} published, {count['not published']} not, "
        f"{count['not known']} told as not known; repeated, each once"
    )
