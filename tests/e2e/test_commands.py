"""The commands beside runs: what they give to programs, and what they say to people."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from desktop_app.version import VERSION
from tests.helpers.gguf import gguf
from tests.helpers.weft_command import FAILED, MOMENT, NAME, SHOWN, Weft, node, result, text

ISSUE = {"required": ["code", "text", "remedy", "node", "field", "severity"]}


@pytest.mark.parametrize(
    "arguments",
    [
        ("run",), ("run", "a.weft", "--input", "x"), ("run", "a.weft", "--approve", "maybe"), ("runs", "show"), ("runs", "lis"),
        ("approvals", "answer", "x:y"), ("approvals", "answer", "x:y", "--approve", "--edit", "{"), ("nodes", "show"),
        ("approvals", "answer", "x:y", "--reject", "--edit", "1"), ("runs", "list", "--limit", "many"), ("nothing",),
        ("run", "--no"), ("approvals", "answer", "x:y", "--approve", "--reject"), ("run", "a.weft", "-i", "a=1", "-i", "a=2"),
        ("runs",), (), ("runs", "list", "--limit", "9" * 30), ("runs", "show", b"\xff"), ("resume", b"\xff"),
        ("run", "a", "--events"),
        ("approvals", "answer", b"\xff:a", "--approve"), ("approvals", "answer", "x:y", "--approve", "--edit", "[NaN]"),
        ("approvals", "answer", "x:y", "--approve", "--edit", "1e999"),
        ("approvals", "answer", "x:y", "--approve", "--edit", "[" * 5000),
    ],
)  # fmt: skip
def test_wrong_arguments(weft: Weft, arguments: tuple[str | bytes, ...]) -> None:
    arguments = tuple(os.fsdecode(one) for one in arguments)
    done = weft(*arguments, "--json")
    assert done.code == 2
    assert done.json(FAILED)["error"]["code"] == "command.usage"
    assert set(done.json()) == {"error"}
    if arguments not in ((), ("runs",)) and "--events" not in arguments:  # a person gets the help
        human = weft(*arguments)
        assert human.code == 2
        assert human.err.startswith("error  ")
        assert "--help" in human.err
    assert not weft.data.exists(), "it touched nothing"


def test_the_version(weft: Weft) -> None:
    assert weft("--version").out == f"weft {VERSION}\n"
    assert weft("--version", "--json").json() == {"version": VERSION}


def test_what_is_not_there(weft: Weft) -> None:
    for arguments, code in {
        ("runs", "show", "nothing"): "run.unknown", ("runs", "drain", "nothing"): "run.unknown",
        ("resume", "nothing"): "run.unknown", ("runs", "cancel", "nothing"): "run.unknown",
        ("approvals", "answer", "nothing:ask", "--approve"): "approval.unknown", ("nodes", "show", "flow.weit"): "type.unknown",
        ("secrets", "remove", "nothing"): "secret.missing", ("models", "get", "nothing"): "model.not-found",
    }.items():  # fmt: skip
        done = weft(*arguments, "--json")
        assert (done.code, done.json(FAILED)["error"]["code"]) == (2, code), done


def test_nothing_yet(weft: Weft) -> None:
    for command in (("runs", "list"), ("approvals", "list"), ("secrets", "list"), ("data", "check")):
        assert weft(*command, "--json").items({}) == []
        assert weft(*command).code == 0
    assert not weft.data.exists(), "who only reads makes nothing"


def test_validate(weft: Weft) -> None:
    good = weft.write("good.weft", text("a", "x"), result("{{ nodes.a.output }}"), edges="a > end")
    done = weft("validate", good.name, "--json")
    assert (done.code, done.json()) == (0, {"workflow": "good", "valid": True, "error": None, "issues": []})
    bad = weft.here / "bad.weft"
    nodes = "  a:\n    type: flow.weit\n  b:\n    type: flow.wait\n    params: {seconds: x}\n"
    bad.write_text("schema_version: 1\nname: Bad\nnodes:\n" + nodes)
    done = weft("validate", bad.name, "--json")
    value = done.json({"required": ["workflow", "valid", "error", "issues"], "properties": {"issues": {"items": ISSUE}}})
    assert (done.code, value["valid"]) == (2, False)
    assert [(issue["node"], issue["line"]) for issue in value["issues"]] == [("a", 5), ("b", 8)]
    assert value["error"] == value["issues"][0]
    human = weft("validate", bad.name)
    assert human.code == 2
    assert "bad.weft, line 5, a: There is no node type 'flow.weit'." in human.err
    assert "flow.wait" in human.err
    lines = weft("validate", bad.name, "--events").out.splitlines()
    assert [json.loads(line)["node"] for line in lines] == ["a", "b"]
    assert weft("validate", "none.weft", "--json").json()["error"]["code"] == "document.missing"


def test_nodes(weft: Weft) -> None:
    items = weft("nodes", "list", "--json").items({"required": ["type", "title", "category", "version", "summary"]})
    assert {"ai.llm", "flow.approval", "file.read"} <= {item["type"] for item in items}
    for item in items:
        weft("nodes", "show", item["type"], "--json").json({"required": ["type", "params", "inputs", "outputs", "description"]})
    human = weft("nodes", "show", "file.read")
    assert human.code == 0
    assert "Parameters" in human.out


def _asks(weft: Weft) -> str:
    """Run a workflow whose node asks, and beside it one that fails and takes its default; return the run's id."""
    bad = node("bad", "data.transform", {"on_error": "default", "default": 5}, operation="sort", value=3)
    ask = {**node("send", "flow.approval", question="Send it?", payload={"to": "a@example.com"}), "title": "Send the mail"}
    file = weft.write("ask.weft", bad, ask, result("{{ nodes.bad.output }}"), edges="bad > end")
    done = weft("run", file.name, "--json")
    assert (done.code, done.json()["outputs"]) == (3, {"result": 5}), "the output is there although the run waits"
    assert "failed, took the default: sort needs a list, not number." in done.err
    run: str = done.json()["run"]
    return run


