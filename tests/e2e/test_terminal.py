"""A person at a terminal: what is shown, and how questions are answered there."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import time
from collections.abc import Callable, Iterator

import pytest

from tests.helpers.forked import Forked
from tests.helpers.weft_command import REST, Weft, node, result, text


class Terminal:
    """A person at a terminal."""

    def __init__(self, weft: Weft, *arguments: object, columns: int = 100) -> None:
        self._master, theirs = pty.openpty()
        env = weft.env(TERM="xterm", COLUMNS=str(columns))
        self.process: Forked | subprocess.Popen[bytes]
        if weft.forks is not None:
            self.process = weft.forks.start_at(theirs, [*map(str, arguments)], weft.here, env)
        else:
            self.process = subprocess.Popen(
                weft.command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, cwd=weft.here, env=env
            )
        os.close(theirs)
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
def terminals(weft: Weft) -> Iterator[Callable[..., Terminal]]:
    """Start the command at a terminal; it is killed at the end."""
    opened: list[Terminal] = []

    def start(*arguments: object, columns: int = 100) -> Terminal:
        opened.append(Terminal(weft, *arguments, columns=columns))
        return opened[-1]

    yield start
    for terminal in opened:
        terminal.process.kill()
        terminal.process.wait()


def test_a_person_is_asked_while_other_branches_go_on(weft: Weft, terminals: Callable[..., Terminal]) -> None:
    gate = weft.gate("slow")
    nodes = (
        node("first", "flow.approval", question="Send it?", payload={"n": 3}, effect="The mail is sent."),
        node("second", "flow.approval", question="Really?"),
        gate.node, text("behind", "{{ nodes.first.output.n }}"), result("{{ nodes.behind.output }}"),
    )  # fmt: skip
    edges = "first.approved > behind, behind > second, second.approved > end, slow > end"
    file = weft.write("ask.weft", *nodes, edges=edges)
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
    run = weft("runs", "list", "--json").items({})[0]["run"]
    elsewhere = weft("approvals", "answer", f"{run}:second", "--approve", "--json")
    assert elsewhere.json(REST)["run"] == run
    assert terminal.end() == 0
    assert "answered elsewhere: approved" in terminal.seen
    assert "7" in terminal.seen.split("answered elsewhere")[1]
    assert "Traceback" not in terminal.seen


def test_later_and_ctrl_c_at_the_question(weft: Weft, terminals: Callable[..., Terminal]) -> None:
    file = weft.write("ask.weft", node("ask", "flow.approval", question="Send it?"))
    terminal = terminals("run", file.name)
    terminal.until("comment): ")
    terminal.type("later")
    assert terminal.end() == 3
    assert "weft approvals answer" in terminal.seen
    run = weft("runs", "list", "--json").items({})[0]["run"]
    terminal = terminals("resume", run)
    terminal.until("comment): ")
    terminal.process.send_signal(2)
    assert terminal.end() == 130


@pytest.mark.parametrize("columns", [40, 60])
def test_ids_can_be_copied_from_a_narrow_terminal(weft: Weft, terminals: Callable[..., Terminal], columns: int) -> None:
    file = weft.write("A long name of a workflow.weft", node("ask_whether_to_send_it", "flow.approval", question="Send it? " * 9))
    terminal = terminals("run", file.name, columns=columns)
    terminal.until("comment): ")
    terminal.type("later")
    assert terminal.end() == 3
    run = weft("runs", "list", "--json").items({})[0]["run"]
    assert f"weft approvals answer {run}:ask_whether_to_send_it --approve" in terminal.seen
    for command, copied in {
        ("runs", "list"): run, ("runs", "show", run): run, ("approvals", "list"): f"{run}:ask_whether_to_send_it",
        ("models", "list"): "qwen2.5-coder-0.5b",
    }.items():  # fmt: skip
        terminal = terminals(*command, columns=columns)
        assert terminal.end() == 0
        lines = terminal.seen.splitlines()
        assert copied in terminal.seen.split(), command
        assert all(len(line) <= columns or copied in line for line in lines), lines
