"""How a node is drawn at full detail: everything that is not its body. The lines of text are laid out once and kept."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from graph_editor.geometry import PREVIEW_LINE, PortSpot
from graph_editor.node_chrome import paint_chrome, paint_selection, tile_opacity
from graph_editor.node_face import TICKING, Footer, Look, footer_of, port_name
from graph_editor.sprites import paint_sprite
from resources.language import tr
from widgets.icons import paint_icon
from widgets.step_view import GLYPHS, StepStatus, role_of
from widgets.theme import MEDIUM, REGULAR, SEMIBOLD, font, theme

EDGE_GAP = 10.0
"""Between what stands at the right of a node and its border."""
_BADGE = 14.0


@dataclass(frozen=True, slots=True)
class Line:
    """Words with the place of their baseline, and the role of their colour."""

    x: float
    y: float
    words: str
    role: str
    face: QFont


_KNOWN: dict[str, QFontMetricsF] = {}


def metrics(face: QFont) -> QFontMetricsF:
    """Return the measures of a face, made once."""
    key = face.key()
    if key not in _KNOWN:
        _KNOWN[key] = QFontMetricsF(face)
    return _KNOWN[key]


def line(rect: QRectF, words: str, role: str, face: QFont, *, right: bool = False) -> Line:
    """Lay out one line in the middle of the height of a rectangle, cut where there is no room."""
    measured = metrics(face)
    width = measured.horizontalAdvance(words)
    if width > rect.width() + 0.5:
        words = measured.elidedText(words, Qt.TextElideMode.ElideRight, rect.width() + 0.5)
        width = measured.horizontalAdvance(words)
    y = rect.top() + (rect.height() + measured.ascent() - measured.descent()) / 2
    return Line(rect.right() - width if right else rect.left(), y, words, role, face)


def paint_lines(painter: QPainter, lines: tuple[Line, ...]) -> None:
    """Draw lines of text."""
    style = theme()
    for item in lines:
        painter.setFont(item.face)
        painter.setPen(style.color(style.ink(item.role)))
        painter.drawText(QPointF(item.x, item.y), item.words)


def title_face() -> QFont:
    """Return the font of a node's title."""
    return font(theme().size["body"], SEMIBOLD)


def lines_of(look: Look) -> tuple[Line, ...]:
    """Return all lines of a node but those that change while it runs."""
    style, parts, face = theme(), look.parts, look.face
    left = 10.0 + style.metric["node_tile"] + 9
    right = parts.width - EDGE_GAP
    role = "text.secondary" if look.dim else "text.primary"
    title_room = right - badges_width(look) - left
    found = [line(QRectF(left, 7, title_room, 18), face.title, role, title_face())]
    if face.subtitle:
        found.append(line(QRectF(left, 24, right - left, 16), face.subtitle, "text.tertiary", font(style.size["small"])))
    found += _row_lines(look)
    found += _well_lines(look)
    if look.status not in TICKING:
        found += footer_lines(look, footer_of(look, 0.0))
    return tuple(found)


def footer_lines(look: Look, footer: Footer) -> list[Line]:
    """Return the last line: words at the left, a figure at the right when there is room for it."""
    style = theme()
    row = QRectF(10, look.parts.footer, look.parts.width - 2 * EDGE_GAP, style.metric["node_footer"])
    faces = font(style.size["caption"], MEDIUM), font(style.size["caption"], REGULAR)
    words_width = metrics(faces[0]).horizontalAdvance(footer.words)
    found = [line(row.adjusted(19, 0, 0, 0), footer.words, footer.role, faces[0])]
    room = row.width() - 19 - words_width - 8
    if footer.detail and room >= 24:
        found.append(line(row.adjusted(row.width() - room, 0, 0, 0), footer.detail, "text.tertiary", faces[1], right=True))
    return found


def badges_width(look: Look) -> float:
    """Return the room that the signs beside the title take."""
    width = 19.0 if look.face.pinned else 0.0
    return width + (problems_width(look) + 5 if look.marks.problems else 0.0)


def problems_width(look: Look) -> float:
    """Return the width of the chip that counts problems."""
    return metrics(font(theme().size["caption"], SEMIBOLD)).horizontalAdvance(str(len(look.marks.problems))) + 22


