"""Overhead a node, journal and all, against the same graph written by hand on LangGraph."""

from __future__ import annotations

import math
import time
from pathlib import Path

from engine.model.graph import Graph
from engine.model.serialize import dump
from tests.benchmarks.peer import seconds_by_hand
from tests.benchmarks.shapes import Shape, chain, layered, random_dag, wide
from tests.helpers.engine import graph_of, open_engine, task

COUNT = 100
ROUNDS = 8
SHAPES: dict[str, Shape] = {
    "chain": chain(COUNT),
    "depth 30": layered(COUNT, 30, seed=1),
    "shallow random": layered(COUNT, 6, seed=2),
    "wide": wide(COUNT),
    "random (not counted)": random_dag(COUNT, seed=3),
}


def document(shape: Shape, payload: str) -> Graph:
    edges = ", ".join(f"{source} > {node}" for node, sources in shape.items() for source in sources)
    return graph_of(*(task(node, value=payload) for node in shape), edges=edges)


async def seconds_by_weft(shape: Shape, payload: str, folder: Path, rounds: int) -> float:
    """Return the best time of a run in seconds, validation and compiling not counted, storing the run included."""
    graph = document(shape, payload)
    best = float("inf")
    async with open_engine(folder) as engine:
        version = engine.runner.library.save_version(graph.id, graph.name, dump(graph), str(folder), "")
        await engine.runner.wait(await engine.runner.start(version))
        for _ in range(rounds):
            started = time.perf_counter()
            result = await engine.runner.wait(await engine.runner.start(version))
            best = min(best, time.perf_counter() - started)
            assert result.status == "succeeded"
    return best


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    rows = []
    for size, bound in ((10, 0.8), (20_000, 0.5)):
        ratios = []
        for name, shape in SHAPES.items():
            payload = "x" * size
            place = folder / f"{size}-{name}"
            place.mkdir()
            ours = theirs = float("inf")
            for turn in range(3):
                theirs = min(theirs, await seconds_by_hand(shape, payload, place / f"peer{turn}.db", ROUNDS))
                ours = min(ours, await seconds_by_weft(shape, payload, place / f"weft{turn}", ROUNDS))
            ratio = ours / theirs
            if "not counted" not in name:
                ratios.append(ratio)
            rows.append([f"{name}, {size} B", f"{ours / COUNT * 1e6:.0f}", f"{theirs / COUNT * 1e6:.0f}", f"{ratio:.2f}", ""])
        mean = math.exp(sum(map(math.log, ratios)) / len(ratios))
        rows.append([f"geometric mean, {size} B", "", "", f"{mean:.2f}", f"at most {bound}"])
    return "Overhead a node, 100 nodes", ["shape", "Weft, us", "LangGraph by hand, us", "ratio", "reach"], rows
