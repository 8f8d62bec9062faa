"""From the answer to a question to the start of the node behind it, while another branch is at work for 3 s."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from engine.api.events import ApprovalAsked, StepStarted
from engine.nodes.flow.wait import Wait
from tests.helpers.engine import TYPES, graph_of, open_engine, registry_of, task, until

ROUNDS = 3
BRANCH = 3.0


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    graph = graph_of(
        task("ask", kind="test.ask"), task("behind"), task("slow", kind=Wait.type_id, seconds=BRANCH), task("end"),
        edges="ask > behind, behind > end, slow > end",
    )
    delays = []
    async with open_engine(folder, registry=registry_of(*TYPES, Wait)) as engine:
        for _ in range(ROUNDS):
            engine.events.clear()
            run = await engine.start(graph)
            await until(lambda: any(isinstance(event, ApprovalAsked) for event in engine.events))
            await asyncio.sleep(0.1)
            answered = time.time()
            await engine.runner.answer(f"{run}:ask", "approved")
            assert (await engine.runner.wait(run)).status == "succeeded"
            starts = {event.address: event.at for event in engine.events if isinstance(event, StepStarted)}
            delays.append(starts["behind"] - answered)
    row = ["answer after 0.1 s", f"{statistics.median(delays) * 1000:.1f} ms", f"{max(delays) * 1000:.1f} ms", "within 200 ms"]
    return "Node behind an approval, another branch running 3 s", ["case", "median", "worst", "reach"], [row]
