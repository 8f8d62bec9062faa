"""A data folder of its own for each test of the command."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.helpers.forked import ForkServer
from tests.helpers.weft_command import Weft


@pytest.fixture(scope="session")
def sockets() -> Iterator[dict[str, str]]:
    """Variables that lead the sockets of owners, which killed ones leave behind, to a place that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="weft-") as folder:  # short: the path of a socket has about a hundred bytes
        yield {"XDG_RUNTIME_DIR": folder}


@pytest.fixture
def weft(tmp_path: Path, forks: ForkServer | None, sockets: dict[str, str]) -> Weft:
    """The command, with an empty data folder."""
    return Weft(tmp_path, forks, dict(sockets))


@pytest.fixture
def cold_weft(tmp_path: Path, sockets: dict[str, str]) -> Weft:
    """The command, started as a person does."""
    return Weft(tmp_path, environment=dict(sockets))
