"""An httpx transport that connects only to checked addresses.

The check sits where a connection is made: the name is resolved once, every address is looked at, and one of these very
addresses is connected to, while `Host`, TLS server name and certificate stay those of the name. Connections to hosts that a
workflow allows are kept apart from the others, so that no other workflow gets to use them.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from engine.api.web import WebError
from engine.model.issues import phrase
from engine.net.addresses import is_allowed
from engine.net.resolve import Resolve, checked_addresses, system_resolve
from engine.net.tls import default_tls

ALLOWED = "allowed_hosts"
"""Key of a request's extensions: the entries of the workflow's list."""
NEXT_ADDRESS = 5.0
"""Seconds after which the next address of a host is tried."""
KEPT = 15.0
"""Seconds that an idle connection is kept."""


class GuardedTransport(httpx.AsyncBaseTransport):
    """Sends requests of any httpx client. It raises WebError and no exception of httpx; it belongs to one event loop."""

    def __init__(self, *, resolve: Resolve = system_resolve, tls: ssl.SSLContext | None = None) -> None:
        tls = tls or default_tls()
        self._public = _pool(tls, _Backend(resolve, allowed=False))
        self._allowed = _pool(tls, _Backend(resolve, allowed=True))

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request whose host is public or listed under `ALLOWED` in its extensions."""
        url = request.url
        host, port = url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)
        allowed = is_allowed(host, port, request.extensions.get(ALLOWED, ()))
        pool = self._allowed if allowed else self._public
        core = httpcore.Request(
            request.method,
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=request.headers.raw,
            content=request.stream,
        )
        with _explained(host, port):
            response = await pool.handle_async_request(core)
        return httpx.Response(response.status, headers=response.headers, stream=_Stream(response.stream, host, port))

    async def aclose(self) -> None:
        """Close all connections."""
        await self._public.aclose()
        await self._allowed.aclose()


def _pool(tls: ssl.SSLContext, backend: httpcore.AsyncNetworkBackend) -> httpcore.AsyncConnectionPool:
    return httpcore.AsyncConnectionPool(
        ssl_context=tls, max_connections=100, max_keepalive_connections=20, keepalive_expiry=KEPT, network_backend=backend
    )


class _Backend(httpcore.AsyncNetworkBackend):
    """Makes connections to checked addresses."""

    def __init__(self, resolve: Resolve, *, allowed: bool) -> None:
        self._resolve = resolve
        self._allowed = allowed
        self._network = httpcore.AnyIOBackend()

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,  # noqa: ASYNC109 - as its base
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        addresses = await checked_addresses(host, port, self._resolve, allowed=self._allowed)
        for address in addresses[:-1]:
            try:
                async with asyncio.timeout(NEXT_ADDRESS):
                    return await self._network.connect_tcp(address, port, timeout, local_address, socket_options)
            except (TimeoutError, httpcore.ConnectError):
                continue
        return await self._network.connect_tcp(addresses[-1], port, timeout, local_address, socket_options)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None,  # noqa: ASYNC109 - as its base
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:  # fmt: skip
        raise WebError("http.blocked-address", "Local sockets cannot be reached.", "Write the address of a host.", field="url")

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class _Stream(httpx.AsyncByteStream):
    """The body of a reply, with errors explained."""

    def __init__(self, stream: Any, host: str, port: int) -> None:
        self._stream = stream
        self._host, self._port = host, port

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _explained(self._host, self._port):
            async for part in self._stream:
                yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


@contextmanager
def _explained(host: str, port: int) -> Iterator[None]:
    """Turn errors of the connection into WebErrors."""
    try:
        yield
    except httpcore.ConnectError as error:
        raise _not_connected(host, port, error) from None
    except (httpcore.TimeoutException, TimeoutError):
        raise WebError(
            "http.timeout", phrase("`{host}` does not answer in time.", host=host), "Try later.", retryable=True, field="url"
        ) from None
    except (httpcore.ProtocolError, httpcore.NetworkError) as error:
        reason = str(error).rstrip(".") or phrase("the connection broke")
        raise WebError(
            "http.broken-reply",
            phrase("`{host}` broke off or sent what is no HTTP: {reason}.", host=host, reason=reason),
            "Try later.",
            retryable=True,
            field="url",
        ) from None
    except httpcore.UnsupportedProtocol:
        raise WebError("http.invalid-url", "Only http and https can be used.", "Begin it with https://.", field="url") from None


def _not_connected(host: str, port: int, error: Exception) -> WebError:
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            reason = cause.verify_message.rstrip(".")
            return WebError(
                "http.tls",
                phrase("The certificate of `{host}` is not valid: {reason}.", host=host, reason=reason),
                "Check the address; do not send secrets there.",
                field="url",
            )
        if isinstance(cause, ssl.SSLError):
            return WebError(
                "http.tls",
                phrase("`{host}` does not speak TLS as it should.", host=host),
                "Check `https` and the port.",
                field="url",
            )
    where = f"[{host}]" if ":" in host else host
    text = phrase("`{host}:{port}` cannot be reached.", host=where, port=port)
    return WebError("http.unreachable", text, "Check that the server runs.", retryable=True, field="url")


def _causes(error: BaseException | None) -> Sequence[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
