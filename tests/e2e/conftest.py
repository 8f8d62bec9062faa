"""A data folder of its own for each test of the command."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.weft_command import Weft


@pytest.fixture
def weft(tmp_path: Path) -> Weft:
    """The command, with an empty data folder."""
    return Weft(tmp_path)
