"""How far back and forth one can go, and whether there is something to save."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from engine.model.changes import AddNode
from engine.model.graph import Graph, Node
from graph_editor.document import GraphDocument
from graph_editor.history import History


def heard(history: History) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    for name in ("indexChanged", "cleanChanged"):
        getattr(history, name).connect(lambda value, name=name: told.append((name, value)))
    return told


def test_tells_what_became_possible(qapp: object) -> None:
    history = History()
    told = heard(history)
    history.push("Add")
    assert told == [("indexChanged", 1), ("cleanChanged", False)]
    assert (history.canUndo(), history.canRedo()) == (True, False)
    told.clear()
    history.undo()
    assert told == [("indexChanged", 0), ("cleanChanged", True)]
    assert (history.canUndo(), history.canRedo()) == (False, True)
    assert (history.undoText(), history.redoText()) == ("", "Add")
    history.undo()
    history.redo()
    history.redo()
    assert (history.index(), history.count(), history.undoText(), history.redoText()) == (1, 1, "Add", "")


def test_what_was_taken_back_is_gone_after_another_edit(qapp: object) -> None:
    history = History()
    history.push("one")
    history.push("two")
    history.setClean()
    history.undo()
    assert not history.isClean()
    history.push("three")
    assert (history.count(), history.canRedo(), history.undoText()) == (2, False, "three")
    assert not history.isClean(), "the saved state cannot be reached any more"
    history.resetClean()
    history.undo()
    assert not history.isClean()


@pytest.mark.parametrize("owned", [True, False])
def test_documents_with_a_history_can_be_freed_in_any_order(qapp: object, *, owned: bool) -> None:
    """With commands of QUndoStack this ended the program, depending on when Python collected them."""
    for _ in range(5):
        parent = GraphDocument(Graph())
        document = GraphDocument(Graph(), parent if owned else None)
        for number in range(5):
            document.apply(AddNode(Node(f"n{number}", "flow.wait")), "Add")
        document.undo()
        ring = [document, parent]
        ring.append(ring)  # type: ignore[arg-type]
        parent.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        del document, parent, ring
        gc.collect()
