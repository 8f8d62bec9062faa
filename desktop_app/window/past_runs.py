"""The runs of the journal, page by page: found, opened, deleted, and what they ran."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.window.documents import DocumentService
from desktop_app.window.files import Content
from desktop_app.window.library import Library, Listed
from desktop_app.window.moments import clock
from desktop_app.window.runs import KnownRun, RunService, workflow_of
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject
from resources.language import tr

PAGE = 60
"""Runs that are asked for at once."""


@dataclass(frozen=True, slots=True)
class PastRun:
    """A run of the journal. Times are UTC seconds since the epoch; `ended` is None while it may go on."""

    id: str
    workflow: str
    name: str
    version: str
    status: str
    started: float
    ended: float | None

    @property
    def is_over(self) -> bool:
        """Whether it goes on neither by itself nor with an answer, and so may be deleted."""
        return self.status not in ("queued", "running", "waiting")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which runs: of a workflow (its id), of a state, and with a text in name, id or error; empty for any."""

    workflow: str = ""
    status: str = ""
    search: str = ""


class PastRuns(QObject):
    """Asks for runs. It is there before the window is: what it wants shown it tells.

    Signals:
        news: a run began, or has another state.
        deleted: some runs are gone.
        workflow_changed: `workflow` is another one.
        wanted: a document or the path of its file, and the id of a run that should be shown on its canvas.
        told: words for the person.
    """

    news = Signal()
    deleted = Signal()
    workflow_changed = Signal()
    wanted = Signal(object, str)
    told = Signal(str)

    def __init__(self, runs: RunService, documents: DocumentService, library: Library, parent: QObject) -> None:
        super().__init__(parent)
        self._runs, self._documents, self._library = runs, documents, library
        self.workflow = ""
        """The id of the workflow that is open in front, empty for none."""

    def follow(self, workflow: str) -> None:
        """Another workflow is in front."""
        if workflow != self.workflow:
            self.workflow = workflow
            self.workflow_changed.emit()

    def find(self, wanted: Wanted, before: str, done: Callable[[list[PastRun], bool], None]) -> None:
        """Find the runs behind the one with the id `before`, newest first; `done` gets them, and whether there are more."""
        given: JsonObject = {"limit": PAGE, "before": before, "status": wanted.status, "search": wanted.search}
        if wanted.workflow:
            given["workflow"] = wanted.workflow

        def read(found: JsonObject) -> None:
            told = found["runs"]
            done([_run(one) for one in told if isinstance(one, dict)] if isinstance(told, list) else [], found["more"] is True)

        self._runs.ask("runs", given, read, self._on_failed)

    def show(self, run: PastRun) -> None:
        """Show a run on the canvas of its workflow, which is opened when it is not."""
        for document in self._documents.documents:
            if workflow_of(document) == run.workflow:
                self.wanted.emit(document, run.id)
                return
        self._library.workflows(partial(self._show_of, run))

    def show_known(self, run: KnownRun) -> None:
        """Show a run that is known here, whose workflow is not open."""
        model = run.model
        if run.path is not None:
            self.wanted.emit(run.path, run.id)
            return
        self.show(PastRun(run.id, run.workflow, model.workflow, "", model.status, model.started or 0.0, model.ended))

    def _show_of(self, run: PastRun, listed: list[Listed]) -> None:
        path = next((one.path for one in listed if one.id == run.workflow and one.path and not one.gone), "")
        if path:
            self.wanted.emit(Path(path), run.id)
        else:
            self.told.emit(tr("The file of {workflow} is gone. Open the workflow as it ran.", workflow=run.name))

    def open_version(self, run: PastRun) -> None:
        """Open a copy of the workflow as the run had it."""

        def opened(content: Content) -> None:
            graph = content.graph.copy()
            graph.name = tr("{name} as it ran at {time}", name=run.name, time=clock(run.started))
            self._documents.new(graph)

        def read(found: JsonObject) -> None:
            self._documents.read_text(str(found["text"]), opened)

        self._runs.ask("version", {"version": run.version}, read, self._on_failed)

    def delete(self, runs: Sequence[PastRun]) -> None:
        """Delete runs, with all that is known of them."""
        ids: list[Json] = [run.id for run in runs]
        self._runs.ask("delete_runs", {"runs": ids}, self._on_deleted, self._on_failed)

    def _on_failed(self, error: WeftError) -> None:
        self.told.emit(error.issue.told)

    def _on_deleted(self, found: JsonObject) -> None:
        gone = found["deleted"]
        self._runs.forget([str(run) for run in gone] if isinstance(gone, list) else [])
        self.deleted.emit()


def _run(told: JsonObject) -> PastRun:
    started, ended = told["started"], told["ended"]
    return PastRun(
        str(told["run"]), str(told["workflow"]), str(told["name"]), str(told["version"]), str(told["status"]),
        float(started) if isinstance(started, int | float) else 0.0,
        float(ended) if isinstance(ended, int | float) else None,
    )  # fmt: skip
