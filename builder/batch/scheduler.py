"""The address of a cluster's scheduler as it is typed, and why nobody answers there; needs no extra."""

from __future__ import annotations

import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from builder.errors import UsageError

_FORM = re.compile(r"(tcp|tls)://(\[[0-9A-Fa-f:.]+\]|[^\s\[\]/:@?#]+):([0-9]{1,5})", re.ASCII)
_PORTS = range(1, 65536)
_KNOCK = 3.0  # s for a connection, once the long wait for the scheduler has come to nothing


@dataclass(frozen=True, slots=True)
class Address:
    """Where a scheduler listens; ``scheme`` is ``tcp`` or ``tls``, an IPv6 ``host`` has no brackets."""

    scheme: str
    host: str
    port: int


def address(typed: str, tls: Mapping[str, str]) -> Address:
    """What ``--cluster`` names. Nothing is looked up and no file is opened.

    Args:
        typed: the address.
        tls: the PEM files by the option that names each; "" where it was not given.

    Raises:
        UsageError: no such address can be, or it does not go with the files.
    """
    found = _FORM.fullmatch(typed)
    if found is None or int(found[3]) not in _PORTS:
        raise UsageError(
            f"集群地址“{typed}”不能用。" if typed else "--cluster 后面没有写地址。",
            "写调度器的地址和端口（1—65535），如 tcp://10.0.0.1:8786 或 tls://10.0.0.1:8786；只用本机就不写 --cluster。",
        )
    if found[1] == "tcp" and any(tls.values()):
        raise UsageError(
            "写了 TLS 证书，集群地址却是 tcp://…，不加密。", "地址改写 tls://…，调度器和各机也用 TLS 启动。"
        )
    lacking = [option for option, file in tls.items() if not file]
    if found[1] == "tls" and lacking:
        raise UsageError(
            f"集群地址是 tls://…，还缺 {'、'.join(lacking)}。", "三个 PEM 文件都要写：CA 证书、本机证书、本机私钥。"
        )
    return Address(found[1], found[2].strip("[]"), int(found[3]))


def why(place: Address) -> tuple[str, str]:
    """Why a scheduler could not be reached, by knocking once more: the cause and what to do, in Chinese."""
    try:
        socket.getaddrinfo(place.host, place.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # a label of more than 63 characters is no name at all
        return f"找不到名叫“{place.host}”的机器", "核对机器名，或改写它的 IP 地址。"
    try:
        socket.create_connection((place.host, place.port), _KNOCK).close()
    except ConnectionRefusedError:
        return (
            f"那台机器在，端口 {place.port} 上没有程序",
            "核对端口；调度器要先启动（dask scheduler）。",
        )
    except TimeoutError:
        return "那台机器没有回音", "核对地址，看那台机器是否开着、防火墙是否放行这个端口。"
    except OSError:
        return "网络不通，到不了那台机器", "核对地址和本机的网络。"
    if place.scheme == "tls":
        return (
            "接通了，TLS 没有谈成",
            "核对三个证书文件是否由同一个 CA 签发、没有过期；调度器也要用 TLS 启动（docs/scale.md）。",
        )
    return (
        "接通了，但没有照调度器那样应答",
        "核对端口是不是调度器的；调度器用了 TLS 的，地址写 tls://… 并写证书。",
    )
