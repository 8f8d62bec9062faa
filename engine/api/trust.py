"""What a workflow could do outside itself: the list a person is asked to trust."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from typing import Literal, NamedTuple, get_args

from engine.model.issues import phrase
from engine.model.values import secret_name

Kind = Literal["host", "read", "write", "script", "secret", "mail", "notice", "node"]
KINDS: tuple[Kind, ...] = get_args(Kind)


class Capability(NamedTuple):
    """One effect: a host that is called, a folder that is read or written, a script that runs, a secret that is used.

    `node` is whatever a node type does that does not tell.
    """

    kind: Kind
    target: str

    def __str__(self) -> str:
        return str(self.words())

    def words(self) -> str:
        """Return the effect in words, which can be translated."""
        return phrase(_TEXT[self.kind], target=self.target)


ANYWHERE = "*"
"""Target of a capability that a template decides when the workflow runs."""

_TEXT: dict[Kind, str] = {
    "host": phrase("calls {target}"),
    "read": phrase("reads {target}"),
    "write": phrase("writes {target}"),
    "script": phrase("runs the script of {target}"),
    "secret": phrase("uses the secret {target}"),
    "mail": phrase("sends mail through {target}"),
    "notice": phrase("shows notifications"),
    "node": phrase("does what the node {target} does"),
}

WORKFLOW_FOLDER = phrase("the workflow's folder")
RUN_FOLDER = phrase("the run's own folder")
OF_RUN_FOLDER = f" from {RUN_FOLDER}"
"""Ends the target of a file that is written outside of it, by a path that leads out of it."""
PROVIDER = "the provider "
"""Begins the target of a question to a model; its name follows."""

_AUTHORITY = re.compile(r"\s*https?://([^/?#]*)", re.IGNORECASE)


def host_of(url: object) -> str:
    """Return the host, with its port where one is given, that a URL calls; `*` when a template, or anything else, decides it."""
    if not isinstance(url, str):
        return ANYWHERE
    fixed = _before_template(url)
    found = _AUTHORITY.match(fixed)
    # A template right behind the host could still change it: `https://example.com{{ x }}`.
    if found is None or "\\" in found[1] or (fixed != url and found.end() == len(fixed)):
        return ANYWHERE
    return found[1].rpartition("@")[2].strip().lower() or ANYWHERE


def provider_asked(provider: object) -> Iterator[Capability]:
    """Yield what asking a model does: what it is asked leaves this machine, unless a local model answers."""
    if provider != "local":
        known = isinstance(provider, str) and _before_template(provider) == provider
        yield Capability("host", f"{PROVIDER}{provider}" if known else ANYWHERE)


def folder_read(path: object) -> str:
    """Return the folder of a file that is read; relative paths belong to the workflow's folder."""
    return _folder(path, WORKFLOW_FOLDER)


def folder_written(path: object) -> str:
    """Return the folder of a file that is written; relative paths belong to the run's own folder, which they cannot leave."""
    if isinstance(path, str) and _before_template(path) != path and re.match(r"[\w.-][\w. /-]", path):
        return RUN_FOLDER
    return _folder(path, RUN_FOLDER)


def secrets_in(value: object) -> Iterator[Capability]:
    """Yield a capability for each `{"$secret": name}` in a value, however deep."""
    if (name := secret_name(value)) is not None:
        yield Capability("secret", name)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from secrets_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from secrets_in(item)


def _folder(path: object, own: str) -> str:
    if not isinstance(path, str) or _before_template(path) != path:
        return ANYWHERE
    whole = os.path.normpath(os.path.expanduser(path))  # noqa: PTH111 - an unknown user's home is left as written
    if PurePath(whole).is_absolute() or whole.startswith(("..", "~")):
        return str(PurePath(whole).parent)
    return own


def _before_template(text: str) -> str:
    return re.split(r"\{\{|\{%|\{#", text, maxsplit=1)[0]
