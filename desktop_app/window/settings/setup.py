"""All that the settings show and set, apart from any page: models, providers, secrets, and how much room there is."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.window.aside import Aside
from desktop_app.window.engine import EngineService
from desktop_app.window.settings.file_adding import FileAdding
from desktop_app.window.settings.local_models import LocalModel, LocalModels
from desktop_app.window.settings.providers import LOCAL, Providers
from desktop_app.window.settings.secret_names import SecretNames
from desktop_app.window.setup_facts import SetupFacts
from desktop_app.window.watch import FileWatch
from engine.model.issues import WeftError

_MINUTE_MS, _WRITTEN_MS = 60_000, 1000
"""How often the room is measured anew, and how long after a run began or ended: what it writes comes in pieces."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What is used on this machine, in bytes. `data` is the data folder without the models."""

    memory: int
    memory_total: int
    models: int
    data: int
    free: int


class Setup(QObject):
    """What is known of the set-up. It lives as long as the window; forms look anew after what a person sets here or elsewhere.

    `measured` tells a `Usage`, after `measure`, after models came or went, after a run, and each minute.
    """

    measured = Signal(object)

    def __init__(self, engine: EngineService, facts: SetupFacts, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.engine = engine
        self.models = LocalModels(engine, self)
        self.adding = FileAdding(engine, self.models)
        self.providers = Providers(engine, self)
        self.secrets = SecretNames(engine, self)
        self.aside = Aside("settings", self)
        self.providers.edited.connect(facts.refresh)
        self.providers.edited.connect(self.secrets.refresh)
        self.secrets.edited.connect(facts.refresh)
        self.secrets.edited.connect(self.providers.refresh)
        self._facts = facts
        self._watch = FileWatch(self)
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self.look_again)
        self._watch.touched.connect(self._on_touched)
        engine.bridge.attached.connect(self._begin_to_watch)
        self.models.removed.connect(self._on_removed)
        for something in (engine.bridge.attached, engine.ready, self.models.got, self.models.removed, self.adding.added):
            something.connect(self.measure)
        self.again, self._after_run = QTimer(self, interval=_MINUTE_MS), QTimer(self, interval=_WRITTEN_MS, singleShot=True)
        for timer in (self.again, self._after_run):
            timer.timeout.connect(self.measure)
        engine.bridge.attached.connect(self.again.start)

    def close(self) -> None:
        """Let go of thread and files."""
        for timer in (self._soon, self.again, self._after_run):
            timer.stop()
        self._watch.close()
        self.aside.close()

    def look_again(self) -> None:
        """Ask for the providers and secrets, which another program may have set, such as `weft providers set`."""
        self.providers.refresh()
        self.secrets.refresh()
        self._facts.look_again()

    def _on_touched(self, _file: Path) -> None:
        self._soon.start()

    def _begin_to_watch(self) -> None:
        """Watch where providers and the names of secrets are kept; the folder is there from now on."""
        self.engine.bridge.attached.disconnect(self._begin_to_watch)
        database = self.engine.folder.library_db
        for file in (database, database.with_name(f"{database.name}-wal"), self.engine.folder.secrets):
            self._watch.add(file)

    def chosen_model(self) -> str:
        """Return the id of the model that a person chose for nodes that name none; empty for the best one that is here."""
        local = self.providers.provider(LOCAL)
        return local.model if local else ""

    def default_model(self) -> LocalModel | None:
        """Return the model that nodes get when they name none; None when it is not here."""
        chosen = self.chosen_model()
        here = [model for model in self.models.models if model.installed]
        return next((model for model in here if not chosen or model.id == chosen), None)

    def use_model(self, name: str) -> None:
        """Let nodes that name no model use this one."""
        self.providers.use_model(LOCAL, name)

    def models_folder(self) -> Path:
        """Return where models are put."""
        from engine.providers.model_store import models_folder

        return models_folder(self.engine.folder.root)

    def follow_run(self, _run: str, addresses: Collection[str]) -> None:
        """Notice that a run began or ended, which "" among the addresses tells: it wrote into the data folder."""
        if "" in addresses:
            self._after_run.start()

    def measure(self) -> None:
        """Find out what is used, in a thread; `measured` tells it."""
        root, models = self.engine.folder.root, self.models_folder()
        self.aside.do(lambda: _usage(root, models), self.measured.emit, _leave)

    def _on_removed(self, name: str) -> None:
        if self.chosen_model() == name:
            self.use_model("")


def size_of(folder: Path, without: Path | None = None) -> int:
    """Return the bytes of the files below a folder; those that go meanwhile, and links, do not count."""
    total = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if Path(place, name) != without]
        for name in files:
            with contextlib.suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total


def _usage(root: Path, models: Path) -> Usage:
    import psutil

    memory = psutil.virtual_memory()
    there = next((folder for folder in (models, *models.parents) if folder.is_dir()), Path.home())
    return Usage(
        int(memory.total - memory.available), int(memory.total), size_of(models), size_of(root, models),
        shutil.disk_usage(there).free,
    )  # fmt: skip


def _leave(_error: WeftError) -> None:
    """Show no amount: the disk cannot be asked."""
