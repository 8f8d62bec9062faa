"""Names in templates: where one is used, which are missing, and what could be meant. Without Qt.

The text under the caret is rarely complete, so this reads what is there. Where a text can be parsed, the engine has the last word
on which names come from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import NamedTuple

from engine.model.idioms import NAMES, is_function
from engine.model.paths import MISSING, Missing
from engine.model.values import Json
from widgets.search import match

ITEM = "[]"
"""The step of a path that stands for any item of a list: `nodes.search.output.docs[].text`."""

_ALIKE, _TELLING = 0.6, 3
"""How much of a word has to be the same, and how many letters tell what it begins."""
EVERYWHERE = frozenset(("inputs", "vars", "nodes", "run"))
"""What every template reads; other names are those of some fields only."""
ALWAYS_KNOWN = frozenset((
    "and", "or", "not", "in", "is", "if", "else", "elif", "endif", "for", "endfor", "set", "endset", "true", "false", "none",
    "True", "False", "None", "loop", "range", "dict", "namespace", "do", "recursive", "defined", "filter", "endfilter", "with",
    "endwith", "raw", "endraw", "macro", "endmacro", "call", "endcall", "break", "continue", "caller",
))  # fmt: skip
_BRACES = re.compile(r"\{\{.*?(?:\}\}|(?=\{\{)|\Z)|\{%.*?(?:%\}|\Z)|\{#.*?(?:#\}|\Z)", re.DOTALL)
_STRING = re.compile(r"'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\"")
_PATH = re.compile(r"(?<![\w.\])|])(?P<root>[^\W\d]\w*)(?P<rest>(?:\.[^\W\d]\w*|\[\d+\])*)(?P<open>\.?)")
_STEP = re.compile(r"\.([^\W\d]\w*)|\[(\d+)\]")
_BEFORE = re.compile(r"[^\W\d]?[\w.\[\]]*\Z")
_LOOP = re.compile(r"\{%-?\s*for\s+([\w\s,]+?)\s+in\s+(.*?)(?:\s+if\s.*?)?\s*-?(?:%\}|\Z)", re.DOTALL)
_SET = re.compile(r"\{%-?\s*set\s+([\w\s,]+?)\s*(?:=\s*(.*?)\s*)?-?(?:%\}|\Z)", re.DOTALL)
_DEFINED = re.compile(r"\{%-?\s*(?:macro\s+(\w+)\s*\(|call\s*\(|with\b)(.*?)-?(?:%\}|\Z)", re.DOTALL)
_BOUND = re.compile(r"(?:^|,)\s*([^\W\d]\w*)\s*(?==(?!=)|,|\)|$)")
_WHOLE_PATH = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*|\[\d+\])*\Z")


_Steps = tuple[str, ...] | None
"""What a name of the template stands for, by the steps of its path; None where that is not plain."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name that a template can use.

    `path` is written as in a template, with `[]` for the items of a list. `value` is what it is in the run that is shown,
    MISSING when there is none; `source` says where it comes from, with the icon and the category of that node.
    """

    path: str
    type: str = "any"
    value: Json | Missing = MISSING
    source: str = ""
    icon: str = ""
    category: str = ""


class Span(NamedTuple):
    """A part of a text, by offsets."""

    start: int
    end: int


class Lost(NamedTuple):
    """A name that is not there: where it stands, its own word, what it was looked for in, and what is near (or empty)."""

    start: int
    end: int
    word: str
    below: str
    near: str


@dataclass(slots=True)
class _Tree:
    below: dict[str, _Tree] = field(default_factory=dict)

    def add(self, steps: Iterable[str]) -> None:
        at = self
        for step in steps:
            at = at.below.setdefault(step, _Tree())

    def find(self, steps: Iterable[str]) -> _Tree | None:
        at: _Tree | None = self
        for step in steps:
            at = at.below.get(step) if at else None
        return at


class Names:
    """The names that a template can use; `free` ones exist, but nobody knows what is in them, such as `item`."""

    def __init__(self, known: Sequence[Name] = (), free: Sequence[str] = ()) -> None:
        self.known, self.free = tuple(known), tuple(free)
        self._tree = _Tree()
        for name in known:
            self._tree.add(_steps(name.path))

    def lost(self, text: str, *, expression: bool = False) -> list[Lost]:
        """Return the names in a template that there are not, in their order; nothing where no names are known."""
        if not self._tree.below:
            return []
        local = _told_once(self._bound(text))
        uses = (use for span in spans(text, expression=expression) for use in _uses(text, span))
        found = [(use.steps[0], lost) for use in uses if (lost := self._lost_in(use, local)) is not None]
        outside = _places_from_outside(text, expression=expression) if found else None
        return [lost for (root, at, _), lost in found if outside is None or at in outside or local.get(root)]

    def offers(self, text: str, at: int, *, everything: bool = False) -> list[tuple[Name, tuple[int, ...]]]:
        """Return the names that fit what stands before a place, the best first, each with the letters that match."""
        typed = text[start_of(text, at) : at]
        local = dict(self._bound(text[:at]))
        candidates = [*self._local_names(local), *self.known]
        if everything or not typed:
            return [(name, ()) for name in candidates]
        scored = ((name, hit) for name in candidates if (hit := _fits(typed, name.path)) is not None)
        best = sorted(scored, key=lambda pair: (-pair[1][0], pair[0].path.count("."), len(pair[0].path)))
        return [(name, places) for name, (_, places) in best]

    def _bound(self, text: str) -> list[tuple[str, _Steps]]:
        """Return the names that a template sets itself, with the steps of what they are, None where that is not plain."""
        local: dict[str, _Steps] = {}
        bound: list[tuple[str, _Steps]] = []
        for pattern, item in ((_LOOP, (ITEM,)), (_SET, ())):
            for found in pattern.finditer(text):
                names = [name.strip() for name in found[1].split(",")]
                source = (found[2] or "").strip()
                steps = (*_absolute(_steps(source), local), *item) if _WHOLE_PATH.match(source) else None
                bound += [(name, steps if len(names) == 1 else None) for name in names]
                local.update(bound)
        for found in _DEFINED.finditer(text):
            bound += [(name, None) for name in (*filter(None, [found[1]]), *_BOUND.findall(found[2]))]
        return bound

    def _local_names(self, local: Mapping[str, _Steps]) -> Iterator[Name]:
        for short, steps in local.items():
            if steps is None:
                yield Name(short)
                continue
            base = _joined(steps)
            for name in self.known:
                if name.path == base or name.path.startswith((f"{base}.", f"{base}[")):
                    yield Name(short + name.path[len(base) :], name.type, name.value, name.source, name.icon, name.category)

    def _lost_in(self, use: _Use, local: Mapping[str, _Steps]) -> Lost | None:
        root = use.steps[0][0]
        if root in ALWAYS_KNOWN or root in self.free or (root in local and local[root] is None):
            return None
        at: _Tree | None = self._tree
        walked = list(use.steps)
        written: list[str] = []
        if (base := local.get(root)) is not None:
            at, walked, written = self._tree.find(base), walked[1:], [root]
        for word, start, end in walked:
            if at is None or (not at.below and written):
                return None
            if word not in at.below:
                return self._told(at, word, (start, end), written, local)
            at = at.below[word]
            written.append(word)
        return None

    def _told(
        self, at: _Tree, word: str, place: tuple[int, int], written: Sequence[str], local: Mapping[str, object]
    ) -> Lost | None:
        if word == ITEM or (not written and is_function(word)):
            return None
        known = [*at.below, *(() if written else (*self.free, *local))]
        near = NAMES.get(word, "") if not written else ""
        return Lost(*place, word, _joined(written), near or self._near(word, known, whole=not written))

    def _near(self, word: str, known: Sequence[str], *, whole: bool) -> str:
        """Return what a word means: a name that begins so, else a path with such a step (`whole`), else what looks alike."""
        begins = [name for name in known if name.startswith(word)]
        paths = [
            name.path
            for name in self.known
            if ITEM not in name.path and any(_begins(step, word) for step in _steps(name.path)[1:])
        ]
        alike = get_close_matches(word, known, n=1, cutoff=_ALIKE)
        return next(iter([*begins, *(sorted(paths, key=len) if whole else ()), *alike]), "")


def _told_once(bound: Iterable[tuple[str, _Steps]]) -> dict[str, _Steps]:
    """Return what names of a template stand for: nothing plain where one stands for several things."""
    local: dict[str, _Steps] = {}
    for name, steps in bound:
        local[name] = steps if local.get(name, steps) == steps else None
    return local


def _places_from_outside(text: str, *, expression: bool) -> frozenset[int] | None:
    from engine.model.template_names import places_from_outside  # imports Jinja, which most texts do not need

    return places_from_outside(text, expression=expression)


def _begins(step: str, word: str) -> bool:
    return len(word) >= _TELLING and step.startswith(word)


class _Use(NamedTuple):
    steps: tuple[tuple[str, int, int], ...]


def readable(known: Iterable[Name], free: Sequence[str]) -> list[Name]:
    """Return the names that a field can read which has these names of its own."""
    return [name for name in known if (root := _steps(name.path)[0]) in EVERYWHERE or root in free]


def spans(text: str, *, expression: bool = False) -> list[Span]:
    """Return the parts of a text in which names are read: between braces, or all of an expression without braces."""
    found = [Span(hit.start() + 2, hit.end() - (2 if hit[0].endswith(("}}", "%}")) else 0)) for hit in _BRACES.finditer(text)
             if not hit[0].startswith("{#")]  # fmt: skip
    return found or ([Span(0, len(text))] if expression else [])


def is_inside(text: str, at: int, *, expression: bool = False) -> bool:
    """Tell whether a place is one where names are read."""
    return any(span.start <= at <= span.end for span in spans(text, expression=expression)) and not _in_string(text, at)


def start_of(text: str, at: int) -> int:
    """Return where the name begins that ends at a place; the place itself when none does."""
    found = _BEFORE.search(text, 0, at)
    return found.start() if found else at


def _in_string(text: str, at: int) -> bool:
    line = text[text.rfind("\n", 0, at) + 1 : at]
    opening = max(line.rfind("{{"), line.rfind("{%"))
    inside = _STRING.sub("", line[opening:] if opening >= 0 else line)
    return "'" in inside or '"' in inside


def _uses(text: str, span: Span) -> Iterator[_Use]:
    inside = _STRING.sub(lambda found: " " * len(found[0]), text[span.start : span.end])
    for found in _PATH.finditer(inside):
        before, behind = inside[: found.start()].rstrip(), inside[found.end() :].lstrip()
        if before.endswith("|") or re.search(r"\bis(\s+not)?$", before) or re.search(r"\b(for|set)(\s+[\w\s,]*)?$", before):
            continue
        if re.match(r"=(?!=)", behind) and before.endswith(("(", ",")):
            continue
        offset = span.start + found.start()
        steps = [(found["root"], offset, offset + len(found["root"]))]
        for step in _STEP.finditer(found["rest"]):
            at = span.start + found.start("rest")
            word = ITEM if step[2] else step[1]
            steps.append((word, at + step.start() + 1, at + step.end()))
        if behind.startswith("("):
            steps.pop()
        if steps:
            yield _Use(tuple(steps))


def _steps(path: str) -> tuple[str, ...]:
    """Return the steps of a path: `nodes.a.docs[0].x` gives nodes, a, docs, [], x."""
    return tuple(re.sub(r"\[\d*\]", f".{ITEM}", path).split(".")) if path else ()


def _joined(steps: Iterable[str]) -> str:
    return ".".join(steps).replace(f".{ITEM}", ITEM)


def _absolute(steps: tuple[str, ...], local: Mapping[str, _Steps]) -> tuple[str, ...]:
    base = local.get(steps[0]) if steps else None
    return (*base, *steps[1:]) if base else steps


def _fits(typed: str, path: str) -> tuple[float, tuple[int, ...]] | None:
    """Return how well a path fits what was typed: as its beginning best, else its last word anywhere."""
    small, wanted = path.casefold(), typed.casefold()
    if small.startswith(wanted):
        return 200.0, tuple(range(len(typed)))
    last = wanted.rpartition(".")[2]
    hit = match(last, path) if last else None
    if hit is None or (len(last) < 3 and hit.score < 50):
        return None
    return hit.score, hit.places
