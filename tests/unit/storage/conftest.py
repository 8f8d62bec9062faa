"""A data folder for each test, and a journal that is closed after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.journal import SqliteJournal
from storage.paths import DataFolder


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder(tmp_path / "data").create()


@pytest.fixture
def journal(folder: DataFolder) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(folder)
    yield journal
    journal.close()
