"""A copy of the bootstrap script to play with, and stand-ins for the commands it calls."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.checkout import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """An own copy of what set-up reads, in a folder with a space and Korean letters in its name."""
    folder = tmp_path / "내 작업 folder"
    folder.mkdir()
    for name in ("bootstrap.py", "requirements.lock"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def bootstrap(checkout: Path) -> ModuleType:
    """The module of that copy, so that all its paths lie there."""
    spec = importlib.util.spec_from_file_location("bootstrap_copy", checkout / "bootstrap.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Put shell scripts on a PATH that holds nothing else; each writes its arguments to a file, which is returned."""
    folder = tmp_path / "commands"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))

    def add(name: str, then: str) -> Path:
        log = tmp_path / f"{name}.txt"
        (folder / name).write_text(f'#!/bin/sh\necho "$@" >> "{log}"\n{then}\n', encoding="utf-8")
        (folder / name).chmod(0o755)
        return log

    return add
