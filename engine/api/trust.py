"""What a workflow could do outside itself: the list a person is asked to trust."""

from __future__ import annotations

from typing import Literal, NamedTuple

Kind = Literal["host", "read", "write", "script", "secret", "mail", "notice"]


class Capability(NamedTuple):
    """One effect: a host that is called, a folder that is read or written, a script that runs, a secret that is used."""

    kind: Kind
    target: str

    def __str__(self) -> str:
        return _TEXT[self.kind].format(self.target)


ANYWHERE = "*"
"""Target of a capability that a template decides when the workflow runs."""

_TEXT: dict[Kind, str] = {
    "host": "calls {}", "read": "reads {}", "write": "writes {}", "script": "runs the script of {}",
    "secret": "uses the secret {}", "mail": "sends mail through {}", "notice": "shows notifications",
}
