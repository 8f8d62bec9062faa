"""`make`, continuous integration and the documents agree on the commands."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys

import pytest

import bootstrap
from desktop_app.screen import display
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
    assert re.findall(r"^  ([\w-]+)", told, re.MULTILINE) == list(bootstrap.COMMANDS)


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
        lines.append([part for part in arguments if part not in ("-P", "-m")])
        return int(bootstrap.MODELS[0] in arguments)

    monkeypatch.setattr(bootstrap, "start", start)
    monkeypatch.setattr(bootstrap, "ensure_window", lambda virtual: lines.append(["virtual" if virtual else "window"]))
    return lines


@pytest.mark.parametrize(
    ("seen", "last"),
    [(True, ["desktop_app", "open", str(bootstrap.EXAMPLE)]), (False, ["desktop_app.screen.show", str(bootstrap.EXAMPLE)])],
)
def test_run_takes_the_next_model_and_opens_the_example(
    started: list[list[str]], monkeypatch: pytest.MonkeyPatch, seen: bool, last: list[str]
) -> None:
    monkeypatch.setattr(display, "has_display", lambda: seen)
    assert bootstrap.run_example([]) == 0
    assert started == [
        ["window"],
        ["window" if seen else "virtual"],
        ["desktop_app", "models", "get", bootstrap.MODELS[0]],
        ["desktop_app", "models", "get", bootstrap.MODELS[1]],
        last,
    ]
    assert bootstrap.EXAMPLE.is_file()


def test_run_stops_when_there_is_no_model(started: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "has_display", lambda: True)
    monkeypatch.setattr(bootstrap, "MODELS", bootstrap.MODELS[:1])
    assert bootstrap.run_example([]) == 1
    assert started[2:] == [["desktop_app", "models", "get", bootstrap.MODELS[0]]]


def test_tests_run_without_the_packages_of_a_virtual_screen(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def nobody_may(virtual: bool) -> None:
        raise bootstrap.SetupError("    sudo apt-get install xvfb")

    def start(*arguments: str) -> int:
        lines.append(arguments)
        return 0

    lines: list[tuple[str, ...]] = []
    monkeypatch.setattr(bootstrap, "ensure_window", nobody_may)
    monkeypatch.setattr(bootstrap, "start", start)
    assert bootstrap.run_tests(["window"]) == 0
    assert lines == [("-m", "tests.groups", "window")]
    assert "sudo apt-get install xvfb\nGoing on without" in capsys.readouterr().err


def test_models_of_the_example_are_in_the_catalogue() -> None:
    known = {model.id: model for model in read_catalogue()}
    assert [known[name].demonstration for name in bootstrap.MODELS] == [False, True]
