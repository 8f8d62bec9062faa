"""From a request as a node describes it to one that can be sent."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import httpx

from engine.api.large import dumps
from engine.api.web import QueryValue, WebError, WebRequest
from engine.model.issues import phrase
from engine.net.addresses import is_host

MAX_URL = 8192
_JSON = json.JSONEncoder(ensure_ascii=False, allow_nan=False)
_METHOD = re.compile(r"[A-Z]{1,20}")
_REFUSED_METHODS = ("CONNECT", "TRACE")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}")
_HEADER_VALUE = re.compile(r"[^\x00-\x08\x0a-\x1f\x7f]*")
_OURS = frozenset(
    ("accept-encoding", "connection", "content-length", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection",
     "te", "trailer", "transfer-encoding", "upgrade")
)  # fmt: skip
"""Headers that decide how a request is carried, not what it says."""
_KEPT_ELSEWHERE = frozenset(("accept", "accept-language", "content-language", "content-type", "user-agent"))
"""Headers that a redirect to another origin may see; anything else may be a key."""
DEFAULTS = {"user-agent": "Weft", "accept": "*/*"}


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A request, ready to be sent, also to where it is redirected. Names of headers are in lower case."""

    method: str
    url: httpx.URL
    shown: str
    """The address as it may be stored: without a key that is sent in it."""
    headers: Mapping[str, str]
    content: bytes

    def redirected(self, status: int, location: str) -> Outgoing:
        """Return the request that follows a redirect: as browsers do it, and without secrets for another origin.

        Raises:
            WebError: `http.invalid-url`.
        """
        try:
            url = self.url.join(location)
        except (httpx.InvalidURL, ValueError):
            raise _invalid_url(phrase("The reply redirects to what is no address.")) from None
        _check_url(url)
        headers = dict(self.headers)
        if not _same_origin(self.url, url):
            headers = {name: value for name, value in headers.items() if name in _KEPT_ELSEWHERE}
        to_get = (status == 303 and self.method != "HEAD") or (status in (301, 302) and self.method == "POST")
        if not to_get:
            return Outgoing(self.method, url, str(url), headers, self.content)
        return Outgoing("GET", url, str(url), {name: value for name, value in headers.items() if name != "content-type"}, b"")


def outgoing(request: WebRequest) -> Outgoing:
    """Build the request.

    Raises:
        WebError: `http.invalid-url` or `http.invalid-request`, with the field.
    """
    method = request.method.strip().upper()
    if not _METHOD.fullmatch(method) or method in _REFUSED_METHODS:
        raise _invalid(phrase("`{method}` is not a method that can be used.", method=request.method), "method")
    content, kind = _body(request)
    headers = dict(DEFAULTS)
    if kind:
        headers["content-type"] = kind
    for name, value in request.headers.items():
        headers[_header_name(name)] = _header_value(name, value)
    query = list(_pairs(request.query, "query"))
    for name, value in _auth_headers(request):
        headers[name.lower()] = _header_value(name, value, "auth.secret")
    url = _extended(_url(request.url), query)
    sent = url
    if request.auth.kind == "key" and request.auth.place == "query":
        _utf8(request.auth.secret, "auth.secret")
        sent = _extended(url, [(request.auth.name, request.auth.secret)])
    return Outgoing(method, sent, str(url), headers, content)


def _extended(url: httpx.URL, query: Sequence[tuple[str, str]]) -> httpx.URL:
    """Add parameters behind those that are there, which stay as they were written."""
    if not query:
        return url
    joined = "&".join(part for part in (url.query.decode("ascii"), urlencode(query)) if part)
    return url.copy_with(query=joined.encode("ascii"))


def _url(text: str) -> httpx.URL:
    text = text.strip()
    if not text:
        raise _invalid_url(phrase("There is no address."))
    if len(text) > MAX_URL:
        raise _invalid_url(phrase("The address is longer than {max_url:,} characters.", max_url=MAX_URL))
    try:
        url = httpx.URL(text)
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise _invalid_url(phrase("The address is not valid: {error}.", error=str(error).rstrip("."))) from None
    _check_url(url)
    if "\\" in text.partition("?")[0]:
        raise _invalid_url(phrase("The address has a backslash in it."))
    return url.copy_with(fragment=None)