def _row_lines(look: Look) -> list[Line]:
    style, found = theme(), []
    tall = style.metric["case_row"]
    for spot in look.spots:
        if not spot.row:
            continue
        taken = look.marks.given is not None and spot.port.key in look.marks.given
        row = QRectF(10, spot.y - tall / 2, look.parts.width - 20, tall)
        face, role = font(style.size["small"], MEDIUM if taken else REGULAR), "text.primary" if taken else "text.secondary"
        name = line(row.adjusted(18, 0, -4, 0), port_name(spot.port), role, face, right=True)
        found.append(name)
        if test := look.face.tests.get(spot.port.key):
            room = QRectF(28, row.top(), name.x - 28 - 8, tall)
            if room.width() > 20:
                found.append(line(room, test, "text.tertiary", font(style.size["caption"], mono=True)))
    return found


def _well_lines(look: Look) -> list[Line]:
    if look.well.streams or not look.well.height:
        return []
    style, well = theme(), look.parts.well_rect
    if look.well.is_failure:
        face, role = font(style.size["caption"], MEDIUM), "state.failed"
    else:
        face, role = font(style.size["caption"], mono=True), "text.tertiary" if look.dim else "text.secondary"
    found = [line(well_row(well, index), words, role, face) for index, words in enumerate(look.well.lines)]
    if look.well.is_failure:
        row = well_row(well, len(found))
        found.append(line(row.adjusted(16, 0, 0, 0), tr("Retry from here"), "accent.text", font(style.size["caption"], MEDIUM)))
    return found


def well_row(well: QRectF, index: int) -> QRectF:
    """Return the place of a line in the well."""
    return QRectF(well.left() + 8, well.top() + 5 + PREVIEW_LINE * index, well.width() - 14, PREVIEW_LINE)


def retry_rect(look: Look) -> QRectF:
    """Return where a failed node offers to try again; empty when it does not."""
    if not look.well.is_failure:
        return QRectF()
    row = well_row(look.parts.well_rect, len(look.well.lines))
    width = metrics(font(theme().size["caption"], MEDIUM)).horizontalAdvance(tr("Retry from here"))
    return QRectF(row.left() - 3, row.top(), min(width + 22, row.width()), row.height())


def paint_node(painter: QPainter, look: Look, lines: tuple[Line, ...], *, selected: bool) -> None:
    """Draw a node at full detail."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint_chrome(painter, look)
    size = theme().metric["node_tile"]
    paint_icon_at(painter, look, QRectF(10, 11, size, size), 16.0, 1.6)
    _paint_badges(painter, look)
    _paint_rows(painter, look)
    _paint_well(painter, look)
    if look.status not in TICKING:
        paint_state(painter, look.status, footer_glyph(look), 1.8)
    paint_lines(painter, lines)
    if selected:
        paint_selection(painter, look.parts.body, float(theme().radius["node"]))
    for spot in look.spots:
        paint_port(painter, spot, look)
    if look.marks.breakpoint:
        paint_breakpoint(painter, paused=look.marks.paused)


def footer_glyph(look: Look) -> QRectF:
    """Return the place of the sign of the state."""
    middle = look.parts.footer + theme().metric["node_footer"] / 2
    return QRectF(10, middle - 6.5, 13, 13)


def paint_state(painter: QPainter, status: StepStatus, rect: QRectF, width: float) -> None:
    """Draw the sign of a state; running is an arc."""
    style = theme()
    if status != "running":
        paint_icon(painter, GLYPHS[status], rect, style.color(role_of(status)), 1.4 * rect.width() / 13)
        return
    inner = rect.adjusted(1, 1, -1, -1) if rect.width() > 12 else rect
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(style.color("state.running", 0.3), width))
    painter.drawEllipse(inner)
    painter.setPen(QPen(style.color("state.running"), width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawArc(inner, 90 * 16, -110 * 16)


def paint_icon_at(painter: QPainter, look: Look, tile: QRectF, glyph: float, stroke: float) -> None:
    """Draw the icon of a node's type in the middle of its tile."""
    inset = (tile.width() - glyph) / 2
    painter.setOpacity(tile_opacity(look))
    paint_icon(painter, look.face.icon, tile.adjusted(inset, inset, -inset, -inset), theme().color("text.on_tile"), stroke)
    painter.setOpacity(1.0)


