"""`make bench`: every figure as a ratio against a peer or a physical limit, measured in one run.

`python -m tests.benchmarks.run [NAME ...]` runs those whose name contains one of the words.
"""

from __future__ import annotations

import asyncio
import importlib
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

BENCHMARKS = (
    "makespan", "approval_latency", "second_program", "overhead", "stalls", "journal_bench", "validation", "command_start",
    "window_canvas", "window_start", "window_stream",
)  # fmt: skip


def main(words: list[str]) -> None:
    """Run the benchmarks and print a table each."""
    console = Console(width=120)
    for name in BENCHMARKS:
        if words and not any(word in name for word in words):
            continue
        module = importlib.import_module(f"tests.benchmarks.{name}")
        with tempfile.TemporaryDirectory() as folder:
            title, columns, rows = asyncio.run(module.measure(Path(folder)))
        table = Table(*columns, title=title, title_justify="left")
        for row in rows:
            table.add_row(*row)
        console.print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
