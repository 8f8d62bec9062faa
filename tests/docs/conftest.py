"""The command for the shells of the documents."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.helpers.forked import ForkServer


@pytest.fixture
def path_with_weft(tmp_path: Path, forks: ForkServer | None) -> str:
    """A `PATH` on which `weft` and `python` are those of this checkout."""
    programs = tmp_path / "programs"
    programs.mkdir()
    if forks is not None:
        forks.put_command(programs)
    return os.pathsep.join(map(str, (programs, Path(sys.executable).parent, os.environ["PATH"])))
