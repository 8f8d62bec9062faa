"""Where a workflow comes from when it is started or looked at: the text of a file, or of a document that is open somewhere."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app.desk.given import text, texts
from desktop_app.documents import document_id
from desktop_app.services import EXAMPLES, Parts
from engine.model.issues import WeftError, failure
from engine.model.values import JsonObject
from storage.documents import read_document

if TYPE_CHECKING:
    from engine.api.stores import Version
    from engine.model.files import Files
    from engine.model.graph import Graph
    from engine.model.issues import Issue
    from engine.model.serialize import Loaded
    from engine.trust import Effect


@dataclass(frozen=True, slots=True)
class Source:
    """A workflow as it was given: `path` is its file, empty when it has none, `folder` where its relative paths start.

    `base` is the text that it was made of by hand: whoever agreed to what that does made the rest, and is not asked for it.
    """

    content: str
    path: str
    folder: Path
    until: Sequence[str] = ()
    base: str = ""

    @classmethod
    def of(cls, given: JsonObject, parts: Parts) -> Source:
        """Read what a request names: `path`, and `text` with its `base` when that is not the file's own. In a thread.

        Raises:
            WeftError: the file cannot be read; `owner.bad-request` with neither.
        """
        path, until = text(given, "path", ""), texts(given, "until")
        if "text" in given:
            folder = Path(path).parent if path else parts.folder.library
            return cls(text(given, "text"), path, folder, until, text(given, "base", ""))
        place = Path(text(given, "path"))
        return cls(read_document(place, pipes=given.get("pid") == os.getpid()), str(place), place.parent, until)

    def read(self, parts: Parts) -> Loaded:
        """Return the workflow, with the id that it goes by at its place.

        Raises:
            WeftError: it cannot be read as one.
        """
        from engine.model.serialize import load

        loaded = load(self.content, self.path)
        graph = loaded.checked()
        if self.path:
            graph.id = parts.library.identity(document_id(graph, Path(self.path)), self.path)
        elif not graph.id:
            raise failure("document.no-id", "The workflow has no id and no file.", "Save it first.")
        return loaded

    def accept(self, parts: Parts, *, trust: bool) -> tuple[Graph, Version, list[Issue]]:
        """Check and store the workflow; return it, its version, and the warnings. In a thread: large ones take a while.

        Raises:
            WeftError: with all that is wrong, or `trust.needed`.
        """
        from engine.model.files import Files
        from engine.model.topology import up_to
        from engine.validation.check import check

        loaded, files = self.read(parts), Files(self.folder)
        graph = loaded.graph
        found = check(graph, parts.registry, files=files, lines=loaded.lines, file=self.path)
        if self.until:
            part = up_to(graph, self.until)
            found = check(part, parts.registry, files=files, lines=loaded.lines, file=self.path)
        issues = [*loaded.issues, *found]
        errors = [issue for issue in issues if issue.severity == "error"]
        if errors:
            raise WeftError(*errors)
        return graph, self.store(parts, graph, files, trust=trust), issues

    def files(self, parts: Parts, graph: Graph) -> Files:
        """Return the files that the workflow refers to, all of them read, as a version holds them."""
        from engine.model.files import Files
        from engine.validation.check import check

        files = Files(self.folder)
        check(graph, parts.registry, files=files)
        return files

    def store(self, parts: Parts, graph: Graph, files: Files, *, trust: bool) -> Version:
        """Store the workflow as a version, which makes it one of ours: only when it was agreed to, or is with `trust`.

        Raises:
            WeftError: `trust.needed`.
        """
        from engine.model.serialize import dump
        from engine.trust import digest_of, distrust

        content = dump(graph)
        effects, unknown = self.effects(parts, graph, files, content)
        if unknown and not trust and not self._has_trusted_base(parts):
            raise distrust(unknown, self.path, self.folder)
        if unknown:
            parts.trust.agree(graph.id, self.path, [effect.as_json() for effect in effects], digest_of(effects))
        name = graph.name or Path(self.path).stem or "Untitled"
        return parts.library.save_version(graph.id, name, content, str(self.folder), self.path, files.texts)

    def _has_trusted_base(self, parts: Parts) -> bool:
        from engine.model.serialize import dump

        if not self.base:
            return False
        base = Source(self.base, self.path, self.folder)
        graph = base.read(parts).graph
        return not base.effects(parts, graph, base.files(parts, graph), dump(graph))[1]

    def effects(self, parts: Parts, graph: Graph, files: Files, content: str) -> tuple[Sequence[Effect], Sequence[Effect]]:
        """Return what the workflow could do outside itself, and what of it nobody agreed to yet. `content` is its own text."""
        from engine.trust import effects_of, missing
        from storage.repositories.library import version_hash

        effects = effects_of(graph, parts.registry, files)
        if not effects or (self.path and Path(self.path).resolve().is_relative_to(EXAMPLES)):
            return effects, ()
        same = {content, self.content}  # a copy has an id of its own, and its text that of where it comes from
        if any(parts.library.version(version_hash(one, str(self.folder), files.texts)) is not None for one in same):
            return effects, ()
        return effects, missing(effects, parts.trust.agreed(graph.id, self.path))
