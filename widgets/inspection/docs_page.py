"""What a node type does, takes and gives, from its declaration."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from engine.api.declaration import Declaration, FieldSpec
from engine.api.ports import Port, Ports
from engine.model.values import JsonObject
from resources.language import tr
from widgets.boxes import clear, column, fill, line, row, words
from widgets.chip import Chip
from widgets.code.edit import CodeEdit, Style
from widgets.elided import Elided
from widgets.forms.wording import help_text, shown_default
from widgets.glyph import PortMark
from widgets.safe_text import SafeText
from widgets.section import Section
from widgets.values import TYPE_WORDS


class DocsPage(QWidget):
    """The reference of a node type."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[Declaration | None, Ports | None] | None = None
        self._column = QVBoxLayout(self)
        fill(self._column, [], gap=4, margins=(14, 10, 14, 12))

    def show_kind(self, kind: Declaration | None, ports: Ports | None = None) -> None:
        """Show a type, with the ports of a node where these are its own."""
        if (kind, ports) == self._shown:
            return
        self._shown = kind, ports
        clear(self._column)
        if kind is None:
            self._column.addWidget(
                words(tr("This type is not installed here. The node is kept as it is."), "secondary", wrap=True)
            )
        else:
            self._add(kind, ports or kind.ports)
        self._column.addStretch(1)

    def _add(self, kind: Declaration, ports: Ports) -> None:
        about = SafeText(grows=True)
        about.show_markdown(tr(kind.help))
        self._column.addWidget(about)
        for title, side in ((tr("Takes"), ports.inputs), (tr("Gives"), ports.outputs)):
            self._part(title, [_port(port) for port in side], is_open=True)
        self._part(tr("Fields"), [_field(spec) for spec in kind.fields], is_open=False)
        self._part(tr("Examples"), [_example(one) for one in kind.examples[:3]], is_open=False)

    def _part(self, title: str, inside: Sequence[QWidget], *, is_open: bool) -> None:
        if not inside:
            return
        self._column.addSpacing(2)
        self._column.addWidget(line(subtle=True))
        section = Section(title, is_open=is_open, gap=4)
        section.set_note(str(len(inside)))
        for widget in inside:
            section.body.addWidget(widget)
        self._column.addWidget(section)


def _port(port: Port) -> QWidget:
    name = words(port.key, "mono")
    needed = [Chip(tr("needed"), "state.waiting", height=18)] if port.required else []
    kind = tr(TYPE_WORDS.get(port.type, port.type))
    if port.multiple:
        kind = tr("any number")
    head = row(PortMark(port.type), name, *needed, None, Elided(kind, "hint"), gap=8, height=24)
    if not port.help:
        return head
    return column(head, row(22, words(tr(port.help), "hint", wrap=True)))


def _field(spec: FieldSpec) -> QWidget:
    head = row(words(tr(spec.label), "label"), None, Elided(shown_default(spec), "hint"), gap=8, height=20)
    return column(head, words(help_text(spec), "hint", wrap=True))


def _example(example: JsonObject) -> QWidget:
    edit = CodeEdit(Style(language="json", templates=True, lines=(1, 12), size=11))
    edit.setReadOnly(True)
    edit.set_text(json.dumps(example, ensure_ascii=False, indent=2))
    return edit
