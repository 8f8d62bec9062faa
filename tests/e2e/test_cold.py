"""The command as a person starts it: what it loads, and how it copes with the streams it finds."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys

import pytest

from tests.helpers.checkout import ROOT
from tests.helpers.weft_command import Weft, result

EXAMPLE = ROOT / "resources" / "examples" / "ticket_triage" / "ticket_triage.weft"
HEAVY = ("PySide6", "shiboken6", "langgraph", "langchain_core", "openai", "xllamacpp", "keyring", "alembic", "networkx")

LIGHT = """
import json, sys
from desktop_app.cli import main

loaded = {}
for line in sys.argv[1:]:
    code = main(line.split())
    assert code == 0, (line, code)
    loaded[line] = sorted({name.partition(".")[0] for name in sys.modules})
print(json.dumps(loaded), file=sys.stderr)
"""


def python(weft: Weft, code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run some Python in a program of its own."""
    command = [sys.executable, "-P", "-c", code, *arguments]
    done = subprocess.run(command, cwd=weft.here, env=weft.env(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


def test_light_commands_load_nothing_heavy(cold_weft: Weft) -> None:
    """One process for all of them: what one loads is there for the next, so the order is from light to heavy."""
    cold_weft.write("good.weft", result("x"))
    lines = [
        "--help", "secrets list", "models list", "runs list --json", "approvals list --json", "data check", "nodes list",
        "validate good.weft",
    ]  # fmt: skip
    loaded = json.loads(python(cold_weft, LIGHT, *lines).stderr.splitlines()[-1])
    allowed = {"validate good.weft": {"networkx"}}
    for line in lines:
        assert set(loaded[line]) & set(HEAVY) <= allowed.get(line, set()), line
    assert not {"pydantic", "sqlalchemy", "jinja2"} & set(loaded["--help"])
    assert "sqlalchemy" not in loaded["models list"]


def test_a_run_loads_no_window(cold_weft: Weft) -> None:
    file = cold_weft.write("good.weft", result("x"))
    loaded = json.loads(python(cold_weft, LIGHT, f"run {file.name}").stderr.splitlines()[-1])[f"run {file.name}"]
    assert "langgraph" in loaded
    assert not {"PySide6", "shiboken6"} & set(loaded)


@pytest.mark.parametrize("words", [(), ("open",), ("open", "some.weft")])
def test_without_a_screen_it_says_what_to_do(cold_weft: Weft, words: tuple[str, ...]) -> None:
    done = cold_weft(*words, env={"QT_QPA_PLATFORM": "xcb"})
    assert done.code == 1
    assert done.out == ""
    assert "There is no screen here to open a window on." in done.err
    assert "`weft run FILE`" in done.err


def test_help_names_the_commands(cold_weft: Weft) -> None:
    done = cold_weft("--help")
    assert done.code == 0
    assert "Usage: weft" in done.out
    for name in ("open", "run", "validate"):
        assert f"  {name} " in done.out


WINDOW = """
import json, sys
from desktop_app import app
from desktop_app.cli import main

app.run = lambda compose, example: print(json.dumps([example, sorted({name.partition(".")[0] for name in sys.modules})])) or 0
sys.exit(main(sys.argv[1:]))
"""


def test_the_window_is_reached_without_what_commands_need(cold_weft: Weft) -> None:
    example, loaded = json.loads(python(cold_weft, WINDOW, "open", str(EXAMPLE)).stdout)
    assert example == "ticket_triage"
    assert not {"typer", "rich", "click", "pydantic", "sqlalchemy", "langgraph"} & set(loaded)
    assert json.loads(python(cold_weft, WINDOW).stdout)[0] is None


@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&- <&-", "| head -c 1", ">/dev/full"])
def test_streams_that_are_closed_or_full(cold_weft: Weft, streams: str) -> None:
    line = shlex.join(cold_weft.command("secrets", "list", "--json"))
    command = ["bash", "-c", f"{line} {streams}; exit ${{PIPESTATUS[0]}}"]
    done = subprocess.run(command, cwd=cold_weft.here, env=cold_weft.env(), capture_output=True, text=True, check=False)
    assert done.returncode == (1 if "full" in streams else 0), done
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    if "full" in streams:
        assert "could not be written" in done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "euc-kr"])
def test_old_encodings_and_narrow_terminals(cold_weft: Weft, encoding: str) -> None:
    folder = cold_weft.here / "감사"
    folder.mkdir()
    env = {"PYTHONIOENCODING": encoding, "COLUMNS": "20"}
    done = cold_weft("validate", folder / "none.weft", "--json", env=env)
    assert done.code == 2
    if encoding != "euc-kr":
        assert json.loads(done.out)["issues"][0]["file"].endswith("감사/none.weft"), "JSON is whole in any encoding"
    assert cold_weft("validate", folder / "none.weft", env=env).code == 2
