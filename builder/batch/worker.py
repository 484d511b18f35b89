"""A worker of ``slots``: performs one call after the other, in a process that may die of it.

Run as ``python -m builder.batch.worker FOLDER`` by ``slots`` alone, in a session of its own; calls and what comes of them
are pickles (``render.pipe``). It ends when its parent is gone, whatever it is doing (a call that lets
no thread run: when its time is over), and takes along the folder in which
``FOLDER``, its place for temporary files, lies: that of the whole crew.
"""

from __future__ import annotations

import faulthandler
import pickle
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Any

from builder.batch.crew import Reason
from builder.errors import JianbaoError
from builder.render import pipe

MOST_BYTES = 256 << 20
_MERCY = 5.0  # s beyond its limit until a worker ends itself; a slot that lives ends it at the limit
_ADVICE = "其余各期不受影响；把这一行连同报告交给维护人员"


def main() -> None:
    """Serve until the parent closes the pipe."""
    folder = Path(sys.argv[1])
    tempfile.tempdir = str(folder)
    waiting, answers = pipe.served(folder.parent)
    from builder.batch import performing  # noqa: F401  most calls are of it; loading it is most of a cold start

    pipe.send(answers, {})
    while True:
        asked, blobs = waiting.get()
        began = time.perf_counter()
        # The last resort where the parent has died and the call lets no thread of this process run: this timer needs none.
        faulthandler.dump_traceback_later(asked["seconds"] + _MERCY, exit=True)
        header, data = _performed(blobs[0])
        faulthandler.cancel_dump_traceback_later()
        pipe.send(answers, {**header, "seconds": time.perf_counter() - began}, [data])


def _performed(call: bytes) -> tuple[dict[str, Any], bytes]:
    """The pickle of the call's value; or why there is none, in the header."""
    try:
        work, given = pickle.loads(call)
        data = pickle.dumps(work(given), protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException as error:
        return {"failed": refusal(error)}, b""
    if len(data) > MOST_BYTES:
        told = f"生成的文件共 {len(data) >> 20} MB，超过 {MOST_BYTES >> 20} MB 的上限，没有写出。"
        return {"failed": ("oversized", told, "分成几期，或缩小图片。")}, b""
    return {}, data


def refusal(error: BaseException) -> tuple[Reason, str, str]:
    """What is told of a call that raised: reason, message and hint."""
    if isinstance(error, MemoryError):
        return "memory", "内存不够，没有完成。", "缩小图片、表格，或加大环境变量 JIANBAO_MEMORY（MB）。"
    if isinstance(error, JianbaoError):
        return "exception", error.message, error.hint
    text = " ".join(str(error).split())[:300]
    frames = traceback.extract_tb(error.__traceback__)
    at = f"（{Path(frames[-1].filename).name}:{frames[-1].lineno}）" if frames else ""
    told = f"{type(error).__name__}{': ' * bool(text)}{text}{at}"
    return "exception", "处理这一期时程序内部出错，没有完成。", f"{_ADVICE}：{told}"


if __name__ == "__main__":
    main()
