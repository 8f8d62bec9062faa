"""The engine as the window has it: the way to it, the node types themselves, and the models on this machine."""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from shiboken6 import isValid

from desktop_app.front import Front
from desktop_app.window.aside import Aside
from desktop_app.window.bridge import Bridge
from desktop_app.window.latest import Latest
from engine.api.declaration import Declarations
from engine.model.issues import failure, phrase
from engine.model.values import JsonObject
from engine.runtime.garbage import collect_between_runs
from storage.paths import DataFolder
from widgets.node_types import NodeTypes

if TYPE_CHECKING:
    from engine.registry import NodeRegistry

_log = logging.getLogger(__name__)


class EngineService(QObject):
    """Brings the engine in threads, so that the window never waits for it.

    `ready` tells that the node types are loaded: `node_types` has them, `registry` too. `problem` tells with a WeftError what
    keeps the engine or the node types away. `models_changed` tells of new `models`, see the request of that name.
    `aside` is for work that takes a while and that the window wants done in order.
    """

    ready = Signal()
    problem = Signal(object)
    models_changed = Signal()
    _loaded = Signal(object, object)

    def __init__(self, folder: DataFolder, node_types: NodeTypes, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.folder, self.node_types = folder, node_types
        self.registry: NodeRegistry | None = None
        self.models: list[JsonObject] = []
        self._latest = Latest(self._on_models)
        self.aside = Aside("engine", self)
        self._types = _Types(folder)
        self.bridge = Bridge(self._attach, self)
        self.bridge.attached.connect(self.look_at_models)
        self.bridge.detached.connect(self.problem)
        self._loaded.connect(self._on_loaded, Qt.ConnectionType.QueuedConnection)

    def begin(self) -> None:
        """Look for the way to the engine, and load the node types. A full collection of garbage would hold up the window."""
        collect_between_runs()
        threading.Thread(target=self._load, name="weft-node-types", daemon=True).start()
        self.bridge.open()

    def look_at_models(self) -> None:
        """Ask which models there are now, and which of them run."""
        self.bridge.call("models", {}, self._latest.asked(), lambda error: _log.info("the models are not known: %s", error))

    def _attach(self) -> Front:
        try:
            self._types.load()  # first: libraries that import in circles break when two threads begin with them
        except Exception as error:  # noqa: BLE001 - `_load` tells it to the person; runs can be looked at without node types
            _log.info("the engine comes without node types: %s: %s", type(error).__name__, error)
        from desktop_app.workbench import attach

        return attach(self.folder, "window", _log.info, self._types.load)

    def _load(self) -> None:
        try:
            registry = self._types.load()
            known = self._types.declarations()
        except Exception as error:  # noqa: BLE001 - whatever it is, the window says so
            _log.exception("the node types did not load", extra={"told": True})
            text = phrase("The node types cannot be loaded: {kind}: {error}", kind=type(error).__name__, error=error)
            self._tell(None, failure("engine.no-types", text, "See the log, and start Weft again."))
        else:
            self._tell(registry, known)

    def _tell(self, registry: NodeRegistry | None, told: object) -> None:
        if isValid(self):
            self._loaded.emit(registry, told)

    def _on_loaded(self, registry: NodeRegistry | None, told: object) -> None:
        if registry is None or not isinstance(told, Declarations):
            self.problem.emit(told)
            return
        self.registry = registry
        self.node_types.use(told, registry.get)
        self.ready.emit()
        self.bridge.call("prepare", {}, None, lambda error: _log.info("runs are not prepared: %s", error))

    def _on_models(self, found: JsonObject) -> None:
        models = found["models"]
        assert isinstance(models, list)
        self.models = [model for model in models if isinstance(model, dict)]
        self.models_changed.emit()


class _Types:
    """The node types, loaded once, whichever thread needs them first: the window's, or the engine's for a run."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._registry: NodeRegistry | None = None

    def load(self) -> NodeRegistry:
        """Return the node types."""
        from desktop_app.services import open_node_types

        with self._lock:
            if self._registry is None:
                self._registry = open_node_types(self._folder)
            return self._registry

    def declarations(self) -> Declarations:
        """Return what they declare."""
        from engine.api.declare import declarations_of

        return declarations_of(self.load())
