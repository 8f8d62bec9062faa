"""Requests about what is recorded: runs, their histories, and the questions that wait."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, cast

from desktop_app.desk.given import Request, number, text
from desktop_app.places import places_of
from desktop_app.services import UNDER_WAY, Parts
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit

if TYPE_CHECKING:
    from engine.api.stores import RunStatus

PAGE = 50


class PastDesk:
    """Reads the journal.

    * `runs`: of one `workflow` (its id) and of one `status` where given, newest first, at most `limit`, those behind the run
      `before`. Gives `runs`: `run`, `workflow`, `name`, `version`, `status`, `started`, `ended`, `trigger`; and `more`.
    * `history`: `run`. Gives its `events` in order, and what it is: `workflow`, `name`, `version`, `status`, `input`, `until`.
    * `approvals`: those that wait, newest first: `id`, `run`, `workflow`, `name`, `status`, `address`,
      `title`, `question`, `asked`.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.requests: dict[str, Request] = {"runs": self._runs, "history": self._history, "approvals": self._approvals}

    def _active(self) -> set[str]:
        runner = self._parts.runner_if_made
        return set(runner.active()) if runner else set()

    async def _runs(self, given: JsonObject, _emit: Emit) -> JsonObject:
        limit, alive = number(given, "limit", PAGE), self._active()
        status = cast("RunStatus | None", text(given, "status", "") or None)
        workflow, before = text(given, "workflow", "") or None, text(given, "before", "")

        def find() -> JsonObject:
            found = self._parts.archive.runs.runs(limit=limit + 1, status=status, workflow_id=workflow, before=before)
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
