"""What a running step gets: services, names for templates, and ways to tell what it does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

from engine.model.values import Json, JsonObject

if TYPE_CHECKING:
    from engine.api.models import Models
    from engine.api.notices import Notices
    from engine.api.params import SecretRef
    from engine.api.scripts import Scripts
    from engine.api.web import Web


@dataclass(frozen=True, slots=True)
class Question:
    """What a person is asked. `payload` may be edited before it is approved; `effect` says what approving will do."""

    text: str
    payload: Json = None
    effect: str = ""
    schema: JsonObject = field(default_factory=dict)

    def as_json(self) -> JsonObject:
        """Return the question as plain data."""
        return {"text": self.text, "payload": self.payload, "effect": self.effect, "schema": self.schema}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the person said. `payload` is the edited payload, or the one that was asked about. `by` is a name as it was stated."""

    approved: bool
    payload: Json = None
    comment: str = ""
    by: str = ""


class RunContext(Protocol):
    """Given to `run` as `ctx`.

    `address` is the step's place in the run and equal on every attempt, so that `idempotency_key` can be sent along with an
    effect. `folder` is what relative paths of the workflow are relative to, `output_folder` is the run's own. `feedback` says
    why the previous attempt's output was rejected, and is empty otherwise. `memory` is kept from one attempt of the step to the
    next, so that work which succeeded is not done twice; a restart of the program empties it.
    """

    @property
    def run_id(self) -> str: ...  # noqa: D102
    @property
    def address(self) -> str: ...  # noqa: D102
    @property
    def idempotency_key(self) -> str: ...  # noqa: D102
    @property
    def attempt(self) -> int: ...  # noqa: D102
    @property
    def feedback(self) -> str: ...  # noqa: D102
    @property
    def memory(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def folder(self) -> Path: ...  # noqa: D102
    @property
    def output_folder(self) -> Path: ...  # noqa: D102
    @property
    def workflow_inputs(self) -> Mapping[str, Json]: ...  # noqa: D102
    @property
    def allowed_hosts(self) -> tuple[str, ...]: ...  # noqa: D102
    @property
    def models(self) -> Models: ...  # noqa: D102
    @property
    def web(self) -> Web: ...  # noqa: D102
    @property
    def scripts(self) -> Scripts: ...  # noqa: D102
    @property
    def notices(self) -> Notices: ...  # noqa: D102

    def secret(self, ref: SecretRef) -> str:
        """Return a secret's value. Raises WeftError `secret.missing` with its name."""
        ...

    async def render(self, value: Json, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        """Render the templates in a value, with further names such as `item`. Errors name `field`."""
        ...

    async def evaluate(self, expression: str, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        """Evaluate an expression such as `item.score > 3`. Errors name `field`."""
        ...

    def log(self, text: str, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        """Write a line to the step's log."""
        ...

    def progress(self, fraction: float, text: str = "") -> None:
        """Tell how far the step is, from 0 to 1."""
        ...

    def token(self, text: str, item: int | None = None, *, last: bool = False) -> None:
        """Show a piece of streamed text on the node; `last` with the end of the text, or of the item's."""
        ...

    def use(self, **amounts: float) -> None:
        """Add to what the step used up, such as `prompt_tokens=120`."""
        ...

    async def ask(self, question: Question) -> Answer:
        """Ask a person. Everything before this call in `run` happens again when the run is resumed, so call it first."""
        ...
