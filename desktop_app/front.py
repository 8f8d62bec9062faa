"""The way of a command to the engine: its own when it owns the data folder, else the owner's. Both take the same requests."""

from __future__ import annotations

from concurrent.futures import Future
from typing import Protocol

from engine.model.values import JsonObject
from engine.server.protocol import Emit

LIMITLESS = 1e6
"""Seconds of a grace that has no limit."""
OWNER_LEFT = ("owner.gone", "owner.ended", "engine.closing")
"""Codes of issues which tell that who answers has gone, so that another may."""


class Front(Protocol):
    """Takes requests; `OwnerClient` and `Workbench` are fronts. See `desktop_app/desk` for the requests."""

    @property
    def owns_folder(self) -> bool:
        """Whether it is the owner itself: runs go on in this program."""
        ...

    def call(self, do: str, given: JsonObject | None = None, emit: Emit | None = None) -> Future[JsonObject]:
        """Send a request; its events go to `emit`, in another thread. The future raises WeftError."""
        ...

    def close(self, grace: float = LIMITLESS) -> None:
        """Let go. A front that owns the data folder first gives running steps `grace` seconds to end; the rest can be resumed."""
        ...
