"""How much a template may do: steps, processor time, text and nested values. Counted where it works, without threads or signals.

Jinja compiles a template to Python that nothing can interrupt from outside. So each operation that a template can express asks
the budget first, and none of them is ever given operands on which one single operation takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import thread_time
from typing import TypeVar

from engine.model.issues import phrase

T = TypeVar("T")

MAX_SOURCE = 256 * 1024
"""Characters of a template's own text."""
MAX_TOKENS = 40_000
"""Words, signs and blanks of a template, counted before parsing takes its time; no shorter text has as many."""
MAX_OUTPUT = 1 << 20
"""Characters that rendering may give."""
MAX_MADE = 32 << 20
"""Characters of all texts that one rendering makes on its way, also of those it drops again."""
MAX_WEIGHT = 16 << 20
"""Weight of one list or object: about the length of its JSON, shared parts counted as often as they occur."""
MAX_STEPS = 500_000
MAX_SECONDS = 2.0
"""Processor time of the rendering thread, so that a busy machine changes nothing."""
AT_ONCE = 0.005
"""Processor time of a rendering that others wait for; see `at_once`."""
MAX_DEPTH = 25
"""Calls of macros inside each other."""
MAX_NESTING = 200
"""Lists and objects inside each other in a value that leaves a template."""
MAX_WIDTH = 1000
"""Columns that a format may fill."""

_SMALL = 8
"""Weight of a number or a word; also how many list items the walk passes in the time of one step."""


class TemplateFailure(Exception):
    """A template cannot go on. `code` and the texts become the issue that a person sees."""

    def __init__(self, code: str, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.code = code
        self.text = text
        self.remedy = remedy


class Unfinished(BaseException):
    """A rendering was broken off, and nothing is known of what it would give. No part of a template catches it."""


class Budget:
    """What is left for one rendering. Each method takes from it and raises TemplateFailure when it is used up.

    Once `stopped` gives true, or with `short` when AT_ONCE is over, they raise Unfinished.
    """

    def __init__(self, *, short: bool = False, stopped: Callable[[], bool] = bool) -> None:
        self._steps = MAX_STEPS
        self._look = MAX_STEPS
        self._short = short
        self._stopped = stopped
        self._until = thread_time() + (AT_ONCE if short else MAX_SECONDS)
        self._made = MAX_MADE
        self._depth = 0
        self._weights: dict[int, tuple[object, int]] = {}

    def spend(self, steps: int = 1) -> None:
        """Take steps; every 64 of them look at the clock."""
        self._steps -= steps
        if self._steps > self._look:
            return
        self._look = self._steps - 64
        late = thread_time() > self._until
        if self._stopped() or (late and self._short):
            raise Unfinished
        if self._steps < 0 or late:
            raise TemplateFailure(
                "template.too-much-work", "The template does too much work.", "Use a Data transform or a Python script for this."
            )

    def make(self, length: int) -> None:
        """Take `length` characters of new text; call it before the text is made."""
        self._made -= length
        self.spend(1 + length // 4096)
        if self._made < 0:
            raise too_large(phrase("texts"))

    def weigh(self, value: object) -> int:
        """Return the weight of a value, each list or object weighed once."""
        if isinstance(value, str):
            return len(value) + 2
        if not isinstance(value, (list, tuple, dict)):
            return _SMALL
        known = self._weights.get(id(value))
        if known is not None:
            return known[1]
        self.spend(1 + len(value) // _SMALL)
        total = 2
        for part in value.values() if isinstance(value, dict) else value:
            total += self.weigh(part) + 2
        if isinstance(value, dict):
            total += sum(len(key) + 4 if isinstance(key, str) else self.weigh(key) for key in value)
        if total > MAX_WEIGHT:
            raise too_large(phrase("lists and objects"))
        # Holding the value keeps its id from being given to another one.
        self._weights[id(value)] = (value, total)
        return total

    @contextmanager
    def call(self) -> Iterator[None]:
        """Count a call for as long as it runs."""
        self.spend()
        self._depth += 1
        try:
            if self._depth > MAX_DEPTH:
                raise TemplateFailure("template.too-much-work", "The template's macros call each other without end.")
            yield
        finally:
            self._depth -= 1


def too_large(what: str) -> TemplateFailure:
    """Build the failure for text or values that grow too large."""
    remedy = phrase("Use smaller ones.") if what == "numbers" else phrase("Use a Data transform or a Python script for this.")
    return TemplateFailure("template.too-large", phrase("The template makes {what} that are too large.", what=what), remedy)


_current: ContextVar[Budget | None] = ContextVar("template_budget", default=None)


def budget() -> Budget:
    """Return the budget of the rendering that runs now."""
    current = _current.get()
    if current is None:
        raise RuntimeError("no template is being rendered")
    return current


@contextmanager
def rendering() -> Iterator[Budget]:
    """Open a budget; inside an open one it is shared, so that many small templates cost no more than one big one."""
    current = _current.get()
    if current is not None:
        yield current
        return
    with _open(Budget()) as made:
        yield made


def at_once(work: Callable[[], T]) -> T:
    """Do what renders templates on a thread that has to go on soon. Raises Unfinished when it takes longer than AT_ONCE."""
    with _open(Budget(short=True)):
        return work()


def unless_stopped(work: Callable[[], T], stopped: Callable[[], bool]) -> T:
    """Do what renders templates with all that they may use up. Raises Unfinished soon after `stopped` gives true."""
    with _open(Budget(stopped=stopped)):
        return work()


@contextmanager
def _open(made: Budget) -> Iterator[Budget]:
    token = _current.set(made)
    try:
        yield made
    finally:
        _current.reset(token)


def kind(value: object) -> str:
    """Name the type of a value as people know it."""
    if value is None:
        return phrase("nothing")
    for types, name in _KINDS:
        if isinstance(value, types):
            return name
    return phrase("something that is not data")


_KINDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, phrase("true or false")),
    ((int, float), phrase("a number")),
    (str, phrase("a text")),
    ((list, tuple, range), phrase("a list")),
    (Mapping, phrase("an object")),
)
