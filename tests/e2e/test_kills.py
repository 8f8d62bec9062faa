"""kill -9 at random moments: every run comes to the same result, and no recorded step is done again.

Effects are counted by a server outside. What counts as recorded is what a copy of the journal holds, taken right after the kill.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
import time
from collections import Counter
from pathlib import Path

import pytest

from tests.helpers.effects import Effects, effects_server
from tests.helpers.weft_command import REST, Weft, node, wait

BRANCHES, LENGTH = 3, 4


def workflow(weft: Weft, effects: Effects, name: str) -> Path:
    """Write branches of an effect, a pause, an effect, ..., joined at the end by an output that shows all replies."""
    nodes, edges, ends = [], [], []
    for branch in "abc"[:BRANCHES]:
        before = ""
        for number in range(LENGTH):
            effect, pause = f"{branch}{number}", f"{branch}{number}_pause"
            nodes += [
                node(effect, "http.request", method="POST", url=effects.url(effect)),
                wait(pause, 0.05 + 0.1 * ((number + ord(branch)) % 3)),
            ]
            edges += [f"{before} > {effect}.after"] if before else []
            edges.append(f"{effect} > {pause}.after")
            before = pause
        ends.append(before)
    names = [f"{branch}{number}" for branch in "abc"[:BRANCHES] for number in range(LENGTH)]
    value = {name: f"{{{{ nodes.{name}.output.body.done }}}}" for name in names}
    nodes.append(node("result", "flow.output", value=value))
    edges += [f"{end} > result.after" for end in ends]
    settings = {"allow_hosts": [f"127.0.0.1:{effects.port}"]}
    return weft.write(f"{name}.weft", *nodes, edges=", ".join(edges), settings=settings)


def recorded(weft: Weft, run: str, copy: Path) -> set[str]:
    """Return the recorded steps of a run in a copy of the journal, taken now."""
    copy.mkdir()
    for path in weft.data.glob("journal.db*"):
        shutil.copy(path, copy)
    with sqlite3.connect(copy / "journal.db") as database:
        rows = database.execute("SELECT node FROM step WHERE run_id = ?", (run,)).fetchall()
    database.close()
    return {name for (name,) in rows}


def outputs_at_the_end(weft: Weft, run: str) -> object:
    """Let a run go on to its end, if it has not come there, and return its outputs."""
    rest = weft("resume", run, "--json")
    if rest.code == 0:
        return rest.json(REST)["outputs"]
    shown = weft("runs", "show", run, "--json").json()
    assert shown["status"] == "succeeded", (shown["error"], rest.err)
    return shown["outputs"]


def killed_until_done(weft: Weft, effects: Effects, kills: int, seed: int) -> tuple[Counter[str], dict[str, int]]:
    """Start, kill, resume, kill, ... Return how kills fell, and check every promise on the way."""
    rng, told, seen = random.Random(seed), Counter[str](), dict[str, int]()
    number = 0
    while told["kills"] < kills:
        number += 1
        effects_before = effects.counts()
        path = workflow(weft, effects, f"flow{number}")
        run, arguments = "", ["run", str(path), "--trust", "--events"]
        for turn in range(rng.randint(1, 3) + 1):
            moment = rng.choice(["run_started", "step_finished"]) if turn else "step_finished"
            last = turn and (told["kills"] >= kills or rng.random() < 0.3)
            if last:
                break
            with weft.started(*arguments) as program:
                events = program.until(
                    lambda found, moment=moment: any(event["event"] in (moment, "run_finished", "error") for event in found)  # type: ignore[misc]
                )
                if events[-1]["event"] == "error":  # the kill before fell behind the end of the run
                    assert events[-1]["error"]["code"] == "run.finished"
                    break
                run = run or events[0]["run"]
                time.sleep(rng.uniform(0.0, 0.6))  # any moment is a good one for a kill
                alive = program.process.poll() is None
                program.kill()
                program.process.wait()
            told["kills" if alive else "ended before the kill"] += 1
            done = recorded(weft, run, weft.here / f"copy{number}-{turn}")
            at_kill = effects.counts()
            seen = {name: at_kill[name] for name in done if name in at_kill}
            arguments = ["resume", run, "--events"]
            told["recorded at a kill"] += len(done)
        outputs = outputs_at_the_end(weft, run)
        names = {f"{branch}{step}" for branch in "abc"[:BRANCHES] for step in range(LENGTH)}
        assert outputs == {"result": {name: name for name in names}}
        after = effects.counts()
        again = {name: after[name] - count for name, count in seen.items() if after[name] != count}
        assert not again, f"recorded steps ran again: {again}"
        told["effects"] += sum((after - effects_before).values())
        told["repeated while not recorded"] += sum((after - effects_before).values()) - len(names)
    return told, seen


@pytest.mark.parametrize("kills", [2, pytest.param(20, marks=pytest.mark.soak)])
def test_no_recorded_step_is_done_again(weft: Weft, kills: int) -> None:
    with effects_server() as effects:
        told, _ = killed_until_done(weft, effects, kills, seed=kills)
        keys = effects.keys
    print(dict(told))  # noqa: T201 - the figures of `make soak`
    assert told["kills"] == kills
    assert told["recorded at a kill"] > 0
    assert all(len(found) <= told["kills"] + 1 for found in keys.values())