def test_questions_are_listed_with_their_place(weft: Weft) -> None:
    run = _asks(weft)
    (asked,) = weft("approvals", "list", "--json").items({"required": ["id", "workflow", "key", "title", "asked", "question"]})
    assert (asked["id"], asked["workflow"], asked["title"]) == (f"{run}:send", "ask", "Send the mail")
    assert asked["question"]["payload"] == {"to": "a@example.com"}
    lines = weft("approvals", "list").out.splitlines()
    assert lines[:4] == [f"{run}:send  waiting", "  ask, Send the mail", "  Send it?", '  {"to": "a@example.com"}']
    assert lines[4].endswith(", just now")
    (weft.data / "weft.db").unlink()
    assert f"{run}:send" in weft("approvals", "list").out, "without the register, too"
    weft("approvals", "answer", f"{run}:send", "--reject", "--no-resume", "--comment", "not now")
    assert "not now" in weft("approvals", "list", "--all").out


def test_a_pipe_gets_whole_lines_without_blanks_at_their_ends(weft: Weft) -> None:
    run = _asks(weft)
    commands = (
        ("--help",), ("run", "--help"), ("runs", "list"), ("runs", "show", run), ("approvals", "list"), ("nodes", "list"),
        ("nodes", "show", "ai.llm"), ("models", "list"), ("providers", "list"), ("secrets", "list"), ("data", "check"),
        ("validate", "ask.weft"),
    )  # fmt: skip
    for command in commands:
        lines = weft(*command).out.splitlines()
        assert lines
        assert [line for line in lines if line != line.rstrip()] == [], command
    said = "  resume     Go on with a run that stopped, failed or waits; what is recorded is not done again."
    assert said in weft("--help").out
    assert "Asks a language model, and gives its answer: text, or with a schema the object that it describes.\n" in weft(
        "nodes", "list"
    ).out  # fmt: skip


def test_a_failed_run_is_shown_with_what_to_do(weft: Weft) -> None:
    bad = node("bad", "data.transform", operation="sort", value=3)
    file = weft.write("bad.weft", bad, result("there"))
    done = weft("run", file.name, "--json")
    assert (done.code, done.json()["outputs"]) == (1, {"result": "there"})
    shown = weft("runs", "show", done.json()["run"]).out
    assert "  result  there\n" in shown
    assert shown.endswith("error  bad.value: sort needs a list, not number.\n       Give it a list.\n")


def test_a_caught_failure_is_shown_as_one(weft: Weft) -> None:
    run = _asks(weft)
    shown = weft("runs", "show", run, "--json").json(SHOWN)
    assert {step["key"]: (step["status"], step["caught"]) for step in shown["steps"]} == {
        "bad": ("succeeded", "default"), "end": ("succeeded", ""),
    }  # fmt: skip
    assert shown["steps"][0]["error"]["code"] == "transform.not-a-list"
    human = weft("runs", "show", run).out
    assert "caught" in human
    assert "failed, took the default: sort needs a list, not number." in human
    assert f"  weft approvals answer {run}:send --approve" in human
    events = weft("runs", "show", run, "--events").events()
    assert [event["caught"] for event in events if event["event"] == "step_finished"] == ["default", ""]
    assert weft("runs", "cancel", run).code == 0
    assert weft("runs", "show", run, "--json").json()["outputs"] == {"result": 5}


