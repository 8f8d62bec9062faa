"""Several programs on one data folder: one owns it, the others are its clients, and take over when it ends or dies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.helpers.weft_command import LISTED, REST, SHOWN, Gate, Program, Weft, node, result, text

ASK = node("ask", "flow.approval", question="Send it?", payload={"n": 3})


def begun(program: Program, step: str) -> str:
    """Wait until a step runs, and return the run's id."""
    events = program.until(lambda events: ("step_started", step) in of_steps(events))
    return str(events[0]["run"])


def of_steps(events: list[Any]) -> list[tuple[str, str]]:
    return [(event["event"], event["address"]) for event in events if event["event"] in ("step_started", "step_finished")]


def finished(events: list[Any]) -> list[str]:
    return [address for name, address in of_steps(events) if name == "step_finished"]


def test_an_answer_from_a_second_process_goes_on_at_once(weft: Weft) -> None:
    slow = weft.gate("slow")
    nodes = ASK, text("behind", "sent"), slow.node, result("{{ nodes.behind.output }}")
    file = weft.write("ask.weft", *nodes, edges="ask.approved > behind, behind > end, slow > end")
    with weft.started("run", file.name, "--events") as owner:
        run = begun(owner, "slow")
        answered = weft("approvals", "answer", f"{run}:ask", "--approve", "--json")
        owner.until(lambda events: "behind" in finished(events))
        slow.open()
        done = owner.done()
    assert (answered.code, answered.json(REST)["status"]) == (0, "running")
    assert (done.code, done.events()[-1]["outputs"]) == (0, {"result": "sent"})


def test_who_follows_sees_every_event_once(weft: Weft) -> None:
    one = weft.gate("one")
    file = weft.write("slow.weft", text("first", "1"), one.node, text("two", "2"), edges="first > one, one > two")
    with weft.started("run", file.name, "--events") as owner:
        run = begun(owner, "one")
        with weft.started("runs", "show", run, "--follow", "--events") as follower:
            begun(follower, "one")
            one.open()
            done, followed = owner.done(), follower.done()
    assert (done.code, followed.code) == (0, 0)
    assert followed.events() == done.events()
    past = weft("runs", "show", run, "--events")
    assert of_steps(past.events()) == of_steps(done.events()), "the journal tells the same afterwards"


def test_a_second_run_is_a_client_and_goes_on_when_the_owner_ends(weft: Weft) -> None:
    one, a = weft.gate("one"), weft.gate("a")
    short = weft.write("short.weft", one.node)
    long = weft.write("long.weft", text("first", "1"), a.node, text("b", "2"), result("x"), edges="first > a, a > b, b > end")
    with weft.started("run", short.name, "--events") as owner:
        begun(owner, "one")
        with weft.started("run", long.name, "--events") as client:
            begun(client, "a")
            listed = weft("runs", "list", "--json").items(LISTED)
            assert {item["status"] for item in listed} == {"running"}
            one.open()
            owner.until(lambda events: events[-1]["event"] == "run_finished")
            a.open()
            first, second = owner.done(), client.done()
    assert (first.code, second.code) == (0, 0), (first, second)
    assert finished(second.events()) == ["first", "a", "b", "end"], "each step once, though the owner changed"


def two_runs(weft: Weft) -> tuple[Gate, Gate, str, str]:
    """Return two gates and the names of two files, each with one of them; the second has steps behind it."""
    one, a = weft.gate("one"), weft.gate("a")
    short = weft.write("short.weft", one.node)
    long = weft.write("long.weft", a.node, text("b", "2"), result("x"), edges="a > b, b > end")
    return one, a, short.name, long.name


def test_a_client_goes_on_with_the_run_that_an_ending_owner_stopped(weft: Weft) -> None:
    one, a, short, long = two_runs(weft)
    with weft.started("run", short, "--events") as owner:
        begun(owner, "one")
        with weft.started("run", long, "--events") as client:
            begun(client, "a")
            one.open()
            owner.until_it_says("Waiting for the running steps of another run")
            a.open()
            first, second = owner.done(), client.done()
    assert (first.code, second.code) == (0, 0), (first, second)
    assert [event["status"] for event in second.events() if event["event"] == "run_finished"] == ["stopped", "succeeded"]
    assert finished(second.events()) == ["a", "b", "end"], "each step once"


