"""The command as a person starts it: what it loads, and how it copes with the streams it finds."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest

from tests.helpers.weft_command import REST, Weft, node, result, text

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
    loaded = "import sys\nfrom desktop_app.cli import main\nassert main(sys.argv[1:]) == 0\n"
    python(cold_weft, loaded + "assert not {'PySide6', 'shiboken6'} & set(sys.modules)", "run", str(file))


def test_without_arguments_it_helps(cold_weft: Weft) -> None:
    done = cold_weft()
    assert done.code == 0
    assert "Usage: weft" in done.out
    assert "validate" in done.out


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


@pytest.mark.parametrize("encoding", ["ascii", "euc-kr", "utf-8"])
def test_old_encodings_and_narrow_terminals(cold_weft: Weft, encoding: str) -> None:
    folder = cold_weft.here / "감사"
    folder.mkdir()
    env = {"PYTHONIOENCODING": encoding, "COLUMNS": "20"}
    done = cold_weft("validate", folder / "none.weft", "--json", env=env)
    assert done.code == 2
    if encoding != "euc-kr":
        assert json.loads(done.out)["issues"][0]["file"].endswith("감사/none.weft"), "JSON is whole in any encoding"
    assert cold_weft("validate", folder / "none.weft", env=env).code == 2
    assert cold_weft("nodes", "list", env=env).code == 0


class Terminal:
    """A person at a terminal."""

    def __init__(self, weft: Weft, *arguments: object) -> None:
        self._master, slave = pty.openpty()
        env = weft.env(TERM="xterm", COLUMNS="100")
        self.process = subprocess.Popen(
            weft.command(*arguments), stdin=slave, stdout=slave, stderr=slave, cwd=weft.here, env=env, start_new_session=True
        )
        os.close(slave)
        self.seen = ""

    def until(self, words: str, timeout: float = 60) -> None:
        """Read until these words were shown."""
        end, start = time.monotonic() + timeout, len(self.seen)
        while words not in self.seen[start:]:
            assert time.monotonic() < end, f"{words!r} was not shown: {self.seen}"
            if select.select([self._master], [], [], 0.2)[0]:
                try:
                    self._take(os.read(self._master, 65536))
                except OSError:
                    raise AssertionError(f"{words!r} was not shown: {self.seen}") from None

    def _take(self, piece: bytes) -> None:
        self.seen += re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", piece.decode(errors="replace"))

    def type(self, line: str) -> None:
        """Type a line."""
        os.write(self._master, line.encode() + b"\n")

    def end(self) -> int:
        """Read to the end and return the exit code."""
        while True:
            try:
                piece = os.read(self._master, 65536)
            except OSError:
                break
            if not piece:
                break
            self._take(piece)
        os.close(self._master)
        return self.process.wait(60)


@pytest.fixture
def terminals(cold_weft: Weft) -> Iterator[Callable[..., Terminal]]:
    """Start the command at a terminal; it is killed at the end."""
    opened: list[Terminal] = []

    def start(*arguments: object) -> Terminal:
        opened.append(Terminal(cold_weft, *arguments))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.process.kill()
        terminal.process.wait()


def test_a_person_is_asked_while_other_branches_go_on(cold_weft: Weft, terminals: Callable[..., Terminal]) -> None:
    gate = cold_weft.gate("slow")
    nodes = (
        node("first", "flow.approval", question="Send it?", payload={"n": 3}, effect="The mail is sent."),
        node("second", "flow.approval", question="Really?"),
        gate.node, text("behind", "{{ nodes.first.output.n }}"), result("{{ nodes.behind.output }}"),
    )  # fmt: skip
    edges = "first.approved > behind, behind > second, second.approved > end, slow > end"
    file = cold_weft.write("ask.weft", *nodes, edges=edges)
    terminal = terminals("run", file.name)
    terminal.until("comment): ")
    assert "If approved: The mail is sent." in terminal.seen
    terminal.type("what?")
    terminal.until("comment): ")
    terminal.type("edit")
    terminal.until("as it is): ")
    terminal.type('{"n": 7}')
    terminal.until("Really?")
    gate.open()
    run = cold_weft("runs", "list", "--json").items({})[0]["run"]
    elsewhere = cold_weft("approvals", "answer", f"{run}:second", "--approve", "--json")
    assert elsewhere.json(REST)["run"] == run
    assert terminal.end() == 0
    assert "answered elsewhere: approved" in terminal.seen
    assert "7" in terminal.seen.split("answered elsewhere")[1]
    assert "Traceback" not in terminal.seen


def test_later_and_ctrl_c_at_the_question(cold_weft: Weft, terminals: Callable[..., Terminal]) -> None:
    file = cold_weft.write("ask.weft", node("ask", "flow.approval", question="Send it?"))
    terminal = terminals("run", file.name)
    terminal.until("comment): ")
    terminal.type("later")
    assert terminal.end() == 3
    assert "weft approvals answer" in terminal.seen
    run = cold_weft("runs", "list", "--json").items({})[0]["run"]
    terminal = terminals("resume", run)
    terminal.until("comment): ")
    terminal.process.send_signal(2)
    assert terminal.end() == 130