def _paint_badges(painter: QPainter, look: Look) -> None:
    style, right = theme(), look.parts.width - EDGE_GAP
    if look.face.pinned:
        paint_icon(painter, "pin", QRectF(right - _BADGE, 9, _BADGE, _BADGE), style.color("state.pinned"))
        right -= 19
    if not look.marks.problems:
        return
    role = "state.failed" if look.marks.errors else "state.waiting"
    chip = QRectF(right - problems_width(look), 8, problems_width(look), 16)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color(role, 0.18))
    painter.drawRoundedRect(chip, style.radius["chip"], style.radius["chip"])
    sign = "circle-alert" if look.marks.errors else "triangle-alert"
    paint_icon(painter, sign, QRectF(chip.left() + 3, chip.top() + 2, 12, 12), style.color(role), 1.4)
    count = line(chip.adjusted(17, 0, 0, 0), str(len(look.marks.problems)), role, font(style.size["caption"], SEMIBOLD))
    paint_lines(painter, (count,))


def _paint_rows(painter: QPainter, look: Look) -> None:
    for spot in look.spots:
        if spot.row and look.marks.given is not None and spot.port.key in look.marks.given:
            paint_icon(painter, "check", QRectF(10, spot.y - 6, 12, 12), theme().color("state.ok"), 1.6)


def _paint_well(painter: QPainter, look: Look) -> None:
    well = look.parts.well_rect
    if well.isEmpty():
        return
    style = theme()
    painter.setPen(QPen(style.color("line.default"), 1) if style.high else Qt.PenStyle.NoPen)  # its ground is that of the node
    painter.setBrush(style.color("state.failed", 0.12) if look.well.is_failure else style.color("surface.node_well"))
    painter.drawRoundedRect(well, 5, 5)
    if look.well.is_failure:
        row = well_row(well, len(look.well.lines))
        sign = QRectF(row.left(), row.center().y() - 6, 12, 12)
        paint_icon(painter, "rotate-ccw", sign, style.color("accent.text"), 1.4)


def paint_port(painter: QPainter, spot: PortSpot, look: Look, radius: float = 0.0) -> None:
    """Draw a port. It cuts the border with a ring of the canvas, is hollow when nothing is wired, and square for lists."""
    style, marks = theme(), look.marks
    radius = radius or float(style.metric["port_radius"])
    role = "state.failed" if spot.missing else f"port.{spot.port.type}"
    if role not in style:
        role = "port.any"
    not_taken = spot.side == "output" and marks.given is not None and spot.port.key not in marks.given
    is_spare = spot.port.multiple and not spot.wired and not spot.port.required and marks.fits is None
    amount = 0.55 if (look.dim or not_taken or is_spare) and not style.high else 1.0
    if marks.fits is not None and (spot.port.key, spot.side) not in marks.fits:
        role, amount = "port.any", style.alpha["fade"]
    outer = radius * 1.4 + 1
    box = QRectF(spot.x - outer, spot.y - outer, 2 * outer, 2 * outer)
    kind = ("port", role, amount, spot.wired, spot.is_list)
    paint_sprite(painter, kind, box, lambda onto: _paint_port(onto, spot, style.mix(role, "surface.canvas", amount), radius))


def _paint_port(painter: QPainter, spot: PortSpot, color: QColor, radius: float) -> None:
    style = theme()
    box = QRectF(spot.x - radius, spot.y - radius, radius * 2, radius * 2)
    corner = radius * 0.45 if spot.is_list else radius
    ring = radius * 0.4
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.color("surface.canvas"))
    painter.drawRoundedRect(box.adjusted(-ring, -ring, ring, ring), corner + ring, corner + ring)
    if spot.wired:
        painter.setBrush(color)
        painter.drawRoundedRect(box, corner, corner)
        return
    inset = radius * 0.18
    painter.setBrush(style.color("surface.node"))
    painter.setPen(QPen(color, radius * 0.35))
    painter.drawRoundedRect(box.adjusted(inset, inset, -inset, -inset), max(corner - inset, inset), max(corner - inset, inset))


def paint_breakpoint(painter: QPainter, *, paused: bool, px: float = 1.0) -> None:
    """Draw the dot on the corner, with an arrow where the run stands still."""
    style = theme()
    painter.setPen(QPen(style.color("surface.canvas"), 2.5 * px))
    painter.setBrush(style.color("state.breakpoint"))
    painter.drawEllipse(QPointF(1, 1), 7.5 * px, 7.5 * px)
    if paused:
        arrow = QPainterPath(QPointF(-1.4, -2.4) * px)
        for x, y in ((4.4, 1.0), (-1.4, 4.4)):
            arrow.lineTo(x * px, y * px)
        arrow.closeSubpath()
        painter.fillPath(arrow, style.color("text.on_tile"))
