"""The longest pause of the window while a node streams 5,000 tokens a second for ten seconds, and while the engine comes.

Everything is real: the engine, the bridge, the model of the run, and the whole window with the node in sight. The peer is the
same with each token as a signal of its own. See `streamed_window.py` for the programs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.helpers.checkout import ROOT

REACH_MS = 50
WAYS = {
    "batches": "5,000 tokens a second for 10 s, by the bridge", "signals": "the same, tokens as single signals",
    "coming": "the engine comes: node types, databases, LangGraph",
}  # fmt: skip
NODE = '''
"""Streams text at a steady pace."""
import asyncio
import time

from engine.api.node import Node


class Stream(Node):
    """Streams words."""

    type_id = "bench.stream"
    title = "Stream"
    category = "own"
    icon = "sparkles"
    a_second: int = 5000
    seconds: int = 10

    async def run(self, ctx) -> str:
        begun, sent = time.monotonic(), 0
        while sent < self.a_second * self.seconds:
            due = min(int((time.monotonic() - begun) * self.a_second), self.a_second * self.seconds)
            for _ in range(due - sent):
                ctx.token("word ")
            sent = max(sent, due)
            await asyncio.sleep(0.005)
        return "done"

    @classmethod
    def capabilities(cls, params):
        return ()
'''
WORKFLOW = """
schema_version: 1
id: 00000000-0000-4000-8000-00000000beac
name: Stream
nodes: {stream: {type: bench.stream}, after: {type: flow.output, params: {name: said}}}
edges: [{from: stream.out, to: after.value}]
"""


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    """Run each way in a program of its own."""
    rows = [_row(folder / way, way, name) for way, name in WAYS.items()]
    return "Pauses of the window", ["while", "longest, ms", "99 % below, ms", "tokens", "took, s", "reach"], rows


def _row(home: Path, way: str, name: str) -> list[str]:
    nodes = home / "data" / "nodes"
    nodes.mkdir(parents=True)
    (nodes / "stream.py").write_text(NODE)
    (home / "stream.weft").write_text(WORKFLOW)
    env = {
        **os.environ, "QT_QPA_PLATFORM": "offscreen", "WEFT_DATA": str(home / "data"), "WEFT_CONFIG": str(home / "config"),
    }  # fmt: skip
    command = [sys.executable, "-m", "tests.benchmarks.streamed_window", way, str(home / "stream.weft")]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    found = json.loads(done.stdout.splitlines()[-1])
    reach = f"under {REACH_MS}" if way != "signals" else ""
    return [name, f"{found['longest']:.0f}", f"{found['usual']:.0f}", str(found["tokens"]), f"{found['seconds']:.1f}", reach]
