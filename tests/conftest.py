"""What the tests share: tables made from literals, and the shipped standards."""

import shutil
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest

from junheng.engine.model import SchoolTable
from junheng.standard.load import load

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def root():
    """The root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def quality():
    """The 2017 standard."""
    return load("national/2017-quality-balance", 2023)


@pytest.fixture(scope="session")
def basic():
    """The 2012 standard."""
    return load("national/2012-basic-balance", 2023)


def table(stages, students, **columns):
    """Return a table of sections of one county; words and figures by their field."""
    size = len(stages)
    texts = {
        "county": ["示例县"] * size,
        "town": [None] * size,
        "group": [None] * size,
        "code": [f"{3137000001 + i}" for i in range(size)],
        "name": [f"学校{i + 1}" for i in range(size)],
        "stage": list(stages),
        "type": [{"primary": "primary", "junior": "junior", "senior": "senior"}[s] for s in stages],
        "area": [None] * size,
        "owner": [None] * size,
    }
    through = columns.pop("through", {})
    texts.update({name: columns.pop(name) for name in list(columns) if name in texts})
    return SchoolTable(size, texts, {"students": list(students), **columns}, through)


@pytest.fixture(scope="session")
def make_table():
    """The maker of tables."""
    return table


@pytest.fixture(scope="session")
def law():
    """The bars of the 2017 method as the document at hand gives them, typed in once more: (primary, junior, per)."""
    return {
        "overqualified_teachers": ("4.2", "5.3", 100),
        "backbone_teachers": ("1", "1", 100),
        "pe_art_teachers": ("0.9", "0.9", 100),
        "teaching_area": ("4.5", "5.8", 1),
        "sports_area": ("7.5", "10.2", 1),
        "equipment_value": ("2000", "2500", 1),
        "multimedia_classrooms": ("2.3", "2.4", 100),
    }


@pytest.fixture(scope="session")
def convert(tmp_path_factory):
    """Return a function by which LibreOffice opens files, all in one go, and saves them in another format.

    Its profile is made once: a fresh one takes seconds.
    """
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = (tmp_path_factory.mktemp("office") / "profile").as_uri()

    def run(kind, into, *files):
        command = [office, f"-env:UserInstallation={profile}", "--headless", "--convert-to", kind]
        subprocess.run(
            [*command, "--outdir", str(into), *map(str, files)], capture_output=True, check=True, timeout=180
        )

    return run


def exact(text):
    """Return a decimal number as a fraction."""
    return Fraction(text)
