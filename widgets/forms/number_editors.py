"""Editors of numbers and durations."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import ClassVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QWidget

from engine.api.declaration import FieldSpec
from engine.model.paths import MISSING
from resources.language import tr
from widgets.boxes import fill
from widgets.forms.context import FormContext
from widgets.forms.editor import FieldEditor, Value
from widgets.forms.literal import is_template
from widgets.forms.wording import number_text
from widgets.theme import theme

_STEPS = 200
_STEPPING = (
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End, Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)  # fmt: skip
_WIDTH = 64
UNITS = (("s", 1), ("min", 60), ("h", 3600))
"""Units of durations with their seconds."""


class NumberLine(QLineEdit):
    """A line for a number; the arrow keys step it. `done` tells of Enter and of the focus leaving."""

    stepped = Signal(int)
    done = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setFixedWidth(_WIDTH)
        self.returnPressed.connect(self.done)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step with the arrow keys, ten steps with Page up and down."""
        step = {Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1, Qt.Key.Key_PageUp: 10, Qt.Key.Key_PageDown: -10}.get(Qt.Key(event.key()))
        if step is not None:
            self.stepped.emit(step)
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Tell that the edit is done."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.done.emit()


class Slider(QSlider):
    """A slider that scrolls with the form unless it has the focus, and shows the default by a tick; unset it has no handle."""

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self._tick: float | None = None
        self.is_unset = False
        self.setMinimumWidth(40)
        self.setFixedHeight(20)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def set_tick(self, share: float | None) -> None:
        """Mark a place, from 0 to 1."""
        self._tick = share

    def set_unset(self, *, unset: bool) -> None:
        """Show that there is no number, or where it is."""
        if unset != self.is_unset:
            self.is_unset = unset
            self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Jump to where was clicked, and go on from there."""
        if event.button() == Qt.MouseButton.LeftButton:
            share = (event.position().x() - 7) / max(self.width() - 14, 1)
            self.setSliderPosition(round(self.minimum() + share * (self.maximum() - self.minimum())))
            self._begin()
        super().mousePressEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step, also from no number to the first."""
        super().keyPressEvent(event)
        if event.key() in _STEPPING:
            self._begin()

    def _begin(self) -> None:
        """Tell the number where the handle was before there was one, which is no change to Qt."""
        if self.is_unset:
            self.valueChanged.emit(self.value())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the slider and the tick; without a number the bare groove, in dashes."""
        if self.is_unset:
            self._paint_groove()
        else:
            super().paintEvent(event)
        if self._tick is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme().color("text.tertiary"), 1.5))
        x = 7 + (self.width() - 14) * self._tick
        painter.drawLine(round(x), self.height() - 4, round(x), self.height() - 1)
        painter.end()

    def _paint_groove(self) -> None:
        painter = QPainter(self)
        pen = QPen(theme().color("accent.base" if self.hasFocus() else "line.strong"), 2)
        pen.setDashPattern([2, 2])
        painter.setPen(pen)
        middle = self.height() // 2
        painter.drawLine(7, middle, self.width() - 7, middle)
        painter.end()


class NumberEditor(FieldEditor):
    """A number within its bounds; with a slider when both are given and near each other."""

    INLINE = True
    WHOLE: ClassVar[bool] = False

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.line = NumberLine(tr(spec.label))
        self.line.setPlaceholderText(self._placeholder())
        self.line.textEdited.connect(self.take)
        self.line.stepped.connect(self._step)
        self.line.done.connect(self.committed)
        self.slider = self._made_slider()
        self.setFocusProxy(self.line)
        fill(QHBoxLayout(self), [self.slider or None, self.line], gap=8)
        self._show_slider(None)

    def _placeholder(self) -> str:
        default = self.spec.default
        return number_text(default) if isinstance(default, int | float) and not isinstance(default, bool) else tr("not set")

    def _made_slider(self) -> Slider | None:
        least, most = self.spec.least, self.spec.most
        least = 0 if least is None and self._starts_at_zero() else least
        if least is None or most is None or most - least > (64 if self.WHOLE else 10):
            return None
        slider = Slider()
        slider.setAccessibleName(tr(self.spec.label))
        slider.setRange(0, round(most - least) if self.WHOLE else _STEPS)
        slider.setPageStep(max(slider.maximum() // 10, 1))
        self._from, self._width = float(least), float(most - least)
        if isinstance(self.spec.default, int | float):
            slider.set_tick((self.spec.default - self._from) / self._width)
        slider.valueChanged.connect(self._slid)
        slider.sliderReleased.connect(self.committed)
        return slider

    def _starts_at_zero(self) -> bool:
        return isinstance(self.spec.default, int | float) and self.spec.default >= 0

    @classmethod
    def fits(cls, spec: FieldSpec, value: Value) -> bool:
        """See `FieldEditor`."""
        if value is MISSING or value is None:
            return True
        return isinstance(value, int if cls.WHOLE else int | float) and not isinstance(value, bool)

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        number = value if isinstance(value, int | float) else None
        text = "" if number is None else number_text(number)
        if not self._means(number):
            self.line.setText(text)
        self._show_slider(number)

    def _means(self, number: float | None) -> bool:
        """Tell whether the line says this number already, perhaps in another way, such as `1.` or `1e3`."""
        try:
            return number is not None and float(self.line.text()) == number
        except ValueError:
            return False

    def _show_slider(self, number: float | None) -> None:
        if self.slider is None:
            return
        default = self.spec.default if isinstance(self.spec.default, int | float) else None
        shown = default if number is None else number
        share = ((self._from if shown is None else shown) - self._from) / self._width
        self.slider.set_unset(unset=shown is None)
        self.slider.blockSignals(True)
        self.slider.setValue(round(share * self.slider.maximum()))
        self.slider.blockSignals(False)

    def _slid(self, place: int) -> None:
        number = self._from + place / max(self.slider.maximum() if self.slider else 1, 1) * self._width
        self.line.setText(str(round(number)) if self.WHOLE else number_text(round(number, 2)))
        self.take()

    def read(self) -> Value:
        """See `FieldEditor`."""
        text = self.line.text().strip().replace(",", ".") if not self.WHOLE else self.line.text().strip()
        if not text:
            self._show_slider(None)
            return self.value if self.value is None or self.value is MISSING else MISSING
        if is_template(text) and self.spec.takes_templates:
            return text
        number = self._number(text)
        if self.spec.least is not None and number < self.spec.least:
            raise ValueError(tr("At least {least}.", least=number_text(self.spec.least)))
        if self.spec.most is not None and number > self.spec.most:
            raise ValueError(tr("At most {most}.", most=number_text(self.spec.most)))
        self._show_slider(number)
        return number

    def _number(self, text: str) -> int | float:
        try:
            number = int(text) if self.WHOLE else float(text)
        except ValueError:
            raise ValueError(tr("This is no whole number.") if self.WHOLE else tr("This is no number.")) from None
        if not math.isfinite(number):
            raise ValueError(tr("This is no number."))
        if isinstance(self.value, int | float) and not isinstance(self.value, bool) and number == self.value:
            return self.value
        return int(text) if text.lstrip("+-").isdecimal() else number

    def _step(self, step: int) -> None:
        now = self.value if isinstance(self.value, int | float) else self.spec.default
        number = (now if isinstance(now, int | float) else 0) + step * self._step_size()
        low = -math.inf if self.spec.least is None else self.spec.least
        high = math.inf if self.spec.most is None else self.spec.most
        self.line.setText(number_text(round(min(max(number, low), high), 6)))
        self.take()

    def _step_size(self) -> float:
        return 1 if self.WHOLE or self.spec.most is None or self.spec.most > 10 else 0.1

    def bordered(self) -> Sequence[QWidget]:
        """See `FieldEditor`."""
        return (self.line,)

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        self.line.setReadOnly(read_only)
        if self.slider is not None:
            self.slider.setEnabled(not read_only)


class IntegerEditor(NumberEditor):
    """A whole number."""

    WHOLE = True


class DurationEditor(NumberEditor):
    """A time in seconds, shown in the largest unit in which it is a short number."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context)
        self.unit = Unit(tr(spec.label))
        self.unit.activated.connect(self._change_unit)
        layout = self.layout()
        if layout is not None:
            layout.addWidget(self.unit)
        self._show_unit(spec.default)

    def _made_slider(self) -> Slider | None:
        return None

    def _placeholder(self) -> str:
        default = self.spec.default
        return _in_unit(default)[0] if isinstance(default, int | float) else tr("not set")

    def show_value(self, value: Value) -> None:
        """See `FieldEditor`."""
        number = value if isinstance(value, int | float) else None
        if number is not None and self._means(number):
            return
        self._show_unit(self.spec.default if number is None else number)
        self.line.setText("" if number is None else _in_unit(number)[0])

    def _means(self, number: float | None) -> bool:
        try:
            return number is not None and float(self.line.text()) * self._seconds() == number
        except ValueError:
            return False

    def _show_unit(self, seconds: object) -> None:
        self.unit.setCurrentIndex(_in_unit(seconds)[1] if isinstance(seconds, int | float) else 0)

    def _seconds(self) -> int:
        return UNITS[max(self.unit.currentIndex(), 0)][1]

    def _number(self, text: str) -> int | float:
        number = super()._number(text) * self._seconds()
        return self.value if isinstance(self.value, int | float) and self.value == number else number

    def _step(self, step: int) -> None:
        try:
            now = float(self.line.text() or self.line.placeholderText())
        except ValueError:
            now = 0
        self.line.setText(number_text(max(round(now + step, 6), 0)))
        self.take()

    def _change_unit(self) -> None:
        if self.line.text():
            self.take()
            self.committed.emit()

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        super().set_read_only(read_only)
        self.unit.setEnabled(not read_only)


class Unit(QComboBox):
    """Chooses a unit of time; the wheel scrolls the form."""

    def __init__(self, name: str) -> None:
        super().__init__()
        for unit, _ in UNITS:
            self.addItem(tr(unit))
        self.setAccessibleName(tr("Unit of {field}", field=name))
        self.setFixedWidth(68)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the form."""
        event.ignore()


def _in_unit(seconds: float) -> tuple[str, int]:
    """Return a duration as a number and the place of its unit."""
    for place in (2, 1):
        size = UNITS[place][1]
        if seconds >= size and float(seconds / size * 4).is_integer():
            return number_text(seconds / size), place
    return number_text(seconds), 0
