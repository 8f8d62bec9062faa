"""What nodes ask of the network: one request, one reply, addresses checked. `engine.net` implements it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from engine.model.issues import Issue, WeftError
from engine.model.values import Json

BodyKind = Literal["none", "json", "form", "raw"]
AuthKind = Literal["none", "basic", "bearer", "key"]
ReplyKind = Literal["empty", "json", "text", "base64"]
Scalar = str | int | float | bool | None
QueryValue = Scalar | Sequence[Scalar]
"""A list stands for several parameters of one name; null leaves the parameter out."""

DEFAULT_TIME_LIMIT = 30.0
DEFAULT_MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class WebAuth:
    """How a request identifies itself.

    `basic` uses user and secret, `bearer` the secret, `key` sends the secret as header or query parameter `name`.
    """

    kind: AuthKind = "none"
    user: str = ""
    secret: str = field(default="", repr=False)
    name: str = "X-API-Key"
    place: Literal["header", "query"] = "header"


@dataclass(frozen=True, slots=True)
class WebRequest:
    """One HTTP request.

    `body` is any JSON for `json`, an object of scalars or lists of them for `form`, and text or bytes for `raw` (set the
    Content-Type yourself; text without one goes as UTF-8 text/plain). `allowed_hosts` names the hosts that may lie in
    private networks: `host`, `host:port`, `*.example.com`, an IP literal; public hosts need no entry.
    """

    url: str
    method: str = "GET"
    query: Mapping[str, QueryValue] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json | bytes = None
    body_kind: BodyKind = "none"
    auth: WebAuth = WebAuth()
    time_limit: float = DEFAULT_TIME_LIMIT
    """Seconds for everything: names, connections, redirects and the whole body."""
    max_bytes: int = DEFAULT_MAX_BYTES
    """Longest body of the reply, after decompression."""
    max_redirects: int = 10
    """0 returns the redirect itself."""
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WebReply:
    """The answer, whatever its status.

    `body` is parsed JSON for `json`, text for `text`, base64 text for `base64`, None for `empty`. Names of `headers` are in
    lower case; repeated ones are joined by a comma. `url` is the last one after redirects. `seconds` is the wall time.
    """

    status: int
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Json = None
    body_kind: ReplyKind = "empty"
    size: int = 0
    """Bytes of the body after decompression."""
    seconds: float = 0.0


class WebError(WeftError):
    """A request that got no usable reply.

    Codes: `http.invalid-url`, `http.invalid-request`, `http.blocked-address`, `http.dns`, `http.tls`, `http.timeout`,
    `http.unreachable`, `http.broken-reply`, `http.too-large`, `http.too-many-redirects`. `retryable` tells whether the same
    request can succeed later.
    """

    def __init__(self, code: str, text: str, remedy: str = "", *, retryable: bool = False, field: str = "") -> None:
        super().__init__(Issue(code, text, remedy, field=field))
        self.retryable = retryable


class Web(Protocol):
    """Sends requests. Used on the engine's loop only."""

    async def send(self, request: WebRequest) -> WebReply:
        """Send a request and read the whole reply.

        Raises:
            WebError: there is no reply to return; see its codes. A status such as 404 or 500 is a reply.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
