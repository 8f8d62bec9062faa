"""The actions of the window: one `QAction` for each entry of the table, what answers to it, and when it can be used."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from desktop_app.window.action_table import BY_ID, INSTEAD, REASONS, UNBOUND, ActionSpec, specs
from resources.language import tr
from widgets.icons import icon

Handler = Callable[[], object]

KNOWN = REASONS.keys() | {fact for fact, _ in INSTEAD.values()}
"""The facts that can be told."""


class Action(QAction):
    """One action. `reason` says why it cannot be used, and is empty when it can; `about` what it is about just now."""

    def __init__(self, spec: ActionSpec, keys: Sequence[str], parent: QObject) -> None:
        super().__init__(parent)
        self.spec, self.reason, self.about = spec, "", ""
        self._do: Handler | None = None
        self.setCheckable(spec.checkable)
        self.setAutoRepeat(spec.scope == "canvas")
        if spec.icon:
            self.setIcon(icon(spec.icon))
            self.setIconVisibleInMenu(not spec.checkable)  # the tick stands in its place
        if spec.scope == "canvas":
            self.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.set_keys(keys)
        self.triggered.connect(self._answer)

    def retranslate(self) -> None:
        """Say its text in the language in use."""
        self.setText(tr(self.spec.text))

    def set_keys(self, keys: Sequence[str]) -> None:
        """Answer to these keys from now on; a gesture's keys are read by the canvas."""
        self.keys = tuple(keys)
        if self.spec.scope != "gesture":
            self.setShortcuts([sequence for key in keys for sequence in _sequences(key)])

    def set_handler(self, do: Handler | None, told: Mapping[str, bool]) -> None:
        """Let `do` answer, or nothing."""
        self._do = do
        self.consider(told)

    def consider(self, told: Mapping[str, bool]) -> None:
        """Be enabled when something answers and every fact that is needed is told."""
        missing = next((need for need in self.spec.needs if not told.get(need)), None)
        missing = missing or ("document" if self._do is None and not told.get("document") else None)
        reason = _reason(missing, told) if missing else "" if self._do else UNBOUND
        if reason != self.reason or self.isEnabled() != (not reason):
            self.reason = reason
            self.setEnabled(not reason)
            self.changed.emit()

    def tip(self) -> str:
        """Return what is said about it: its text with its key, what it is about, and why it cannot be used."""
        keys = f" ({key_words(self.keys[0])})" if self.keys else ""
        return "\n".join(filter(None, (f"{self.text().rstrip('…')}{keys}", self.about, tr(self.reason))))

    def _answer(self) -> None:
        if self._do is not None:
            self._do()


class Actions(QObject):
    """All actions by id. What answers is bound; what is not bound is disabled and says so. `changed` tells of other keys."""

    changed = Signal()

    def __init__(self, window: QWidget, keys: Mapping[str, Sequence[str]]) -> None:
        """Make the actions of a window; `keys` are those of actions that a person gave others."""
        super().__init__(window)
        self._told: dict[str, bool] = {"trusted": True}  # a document says when it is not
        self._of_document: tuple[str, ...] = ()
        self._actions = {name: Action(spec, keys.get(name, spec.keys), self) for name, spec in BY_ID.items()}
        self.add_to(window)
        for action in self:
            action.consider(self._told)
        self.retranslate()

    def __getitem__(self, name: str) -> Action:
        return self._actions[name]

    def __iter__(self) -> Iterator[Action]:
        return iter(self._actions.values())

    def retranslate(self) -> None:
        """Say every text in the language in use."""
        for action in self:
            action.retranslate()

    def add_to(self, window: QWidget) -> None:
        """Let the keys of the window work in this top-level window."""
        window.addActions([action for action in self if action.spec.scope == "window"])

    def add_to_canvas(self, canvas: QWidget) -> None:
        """Let the keys of the canvas work while the focus is on this widget or in it."""
        canvas.addActions([action for action in self if action.spec.scope == "canvas"])

    def bind(self, name: str, do: Handler | None) -> None:
        """Let `do` answer to an action from now on, or nothing. Raises KeyError for an action that there is not."""
        self._actions[name].set_handler(do, self._told)

    def bind_document(self, handlers: Mapping[str, Handler]) -> None:
        """Let a document answer to these actions, in place of the document that did before."""
        for name in self._of_document:
            if name not in handlers:
                self.bind(name, None)
        for name, do in handlers.items():
            self.bind(name, do)
        self._of_document = tuple(handlers)

    def tell(self, **facts: bool) -> None:
        """Tell what holds now, such as `selection=True`; see `REASONS` and `INSTEAD` for the facts."""
        if unknown := facts.keys() - KNOWN:
            raise KeyError(*sorted(unknown))
        self._told.update(facts)
        for action in self:
            if not facts.keys().isdisjoint(action.spec.needs):
                action.consider(self._told)

    def explain(self, name: str, about: str) -> None:
        """Say what an action is about just now, such as the edit that is taken back; empty says nothing."""
        action = self._actions[name]
        if action.about != about:
            action.about = about
            action.changed.emit()

    def set_checked(self, name: str, checked: bool) -> None:
        """Show whether what an action switches is on; nothing answers to that."""
        self._actions[name].setChecked(checked)

    def taken_by(self, key: str, name: str) -> Action | None:
        """Return another action that has this key, if one does that would answer in the same place."""
        wanted = QKeySequence(key)
        return next((other for other in self if other.spec.id != name and wanted in map(QKeySequence, other.keys)), None)

    def remap(self, name: str, keys: Sequence[str]) -> None:
        """Give an action other keys, and take them from whichever has them."""
        for key in keys:
            while other := self.taken_by(key, name):
                other.set_keys([left for left in other.keys if QKeySequence(left) != QKeySequence(key)])
                other.retranslate()
        self._actions[name].set_keys(keys)
        self._actions[name].retranslate()
        self.changed.emit()

    def remapped(self) -> dict[str, list[str]]:
        """Return the keys of the actions that have others than the table gives them."""
        return {action.spec.id: list(action.keys) for action in self if action.keys != action.spec.keys}

    def by_menu(self) -> dict[str, list[Action]]:
        """Return the actions by the title of their menu, in the order of the table."""
        groups: dict[str, list[Action]] = {}
        for menu, spec in specs():
            groups.setdefault(menu.title, []).append(self._actions[spec.id])
        return groups


def _sequences(key: str) -> list[QKeySequence]:
    """Return a key as Qt knows it; Enter stands on two keys, of which menus show the one that is written on them."""
    return [QKeySequence(name) for name in dict.fromkeys((key.replace("Return", "Enter"), key))]


def _reason(missing: str, told: Mapping[str, bool]) -> str:
    """Return why an action cannot be used that needs this fact."""
    other, instead = INSTEAD.get(missing, ("", ""))
    return instead if told.get(other) else REASONS[missing]


def key_words(key: str) -> str:
    """Return a key sequence as it stands on key caps: `Ctrl Enter`."""
    said = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return re.sub(r"(?<=.)\+(?=.)", " ", said.replace("Return", "Enter"))
