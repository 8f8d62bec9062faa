"""What a recorded step costs, in microseconds, and against SQLite's own commit of the same row.

`python -m tests.benchmarks.journal_bench` prints the fastest of several rounds: other programs can only add to a time.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path

from engine.api.stores import AttemptRecord, StepRecord
from storage.journal import STEP, SqliteJournal
from storage.paths import DataFolder
from storage.sqlite import connect

STEPS, ROUNDS, LOADED = 200, 12, 1000
Shape = Callable[[SqliteJournal, list[StepRecord]], Awaitable[None]]


async def chain(journal: SqliteJournal, steps: list[StepRecord]) -> None:
    """Record one step after another, as in a chain of nodes: nothing can share a commit."""
    for step in steps:
        await journal.record(step)


async def wide(journal: SqliteJournal, steps: list[StepRecord]) -> None:
    """Record all steps at once, as in independent branches."""
    await asyncio.gather(*(journal.record(step) for step in steps))


async def chain_with_attempts(journal: SqliteJournal, steps: list[StepRecord]) -> None:
    """Record a chain in which each step failed once before."""
    for step in steps:
        journal.note_attempt(AttemptRecord(step.run_id, step.address, 1, 1.0, 2.0, {"text": "busy"}))
        await journal.record(step)


def steps_of(run: str, size: int) -> list[StepRecord]:
    """Return the steps of one round, each with an output of `size` characters."""
    return [StepRecord(run, "", f"n{n}", "succeeded", {"out": "x" * size}, None, 1.0, 2.0) for n in range(STEPS)]


async def fastest(journal: SqliteJournal, name: str, shape: Shape, size: int) -> float:
    """Return microseconds per step."""
    best = float("inf")
    for number in range(ROUNDS):
        steps = steps_of(f"{name}{size}-{number}", size)
        begun = time.perf_counter()
        await shape(journal, steps)
        best = min(best, time.perf_counter() - begun)
    return best / STEPS * 1e6


def sqlite_alone(path: Path, size: int, *, together: bool) -> float:
    """Return microseconds per row for plain commits of the same row on the calling thread."""
    ports, best = f'{{"out":"{"x" * size}"}}', float("inf")
    with closing(connect(path)) as database:
        for number in range(ROUNDS):
            run = f"alone{size}{together}-{number}"
            rows = [(run, "", f"n{n}", "succeeded", ports, None, 1.0, 2.0, 1, 1, "{}", "{}", 0) for n in range(STEPS)]
            begun = time.perf_counter()
            for batch in [rows] if together else [[row] for row in rows]:
                database.execute("BEGIN IMMEDIATE")
                STEP.run(database, batch)
                database.execute("COMMIT")
            best = min(best, time.perf_counter() - begun)
    return best / STEPS * 1e6


async def measure(folder: Path) -> tuple[str, list[str], list[list[str]]]:
    """Return title, columns and rows of the table; `folder` is empty."""
    data = DataFolder(folder).create()
    journal = SqliteJournal(data)
    rows: list[list[str]] = []
    for size in (10, 20_000):
        for name, shape in (("chain", chain), ("wide", wide)):
            alone = sqlite_alone(data.journal_db, size, together=name == "wide")
            figure = await fastest(journal, name, shape, size)
            rows.append([f"record, {name}, {size} B", f"{figure:.1f}", f"{alone:.1f}", f"{figure / alone:.2f}"])
    rows.append(["record and failed attempt, chain", f"{await fastest(journal, 'retry', chain_with_attempts, 10):.1f}", "", ""])
    await wide(journal, [step for n in range(LOADED // STEPS) for step in steps_of(f"load-{n}", 10)])
    begun = time.perf_counter()
    for n in range(LOADED // STEPS):
        await journal.load(f"load-{n}")
    rows.append([f"load, {LOADED} steps", f"{(time.perf_counter() - begun) / LOADED * 1e6:.1f}", "", ""])
    journal.close()
    return "Journal: microseconds a step, fastest of several rounds", ["", "journal", "SQLite alone", "ratio"], rows


def main() -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as place:
        title, columns, rows = asyncio.run(measure(Path(place)))
    print(title)
    for row in [columns, *rows]:
        print(f"{row[0]:36}" + "".join(f"{cell:>14}" for cell in row[1:]))


if __name__ == "__main__":
    main()
