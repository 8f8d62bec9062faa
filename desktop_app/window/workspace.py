"""The whole window put together: documents on canvases, inspector, runs, approvals, and the engine behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from desktop_app.window.approvals import PAGE as APPROVALS
from desktop_app.window.approvals import Approvals
from desktop_app.window.canvas_habits import CanvasHabits
from desktop_app.window.checks import Checks
from desktop_app.window.command_list import Command
from desktop_app.window.destinations import Destinations
from desktop_app.window.dialogs import FileDialogs
from desktop_app.window.document_canvas import DocumentCanvas
from desktop_app.window.document_pages import DocumentPages
from desktop_app.window.document_view import DocumentView
from desktop_app.window.documents import DocumentService
from desktop_app.window.engine import EngineService
from desktop_app.window.finding import Finding
from desktop_app.window.form_dialogs import FormDialogs
from desktop_app.window.frame import Frame
from desktop_app.window.handbook import Handbook
from desktop_app.window.inspecting import Inspecting
from desktop_app.window.library import Library
from desktop_app.window.look import Look
from desktop_app.window.machine import MachineStatus
from desktop_app.window.main import MainWindow, Panels
from desktop_app.window.open_document import OpenDocument
from desktop_app.window.past_runs import PastRuns
from desktop_app.window.quit import EndSignals, Quit
from desktop_app.window.rail import SidePage
from desktop_app.window.restart import Restart
from desktop_app.window.run_control import RunControl
from desktop_app.window.runs import RUNS, Question, RunService, workflow_of
from desktop_app.window.settings.settings import Settings
from desktop_app.window.settings.setup import Setup
from desktop_app.window.setup_facts import SetupFacts
from desktop_app.window.what_follows import what_follows
from engine.api.declaration import Declarations
from engine.model.issues import WeftError
from resources.files import text
from resources.language import tr
from storage.paths import DataFolder
from widgets.node_types import NodeTypes
from widgets.way_out import guide

ENGINE_AFTER_MS = 150
ON_A_NODE = ("run_to", "run_from", "pin", "breakpoint", "disable", "duplicate", "delete")
"""What the foot of the inspector offers."""
ON_NODES = ("align", "distribute", "frame", "disable", "unpin", "delete")
"""What the inspector offers for several nodes."""


class Workspace(QObject):
    """A window with all that belongs to it; see `desktop_app.app.Composed`. `files` are opened, else what was open last."""

    def __init__(self, frame: Frame, look: Look, files: Sequence[Path] = ()) -> None:
        super().__init__()
        self._files = files
        self.folder = DataFolder.default()
        self.types = NodeTypes(Declarations.from_json(json.loads(text("node_types.json"))), self)
        self.engine = EngineService(self.folder, self.types, self)
        self.runs = RunService(self.engine, self)
        self.documents = DocumentService(self.folder, FileDialogs(frame, self.folder.library), self)
        self.library = Library(self.engine.bridge.call, self.documents)
        self.facts = SetupFacts(self.engine.bridge, self)
        self._checks: dict[OpenDocument, Checks] = {}
        self._canvases: dict[QWidget, DocumentCanvas] = {}
        self.approvals = Approvals(lambda: self.window, self.runs, self._title_of, self)
        self.approvals.follows_of, self.approvals.is_in_front = self._follows_of, self._is_in_front
        self.past = PastRuns(self.runs, self.documents, self.library, self)
        pages = (
            SidePage("workflows", "Workflows", "workflow", self._make_workflows, ("new", "open")),
            SidePage("nodes", "Nodes", "boxes", self._make_palette),
            SidePage(APPROVALS, "Approvals", "stamp", self._make_approvals),
            SidePage(RUNS, "Runs", "history", self._make_runs),
        )
        panels = Panels(pages, self._make_inspector, self._make_run_panel, self._known)
        self.window = MainWindow(frame, look, panels, [self._node_commands, self._setting_commands])
        self.setup = Setup(self.engine, self.facts, self)
        self.settings = Settings(self.window, self.setup)
        self.handbook = Handbook(self.window)
        self.machine = MachineStatus(self.window, self.engine, self.setup, self.settings)
        self.inspecting = Inspecting(self.types, self.facts, self._form_dialogs, self._node_actions, self)
        self.control = RunControl(self.window, self.runs, self.types, self._ask_trust)
        self.pages = DocumentPages(self.window, self.documents, self.library, self.types, self._make_canvas)
        self.destinations = Destinations(self.documents, self.pages, self)
        self.finding = Finding(
            self.window, self.documents, self.pages, self.library, self.engine.bridge, self.types, self.control.open_run
        )
        self.quit = Quit(self.engine, self.runs, self.documents.may_end, self)
        self.restart = Restart(self.window, self.quit)
        self._signals = EndSignals(self.quit)
        frame.may_close = self.quit.may_close
        self._connect()

    def _connect(self) -> None:
        self.pages.current_changed.connect(self._on_current)
        self.control.closed_wanted.connect(self.past.show_known)
        self.control.answer_wanted.connect(self.approvals.open_of)
        self.control.place_wanted.connect(self.inspecting.reveal)
        self.engine.problem.connect(self._on_problem)
        guide.wanted.connect(self.settings.open)
        self.runs.changed.connect(self.library.follow_run)
        self.runs.changed.connect(self.setup.follow_run)
        self.documents.closed.connect(self._on_closed)
        self.window.retranslated.connect(self._retranslate)
        self.quit.done.connect(self.window.frame.close)
        self.quit.stage_changed.connect(self._on_ending)

        self.past.wanted.connect(self._show_run)
        self.past.told.connect(self._tell)
        self.past.deleted.connect(self.control.forget_past)
        self.control.runs_changed.connect(self.past.news)
        self.control.workflow_changed.connect(self.past.follow)

    def _show_run(self, where: OpenDocument | Path, run: str) -> None:
        self.destinations.show(where, partial(self.control.open_run, run))

    def _tell(self, text: str) -> None:
        self.window.toasts.show_toast(text)

    def begin(self) -> None:
        """Open what is to be open, and bring the engine, whose libraries would hold up the first paint of a document."""
        if self._files:
            for file in self._files:
                self.documents.open(file)
        else:
            self.pages.restore_session()
        QTimer.singleShot(ENGINE_AFTER_MS, self.engine, self.engine.begin)
        self.pages.offer_leftovers()

    def end(self) -> None:
        """Let go of everything."""
        self.inspecting.close()
        self.approvals.close()
        self.setup.close()
        self.documents.end()
        self.quit.end()
        self._signals.close()
        self.engine.aside.close()

    # ------------------------------------------------------------------ documents
    def _make_canvas(self, document: OpenDocument) -> DocumentCanvas:
        canvas = DocumentCanvas(document, self.types)
        canvas.editor.edit_failed.connect(self._on_edit_failed)
        canvas.editor.open_requested.connect(self._on_open_requested)
        canvas.editor.examples_asked.connect(self.window.show_start_page)
        canvas.editor.key_of = self._key_of
        CanvasHabits(canvas.editor, self.window.look)
        canvas.status_changed.connect(partial(self._on_status, canvas))
        canvas.shown_asked.connect(partial(self._show, canvas))
        self._canvases[canvas.widget] = canvas
        canvas.destroyed.connect(partial(self._canvases.pop, canvas.widget, None))
        checks = self._checks.get(document)
        if checks is None:
            checks = self._checks[document] = Checks(document, self.engine, document)
        checks.found.connect(canvas.show_problems)
        canvas.show_problems(checks.issues)
        self.control.serve(canvas)
        return canvas

    def _on_closed(self, document: OpenDocument) -> None:
        self._checks.pop(document, None)
        self.control.leave(document)

    def _on_current(self, view: DocumentView | None) -> None:
        canvas = view.canvas if view is not None else None
        found = canvas if isinstance(canvas, DocumentCanvas) else None
        self.inspecting.follow(found)
        self.control.follow(found)

    def _show(self, canvas: DocumentCanvas) -> None:
        for view in self.pages.views(canvas.document):
            if view.canvas is canvas:
                self.window.tabs.show_page(self.pages.page_of(view))

    def _on_status(self, canvas: DocumentCanvas, status: str) -> None:
        for view in self.pages.views(canvas.document):
            if view.canvas is canvas:
                self.pages.page_of(view).show_status(status)  # type: ignore[arg-type]

    def _on_edit_failed(self, error: WeftError) -> None:
        self.window.toasts.show_toast(error.issue.told, "warning")

    def _on_open_requested(self, node: str) -> None:
        self.window.layout.want("inspector", True)
        self.inspecting.open(node)

    def _ask_trust(self, document: OpenDocument) -> None:
        document.look_only(is_looked_at=False)
        self.library.look_at_trust(document)

    # ------------------------------------------------------------------ parts
    def _make_palette(self) -> QWidget:
        from widgets.palette import Palette

        palette = Palette(self.types)
        palette.chosen.connect(self._add_node)
        return palette

    def _make_workflows(self) -> QWidget:
        from desktop_app.window.library_panel import LibraryPanel

        return LibraryPanel(self.library, self.documents, self.types, self.documents.new)

    def _make_approvals(self) -> QWidget:
        return self.approvals.make_page()

    def _make_runs(self) -> QWidget:
        from desktop_app.window.runs_panel import RunsPanel

        return RunsPanel(self.past)

    def _make_inspector(self) -> QWidget:
        return self.inspecting.make()

    def _make_run_panel(self) -> QWidget:
        return self.control.make_panel()

    def _title_of(self, question: Question) -> str:
        for document in self.documents.documents:
            node = document.graph.nodes.get(question.address)
            if node is not None and workflow_of(document) == question.workflow:
                return self.types.title(node)
        return ""

    def _is_in_front(self, question: Question) -> bool:
        view = self.pages.current()
        return view is not None and workflow_of(view.document) == question.workflow

    def _follows_of(self, question: Question) -> tuple[str, str]:
        for document in self.documents.documents:
            if question.address in document.graph.nodes and workflow_of(document) == question.workflow:
                return what_follows(document.graph, question.address, self.types)
        return "", ""

    def _known(self, type_id: str) -> tuple[str, str]:
        kind = self.types.get(type_id)
        return (kind.icon, kind.category) if kind else ("box", "data")

    def _node_commands(self) -> list[Command]:
        from desktop_app.window.commands import node_commands

        return node_commands(self.types, self._add_node) if self.pages.current() is not None else []

    def _setting_commands(self) -> list[Command]:
        return self.settings.commands()

    def _add_node(self, type_id: str) -> None:
        view = self.pages.current()
        if view is not None and isinstance(view.canvas, DocumentCanvas):
            view.canvas.editor.add_node(type_id)
            view.canvas.editor.setFocus()

    def _node_actions(self, nodes: Sequence[str]) -> list[QAction]:
        names = ON_NODES if len(nodes) > 1 else ON_A_NODE if nodes else ()
        return [self.window.actions[name] for name in names]

    def _form_dialogs(self, canvas: DocumentCanvas) -> FormDialogs:
        return FormDialogs(self.window.frame, lambda: canvas.document.path, self.settings.add_secret)

    def _key_of(self, action: str) -> str:
        found = self.window.actions[action].shortcuts()
        return found[0].toString() if found else ""

    # ------------------------------------------------------------------ what happens
    def _on_problem(self, error: WeftError) -> None:
        again = (tr("Try again"), self.engine.begin)
        self.window.toasts.show_toast(error.issue.told, "error", again)

    def _on_ending(self, _stage: str) -> None:
        if self.quit.text:
            self.window.toasts.show_toast(self.quit.text)

    def _retranslate(self) -> None:
        for canvas in self._canvases.values():
            canvas.editor.retranslate()
