"""The items of frames and notes. Both are frames of the document: a note is one with text."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsItem, QGraphicsRectItem, QStyle, QStyleOptionGraphicsItem, QWidget

from engine.model.graph import Frame
from graph_editor.levels import Level
from graph_editor.node_chrome import paint_selection
from graph_editor.node_paint import line, paint_lines
from graph_editor.text_lines import wrap
from widgets.theme import SEMIBOLD, Theme, font, theme

FRAME_Z, NOTE_Z = -2.0, -1.0
TITLE_HEIGHT = 18.0
LEAST_SIZE = 48.0
LEAST_TEXT = 11.0
"""Pixels of the screen that the letters of a note are high, at least."""
FAR_TITLE = 180.0
"""Pixels that a title may take when the canvas is zoomed out, whatever the width of its frame."""
_FOLD = 14.0
_LINE_HEIGHT = 1.4
_TWO_LINES = 64.0
"""How high a note has to be for its title to leave room for its text."""


def frame_rect(frame: Frame) -> QRectF:
    """Return the place of a frame, not smaller than can be seen and taken hold of."""
    rect = QRectF(*frame.rect).normalized()
    return QRectF(rect.x(), rect.y(), max(rect.width(), LEAST_SIZE), max(rect.height(), LEAST_SIZE))


def frame_role(frame: Frame, style: Theme) -> str:
    """Return the colour role of a frame: `color` names a category or a role; anything else gives the accent."""
    for role in (frame.color, f"category.{frame.color}"):
        if role in style:
            return role
    return "accent.base"


def frame_color(frame: Frame, alpha: float = 1.0) -> QColor:
    """Return the colour of a frame, which may also be written as `#RRGGBB`."""
    if frame.color.startswith("#") and (own := QColor(frame.color)).isValid():
        own.setAlphaF(alpha)
        return own
    return theme().color(frame_role(frame, theme()), alpha)


class FrameItem(QGraphicsRectItem):
    """Draws a frame behind the nodes: a wash of its colour and its title above; or a note with its text."""

    def __init__(self, frame: Frame, level: Level) -> None:
        super().__init__()
        self.frame = frame
        self.level = level
        self.setFlag(QGraphicsItem.GraphicsItemFlag.ItemIsSelectable)
        self.show_frame(frame)

    @property
    def is_note(self) -> bool:
        """Whether it is a note and holds no nodes."""
        return bool(self.frame.text)

    @property
    def home(self) -> QRectF:
        """Its place in the document."""
        return frame_rect(self.frame)

    @property
    def area(self) -> QRectF:
        """The frame in scene units."""
        return self.rect().translated(self.pos())

    def show_frame(self, frame: Frame) -> None:
        """Show another state of the frame."""
        self.frame = frame
        self.place(frame_rect(frame))
        self.update()

    def stack(self, place: int) -> None:
        """Lie above the frames that come before it in the document; notes above all frames."""
        self.setZValue((NOTE_Z if self.is_note else FRAME_Z) + place / 10_000)

    def place(self, rect: QRectF) -> None:
        """Show it at another place, as while it is dragged; the document stays as it is."""
        self.prepareGeometryChange()
        self.setPos(rect.topLeft())
        self.setRect(0, 0, rect.width(), rect.height())

    def show_level(self, level: Level) -> None:
        """Keep the title readable at another zoom."""
        self.prepareGeometryChange()
        self.level = level

    def title_rect(self) -> QRectF:
        """Return where the title stands, above the frame, in its own units."""
        px = self._title_px()
        width = max(self.rect().width() - 8, 60.0 if px == 1.0 else FAR_TITLE * px)
        return QRectF(4, -4 - TITLE_HEIGHT * px, width, TITLE_HEIGHT * px)

    def _title_px(self) -> float:
        return max(self.level.px, 1.0) if self.level.detail != "full" else 1.0

    def boundingRect(self) -> QRectF:
        """Return what it draws on."""
        around = self.rect().adjusted(-6, -6, 6, 6)
        return around if self.is_note or not self.frame.title else around.united(self.title_rect())

    def shape(self) -> QPainterPath:
        """Return where the mouse takes hold: a note everywhere, a frame at its border and title, its inside is the canvas."""
        path = QPainterPath()
        if self.is_note:
            path.addRect(self.rect())
            return path
        path.setFillRule(Qt.FillRule.OddEvenFill)
        path.addRect(self.rect().adjusted(-5, -5, 5, 5))
        path.addRect(self.rect().adjusted(7, 7, -7, -7))
        if self.frame.title:
            path.addRect(self.title_rect())
        return path

    def paint(self, painter: QPainter, option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Draw frame or note."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_note:
            self._paint_note(painter)
        else:
            self._paint_frame(painter)
        if bool(option.state & QStyle.StateFlag.State_Selected):
            paint_selection(painter, self.rect(), 4.0 if self.is_note else float(theme().radius["frame"]), 0.8)

    def _paint_frame(self, painter: QPainter) -> None:
        style, radius = theme(), float(theme().radius["frame"])
        painter.setPen(QPen(frame_color(self.frame, 1.0 if style.high else 0.35), 1))
        painter.setBrush(frame_color(self.frame, 0.0 if style.high else 0.055))
        painter.drawRoundedRect(self.rect().adjusted(0.5, 0.5, -0.5, -0.5), radius, radius)
        if not self.frame.title:
            return
        px, area = self._title_px(), self.title_rect()
        painter.save()
        painter.translate(area.topLeft())
        painter.scale(px, px)
        role, face = frame_role(self.frame, style), font(style.size["small"], SEMIBOLD)
        words = line(QRectF(0, 0, area.width() / px, TITLE_HEIGHT), self.frame.title, role, face)
        painter.setFont(face)
        painter.setPen(frame_color(self.frame) if self.frame.color.startswith("#") else style.color(style.ink(role)))
        painter.drawText(QPointF(words.x, words.y), words.words)
        painter.restore()

    def _paint_note(self, painter: QPainter) -> None:
        style, box = theme(), self.rect()
        painter.setPen(QPen(style.color("text.note", 0.22), 1))
        painter.setBrush(style.color("surface.note"))
        painter.drawPath(_note_shape(box))
        corner = QPainterPath(QPointF(box.right(), box.bottom() - _FOLD))
        corner.lineTo(box.right() - _FOLD, box.bottom() - _FOLD)
        corner.lineTo(box.right() - _FOLD, box.bottom())
        corner.closeSubpath()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(style.color("text.note", 0.28))
        painter.drawPath(corner)
        self._paint_words(painter)

    def _paint_words(self, painter: QPainter) -> None:
        """Draw text and title, from afar larger than the note is, so that they can be read."""
        style = theme()
        larger = max(LEAST_TEXT / (style.size["small"] * self.level.zoom), 1.0)
        width, height = self.rect().width() / larger, self.rect().height() / larger
        inset = 10.0 / min(larger, 2.0)
        has_foot = bool(self.frame.title) and height >= _TWO_LINES
        painter.save()
        painter.scale(larger, larger)
        foot = 24.0 if has_foot else inset - 2
        paint_paragraph(painter, QRectF(inset, inset - 2, width - 2 * inset, height - inset + 2 - foot), self.frame.text)
        if has_foot:
            where = QRectF(inset, height - 24, width - inset - 24, 16)
            paint_lines(painter, (line(where, self.frame.title, "text.note", font(style.size["caption"], SEMIBOLD)),))
        painter.restore()


def _note_shape(box: QRectF) -> QPainterPath:
    shape = QPainterPath(QPointF(4, 0))
    shape.lineTo(box.right() - 4, 0)
    shape.quadTo(box.right(), 0, box.right(), 4)
    shape.lineTo(box.right(), box.bottom() - _FOLD)
    shape.lineTo(box.right() - _FOLD, box.bottom())
    shape.lineTo(4, box.bottom())
    shape.quadTo(0, box.bottom(), 0, box.bottom() - 4)
    shape.lineTo(0, 4)
    shape.quadTo(0, 0, 4, 0)
    return shape


def paint_paragraph(painter: QPainter, rect: QRectF, words: str) -> None:
    """Draw the text of a note, wrapped, as far as there is room."""
    size = theme().size["small"]
    face, step = font(size), size * _LINE_HEIGHT
    most = int((rect.height() + 2) // step)
    rows = wrap(words, face, rect.width(), most) if most > 0 and rect.width() > 0 else ()
    paint_lines(
        painter,
        tuple(
            line(QRectF(rect.left(), rect.top() + step * at, rect.width() + 1, step), row, "text.note", face)
            for at, row in enumerate(rows)
        ),
    )
