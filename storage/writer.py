"""One thread that writes to one SQLite database, with natural group commit.

What arrives while a commit is under way goes into the next one: an idle writer adds no delay, a busy one commits rarely.
There is no time window, because in a chain of steps each would wait for it.
"""

from __future__ import annotations

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

from engine.model.issues import WeftError, failure, phrase
from storage.sqlite import connect, storage_error

logger = logging.getLogger(__name__)

BATCH = 2000
"""Rows in one transaction at most."""
KEPT = 1000
"""Rows nobody waits for that are kept while the disk is full."""

Row: TypeAlias = tuple[Any, ...]
Function: TypeAlias = Callable[[sqlite3.Connection], Any]


class Insert:
    """Adds rows to a table. A batch goes in as few statements, because each one gives up and takes back the interpreter."""

    durable = False

    def __init__(self, table: str, columns: Sequence[str], *, replace: bool = True) -> None:
        verb = "INSERT OR REPLACE" if replace else "INSERT"
        head = f"{verb} INTO {table} ({', '.join(columns)}) VALUES "
        one = f"({', '.join('?' * len(columns))})"
        self._statements = {size: head + ", ".join([one] * size) for size in (64, 32, 16, 8, 4, 2, 1)}

    def run(self, connection: sqlite3.Connection, rows: Sequence[Row]) -> list[int]:
        """Insert the rows and return their row ids, which follow one another: the transaction keeps all others out."""
        last, at = 0, 0
        for size, statement in self._statements.items():
            while len(rows) - at >= size:
                values = rows[at] if size == 1 else tuple(chain.from_iterable(rows[at : at + size]))
                last = connection.execute(statement, values).lastrowid or 0
                at += size
        return list(range(last - len(rows) + 1, last + 1))


class Call:
    """Calls a function with the connection, inside the transaction.

    An exception that the function returns fails its waiter; one that it raises undoes its work too. `durable`: the commit
    survives a power cut.
    """

    def __init__(self, *, durable: bool) -> None:
        self.durable = durable


CALL, DURABLE_CALL = Call(durable=False), Call(durable=True)
Job: TypeAlias = "tuple[Insert | Call, Any, asyncio.Future[Any] | None]"


