"""The journal through kills, full disks and a second program, each in a process of its own."""

from __future__ import annotations

import asyncio
import random
import signal
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path

from engine.api.stores import StepRecord
from storage.journal import SqliteJournal
from storage.paths import DataFolder
from tests.helpers.programs import read_line, run, started

STORM = """
import asyncio, sys
from pathlib import Path
from engine.api.stores import ApprovalRecord, LogRecord, StepRecord
from storage.journal import SqliteJournal
from storage.paths import DataFolder

async def chain(journal, run, number):
    for node in range(10**6):
        value = "x" * (40_000 if node % 50 == 7 else node % 300)
        journal.note_log(LogRecord(run, "", 0.0, "info", "line"))
        seq = await journal.record(StepRecord(run, f"{number}/", f"n{node}", "succeeded", {"out": value}))
        print(f"{number}/", f"n{node}", seq)

async def main():
    journal = SqliteJournal(DataFolder(Path(sys.argv[1])))
    await asyncio.gather(*(chain(journal, sys.argv[2], number) for number in range(8)))

asyncio.run(main())
"""


def load(folder: DataFolder, run_id: str) -> dict[tuple[str, str], StepRecord]:
    journal = SqliteJournal(folder)
    try:
        return {(step.path, step.node): step for step in asyncio.run(journal.load(run_id))}
    finally:
        journal.close()


def test_kill_in_a_storm_of_commits_loses_no_acknowledged_row(folder: DataFolder, tmp_path: Path) -> None:
    SqliteJournal(folder).close()
    acknowledged = 0
    for attempt in range(2):
        log = tmp_path / f"{attempt}.log"
        with started(STORM, folder.root, f"run{attempt}", log=log) as program:
            target = random.Random(attempt).randrange(1, 15_000)  # bytes of log, so that every kill meets the storm
            while program.poll() is None and log.stat().st_size < target:
                time.sleep(0.001)
            program.send_signal(signal.SIGKILL)
            program.wait()
        lines = log.read_text().split("\n")[:-1]  # the last line may be half written
        recorded = load(folder, f"run{attempt}")
        for line in lines:
            path, node, seq = line.split()
            assert recorded[path, node].seq == int(seq)
        for step in recorded.values():
            assert len(str(step.ports["out"])) == (40_000 if int(step.node[1:]) % 50 == 7 else int(step.node[1:]) % 300)
        acknowledged += len(lines)
    assert acknowledged > 100
    with closing(sqlite3.connect(folder.journal_db)) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


FULL = """
import asyncio, resource, sys
from pathlib import Path
from engine.api.stores import LogRecord, RunRecord, StepRecord
from engine.model.issues import WeftError
from storage.journal import SqliteJournal
from storage.paths import DataFolder

def step(number, size):
    return StepRecord("run", "", f"n{number}", "succeeded", {"out": "x" * size})

async def main():
    folder = DataFolder(Path(sys.argv[1]))
    journal = SqliteJournal(folder)
    await journal.record(step(0, 10))
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    if sys.argv[2] == "limit":
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, limit[1]))
    codes, number = set(), 0
    while number < 200:
        number += 1
        try:
            await journal.record(step(number, 30_000))
        except WeftError as error:
            codes.add(error.issue.code)
            break
    stored = number
    journal.note_log(LogRecord("run", "", 1.0, "info", "x" * 400_000))
    for failing in (step(1000, 400_000), step(1001, 30_000)):
        try:
            await journal.record(failing)
        except WeftError as error:
            codes.add(error.issue.code)
    try:
        await journal.flush()
        codes.add("flushed")
    except WeftError as error:
        codes.add(error.issue.code)
    print(sorted(codes), stored > 1)
    resource.setrlimit(resource.RLIMIT_FSIZE, limit)
    for filler in Path(sys.argv[1]).glob("filler"):
        filler.unlink()
    await journal.record(step(2000, 400_000))
    await journal.flush()
    steps = [record.node for record in await journal.load("run")]
    print(steps == [f"n{n}" for n in range(stored)] + ["n2000"])
    print([len(line.text) for _, line in journal._runs.log("run")])
    journal.close()

asyncio.run(main())
"""


def test_a_full_disk_fails_the_waiter_and_loses_nothing(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "weft", str(place)]
    mounted = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    try:
        folder = DataFolder(place).create()
        if mounted:
            (place / "filler").write_bytes(bytes(1_000_000))
        result = run(FULL, folder.root, "disk" if mounted else "limit")  # without root: a limit on the size of files
        assert result.stderr == ""
        assert result.stdout.splitlines() == ["['storage.full'] True", "True", "[400000]"]
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)


async def test_a_program_that_holds_the_lock_delays_and_breaks_nothing(journal: SqliteJournal, folder: DataFolder) -> None:
    code = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked")
sys.stdin.readline()
database.execute("INSERT INTO log (run_id, address, at, level, text) VALUES ('other', '', 0, 'info', 'x')")
database.execute("COMMIT")
"""
    with started(code, folder.journal_db) as program:
        assert read_line(program) == "locked"
        waiting = asyncio.create_task(journal.record(StepRecord("run", "", "a", "succeeded")))
        await asyncio.sleep(0)
        program.communicate("go\n")
        assert await waiting == 1
    assert [line.text for _, line in journal._runs.log("other")] == ["x"]
