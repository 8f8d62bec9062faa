"""From an answer that a second program gives to the start of the node behind it, while another branch is at work for 3 s."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path
from typing import Any

from tests.helpers.forked import fork_server
from tests.helpers.weft_command import Weft, node, text, wait

ROUNDS = 3
BRANCH = 3.0


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    whole, behind = [], []
    with fork_server() as forks:
        weft = Weft(folder, forks)
        nodes = node("ask", "flow.approval", question="Go on?"), text("behind", "sent"), wait("slow", BRANCH)
        file = weft.write("ask.weft", *nodes, edges="ask.approved > behind")
        for _ in range(ROUNDS):
            with weft.started("run", file.name, "--events") as owner:
                run = owner.until(lambda events: any(event["event"] == "approval_asked" for event in events))[0]["run"]
                await asyncio.sleep(0.1)
                begun = time.time()
                weft("approvals", "answer", f"{run}:ask", "--approve", "--json")
                events = owner.done().events()
            recorded = next(event["at"] for event in events if event["event"] == "approval_answered")
            whole.append(_start(events, "behind") - begun)
            behind.append(_start(events, "behind") - recorded)
    return (
        "Node behind an approval that a second program answers, another branch running 3 s",
        ["from", "median", "worst", "reach"],
        [_row("the answer", behind, "within 200 ms"), _row("the start of the second program (without imports)", whole, "")],
    )


def _start(events: list[Any], step: str) -> float:
    return float(next(event["at"] for event in events if event["event"] == "step_started" and event["address"] == step))


def _row(name: str, delays: list[float], reach: str) -> list[str]:
    return [name, f"{statistics.median(delays) * 1000:.1f} ms", f"{max(delays) * 1000:.1f} ms", reach]
