"""How long a run takes against its critical path, the length below which nothing can come."""

from __future__ import annotations

import random
import statistics
import time
from pathlib import Path

from engine.nodes.flow.wait import Wait
from tests.benchmarks.shapes import critical_path, random_dag
from tests.helpers.engine import graph_of, open_engine, registry_of, task

NODES = 30
SEEDS = range(10)


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    ratios = []
    async with open_engine(folder, registry=registry_of(Wait)) as engine:
        await engine.run(graph_of(task("first", kind=Wait.type_id, seconds=0)))  # what is imported once
        for seed in SEEDS:
            rng, shape = random.Random(seed), random_dag(NODES, seed)
            seconds = {node: round(min(0.1 * rng.paretovariate(1.5), 1.2), 3) for node in shape}
            edges = ", ".join(f"{source} > {node}" for node, sources in shape.items() for source in sources)
            graph = graph_of(*(task(node, kind=Wait.type_id, seconds=seconds[node]) for node in shape), edges=edges)
            started = time.perf_counter()
            result = await engine.run(graph)
            assert result.status == "succeeded", result.error
            ratios.append((time.perf_counter() - started) / critical_path(shape, seconds))
    median, worst = f"{statistics.median(ratios):.3f}", f"{max(ratios):.3f}"
    row = [f"{len(ratios)} random graphs of {NODES} Wait nodes", median, worst, "at most 1.06"]
    return "Makespan / critical path (LangGraph node by node: 1.40)", ["graphs", "median", "worst", "reach"], [row]
