"""The section of providers: who answers besides this machine, with which key, and whether it does."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.window.settings.columns import Heads
from desktop_app.window.settings.parts import INSET, RowColumn, card_head
from desktop_app.window.settings.provider_form import ProviderForm
from desktop_app.window.settings.provider_row import WIDTHS, ProviderRow
from desktop_app.window.settings.providers import Provider
from desktop_app.window.settings.setup import Setup
from resources.language import tr
from widgets.boxes import column, fill, line, words
from widgets.glyph import Button

_HEADS = 26


class ProvidersSection(QWidget):
    """Shows `Providers`, and the form of one that is added or changed in the place where it stands."""

    def __init__(self, setup: Setup) -> None:
        super().__init__()
        self._setup, self._providers = setup, setup.providers
        self.form: ProviderForm | None = None
        self.add_button = Button(tr("Add a server"), "plus")
        self.add_button.clicked.connect(self.add)
        self.test_button = Button(tr("Test all"), "activity", "quiet")
        self.test_button.clicked.connect(self._providers.test_all)
        self._list = RowColumn(self._make_row)
        self._form_place = QVBoxLayout()
        detail = tr("a node takes one of them, this computer if it names none")
        head = card_head(tr("Providers"), detail, self.test_button, self.add_button)
        heads = self._heads()
        held = column(
            head, line(), self._form_place, heads, heads.line, self._list, 4,
            margins=(1, 1, 1, 1), kind="card",
        )  # fmt: skip
        hint = tr("Any server that speaks OpenAI's protocol fits: Ollama, LM Studio, vLLM, a company gateway, a hosted service.")
        hinted = words(hint, "hint", wrap=True)
        kept = words(
            tr("Keys are kept in the keychain of the system, else in an encrypted file, and never shown."), "hint", wrap=True
        )
        fill(QVBoxLayout(self), [held, column(hinted, kept, gap=2, margins=(INSET, 0, INSET, 0)), None], gap=12)
        self._providers.drop_trials()
        self._providers.changed.connect(self.refresh)
        self._providers.refused.connect(self._on_refused)
        setup.models.changed.connect(self.refresh)
        self._providers.refresh()
        self.refresh()

    @property
    def rows(self) -> dict[str, ProviderRow]:
        """The rows by the names of their providers."""
        return self._list.rows

    def refresh(self) -> None:
        """Show the providers as they are now."""
        self._list.show_names([provider.name for provider in self._providers.providers])
        for shown in self.rows.values():
            shown.refresh()

    def _on_refused(self, _error: object) -> None:
        for shown in self.rows.values():
            shown.refresh(anew=True)

    def add(self) -> None:
        """Open the form of a new provider."""
        self._open_form(None)

    def edit(self, name: str) -> None:
        """Open the form of a provider."""
        if (provider := self._providers.provider(name)) is not None:
            self._open_form(provider)

    def _open_form(self, before: Provider | None) -> None:
        if self.form is not None:
            self.form.cancel()
        self.form = ProviderForm(self._setup, before)
        self.form.closed.connect(self._close_form)
        separator = line()
        self._form_place.addWidget(self.form)
        self._form_place.addWidget(separator)
        self.form.show()
        self.form.begin()
        self.add_button.setEnabled(before is not None)

    def _close_form(self) -> None:
        while (item := self._form_place.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.form = None
        self.add_button.setEnabled(True)
        self.add_button.setFocus()

    def _make_row(self, name: str) -> ProviderRow:
        shown = ProviderRow(self._setup, name)
        shown.edit_asked.connect(self.edit)
        shown.removed.connect(self.add_button.setFocus)
        return shown

    def _heads(self) -> Heads:
        cells = [words(said, "caption") for said in (tr("Default model"), tr("Key"), tr("Last test"))]
        return Heads(words(tr("Provider"), "caption"), cells, WIDTHS, _HEADS)