def test_a_run_that_a_person_stops_while_its_owner_ends_stays_stopped(weft: Weft) -> None:
    one, a, short, long = two_runs(weft)
    with weft.started("run", short, "--events") as owner:
        begun(owner, "one")
        with weft.started("run", long, "--events") as client:
            run = begun(client, "a")
            one.open()
            owner.until_it_says("Waiting for the running steps of another run")
            with weft.started("runs", "drain", run, "--json") as drain:
                drain.until_it_says("Waiting")
                a.open()
                drained, first, second = drain.done(), owner.done(), client.done()
    assert (first.code, drained.code, second.code) == (0, 0, 4), (first, drained, second)
    assert second.events()[-1]["status"] == "stopped"


def test_a_client_takes_over_from_an_owner_that_was_killed(weft: Weft) -> None:
    one, a = weft.gate("one"), weft.gate("a")
    sleeping = weft.write("sleeping.weft", one.node)
    own = weft.write("own.weft", text("first", "1"), a.node, result("x"), edges="first > a, a > end")
    with weft.started("run", sleeping.name, "--events") as owner:
        lost = begun(owner, "one")
        address = json.loads((weft.data / "owner.json").read_text())["address"].partition(":")[2]
        with weft.started("run", own.name, "--events") as client:
            begun(client, "a")
            owner.kill()
            a.open()
            done = client.done()
    assert done.code == 0, done
    assert finished(done.events()) == ["first", "a", "end"]
    assert weft("runs", "show", lost, "--json").json(SHOWN)["status"] == "stopped"
    assert not (weft.data / "owner.json").exists()
    assert not Path(address).parent.exists(), "what the dead owner left is gone"


def test_runs_are_stopped_from_another_program(weft: Weft) -> None:
    one, two = weft.gate("one"), weft.gate("two")
    file = weft.write("slow.weft", one.node, two.node, result("x"), edges="one > two, two > end")
    with weft.started("run", file.name, "--events") as owner:
        run = begun(owner, "one")
        with weft.started("runs", "drain", run, "--json") as drain:
            drain.until_it_says("Waiting")
            one.open()
            drained, done = drain.done(), owner.done()
    assert (drained.code, drained.json()) == (0, {"run": run, "status": "stopped"})
    assert done.code == 4
    with weft.started("resume", run, "--events") as owner:
        begun(owner, "two")
        cancelled = weft("runs", "cancel", run, "--json")
        done = owner.done()
    assert (cancelled.code, cancelled.json()) == (0, {"run": run, "status": "cancelled"})
    assert (done.code, done.events()[-1]["status"]) == (130, "cancelled")
    again = weft("runs", "drain", run, "--json")
    assert (again.code, again.json()["error"]["code"]) == (2, "run.finished")


def test_an_answer_can_be_recorded_alone(weft: Weft) -> None:
    file = weft.write("ask.weft", ASK, text("behind", "{{ nodes.ask.output.n }}"), edges="ask.approved > behind")
    run = weft("run", file.name, "--json").json(REST)["run"]
    told = weft("approvals", "answer", f"{run}:ask", "--approve", "--no-resume", "--json")
    assert (told.code, told.json(REST)["status"]) == (0, "waiting")
    assert weft("approvals", "list", "--json").items({}) == []
    assert weft("resume", run, "--json").code == 0


def test_what_the_owner_tells_is_for_its_user_alone(weft: Weft) -> None:
    one = weft.gate("one")
    file = weft.write("slow.weft", one.node)
    with weft.started("run", file.name, "--events") as owner:
        run = begun(owner, "one")
        told = weft.data / "owner.json"
        assert told.stat().st_mode & 0o077 == 0
        assert weft.data.stat().st_mode & 0o077 == 0
        good = told.read_text()
        told.write_text(json.dumps({**json.loads(good), "token": "x" * 64}))
        refused = weft("runs", "cancel", run, "--json")
        assert (refused.code, refused.json()["error"]["code"]) == (1, "owner.not-allowed")
        told.write_text(good)
        one.open()
        assert owner.done().code == 0
