"""`python -m junheng` and the command `junheng`."""

import gc
import sys


def main() -> None:
    """Run the command line; never fail over a character that the terminal cannot show, nor over a closed pipe."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            if not stream.isatty():
                reconfigure(encoding="utf-8")
            reconfigure(errors="replace")
    gc.disable()  # one short run makes few cycles, and looking for them among millions of cells takes seconds
    from junheng.cli import app

    try:
        app(prog_name="junheng")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)


if __name__ == "__main__":
    main()
