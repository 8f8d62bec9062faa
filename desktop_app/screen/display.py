"""Whether there is a screen to open a window on. Standard library alone: the set-up asks this before anything is installed."""

from __future__ import annotations

import ctypes
import os
import socket
import sys
from pathlib import Path

NAMES = ("DISPLAY", "WAYLAND_DISPLAY")


def has_display() -> bool:
    """Tell whether a window can be opened here. A display that is named and not there, or not for this user, is none."""
    chosen = os.environ.get("QT_QPA_PLATFORM", "xcb").partition(":")[0]
    if not sys.platform.startswith("linux") or chosen not in ("xcb", "wayland"):
        return True
    return _wayland_answers() or _x_answers()


def _wayland_answers() -> bool:
    name = os.environ.get("WAYLAND_DISPLAY")
    if not name:
        return False
    with socket.socket(socket.AF_UNIX) as link:
        try:
            link.connect(str(Path(os.environ.get("XDG_RUNTIME_DIR", "/run")) / name))
        except OSError:
            return False
    return True


def _x_answers() -> bool:
    """Ask the server the way Qt does: it also has to let this user in."""
    if not os.environ.get("DISPLAY"):
        return False
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return False
    xcb.xcb_connect.restype = ctypes.c_void_p
    link = ctypes.c_void_p(xcb.xcb_connect(None, None))
    failed: int = xcb.xcb_connection_has_error(link)
    xcb.xcb_disconnect(link)
    return failed == 0
