"""The requests of a window, asked of an owner in this program and through its socket, as from another one."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from desktop_app.front import Front
from desktop_app.workbench import attach, connect
from engine.model.issues import WeftError
from engine.model.values import JsonObject
from storage.database import open_database
from storage.paths import DataFolder
from storage.repositories.settings import SettingsRepository
from tests.helpers.fake_model_server import FakeModelServer
from tests.helpers.gguf import gguf

ID = "00000000-0000-4000-8000-000000000007"


def workflow(nodes: str, edges: str = "[]", name: str = "Words") -> str:
    head = f"schema_version: 1\nid: {ID}\nname: {name}\ninputs: {{who: {{type: text, default: you}}}}\n"
    return f"{head}nodes: {nodes}\nedges: {edges}\n"


def transform(template: str) -> str:
    return f'{{type: data.transform, params: {{operation: template, template: "{template}"}}}}'


CHAIN_EDGES = "[{from: a.out, to: b.after}, {from: b.out, to: end.value}]"


def chain(b: str = "b") -> str:
    nodes = f"{{a: {transform('hello {{ inputs.who }}')}, b: {transform(b)}, end: {{type: flow.output, params: {{name: said}}}}}}"
    return workflow(nodes, CHAIN_EDGES)


ASKING = workflow(
    "{ask: {type: flow.approval, title: Ask first, params: {question: Go?}},"
    " end: {type: flow.output, params: {name: said, value: yes}}}",
    "[{from: ask.approved, to: end.after}]",
)
CALLING = workflow("{get: {type: http.request, params: {url: 'https://example.invalid/x'}}}")


class Asker:
    """Asks a front and waits for answers."""

    def __init__(self, front: Front, folder: DataFolder) -> None:
        self.front, self.folder = front, folder

    def __call__(self, do: str, emit: Any = None, /, **given: Any) -> Any:
        return self.front.call(do, given, emit).result(30)

    def refused(self, do: str, **given: Any) -> str:
        with pytest.raises(WeftError) as caught:
            self(do, **given)
        return caught.value.issue.code

    def events(self, run: str, after: int = 0) -> list[JsonObject]:
        """Follow a run to its end."""
        seen: list[JsonObject] = []
        self("subscribe", lambda _, event: seen.append(event), run=run, **{"from": after})
        return seen

    def run(self, **given: Any) -> tuple[Any, list[JsonObject]]:
        begun = self("start", **given)
        return begun, self.events(begun["run"])

    def until(self, run: str, good: Callable[[JsonObject], bool]) -> None:
        """Wait for an event of a run that goes on."""
        found = threading.Event()
        self.front.call("subscribe", {"run": run, "from": 0}, lambda _, event: found.set() if good(event) else None)
        assert found.wait(30)


@pytest.fixture
def _no_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("desktop_app.services.CHECKOUT", home)


@pytest.fixture(params=["owner", "client"])
def ask(request: pytest.FixtureRequest, home: Path) -> Iterator[Asker]:
    folder = DataFolder.default()
    owner = attach(folder, "test", lambda _: None)
    client = connect(folder) if request.param == "client" else None
    yield Asker(client or owner, folder)
    if client:
        client.close()
    owner.close(5)


def names(events: list[JsonObject], kind: str) -> list[Any]:
    return [event["address"] for event in events if event["event"] == kind]


def test_a_document_that_was_never_saved_runs_in_the_library(ask: Asker) -> None:
    begun, events = ask.run(text=chain(), values={"who": "Ann"})
    assert (begun["workflow"], begun["id"], begun["kept"]) == ("Words", ID, [])
    assert events[-1]["outputs"] == {"said": "b"}
    past = ask("history", run=begun["run"])
    assert (past["workflow"], past["input"], past["events"][-1]["event"]) == (ID, {"who": "Ann"}, "run_finished")
    assert ask("version", version=past["version"])["text"].startswith("schema_version")
    assert ask.folder.library.is_dir()
    assert ask.refused("start", text=chain().replace(f"id: {ID}\n", "")) == "document.no-id"
    assert ask.refused("start", text="nodes: [") == "document.syntax"
    assert ask.refused("start", text=chain(), values={"nobody": 1}) == "input.unknown"
    assert ask.refused("start") == "owner.bad-request"


def test_up_to_a_node_and_on_from_one_with_what_is_there(ask: Asker) -> None:
    begun, events = ask.run(text=chain(), until=["b"])
    assert names(events, "step_finished") == ["a", "b"]
    assert ask("history", run=begun["run"])["until"] == ["b"]
    earlier = {"run": begun["run"], "node": "b"}
    again, events = ask.run(text=chain("{{ nodes.a.output }}!"), keep_from=earlier)
    assert again["kept"] == ["a"]
    assert names(events, "step_started") == ["b", "end"]
    assert events[-1]["outputs"] == {"said": "hello you!"}
    assert ask.run(text=chain(), keep_from=earlier, values={"who": "you"})[0]["kept"] == ["a"]
    again, events = ask.run(text=chain(), keep_from=earlier, values={"who": "Ann"})
    assert again["kept"] == []
    assert [event["text"] for event in events if event["event"] == "step_log" and not event["address"]] == [
        "Nothing is kept from the earlier run: it had other inputs."
    ]
    assert ask.refused("start", text=chain(), until=["nowhere"]) == "graph.unknown-node"
    assert ask.refused("start", text=chain(), keep_from={"run": "none", "node": "a"}) == "run.unknown"


def test_breakpoints_and_steps(ask: Asker) -> None:
    run = ask("start", text=chain(), breakpoints=["b"])["run"]
    ask.until(run, lambda event: event["event"] == "step_paused" and event["address"] == "b")
    assert ask("under_way") == {"runs": [run]}
    assert ask("debug", run=run, breakpoints=[], go="step") == {"under_way": True}
    ask.until(run, lambda event: event["event"] == "step_paused" and event["address"] == "end")
    assert ask.refused("debug", run=run, go="backwards") == "owner.bad-request"
    ask("debug", run=run, go="continue")
    assert ask.events(run)[-1]["status"] == "succeeded"
    assert ask("debug", run=run, go="continue") == {"under_way": False}


def test_questions_that_wait_and_their_answers(ask: Asker) -> None:
    run = ask("start", text=ASKING)["run"]
    ask.until(run, lambda event: event["event"] == "run_finished")
    waiting = ask("approvals")["approvals"]
    assert [(one["run"], one["workflow"], one["title"], one["question"]["text"]) for one in waiting] == [
        (run, ID, "Ask first", "Go?")
    ]
    assert ask("runs", status="waiting")["runs"][0]["run"] == run
    ask("answer", approval=waiting[0]["id"], status="approved", resume=True)
    assert ask.events(run)[-1]["status"] == "succeeded"
    assert ask("approvals") == {"approvals": []}


def test_runs_of_a_workflow_in_pages(ask: Asker) -> None:
    runs = [ask.run(text=chain())[0]["run"] for _ in range(3)]
    ask.run(text=chain().replace(ID, ID[:-1] + "8"))
    first = ask("runs", workflow=ID, limit=2)
    assert ([one["run"] for one in first["runs"]], first["more"]) == ([runs[2], runs[1]], True)
    rest = ask("runs", workflow=ID, limit=2, before=runs[1])
    assert ([one["run"] for one in rest["runs"]], rest["more"]) == ([runs[0]], False)
    assert first["runs"][0]["status"] == "succeeded"
    assert ask.refused("history", run="nowhere") == "run.unknown"


def test_runs_are_found_by_status_and_words(ask: Asker) -> None:
    done = ask.run(text=chain())[0]["run"]
    failed = ask.run(text=workflow(f"{{a: {transform('{{ [][3] }}')}}}", name="100% wool"))[0]["run"]
    waiting = ask("start", text=ASKING)["run"]
    ask.until(waiting, lambda event: event["event"] == "run_finished")
    found = {words: [one["run"] for one in ask("runs", search=words)["runs"]] for words in ("WORDS", "100%", "0% w", done, "%%")}
    assert found == {"WORDS": [waiting, done], "100%": [failed], "0% w": [failed], done: [done], "%%": []}
    assert [one["run"] for one in ask("runs", status="failed", search="0 ITEMS")["runs"]] == [failed]
    assert [one["run"] for one in ask("runs", status="waiting")["runs"]] == [waiting]
    assert ask("runs", status="stopped")["runs"] == []


def test_runs_are_deleted_with_all_they_left(ask: Asker) -> None:
    done, other = (ask.run(text=chain())[0]["run"] for _ in range(2))
    waiting = ask("start", text=ASKING)["run"]
    ask.until(waiting, lambda event: event["event"] == "run_finished")
    left = ask.folder.runs / done / "printed"
    left.mkdir(parents=True)
    assert ask.refused("delete_runs", runs=[done, waiting]) == "run.not-over"
    assert ask("delete_runs", runs=[done, "nowhere"]) == {"deleted": [done]}
    assert [one["run"] for one in ask("runs")["runs"]] == [waiting, other]
    assert ask.refused("history", run=done) == "run.unknown"
    assert not left.parent.exists()
    with closing(sqlite3.connect(ask.folder.journal_db)) as journal:
        for table in ("step", "attempt", "call", "log", "approval"):
            assert journal.execute(f"SELECT count(*) FROM {table} WHERE run_id = ?", (done,)).fetchone() == (0,)
        assert journal.execute("SELECT count(*) FROM step WHERE run_id = ?", (other,)).fetchone() == (3,)


def test_prompts_are_kept_as_they_were_sent(ask: Asker) -> None:
    with FakeModelServer() as server:
        ask("set_secret", name="mine", value="key-of-the-lab")
        ask("set_provider", name="lab", entry={"base_url": server.url, "secret": "mine"})
        said = "prompt: '{{ inputs.who }} key-of-the-lab', system: Be brief."
        params = f"{{provider: lab, model: m, {said}}}"
        run = ask.run(text=workflow(f"{{a: {{type: ai.llm, params: {params}}}}}"), trust=True)[0]["run"]
    (call,) = ask("calls", run=run, address="a")["calls"]
    assert [(turn["role"], turn["content"]) for turn in call["messages"]] == [
        ("system", "Be brief."), ("user", "you [secret mine]"),
    ]  # fmt: skip
    assert (call["provider"], call["attempt"], call["number"], call["error"]) == ("lab", 1, 1, None)
    assert call["started"] <= call["first"] <= call["ended"]
    assert call["prompt_tokens"] > 0
    assert ask("calls", run=run, address="b") == {"calls": []}


def test_all_that_a_script_printed_is_in_a_file(ask: Asker) -> None:
    code = "print('x' * 2_000_000)"
    graph = workflow(f'{{a: {{type: code.python, params: {{code: "{code}"}}}}, b: {transform("b")}}}')
    run = ask.run(text=graph, trust=True)[0]["run"]
    (file,) = ask("printed", run=run, address="a")["files"]
    assert Path(file).stat().st_size == 2_000_001
    assert Path(file).is_relative_to(ask.folder.runs)
    assert ask("printed", run=run, address="b") == ask("printed", run="../..", address="a") == {"files": []}


def test_a_folder_above_is_told_by_its_full_path(ask: Asker, home: Path) -> None:
    file = home / "flows" / "read.weft"
    file.parent.mkdir()
    file.write_text(f"schema_version: 1\nid: {ID}\nnodes:\n  a:\n    type: file.read\n    params:\n      path: ../in.csv\n")
    told = ask("effects", path=str(file))
    assert told["effects"] == told["unknown"] == [{"kind": "read", "target": str(home)}]
    agreed = ask("trust", path=str(file), digest=told["digest"])
    assert agreed["unknown"] == ask("effects", path=str(file))["unknown"] == []


def test_only_what_was_shown_is_agreed_to(ask: Asker, home: Path) -> None:
    file, script = home / "own.weft", home / "s.py"
    file.write_text(f"schema_version: 1\nid: {ID}\nnodes: {{a: {{type: code.python, params: {{code: {{$ref: s.py}}}}}}}}\n")
    script.write_text("result = 1\n")
    shown = ask("effects", path=str(file))["digest"]
    script.write_text("result = 'another'\n")
    assert ask.refused("trust", path=str(file), digest=shown) == "trust.changed"
    assert ask.refused("start", path=str(file)) == "trust.needed"
    assert ask("trust", path=str(file), digest=ask("effects", path=str(file))["digest"])["unknown"] == []


def test_what_an_unknown_file_could_do_has_to_be_agreed_to(ask: Asker, home: Path) -> None:
    file = home / "call.weft"
    file.write_text(CALLING)
    told = ask("effects", path=str(file))
    host = {"kind": "host", "target": "example.invalid"}
    assert (told["workflow"], told["effects"], told["unknown"]) == (ID, [host], [host])
    assert ask.refused("start", path=str(file)) == "trust.needed"
    assert ask("register", path=str(file)) == {"workflow": ID, "verdict": "new", "version": None}
    assert ask.refused("start", path=str(file)) == "trust.needed", "to open a file makes nothing of it ours"
    assert ask("trust", path=str(file), digest=told["digest"])["unknown"] == []
    assert ask("effects", path=str(file))["unknown"] == []
    assert ask("register", path=str(file))["version"]
    changed = CALLING.replace("example.invalid", "other.invalid")
    assert ask("effects", path=str(file), text=changed)["unknown"] == [{"kind": "host", "target": "other.invalid"}]
    assert ask.refused("start", path=str(file), text=changed) == "trust.needed"
    assert ask.refused("start", path=str(file), text=changed, base=changed.replace("other", "third")) == "trust.needed"
    events = ask.run(path=str(file), text=changed, base=CALLING)[1]
    assert events[-1]["status"] == "failed", "there is no such host, and who agreed to the one wrote the other"


def test_versions_are_listed_and_restored(ask: Asker, home: Path) -> None:
    file = home / "words.weft"
    for word in ("one", "two"):
        file.write_text(chain(word))
        assert ask("register", path=str(file))["workflow"] == ID
    listed = ask("versions", workflow=ID)["versions"]
    assert len(listed) == 2
    assert ask("versions", path=str(file))["versions"] == listed
    assert ask("versions", path=str(home / "other.weft")) == {"versions": []}
    file.write_text(chain("three"))
    assert ask("restore", version=listed[1]["version"])["path"] == str(file)
    assert "one" in file.read_text()
    texts = [ask("version", version=one["version"])["text"] for one in ask("versions", workflow=ID)["versions"]]
    assert sum("three" in text for text in texts) == 1, "what was there before is a version now"
    assert ask.refused("version", version="none") == "library.no-version"


def test_the_list_of_workflows(ask: Asker, home: Path) -> None:
    file = home / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    run = ask.run(path=str(file))[0]["run"]
    (listed,) = ask("workflows", search="wor")["workflows"]
    assert (listed["workflow"], listed["path"], listed["status"], listed["gone"]) == (ID, str(file), "draft", False)
    assert (listed["last_run"]["run"], listed["last_run"]["status"]) == (run, "succeeded")
    assert ask("workflows", search="nothing") == {"workflows": []}
    ask("set_status", workflow=ID, status="archived")
    assert ask("workflows") == {"workflows": []}
    assert len(ask("workflows", status="archived")["workflows"]) == 1
    assert ask.refused("set_status", workflow=ID, status="odd") == "library.status"


def test_a_copy_is_a_workflow_of_its_own(ask: Asker, home: Path) -> None:
    file = home / "words.weft"
    file.write_text(chain())
    ask("register", path=str(file))
    copy = ask("duplicate", workflow=ID, name="More words")
    assert copy["path"] == str(home / "words 2.weft")
    assert copy["workflow"] != ID
    assert {one["name"] for one in ask("workflows")["workflows"]} == {"Words", "More words"}
    file.unlink()
    assert Path(ask("duplicate", workflow=ID)["path"]).parent == ask.folder.library, "from its newest version"
    assert ask.refused("duplicate", workflow="nobody") == "library.unknown"


def test_a_copied_file_has_a_history_of_its_own(ask: Asker, home: Path) -> None:
    file, other = home / "words.weft", home / "others.weft"
    for path in (file, other):
        path.write_text(chain())
    ask("register", path=str(file))
    first = ask.run(path=str(file))[0]
    told = ask("register", path=str(other))
    assert told["workflow"] != ID
    second = ask.run(path=str(other))[0]
    assert (first["id"], second["id"]) == (ID, told["workflow"])
    assert {one["workflow"]: one["last_run"]["run"] for one in ask("workflows")["workflows"]} == {
        ID: first["run"], told["workflow"]: second["run"],
    }  # fmt: skip
    assert ask("register", path=str(other))["workflow"] == told["workflow"], "at the next start too"


def test_a_copy_in_the_same_folder_is_trusted_as_its_text_is(ask: Asker, home: Path) -> None:
    file, other = home / "call.weft", home / "copy.weft"
    for path in (file, other):
        path.write_text(CALLING)
    ask("trust", path=str(file), digest=ask("effects", path=str(file))["digest"])
    assert ask("register", path=str(file))["version"]
    canonical = ask("version", version=ask("versions", workflow=ID)["versions"][0]["version"])["text"]
    other.write_text(canonical)
    assert ask("effects", path=str(other))["unknown"] == []
    other.write_text(canonical.replace("example.invalid", "other.invalid"))
    assert ask("effects", path=str(other))["unknown"]


def test_settings_and_secrets(ask: Asker) -> None:
    ask("set_setting", key="language", value="ko")
    assert ask("settings") == {"settings": {"language": "ko"}}
    ask("set_setting", key="language", value=None)
    assert ask("settings") == {"settings": {}}
    assert ask.refused("set_setting", key="providers", value={"x": {"base_url": "no"}}) == "model.bad-provider"
    assert ask("set_secret", name="mine", value="a secret value") == {"source": "file"}
    assert ask("secrets") == {"secrets": [{"name": "mine", "source": "file"}]}
    ask("remove_secret", name="mine")
    assert ask.refused("remove_secret", name="mine") == "secret.missing"


def test_providers_and_their_models(ask: Asker) -> None:
    with FakeModelServer() as server:
        entry = {"base_url": server.url, "secret": "mine"}
        assert ask.refused("provider_models", name="lab", entry=entry) == "model.missing-secret"
        ask("set_secret", name="mine", value="key-of-the-lab")
        assert ask("provider_models", name="lab", entry=entry)["models"]
        assert ask.refused("provider_models", name="lab") == "model.unknown-provider", "it was tried, not set"
        ask("set_provider", name="lab", entry=entry)
        assert ask("provider_models", name="lab")["models"]
    lab = next(one for one in ask("providers")["providers"] if one["name"] == "lab")
    assert (lab["kind"], lab["built_in"], lab["changed"], lab["key"]) == ("compatible", False, True, "file")
    ask("remove_provider", name="lab")
    assert ask.refused("remove_provider", name="lab") == "model.unknown-provider"
    assert [one["name"] for one in ask("providers")["providers"]] == ["local", "openai"]


def test_provider_that_another_program_set_answers_at_once(ask: Asker) -> None:
    assert ask("provider_models", name="local")["models"] is not None, "the providers were read once"
    with FakeModelServer() as server:
        engine = open_database("library", ask.folder.library_db)
        SettingsRepository(engine).set("providers", {"lab": {"base_url": server.url}})
        engine.dispose()
        assert ask("provider_models", name="lab")["models"]
    assert "lab" in [one["name"] for one in ask("providers")["providers"]]


@pytest.mark.usefixtures("_no_models")
def test_local_models_are_listed_fetched_and_removed(ask: Asker, home: Path) -> None:
    listed = ask("models")["models"]
    missing = next(one for one in listed if not one["installed"])
    assert {"model", "title", "bytes", "memory", "licence", "running", "getting"} <= missing.keys()
    wrong = home / "wrong.gguf"
    wrong.write_bytes(b"GGUF" + bytes(100))
    told: list[JsonObject] = []
    with pytest.raises(WeftError) as caught:
        ask("get_model", lambda _, event: told.append(event), model=missing["model"], source=f"file:{wrong}")
    assert caught.value.issue.code.startswith("model.")
    assert ask("stop_model", model=missing["model"]) == {"stopped": False}
    own = ask.folder.models / "own.gguf"
    own.parent.mkdir(exist_ok=True)
    own.write_bytes(b"GGUF" + bytes(100))
    assert any(one["model"] == "own" and one["installed"] for one in ask("models")["models"])
    assert ask("remove_model", model="own") == {"path": str(own)}
    assert ask.refused("remove_model", model="own") == "model.not-found"


def test_runs_that_begin_are_news(ask: Asker) -> None:
    told: list[Any] = []
    heard = threading.Event()

    def hear(_number: int, event: JsonObject) -> None:
        told.append((event["event"], event["run"]))
        heard.set()

    ask.front.call("news", {}, hear)
    ask("prepare")
    run = ask.run(text=chain())[0]["run"]
    assert heard.wait(30)
    assert told == [("run_started", run)]


@pytest.mark.usefixtures("_no_models")
def test_a_model_file_of_ones_own_is_looked_at_added_and_listed(ask: Asker, home: Path) -> None:
    file, told = home / "own.gguf", list[JsonObject]()
    file.write_bytes(gguf("My Own 1B"))
    seen = ask("look_at_model", file=str(file))
    assert (seen["model"], seen["name"], seen["quantisation"], seen["bytes"]) == (
        "own",
        "My Own 1B",
        "Q4_K_M",
        len(gguf("My Own 1B")),
    )
    assert seen["free"] > 0
    assert seen["total"] > seen["memory"] > 0
    assert ask("add_model", lambda _, event: told.append(event), file=str(file), link=True) == {"model": "own"}
    own = next(entry for entry in ask("models")["models"] if entry["model"] == "own")
    assert (own["own"], own["linked"], own["name"], own["quantisation"]) == (True, True, "My Own 1B", "Q4_K_M")
    assert ask.refused("add_model", file=str(file)) == "model.exists"
    ask("remove_model", model="own")
    ask("add_model", lambda _, event: told.append(event), file=str(file))
    assert told[-1]["stage"] == "file"
