"""API request: one HTTP request and its answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, Literal, cast

from engine.api.context import RunContext
from engine.api.large import is_large
from engine.api.node import Node
from engine.api.params import Field, Param, Seconds, SecretRef, Text, has_template, revealed
from engine.api.plain import one_line
from engine.api.ports import After
from engine.api.replies import status_error
from engine.api.trust import Capability, host_of, secrets_in
from engine.api.web import DEFAULT_TIME_LIMIT, WebAuth, WebError, WebRequest
from engine.model.issues import Issue, WeftError, failure, moved, phrase
from engine.model.values import Json

MB = 1_000_000
_FIELDS = {
    **{name: name for name in ("url", "method", "query", "headers", "body", "time_limit", "settings.allow_hosts")},
    "max_bytes": "max_mb", "auth.user": "user", "auth.secret": "secret", "auth.name": "key_name", "auth": "auth",
}  # fmt: skip
"""What the parts of a request are called here."""


class ApiRequest(Node):
    """Sends an HTTP request and gives `status`, `headers` and `body` of the answer.

    A JSON answer is read; other text is text, and bytes are base64 text. Values of the query, the headers and the body may be
    secrets. Addresses in private networks, this machine included, are refused unless the workflow's settings list the host
    under `allow_hosts`. Requests that may change something carry an `Idempotency-Key`, which is the same on every attempt, so
    that a server which knows it acts once.
    """

    type_id = "http.request"
    title = "API request"
    category = "connect"
    icon = "globe"
    keywords = ("http", "rest", "call", "fetch", "get", "post", "url", "web", "download")
    aliases = ("API_CALL",)
    examples = (
        {
            "params": {"url": "https://api.example.com/orders", "query": {"state": "open"}},
            "outside": {"web": [{"status": 200, "headers": {"x-total": "1"}, "body": [{"id": 7}]}]},
            "ports": {"out": {"status": 200, "headers": {"x-total": "1"}, "body": [{"id": 7}]}},
        },
        {
            "params": {
                "method": "POST", "url": "https://api.example.com/orders", "body_kind": "json", "auth": "bearer",
                "secret": {"$secret": "shop"}, "allowed_status": "201",
            },
            "inputs": {"body": {"item": "lamp"}},
            "outside": {"secrets": {"shop": "s3cret"}, "web": [{"status": 201, "body": {"id": 8}}]},
            "ports": {"out": {"status": 201, "headers": {}, "body": {"id": 8}}},
        },
    )

    method: Annotated[Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"], Param(promotable=False)] = Field(
        "GET", description="What to do at the address."
    )
    url: Annotated[Text, Param("text", label="URL", placeholder="https://")] = Field(min_length=1, description="The address.")
    query: Annotated[dict[str, Any], Param("key_values", secrets=True)] = Field(
        default_factory=dict, description="Added to the address behind the question mark; a list gives several of one name."
    )
    headers: Annotated[dict[str, Any], Param("key_values", secrets=True)] = Field(
        default_factory=dict, description="Header lines to send."
    )
    body_kind: Annotated[Literal["none", "json", "form", "raw"], Param(label="Body", promotable=False)] = Field(
        "none", description="How the body is sent: as JSON, as a form, or text as it is."
    )
    body: Annotated[
        Any, Param("json", port=True, label="Body data", shown_when=("body_kind", ("json", "form", "raw")), secrets=True)
    ] = Field(None, description="What is sent; a template, or what arrives over an edge.")
    auth: Annotated[Literal["none", "basic", "bearer", "key"], Param(label="Authentication", promotable=False)] = Field(
        "none", description="How the request identifies itself: user and password, a bearer token, or a key."
    )
    user: Annotated[Text, Param("text", shown_when=("auth", ("basic",)))] = Field("", description="User name.")
    secret: Annotated[
        SecretRef | None,
        Param("secret", rendered="never", promotable=False, shown_when=("auth", ("basic", "bearer", "key")), secrets=True),
    ] = Field(None, description="The secret that holds password, token or key.")
    key_name: Annotated[Text, Param("text", shown_when=("auth", ("key",)))] = Field(
        "X-API-Key", description="Name of the header, or of the query parameter, that carries the key."
    )
    key_place: Annotated[Literal["header", "query"], Param(promotable=False, shown_when=("auth", ("key",)))] = Field(
        "header", description="Where the key is sent."
    )
    allowed_status: Annotated[str, Param("text", rendered="never", promotable=False, expert=True)] = Field(
        "200-299", description="Status codes that count as success, such as `200-299, 404`."
    )
    time_limit: Annotated[Seconds, Param("duration", expert=True)] = Field(
        DEFAULT_TIME_LIMIT, gt=0, le=3600, description="Seconds for the whole request."
    )
    max_mb: Annotated[float, Param("number", expert=True, label="Size limit (MB)")] = Field(
        10.0, gt=0, le=200, description="Longer answers are refused."
    )
    redirects: Annotated[bool, Param(expert=True, promotable=False)] = Field(True, description="Follow redirects.")

    async def run(self, ctx: RunContext, after: After = ()) -> dict[str, Any]:
        """Send it, and fail for a status that is not allowed."""
        try:
            reply = await ctx.web.send(await self._request(ctx))
        except WebError as error:
            raise moved(error, _FIELDS, "url") from None
        if not any(reply.status in codes for codes in _codes(self.allowed_status)):
            raise status_error(reply, "allowed_status")
        return {"status": reply.status, "headers": dict(reply.headers), "body": reply.body}

    async def _request(self, ctx: RunContext) -> WebRequest:
        headers = _headers(cast("dict[str, Json]", revealed(self.headers, ctx.secret)))
        if self.method not in ("GET", "HEAD") and not any(name.lower() == "idempotency-key" for name in headers):
            headers["Idempotency-Key"] = ctx.idempotency_key
        secret = ctx.secret(self.secret) if self.secret and self.auth != "none" else ""
        body = self.body if self.body_kind != "none" else None
        body = await asyncio.to_thread(revealed, body, ctx.secret) if is_large(body) else revealed(body, ctx.secret)
        return WebRequest(
            url=self.url.strip(),
            method=self.method,
            query=cast("dict[str, Any]", revealed(self.query, ctx.secret)),
            headers=headers,
            body=body,
            body_kind=self.body_kind,
            auth=WebAuth(self.auth, self.user, secret, self.key_name, self.key_place),
            time_limit=self.time_limit,
            max_bytes=int(self.max_mb * MB),
            max_redirects=10 if self.redirects else 0,
            allowed_hosts=ctx.allowed_hosts,
        )

    @classmethod
    def check(cls, params: Mapping[str, Json]) -> Iterable[Issue]:
        """Find a bad address, bad status codes, and authentication without its secret."""
        url = params.get("url", "")
        if isinstance(url, str) and not has_template(url) and not re.match(r"\s*https?://[^/?#\s]", url, re.IGNORECASE):
            yield Issue(
                "http.invalid-url",
                phrase("{url!r} is no web address.", url=url),
                "Begin it with https:// and a host.",
                field="url",
            )
        try:
            list(_codes(str(params.get("allowed_status", "200"))))
        except WeftError as error:
            yield error.issue
        if params.get("auth", "none") != "none" and not params.get("secret"):
            remedy = phrase("Choose a secret, or no authentication.")
            yield Issue("http.no-secret", "The authentication has no secret.", remedy, field="secret")
        body = params.get("body")
        if params.get("body_kind", "none") == "none" and body not in (None, ""):
            text = phrase("The request has a body, and it is not sent.")
            yield Issue("http.body-unused", text, "Set body_kind to json, form or raw.", field="body_kind", severity="warning")
        if params.get("body_kind") == "json" and isinstance(body, str) and body.startswith(("{", "[")) and not has_template(body):
            text, remedy = phrase("The body is text, and JSON text is sent."), phrase("Write it as an object, or choose raw.")
            yield Issue("http.json-text", text, remedy, field="body", severity="warning")

    @classmethod
    def capabilities(cls, params: Mapping[str, Json]) -> Iterable[Capability]:
        """It calls a host, with secrets."""
        yield Capability("host", host_of(params.get("url")))
        yield from secrets_in(params)

    @classmethod
    def summary(cls, params: Mapping[str, Json]) -> str:
        """Show method and address."""
        return one_line(params.get("method", "GET"), params.get("url"))


def _headers(values: dict[str, Json]) -> dict[str, str]:
    headers = {}
    for name, value in values.items():
        if isinstance(value, dict | list):
            raise failure(
                "http.invalid-request",
                phrase("The header {name!r} is no text.", name=name),
                "Give it text.",
                field=f"headers.{name}",
            )
        if value is not None:
            headers[name] = str(value).lower() if isinstance(value, bool) else str(value)
    return headers


def _codes(text: str) -> Iterator[range]:
    """Yield the ranges in `200-299, 404`. Raises WeftError `http.bad-status`."""
    for part in text.split(","):
        found = re.fullmatch(r"\s*([1-5]\d\d)\s*(?:-\s*([1-5]\d\d)\s*)?", part)
        if found is None:
            remedy = phrase("Write codes and ranges such as 200-299, 404.")
            raise failure(
                "http.bad-status", phrase("{part!r} is no status code.", part=part.strip()), remedy, field="allowed_status"
            )
        yield range(int(found[1]), int(found[2] or found[1]) + 1)
