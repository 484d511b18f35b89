"""The options of every command that can have its work done by a cluster (docs/scale.md)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])
_OPTIONS = (
    click.option(
        "--cluster", default=None, metavar="地址", help="交给 Dask 集群生成：调度器的地址，如 tcp://10.0.0.1:8786。"
    ),
    click.option("--tls-ca", default="", metavar="文件", help="集群用 TLS（tls://…）时：签发证书的 CA 证书（PEM）。"),
    click.option("--tls-cert", default="", metavar="文件", help="集群用 TLS 时：本机的证书（PEM）。"),
    click.option("--tls-key", default="", metavar="文件", help="集群用 TLS 时：本机证书的私钥（PEM）。"),
)


def cluster_options(command: _F) -> _F:
    """Add ``--cluster --tls-ca --tls-cert --tls-key``: the arguments of ``batch.cluster.crew``, texts (no address: None)."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