def test_an_own_node_that_is_broken_is_told(weft: Weft) -> None:
    own = weft.data / "nodes" / "broken.py"
    own.parent.mkdir(parents=True)
    own.write_text("import nothing_of_that_name\n")
    done = weft("nodes", "list")
    assert done.code == 0
    assert "broken.py" in done.err
    assert "Traceback" not in done.err


def test_secrets_never_show_their_value(weft: Weft) -> None:
    set_ = weft("secrets", "set", "token", "--json", given="ge heim\n")
    assert set_.json({"properties": {"name": {"const": "token"}, "source": NAME, "warnings": {"const": []}}})
    assert weft("secrets", "list", "--json").items({}) == [{"name": "token", "source": "file"}]
    assert "token" in weft("secrets", "list").out
    wrong = weft("secrets", "set", "no/name", "--json", given="x")
    assert (wrong.code, wrong.json(FAILED)["error"]["code"]) == (2, "secret.name")
    assert weft("secrets", "set", "empty", "--json", given="").code == 2
    assert weft("secrets", "set", "bytes", "--json", given=b"\xff\xfe").code == 2
    assert weft("secrets", "remove", "token", "--json").json() == {"name": "token"}
    for path in weft.here.rglob("*"):
        assert not path.is_file() or b"ge heim" not in path.read_bytes()


def test_a_secret_that_is_too_short_to_be_struck_out_is_told(weft: Weft) -> None:
    short = weft("secrets", "set", "pin", "--json", given="123")
    assert short.code == 0
    assert [issue["code"] for issue in short.json()["warnings"]] == ["secret.short"]
    human = weft("secrets", "set", "pin", given="123\n")
    assert human.err.startswith("warning")
    assert "4 bytes" in human.err
    assert weft("secrets", "set", "pin", given="감사").err == "", "six bytes"
    for empty in ("", "\n", "\ufeff\n"):
        assert weft("secrets", "set", "none", "--json", given=empty).json(FAILED)["error"]["code"] == "secret.value"
    assert [item["name"] for item in weft("secrets", "list", "--json").items({})] == ["pin"]


def test_a_backup_says_what_is_not_in_it_and_what_opens_its_secrets(weft: Weft, tmp_path_factory: pytest.TempPathFactory) -> None:
    assert weft("secrets", "set", "token", given="geheim").code == 0
    weft.gate("one")
    backup = weft("data", "backup", "all.zip", "--json")
    key = weft.here / "config" / "secrets.key"
    assert backup.json()["not_included"] == [str(weft.data / "nodes"), str(key)]
    assert f"Not in it: the key of the secrets, in {key}" in backup.err
    same = weft("data", "restore", "all.zip", "--json")
    assert (same.code, same.json()["warnings"], same.err) == (0, [], "")

    other = Weft(tmp_path_factory.mktemp("other"), weft.forks, weft.environment)
    restored = other("data", "restore", weft.here / "all.zip", "--json")
    (issue,) = restored.json()["warnings"]
    assert (restored.code, issue["code"]) == (0, "secret.sealed")
    assert "token" in issue["text"]
    assert f"Copy the key {other.here / 'config' / 'secrets.key'}" in issue["remedy"]
    (other.here / "config").mkdir()
    (other.here / "config" / "secrets.key").write_bytes(key.read_bytes())
    assert other("data", "restore", weft.here / "all.zip", "--json").json()["warnings"] == []


