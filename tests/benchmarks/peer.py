"""The peer: the same work written by hand on LangGraph, following its documentation.

One LangGraph node a node, one edge an edge, a merged dictionary as state, and its own SQLite saver with
`synchronous=NORMAL` and the default durability.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated, Any, TypedDict

from engine.runtime.lg import START, AsyncSqliteSaver, StateGraph
from tests.benchmarks.shapes import Shape


def merge(left: dict[str, Any], right: dict[str, Any]) -> dict[str, Any]:
    return {**left, **right}


class State(TypedDict):
    values: Annotated[dict[str, Any], merge]


def node(name: str, payload: str) -> Any:
    async def run(state: State) -> dict[str, Any]:
        return {"values": {name: payload}}

    return run


async def seconds_by_hand(shape: Shape, payload: str, path: Path, rounds: int) -> float:
    """Return the best time of a run in seconds, building and compiling not counted."""
    graph = StateGraph(State)
    for name in shape:
        graph.add_node(name, node(name, payload))
    for name, sources in shape.items():
        if not sources:
            graph.add_edge(START, name)
        elif len(sources) == 1:
            graph.add_edge(sources[0], name)
        else:
            graph.add_edge(sources, name)
    best = float("inf")
    async with AsyncSqliteSaver.from_conn_string(str(path)) as saver:
        await saver.setup()
        await saver.conn.execute("PRAGMA synchronous=NORMAL")
        compiled = graph.compile(checkpointer=saver)
        for number in range(rounds):
            started = time.perf_counter()
            result = await compiled.ainvoke({"values": {}}, {"configurable": {"thread_id": str(number)}, "recursion_limit": 1000})
            best = min(best, time.perf_counter() - started)
            assert len(result["values"]) == len(shape)
    return best
