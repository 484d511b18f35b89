"""``jianbao`` and ``python -m builder``."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line; Ctrl-C while it is still loading is answered as later on."""
    try:
        from builder.cli.main import main as run

        run()
    except KeyboardInterrupt:
        sys.stderr.write("已中断，没有写出未完成的文件。\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
