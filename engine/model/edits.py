"""What all changes are made of: several as one, parts put back, a value set at a path, and comments that follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from engine.model.comments import Move, dropper, moved, shifter
from engine.model.graph import Change, Graph
from engine.model.issues import failure, phrase
from engine.model.paths import MISSING, Missing, Path, find, path_text, replaced
from engine.model.plain import MAX_VALUE_DEPTH, problem
from engine.model.values import Json


@dataclass(frozen=True, slots=True)
class Batch:
    """Several changes as one. When one of them cannot be applied, those before it are taken back."""

    changes: tuple[Change, ...]

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        inverses: list[Change] = []
        try:
            for change in self.changes:
                inverses.append(graph.apply(change))
        except Exception:
            for inverse in reversed(inverses):
                graph.apply(inverse)
            raise
        return Batch(tuple(reversed(inverses)))


@dataclass(frozen=True, slots=True)
class Restore:
    """Puts whole parts of the document back, by field name of `Graph`. Part of inverses, and its own inverse."""

    parts: Mapping[str, object]

    def apply_to(self, graph: Graph) -> Change:
        """See `Change`."""
        before = snapshot(graph, *self.parts)
        for name, value in self.parts.items():
            setattr(graph, name, value.copy() if isinstance(value, dict | list) else value)
        return before


def snapshot(graph: Graph, *names: str) -> Restore:
    """Return the change that makes these fields of the graph what they are now."""
    values = {name: getattr(graph, name) for name in names}
    return Restore({name: value.copy() if isinstance(value, dict | list) else value for name, value in values.items()})


def with_comments(graph: Graph, inverse: Change, *moves: Move) -> Change:
    """Move the graph's comments along with an edit and return the inverse of both."""
    if not graph.comments:
        return inverse
    after = graph.comments
    for move in moves:
        after = moved(after, move)
    if after == graph.comments:
        return inverse
    before = snapshot(graph, "comments")
    graph.comments = after
    return Batch((inverse, before))


class Edit(NamedTuple):
    """A value set at a path of plain data: the new data, what path and value undo it, and how comments move."""

    data: Json
    undo_path: Path
    undo_value: Json | Missing
    move: Move


def edit(data: Json, path: Path, value: Json | Missing, base: Path, node: str = "") -> Edit:
    """Set or (for MISSING) remove the value at `path` in a copy of `data`, which stands at `base` in the document.

    Raises:
        WeftError: `change.place` when there is no such place, `change.value` when the value is not plain JSON.
    """
    place = (*base, *path)
    if not isinstance(value, Missing):
        check_value(value, node, path)
    old = find(data, path)
    try:
        new = replaced(data, path, value)
    except LookupError as error:
        field = path_text(error.args[0])
        text = phrase("There is no place `{field}` to change.", field=field) if field else phrase("This part cannot be removed.")
        raise failure("change.place", text, "Change the value around it.", node=node, field=path_text(path)) from None
    if isinstance(value, Missing):
        step = path[-1]
        move = shifter(place[:-1], step, -1) if isinstance(step, int) else dropper(place)
        around = find(data, path[:-1])
        return Edit(new, path[:-1], around, move)
    return Edit(new, path, old, dropper(place) if isinstance(old, Missing) else _keep_known(place, value))


def _keep_known(place: Path, value: Json) -> Move:
    """Return the move for a value that is replaced: comments on keys that are still there stay."""

    def move(path: Path) -> Path | None:
        below = path[len(place) :]
        return None if path[: len(place)] == place and below and find(value, below) is MISSING else path

    return move


def check_value(value: object, node: str = "", path: Path = ()) -> None:
    """Raise `change.value` when a value cannot be kept in a document."""
    if bad := problem(value, MAX_VALUE_DEPTH - len(path)):
        field = path_text((*path, *bad.path))
        raise failure(
            "change.value", phrase("The value cannot be kept: {bad}.", bad=bad.text), "Use plain data.", node=node, field=field
        )
