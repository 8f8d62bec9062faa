"""Signals in every way they come: stdout carries one object, and the exit code tells what became of the run."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.helpers.weft_command import FAILED, REST, SHOWN, Done, Program, Weft, result, text

SIGNALS = {"SIGINT": signal.SIGINT, "SIGTERM": signal.SIGTERM, "SIGHUP": signal.SIGHUP}


def slow(weft: Weft) -> Path:
    """Write a workflow whose first step waits to be opened."""
    return weft.write("slow.weft", weft.gate("one").node, text("two", "2"), result("x"), edges="one > two, two > end")


@contextmanager
def under_way(weft: Weft) -> Iterator[Program]:
    """Give a program in whose run the first step is running."""
    with weft.started("run", slow(weft).name, "--json") as program:
        end = time.monotonic() + 60
        while weft("runs", "list", "--json").items({}) == []:
            assert time.monotonic() < end, "it does not begin"
        yield program


def ended(program: Program) -> Done:
    done = program.done()
    assert "Traceback" not in done.out + done.err
    return done


@pytest.mark.parametrize(
    ("sent", "code", "status"),
    [
        (["SIGTERM", "SIGTERM"], 4, "stopped"), (["SIGHUP", "SIGHUP"], 4, "stopped"),
        (["SIGHUP", "SIGTERM", "SIGINT"], 4, "stopped"),
        (["SIGINT", "SIGINT"], 130, "cancelled"), (["SIGINT"], 130, "cancelled"),
    ],
)  # fmt: skip
def test_one_object_whatever_ends_the_run(weft: Weft, sent: list[str], code: int, status: str) -> None:
    with under_way(weft) as program:
        for name in sent:
            program.process.send_signal(SIGNALS[name])
            program.until_it_says("once more ends the program at once")
        done = ended(program)
    rest = done.json(REST)
    assert (done.code, rest["status"], rest["workflow"]) == (code, status, "slow")
    assert weft("runs", "show", rest["run"], "--json").json(SHOWN)["status"] == status
    if status == "stopped":
        assert rest["error"]["remedy"] == f"Go on with `weft resume {rest['run']}`."


def test_a_second_signal_ends_the_lines_of_events_too(weft: Weft) -> None:
    with weft.started("run", slow(weft).name, "--events") as program:
        program.until(lambda events: any(event["event"] == "step_started" for event in events))
        program.process.terminate()
        program.until_it_says("Stopping")
        program.process.terminate()
        done = ended(program)
    assert done.code == 4
    assert '"code": "run.stopped"' in done.out.splitlines()[-1]


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_one_signal_stops_behind_the_running_steps(weft: Weft, name: str) -> None:
    with under_way(weft) as program:
        program.process.send_signal(SIGNALS[name])
        program.until_it_says("Stopping")
        weft.gate("one").open()
        done = ended(program)
    assert (done.code, done.json(REST)["status"], done.json()["error"]) == (4, "stopped", None)


def test_a_terminal_that_is_closed_stops_the_run(cold_weft: Weft, weft: Weft) -> None:
    master, theirs = pty.openpty()
    command = cold_weft.command("run", slow(cold_weft).name)
    process = subprocess.Popen(
        ["setsid", "--ctty", *command], stdin=theirs, stdout=theirs, stderr=theirs, cwd=cold_weft.here, env=cold_weft.env()
    )
    os.close(theirs)
    seen = b""
    while b"one" not in seen:
        seen += os.read(master, 4096)
    os.close(master)
    time.sleep(0.3)  # nothing can tell that it heard: where it would say so is closed
    cold_weft.gate("one").open()
    assert process.wait(60) == 4
    assert [item["status"] for item in weft("runs", "list", "--json").items({})] == ["stopped"]


def test_nohup_outlives_the_terminal(cold_weft: Weft, weft: Weft) -> None:
    command = ["nohup", *cold_weft.command("run", slow(cold_weft).name, "--json")]
    where, nowhere = cold_weft.here, subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere, cwd=where, env=cold_weft.env()) as process:
        while weft("runs", "list", "--json").items({}) == []:
            assert process.poll() is None
        process.send_signal(signal.SIGHUP)
        time.sleep(0.2)  # what is to be seen is that nothing comes
        cold_weft.gate("one").open()
        assert process.wait(60) == 0


@pytest.mark.parametrize("name", SIGNALS)
def test_a_signal_while_the_program_is_loading(cold_weft: Weft, name: str) -> None:
    code = f"""
import os
from desktop_app import __main__, signals
hold = signals.hold
def held():
    hold()
    os.kill(os.getpid(), {int(SIGNALS[name])})
__main__.hold = held
raise SystemExit(__main__.start())
"""
    command = [*cold_weft.command()[:2], "-c", code, "run", slow(cold_weft).name, "--json"]
    found = subprocess.run(command, capture_output=True, cwd=cold_weft.here, env=cold_weft.env(), check=False, text=True)
    done = Done(found.returncode, found.stdout, found.stderr)
    assert "Traceback" not in done.err
    assert (done.code, done.json(FAILED)["error"]["code"]) == (130, "weft.interrupted")


def test_a_signal_ends_who_only_looks(weft: Weft) -> None:
    with under_way(weft) as program:
        run = weft("runs", "list", "--json").items({})[0]["run"]
        with weft.started("runs", "show", run, "--follow", "--json") as follower:
            follower.until_it_says("slow")
            follower.process.terminate()
            looked = ended(follower)
        weft.gate("one").open()
        done = ended(program)
    assert (looked.code, looked.json(FAILED)["error"]["code"]) == (130, "weft.interrupted")
    assert done.code == 0
