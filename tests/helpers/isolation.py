"""Keeps tests away from the person's own files, settings and network."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FOREIGN_PREFIXES = ("WEFT_", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "LANGGRAPH_", "XDG_")
FOREIGN_NAMES = (
    *("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"),
    *("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS"),
    *("MAKEFLAGS", "MFLAGS", "MAKELEVEL"),  # of the `make test` around
)


class NetworkForbidden(BaseException):
    """A test reached beyond the loopback interface; no `except Exception` of the product may hide it."""


def clean_environment(home: Path) -> dict[str, str | None]:
    """Return what to change in the environment so that everything a program keeps lies below `home`; None removes."""
    foreign = [
        name
        for name in os.environ
        if name.upper().startswith(FOREIGN_PREFIXES) or name.upper() in FOREIGN_NAMES
    ]
    own = {
        "HOME": home,
        "USERPROFILE": home,
        "APPDATA": home / "AppData" / "Roaming",
        "LOCALAPPDATA": home / "AppData" / "Local",
        "XDG_CONFIG_HOME": home / ".config",
        "XDG_DATA_HOME": home / ".local" / "share",
        "XDG_CACHE_HOME": home / ".cache",
        "XDG_STATE_HOME": home / ".local" / "state",
        "XDG_RUNTIME_DIR": home / ".runtime",
        "WEFT_DATA": home / "weft-data",
        "WEFT_CONFIG": home / "weft-config",
    }
    changes: dict[str, str | None] = dict.fromkeys(foreign)
    changes |= {name: str(path) for name, path in own.items()}
    return changes | {"LANGSMITH_TRACING": "false", "QT_QPA_PLATFORM": "offscreen"}


def is_local(address: object) -> bool:
    """Tell whether a socket address stays on this machine: loopback, or a path of a Unix socket."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse connections and look-ups beyond the loopback interface.

    Names below `.invalid` stay unknown, as RFC 2606 promises, without a question to any server.

    Raises:
        NetworkForbidden: in the code that tries.
    """
    connect, connect_ex, sendto = socket.socket.connect, socket.socket.connect_ex, socket.socket.sendto
    look_up = socket.getaddrinfo

    def guard(address: object) -> None:
        if not is_local(address):
            raise NetworkForbidden(f"a test reaches for {address}; serve it on 127.0.0.1, or mark the test `network`")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        guard(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        guard(address)
        return connect_ex(self, address)

    def guarded_sendto(self: socket.socket, *args: Any) -> int:
        guard(args[-1])
        return sendto(self, *args)

    def guarded_look_up(host: Any, *args: Any, **options: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        if name is not None and name.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if name is not None and _is_name(name):
            guard((name,))
        return look_up(host, *args, **options)

    changes: list[tuple[object, str, Any]] = [
        (socket.socket, "connect", guarded_connect),
        (socket.socket, "connect_ex", guarded_connect_ex),
        (socket.socket, "sendto", guarded_sendto),
        (socket, "getaddrinfo", guarded_look_up),
    ]
    for owner, name, guarded in changes:
        setattr(owner, name, guarded)
    try:
        yield
    finally:
        for name in ("connect", "connect_ex", "sendto"):
            delattr(socket.socket, name)
        socket.getaddrinfo = look_up


def _is_name(host: str) -> bool:
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host not in ("", "localhost", socket.gethostname())
    return False
