"""Set-up does each step once, one set-up at a time, and repairs what was broken off."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest

DRIVER = """
import sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import bootstrap

def step(name, seconds=0.0):
    with open(bootstrap.ROOT / "steps.txt", "a") as log:
        print(name, "begins", file=log, flush=True)
        time.sleep(seconds)
        print(name, "ends", file=log, flush=True)

def create_venv():
    bootstrap.PYTHON.parent.mkdir(parents=True, exist_ok=True)
    bootstrap.PYTHON.exists() or bootstrap.PYTHON.symlink_to(sys.executable)
    step("venv")

bootstrap.create_venv = create_venv
bootstrap.install_packages = lambda: step("packages", float(sys.argv[2]))
bootstrap.install_checkout = lambda: step("checkout")
bootstrap.ensure_qt = lambda: step("qt")
bootstrap.ensure_models = lambda: step("models")
bootstrap.set_up()
"""
"""Runs the real set_up() with steps that only write down that they ran."""


@contextmanager
def driving(checkout: Path, seconds: float) -> Iterator[subprocess.Popen[bytes]]:
    """Set up in the background; the body begins when packages are being installed, which takes so many seconds."""
    command = [sys.executable, "-c", DRIVER, str(checkout), str(seconds)]
    with subprocess.Popen(command) as process:
        wait_for_line(checkout, "packages begins")
        yield process


def drive(checkout: Path) -> str:
    """Set up, and return what it says."""
    command = [sys.executable, "-c", DRIVER, str(checkout), "0"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def steps(checkout: Path) -> list[str]:
    return (checkout / "steps.txt").read_text(encoding="utf-8").splitlines()


def done(*names: str) -> list[str]:
    return [f"{name} {word}" for name in names for word in ("begins", "ends")]


def wait_for_line(checkout: Path, line: str) -> None:
    end = time.monotonic() + 30
    while not ((checkout / "steps.txt").exists() and line in steps(checkout)):
        assert time.monotonic() < end
        time.sleep(0.01)


def test_second_start_does_nothing(checkout: Path) -> None:
    assert "Set-up took" in drive(checkout)
    assert drive(checkout) == ""
    assert steps(checkout) == done("venv", "packages", "checkout", "qt", "models")


def test_changed_lock_installs_into_the_same_environment(checkout: Path) -> None:
    drive(checkout)
    with (checkout / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# changed\n")
    drive(checkout)
    assert steps(checkout) == done("venv", "packages", "checkout", "qt", "models", "packages", "checkout", "qt", "models")


def test_moved_checkout_is_set_up_anew(checkout: Path) -> None:
    drive(checkout)
    moved = checkout.rename(checkout.with_name("elsewhere"))
    drive(moved)
    assert steps(moved) == done("venv", "packages", "checkout", "qt", "models") * 2


def test_broken_off_set_up_is_made_anew(checkout: Path) -> None:
    with driving(checkout, seconds=60) as first:
        first.kill()
    drive(checkout)
    assert steps(checkout) == [*done("venv"), "packages begins", *done("venv", "packages", "checkout", "qt", "models")]


def test_set_up_continues_behind_missing_system_libraries(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    for name in ("create_venv", "install_packages", "install_checkout"):
        monkeypatch.setattr(bootstrap, name, lambda name=name: ran.append(name))
    bootstrap.PYTHON.parent.mkdir(parents=True)
    bootstrap.PYTHON.touch()

    def no_qt() -> None:
        raise bootstrap.SetupError("install it")

    monkeypatch.setattr(bootstrap, "ensure_qt", no_qt)
    with pytest.raises(bootstrap.SetupError):
        bootstrap.set_up()
    monkeypatch.setattr(bootstrap, "ensure_qt", lambda: ran.append("ensure_qt"))
    bootstrap.set_up()
    assert ran == ["create_venv", "install_packages", "install_checkout", "install_packages", "install_checkout", "ensure_qt"]


def test_two_at_once_wait_for_each_other(checkout: Path) -> None:
    with driving(checkout, seconds=1):
        told = drive(checkout)
    assert "Another set-up" in told
    assert steps(checkout) == done("venv", "packages", "checkout", "qt", "models")
