"""The context of whatever is shown now, so that the form of a node type can serve all nodes of the type."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from engine.api.declaration import FieldSpec
from engine.model.values import Json
from widgets.code.names import Name
from widgets.forms.context import Choice, Dialogs, FormContext, Models, Resolved


class Current:
    """A `FormContext` that asks another one, which may change."""

    def __init__(self, now: FormContext) -> None:
        self.now = now

    @property
    def dialogs(self) -> Dialogs:
        """See `FormContext`."""
        return self.now.dialogs

    def names(self) -> Sequence[Name]:
        """See `FormContext`."""
        return self.now.names()

    def providers(self) -> Sequence[Choice]:
        """See `FormContext`."""
        return self.now.providers()

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        """See `FormContext`."""
        self.now.models(provider, done)

    def secrets(self) -> Sequence[str]:
        """See `FormContext`."""
        return self.now.secrets()

    def inputs(self) -> Sequence[str]:
        """See `FormContext`."""
        return self.now.inputs()

    def resolve(self, value: Json, field: FieldSpec, done: Callable[[Resolved], None]) -> None:
        """See `FormContext`."""
        self.now.resolve(value, field, done)
