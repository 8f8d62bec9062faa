"""A data folder for each test, and a journal that is closed after it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.journal import SqliteJournal
from storage.paths import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data").create()


@pytest.fixture
def foreign_place(tmp_path: Path) -> Iterator[Path]:
    """A folder that a user without rights can reach: tests as root have to become one to meet a missing permission."""
    if os.getuid() != 0:
        yield tmp_path
        return
    place = Path(tempfile.mkdtemp(dir="/tmp"))
    place.chmod(0o755)
    yield place
    shutil.rmtree(place)


@pytest.fixture
def journal(folder: DataFolder) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(folder)
    yield journal
    journal.close()
