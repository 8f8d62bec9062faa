"""What the owner of a data folder does for itself and its clients: one method for each request, plain data in and out."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_app.documents import document_id, typed_inputs
from desktop_app.services import EXAMPLES, Parts
from engine.api.events import RunEvent, RunFinished
from engine.api.stores import ApprovalRecord, ApprovalStatus, Version
from engine.model.graph import Graph
from engine.model.issues import Issue, WeftError, failure
from engine.model.values import Json, JsonObject
from engine.server.feed import Feeds
from engine.server.history import RunHistory
from engine.server.protocol import Emit
from storage.documents import read_document
from storage.paths import DataFolder

if TYPE_CHECKING:
    from engine.model.files import Files
    from engine.runtime.runner import Runner

_log = logging.getLogger(__name__)

WATCH = "watch run "
OVER = ("succeeded", "cancelled")
SAME_VERSION = "Use the same version of Weft in both programs."


class Desk:
    """Takes requests by name; lives on the engine's loop. `closing` refuses whatever would begin something.

    * `start`: `path`, `inputs` (texts by name), `folder` that relative files start in, `trust`, `pid` of who asks.
      Gives `run`, `from`, `warnings`.
    * `resume`: `run`. Gives `run`, and `from`, the number of the last event before it goes on.
    * `answer`: `approval`, `status` (approved or rejected), `comment`, `by`, `payload` when it was edited, and `resume` to go
      on with a run that rests. Gives `run`, `workflow`, `approval`, `under_way` for a run that did not rest, else `from`.
    * `cancel`, `drain`: `run`. `subscribe`: `run`, `from`; gives events until the run is over. `runs`: ids of those under way.
    """

    def __init__(self, folder: DataFolder, parts: Callable[[Callable[[RunEvent], None]], Parts]) -> None:
        self.closing = False
        self._feeds = Feeds()
        self._parts = parts(self._feeds.sink)
        self._accepting = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._requests: dict[str, Callable[[JsonObject, Emit], Awaitable[JsonObject]]] = {
            "start": self._start,
            "resume": self._resume,
            "answer": self._answer,
            "cancel": self._cancel,
            "drain": self._drain,
            "subscribe": self._subscribe,
            "runs": self._runs,
            "ping": self._ping,
        }

    async def __call__(self, do: str, given: JsonObject, emit: Emit) -> JsonObject:
        """Do what a request asks for. Raises WeftError."""
        request = self._requests.get(do)
        if request is None:
            raise failure("owner.unknown-request", f"There is no request {do!r}.", SAME_VERSION)
        if do in ("start", "resume", "answer"):
            self._check_open()
        return await request(given, emit)

    def _check_open(self) -> None:
        if self.closing:
            raise failure("owner.ended", "The program that owns the data folder is ending.", "Try again.")

    async def others(self) -> int:
        """Return how many runs are still under way; one that is just coming to its end does not count."""
        runner = self._parts.runner_if_made
        for _ in range(10):
            if runner is None or not runner.active():
                return 0
            await asyncio.sleep(0.01)
        return len(runner.active()) if runner else 0

    async def close(self, grace: float) -> None:
        """Let running steps end, for `grace` seconds at most, and close everything."""
        self.closing = True
        for task in self._tasks:
            if not task.get_name().startswith(WATCH):
                task.cancel()
        await self._parts.close(grace)

    # starting

    async def _start(self, given: JsonObject, _emit: Emit) -> JsonObject:
        path = Path(_text(given, "path"))
        text = await asyncio.to_thread(read_document, path, pipes=given.get("pid") == os.getpid())
        async with self._accepting:
            graph, version, warnings = await asyncio.to_thread(self._accept, path, text, trust=given.get("trust") is True)
        folder = Path(_text(given, "folder", str(path.parent)))
        found = given.get("inputs")
        texts = {name: str(text) for name, text in found.items()} if isinstance(found, dict) else {}
        inputs = await asyncio.to_thread(typed_inputs, texts, graph.inputs, folder)
        runner = await self._parts.runner()
        self._check_open()
        run = await runner.start(version, inputs)
        self._feeds.open(run)  # before the run's task has had a chance to begin
        self._keep(self._watch(runner, run), WATCH + run)
        return {"run": run, "workflow": version.name, "from": 0, "warnings": [{**issue.as_json()} for issue in warnings]}

    def _accept(self, path: Path, source: str, *, trust: bool) -> tuple[Graph, Version, list[Issue]]:
        """Check and store what a file holds. In a thread: it takes a while for large files.

        Raises:
            WeftError: with all that is wrong, or `trust.needed`.
        """
        from engine.model.files import Files
        from engine.model.serialize import dump, load
        from engine.validation.check import check

        loaded = load(source, str(path))
        graph = loaded.checked()
        files = Files(path.parent)
        issues = [*loaded.issues, *check(graph, self._parts.registry, files=files, lines=loaded.lines, file=str(path))]
        errors = [issue for issue in issues if issue.severity == "error"]
        if errors:
            raise WeftError(*errors)
        graph.id = document_id(graph, path)
        text = dump(graph)
        self._check_trust(graph, path, text, files, trust=trust)
        name, folder = graph.name or path.stem, str(path.parent)
        version = self._parts.library.save_version(graph.id, name, text, folder, str(path), files.texts)
        return graph, version, issues

    def _check_trust(self, graph: Graph, path: Path, text: str, files: Files, *, trust: bool) -> None:
        from engine.trust import digest_of, distrust, effects_of, missing
        from storage.repositories.library import version_hash

        effects = effects_of(graph, self._parts.registry, files)
        if not effects or path.resolve().is_relative_to(EXAMPLES):
            return
        if self._parts.library.version(version_hash(text, str(path.parent), files.texts)) is not None:
            return
        store = self._parts.trust
        unknown = missing(effects, store.agreed(graph.id, str(path)))
        if unknown and not trust:
            raise distrust(unknown, str(path))
        if unknown:
            store.agree(graph.id, str(path), [effect.as_json() for effect in effects], digest_of(effects))

    async def _resume(self, given: JsonObject, _emit: Emit) -> JsonObject:
        return await self._go_on(_text(given, "run"), retry_failed=True)

    async def _go_on(self, run: str, *, retry_failed: bool) -> JsonObject:
        past = await asyncio.to_thread(self._parts.archive.history, run)
        if past.run.status in OVER:  # said before LangGraph is imported
            raise failure("run.finished", f"The run {run} is over: {past.run.status}.", "Start the workflow again.")
        runner = await self._parts.runner()
        self._check_open()
        if not await runner.resume(run, retry_failed=retry_failed):
            known = self._feeds.get(run)
            return {"run": run, "workflow": "", "from": known.live_from if known else 0}
        feed = self._feeds.open(run, past.events(ended=False))  # before the run's task has had a chance to begin
        self._keep(self._watch(runner, run), WATCH + run)
        return {"run": run, "workflow": past.run.workflow, "from": feed.last}

    async def _watch(self, runner: Runner, run: str) -> None:
        """Tell of a run's end also when the runner could not."""
        ended = asyncio.ensure_future(runner.wait(run))
        await asyncio.wait([ended])
        if ended.cancelled():
            self._feeds.sink(RunFinished(run=run, status="cancelled"))
        elif (error := ended.exception()) is not None:
            _log.error("run %s broke off", run, exc_info=error)
            problem = failure("run.internal", f"{type(error).__name__}: {error}", "See the log; the run can be resumed.")
            self._feeds.sink(RunFinished(run=run, status="stopped", error={**problem.issue.as_json()}))

    def _keep(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # answering

    async def _answer(self, given: JsonObject, _emit: Emit) -> JsonObject:
        approval = await self._asked(_text(given, "approval"))
        status: ApprovalStatus = "approved" if given.get("status") == "approved" else "rejected"
        payload = approval.question.get("payload")
        if "payload" in given:
            payload = given["payload"]
            await asyncio.to_thread(_check_edit, payload, approval)
        said: dict[str, Any] = {"comment": _text(given, "comment", ""), "by": _text(given, "by", "")}
        runner = self._parts.runner_if_made
        if runner is not None:
            record = await runner.answer(approval.id, status, payload=payload, **said)
        else:
            record = await self._parts.journal.answer(approval.id, status, answer=payload, **said)
        known = await self._parts.journal.run(record.run_id)
        told: JsonObject = {name: getattr(record, name) for name in ("id", "status", "answer", "comment", "by")}
        about: JsonObject = {"workflow": known.workflow if known else "", "approval": told}
        if runner is not None and record.run_id in runner.active():
            self._keep(self._go_on_if_left(record.run_id), f"answer {record.id}")
            return {"run": record.run_id, "under_way": True, **about}
        begun = await self._go_on(record.run_id, retry_failed=False) if given.get("resume") is True else {"run": record.run_id}
        return {**begun, "under_way": False, **about}

    async def _go_on_if_left(self, run: str) -> None:
        """Resume a run that came to rest in the moment in which its question was answered."""
        try:
            await self._go_on(run, retry_failed=False)
        except WeftError as error:
            _log.info("run %s was answered and does not go on: %s", run, error)

    async def _asked(self, approval_id: str) -> ApprovalRecord:
        found = await self._parts.journal.approvals(approval_id.partition(":")[0])
        for approval in found:
            if approval.id == approval_id:
                return approval
        raise failure("approval.unknown", f"There is no approval {approval_id}.", "See `weft approvals list`.")

    # stopping and watching

    async def _cancel(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, runner = _text(given, "run"), await self._parts.runner()
        cancelled = await runner.cancel(run)
        feed = self._feeds.get(run)
        if cancelled and feed is not None and not feed.over.is_set():  # it rested at a question
            past = await asyncio.to_thread(self._parts.archive.history, run)
            self._feeds.sink(RunFinished(run=run, status="cancelled", outputs=past.run.outputs, error=past.run.error))
        return {"cancelled": cancelled}

    async def _drain(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, runner = _text(given, "run"), self._parts.runner_if_made
        if runner is None:
            return {"draining": False}
        return {"draining": await runner.drain(run)}

    async def _subscribe(self, given: JsonObject, emit: Emit) -> JsonObject:
        run, number = _text(given, "run"), given.get("from")
        number = number if isinstance(number, int) else 0
        feed = self._feeds.get(run)
        if feed is None:
            past = await asyncio.to_thread(self._parts.archive.history, run)
            if past.run.status != "waiting":
                return _tell(past, number, emit)
            feed, number = self._feeds.open(run, past.events(ended=True)), 0  # its answer may come while somebody watches
        with feed.follow(lambda at, event: emit(at, event.as_json()), number):
            await feed.over.wait()
        return {"run": run}

    async def _runs(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        runner = self._parts.runner_if_made
        return {"runs": [*runner.active()] if runner else []}

    async def _ping(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        return {"pid": os.getpid()}


def _text(given: JsonObject, name: str, default: str | None = None) -> str:
    value = given.get(name, default)
    if not isinstance(value, str):
        raise failure("owner.bad-request", f"The request lacks {name!r}.", SAME_VERSION)
    return value


def _tell(past: RunHistory, number: int, emit: Emit) -> JsonObject:
    """Give the events of a run that nobody has, those behind a number, and its end in any case."""
    for at, event in enumerate(past.events(ended=True), 1):
        if at > number or isinstance(event, RunFinished):
            emit(at, event.as_json())
    return {"run": past.run.id}


def _check_edit(payload: Json, approval: ApprovalRecord) -> None:
    """Raise `approval.bad-edit` when an edited payload is not what the question allows."""
    from engine.api.schemas import mismatch

    schema = approval.question.get("schema")
    if isinstance(schema, dict) and schema:
        problem = mismatch(payload, schema)
        if problem:
            text = f"The edited value is not allowed. {problem}."
            raise failure("approval.bad-edit", text, "Edit it again.", node=approval.address)
