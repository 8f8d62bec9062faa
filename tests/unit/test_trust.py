"""What a workflow could do, and whether that was agreed to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from engine.api.context import RunContext
from engine.api.decorator import node
from engine.api.node import Node
from engine.api.params import Secret, Text
from engine.api.trust import ANYWHERE, Capability, folder_read, folder_written, host_of, secrets_in
from engine.model.files import Files
from engine.model.graph import Edge, Graph
from engine.model.graph import Node as NodeRecord
from engine.model.values import Json
from engine.registry import NodeRegistry
from engine.trust import Effect, digest_of, distrust, effects_of, missing, shown


class Doer(Node):
    """Does whatever its parameters say."""

    type_id = "test.doer"
    version = 2

    url: Text = ""
    read: Text = ""
    write: Text = ""
    code: Text = ""
    key: Any = None

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        if params.get("url"):
            yield Capability("host", host_of(params["url"]))
        if params.get("read"):
            yield Capability("read", folder_read(params["read"]))
        if params.get("write"):
            yield Capability("write", folder_written(params["write"]))
        if params.get("code"):
            yield Capability("script", "Python")
        yield from secrets_in(dict(params))

    @classmethod
    def upgrade(cls, params: dict[str, Json], version: int) -> dict[str, Json]:
        return {"url": params["address"]} if "address" in params else params

    async def run(self, ctx: RunContext, before: Any = None) -> Any:
        return None


@pytest.fixture
def registry() -> NodeRegistry:
    registry = NodeRegistry()
    registry.add(Doer)
    return registry


def graph_of(*nodes: tuple[str, dict[str, Json]], version: int = 2, edges: Iterable[Edge] = (), **fields: Any) -> Graph:
    records = {name: NodeRecord(name, "test.doer", version, params=params) for name, params in nodes}
    return Graph(nodes=records, edges=list(edges), **fields)


def told(graph: Graph, registry: NodeRegistry) -> list[tuple[str, str]]:
    return [tuple(effect.capability) for effect in effects_of(graph, registry, Files())]  # type: ignore[misc]


def test_effects_are_sorted_and_told_once(registry: NodeRegistry) -> None:
    graph = graph_of(
        ("b", {"url": "https://b.example/x", "key": {"$secret": "token"}}),
        ("a", {"url": "https://a.example"}),
        ("c", {"url": "https://b.example/y", "read": "/data/in.csv", "write": "/data/out.csv"}),
        settings={"allow_hosts": ["localhost:8080"]},
    )
    assert told(graph, registry) == [
        ("host", "a.example"), ("host", "b.example"), ("host", "localhost:8080"), ("read", "/data"), ("secret", "token"),
        ("write", "/data"),
    ]  # fmt: skip


def test_own_folders_are_no_effect(registry: NodeRegistry) -> None:
    assert told(graph_of(("a", {"read": "tickets.csv", "write": "report.md"}), ("b", {})), registry) == []


def test_a_wired_parameter_may_be_anything(registry: NodeRegistry) -> None:
    edges = [Edge.of("a.out", "b.url"), Edge.of("a.out", "b.before")]
    graph = graph_of(("a", {}), ("b", {"url": "https://a.example"}), edges=edges)
    assert told(graph, registry) == [("host", ANYWHERE)]


def test_old_parameters_and_unknown_types(registry: NodeRegistry) -> None:
    graph = graph_of(("a", {"address": "https://a.example"}), version=1)
    graph.nodes["x"] = NodeRecord("x", "someone.else", params={"url": "https://b.example"})
    assert told(graph, registry) == [("host", "a.example")]


def test_another_script_is_another_effect(registry: NodeRegistry) -> None:
    first, other = (effects_of(graph_of(("a", {"code": code})), registry, Files()) for code in ("x = 1", "x = 2"))
    assert [effect.capability for effect in first] == [Capability("script", "a")]
    agreed = [effect.as_json() for effect in first]
    assert missing(first, agreed) == []
    assert missing(other, agreed) == list(other)


def test_less_needs_no_new_agreement_and_more_does() -> None:
    host, secret = Effect(Capability("host", "a.example")), Effect(Capability("secret", "token"))
    both = [host.as_json(), secret.as_json()]
    assert missing([host], both) == []
    assert missing([], []) == []
    assert missing([host, secret], [host.as_json()]) == [secret]
    assert missing([host], []) == [host]


def test_anywhere_covers_every_place_of_its_kind_and_is_not_covered() -> None:
    anywhere, host = Effect(Capability("host", ANYWHERE)), Effect(Capability("host", "a.example"))
    assert missing([host], [anywhere.as_json()]) == []
    assert missing([anywhere], [host.as_json()]) == [anywhere]
    assert missing([Effect(Capability("read", "/x"))], [anywhere.as_json()])


def test_entries_of_another_program_match_nothing() -> None:
    host = Effect(Capability("host", "a.example"))
    assert missing([host], [{}, {"kind": "future", "target": "*"}]) == [host]


def test_the_digest_is_of_the_set() -> None:
    one, two = Effect(Capability("host", "a")), Effect(Capability("host", "b"))
    assert digest_of([one, two]) == digest_of([two, one])
    assert digest_of([one]) != digest_of([two])


def test_the_refusal_lists_everything() -> None:
    capabilities = Capability("host", ANYWHERE), Capability("script", "clean"), Capability("read", ANYWHERE)
    issue = distrust([Effect(capability) for capability in capabilities], "a.weft", Path("/flows")).issue
    assert (issue.code, issue.file) == ("trust.needed", "a.weft")
    assert issue.text.endswith("it calls any host, runs the script of clean and reads any file.")
    assert "--trust" in issue.remedy
    assert "it calls a.example." in distrust([Effect(Capability("host", "a.example"))], "a.weft", Path("/flows")).issue.text


@pytest.mark.parametrize(
    ("params", "told_as"),
    [
        ({"read": "../x.csv"}, "it reads /home/ann."),
        ({"read": "../../data/x.csv"}, "it reads /home/data."),
        ({"read": "..data/../../x.csv"}, "it reads /home/ann."),
        ({"read": "/data/x.csv"}, "it reads /data."),
        ({"write": "../x.csv"}, "it writes .. from the run's own folder."),
    ],
)
def test_relative_folders_are_told_by_their_full_path(registry: NodeRegistry, params: dict[str, Json], told_as: str) -> None:
    effects = effects_of(graph_of(("a", params)), registry, Files())
    assert told_as in distrust(effects, "a.weft", Path("/home/ann/flows")).issue.text
    assert missing(effects, [effect.as_json() for effect in effects]) == []


def test_what_is_told_is_told_once() -> None:
    above, same, host = (Effect(Capability("read", "..")), Effect(Capability("read", "/home")), Effect(Capability("host", "..")))
    assert shown([above, same, host], Path("/home/ann")) == [same, host]


class Silent(Node):
    """Does not tell what it does."""

    type_id = "test.silent"

    async def run(self, ctx: RunContext) -> Any:
        return None


def test_a_node_that_does_not_tell_is_an_effect_of_its_own(registry: NodeRegistry) -> None:
    registry.add(Silent)
    graph = Graph(nodes={"a": NodeRecord("a", "test.silent"), "b": NodeRecord("b", "test.doer", 2)})
    assert told(graph, registry) == [("node", "test.silent")]
    text = distrust(effects_of(graph, registry, Files()), "a.weft", Path("/flows")).issue.text
    assert "it does what the node test.silent does." in text


def test_a_model_elsewhere_that_checks_an_output_is_an_effect(registry: NodeRegistry) -> None:
    def asking(**accept: Json) -> Graph:
        return Graph(nodes={"a": NodeRecord("a", "test.doer", 2, options={"accept": {"question": "Fine?", **accept}})})

    assert told(asking(), registry) == told(asking(provider="local"), registry) == []
    assert told(asking(provider="openai"), registry) == [("host", "the provider openai")]
    assert told(asking(provider="openai", question=""), registry) == []


class Place(BaseModel):
    city: str = ""
    key: Secret | None = None


class Weather(BaseModel):
    degrees: int


async def weather(data: Place) -> Weather:
    """Looks out of the window."""
    return Weather(degrees=21)


@pytest.mark.parametrize(
    ("declared", "listed"),
    [
        ({}, [("node", "own.weather")]),
        ({"capabilities": ()}, [("secret", "sky")]),
        ({"capabilities": [("host", "api.example.com"), ("read", "/srv")]},
         [("host", "api.example.com"), ("read", "/srv"), ("secret", "sky")]),
    ],
)  # fmt: skip
def test_a_decorated_function_tells_what_it_does(declared: Any, listed: list[tuple[str, str]]) -> None:
    registry = NodeRegistry()
    registry.add(node(type_id="own.weather", title="Weather", **declared)(weather))
    graph = Graph(nodes={"a": NodeRecord("a", "own.weather", params={"city": "Seoul", "key": {"$secret": "sky"}})})
    assert told(graph, registry) == listed


def test_a_capability_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(TypeError, match="'disk' is no kind of capability; there are host, read"):
        node(type_id="own.weather", title="Weather", capabilities=[("disk", "/")])
