"""A model in the list: what it is, what it needs, its licence, how it is, and what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMenu, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.window.menus import open_below
from desktop_app.window.message_bar import Way
from desktop_app.window.settings import amounts
from desktop_app.window.settings.columns import Columns
from desktop_app.window.settings.local_models import Getting, LocalModel, LocalModels
from desktop_app.window.settings.model_state import Here, Obtainable, OnItsWay, TooBig
from desktop_app.window.settings.parts import Note, SoftTile, failed, inset, stretch
from resources.language import tr
from widgets.boxes import column, row, tip, words
from widgets.chip import Chip
from widgets.elided import Elided
from widgets.glyph import Glyph, IconButton
from widgets.icons import icon

WIDTHS = (64, 116, 116, 228)
"""Pixels of the columns size, memory, licence and state; the name has the rest."""
_HEIGHT = 54
FREE = ("Apache-2.0", "MIT", "BSD-2-Clause", "BSD-3-Clause", "CC-BY-4.0", "CC0-1.0", "ISC", "Unlicense")
"""Licences that allow use in business, by their SPDX names."""


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a row depends on, apart from progress."""

    model: LocalModel
    is_default: bool
    is_recommended: bool
    is_getting: bool
    fits: bool
    problem: str
    asks: bool


class ModelRow(QWidget):
    """One model. `file_asked` asks for a file to take it from, `default_asked` to use it when nodes name none."""

    file_asked = Signal(str)
    default_asked = Signal(str)

    def __init__(self, models: LocalModels, name: str) -> None:
        super().__init__()
        self._models, self.name = models, name
        self._shown: Shown | None = None
        self._asks = False
        self.state: QWidget | None = None
        self.note: Note | None = None
        self.more: IconButton | None = None
        self._body = QVBoxLayout(self)
        self._body.setContentsMargins(0, 0, 0, 0)
        self._body.setSpacing(0)
        self._content: QWidget | None = None

    def show_model(self, *, is_default: bool, is_recommended: bool) -> None:
        """Show the model as it is now."""
        model = self._models.model(self.name)
        if model is None:
            return
        problem = self._models.problems.get(self.name)
        shown = Shown(
            model, is_default, is_recommended, self.name in self._models.getting or model.getting, self._models.fits(model),
            str(problem) if problem else "", self._asks and (model.installed or model.kept > 0),
        )  # fmt: skip
        if shown != self._shown:
            self._shown = shown
            self._make(shown)
        self.show_progress()

    def show_progress(self) -> None:
        """Show how far it is."""
        if isinstance(self.state, OnItsWay):
            self.state.show_progress(self._getting())

    def _getting(self) -> Getting | None:
        return self._models.getting.get(self.name)

    def _make(self, shown: Shown) -> None:
        had_focus = self._content is not None and self._content.isAncestorOf(self.focusWidget() or self)
        if self._content is not None:
            self._body.removeWidget(self._content)
            self._content.hide()
            self._content.deleteLater()
        model = shown.model
        self.state = self._state(shown)
        self.more = self._more(model) if model.installed or model.kept else None
        end = row(self.state, *([self.more] if self.more else []), gap=4)
        stretch(end, 0)
        cells = [words(amounts.size(model.bytes), "cell"), self._memory(shown), self._licence(model), end]
        line = Columns(self._name(shown), cells, WIDTHS, _HEIGHT)
        self.note = self._note(shown)
        self._content = column(line, *([inset(self.note)] if self.note else []))
        self._body.addWidget(self._content)
        if had_focus:
            self._focus_first()

    def _focus_first(self) -> None:
        buttons = [*(self.note.buttons if self.note else []), getattr(self.state, "stop_button", None), self.more]
        first = next((button for button in buttons if button is not None), None)
        if first is not None:
            first.setFocus()

    # cells

    def _name(self, shown: Shown) -> QWidget:
        model, badges = shown.model, list[QWidget]()
        if shown.is_recommended:
            badges.append(Chip(tr("Recommended"), "accent.text", "badge-check"))
        if model.demonstration:
            badges.append(Chip(tr("Demonstration"), "state.waiting", "flask-conical"))
        title = Elided(model.short_title, "name", middle=True)
        title.set_text(model.short_title, model.title)
        head = row(title, *badges, None, gap=7)
        said = column(None, head, self._about(shown), None, gap=1)
        said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        cell = row(SoftTile("sparkles", "category.model"), said, gap=12)
        stretch(cell, 1)
        return cell

    def _about(self, shown: Shown) -> QWidget:
        model = shown.model
        if model.own:
            place = tr("linked to {path}", path=Path(model.path).resolve()) if model.linked else "" if model.name else model.path
            return Elided(" · ".join(filter(None, (model.name, model.quantisation, place))), "hint", middle=True)
        said = tr(model.about)
        if shown.is_recommended and self._models.memory:
            memory = amounts.size(self._models.memory)
            said = tr("{said} Of those that {memory} of memory has room for, it answers best.", said=said, memory=memory)
        return words(said, "hint", wrap=True)

    def _memory(self, shown: Shown) -> QWidget:
        memory = shown.model.memory
        if not memory:
            return words("–", "cell")
        size = amounts.size(memory)
        if not shown.fits:
            return _signed("circle-x", "state.failed", tr("{size} · too big", size=size), "error")
        if not self._models.memory:
            return words(size, "cell")
        return _signed("circle-check", "state.ok", tr("{size} · fits", size=size), "cell")

    def _licence(self, model: LocalModel) -> QWidget:
        if not model.licence:
            return words(tr("Own file") if model.installed else "–", "cell")
        known = model.licence in FREE
        said = model.licence.replace("-", " ", 1)
        if not known:
            said = tr("Not for business") if "NC" in model.licence.upper().split("-") else tr("{licence}, read it", licence=said)
        cell = _signed("scale" if known else "triangle-alert", "text.tertiary" if known else "state.waiting", said,
                       "cell" if known else "warning")  # fmt: skip
        cell.setToolTip(tr("Allows use in business.") if known else tr("Read the licence before you use it in business."))
        return cell

    def _state(self, shown: Shown) -> QWidget:
        model = shown.model
        if model.installed:
            return Here(model, is_default=shown.is_default)
        if shown.is_getting:
            return OnItsWay(model, self._stop)
        if not shown.fits:
            return TooBig(model, self._models.memory)
        return Obtainable(model, self._get)

    # what is said below

    def _note(self, shown: Shown) -> Note | None:
        model = shown.model
        if shown.asks:
            size = amounts.size(model.bytes if model.installed else model.kept)
            what = (
                tr("Remove {model}?", model=model.title)
                if model.installed
                else tr("Drop what came of {model}?", model=model.title)
            )
            said = tr("{size} are deleted. This cannot be undone; it can be got again.", size=size)
            if model.linked:
                said = tr("Only the link to it is deleted. The file stays where it is.")
            elif model.own:
                said = tr("The file {path} is deleted. This cannot be undone.", path=model.path)
            ways = [Way(tr("Keep"), self._keep, "quiet"), Way(tr("Remove it"), self._remove, "danger")]
            return Note(what, said, "state.failed", "trash-2", ways)
        problem = self._models.problems.get(self.name)
        if problem is None:
            return None
        if model.installed:
            return failed(problem, ways=[Way(tr("Close"), self._forget, "quiet")])
        ways = [Way(tr("Try again"), self._get), Way(tr("From a file …"), self._from_file)]
        remedy = tr("Check the network and try again. Or load the file elsewhere and choose it here.")
        if problem.issue.code == "model.fetch-failed":  # what each source said is long, and for who knows them
            said = tr("{model} could not be got from any source.", model=model.short_title)
            note = Note(said, remedy, "state.failed", "octagon-x", ways)
            note.setToolTip(tip(problem.issue.said))
            return note
        return failed(problem, remedy if problem.issue.code == "model.source-failed" else "", ways)

    def _more(self, model: LocalModel) -> IconButton:
        more = IconButton("ellipsis", tr("More about {model}", model=model.title), 16, side=26)
        more.clicked.connect(self._open_menu)
        return more

    def menu(self) -> QMenu:
        """Return what can be done with the model, as a menu."""
        menu, shown = QMenu(self), self._shown
        menu.aboutToHide.connect(menu.deleteLater)
        assert shown is not None
        model = shown.model
        if model.installed and not shown.is_default:
            menu.addAction(icon("check"), tr("Use by default")).triggered.connect(self._use)
        if model.licence_url:
            menu.addAction(icon("scale"), tr("Read the licence")).triggered.connect(partial(_open, model.licence_url))
        menu.addSeparator()
        said = tr("Remove …") if model.installed else tr("Drop what came …")
        menu.addAction(icon("trash-2", "state.failed"), said).triggered.connect(self._ask)
        return menu

    def _open_menu(self) -> None:
        if self.more is not None:
            open_below(self.menu(), self.more)

    def _show_again(self) -> None:
        shown = self._shown
        if shown is not None:
            self.show_model(is_default=shown.is_default, is_recommended=shown.is_recommended)

    # what a person wants

    def _get(self) -> None:
        self._models.get(self.name)

    def _from_file(self) -> None:
        self.file_asked.emit(self.name)

    def _forget(self) -> None:
        self._models.forget_problem(self.name)

    def _stop(self) -> None:
        self._models.stop(self.name)

    def _use(self) -> None:
        self.default_asked.emit(self.name)

    def _ask(self) -> None:
        self._asks = True
        self._show_again()
        if self.note is not None:
            self.note.buttons[0].setFocus()

    def _keep(self) -> None:
        self._asks = False
        self._show_again()

    def _remove(self) -> None:
        self._asks = False
        self._models.remove(self.name)
        self._show_again()


def _signed(sign: str, role: str, text: str, kind: str) -> QWidget:
    said = Elided(text, kind)
    said.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    cell = row(Glyph(sign, role, 13), said, gap=6)
    stretch(cell, 1)
    return cell


def _open(address: str) -> None:
    QDesktopServices.openUrl(QUrl(address))
