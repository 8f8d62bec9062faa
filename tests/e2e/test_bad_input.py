"""Everything that can be wrong: each is told with code, place and remedy, without a traceback, and nothing is lost."""

from __future__ import annotations

import hashlib
import os
import resource
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from engine.model.values import Json
from storage.database import open_database
from storage.paths import DataFolder
from storage.repositories.settings import SettingsRepository
from tests.helpers.fake_model_server import FakeModelServer, Reply
from tests.helpers.forked import ForkServer
from tests.helpers.weft_command import FAILED, REFUSED, REST, SHOWN, Done, Weft, node, result

SCHEMA = {"type": "object", "properties": {"good": {"type": "boolean"}}, "required": ["good"]}


def told(done: Done, code: int, issue: str) -> dict[str, Any]:
    """Return the error of a call that ended with this exit code and this kind of error."""
    assert "Traceback" not in done.err + done.out, done
    error: dict[str, Any] = done.json(REFUSED if code == 2 else REST)["error"]
    assert (done.code, error["code"]) == (code, issue), done
    return error


# before a run


@dataclass(frozen=True)
class Refused:
    """A file that does not run: its content, and what is said of it."""

    content: str
    code: str
    line: int | None
    node: str = ""
    field: str = ""
    remedy: str = ""


HEAD = "schema_version: 1\nname: Bad\n"
FILES = {
    "broken YAML": Refused(HEAD + "nodes:\n  a: {type: flow.wait\n  b: 3\n", "document.syntax", 5),
    "a wrong type": Refused(
        HEAD + "nodes:\n  a:\n    type: flow.wait\n    params:\n      mode: seconds\n      seconds: soon\n",
        "param.invalid", 8, "a", "seconds",
    ),
    "an unknown type": Refused(HEAD + "nodes:\n  a:\n    type: flow.weit\n", "type.unknown", 5, "a", remedy="flow.wait"),
    "a newer file": Refused(
        "schema_version: 99\nname: Bad\nnodes: {}\n", "document.newer", 1, field="schema_version", remedy="Update",
    ),
    "a missing file": Refused("", "document.missing", None),
}  # fmt: skip


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_does_not_run(weft: Weft, kind: str) -> None:
    wanted = FILES[kind]
    file = weft.here / "bad.weft"
    if wanted.content:
        file.write_text(wanted.content)
    error = told(weft("run", file.name, "--json"), 2, wanted.code)
    assert (error["node"], error["field"]) == (wanted.node, wanted.field)
    assert (error.get("line"), error["file"]) == (wanted.line, str(file))
    assert wanted.remedy in error["remedy"]
    assert not wanted.content or file.read_text() == wanted.content


@pytest.mark.parametrize("command", ["run", "validate"])
def test_what_is_no_file_on_a_disk(weft: Weft, command: str) -> None:
    os.mkfifo(weft.here / "pipe.weft")
    with (weft.here / "sparse.weft").open("wb") as file:
        file.truncate(5 << 30)
    wanted = {"pipe.weft": "not-regular", "/dev/zero": "not-regular", ".": "is-folder", "sparse.weft": "too-large"}
    for name, code in wanted.items():
        done = weft(command, name, "--json")
        assert (done.code, done.json(FAILED)["error"]["code"]) == (2, f"document.{code}"), done


@pytest.mark.parametrize("command", ["run", "validate"])
def test_a_workflow_that_is_piped_in(weft: Weft, command: str) -> None:
    text = weft.write("good.weft", result("x")).read_bytes()
    assert weft(command, "/dev/stdin", "--json", given=text).code == 0
    with weft.started("run", weft.write("slow.weft", weft.gate("one").node).name, "--events") as owner:
        owner.until(lambda events: any(event["event"] == "step_started" for event in events))
        done = weft("run", "/dev/stdin", "--json", given=text)
        assert (done.code, done.json(REFUSED)["error"]["code"]) == (2, "document.not-regular"), "the owner has no such pipe"


def test_a_newer_database(weft: Weft) -> None:
    file = weft.write("good.weft", result("x"))
    assert weft("run", file.name).code == 0
    database = weft.data / "weft.db"
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    before = hashlib.sha256(database.read_bytes()).hexdigest()
    error = told(weft("run", file.name, "--json"), 2, "database.newer")
    assert str(database) in error["text"]
    assert "Update Weft" in error["remedy"]
    assert hashlib.sha256(database.read_bytes()).hexdigest() == before


def test_a_second_program_that_wants_the_data_for_itself(weft: Weft) -> None:
    gate = weft.gate("one")
    file = weft.write("slow.weft", gate.node)
    with weft.started("run", file.name, "--events") as owner:
        owner.until(lambda events: any(event["event"] == "step_started" for event in events))
        done = weft("data", "restore", "some.zip", "--json")
        assert "Traceback" not in done.err
        error = done.json()["error"]
        assert (done.code, error["code"]) == (1, "data.owned")
        assert "Close it" in error["remedy"]
        gate.open()
        assert owner.done().code == 0


def test_a_full_disk_stops_the_run_and_loses_nothing(weft: Weft) -> None:
    (weft.here / "large.txt").write_text("lorem ipsum " * 200_000)
    nodes = node("read", "file.read", path="large.txt"), result("{{ nodes.read.output | length }}")
    file = weft.write("large.weft", *nodes, edges="read > end")
    weft("run", weft.write("small.weft", result("x")).name)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, resource.RLIM_INFINITY))

    command = weft.command("run", file.name, "--json")
    full = subprocess.run(command, capture_output=True, cwd=weft.here, env=weft.env(), preexec_fn=limit, check=False)
    done = Done(full.returncode, full.stdout.decode(), full.stderr.decode())
    error = told(done, 4, "storage.full")
    assert "Free some space" in error["remedy"]
    assert weft("data", "check").code == 0
    resumed = weft("resume", done.json()["run"], "--json")
    assert (resumed.code, resumed.json(REST)["outputs"]) == (0, {"result": 2_400_000})


