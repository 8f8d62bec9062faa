"""The `RunContext` that steps get."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from engine.api import templates
from engine.api.context import Answer, Question
from engine.api.events import StepProgress, StepToken
from engine.api.models import Models
from engine.api.notices import Notices
from engine.api.params import SecretRef, place_of
from engine.api.printed import LEFT_OUT
from engine.api.redact import RedactedStream
from engine.api.scripts import Scripts
from engine.api.web import Web
from engine.model.issues import failure, phrase
from engine.model.paths import path_text
from engine.model.values import Json
from engine.runtime.calls import NotedModels
from engine.runtime.clock import Clock
from engine.runtime.plan import StepPlan
from engine.runtime.printed import PrintingScripts
from engine.runtime.scope import Scope


class StepContext:
    """One attempt of one step. Implements `engine.api.context.RunContext`."""

    def __init__(
        self,
        scope: Scope,
        step: StepPlan,
        attempt: int,
        feedback: str,
        memory: dict[str, Any],
    ) -> None:
        self._run, self._scope, self._step, self._names = scope.run, scope, step, scope.names(step)
        self.address, self.attempt, self.feedback, self.memory = scope.address(step.id), attempt, feedback, memory
        self.usage: dict[str, Json] = {}
        self.clock = Clock()
        self._streams: dict[int | None, RedactedStream] = {}

    @property
    def run_id(self) -> str:
        """Id of the run."""
        return self._run.id

    @property
    def idempotency_key(self) -> str:
        """Run id and address: equal on every attempt and after every restart."""
        return f"{self._run.id}:{self.address}"

    @property
    def folder(self) -> Path:
        """What relative paths of the workflow are relative to."""
        return Path(self._run.record.folder)

    @property
    def output_folder(self) -> Path:
        """The run's own folder, made when it is first asked for."""
        self._run.output_folder.mkdir(parents=True, exist_ok=True)
        return self._run.output_folder

    @property
    def workflow_inputs(self) -> Mapping[str, Json]:
        """The values the run was started with."""
        return self._run.record.input

    @property
    def allowed_hosts(self) -> tuple[str, ...]:
        """Private hosts that the workflow may call."""
        hosts = self._scope.plan.settings.get("allow_hosts")
        return tuple(map(str, hosts)) if isinstance(hosts, list) else ()

    @cached_property
    def models(self) -> Models:
        """Access to language models; the journal knows what is sent."""
        run = self._run
        place = (run.id, self.address, self.attempt)
        return NotedModels(run.services.models, place, run.redactor.text, run.journal.note_call)

    @property
    def web(self) -> Web:
        """Guarded HTTP."""
        return self._run.services.web

    @property
    def scripts(self) -> Scripts:
        """Runs Python scripts in a process of their own."""
        run = self._run

        def use(count: int) -> None:
            self.use(**{LEFT_OUT: count})

        return PrintingScripts(run.services.scripts, run.output_folder, self.address, run.redactor, use)

    @property
    def notices(self) -> Notices:
        """Desktop notices and mail."""
        return self._run.services.notices

    def secret(self, ref: SecretRef) -> str:
        """Return a secret's value; from now on it is kept out of what the run writes.

        Only the secrets that the document gives to this step: what was agreed to is what can be read.
        """
        if ref.name not in self._step.secrets:
            text = phrase("The workflow does not give the secret {ref!r} to this step.", ref=ref.name)
            raise failure("secret.not-given", text, "Choose it in a parameter of the node.")
        value = self._run.services.secrets.get(ref.name)
        if value is None:
            remedy = phrase("Set it with `weft secrets set {ref}`.", ref=ref.name)
            field = path_text(place_of(ref, self._step.params) or ())
            raise failure("secret.missing", phrase("There is no secret named {ref!r}.", ref=ref.name), remedy, field=field)
        self._run.redactor.add(ref.name, value)
        return value

    async def render(self, value: Json, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        """Render the templates in a value."""
        known = {**self._names, **(names or {})}
        return await self._run.long_work.rendered(lambda: templates.render_value(value, known, field=field))

    async def evaluate(self, expression: str, names: Mapping[str, Any] | None = None, *, field: str = "") -> Json:
        """Evaluate an expression."""
        known = {**self._names, **(names or {})}
        return await self._run.long_work.rendered(lambda: templates.evaluate(expression, known, field=field))

    def log(self, text: str, level: Literal["debug", "info", "warning", "error"] = "info") -> None:
        """Write a line to the step's log and show it."""
        self._run.log(self.address, text, level)

    def progress(self, fraction: float, text: str = "") -> None:
        """Tell how far the step is."""
        text = self._run.redactor.text(text)
        self._run.emit(StepProgress(run=self._run.id, address=self.address, fraction=min(max(fraction, 0.0), 1.0), text=text))

    def token(self, text: str, item: int | None = None, *, last: bool = False) -> None:
        """Show a piece of streamed text. What may be the beginning of a secret waits for the next piece or the last."""
        if item not in self._streams:
            self._streams[item] = RedactedStream(self._run.redactor)
        shown = self._streams[item].feed(text)
        if last:
            shown += self._streams.pop(item).end()
        if shown:
            self._run.emit(StepToken(run=self._run.id, address=self.address, text=shown, item=item))

    def end_tokens(self) -> None:
        """Show what was kept back of streamed texts, now that the attempt is over."""
        for item in tuple(self._streams):
            self.token("", item, last=True)

    def use(self, **amounts: float) -> None:
        """Add to what the step used up."""
        for name, amount in amounts.items():
            if not math.isfinite(amount):
                raise failure(
                    "usage.not-finite",
                    phrase("{name} cannot be {amount}.", name=name, amount=amount),
                    "Give numbers that can be added up.",
                )
            before = self.usage.get(name, 0)
            self.usage[name] = (before if isinstance(before, int | float) else 0) + amount

    async def ask(self, question: Question) -> Answer:
        """Ask a person. The attempt's time limit does not run meanwhile."""
        with self.clock.asking():
            return await self._run.ask(self.address, question)
