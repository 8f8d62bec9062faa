"""Editors of choices: switches, one of several values, names of inputs and encodings, providers and models."""

from __future__ import annotations

import codecs
from collections.abc import Mapping, Sequence
from typing import ClassVar
from weakref import ref

from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget
from shiboken6 import isValid

from engine.api.declaration import FieldSpec
from engine.model.paths import MISSING
from resources.language import tr, trn
from widgets.boxes import column, fill, row
from widgets.forms.context import Choice, FormContext, Models
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.pick import Pick
from widgets.forms.wording import human, shown_default
from widgets.glyph import Button, Glyph
from widgets.prose import Prose
from widgets.segments import Segments
from widgets.switch import Switch
from widgets.theme import MEDIUM, font
from widgets.way_out import WayButton, told

_IN_SIGHT = 3
_ROOM = 290
"""Pixels that segments may take side by side in the inspector."""


class SwitchEditor(FieldEditor):
    """On or off."""

    INLINE = True

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.switch = Switch(tr(spec.label))
        self.switch.clicked.connect(self.take)
        self.switch.clicked.connect(self.committed)
        self.setFocusProxy(self.switch)
        fill(QHBoxLayout(self), [None, self.switch])
        self.show_value(MISSING)

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or isinstance(value, bool)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        self.switch.setChecked(bool(self.spec.default) if value is MISSING else bool(value))

    def read(self) -> Value:
        """See `FieldEditor`."""
        on = self.switch.isChecked()
        return MISSING if self.value is MISSING and on == bool(self.spec.default) else on


class ChoiceEditor(FieldEditor):
    """One of several values: side by side when they are few and short, else in a box."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        titles = [human(choice) for choice in spec.choices]
        self.segments: Segments | None = None
        self.pick: Pick | None = None
        if self._in_sight(titles):
            self.segments = Segments(titles, tr(spec.label))
            self.segments.chosen.connect(self.take)
            self.segments.chosen.connect(self.committed)
        else:
            self.pick = Pick(tr(spec.label))
            self.pick.offer([Choice(str(place), title) for place, title in enumerate(titles)])
            self.pick.picked.connect(self.take)
            self.pick.done.connect(self.committed)
        shown: QWidget = self.segments or self._box()
        self.setFocusProxy(shown)
        fill(QVBoxLayout(self), [shown])
        self.show_value(MISSING)

    def _box(self) -> Pick:
        assert self.pick is not None
        return self.pick

    def _in_sight(self, titles: Sequence[str]) -> bool:
        metrics = QFontMetricsF(font(12, MEDIUM))
        widest = max((metrics.horizontalAdvance(title) for title in titles), default=0)
        return 2 <= len(titles) <= _IN_SIGHT and (widest + 20) * len(titles) <= _ROOM

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or any(type(value) is type(choice) and value == choice for choice in spec.choices)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        wanted = self.spec.default if value is MISSING else value
        place = self.spec.choices.index(wanted) if wanted in self.spec.choices else -1
        if self.segments is not None:
            self.segments.set_current(place)
        else:
            self._box().setCurrentIndex(place)

    def read(self) -> Value:
        """See `FieldEditor`."""
        place = self.segments.current() if self.segments is not None else self._box().currentIndex()
        chosen = self.spec.choices[place] if place >= 0 else MISSING
        return MISSING if self.value is MISSING and chosen == self.spec.default else chosen

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.pick,) if self.pick is not None else ()


class PickEditor(FieldEditor):
    """A name that is chosen or typed."""

    OWN: ClassVar[bool] = True
    AT_ONCE: ClassVar[bool] = True
    """Whether each letter counts, and not only the whole when the edit is at its end."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.pick = Pick(tr(spec.label), own=self.OWN)
        if (line := self.pick.lineEdit()) is not None:
            line.setPlaceholderText(shown_default(spec) or self.nothing())
        (self.pick.picked if self.AT_ONCE else self.pick.done).connect(self.take)
        self.pick.done.connect(self.committed)
        self.setFocusProxy(self.pick)
        self.column = QVBoxLayout(self)
        fill(self.column, [self.pick], gap=4)
        self.pick.offer(self.choices())

    def choices(self) -> Sequence[Choice]:
        """Return what is offered."""
        return ()

    def nothing(self) -> str:
        """Return what an empty field means."""
        return ""

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        return value is MISSING or value is None or isinstance(value, str)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        self.pick.show_choice(value if isinstance(value, str) else "")

    def read(self) -> Value:
        """See `FieldEditor`."""
        text = self.pick.value()
        if text:
            return self.checked(text)
        return self.value if not self.value or self.value is MISSING else MISSING

    def checked(self, text: str) -> str:
        """Return the text, or raise ValueError with what is wrong with it."""
        return text

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.pick,)