def _check_url(url: httpx.URL) -> None:
    if url.scheme not in ("http", "https"):
        raise _invalid_url(phrase("The address must begin with http:// or https://."))
    if not url.host:
        raise _invalid_url(phrase("The address has no host."))
    if url.userinfo:
        raise _invalid_url(phrase("The address holds a user name."), phrase("Use the node's sign-in fields."))
    if url.port is not None and not 0 < url.port < 65536:
        raise _invalid_url(phrase("The address has a port that does not exist."))
    if not is_host(url.raw_host.decode("ascii")):
        raise _invalid_url(phrase("`{host}` is not a host.", host=url.host[:100]))


def _same_origin(one: httpx.URL, other: httpx.URL) -> bool:
    """Tell whether two addresses belong to one server; from http to https on the usual ports is an upgrade, no other server."""
    if one.host != other.host:
        return False
    if one.scheme == other.scheme:
        return _port(one) == _port(other)
    return (one.scheme, _port(one), other.scheme, _port(other)) == ("http", 80, "https", 443)


def _port(url: httpx.URL) -> int:
    return url.port or (443 if url.scheme == "https" else 80)


def _body(request: WebRequest) -> tuple[bytes, str]:
    body, kind = request.body, request.body_kind
    if kind == "json":
        try:
            return dumps(body, _JSON).encode("utf-8"), "application/json"
        except (TypeError, ValueError, RecursionError):
            raise _invalid(phrase("The body cannot be written as JSON."), "body") from None
    if kind == "form":
        if not isinstance(body, Mapping):
            raise _invalid(phrase("The body of a form must be an object."), "body")
        fields = urlencode(list(_pairs(body, "body")))
        return fields.encode("ascii"), "application/x-www-form-urlencoded"
    if kind == "raw":
        if isinstance(body, bytes):
            return body, "application/octet-stream"
        if not isinstance(body, str):
            raise _invalid(phrase("The body must be text."), "body")
        return _utf8(body, "body"), "text/plain; charset=utf-8"
    return b"", ""


def _pairs(values: Mapping[str, object] | Mapping[str, QueryValue], field: str) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        for one in value if isinstance(value, (list, tuple)) else (value,):
            if isinstance(one, bool):
                yield name, "true" if one else "false"
            elif isinstance(one, (str, int, float)):
                _utf8(f"{name}{one}", field)
                yield name, str(one)
            elif one is not None:
                raise _invalid(phrase("`{name}` must be a text or number.", name=name), field)


def _auth_headers(request: WebRequest) -> Iterable[tuple[str, str]]:
    auth = request.auth
    if auth.kind == "basic":
        if ":" in auth.user:
            raise _invalid(phrase("A user name cannot hold a colon."), "auth.user")
        yield "authorization", "Basic " + base64.b64encode(_utf8(f"{auth.user}:{auth.secret}", "auth.user")).decode("ascii")
    elif auth.kind == "bearer":
        yield "authorization", f"Bearer {auth.secret.strip()}"
    elif auth.kind == "key" and auth.place == "header":
        yield _header_name(auth.name, "auth.name"), auth.secret


def _header_name(name: str, field: str = "headers") -> str:
    if not _HEADER_NAME.fullmatch(name):
        raise _invalid(phrase("`{name}` is not a name for a header.", name=name[:60]), field)
    if name.lower() in _OURS:
        raise _invalid(phrase("The header `{name}` is set by Weft.", name=name), field)
    return name.lower()


def _header_value(name: str, value: object, field: str = "headers") -> str:
    text = str(value).strip(" \t\r\n") if isinstance(value, (str, int, float)) else None
    if text is None or not _HEADER_VALUE.fullmatch(text):
        # The value is not shown: it may be a secret.
        raise _invalid(phrase("The value of the header `{name}` is not a text of one line.", name=name), field)
    _utf8(text, field)
    return text


def _utf8(text: str, field: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise _invalid(phrase("A text holds half of a character."), field) from None


def _invalid(text: str, field: str) -> WebError:
    return WebError("http.invalid-request", text, "Correct the field.", field=field)


def _invalid_url(text: str, remedy: str = phrase("Write it like https://example.com/path.")) -> WebError:
    return WebError("http.invalid-url", text, remedy, field="url")
