"""What a database says, told as an editor understands it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from builder.errors import Conflict, FileError
from builder.register.address import Address

REBUILD = "运行 jianbao archive restore，由归档包重建登记簿；旧文件会留下备查。"
_FULL = ("磁盘已满", "清理磁盘后重试；没有用掉期号。")
_BUSY = ("登记簿被别的程序占用", "等它办完，再试一次。")
_READ_ONLY = ("登记簿是只读的，或磁盘出错", "检查 output 文件夹能不能写：磁盘是不是只读、是不是满了，有没有权限。")
_FINAL = ("已登记的行不能修改或删除", "付印后只能更正（correct）、作废（void）或重印（reprint）。")
_ASK = "请数据库管理员检查；没有用掉期号。"
# SQLite's own words, which are always English.
_CAUSES = (
    ("database or disk is full", _FULL),
    ("No space left", _FULL),
    ("disk I/O error", ("磁盘读写出错", "检查磁盘后重试；没有用掉期号。")),
    ("readonly database", _READ_ONLY),
    (
        "unable to open database",
        ("打不开登记簿", "检查 output 文件夹能不能写：磁盘是不是只读、是不是满了，有没有权限。"),
    ),
    ("database is locked", _BUSY),
    ("malformed", ("登记簿已损坏", REBUILD)),
    ("not a database", ("登记簿已损坏", REBUILD)),
    (_FINAL[0], _FINAL),
)
# PostgreSQL's words come in the server's language; its codes do not.
_STATES = {
    "53100": _FULL,
    "55P03": _BUSY,
    "25006": ("数据库是只读的（备用机）", "把登记簿的地址改成主机。"),
    "42501": ("没有权限", f"给登记簿的用户建表和读写的权限；{_ASK}"),
}


def damaged() -> FileError:
    """The refusal to go by rows that cannot be what was written."""
    return FileError("登记簿里有一行读不出来：已损坏，没有办理。", REBUILD)


class CommitLost(FileError):
    """COMMIT was sent and its answer did not come: it may have been done or not. ``reason`` is why."""

    def __init__(self, address: Address, reason: str) -> None:
        super().__init__(f"登记簿 {address.shown} 没有回答（{reason}），不能确定是否已经办成。", "恢复后重跑同一命令。")
        self.reason = reason


class Busy(FileError):
    """Another writer holds the lock for longer than anybody waits."""


@contextmanager
def told(address: Address, quiet: bool = False) -> Iterator[None]:
    """Errors of the database as expected failures. ``quiet`` passes over them.

    Raises:
        Conflict: somebody else did the same meanwhile.
        Busy: the lock was not to be had.
        FileError: anything else that the database refuses.
    """
    try:
        yield
    except DBAPIError as error:
        if not quiet:
            raise _failure(error, address) from error
    except UnicodeDecodeError as error:  # a damaged text, or SQLite's own message about a damaged name
        if not quiet:
            raise FileError(f"登记簿 {address.shown}：登记簿已损坏。", REBUILD) from error
    except SQLAlchemyError as error:
        if not quiet:
            raise FileError(f"登记簿办不了（{error}）。", REBUILD) from error


def _failure(error: DBAPIError, address: Address) -> FileError | Conflict:
    if known := _known(error):
        cause, hint = known
        return (Busy if known is _BUSY else FileError)(f"登记簿 {address.shown}：{cause}。", hint)
    if isinstance(error, IntegrityError):
        return Conflict("同一手续已有人办过。", "用 jianbao log 查看后再办。")
    reason = _first_line(str(error.orig))
    if address.file is not None:
        return FileError(f"登记簿 {address.shown} 读不了（{reason}）。", REBUILD)
    if isinstance(error, OperationalError | InterfaceError):
        return FileError(
            f"连不上登记簿 {address.shown}（{reason}）。", "检查网络和数据库服务，再试一次；没有用掉期号。"
        )
    return FileError(f"数据库 {address.shown} 没有照办（{reason}）。", _ASK)


def _known(error: DBAPIError) -> tuple[str, str] | None:
    """Cause and next step where the reason is one of the usual ones."""
    text = str(error.orig)
    by_code = _STATES.get(getattr(error.orig, "sqlstate", None) or "")
    return by_code or next((told for sign, told in _CAUSES if sign in text), None)


def reason(error: DBAPIError) -> str:
    """Why the database refused, in Chinese where it is one of the usual reasons."""
    known = _known(error)
    return known[0] if known else _first_line(str(error.orig))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else "没有说明原因"
