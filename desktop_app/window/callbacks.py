"""Callbacks of widgets: Qt deletes widgets before Python lets go of them, and a deleted one must not be called."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject
from shiboken6 import isValid


def is_there(callback: Callable[..., Any]) -> bool:
    """Tell whether the object whose method this is, or is a partial call of, still lives; true for other functions."""
    while isinstance(callback, partial):
        callback = callback.func
    owner = getattr(callback, "__self__", None)
    return not isinstance(owner, QObject) or isValid(owner)
