"""*Go to…*: workflows, nodes, files of other days and runs, in one list."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from desktop_app.window.bridge import Bridge
from desktop_app.window.command_card import CardWords, CommandPalette, Commands, Source
from desktop_app.window.command_list import Command
from desktop_app.window.destinations import Destinations
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.documents import DocumentService
from desktop_app.window.library import Library, Listed
from desktop_app.window.library_rows import run_sign
from desktop_app.window.main import MainWindow
from desktop_app.window.moments import ago
from engine.model.values import JsonObject
from resources.language import tr
from widgets.node_types import NodeTypes

RUNS = 30
"""So many of the last runs can be gone to; the run panel has all of a workflow."""


class GoTo:
    """What can be gone to. `open_run` shows a run on the canvas of its workflow."""

    def __init__(
        self, window: MainWindow, documents: DocumentService, library: Library, bridge: Bridge, types: NodeTypes,
        destinations: Destinations, open_run: Callable[[str, DocumentCanvas], None],
    ) -> None:  # fmt: skip
        self._window, self._documents, self._library, self._bridge = window, documents, library, bridge
        self._types, self._to, self._open_run = types, destinations, open_run

    def card(self, open_pages: Source) -> CommandPalette:
        """Return the card that finds all of it."""
        said = CardWords(tr("Where do you want to go?"), tr("Go to"), tr("go there"))
        return CommandPalette(self._window.frame, said, [open_pages, self._recent, self._nodes], [self._ask_workflows])

    def _recent(self) -> list[Command]:
        here = {document.path for document in self._documents.documents}
        paths = [path for path in self._window.recent.paths() if path not in here and path.is_file()]
        return [self._file(path, path.stem.replace("_", " "), tr("Opened last")) for path in paths]

    def _file(self, path: Path, name: str, where: str) -> Command:
        return Command(name, partial(self._documents.open, path), where, "workflow", sentence=str(path))

    def _nodes(self) -> list[Command]:
        """Return the nodes of open documents, those of the one in front first."""
        page = self._window.tabs.current()
        documents = sorted(self._documents.documents, key=lambda document: page is None or page.title != document.title)
        found = list[Command]()
        for document in documents:
            for node in document.graph.nodes.values():
                kind = self._types.get(node.type)
                do = partial(self._to.show_node, document, node.id)
                words = (node.id, *((kind.title, tr(kind.title)) if kind else ()))
                icon, category = (kind.icon, kind.category) if kind else ("box", "data")
                found.append(Command(self._types.title(node), do, document.title, icon, category, words=words))
        return found

    # what the engine has to be asked for

    def _ask_workflows(self, give: Commands) -> None:
        self._library.workflows(partial(self._on_workflows, give))

    def _on_workflows(self, give: Commands, listed: list[Listed]) -> None:
        shown = {document.path for document in self._documents.documents} | set(self._window.recent.paths())
        there = [one for one in listed if one.path and not one.gone]
        give([self._file(Path(one.path), one.name, tr("Workflow")) for one in there if Path(one.path) not in shown])
        paths = {one.id: Path(one.path) for one in there}
        self._bridge.call("runs", {"limit": RUNS}, partial(self._on_runs, give, paths), lambda _error: None)

    def _on_runs(self, give: Commands, paths: dict[str, Path], reply: JsonObject) -> None:
        found = reply.get("runs")
        runs = [run for run in found if isinstance(run, dict)] if isinstance(found, list) else []
        give([self._run(run, paths[str(run["workflow"])]) for run in runs if str(run["workflow"]) in paths])

    def _run(self, run: JsonObject, path: Path) -> Command:
        status, started = str(run["status"]), run["started"]
        icon, role = run_sign(status)
        when = ago(float(started)) if isinstance(started, int | float) else ""
        do = partial(self._to.show, path, partial(self._open_run, str(run["run"])))
        title = tr("Run of {workflow}", workflow=run["name"])
        return Command(title, do, when, icon, words=(tr("Run"), status, str(run["run"])), role=role)
