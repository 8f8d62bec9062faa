"""A value, read-only: as tree, text, table or Markdown, with search, copy and save; lazily, however large it is."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import Literal

from PySide6.QtCore import QEvent, QModelIndex, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QTextCursor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QStackedWidget,
    QTableView,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from engine.model.paths import Path
from engine.model.values import Json
from resources.language import tr
from widgets.boxes import fill, row, words
from widgets.code.highlight import Highlighter
from widgets.elided import Elided
from widgets.glyph import Button, IconButton
from widgets.run.value_models import TableModel, TreeModel
from widgets.run.value_text import (
    PIECE,
    LineBreaker,
    hits,
    is_markdown,
    is_small,
    is_table,
    measure_text,
    pieces,
    place_in_text,
    whole_text,
)
from widgets.run.written import WrittenLine, written_file
from widgets.safe_text import SafeText, is_light
from widgets.segments import Segments
from widgets.theme import font, theme

View = Literal["tree", "table", "markdown", "text"]

CUT = 100_000
"""Characters of a text that are shown at once; the rest when it is asked for."""
_SLICE = 0.008
_COLOURED = 60_000
_TEXT, _TREE, _TABLE, _MARKDOWN = range(4)
_PLACES: dict[View, int] = {"text": _TEXT, "tree": _TREE, "table": _TABLE, "markdown": _MARKDOWN}
_WIDEST = 320


class ValueView(QWidget):
    """Shows one value.

    Signals:
        saved: the file that the value was written to.
        enlarge_wanted: a person wants more room for the value.
    """

    saved = Signal(str)
    enlarge_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.value: Json = None
        self.name = "value"
        self._views: tuple[View, ...] = ()
        self._rest: Iterator[str] = iter(())
        self._break = LineBreaker()
        self._found: Iterator[Path | None] = iter(())
        self._place: Iterator[int | None] = iter(())
        self._searched, self._had_hit = "", False
        self._read, self._wanted = 0, 0.0  # characters of the text that are shown, and that are to be
        self._make_views()
        self._make_bars()
        fill(QVBoxLayout(self), [self._head, self.file, self._stack, self._foot])
        self._loading = QTimer(self, interval=0, singleShot=True)
        self._loading.timeout.connect(self._load_on)
        self._searching = QTimer(self, interval=0, singleShot=True)
        self._searching.timeout.connect(self._search_on)

    # ------------------------------------------------------------------ parts
    def _make_views(self) -> None:
        face = font(theme().size["code"], mono=True)
        self.text = QPlainTextEdit()
        self.text.setReadOnly(True)
        flags = Qt.TextInteractionFlag
        self.text.setTextInteractionFlags(flags.TextSelectableByMouse | flags.TextSelectableByKeyboard)
        self.text.setUndoRedoEnabled(False)
        self.text.setFont(face)
        self.text.setProperty("kind", "bare")
        self.text.document().setDocumentMargin(8)
        self.text.setFrameShape(QFrame.Shape.NoFrame)
        self.text.setAccessibleName(tr("Value as text"))
        self._highlighter: Highlighter | None = None
        self.tree = QTreeView()
        self.tree.setUniformRowHeights(True)
        self.tree.setAccessibleName(tr("Value as tree"))
        self.tree.header().setStretchLastSection(True)
        self.table = QTableView()
        self.table.setShowGrid(False)
        self.table.setAccessibleName(tr("Value as table"))
        self.table.setWordWrap(False)
        self.table.verticalHeader().setDefaultSectionSize(theme().metric["row"])
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.markdown = SafeText()
        self._stack = QStackedWidget()
        for view in (self.text, self.tree, self.table, self.markdown):
            self._stack.addWidget(view)

    def _make_bars(self) -> None:
        self._choice = QHBoxLayout()
        self._segments: Segments | None = None
        self._size = words("", "caption")
        self.find_field = QLineEdit()
        self.find_field.setPlaceholderText(tr("Search"))
        self.find_field.setAccessibleName(tr("Search in the value"))
        self.find_field.setFixedWidth(150)
        self.find_field.returnPressed.connect(self.find_next)
        self.find_field.textChanged.connect(self._forget_search)
        self.find_note = words("", "caption")
        self.copy_button = IconButton("copy", tr("Copy all"), 14, side=24)
        self.copy_button.clicked.connect(self.copy)
        self.save_button = IconButton("download", tr("Save as…"), 14, side=24)
        self.save_button.clicked.connect(self.save_as)
        self.enlarge_button = IconButton("maximize-2", tr("Enlarge"), 14, side=24)
        self.enlarge_button.clicked.connect(self.enlarge_wanted)
        self.file = WrittenLine()
        self.tree.clicked.connect(self._look_for_file)
        self._head = row(
            self._choice, 8, self._size, None, self.find_note, 6, self.find_field, 4, self.copy_button, self.save_button,
            self.enlarge_button, margins=(10, 2, 6, 2), height=34,
        )  # fmt: skip
        self.more_words = Elided("", "hint")
        self.more_button = Button(tr("Show all"), kind="link")
        self.more_button.clicked.connect(self.show_all)
        self._foot = row(self.more_words, 10, self.more_button, None, margins=(12, 0, 12, 0), height=26)
        self._foot.hide()

    def add_to_head(self, widget: QWidget) -> None:
        """Put a widget at the left end of the head, such as a choice of values."""
        layout = self._head.layout()
        assert isinstance(layout, QHBoxLayout)
        layout.insertWidget(0, widget)
        layout.insertSpacing(1, theme().space["sm"])

    def event(self, event: QEvent) -> bool:
        """Search here, and not in the workflow, while the focus is here."""
        if isinstance(event, QKeyEvent) and event.matches(QKeySequence.StandardKey.Find):
            if event.type() == QEvent.Type.KeyPress:
                self.find_field.setFocus(Qt.FocusReason.ShortcutFocusReason)
                self.find_field.selectAll()
            event.accept()
            return True
        return super().event(event)

    # ------------------------------------------------------------------ what is shown
    def show_value(self, value: Json, name: str = "value") -> None:
        """Show another value, in the view that suits it; the view a person chose is kept where it fits."""
        chosen = self.current_view() if self._views else None
        self.value, self.name = value, name
        before = self._views
        self._views = _views_of(value)
        self._size.setText(measure_text(value))
        if before != self._views:
            self._offer_views()
        self._forget_search()
        self.file.show_file(written_file(value))
        self._empty_models()
        self._show_view(chosen if before == self._views and chosen else self._views[0])

    def choice(self) -> Segments | None:
        """Return what the view is chosen with, None when there is one only."""
        return self._segments

    def current_view(self) -> View:
        """Return how the value is shown."""
        return next(view for view, place in _PLACES.items() if place == self._stack.currentIndex())

    def _offer_views(self) -> None:
        if self._segments is not None:
            self._choice.removeWidget(self._segments)
            self._segments.hide()
            self._segments.deleteLater()
            self._segments = None
        if len(self._views) > 1:
            names = {"tree": tr("Tree"), "table": tr("Table"), "markdown": tr("Markdown"), "text": tr("Text")}
            self._segments = Segments([names[view] for view in self._views], tr("View"), height=24)
            self._segments.chosen.connect(self._on_chosen)
            self._choice.addWidget(self._segments)

    def _on_chosen(self, place: int) -> None:
        self._show_view(self._views[place])

    def show_as(self, view: View) -> None:
        """Show the value in another of its views."""
        if view in self._views:
            self._show_view(view)

    def _look_for_file(self, index: QModelIndex) -> None:
        """Offer the file that the chosen part of the value names, else the one of the whole value."""
        model = self.tree.model()
        if isinstance(model, TreeModel):
            self.file.show_file(written_file(model.branch(index).value) or written_file(self.value))

    def _show_view(self, view: View) -> None:
        if self._segments is not None:
            self._segments.set_current(self._views.index(view))
        self._stack.setCurrentIndex(_PLACES[view])
        self._foot.hide()
        self._loading.stop()
        self._searching.stop()
        if view == "tree" and self.tree.model() is None:
            self.tree.setModel(TreeModel(self.value, self.tree))
            self.tree.setColumnWidth(0, 180)
            if self.tree.model().rowCount() <= 3:
                self.tree.expandToDepth(0)
        elif view == "table" and self.table.model() is None and isinstance(self.value, list):
            self.table.setModel(TableModel(self.value, self.table))
            self._fit_columns()
        elif view == "markdown":
            self.markdown.show_markdown(self.value if isinstance(self.value, str) else "")
        elif view == "text":
            self._begin_text()

    def _fit_columns(self) -> None:
        header = self.table.horizontalHeader()
        header.setResizeContentsPrecision(50)
        header.resizeSections(QHeaderView.ResizeMode.ResizeToContents)
        for column in range(header.count()):
            header.resizeSection(column, min(max(header.sectionSize(column) + 8, 56), _WIDEST))

    def _empty_models(self) -> None:
        for view in (self.tree, self.table):
            model = view.model()
            view.setModel(None)
            if model is not None:
                model.deleteLater()
        self.markdown.show_markdown("")

    def show_stream(self, text: str) -> None:
        """Show a text that still grows, at its end."""
        if not self._views and self.value == text:
            return
        self.value, self._views = text, ()
        self._offer_views()
        self._forget_search()
        self._loading.stop()
        self.file.show_file(None)
        self._size.setText("")
        self._stack.setCurrentIndex(_TEXT)
        self._foot.hide()
        self._rest = iter(())
        self._dress_text()
        self.text.setPlainText(text)
        self.text.moveCursor(QTextCursor.MoveOperation.End)

    # ------------------------------------------------------------------ text, piece by piece
    def _begin_text(self) -> None:
        self._rest, self._break = pieces(self.value), LineBreaker()
        self._read, self._wanted = 0, 0.0
        self.text.clear()
        self._dress_text()
        self.text.setPlainText(self._pull(CUT))
        self._show_foot()

    def _dress_text(self) -> None:
        """Wrap words of a text; show the colours of JSON while there is not too much of it."""
        is_text = isinstance(self.value, str)
        mode = QPlainTextEdit.LineWrapMode.WidgetWidth if is_text else QPlainTextEdit.LineWrapMode.NoWrap
        self.text.setLineWrapMode(mode)
        if self._highlighter is not None:
            self._highlighter.setParent(None)
            self._highlighter.deleteLater()
            self._highlighter = None
        if not is_text and is_small(self.value, _COLOURED):
            self._highlighter = Highlighter(self.text.document(), "json")

    def _pull(self, count: int) -> str:
        held, size = [], 0
        while size < count and (piece := next(self._rest, None)) is not None:
            held.append(self._break(piece))
            size += len(piece)
        self._read += size
        return "".join(held)

    def _show_foot(self) -> None:
        ahead = next(self._rest, None)
        if ahead is None:
            self._foot.hide()
            return
        self._rest = _chained(ahead, self._rest)
        loads = self._read < self._wanted
        shown = tr("The first {count} characters are shown.", count=f"{self._read:,}")
        self.more_words.set_text(tr("Reading…") if loads else shown)
        self.more_button.setVisible(not loads)
        self._foot.show()

    def show_all(self) -> None:
        """Show the whole text; it comes piece by piece, so that the window stays usable."""
        self._load(math.inf)

    def _load(self, wanted: float) -> None:
        self._wanted = max(self._wanted, wanted)
        self._show_foot()
        self._loading.start()

    @property
    def is_loading(self) -> bool:
        """Whether more of the text is on its way."""
        return self._loading.isActive()

    def _load_on(self) -> None:
        until = time.perf_counter() + _SLICE
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        while time.perf_counter() < until:
            piece = next(self._rest, None) if self._read < self._wanted else None
            if piece is None:
                self._show_foot()
                if self._searched:
                    self._find_in_text()
                return
            cursor.insertText(self._break(piece))
            self._read += len(piece)
        self._loading.start()

    # ------------------------------------------------------------------ search
    def _forget_search(self) -> None:
        self._found, self._searched, self._had_hit = iter(()), "", False
        self._searching.stop()
        self.find_note.setText("")

    def find_next(self) -> None:
        """Go to the next place that holds what stands in the search field; after the last one to the first."""
        wanted = self.find_field.text()
        if not wanted:
            return
        fresh = wanted != self._searched
        self._searched = wanted
        if self.current_view() == "markdown" and isinstance(self.value, str) and not is_light(self.value):
            self._show_view("text")  # the other one has its beginning only
        if self.current_view() == "text" and self._foot.isVisibleTo(self):
            self._find_further()
        elif self.current_view() in ("text", "markdown"):
            self._find_in_text()
        else:
            if fresh:
                self._found, self._had_hit = hits(self.value, wanted), False
            self._searching.start()

    def _find_further(self) -> None:
        """Find it in what is shown, else in the rest, which is shown as far as it is needed for that."""
        if self.is_loading:
            return
        if self.text.find(self._searched):
            self.find_note.setText("")
            return
        self._place = place_in_text(self.value, self._searched, max(0, self._read - len(self._searched)))
        self._searching.start()

    def _find_in_text(self) -> None:
        view = self.text if self.current_view() == "text" else self.markdown
        if not view.find(self._searched):
            view.moveCursor(QTextCursor.MoveOperation.Start)
            if not view.find(self._searched):
                self.find_note.setText(tr("Nothing found"))
                return
        self.find_note.setText("")

    def _search_text_on(self) -> None:
        until = time.perf_counter() + _SLICE
        while time.perf_counter() < until:
            try:
                place = next(self._place)
            except StopIteration:
                self._find_in_text()
                return
            if place is not None:
                self.find_note.setText("")
                self._load(place + len(self._searched) + PIECE)
                return
        self.find_note.setText(tr("Searching…"))
        self._searching.start()

    def _search_on(self) -> None:
        if self.current_view() == "text":
            self._search_text_on()
            return
        until = time.perf_counter() + _SLICE
        while time.perf_counter() < until:
            try:
                path = next(self._found)
            except StopIteration:
                if self._had_hit:
                    self._found, self._had_hit = hits(self.value, self._searched), False
                    continue
                self.find_note.setText(tr("Nothing found"))
                return
            if path is not None:
                self._had_hit = True
                self.find_note.setText("")
                self._go_to(path)
                return
        self.find_note.setText(tr("Searching…"))
        self._searching.start()

    def _go_to(self, path: Path) -> None:
        model = self.tree.model() if self.current_view() == "tree" else self.table.model()
        if isinstance(model, TreeModel):
            index = model.index_of(path)
            self.tree.setCurrentIndex(index)
            self.tree.scrollTo(index)
        elif isinstance(model, TableModel):
            column = model.columns.index(path[1]) if len(path) > 1 and path[1] in model.columns else 0
            cell: QModelIndex = model.index(int(path[0]), column)
            self.table.setCurrentIndex(cell)
            self.table.scrollTo(cell)

    # ------------------------------------------------------------------ copy and save
    def copy(self) -> None:
        """Put the whole value into the clipboard."""
        QGuiApplication.clipboard().setText(whole_text(self.value))
        self.find_note.setText(tr("Copied"))

    def save_as(self) -> None:
        """Ask where to, and write the value there."""
        dialog = QFileDialog(self, tr("Save as"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        suffix = "json" if not isinstance(self.value, str) else "md" if is_markdown(self.value) else "txt"
        dialog.selectFile(f"{self.name}.{suffix}")
        dialog.fileSelected.connect(self.save_to)
        dialog.open()

    def save_to(self, file: str) -> None:
        """Write the value into a file, and say how that went."""
        try:
            FilePath(file).write_text(whole_text(self.value), encoding="utf-8")
        except OSError as error:
            self.find_note.setText(tr("Not saved: {reason}", reason=error.strerror or error))
            return
        self.find_note.setText(tr("Saved"))
        self.saved.emit(file)


def _views_of(value: Json) -> tuple[View, ...]:
    """Return how a value can be shown, the view that suits it best first."""
    if isinstance(value, str):
        return ("markdown", "text") if is_markdown(value) else ("text",)
    if is_table(value):
        return ("table", "tree", "text")
    return ("tree", "text") if isinstance(value, dict | list) and value else ("text",)


def _chained(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest
