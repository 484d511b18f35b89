"""The address of a cluster is judged before anything else, and the reason why nobody answers there is told."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from builder.batch import scheduler
from builder.batch.scheduler import Address
from builder.errors import UsageError
from tests.batch.batches import build, make

NONE = {"--tls-ca": "", "--tls-cert": "", "--tls-key": ""}
ALL = {"--tls-ca": "a", "--tls-cert": "b", "--tls-key": "c"}


def test_an_address_has_scheme_host_and_port() -> None:
    assert scheduler.address("tcp://10.0.0.1:8786", NONE) == Address("tcp", "10.0.0.1", 8786)
    assert scheduler.address("tcp://[::1]:1", NONE) == Address("tcp", "::1", 1)
    assert scheduler.address("tls://ku-1.example:65535", ALL) == Address("tls", "ku-1.example", 65535)


@pytest.mark.parametrize(
    "typed",
    [
        *("127.0.0.1:8797", "http://127.0.0.1:80", "inproc://x:1", "tcp://", "tcp://host", "tcp://:8786"),
        *(
            "tcp://h:0",
            "tcp://h:65536",
            "tcp://h:99999",
            "tcp://h:８７８６",
            "tcp://a b:1",
            "tcp://h:1/",
            "tcp://::1:1",
        ),
    ],
)
def test_what_can_be_no_address_is_refused_with_what_to_write(typed: str) -> None:
    with pytest.raises(UsageError, match="不能用") as refused:
        scheduler.address(typed, NONE)
    assert "tcp://10.0.0.1:8786" in refused.value.hint
    assert "1—65535" in refused.value.hint


def test_files_of_tls_go_with_a_tls_address_and_all_three() -> None:
    with pytest.raises(UsageError, match="不加密"):
        scheduler.address("tcp://h:1", ALL)
    with pytest.raises(UsageError, match="还缺 --tls-cert、--tls-key"):
        scheduler.address("tls://h:1", {**ALL, "--tls-cert": "", "--tls-key": ""})


def test_a_wrong_address_is_refused_also_where_all_is_up_to_date(tmp_path: Path) -> None:
    root = make(tmp_path / "w", 1)
    assert build(root).code == 0
    for typed, said in (("", "没有写地址"), ("tcp://127.0.0.1:99999", "不能用"), ("127.0.0.1:8786", "不能用")):
        refused = build(root, "--cluster", typed)
        assert refused.code == 64
        assert said in refused.err + refused.out


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def test_a_name_that_does_not_resolve_is_told_with_the_name() -> None:
    cause, hint = scheduler.why(Address("tcp", "nobody.invalid", 8786))
    assert "找不到名叫“nobody.invalid”的机器" in cause
    assert "IP" in hint
    assert "找不到" in scheduler.why(Address("tcp", "x" * 70 + ".invalid", 8786))[0]


def test_a_port_where_nothing_listens_is_told_from_a_machine_that_is_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    assert scheduler.why(Address("tcp", "127.0.0.1", port))[0] == f"那台机器在，端口 {port} 上没有程序"
    monkeypatch.setattr(scheduler, "_KNOCK", 0.3)
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        there = full.getsockname()
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:  # they fill the queue of a program that takes no connection
            each.setblocking(False)
            each.connect_ex(there)
        assert scheduler.why(Address("tcp", *there))[0] == "那台机器没有回音"
        for each in waiting:
            each.close()


def test_a_program_that_is_no_scheduler_and_tls_that_fails_are_told_apart() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        assert "没有照调度器那样应答" in scheduler.why(Address("tcp", "127.0.0.1", port))[0]
        assert "TLS 没有谈成" in scheduler.why(Address("tls", "127.0.0.1", port))[0]
