"""Something to tell in passing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from shiboken6 import isValid

from desktop_app.window.open_document import OpenDocument
from resources.language import tr
from widgets.toast import Kind


@dataclass(frozen=True, slots=True)
class Notice:
    """A message, perhaps with what can be done about it; while `lasts` says so, that is offered with the message later too."""

    text: str
    kind: Kind = "info"
    action: tuple[str, Callable[[], object]] | None = None
    lasts: Callable[[], bool] | None = None


def undo_notice(document: OpenDocument, text: str, kind: Kind = "done") -> Notice:
    """Return a message on the last edit of a document, which can be undone until the next one."""
    revision = document.revision
    return Notice(text, kind, (tr("Undo"), partial(_undo, document, revision)), partial(_is_last, document, revision))


def _is_last(document: OpenDocument, revision: int) -> bool:
    return isValid(document) and document.revision == revision


def _undo(document: OpenDocument, revision: int) -> None:
    if _is_last(document, revision):
        document.document.undo()
