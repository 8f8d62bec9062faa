"""A list of flat objects as a table whose cells can be edited, and whose rows can be left out where that is allowed."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QKeyEvent, QMouseEvent, QPainter, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from engine.model.values import Json, JsonObject
from resources.language import tr
from widgets.forms.literal import read_cell, shown_cell
from widgets.forms.wording import human
from widgets.icons import paint_icon
from widgets.payload.schema import Column, TableShape
from widgets.theme import font, theme

Index = QModelIndex | QPersistentModelIndex
_SHORT, _WIDEST_SHORT, _ROW_MOST, _EDITOR, _MANY, _LEAST_HEIGHT = 24, 180, 132, 96, 200, 300
_BOX, _PAD, _LONGEST_TIP = 16, 6, 600


class PayloadModel(QAbstractTableModel):
    """The rows. `edited` tells of each edit, `refused` why what was typed cannot be taken."""

    edited = Signal()
    refused = Signal(str)

    def __init__(self, rows: Sequence[JsonObject], shape: TableShape, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.shape = shape
        self._original = [dict(row) for row in rows]
        self.rows = [dict(row) for row in rows]
        self.kept = [True] * len(self.rows)

    def value(self) -> list[Json]:
        """Return the rows that are not left out."""
        return [row for row, kept in zip(self.rows, self.kept, strict=True) if kept]

    @property
    def checks(self) -> int:
        """How many columns stand before the values: one with check boxes, where rows may be left out."""
        return int(self.shape.may_leave_out)

    def is_check(self, index: Index) -> bool:
        """Tell whether a cell is a check box."""
        return index.column() < self.checks

    def column(self, index: Index) -> Column:
        """Return the column of a cell that holds a value."""
        return self.shape.columns[index.column() - self.checks]

    def rowCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.rows)

    def columnCount(self, _parent: Index | None = None) -> int:
        """See Qt."""
        return len(self.shape.columns) + self.checks

    def flags(self, index: Index) -> Qt.ItemFlag:
        """See Qt."""
        flags = Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEnabled
        if self.is_check(index):
            return flags | Qt.ItemFlag.ItemIsUserCheckable
        return flags | Qt.ItemFlag.ItemIsEditable if self.kept[index.row()] else flags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        kept = self.kept[index.row()]
        if self.is_check(index):
            if role == Qt.ItemDataRole.CheckStateRole:
                return Qt.CheckState.Checked if kept else Qt.CheckState.Unchecked
            return tr("Keep this row") if role == Qt.ItemDataRole.ToolTipRole else None
        value = self.rows[index.row()].get(self.column(index).key)
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _shown(value)
            case Qt.ItemDataRole.EditRole:
                return value
            case Qt.ItemDataRole.ForegroundRole:
                return theme().color("text.primary" if kept else "text.tertiary")
            case Qt.ItemDataRole.FontRole if not kept:
                return _struck()
            case Qt.ItemDataRole.TextAlignmentRole:
                return Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft
            case Qt.ItemDataRole.ToolTipRole if self.is_changed(index):
                before = _shown(self._original[index.row()].get(self.column(index).key))
                return f"<p>{escape(tr('was {value}', value=before)[:_LONGEST_TIP])}</p>"
        return None

    def is_changed(self, index: Index) -> bool:
        """Tell whether a cell was edited."""
        if self.is_check(index):
            return False
        key = self.column(index).key
        before, now = self._original[index.row()].get(key), self.rows[index.row()].get(key)
        return type(before) is not type(now) or before != now

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Take an edit: text as it was typed, or the state of a check box."""
        if role == Qt.ItemDataRole.CheckStateRole:
            self.kept[index.row()] = Qt.CheckState(value) == Qt.CheckState.Checked
        else:
            try:
                self.rows[index.row()][self.column(index).key] = self._read(index, value)
            except ValueError as error:
                self.refused.emit(str(error))
                return False
        self.refused.emit("")
        self.dataChanged.emit(self.index(index.row(), 0), self.index(index.row(), self.columnCount() - 1))
        self.edited.emit()
        return True

    def _read(self, index: Index, value: object) -> Json:
        column, before = self.column(index), self.rows[index.row()].get(self.column(index).key)
        text = str(value)
        if column.kind in ("text", "long_text"):
            return before if text == _shown(before) else text
        if column.kind == "choice":
            return next((choice for choice in column.choices if human(choice) == text), before)
        if text == _shown(before):
            return before
        read = read_cell(text) if text else None
        is_number = isinstance(read, int | float) and not isinstance(read, bool)
        if read is not None and column.kind in ("number", "integer") and not is_number:
            raise ValueError(tr("{words} is no number.", words=text))
        if read is not None and column.kind == "switch" and not isinstance(read, bool):
            raise ValueError(tr("Type true or false."))
        return read

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """See Qt."""
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        if role == Qt.ItemDataRole.DisplayRole and orientation == Qt.Orientation.Horizontal:
            return "" if section < self.checks else self.shape.columns[section - self.checks].title
        return None


