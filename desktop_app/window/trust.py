"""What a workflow could do outside itself, as a person is told it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.api.trust import ANYWHERE, OF_RUN_FOLDER, PROVIDER, RUN_FOLDER, WORKFLOW_FOLDER
from resources.language import tr, trn

_KINDS = ("script", "secret", "host", "mail", "write", "read", "notice", "node")
"""In the order in which they are told: what is graver first."""
_ICONS = {
    "host": "globe", "read": "folder-open", "write": "folder-pen", "script": "code", "secret": "key-round", "mail": "mail",
    "notice": "bell", "node": "puzzle",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Effect:
    """Something that a workflow could do outside itself; see `engine.api.trust`. `is_new` when nobody agreed to it yet."""

    kind: str
    target: str
    is_new: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a person is asked to trust; the `digest` stands for all of it, what scripts say included."""

    effects: tuple[Effect, ...]
    digest: str = ""

    @property
    def grew(self) -> bool:
        """Whether some of it was agreed to before."""
        return any(not effect.is_new for effect in self.effects)


def effect_lines(effects: Sequence[Effect], titles: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Return what effects are as lines: an icon, the words, and whether it is new. Those of a kind share a line.

    `titles` gives the titles of nodes that have one; scripts go by the ids of nodes, which say nothing to people.
    """
    lines = []
    for is_new in (True, False):
        for kind in sorted({effect.kind for effect in effects if effect.is_new is is_new}, key=_place):
            targets = [effect.target for effect in effects if (effect.kind, effect.is_new) == (kind, is_new)]
            said = _scripts(targets, titles) if kind == "script" else _words(kind, targets)
            lines.append((_ICONS.get(kind, "circle-help"), said, is_new))
    return lines


def _place(kind: str) -> tuple[int, str]:
    return (_KINDS.index(kind) if kind in _KINDS else len(_KINDS), kind)


def _target(target: str) -> str:
    """Return what an effect reaches, in the language in use where it is not a name."""
    if target.startswith(PROVIDER):
        return tr("the provider {name}", name=target.removeprefix(PROVIDER))
    if target.endswith(OF_RUN_FOLDER):
        return tr("{target} from {run_folder}", target=target.removesuffix(OF_RUN_FOLDER), run_folder=tr(RUN_FOLDER))
    return tr(target) if target in (RUN_FOLDER, WORKFLOW_FOLDER) else target


def _scripts(nodes: Sequence[str], titles: Mapping[str, str]) -> str:
    names = ", ".join(titles[node] for node in nodes if titles.get(node))
    said = trn("Runs a script", "Runs {count} scripts", len(nodes))
    return tr("{what}: {names}", what=said, names=names) if names else said


def _words(kind: str, targets: Sequence[str]) -> str:
    names, anywhere = ", ".join(map(_target, targets)), ANYWHERE in targets
    match kind:
        case "host":
            return tr("Calls any address in the network") if anywhere else tr("Calls {names}", names=names)
        case "read":
            return tr("Reads any file that you can read") if anywhere else tr("Reads files in {names}", names=names)
        case "write":
            return tr("Writes any file that you can write") if anywhere else tr("Writes files in {names}", names=names)
        case "secret":
            return tr("Uses your secret {names}", names=names)
        case "mail":
            return tr("Sends mail through any server") if anywhere else tr("Sends mail through {names}", names=names)
        case "notice":
            return tr("Shows notifications")
        case "node":
            return tr("Does what your own node {names} does, which does not tell", names=names)
    return f"{kind} {names}"
