"""What a workflow could do outside itself, and whether a person has agreed to that.

Versions that this data folder's Weft saved are trusted, and so are the shipped examples at their own place. Any other file needs
agreement to its effects, once for the set of them: a smaller set needs no new one, a larger one does. A workflow that
only computes, reads its own folder and writes its run's folder has no effects and needs none.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from functools import reduce
from pathlib import Path
from typing import NamedTuple, Protocol

from engine.api.files import absolute
from engine.api.node import Node
from engine.api.told import capabilities_told, upgraded
from engine.api.trust import ANYWHERE, OF_RUN_FOLDER, RUN_FOLDER, WORKFLOW_FOLDER, Capability, provider_asked
from engine.model.files import Files
from engine.model.graph import Graph
from engine.model.issues import Issue, WeftError, both, listed, phrase
from engine.model.refs import resolve_refs
from engine.model.values import Json, JsonObject
from engine.registry import NodeRegistry

DECIDED_LATER = "{{ wired }}"
"""Stands for the value of a parameter that arrives over an edge."""

OUR_NODES = "engine.nodes"

NO_EFFECT = frozenset({Capability("read", WORKFLOW_FOLDER), Capability("write", RUN_FOLDER)})


class Effect(NamedTuple):
    """A capability as it is agreed to. `content` is the SHA-256 of a script, so that another script is another effect."""

    capability: Capability
    content: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the effect as the trust store keeps it."""
        kind, target = self.capability
        return {"kind": kind, "target": target} | ({"content": self.content} if self.content else {})

    def is_part_of(self, agreed: Effect) -> bool:
        """Tell whether who agreed to that agreed to this: the same, or the same kind anywhere."""
        same_kind = self.capability.kind == agreed.capability.kind and self.content == agreed.content
        return same_kind and agreed.capability.target in (self.capability.target, ANYWHERE)


class TrustStore(Protocol):
    """Remembers what a person agreed to, for a workflow's id and its file."""

    def agreed(self, workflow_id: str, path: str) -> Sequence[Mapping[str, Json]]:
        """Return the effects that were agreed to, in the form of `Effect.as_json`; none when nobody was asked."""
        ...

    def agree(self, workflow_id: str, path: str, effects: Sequence[Mapping[str, Json]], digest: str) -> None:
        """Remember these effects instead of earlier ones. `digest` is their hash."""
        ...


def effects_of(graph: Graph, registry: NodeRegistry, files: Files) -> tuple[Effect, ...]:
    """Return what a valid workflow could do outside itself, sorted, each once. Unknown node types do nothing.

    Raises:
        WeftError: a file that the document refers to cannot be read.
    """
    found: set[Effect] = set()
    wired: dict[str, set[str]] = {}
    for edge in graph.edges:
        wired.setdefault(edge.target.node, set()).add(edge.target.port)
    for node in graph.nodes.values():
        node_type = registry.get(node.type)
        if node_type is None:
            continue
        params = resolve_refs(dict(node.params), graph, files, node=node.id)
        found |= {Effect(capability) for capability in _unlisted(node_type, node.options)}
        params, capabilities = _listed_by(node_type, params, node.version, wired.get(node.id, set()))
        for capability in capabilities:
            if capability.kind == "script":
                found.add(Effect(Capability("script", node.id), _digest(params)))
            elif capability not in NO_EFFECT:
                found.add(Effect(capability))
    hosts = graph.settings.get("allow_hosts")
    found |= {Effect(Capability("host", str(host))) for host in hosts} if isinstance(hosts, list) else set()
    return tuple(sorted(found))


def _listed_by(
    node_type: type[Node], params: JsonObject, version: int, wired: Set[str]
) -> tuple[JsonObject, tuple[Capability, ...]]:
    """Return the parameters of a node in today's form, and what its type tells of them: the node as a whole when it fails to."""
    try:
        params = upgraded(node_type, params, version) if version < node_type.version else params
        params = params | dict.fromkeys(node_type.model_fields.keys() & wired, DECIDED_LATER)
        return params, capabilities_told(node_type, params)
    except WeftError:
        return params, (Capability("node", node_type.type_id),)


def _unlisted(node_type: type[Node], options: Mapping[str, Json]) -> Iterator[Capability]:
    """Yield what a node's parameters do not show: a model that checks its output, and code that does not tell what it does."""
    accept = options.get("accept")
    if isinstance(accept, dict) and accept.get("question"):
        yield from provider_asked(accept.get("provider", "local"))
    ours = node_type.__module__.startswith(f"{OUR_NODES}.")
    if not ours and node_type.capabilities.__func__ is Node.capabilities.__func__:  # type: ignore[attr-defined]
        yield Capability("node", node_type.type_id)


def digest_of(effects: Iterable[Effect]) -> str:
    """Return the SHA-256 of a set of effects."""
    return _digest([effect.as_json() for effect in sorted(effects)])


def missing(effects: Iterable[Effect], agreed: Iterable[Mapping[str, Json]]) -> list[Effect]:
    """Return the effects that nobody agreed to yet."""
    known = [_effect(entry) for entry in agreed]
    return [effect for effect in effects if not any(effect.is_part_of(other) for other in known)]


def shown(effects: Iterable[Effect], folder: Path) -> list[Effect]:
    """Return effects as a person is told them, each once: what is relative to the workflow's folder by its full path.

    What is agreed to stays as the document says it.
    """
    return list(dict.fromkeys(effect._replace(capability=_resolved(effect.capability, folder)) for effect in effects))


def _resolved(capability: Capability, folder: Path) -> Capability:
    kind, target = capability
    if kind == "read" and target.startswith(".."):
        return Capability(kind, str(absolute(target, folder.absolute())))
    if kind == "write" and target.startswith(".."):
        return Capability(kind, f"{target}{OF_RUN_FOLDER}")
    return capability


def distrust(effects: Sequence[Effect], file: str, folder: Path) -> WeftError:
    """Return the error that lists what has to be agreed to before a file is run. `folder` is the workflow's."""
    told = [_words(effect.capability) for effect in shown(effects, folder)]
    text = phrase("This workflow was not made here, and it {listed}.", listed=_listed(told))
    return WeftError(Issue("trust.needed", text, "Look at it, and run it with --trust if you agree.", file=file))


def _words(capability: Capability) -> str:
    anything = {
        "host": phrase("any host"),
        "read": phrase("any file"),
        "write": phrase("any file"),
        "mail": phrase("any server"),
    }.get(capability.kind)
    return (capability._replace(target=anything) if capability.target == ANYWHERE and anything else capability).words()


def _listed(parts: Sequence[str]) -> str:
    return reduce(both, parts[-1:], reduce(listed, parts[:-1])) if parts[1:] else parts[0]


def _effect(entry: Mapping[str, Json]) -> Effect:
    """Read an entry of the store; one that a newer program wrote matches nothing."""
    kind, target, content = (str(entry.get(key, "")) for key in ("kind", "target", "content"))
    return Effect(Capability(kind, target), content)  # type: ignore[arg-type]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()
