"""Own node types that misbehave: the command says so and ends, and the data folder is free for the next one."""

from __future__ import annotations

import pytest

from tests.helpers.weft_command import REST, SHOWN, Weft, node, result

TYPE = '''"""A node type for a test."""

import asyncio

from engine.api.context import RunContext
from engine.api.node import Node
from engine.api.ports import After


async def end() -> None:
    """Do what Ctrl+C does."""
    raise KeyboardInterrupt


class Odd(Node):
    """Ends oddly."""

    type_id = "test.odd"
    title = "Odd"
    category = "test"

    @classmethod
    def capabilities(cls, params):
        """It does nothing outside."""
        return ()

    async def run(self, ctx: RunContext, after: After = ()) -> bool:
        """End."""
        await {end}
        return True
'''


def odd(weft: Weft, end: str) -> str:
    weft.gate("unused")  # makes the folder
    (weft.data / "nodes" / "odd.py").write_text(TYPE.format(end=end), encoding="utf-8")
    return weft.write("odd.weft", node("odd", "test.odd"), result("x"), edges="odd > end").name


def assert_free(weft: Weft) -> None:
    """Check that another run takes the data folder."""
    assert not (weft.data / "owner.json").exists()
    done = weft("run", weft.write("well.weft", result("x")).name, "--json")
    assert (done.code, done.json(REST)["status"]) == (0, "succeeded"), done


def test_what_a_node_raises_is_an_error_of_its_step(weft: Weft) -> None:
    done = weft("run", odd(weft, "end()"), "--json")
    assert (done.code, done.json(REST)["error"]["code"]) == (1, "step.error"), done
    assert_free(weft)


def test_a_task_of_a_node_that_ends_the_engine(weft: Weft) -> None:
    done = weft("run", odd(weft, "asyncio.create_task(end())"), "--json")
    told = done.json(REST)
    assert (done.code, told["status"], told["error"]["code"]) == (4, "stopped", "engine.stopped"), "it can be resumed"
    assert_free(weft)
    assert weft("runs", "show", told["run"], "--json").json(SHOWN)["status"] == "stopped"


@pytest.mark.parametrize("command", [("nodes", "list"), ("run", "well.weft")])
def test_a_device_among_the_own_nodes(weft: Weft, command: tuple[str, ...]) -> None:
    odd(weft, "end()")
    weft.write("well.weft", result("x"))
    (weft.data / "nodes" / "zero.py").symlink_to("/dev/zero")
    done = weft(*command, "--json")
    assert done.code == 0, done
