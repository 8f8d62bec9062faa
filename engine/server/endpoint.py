"""Where an owner listens: a Unix socket in a folder that only its user can enter, or a port of 127.0.0.1."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

from engine.server.protocol import MAX_REQUEST, Address

LONGEST_PATH = 100
"""Unix sockets take 108 bytes on Linux and 104 on macOS."""

PREFIX = "weft-"
NAME = "owner.sock"

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], None]


async def listen(serve: Serve) -> tuple[asyncio.Server, Address]:
    """Open the place where clients come, and return it with its address.

    Raises:
        OSError: no socket can be had.
    """
    if hasattr(socket, "AF_UNIX"):
        for base in _bases():
            with contextlib.suppress(OSError):
                return await _listen_at(base, serve)
    server = await asyncio.start_server(serve, "127.0.0.1", 0, limit=MAX_REQUEST)
    return server, Address(port=server.sockets[0].getsockname()[1])


async def _listen_at(base: Path, serve: Serve) -> tuple[asyncio.Server, Address]:
    address = Address(path=str(Path(tempfile.mkdtemp(prefix=PREFIX, dir=base)) / NAME))  # the folder's mode is 0700
    try:
        if len(os.fsencode(address.path)) > LONGEST_PATH:
            raise OSError("the path of the socket is too long")
        return await asyncio.start_unix_server(serve, address.path, limit=MAX_REQUEST), address
    except BaseException:
        remove(address)
        raise


def _bases() -> list[Path]:
    """Return the folders for sockets that exist, the user's own first."""
    places = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")  # a fresh folder is made in it
    return [path for path in (Path(place) for place in places if place) if path.is_dir()]


def remove(address: Address) -> None:
    """Remove what an owner's address left on disk; another address than ours is left alone."""
    path = Path(address.path)
    if address.path and path.name == NAME and path.parent.name.startswith(PREFIX):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
            path.parent.rmdir()


def connect(address: Address, timeout: float) -> socket.socket:
    """Return a connected socket without a time limit.

    Raises:
        OSError: nobody listens there.
    """
    if address.path:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(timeout)
            connection.connect(address.path)
        except BaseException:
            connection.close()
            raise
    else:
        connection = socket.create_connection(("127.0.0.1", address.port), timeout)
    connection.settimeout(None)
    return connection
