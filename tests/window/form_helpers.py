"""What forms are given in tests: an owner that remembers what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

from engine.api.declaration import Declarations, FieldSpec
from engine.model.issues import Issue
from engine.model.values import Json
from widgets.code.names import Name
from widgets.forms.context import NOTHING, Choice, Models, Resolved

NAMES = (
    Name("inputs.brand", "text", "Hanbit Books", "Inputs", "log-in", "start"),
    Name("inputs.limit", "number", 3, "Inputs", "log-in", "start"),
    Name("nodes.ticket.output.lang", "text", "en", "New ticket", "webhook", "start"),
    Name("nodes.profile.output.name", "text", "Park S*****", "Customer profile", "globe", "connect"),
    Name("nodes.profile.output.tier", "text", "gold", "Customer profile", "globe", "connect"),
    Name("nodes.profile.output.orders", "list", [1, 2, 3], "Customer profile", "globe", "connect"),
    Name("nodes.profile.output.since", "number", 2019, "Customer profile", "globe", "connect"),
    Name("nodes.search.output.docs", "list", [{"text": "a"}], "Search knowledge", "book-open", "knowledge"),
    Name("nodes.search.output.docs[].text", "text", "Refund policy", "Search knowledge", "book-open", "knowledge"),
    Name("nodes.search.output.docs[].source", "text", "policy-v7", "Search knowledge", "book-open", "knowledge"),
    Name("vars.tone", "text", "kind", "Variables", "braces", "data"),
)


class Owner:
    """A context with answers of its own."""

    def __init__(self) -> None:
        self.secret_names = ["smtp", "crm-token"]
        self.answers: dict[str, Models] = {
            "local": Models((Choice("qwen3-8b", detail="5.1 GB"), Choice("qwen2.5-1.5b", detail="1.1 GB"))),
            "far": Models(issue=Issue("provider.unreachable", "The server does not answer.", "Check its address.")),
        }
        self.asked: list[str] = []
        self.waiting: list[Callable[[Models], None]] = []
        self.answers_at_once = True
        self.resolved: list[Json] = []
        self.has_run = True
        self.issue: Issue | None = None
        self.chosen_file: str | None = "data/orders.csv"
        self.new_secret: str | None = "fresh"

    @property
    def dialogs(self) -> Owner:
        return self

    def choose_file(self, field: FieldSpec, current: str, done: Callable[[str | None], None]) -> None:
        done(self.chosen_file)

    def add_secret(self, done: Callable[[str | None], None]) -> None:
        if self.new_secret:
            self.secret_names.append(self.new_secret)
        done(self.new_secret)

    def names(self) -> Sequence[Name]:
        return NAMES

    def providers(self) -> Sequence[Choice]:
        return [Choice("local", "This machine", "llama.cpp", "cpu"), Choice("far", "A server", "", "server")]

    def models(self, provider: str, done: Callable[[Models], None]) -> None:
        self.asked.append(provider)
        if self.answers_at_once:
            done(self.answers.get(provider, Models()))
        else:
            self.waiting.append(done)

    def secrets(self) -> Sequence[str]:
        return self.secret_names

    def inputs(self) -> Sequence[str]:
        return ["tickets", "brand"]

    def resolve(self, value: Json, field: FieldSpec, done: Callable[[Resolved], None]) -> None:
        if not self.has_run:
            done(NOTHING)
            return
        if self.issue is not None:
            done(Resolved(source="run 214", issue=self.issue))
            return
        self.resolved.append(value)
        text = str(value)
        for name in NAMES:
            text = text.replace(f"{{{{ {name.path} }}}}", str(name.value))
        done(Resolved(text, "run 214", "591 tokens"))


@lru_cache(maxsize=1)
def declarations() -> Declarations:
    """Return what the built-in node types and the options of every node declare."""
    from engine.api.declare import declarations_of
    from engine.registry import open_registry

    return declarations_of(open_registry())
