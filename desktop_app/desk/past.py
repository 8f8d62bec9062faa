"""Requests about what is recorded: runs, their histories, and the questions that wait."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desktop_app.desk.given import Request, number, text, texts
from desktop_app.places import places_of
from desktop_app.services import UNDER_WAY, Parts
from engine.api.printed import printed_file
from engine.model.issues import failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit

if TYPE_CHECKING:
    from engine.api.stores import RunStatus

PAGE = 50


class PastDesk:
    """Reads the journal.

    * `runs`: of one `workflow` (its id), of one `status` and with `search` in workflow, id or error where given, newest first, at
      most `limit`, those behind the run `before`. Gives `more`, and `runs`:
      `run`, `workflow`, `name`, `version`, `status`, `started`, `ended`, `trigger`.
    * `history`: `run`. Gives its `events` in order, and what it is: `workflow`, `name`, `version`, `status`, `input`, `until`.
    * `delete_runs`: `runs`, none of which may go on by itself or wait for an answer. Gives `deleted`, those that were there.
    * `calls`: `run`, `address`. Gives `calls` of models by a step, oldest first, the last 200: `attempt`, `number`, `provider`,
      `model`, `messages`, `started`, `first`, `ended`, `prompt_tokens`, `completion_tokens`, `error`.
    * `printed`: `run`, `address`. Gives `files` with all that the script of a step printed, when its log does not have it.
    * `approvals`: those that wait, newest first: `id`, `run`, `workflow`, `name`, `status`, `address`,
      `title`, `question`, `asked`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.requests: dict[str, Request] = {
            "runs": self._runs, "delete_runs": self._delete_runs, "history": self._history, "calls": self._calls,
            "printed": self._printed, "approvals": self._approvals,
        }  # fmt: skip

    def _active(self) -> set[str]:
        runner = self._parts.runner_if_made
        return set(runner.active()) if runner else set()

    async def _runs(self, given: JsonObject, _emit: Emit) -> JsonObject:
        limit, alive = number(given, "limit", PAGE), self._active()
        status, search = text(given, "status", ""), text(given, "search", "")
        left_behind = status == "stopped"  # the journal has those of a program that was killed as under way
        statuses = cast("tuple[RunStatus, ...]", ("stopped", *UNDER_WAY) if left_behind else (status,) if status else ())
        workflow, before = text(given, "workflow", "") or None, text(given, "before", "")

        def find() -> JsonObject:
            found = self._parts.archive.runs.runs(
                limit=limit + 1, statuses=statuses, workflow_id=workflow, before=before, search=search,
                without=alive if left_behind else (),
            )  # fmt: skip
            told: list[Json] = [
                {
                    "run": run.id, "workflow": run.workflow_id, "name": run.workflow, "version": run.version,
                    "status": "stopped" if run.status in UNDER_WAY and run.id not in alive else run.status,
                    "started": run.started, "ended": run.ended, "trigger": run.trigger,
                }
                for run in found[:limit]
            ]  # fmt: skip
            return {"runs": told, "more": len(found) > limit}

        return await asyncio.to_thread(find)

    async def _delete_runs(self, given: JsonObject, _emit: Emit) -> JsonObject:
        alive, wanted, journal = self._active(), texts(given, "runs"), self._parts.journal
        known = [run for name in wanted if (run := await journal.run(name)) is not None]
        for run in known:
            if run.id in alive or run.status == "waiting":
                said = phrase("The run {run} is not over.", run=run.id)
                raise failure("run.not-over", said, "Cancel it first.")
        await journal.delete_runs([run.id for run in known])
        for run in known:
            await asyncio.to_thread(shutil.rmtree, self._parts.folder.runs / run.id, ignore_errors=True)
        return {"deleted": [run.id for run in known]}

    async def _history(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run_id, alive = text(given, "run"), self._active()

        def read() -> JsonObject:
            past = self._parts.archive.history(run_id, under_way=run_id in alive)
            events: list[Json] = [event.as_json() for event in past.events(ended=run_id not in alive)]
            run, until = past.run, list[Json](past.run.until)
            return {
                "run": run.id, "workflow": run.workflow_id, "name": run.workflow, "version": run.version, "status": run.status,
                "input": run.input, "until": until, "events": events,
            }  # fmt: skip

        return await asyncio.to_thread(read)

    async def _calls(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, address = text(given, "run"), text(given, "address")

        def find() -> JsonObject:
            return {"calls": [asdict(call) for call in self._parts.archive.runs.calls(run, address)]}

        return await asyncio.to_thread(find)

    async def _printed(self, given: JsonObject, _emit: Emit) -> JsonObject:
        run, address = text(given, "run"), text(given, "address")

        def find() -> JsonObject:
            places = [printed_file(self._parts.folder.runs / Path(run).name, address, stream) for stream in ("stdout", "stderr")]
            return {"files": [str(place) for place in places if place.is_file()]}

        return await asyncio.to_thread(find)

    async def _approvals(self, _given: JsonObject, _emit: Emit) -> JsonObject:
        def find() -> JsonObject:
            archive = self._parts.archive
            told: list[Json] = [
                {
                    "id": asked.id, "run": run.id, "workflow": run.workflow_id, "name": run.workflow, "status": run.status,
                    "address": asked.address, "title": title, "question": asked.question, "asked": asked.asked,
                }
                for asked, run, title in places_of(archive, archive.runs.approvals(status="waiting"))
            ]  # fmt: skip
            return {"approvals": told}

        return await asyncio.to_thread(find)
