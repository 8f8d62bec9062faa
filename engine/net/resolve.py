"""Finds the addresses of a host, once, and refuses those that a workflow may not reach."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from engine.api.web import WebError
from engine.model.issues import phrase
from engine.net.addresses import is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Gives the IP addresses of a host, best first. Raises OSError (socket.gaierror) when there are none."""


async def system_resolve(host: str, port: int) -> Sequence[str]:
    """Ask the system. A name that never answers is waited for in a thread; the caller may give up before."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def checked_addresses(host: str, port: int, resolve: Resolve, *, allowed: bool) -> Sequence[str]:
    """Return the addresses to connect to.

    All of them must be public unless the host is `allowed`: a name that has public and private addresses is refused whole, or
    the one that is taken would be left to chance.

    Raises:
        WebError: `http.dns` or `http.blocked-address`.
    """
    try:
        addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        again = isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN
        text = phrase("The host `{host}` is not known.", host=host)
        raise WebError("http.dns", text, "Check the address and the connection.", retryable=again, field="url") from None
    if not addresses:
        raise WebError("http.dns", phrase("The host `{host}` has no address.", host=host), "Check the address.", field="url")
    private = [] if allowed else [address for address in addresses if not is_public(address)]
    if private:
        where = private[0] if host == private[0] else f"{host} ({private[0]})"
        entry = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        raise WebError(
            "http.blocked-address",
            phrase("`{where}` is not on the public internet.", where=where),
            phrase("Add `{entry}` to the allowed hosts of the workflow (`allow_hosts`), if you trust it.", entry=entry),
            field="url",
        )
    return addresses