def _shown(value: Json) -> str:
    return value if isinstance(value, str) else "" if value is None else shown_cell(value)


def _struck() -> QFont:
    face = QFont(font(theme().size["body"]))
    face.setStrikeOut(True)
    return face


class CellEditor(QStyledItemDelegate):
    """Edits a cell: a choice, a line, or several lines, in which Enter begins a new one. Draws edits and check boxes."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """See Qt."""
        model = index.model()
        assert isinstance(model, PayloadModel)
        look, rect = theme(), QRect(option.rect)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, look.color("line.subtle"))
        if model.is_check(index):
            _paint_check(painter, _box_of(option), checked=model.kept[index.row()])
            return
        if model.kept[index.row()] and model.is_changed(index):
            painter.fillRect(rect.adjusted(0, 0, 0, -1), look.color("diff.changed", look.alpha["diff"]))
        inner = QStyleOptionViewItem(option)
        inner.rect = rect.adjusted(0, _PAD, 0, -_PAD)
        inner.state &= ~QStyle.StateFlag.State_MouseOver  # the table has tinted the whole cell
        super().paint(painter, inner, index)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> bool:
        """Turn a check box by mouse or with the space bar."""
        assert isinstance(model, PayloadModel)
        is_click = isinstance(event, QMouseEvent) and event.type() == QEvent.Type.MouseButtonRelease
        is_space = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Space
        if model.is_check(index) and (is_click or is_space):
            turned = Qt.CheckState.Unchecked if model.kept[index.row()] else Qt.CheckState.Checked
            return model.setData(index, turned, Qt.ItemDataRole.CheckStateRole)
        return super().editorEvent(event, model, option, index)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        """See Qt."""
        model = index.model()
        assert isinstance(model, PayloadModel)
        column, value = model.column(index), model.data(index)
        if column.kind == "choice":
            box = QComboBox(parent)
            box.addItems([human(choice) for choice in column.choices])
            return box
        if column.kind == "long_text" or (isinstance(value, str) and "\n" in value):
            lines = QPlainTextEdit(parent)
            lines.setTabChangesFocus(True)
            return lines
        return QLineEdit(parent)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        """See Qt."""
        shown = str(index.data(Qt.ItemDataRole.DisplayRole))
        if isinstance(editor, QComboBox):
            value = index.data(Qt.ItemDataRole.EditRole)
            editor.setCurrentText(human(value))
        elif isinstance(editor, QPlainTextEdit):
            editor.setPlainText(shown)
        elif isinstance(editor, QLineEdit):
            editor.setText(shown)

    def setModelData(self, editor: QWidget, model: QAbstractItemModel, index: Index) -> None:
        """See Qt."""
        if isinstance(editor, QComboBox):
            model.setData(index, editor.currentText())
        elif isinstance(editor, QPlainTextEdit):
            model.setData(index, editor.toPlainText())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        """Give several lines room, also in a low row."""
        rect = option.rect
        if isinstance(editor, QPlainTextEdit):
            rect.setHeight(max(rect.height(), _EDITOR))
        editor.setGeometry(rect)


def _box_of(option: QStyleOptionViewItem) -> QRectF:
    return QRectF(option.rect.left() + 8, option.rect.top() + _PAD, _BOX, _BOX)


def _paint_check(painter: QPainter, box: QRectF, *, checked: bool) -> None:
    look = theme()
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.color("accent.base" if checked else "line.control"), 1))
    painter.setBrush(look.color("accent.base" if checked else "surface.sunken"))
    painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
    if checked:
        paint_icon(painter, "check", box.adjusted(2, 2, -2, -2), look.color("text.on_accent"), 1.8)
    painter.restore()


class PayloadTable(QTableView):
    """Edits the rows of a list."""

    def __init__(self, rows: Sequence[JsonObject], shape: TableShape) -> None:
        super().__init__()
        self.rows = PayloadModel(rows, shape, self)
        self.setModel(self.rows)
        self.setItemDelegate(CellEditor(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(True)
        self.setAccessibleName(tr("Data"))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        triggers = QAbstractItemView.EditTrigger
        self.setEditTriggers(triggers.DoubleClicked | triggers.EditKeyPressed | triggers.AnyKeyPressed)
        self.verticalHeader().hide()
        self.setCornerButtonEnabled(False)
        self._place_columns()
        self._place_rows()
        self.rows.edited.connect(self._place_rows)

    def _place_columns(self) -> None:
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        metrics = self.fontMetrics()
        long_ones = []
        checks = self.rows.checks
        if checks:
            self.setColumnWidth(0, 2 * _BOX)
        for place, column in enumerate(self.rows.shape.columns, checks):
            cells = [str(self.rows.data(self.rows.index(row, place))) for row in range(min(len(self.rows.rows), _MANY))]
            if column.kind == "long_text" or any(len(cell) > _SHORT or "\n" in cell for cell in cells):
                long_ones.append(place)
                continue
            widest = max([metrics.horizontalAdvance(text) for text in (*cells, column.title)], default=0)
            self.setColumnWidth(place, min(widest + 28, _WIDEST_SHORT))
        texts = [place for place, column in enumerate(self.rows.shape.columns, checks) if column.kind == "text"]
        for place in long_ones or texts or [self.rows.columnCount() - 1]:
            header.setSectionResizeMode(place, QHeaderView.ResizeMode.Stretch)

    def _place_rows(self) -> None:
        if len(self.rows.rows) > _MANY:
            return
        self.resizeRowsToContents()
        least = theme().metric["row"]
        for row in range(len(self.rows.rows)):
            height = self.rowHeight(row)
            self.setRowHeight(row, least if height <= least else min(height + 2 * _PAD, _ROW_MOST))
        height = self.horizontalHeader().height() + sum(self.rowHeight(row) for row in range(len(self.rows.rows)))
        self.setMinimumHeight(min(height + 4, _LEAST_HEIGHT))

    def sizeHint(self) -> QSize:
        """Return the room of the rows, up to a limit."""
        return QSize(super().sizeHint().width(), self.minimumHeight())

    def initViewItemOption(self, option: QStyleOptionViewItem) -> None:
        """Tint what is chosen, so that long words in it can be read."""
        super().initViewItemOption(option)
        look = theme()
        option.palette.setColor(QPalette.ColorRole.Highlight, look.mix("accent.base", "surface.panel", look.alpha["selected"]))
        option.palette.setColor(QPalette.ColorRole.HighlightedText, look.color("text.primary"))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep whole words in sight."""
        super().resizeEvent(event)
        self._place_rows()
