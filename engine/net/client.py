"""Sends the requests of nodes. Implements `engine.api.web.Web`."""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import TYPE_CHECKING

from engine.api.web import ReplyKind, WebError, WebReply, WebRequest
from engine.model.issues import phrase, phrase_n
from engine.model.values import Json

if TYPE_CHECKING:
    from collections.abc import Mapping

    import httpx

    from engine.net.outgoing import Outgoing
    from engine.net.resolve import Resolve
    from engine.net.transport import GuardedTransport

_REDIRECTS = (301, 302, 303, 307, 308)
PARSED_AT_ONCE = 256 * 1024
"""Bytes of a body that are parsed on the loop; longer ones in a thread."""


class WebClient:
    """Keeps connections for the loop on which it is used. No cookies, no proxies, nothing from the environment.

    `resolve` and `tls` replace the system's names and authorities, for tests.
    """

    def __init__(self, *, resolve: Resolve | None = None, tls: ssl.SSLContext | None = None) -> None:
        self._resolve = resolve
        self._tls = tls
        self._transport: GuardedTransport | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def send(self, request: WebRequest) -> WebReply:
        """Send a request and read the whole reply.

        Raises:
            WebError: there is no reply to return; see its codes. A status such as 404 or 500 is a reply.
        """
        start = time.monotonic()
        first = await asyncio.to_thread(_outgoing, request)
        try:
            async with asyncio.timeout(request.time_limit):
                status, url, headers, body = await self._follow(first, request)
                value, kind = await _value(body, headers.get("content-type", ""))
        except TimeoutError:
            text = phrase("`{host}` did not answer within {time_limit:g} s.", host=first.url.host, time_limit=request.time_limit)
            remedy = phrase("Try later, or raise the time limit.")
            raise WebError("http.timeout", text, remedy, retryable=True, field="time_limit") from None
        return WebReply(status, url, headers, value, kind, len(body), time.monotonic() - start)

    async def aclose(self) -> None:
        """Close the connections."""
        transport, self._transport = self._transport, None
        if transport is not None and self._loop is asyncio.get_running_loop():
            await transport.aclose()

    async def _follow(self, sent: Outgoing, request: WebRequest) -> tuple[int, str, Mapping[str, str], bytes]:
        from engine.net.incoming import read_body

        hops = 0
        while True:
            response = await self._exchange(sent, request.allowed_hosts)
            try:
                location = response.headers.get("location")
                if location is None or response.status_code not in _REDIRECTS or not request.max_redirects:
                    body = b""
                    if sent.method != "HEAD":
                        body = await read_body(response.aiter_raw(), response.headers, request.max_bytes)
                    return response.status_code, sent.shown, dict(response.headers), body
            finally:
                await response.aclose()
            hops += 1
            if hops > request.max_redirects:
                text = phrase(
                    "The reply redirects more often than allowed, {times}.",
                    times=phrase_n("{count:,} time", "{count:,} times", request.max_redirects),
                )
                raise WebError("http.too-many-redirects", text, "Check the address.", field="url")
            sent = sent.redirected(response.status_code, location)

    async def _exchange(self, sent: Outgoing, allowed_hosts: tuple[str, ...]) -> httpx.Response:
        import httpx

        from engine.net.incoming import ENCODINGS
        from engine.net.transport import ALLOWED

        headers = {**sent.headers, "accept-encoding": ENCODINGS}
        raw = [(name.encode("ascii"), value.encode("utf-8")) for name, value in headers.items()]
        content = sent.content or (b"" if sent.method in ("POST", "PUT", "PATCH") else None)
        request = httpx.Request(sent.method, sent.url, headers=raw, content=content, extensions={ALLOWED: allowed_hosts})
        return await (await self._connections()).handle_async_request(request)

    async def _connections(self) -> GuardedTransport:
        """Return the transport of the running loop; what a loop that is gone left is dropped with it."""
        loop = asyncio.get_running_loop()
        if self._transport is None or self._loop is not loop:
            made = await asyncio.to_thread(self._make_transport)
            if self._transport is None or self._loop is not loop:  # nobody was faster
                self._transport, self._loop = made, loop
        return self._transport

    def _make_transport(self) -> GuardedTransport:
        """Make one. Importing what it needs and reading the authorities takes 0.3 s."""
        from engine.net.resolve import system_resolve
        from engine.net.transport import GuardedTransport

        return GuardedTransport(resolve=self._resolve or system_resolve, tls=self._tls)


def _outgoing(request: WebRequest) -> Outgoing:
    """Check a request and write its body, which may be long."""
    from engine.net.outgoing import outgoing

    return outgoing(request)


async def _value(body: bytes, content_type: str) -> tuple[Json, ReplyKind]:
    from engine.net.incoming import read_value

    if len(body) <= PARSED_AT_ONCE:
        return read_value(body, content_type)
    return await asyncio.to_thread(read_value, body, content_type)
