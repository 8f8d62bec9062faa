"""What a form asks of its owner: names, models, secrets, files, and what a template gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from engine.api.declaration import FieldSpec
from engine.model.issues import Issue
from engine.model.values import Json
from widgets.code.names import Name


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose by name: a provider or a model. `detail` is a few words such as its size; `icon` its sign."""

    value: str
    title: str = ""
    detail: str = ""
    icon: str = ""


@dataclass(frozen=True, slots=True)
class Models:
    """What a provider answered: its models, or why there are none."""

    models: tuple[Choice, ...] = ()
    issue: Issue | None = None


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a template gives with the values of a run: its text, where the values come from, and a figure such as its tokens.

    With `issue` it gives nothing. `NOTHING` says that there are no values to tell it with.
    """

    text: str = ""
    source: str = ""
    note: str = ""
    issue: Issue | None = None


NOTHING = Resolved()


class Dialogs(Protocol):
    """Windows of the desktop that a form opens. Each answers later, with None when nothing was chosen."""

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        """Let a person choose a file for a field; the answer is how the document should write it."""
        ...

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        """Let a person store a new secret; the answer is its name."""
        ...


class FormContext(Protocol):
    """Given by the owner of a form. Everything is asked anew when it is needed, so that answers may change."""

    @property
    def dialogs(self) -> Dialogs:
        """Where files and new secrets come from."""
        ...

    def names(self) -> Sequence[Name]:
        """Return the names that templates of this node can use."""
        ...

    def providers(self) -> Sequence[Choice]:
        """Return the providers of models."""
        ...

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        """Ask a provider which models it has; `done` is called in this thread, now or later."""
        ...

    def secrets(self) -> Sequence[str]:
        """Return the names of the secrets there are, never a value."""
        ...

    def inputs(self) -> Sequence[str]:
        """Return the names of the inputs that the workflow declares."""
        ...

    def resolve(self, value: Json, field: FieldSpec, done: Callable[[Resolved], None]) -> None:
        """Tell what a value with templates gives with the values of the run that is shown; `done` as for `models`."""
        ...
