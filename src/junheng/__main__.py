"""`python -m junheng` and the command `junheng`."""

import gc
import signal
import sys


def main() -> None:
    """Run the command line; never fail over a character that the terminal cannot show.

    Where the reader of a pipe goes away, the program ends by that signal: every exit code would be a verdict.
    """
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if not stream.isatty():
                reconfigure(encoding="utf-8")
            reconfigure(errors="replace")
    gc.disable()  # one short run makes few cycles, and looking for them among millions of cells takes seconds
    from junheng.cli import app

    app(prog_name="junheng")


if __name__ == "__main__":
    main()