# in a run


@dataclass(frozen=True)
class Failure:
    """A step that fails, and what is said of it."""

    code: str
    field: str = ""
    says: str = ""
    remedy: str = ""


FAILURES = {
    "read": Failure("file.missing", "path", "later.txt"),
    "secret": Failure("secret.missing", "secret", "'token'", remedy="weft secrets set token"),
    "local": Failure("model.not-found", "model", "nope", remedy="Choose one of"),
    "down": Failure("model.unreachable", "provider", "down"),
    "busy": Failure("model.rate-limited", says="busy"),
    "broken": Failure("model.server-error", says="broken"),
    "cut": Failure("model.cut-stream", says="cut"),
    "wrong": Failure("model.invalid-json", "answer_schema", "no JSON here"),
    "script": Failure("script.error", "code", "FileNotFoundError", "Correct the script"),
    "endless": Failure("script.timeout", "time_limit", "1 s"),
}
"""By the id of the step. Only `local` stays wrong; the others work at the second try, when what was wrong is put right."""

LATER = "import pathlib\nfile = pathlib.Path(inputs['file'])\n"


@dataclass(frozen=True)
class Story:
    """A run in which everything fails, and its second try."""

    first: Done
    steps: dict[str, Any]
    again: Done
    steps_again: dict[str, Any]


def provider(weft: Weft, **addresses: str) -> None:
    """Set the providers of the data folder."""
    settings: dict[str, Json] = {name: {"base_url": address, "model": "m"} for name, address in addresses.items()}
    database = open_database("library", DataFolder(weft.data).create().library_db)
    SettingsRepository(database).set("providers", settings)
    database.dispose()


def everything(weft: Weft, port: str, later: Path) -> Path:
    given = {"file": str(later)}
    llms = [node(name, "ai.llm", provider=name, prompt="Hello") for name in ("down", "busy", "broken", "cut")]
    return weft.write(
        "everything.weft",
        node("fine", "data.transform", operation="template", template="fine"),
        node("read", "file.read", path="later.txt"),
        node("secret", "http.request", url=f"http://127.0.0.1:{port}/v1/models", auth="bearer", secret={"$secret": "token"}),
        node("local", "ai.llm", {"on_error": "default", "default": "none"}, provider="local", model="nope", prompt="Hello"),
        *llms,
        node("wrong", "ai.llm", provider="wrong", prompt="Hello", answer_schema=SCHEMA, repairs=0),
        node("script", "code.python", code=LATER + "result = file.read_text()", inputs=given),
        node("endless", "code.python", code=LATER + "while not file.exists():\n    pass", inputs=given, time_limit=1),
        settings={"allow_hosts": [f"127.0.0.1:{port}"]},
    )


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, forks: ForkServer | None, sockets: dict[str, str]) -> Iterator[Story]:
    weft = Weft(tmp_path_factory.mktemp("story"), forks, dict(sockets))
    later = weft.here / "later.txt"
    bad = {
        "busy": Reply("slow down", status=429), "broken": Reply("oh", status=500), "cut": Reply("Hello there, you", cut="drop"),
        "wrong": Reply("no JSON here"),
    }  # fmt: skip
    with ExitStack() as stack:
        good = Reply('{"good": true}')
        servers = {name: stack.enter_context(FakeModelServer(reply, default=good)) for name, reply in bad.items()}
        urls = {name: server.url for name, server in servers.items()}
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            nobody = free.getsockname()[1]
        provider(weft, **urls, down=f"http://127.0.0.1:{nobody}/v1")
        file = everything(weft, urls["busy"].split(":")[2].split("/")[0], later)
        first = weft("run", file.name, "--trust", "--json")
        run = first.json(REST)["run"]
        steps = weft("runs", "show", run, "--json").json(SHOWN)["steps"]

        later.write_text("here")
        assert weft("secrets", "set", "token", given="geheim").code == 0
        provider(weft, **urls, down=urls["busy"])
        again = weft("resume", run, "--json")
        steps_again = weft("runs", "show", run, "--json").json(SHOWN)["steps"]
        yield Story(first, _by_key(steps), again, _by_key(steps_again))


def _by_key(steps: list[dict[str, Any]]) -> dict[str, Any]:
    return {step["key"]: step for step in steps}


@pytest.mark.parametrize("step", FAILURES)
def test_a_failing_step_says_what_is_wrong(story: Story, step: str) -> None:
    wanted, error = FAILURES[step], story.steps[step]["attempts"][-1]["error"]
    assert (error["code"], error["node"], error["field"]) == (wanted.code, step, wanted.field)
    assert wanted.says in error["text"]
    assert error["remedy"]
    assert wanted.remedy in error["remedy"]


def test_the_run_fails_without_a_traceback(story: Story) -> None:
    error = told(story.first, 1, story.first.json()["error"]["code"])
    assert error["node"] in FAILURES
    assert story.steps["fine"]["status"] == "succeeded"


def test_nothing_is_lost_and_the_second_try_works(story: Story) -> None:
    assert story.again.code == 0, story.again
    assert {step["status"] for step in story.steps_again.values()} == {"succeeded"}
    assert story.steps_again["fine"] == story.steps["fine"]
    assert "geheim" not in story.again.out + story.again.err
