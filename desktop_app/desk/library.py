"""Requests about workflows and their versions, and about what they may do."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, cast

from desktop_app.desk.given import Request, aside, flag, text
from desktop_app.desk.source import Source
from desktop_app.desk.trash import Trash
from desktop_app.services import UNDER_WAY, Parts
from engine.model.issues import WeftError, failure, phrase
from engine.model.values import Json, JsonObject
from engine.server.protocol import Emit
from storage.documents import read_document, save_document

if TYPE_CHECKING:
    from engine.api.stores import Version
    from engine.trust import Effect
    from storage.repositories.library import WorkflowEntry, WorkflowStatus

DELETED_KEPT_S = 30 * 24 * 3600.0
"""How long a workflow that was thrown away can be brought back."""


class LibraryDesk:
    """Looks after the register. Paths are those of files; a workflow goes by its id.

    * `workflows`: those whose name has `search` in it, and of a `status` (draft, active or archived; without it all that are not
      archived), last changed first. Gives `workflows`: `workflow`, `name`, `path`, `status`, `updated`, `gone` (its file), and
      `last_run` (`run`, `status`, `started`), which is null when there is none.
    * `register`: `path`, and `text` when that is at hand: a file that was opened or saved. It is stored as a version when all
      that it does was agreed to, or with `trust`. Gives `workflow` (that of a copy is not the id in its text), `verdict` (new,
      known or moved) and `version`, or null.
    * `versions`: `workflow`, or the `path` of its file. Gives `versions`, newest first: `version`, `name`, `created`. `version`:
      `version`. Gives `text`.
    * `restore`: `version`. Writes it to the workflow's file, whose text before becomes a version. Gives `path` and `text`.
    * `duplicate`: `workflow`, `name`. Gives `workflow` and `path` of a copy beside it.
    * `set_status`: `workflow`, `status`. `delete`, `undelete`, `purge`: `workflow`. What was deleted is kept for 30 days, and can
      be brought back; its file is in the trash when it lay in the library of the data folder, else where it was. Then, or when
      it is purged, its versions go, and the file in the trash. `undelete` gives `path`, where its file is now.
    * `deleted`: what was deleted, last deleted first. Gives `workflows` as above, each with `deleted`, when that was.
    * `effects`: `path` and `text` as in `start`. Gives `workflow`, `effects` and `unknown`, those that nobody agreed to yet, each
      with `kind`, `target` and, for a script, `content`. `trust`: the same; agrees to all of them.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        work: dict[str, Callable[[JsonObject], JsonObject]] = {
            "register": self._register,
            "versions": self._versions,
            "version": self._version,
            "restore": self._restore,
            "duplicate": self._duplicate,
            "set_status": self._set_status,
            "delete": self._delete,
            "deleted": self._deleted,
            "undelete": self._undelete,
            "purge": self._purge,
            "effects": self._effects,
            "trust": self._trust,
        }
        self.requests: dict[str, Request] = {name: aside(request) for name, request in work.items()}
        self.requests["workflows"] = self._workflows

    @property
    def _trash(self) -> Trash:
        return Trash(self._parts.folder.trash)

    # the list

    async def _workflows(self, given: JsonObject, _emit: Emit) -> JsonObject:
        runner = self._parts.runner_if_made
        alive = set(runner.active()) if runner else set()

        def find() -> JsonObject:
            self._purge_old()
            status = cast("WorkflowStatus | None", text(given, "status", "") or None)
            found = self._parts.library.workflows(status, search=text(given, "search", ""))
            return {"workflows": [self._listed(entry, alive) for entry in found]}

        return await asyncio.to_thread(find)

    def _listed(self, entry: WorkflowEntry, alive: set[str]) -> JsonObject:
        last: JsonObject | None = None
        for run in self._parts.archive.runs.runs(limit=1, workflow_id=entry.id):
            status = "stopped" if run.status in UNDER_WAY and run.id not in alive else run.status
            last = {"run": run.id, "status": status, "started": run.started}
        return {
            "workflow": entry.id, "name": entry.name, "path": entry.path, "status": entry.status, "updated": entry.updated,
            "gone": entry.gone, "last_run": last,
        }  # fmt: skip

    def _register(self, given: JsonObject) -> JsonObject:
        source = Source.of(given, self._parts)
        graph = source.read(self._parts).graph
        name = graph.name or Path(source.path).stem
        verdict = self._parts.library.register(graph.id, name, source.path)
        version = self._stored(source, trust=flag(given, "trust"))
        return {"workflow": graph.id, "verdict": verdict, "version": version.hash if version else None}

    def _stored(self, source: Source, *, trust: bool) -> Version | None:
        """Store a version, unless nobody agreed to what it does, or files that it refers to are missing."""
        graph = source.read(self._parts).graph
        try:
            return source.store(self._parts, graph, source.files(self._parts, graph), trust=trust)
        except WeftError as error:
            if error.issue.code.startswith(("trust.", "ref.")):
                return None
            raise

    def _set_status(self, given: JsonObject) -> JsonObject:
        status = text(given, "status")
        if status not in ("draft", "active", "archived"):
            raise failure(
                "library.status", phrase("There is no status {status!r}.", status=status), "Use draft, active or archived."
            )
        self._parts.library.set_status(text(given, "workflow"), cast("WorkflowStatus", status))
        return {}

    # versions

    def _versions(self, given: JsonObject) -> JsonObject:
        at = self._parts.library.at(text(given, "path")) if "path" in given else None
        found = self._parts.library.versions((at.id if at else "") if "path" in given else text(given, "workflow"))
        told: list[Json] = [{"version": one.hash, "name": one.name, "created": one.created} for one in found]
        return {"versions": told}

    def _version(self, given: JsonObject) -> JsonObject:
        return {"text": self._known_version(given).text}

    def _known_version(self, given: JsonObject) -> Version:
        found = self._parts.library.version(text(given, "version"))
        if found is None:
            raise failure("library.no-version", "This version is gone.", "Choose another one.")
        return found

    def _restore(self, given: JsonObject) -> JsonObject:
        version = self._known_version(given)
        entry = self._entry(version.workflow_id)
        if not entry.path:
            raise failure(
                "library.no-file",
                phrase("The workflow {entry!r} has no file.", entry=entry.name),
                "Open the version and save it.",
            )
        path = Path(entry.path)
        if path.exists():
            self._stored(Source(read_document(path), entry.path, path.parent), trust=False)
        save_document(path, version.text)
        self._parts.library.save_version(entry.id, version.name, version.text, str(path.parent), entry.path, version.files)
        return {"path": entry.path, "text": version.text}

    def _duplicate(self, given: JsonObject) -> JsonObject:
        from engine.model.serialize import dump

        entry = self._entry(text(given, "workflow"))
        source = self._source(entry)
        graph = source.read(self._parts).graph.copy()
        is_ours = not source.path or self._stored(source, trust=False) is not None
        graph.id, graph.name = str(uuid.uuid4()), text(given, "name", "") or f"{entry.name} 2"
        path = _free(source.folder, Path(entry.path).stem if entry.path else graph.name)
        content = dump(graph)
        save_document(path, content)
        copy = Source(content, str(path), path.parent)
        self._parts.library.register(graph.id, graph.name, str(path))
        self._stored(copy, trust=is_ours)
        return {"workflow": graph.id, "path": str(path)}

    def _source(self, entry: WorkflowEntry) -> Source:
        """Return what a workflow's file holds; its newest version when the file is gone."""
        if entry.path and not entry.gone:
            return Source(read_document(Path(entry.path)), entry.path, Path(entry.path).parent)
        versions = self._parts.library.versions(entry.id, limit=1)
        if not versions:
            raise failure(
                "library.gone",
                phrase("The file of {entry!r} is gone, and no version of it was kept.", entry=entry.name),
                "Remove it.",
            )
        return Source(versions[0].text, "", self._parts.folder.library)

    def _entry(self, workflow: str) -> WorkflowEntry:
        found = self._parts.library.workflow(workflow)
        if found is None:
            raise failure(
                "library.unknown",
                phrase("There is no workflow {workflow}.", workflow=workflow),
                "Open its file once, so that it is registered.",
            )
        return found

    # throwing away

    def _delete(self, given: JsonObject) -> JsonObject:
        entry = self._entry(text(given, "workflow"))
        self._parts.library.set_deleted(entry.id, time.time())
        path = Path(entry.path)
        if self._is_in_library(entry) and path.is_file() and self._is_file_of(entry):
            try:
                self._trash.put(entry.id, path)
            except WeftError:
                self._parts.library.set_deleted(entry.id, None)
                raise
        return {}

    def _deleted(self, _given: JsonObject) -> JsonObject:
        self._purge_old()
        found = self._parts.library.deleted()
        return {"workflows": [{**self._listed(entry, set()), "deleted": entry.deleted} for entry in found]}

    def _undelete(self, given: JsonObject) -> JsonObject:
        entry = self._entry(text(given, "workflow"))
        path = entry.path
        if entry.deleted is not None:
            if self._is_in_library(entry):
                path = str(self._trash.take_back(entry.id, Path(path)))
            self._parts.library.set_deleted(entry.id, None, path)
        return {"path": path}

    def _purge(self, given: JsonObject) -> JsonObject:
        entry = self._entry(text(given, "workflow"))
        if entry.deleted is None:
            raise failure("library.not-deleted", phrase("{entry!r} was not deleted.", entry=entry.name), "Delete it first.")
        self._remove(entry)
        return {}

    def _purge_old(self) -> None:
        too_old = time.time() - DELETED_KEPT_S
        for entry in self._parts.library.deleted(before=too_old):
            self._remove(entry)
        self._trash.clear(before=too_old)

    def _remove(self, entry: WorkflowEntry) -> None:
        self._trash.remove(entry.id)
        self._parts.library.remove(entry.id)

    def _is_in_library(self, entry: WorkflowEntry) -> bool:
        return bool(entry.path) and Path(entry.path).is_relative_to(self._parts.folder.library)

    def _is_file_of(self, entry: WorkflowEntry) -> bool:
        """Tell whether the file at a workflow's place is its own; one that cannot be read is taken for it."""
        try:
            return self._source(entry).read(self._parts).graph.id == entry.id
        except WeftError:
            return True

    # trust

    def _effects(self, given: JsonObject) -> JsonObject:
        return self._told(given)[0]

    def _trust(self, given: JsonObject) -> JsonObject:
        """Agree to what was shown, and to nothing else: `digest` is that of `effects`, and scripts are part of it."""
        told, effects, source = self._told(given)
        if text(given, "digest") != told["digest"]:
            said = "What the workflow could do outside has changed since it was shown."
            raise failure("trust.changed", said, "Look at it again, then decide.")
        agreed = [effect.as_json() for effect in effects]
        self._parts.trust.agree(str(told["workflow"]), source.path, agreed, str(told["digest"]))
        return {**told, "unknown": []}

    def _told(self, given: JsonObject) -> tuple[JsonObject, Sequence[Effect], Source]:
        from engine.model.serialize import dump
        from engine.trust import digest_of, shown

        source = Source.of(given, self._parts)
        graph = source.read(self._parts).graph
        effects, unknown = source.effects(self._parts, graph, source.files(self._parts, graph), dump(graph))
        told: JsonObject = {"workflow": graph.id, "digest": digest_of(effects)}
        for name, found in (("effects", effects), ("unknown", unknown)):
            told[name] = [{**effect.as_json()} for effect in shown(found, source.folder)]
        return told, effects, source


def _free(folder: Path, stem: str) -> Path:
    """Return a path for another file of this name."""
    number = 2
    while (path := folder / f"{stem} {number}.weft").exists():
        number += 1
    return path
