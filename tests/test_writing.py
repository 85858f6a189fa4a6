"""A write that is killed, or meets a full disk, leaves the earlier file whole: every writer there is."""

import os
import shutil
import signal
import subprocess
import sys

import pytest

# the file beside the target fails half-way through its first write, as the system would fail it
RUNNER = """
import io, os, signal, sys

how, prefix, *arguments = sys.argv[1:]
plainly = io.open

class Failing(io.FileIO):
    def write(self, data):
        data = bytes(data)
        super().write(data[: len(data) // 2])
        if how == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        raise OSError(28, "No space left on device")

def opened(file, mode="r", *rest, **options):
    name = os.path.basename(os.fspath(file)) if isinstance(file, (str, os.PathLike)) else ""
    if "w" not in mode or not name.startswith(prefix):
        return plainly(file, mode, *rest, **options)
    raw = Failing(file, mode.replace("b", "").replace("t", ""))
    buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
    return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding=options.get("encoding"), newline="")

io.open = opened
from junheng.__main__ import main
sys.argv = ["junheng", *arguments]
main()
"""
WRITERS = {
    "xlsx": ("out.xlsx", ["check", "school.xlsx", "--output", "out.xlsx"]),
    "json": ("out.json", ["check", "school.xlsx", "--output", "out.json"]),
    "csv": ("out.csv", ["check", "school.xlsx", "--output", "out.csv"]),
    "markdown": ("out.md", ["check", "school.xlsx", "--output", "out.md"]),
    "text": ("out.txt", ["check", "school.xlsx", "--output", "out.txt"]),
    "county": ("out.xlsx", ["county", "school.xlsx", "--output", "out.xlsx"]),
    "annotate": ("out.xlsx", ["check", "school.xlsx", "--annotate", "out.xlsx"]),
    "complete": (
        "out.yaml",
        ["standards", "complete", "provinces/gansu/basic-standard", "--force", "--output", "out.yaml"],
    ),
}
NEW = {  # these never write where a file is: what must not be there is half a file
    "template": ("out.xlsx", ["template", "--output", "out.xlsx"]),
    "init": ("某县/junheng.yaml", ["init", "某县"]),
    "init-workbook": ("某县/学校表.xlsx", ["init", "某县"]),
}


def _run(folder, how, target, arguments):
    prefix = f".{target.rpartition('/')[2].rpartition('.')[0]}-"
    environment = {**os.environ, "PYTHONUTF8": "1", "JUNHENG_LANG": "zh"}
    return subprocess.run(
        [sys.executable, "-c", RUNNER, how, prefix, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def folder(tmp_path, root):
    """A folder with one workbook."""
    shutil.copy(root / "examples" / "school.xlsx", tmp_path / "school.xlsx")
    return tmp_path


def _earlier(folder, target, arguments):
    """Put the file there that is to be replaced, and return its bytes; a handed-back copy replaces only another one."""
    file = folder / target
    if "--annotate" in arguments:
        subprocess.run([sys.executable, "-m", "junheng", *arguments], cwd=folder, capture_output=True, check=True)
    else:
        file.write_bytes(b"earlier")
    return file.read_bytes()


def _names(folder):
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system kills otherwise")
@pytest.mark.parametrize(("target", "arguments"), WRITERS.values(), ids=WRITERS)
def test_a_killed_write_leaves_the_earlier_file(folder, target, arguments):
    """Killed in the middle of writing, the earlier file is whole, and what was begun is hidden from every reader."""
    earlier = _earlier(folder, target, arguments)
    assert -signal.SIGKILL == _run(folder, "killed", target, arguments).returncode
    assert earlier == (folder / target).read_bytes()
    assert {True} == {name.startswith(".") for name in _names(folder) - {"school.xlsx", target}}


@pytest.mark.parametrize(("target", "arguments"), WRITERS.values(), ids=WRITERS)
def test_a_full_disk_leaves_the_earlier_file(folder, target, arguments):
    """On a full disk the earlier file is whole, nothing is left beside it, and one line says why: exit code 2."""
    earlier = _earlier(folder, target, arguments)
    done = _run(folder, "full", target, arguments)
    assert 2 == done.returncode, done.stderr
    assert "C101" in done.stderr
    assert "磁盘已满" in done.stderr
    assert "Traceback" not in done.stderr
    assert earlier == (folder / target).read_bytes()
    assert {"school.xlsx", target} == _names(folder)


@pytest.mark.parametrize("how", ["killed", "full"])
@pytest.mark.parametrize(("target", "arguments"), NEW.values(), ids=NEW)
def test_no_half_file_is_left_in_a_new_place(folder, how, target, arguments):
    """A writer that never overwrites leaves nothing under the name that it was to write, and can be run again."""
    done = _run(folder, how, target, arguments)
    assert (-signal.SIGKILL if how == "killed" else 2) == done.returncode, done.stderr
    assert "Traceback" not in done.stderr
    assert not (folder / target).exists()


def test_a_disk_that_takes_no_more_is_said_so(folder):
    """The system's own refusal, here a limit to the size of files, leaves the earlier file whole."""
    resource = pytest.importorskip("resource")
    arguments = ["check", "school.xlsx", "--annotate", "out.xlsx"]
    earlier = _earlier(folder, "out.xlsx", arguments)

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [sys.executable, "-m", "junheng", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=limited,
    )
    assert 2 == done.returncode, done.stderr
    assert "C101" in done.stderr
    assert earlier == (folder / "out.xlsx").read_bytes()
    assert {"school.xlsx", "out.xlsx"} == _names(folder)
