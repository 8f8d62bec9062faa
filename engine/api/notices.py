"""What the Notification node asks for: a message on the desktop or an e-mail. `engine.net.notices` implements it.

A webhook is an ordinary request and goes through `engine.api.web`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.model.issues import Issue, WeftError

TlsMode = Literal["none", "starttls", "tls"]


@dataclass(frozen=True, slots=True)
class Shown:
    """Whether a desktop notice was shown, and if not, why, in one sentence."""

    shown: bool
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in plain text. A server in a private network needs an entry in `allowed_hosts`, see `engine.api.web`."""

    host: str
    sender: str
    to: tuple[str, ...]
    subject: str
    text: str
    port: int = 587
    tls: TlsMode = "starttls"
    user: str = ""
    """Empty: the server wants no sign-in."""
    password: str = field(default="", repr=False)
    time_limit: float = 30.0
    """Seconds for everything."""
    allowed_hosts: tuple[str, ...] = ()


class MailError(WeftError):
    """An e-mail that was not accepted.

    Codes: `mail.invalid`, `mail.blocked-address`, `mail.unreachable`, `mail.timeout`, `mail.tls`, `mail.sign-in`,
    `mail.refused`. `retryable` tells whether the same mail can be accepted later.
    """

    def __init__(self, code: str, text: str, remedy: str = "", *, retryable: bool = False, field: str = "") -> None:
        super().__init__(Issue(code, text, remedy, field=field))
        self.retryable = retryable


class Notices(Protocol):
    """Tells people that something happened. Used on the engine's loop only."""

    async def desktop(self, title: str, text: str) -> Shown:
        """Show a notice on the desktop. Never raises and takes at most a few seconds."""
        ...

    async def mail(self, mail: Mail) -> None:
        """Hand an e-mail to its server; returns once every recipient is accepted.

        Raises:
            MailError: see its codes.
        """
        ...
