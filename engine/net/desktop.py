"""Notices on the desktop, through the message bus that Linux desktops share."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import TYPE_CHECKING

from engine.api.notices import Shown
from engine.model.issues import phrase

if TYPE_CHECKING:
    from dbus_fast.aio import MessageBus

TIME_LIMIT = 3.0
"""Seconds that a desktop may take to show a notice."""
MAX_TITLE, MAX_TEXT = 200, 2000
_NAME, _PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"


async def show(title: str, text: str) -> Shown:
    """Show a notice, or say why there is none. Never raises, and returns within TIME_LIMIT."""
    if sys.platform != "linux":
        return Shown(False, phrase("Desktop notices are only known on Linux."))
    address = _session_bus()
    if not address:
        return Shown(False, phrase("There is no desktop session to show it on."))
    try:
        async with asyncio.timeout(TIME_LIMIT):
            await _notify(address, _clean(title, MAX_TITLE), _clean(text, MAX_TEXT))
    except TimeoutError:
        return Shown(False, phrase("The desktop did not answer within {time_limit:g} seconds.", time_limit=TIME_LIMIT))
    except Exception as error:  # noqa: BLE001 - a notice must not fail a step, whatever the bus says
        return Shown(False, phrase("The desktop does not show notices: {error}.", error=str(error)[:200] or type(error).__name__))
    return Shown(True)


def _session_bus() -> str:
    """Return the address of the session's bus, or an empty text."""
    if address := os.environ.get("DBUS_SESSION_BUS_ADDRESS", ""):
        return address
    path = os.path.join(os.environ.get("XDG_RUNTIME_DIR") or f"/run/user/{os.getuid()}", "bus")  # noqa: PTH118
    return f"unix:path={path}" if os.path.exists(path) else ""  # noqa: PTH110


async def _notify(address: str, title: str, text: str) -> None:
    from dbus_fast.aio import MessageBus

    bus = MessageBus(bus_address=address)
    try:
        await bus.connect()
        capabilities = await _call(bus, "GetCapabilities")
        if isinstance(capabilities, list) and "body-markup" in capabilities:
            text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        await _call(bus, "Notify", "susssasa{sv}i", ["Weft", 0, "", title, text, [], {}, -1])
    finally:
        bus.disconnect()


async def _call(bus: MessageBus, member: str, signature: str = "", body: list[object] | None = None) -> object:
    from dbus_fast import Message, MessageType

    reply = await bus.call(
        Message(destination=_NAME, path=_PATH, interface=_NAME, member=member, signature=signature, body=body or [])
    )
    if reply.message_type == MessageType.ERROR:
        raise RuntimeError(str(reply.body[0]) if reply.body else str(reply.error_name))
    return reply.body[0] if reply.body else None


def _clean(text: str, length: int) -> str:
    """Return what the bus takes: no NUL, no halves of characters, not too long."""
    return text.replace("\0", "").encode("utf-8", "replace").decode("utf-8")[:length]
