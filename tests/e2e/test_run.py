"""`weft run` and `weft resume` as programs: results, exit codes, signals, sudden death."""

from __future__ import annotations

import getpass
import os
import pwd

from tests.helpers.weft_command import LISTED, REFUSED, REST, SHOWN, Done, Program, Weft, node, result, text

TWICE = {"retry": {"attempts": 2, "delay": 0.01, "kinds": ["script"]}}
FAILING = node("call", "code.python", TWICE, code="raise ValueError('no')")
ASK = node("ask", "flow.approval", question="Send it?", payload={"n": 3}, effect="The mail is sent.")


def no_traceback(done: Done) -> None:
    assert "Traceback" not in done.err
    assert "Traceback" not in done.out


def test_a_run_gives_its_outputs(weft: Weft) -> None:
    inputs = {"who": {"type": "text", "default": "world"}, "times": {"type": "number"}}
    nodes = text("greet", "Hello {{ inputs.who }}!"), result("{{ nodes.greet.output * inputs.times }}", "greeting")
    file = weft.write("hello.weft", *nodes, edges="greet > end", inputs=inputs)
    done = weft("run", file.name, "--input", "who=감사", "-i", "times=2", "--json")
    assert done.code == 0, done
    rest = done.json(REST)
    assert rest == {
        "run": rest["run"], "workflow": "hello", "status": "succeeded", "outputs": {"greeting": "Hello 감사!Hello 감사!"},
        "error": None, "waiting": [],
    }  # fmt: skip
    assert "greet" in done.err, "progress goes to stderr"

    again = weft("run", file.name, "-i", "times=1", "--events")
    events = again.events()
    assert [event["event"] for event in events if event["event"].startswith("run")] == ["run_started", "run_finished"]
    assert events[-1]["outputs"] == {"greeting": "Hello world!"}

    listed = weft("runs", "list", "--json").items(LISTED)
    assert [item["status"] for item in listed] == ["succeeded", "succeeded"]
    assert [item["run"] for item in listed] == [events[0]["run"], rest["run"]], "newest first"
    shown = weft("runs", "show", rest["run"], "--json").json(SHOWN)
    assert [(step["key"], step["status"], len(step["attempts"])) for step in shown["steps"]] == [
        ("greet", "succeeded", 1), ("end", "succeeded", 1),
    ]  # fmt: skip


def test_a_failing_step_ends_the_run_and_can_be_tried_again(weft: Weft) -> None:
    file = weft.write("bad.weft", FAILING, text("other", "done"), result("{{ nodes.call.output }}"), edges="call > end")
    done = weft("run", file.name, "--trust", "--json")
    no_traceback(done)
    assert done.code == 1
    rest = done.json(REST)
    assert (rest["status"], rest["error"]["node"], rest["error"]["code"]) == ("failed", "call", "script.error")
    assert "ValueError: no" in rest["error"]["text"]
    again = weft("resume", rest["run"], "--json")
    assert (again.code, again.json(REST)["run"]) == (1, rest["run"])
    steps = weft("runs", "show", rest["run"], "--json").json(SHOWN)["steps"]
    attempts = {step["key"]: step["attempts"] for step in steps}
    assert len(attempts["call"]) == 4, "two tries of two attempts"
    assert all(attempt["error"]["code"] == "script.error" for attempt in attempts["call"])
    assert "end" not in attempts


def test_without_a_terminal_a_question_ends_the_call(weft: Weft) -> None:
    file = weft.write(
        "ask.weft", ASK, text("behind", "{{ nodes.ask.output.n }}"), result("{{ nodes.behind.output }}"),
        edges="ask.approved > behind, behind > end",
    )  # fmt: skip
    done = weft("run", file.name, "--json")
    no_traceback(done)
    assert done.code == 3
    rest = done.json(REST)
    (waiting,) = rest["waiting"]
    assert rest["status"] == "waiting"
    assert waiting["question"]["effect"] == "The mail is sent."
    (listed,) = weft("approvals", "list", "--json").items({"required": ["id", "question", "asked"]})
    assert listed["id"] == waiting["id"]
    answered = weft("approvals", "answer", listed["id"], "--approve", "--edit", '{"n": 7}', "--comment", "fine", "--json")
    assert answered.code == 0, answered
    assert answered.json(REST)["outputs"] == {"result": 7}
    told = {"id": listed["id"], "status": "approved", "answer": {"n": 7}, "comment": "fine", "by": getpass.getuser()}
    assert answered.json()["approval"] == told
    (shown,) = weft("runs", "show", rest["run"], "--json").json(SHOWN)["approvals"]
    assert {**told, "key": "ask"}.items() <= shown.items()
    assert f"approved by {getpass.getuser()}: fine" in weft("runs", "show", rest["run"]).out
    twice = weft("approvals", "answer", listed["id"], "--reject", "--json")
    assert (twice.code, twice.json()["error"]["code"]) == (2, "approval.answered")


