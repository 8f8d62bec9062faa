"""Editors of files and of moments: a line, and a button that helps to fill it."""

from __future__ import annotations

from abc import abstractmethod
from datetime import date, datetime, timedelta
from weakref import ref

from PySide6.QtCore import QDate, QLocale, QPoint, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDropEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QMenu, QToolButton, QWidgetAction
from shiboken6 import isValid

from engine.api.declaration import FieldSpec
from resources.language import spoken, tr
from widgets.forms.context import FormContext
from widgets.forms.editor import Value
from widgets.forms.literal import is_template
from widgets.forms.text_editors import TextEditor
from widgets.glyph import IconButton
from widgets.icons import icon
from widgets.theme import font, theme

_MORNING = "09:00"
_CALENDAR = 272


def _dressed_calendar() -> QCalendarWidget:
    """Return a calendar in the looks of the program: no red days, and its own arrows."""
    calendar = QCalendarWidget()
    calendar.setLocale(QLocale(spoken()))
    calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
    calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
    calendar.setMinimumWidth(_CALENDAR)
    quiet, head = QTextCharFormat(), QTextCharFormat()
    quiet.setForeground(theme().color("text.secondary"))
    head.setForeground(theme().color("text.tertiary"))
    head.setFont(font(theme().size["caption"]))
    for day in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
        calendar.setWeekdayTextFormat(day, quiet)
    calendar.setHeaderTextFormat(head)
    for name, sign in (("qt_calendar_prevmonth", "chevron-left"), ("qt_calendar_nextmonth", "chevron-right")):
        if isinstance(button := calendar.findChild(QToolButton, name), QToolButton):
            button.setIcon(icon(sign))
    return calendar


class WithButton(TextEditor):
    """A line of text with a button at its right."""

    def __init__(self, spec: FieldSpec, context: FormContext, icon_name: str, tip: str) -> None:
        super().__init__(spec, context)
        self.button = IconButton(icon_name, tip, 14, side=22, role="text.secondary")
        self.button.clicked.connect(self.help_to_fill)
        self.edit.set_corner(self.button)

    @abstractmethod
    def help_to_fill(self) -> None:
        """Open what the button is for."""

    def fill_in(self, text: str) -> None:
        """Take a text as a person's choice."""
        self.edit.set_text(text)
        self.take()
        self.committed.emit()

    def set_read_only(self, read_only: bool) -> None:
        """See `FieldEditor`."""
        super().set_read_only(read_only)
        self.button.setEnabled(not read_only)
        self.setAcceptDrops(not read_only)


class FileEditor(WithButton):
    """A file: typed, chosen in a window of the desktop, or dropped."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context, "folder-open", tr("Choose a file"))
        self.setAcceptDrops(True)
        self.edit.setAcceptDrops(False)

    def help_to_fill(self) -> None:
        """See `WithButton`."""
        owner = ref(self)

        def done(path: str | None) -> None:
            editor = owner()
            if path and editor is not None and isValid(editor):
                editor.fill_in(path)

        self.context.dialogs.choose_file(self.spec, self.edit.toPlainText(), done)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take one file of this machine, or text."""
        if any(url.isLocalFile() for url in event.mimeData().urls()) or event.mimeData().hasText():
            event.acceptProposedAction()
            self.show_problem("")

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the path of the file, or the text, in place of what was there."""
        files = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        self.fill_in(files[0] if files else event.mimeData().text().strip())
        event.acceptProposedAction()


class DateTimeEditor(WithButton):
    """A moment such as `2026-05-01T09:00`, or a template."""

    def __init__(self, spec: FieldSpec, context: FormContext) -> None:
        super().__init__(spec, context, "calendar", tr("Choose a day"))
        if not self.edit.placeholderText():
            self.edit.setPlaceholderText("2026-05-01T09:00")

    def parse(self, text: str) -> Value:
        """See `TextBased`."""
        if not is_template(text):
            try:
                datetime.fromisoformat(text.strip())
            except ValueError:
                raise ValueError(tr("Write date and time as in 2026-05-01T09:00.")) from None
        return text

    def help_to_fill(self) -> None:
        """See `WithButton`."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        now = datetime.now().astimezone().replace(tzinfo=None)
        tomorrow = now.date() + timedelta(days=1)
        monday = now.date() + timedelta(days=7 - now.weekday())
        offers = (
            (tr("In an hour"), (now + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")),
            (tr("Tomorrow, 9:00"), f"{tomorrow}T{_MORNING}"),
            (tr("Next Monday, 9:00"), f"{monday}T{_MORNING}"),
        )
        for title, moment in offers:
            menu.addAction(title).setData(moment)
        menu.addSeparator()
        menu.addAction(self._calendar(menu))
        menu.triggered.connect(self._chosen)
        menu.popup(self.button.mapToGlobal(QPoint(0, self.button.height())))

    def _calendar(self, menu: QMenu) -> QWidgetAction:
        calendar = _dressed_calendar()
        day = self._day()
        calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        calendar.clicked.connect(self._chosen_day)
        calendar.clicked.connect(menu.close)
        action = QWidgetAction(menu)
        action.setDefaultWidget(calendar)
        return action

    def _day(self) -> date:
        try:
            return datetime.fromisoformat(self.edit.toPlainText().strip()).date()
        except ValueError:
            return datetime.now().astimezone().date()

    def _chosen(self, action: QAction) -> None:
        if isinstance(moment := action.data(), str):
            self.fill_in(moment)

    def _chosen_day(self, day: QDate) -> None:
        text = self.edit.toPlainText().strip()
        time = text.partition("T")[2] if not is_template(text) else ""
        self.fill_in(f"{day.toString(Qt.DateFormat.ISODate)}T{time or _MORNING}")