class GroupWriter:
    """The only writer to a database in this program. Results are delivered to the loop that waits for them."""

    def __init__(self, path: Path) -> None:
        try:
            self._connection = connect(path)
        except sqlite3.Error as error:
            raise storage_error(error, path) from error
        self._path = path
        self._queue: queue.SimpleQueue[list[Job] | None] = queue.SimpleQueue()
        self._notes: list[Job] = []
        self._late: list[Job] = []
        self._full = False
        self._closed = False
        self.commits = 0
        self._thread = threading.Thread(target=self._work, name=f"weft writer of {path.name}", daemon=True)
        self._thread.start()

    def insert(self, table: Insert, row: Row) -> asyncio.Future[int]:
        """Queue a row and return the future of its row id. A cancelled waiter's row is committed all the same."""
        return self._submit(table, row)

    def call(self, function: Function, *, durable: bool = False) -> asyncio.Future[Any]:
        """Queue a function that changes the database and return the future of its result."""
        return self._submit(DURABLE_CALL if durable else CALL, function)

    def note(self, table: Insert, row: Row) -> None:
        """Queue a row that nobody waits for.

        It is committed with the next that somebody does wait for, else at the end of this turn of the loop. While the disk
        is full it is kept.
        """
        if not self._notes:
            asyncio.get_running_loop().call_soon(self._push_notes)
        self._notes.append((table, row, None))

    @property
    def behind(self) -> bool:
        """Tell whether noted rows could not be written yet."""
        return bool(self._late)

    def close(self) -> None:
        """Commit what is queued, end the thread and close the database."""
        if self._closed:
            return
        self._push_notes()
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        if self._late:
            logger.warning("%s lines of the run log could not be stored", len(self._late))
        self._connection.close()

    def _submit(self, kind: Insert | Call, work: Any) -> asyncio.Future[Any]:
        if self._closed:
            raise failure("storage.closed", phrase("The database {path} has been closed.", path=self._path), "Start Weft again.")
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        notes, self._notes = self._notes, []
        notes.append((kind, work, future))
        self._queue.put(notes)
        return future

    def _push_notes(self) -> None:
        if self._notes and not self._closed:
            notes, self._notes = self._notes, []
            self._queue.put(notes)

    # the writer's thread

    def _work(self) -> None:
        ended = False
        while not ended:
            jobs = self._queue.get()
            batch: list[Job] = []
            while jobs is not None:
                batch += jobs
                if len(batch) >= BATCH:
                    break
                try:
                    jobs = self._queue.get_nowait()
                except queue.Empty:
                    break
            ended = jobs is None
            if batch or self._late:
                late, self._late = self._late, []
                self._settle([*late, *batch] if late else batch)

    def _settle(self, batch: list[Job]) -> None:
        results: list[Any]
        try:
            results = self._transaction(batch)
        except Exception as error:  # noqa: BLE001 - whatever it is, somebody waits for it
            results = [error] if len(batch) == 1 else self._one_by_one(batch)
        self._deliver(batch, results)

    def _one_by_one(self, batch: list[Job]) -> list[Any]:
        """Repeat a failed batch row by row: one bad row must not fail its neighbours."""
        results: list[Any] = []
        stuck: Exception | None = None
        for job in batch:
            try:
                if stuck and job[2] is None:
                    raise stuck
                results.append(self._transaction([job])[0])
            except Exception as error:  # noqa: BLE001
                stuck = error if isinstance(error, sqlite3.OperationalError) else stuck
                results.append(error)
        return results

    def _transaction(self, batch: list[Job]) -> list[Any]:
        connection = self._connection
        full = any(job[0].durable for job in batch)
        if full is not self._full:
            connection.execute(f"PRAGMA synchronous={'FULL' if full else 'NORMAL'}")
            self._full = full
        connection.execute("BEGIN IMMEDIATE")
        try:
            results = self._apply(batch)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        self.commits += 1
        return results

    def _apply(self, batch: list[Job]) -> list[Any]:
        """Do the work of a batch: rows of one table together, a function after all that was queued before it."""
        results: list[Any] = [None] * len(batch)
        waiting: dict[Insert, list[int]] = {}
        for at, (kind, work, _) in enumerate(batch):
            if isinstance(kind, Insert):
                waiting.setdefault(kind, []).append(at)
            else:
                self._insert(batch, waiting, results)
                results[at] = work(self._connection)
        self._insert(batch, waiting, results)
        return results

    def _insert(self, batch: list[Job], waiting: dict[Insert, list[int]], results: list[Any]) -> None:
        for table, places in waiting.items():
            ids = table.run(self._connection, [batch[at][1] for at in places])
            for at, row_id in zip(places, ids, strict=True):
                results[at] = row_id
        waiting.clear()

    def _deliver(self, batch: list[Job], results: list[Any]) -> None:
        waiters: dict[asyncio.AbstractEventLoop, list[tuple[asyncio.Future[Any], Any]]] = {}
        for job, result in zip(batch, results, strict=True):
            if (future := job[2]) is not None:
                waiters.setdefault(future.get_loop(), []).append((future, result))
            elif isinstance(result, sqlite3.OperationalError):
                self._late.append(job)
            elif isinstance(result, Exception):
                logger.warning("a line of the run log could not be stored: %s", result)
        del self._late[:-KEPT]
        for loop, settled in waiters.items():
            try:
                loop.call_soon_threadsafe(self._resolve, settled)
            except RuntimeError:  # the loop has been closed; the rows are committed
                logger.debug("nobody waits for %s rows any more", len(settled))

    def _resolve(self, settled: list[tuple[asyncio.Future[Any], Any]]) -> None:
        for future, result in settled:
            if future.done():
                continue
            if isinstance(result, Exception):
                future.set_exception(self._worded(result))
            else:
                future.set_result(result)

    def _worded(self, error: Exception) -> Exception:
        if isinstance(error, WeftError):
            return error
        if isinstance(error, sqlite3.Error | OSError) and not isinstance(error, sqlite3.IntegrityError):
            return storage_error(error, self._path)
        return failure(
            "storage.value",
            phrase("A value cannot be stored: {error}.", error=error),
            "Look for broken characters in the step's data.",
        )
