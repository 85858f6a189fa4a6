"""What the reader of workbooks says on its own where it panics is kept from the user, who is told the fault in our words."""

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_STDERR = 2
_PANIC = re.compile(rb"(?:\n|\A)thread '[^\n]*' (?:\(\d+\) )?panicked at .*", re.DOTALL)


@contextmanager
def without_panics() -> Iterator[None]:
    """Hold back what is written to the standard error output, and pass on at the end all that is no panic's text.

    A panic writes to the descriptor itself, past `sys.stderr`. Where there is no such descriptor, or no place for a
    file, nothing is held back.
    """
    kept = held = None
    try:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        with suppress(OSError):
            kept = os.dup(_STDERR)
            held = tempfile.TemporaryFile()  # noqa: SIM115 - closed below, after the descriptor is back
            os.dup2(held.fileno(), _STDERR)
        yield
    finally:
        with suppress(OSError, ValueError, AttributeError):
            sys.stderr.flush()
        if kept is not None:
            os.dup2(kept, _STDERR)
            os.close(kept)
        if held is not None:
            with held:
                held.seek(0)
                said = _PANIC.sub(b"", held.read())
            with suppress(OSError):
                os.write(_STDERR, said)
