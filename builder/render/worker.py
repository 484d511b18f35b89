"""The rendering process: both engines, kept warm, serving one parent over a pair of pipes.

Run as ``python -m builder.render.worker FOLDER`` by ``child`` alone. Requests come on standard input and
answers go to standard output (``pipe``), and it ends with its parent (``pipe.served``). ``FOLDER`` is its place for
temporary files; it takes that along.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
import traceback
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.errors import Fault, RenderError
from builder.render import pipe

if TYPE_CHECKING:
    from builder.render import docx, typst

_TALK = 3  # seconds of processor time beyond its own limit that a request may take when nobody is left to stop it


def main() -> None:
    """Serve until the parent closes the pipe."""
    folder = Path(sys.argv[1])
    tempfile.tempdir = str(folder)
    waiting, answers = pipe.served(folder)
    from builder.render import docx, template_check, typst  # noqa: F401  all are wanted; to load them is half of a cold start

    pipe.send(answers, {"used": time.process_time()})
    while True:
        header, blobs = waiting.get()
        _limit(header["seconds"], header["megabytes"])
        answer, made = _answer(header, blobs)
        pipe.send(answers, {**answer, "used": time.process_time()}, made)


def _limit(seconds: float, megabytes: int) -> None:
    """A second line behind the parent, where the system has one.

    The parent watches on every system and counts more exactly; this stops what is too fast for a watcher (one
    allocation of gigabytes), and what goes on in an interpreter that is not free to see that its parent is gone.
    Data, not addresses: fonts are mapped, and a thread's heap is set apart before it is used.
    """
    with suppress(ImportError, AttributeError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        wanted = {
            resource.RLIMIT_CORE: 0,
            resource.RLIMIT_CPU: int(used.ru_utime + used.ru_stime + seconds) + _TALK,
            resource.RLIMIT_DATA: megabytes << 20,
        }
        for kind, limit in wanted.items():
            with suppress(OSError, ValueError):
                _, most = resource.getrlimit(kind)
                resource.setrlimit(kind, (limit if most < 0 else min(limit, most), most))


def _answer(header: dict[str, Any], blobs: Sequence[bytes]) -> tuple[dict[str, Any], list[bytes]]:
    """The answer to a request; a refusal travels as its texts, a bug as its traceback."""
    try:
        return {}, _REQUESTS[header["do"]](header, blobs)
    except RenderError as error:
        return {"refused": [error.message, error.hint, [f.as_dict() for f in error.faults]]}, []
    except Exception:
        return {"bug": traceback.format_exc()}, []


def _pdf(header: dict[str, Any], blobs: Sequence[bytes]) -> list[bytes]:
    engine = _typst(header["templates"], tuple(header["fonts"]))
    return [engine.render(_view(blobs), _photos(header, blobs))]


def _docx(header: dict[str, Any], blobs: Sequence[bytes]) -> list[bytes]:
    view = _view(blobs)
    _approve(header["templates"], view["刊物"], view["版式"])
    return [_word(header["templates"]).render(view, _photos(header, blobs))]


def _prepare(header: dict[str, Any], blobs: Sequence[bytes]) -> list[bytes]:
    _approve(header["templates"], header["publication"], _view(blobs))
    _word(header["templates"]).prepare(header["publication"])
    return [b""]


def _check(header: dict[str, Any], blobs: Sequence[bytes]) -> list[bytes]:
    from builder.render import typst_source

    templates = Path(header["templates"])
    faults = _word_faults(templates, header["publication"], _view(blobs)) + typst_source.faults(templates)
    return [json.dumps([fault.as_dict() for fault in faults]).encode()]


_REQUESTS = {"pdf": _pdf, "docx": _docx, "prepare": _prepare, "check": _check}
_approved: set[tuple[str, str]] = set()


def _approve(templates: str, publication: str, layout: Mapping[str, Any]) -> None:
    """Judge a publication's Word template before it is used for the first time.

    Raises:
        RenderError: with everything that is wrong with it.
    """
    if (templates, publication) in _approved:
        return
    name, faults = f"templates/{publication}/issue.docx", _word_faults(Path(templates), publication, layout)
    if faults:
        first = faults[0]
        more = f"等 {len(faults)} 处错误" if len(faults) > 1 else ""
        hint = f"改正后用 jianbao template check {publication} 再查；或用 jianbao template make {publication} --force 重做。"
        raise RenderError(f"{name} 不能使用：{first.message.rstrip('。')}{more}。", hint, tuple(faults))
    _approved.add((templates, publication))


def _word_faults(templates: Path, publication: str, layout: Mapping[str, Any]) -> list[Fault]:
    from builder.render import template_check

    return template_check.check(templates, publication, layout)


def _view(blobs: Sequence[bytes]) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(blobs[0].decode("utf-8", "surrogatepass"))
    return data


def _photos(header: dict[str, Any], blobs: Sequence[bytes]) -> dict[str, bytes]:
    return dict(zip(header["photos"], blobs[1:], strict=True))


@cache
def _typst(templates: str, fonts: tuple[str, ...]) -> typst.Engine:
    from builder.render import typst

    return typst.Engine(Path(templates), [Path(f) for f in fonts])


@cache
def _word(templates: str) -> docx.Engine:
    from builder.render import docx

    return docx.Engine(Path(templates))


if __name__ == "__main__":
    main()
