"""A provider in the list: where it is, its default model, its key, and what it said when it was tried last."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.menus import open_below
from desktop_app.window.message_bar import Way
from desktop_app.window.settings.columns import Columns
from desktop_app.window.settings.parts import Note, SoftTile, inset, stretch
from desktop_app.window.settings.providers import LOCAL, Provider, Tested
from desktop_app.window.settings.setup import Setup
from desktop_app.window.settings.wording import KEYCHAIN, provider_remedy, stored_in
from resources.language import tr, trn
from widgets.boxes import column, row, tip, words
from widgets.elided import Elided
from widgets.forms.context import Choice
from widgets.forms.pick import Pick
from widgets.glyph import Button, Glyph, IconButton
from widgets.icons import icon
from widgets.way_out import advice

WIDTHS = (190, 166, 220)
"""Pixels of the columns default model, key and last test."""
_HEIGHT = 54
_BEST = ""


class ProviderRow(QWidget):
    """One provider. `edit_asked` asks for its form; `removed` tells that it is going, and the focus has to go elsewhere."""

    edit_asked = Signal(str)
    removed = Signal()

    def __init__(self, setup: Setup, name: str) -> None:
        super().__init__()
        self._setup, self.name = setup, name
        self._shown: object = None
        self._asks = False
        self.note: Note | None = None
        self.model: Pick | None = None
        self.test_button: IconButton | None = None
        self.key_button: Button | None = None
        self.more: IconButton | None = None
        self._content: QWidget | None = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)

    def refresh(self, *, anew: bool = False) -> None:
        """Show the provider as it is now; `anew` also when it is as before, but not what a person wanted."""
        providers = self._setup.providers
        provider = providers.provider(self.name)
        if provider is None:
            return
        tested, testing = providers.tested.get(self.name), self.name in providers.testing
        shown = (provider, tested, testing, self._asks, self._offers(provider, tested))
        if shown == self._shown and not anew:
            return
        self._shown = shown
        had_focus = self._content is not None and self._content.isAncestorOf(self.focusWidget() or self)
        if self._content is not None:
            self._body.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        self._content = self._make(provider, tested, testing=testing)
        self._body.addWidget(self._content)
        if had_focus:
            (self.note.buttons[0] if self.note and self.note.buttons else self.more or self._content).setFocus()

    def _make(self, provider: Provider, tested: Tested | None, *, testing: bool) -> QWidget:
        is_local = provider.kind == LOCAL
        self.model = self._model(provider, tested)
        sign = "cpu" if is_local else "cloud" if provider.built_in else "server"
        title = tr("This computer") if is_local else provider.name
        where = tr("built in, needs no network") if is_local else provider.base_url
        said = column(None, Elided(title, "name"), Elided(where, "hint", middle=True), None, gap=1)
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        name = row(SoftTile(sign, "category.model" if is_local else "category.connect"), said, gap=12)
        stretch(name, 1)
        self.more = None
        if not is_local:
            self.more = IconButton("ellipsis", tr("More about {name}", name=provider.name), 16, side=26)
            self.more.clicked.connect(self._open_menu)
        test = row(*self._test(provider, tested, testing=testing), self.more or _gap(), gap=6)
        stretch(test, 1)
        line = Columns(name, (self.model, self._key(provider), test), WIDTHS, _HEIGHT)
        self.note = self._note(provider, tested)
        return column(line, *([inset(self.note)] if self.note else []))

    # cells

    def _offers(self, provider: Provider, tested: Tested | None) -> tuple[str, ...]:
        if provider.kind == LOCAL:
            return tuple(model.id for model in self._setup.models.models if model.installed)
        return tested.models if tested else ()

    def _model(self, provider: Provider, tested: Tested | None) -> Pick:
        pick = Pick(tr("Default model of {name}", name=provider.name))
        offered = [Choice(model) for model in self._offers(provider, tested)]
        first = tr("The best one here") if provider.kind == LOCAL else tr("None")
        pick.offer([Choice(_BEST, first), *offered])
        pick.show_choice(provider.model)
        pick.setEnabled(bool(offered))
        if not offered:
            pick.setToolTip(tr("Test it to see its models."))
        pick.picked.connect(self._use_model)
        return pick

    def _key(self, provider: Provider) -> QWidget:
        self.key_button = None
        if not provider.wants_key:
            return words(tr("needs none"), "hint")
        if provider.key:
            place = {
                "keychain": tr("In the keychain"),
                "file": tr("In the encrypted file"),
                "environment": tr("In the environment"),
            }
            cell = row(Glyph("key-round", "text.tertiary", 13), Elided(place.get(provider.key, ""), "cell"), None, gap=6)
            cell.setToolTip(tip(self._key_tip(provider)))
            return cell
        self.key_button = Button(tr("Set key"), "key-round", "link")
        self.key_button.clicked.connect(self._edit)
        return row(self.key_button, None)

    def _key_tip(self, provider: Provider) -> str:
        if provider.key == "environment" and provider.variable:
            return tr("From the variable {variable}.", variable=provider.variable)
        return tr("The secret “{name}”, in the {place}.", name=provider.secret, place=stored_in(provider.key))

    def _test(self, provider: Provider, tested: Tested | None, *, testing: bool) -> list[QWidget | None]:
        if provider.kind == LOCAL:
            here = len(self._offers(provider, None))
            said = trn("{count} model here", "{count} models here", here)
            sign = Glyph("circle-check" if here else "triangle-alert", "state.ok" if here else "state.waiting", 14)
            return [sign, words(said, "ok" if here else "warning"), None]
        self.test_button = IconButton("refresh-cw", tr("Test {name}", name=provider.name), 14, side=26)
        self.test_button.clicked.connect(self._try)
        self.test_button.setEnabled(not testing)
        if testing:
            return [Glyph("loader-circle", "state.running", 14), Elided(tr("Asking …"), "running"), self.test_button]
        if tested is None:
            return [_gap(14), Elided(tr("Not tested yet"), "hint"), self.test_button]
        if tested.issue is None:
            said = trn("{count} model", "{count} models", len(tested.models))
            return [Glyph("circle-check", "state.ok", 14), Elided(said, "ok"), self.test_button]
        return [Glyph("circle-x", "state.failed", 14), Elided(tr("Does not answer"), "error"), self.test_button]

    def _note(self, provider: Provider, tested: Tested | None) -> Note | None:
        if self._asks:
            what = tr("Set {name} back?", name=provider.name) if provider.built_in else tr("Remove {name}?", name=provider.name)
            said = tr("Its key is deleted as well. Nodes that use it will say that it is missing.")
            ways = [Way(tr("Keep"), self._keep, "quiet"), Way(tr("Remove it"), self._remove, "danger")]
            return Note(what, said, "state.failed", "trash-2", ways)
        if tested is None or tested.issue is None:
            return None
        issue = tested.issue
        way = (
            Way(tr("Set key"), self._edit)
            if issue.code in ("model.missing-secret", "model.auth", KEYCHAIN)
            else Way(tr("Change"), self._edit)
        )
        return Note(issue.said, provider_remedy(issue) or advice(issue), "state.failed", "octagon-x", [way])

    # what a person wants

    def menu(self) -> QMenu:
        """Return what can be done with the provider, as a menu."""
        provider = self._setup.providers.provider(self.name)
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.addAction(icon("pencil"), tr("Change …")).triggered.connect(self._edit)
        menu.addAction(icon("refresh-cw"), tr("Test")).triggered.connect(self._try)
        if provider is not None and (provider.changed or provider.key in ("keychain", "file")):
            menu.addSeparator()
            said = tr("Set back …") if provider.built_in else tr("Remove …")
            menu.addAction(icon("trash-2", "state.failed"), said).triggered.connect(self._ask)
        return menu

    def _open_menu(self) -> None:
        if self.more is not None:
            open_below(self.menu(), self.more)

    def _use_model(self, model: str) -> None:
        self._setup.providers.use_model(self.name, model)

    def _try(self) -> None:
        self._setup.providers.test(self.name)

    def _edit(self) -> None:
        self.edit_asked.emit(self.name)

    def _ask(self) -> None:
        self._asks = True
        self.refresh()
        if self.note is not None:
            self.note.buttons[0].setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self) -> None:
        self._asks = False
        self.refresh()

    def _remove(self) -> None:
        self._asks = False
        provider = self._setup.providers.provider(self.name)
        if provider is not None:
            self._setup.providers.remove(provider)
        self.refresh()
        self.removed.emit()


def _gap(width: int = 26) -> QWidget:
    room = QWidget()
    room.setFixedWidth(width)
    return room
