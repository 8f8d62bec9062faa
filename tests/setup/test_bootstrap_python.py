"""Set-up finds a Python that is new enough, and makes an environment with what that Python has."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from tests.helpers.checkout import ROOT

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the commands that stand in for others are shell scripts")

AS_OLD_PYTHON = """
import runpy, sys
sys.argv = sys.argv[1:]
sys.version_info = (3, 9, 2)
runpy.run_path("bootstrap.py", run_name="__main__")
"""


def test_old_pythons_can_read_the_script() -> None:
    script = ast.parse((ROOT / "bootstrap.py").read_text(encoding="utf-8"), feature_version=(3, 7))
    assert any(isinstance(part, ast.FunctionDef) and part.name == "require_python" for part in script.body)


def run_as_old_python(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", AS_OLD_PYTHON, "bootstrap.py", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_old_python_says_what_to_install(commands: Callable[[str, str], Path]) -> None:
    commands("python3.12", "exit 127")  # as the shim of a version manager does for a version that is not chosen
    result = run_as_old_python("run")
    assert result.returncode == 1
    assert "Weft needs Python 3.11 or newer; this is 3.9" in result.stderr
    assert "make PYTHON=python3.11 run" in result.stderr
    assert "Traceback" not in result.stderr


def test_old_python_hands_over_to_a_newer_one(commands: Callable[[str, str], Path]) -> None:
    commands("python3.14", "exit 1")
    log = commands("python3.12", f'exec "{sys.executable}" "$@"')
    result = run_as_old_python("help")
    assert result.returncode == 0
    assert "going on with" in result.stderr
    assert log.read_text(encoding="utf-8").splitlines()[-1] == f"{ROOT / 'bootstrap.py'} help"


def test_checkout_is_installed_whatever_its_name(bootstrap: ModuleType, checkout: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(bootstrap.VENV)], check=True)
    bootstrap.install_checkout()
    (checkout / "desktop_app").mkdir()
    (checkout / "desktop_app" / "__main__.py").write_text("import sys; print(sys.argv[1:], __file__)", encoding="utf-8")
    (checkout / "other" / "desktop_app").mkdir(parents=True)
    command = [str(checkout / ".venv" / "bin" / "weft"), "run", "a file.weft"]
    told = subprocess.run(command, cwd=checkout / "other", capture_output=True, encoding="utf-8", check=True).stdout
    assert told == f"['run', 'a file.weft'] {checkout / 'desktop_app' / '__main__.py'}\n"


def test_missing_ensurepip_is_filled_in_by_pip(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "must", lambda command, failure: ran.append([str(part) for part in command]))
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None if name == "ensurepip" else name)
    bootstrap.create_venv()
    assert [("--without-pip" in command, "--python" in command) for command in ran] == [(True, False), (False, True)]


def test_missing_ensurepip_and_pip_names_the_package(
    bootstrap: ModuleType, commands: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    commands("apt-get", "")
    commands("sudo", "exit 1")
    monkeypatch.setattr(bootstrap.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(bootstrap.importlib.util, "find_spec", lambda name: None)
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    with pytest.raises(bootstrap.SetupError, match=f"    sudo apt-get install -y --no-install-recommends {package}"):
        bootstrap.create_venv()


def test_uv_is_split_from_the_lock(bootstrap: ModuleType) -> None:
    text = bootstrap.LOCK.read_text(encoding="utf-8")
    uv, others = bootstrap.split_lock(text)
    assert uv.startswith("uv==")
    assert uv.count("==") == 1
    assert "--hash" in uv
    assert len(uv) + len(others) == len(text)
    assert "\nuv==" not in others


def test_programs_keep_what_they_compiled(bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    assert bootstrap.run([sys.executable, "-c", "import sys; print(sys.dont_write_bytecode)"]).stdout == "False\n"
