"""`python -m sim` is the command `liandong`."""

from __future__ import annotations

import sys


def main() -> None:
    """The command line; Ctrl-C is answered from its first moment on."""
    try:
        from sim.cli.main import main as answer

        answer()
    except KeyboardInterrupt:
        print("Interrupted: there are no results.", file=sys.stderr)
        raise SystemExit(130) from None


if __name__ == "__main__":
    main()