def test_models(weft: Weft, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    (folder / "own.gguf").write_bytes(b"GGUF" + bytes(100))
    weft.environment["WEFT_MODELS"] = str(folder)
    items = weft("models", "list", "--json").items({"required": ["model", "installed", "bytes", "memory", "licence", "sha256"]})
    assert [item["bytes"] for item in items if item["model"] == "own"] == [104]
    bad = weft("models", "get", "smollm2-135m", "--source", "file:nothing", "--json")
    assert bad.code in (0, 1), "0 where the checkout has it already"
    assert weft("models", "remove", "own", "--json").json()["path"] == str(folder / "own.gguf")
    assert not (folder / "own.gguf").exists()


def test_data_goes_to_a_file_and_back(weft: Weft) -> None:
    file = weft.write("good.weft", result("x"))
    run = weft("run", file.name, "--json").json()["run"]
    backup = weft("data", "backup", "all.zip", "--json").json({"properties": {"created": MOMENT, "runs": {"const": 1}}})
    assert Path(backup["file"]) == weft.here / "all.zip"
    assert weft("data", "backup", "all.zip", "--json").code == 2
    assert "  1 run, " in weft("data", "backup", "again.zip").out
    weft("run", file.name)
    assert weft("data", "restore", "all.zip", "--json").code == 0
    assert [item["run"] for item in weft("runs", "list", "--json").items({})] == [run]
    assert weft("data", "check").out.startswith("All is well")
    (weft.data / "journal.db").write_bytes(b"SQLite format 3\0" + bytes(4096))
    damaged = weft("data", "check", "--json")
    assert (damaged.code, damaged.items(ISSUE)[0]["code"]) == (1, "database.damaged")
    assert weft("runs", "list", "--json").json(FAILED)["error"]["code"] == "database.damaged"


# trust


def test_an_untrusted_file_is_not_run(weft: Weft) -> None:
    def script(code: str) -> Path:
        nodes = node("work", "code.python", code=code), result("{{ nodes.work.output }}")
        return weft.write("script.weft", *nodes, edges="work > end")

    file = script("result = 1")
    refused = weft("run", file.name, "--json")
    assert (refused.code, refused.json(FAILED)["error"]["code"]) == (2, "trust.needed")
    assert "runs the script of work" in refused.json()["error"]["text"]
    assert weft("runs", "list", "--json").items({}) == []
    assert weft("run", file.name, "--trust", "--json").json()["outputs"] == {"result": 1}
    assert weft("run", file.name).code == 0, "asked once"
    script("result = 2")
    assert weft("run", file.name).code == 2, "another script"
    copy = weft.here / "elsewhere" / file.name
    copy.parent.mkdir()
    copy.write_bytes(file.read_bytes())
    assert weft("run", copy).code == 2, "another place"


def test_trust_covers_the_files_that_are_referred_to(weft: Weft) -> None:
    code = weft.here / "code.py"
    code.write_text("result = 1")
    file = weft.write("script.weft", node("work", "code.python", code={"$ref": "code.py"}))
    assert weft("run", file.name, "--trust").code == 0
    assert weft("run", file.name).code == 0
    code.write_text("result = 2")
    assert weft("run", file.name).code == 2


def test_trust_is_asked_for_again_when_the_set_grows(weft: Weft) -> None:
    def reads(*folders: Path) -> Path:
        nodes = [node(f"read{number}", "file.read", path=str(folder / "x.txt")) for number, folder in enumerate(folders)]
        return weft.write("reads.weft", *nodes)

    one, two = weft.here / "one", weft.here / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "x.txt").write_text("x")
    assert weft("run", reads(one), "--trust").code == 0
    grown = weft("run", reads(one, two), "--json")
    assert grown.code == 2
    told = grown.json()["error"]["text"]
    assert str(two) in told
    assert str(one) not in told, "only what is new"
    assert weft("run", reads(one, two), "--trust").code == 0
    assert weft("run", reads(two)).code == 0, "less needs no question"
    assert weft("run", reads(weft.here)).code == 2


def test_a_model_file_of_ones_own(weft: Weft, tmp_path: Path) -> None:
    file, cut = tmp_path / "own.gguf", tmp_path / "cut.gguf"
    file.write_bytes(gguf("My Own 1B"))
    cut.write_bytes(gguf()[:-9])
    done = weft("models", "add", str(cut), "--json")
    assert (done.code, done.json(FAILED)["error"]["code"]) == (2, "model.bad-file")
    added = weft("models", "add", str(file), "--link", "--json").json({"required": ["model", "path", "bytes"]})
    assert (added["model"], added["name"], added["quantisation"]) == ("own", "My Own 1B", "Q4_K_M")
    assert Path(added["path"]).is_symlink()
    assert "My Own 1B, Q4_K_M" in weft("models", "list").out
    again = weft("models", "add", str(file), "--json")
    assert again.json(FAILED)["error"]["code"] == "model.exists"
    assert weft("models", "remove", "own").code == 0
    assert file.exists()
    human = weft("models", "add", str(file))
    assert "own  My Own 1B  Q4_K_M" in human.out
