"""Comments that a person wrote into a document, by the path of the key or list item they stand above.

A comment behind a value belongs to the first key on its line and is written above it. The comment before the first key has
the path `HEAD`, the one behind everything `END`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TypeAlias

from engine.model.locate import Layout, yaml_layout
from engine.model.paths import MISSING, Path, child
from engine.model.values import Json

Comments: TypeAlias = dict[Path, tuple[str, ...]]
Move: TypeAlias = Callable[[Path], Path | None]
"""Where a path goes when a key moves; None when it is removed."""

HEAD: Path = ()
END: Path = (-1,)

_ESCAPED_HASH = re.compile(r"\\(?:x23|u0023|U00000023)")
_COMMENT = re.compile("(?:^|(?<=[ \t\r\n\x85\u2028\u2029]))#[^\r\n\x85\u2028\u2029]*")


def find_comments(text: str, data: Json) -> Comments:
    """Return the comments of a YAML text whose data this is, without indentation and without blanks at their ends."""
    if text.count("#") == _hashes(data) and not _ESCAPED_HASH.search(text):
        return {}
    layout = yaml_layout(text)
    paths = [path for path in layout.places if path]
    starts = [layout.places[path].offset for path in paths]
    found: dict[Path, list[str]] = {}
    for comment in _comments_outside(text, layout):
        line = text.rfind("\n", 0, comment.start()) + 1
        line = max(line, text.rfind("\r", line, comment.start()) + 1)
        following = bisect_left(starts, comment.start())
        if following and text[line : comment.start()].strip():
            path = paths[min(bisect_left(starts, line), following - 1)]
        elif following == 0:
            path = HEAD
        else:
            path = paths[following] if following < len(paths) else END
        found.setdefault(path, []).append(comment[0].rstrip())
    return {path: tuple(lines) for path, lines in found.items()}


def _hashes(value: Json) -> int:
    """Count the hash signs in keys and texts: when the file has no more, none of them begins a comment."""
    if isinstance(value, str):
        return value.count("#")
    if isinstance(value, dict):
        return sum(key.count("#") + _hashes(item) for key, item in value.items())
    return sum(map(_hashes, value)) if isinstance(value, list) else 0


def _comments_outside(text: str, layout: Layout) -> Iterator[re.Match[str]]:
    """Yield what looks like a comment and does not stand inside a scalar."""
    starts = [start for start, _ in layout.spans]
    at = 0
    while comment := _COMMENT.search(text, at):
        before = bisect_left(starts, comment.start() + 1) - 1
        inside = before >= 0 and comment.start() < layout.spans[before][1]
        at = layout.spans[before][1] if inside else comment.end()
        if not inside:
            yield comment


def placed(comments: Comments, data: Json, is_leaf: Callable[[Json], bool]) -> Comments:
    """Return the comments, those whose key is gone (or inside of a value that is written on one line) one level up."""
    result: Comments = {}
    for path, lines in comments.items():
        target = path if path in (HEAD, END) else _nearest(data, path, is_leaf)
        result[target] = (*result.get(target, ()), *lines)
    return result


def _nearest(data: Json, path: Path, is_leaf: Callable[[Json], bool]) -> Path:
    for depth, step in enumerate(path):
        below = MISSING if is_leaf(data) else child(data, step)
        if below is MISSING:
            return path[:depth]
        data = below
    return path


def moved(comments: Comments, move: Move) -> Comments:
    """Return the comments at their new paths."""
    return {new: lines for path, lines in comments.items() if (new := move(path)) is not None}


def dropper(gone: Path) -> Move:
    """Return the move for a key that is removed: what stands at or below it goes."""
    return lambda path: None if path[: len(gone)] == gone else path


def shifter(items: Path, at: int, by: int) -> Move:
    """Return the move for an item put into (`by` 1) or taken out of (`by` -1) the list `items` at position `at`."""
    depth = len(items)

    def move(path: Path) -> Path | None:
        if path[:depth] != items or len(path) == depth or not isinstance(step := path[depth], int) or step < at:
            return path
        return None if by < 0 and step == at else (*items, step + by, *path[depth + 1 :])

    return move


def renamer(old: Path, new: Path) -> Move:
    """Return the move for a key with a new name."""
    return lambda path: (*new, *path[len(old) :]) if path[: len(old)] == old else path
