"""What starting costs: counted in modules, never in time."""

import subprocess
import sys


def _modules(code):
    script = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()


def test_help_imports_nothing_heavy():
    """`junheng --help` loads none of the libraries that commands need."""
    code = (
        "import contextlib, io\nfrom junheng.cli import app\nwith contextlib.redirect_stdout(io.StringIO()):\n"
        "    try: app(['--help'])\n    except SystemExit: pass"
    )
    loaded = set(_modules(code))
    own = {"yaml", "openpyxl", "rich.table", "python_calamine", "junheng.engine.model", "junheng.standard.grammar"}
    assert set() == own & loaded


def test_check_of_a_clean_school_needs_no_openpyxl(root):
    """A workbook without blanks is judged without the library that is only needed to look again and to write."""
    code = f"import pathlib, junheng\njunheng.judge([pathlib.Path({str(root / 'examples' / 'school.xlsx')!r})])"
    assert "openpyxl" not in _modules(code)


def test_the_engine_knows_no_files_and_no_pydantic():
    """Importing the engine loads neither pydantic, yaml, workbooks nor words."""
    loaded = _modules("import junheng.engine.county, junheng.engine.school, junheng.engine.divisions")
    assert [] == [m for m in loaded if m.split(".")[0] in ("pydantic", "yaml", "python_calamine", "rich", "openpyxl")]
    assert [] == [
        m for m in loaded if m.startswith(("junheng.workbook", "junheng.report", "junheng.standard", "junheng.text"))
    ]


def test_public_names():
    """Every public name can be had from the package, and the list is sorted."""
    import junheng

    assert sorted(junheng.__all__, key=lambda n: (n.startswith("__"), n)) == sorted(
        junheng.__all__, key=lambda n: (n.startswith("__"), n)
    )
    for name in junheng.__all__:
        assert getattr(junheng, name) is not None
