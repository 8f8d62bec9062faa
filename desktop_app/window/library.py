"""The register of workflows as the window uses it: what is opened and saved is told there, and what may run is asked there."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from desktop_app.window.documents import DocumentService
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.runs import workflow_of
from desktop_app.window.trust import Asked, Effect
from engine.model.issues import WeftError
from engine.model.values import Json, JsonObject

_log = logging.getLogger(__name__)

Done = Callable[[JsonObject], None]
Failed = Callable[[WeftError], None]


class Ask(Protocol):
    """Sends a request to who owns the data folder; see `Bridge.call`."""

    def __call__(self, do: str, given: JsonObject | None = None, done: Done | None = None, failed: Failed | None = None) -> None:
        """Send it; `done` gets its result and `failed` its error, in the GUI thread."""
        ...


@dataclass(frozen=True, slots=True)
class Listed:
    """A workflow of the register. `path` is empty when it has no file, `gone` when that is not there any more.

    `ran` is when its last run began, with its state in `run_status`; `deleted` when it was thrown away. Times are UTC seconds
    since the epoch.
    """

    id: str
    name: str
    path: str
    status: str
    updated: float
    gone: bool = False
    run_status: str = ""
    ran: float = 0.0
    deleted: float = 0.0

    @classmethod
    def of(cls, told: JsonObject) -> Listed:
        """Read what the register told."""
        last = told.get("last_run")
        run: JsonObject = last if isinstance(last, dict) else {}
        return cls(
            str(told.get("workflow", "")), str(told.get("name", "")), str(told.get("path", "")), str(told.get("status", "")),
            _number(told.get("updated")), told.get("gone") is True, str(run.get("status", "")), _number(run.get("started")),
            _number(told.get("deleted")),
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class SavedVersion:
    """A version that was stored. `created` is UTC seconds since the epoch."""

    id: str
    name: str
    created: float


class Library(QObject):
    """Follows the documents of a service. `changed` tells that the list of workflows may be another one, `failed` an error.

    `removed` tells the `Listed` that was thrown away.
    """

    changed = Signal()
    removed = Signal(object)
    failed = Signal(object)

    def __init__(self, ask: Ask, service: DocumentService) -> None:
        super().__init__(service)
        self._ask, self._service = ask, service
        self._thrown_away: set[str] = set()
        self._registering: deque[tuple[JsonObject, Done, Callable[[], None]]] = deque()
        service.opened.connect(self._on_opened)
        service.saved.connect(self._on_saved)
        service.reloaded.connect(self.look_at_trust)
        service.replaced.connect(self._on_replaced)

    # trust

    def look_at_trust(self, document: OpenDocument) -> None:
        """Find out whether a person has to agree to what a document could do."""
        self._look_at_trust(document, _nothing)

    def _look_at_trust(self, document: OpenDocument, came: Callable[[], None]) -> None:
        def done(told: JsonObject) -> None:
            self._on_effects(document, told)
            came()

        def failed(error: WeftError) -> None:
            self._note(error)
            came()

        self._ask_with_text("effects", document, done, failed)

    def trust(self, document: OpenDocument) -> None:
        """Agree to what was shown; what changed since is shown anew."""
        if document.asked is not None:
            shown: JsonObject = {"digest": document.asked.digest}
            refused = partial(self._on_refused, document)
            self._ask_with_text("trust", document, lambda _: self._on_trusted(document), refused, shown)

    # the list

    def workflows(self, done: Callable[[list[Listed]], None], search: str = "") -> None:
        """Find the workflows whose name contains a text, last changed first."""
        self._ask(
            "workflows", {"search": search}, lambda told: done([Listed.of(one) for one in _list(told, "workflows")]), self._note
        )

    def duplicate(self, listed: Listed, name: str) -> None:
        """Make a copy beside a workflow, and open it."""
        self._ask("duplicate", {"workflow": listed.id, "name": name}, self._on_duplicated, self.failed.emit)

    def deleted(self, done: Callable[[list[Listed]], None]) -> None:
        """Find the workflows that were thrown away, the last one first."""
        self._ask("deleted", {}, lambda told: done([Listed.of(one) for one in _list(told, "workflows")]), self._note)

    def delete(self, listed: Listed) -> None:
        """Throw a workflow away; it can be brought back for a while."""

        def done(_told: JsonObject) -> None:
            self._thrown_away.add(listed.id)
            self.removed.emit(listed)
            self.changed.emit()

        self._ask("delete", {"workflow": listed.id}, done, self.failed.emit)

    def can_undelete(self, listed: Listed) -> bool:
        """Tell whether a workflow that was thrown away since the start of the program is not back yet."""
        return listed.id in self._thrown_away

    def undelete(self, listed: Listed) -> None:
        """Bring a workflow back."""
        self._thrown_away.discard(listed.id)
        self._ask("undelete", {"workflow": listed.id}, self._on_done, self.failed.emit)

    def purge(self, listed: Listed) -> None:
        """Remove a workflow for good that was thrown away."""
        self._thrown_away.discard(listed.id)
        self._ask("purge", {"workflow": listed.id}, self._on_done, self.failed.emit)

    def follow_run(self, _run: str, addresses: Collection[str]) -> None:
        """Notice that a run began or ended: "" among the addresses stands for the run itself."""
        if "" in addresses:
            self.changed.emit()

    def register(self, path: Path) -> None:
        """Tell of a file that was written without being open."""
        self._register({"path": str(path)}, self._on_done)

    # versions

    def versions(self, workflow: str, done: Callable[[list[SavedVersion]], None]) -> None:
        """Find the versions of a workflow, newest first."""
        self._ask("versions", {"workflow": workflow}, lambda told: done(_versions(told)), self.failed.emit)

    def versions_at(self, path: Path, done: Callable[[list[SavedVersion]], None]) -> None:
        """Find the versions of the workflow whose file a path is, newest first, also when that cannot be read."""
        self._ask("versions", {"path": str(path)}, lambda told: done(_versions(told)), self._note)

    def version_text(self, version: str, done: Callable[[str], None]) -> None:
        """Read a version."""
        self._ask("version", {"version": version}, lambda told: done(str(told.get("text", ""))), self.failed.emit)

    # what comes of it

    def _ask_with_text(self, do: str, document: OpenDocument, done: Done, failed: Failed, more: JsonObject | None = None) -> None:
        """Ask about a document as it is now; one that has no file yet was made here, and needs no trust."""
        path = document.path
        if path is not None:
            given: JsonObject = {**(more or {}), "path": str(path)}
            self._service.write_text(document, lambda text: self._ask(do, {**given, "text": text}, done, failed))

    def _on_opened(self, document: OpenDocument) -> None:
        if document.path is None:
            return
        document.set_placed(is_placed=False)
        came = self._placed_after(document, 1 if document.is_example else 2)
        if not document.is_example:
            given: JsonObject = {"path": str(document.path)}
            if document.saved_text:
                given["text"] = document.saved_text
            self._register(given, self._on_registered(document), came)
        self._look_at_trust(document, came)

    def _placed_after(self, document: OpenDocument, answers: int) -> Callable[[], None]:
        """Return what is called at each answer on a document that was opened."""
        left = count(answers - 1, -1)

        def came() -> None:
            if next(left) == 0 and document in self._service.documents:
                document.set_placed()

        return came

    def _on_registered(self, document: OpenDocument) -> Done:
        """Return what hears of the place that a document has now, which tells whether it is a copy of one elsewhere."""
        path, identity = document.path, workflow_of(document)

        def done(told: JsonObject) -> None:
            workflow = told.get("workflow")
            is_same = document in self._service.documents and (document.path, workflow_of(document)) == (path, identity)
            if is_same and isinstance(workflow, str) and workflow != identity:
                document.be_copy(workflow)
            if is_same and document.asked is not None:  # it may have been asked before the save was registered
                self.look_at_trust(document)
            self.changed.emit()

        return done

    def _on_saved(self, document: OpenDocument) -> None:
        given: JsonObject = {
            "path": str(document.path), "text": document.saved_text, "base": document.text_before, "trust": document.is_own,
        }  # fmt: skip
        document.is_own = False  # from now on what is saved is made of what is registered
        self._register(given, self._on_registered(document))

    def _on_replaced(self, document: OpenDocument, text: str, base: str) -> None:
        """Keep a version of what gives way to what another program wrote, or the other way round."""
        is_own = document.is_own and bool(base)
        self._register({"path": str(document.path), "text": text, "base": base, "trust": is_own}, self._on_done)

    def _register(self, given: JsonObject, done: Done, came: Callable[[], None] = lambda: None) -> None:
        """Tell the register, one file after the other: the owner does requests side by side, and what was saved last counts.

        `came` is called when that was done, or could not be.
        """
        self._registering.append((given, done, came))
        if len(self._registering) == 1:
            self._register_next()

    def _register_next(self) -> None:
        given, done, came = self._registering[0]

        def go_on() -> None:
            self._registering.popleft()
            if self._registering:
                self._register_next()

        def on_done(told: JsonObject) -> None:
            go_on()
            done(told)
            came()

        def on_failed(error: WeftError) -> None:
            go_on()
            self._note(error)
            came()

        self._ask("register", given, on_done, on_failed)

    def _on_effects(self, document: OpenDocument, told: JsonObject) -> None:
        if document not in self._service.documents:
            return
        unknown = [(str(one["kind"]), str(one["target"]), one.get("content")) for one in _list(told, "unknown")]
        if not unknown:
            document.ask_trust(None)
            return
        found = [(str(one["kind"]), str(one["target"]), one.get("content")) for one in _list(told, "effects")]
        effects = tuple(Effect(one[0], one[1], one in unknown) for one in found)
        document.ask_trust(Asked(effects, str(told.get("digest", ""))))

    def _on_refused(self, document: OpenDocument, error: WeftError) -> None:
        self.failed.emit(error)
        if document in self._service.documents:
            self.look_at_trust(document)

    def _on_trusted(self, document: OpenDocument) -> None:
        if document in self._service.documents:
            document.ask_trust(None)

    def _on_duplicated(self, told: JsonObject) -> None:
        self.changed.emit()
        self._service.open(Path(str(told.get("path", ""))))

    def _on_done(self, _told: JsonObject) -> None:
        self.changed.emit()

    def _note(self, error: WeftError) -> None:
        """The register is a help: without it, documents are edited all the same."""
        _log.info("the register of workflows: %s", error)


def _nothing() -> None:
    """Nobody waits for this."""


def _number(value: Json) -> float:
    return float(value) if isinstance(value, int | float) else 0.0


def _versions(told: JsonObject) -> list[SavedVersion]:
    found = _list(told, "versions")
    return [SavedVersion(str(one["version"]), str(one["name"]), _number(one["created"])) for one in found]


def _list(told: JsonObject, name: str) -> list[JsonObject]:
    found = told.get(name)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
