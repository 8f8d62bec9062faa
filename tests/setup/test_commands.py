"""`make`, continuous integration and the documents agree on the commands."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys

import pytest

import bootstrap
from engine.providers.catalogue import read_catalogue
from tests import groups
from tests.helpers.checkout import ROOT

DOCUMENTS = [path for name in ("README.md", "CONTRIBUTING.md") if (path := ROOT / name).is_file()]


def test_continuous_integration_runs_the_documented_command() -> None:
    script = ROOT / ".ci" / "run"
    command = script.read_text(encoding="utf-8").splitlines()[-1]
    assert os.access(script, os.X_OK)
    assert command == "make test"
    for document in DOCUMENTS:
        assert re.search(rf"^ *{command}\b", document.read_text(encoding="utf-8"), re.MULTILINE), document


@pytest.mark.skipif(not shutil.which("make"), reason="make is not here")
def test_make_knows_every_command() -> None:
    for name in bootstrap.COMMANDS:
        command = ["make", "--just-print", "PYTHON=python", name]
        told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
        assert told == f'"python" bootstrap.py {name}\n'


def test_help_tells_every_command() -> None:
    told = subprocess.run([sys.executable, "bootstrap.py"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.findall(r"^  (\w+)", told, re.MULTILINE) == list(bootstrap.COMMANDS)


def test_unknown_command_is_refused() -> None:
    result = subprocess.run([sys.executable, "bootstrap.py", "dance"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert result.returncode == 2
    assert "'dance'" in result.stderr


def test_every_folder_of_tests_is_in_one_group() -> None:
    found = [folder for group in groups.BUDGET_MIN for folder in groups.folders(group)]
    assert sorted(found) == sorted({path for path in groups.TESTS.iterdir() if path.is_dir() and any(path.rglob("test_*.py"))})


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The command lines that would be started; the first model cannot be had."""
    lines: list[list[str]] = []

    def start(*arguments: str, **extra: str) -> int:
        assert extra == {"WEFT_MODELS": str(ROOT / ".models")}
        lines.append([part for part in arguments if part not in ("-P", "-m", "desktop_app")])
        return int(bootstrap.MODELS[0] in arguments)

    monkeypatch.setattr(bootstrap, "start", start)
    return lines


def test_run_takes_the_next_model_and_approves_without_a_terminal(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    assert bootstrap.run_example(["--json"]) == 0
    assert started == [
        ["models", "get", bootstrap.MODELS[0]],
        ["models", "get", bootstrap.MODELS[1]],
        ["run", str(bootstrap.EXAMPLE), "--approve", "yes", "--json"],
    ]
    assert "--approve yes" in capsys.readouterr().err


def test_run_stops_when_there_is_no_model(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "MODELS", bootstrap.MODELS[:1])
    assert bootstrap.run_example([]) == 1
    assert started == [["models", "get", bootstrap.MODELS[0]]]


def test_models_of_the_example_are_in_the_catalogue() -> None:
    known = {model.id: model for model in read_catalogue()}
    assert [known[name].demonstration for name in bootstrap.MODELS] == [False, True]
