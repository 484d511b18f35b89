"""What a database says, told as an editor understands it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DatabaseError, DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError

from builder.errors import Conflict, FileError
from builder.register.address import Address

REBUILD = "运行 jianbao archive restore，由归档包重建登记簿；旧文件会留下备查。"
_CAUSES = (
    ("database or disk is full", "磁盘已满", "清理磁盘后重试；没有用掉期号。"),
    ("No space left", "磁盘已满", "清理磁盘后重试；没有用掉期号。"),
    ("disk I/O error", "磁盘读写出错", "检查磁盘后重试；没有用掉期号。"),
    ("readonly database", "登记簿是只读的，或磁盘出错", "检查 output 文件夹的权限和磁盘。"),
    ("unable to open database", "打不开登记簿", "检查 output 文件夹的权限和磁盘。"),
    ("database is locked", "登记簿被别的程序占用", "等它办完，再试一次。"),
    ("lock timeout", "登记簿被别的程序占用", "等它办完，再试一次。"),
    ("malformed", "登记簿已损坏", REBUILD),
    ("not a database", "登记簿已损坏", REBUILD),
    (
        "已登记的行不能修改或删除",
        "已登记的行不能修改或删除",
        "付印后只能更正（correct）、作废（void）或重印（reprint）。",
    ),
)


class CommitLost(Exception):
    """COMMIT was sent and its answer did not come: it may have been done or not."""


@contextmanager
def told(address: Address, quiet: bool = False) -> Iterator[None]:
    """Errors of the database as expected failures. ``quiet`` passes over them.

    Raises:
        Conflict: somebody else did the same meanwhile.
        FileError: anything else that the database refuses.
    """
    try:
        yield
    except (IntegrityError, OperationalError, InterfaceError, DatabaseError, DBAPIError) as error:
        if not quiet:
            raise _failure(error, address) from error
    except UnicodeDecodeError as error:  # a damaged text, or SQLite's own message about a damaged name
        if not quiet:
            raise FileError(f"登记簿 {address.shown}：登记簿已损坏。", REBUILD) from error
    except SQLAlchemyError as error:
        if not quiet:
            raise FileError(f"登记簿办不了（{error}）。", REBUILD) from error


def _failure(error: DBAPIError, address: Address) -> FileError | Conflict:
    text = str(error.orig)
    for sign, cause, hint in _CAUSES:
        if sign in text:
            return FileError(f"登记簿 {address.shown}：{cause}。", hint)
    if isinstance(error, IntegrityError):
        return Conflict("同一手续已有人办过。", "用 jianbao log 查看后再办。")
    if address.file is None and isinstance(error, OperationalError | InterfaceError):
        return FileError(
            f"连不上登记簿 {address.shown}（{_first_line(text)}）。", "检查网络和数据库服务，再试一次；没有用掉期号。"
        )
    return FileError(f"登记簿 {address.shown} 读不了（{_first_line(text)}）。", REBUILD)


def reason(error: DBAPIError) -> str:
    """Why the database refused, in Chinese where it is one of the usual reasons."""
    text = str(error.orig)
    return next((cause for sign, cause, _ in _CAUSES if sign in text), _first_line(text))


def _first_line(text: str) -> str:
    return text.strip().splitlines()[0][:200] if text.strip() else "没有说明原因"
