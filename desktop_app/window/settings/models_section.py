"""The section of local models: this machine, the list with what is on its way, and which one is used by default."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop_app.window.settings import amounts
from desktop_app.window.settings.columns import Heads
from desktop_app.window.settings.file_form import FileForm
from desktop_app.window.settings.model_row import WIDTHS, ModelRow
from desktop_app.window.settings.parts import INSET, RowColumn, card, card_head, stretch
from desktop_app.window.settings.setup import Setup, Usage
from resources.language import tr
from widgets.boxes import fill, line, row, words
from widgets.elided import Elided
from widgets.glyph import Button, Glyph
from widgets.meter import Meter

_HEADS = 26


class Gauge(QWidget):
    """How much of something this machine uses."""

    def __init__(self, icon: str, name: str, role: str) -> None:
        super().__init__()
        self.said = Elided("", "cell", Qt.AlignmentFlag.AlignRight)
        self.meter = Meter(name, role)
        head = row(Glyph(icon, "text.tertiary", 14), words(name, "label-strong"), self.said, gap=7)
        stretch(head, 2)
        fill(QVBoxLayout(self), [head, self.meter], gap=7)

    def show_use(self, text: str, share: float) -> None:
        """Show an amount."""
        self.said.set_text(text)
        self.meter.show_share(share)


class ModelsSection(QWidget):
    """Shows `LocalModels`. What is got goes on while the section is closed: it belongs to nobody's page."""

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._setup, self._models = setup, setup.models
        self.memory = Gauge("memory-stick", tr("Memory"), "accent.base")
        self.disk = Gauge("hard-drive", tr("Models on disk"), "category.knowledge")
        gauges = row(self.memory, self.disk, gap=32, margins=(16, 12, 16, 14), kind="card")
        self._list = RowColumn(self._make_row)
        self.empty = words(tr("Looking for models …"), "hint")
        self.empty.setContentsMargins(INSET, 12, INSET, 14)
        self.add_button = Button(tr("Add a file …"), "plus")
        self.add_button.clicked.connect(self._choose_own)
        self.form = FileForm(setup.adding)
        self.form.file_asked.connect(self._choose_own)
        self._form_line = line()
        head = card_head(tr("Local models"), tr("run on this machine, with no key and no network"), self.add_button)
        heads = self._heads()
        models = card(head, line(), self.form, self._form_line, heads, heads.line, self.empty)
        inside = models.layout()
        assert isinstance(inside, QVBoxLayout)
        inside.addLayout(self._list)
        fill(QVBoxLayout(self), [gauges, models, None], gap=12)
        setup.adding.changed.connect(self._on_adding)
        self.form.left.connect(self._on_left)
        self._on_adding()
        self._models.changed.connect(self.refresh)
        self._models.progressed.connect(self._on_progress)
        setup.providers.changed.connect(self.refresh)
        setup.measured.connect(self._on_measured)
        setup.measure()
        self._models.refresh()
        self.refresh()

    @property
    def rows(self) -> dict[str, ModelRow]:
        """The rows by the ids of their models."""
        return self._list.rows

    def refresh(self) -> None:
        """Show the models as they are now."""
        self._list.show_names([model.id for model in self._models.models])
        default, recommended = self._setup.default_model(), self._models.recommended()
        for name, shown in self.rows.items():
            is_default, is_best = bool(default and default.id == name), bool(recommended and recommended.id == name)
            shown.show_model(is_default=is_default, is_recommended=is_best)
        self.empty.setVisible(not self.rows)
        if self._models.is_known and not self.rows:
            self.empty.setText(tr("There are no models."))

    def _make_row(self, name: str) -> ModelRow:
        shown = ModelRow(self._models, name)
        shown.file_asked.connect(self._choose_file)
        shown.default_asked.connect(self._setup.use_model)
        return shown

    def _heads(self) -> Heads:
        cells = [words(said, "caption") for said in (tr("Size"), tr("Memory needed"), tr("Licence"), tr("State"))]
        return Heads(words(tr("Model"), "caption"), cells, WIDTHS, _HEADS)

    def _on_progress(self, name: str) -> None:
        if name in self.rows:
            self.rows[name].show_progress()

    def _choose_file(self, name: str) -> None:
        dialog = QFileDialog(self, tr("Choose the file of the model"))
        dialog.setNameFilters([f"{tr('Model files')} (*.gguf)", f"{tr('All files')} (*)"])
        dialog.setProperty("model", name)
        dialog.fileSelected.connect(self._on_file)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _choose_own(self) -> None:
        dialog = QFileDialog(self, tr("Choose a model file of your own"), str(Path.home()))
        dialog.setNameFilters([f"{tr('Model files')} (*.gguf)", f"{tr('All files')} (*)"])
        dialog.fileSelected.connect(self.look_at)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def look_at(self, path: str) -> None:
        """Show what a file is, to add it."""
        self._setup.adding.look(Path(path))
        self.form.begin()

    def _on_adding(self) -> None:
        chosen = self._setup.adding.path is not None
        self._form_line.setVisible(chosen)
        self.add_button.setEnabled(self._setup.adding.getting is None)

    def _on_left(self) -> None:
        self.add_button.setEnabled(True)
        self.add_button.setFocus()

    def _on_file(self, path: str) -> None:
        dialog = self.sender()
        if dialog is not None:
            self._models.get(dialog.property("model"), f"file:{path}")

    def _on_measured(self, used: Usage) -> None:
        share = used.memory / used.memory_total if used.memory_total else 0.0
        said = tr("{used} of {total} used", used=amounts.size(used.memory), total=amounts.size(used.memory_total))
        self.memory.show_use(said, share)
        said = tr("{size} free", size=amounts.size(used.free))
        if used.models:
            said = tr("{used}, {free} free", used=amounts.size(used.models), free=amounts.size(used.free))
        self.disk.show_use(said, used.models / max(used.models + used.free, 1))