def test_the_decision_names_who_answered(weft: Weft) -> None:
    """The environment says nothing, so that the system's name of the user is taken."""
    weft.environment |= dict.fromkeys(("LOGNAME", "USER", "LNAME", "USERNAME"), "")
    file = weft.write("ask.weft", ASK, result("{{ nodes.ask.ports.decision.by }}"), edges="ask.decision > end")
    run = weft("run", file.name, "--json").json(REST)["run"]
    answered = weft("approvals", "answer", f"{run}:ask", "--approve", "--json")
    assert answered.json(REST)["outputs"] == {"result": pwd.getpwuid(os.getuid()).pw_name}


def test_all_questions_can_be_answered_at_once(weft: Weft) -> None:
    nodes = ASK, text("sent", "sent"), text("kept", "kept"), result("{{ nodes.sent.output or nodes.kept.output }}")
    file = weft.write("ask.weft", *nodes, edges="ask.approved > sent, ask.rejected > kept, sent > end, kept > end")
    done = weft("run", file.name, "--approve", "no", "--json")
    assert (done.code, done.json(REST)["outputs"]) == (0, {"result": "kept"})


# stopping


def running(program: Program, step: str) -> str:
    """Wait until a step runs, and return the run's id."""
    events = program.until(lambda events: any(e["event"] == "step_started" and e["address"] == step for e in events))
    return str(events[0]["run"])


def test_sigterm_stops_behind_the_running_steps(weft: Weft) -> None:
    one = weft.gate("one")
    file = weft.write("slow.weft", one.node, text("two", "2"), result("x"), edges="one > two, two > end")
    with weft.started("run", file.name, "--events") as program:
        run = running(program, "one")
        program.process.terminate()
        program.until_it_says("Stopping")
        one.open()
        done = program.done()
    no_traceback(done)
    assert (done.code, done.events()[-1]["status"]) == (4, "stopped")
    before = weft("runs", "show", run, "--json").json(SHOWN)
    assert [(step["key"], step["status"]) for step in before["steps"]] == [("one", "succeeded")]
    resumed = weft("resume", run, "--json")
    assert (resumed.code, resumed.json(REST)["status"]) == (0, "succeeded")
    after = weft("runs", "show", run, "--json").json(SHOWN)
    assert after["steps"][0] == before["steps"][0], "what was recorded is not done again"


def test_ctrl_c_cancels(weft: Weft) -> None:
    file = weft.write("slow.weft", weft.gate("one").node)
    with weft.started("run", file.name, "--events") as program:
        run = running(program, "one")
        program.interrupt()
        done = program.done()
    no_traceback(done)
    assert (done.code, done.events()[-1]["status"]) == (130, "cancelled")
    again = weft("resume", run, "--json")
    assert (again.code, again.json(REFUSED)["error"]["code"]) == (2, "run.finished")


def test_a_killed_run_is_stopped_and_goes_on(weft: Weft) -> None:
    one = weft.gate("one")
    file = weft.write("slow.weft", text("quick", "1"), one.node, result("x"), edges="quick > one, one > end")
    with weft.started("run", file.name, "--events") as program:
        run = running(program, "one")
        program.kill()
    assert [item["status"] for item in weft("runs", "list", "--json").items(LISTED)] == ["stopped"]
    one.open()
    resumed = weft("resume", run, "--json")
    assert (resumed.code, resumed.json(REST)["status"]) == (0, "succeeded")
    assert "1 of 3 steps done before" in resumed.err