class InputNameEditor(PickEditor):
    """The name of an input: one that the workflow declares, or a new one, taken when all of it is typed."""

    AT_ONCE = False

    def set_siblings(self, values: Mapping[str, Value]) -> None:
        """See `FieldEditor`; the form changed, and so perhaps what is declared."""
        if [choice.value for choice in self.choices()] != [self.pick.itemData(place) for place in range(self.pick.count())]:
            self.pick.offer(self.choices())

    def checked(self, text: str) -> str:
        """See `PickEditor`."""
        if text != self.value and not text.isidentifier():
            raise ValueError(tr("Use letters, digits and underscores, beginning with a letter."))
        return text

    def choices(self) -> Sequence[Choice]:
        """See `PickEditor`."""
        return [Choice(name) for name in self.context.inputs()]

    def nothing(self) -> str:
        """See `PickEditor`."""
        return tr("All inputs together")


class EncodingEditor(PickEditor):
    """How characters are stored."""

    KNOWN = ("utf-8", "utf-8-sig", "utf-16", "cp949", "euc-kr", "cp1252", "latin-1", "shift_jis", "gb18030")

    def choices(self) -> Sequence[Choice]:
        """See `PickEditor`."""
        return [Choice(name) for name in self.KNOWN]

    def checked(self, text: str) -> str:
        """See `PickEditor`."""
        if "{{" not in text:
            try:
                codecs.lookup(text)
            except (LookupError, ValueError):
                raise ValueError(tr("There is no encoding “{name}”.", name=text)) from None
        return text


class ProviderEditor(PickEditor):
    """Who runs a model."""

    def choices(self) -> Sequence[Choice]:
        """See `PickEditor`."""
        return [
            Choice(one.value, one.value, " · ".join(filter(None, (one.title, one.detail))), one.icon)
            for one in self.context.providers()
        ]

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        super().show_value(value)
        self._tell()

    def read(self) -> Value:
        """See `FieldEditor`."""
        self._tell()
        return super().read()

    def _tell(self) -> None:
        name = self.pick.value() or self.spec.default
        known = next((one for one in self.context.providers() if one.value == name), None)
        self.told.emit(" · ".join(filter(None, (tr(known.title), known.detail))) if known else "")


class ModelEditor(PickEditor):
    """A model of the provider in the field beside; asked anew when that changes."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self._provider: str | None = None
        self._asked = 0
        self._why = Prose("", "hint")
        self._again = Button(tr("Try again"), kind="link")
        self._again.clicked.connect(self._ask)
        self._way = WayButton()
        ways = row(self._way, self._again, None, gap=12)
        sign = column(Glyph("plug", "state.waiting", 13), None, margins=(0, 2, 0, 0))
        self._trouble = row(sign, column(self._why, ways, gap=2), gap=6)
        layout = self._trouble.layout()
        if isinstance(layout, QHBoxLayout):
            layout.setStretch(1, 1)
        self._trouble.hide()
        self.column.addWidget(self._trouble)

    def nothing(self) -> str:
        """See `PickEditor`."""
        return tr("The provider's default")

    def set_siblings(self, values: Mapping[str, Value]) -> None:
        """See `FieldEditor`."""
        provider = values.get("provider", MISSING)
        wanted = provider if isinstance(provider, str) else ""
        if wanted != self._provider:
            self._provider = wanted
            self._ask()

    def _ask(self) -> None:
        self._asked += 1
        self._trouble.hide()
        self.told.emit(tr("loading …"))
        number, owner = self._asked, ref(self)

        def answer(models: Models) -> None:
            editor = owner()
            if editor is not None and isValid(editor):
                editor.show_answer(models, number)

        self.context.models(self._provider or "", answer)

    def show_answer(self, answer: Models, number: int) -> None:
        """Show what a provider said, unless another one was asked meanwhile."""
        if number != self._asked:
            return
        self.pick.offer(answer.models)
        if answer.issue is None:
            self.told.emit(trn("{count} model", "{count} models", len(answer.models)) if answer.models else tr("none yet"))
            return
        self.told.emit(tr("not reachable"))
        self._why.setText(told(answer.issue))
        self._way.show_issue(answer.issue)
        self._trouble.show()
