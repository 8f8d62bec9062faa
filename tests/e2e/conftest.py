"""A data folder of its own for each test of the command."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.forked import ForkServer, fork_server
from tests.helpers.weft_command import Weft


@pytest.fixture(scope="session")
def forks() -> Iterator[ForkServer | None]:
    """What starts programs quickly."""
    with fork_server() as server:
        yield server


@pytest.fixture
def weft(tmp_path: Path, forks: ForkServer | None) -> Weft:
    """The command, with an empty data folder."""
    return Weft(tmp_path, forks)


@pytest.fixture
def cold_weft(tmp_path: Path) -> Weft:
    """The command, started as a person does."""
    return Weft(tmp_path)
